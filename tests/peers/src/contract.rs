//! The contract that stubs serve and verifiers replay, as a consumer's test writes it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::Failure;

/// The example that the contract's responses show.
pub(crate) fn example() -> Value {
    json!({
        "id": 7, "state": "open", "placed": "2024-05-17", "customer": "Ada",
        "lines": [{ "sku": "SKU-1", "count": 2 }, { "sku": "SKU-2", "count": 1 }],
    })
}

/// What the provider answers: other values of the same kind, so that the rules have something to do.
pub(crate) fn answer() -> Value {
    json!({
        "id": 8, "state": "paid", "placed": "2024-06-01", "customer": "Grace", "note": "by the door",
        "lines": [{ "sku": "SKU-31", "count": 1 }, { "sku": "SKU-7", "count": 12 }],
    })
}

/// Whether responses may differ from their examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// By seven rules each.
    Given,
    None,
}

/// The path of an order.
pub(crate) fn path(number: usize) -> String {
    format!("/orders/{number}")
}

/// Writes a pact with so many interactions, each a request for another order.
///
/// One by one: on Linux, a program begins with the peak memory of the one that started it, and must not seem to have
/// needed what this one did.
pub(crate) fn write_pact(path: &Path, size: usize, rules: Rules) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(path)?);
    write!(file, r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"orders"}},"interactions":["#)?;
    for number in 0..size {
        let comma = if number == 0 { "" } else { "," };
        write!(file, "{comma}{}", interaction(number, rules))?;
    }
    write!(file, r#"],"metadata":{{"pactSpecification":{{"version":"4.0"}}}}}}"#)?;
    Ok(file.flush()?)
}

fn interaction(number: usize, rules: Rules) -> Value {
    let mut interaction = json!({
        "type": "Synchronous/HTTP", "description": format!("a request for order {number}"), "pending": false,
        "request": { "method": "GET", "path": path(number), "headers": { "Accept": ["application/json"] } },
        "response": {
            "status": 200, "headers": { "Content-Type": ["application/json"] },
            "body": { "content": example(), "contentType": "application/json", "encoded": false },
        },
    });
    if rules == Rules::Given {
        interaction["response"]["matchingRules"] = json!({ "body": response_rules() });
    }
    interaction
}

fn response_rules() -> Value {
    let rules = [
        ("$.id", json!({ "match": "integer" })),
        ("$.state", json!({ "match": "regex", "regex": "open|paid|cancelled" })),
        ("$.placed", json!({ "match": "date", "format": "yyyy-MM-dd" })),
        ("$.customer", json!({ "match": "type" })),
        ("$.lines", json!({ "match": "type", "min": 1 })),
        ("$.lines[*].sku", json!({ "match": "regex", "regex": r"SKU-\d+" })),
        ("$.lines[*].count", json!({ "match": "integer" })),
    ];
    rules.into_iter().map(|(path, rule)| (path.to_owned(), json!({ "matchers": [rule] }))).collect()
}
