use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Why there is no answer to a request.
///
/// Each is one sentence. What the libraries underneath say is in the members called `cause`, for who debugs; it is not
/// part of the chain of [sources](Error::source), where people would read the same thing four times.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address is none.
    #[error("`{url}` is not an address that can be called: {reason}")]
    InvalidUrl {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The address is `https`, but this build cannot do that.
    #[error(
        "`{url}` needs TLS, which this build does not have: enable the feature `tls` of pactwright-verifier"
    )]
    NoTls {
        /// The address.
        url: String,
    },
    /// A header cannot be sent.
    #[error("the header `{name}` has a name or value that cannot be sent")]
    InvalidHeader {
        /// Its name.
        name: String,
    },
    /// The method is no token.
    #[error("`{0}` is not an HTTP method")]
    InvalidMethod(String),
    /// No connection came about.
    #[error("could not connect to {url}: {reason}")]
    NoConnection {
        /// The address.
        url: String,
        /// Why, in a few words.
        reason: NoConnectionReason,
        /// Why, in those of the libraries.
        cause: Arc<reqwest::Error>,
    },
    /// It took too long.
    #[error("{url} did not answer within {after:?}")]
    Timeout {
        /// The address.
        url: String,
        /// How long was waited.
        after: Duration,
    },
    /// The connection broke, or what came was not HTTP.
    #[error("{url} gave no proper HTTP answer: {reason}")]
    Broken {
        /// The address.
        url: String,
        /// What was wrong, as the innermost library says it.
        reason: String,
        /// All that the libraries say.
        cause: Arc<reqwest::Error>,
    },
    /// The body has more bytes than are read.
    #[error("{url} answered with more than {limit} bytes, which is the limit")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit in bytes.
        limit: usize,
    },
}

/// Why no connection came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoConnectionReason {
    /// Nobody listens at that port.
    Refused,
    /// No host of that name is known.
    UnknownHost,
    /// Nobody answered in time.
    TimedOut,
    /// There is no way there.
    Unreachable,
    /// TLS could not be agreed on, for that reason.
    Tls(String),
    /// Anything else, as the innermost library says it.
    Other(String),
}

impl fmt::Display for NoConnectionReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => formatter.write_str("nothing listens there (connection refused)"),
            Self::UnknownHost => formatter.write_str("no host of that name is known"),
            Self::TimedOut => formatter.write_str("nobody answered in time"),
            Self::Unreachable => formatter.write_str("there is no way there from here"),
            Self::Tls(reason) => write!(formatter, "TLS could not be agreed on ({reason})"),
            Self::Other(reason) => formatter.write_str(reason),
        }
    }
}

impl HttpError {
    /// TLS cannot be had on this machine.
    pub(super) fn without_tls(cause: Arc<reqwest::Error>, url: String) -> Self {
        let reason = NoConnectionReason::Tls(innermost(&*cause).to_string());
        Self::NoConnection { url, reason, cause }
    }

    /// What an error of the client comes down to.
    pub(super) fn of(cause: reqwest::Error, url: String, after: Duration) -> Self {
        // The address is in our own message, without credentials.
        let cause = Arc::new(cause.without_url());
        if cause.is_connect() {
            Self::NoConnection { url, reason: NoConnectionReason::of(&cause), cause }
        } else if cause.is_timeout() {
            Self::Timeout { url, after }
        } else {
            Self::Broken { url, reason: innermost(&*cause).to_string(), cause }
        }
    }
}

impl NoConnectionReason {
    fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        for cause in causes(error) {
            if cause.to_string().starts_with("dns error") {
                return Self::UnknownHost;
            }
            let mut error = cause.downcast_ref::<io::Error>();
            while let Some(io) = error {
                match io.kind() {
                    io::ErrorKind::ConnectionRefused => return Self::Refused,
                    io::ErrorKind::TimedOut => return Self::TimedOut,
                    io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                        return Self::Unreachable;
                    }
                    // What rustls says comes in an error of that kind.
                    io::ErrorKind::InvalidData => return Self::Tls(io.to_string()),
                    // Such errors wrap each other, which is not among their sources.
                    _ => error = io.get_ref().and_then(|inner| inner.downcast_ref()),
                }
            }
        }
        Self::Other(innermost(error).to_string())
    }
}

/// An error, what caused it, what caused that, and so on.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

fn innermost<'e>(error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    causes(error).last().unwrap_or(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Access, ClientOptions, HttpClient, Remote, RemoteError, Retries};

    async fn asked(url: &str) -> HttpError {
        let client = HttpClient::new(&ClientOptions::default()).unwrap();
        let access = Access { retries: Retries::NONE, ..Access::default() };
        match Remote::new(client, access).get(url, "*/*").await.unwrap_err() {
            RemoteError::Http(error) => error,
            other => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn a_port_where_nobody_listens_takes_one_sentence() {
        let error = asked("http://127.0.0.1:1/").await;
        assert_eq!(
            error.to_string(),
            "could not connect to http://127.0.0.1:1/: nothing listens there (connection refused)"
        );
        assert!(error.source().is_none());
    }
}
