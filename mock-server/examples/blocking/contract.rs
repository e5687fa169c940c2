//! The contract between `console` and `orders`.

use std::error::Error;

use pactwright::dsl::{Contract, Mock, RequestBuilder};
use pactwright::prelude::*;

use crate::client::{Order, OrderClient};

type TestResult = Result<(), Box<dyn Error>>;

fn orders() -> Contract {
    consumer("console").provider("orders")
}

/// Every test signs in first. It is the same interaction each time, and stands in the pact once.
fn signed_in() -> Mock {
    orders()
        .given_with("a user", json!({ "name": "ada" }))
        .upon_receiving("a sign-in")
        .request(post("/token").form(json!({
            "grant_type": "password", "user": string("ada"), "password": not_empty("secret"),
        })))
        .respond(ok().text(random_hexadecimal(32)))
}

/// What the client sends with every request once it has a token.
fn with_token(request: RequestBuilder) -> RequestBuilder {
    request.header("authorization", regex("Bearer 0123456789abcdef", "Bearer [0-9A-Fa-f]+"))
}

#[test]
fn an_order_is_fetched() -> TestResult {
    // The application's own type is the example; the matchers say what else will do.
    let order = Order { id: 7, state: "open".to_owned() };
    let mock = signed_in()
        .given_with("an order exists", json!({ "id": 7 }))
        .upon_receiving("a request for an order")
        .request(with_token(get(from_provider_state("/orders/${id}", "/orders/7"))))
        .respond(
            ok().json(&order)
                .matching("$.id", integer(0))
                .matching("$.state", regex("open", "open|paid|cancelled")),
        )
        .start_blocking()?;

    let client = OrderClient::sign_in(&mock.url(), "grace", "hopper")?;
    let order = client.fetch(7)?.ok_or("order 7 should exist")?;
    assert_eq!((order.id, order.state.as_str()), (7, "open"));

    mock.finish()?;
    Ok(())
}

#[test]
fn an_order_that_does_not_exist_is_none() -> TestResult {
    let mock = signed_in()
        .given("there are no orders")
        .upon_receiving("a request for an order that does not exist")
        .request(with_token(get("/orders/8")))
        .respond(not_found())
        .start_blocking()?;

    let client = OrderClient::sign_in(&mock.url(), "ada", "lovelace")?;
    assert!(client.fetch(8)?.is_none());

    let pact = mock.finish()?;
    assert!(pact.path.ends_with("console-orders.json"));
    Ok(())
}

#[test]
fn a_wrong_password_is_an_error() -> TestResult {
    let mock = orders()
        .given("no users")
        .upon_receiving("a sign-in of a stranger")
        .request(post("/token").form([("grant_type", "password"), ("user", "eve"), ("password", "guess")]))
        .respond(unauthorized())
        .start_blocking()?;

    assert!(matches!(OrderClient::sign_in(&mock.url(), "eve", "guess"), Err(ureq::Error::StatusCode(401))));

    mock.finish()?;
    Ok(())
}
