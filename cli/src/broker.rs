//! The broker, as the commands ask it.

use std::time::Duration;

use pactwright_core::broker_api::{Index, Link};
use pactwright_core::names::{EnvironmentName, ParticipantName, VersionNumber};
use pactwright_verifier::client::{
    Access, Auth, ClientError, ClientOptions, HttpClient, HttpError, NoConnectionReason, Proxies, Remote,
    RemoteError, Retries,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::exit::{CommandError, Exit};
use crate::options::{BrokerOptions, Credentials};

/// A broker at an address.
#[derive(Debug)]
pub(crate) struct Broker {
    remote: Remote,
    base: String,
}

/// The broker's entry point: where everything else is found.
#[derive(Debug)]
pub(crate) struct EntryPoint {
    index: Index,
    base: String,
}

/// Why a question to the broker was not answered.
#[derive(Debug, Error)]
pub(crate) enum BrokerError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(
        "no broker at {at}: {reason}. Start it, or give its address with --broker-base-url or PACT_BROKER_BASE_URL"
    )]
    NoConnection { at: String, reason: NoConnectionReason },
    #[error("the broker refuses (status {status}): {explanation}")]
    Refused { status: u16, explanation: String },
    #[error(transparent)]
    Remote(RemoteError),
    // Not with what was given: it may be a secret.
    #[error("the value of --custom-header number {place} is not of the form `Name: value`")]
    Header { place: usize },
    #[error("{base} has no link `{relation}`: is it a Pact broker, and recent enough?")]
    NoLink { base: String, relation: &'static str },
    #[error("the broker knows no version {version} of {participant}; publish its contracts or results first")]
    NoSuchVersion { participant: ParticipantName, version: VersionNumber },
    #[error("there is no environment `{name}`; the broker knows {}", if known.is_empty() { "none" } else { known })]
    NoSuchEnvironment { name: EnvironmentName, known: String },
}

impl From<RemoteError> for BrokerError {
    fn from(error: RemoteError) -> Self {
        match error {
            // What the broker says counts, not the address that it was asked at.
            RemoteError::Refused { status, explanation, .. } if !explanation.is_empty() => {
                Self::Refused { status, explanation }
            }
            RemoteError::Http(HttpError::NoConnection { url, reason, .. }) => {
                // Which of its documents was asked for does not matter.
                let end = url.match_indices('/').nth(2).map_or(url.len(), |(end, _)| end);
                Self::NoConnection { at: url[..end].to_owned(), reason }
            }
            other => Self::Remote(other),
        }
    }
}

impl CommandError for BrokerError {
    /// A refusal is an answer; anything else means that nothing could be asked.
    fn exit(&self) -> Exit {
        match self {
            Self::Refused { status: 400..=499, .. }
            | Self::Remote(RemoteError::Refused { status: 400..=499, .. } | RemoteError::NotFound { .. })
            | Self::NoSuchVersion { .. }
            | Self::NoSuchEnvironment { .. } => Exit::No,
            Self::Refused { .. }
            | Self::Remote(_)
            | Self::Client(_)
            | Self::NoConnection { .. }
            | Self::Header { .. }
            | Self::NoLink { .. } => Exit::CouldNotRun,
        }
    }
}

impl Credentials {
    /// Who asks. A pipeline that sets a variable to nothing means none.
    pub(crate) fn auth(&self) -> Option<Auth> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let basic = |user| Auth::Basic { user, password: given(&self.password) };
        given(&self.token).map(Auth::Bearer).or_else(|| given(&self.username).map(basic))
    }
}

/// How connections are made: through the proxies that the environment names.
pub(crate) fn client_options() -> ClientOptions {
    let proxies = Proxies::from_variables(|name| std::env::var(name).ok());
    ClientOptions { proxies, ..ClientOptions::default() }
}

/// A header as people write it: its name and its value. None where what stands before the separator is no name.
pub(crate) fn named(header: &str, separator: char) -> Option<(&str, &str)> {
    let (name, value) = header.split_once(separator)?;
    let name = name.trim();
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (!name.is_empty() && name.bytes().all(sound)).then(|| (name, value.trim()))
}

/// How the broker is accessed.
pub(crate) fn access(
    credentials: &Credentials,
    headers: &[String],
    retries: u32,
) -> Result<Access, BrokerError> {
    let auth = credentials.auth();
    let split = |(index, header): (usize, &String)| {
        let (name, value) = named(header, ':').ok_or(BrokerError::Header { place: index + 1 })?;
        Ok((name.to_owned(), value.to_owned()))
    };
    let headers = headers.iter().enumerate().map(split).collect::<Result<_, BrokerError>>()?;
    let retries = Retries { times: retries, ..Retries::default() };
    Ok(Access { auth, headers, timeout: Duration::from_secs(60), retries })
}

impl Broker {
    pub(crate) fn new(options: &BrokerOptions) -> Result<Self, BrokerError> {
        let client = HttpClient::new(&client_options())?;
        let access = access(&options.credentials, &options.custom_header, options.retries)?;
        Ok(Self {
            remote: Remote::new(client, access),
            base: options.broker_base_url.trim_end_matches('/').to_owned(),
        })
    }

    pub(crate) async fn index(&self) -> Result<EntryPoint, BrokerError> {
        let index = self.get(&format!("{}/", self.base)).await?;
        Ok(EntryPoint { index, base: self.base.clone() })
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, BrokerError> {
        Ok(self.remote.get_json(address, "a document of the broker's").await?)
    }

    /// Asks below the broker's address, with a query.
    pub(crate) async fn get_with_query<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(String, String)],
    ) -> Result<T, BrokerError> {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let query: Vec<_> =
            query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.get(&format!("{}/{path}?{}", self.base, query.join("&"))).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        address: &str,
        body: &impl Serialize,
    ) -> Result<T, BrokerError> {
        Ok(self.remote.post_json(address, body, "a document of the broker's").await?)
    }
}

impl EntryPoint {
    /// The address of a relation, with its variables filled in.
    pub(crate) fn address(
        &self,
        relation: &'static str,
        variables: &[(&str, &str)],
    ) -> Result<String, BrokerError> {
        let link: Option<&Link> = self.index.links.get(relation);
        let link = link.ok_or_else(|| BrokerError::NoLink { base: self.base.clone(), relation })?;
        Ok(link.expand(variables))
    }
}
