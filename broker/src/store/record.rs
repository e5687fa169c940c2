//! How bytes lie on a disk: an envelope of a version and a checksum around the payload.
//!
//! ```text
//! byte 0      version of the envelope, 1
//! bytes 1-4   CRC-32 of the payload, big endian
//! bytes 5-    payload
//! ```

const VERSION: u8 = 1;
const HEADER: usize = 5;

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
}

/// Puts a payload into an envelope.
pub(crate) fn seal(payload: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(HEADER + payload.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&crc32fast::hash(payload).to_be_bytes());
    sealed.extend_from_slice(payload);
    sealed
}

/// Takes the payload out of an envelope.
pub(crate) fn open(sealed: &[u8]) -> Result<&[u8], RecordError> {
    let (&[version, ref checksum @ ..], payload) =
        sealed.split_first_chunk::<HEADER>().ok_or(RecordError::Short { length: sealed.len() })?;
    if version != VERSION {
        return Err(RecordError::Version { version });
    }
    if crc32fast::hash(payload).to_be_bytes() != *checksum {
        return Err(RecordError::Checksum);
    }
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use super::{RecordError, open, seal};

    #[test]
    fn what_is_sealed_can_be_opened() {
        for payload in [&b""[..], b"{}", &[0xff; 1000]] {
            assert_eq!(open(&seal(payload)), Ok(payload));
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let sealed = seal(b"payload");
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&damaged).is_err(), "bit {bit}");
        }
        assert_eq!(open(b"abc"), Err(RecordError::Short { length: 3 }));
    }
}
