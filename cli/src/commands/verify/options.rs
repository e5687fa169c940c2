//! What `verify` can be told: everything that `pact_verifier_cli` 1.4 knows, by the same names, and more.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{FalseyValueParser, NonEmptyStringValueParser};
use pactwright_core::broker_api::ConsumerVersionSelector;
use pactwright_core::names::{BranchName, TagName, VersionNumber};
use pactwright_verifier::client::{Access, ClientOptions};
use pactwright_verifier::sources::{
    BrokerSource, FileSource, FolderSource, Selection, UrlSource, parse_selectors,
};
use pactwright_verifier::states::ParametersIn;
use pactwright_verifier::{FailedBefore, Filter, InvalidFilter, ProviderVersion, Verifier};

use super::VerifyError;
use crate::broker::{access, client_options, named};
use crate::options::VerifierCredentials;

/// Where contracts come from.
#[derive(Debug, Args)]
pub(super) struct Sources {
    /// A pact file; can be repeated
    #[arg(short, long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// A folder with pact files, searched through; can be repeated
    #[arg(short, long, value_name = "FOLDER")]
    dir: Vec<PathBuf>,
    /// The address of a pact file, or of a contract in a broker; can be repeated
    #[arg(short, long, value_name = "URL")]
    url: Vec<String>,
    /// The broker to ask for the provider's contracts
    #[arg(short, long, visible_alias = "broker-base-url", env = "PACT_BROKER_BASE_URL", value_name = "URL")]
    broker_url: Option<String>,
    /// Only the contract at this address, which a webhook of the broker gave
    #[arg(
        long,
        visible_alias = "pact-url",
        env = "PACT_WEBHOOK_CALLBACK_URL",
        value_name = "URL",
        conflicts_with_all = ["file", "dir", "url"]
    )]
    webhook_callback_url: Option<String>,
    /// Which consumer versions' contracts the broker should give, as JSON; can be repeated
    #[arg(long, value_name = "JSON", requires = "broker_url")]
    consumer_version_selectors: Vec<String>,
    /// The latest contracts with these tags
    #[arg(long, value_name = "TAGS", value_delimiter = ',', requires = "broker_url")]
    consumer_version_tags: Vec<TagName>,
    /// Let contracts fail that this provider never fulfilled
    #[arg(long, requires = "broker_url")]
    enable_pending: bool,
    /// Include work in progress since this date (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", requires = "broker_url")]
    include_wip_pacts_since: Option<String>,
    /// It is fine if there are no contracts
    #[arg(long)]
    ignore_no_pacts_error: bool,
}

/// How brokers and other addresses are accessed, and with what trust.
#[derive(Debug, Args)]
pub(super) struct Connections {
    #[command(flatten)]
    credentials: VerifierCredentials,
    /// A header to send with every request for contracts; can be repeated
    #[arg(long, value_name = "NAME: VALUE")]
    custom_header: Vec<String>,
    /// How often a request is tried again when the broker is busy or failing
    #[arg(long, env = "PACT_BROKER_HTTP_RETRIES", default_value_t = 8, value_name = "N")]
    retries: u32,
    /// How long the broker may take for an answer, in milliseconds
    #[arg(long, default_value_t = 30_000, value_name = "MS")]
    broker_timeout: u64,
    /// Trust the certificates in this file (PEM) beside those of the system; can be repeated
    #[arg(long, value_name = "FILE")]
    ca_file: Vec<PathBuf>,
    /// Accept any certificate
    #[arg(long)]
    disable_ssl_verification: bool,
}

/// Where the provider is.
#[derive(Debug, Args)]
pub(super) struct Provider {
    /// The provider's name; a broker needs it
    #[arg(short = 'n', long = "provider-name", env = "PACT_PROVIDER_NAME", value_name = "NAME")]
    pub(super) name: Option<String>,
    /// The host that it runs on
    #[arg(
        short = 'h',
        long,
        env = "PACT_PROVIDER_HOSTNAME",
        default_value = "localhost",
        value_name = "HOST"
    )]
    hostname: String,
    /// The port that it listens on, unless it is that of the scheme
    #[arg(short, long, env = "PACT_PROVIDER_PORT", value_name = "PORT")]
    port: Option<u16>,
    /// http or https
    #[arg(
        long,
        visible_alias = "scheme",
        env = "PACT_PROVIDER_TRANSPORT",
        default_value = "http",
        value_name = "SCHEME"
    )]
    transport: String,
    #[arg(
        long,
        value_name = "NAME:PORT[/PATH]",
        num_args = 1..,
        value_delimiter = ' ',
        help = "Other ports of it for interactions that name a transport, such as http:8080 message:8081/messages"
    )]
    transports: Vec<TransportPort>,
    /// A path that goes before every path
    #[arg(long, env = "PACT_PROVIDER_BASE_PATH", value_name = "PATH")]
    base_path: Option<String>,
    /// How long it may take for an answer, in milliseconds; 5000 unless set. Holds for provider states, too, which
    /// may take 30000 unless it is set
    #[arg(long, env = "PACT_PROVIDER_REQUEST_TIMEOUT", value_name = "MS")]
    request_timeout: Option<u64>,
    /// A header for every request to the provider; can be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME=VALUE")]
    headers: Vec<String>,
}

