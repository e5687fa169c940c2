use std::sync::{Arc, OnceLock};

use reqwest::{Client, ClientBuilder};

use super::{ClientError, ClientOptions};

/// A client for `http` and one for `https`.
///
/// Reading the certificates of a system takes longer than replaying a hundred interactions, and is of no use to a
/// provider that is reached without TLS: it is done when an address with `https` is called first.
#[derive(Debug, Clone)]
pub(super) struct Clients {
    plain: Client,
    secure: Arc<Secure>,
}

#[derive(Debug)]
struct Secure {
    options: ClientOptions,
    client: OnceLock<Result<Client, Arc<reqwest::Error>>>,
}

/// Whose certificates are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    AsAsked,
    Nobody,
}

impl Clients {
    pub(super) fn new(options: &ClientOptions) -> Result<Self, ClientError> {
        let unusable = |error: reqwest::Error| ClientError(Box::new(error));
        // The way to a proxy may be one with TLS, wherever it leads from there.
        let to_proxy = options.proxies.http.as_deref().is_some_and(|url| !url.starts_with("http:"));
        let trust = if to_proxy { Trust::AsAsked } else { Trust::Nobody };
        let plain = build(options, trust).map_err(unusable)?;
        let client = OnceLock::new();
        // Whoever gives certificates is told at once what is wrong with them.
        if !options.trusted_certificates.is_empty() {
            let built = build(options, Trust::AsAsked).map_err(unusable)?;
            client.get_or_init(|| Ok(built));
        }
        Ok(Self { plain, secure: Arc::new(Secure { options: options.clone(), client }) })
    }

    /// The client for addresses of that scheme, or why there is none.
    pub(super) fn of(&self, scheme: &str) -> Result<&Client, Arc<reqwest::Error>> {
        if scheme != "https" {
            return Ok(&self.plain);
        }
        let Secure { options, client } = &*self.secure;
        client.get_or_init(|| build(options, Trust::AsAsked).map_err(Arc::new)).as_ref().map_err(Arc::clone)
    }
}

fn build(options: &ClientOptions, trust: Trust) -> reqwest::Result<Client> {
    let builder = Client::builder()
        // A redirect is an answer like any other where a contract is replayed.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(options.connect_timeout);
    with_trust(options.proxies.add_to(builder)?, options, trust)?.build()
}

#[cfg(feature = "tls")]
fn with_trust(
    builder: ClientBuilder,
    options: &ClientOptions,
    trust: Trust,
) -> reqwest::Result<ClientBuilder> {
    if trust == Trust::Nobody {
        return Ok(builder.tls_certs_only([]));
    }
    let builder = builder.tls_danger_accept_invalid_certs(options.accept_any_certificate);
    let mut trusted = Vec::new();
    for bundle in &options.trusted_certificates {
        trusted.extend(reqwest::Certificate::from_pem_bundle(bundle)?);
    }
    Ok(if options.system_certificates {
        builder.tls_certs_merge(trusted)
    } else {
        builder.tls_certs_only(trusted)
    })
}

#[cfg(not(feature = "tls"))]
#[expect(clippy::unnecessary_wraps, reason = "with TLS, certificates may be no certificates")]
fn with_trust(builder: ClientBuilder, _: &ClientOptions, _: Trust) -> reqwest::Result<ClientBuilder> {
    Ok(builder)
}
