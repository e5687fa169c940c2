//! Brokers that listen, certificates, and clients.

use std::{
    fs,
    future::pending,
    net::SocketAddr,
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

use pactwright_broker::{
    Broker, Config,
    config::TlsConfig,
    http::{Tls, serve, serve_tls},
    store::MemoryStore,
};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use reqwest::Client;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// So short that a test does not take long, and so long that nothing else is late.
pub(crate) const SHORT: Duration = Duration::from_secs(1);
/// Whatever takes longer hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A certificate for this machine, with its key.
pub(crate) struct Made {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) pem: String,
    pub(crate) key: String,
}

pub(crate) fn certificate() -> Made {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    Made { certificate: made.der().clone(), pem: made.pem(), key: key.serialize_pem() }
}

pub(crate) fn put(folder: &Path, made: &Made) {
    fs::write(folder.join("tls.pem"), &made.pem).unwrap();
    fs::write(folder.join("tls.key"), &made.key).unwrap();
}

/// A broker behind TLS.
pub(crate) struct Secure {
    pub(crate) folder: TempDir,
    pub(crate) made: Made,
    pub(crate) tls: Tls,
    pub(crate) address: SocketAddr,
}

impl Secure {
    /// Serves with settings; those of TLS are put in.
    pub(crate) async fn start(mut config: Config) -> Self {
        let (folder, made) = (tempfile::tempdir().unwrap(), certificate());
        put(folder.path(), &made);
        config.tls = TlsConfig {
            certificate: Some(folder.path().join("tls.pem")),
            key: Some(folder.path().join("tls.key")),
            ..config.tls
        };
        let tls = Tls::open(&config.tls).unwrap().unwrap();
        let (broker, listener, address) = open(config).await;
        tokio::spawn(serve_tls(broker, listener, tls.clone(), pending()));
        Self { folder, made, tls, address }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }
}

pub(crate) async fn open(config: Config) -> (Broker, TcpListener, SocketAddr) {
    let broker = Broker::open(Arc::new(MemoryStore::new()), config).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (broker, listener, address)
}

/// Serves without TLS.
pub(crate) async fn plain(config: Config) -> SocketAddr {
    let (broker, listener, address) = open(config).await;
    tokio::spawn(serve(broker, listener, pending()));
    address
}

/// A client that trusts a certificate and no other.
pub(crate) fn client(made: &Made) -> reqwest::ClientBuilder {
    let trusted = reqwest::Certificate::from_pem(made.pem.as_bytes()).unwrap();
    Client::builder().no_proxy().timeout(PATIENCE).tls_certs_only([trusted])
}

/// A handshake, by what nobody tells more than to trust these.
pub(crate) async fn greet(
    address: SocketAddr,
    trusted: &[&Made],
    protocols: &[&'static rustls::SupportedProtocolVersion],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for made in trusted {
        roots.add(made.certificate.clone()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(protocols)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

/// Sends bytes, and answers everything that is said until the connection is closed, by whomever.
pub(crate) async fn say(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    rest(stream).await
}

pub(crate) async fn rest(mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut answer = Vec::new();
    // Who does not read what is sent closes the connection hard.
    let is_read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(is_read.is_ok(), "the connection is kept");
    answer
}

/// One client for what is plain.
pub(crate) fn http1() -> &'static Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    // Not kept: each test has a runtime of its own.
    CLIENT.get_or_init(|| {
        Client::builder().no_proxy().http1_only().pool_max_idle_per_host(0).timeout(PATIENCE).build().unwrap()
    })
}

/// Asks what is measured until it is as expected: those who watch are answered whatever else happens.
pub(crate) async fn until_measured(address: SocketAddr, line: &str) {
    let is_said = async {
        loop {
            let text = http1().get(format!("http://{address}/metrics/prometheus")).send().await.unwrap();
            if text.text().await.unwrap().lines().any(|found| found == line) {
                return;
            }
        }
    };
    timeout(PATIENCE, is_said).await.unwrap_or_else(|_| panic!("it never said {line}"));
}
