//! How long matching takes, and how that grows: `cargo bench -p pactwright-core`.
//!
//! What counts are ratios: to what `serde_json` needs to parse the same bytes, and to the same work at another size.
//! Those hold on any machine, so all that is put in relation is measured in turns in the same run.
//! `tests/peers` measures the same contracts beside the reference implementation.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "figures are what it is for")]

mod clock;
mod orders;

use std::hint::black_box;

use pactwright_core::format::read_response;
use pactwright_core::json::Json;
use pactwright_core::matching::{ActualResponse, CompiledResponse};
use pactwright_core::model::SpecVersion;

use crate::clock::{Measured, in_turns, micros};

fn main() {
    // `cargo bench` says `--bench`; other runs (`cargo test --benches`) only see that everything works.
    clock::set_brief(!std::env::args().any(|argument| argument == "--bench"));
    against_parsing();
    exact_paths();
    growth();
}

fn compiled(contract: &str) -> CompiledResponse {
    let contract = Json::parse(contract.as_bytes()).unwrap().into_owned();
    CompiledResponse::new(read_response(contract, SpecVersion::V3).unwrap()).unwrap()
}

fn answer(body: String) -> ActualResponse {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    ActualResponse { status: 200, headers, body: body.into_bytes() }
}

fn matches(contract: &CompiledResponse, actual: &ActualResponse) {
    let mismatches = contract.mismatches(black_box(actual));
    assert!(mismatches.is_empty(), "{}", mismatches[0]);
}

/// A list under eleven rules, parsed and matched, against parsing alone.
fn against_parsing() {
    println!("eleven rules: match (parse included) / serde_json::from_slice::<Value>; at most 2.5");
    for size in [1, 20, 200, 1000] {
        let (contract, actual) = (compiled(&orders::eleven_rules()), answer(orders::body(size)));
        let [ours, parsing, reading] = in_turns([
            &mut || matches(&contract, &actual),
            &mut || drop(black_box(serde_json::from_slice::<serde_json::Value>(&actual.body).unwrap())),
            &mut || drop(black_box(Json::parse(&actual.body).unwrap())),
        ]);
        let ratio = ours.relative_to(parsing);
        println!(
            "  {size:>6} items  {:>12}  / {:>12}  = {ratio:.2}   (of it our parser {:>12})",
            micros(ours),
            micros(parsing),
            micros(reading)
        );
    }
}

/// Four rules for each item by its index: twice the items take twice the time, not four times.
fn exact_paths() {
    println!("exact paths: 300 items with 1200 rules / 150 items with 600; 2 is linear");
    let sample = |items| {
        let actual = answer(orders::body(items));
        (orders::exact_rules(items), actual)
    };
    let ((more_rules, more), (fewer_rules, fewer)) = (sample(300), sample(150));
    let line = |what: &str, [long, short]: [Measured; 2]| {
        println!(
            "  {what:<18} {:>12}  / {:>12}  = {:.2}",
            micros(long),
            micros(short),
            long.relative_to(short)
        );
    };
    let (large, small) = (compiled(&more_rules), compiled(&fewer_rules));
    line("match", in_turns([&mut || matches(&large, &more), &mut || matches(&small, &fewer)]));
    let read_and_match = in_turns([&mut || matches(&compiled(&more_rules), &more), &mut || {
        matches(&compiled(&fewer_rules), &fewer);
    }]);
    line("read, compile, match", read_and_match);
}

/// The cost of one item does not depend on how many there are.
fn growth() {
    println!("growth: time per item");
    let contract = compiled(&orders::eleven_rules());
    let mut first = None;
    for size in [100, 1_000, 10_000, 100_000] {
        let actual = answer(orders::body(size));
        let [time] = in_turns([&mut || matches(&contract, &actual)]);
        let each = time.divided_by(size);
        let ratio = each.relative_to(*first.get_or_insert(each));
        println!("  {size:>6} items  {:>12}  {ratio:.2} of the first", micros(each));
    }
}
