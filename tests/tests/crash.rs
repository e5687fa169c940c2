//! Brokers that are killed lose nothing that they acknowledged.

use std::error::Error;
use std::process::Command;

/// The rounds of every run. By hand it may be more: `cargo run -p pactwright-tests --bin crash -- --rounds 200`.
const ROUNDS: &str = "20";

#[test]
fn what_was_acknowledged_is_there_after_kill_9() -> Result<(), Box<dyn Error>> {
    let output = Command::new(env!("CARGO_BIN_EXE_crash")).args(["--rounds", ROUNDS]).output()?;
    let told = String::from_utf8(output.stdout)?;
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("nothing lost, nothing in half"), "{told}");
    Ok(())
}
