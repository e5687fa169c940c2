use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use http_body_util::Full;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderName,
    HeaderValue, REFERER,
};
use hyper::{Method, Response, StatusCode};
use pactwright_core::matching::ActualRequest;
use pactwright_core::model::Pact;
use regex::{Regex, RegexBuilder};

use super::{LOOPBACK, Served, scenes};
use crate::report::{Failure, Unmatched};
#[cfg(feature = "tls")]
use crate::serve::Tls;
use crate::serve::answer::{self, Answer};
use crate::serve::connection::Play;
use crate::serve::log;
use crate::serve::open::{Open, StartError};
use crate::serve::select::{Scene, Scenes, Selection};
use crate::serve::{Limits, Secure};

/// The methods that a stub tells browsers of.
const METHODS: HeaderValue =
    HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH");
/// How much memory the expression in a request's header may need.
const HEADER_EXPRESSION: usize = 1 << 20;

/// What a stub tells browsers.
///
/// ```
/// use pactwright::standalone::{Cors, StubOptions};
///
/// let options = StubOptions::default().cors(Cors::Preflight);
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cors {
    /// Answers may be read by all; `OPTIONS` requests are answered only where an interaction expects them.
    #[default]
    AsAgreed,
    /// All other `OPTIONS` requests are answered, too.
    Preflight,
    /// As `Preflight`, and it is not everybody that is allowed, but the site that the `Referer` names.
    Referer,
}

/// Which provider states a stub answers for.
///
/// ```
/// use pactwright::standalone::{States, StubOptions};
///
/// let open = States { expression: Some(regex::Regex::new("order .* is open")?), stateless: true, ..States::default() };
/// let options = StubOptions::default().states(open);
/// # let _ = options;
/// # Ok::<(), regex::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct States {
    /// Only interactions with a state that this is found in.
    pub expression: Option<Regex>,
    /// A request may bring an expression of its own in this header, which goes before.
    pub header: Option<String>,
    /// Whether interactions without states are meant with every expression.
    pub stateless: bool,
}

/// How a [`Stub`] is served.
///
/// ```
/// use pactwright::standalone::{Cors, StubOptions};
///
/// let options = StubOptions::default().address("127.0.0.1:8080".parse()?).cors(Cors::Preflight);
/// # let _ = options;
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct StubOptions {
    address: SocketAddr,
    cors: Cors,
    states: States,
    limits: Limits,
    secure: Secure,
}

impl Default for StubOptions {
    /// A free port of this machine, all provider states, bodies up to 16 MiB.
    fn default() -> Self {
        Self {
            address: LOOPBACK,
            cors: Cors::default(),
            states: States::default(),
            limits: Limits::default(),
            secure: Secure::No,
        }
    }
}

impl StubOptions {
    /// Where it listens; port 0 is a free one.
    ///
    /// ```
    /// use std::net::Ipv6Addr;
    ///
    /// let options = pactwright::standalone::StubOptions::default().address((Ipv6Addr::LOCALHOST, 8080).into());
    /// # let _ = options;
    /// ```
    pub fn address(self, address: SocketAddr) -> Self {
        Self { address, ..self }
    }

    /// What browsers are told.
    ///
    /// ```
    /// use pactwright::standalone::{Cors, StubOptions};
    ///
    /// let options = StubOptions::default().cors(Cors::Referer);
    /// # let _ = options;
    /// ```
    pub fn cors(self, cors: Cors) -> Self {
        Self { cors, ..self }
    }

    /// Which provider states it answers for.
    ///
    /// ```
    /// use pactwright::standalone::{States, StubOptions};
    ///
    /// // A request chooses: `X-Provider-State: order .* is open`.
    /// let chosen = States { header: Some("X-Provider-State".to_owned()), ..States::default() };
    /// let options = StubOptions::default().states(chosen);
    /// # let _ = options;
    /// ```
    pub fn states(self, states: States) -> Self {
        Self { states, ..self }
    }

    /// How many bytes a request body may have.
    ///
    /// ```
    /// use pactwright::standalone::StubOptions;
    ///
    /// let options = StubOptions::default().body_limit(100 * 1024 * 1024);
    /// # let _ = options;
    /// ```
    pub fn body_limit(self, bytes: usize) -> Self {
        Self { limits: Limits { body: bytes, ..self.limits }, ..self }
    }

