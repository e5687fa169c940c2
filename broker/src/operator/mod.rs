//! Operating a broker while it runs: a socket in its data folder.
//!
//! A running broker listens on the unix socket [`SOCKET`] in its data folder. Whoever may open the folder's files may
//! operate the broker, and nobody else: there are no credentials, and no secrets go over the network. It speaks HTTP/1
//! with a small table of routes of its own:
//!
//! ```text
//! POST /backup                              the archive, see the module `backup`
//! POST /clean-up?order=JSON                 what was removed, as JSON, see the module `housekeeping`
//! POST /compact?history=90d                 what was compacted, as JSON
//! POST /export?until=MOMENT&with_secrets=1  the state as JSON lines, see the module `export`
//! ```
//!
//! A command that is given a data folder asks here when a broker uses the folder ([`Client::connect`]), and otherwise
//! opens the folder itself, so that it is the same command either way.

mod client;
mod stream;

pub use client::{AskError, Client};

use std::{
    io::{self, ErrorKind},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse as _, Response},
    routing::post,
};
use http::StatusCode;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown, service::TowerToHyperService};
use serde::Deserialize;
use tokio::{
    net::{UnixListener, UnixStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::{
    Broker, backup,
    domain::model::Timestamp,
    export,
    housekeeping::{CleanUpOrder, TidyError},
};

/// The name of the socket in the data folder.
pub const SOCKET: &str = "control.sock";
/// How long what is under way may take once the broker is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Why a running broker cannot be operated. It does its other work all the same.
#[derive(Debug, thiserror::Error)]
#[error("the broker cannot listen on {}", path.display())]
pub struct ListenError {
    path: PathBuf,
    source: io::Error,
}

/// The listening side. Dropped without [`Operator::stop`], it ends with the runtime.
#[derive(Debug)]
pub struct Operator {
    path: PathBuf,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Operator {
    /// Listens in the data folder of a broker. The caller has the folder open, so that a socket that is there already is
    /// one that was left behind, and is replaced.
    ///
    /// # Errors
    /// When the socket cannot be made: its path is too long (about 100 bytes), or the file system has no sockets.
    pub fn start(broker: Broker, folder: &Path) -> Result<Self, ListenError> {
        let path = folder.join(SOCKET);
        let (listener, owner) = listen(&path).map_err(|source| ListenError { path: path.clone(), source })?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, owner, router(broker), stopped));
        Ok(Self { path, stop, task })
    }

    /// Takes no more requests, waits up to ten seconds for those that are under way, and removes the socket.
    pub async fn stop(self) {
        // Whoever does not listen any more has stopped.
        let _ = self.stop.send(());
        let _ = self.task.await;
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "the socket could not be removed");
        }
    }
}

/// Listens, and says whose the socket is.
fn listen(path: &Path) -> io::Result<(UnixListener, u32)> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok((listener, std::fs::metadata(path)?.uid()))
}

/// The routes. Each waits for its turn by [`Broker::upkeep`]: those that read share it, those that rewrite what is kept
/// have it for themselves.
fn router(broker: Broker) -> Router {
    Router::new()
        .route("/backup", post(take_backup))
        .route("/export", post(write_export))
        .route("/clean-up", post(clean_up))
        .route("/compact", post(compact))
        .with_state(broker)
}

async fn take_backup(State(broker): State<Broker>) -> Response {
    let turn = broker.upkeep().read_owned().await;
    stream::answer(move |out| {
        let _turn = turn;
        backup::write(broker.store().as_ref(), out).map(drop)
    })
    .await
}

#[derive(Deserialize)]
struct ExportQuestion {
    until: Option<Timestamp>,
    #[serde(default)]
    with_secrets: bool,
}

async fn write_export(State(broker): State<Broker>, Query(question): Query<ExportQuestion>) -> Response {
    let turn = broker.upkeep().read_owned().await;
    let ExportQuestion { until, with_secrets } = question;
    let secrets = if with_secrets { export::Secrets::Revealed } else { export::Secrets::Withheld };
    let state = match until {
        Some(moment) => broker.state_at(moment).await,
        None => Ok(broker.state()),
    };
    stream::answer::<export::ExportError>(move |out| {
        let _turn = turn;
        export::write(broker.store().as_ref(), state?.as_ref(), secrets, out).map(drop)
    })
    .await
}

#[derive(Deserialize)]
struct CleanUpQuestion {
    order: Option<String>,
}

async fn clean_up(State(broker): State<Broker>, Query(question): Query<CleanUpQuestion>) -> Response {
    let order = question.order.as_deref().map(serde_json::from_str::<CleanUpOrder>).transpose();
    let order = order.map(Option::unwrap_or_default).map_err(|error| error.to_string());
    let config = &broker.config().housekeeping;
    match order.and_then(|order| order.request(config).map_err(|error| error.to_string())) {
        Ok(request) => told(broker.clean_up(request).await),
        Err(error) => (StatusCode::BAD_REQUEST, error).into_response(),
    }
}

#[derive(Deserialize)]
struct CompactQuestion {
    history: Option<String>,
}

async fn compact(State(broker): State<Broker>, Query(question): Query<CompactQuestion>) -> Response {
    let set = broker.config().housekeeping.history;
    match question.history.as_deref().map_or(Ok(set), str::parse) {
        Ok(history) => told(broker.compact(history).await),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

/// What was done, or why it was not.
fn told(done: Result<impl serde::Serialize, TidyError>) -> Response {
    match done {
        Ok(done) => axum::Json(done).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, stream::in_words(&error)).into_response(),
    }
}

async fn serve(listener: UnixListener, owner: u32, router: Router, mut stopped: oneshot::Receiver<()>) {
    let connections = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            _ = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection of an operator could not be accepted");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            },
        };
        // Between making the socket and closing it to others, somebody else could have connected.
        if !is_trusted(&stream, owner) {
            tracing::warn!("somebody else than the owner of the data folder asked to operate the broker");
            continue;
        }
        let connection = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // Whoever goes away has nobody left to be told.
            let _ = connection.await;
        });
    }
    drop(listener);
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        tracing::warn!("what an operator asked for was still under way; it is given up");
    }
}

fn is_trusted(stream: &UnixStream, owner: u32) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == owner || peer.uid() == 0)
}
