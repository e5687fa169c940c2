use std::sync::Arc;
use std::time::Duration;

use crate::client::{ClientError, ClientOptions, HttpClient, HttpError};
use crate::events::{Event, Reporter, RunStarted};
use crate::outcome::{ExitCode, RunSummary};
use crate::plan::{Filter, Plan};
use crate::publish::{ProviderVersion, Publisher};
use crate::run::{Environment, run};
use crate::sources::{LoadContext, PactSource, SourceError};
use crate::states::{HttpStates, ParametersIn, StateHandler};
use crate::transport::{HttpProvider, HttpTransport, Transports};

/// Says what to verify, and does it.
///
/// See the [crate's page](crate) for an example.
#[derive(Debug, Clone)]
#[must_use = "nothing is verified before `run` is called"]
pub struct Verifier {
    provider: Option<String>,
    sources: Vec<Arc<dyn PactSource>>,
    transports: Transports,
    base_url: Option<String>,
    request_timeout: Duration,
    headers: Vec<(String, String)>,
    body_limit: Option<usize>,
    states: States,
    filter: Filter,
    jobs: usize,
    independent_states: bool,
    publish: Option<ProviderVersion>,
    dry_run: bool,
    named_urls: Vec<(String, String)>,
    stop_at_first_failure: bool,
    states_timeout: Option<Duration>,
    ignore_no_pacts: bool,
    client: ClientOptions,
}

#[derive(Debug, Clone)]
enum States {
    None,
    Url { url: String, parameters: ParametersIn, teardown: bool },
    Handler(Arc<dyn StateHandler>),
}

/// Why nothing was verified, or why nobody was told.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Nothing says where contracts come from.
    #[error(
        "there is nothing to verify: name a file, a folder, an address or a broker that contracts come from"
    )]
    NoSource,
    /// The sources have no contract for the provider.
    #[error("no contracts{} were found in {}", match provider { Some(name) => format!(" for the provider \"{name}\""), None => String::new() }, sources.join(", "))]
    NoPacts {
        /// The provider.
        provider: Option<String>,
        /// Where they were looked for.
        sources: Vec<String>,
    },
    /// There are contracts, but a filter leaves nothing of them.
    #[error("no interaction is left to verify: {filter}")]
    NothingMatches {
        /// The filter in words.
        filter: String,
    },
    /// The address of the provider or of its state handler cannot be called.
    #[error("the address of the {what} cannot be used")]
    Address {
        /// Whose address it is.
        what: &'static str,
        /// What is wrong with it.
        source: HttpError,
    },
    /// The HTTP client could not be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The run is done, but a report could not be written.
    #[error("the report could not be written")]
    Report {
        /// Why.
        source: std::io::Error,
        /// What came of the run.
        summary: Box<RunSummary>,
    },
}

impl RunError {
    /// The exit code for it: always [`ExitCode::CouldNotRun`].
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::CouldNotRun
    }
}

impl Verifier {
    /// Verifies a provider against the contracts that consumers have with it.
    pub fn new(provider: impl Into<String>) -> Self {
        Self {
            provider: Some(provider.into()),
            sources: Vec::new(),
            transports: Transports::default(),
            base_url: None,
            request_timeout: Duration::from_secs(5),
            headers: Vec::new(),
            body_limit: None,
            states: States::None,
            filter: Filter::default(),
            jobs: 1,
            independent_states: false,
            publish: None,
            dry_run: false,
            named_urls: Vec::new(),
            stop_at_first_failure: false,
            states_timeout: None,
            ignore_no_pacts: false,
            client: ClientOptions::default(),
        }
    }

    /// Verifies a provider against whatever contracts there are, with no regard to the name of the provider in them.
    pub fn any_provider() -> Self {
        Self { provider: None, ..Self::new("") }
    }

    /// Takes contracts from there. May be called several times; contracts are verified in that order.
    pub fn source(mut self, source: impl PactSource + 'static) -> Self {
        self.sources.push(Arc::new(source));
        self
    }

    /// The address of the provider, which may have a path: `http://localhost:8080/api`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// How long the provider may take for a whole answer. 5 seconds unless set.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Adds a header to each request to the provider, in place of one of that name in the contract.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The largest response body that is read from the provider, in bytes. 32 MiB unless set.
    pub fn body_limit(mut self, limit: usize) -> Self {
        self.body_limit = Some(limit);
        self
    }

    /// Reaches the provider in another way than by [`Verifier::base_url`].
    pub fn http_transport(mut self, transport: impl HttpTransport + 'static) -> Self {
        self.transports.http = Some(Arc::new(transport));
        self
    }

    /// Another way to the provider, for interactions that ask for it by that name in `transport`.
    pub fn named_transport(
        mut self,
        name: impl Into<String>,
        transport: impl HttpTransport + 'static,
    ) -> Self {
        self.transports.named.insert(name.into(), Arc::new(transport));
        self
    }

    /// Another address of the provider, for interactions that ask for it by that name in `transport`. One called
    /// `http` is for those that ask for nothing, in place of [`Verifier::base_url`].
    pub fn named_url(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.named_urls.push((name.into(), url.into()));
        self
    }

    /// Changes the provider's state in this way. Interactions with states are verified without setting them up when
    /// nothing is said about states; reports then say so.
    pub fn states(mut self, handler: impl StateHandler + 'static) -> Self {
        self.states = States::Handler(Arc::new(handler));
        self
    }

    /// Changes the provider's state by calling an address; see [`HttpStates`].
    pub fn states_url(mut self, url: impl Into<String>, parameters: ParametersIn, teardown: bool) -> Self {
        self.states = States::Url { url: url.into(), parameters, teardown };
        self
    }

