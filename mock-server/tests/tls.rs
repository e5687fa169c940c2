//! Mocks behind `https://`.

use std::error::Error;
use std::io::{Read, Write};
use std::sync::Arc;

use pactwright::Tls;
use pactwright::dsl::Mock;
use pactwright::prelude::*;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;

type TestResult = Result<(), Box<dyn Error>>;

fn ping(folder: &TempDir) -> Mock {
    let orders = consumer("web").provider("orders").output_dir(folder.path());
    orders
        .upon_receiving("a ping")
        .request(get("/ping"))
        .respond(ok().json(json!({ "self": mock_server_url("/ping", r".*(/ping)$") })))
}

/// A client that trusts this certificate, and no other.
fn trusting(tls: &Tls, protocols: &[&str]) -> Result<Arc<ClientConfig>, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(tls.certificate_pem().as_bytes())?)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    Ok(Arc::new(config))
}

fn connect(
    address: std::net::SocketAddr,
    config: Arc<ClientConfig>,
) -> Result<StreamOwned<ClientConnection, std::net::TcpStream>, Box<dyn Error>> {
    let connection = ClientConnection::new(config, ServerName::try_from("localhost")?)?;
    Ok(StreamOwned::new(connection, std::net::TcpStream::connect(address)?))
}

const PING: &[u8] = b"GET /ping HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n";

#[test]
fn a_client_that_trusts_the_certificate_is_answered() -> TestResult {
    let folder = tempfile::tempdir()?;
    let tls = Tls::self_signed()?;
    let mock = ping(&folder).start_tls_blocking(&tls)?;
    assert!(mock.url().starts_with("https://127.0.0.1:"));

    // A client that never speaks is in nobody's way.
    let silent = std::net::TcpStream::connect(mock.address())?;
    let mut stream = connect(mock.address(), trusting(&tls, &[])?)?;
    stream.write_all(PING)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains(&format!("{}/ping", mock.url())), "links lead back over https: {answer}");

    let other = trusting(&Tls::self_signed()?, &[])?;
    assert!(connect(mock.address(), other)?.write_all(PING).is_err(), "another certificate is not trusted");
    drop(silent);
    mock.finish()?;
    Ok(())
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn client_and_mock_agree_on_the_protocol() -> TestResult {
    let folder = tempfile::tempdir()?;
    let tls = Tls::self_signed()?;
    let mock = ping(&folder).start_tls(&tls).await?;
    for (wanted, agreed) in [(&["h2", "http/1.1"][..], "h2"), (&["http/1.1"], "http/1.1")] {
        let mut stream = connect(mock.address(), trusting(&tls, wanted)?)?;
        stream.conn.complete_io(&mut stream.sock)?;
        assert_eq!(stream.conn.alpn_protocol(), Some(agreed.as_bytes()));
    }
    let mut stream = connect(mock.address(), trusting(&tls, &["http/1.1"])?)?;
    stream.write_all(PING)?;
    stream.read_to_end(&mut Vec::new())?;
    mock.finish().await?;
    Ok(())
}
