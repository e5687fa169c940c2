//! Secure connections: the certificate that is shown, and what happens when its files change.

mod validity;

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs::default_provider},
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject as _},
    },
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::config::TlsConfig;
use validity::Validity;

/// What is spoken on secure connections, what is best first.
const PROTOCOLS: [&[u8]; 2] = [HTTP2, b"http/1.1"];
const HTTP2: &[u8] = b"h2";

/// How long before the end of a certificate it is said that it is near.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A certificate with its key, for connections that nobody else can read: TLS 1.2 and 1.3.
///
/// Its files are looked at again every [`TlsConfig::check_every`] while it is served, and by [`Tls::check`]: new connections
/// are shown what is in them then. What cannot be used is logged, and what was shown before goes on being shown.
///
/// ```no_run
/// # async fn served(broker: pactwright_broker::Broker, listener: tokio::net::TcpListener) -> Result<(), Box<dyn std::error::Error>> {
/// use pactwright_broker::{config::TlsConfig, http::{Tls, serve_tls}};
///
/// let config = TlsConfig {
///     certificate: Some("/etc/pactwright/tls.pem".into()),
///     key: Some("/etc/pactwright/tls.key".into()),
///     ..TlsConfig::default()
/// };
/// let tls = Tls::open(&config)?.ok_or("there is no certificate")?;
/// serve_tls(broker, listener, tls, std::future::pending()).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    certificate: PathBuf,
    key: PathBuf,
    every: Duration,
    shown: Arc<Shown>,
    acceptor: TlsAcceptor,
    /// What was in the files when they were looked at last, whether it could be used or not.
    seen: Mutex<Option<[u8; 32]>>,
}

/// What handshakes that begin now are answered with.
#[derive(Debug)]
struct Shown(ArcSwap<Pair>);

/// A certificate with its key.
#[derive(Debug)]
struct Pair {
    certified: Arc<CertifiedKey>,
    validity: Option<Validity>,
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load().certified.clone())
    }
}

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("the file {} with the {what} cannot be read", path.display())]
    Unreadable {
        /// What should be in it.
        what: &'static str,
        /// Where it is.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not in PEM.
    #[error("{} has no {what} in PEM: {source}", path.display())]
    NotPem {
        /// What should be in it.
        what: &'static str,
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// There is no certificate in the file.
    #[error("{} has no certificate: a block that begins with BEGIN CERTIFICATE is expected", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// The key has a password.
    #[error(
        "the key in {} is encrypted with a password, which nobody could give at a start: `openssl pkey -in FILE` writes it without",
        path.display()
    )]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// The key is one of another certificate.
    #[error(
        "the key in {} is not the one of the first certificate in {}: those that lead to the root come after it",
        key.display(),
        certificate.display()
    )]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// They are of a kind that cannot be used.
    #[error("the certificate in {} cannot be used with its key: {source}", certificate.display())]
    Unusable {
        /// The file of the certificate.
        certificate: PathBuf,
        /// Why.
        source: rustls::Error,
    },
}

/// What is not wrong with a certificate, but should be looked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsWarning {
    /// It is valid no longer: clients refuse it.
    Expired(Timestamp),
    /// It will soon be valid no longer.
    ExpiresSoon(Timestamp),
    /// It is not valid yet: clients refuse it.
    NotYetValid(Timestamp),
    /// Everybody on the machine can read the key.
    KeyIsOpen(PathBuf),
}

impl fmt::Display for TlsWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired(end) => {
                write!(formatter, "the certificate has expired at {end}; clients will refuse it")
            }
            Self::ExpiresSoon(end) => write!(formatter, "the certificate expires at {end}"),
            Self::NotYetValid(begin) => {
                write!(formatter, "the certificate is not valid before {begin}; clients will refuse it")
            }
            Self::KeyIsOpen(path) => write!(
                formatter,
                "everybody on this machine can read the key in {}: `chmod o= {0}` ends that",
                path.display()
            ),
        }
    }
}

/// The bytes of both files.
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Contents {
    fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let read = |what, path: &Path| {
            std::fs::read(path).map_err(|source| TlsError::Unreadable { what, path: path.to_owned(), source })
        };
        Ok(Self { certificate: read("certificate", certificate)?, key: read("private key", key)? })
    }

    fn digest(&self) -> [u8; 32] {
        let parts = [Sha256::digest(&self.certificate), Sha256::digest(&self.key)];
        Sha256::digest(parts.concat()).into()
    }

    /// What they are, if they fit to each other. The paths are for telling where something is wrong.
    fn pair(&self, certificate: &Path, key: &Path, provider: &CryptoProvider) -> Result<Pair, TlsError> {
        let not_pem = |what, path: &Path, source| TlsError::NotPem { what, path: path.to_owned(), source };
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<_, _>>()
            .map_err(|source| not_pem("certificate", certificate, source))?;
        let Some(first) = chain.first() else {
            return Err(TlsError::NoCertificate { path: certificate.to_owned() });
        };
        let validity = validity::of(first);
        let private = PrivateKeyDer::from_pem_slice(&self.key).map_err(|source| {
            if String::from_utf8_lossy(&self.key).contains("ENCRYPTED") {
                TlsError::Encrypted { path: key.to_owned() }
            } else {
                not_pem("private key", key, source)
            }
        })?;
        let certified = CertifiedKey::from_der(chain, private, provider).map_err(|source| match source {
            rustls::Error::InconsistentKeys(_) => {
                TlsError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
            }
            source => TlsError::Unusable { certificate: certificate.to_owned(), source },
        })?;
        Ok(Pair { certified: Arc::new(certified), validity })
    }
}