    /// How long an [address that changes states](Verifier::states_url) may take. 30 seconds unless set.
    pub fn states_timeout(mut self, timeout: Duration) -> Self {
        self.states_timeout = Some(timeout);
        self
    }

    /// Narrows the run.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// How many interactions may run at once. 1 unless set. Those with provider states still run alone, unless
    /// [states are independent](Verifier::independent_states).
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs;
        self
    }

    /// Promises that setting up one provider state does not disturb interactions that need another.
    pub fn independent_states(mut self, independent: bool) -> Self {
        self.independent_states = independent;
        self
    }

    /// Publishes results to the brokers that contracts come from, as results of this version of the provider.
    pub fn publish(mut self, version: ProviderVersion) -> Self {
        self.publish = Some(version);
        self
    }

    /// Says what would be published, and sends nothing. Nothing unless [publishing](Verifier::publish) is asked for.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Whether the run stops at the first interaction that does not pass, unless that is pending. Such a run is never
    /// published: it says nothing about the rest.
    pub fn stop_at_first_failure(mut self, stop: bool) -> Self {
        self.stop_at_first_failure = stop;
        self
    }

    /// Whether it is fine that there is nothing to verify. It is an error unless set.
    pub fn ignore_no_pacts(mut self, ignore: bool) -> Self {
        self.ignore_no_pacts = ignore;
        self
    }

    /// How connections are made.
    pub fn client(mut self, options: ClientOptions) -> Self {
        self.client = options;
        self
    }

    /// Verifies, tells the reporter about it, and publishes.
    ///
    /// What goes wrong with a contract or an interaction is part of the summary;
    /// [`RunSummary::exit_code`] says what it comes down to.
    ///
    /// # Errors
    /// When nothing could be verified, or a report could not be written.
    pub async fn run(&self, reporter: &mut dyn Reporter) -> Result<RunSummary, RunError> {
        if self.sources.is_empty() {
            return Err(RunError::NoSource);
        }
        let client = HttpClient::new(&self.client)?;
        // Addresses are checked before contracts are fetched: a mistake is to be known at once.
        let environment = self.environment(&client)?;
        let (plan, failures) = self.plan(&client).await?;
        let started = Event::RunStarted(RunStarted {
            provider: self.provider.clone(),
            target: environment.transports.http(None).map(HttpTransport::target),
            pacts: plan.pacts.len(),
            interactions: plan.interactions(),
            filter: self.filter.describe(),
            provider_version: self.publish.as_ref().map(|version| version.number.to_string()),
        });
        let narrowed = self.filter.is_narrowing() || self.stop_at_first_failure;
        let publisher = self
            .publish
            .as_ref()
            .map(|version| Publisher::new(&client, version, narrowed).dry_run(self.dry_run));
        let (summary, failure) = run(&plan, &environment, publisher, failures, started, reporter).await;
        match failure {
            None => Ok(summary),
            Some(source) => Err(RunError::Report { source, summary: Box::new(summary) }),
        }
    }

    fn environment(&self, client: &HttpClient) -> Result<Environment, RunError> {
        let mut transports = self.transports.clone();
        if let (None, Some(url)) = (&transports.http, &self.base_url) {
            transports.http = Some(Arc::new(self.provider_at(client, url)?));
        }
        for (name, url) in &self.named_urls {
            let provider = Arc::new(self.provider_at(client, url)?);
            // Interactions that name no transport mean this one.
            if matches!(name.as_str(), "http" | "https") {
                transports.http = Some(provider);
            } else {
                transports.named.insert(name.clone(), provider);
            }
        }
        let states: Option<Arc<dyn StateHandler>> = match &self.states {
            States::None => None,
            States::Handler(handler) => Some(Arc::clone(handler)),
            States::Url { url, parameters, teardown } => {
                let states = HttpStates::new(client.clone(), url)
                    .map_err(|source| RunError::Address { what: "state handler", source })?;
                let states = states.parameters_in(*parameters).teardown(*teardown);
                Some(Arc::new(match self.states_timeout {
                    Some(timeout) => states.timeout(timeout),
                    None => states,
                }))
            }
        };
        Ok(Environment {
            transports,
            states,
            jobs: self.jobs,
            independent_states: self.independent_states,
            stop_at_first_failure: self.stop_at_first_failure,
            client: client.clone(),
        })
    }

    fn provider_at(&self, client: &HttpClient, url: &str) -> Result<HttpProvider, RunError> {
        let provider = HttpProvider::new(client.clone(), url)
            .map_err(|source| RunError::Address { what: "provider", source })?
            .timeout(self.request_timeout)
            .headers(self.headers.clone());
        Ok(match self.body_limit {
            Some(limit) => provider.body_limit(limit),
            None => provider,
        })
    }

    async fn plan(&self, client: &HttpClient) -> Result<(Plan, Vec<Arc<SourceError>>), RunError> {
        let context = LoadContext { client: client.clone(), provider: self.provider.clone() };
        let (mut pacts, mut failures) = (Vec::new(), Vec::new());
        for source in &self.sources {
            let loaded = source.load(&context).await;
            pacts.extend(loaded.pacts);
            failures.extend(loaded.failures.into_iter().map(Arc::new));
        }
        let found = !pacts.is_empty();
        let plan = Plan::new(pacts, &self.filter);
        if plan.pacts.is_empty() && failures.is_empty() && !self.ignore_no_pacts {
            return Err(if found {
                RunError::NothingMatches { filter: self.filter.describe() }
            } else {
                let sources = self.sources.iter().map(|source| source.name()).collect();
                RunError::NoPacts { provider: self.provider.clone(), sources }
            });
        }
        Ok((plan, failures))
    }
}
