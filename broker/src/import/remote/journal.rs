//! What was fetched, kept in a file.
//!
//! ```text
//! frames       4 bytes: length, big endian; then a sealed payload (see the store's records) of that length
//! payload      4 bytes: length of the address, big endian; the address; the document
//! ```
//!
//! The first frame has the address of the broker and no document. Behind a frame that is damaged or cut off nothing is
//! used: that is fetched again.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{self, BufReader, Read, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use crate::store::record;

/// Why what was fetched cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It is of another broker.
    #[error("an import from {begun} was begun here; go on with that, or choose another folder")]
    Other {
        /// The address of the broker that it is of.
        begun: String,
    },
    /// It cannot be read or written.
    #[error("{} cannot be read or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// What was fetched.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Where the payload of an address begins, and how long it is.
    places: HashMap<String, (u64, u32)>,
    end: u64,
}

impl Journal {
    /// Opens what was fetched from a broker before, if anything was.
    ///
    /// # Errors
    /// When it is of another broker; when it cannot be read or written.
    pub fn open(path: &Path, base: &str) -> Result<Self, JournalError> {
        let failed = |source| JournalError::File { path: path.to_owned(), source };
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let file = file.map_err(failed)?;
        let mut journal = Self { path: path.to_owned(), file, places: HashMap::new(), end: 0 };
        let first = journal.read_all().map_err(failed)?;
        match first {
            Some(begun) if begun != base => return Err(JournalError::Other { begun }),
            Some(_) => {}
            None => journal.put(base, &[])?,
        }
        Ok(journal)
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.places.len().saturating_sub(1)
    }

    /// Whether nothing was fetched yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads what is whole; answers with the first address.
    fn read_all(&mut self) -> io::Result<Option<String>> {
        let mut input = BufReader::new(self.file.try_clone()?);
        input.seek(SeekFrom::Start(0))?;
        let mut first = None;
        loop {
            let mut length = [0; 4];
            if input.read_exact(&mut length).is_err() {
                break;
            }
            let length = u32::from_be_bytes(length);
            let mut sealed = Vec::new();
            (&mut input).take(u64::from(length)).read_to_end(&mut sealed)?;
            let Ok(payload) = record::open(&sealed) else { break };
            let Some((address, _)) = split(&payload) else { break };
            first.get_or_insert_with(|| address.to_owned());
            self.places.insert(address.to_owned(), (self.end + 4, length));
            self.end += 4 + u64::from(length);
        }
        self.file.set_len(self.end)?;
        Ok(first)
    }

    pub(super) fn has(&self, address: &str) -> bool {
        self.places.contains_key(address)
    }

    pub(super) fn get(&mut self, address: &str) -> Result<Option<Vec<u8>>, JournalError> {
        let Some((begin, length)) = self.places.get(address).copied() else { return Ok(None) };
        let mut sealed = vec![0; usize::try_from(length).unwrap_or(0)];
        let read = self.file.seek(SeekFrom::Start(begin)).and_then(|_| self.file.read_exact(&mut sealed));
        read.map_err(|source| self.failed(source))?;
        let payload = record::open(&sealed).ok();
        let document = payload.as_deref().and_then(split).map(|(_, document)| document.to_vec());
        document.map(Some).ok_or_else(|| self.failed(io::ErrorKind::InvalidData.into()))
    }

    pub(super) fn put(&mut self, address: &str, document: &[u8]) -> Result<(), JournalError> {
        let mut put = || {
            let length = u32::try_from(address.len()).map_err(io::Error::other)?;
            let sealed = record::seal(&[&length.to_be_bytes()[..], address.as_bytes(), document].concat());
            let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(&[&length.to_be_bytes()[..], &sealed].concat())?;
            Ok(length)
        };
        let length = put().map_err(|source| JournalError::File { path: self.path.clone(), source })?;
        self.places.insert(address.to_owned(), (self.end + 4, length));
        self.end += 4 + u64::from(length);
        Ok(())
    }

    fn failed(&self, source: io::Error) -> JournalError {
        JournalError::File { path: self.path.clone(), source }
    }
}

/// The address and the document of a payload.
fn split(payload: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = payload.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (address, document) = rest.split_at_checked(length)?;
    Some((std::str::from_utf8(address).ok()?, document))
}

#[cfg(test)]
mod tests {
    use super::{Journal, JournalError};

    #[test]
    fn what_is_whole_is_kept_and_the_rest_is_fetched_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fetched");
        let mut journal = Journal::open(&path, "http://old").unwrap();
        journal.put("http://old/a", b"one").unwrap();
        journal.put("http://old/b", b"two").unwrap();
        drop(journal);
        let whole = std::fs::read(&path).unwrap();
        for length in (0..=whole.len()).rev() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let mut journal = Journal::open(&path, "http://old").unwrap();
            let second = journal.get("http://old/b").unwrap();
            assert_eq!(second.is_some(), length == whole.len(), "{length} bytes");
            journal.put("http://old/c", b"three").unwrap();
            assert_eq!(journal.get("http://old/c").unwrap().unwrap(), b"three");
            let first = journal.get("http://old/a").unwrap();
            assert!(first.is_none_or(|first| first == b"one"), "{length} bytes");
        }
        let other = Journal::open(&path, "http://other");
        assert!(matches!(other, Err(JournalError::Other { begun }) if begun == "http://old"));
    }
}
