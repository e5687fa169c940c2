//! `broker ping`: whether a running broker is ready, for whoever watches it and has nothing but this program.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use pactwright_broker::Config;
use thiserror::Error;

use super::settings::{SettingOptions, SettingsError};
use crate::exit::{CommandError, Exit};
use crate::printer::Printer;

/// How long a broker may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
#[command(after_help = "\
Ends with 0 when it is ready, with 1 when it is not, with 2 when nobody answers.

Example:
  pactwright broker ping --url http://127.0.0.1:9292")]
pub(crate) struct Ping {
    /// Where the broker is [default: where the settings say that it listens]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

/// Why nobody knows whether a broker is ready.
#[derive(Debug, Error)]
pub(crate) enum PingError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("nobody answers at {url}")]
    Silent { url: String, source: reqwest::Error },
}

impl CommandError for PingError {}

/// Where to ask a broker with these settings.
fn url_of(config: &Config) -> String {
    let listen = config.process.listen;
    let scheme = if config.tls.files().is_some() { "https" } else { "http" };
    let host = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        other => other,
    };
    format!("{scheme}://{}", SocketAddr::new(host, listen.port()))
}

impl Ping {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, PingError> {
        let (base, is_own) = match self.url {
            Some(url) => (url, false),
            None => (url_of(&super::settings::check(&SettingOptions::surroundings().read()?)?), true),
        };
        let url = format!("{}/health/ready", base.trim_end_matches('/'));
        let silent =
            |source: reqwest::Error| PingError::Silent { url: url.clone(), source: source.without_url() };
        // A proxy is no way to this machine.
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(TIMEOUT)
            // Its certificate is for the name that others know it by. It is told nothing here, and asked one word.
            .tls_danger_accept_invalid_certs(is_own)
            .build()
            .map_err(silent)?;
        let answer = client.get(&url).send().await.map_err(silent)?;
        if answer.status().is_success() {
            printer.data("The broker is ready.");
            return Ok(Exit::Yes);
        }
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        printer.data(&format!("The broker is not ready: {status} {text}"));
        Ok(Exit::No)
    }
}

#[cfg(test)]
mod tests {
    use pactwright_broker::Config;

    use super::url_of;

    #[test]
    fn who_listens_everywhere_is_asked_here() {
        for (listen, url) in [
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:80", "http://[::1]:80"),
            ("10.1.2.3:9292", "http://10.1.2.3:9292"),
        ] {
            let mut config = Config::default();
            config.process.listen = listen.parse().unwrap();
            assert_eq!(url_of(&config), url);
            config.tls.certificate = Some("tls.pem".into());
            config.tls.key = Some("tls.key".into());
            assert_eq!(url_of(&config), url.replace("http:", "https:"));
        }
    }
}
