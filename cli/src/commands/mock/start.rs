//! The master server, and the mock servers that it looks after.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use pactwright::standalone::{MockOptions, PactMock};
use pactwright::{StartError, Tls};
use pactwright_core::format::{self, ReadError, WriteError};
use pactwright_core::model::{Pact, SpecVersion};
use thiserror::Error;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::{Master, Serving, Start, admin};
use crate::broken::BrokenPact;
use crate::commands::broker::stop_signal;
use crate::exit::{CommandError, Exit};
use crate::listen::{self, NoSuchHost};
use crate::printer::Printer;
use crate::tls::TlsFilesError;

/// How many ports after the first are tried.
const PORTS: u16 = 1000;

/// Why there is no mock server.
#[derive(Debug, Error)]
pub(crate) enum MockError {
    #[error("{} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Broken(#[from] BrokenPact),
    #[error("this is not a pact that can be read: {0}")]
    NotAPactBody(ReadError),
    #[error(transparent)]
    Host(#[from] NoSuchHost),
    #[error("the master server cannot listen on {address}; choose another port with `--port`")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Tls(#[from] TlsFilesError),
    #[error("`{0}` is no version of the specification; 1.0 to 4.0 are, and V1 to V4")]
    Version(String),
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl CommandError for MockError {}

/// The mock servers that are running.
#[derive(Debug)]
pub(super) struct Mocks {
    running: Mutex<Vec<Arc<Running>>>,
    address: SocketAddr,
    base_port: Option<u16>,
    output: PathBuf,
    /// What those behind https show, all of them: who trusts it once can talk to all.
    tls: Tls,
    pub(super) key: String,
}

#[derive(Debug)]
pub(super) struct Running {
    pub(super) id: String,
    pub(super) mock: PactMock,
    /// The certificate, as PEM, of one behind https.
    pub(super) certificate: Option<String>,
}

impl Mocks {
    /// Starts a mock server.
    pub(super) fn create(&self, pact: &Pact, serving: Serving) -> Result<Arc<Running>, MockError> {
        let id = self.new_id();
        // Each is a test run of its own: what is verified again after a change is no conflict.
        let mut options =
            MockOptions::default().cors_preflight(serving.cors_preflight).output_dir(&self.output).run(&*id);
        if serving.tls {
            options = options.tls(self.tls.clone());
        }
        let mock = self.listen(pact, &options)?;
        let certificate = serving.tls.then(|| self.tls.certificate_pem().to_owned());
        let running = Arc::new(Running { id, mock, certificate });
        self.lock().push(Arc::clone(&running));
        Ok(running)
    }

    /// Clients of other mock servers expect eight of the characters A to Z and 0 to 9; only digits would be a port.
    fn new_id(&self) -> String {
        loop {
            let mut id = Uuid::new_v4().simple().to_string().to_uppercase();
            id.truncate(8);
            if id.contains(|sign: char| sign.is_ascii_alphabetic()) && self.find(&id).is_none() {
                return id;
            }
        }
    }

    fn listen(&self, pact: &Pact, options: &MockOptions) -> Result<PactMock, MockError> {
        let on = |port| {
            let address = SocketAddr::new(self.address.ip(), port);
            PactMock::start(pact.clone(), options.clone().address(address))
        };
        let Some(first) = self.base_port else { return Ok(on(0)?) };
        let mut tried = on(first);
        for port in first.saturating_add(1)..=first.saturating_add(PORTS) {
            match tried {
                Err(StartError::Listen { .. }) => tried = on(port),
                _ => break,
            }
        }
        Ok(tried?)
    }

    /// The one with that ID or port.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Running>> {
        self.lock().iter().find(|running| running.is(id)).cloned()
    }

    pub(super) fn all(&self) -> Vec<Arc<Running>> {
        self.lock().clone()
    }

    /// Shuts one down. When this is answered, its port is free.
    pub(super) async fn remove(&self, id: &str) -> bool {
        let Some(running) = ({
            let mut all = self.lock();
            let at = all.iter().position(|running| running.is(id));
            at.map(|at| all.remove(at))
        }) else {
            return false;
        };
        // Whoever is just being answered about it lets go of it then.
        if let Some(running) = Arc::into_inner(running) {
            running.mock.stop().await;
        }
        true
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn is(&self, id: &str) -> bool {
        self.id == id || id.parse() == Ok(self.mock.address().port())
    }
}

pub(super) fn read(path: &Path) -> Result<Pact, MockError> {
    let bytes =
        std::fs::read(path).map_err(|source| MockError::Unreadable { path: path.to_owned(), source })?;
    format::read(&bytes).map_err(|error| BrokenPact::new(path, &bytes, &error).into())
}

/// The pact in a version of the specification, as users write it: `V3`, `3`, `3.0.0`.
pub(super) fn in_version(pact: Pact, version: &str) -> Result<Pact, MockError> {
    let known = SpecVersion::parse(version.trim_start_matches(['v', 'V']));
    let known = known.ok_or_else(|| MockError::Version(version.to_owned()))?;
    Ok(format::convert(pact, known)?)
}

impl Start {
    pub(super) async fn run(self, master: &Master, printer: Printer) -> Result<Exit, MockError> {
        let pacts: Vec<_> = self.file.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
        let stop = stop_signal();
        let address = listen::address(&master.host, master.port).await?;
        let listening = |source| MockError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let mocks = Arc::new(Mocks {
            running: Mutex::default(),
            address,
            base_port: self.base_port.filter(|port| *port > 0),
            output: self.output,
            tls: self.tls_files.load()?,
            key: self.server_key.unwrap_or_else(|| Uuid::new_v4().simple().to_string()),
        });
        for pact in &pacts {
            mocks.create(pact, self.serving)?;
        }
        printer.data(&format!("The master server is at http://{address}"));
        printer.data(&format!("Server key: {}", mocks.key));
        for running in mocks.all() {
            printer.data(&started(&running));
        }
        admin::serve(mocks, listener, stop).await;
        printer.note("The master server has stopped.");
        Ok(Exit::Yes)
    }
}

fn started(running: &Running) -> String {
    let provider = &running.mock.pact().provider.name;
    format!("Mock server {} for {provider} is at {}", running.id, running.mock.url())
}
