//! A consumer of messages and its contract tests: `cargo run -p pactwright --example messages`.
//!
//! In a real project `Warehouse` and `PriceClient` are the application's own code, and the functions that start with
//! `contract` are tests: plain `#[test]`s, or `#[tokio::test]`s where the handler is asynchronous.

use std::error::Error;
use std::fmt;

use pactwright::messages::{Exchange, HandlerError};
use pactwright::prelude::*;
use serde::{Deserialize, Serialize};

/// What the warehouse needs to know of an order: less than is published.
#[derive(Debug, Deserialize)]
struct Placed {
    id: u64,
    lines: Vec<Line>,
}

#[derive(Debug, Deserialize)]
struct Line {
    sku: String,
    count: u32,
}

/// Something that an order asks for too much of.
#[derive(Debug)]
struct OutOfStock(String);

impl fmt::Display for OutOfStock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is out of stock", self.0)
    }
}

impl Error for OutOfStock {}

/// The application: it reserves what was ordered.
#[derive(Default)]
struct Warehouse {
    reserved: Vec<(u64, String, u32)>,
}

impl Warehouse {
    fn handle(&mut self, order: Placed) -> Result<(), OutOfStock> {
        for line in order.lines {
            if line.count > 100 {
                return Err(OutOfStock(line.sku));
            }
            self.reserved.push((order.id, line.sku, line.count));
        }
        Ok(())
    }

    async fn cancel(&mut self, order: u64) {
        tokio::task::yield_now().await;
        self.reserved.retain(|(id, ..)| *id != order);
    }
}

/// Asks for prices over whatever transport there is.
struct PriceClient<T>(T);

#[derive(Serialize)]
struct Question<'q> {
    sku: &'q str,
}

#[derive(Deserialize)]
struct Price {
    cents: u64,
}

impl<T: Fn(String) -> Result<String, HandlerError>> PriceClient<T> {
    fn ask(&self, sku: &str) -> Result<u64, HandlerError> {
        let answer = (self.0)(serde_json::to_string(&Question { sku })?)?;
        Ok(serde_json::from_str::<Price>(&answer)?.cents)
    }
}

/// An event, and a handler that is a plain function.
fn contract_of_orders() -> Result<(), Box<dyn Error>> {
    let mut warehouse = Warehouse::default();
    let pact = consumer("warehouse")
        .provider("orders")
        .given("an order was placed")
        .upon_receiving("an order")
        .message(
            message()
                .json(json!({
                    "id": random_integer(1..),
                    "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": integer(2) })),
                }))
                .metadata("topic", "orders"),
        )
        .verify(|message| {
            assert_eq!(message.metadata()["topic"], "orders");
            Ok(warehouse.handle(message.json()?)?)
        })?;
    assert_eq!(warehouse.reserved.len(), 1);
    show(&format!("{} messages in {}", pact.interactions, pact.path.display()));
    Ok(())
}

/// An event, and an asynchronous handler.
async fn contract_of_cancellations() -> Result<(), Box<dyn Error>> {
    #[derive(Deserialize)]
    struct Cancelled {
        id: u64,
    }
    let mut warehouse = Warehouse { reserved: vec![(7, "SKU-1".to_owned(), 2)] };
    consumer("warehouse")
        .provider("orders")
        .given("an order was cancelled")
        .upon_receiving("a cancellation")
        .message(message().json(json!({ "id": integer(7) })).metadata("topic", "cancellations"))
        .verify_async(async |message| {
            let cancelled: Cancelled = message.json()?;
            warehouse.cancel(cancelled.id).await;
            Ok(())
        })
        .await?;
    assert!(warehouse.reserved.is_empty());
    Ok(())
}

/// A request over a queue, with the exchange in place of the transport.
fn contract_of_prices() -> Result<(), Box<dyn Error>> {
    let transport = |exchange: Exchange| {
        move |request: String| -> Result<String, HandlerError> {
            let answers = exchange.send(request)?;
            Ok(answers[0].text()?.to_owned())
        }
    };
    consumer("warehouse")
        .provider("prices")
        .upon_receiving("a question for a price")
        .request(message().json(json!({ "sku": regex("SKU-1", r"SKU-\d+") })))
        .respond(message().json(json!({ "cents": integer(995) })))
        .verify(|exchange| {
            let client = PriceClient(transport(exchange));
            assert_eq!(client.ask("SKU-7")?, 995);
            Ok(())
        })?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example shows what it has done")]
fn show(text: &str) {
    println!("{text}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    contract_of_orders()?;
    contract_of_cancellations().await?;
    contract_of_prices()
}
