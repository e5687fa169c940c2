//! How bytes lie on a disk: an envelope of a version and a checksum around the payload.
//!
//! ```text
//! byte 0      version of the envelope
//! bytes 1-4   CRC-32 of everything behind, big endian
//! bytes 5-    version 1: the payload
//!             version 2: the length of the payload, 4 bytes, big endian; then the payload, compressed as an LZ4 block
//!             with `dictionary.txt` before it
//! ```
//!
//! What becomes no smaller by being compressed is kept as it is, in version 1. Records and contracts are small and much
//! alike; with the dictionary, even the first of a kind finds what it repeats. The dictionary is a part of version 2: what
//! was written with it can be read with nothing else, so it never changes. A better one would be another version.

use std::borrow::Cow;

use lz4_flex::block::{compress_with_dict, decompress_into_with_dict};

const PLAIN: u8 = 1;
const COMPRESSED: u8 = 2;
const HEADER: usize = 5;
const LENGTH: usize = 4;
const DICTIONARY: &[u8] = include_bytes!("dictionary.txt");
/// LZ4 makes at most so many bytes of one.
const GREATEST_RATIO: usize = 255;

/// Why an envelope cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It is shorter than its header.
    #[error("it has only {length} bytes")]
    Short {
        /// How long it is.
        length: usize,
    },
    /// It was written by a later version of the broker.
    #[error("its format {version} is not known to this version of the broker")]
    Version {
        /// The version that it says.
        version: u8,
    },
    /// Its payload is not what was written.
    #[error("its checksum does not match")]
    Checksum,
    /// It is what was written, but that can be no compressed payload.
    #[error("it cannot be decompressed")]
    Compression,
}

/// Puts a payload into an envelope.
pub(crate) fn seal(payload: &[u8]) -> Vec<u8> {
    let compressed = compress_with_dict(payload, DICTIONARY);
    match u32::try_from(payload.len()) {
        Ok(length) if compressed.len() + LENGTH < payload.len() => {
            envelope(COMPRESSED, &[&length.to_be_bytes(), &compressed])
        }
        _ => envelope(PLAIN, &[payload]),
    }
}

fn envelope(version: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(HEADER + parts.iter().map(|part| part.len()).sum::<usize>());
    sealed.extend([version, 0, 0, 0, 0]);
    for part in parts {
        sealed.extend_from_slice(part);
    }
    let checksum = crc32fast::hash(&sealed[HEADER..]);
    sealed[1..HEADER].copy_from_slice(&checksum.to_be_bytes());
    sealed
}

/// Takes the payload out of an envelope.
pub(crate) fn open(sealed: &[u8]) -> Result<Cow<'_, [u8]>, RecordError> {
    let (&[version, ref checksum @ ..], content) =
        sealed.split_first_chunk::<HEADER>().ok_or(RecordError::Short { length: sealed.len() })?;
    if !matches!(version, PLAIN | COMPRESSED) {
        return Err(RecordError::Version { version });
    }
    if crc32fast::hash(content).to_be_bytes() != *checksum {
        return Err(RecordError::Checksum);
    }
    if version == PLAIN { Ok(Cow::Borrowed(content)) } else { decompress(content).map(Cow::Owned) }
}

fn decompress(content: &[u8]) -> Result<Vec<u8>, RecordError> {
    let (length, compressed) = content.split_first_chunk::<LENGTH>().ok_or(RecordError::Compression)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| RecordError::Compression)?;
    // A length that cannot be takes no memory.
    if length / GREATEST_RATIO > compressed.len() + DICTIONARY.len() {
        return Err(RecordError::Compression);
    }
    let mut payload = vec![0; length];
    match decompress_into_with_dict(compressed, &mut payload, DICTIONARY) {
        Ok(written) if written == length => Ok(payload),
        _ => Err(RecordError::Compression),
    }
}

#[cfg(test)]
mod tests {
    use super::{COMPRESSED, DICTIONARY, PLAIN, RecordError, envelope, open, seal};

    const RECORD: &[u8] = br#"{"at":1767225600000000,"events":[{"type":"TagAdded","participant":"web","version":"1.0.0","tag":"dev"}]}"#;

    #[test]
    fn what_is_sealed_can_be_opened() {
        let long: Vec<u8> =
            (0..200_000_u32).flat_map(|number| number.wrapping_mul(number).to_be_bytes()).collect();
        for payload in [&b""[..], b"{}", &[0xff; 1000], RECORD, &long] {
            assert_eq!(open(&seal(payload)).as_deref(), Ok(payload));
        }
    }

    #[test]
    fn what_repeats_itself_or_the_dictionary_becomes_smaller() {
        assert!(seal(RECORD).len() * 2 < RECORD.len(), "{}", seal(RECORD).len());
        assert_eq!(seal(b"{}"), [&[PLAIN], &crc32fast::hash(b"{}").to_be_bytes()[..], b"{}"].concat());
    }

    #[test]
    fn the_dictionary_is_what_it_was_when_the_first_record_was_written_with_it() {
        assert_eq!((DICTIONARY.len(), crc32fast::hash(DICTIONARY)), (2_757, 0x7050_4f5b));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        for sealed in [seal(b"payload"), seal(RECORD)] {
            for bit in 0..sealed.len() * 8 {
                let mut damaged = sealed.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                assert!(open(&damaged).is_err(), "bit {bit}");
            }
        }
        assert_eq!(open(b"abc"), Err(RecordError::Short { length: 3 }));
    }

    #[test]
    fn what_cannot_be_decompressed_is_an_error_that_takes_no_memory() {
        for content in [&b"abc"[..], &[0xff; 4], &[0xff; 40], &[0, 0, 0, 9, 0x10, b'a']] {
            assert_eq!(open(&envelope(COMPRESSED, &[content])), Err(RecordError::Compression));
        }
    }
}
