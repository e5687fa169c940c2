//! How much memory matching asks for: `cargo bench -p pactwright-core --bench memory`.
//!
//! The figures are bytes that were asked for in all while matching once, in relation to the bytes of the body, so they
//! are the same in every run. `tests/memory.rs` holds them to bounds.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "figures are what it is for")]

#[path = "../matching/orders.rs"]
mod orders;

use allocation_counter::{AllocationInfo, measure};
use pactwright_core::format::read_response;
use pactwright_core::json::Json;
use pactwright_core::matching::{ActualResponse, CompiledResponse};
use pactwright_core::model::SpecVersion;

fn main() {
    println!(
        "{:<44} {:>10}  {:>12}  {:>12}",
        "bytes asked for / bytes of the body", "ratio", "asked for", "body"
    );
    for size in [1, 100, 1_000, 10_000] {
        let body = orders::body(size);
        let contract = compiled(&orders::eleven_rules());
        line(&format!("match {size} items, 11 rules"), matching(&contract, body.clone(), 0), &body);
        let wrong = body.replace(&format!("SKU-{size}\""), "wrong\"");
        line("  with a mismatch in the last item", matching(&contract, wrong.clone(), 1), &wrong);
        let parsing = measure(|| drop(serde_json::from_str::<serde_json::Value>(&body).unwrap()));
        line("  serde_json parse", parsing, &body);
    }
    let body = orders::body(300);
    let contract = compiled(&orders::exact_rules(300));
    line("match 300 items, 1200 rules", matching(&contract, body.clone(), 0), &body);
}

fn compiled(contract: &str) -> CompiledResponse {
    let contract = Json::parse(contract.as_bytes()).unwrap().into_owned();
    CompiledResponse::new(read_response(contract, SpecVersion::V3).unwrap()).unwrap()
}

fn matching(contract: &CompiledResponse, body: String, mismatches: usize) -> AllocationInfo {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let actual = ActualResponse { status: 200, headers, body: body.into_bytes() };
    let run = || assert_eq!(contract.mismatches(&actual).len(), mismatches);
    // The first time expressions set up their working memory.
    run();
    measure(run)
}

#[expect(clippy::cast_precision_loss, reason = "a ratio to read")]
fn line(what: &str, asked: AllocationInfo, body: &str) {
    let ratio = asked.bytes_total as f64 / body.len() as f64;
    println!("{what:<44} {ratio:>10.4}  {:>12}  {:>12}", asked.bytes_total, body.len());
}