    /// How long a client may take to send the head of a request, and as long again for its body; 30 and 60 seconds where
    /// nothing is said.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = pactwright::standalone::StubOptions::default().client_timeout(Duration::from_secs(5));
    /// # let _ = options;
    /// ```
    pub fn client_timeout(self, time: Duration) -> Self {
        Self { limits: self.limits.client_timeout(time), ..self }
    }

    /// Serves behind `https://`. Needs the feature `tls`.
    ///
    /// ```
    /// use pactwright::Tls;
    /// use pactwright::standalone::StubOptions;
    ///
    /// let options = StubOptions::default().tls(Tls::self_signed()?);
    /// # let _ = options;
    /// # Ok::<(), pactwright::TlsError>(())
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(self, tls: Tls) -> Self {
        Self { secure: Secure::Yes(tls), ..self }
    }
}

/// A server that gives the responses of pacts, and verifies nothing.
///
/// A request must have the method, the path and the query of an interaction, and its body if it brings one. Of several
/// interactions the one whose request differs least answers. What none has an answer for gets status 404 and a JSON
/// body that shows the closest.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::standalone::{Stub, StubOptions};
///
/// let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
/// let pact = ping.to_pact()?;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let client = reqwest::Client::builder().no_proxy().build()?;
/// let stub = Stub::start(&[pact], StubOptions::default())?;
/// assert_eq!(client.get(format!("{}/ping", stub.url())).send().await?.status(), 200);
/// assert_eq!(client.get(format!("{}/pong", stub.url())).send().await?.status(), 404);
/// stub.stop().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Stub {
    repertoire: Arc<Repertoire>,
    served: Served,
}

impl Stub {
    /// Starts it on the current tokio runtime.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// use pactwright::standalone::{Stub, StubOptions};
    ///
    /// let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let stub = Stub::start(&[pact], StubOptions::default())?;
    /// # stub.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When a pact has a rule that cannot be matched with, or the address cannot be had.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(pacts: &[Pact], options: StubOptions) -> Result<Self, StartError> {
        let StubOptions { address, cors, states, limits, secure } = options;
        let open = Open::new(address, &secure)?;
        let scenes = RwLock::new(Arc::new(prepare(pacts, &open.url)?));
        let repertoire = Arc::new(Repertoire { scenes, cors, states, limits });
        let served = Served::start(open, secure, Arc::clone(&repertoire));
        Ok(Self { repertoire, served })
    }

    /// Answers from other pacts from now on.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{Stub, StubOptions};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let stub = Stub::start(&[], StubOptions::default())?;
    /// let ping = format!("{}/ping", stub.url());
    /// assert_eq!(client.get(&ping).send().await?.status(), 404);
    /// stub.replace(&[pact])?;
    /// assert_eq!(client.get(&ping).send().await?.status(), 200);
    /// # stub.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When one of them has a rule that cannot be matched with; the stub goes on as it was then.
    pub fn replace(&self, pacts: &[Pact]) -> Result<(), StartError> {
        let scenes = Arc::new(prepare(pacts, self.url())?);
        *self.repertoire.scenes.write().unwrap_or_else(PoisonError::into_inner) = scenes;
        Ok(())
    }

    /// Where it listens, without a slash at the end.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{Stub, StubOptions};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let stub = Stub::start(&[pact], StubOptions::default())?;
    /// assert!(stub.url().starts_with("http://127.0.0.1:"));
    /// # stub.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn url(&self) -> &str {
        &self.served.url
    }

    /// The address that it listens on.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{Stub, StubOptions};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let stub = Stub::start(&[pact], StubOptions::default())?;
    /// assert_ne!(stub.address().port(), 0);
    /// # stub.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn address(&self) -> SocketAddr {
        self.served.address
    }

    /// How many interactions it answers from. Messages are not among them.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{Stub, StubOptions};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let stub = Stub::start(&[pact], StubOptions::default())?;
    /// assert_eq!(stub.interactions(), 1);
    /// # stub.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn interactions(&self) -> usize {
        self.repertoire.scenes().iter().count()
    }

    /// Stops it, once answers that are under way are sent.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{Stub, StubOptions};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let stub = Stub::start(&[pact], StubOptions::default())?;
    /// stub.stop().await;
    /// // Its port is free again, and no connection is left.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn stop(self) {
        self.served.stop().await;
    }
}

