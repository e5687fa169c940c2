//! What is logged where no answer could say it. In a program of its own: what is logged is decided for all of it at once.

use std::error::Error;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use pactwright::Tls;
use pactwright::standalone::{Stub, StubOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tracing::field::Field;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The level and the fields of every event of ours.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("pactwright")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = event.metadata().level().to_string();
        event.record(&mut |field: &Field, value: &dyn std::fmt::Debug| {
            let _ = write!(line, " {field}={value:?}");
        });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += &(line + "\n");
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_client_that_comes_to_no_secure_connection_is_logged() -> Result<(), Box<dyn Error>> {
    let log = Log::default();
    tracing::subscriber::set_global_default(log.clone())?;
    let stub = Stub::start(&[], StubOptions::default().tls(Tls::self_signed()?))?;
    for (sent, logged) in [
        (
            &b"GET /ping HTTP/1.1\r\n\r\n"[..],
            "WARN message=a client and the server did not agree on a secure",
        ),
        (b"", "DEBUG message=a client left before there was a secure connection"),
    ] {
        let mut stream = TcpStream::connect(stub.address()).await?;
        stream.write_all(sent).await?;
        stream.shutdown().await?;
        // How the server hangs up is its system's business.
        let _ = stream.read_to_end(&mut Vec::new()).await;
        let log = log.take();
        assert!(log.starts_with(logged) && log.contains("error="), "{log}");
    }
    stub.stop().await;
    Ok(())
}
