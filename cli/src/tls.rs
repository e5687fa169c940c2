//! The certificates of servers behind https.

use std::path::{Path, PathBuf};

use clap::Args;
use pactwright::{Tls, TlsError};
use thiserror::Error;

/// Whether a server is behind https, and with which certificate.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Secure {
    /// Serve behind https
    #[arg(long)]
    tls: bool,
    #[command(flatten)]
    files: TlsFiles,
}

/// Which certificate a server shows. Needs an argument `tls` beside it.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct TlsFiles {
    /// The certificate to show, as PEM, with those that lead to its root; without it, one that is made up for
    /// localhost and its addresses, and signed by nobody else
    #[arg(
        id = "tls_certificate",
        long = "tls-certificate",
        requires_all = ["tls", "tls_key"],
        value_name = "FILE"
    )]
    given: Option<PathBuf>,
    /// The private key of that certificate, as PEM
    #[arg(id = "tls_key", long = "tls-key", requires_all = ["tls", "tls_certificate"], value_name = "FILE")]
    key: Option<PathBuf>,
    /// Write the certificate to this file, as PEM, for clients to trust
    #[arg(
        id = "tls_write_certificate",
        long = "tls-write-certificate",
        requires = "tls",
        value_name = "FILE"
    )]
    shown: Option<PathBuf>,
}

/// Why there is no certificate.
#[derive(Debug, Error)]
pub(crate) enum TlsFilesError {
    #[error("{} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the certificate cannot be written to {}", path.display())]
    Unwritable { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Secure {
    /// The certificate of a server behind https.
    pub(crate) fn load(&self) -> Result<Option<Tls>, TlsFilesError> {
        self.tls.then(|| self.files.load()).transpose()
    }
}

impl TlsFiles {
    /// The certificate, given or made up, and written where that was asked for.
    pub(crate) fn load(&self) -> Result<Tls, TlsFilesError> {
        let read = |path: &Path| {
            std::fs::read_to_string(path)
                .map_err(|source| TlsFilesError::Unreadable { path: path.to_owned(), source })
        };
        let tls = match (&self.given, &self.key) {
            (Some(certificate), Some(key)) => Tls::from_pem(&read(certificate)?, &read(key)?)?,
            _ => Tls::self_signed()?,
        };
        if let Some(path) = &self.shown {
            write_certificate(path, tls.certificate_pem())?;
        }
        Ok(tls)
    }
}

/// Writes a certificate for clients to trust.
pub(crate) fn write_certificate(path: &Path, pem: &str) -> Result<(), TlsFilesError> {
    std::fs::write(path, pem).map_err(|source| TlsFilesError::Unwritable { path: path.to_owned(), source })
}
