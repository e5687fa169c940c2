//! `verify`: a running provider against its contracts.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;
use pactwright_core::broker_api::ConsumerVersionSelector;
use pactwright_core::names::{BranchName, TagName, VersionNumber};
use pactwright_verifier::client::{Access, ClientOptions, Retries};
use pactwright_verifier::events::{Event, Reporter};
use pactwright_verifier::report::{JsonReporter, TerminalReporter};
use pactwright_verifier::sources::{
    BrokerSource, FileSource, FolderSource, Selection, SelectorError, UrlSource, parse_selectors,
};
use pactwright_verifier::states::ParametersIn;
use pactwright_verifier::{ExitCode, Filter, InvalidFilter, ProviderVersion, RunError, Verifier};
use thiserror::Error;

use crate::exit::{CommandError, Exit};
use crate::options::Credentials;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright verify --provider-name orders-api --port 8080 --broker-url http://127.0.0.1:9292 \\
    --consumer-version-selectors '{\"mainBranch\": true}' --publish --provider-version 2.0.0 --provider-branch main
  pactwright verify --file web-orders-api.json --port 8080 --state-change-url http://127.0.0.1:8080/_states

Exit status:
  0  verified
  1  something failed
  2  could not run: wrong usage, no contracts, no connection
  3  verified, but the results could not be published")]
pub(crate) struct Verify {
    #[command(flatten, next_help_heading = "Contracts")]
    sources: Sources,
    #[command(flatten, next_help_heading = "Provider")]
    provider: Provider,
    #[command(flatten, next_help_heading = "Which interactions")]
    filters: Filters,
    #[command(flatten, next_help_heading = "Results")]
    publishing: Publishing,
    /// How many interactions may run at once; those with provider states run one after another
    #[arg(long, default_value_t = 1, value_name = "N")]
    jobs: usize,
    /// Setting up one provider state does not disturb interactions with another
    #[arg(long)]
    independent_states: bool,
    /// Write a JSON report to this file
    #[arg(short, long, env = "PACT_VERIFIER_JSON_REPORT", value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print help
    #[arg(long, action = clap::ArgAction::Help)]
    help: (),
}

#[derive(Debug, Args)]
struct Sources {
    /// A pact file; can be repeated
    #[arg(short, long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// A folder with pact files, searched through; can be repeated
    #[arg(short, long, value_name = "FOLDER")]
    dir: Vec<PathBuf>,
    /// The address of a pact file; can be repeated
    #[arg(short, long, value_name = "URL")]
    url: Vec<String>,
    /// The broker to ask for contracts
    #[arg(short, long, visible_alias = "broker-base-url", env = "PACT_BROKER_BASE_URL", value_name = "URL")]
    broker_url: Option<String>,
    /// User name for the broker and for addresses
    #[arg(long, env = "PACT_BROKER_USERNAME", hide_env_values = true, value_name = "NAME")]
    user: Option<String>,
    /// Password for the broker and for addresses
    #[arg(long, env = "PACT_BROKER_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
    password: Option<String>,
    /// Bearer token for the broker and for addresses
    #[arg(short, long, env = "PACT_BROKER_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
    /// Which consumer versions' contracts the broker should give, as JSON; can be repeated
    #[arg(long, value_name = "JSON")]
    consumer_version_selectors: Vec<String>,
    /// The latest contracts with these tags
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    consumer_version_tags: Vec<TagName>,
    /// Let contracts fail that this provider never fulfilled
    #[arg(long)]
    enable_pending: bool,
    /// Include work in progress since this date (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    include_wip_pacts_since: Option<String>,
    /// It is fine if there are no contracts
    #[arg(long)]
    ignore_no_pacts_error: bool,
    /// How often a request is tried again when the broker is busy or failing
    #[arg(long, env = "PACT_BROKER_HTTP_RETRIES", default_value_t = 8, value_name = "N")]
    retries: u32,
}

