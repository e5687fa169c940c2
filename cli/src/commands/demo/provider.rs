//! The provider: a small orders service on loopback.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// Which of its releases runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// The one that the consumer was written against.
    Good,
    /// One in which totals have become text, and items have lost their quantity.
    Breaking,
}

/// The service, until it is dropped.
#[derive(Debug)]
pub(crate) struct OrdersApi {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

#[derive(Debug, Clone)]
struct Orders {
    release: Release,
    known: Arc<Mutex<BTreeSet<u64>>>,
}

impl OrdersApi {
    pub(crate) async fn start(release: Release) -> std::io::Result<Self> {
        let orders = Orders { release, known: Arc::default() };
        let router = Router::new()
            .route("/orders/{id}", get(order))
            .route("/_states", post(change_state))
            .with_state(orders);
        let listener = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(async {
                // The sender is dropped with the service.
                let _ = stopped.await;
            });
            if let Err(error) = served.await {
                tracing::warn!(%error, "the example provider stopped");
            }
        });
        Ok(Self { address, _stop: stop })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

async fn order(State(orders): State<Orders>, Path(id): Path<u64>) -> Response {
    let known = orders.known.lock().unwrap_or_else(PoisonError::into_inner).contains(&id);
    if !known {
        return (StatusCode::NOT_FOUND, Json(json!({ "error": "there is no such order" }))).into_response();
    }
    Json(match orders.release {
        Release::Good => json!({
            "id": id, "status": "paid", "total": 42.5, "currency": "EUR",
            "items": [{ "sku": "SKU-17", "quantity": 1 }, { "sku": "SKU-4", "quantity": 3 }],
        }),
        Release::Breaking => json!({
            "id": id, "status": "paid", "total": "42.50 EUR",
            "items": [{ "sku": "SKU-17" }, { "sku": "SKU-4" }],
        }),
    })
    .into_response()
}

/// What the verifier asks for before (and after) an interaction.
async fn change_state(State(orders): State<Orders>, Json(change): Json<Value>) -> StatusCode {
    let mut known = orders.known.lock().unwrap_or_else(PoisonError::into_inner);
    match (change["state"].as_str(), change["params"]["id"].as_u64(), change["action"].as_str()) {
        (Some("an order exists"), Some(id), Some("teardown")) => known.remove(&id),
        (Some("an order exists"), Some(id), _) => known.insert(id),
        _ => return StatusCode::BAD_REQUEST,
    };
    StatusCode::NO_CONTENT
}
