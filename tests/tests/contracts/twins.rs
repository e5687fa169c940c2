//! The same interactions as `tests/interop/js/twins.mjs` writes with pact-js: what they ask of a provider is equal.

use pactwright::dsl::Contract;
use pactwright::prelude::*;
use reqwest::Method;

use super::TestResult;
use super::client::Service;

/// The expression that pact-js has for `uuid`, which knows lower case only.
const LOWER_UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

fn twins(provider: &str) -> Contract {
    consumer("twins").provider(provider)
}

#[tokio::test]
async fn requests_over_http() -> TestResult {
    let mock = twins("twin-api")
        .given_with("an order exists", json!({ "id": 7, "customer": "c-1" }))
        .given("the customer is signed in")
        .upon_receiving("a request for an order")
        .request(
            get(regex("/orders/7", r"/orders/\d+"))
                .query("page", regex("1", r"\d+"))
                .query("expand", "lines")
                .header("accept", "application/json")
                .header("authorization", regex("Bearer token", "Bearer .+")),
        )
        .respond(ok().header("etag", regex("\"7-1\"", "\".+\"")).json(json!({
            "id": integer(7),
            "total": decimal(19.5),
            "weight": number(3),
            // What pact-js calls `boolean` is any value of the same type.
            "paid": like(true),
            "name": string("Ada"),
            "state": regex("open", "open|paid|sent"),
            "note": null_value(),
            "about": include("lines"),
            "kind": equal_to("order"),
            "due": date("2026-11-21", "yyyy-MM-dd"),
            "at": time("14:30:00", "HH:mm:ss"),
            "placed": datetime("2026-11-21T14:30:00+01:00", "yyyy-MM-dd'T'HH:mm:ssXXX"),
            "trace": regex("936da01f-9abd-4d9d-80c7-02af85c822a8", LOWER_UUID),
            "customer": like(json!({ "id": "c-1", "tags": ["a"] })),
            "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": integer(2) })),
            "two": each_like("x").min(2),
            "few": each_like(1).min(1).max(4),
            "at most": each_like(true).min(0).max(3),
            "links": array_containing(json!([
                { "rel": "self", "href": like("/orders/7") },
                { "rel": "invoice", "href": like("/invoices/7") },
            ])),
            "stock": each_key(regex("SKU-1", r"SKU-\d+"), json!({ "SKU-1": 3 })),
            "names": each_value(regex("Lamp", "[A-Z][a-z]+"), json!({ "SKU-1": "Lamp" })),
        })))
        .given("stock is there")
        .upon_receiving("an order")
        .request(post("/orders").json(json!({
            "customer": string("c-1"),
            "lines": each_like(json!({ "sku": "SKU-1", "count": integer(1) })),
        })))
        .respond(
            created()
                .header("location", from_provider_state("/orders/${id}", "/orders/8"))
                .json(json!({ "id": from_provider_state("id", 8) })),
        )
        .upon_receiving("a request for nothing")
        .request(get("/orders/404"))
        .respond(status(404).any_status_in(StatusClass::ClientError))
        .upon_receiving("a request for a report")
        .request(get("/report"))
        // The example is text, because every byte of it counts, and pact-js has a declaration of its own.
        .respond(
            ok().xml("<?xml version='1.0'?><report page='1'><line sku='SKU-1'>a lamp</line></report>")
                .matching("$.report['@page']", integer(1))
                .matching("$.report.line", like("line"))
                .matching("$.report.line['@sku']", regex("SKU-1", r"SKU-\d+"))
                .matching("$.report.line['#text']", string("a lamp")),
        )
        .upon_receiving("a request for a picture")
        .request(get("/picture"))
        .respond(ok().bytes_like("application/octet-stream", *b"\x01\x02\xff"))
        .upon_receiving("a cancellation")
        .request(delete("/orders/7"))
        .respond(no_content())
        .start()
        .await?;
    let service = Service::new(mock.url())?;
    let headers = [("accept", "application/json"), ("authorization", "Bearer t")];
    let order = service.get("/orders/12?expand=lines&page=2", &headers).await?;
    assert_eq!(order.json()?["kind"], "order", "{}", order.shown());
    let body = br#"{"customer": "c-2", "lines": [{"sku": "SKU-1", "count": 4}]}"#;
    let json = ("content-type", "application/json");
    assert_eq!(service.send(Method::POST, "/orders", &[json], body).await?.status, 201);
    assert_eq!(service.get("/orders/404", &[]).await?.status, 404);
    assert_eq!(service.get("/report", &[]).await?.status, 200);
    assert_eq!(service.get("/picture", &[]).await?.body, b"\x01\x02\xff");
    assert_eq!(service.send(Method::DELETE, "/orders/7", &[], b"").await?.status, 204);
    assert_eq!(mock.finish().await?.interactions, 6);
    Ok(())
}

#[test]
fn an_event() -> TestResult {
    twins("twin-events")
        .given("an order was placed")
        .upon_receiving("an order event")
        .message(
            message()
                .json(json!({ "id": integer(7), "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+") })) }))
                .metadata("topic", "orders"),
        )
        .verify(|message| {
 assert_eq!(message.json::<serde_json::Value>()?["id"], 7);
 Ok(())
 })?;
    Ok(())
}

#[test]
fn a_question_and_its_answer() -> TestResult {
    twins("twin-prices")
        .given("prices are known")
        .upon_receiving("a question for a price")
        .request(message().json(json!({ "sku": regex("SKU-1", r"SKU-\d+") })))
        .respond(message().json(json!({ "cents": integer(995), "currency": string("EUR") })))
        .verify(|exchange| {
            let answers = exchange.send(r#"{"sku": "SKU-7"}"#)?;
            assert_eq!(answers[0].json::<serde_json::Value>()?["cents"], 995);
            Ok(())
        })?;
    Ok(())
}
