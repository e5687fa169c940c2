use std::{
    io::{self, ErrorKind, Write},
    path::Path,
};

use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use url::form_urlencoded;

use super::SOCKET;

/// A question to the broker that uses a data folder.
#[derive(Debug)]
pub struct Client(UnixStream);

/// Why a running broker did not answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It cannot be reached.
    #[error("the broker that uses the data folder cannot be reached")]
    Connect(#[source] io::Error),
    /// It ended before the answer did.
    #[error("the broker's answer was cut off")]
    CutOff(#[source] hyper::Error),
    /// It says that it cannot.
    #[error("the broker cannot do that: {0}")]
    Failed(String),
    /// What it says cannot be kept.
    #[error("what the broker says cannot be written")]
    Write(#[source] io::Error),
}

impl Client {
    /// Connects to the broker that uses a data folder. None where no broker listens there.
    ///
    /// # Errors
    /// When there is a socket that this process may not use.
    pub async fn connect(folder: &Path) -> Result<Option<Self>, AskError> {
        match UnixStream::connect(folder.join(SOCKET)).await {
            Ok(stream) => Ok(Some(Self(stream))),
            // No socket; one that was left behind; a path too long for any broker to listen on.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::ConnectionRefused | ErrorKind::InvalidInput
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(AskError::Connect(error)),
        }
    }

    /// Asks for something (`/backup`), and writes the answer as it comes. What was written of an answer that is cut off
    /// is of no use.
    ///
    /// # Errors
    /// When the broker refuses or fails; when the answer is cut off; when it cannot be written.
    pub async fn ask(
        self,
        path: &str,
        parameters: &[(&str, String)],
        out: &mut (dyn Write + Send),
    ) -> Result<(), AskError> {
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(self.0)).await.map_err(AskError::CutOff)?;
        let connection = tokio::spawn(connection);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        let query = query.finish();
        let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        let request = Request::post(target).header(header::HOST, "broker").body(Body::empty());
        let request = request.map_err(|error| AskError::Failed(error.to_string()))?;
        let response = sender.send_request(request).await.map_err(AskError::CutOff)?;
        let status = response.status();
        let mut body = response.into_body();
        if status != StatusCode::OK {
            let said = body.collect().await.map_err(AskError::CutOff)?.to_bytes();
            return Err(AskError::Failed(format!("{} (status {status})", String::from_utf8_lossy(&said))));
        }
        while let Some(frame) = body.frame().await {
            if let Ok(chunk) = frame.map_err(AskError::CutOff)?.into_data() {
                out.write_all(&chunk).map_err(AskError::Write)?;
            }
        }
        out.flush().map_err(AskError::Write)?;
        drop(sender);
        // Everything came; how the connection ends does not matter.
        let _ = connection.await;
        Ok(())
    }
}