/// A port of the provider, by the name that interactions have for it in `transport`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TransportPort {
    name: String,
    port: u16,
    path: String,
}

/// Provider states.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "these are flags")]
pub(super) struct StateOptions {
    /// Where provider states are set up
    #[arg(short, long, env = "PACT_PROVIDER_STATE_CHANGE_URL", value_name = "URL")]
    state_change_url: Option<String>,
    /// Say what is wanted in the query, not in the body
    #[arg(long, env = "PACT_PROVIDER_STATE_CHANGE_AS_QUERY", value_parser = FalseyValueParser::new())]
    state_change_as_query: bool,
    /// Ask for the tear-down of states, too
    #[arg(long, env = "PACT_PROVIDER_STATE_CHANGE_TEARDOWN", value_parser = FalseyValueParser::new())]
    state_change_teardown: bool,
    /// Call it for interactions without a provider state, too, with an empty name
    #[arg(long)]
    state_change_without_state: bool,
    /// Setting up one provider state does not disturb interactions with another
    #[arg(long)]
    independent_states: bool,
}

/// What is left out.
#[derive(Debug, Args)]
pub(super) struct Filters {
    /// Only interactions whose description matches this regular expression
    #[arg(
        long = "filter-description",
        env = "PACT_DESCRIPTION",
        value_name = "REGEX",
        value_parser = NonEmptyStringValueParser::new()
    )]
    description: Option<String>,
    /// Only interactions with a provider state that matches this regular expression
    #[arg(
        long = "filter-state",
        env = "PACT_PROVIDER_STATE",
        value_name = "REGEX",
        value_parser = NonEmptyStringValueParser::new(),
        conflicts_with = "no_state"
    )]
    state: Option<String>,
    /// Only interactions without a provider state
    #[arg(long = "filter-no-state", env = "PACT_PROVIDER_NO_STATE", value_parser = FalseyValueParser::new())]
    no_state: bool,
    /// Only contracts with this consumer; can be repeated
    #[arg(short = 'c', long = "filter-consumer", value_name = "NAME", value_delimiter = ',')]
    consumer: Vec<String>,
    /// Only interactions that failed in the last run, as the file of --json has it
    #[arg(
        long,
        requires = "json",
        conflicts_with_all = ["publish", "description", "state", "no_state", "consumer"]
    )]
    pub(super) last_failed: bool,
    /// Stop at the first failure
    #[arg(long, conflicts_with = "publish")]
    exit_on_first_error: bool,
}

/// What the broker is told.
#[derive(Debug, Args)]
pub(super) struct Publishing {
    /// Publish the results to the broker that the contracts come from
    #[arg(long, requires = "provider_version")]
    publish: bool,
    /// Show what would be published, and publish nothing
    #[arg(long, requires = "provider_version")]
    dry_run: bool,
    /// The provider's version
    #[arg(long, visible_alias = "provider-app-version", value_name = "VERSION")]
    provider_version: Option<VersionNumber>,
    /// The branch that the version was built from
    #[arg(long, value_name = "NAME")]
    provider_branch: Option<BranchName>,
    /// Tags for the version
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    provider_tags: Vec<TagName>,
    /// Where the build can be looked at
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,
}

/// What a pipeline passes when a variable is not set means nothing.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

impl Sources {
    pub(super) fn add_to(
        &self,
        mut verifier: Verifier,
        access: &Access,
        publishing: &Publishing,
    ) -> Result<Verifier, VerifyError> {
        for path in &self.file {
            verifier = verifier.source(FileSource::new(path));
        }
        for path in &self.dir {
            verifier = verifier.source(FolderSource::new(path));
        }
        for url in &self.url {
            verifier = verifier.source(UrlSource::new(url).access(access.clone()));
        }
        if let Some(url) = given(self.webhook_callback_url.as_ref()) {
            verifier = verifier.source(UrlSource::new(url).access(access.clone()));
        } else if let Some(url) = given(self.broker_url.as_ref()) {
            let source = BrokerSource::new(url).access(access.clone());
            verifier = verifier.source(match self.selection(publishing)? {
                Some(selection) => source.select(selection),
                None => source,
            });
        }
        Ok(verifier.ignore_no_pacts(self.ignore_no_pacts_error))
    }

