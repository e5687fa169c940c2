//! A consumer and its contract test, from end to end: `cargo run -p pactwright --example consumer`.
//!
//! In a real project `OrderClient` is the application's own code, and [`the_contract`] is a `#[tokio::test]`.

use std::error::Error;

use pactwright::prelude::*;

/// What the application knows about an order: less than the provider says.
#[derive(Debug, serde::Deserialize)]
struct Order {
    id: u64,
    state: String,
    lines: Vec<Line>,
}

#[derive(Debug, serde::Deserialize)]
struct Line {
    sku: String,
    count: u32,
}

/// The application's client for the order service.
struct OrderClient {
    base: String,
    http: reqwest::Client,
}

impl OrderClient {
    fn new(base: impl Into<String>) -> Self {
        Self { base: base.into(), http: reqwest::Client::new() }
    }

    /// An order; none when there is no such order.
    async fn fetch(&self, id: u64) -> Result<Option<Order>, reqwest::Error> {
        let request =
            self.http.get(format!("{}/orders/{id}", self.base)).header("accept", "application/json");
        let response = request.send().await?;
        if response.status() == reqwest::StatusCode::NOT_FOUND {
            return Ok(None);
        }
        response.error_for_status()?.json().await.map(Some)
    }

    /// Places an order, and gives back its id.
    async fn place(&self, sku: &str, count: u32) -> Result<u64, reqwest::Error> {
        let order = json!({ "lines": [{ "sku": sku, "count": count }] });
        let response = self.http.post(format!("{}/orders", self.base)).json(&order).send().await?;
        Ok(response.error_for_status()?.json::<Order>().await?.id)
    }
}

async fn the_contract() -> Result<(), Box<dyn Error>> {
    let order = json!({
        "id": integer(7),
        "state": regex("open", "open|paid|cancelled"),
        "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": integer(2) })),
    });

    let mock = consumer("web")
        .provider("orders")
        .given_with("an order exists", json!({ "id": 7 }))
        .upon_receiving("a request for an order")
        .request(get("/orders/7").header("accept", "application/json"))
        .respond(ok().json(&order))
        .given("there are no orders")
        .upon_receiving("a request for an order that does not exist")
        .request(get("/orders/8"))
        .respond(not_found())
        .upon_receiving("an order")
        .request(post("/orders").json(json!({ "lines": [{ "sku": "SKU-1", "count": integer(2) }] })))
        .respond(created().json(&order))
        .start()
        .await?;

    let client = OrderClient::new(mock.url());
    let order = client.fetch(7).await?.ok_or("order 7 should exist")?;
    assert_eq!((order.id, order.state.as_str(), order.lines[0].sku.as_str()), (7, "open", "SKU-1"));
    assert_eq!(order.lines[0].count, 2);
    assert!(client.fetch(8).await?.is_none());
    assert_eq!(client.place("SKU-1", 3).await?, 7);

    let pact = mock.finish().await?;
    show(&format!("{} interactions in {}", pact.interactions, pact.path.display()));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example shows what it has done")]
fn show(text: &str) {
    println!("{text}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    the_contract().await
}
