//! The load program, small: whether it still fills a broker and measures everything. What it measures here says nothing.

use std::error::Error;
use std::process::Command;

use serde_json::Value;

#[test]
fn a_broker_is_filled_and_measured() -> Result<(), Box<dyn Error>> {
    let output = Command::new(env!("CARGO_BIN_EXE_load"))
        .args(["--participants", "10", "--versions", "100", "--contracts", "60", "--results", "400"])
        .args(["--compared-with", "100", "--spell", "100ms", "--json"])
        .output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let figures = report["figures"].as_array().ok_or("there are no figures")?;
    for name in [
        "filled in",
        "can-i-deploy, p99",
        "matrix, p99",
        "matrix of a pair, 100 rows, p99",
        "pacts for verification, p99",
        "dashboard, first page, p99",
        "can-i-deploy: cost / cost at 120",
        "durable publications",
        "resident memory",
        "disk / raw content",
        "start",
        "start after SIGKILL",
    ] {
        let figure = figures.iter().find(|figure| figure["figure"] == name).ok_or(name)?;
        assert!(figure["value"].as_f64().is_some(), "{figure}");
    }
    let filled = figures[0]["measured"].as_str().unwrap_or_default();
    assert!(filled.contains("10 participants") && filled.contains("60 contents, 400 results"), "{filled}");
    Ok(())
}
