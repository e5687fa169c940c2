//! Starting and finishing.

use std::future::Future;
use std::net::SocketAddr;
use std::panic::Location;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::Secure;
use super::act::Act;
use super::connection::serve;
use super::open::{Open, StartError, system};
use super::select::{Scene, Scenes};
use super::stage::{Stage, StageRules};
#[cfg(feature = "tls")]
use super::tls::Tls;
use crate::dsl::Mock;
use crate::pact_file::PactFile;
use crate::report::{Failure, Report};
use crate::settings::Output;

impl Mock {
    /// Starts a mock server on a free port of this machine, which answers as the contract says.
    ///
    /// It runs on a thread of its own: any flavour of runtime will do, and a client that blocks its thread does not
    /// stop it.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let mock = ping.start().await?;
    /// assert_eq!(client.get(format!("{}/ping", mock.url())).send().await?.status(), 200);
    /// mock.finish().await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When something in the contract cannot be meant, or when the system gives no port or no thread.
    #[track_caller]
    pub fn start(self) -> impl Future<Output = Result<MockServer, StartError>> + Send {
        let started_at = Location::caller();
        // Nothing waits for anything, but for callers that is our business.
        async move { Running::start(&self, Secure::No, started_at).map(|running| MockServer { running }) }
    }

    /// Starts a mock server behind `https://`. See [`Mock::start`]. Needs the feature `tls`.
    ///
    /// The client must be told to trust the certificate:
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// use pactwright::Tls;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let tls = Tls::self_signed()?;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let mock = ping.start_tls(&tls).await?;
    /// assert!(mock.url().starts_with("https://127.0.0.1:"));
    /// // reqwest::Client::builder().tls_certs_only([Certificate::from_pem(tls.certificate_pem().as_bytes())?])
    /// # assert!(mock.finish().await.is_err());
    /// # Ok::<(), pactwright::StartError>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Mock::start`].
    #[cfg(feature = "tls")]
    #[track_caller]
    pub fn start_tls(self, tls: &Tls) -> impl Future<Output = Result<MockServer, StartError>> + Send + use<> {
        let (started_at, secure) = (Location::caller(), Secure::Yes(tls.clone()));
        async move { Running::start(&self, secure, started_at).map(|running| MockServer { running }) }
    }

    /// Starts a mock server for a test without a runtime. See [`Mock::start`].
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let mock = ping.start_blocking()?;
    /// assert_eq!(ureq::get(format!("{}/ping", mock.url())).call()?.status(), 200);
    /// mock.finish()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Mock::start`].
    #[track_caller]
    pub fn start_blocking(self) -> Result<BlockingMockServer, StartError> {
        Running::start(&self, Secure::No, Location::caller()).map(|running| BlockingMockServer { running })
    }

    /// Starts a mock server behind `https://`, for a test without a runtime. See [`Mock::start_tls`].
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let tls = pactwright::Tls::self_signed()?;
    /// let mock = ping.start_tls_blocking(&tls)?;
    /// // For a client that trusts `tls.certificate_pem()`.
    /// assert!(mock.url().starts_with("https://127.0.0.1:"));
    /// # assert!(mock.finish().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Mock::start`].
    #[cfg(feature = "tls")]
    #[track_caller]
    pub fn start_tls_blocking(self, tls: &Tls) -> Result<BlockingMockServer, StartError> {
        Running::start(&self, Secure::Yes(tls.clone()), Location::caller())
            .map(|running| BlockingMockServer { running })
    }
}

