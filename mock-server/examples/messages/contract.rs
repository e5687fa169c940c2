//! The contracts of `warehouse`: with `orders`, which publishes, and with `prices`, which answers.

use std::error::Error;

use pactwright::messages::Exchange;
use pactwright::prelude::*;

use crate::prices::PriceClient;
use crate::warehouse::{Reserved, Warehouse};

type TestResult = Result<(), Box<dyn Error>>;

/// An event, and a handler that is a plain function.
#[test]
fn what_was_ordered_is_reserved() -> TestResult {
    let mut warehouse = Warehouse::default();
    let pact = consumer("warehouse")
        .provider("orders")
        .given("an order was placed")
        .upon_receiving("an order")
        .message(
            message()
                .json(json!({
                    "id": integer(7),
                    "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": integer(2) })),
                }))
                .metadata("topic", "orders"),
        )
        .verify(|message| {
            assert_eq!(message.metadata()["topic"], "orders");
            Ok(warehouse.handle(message.json()?)?)
        })?;
    assert_eq!(warehouse.reserved, [Reserved { order: 7, sku: "SKU-1".to_owned(), count: 2 }]);
    assert!(pact.path.ends_with("warehouse-orders.json"));
    Ok(())
}

/// An event that the application cannot handle is in no pact: the test would fail.
#[test]
fn what_is_not_in_stock_is_refused() {
    let mut warehouse = Warehouse::default();
    let test = consumer("warehouse")
        .provider("orders")
        .given("an order of a thousand was placed")
        .upon_receiving("an order that is too large")
        .message(
            message()
                .json(json!({ "id": integer(8), "lines": [{ "sku": "SKU-2", "count": integer(1000) }] })),
        );
    let refused = test.verify(|message| Ok(warehouse.handle(message.json()?)?)).map(drop);
    assert!(refused.is_err_and(|error| error.to_string().contains("SKU-2 is out of stock")));
}

/// An asynchronous handler.
#[tokio::test]
async fn an_order_may_be_handled_by_a_task() -> TestResult {
    consumer("warehouse")
        .provider("orders")
        .given("an order without lines was placed")
        .upon_receiving("an empty order")
        .message(
            message().json(json!({ "id": random_integer(1..), "lines": [] })).metadata("topic", "orders"),
        )
        .verify_async(async |message| {
            let order = message.json()?;
            let handled = tokio::spawn(async move {
                let mut warehouse = Warehouse::default();
                warehouse.handle(order).map(|()| warehouse.reserved.len())
            });
            assert_eq!(handled.await??, 0);
            Ok(())
        })
        .await?;
    Ok(())
}

/// A question over a queue, with the exchange in place of the queue.
#[test]
fn prices_are_asked_for() -> TestResult {
    fn queue(exchange: Exchange) -> impl Fn(String) -> Result<String, Box<dyn Error>> {
        move |question| {
            Ok(exchange.send_with(question, json!({ "reply-to": "warehouse" }))?[0].text()?.to_owned())
        }
    }
    consumer("warehouse")
        .provider("prices")
        .upon_receiving("a question for a price")
        .request(
            message()
                .json(json!({ "sku": regex("SKU-1", r"SKU-\d+") }))
                .metadata("reply-to", string("warehouse")),
        )
        .respond(message().json(json!({ "cents": integer(995) })))
        .verify(|exchange| {
            let client = PriceClient(queue(exchange));
            let cents = client.ask("SKU-7").map_err(|error| error.to_string())?;
            assert_eq!(cents, 995);
            Ok(())
        })?;
    Ok(())
}
