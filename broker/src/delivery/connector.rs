//! The guard where connections are made: a name is resolved, what it resolves to is looked at, and the connection goes to
//! an address that was looked at. Nothing is resolved a second time in between, so a name cannot change its mind.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::domain::webhooks::egress::Egress;

/// Addresses in the making.
pub type Resolution = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Says where names lead. Webhooks use the [`SystemResolver`]; tests tell other stories.
pub trait Resolver: Send + Sync + 'static {
    /// The addresses of a host.
    fn resolve(&self, host: String) -> Resolution;
}

/// The resolver of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: String) -> Resolution {
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((host, 0)).await?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    }
}

/// Resolves names to addresses that may be gone to.
pub(super) struct Guard {
    pub(super) egress: Egress,
    pub(super) resolver: Arc<dyn Resolver>,
    /// The host of the proxy, which may be anywhere: whoever runs the broker named it.
    pub(super) proxy: Option<String>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let egress = self.egress.clone();
        let is_proxy = self.proxy.as_deref() == Some(host.as_str());
        let resolution = self.resolver.resolve(host.clone());
        Box::pin(async move {
            let mut allowed = Vec::new();
            for address in resolution.await? {
                // One address inside is reason enough: a name that leads to both is no accident.
                if !is_proxy {
                    egress.check_address(&host, address)?;
                }
                allowed.push(SocketAddr::new(address, 0));
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
