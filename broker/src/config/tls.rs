//! Secure connections, for whoever starts a broker.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Where the certificate and its key are, and what is told about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsConfig {
    /// A file with the certificate and those that lead to its root, in PEM; the certificate itself comes first.
    pub certificate: Option<PathBuf>,
    /// A file with its private key, in PEM: PKCS#8, PKCS#1 or SEC1, without a password.
    pub key: Option<PathBuf>,
    /// How often it is looked whether the files have changed.
    pub check_every: Duration,
    /// For how many days browsers that came by https come by nothing else (`Strict-Transport-Security`); 0: it is not sent.
    pub hsts_days: u32,
}

impl Default for TlsConfig {
    fn default() -> Self {
        Self { certificate: None, key: None, check_every: Duration::from_secs(10), hsts_days: 180 }
    }
}

impl TlsConfig {
    /// The files of the certificate and of the key, where connections are secure.
    ///
    /// ```
    /// use pactwright_broker::Config;
    /// assert_eq!(Config::default().tls.files(), None);
    /// ```
    pub fn files(&self) -> Option<(&Path, &Path)> {
        self.certificate.as_deref().zip(self.key.as_deref())
    }
}
