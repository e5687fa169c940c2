//! How much memory matching asks for. Counts of bytes are the same in every run, unlike times.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "../benches/matching/orders.rs"]
mod orders;

use allocation_counter::measure;
use pactwright_core::format::read_response;
use pactwright_core::json::Json;
use pactwright_core::matching::{ActualResponse, CompiledResponse};
use pactwright_core::model::SpecVersion;

/// The bytes asked for while matching once, after the expressions have set up their working memory.
fn asked_for(contract: &str, body: &str, mismatches: usize) -> usize {
    let contract = Json::parse(contract.as_bytes()).unwrap().into_owned();
    let contract = CompiledResponse::new(read_response(contract, SpecVersion::V3).unwrap()).unwrap();
    let actual =
        ActualResponse { body: body.as_bytes().to_vec(), ..ActualResponse::from(contract.expected()) };
    let run = || assert_eq!(contract.mismatches(&actual).len(), mismatches);
    run();
    usize::try_from(measure(run).bytes_total).unwrap()
}

#[test]
fn a_body_that_fits_is_not_copied_and_not_kept() {
    let contract = orders::eleven_rules();
    let (few, many) = (orders::body(10), orders::body(1_000));
    let asked = asked_for(&contract, &many, 0);
    assert_eq!(asked, asked_for(&contract, &few, 0), "memory does not grow with the number of items");
    assert!(asked < many.len() / 100, "{asked} bytes for a body of {}", many.len());
}

#[test]
fn a_body_with_a_mismatch_is_read_into_one_tree_whatever_the_number_of_rules() {
    let body = orders::body(300);
    let wrong = body.replace("\"paid\":true", "\"paid\":1");
    let mismatches = 150;
    let unruled = asked_for(&orders::exact_rules(300).replace("matchingRules", "notes"), &wrong, mismatches);
    let ruled = asked_for(&orders::exact_rules(300), &wrong, mismatches);
    // Places are looked up for each value; a copy of the body for each of 1200 rules would be a thousand times more.
    assert!(ruled < unruled + body.len(), "{ruled} bytes with rules, {unruled} without");
    assert!(ruled < 8 * body.len(), "{ruled} bytes for a body of {}", body.len());
}
