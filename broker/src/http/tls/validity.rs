//! From when until when a certificate is valid. That is all that is wanted of one here, so its DER is walked by hand; what
//! is wrong with it otherwise, rustls says.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// The version, which old certificates do not have.
const VERSION: u8 = 0xa0;

/// From when until when a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) begins: Timestamp,
    pub(super) ends: Timestamp,
}

/// What a certificate says (RFC 5280, section 4.1); `None` where it is none.
pub(super) fn of(certificate: &[u8]) -> Option<Validity> {
    let (tag, whole, _) = element(certificate)?;
    let (inner, to_be_signed, _) = element(is(tag, SEQUENCE).then_some(whole)?)?;
    let mut rest = is(inner, SEQUENCE).then_some(to_be_signed)?;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    // Serial number, algorithm, issuer; then comes the validity.
    for expected in [INTEGER, SEQUENCE, SEQUENCE] {
        let (tag, _, after) = element(rest)?;
        rest = is(tag, expected).then_some(after)?;
    }
    let (tag, validity, _) = element(rest)?;
    let (first, begins, rest) = element(is(tag, SEQUENCE).then_some(validity)?)?;
    let (second, ends, _) = element(rest)?;
    Some(Validity { begins: moment(first, begins)?, ends: moment(second, ends)? })
}

fn is(tag: u8, expected: u8) -> bool {
    tag == expected
}

/// The tag and the content of the first element, and what comes after it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = match length {
        short if short < 0x80 => (usize::from(short), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}

/// `YYMMDDHHMMSSZ` or, from 2050 on, `YYYYMMDDHHMMSSZ`.
fn moment(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let digits = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        UTC_TIME if digits.len() == 12 => {
            let (year, rest) = digits.split_at_checked(2)?;
            let year: i16 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME if digits.len() == 14 => {
            let (year, rest) = digits.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let part = |place: usize| rest.get(2 * place..2 * place + 2)?.parse::<i8>().ok();
    let moment = DateTime::new(year, part(0)?, part(1)?, part(2)?, part(3)?, part(4)?, 0).ok()?;
    TimeZone::UTC.to_timestamp(moment).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::of;

    fn certificate(begins: i32, ends: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["broker.example.org".to_owned()]).unwrap();
        params.not_before = date_time_ymd(begins, 2, 28);
        params.not_after = date_time_ymd(ends, 12, 31);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn it_is_what_was_written_in_both_forms_of_a_year() {
        for (begins, ends) in [(1999, 2030), (2049, 2050), (2051, 4096)] {
            let found = of(&certificate(begins, ends)).unwrap();
            assert_eq!(found.begins.to_string(), format!("{begins}-02-28T00:00:00Z"));
            assert_eq!(found.ends.to_string(), format!("{ends}-12-31T00:00:00Z"));
        }
    }

    #[test]
    fn half_a_certificate_says_nothing() {
        let whole = certificate(2020, 2030);
        for length in 0..120 {
            assert_eq!(of(&whole[..length]), None, "{length}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = of(&bytes);
        }

        #[test]
        fn neither_are_certificates_with_other_bytes_in_them(place in 0_usize..200, byte in any::<u8>()) {
            static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| certificate(2020, 2030));
            let mut bytes = WHOLE.clone();
            bytes[place] = byte;
            let _ = of(&bytes);
        }
    }
}
