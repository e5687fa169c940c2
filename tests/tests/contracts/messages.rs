//! Consumers of the shop's messages: events in versions 3 and 4, and questions that are answered.

use pactwright::dsl::{Contract, MessageBuilder};
use pactwright::prelude::*;

use super::TestResult;

fn events(consumer_name: &str, version: SpecVersion) -> Contract {
    consumer(consumer_name).provider("shop-events").spec_version(version)
}

fn placed() -> MessageBuilder {
    message()
        .json(json!({
            "id": integer(7),
            "placed": datetime("2026-11-21T14:30:00Z", "yyyy-MM-dd'T'HH:mm:ssXXX"),
            "trace": random_uuid(),
            "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": integer(2) })),
        }))
        .metadata("topic", "orders")
        .metadata("partition", regex("p-7", r"p-\d+"))
}

fn handle_placed(contract: &Contract) -> TestResult {
    contract
        .given_with("an order was placed", json!({ "lines": 2 }))
        .upon_receiving("an order")
        .message(placed())
        .verify(|message| {
            let order: serde_json::Value = message.json()?;
            assert_eq!(order["lines"][0]["count"], 2);
            assert_eq!(message.metadata()["topic"], "orders");
            Ok(())
        })?;
    Ok(())
}

#[test]
fn a_warehouse_writes_events_of_version_3() -> TestResult {
    handle_placed(&events("warehouse", SpecVersion::V3))
}

#[test]
fn a_store_room_writes_events_of_version_4() -> TestResult {
    let contract = events("store-room", SpecVersion::V4);
    handle_placed(&contract)?;
    contract
        .upon_receiving("a parcel list")
        .message(
            message()
                .xml(element("parcels").child(element("parcel").occurs(1..).attribute("id", integer(7)))),
        )
        .verify(|message| {
            assert!(message.text()?.contains("<parcel id=\"7\""));
            Ok(())
        })?;
    contract
        .upon_receiving("a note")
        .message(message().text(regex("7 is packed", r"\d+ is packed")))
        .verify(|message| {
            assert_eq!(message.text()?, "7 is packed");
            Ok(())
        })?;
    Ok(())
}

#[test]
fn a_till_writes_questions_that_are_answered() -> TestResult {
    consumer("till")
        .provider("shop-prices")
        .given("prices are known")
        .upon_receiving("a question for a price")
        .request(message().json(json!({ "sku": regex("SKU-1", r"SKU-\d+") })).metadata("queue", "prices"))
        .respond(message().json(json!({ "cents": integer(995), "currency": regex("EUR", "[A-Z]{3}") })))
        .verify(|exchange| {
            let answers = exchange.send_with(r#"{"sku": "SKU-7"}"#, json!({ "queue": "prices" }))?;
            assert_eq!(answers[0].json::<serde_json::Value>()?["cents"], 995);
            Ok(())
        })?;
    Ok(())
}
