//! An application without a runtime that asks a service for orders, with ureq:
//!
//! ```text
//! cargo run -p pactwright --example blocking -- http://localhost:8080 ada secret 7
//! cargo test -p pactwright --example blocking
//! ```
//!
//! `client.rs` is the client that the application goes through. `contract.rs` are its tests, plain `#[test]`s, which
//! write the pact `target/pacts/console-orders.json`.

mod client;
#[cfg(test)]
mod contract;

use std::error::Error;

use client::OrderClient;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, user, password, id] = &arguments[..] else {
        return Err("usage: blocking URL USER PASSWORD ORDER".into());
    };
    let client = OrderClient::sign_in(url, user, password)?;
    match client.fetch(id.parse()?)? {
        Some(order) => say(&format!("order {} is {}", order.id, order.state)),
        None => say("there is no such order"),
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the application is for")]
fn say(text: &str) {
    println!("{text}");
}
