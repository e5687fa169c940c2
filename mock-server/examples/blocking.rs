//! A consumer without a runtime, and its contract test: `cargo run -p pactwright --example blocking`.
//!
//! In a real project `OrderClient` is the application's own code, and [`the_contract`] is a plain `#[test]`.

use std::error::Error;

use pactwright::prelude::*;

/// What the application knows about an order.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Order {
    id: u64,
    state: String,
}

/// The application's client for the order service.
struct OrderClient {
    base: String,
    http: ureq::Agent,
}

impl OrderClient {
    fn new(base: impl Into<String>) -> Self {
        let configuration = ureq::Agent::config_builder().http_status_as_error(false).build();
        Self { base: base.into(), http: configuration.into() }
    }

    /// An order; none when there is no such order.
    fn fetch(&self, id: u64) -> Result<Option<Order>, ureq::Error> {
        let mut response = self.http.get(format!("{}/orders/{id}", self.base)).call()?;
        match response.status().as_u16() {
            200 => response.body_mut().read_json().map(Some),
            404 => Ok(None),
            other => Err(ureq::Error::StatusCode(other)),
        }
    }

    /// Signs in, and gives back the token.
    fn sign_in(&self, user: &str, password: &str) -> Result<String, ureq::Error> {
        let form = [("grant_type", "password"), ("user", user), ("password", password)];
        let mut response = self.http.post(format!("{}/token", self.base)).send_form(form)?;
        response.body_mut().read_to_string()
    }
}

fn the_contract() -> Result<(), Box<dyn Error>> {
    // The application's own type is the example; the matchers say what else will do.
    let order = Order { id: 7, state: "open".to_owned() };
    let mock = consumer("console")
        .provider("orders")
        .given_with("an order exists", json!({ "id": 7 }))
        .upon_receiving("a request for an order")
        .request(get(from_provider_state("/orders/${id}", "/orders/7")))
        .respond(
            ok().json(&order)
                .matching("$.id", integer(0))
                .matching("$.state", regex("open", "open|paid|cancelled")),
        )
        .given("there are no orders")
        .upon_receiving("a request for an order that does not exist")
        .request(get("/orders/8"))
        .respond(not_found())
        .upon_receiving("a sign-in")
        .request(post("/token").form(json!({
            "grant_type": "password", "user": string("ada"), "password": not_empty("secret"),
        })))
        .respond(ok().text(random_hexadecimal(32)))
        .start_blocking()?;

    let client = OrderClient::new(mock.url());
    let order = client.fetch(7)?.ok_or("order 7 should exist")?;
    assert_eq!((order.id, order.state.as_str()), (7, "open"));
    assert!(client.fetch(8)?.is_none());
    assert_eq!(client.sign_in("grace", "hopper")?.len(), 32);

    let pact = mock.finish()?;
    show(&format!("{} interactions in {}", pact.interactions, pact.path.display()));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example shows what it has done")]
fn show(text: &str) {
    println!("{text}");
}

fn main() -> Result<(), Box<dyn Error>> {
    the_contract()
}
