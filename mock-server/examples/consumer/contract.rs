//! The contract between `web` and `orders`: what the client asks, and what it needs back.

use std::error::Error;

use pactwright::dsl::Contract;
use pactwright::prelude::*;
use serde_json::Value;

use crate::client::{OrderClient, PlaceError};

type TestResult = Result<(), Box<dyn Error>>;

/// What all the tests share: who talks to whom. Each starts a mock of its own, and all of them write one pact.
fn orders() -> Contract {
    consumer("web").provider("orders")
}

/// An order, as far as the application needs it.
fn an_order() -> Value {
    json!({
        "id": integer(7),
        "state": regex("open", "open|paid|cancelled"),
        "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": integer(2) })),
    })
}

#[tokio::test]
async fn an_order_is_fetched() -> TestResult {
    let mock = orders()
        .given_with("an order exists", json!({ "id": 7 }))
        .upon_receiving("a request for an order")
        .request(get("/orders/7").header("accept", "application/json"))
        .respond(ok().json(an_order()))
        .start()
        .await?;

    let order = OrderClient::new(mock.url()).fetch(7).await?.ok_or("order 7 should exist")?;
    assert_eq!((order.id, order.state.as_str()), (7, "open"));
    assert_eq!((order.lines[0].sku.as_str(), order.lines[0].count), ("SKU-1", 2));

    mock.finish().await?;
    Ok(())
}

#[tokio::test]
async fn an_order_that_does_not_exist_is_none() -> TestResult {
    let mock = orders()
        .given("there are no orders")
        .upon_receiving("a request for an order that does not exist")
        .request(get("/orders/8"))
        .respond(not_found())
        .start()
        .await?;

    assert!(OrderClient::new(mock.url()).fetch(8).await?.is_none());

    mock.finish().await?;
    Ok(())
}

/// Any runtime will do.
#[tokio::test(flavor = "multi_thread")]
async fn orders_are_placed_as_long_as_there_is_stock() -> TestResult {
    let mock = orders()
        .given_with("there is stock", json!({ "sku": "SKU-1", "count": 100 }))
        .upon_receiving("an order")
        .request(post("/orders").json(json!({ "lines": [{ "sku": "SKU-1", "count": integer(2) }] })))
        .respond(created().header("location", regex("/orders/7", r"/orders/\d+")).json(an_order()))
        .given_with("there is no stock", json!({ "sku": "SKU-2" }))
        .upon_receiving("an order of something that is not there")
        .request(post("/orders").json(json!({ "lines": [{ "sku": "SKU-2", "count": integer(1) }] })))
        .respond(conflict().json(json!({ "title": string("out of stock") })))
        .start()
        .await?;

    let client = OrderClient::new(mock.url());
    assert_eq!(client.place("SKU-1", 3).await?, 7);
    let refused = client.place("SKU-2", 1).await;
    assert!(matches!(refused, Err(PlaceError::OutOfStock(sku)) if sku == "SKU-2"));

    let pact = mock.finish().await?;
    assert!(pact.path.ends_with("web-orders.json"));
    Ok(())
}
