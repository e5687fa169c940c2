//! The application's client for the order service.

use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};

/// What the application knows about an order: less than the service says.
#[derive(Debug, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) state: String,
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) count: u32,
}

#[derive(Serialize)]
struct Wanted {
    lines: Vec<Line>,
}

/// Why an order could not be placed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaceError {
    #[error("{0} is not in stock")]
    OutOfStock(String),
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

pub(crate) struct OrderClient {
    base: String,
    http: Client,
}

impl OrderClient {
    pub(crate) fn new(base: impl Into<String>) -> Self {
        Self { base: base.into(), http: Client::new() }
    }

    /// An order; none when there is no such order.
    pub(crate) async fn fetch(&self, id: u64) -> Result<Option<Order>, reqwest::Error> {
        let request =
            self.http.get(format!("{}/orders/{id}", self.base)).header("accept", "application/json");
        let response = request.send().await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        response.error_for_status()?.json().await.map(Some)
    }

    /// Places an order, and gives back its id.
    pub(crate) async fn place(&self, sku: &str, count: u32) -> Result<u64, PlaceError> {
        let wanted = Wanted { lines: vec![Line { sku: sku.to_owned(), count }] };
        let response = self.http.post(format!("{}/orders", self.base)).json(&wanted).send().await?;
        if response.status() == StatusCode::CONFLICT {
            return Err(PlaceError::OutOfStock(sku.to_owned()));
        }
        Ok(response.error_for_status()?.json::<Order>().await?.id)
    }
}
