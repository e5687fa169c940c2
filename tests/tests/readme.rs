//! The README's Rust is run as it stands; its client is this one.

use serde::Deserialize;

#[derive(Deserialize)]
struct Order {
    id: u64,
}

struct OrderClient {
    base: String,
}

impl OrderClient {
    fn new(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    async fn fetch(&self, id: u64) -> Result<Order, Box<dyn std::error::Error>> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let request = client.get(format!("{}/orders/{id}", self.base)).header("accept", "application/json");
        Ok(serde_json::from_slice(&request.send().await?.bytes().await?)?)
    }
}

/// Keep this word for word what the README says; the test below compares.
mod snippet {
    use super::OrderClient;

    // README begins
    use pactwright::prelude::*;

    #[tokio::test]
    async fn an_order_can_be_fetched() -> Result<(), Box<dyn std::error::Error>> {
        let mock = consumer("web")
            .provider("orders-api")
            .given_with("an order exists", json!({ "id": 7 }))
            .upon_receiving("a request for order 7")
            .request(get("/orders/7").header("accept", "application/json"))
            .respond(ok().json(
                json!({ "id": integer(7), "items": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+") })) }),
            ))
            .start()
            .await?;

        let order = OrderClient::new(mock.url()).fetch(7).await?;
        assert_eq!(order.id, 7);
        mock.finish().await?; // says what was wrong, or writes target/pacts/web-orders-api.json
        Ok(())
    }
    // README ends
}

/// Words, without regard to how they are laid out.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn the_snippet_that_runs_is_the_one_in_the_readme() {
    let readme = std::fs::read_to_string(pactwright_tests::repository().join("README.md")).unwrap();
    let shown = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let source = include_str!("readme.rs");
    let run = source
        .split("// README begins\n")
        .nth(1)
        .and_then(|rest| rest.split("// README ends").next())
        .unwrap();
    assert_eq!(words(run), words(shown));
}
