//! The HTTP API of the master server. Paths, statuses and documents are those that clients of other mock servers know.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{AUTHORIZATION, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use pactwright_core::format;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::Serving;
use super::start::{MockError, Mocks, in_version};
use super::wire;

/// How many bytes a pact may have.
const LARGEST_PACT: usize = 128 * 1024 * 1024;
/// How long answers that are under way may take where nobody says.
const PERIOD: Duration = Duration::from_millis(100);

#[derive(Clone)]
struct Admin {
    mocks: Arc<Mocks>,
    /// Ends the master server, after at most that long.
    stop: mpsc::Sender<Duration>,
}

/// Serves until the signal, or until a client that knows the key asks for the end.
pub(super) async fn serve(
    mocks: Arc<Mocks>,
    listener: TcpListener,
    signal: impl Future<Output = ()> + Send + 'static,
) {
    let (stop, mut stopped) = mpsc::channel(1);
    let (ending, ended) = tokio::sync::oneshot::channel();
    let router = Router::new()
        .route("/", get(list).post(create))
        .route("/mockserver/{id}", get(describe).delete(shutdown))
        .route("/mockserver/{id}/verify", post(verify))
        .route("/shutdown", post(shutdown_master))
        .layer(DefaultBodyLimit::max(LARGEST_PACT))
        .with_state(Admin { mocks: Arc::clone(&mocks), stop });
    let stopping = async move {
        let period = tokio::select! {
            () = signal => PERIOD,
            period = stopped.recv() => period.unwrap_or(PERIOD),
        };
        // Nobody waits for it once the server has ended.
        let _ = ending.send(period);
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(stopping).into_future();
    let limit = async {
        match ended.await {
            Ok(period) => tokio::time::sleep(period).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = serving => {}
        () = limit => {}
    }
    for running in mocks.all() {
        mocks.remove(&running.id).await;
    }
}

#[derive(Deserialize)]
struct Wishes {
    cors: Option<String>,
    tls: Option<String>,
    specification: Option<String>,
}

async fn create(State(admin): State<Admin>, Query(wishes): Query<Wishes>, body: Bytes) -> Response {
    if body.is_empty() {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "a pact was expected, but the request has no body");
    }
    let wanted = |wish: &Option<String>| wish.as_deref() == Some("true");
    let serving = Serving { cors_preflight: wanted(&wishes.cors), tls: wanted(&wishes.tls) };
    let version = wishes.specification.filter(|version| !version.is_empty());
    let created = format::read(&body)
        .map_err(MockError::NotAPactBody)
        .and_then(|pact| match &version {
            Some(version) => in_version(pact, version),
            None => Ok(pact),
        })
        .and_then(|pact| admin.mocks.create(&pact, serving));
    match created {
        Ok(running) => {
            let location = [(LOCATION, format!("/mockserver/{}", running.id))];
            let mut address = json!({
                "id": running.id,
                "port": running.mock.address().port(),
                "url": running.mock.url(),
            });
            wire::add_certificate(&mut address, &running);
            (location, Json(json!({ "mockServer": address }))).into_response()
        }
        Err(error) => refused(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

async fn list(State(admin): State<Admin>) -> Response {
    let all: Vec<_> = admin.mocks.all().iter().map(|running| wire::describe(running)).collect();
    Json(json!({ "mockServers": all })).into_response()
}

async fn describe(State(admin): State<Admin>, Path(id): Path<String>) -> Response {
    match admin.mocks.find(&id) {
        Some(running) => {
            let mut described = wire::describe(&running);
            wire::add_certificate(&mut described, &running);
            Json(described).into_response()
        }
        None => unknown(&id),
    }
}

async fn verify(State(admin): State<Admin>, Path(id): Path<String>) -> Response {
    let Some(running) = admin.mocks.find(&id) else { return unknown(&id) };
    // Files are locked and written, which blocks.
    let verified = tokio::task::spawn_blocking(move || match running.mock.save() {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(report) => {
            let document = wire::verification(&running, &report);
            (StatusCode::UNPROCESSABLE_ENTITY, Json(document)).into_response()
        }
    });
    verified.await.unwrap_or_else(|error| refused(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))
}

async fn shutdown(State(admin): State<Admin>, Path(id): Path<String>) -> Response {
    if admin.mocks.remove(&id).await { StatusCode::NO_CONTENT.into_response() } else { unknown(&id) }
}

#[derive(Deserialize)]
struct Ending {
    period: Option<u64>,
}

async fn shutdown_master(State(admin): State<Admin>, headers: HeaderMap, body: Bytes) -> Response {
    let key = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if key != Some(&admin.mocks.key) {
        return refused(StatusCode::FORBIDDEN, "this is not the key that the master server was started with");
    }
    let period = if body.is_empty() {
        Ok(None)
    } else {
        serde_json::from_slice(&body).map(|ending: Ending| ending.period)
    };
    match period {
        Ok(period) => {
            // Whoever asks a second time gets the same answer.
            let _ = admin.stop.try_send(period.map_or(PERIOD, Duration::from_millis));
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => refused(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

fn unknown(id: &str) -> Response {
    refused(StatusCode::NOT_FOUND, &format!("there is no mock server with the ID or the port `{id}`"))
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
