//! Chance that can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

/// Numbers by the method of xorshift.
#[derive(Debug, Clone)]
pub struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    /// Begins somewhere that the clock says.
    pub fn from_clock() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.subsec_nanos());
        Self::begun(u64::from(now))
    }

    /// Begins at a seed.
    pub fn begun(seed: u64) -> Self {
        let mut chance = Self { seed, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 };
        for _ in 0..8 {
            chance.below(2);
        }
        chance
    }

    /// Where it began.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A number from 0 on, below the limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) % limit
    }

    /// A place in something of that length.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }
}
