use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pactwright_core::matching::ActualRequest;

use crate::client::{ClientError, ClientOptions, HttpClient, HttpError, header_map, presentable};
use crate::events::{Event, NotRun, Reporter, RunStarted};
use crate::outcome::{ExitCode, RunSummary};
use crate::plan::{Filter, NeededState, Plan};
use crate::publish::{ProviderVersion, Publisher};
use crate::report::chain;
use crate::run::{Environment, Options, run};
use crate::secrets;
use crate::sources::{LoadContext, PactSource, SourceError};
use crate::states::{HttpStates, ParametersIn, StateHandler};
use crate::transport::{BoxError, HttpProvider, HttpTransport, MessageTransport, Transports};

/// Says what to verify, and does it.
///
/// See the [crate's page](crate) for an example.
#[derive(Debug, Clone)]
#[must_use = "nothing is verified before `run` is called"]
pub struct Verifier {
    provider: Option<String>,
    sources: Vec<Arc<dyn PactSource>>,
    transports: Transports,
    base_url: Option<Address>,
    named_urls: BTreeMap<String, Address>,
    request_timeout: Duration,
    headers: Headers,
    body_limit: Option<usize>,
    states: States,
    filter: Filter,
    options: Options,
    states_timeout: Duration,
    publish: Option<ProviderVersion>,
    dry_run: bool,
    ignore_no_pacts: bool,
    client: ClientOptions,
}

/// Header lines whose values nobody sees: whoever adds some may have a secret.
#[derive(Clone, Default)]
struct Headers(Vec<(String, String)>);

impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        secrets::names(&self.0).fmt(formatter)
    }
}

/// An address as it was given, perhaps with a password that nobody sees.
#[derive(Clone)]
struct Address(String);

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        presentable(&self.0).fmt(formatter)
    }
}

#[derive(Debug, Clone)]
enum States {
    None,
    Url { url: Address, parameters: ParametersIn, teardown: bool },
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
    /// A header that is to go with every request cannot be sent.
    #[error("a header that was given for every request cannot be used")]
    Header(#[source] HttpError),
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
            named_urls: BTreeMap::new(),
            request_timeout: Duration::from_secs(5),
            headers: Headers::default(),
            body_limit: None,
            states: States::None,
            filter: Filter::default(),
            options: Options::default(),
            states_timeout: Duration::from_secs(30),
            publish: None,
            dry_run: false,
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
        self.base_url = Some(Address(url.into()));
        self
    }

