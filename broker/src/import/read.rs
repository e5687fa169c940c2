//! The lines of an export, one after the other.

use std::io::{BufRead, Read as _};

use super::{Fault, ImportError};
use crate::export::Line;

/// How long a line may be, in bytes. A broker takes no larger contracts.
const LONGEST: usize = 256 * 1024 * 1024;

pub(super) struct Lines<R> {
    input: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, number: 0, buffer: Vec::new() }
    }

    /// The number of the line that was read last.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn next(&mut self) -> Result<Option<(u64, Line)>, ImportError> {
        self.buffer.clear();
        let limit = LONGEST as u64 + 1;
        let input = (&mut self.input).take(limit).read_until(b'\n', &mut self.buffer);
        if input.map_err(ImportError::Read)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let line = self.number;
        if self.buffer.len() > LONGEST {
            return Err(ImportError::Line { line, fault: Fault::TooLong { limit: LONGEST } });
        }
        let said = serde_json::from_slice(&self.buffer);
        said.map(|said| Some((line, said)))
            .map_err(|error| ImportError::Line { line, fault: Fault::NoLine(error) })
    }
}
