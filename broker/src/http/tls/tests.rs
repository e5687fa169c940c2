use std::{fs, path::Path, sync::Arc};

use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, date_time_ymd};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tempfile::TempDir;

use super::{Tls, TlsError, TlsWarning};
use crate::config::TlsConfig;

/// A certificate that is valid from 2020 to 2040, and its key, in PEM.
fn made() -> (String, String) {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2040, 1, 1));
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

struct Files {
    folder: TempDir,
    config: TlsConfig,
}

impl Files {
    fn with(certificate: &str, key: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = TlsConfig {
            certificate: Some(folder.path().join("tls.pem")),
            key: Some(folder.path().join("tls.key")),
            ..TlsConfig::default()
        };
        let files = Self { folder, config };
        files.put(certificate, key);
        files
    }

    fn put(&self, certificate: &str, key: &str) {
        fs::write(self.path("tls.pem"), certificate).unwrap();
        fs::write(self.path("tls.key"), key).unwrap();
    }

    fn path(&self, name: &str) -> impl AsRef<Path> {
        self.folder.path().join(name)
    }

    fn open(&self) -> Result<Tls, TlsError> {
        Tls::open(&self.config).map(Option::unwrap)
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn where_no_file_is_named_connections_are_plain() {
    assert!(Tls::open(&TlsConfig::default()).unwrap().is_none());
}

#[test]
fn what_is_wrong_with_files_is_said_with_their_names() {
    let (certificate, key) = made();
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    for (first, second, name, words) in [
        ("", key.as_str(), "tls.pem", "has no certificate"),
        ("no certificate", &key, "tls.pem", "has no certificate"),
        (&key, &key, "tls.pem", "has no certificate"),
        (&certificate, "", "tls.key", "has no private key"),
        (&certificate, &certificate, "tls.key", "has no private key"),
        (&certificate, encrypted, "tls.key", "encrypted with a password"),
        (&certificate, &made().1, "tls.key", "is not the one of the first certificate"),
        (&format!("{}{certificate}", made().0), &key, "tls.pem", "is not the one of the first certificate"),
    ] {
        let error = Files::with(first, second).open().unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(words), "{words}: {error}");
        assert!(!error.contains(key.lines().nth(1).unwrap()), "{error}");
    }
    let files = Files::with(&certificate, &key);
    fs::remove_file(files.path("tls.key")).unwrap();
    let error = files.open().unwrap_err();
    assert!(matches!(&error, TlsError::Unreadable { path, .. } if path.ends_with("tls.key")), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn keys_are_read_in_every_form_that_others_write() {
    // PKCS#8 is what rcgen writes; the others are what `openssl ecparam -genkey` and `openssl rsa -traditional` do.
    let (certificate, key) = made();
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"));
    Files::with(&certificate, &key).open().unwrap();
    for (certificate, key) in [
        (include_str!("samples/sec1.pem"), include_str!("samples/sec1.key")),
        (include_str!("samples/pkcs1.pem"), include_str!("samples/pkcs1.key")),
    ] {
        Files::with(certificate, key).open().unwrap();
    }
}

#[test]
fn the_age_of_a_certificate_is_told() {
    let (certificate, key) = made();
    let tls = Files::with(&certificate, &key).open().unwrap();
    let ends = at("2040-01-01T00:00:00Z");
    for (now, expected) in [
        ("2019-12-31T23:59:59Z", Some(TlsWarning::NotYetValid(at("2020-01-01T00:00:00Z")))),
        ("2020-01-01T00:00:01Z", None),
        ("2039-12-17T23:59:59Z", None),
        ("2039-12-18T00:00:01Z", Some(TlsWarning::ExpiresSoon(ends))),
        ("2040-01-01T00:00:01Z", Some(TlsWarning::Expired(ends))),
    ] {
        assert_eq!(tls.age(at(now)), expected, "{now}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_everybody_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt as _;
    let (certificate, key) = made();
    let files = Files::with(&certificate, &key);
    let tls = files.open().unwrap();
    for (mode, is_open) in [(0o644, true), (0o640, false), (0o600, false)] {
        fs::set_permissions(files.path("tls.key"), fs::Permissions::from_mode(mode)).unwrap();
        let warnings = tls.warnings(at("2030-01-01T00:00:00Z"));
        assert_eq!(warnings.len(), usize::from(is_open), "{mode:o}: {warnings:?}");
        assert!(warnings.iter().all(|warning| warning.to_string().contains("chmod o= ")));
    }
}

/// What a handshake that begins now is shown.
fn shown(tls: &Tls) -> CertificateDer<'static> {
    Arc::clone(&tls.0.shown.0.load().certified).cert[0].clone()
}

#[test]
fn what_changes_is_shown_and_what_is_broken_is_not() {
    let (first, second) = (made(), made());
    let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let files = Files::with(&first.0, &first.1);
    let tls = files.open().unwrap();
    assert!(!tls.reload().unwrap(), "nothing has changed");
    // As somebody does it who changes one after the other.
    files.put(&second.0, &first.1);
    assert!(matches!(tls.reload(), Err(TlsError::Mismatch { .. })));
    assert!(!tls.reload().unwrap(), "it is said once");
    assert_eq!(shown(&tls), der(&first.0));
    files.put(&second.0, &second.1);
    assert!(tls.reload().unwrap());
    assert_eq!(shown(&tls), der(&second.0));
    fs::remove_file(files.path("tls.pem")).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::Unreadable { .. })));
    assert!(!tls.reload().unwrap(), "it is said once");
    assert_eq!(shown(&tls), der(&second.0));
    files.put(&first.0, &first.1);
    assert!(tls.reload().unwrap());
    assert_eq!(shown(&tls), der(&first.0));
    assert!(!format!("{tls:?}").contains("PRIVATE"));
}
