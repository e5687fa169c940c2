//! Clients that are slow, go away, send too much or make no sense: the test ends, others are served, and the report says
//! what came.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::error::Error;
use std::net::TcpListener;
use std::time::Duration;

use pactwright::pactwright_core::format;
use pactwright::pactwright_core::model::Pact;
use pactwright::prelude::*;
use pactwright::standalone::{MockOptions, PactMock, Stub, StubOptions};
use pactwright::{Failure, MockServer, Report};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type TestResult = Result<(), Box<dyn Error>>;

/// A test that would wait for ever fails instead. Nothing here comes near it.
const FOR_EVER: Duration = Duration::from_secs(120);
/// What a server that is asked by slow clients only waits for them.
const SHORT: Duration = Duration::from_millis(50);

fn contract(folder: &TempDir) -> pactwright::dsl::Contract {
    consumer("web").provider("orders").output_dir(folder.path())
}

/// A mock that expects an upload.
async fn upload(contract: pactwright::dsl::Contract) -> Result<MockServer, Box<dyn Error>> {
    Ok(contract.upon_receiving("an upload").request(post("/labels")).respond(created()).start().await?)
}

fn ping() -> Pact {
    let document = json!({
        "consumer": { "name": "web" }, "provider": { "name": "orders" },
        "interactions": [{
            "description": "a ping",
            "request": { "method": "GET", "path": "/ping" },
            "response": { "status": 200, "body": "pong" },
        }],
    });
    format::read(document.to_string().as_bytes()).unwrap()
}

const UPLOAD: &[u8] =
    b"POST /labels HTTP/1.1\r\nHost: mock\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const PING: &[u8] = b"GET /ping HTTP/1.1\r\nHost: mock\r\n\r\n";

/// Everything that is left to read from a connection. One that was cut off has nothing more to say.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(FOR_EVER, stream.read_to_end(&mut bytes)).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a server answers to these bytes.
async fn answer(server: &MockServer, sent: &[u8]) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect(server.address()).await?;
    stream.write_all(sent).await?;
    stream.shutdown().await?;
    Ok(rest(&mut stream).await)
}

/// The report without what was never requested.
fn failures(report: &Report) -> Vec<Failure> {
    let never = |failure: &&Failure| !matches!(failure, Failure::NeverRequested(_));
    report.failures().iter().filter(never).cloned().collect()
}

#[tokio::test]
async fn a_client_that_hangs_up_in_the_middle_is_reported() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = upload(contract(&folder)).await?;
    let cut = b"POST /labels?token=7 HTTP/1.1\r\nHost: mock\r\nContent-Length: 10\r\n\r\nabc";
    answer(&mock, cut).await?;
    assert!(answer(&mock, UPLOAD).await?.starts_with("HTTP/1.1 201"), "others are served");
    let report = mock.finish().await.unwrap_err();
    assert!(
        matches!(&failures(&report)[..], [Failure::BrokenOff { request, .. }] if request.starts_with("POST /labels")),
        "{report}"
    );
    assert!(std::fs::read_dir(folder.path())?.next().is_none(), "nothing is written");
    Ok(())
}

