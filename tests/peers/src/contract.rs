//! The contract that stubs serve and verifiers replay, as a consumer's test writes it.

use serde_json::{Value, json};

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

/// The path of an order.
pub(crate) fn path(number: usize) -> String {
    format!("/orders/{number}")
}

/// A pact with so many interactions, each a request for another order.
pub(crate) fn pact(size: usize) -> Value {
    json!({
        "consumer": { "name": "web" }, "provider": { "name": "orders" },
        "interactions": (0..size).map(interaction).collect::<Vec<_>>(),
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
}

fn interaction(number: usize) -> Value {
    let rules = [
        ("$.id", json!({ "match": "integer" })),
        ("$.state", json!({ "match": "regex", "regex": "open|paid|cancelled" })),
        ("$.placed", json!({ "match": "date", "format": "yyyy-MM-dd" })),
        ("$.customer", json!({ "match": "type" })),
        ("$.lines", json!({ "match": "type", "min": 1 })),
        ("$.lines[*].sku", json!({ "match": "regex", "regex": r"SKU-\d+" })),
        ("$.lines[*].count", json!({ "match": "integer" })),
    ];
    let rules: serde_json::Map<_, _> =
        rules.into_iter().map(|(path, rule)| (path.to_owned(), json!({ "matchers": [rule] }))).collect();
    json!({
        "type": "Synchronous/HTTP", "description": format!("a request for order {number}"), "pending": false,
        "request": { "method": "GET", "path": path(number), "headers": { "Accept": ["application/json"] } },
        "response": {
            "status": 200, "headers": { "Content-Type": ["application/json"] },
            "body": { "content": example(), "contentType": "application/json", "encoded": false },
            "matchingRules": { "body": rules },
        },
    })
}
