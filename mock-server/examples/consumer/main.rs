//! An application that asks a service for orders, with reqwest:
//!
//! ```text
//! cargo run -p pactwright --example consumer -- http://localhost:8080 show 7
//! cargo run -p pactwright --example consumer -- http://localhost:8080 place SKU-1 2
//! cargo test -p pactwright --example consumer
//! ```
//!
//! `client.rs` is the client that the application goes through. `contract.rs` are its tests, which write the pact
//! `target/pacts/web-orders.json`. In a project of its own they would be `src/client.rs` and `tests/contract.rs`.

mod client;
#[cfg(test)]
mod contract;

use std::error::Error;

use client::OrderClient;

const USAGE: &str = "usage: consumer URL show ID | consumer URL place SKU COUNT";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [url, "show", id] => match OrderClient::new(url).fetch(id.parse()?).await? {
            Some(order) => {
                say(&format!("order {} is {}, with {} lines", order.id, order.state, order.lines.len()));
            }
            None => say("there is no such order"),
        },
        [url, "place", sku, count] => {
            let id = OrderClient::new(url).place(sku, count.parse()?).await?;
            say(&format!("order {id} is placed"));
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the application is for")]
fn say(text: &str) {
    println!("{text}");
}
