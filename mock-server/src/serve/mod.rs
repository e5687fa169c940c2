//! Servers that answer as contracts say: the mock of a test, and those that stand alone.

mod act;
mod answer;
mod body_key;
mod connection;
mod index;
mod limits;
#[cfg(feature = "standalone")]
mod log;
mod open;
#[cfg(feature = "standalone")]
mod pick;
mod read;
mod select;
mod server;
mod stage;
#[cfg(feature = "standalone")]
pub mod standalone;
#[cfg(feature = "tls")]
mod tls;

pub(crate) use limits::Limits;
pub use open::StartError;
pub use server::{BlockingMockServer, MockServer};
#[cfg(feature = "tls")]
pub use tls::{Tls, TlsError};

/// Whether a server speaks TLS.
#[derive(Debug, Clone, Default)]
pub(crate) enum Secure {
    #[default]
    No,
    #[cfg(feature = "tls")]
    Yes(Tls),
}

impl Secure {
    fn scheme(&self) -> &'static str {
        match self {
            Self::No => "http",
            #[cfg(feature = "tls")]
            Self::Yes(_) => "https",
        }
    }
}
