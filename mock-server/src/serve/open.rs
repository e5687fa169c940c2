//! Getting hold of a port.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};

use pactwright_core::format::WriteError;
#[cfg(feature = "standalone")]
use pactwright_core::matching::CompileError;
use thiserror::Error;

use super::Secure;
use crate::dsl::Mistakes;

/// Why a server could not be started.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::StartError;
///
/// let orders = consumer("web").provider("orders");
/// // The example is not what its own matcher accepts.
/// let mock = orders.upon_receiving("a ping").request(get(regex("/ping", "/pong"))).respond(ok());
/// let error = mock.start_blocking().unwrap_err();
/// assert!(matches!(&error, StartError::Mistakes(_)), "{error}");
/// ```
#[derive(Error)]
#[non_exhaustive]
pub enum StartError {
    /// Something in the contract cannot be meant.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// The version of the pact has no words for something in it.
    #[error("{0}; choose a later one with `spec_version`")]
    Version(#[from] WriteError),
    /// A pact has a rule that cannot be matched with.
    #[cfg(feature = "standalone")]
    #[error("the interaction \"{interaction}\" cannot be served: {source}")]
    Unusable {
        /// Its description.
        interaction: String,
        /// What is wrong with it.
        source: CompileError,
    },
    /// The address cannot be had: something else has the port.
    #[error(
        "the mock server cannot listen on {address}: {source}; leave out `port`, and the system gives a free one"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system gives no thread or no socket.
    #[error("the mock server cannot {action}: {source}")]
    System {
        /// What was tried.
        action: &'static str,
        /// What the system says.
        source: io::Error,
    },
}

/// Tests print errors with `Debug`: it says the same as `Display`.
impl fmt::Debug for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A port that clients can connect to: they wait until somebody serves it.
pub(super) struct Open {
    pub(super) listener: TcpListener,
    pub(super) address: SocketAddr,
    pub(super) url: String,
}

impl Open {
    pub(super) fn new(address: SocketAddr, secure: &Secure) -> Result<Self, StartError> {
        let listener = TcpListener::bind(address).map_err(|source| StartError::Listen { address, source })?;
        listener.set_nonblocking(true).map_err(system("listen without blocking"))?;
        let address = listener.local_addr().map_err(system("find out its address"))?;
        // Whoever listens everywhere can be reached here.
        let mut reached = address;
        if reached.ip().is_unspecified() {
            reached.set_ip(match reached {
                SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        Ok(Self { listener, address, url: format!("{}://{reached}", secure.scheme()) })
    }
}

pub(super) fn system(action: &'static str) -> impl FnOnce(io::Error) -> StartError {
    move |source| StartError::System { action, source }
}