fn prepare(pacts: &[Pact], url: &str) -> Result<Scenes, StartError> {
    let all: Result<Vec<_>, _> = pacts.iter().flat_map(|pact| scenes(pact, url)).collect();
    all.map(Scenes::new)
}

/// What all connections of a stub share.
#[derive(Debug)]
struct Repertoire {
    /// Locked only to take a hold of what is inside.
    scenes: RwLock<Arc<Scenes>>,
    cors: Cors,
    states: States,
    limits: Limits,
}

impl Repertoire {
    fn scenes(&self) -> Arc<Scenes> {
        Arc::clone(&self.scenes.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn find(&self, request: ActualRequest) -> Answer {
        let wanted = match self.states.wanted(&request) {
            Ok(wanted) => wanted,
            Err(reason) => {
                log::no_such_state(&request);
                return answer::no_such_state(&reason);
            }
        };
        let scenes = self.scenes();
        let closest = match scenes.pick(&request, |scene| wanted.includes(scene)) {
            Selection::Match(scene) => {
                log::answered(&request, scene);
                return scene.answer.answer();
            }
            Selection::Nothing(_)
                if self.cors != Cors::AsAgreed && request.method == Method::OPTIONS.as_str() =>
            {
                log::preflight(&request);
                return preflight();
            }
            Selection::Nothing(closest) => closest,
        };
        let unmatched = Unmatched { request, closest };
        log::unmatched(&unmatched);
        let mut message = unmatched.to_string();
        if let Wanted::Found { expression, .. } = &wanted {
            message.push_str(&format!(
                "\n   (only interactions with a provider state that `{expression}` is found in were asked)"
            ));
        }
        answer::nothing(&unmatched, &message)
    }
}

impl Play for Repertoire {
    fn limits(&self) -> Limits {
        self.limits
    }

    fn answer(&self, request: Result<ActualRequest, Failure>) -> Answer {
        let request = match request {
            Ok(request) => request,
            Err(failure) => {
                log::refused(&failure);
                return answer::failure(&failure);
            }
        };
        let origin = (self.cors == Cors::Referer)
            .then(|| answer::header(&request, &REFERER).and_then(origin))
            .flatten();
        let mut answer = self.find(request);
        if let Some(origin) = origin {
            answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        answer
    }
}

fn preflight() -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// The site that an address belongs to: browsers compare no more.
fn origin(referer: &str) -> Option<HeaderValue> {
    let (scheme, rest) = referer.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    HeaderValue::from_str(&format!("{scheme}://{host}")).ok()
}

/// What a request's interaction must be given.
#[derive(Debug)]
enum Wanted<'s> {
    Any,
    Found { expression: std::borrow::Cow<'s, Regex>, stateless: bool },
}

impl States {
    /// Which states a request is about, or why that cannot be understood.
    fn wanted(&self, request: &ActualRequest) -> Result<Wanted<'_>, String> {
        use std::borrow::Cow;
        let name = self.header.as_deref().and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok());
        let expression = match name.and_then(|name| answer::header(request, &name)) {
            Some(text) => Some(Cow::Owned(
                RegexBuilder::new(text).size_limit(HEADER_EXPRESSION).build().map_err(|error| {
                    format!(
                        "the provider state in the header `{}` is no expression: {error}",
                        self.header.as_deref().unwrap_or_default()
                    )
                })?,
            )),
            None => self.expression.as_ref().map(Cow::Borrowed),
        };
        Ok(expression
            .map_or(Wanted::Any, |expression| Wanted::Found { expression, stateless: self.stateless }))
    }
}

impl Wanted<'_> {
    fn includes(&self, scene: &Scene) -> bool {
        let Self::Found { expression, stateless } = self else { return true };
        let states = &scene.name.states;
        let is_meant = |name: &str| expression.is_match(name) || (*stateless && name.is_empty());
        (*stateless && states.is_empty()) || states.iter().any(|state| is_meant(&state.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_of_an_address_is_its_beginning() {
        let of = |text| origin(text).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(of("https://shop.example:8443/cart?x=1").as_deref(), Some("https://shop.example:8443"));
        assert_eq!(of("http://shop.example").as_deref(), Some("http://shop.example"));
        assert_eq!(of("nowhere"), None);
        assert_eq!(of("https:///x"), None);
    }
}
