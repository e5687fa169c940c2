//! How long matching takes, and how that grows: `cargo bench -p pactwright-core`.
//!
//! What counts are ratios: to what `serde_json` needs to parse the same bytes, and to the same work at another size.
//! Those hold on any machine, so all that is put in relation is measured in turns in the same run. Each line is a
//! figure beside its target; whether it is met does not change the exit status, for no machine is quiet enough.
//! `tests/peers` measures the same contracts beside the reference implementation, and `--bench memory` how much memory
//! it takes.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "figures are what it is for")]

mod clock;
mod orders;
#[expect(dead_code, reason = "shared with the comparison beside the reference")]
mod table;

use std::hint::black_box;

use pactwright_core::format::read_response;
use pactwright_core::json::Json;
use pactwright_core::matching::{ActualResponse, CompiledResponse};
use pactwright_core::model::SpecVersion;

use crate::clock::in_turns;
use crate::table::{Table, Target};

/// Matching, in relation to parsing with `serde_json`.
const AGAINST_PARSING: Target = Target::AtMost(2.5);
/// Twice the work in twice the time, and a little for the clock.
const LINEAR: Target = Target::AtMost(2.2);
/// The same for each item, and a little for memory that is farther away.
const FLAT: Target = Target::AtMost(1.2);

fn main() {
    // `cargo bench` says `--bench`; other runs (`cargo test --benches`) only see that everything works.
    clock::set_brief(!std::env::args().any(|argument| argument == "--bench"));
    let mut table = Table::new();
    against_parsing(&mut table);
    mismatch(&mut table);
    exact_paths(&mut table);
    growth(&mut table);
    table.end();
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

fn parse(actual: &ActualResponse) {
    drop(black_box(serde_json::from_slice::<serde_json::Value>(black_box(&actual.body)).unwrap()));
}

/// A list under eleven rules, parsed and matched, against parsing alone.
fn against_parsing(table: &mut Table) {
    for size in [1, 20, 200, 1000] {
        let (contract, actual) = (compiled(&orders::eleven_rules()), answer(orders::body(size)));
        let [ours, parsing] = in_turns([&mut || matches(&contract, &actual), &mut || parse(&actual)]);
        let what = format!("match {size} items, 11 rules / serde_json parse");
        table.ratio(&what, ours, parsing, AGAINST_PARSING);
    }
}

/// What is wrong costs more, since it has to be explained: the last of many is the worst case.
fn mismatch(table: &mut Table) {
    let contract = compiled(&orders::eleven_rules());
    let actual = answer(orders::body(1000).replace("SKU-1000", "1000"));
    let [ours, parsing] =
        in_turns([&mut || assert_eq!(contract.mismatches(black_box(&actual)).len(), 1), &mut || {
            parse(&actual);
        }]);
    table.ratio("mismatch in the last of 1000 items / serde_json parse", ours, parsing, AGAINST_PARSING);
}

/// Four rules for each item by its index: twice the items take twice the time, not four times.
fn exact_paths(table: &mut Table) {
    let sample = |items| (orders::exact_rules(items), answer(orders::body(items)));
    let ((more_rules, more), (fewer_rules, fewer)) = (sample(300), sample(150));
    let (large, small) = (compiled(&more_rules), compiled(&fewer_rules));
    let [long, short] = in_turns([&mut || matches(&large, &more), &mut || matches(&small, &fewer)]);
    table.ratio("match 300 items, 1200 exact paths / 150, 600", long, short, LINEAR);
    let [long, short] = in_turns([&mut || matches(&compiled(&more_rules), &more), &mut || {
        matches(&compiled(&fewer_rules), &fewer);
    }]);
    table.ratio("the same with reading and compiling the contract", long, short, LINEAR);
}

/// The cost of one item does not depend on how many there are. What `serde_json` needs to parse stands beside it.
fn growth(table: &mut Table) {
    let contract = compiled(&orders::eleven_rules());
    let few = answer(orders::body(100));
    for size in [1_000, 10_000, 100_000] {
        let actual = answer(orders::body(size));
        let [long, short, parsing, parsing_few] = in_turns([
            &mut || matches(&contract, &actual),
            &mut || matches(&contract, &few),
            &mut || parse(&actual),
            &mut || parse(&few),
        ]);
        let what = format!("match, per item: of {size} / of 100");
        table.ratio(&what, long.divided_by(size), short.divided_by(100), FLAT);
        let what = format!("  serde_json parse, per item: of {size} / of 100");
        table.ratio(&what, parsing.divided_by(size), parsing_few.divided_by(100), Target::None);
    }
}