impl Tls {
    /// Reads the files; `None` where the settings name none.
    ///
    /// # Errors
    /// When they cannot be read, are not what they should be, or do not belong together.
    pub fn open(config: &TlsConfig) -> Result<Option<Self>, TlsError> {
        let Some((certificate, key)) = config.files() else { return Ok(None) };
        let provider = Arc::new(default_provider());
        let contents = Contents::read(certificate, key)?;
        let shown = contents.pair(certificate, key, &provider)?;
        let shown = Arc::new(Shown(ArcSwap::from_pointee(shown)));
        let unusable = |source| TlsError::Unusable { certificate: certificate.to_owned(), source };
        // Named, not taken from the process: whoever embeds the broker may have chosen another.
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(shown.clone());
        server.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(Some(Self(Arc::new(Inner {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            every: config.check_every,
            shown,
            acceptor: TlsAcceptor::from(Arc::new(server)),
            seen: Mutex::new(Some(contents.digest())),
        }))))
    }

    /// What should be looked after, at that moment.
    pub fn warnings(&self, now: Timestamp) -> Vec<TlsWarning> {
        let key = is_open(&self.0.key).then(|| TlsWarning::KeyIsOpen(self.0.key.clone()));
        self.age(now).into_iter().chain(key).collect()
    }

    /// What should be looked after now.
    pub fn warnings_now(&self) -> Vec<TlsWarning> {
        self.warnings(Timestamp::now())
    }

    fn age(&self, now: Timestamp) -> Option<TlsWarning> {
        let Validity { begins, ends } = self.0.shown.0.load().validity?;
        if now < begins {
            Some(TlsWarning::NotYetValid(begins))
        } else if ends < now {
            Some(TlsWarning::Expired(ends))
        } else {
            (ends.duration_since(now) < SOON).then_some(TlsWarning::ExpiresSoon(ends))
        }
    }

    /// Reads the files again; answers whether something else is shown since. What has been looked at before is not looked
    /// at again.
    ///
    /// # Errors
    /// When they cannot be used. What was shown before is shown on.
    pub fn reload(&self) -> Result<bool, TlsError> {
        let Inner { certificate, key, shown, acceptor, .. } = &*self.0;
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let contents = match Contents::read(certificate, key) {
            Ok(contents) => contents,
            // Told once.
            Err(_) if seen.is_none() => return Ok(false),
            Err(error) => {
                *seen = None;
                return Err(error);
            }
        };
        let digest = contents.digest();
        if seen.replace(digest) == Some(digest) {
            return Ok(false);
        }
        let pair = contents.pair(certificate, key, acceptor.config().crypto_provider())?;
        shown.0.store(Arc::new(pair));
        Ok(true)
    }

    /// Reads the files again, and logs what came of it.
    pub async fn check(&self) {
        let tls = self.clone();
        let Ok(checked) = tokio::task::spawn_blocking(move || tls.reload()).await else { return };
        match checked {
            Ok(false) => {}
            Ok(true) => {
                tracing::info!("new connections are shown the certificate that is in its file now");
                for warning in self.warnings_now() {
                    tracing::warn!("{warning}");
                }
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the new certificate cannot be used; the one before goes on being shown"
            ),
        }
    }

    /// Looks at the files again and again. It has no end.
    pub(super) async fn watch(self) {
        let mut told = self.age(Timestamp::now());
        loop {
            tokio::time::sleep(self.0.every).await;
            self.check().await;
            let age = self.age(Timestamp::now());
            if age != told
                && let Some(warning) = &age
            {
                tracing::warn!("{warning}");
            }
            told = age;
        }
    }

    /// Greets a client.
    pub(super) async fn accept<C>(&self, connection: C) -> io::Result<TlsStream<C>>
    where
        C: AsyncRead + AsyncWrite + Unpin,
    {
        self.0.acceptor.accept(connection).await
    }
}

/// Whether a client wanted to speak HTTP/2.
pub(super) fn is_http2<C>(stream: &TlsStream<C>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(HTTP2)
}

impl fmt::Debug for Tls {
    /// Without the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").field("certificate", &self.0.certificate).finish_non_exhaustive()
    }
}

/// Whether everybody on the machine can read a file.
#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS_READ: u32 = 0o004;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & OTHERS_READ != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests;
