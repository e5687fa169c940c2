//! From when until when a certificate is valid; what is wrong with it otherwise, rustls says.

use jiff::Timestamp;
use x509_parser::{certificate::X509Certificate, prelude::FromDer as _, time::ASN1Time};

/// From when until when a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) begins: Timestamp,
    pub(super) ends: Timestamp,
}

/// What a certificate says (RFC 5280, section 4.1); `None` where it is none.
pub(super) fn of(certificate: &[u8]) -> Option<Validity> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let moment = |time: &ASN1Time| Timestamp::from_second(time.timestamp()).ok();
    let validity = certificate.validity();
    Some(Validity { begins: moment(&validity.not_before)?, ends: moment(&validity.not_after)? })
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
        for length in 0..whole.len() {
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