#[derive(Debug, Args)]
struct Provider {
    /// The provider's name
    #[arg(short = 'n', long = "provider-name", env = "PACT_PROVIDER_NAME", value_name = "NAME")]
    name: Option<String>,
    /// The host that it runs on
    #[arg(
        short = 'h',
        long,
        env = "PACT_PROVIDER_HOSTNAME",
        default_value = "localhost",
        value_name = "HOST"
    )]
    hostname: String,
    /// The port that it listens on
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
    /// A path that goes before every path
    #[arg(long, env = "PACT_PROVIDER_BASE_PATH", value_name = "PATH")]
    base_path: Option<String>,
    /// How long it may take for an answer, in milliseconds
    #[arg(long, env = "PACT_PROVIDER_REQUEST_TIMEOUT", default_value_t = 5000, value_name = "MS")]
    request_timeout: u64,
    /// A header for every request to the provider; can be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME=VALUE")]
    headers: Vec<String>,
    /// Accept any certificate
    #[arg(long)]
    disable_ssl_verification: bool,
    /// Where provider states are set up
    #[arg(short, long, env = "PACT_PROVIDER_STATE_CHANGE_URL", value_name = "URL")]
    state_change_url: Option<String>,
    /// Say what is wanted in the query, not in the body
    #[arg(long, env = "PACT_PROVIDER_STATE_CHANGE_AS_QUERY", value_parser = FalseyValueParser::new())]
    state_change_as_query: bool,
    /// Ask for the tear-down of states, too
    #[arg(long, env = "PACT_PROVIDER_STATE_CHANGE_TEARDOWN", value_parser = FalseyValueParser::new())]
    state_change_teardown: bool,
}

#[derive(Debug, Args)]
struct Filters {
    /// Only interactions whose description matches this regular expression
    #[arg(long = "filter-description", env = "PACT_DESCRIPTION", value_name = "REGEX")]
    description: Option<String>,
    /// Only interactions with a provider state that matches this regular expression
    #[arg(
        long = "filter-state",
        env = "PACT_PROVIDER_STATE",
        value_name = "REGEX",
        conflicts_with = "no_state"
    )]
    state: Option<String>,
    /// Only interactions without a provider state
    #[arg(long = "filter-no-state", env = "PACT_PROVIDER_NO_STATE", value_parser = FalseyValueParser::new())]
    no_state: bool,
    /// Only contracts with this consumer; can be repeated
    #[arg(short = 'c', long = "filter-consumer", value_name = "NAME", value_delimiter = ',')]
    consumer: Vec<String>,
}