/// A mock server that answers as its contract says, until it is finished.
///
/// A request that matches no interaction is answered with status 500, the header `X-Pact` (`Request-Mismatch` where an
/// interaction has that method and path, otherwise `Unexpected-Request`) and a JSON body that shows the closest
/// interaction and everything in which it differs.
///
/// A mock that is dropped before it is finished fails the test by a panic that says what was wrong, unless the test is
/// failing already. Finished or dropped, its port is free again, and no connection is left.
///
/// ```
/// # use pactwright::prelude::*;
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("web").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let client = reqwest::Client::builder().no_proxy().build()?;
/// let mock = ping.start().await?;
/// let answer = client.post(format!("{}/ping", mock.url())).send().await?;
/// assert_eq!(answer.status(), 500);
/// assert_eq!(answer.headers()["x-pact"], "Unexpected-Request");
/// // The test fails, and says what was asked instead of what.
/// let report = mock.finish().await.unwrap_err();
/// assert!(report.to_string().contains("POST /ping matches no interaction"), "{report}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "call `.finish().await?` at the end of the test: it says whether the contract was kept, and writes the pact"]
pub struct MockServer {
    running: Running,
}

/// A [`MockServer`] for tests without a runtime.
///
/// ```
/// # use pactwright::prelude::*;
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("web").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
/// let mock: pactwright::BlockingMockServer = ping.start_blocking()?;
/// ureq::get(format!("{}/ping", mock.url())).call()?;
/// mock.finish()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "call `.finish()?` at the end of the test: it says whether the contract was kept, and writes the pact"]
pub struct BlockingMockServer {
    running: Running,
}

impl MockServer {
    /// Where the mock listens, without a slash at the end: `http://127.0.0.1:43211`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let mock = ping.start().await?;
    /// // `OrderClient::new(mock.url())`
    /// assert!(mock.url().starts_with("http://127.0.0.1:"));
    /// # assert!(mock.finish().await.is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn url(&self) -> String {
        self.running.url()
    }

    /// The address that the mock listens on.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let mock = ping.start().await?;
    /// // For clients that are given host and port.
    /// assert_eq!(mock.url(), format!("http://{}:{}", mock.address().ip(), mock.address().port()));
    /// # assert!(mock.finish().await.is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// Ends the mock, and writes the pact if every request was expected and every interaction was requested.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let mock = ping.start().await?;
    /// client.get(format!("{}/ping", mock.url())).send().await?;
    /// let written = mock.finish().await?;
    /// assert!(written.path.ends_with("web-orders.json"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the contract was not kept, or the pact could not be written: then with everything that was wrong, and
    /// nothing is written. Requests whose bodies are still coming a second later are among what was wrong.
    pub async fn finish(mut self) -> Result<PactFile, Report> {
        let Some((result, _)) = self.running.stop() else { return Err(self.running.stopped()) };
        // Only now: a test that gives up while it waits has not finished.
        let outcome = result.await;
        self.running.finished = true;
        outcome.unwrap_or_else(|_| Err(self.running.stopped()))
    }
}

impl BlockingMockServer {
    /// Where the mock listens, without a slash at the end: `http://127.0.0.1:43211`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let mock = ping.start_blocking()?;
    /// // `OrderClient::new(mock.url())`
    /// assert!(mock.url().starts_with("http://127.0.0.1:"));
    /// # assert!(mock.finish().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn url(&self) -> String {
        self.running.url()
    }

    /// The address that the mock listens on.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let mock = ping.start_blocking()?;
    /// // For clients that are given host and port.
    /// assert_eq!(mock.url(), format!("http://{}:{}", mock.address().ip(), mock.address().port()));
    /// # assert!(mock.finish().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// Ends the mock, and writes the pact if every request was expected and every interaction was requested.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let ping = orders.upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let mock = ping.start_blocking()?;
    /// // Nobody has asked for anything.
    /// let report = mock.finish().unwrap_err();
    /// assert!(report.to_string().contains("\"a ping\" was never requested"), "{report}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`MockServer::finish`].
    pub fn finish(mut self) -> Result<PactFile, Report> {
        self.running.finished = true;
        let Some((mut result, thread)) = self.running.stop() else { return Err(self.running.stopped()) };
        // A thread that panicked has left no result.
        let _ = thread.join();
        result.try_recv().unwrap_or_else(|_| Err(self.running.stopped()))
    }
}

