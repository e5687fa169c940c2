//! An application that handles messages: events about orders, one to a line of its input, and questions for prices over
//! a queue.
//!
//! ```text
//! echo '{"id": 7, "lines": [{"sku": "SKU-1", "count": 2}]}' | cargo run -p pactwright --example messages
//! cargo test -p pactwright --example messages
//! ```
//!
//! `warehouse.rs` and `prices.rs` are the application. `contract.rs` are its tests, which need no queue: they write the
//! pacts `target/pacts/warehouse-orders.json` and `target/pacts/warehouse-prices.json`.

#[cfg(test)]
mod contract;
mod prices;
mod warehouse;

use std::error::Error;

use prices::PriceClient;
use warehouse::Warehouse;

fn main() -> Result<(), Box<dyn Error>> {
    let mut warehouse = Warehouse::default();
    for line in std::io::stdin().lines() {
        warehouse.handle(serde_json::from_str(&line?)?)?;
    }
    // Where there is a queue, its client stands here.
    let prices =
        PriceClient(|_: String| -> Result<String, Box<dyn Error>> { Ok(r#"{"cents": 995}"#.to_owned()) });
    let mut cents = 0;
    for reserved in &warehouse.reserved {
        cents += prices.ask(&reserved.sku)? * u64::from(reserved.count);
    }
    say(&format!("{} lines are reserved, worth {cents} cents", warehouse.reserved.len()));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the application is for")]
fn say(text: &str) {
    println!("{text}");
}
