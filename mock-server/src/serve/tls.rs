//! What a server shows to clients that want a secure connection.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

/// The names that a self-signed certificate is for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A certificate and its key, for mocks behind `https://`. Needs the feature `tls`.
///
/// ```
/// let tls = pactwright::Tls::self_signed()?;
/// // What a client must be told to trust.
/// assert!(tls.certificate_pem().starts_with("-----BEGIN CERTIFICATE-----"));
/// # Ok::<(), pactwright::TlsError>(())
/// ```
#[derive(Clone)]
pub struct Tls {
    certificate: Arc<str>,
    acceptor: TlsAcceptor,
}

/// Why a certificate and a key cannot be used.
///
/// ```
/// use pactwright::{Tls, TlsError};
///
/// let error = Tls::from_pem("no certificate", "no key").unwrap_err();
/// assert!(matches!(&error, TlsError::NoCertificate), "{error}");
/// ```
#[derive(Debug, Error)]
pub enum TlsError {
    /// A certificate could not be made.
    #[error("no self-signed certificate could be made: {0}")]
    SelfSigned(#[from] rcgen::Error),
    /// What was given is no certificate.
    #[error("the certificate cannot be read: {0}; PEM text with `BEGIN CERTIFICATE` was expected")]
    Certificate(rustls::pki_types::pem::Error),
    /// There is no certificate in what was given.
    #[error(
        "there is no certificate in the PEM text: a block that begins with `BEGIN CERTIFICATE` was expected"
    )]
    NoCertificate,
    /// What was given is no key.
    #[error("the private key cannot be read: {0}; PEM text with `BEGIN PRIVATE KEY` was expected")]
    Key(rustls::pki_types::pem::Error),
    /// They do not go together, or are of a kind that cannot be used.
    #[error("the certificate and the key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
}

impl Tls {
    /// A new certificate for `localhost`, `127.0.0.1` and `::1`, which nobody trusts until told to.
    ///
    /// ```
    /// use pactwright::Tls;
    ///
    /// let (one, other) = (Tls::self_signed()?, Tls::self_signed()?);
    /// assert_ne!(one.certificate_pem(), other.certificate_pem());
    /// # Ok::<(), pactwright::TlsError>(())
    /// ```
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn self_signed() -> Result<Self, TlsError> {
        let made = rcgen::generate_simple_self_signed(NAMES.map(str::to_owned).to_vec())?;
        Self::from_pem(&made.cert.pem(), &made.signing_key.serialize_pem())
    }

    /// A certificate (with those that lead to its root, if any) and its private key, both as PEM text.
    ///
    /// ```
    /// # let made = rcgen::generate_simple_self_signed(vec!["mock.example".to_owned()])?;
    /// # let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    /// // What is in files such as `mock.example.pem` and `mock.example-key.pem`.
    /// let tls = pactwright::Tls::from_pem(&certificate, &key)?;
    /// assert_eq!(tls.certificate_pem(), certificate);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When they cannot be read, or do not go together.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self, TlsError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(certificate.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(TlsError::Certificate)?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate);
        }
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(TlsError::Key)?;
        // Named, not taken from the process: the tests around may have chosen another for themselves.
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        #[cfg(feature = "http2")]
        config.alpn_protocols.push(b"h2".to_vec());
        config.alpn_protocols.push(b"http/1.1".to_vec());
        Ok(Self { certificate: certificate.into(), acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// The certificate as PEM text, to be trusted by a client.
    ///
    /// ```
    /// let tls = pactwright::Tls::self_signed()?;
    /// // reqwest::Client::builder().tls_certs_only([Certificate::from_pem(tls.certificate_pem().as_bytes())?])
    /// assert!(tls.certificate_pem().ends_with("-----END CERTIFICATE-----\n"));
    /// # Ok::<(), pactwright::TlsError>(())
    /// ```
    pub fn certificate_pem(&self) -> &str {
        &self.certificate
    }

    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }
}

impl fmt::Debug for Tls {
    /// Without the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_named() {
        let made = Tls::self_signed().unwrap();
        let text = |certificate: &str, key: &str| Tls::from_pem(certificate, key).unwrap_err().to_string();
        assert!(text("", "").starts_with("there is no certificate"));
        assert!(text(made.certificate_pem(), "").starts_with("the private key cannot be read"));
        let other = rcgen::generate_simple_self_signed(vec!["x".to_owned()]).unwrap();
        let mixed = text(made.certificate_pem(), &other.signing_key.serialize_pem());
        assert!(mixed.starts_with("the certificate and the key cannot be used"), "{mixed}");
        assert!(!format!("{made:?}").contains("KEY"));
    }
}
