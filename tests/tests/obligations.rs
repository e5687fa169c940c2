//! The program that compares what two pact files ask for.

use std::error::Error;
use std::process::{Command, Output};

use pactwright_tests::fixtures;

fn obligations(left: &str, right: &str) -> std::io::Result<Output> {
    let pacts = fixtures().join("pacts");
    Command::new(env!("CARGO_BIN_EXE_obligations")).args([pacts.join(left), pacts.join(right)]).output()
}

#[test]
fn a_pact_asks_for_what_it_asks_for() -> Result<(), Box<dyn Error>> {
    let same = obligations("v3-http.json", "v3-http.json")?;
    assert_eq!(same.status.code(), Some(0));
    assert!(String::from_utf8(same.stdout)?.ends_with("interactions, 0 differ\n"));
    Ok(())
}

#[test]
fn what_differs_is_named() -> Result<(), Box<dyn Error>> {
    let different = obligations("v2-orders.json", "v3-http.json")?;
    assert_eq!(different.status.code(), Some(1));
    let text = String::from_utf8(different.stdout)?;
    assert!(text.contains("is only in the first") && text.contains("is only in the second"), "{text}");
    Ok(())
}

#[test]
fn a_file_that_is_not_there_is_no_difference() -> Result<(), Box<dyn Error>> {
    let unread = obligations("v2-orders.json", "none.json")?;
    assert_eq!(unread.status.code(), Some(2));
    assert!(String::from_utf8(unread.stderr)?.contains("none.json"));
    Ok(())
}
