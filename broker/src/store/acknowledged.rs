//! How far the log was acknowledged, in a file of its own.
//!
//! A database that finds its last pages damaged takes them for a write that was cut off, and goes on without them. That
//! is right where nobody was told that they are kept; otherwise it is a loss, and by this file it is noticed.
//!
//! Two places are written in turn, so that one of them is whole whatever happens: 8 bytes of a position, big endian, and
//! their CRC-32. The file is written after the log is durable and is not waited for: it may lag behind, never lead.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::{Mutex, PoisonError},
};

use super::Position;

/// Places are in different sectors of a disk, so that no write touches both.
const APART: u64 = 512;
const LENGTH: usize = 12;

#[derive(Debug)]
pub(super) struct Acknowledged(Mutex<Kept>);

#[derive(Debug)]
struct Kept {
    file: File,
    position: Position,
    turn: bool,
}

fn write(position: Position) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    let number = position.0.to_be_bytes();
    bytes[..8].copy_from_slice(&number);
    bytes[8..].copy_from_slice(&crc32fast::hash(&number).to_be_bytes());
    bytes
}

fn read(bytes: &[u8]) -> Option<Position> {
    let number: [u8; 8] = bytes.get(..8)?.try_into().ok()?;
    let position = Position(u64::from_be_bytes(number));
    (bytes.get(..LENGTH)? == write(position)).then_some(position)
}

impl Acknowledged {
    /// Opens the file; where there is none, nothing was acknowledged as far as it is known.
    pub(super) fn open(path: &Path) -> std::io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = Vec::new();
        (&mut file).take(APART + LENGTH as u64).read_to_end(&mut bytes)?;
        let first = read(&bytes);
        let second = bytes.get(usize::try_from(APART).unwrap_or(usize::MAX)..).and_then(read);
        let position = first.max(second).unwrap_or_default();
        // The older one is written next.
        let turn = first > second;
        Ok(Self(Mutex::new(Kept { file, position, turn })))
    }

    pub(super) fn position(&self) -> Position {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).position
    }

    /// Takes note that everything before a position is durable.
    pub(super) fn set(&self, position: Position) -> std::io::Result<()> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = if kept.turn { APART } else { 0 };
        kept.file.seek(SeekFrom::Start(place))?;
        kept.file.write_all(&write(position))?;
        kept.position = position;
        kept.turn = !kept.turn;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Acknowledged, Position};

    #[test]
    fn the_last_position_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acknowledged");
        assert_eq!(Acknowledged::open(&path).unwrap().position(), Position(0));
        for position in 1..5 {
            let acknowledged = Acknowledged::open(&path).unwrap();
            acknowledged.set(Position(position * 2)).unwrap();
            acknowledged.set(Position(position * 2 + 1)).unwrap();
            assert_eq!(Acknowledged::open(&path).unwrap().position(), Position(position * 2 + 1));
        }
    }

    #[test]
    fn of_a_damaged_file_the_place_that_is_whole_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acknowledged");
        let acknowledged = Acknowledged::open(&path).unwrap();
        acknowledged.set(Position(7)).unwrap();
        acknowledged.set(Position(8)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, damaged).unwrap();
            let found = Acknowledged::open(&path).unwrap().position();
            assert!(found == Position(7) || found == Position(8), "bit {bit}: {found}");
        }
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(Acknowledged::open(&path).unwrap().position() <= Position(8), "{length} bytes");
        }
    }
}
