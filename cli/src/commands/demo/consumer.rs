//! The consumer: a client, and the test that it comes with.

use std::path::Path;

use pactwright::prelude::*;
use serde::Deserialize;
use thiserror::Error;

/// Why the consumer's test did not pass.
#[derive(Debug, Error)]
pub(crate) enum ConsumerError {
    #[error("the mock server cannot be started")]
    Start(#[from] pactwright::StartError),
    #[error("the client cannot reach the mock server")]
    Client(#[from] reqwest::Error),
    #[error("the client does not understand the answer")]
    Answer(#[from] serde_json::Error),
    #[error("the order has the number {0}, not 7")]
    WrongOrder(u64),
    #[error("the contract was not kept")]
    Contract(#[from] pactwright::Report),
}

/// An order, as the consumer knows it.
#[derive(Debug, Deserialize)]
struct Order {
    id: u64,
}

/// The client as it is used in production.
async fn fetch_order(base: &str, id: u64) -> Result<Order, ConsumerError> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let response =
        client.get(format!("{base}/orders/{id}")).header("accept", "application/json").send().await?;
    Ok(serde_json::from_slice(&response.bytes().await?)?)
}

/// The test: what the consumer asks, and what it needs back.
pub(crate) async fn test(pacts: &Path) -> Result<(), ConsumerError> {
    let orders = consumer("web").provider("orders-api").output_dir(pacts);
    let mock = orders
        .given_with("an order exists", json!({ "id": 7 }))
        .upon_receiving("a request for order 7")
        .request(get("/orders/7").header("accept", "application/json"))
        .respond(ok().json(json!({
            "id": integer(7),
            "status": regex("open", "open|paid|sent"),
            "total": decimal(19.9),
            "items": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "quantity": integer(2) })),
        })))
        .start()
        .await?;
    let order = fetch_order(&mock.url(), 7).await?;
    mock.finish().await?;
    if order.id == 7 { Ok(()) } else { Err(ConsumerError::WrongOrder(order.id)) }
}
