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
    pub fn address(self, address: SocketAddr) -> Self {
        Self { address, ..self }
    }

    /// Whether the `OPTIONS` requests that browsers send ahead of others are answered, unless an interaction expects
    /// them.
    pub fn cors_preflight(self, answer: bool) -> Self {
        Self { cors_preflight: answer, ..self }
    }

    /// How many bytes a request body may have.
    pub fn body_limit(self, bytes: usize) -> Self {
        Self { limits: Limits { body: bytes, ..self.limits }, ..self }
    }

    /// How long a client may take to send the head of a request, and as long again for its body; 30 and 60 seconds where
    /// nothing is said.
    pub fn client_timeout(self, time: Duration) -> Self {
        Self { limits: self.limits.client_timeout(time), ..self }
    }

    /// The folder that [`PactMock::save`] writes to.
    pub fn output_dir(self, folder: impl Into<PathBuf>) -> Self {
        Self { output_dir: folder.into(), ..self }
    }

    /// What joins several mocks into one test run. Within a run, two contents of one interaction are a conflict;
    /// otherwise the later one replaces the earlier. Without it, a run is this process.
    pub fn run(self, name: impl Into<String>) -> Self {
        Self { run: Some(name.into()), ..self }
    }

    /// Serves behind `https://`. Needs the feature `tls`.
    #[cfg(feature = "tls")]
    pub fn tls(self, tls: Tls) -> Self {
        Self { secure: Secure::Yes(tls), ..self }
    }
}

/// A mock server that is made from a pact: it answers as the pact says, and knows whether everything was asked that
/// should be, and nothing else.
#[derive(Debug)]
pub struct PactMock {
    act: Arc<Act>,
    served: Served,
}

impl PactMock {
    /// Starts it on the current tokio runtime.
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
    pub fn url(&self) -> &str {
        &self.served.url
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.served.address
    }

    /// The pact that it answers from.
    pub fn pact(&self) -> &Pact {
        &self.act.pact
    }

    /// Everything that is wrong by now, if anything is: requests that were not agreed, interactions that were not
    /// requested yet.
    pub fn problems(&self) -> Option<Report> {
        Some(self.act.stage.failures())
            .filter(|failures| !failures.is_empty())
            .map(|all| self.act.report(all))
    }

    /// Writes the pact if nothing is wrong. The mock goes on.
    ///
    /// # Errors
    /// With everything that is wrong; nothing is written then.
    pub fn save(&self) -> Result<PactFile, Report> {
        self.act.conclude()
    }

    /// Stops it, once answers that are under way are sent.
    pub async fn stop(self) {
        self.served.stop().await;
    }
}