#[derive(Debug, Args)]
struct Publishing {
    /// Publish the results to the broker that the contracts come from
    #[arg(long, requires = "provider_version")]
    publish: bool,
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

/// Why nothing was verified.
#[derive(Debug, Error)]
pub(crate) enum VerifyError {
    #[error(transparent)]
    Selector(#[from] SelectorError),
    #[error(transparent)]
    Filter(#[from] InvalidFilter),
    #[error("the header `{0}` is not of the form NAME=VALUE")]
    Header(String),
    #[error("the report {} cannot be written", path.display())]
    Report { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Run(#[from] RunError),
}

impl CommandError for VerifyError {
    fn exit(&self) -> Exit {
        match self {
            Self::Run(error) => exit(error.exit_code()),
            Self::Selector(_) | Self::Filter(_) | Self::Header(_) | Self::Report { .. } => Exit::CouldNotRun,
        }
    }
}

fn exit(code: ExitCode) -> Exit {
    match code {
        ExitCode::Verified => Exit::Yes,
        ExitCode::Failed => Exit::No,
        ExitCode::CouldNotRun => Exit::CouldNotRun,
        ExitCode::NotPublished => Exit::NotPublished,
    }
}

/// The report for people, and the one for machines where it is wanted.
struct Reports {
    terminal: TerminalReporter<std::io::Stdout>,
    json: Option<JsonReporter<Vec<u8>>>,
}

impl Reporter for Reports {
    fn report(&mut self, event: &Event) -> std::io::Result<()> {
        let shown = self.terminal.report(event);
        let written = self.json.as_mut().map_or(Ok(()), |json| json.report(event));
        // A reader that has gone away (`| head`) is no reason to stop.
        shown.or_else(
            |error| if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) },
        )?;
        written
    }
}

impl Verify {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, VerifyError> {
        let verifier = self.verifier()?;
        let json = self.json.as_ref().map(|_| JsonReporter::new(Vec::new()));
        let terminal = TerminalReporter::new(std::io::stdout()).colour(printer.colour());
        let mut reports = Reports { terminal, json };
        let summary = verifier.run(&mut reports).await?;
        if let (Some(json), Some(path)) = (reports.json, &self.json) {
            // Only now: a run that cannot start must not leave half a report in place of an old one.
            std::fs::write(path, json.into_inner())
                .map_err(|source| VerifyError::Report { path: path.clone(), source })?;
        }
        Ok(exit(summary.exit_code()))
    }

    fn verifier(&self) -> Result<Verifier, VerifyError> {
        let mut verifier = match &self.provider.name {
            Some(name) => Verifier::new(name),
            None => Verifier::any_provider(),
        };
        verifier = self.sources.add_to(verifier, &self.publishing)?;
        verifier = self.provider.add_to(verifier)?;
        // The parser has made sure that there is a version where results are to be published.
        if let (true, Some(number)) = (self.publishing.publish, &self.publishing.provider_version) {
            verifier = verifier.publish(self.publishing.version(number));
        }
        Ok(verifier
            .filter(self.filters.filter()?)
            .jobs(self.jobs)
            .independent_states(self.independent_states))
    }
}

impl Sources {
    fn access(&self) -> Access {
        let credentials = Credentials {
            username: self.user.clone(),
            password: self.password.clone(),
            token: self.token.clone(),
        };
        let auth = credentials.auth();
        Access { auth, retries: Retries { times: self.retries, ..Retries::default() }, ..Access::default() }
    }

    fn add_to(&self, mut verifier: Verifier, publishing: &Publishing) -> Result<Verifier, VerifyError> {
        for path in &self.file {
            verifier = verifier.source(FileSource::new(path));
        }
        for path in &self.dir {
            verifier = verifier.source(FolderSource::new(path));
        }
        for url in &self.url {
            verifier = verifier.source(UrlSource::new(url).access(self.access()));
        }
        if let Some(url) = self.broker_url.as_ref().filter(|url| !url.is_empty()) {
            let source = BrokerSource::new(url).access(self.access());
            verifier = verifier.source(match self.selection(publishing)? {
                Some(selection) => source.select(selection),
                None => source,
            });
        }
        Ok(verifier.ignore_no_pacts(self.ignore_no_pacts_error))
    }

    /// What to ask the broker for; nothing where the latest contract of everyone will do.
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
        let selection = Selection {
            selectors,
            provider_branch: publishing.provider_branch.as_ref().map(ToString::to_string),
            provider_tags: publishing.provider_tags.iter().map(ToString::to_string).collect(),
            pending: self.enable_pending,
            wip_since: self.include_wip_pacts_since.clone(),
        };
        Ok(Some(selection).filter(|selection| *selection != Selection::default()))
    }
}

impl Provider {
    fn add_to(&self, mut verifier: Verifier) -> Result<Verifier, VerifyError> {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let path = self.base_path.as_deref().unwrap_or_default().trim_matches('/');
        let path = if path.is_empty() { String::new() } else { format!("/{path}") };
        verifier = verifier
            .base_url(format!("{}://{}{port}{path}", self.transport, self.hostname))
            .request_timeout(Duration::from_millis(self.request_timeout))
            .client(ClientOptions {
                environment_proxy: true,
                accept_any_certificate: self.disable_ssl_verification,
                ..ClientOptions::default()
            });
        for header in &self.headers {
            let (name, value) = header.split_once('=').ok_or_else(|| VerifyError::Header(header.clone()))?;
            verifier = verifier.header(name.trim(), value.trim());
        }
        if let Some(url) = &self.state_change_url {
            let parameters =
                if self.state_change_as_query { ParametersIn::Query } else { ParametersIn::Body };
            verifier = verifier.states_url(url, parameters, self.state_change_teardown);
        }
        Ok(verifier)
    }
}

impl Filters {
    fn filter(&self) -> Result<Filter, InvalidFilter> {
        let mut filter = Filter::default().consumers(&self.consumer);
        if let Some(regex) = &self.description {
            filter = filter.description(regex)?;
        }
        if let Some(regex) = &self.state {
            filter = filter.state(regex)?;
        }
        Ok(if self.no_state { filter.without_state() } else { filter })
    }
}

impl Publishing {
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
