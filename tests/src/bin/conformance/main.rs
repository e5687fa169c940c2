//! Runs cases that others wrote against this implementation.
//!
//! `conformance spec DIR` runs the test cases of the Pact specification: `DIR/v*/(request|response|message)/**/*.json`.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

mod spec;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Runs cases that others wrote against this implementation. Prints a line for each that fails, and counts.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    suite: Suite,
}

#[derive(Subcommand)]
enum Suite {
    /// The test cases of the Pact specification
    Spec {
        /// The folder that holds `v1`, `v1.1`, `v2`, `v3` and `v4`
        dir: PathBuf,
    },
}

/// How a suite went.
struct Outcome {
    passed: usize,
    failed: usize,
}

fn main() -> ExitCode {
    let Arguments { suite: Suite::Spec { dir } } = Arguments::parse();
    match spec::run(&dir) {
        Ok(Outcome { passed, failed }) => {
            println!("{passed} passed, {failed} failed");
            if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            println!("{error}");
            ExitCode::from(2)
        }
    }
}
