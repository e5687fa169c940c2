use std::fmt;

use reqwest::{ClientBuilder, NoProxy, Proxy};

use super::presentable;

/// What never goes through a proxy: a service on this machine is not reachable from another.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// Which proxies connections go through. Connections to this machine go through none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// The proxy for `http://`.
    pub http: Option<String>,
    /// The proxy for `https://`.
    pub https: Option<String>,
    /// What is reached directly, as `NO_PROXY` has it: names, addresses and networks, separated by commas.
    pub except: String,
}

impl fmt::Debug for Proxies {
    /// Without secrets: addresses of proxies may have some.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Proxies")
            .field("http", &self.http.as_deref().map(presentable))
            .field("https", &self.https.as_deref().map(presentable))
            .field("except", &self.except)
            .finish()
    }
}

impl Proxies {
    /// What the usual environment variables say: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, in small
    /// letters or, where there is no such, in capital ones. `get` looks one up.
    ///
    /// ```
    /// use pactwright_verifier::client::Proxies;
    /// let proxies = Proxies::from_variables(|name| (name == "HTTP_PROXY").then(|| "http://proxy:3128".to_owned()));
    /// assert_eq!(proxies.http.as_deref(), Some("http://proxy:3128"));
    /// assert_eq!(proxies.https, None);
    /// ```
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Self {
        let given = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        let either = |name: &str| given(name).or_else(|| given(&name.to_ascii_uppercase()));
        let all = either("all_proxy");
        // Within a CGI script, HTTP_PROXY is what a client of it sent as a header.
        let http = if get("REQUEST_METHOD").is_some() { given("http_proxy") } else { either("http_proxy") };
        Self {
            http: http.or_else(|| all.clone()),
            https: either("https_proxy").or(all),
            except: either("no_proxy").unwrap_or_default(),
        }
    }

    /// The library underneath does not look at the environment by itself then.
    pub(super) fn add_to(&self, builder: ClientBuilder) -> reqwest::Result<ClientBuilder> {
        let except = NoProxy::from_string(&format!("{LOOPBACK},{}", self.except));
        let mut builder = builder.no_proxy();
        if let Some(url) = &self.http {
            builder = builder.proxy(Proxy::http(url)?.no_proxy(except.clone()));
        }
        if let Some(url) = &self.https {
            builder = builder.proxy(Proxy::https(url)?.no_proxy(except));
        }
        Ok(builder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Proxies {
        Proxies::from_variables(|name| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn variables_are_read_as_elsewhere() {
        let proxies =
            found(&[("http_proxy", "http://a"), ("HTTP_PROXY", "http://b"), ("NO_PROXY", "example.org")]);
        assert_eq!((proxies.http.as_deref(), proxies.https), (Some("http://a"), None));
        assert_eq!(proxies.except, "example.org");
        let proxies = found(&[("ALL_PROXY", "http://all"), ("https_proxy", "http://s"), ("http_proxy", "")]);
        assert_eq!(
            (proxies.http.as_deref(), proxies.https.as_deref()),
            (Some("http://all"), Some("http://s"))
        );
        assert_eq!(found(&[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil")]), Proxies::default());
    }

    #[test]
    fn secrets_are_not_shown() {
        let shown = format!("{:?}", found(&[("ALL_PROXY", "http://me:hush@proxy:1")]));
        assert!(shown.contains("proxy:1") && !shown.contains("hush"), "{shown}");
    }
}