#[tokio::test]
async fn what_is_no_http_is_reported() -> TestResult {
    for garbage in
        [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n"[..], b"EHLO mail.example\r\n\r\n"]
    {
        let folder = tempfile::tempdir()?;
        let mock = upload(contract(&folder)).await?;
        assert!(answer(&mock, garbage).await?.starts_with("HTTP/1.1 400"));
        assert!(answer(&mock, UPLOAD).await?.starts_with("HTTP/1.1 201"), "others are served");
        let report = mock.finish().await.unwrap_err();
        assert!(matches!(failures(&report)[..], [Failure::NotHttp { .. }]), "{report}");
        assert!(report.to_string().contains("something came that is no HTTP request: invalid"), "{report}");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_only_looks_whether_somebody_listens_does_no_harm() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = upload(contract(&folder)).await?;
    assert_eq!(answer(&mock, b"").await?, "");
    answer(&mock, UPLOAD).await?;
    mock.finish().await?;
    Ok(())
}

/// Sends a beginning and then, again and again, a drop, until the server has enough.
async fn drip(server: &MockServer, beginning: &[u8], drop: &[u8]) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect(server.address()).await?;
    stream.write_all(beginning).await?;
    let (mut receiving, mut sending) = stream.split();
    let dripping = async {
        loop {
            // That is how slow this client is.
            tokio::time::sleep(Duration::from_millis(5)).await;
            if sending.write_all(drop).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut bytes = Vec::new();
    let reading = tokio::time::timeout(FOR_EVER, receiving.read_to_end(&mut bytes));
    tokio::select! {
        ended = reading => drop_result(ended?),
        () = dripping => {}
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a connection ends with a good-bye or is cut is the system's business.
fn drop_result(_: std::io::Result<usize>) {}

#[tokio::test]
async fn a_slow_client_is_waited_for_no_longer_than_agreed() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = upload(contract(&folder).client_timeout(SHORT)).await?;
    // A head that never ends, silence, and half of the sign of HTTP/2.
    assert!(!drip(&mock, b"POST /labels HTTP/1.1\r\nX-Slow: ", b"x").await?.contains(" 201"));
    for silent in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n"] {
        let mut stream = TcpStream::connect(mock.address()).await?;
        stream.write_all(silent).await?;
        assert!(!rest(&mut stream).await.contains(" 201"));
    }
    // A body that never ends.
    let head = b"POST /labels HTTP/1.1\r\nHost: mock\r\nContent-Length: 1000000\r\n\r\n";
    let said = drip(&mock, head, b"x").await?;
    assert!(said.starts_with("HTTP/1.1 400") && said.contains("did not come within 50ms"), "{said}");
    let report = mock.finish().await.unwrap_err();
    assert!(matches!(failures(&report)[..], [Failure::BrokenOff { .. }]), "{report}");
    Ok(())
}

#[tokio::test]
async fn slow_clients_are_in_nobodys_way() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = upload(contract(&folder)).await?;
    let mut slow = Vec::new();
    for beginning in ["", "P", "POST /labels HT"] {
        for _ in 0..25 {
            let mut stream = TcpStream::connect(mock.address()).await?;
            stream.write_all(beginning.as_bytes()).await?;
            slow.push(stream);
        }
    }
    assert!(answer(&mock, UPLOAD).await?.starts_with("HTTP/1.1 201"));
    tokio::time::timeout(FOR_EVER, mock.finish()).await??;
    for mut stream in slow {
        // The server has gone, and with it all connections.
        rest(&mut stream).await;
    }
    Ok(())
}

/// A client that has sent half of a body, for which the server waits.
async fn half_sent(server: &MockServer) -> Result<TcpStream, Box<dyn Error>> {
    const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut stream = TcpStream::connect(server.address()).await?;
    stream
        .write_all(
            b"POST /labels HTTP/1.1\r\nHost: mock\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
        )
        .await?;
    let mut said = vec![0; GO_ON.len()];
    stream.read_exact(&mut said).await?;
    assert_eq!(said, GO_ON);
    stream.write_all(b"half").await?;
    Ok(stream)
}

#[tokio::test]
async fn a_body_that_is_cut_off_at_the_end_of_the_test_is_reported() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = upload(contract(&folder)).await?;
    let mut slow = [half_sent(&mock).await?, half_sent(&mock).await?];
    assert!(answer(&mock, UPLOAD).await?.starts_with("HTTP/1.1 201"), "others are served");
    let report = tokio::time::timeout(FOR_EVER, mock.finish()).await?.unwrap_err();
    assert!(
        matches!(failures(&report)[..], [Failure::BrokenOff { .. }, Failure::BrokenOff { .. }]),
        "{report}"
    );
    assert!(report.to_string().contains("its body was still coming"), "{report}");
    for stream in &mut slow {
        rest(stream).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_client_that_asks_first_need_not_send_what_is_too_much() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = upload(contract(&folder).body_limit(1000)).await?;
    let mut stream = TcpStream::connect(mock.address()).await?;
    stream
        .write_all(
            b"POST /labels HTTP/1.1\r\nHost: mock\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n",
        )
        .await?;
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    let report = mock.finish().await.unwrap_err();
    assert!(matches!(failures(&report)[..], [Failure::TooLarge { limit: 1000, .. }]), "{report}");
    Ok(())
}

/// Client and server share a thread here, so that what is allocated on it is all there is.
#[test]
fn a_hundred_megabytes_need_little_memory() {
    const PIECE: usize = 64 * 1024;
    let upload = async {
        let mock = PactMock::start(ping(), MockOptions::default()).unwrap();
        let mut stream = TcpStream::connect(mock.address()).await.unwrap();
        let pieces = 100 * 1024 * 1024 / PIECE;
        let head = format!(
            "POST /ping HTTP/1.1\r\nHost: m\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            pieces * PIECE
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let piece = vec![b'x'; PIECE];
        for _ in 0..pieces {
            stream.write_all(&piece).await.unwrap();
        }
        let said = rest(&mut stream).await;
        assert!(said.starts_with("HTTP/1.1 413"), "{said}");
        assert!(matches!(mock.problems().unwrap().failures(), [Failure::TooLarge { .. }, ..]));
        mock.stop().await;
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let used = allocation_counter::measure(|| runtime.block_on(upload));
    // The limit is 16 MiB, and a vector that grows is there twice for a moment.
    assert!(used.bytes_max < 64 * 1024 * 1024, "{used:?}");
}

#[tokio::test]
async fn a_mock_that_is_gone_leaves_neither_port_nor_connections() -> TestResult {
    for finished in [true, false] {
        let folder = tempfile::tempdir()?;
        let mock = upload(contract(&folder)).await?;
        let address = mock.address();
        let mut idle = TcpStream::connect(address).await?;
        idle.write_all(UPLOAD.strip_suffix(b"Connection: close\r\n\r\n").unwrap()).await?;
        idle.write_all(b"\r\n").await?;
        let mut first = [0; 12];
        idle.read_exact(&mut first).await?;
        assert_eq!(&first, b"HTTP/1.1 201");
        if finished {
            mock.finish().await?;
        } else {
            // The backstop for those who forget to finish panics.
            assert!(std::thread::spawn(move || drop(mock)).join().is_err());
        }
        assert!(TcpListener::bind(address).is_ok(), "the port is free");
        rest(&mut idle).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_stub_that_is_gone_leaves_neither_port_nor_connections() -> TestResult {
    for stopped in [true, false] {
        let stub = Stub::start(&[ping()], StubOptions::default())?;
        let address = stub.address();
        let mut idle = TcpStream::connect(address).await?;
        idle.write_all(PING).await?;
        let mut first = [0; 12];
        idle.read_exact(&mut first).await?;
        // Half a request, which nobody waits for.
        idle.write_all(b"GET /pi").await?;
        if stopped {
            stub.stop().await;
            assert!(TcpListener::bind(address).is_ok(), "the port is free");
        } else {
            drop(stub);
        }
        rest(&mut idle).await;
        // All connections end after the port was freed.
        assert!(TcpListener::bind(address).is_ok(), "the port is free");
    }
    Ok(())
}