    /// What to ask the broker for; nothing where the latest contract of everyone will do. Branch and tags of the
    /// provider alone do not make the broker choose: they are there for publishing.
    fn selection(&self, publishing: &Publishing) -> Result<Option<Selection>, VerifyError> {
        let mut selectors = Vec::new();
        for text in &self.consumer_version_selectors {
            selectors.extend(parse_selectors(text)?);
        }
        selectors.extend(self.consumer_version_tags.iter().map(|tag| ConsumerVersionSelector {
            tag: Some(tag.to_string()),
            latest: Some(true),
            ..ConsumerVersionSelector::default()
        }));
        let wip_since = given(self.include_wip_pacts_since.as_ref()).map(str::to_owned);
        if selectors.is_empty() && !self.enable_pending && wip_since.is_none() {
            return Ok(None);
        }
        Ok(Some(Selection {
            selectors,
            provider_branch: publishing.provider_branch.as_ref().map(ToString::to_string),
            provider_tags: publishing.provider_tags.iter().map(ToString::to_string).collect(),
            pending: self.enable_pending,
            wip_since,
        }))
    }
}

impl Connections {
    pub(super) fn access(&self) -> Result<Access, VerifyError> {
        let access = access(&self.credentials.0, &self.custom_header, self.retries)?;
        Ok(Access { timeout: Duration::from_millis(self.broker_timeout), ..access })
    }

    pub(super) fn client(&self) -> Result<ClientOptions, VerifyError> {
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|source| VerifyError::Certificates { path: path.clone(), source })
        };
        Ok(ClientOptions {
            accept_any_certificate: self.disable_ssl_verification,
            trusted_certificates: self.ca_file.iter().map(read).collect::<Result<_, _>>()?,
            ..client_options()
        })
    }
}

impl std::str::FromStr for TransportPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not of the form NAME:PORT or NAME:PORT/PATH");
        let (name, rest) = text.split_once(':').filter(|(name, _)| !name.is_empty()).ok_or_else(wrong)?;
        let (port, path) = rest.find('/').map_or((rest, ""), |start| rest.split_at(start));
        let port = port.parse().map_err(|_| wrong())?;
        Ok(Self { name: name.to_owned(), port, path: path.to_owned() })
    }
}

impl Provider {
    pub(super) fn add_to(&self, mut verifier: Verifier) -> Result<Verifier, VerifyError> {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let path = path_below(self.base_path.as_deref().unwrap_or_default());
        // Other transports than these two are names for what is asked for over HTTP.
        let scheme = if self.transport == "https" { "https" } else { "http" };
        let own = format!("{scheme}://{}{port}{path}", self.hostname);
        if !matches!(self.transport.as_str(), "http" | "https") {
            verifier = verifier.named_url(&self.transport, &own);
        }
        verifier = verifier.base_url(own);
        for TransportPort { name, port, path } in &self.transports {
            let scheme = if name == "https" { "https" } else { scheme };
            let url = format!("{scheme}://{}:{port}{}", self.hostname, path_below(path));
            verifier = verifier.named_url(name, url);
        }
        for (index, header) in self.headers.iter().enumerate() {
            let (name, value) = named(header, '=').ok_or(VerifyError::Header { place: index + 1 })?;
            verifier = verifier.header(name, value);
        }
        Ok(match self.request_timeout.map(Duration::from_millis) {
            Some(timeout) => verifier.request_timeout(timeout).states_timeout(timeout),
            None => verifier,
        })
    }
}

/// A path that others can be put behind: it begins with a slash and does not end with one.
fn path_below(path: &str) -> String {
    match path.trim_matches('/') {
        "" => String::new(),
        path => format!("/{path}"),
    }
}

impl StateOptions {
    pub(super) fn add_to(&self, mut verifier: Verifier) -> Verifier {
        if let Some(url) = given(self.state_change_url.as_ref()) {
            let parameters =
                if self.state_change_as_query { ParametersIn::Query } else { ParametersIn::Body };
            verifier = verifier.states_url(url, parameters, self.state_change_teardown);
        }
        verifier
            .call_without_state(self.state_change_without_state)
            .independent_states(self.independent_states)
    }
}

impl Filters {
    pub(super) fn add_to(
        &self,
        verifier: Verifier,
        failed: Option<FailedBefore>,
    ) -> Result<Verifier, InvalidFilter> {
        let mut filter = Filter::default().consumers(&self.consumer);
        if let Some(regex) = &self.description {
            filter = filter.description(regex)?;
        }
        if let Some(regex) = &self.state {
            filter = filter.state(regex)?;
        }
        if self.no_state {
            filter = filter.without_state();
        }
        if let Some(failed) = failed {
            filter = filter.failed_before(failed);
        }
        Ok(verifier.filter(filter).stop_at_first_failure(self.exit_on_first_error))
    }
}

impl Publishing {
    pub(super) fn add_to(&self, verifier: Verifier) -> Verifier {
        // The parser has made sure that there is a version where results are to be published.
        match &self.provider_version {
            Some(number) if self.publish || self.dry_run => {
                verifier.publish(self.version(number)).dry_run(self.dry_run)
            }
            _ => verifier,
        }
    }

    fn version(&self, number: &VersionNumber) -> ProviderVersion {
        let mut version = ProviderVersion::new(number.clone());
        if let Some(branch) = &self.provider_branch {
            version = version.branch(branch.clone());
        }
        if let Some(url) = &self.build_url {
            version = version.build_url(url);
        }
        version.tags(self.provider_tags.iter().cloned())
    }
}
