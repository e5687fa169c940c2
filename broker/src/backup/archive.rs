//! The frames of an archive.

use std::io::{self, ErrorKind, Read, Write};

use sha2::{Digest as _, Sha256};

use super::Summary;
use crate::store::{BlobKey, record};

const MAGIC: &[u8] = b"pactwright backup 1\n";
/// What every archive begins with, of whatever version.
const NAME: &[u8] = b"pactwright backup ";

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is something else.
    #[error("this is no backup of a pactwright broker")]
    NoBackup,
    /// It was written by a later version.
    #[error("this backup was written by a later version of pactwright; restore it with that one")]
    Version,
    /// It ends too early.
    #[error("the backup is cut off: it ends after {offset} bytes, in frame {frame}")]
    CutOff {
        /// The number of the frame, the first is 1.
        frame: u64,
        /// How long it is.
        offset: u64,
    },
    /// Something in it is not what was written.
    #[error("the backup is damaged: frame {frame}, at byte {offset}: {what}")]
    Damaged {
        /// The number of the frame, the first is 1.
        frame: u64,
        /// Where the frame begins.
        offset: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It cannot be read.
    #[error("the backup cannot be read")]
    Read(#[from] io::Error),
}

/// Writes frames, and takes the digest of them.
pub(super) struct Writer<'a> {
    out: &'a mut dyn Write,
    digest: Sha256,
    summary: Summary,
}

impl<'a> Writer<'a> {
    pub(super) fn begin(out: &'a mut dyn Write, records: u64) -> io::Result<Self> {
        let mut writer = Self { out, digest: Sha256::new(), summary: Summary::default() };
        writer.put(MAGIC)?;
        writer.frame(b'h', &records.to_be_bytes())?;
        Ok(writer)
    }

    pub(super) fn text(&mut self, text: &[u8]) -> io::Result<()> {
        self.summary.texts += 1;
        self.frame(b't', text)
    }

    pub(super) fn missing(&mut self, key: BlobKey) -> io::Result<()> {
        self.frame(b'm', key.as_bytes())
    }

    pub(super) fn record(&mut self, payload: &[u8]) -> io::Result<()> {
        self.summary.records += 1;
        self.frame(b'r', payload)
    }

    pub(super) fn end(mut self) -> io::Result<Summary> {
        let Summary { records, texts } = self.summary;
        let digest = self.digest.clone().finalize();
        let content = [&records.to_be_bytes()[..], &texts.to_be_bytes()[..], &digest[..]].concat();
        self.frame(b'e', &content)?;
        self.out.flush()?;
        Ok(self.summary)
    }

    fn frame(&mut self, kind: u8, content: &[u8]) -> io::Result<()> {
        let sealed = record::seal(&[&[kind], content].concat());
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        self.put(&length.to_be_bytes())?;
        self.put(&sealed)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.out.write_all(bytes)
    }
}

/// A frame between the first and the last one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    Text(Vec<u8>),
    Missing,
    Record(Vec<u8>),
}

/// Reads frames. That there are no more is only said where the archive is whole up to there.
#[derive(Debug)]
pub(super) struct Reader<R> {
    file: R,
    digest: Sha256,
    /// What comes next.
    frame: u64,
    offset: u64,
    found: Summary,
    /// How many records there are.
    records: u64,
    is_over: bool,
}

impl<R: Read> Reader<R> {
    pub(super) fn begin(file: R) -> Result<Self, ArchiveError> {
        let mut reader = Self {
            file,
            digest: Sha256::new(),
            frame: 0,
            offset: 0,
            found: Summary::default(),
            records: 0,
            is_over: false,
        };
        let magic = reader.take(MAGIC.len() as u64)?;
        if magic != MAGIC {
            let is_ours = magic.starts_with(NAME);
            return Err(if is_ours { ArchiveError::Version } else { ArchiveError::NoBackup });
        }
        let (begin, payload) = reader.payload()?;
        let Some((b'h', content)) = payload.split_first() else {
            return Err(reader.damaged(begin, "it is not the beginning"));
        };
        reader.records = reader.number(begin, content)?;
        Ok(reader)
    }

    /// How many records there are, as the beginning says.
    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// What was read by now.
    pub(super) fn found(&self) -> Summary {
        self.found
    }

    /// The next frame; none at the end of an archive that is whole.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, ArchiveError> {
        if self.is_over {
            return Ok(None);
        }
        let before = self.digest.clone();
        let (begin, payload) = self.payload()?;
        let frame = match payload.split_first() {
            Some((b't', content)) => {
                self.found.texts += 1;
                Frame::Text(content.to_vec())
            }
            Some((b'm', _)) => Frame::Missing,
            Some((b'r', content)) => {
                self.found.records += 1;
                Frame::Record(content.to_vec())
            }
            Some((b'e', content)) => {
                self.close(begin, content, before)?;
                return Ok(None);
            }
            _ => return Err(self.damaged(begin, "no backup has such a frame")),
        };
        Ok(Some(frame))
    }

    /// Compares what the end says with what was there.
    fn close(&mut self, begin: u64, content: &[u8], digest: Sha256) -> Result<(), ArchiveError> {
        let (records, rest) = content.split_at_checked(8).unwrap_or((content, &[]));
        let (texts, expected) = rest.split_at_checked(8).unwrap_or((rest, &[]));
        let said = Summary { records: self.number(begin, records)?, texts: self.number(begin, texts)? };
        if said != self.found || said.records != self.records {
            return Err(self.damaged(begin, "there are more or fewer frames than it says"));
        }
        if digest.finalize()[..] != *expected {
            return Err(self.damaged(begin, "the digest of all that comes before does not match"));
        }
        self.is_over = true;
        if self.file.read(&mut [0])? != 0 {
            return Err(ArchiveError::Damaged {
                frame: self.frame + 1,
                offset: self.offset,
                what: "something follows the end",
            });
        }
        Ok(())
    }

    /// Where the next frame begins, and its payload.
    fn payload(&mut self) -> Result<(u64, Vec<u8>), ArchiveError> {
        let begin = self.offset;
        self.frame += 1;
        let length = self.take(4)?;
        let length = length.iter().fold(0, |length, byte| length << 8 | u64::from(*byte));
        let sealed = self.take(length)?;
        let payload =
            record::open(&sealed).map_err(|_| self.damaged(begin, "its checksum does not match"))?;
        Ok((begin, payload.to_vec()))
    }

    fn take(&mut self, length: u64) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = Vec::new();
        // A wrong length takes no more memory than there is file.
        (&mut self.file).take(length).read_to_end(&mut bytes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => self.cut_off(),
            _ => ArchiveError::Read(error),
        })?;
        self.offset += bytes.len() as u64;
        if bytes.len() as u64 != length {
            return Err(self.cut_off());
        }
        self.digest.update(&bytes);
        Ok(bytes)
    }

    fn cut_off(&self) -> ArchiveError {
        ArchiveError::CutOff { frame: self.frame, offset: self.offset }
    }

    fn number(&self, begin: u64, content: &[u8]) -> Result<u64, ArchiveError> {
        let bytes = content.try_into().map_err(|_| self.damaged(begin, "a number is not whole"))?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn damaged(&self, offset: u64, what: &'static str) -> ArchiveError {
        ArchiveError::Damaged { frame: self.frame, offset, what }
    }
}