type Outcome = oneshot::Receiver<Result<PactFile, Report>>;

#[derive(Debug)]
struct Running {
    act: Arc<Act>,
    address: SocketAddr,
    url: String,
    started_at: &'static Location<'static>,
    handles: Option<(oneshot::Sender<()>, Outcome, JoinHandle<()>)>,
    finished: bool,
}

impl Running {
    fn start(
        mock: &Mock,
        secure: Secure,
        started_at: &'static Location<'static>,
    ) -> Result<Self, StartError> {
        let compiled = mock.compile()?;
        compiled.check_version()?;
        let contract = mock.contract();
        let Open { listener, address, url } =
            Open::new(SocketAddr::new(contract.host, contract.port), &secure)?;
        let scenes =
            compiled.pact.interactions.iter().zip(compiled.requests).filter_map(|(interaction, request)| {
                let (_, response) = interaction.as_http()?;
                Some(Scene::new(interaction, request, response, &url))
            });
        let rules = StageRules { limits: contract.limits, cors_preflight: contract.cors_preflight };
        let stage = Arc::new(Stage::new(Scenes::new(scenes.collect()), rules));
        let output = Output::of(contract, |name| std::env::var_os(name));
        let act = Arc::new(Act { pact: compiled.pact, output, stage: Arc::clone(&stage) });

        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(system("start its runtime"))?;
        let (stop, stopped) = oneshot::channel();
        let (done, result) = oneshot::channel();
        let play = Arc::clone(&act);
        let thread = thread::Builder::new()
            .name(format!("pactwright mock of {}", play.pact.provider.name))
            .spawn(move || {
                runtime.block_on(serve(listener, secure, stage, stopped));
                // Ends the connections that are left.
                drop(runtime);
                // A mock that was dropped waits for nothing.
                if !done.is_closed() {
                    let _ = done.send(play.conclude());
                }
            })
            .map_err(system("start its thread"))?;
        Ok(Self { act, address, url, started_at, handles: Some((stop, result, thread)), finished: false })
    }

    fn url(&self) -> String {
        self.url.clone()
    }

    fn stop(&mut self) -> Option<(Outcome, JoinHandle<()>)> {
        let (stop, result, thread) = self.handles.take()?;
        // A server that has stopped by itself hears nothing; the result says so.
        let _ = stop.send(());
        Some((result, thread))
    }

    fn stopped(&self) -> Report {
        self.act.report(vec![Failure::Stopped])
    }
}

impl Drop for Running {
    /// The backstop for tests that do not finish their mock.
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        if let Some((stop, result, thread)) = self.handles.take() {
            // In this order: a server that is stopped writes the pact for whoever waits for the result.
            drop(result);
            drop(stop);
            // A server that was left stops at once: when the mock is gone, so are its port and its connections.
            let _ = thread.join();
        }
        let failures = self.act.stage.failures();
        if thread::panicking() {
            // The test fails already. What it asked wrongly may be why; what it did not come to ask is not.
            let asked: Vec<_> = failures
                .into_iter()
                .filter(|failure| !matches!(failure, Failure::NeverRequested(_)))
                .collect();
            if !asked.is_empty() {
                complain(&self.act.report(asked).to_string());
            }
            return;
        }
        let advice = format!(
            "the mock that was started at {} was dropped without `finish()`, so no pact was written\n(a test that returned an error does not show it: this panic came instead)",
            self.started_at
        );
        if failures.is_empty() {
            fail(&advice);
        } else {
            fail(&format!("{}\n\n{advice}", self.act.report(failures)));
        }
    }
}

#[expect(clippy::panic, reason = "dropping a mock has no other way to fail a test")]
fn fail(text: &str) {
    panic!("{text}");
}

#[expect(
    clippy::print_stderr,
    reason = "a failing test shows what it printed, and a second panic would abort it"
)]
fn complain(text: &str) {
    eprintln!("{text}");
}
