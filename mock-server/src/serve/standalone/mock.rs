use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use pactwright_core::format;
use pactwright_core::model::Pact;

use super::{LOOPBACK, Served, scenes};
use crate::pact_file::PactFile;
use crate::report::Report;
#[cfg(feature = "tls")]
use crate::serve::Tls;
use crate::serve::act::Act;
use crate::serve::open::{Open, StartError};
use crate::serve::select::Scenes;
use crate::serve::stage::{Stage, StageRules};
use crate::serve::{Limits, Secure};
use crate::settings::Output;

/// How a [`PactMock`] is served.
///
/// ```
/// use pactwright::standalone::MockOptions;
///
/// let options = MockOptions::default().address("127.0.0.1:8080".parse()?).output_dir("pacts");
/// # let _ = options;
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct MockOptions {
    address: SocketAddr,
    cors_preflight: bool,
    limits: Limits,
    output_dir: PathBuf,
    run: Option<String>,
    secure: Secure,
}

impl Default for MockOptions {
    /// A free port of this machine, bodies up to 16 MiB; pacts go to the current folder.
    fn default() -> Self {
        Self {
            address: LOOPBACK,
            cors_preflight: false,
            limits: Limits::default(),
            output_dir: PathBuf::from("."),
            run: None,
            secure: Secure::No,
        }
    }
}

impl MockOptions {
    /// Where it listens; port 0 is a free one.
    ///
    /// ```
    /// use std::net::Ipv6Addr;
    ///
    /// let options = pactwright::standalone::MockOptions::default().address((Ipv6Addr::LOCALHOST, 8080).into());
    /// # let _ = options;
    /// ```
    pub fn address(self, address: SocketAddr) -> Self {
        Self { address, ..self }
    }

    /// Whether the `OPTIONS` requests that browsers send ahead of others are answered, unless an interaction expects
    /// them.
    ///
    /// ```
    /// use pactwright::standalone::MockOptions;
    ///
    /// let options = MockOptions::default().cors_preflight(true);
    /// # let _ = options;
    /// ```
    pub fn cors_preflight(self, answer: bool) -> Self {
        Self { cors_preflight: answer, ..self }
    }

    /// How many bytes a request body may have.
    ///
    /// ```
    /// use pactwright::standalone::MockOptions;
    ///
    /// let options = MockOptions::default().body_limit(100 * 1024 * 1024);
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
    /// let options = pactwright::standalone::MockOptions::default().client_timeout(Duration::from_secs(5));
    /// # let _ = options;
    /// ```
    pub fn client_timeout(self, time: Duration) -> Self {
        Self { limits: self.limits.client_timeout(time), ..self }
    }

    /// The folder that [`PactMock::save`] writes to.
    ///
    /// ```
    /// use pactwright::standalone::MockOptions;
    ///
    /// let options = MockOptions::default().output_dir("target/pacts");
    /// # let _ = options;
    /// ```
    pub fn output_dir(self, folder: impl Into<PathBuf>) -> Self {
        Self { output_dir: folder.into(), ..self }
    }

    /// What joins several mocks into one test run. Within a run, two contents of one interaction are a conflict;
    /// otherwise the later one replaces the earlier. Without it, a run is this process.
    ///
    /// ```
    /// use pactwright::standalone::MockOptions;
    ///
    /// let options = MockOptions::default().run("build 4711");
    /// # let _ = options;
    /// ```
    pub fn run(self, name: impl Into<String>) -> Self {
        Self { run: Some(name.into()), ..self }
    }

    /// Serves behind `https://`. Needs the feature `tls`.
    ///
    /// ```
    /// use pactwright::Tls;
    /// use pactwright::standalone::MockOptions;
    ///
    /// let options = MockOptions::default().tls(Tls::self_signed()?);
    /// # let _ = options;
    /// # Ok::<(), pactwright::TlsError>(())
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(self, tls: Tls) -> Self {
        Self { secure: Secure::Yes(tls), ..self }
    }
}

