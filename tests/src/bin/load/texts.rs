//! What is sent: contracts and results as teams write them, a few kilobytes and some hundred bytes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::plan::{Pair, participant};

/// How many interactions the contracts of a pair have.
fn interactions(pair: Pair) -> usize {
    3 + pair.number % 6
}

/// The text of a contract. One interaction differs from what the content before said.
pub(crate) fn contract(pair: Pair, content: usize) -> String {
    let (consumer, provider) = (participant(pair.consumer), participant(pair.provider));
    let count = interactions(pair);
    let interactions: Vec<Value> =
        (0..count).map(|index| interaction(pair, index, (content + count - 1 - index) / count)).collect();
    let pact = json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" }, "pactRust": { "models": "1.2.3" } },
    });
    pact.to_string()
}

fn interaction(pair: Pair, index: usize, revision: usize) -> Value {
    const THINGS: [&str; 8] =
        ["orders", "customers", "parcels", "invoices", "returns", "offers", "addresses", "payments"];
    let thing = THINGS[(pair.number + index) % THINGS.len()];
    let number = pair.number * 1000 + revision;
    let matching = json!({ "matchers": [{ "match": "type" }], "combine": "AND" });
    json!({
        "description": format!("a request for the {thing} of customer {number} that are not yet closed"),
        "providerStates": [{ "name": format!("customer {number} has open {thing}"), "params": { "customer": number } }],
        "request": {
            "method": "GET",
            "path": format!("/api/v2/customers/{number}/{thing}"),
            "query": { "state": ["open"], "limit": ["50"] },
            "headers": { "Accept": ["application/json"], "X-Request-Purpose": ["overview"] },
            "matchingRules": { "header": { "X-Request-Purpose": matching } },
        },
        "response": {
            "status": 200,
            "headers": { "Content-Type": ["application/json; charset=utf-8"] },
            "body": {
                thing: [{
                    "id": number,
                    "customer": { "id": number, "name": "Ida Example", "since": "2019-04-01" },
                    "positions": [{ "sku": format!("SKU-{number}"), "count": 2, "price": { "amount": 1999, "currency": "EUR" } }],
                    "createdAt": "2026-01-31T12:00:00Z",
                }],
                "next": null,
            },
            "matchingRules": { "body": {
                format!("$.{thing}"): { "matchers": [{ "match": "type", "min": 1 }], "combine": "AND" },
                format!("$.{thing}[*].id"): { "matchers": [{ "match": "integer" }], "combine": "AND" },
                format!("$.{thing}[*].customer.name"): matching,
                format!("$.{thing}[*].positions[*].sku"): { "matchers": [{ "match": "regex", "regex": "SKU-\\d+" }], "combine": "AND" },
                format!("$.{thing}[*].createdAt"): matching,
            } },
        },
    })
}

/// The body of a publication, with the bytes that its contracts have.
pub(crate) fn publication(version: &str, branch: &str, contracts: &[(Pair, String)]) -> Value {
    let consumer = contracts.first().map(|(pair, _)| participant(pair.consumer));
    let contracts: Vec<Value> = contracts
        .iter()
        .map(|(pair, text)| {
            json!({
                "consumerName": participant(pair.consumer), "providerName": participant(pair.provider),
                "specification": "pact", "contentType": "application/json", "content": STANDARD.encode(text),
            })
        })
        .collect();
    json!({
        "pacticipantName": consumer, "pacticipantVersionNumber": version, "branch": branch, "tags": [branch],
        "buildUrl": format!("https://ci.example.org/builds/{version}"), "contracts": contracts,
    })
}

/// The body of a result, as the verifier for Rust sends it.
pub(crate) fn result(version: &str, success: bool, interactions: &[String]) -> String {
    let last = interactions.len().saturating_sub(1);
    let tests: Vec<Value> = interactions
        .iter()
        .enumerate()
        .map(|(index, id)| {
            if success || index < last {
                json!({ "interactionId": id, "success": true })
            } else {
                json!({
                    "interactionId": id, "success": false,
                    "mismatches": [{
                        "attribute": "body", "identifier": "$.orders[0].id",
                        "description": format!("expected an integer, but version {version} gave a text"),
                    }],
                })
            }
        })
        .collect();
    let body = json!({
        "success": success, "providerApplicationVersion": version,
        "buildUrl": format!("https://ci.example.org/builds/{version}"),
        "testResults": tests,
        "verifiedBy": { "implementation": "Pact-Rust", "version": "1.4.0" },
    });
    body.to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::contract;
    use crate::plan::{Plan, Sizes};

    #[test]
    fn contents_differ_and_have_a_few_kilobytes() {
        let plan = Plan::new(Sizes { participants: 20, versions: 100, contracts: 100, results: 100 });
        let mut texts = HashSet::new();
        for pair in &plan.pairs {
            for content in 0..20 {
                let text = contract(*pair, content);
                assert!((2_000..16_000).contains(&text.len()), "{}", text.len());
                texts.insert(text);
            }
        }
        assert_eq!(texts.len(), plan.pairs.len() * 20);
    }
}