    /// How long the provider may take for a whole answer. 5 seconds unless set. Request filters may take as long.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self.transports.filters.timeout = timeout;
        self
    }

    /// Adds a header to each request to the provider, in place of one of that name in the contract.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.0.push((name.into(), value.into()));
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

    /// Another address of the provider, for interactions that ask for it by that name in `transport`: requests go there,
    /// and messages are asked for there, as [`HttpMessages`](crate::transport::HttpMessages) does. Interactions that ask
    /// for nothing use `http`, `async-message` or `sync-message` (or `message` for both), where these are given, and
    /// [`Verifier::base_url`] otherwise.
    pub fn named_url(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.named_urls.insert(name.into(), Address(url.into()));
        self
    }

    /// Gets messages in this way, unless an interaction asks for a transport that is given by name. Without it they are
    /// asked for at [`Verifier::base_url`], over HTTP.
    ///
    /// ```
    /// use pactwright_verifier::Verifier;
    /// use pactwright_verifier::transport::{MessageFunctions, ProvidedMessage};
    ///
    /// let verifier = Verifier::new("orders-api").messages(
    ///     MessageFunctions::new()
    ///         .message("an order was placed", async |_| Ok(ProvidedMessage::json(&serde_json::json!({ "id": 7 }))?)),
    /// );
    /// # let _ = verifier;
    /// ```
    pub fn messages(mut self, transport: impl MessageTransport + 'static) -> Self {
        self.transports.messages = Some(Arc::new(transport));
        self
    }

    /// Gets messages in this way, for interactions that ask for it by that name in `transport`.
    pub fn named_messages(
        mut self,
        name: impl Into<String>,
        transport: impl MessageTransport + 'static,
    ) -> Self {
        self.transports.named_messages.insert(name.into(), Arc::new(transport));
        self
    }

    /// Changes requests before they are sent: a signature, a token that is made anew each time. Requests for messages are
    /// changed, too. Several filters are called in the order in which they were given; what [`Verifier::header`] adds is
    /// added after them.
    ///
    /// ```
    /// use pactwright_verifier::Verifier;
    ///
    /// # async fn fresh_token() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// let verifier = Verifier::new("orders-api").request_filter(async |mut request| {
    ///     let token = fresh_token().await?;
    ///     request.headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
    ///     Ok(request)
    /// });
    /// # let _ = verifier;
    /// ```
    pub fn request_filter<F, R>(mut self, filter: F) -> Self
    where
        F: Fn(ActualRequest) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ActualRequest, BoxError>> + Send + 'static,
    {
        self.transports.filters.add(filter);
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
        self.states = States::Url { url: Address(url.into()), parameters, teardown };
        self
    }

    /// Narrows the run.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// How long the address that [changes states](Verifier::states_url) may take for an answer. 30 seconds unless set.
    pub fn states_timeout(mut self, timeout: Duration) -> Self {
        self.states_timeout = timeout;
        self
    }

    /// Whether states are set up for interactions that have none, too: with a state whose name is empty. Some providers
    /// use that to start each interaction from nothing. They are not, unless set.
    pub fn call_without_state(mut self, call: bool) -> Self {
        self.options.call_without_state = call;
        self
    }

    /// How many interactions may run at once. 1 unless set. Those with provider states still run alone, unless
    /// [states are independent](Verifier::independent_states). What is reported does not depend on it.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.options.jobs = jobs;
        self
    }

    /// Promises that setting up one provider state does not disturb interactions that need another, or none. Then only
    /// those that need the same state (by name and parameters) run one after another.
    pub fn independent_states(mut self, independent: bool) -> Self {
        self.options.independent_states = independent;
        self
    }

    /// Whether to stop at the first interaction that does not pass and is not pending. The rest is not verified; contracts
    /// that were not reached are not reported.
    pub fn stop_at_first_failure(mut self, stop: bool) -> Self {
        self.options.stop_at_first_failure = stop;
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
    /// When nothing could be verified, which the reporter is told, too, or a report could not be written.
    pub async fn run(&self, reporter: &mut dyn Reporter) -> Result<RunSummary, RunError> {
        let outcome = self.attempt(reporter).await;
        if let Err(error) = &outcome
            && !matches!(error, RunError::Report { .. })
        {
            let (provider, reason) = (self.provider.clone(), chain(error));
            // If that cannot be written down, it is still less than what is told here.
            let _ = reporter.report(&Event::NotRun(NotRun { provider, reason }));
        }
        outcome
    }

    async fn attempt(&self, reporter: &mut dyn Reporter) -> Result<RunSummary, RunError> {
        if self.sources.is_empty() {
            return Err(RunError::NoSource);
        }
        let client = HttpClient::new(&self.client)?;
        // Addresses are checked before contracts are fetched: a mistake is to be known at once.
        let environment = self.environment()?;
        let (plan, failures) = self.plan(&client).await?;
        let started = Event::RunStarted(RunStarted {
            provider: self.provider.clone(),
            target: environment.transports.target(),
            pacts: plan.pacts.len(),
            interactions: plan.interactions(),
            filter: self.filter.describe(),
            provider_version: self.publish.as_ref().map(|version| version.number.to_string()),
        });
        let publisher = self.publish.as_ref().map(|version| {
            Publisher::new(&client, version, self.filter.is_narrowing()).dry_run(self.dry_run)
        });
        let (summary, failure) = run(&plan, &environment, publisher, failures, started, reporter).await;
        match failure {
            None => Ok(summary),
            Some(source) => Err(RunError::Report { source, summary: Box::new(summary) }),
        }
    }

    /// Every provider state that the contracts need, sorted by name, and which of them lack a handler. Nothing is verified
    /// and the provider is not called. What could not be had of contracts comes with it.
    ///
    /// ```no_run
    /// use pactwright_verifier::{Verifier, sources::FolderSource, states::StateFunctions};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), pactwright_verifier::RunError> {
    /// let states = StateFunctions::new().setup("order exists", async |_| Ok(()));
    /// let verifier = Verifier::new("orders-api").source(FolderSource::new("pacts")).states(states);
    /// let (needed, _failures) = verifier.needed_states().await?;
    /// let missing: Vec<_> = needed.iter().filter(|state| state.handled == Some(false)).collect();
    /// assert!(missing.is_empty(), "these provider states need a handler: {missing:?}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there are no contracts, or none is left by the filter.
    pub async fn needed_states(&self) -> Result<(Vec<NeededState>, Vec<Arc<SourceError>>), RunError> {
        if self.sources.is_empty() {
            return Err(RunError::NoSource);
        }
        let client = HttpClient::new(&self.client)?;
        let (plan, failures) = self.plan(&client).await?;
        let handles = |name: &str| match &self.states {
            States::None => Some(false),
            States::Url { .. } => None,
            States::Handler(handler) => handler.handles(name),
        };
        Ok((plan.states(handles), failures))
    }

    fn environment(&self) -> Result<Environment, RunError> {
        // Whoever cannot even be connected to within the time for an answer is down, which is not the same as slow.
        header_map(&self.headers.0).map_err(RunError::Header)?;
        let connect_timeout = self.client.connect_timeout.min(self.request_timeout * 3 / 4);
        let client = &HttpClient::new(&ClientOptions { connect_timeout, ..self.client.clone() })?;
        let mut transports = self.transports.clone();
        if let (None, Some(url)) = (&transports.http, &self.base_url) {
            transports.http = Some(self.provider(client, &url.0)?);
        }
        for (name, url) in &self.named_urls {
            transports.named.insert(name.clone(), self.provider(client, &url.0)?);
        }
        let states: Option<Arc<dyn StateHandler>> = match &self.states {
            States::None => None,
            States::Handler(handler) => Some(Arc::clone(handler)),
            States::Url { url, parameters, teardown } => {
                let states = HttpStates::new(client.clone(), &url.0)
                    .map_err(|source| RunError::Address { what: "state handler", source })?;
                let states = states.parameters_in(*parameters).teardown(*teardown);
                Some(Arc::new(states.timeout(self.states_timeout)))
            }
        };
        Ok(Environment { transports, states, options: self.options, client: client.clone() })
    }

    fn provider(&self, client: &HttpClient, url: &str) -> Result<Arc<dyn HttpTransport>, RunError> {
        let mut provider = HttpProvider::new(client.clone(), url)
            .map_err(|source| RunError::Address { what: "provider", source })?
            .timeout(self.request_timeout)
            .headers(self.headers.0.clone());
        if let Some(limit) = self.body_limit {
            provider = provider.body_limit(limit);
        }
        Ok(Arc::new(provider))
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
