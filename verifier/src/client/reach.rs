use std::sync::{Arc, OnceLock};

use pactwright_core::matching::ActualResponse;

use super::{HttpClient, HttpError, NoConnectionReason, Outgoing, shown};

/// Remembers that nobody is there. A host that does not even refuse makes everyone wait; in a run of thousands of
/// interactions only the first may have to. (Where a connection is refused, nobody waits, and every one is tried.)
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    lost: Arc<OnceLock<Arc<reqwest::Error>>>,
}

impl Reach {
    /// Sends a request, unless a connection took too long before.
    pub(crate) async fn send(
        &self,
        client: &HttpClient,
        outgoing: Outgoing,
    ) -> Result<ActualResponse, HttpError> {
        if let Some(cause) = self.lost.get() {
            return Err(HttpError::NoConnection {
                url: shown(&outgoing.url),
                reason: NoConnectionReason::TimedOut,
                cause: Arc::clone(cause),
            });
        }
        let answer = client.send(outgoing).await;
        if let Err(HttpError::NoConnection { reason: NoConnectionReason::TimedOut, cause, .. }) = &answer {
            // Whoever was first has said it.
            let _ = self.lost.set(Arc::clone(cause));
        }
        answer
    }
}

// Elsewhere a full queue is refused.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use reqwest::Method;
    use reqwest::header::HeaderMap;
    use tokio::net::{TcpSocket, TcpStream};

    use super::*;
    use crate::client::{ClientOptions, parse_url};

    #[tokio::test]
    async fn a_host_that_does_not_even_refuse_is_waited_for_once() {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        // Once nobody accepts and the queue is full, whoever connects hears nothing.
        let mut queue = Vec::new();
        while let Ok(stream) =
            tokio::time::timeout(Duration::from_millis(300), TcpStream::connect(address)).await
        {
            queue.push(stream.unwrap());
        }
        let connect_timeout = Duration::from_millis(300);
        let client = HttpClient::new(&ClientOptions { connect_timeout, ..ClientOptions::default() }).unwrap();
        let reach = Reach::default();
        let send = async || {
            let outgoing = Outgoing {
                method: Method::GET,
                url: parse_url(&format!("http://{address}/a")).unwrap(),
                headers: HeaderMap::new(),
                body: Vec::new(),
                timeout: Duration::from_secs(60),
                limit: 100,
            };
            reach.send(&client, outgoing).await.unwrap_err()
        };
        let first = send().await;
        let timed_out = |error: &HttpError| {
            matches!(error, HttpError::NoConnection { reason: NoConnectionReason::TimedOut, .. })
        };
        assert!(timed_out(&first), "{first:?}");
        // Now connections are refused at once; but nobody tries.
        drop(listener);
        let second = send().await;
        assert!(timed_out(&second), "{second:?}");
    }
}
