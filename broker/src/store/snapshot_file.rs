//! A snapshot in a file of its own.
//!
//! ```text
//! first line   "pactwright snapshot 1"
//! frames       4 bytes: length, big endian; then a sealed payload (see `record.rs`) of that length
//! payload      1 byte: what it is; then its content
//!              'h' (the first) position, 8 bytes, big endian
//!              'p' a part
//!              'e' (the last) how many parts there were, 8 bytes, big endian
//! ```

use std::{
    fs::File,
    io::{BufReader, BufWriter, ErrorKind, Read, Write},
    path::Path,
};

use super::{Parts, Position, Snapshot, StoreError, record};

const MAGIC: &[u8] = b"pactwright snapshot 1\n";
const NAME: &str = "snapshot";
const HALF: &str = "snapshot.new";

/// Writes a snapshot beside the one in the folder, and then puts it in its place.
pub(super) fn save(
    folder: &Path,
    position: Position,
    parts: &mut dyn Iterator<Item = std::io::Result<Vec<u8>>>,
) -> std::io::Result<()> {
    let half = folder.join(HALF);
    let mut file = BufWriter::new(File::create(&half)?);
    file.write_all(MAGIC)?;
    frame(&mut file, b'h', &position.0.to_be_bytes())?;
    let mut count: u64 = 0;
    for part in parts {
        frame(&mut file, b'p', &part?)?;
        count += 1;
    }
    frame(&mut file, b'e', &count.to_be_bytes())?;
    file.into_inner()?.sync_all()?;
    std::fs::rename(&half, folder.join(NAME))?;
    File::open(folder)?.sync_all()
}

fn frame(file: &mut impl Write, kind: u8, content: &[u8]) -> std::io::Result<()> {
    let sealed = record::seal(&[&[kind], content].concat());
    let length = u32::try_from(sealed.len()).map_err(std::io::Error::other)?;
    file.write_all(&length.to_be_bytes())?;
    file.write_all(&sealed)
}

/// The snapshot in the folder.
pub(super) fn load(folder: &Path) -> Result<Option<Snapshot>, StoreError> {
    let file = match File::open(folder.join(NAME)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut file = BufReader::new(file);
    let mut magic = [0; MAGIC.len()];
    file.read_exact(&mut magic).map_err(cut_off)?;
    if magic != MAGIC {
        return Err(damaged("it is no snapshot, or one of another format"));
    }
    let Frame::Head(position) = next(&mut file)? else { return Err(damaged("it has no beginning")) };
    Ok(Some(Snapshot { position, parts: parts(file) }))
}

fn parts(mut file: impl Read + Send + 'static) -> Parts {
    let mut count = 0;
    let mut ended = false;
    Box::new(std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let part = match next(&mut file) {
            Ok(Frame::Part(part)) => {
                count += 1;
                return Some(Ok(part));
            }
            Ok(Frame::End(expected)) if expected == count => None,
            Ok(Frame::End(_)) => Some(Err(damaged("parts are missing"))),
            Ok(Frame::Head(_)) => Some(Err(damaged("it begins twice"))),
            Err(error) => Some(Err(error)),
        };
        ended = true;
        part
    }))
}

enum Frame {
    Head(Position),
    Part(Vec<u8>),
    End(u64),
}

fn next(file: &mut impl Read) -> Result<Frame, StoreError> {
    let mut length = [0; 4];
    file.read_exact(&mut length).map_err(cut_off)?;
    let length = u32::from_be_bytes(length);
    let mut sealed = Vec::new();
    // A wrong length takes no more memory than there is file.
    file.take(u64::from(length)).read_to_end(&mut sealed).map_err(failed)?;
    if sealed.len() as u64 != u64::from(length) {
        return Err(damaged("it is cut off"));
    }
    let payload = record::open(&sealed).map_err(|_| damaged("a checksum does not match"))?;
    match payload.split_first() {
        Some((b'h', content)) => Ok(Frame::Head(Position(number(content)?))),
        Some((b'p', content)) => Ok(Frame::Part(content.to_vec())),
        Some((b'e', content)) => Ok(Frame::End(number(content)?)),
        _ => Err(damaged("it has something that no snapshot has")),
    }
}

fn number(content: &[u8]) -> Result<u64, StoreError> {
    content.try_into().map(u64::from_be_bytes).map_err(|_| damaged("a number is cut off"))
}

fn damaged(what: &'static str) -> StoreError {
    StoreError::DamagedSnapshot { what }
}

fn failed(error: std::io::Error) -> StoreError {
    StoreError::Failed { action: "read", source: error.into() }
}

fn cut_off(error: std::io::Error) -> StoreError {
    if error.kind() == ErrorKind::UnexpectedEof { damaged("it is cut off") } else { failed(error) }
}

#[cfg(test)]
mod tests {
    use super::{NAME, Position, load, save};

    #[test]
    fn whatever_is_damaged_is_noticed_before_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let parts = || [b"one".to_vec(), vec![], vec![7; 40]].into_iter().map(Ok);
        save(folder.path(), Position(9), &mut parts()).unwrap();
        let path = folder.path().join(NAME);
        let whole = std::fs::read(&path).unwrap();
        let is_whole =
            || load(folder.path()).is_ok_and(|found| found.unwrap().parts.all(|part| part.is_ok()));
        assert!(is_whole());
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, damaged).unwrap();
            assert!(!is_whole(), "bit {bit}");
        }
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(!is_whole(), "{length} bytes");
        }
    }
}