/// A mock server that is made from a pact: it answers as the pact says, and knows whether everything was asked that
/// should be, and nothing else.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::standalone::{MockOptions, PactMock};
///
/// # let folder = tempfile::tempdir()?;
/// let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let client = reqwest::Client::builder().no_proxy().build()?;
/// let options = MockOptions::default();
/// # let options = options.output_dir(folder.path());
/// let mock = PactMock::start(ping.to_pact()?, options)?;
/// client.get(format!("{}/ping", mock.url())).send().await?;
/// assert!(mock.problems().is_none());
/// mock.save()?;
/// mock.stop().await;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PactMock {
    act: Arc<Act>,
    served: Served,
}

impl PactMock {
    /// Starts it on the current tokio runtime.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// use pactwright::standalone::{MockOptions, PactMock};
    ///
    /// let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let mock = PactMock::start(pact, MockOptions::default())?;
    /// # mock.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the pact has a rule that cannot be matched with, or the address cannot be had.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(pact: Pact, options: MockOptions) -> Result<Self, StartError> {
        format::to_json(&pact)?;
        let open = Open::new(options.address, &options.secure)?;
        let scenes = scenes(&pact, &open.url).collect::<Result<_, _>>()?;
        let rules = StageRules { limits: options.limits, cors_preflight: options.cors_preflight };
        let stage = Arc::new(Stage::new(Scenes::new(scenes), rules));
        let output = Output { folder: options.output_dir, overwrite: false, run: options.run };
        let act = Arc::new(Act { pact, output, stage: Arc::clone(&stage) });
        Ok(Self { act, served: Served::start(open, options.secure, stage) })
    }

    /// Where it listens, without a slash at the end.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{MockOptions, PactMock};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let mock = PactMock::start(pact, MockOptions::default())?;
    /// assert!(mock.url().starts_with("http://127.0.0.1:"));
    /// # mock.stop().await;
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
    /// # use pactwright::standalone::{MockOptions, PactMock};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let mock = PactMock::start(pact, MockOptions::default())?;
    /// assert_ne!(mock.address().port(), 0);
    /// # mock.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn address(&self) -> SocketAddr {
        self.served.address
    }

    /// The pact that it answers from.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{MockOptions, PactMock};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let mock = PactMock::start(pact, MockOptions::default())?;
    /// assert_eq!(mock.pact().interactions[0].description, "a ping");
    /// # mock.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pact(&self) -> &Pact {
        &self.act.pact
    }

    /// Everything that is wrong by now, if anything is: requests that were not agreed, interactions that were not
    /// requested yet.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{MockOptions, PactMock};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let mock = PactMock::start(pact, MockOptions::default())?;
    /// let problems = mock.problems().ok_or("nobody has asked yet")?;
    /// assert!(problems.to_string().contains("\"a ping\" was never requested"), "{problems}");
    /// client.get(format!("{}/ping", mock.url())).send().await?;
    /// assert!(mock.problems().is_none());
    /// # mock.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn problems(&self) -> Option<Report> {
        Some(self.act.stage.failures())
            .filter(|failures| !failures.is_empty())
            .map(|all| self.act.report(all))
    }

    /// Writes the pact if nothing is wrong. The mock goes on.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{MockOptions, PactMock};
    /// # let folder = tempfile::tempdir()?;
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let mock = PactMock::start(pact, MockOptions::default().output_dir(folder.path()))?;
    /// assert!(mock.save().is_err(), "nobody has asked yet");
    /// client.get(format!("{}/ping", mock.url())).send().await?;
    /// assert!(mock.save()?.path.ends_with("web-orders.json"));
    /// # mock.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// With everything that is wrong; nothing is written then.
    pub fn save(&self) -> Result<PactFile, Report> {
        self.act.conclude()
    }

    /// Stops it, once answers that are under way are sent.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # use pactwright::standalone::{MockOptions, PactMock};
    /// # let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let pact = ping.to_pact()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let mock = PactMock::start(pact, MockOptions::default())?;
    /// mock.stop().await;
    /// // Its port is free again, and no connection is left.
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn stop(self) {
        self.served.stop().await;
    }
}
