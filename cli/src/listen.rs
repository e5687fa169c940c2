//! Where a server listens.

use std::net::SocketAddr;

use thiserror::Error;

/// A host that has no address.
#[derive(Debug, Error)]
#[error("`{host}` is no host that can be listened on")]
pub(crate) struct NoSuchHost {
    host: String,
    source: Option<std::io::Error>,
}

/// The address of a host and a port. `localhost` is `127.0.0.1` where it is that, too.
pub(crate) async fn address(host: &str, port: u16) -> Result<SocketAddr, NoSuchHost> {
    let failed = |source| NoSuchHost { host: host.to_owned(), source };
    let mut found: Vec<_> =
        tokio::net::lookup_host((host, port)).await.map_err(|error| failed(Some(error)))?.collect();
    found.sort_by_key(SocketAddr::is_ipv6);
    found.into_iter().next().ok_or_else(|| failed(None))
}
