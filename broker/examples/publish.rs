//! What a publication costs, in processor time: as a whole, and in its parts.
//!
//! ```sh
//! cargo run --release -p pactwright-broker --example publish -- 3000 memory
//! cargo run --release -p pactwright-broker --example publish -- 3000 sled
//! ```
//!
//! Publications of three contracts each (22 kB together) go through the router, 32 at a time, without a socket; then the
//! same with contracts that say next to nothing: the rest is what their texts cost. Time is that of all threads, so it is
//! to be had on Linux only.
#![expect(clippy::print_stdout, reason = "it says what it measured")]
#![expect(clippy::unwrap_used, reason = "a program for developers: a failed expectation should stop it")]

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{body::Body, extract::Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pactwright_broker::{
    Broker, Config,
    http::router,
    store::{BlobKey, MemoryStore, SledStore, Store},
};
use pactwright_core::{digest, json::Json};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const CLIENTS: usize = 32;
const CONSUMERS: usize = 200;
const PROVIDERS: usize = 3;

fn interaction(number: usize, index: usize) -> Value {
    let matching = json!({ "matchers": [{ "match": "type" }], "combine": "AND" });
    json!({
        "description": format!("a request {index} for the orders of customer {number} that are not yet closed"),
        "providerStates": [{ "name": format!("customer {number} has open orders"), "params": { "customer": number } }],
        "request": {
            "method": "GET",
            "path": format!("/api/v2/customers/{number}/orders"),
            "query": { "state": ["open"], "limit": ["50"] },
            "headers": { "Accept": ["application/json"], "X-Request-Purpose": ["overview"] },
            "matchingRules": { "header": { "X-Request-Purpose": matching } },
        },
        "response": {
            "status": 200,
            "headers": { "Content-Type": ["application/json; charset=utf-8"] },
            "body": {
                "orders": [{
                    "id": number,
                    "customer": { "id": number, "name": "Ida Example", "since": "2019-04-01" },
                    "positions": [{ "sku": format!("SKU-{number}"), "count": 2, "price": { "amount": 1999, "currency": "EUR" } }],
                    "createdAt": "2026-01-31T12:00:00Z",
                }],
                "next": null,
            },
            "matchingRules": { "body": {
                "$.orders": { "matchers": [{ "match": "type", "min": 1 }], "combine": "AND" },
                "$.orders[*].id": { "matchers": [{ "match": "integer" }], "combine": "AND" },
                "$.orders[*].customer.name": matching,
                "$.orders[*].positions[*].sku": { "matchers": [{ "match": "regex", "regex": "SKU-\\d+" }], "combine": "AND" },
                "$.orders[*].createdAt": matching,
            } },
        },
    })
}

/// The text of a contract with so many interactions. Each number makes another content.
fn contract(consumer: &str, provider: &str, number: usize, interactions: usize) -> String {
    let interactions: Vec<Value> = (0..interactions).map(|index| interaction(number, index)).collect();
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" }, "number": number },
    })
    .to_string()
}

fn publication(number: usize, interactions: usize) -> String {
    let consumer = format!("service-{}", number % CONSUMERS);
    let contracts: Vec<Value> = (0..PROVIDERS)
        .map(|which| {
            let provider = format!("service-{}", (number + 1 + which * 7) % CONSUMERS);
            let text = contract(&consumer, &provider, number, interactions);
            json!({
                "consumerName": consumer, "providerName": provider, "specification": "pact",
                "contentType": "application/json", "content": STANDARD.encode(text),
            })
        })
        .collect();
    let branch = format!("feature-{}", number % 7);
    json!({
        "pacticipantName": consumer, "pacticipantVersionNumber": format!("{number:016x}"), "branch": branch,
        "tags": [branch], "buildUrl": format!("https://ci.example.org/builds/{number}"), "contracts": contracts,
    })
    .to_string()
}

/// The processor time of all threads of this process.
fn processor_time() -> Duration {
    let statistics = std::fs::read_to_string("/proc/self/stat").unwrap();
    // Behind the name of the program, which may have anything in it: user and system time, in hundredths of a second.
    let numbers = statistics.rsplit_once(')').unwrap().1.split_whitespace().skip(11).take(2);
    Duration::from_millis(numbers.map(|number| number.parse::<u64>().unwrap() * 10).sum())
}

async fn publish_all(store: Arc<dyn Store>, count: usize, interactions: usize) {
    let bodies: Vec<String> = (0..count).map(|number| publication(number, interactions)).collect();
    let bytes = bodies.iter().map(String::len).sum::<usize>() / count;
    let bodies = Arc::new(bodies);
    let broker = Broker::open(store, Config::default()).unwrap();
    let api = router(broker.clone());
    let next = Arc::new(AtomicUsize::new(0));
    let (begun, used) = (Instant::now(), processor_time());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (api, bodies, next) = (api.clone(), bodies.clone(), next.clone());
            tokio::spawn(async move {
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let request =
                        Request::post("/contracts/publish").header("content-type", "application/json");
                    let answer = api.clone().oneshot(request.body(Body::from(body.clone())).unwrap()).await;
                    assert_eq!(answer.unwrap().status(), 200);
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    let (took, used) = (begun.elapsed(), processor_time().saturating_sub(used));
    broker.close().await;
    println!(
        "{interactions} interactions, {bytes} bytes: {:.0} us of processor time each, {:.0} publications/s",
        used.as_secs_f64() * 1e6 / f64::from(u32::try_from(count).unwrap()),
        f64::from(u32::try_from(count).unwrap()) / took.as_secs_f64(),
    );
}

fn part<T>(what: &str, act: impl Fn() -> T) {
    const TIMES: u32 = 500;
    let begun = Instant::now();
    for _ in 0..TIMES {
        black_box(act());
    }
    println!("  {:7.1} us  {what}", begun.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES));
}

/// What is done with the texts of one publication.
fn parts() {
    let body = publication(1, 5);
    let texts: Vec<String> = (0..PROVIDERS).map(|_| contract("service-1", "service-2", 1, 5)).collect();
    let trees: Vec<Json<'_>> = texts.iter().map(|text| Json::parse(text.as_bytes()).unwrap()).collect();
    let encoded: Vec<String> = texts.iter().map(|text| STANDARD.encode(text)).collect();
    println!("of {} bytes in {PROVIDERS} contracts:", texts.iter().map(String::len).sum::<usize>());
    part("parse the request", || Json::parse(body.as_bytes()).unwrap());
    part("decode base64", || encoded.iter().map(|text| STANDARD.decode(text).unwrap()).collect::<Vec<_>>());
    part("parse the contracts", || {
        texts.iter().map(|text| Json::parse(text.as_bytes()).unwrap()).collect::<Vec<_>>()
    });
    part("digest of the texts", || {
        texts.iter().map(|text| digest::text_sha(text.as_bytes())).collect::<Vec<_>>()
    });
    part("digest of what they say, and write them with ids", || {
        trees.iter().map(digest::kept).collect::<Vec<_>>()
    });
    part("key of the blobs", || texts.iter().map(|text| BlobKey::of(text.as_bytes())).collect::<Vec<_>>());
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments.next().map_or(3000, |count| count.parse().unwrap());
    let is_sled = arguments.next().is_some_and(|kind| kind == "sled");
    parts();
    for interactions in [5, 0] {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = if is_sled {
            Arc::new(SledStore::open(folder.path()).unwrap())
        } else {
            Arc::new(MemoryStore::new())
        };
        publish_all(store, count, interactions).await;
    }
}
