//! Runs cases that others wrote against this implementation.
//!
//! `conformance spec DIR` runs the test cases of the Pact specification: `DIR/v*/(request|response|message)/**/*.json`.
//! `conformance compat DIR` runs the stories of the compatibility suite: `DIR/features/**/*.feature`.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

mod compat;
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
    /// The scenarios of the compatibility suite
    Compat {
        /// The folder that holds `features` and `fixtures`
        dir: PathBuf,
        /// A feature to run, such as `V3/generators`; may be given several times. Without it, all are run
        #[arg(long, value_name = "FEATURE")]
        only: Vec<String>,
    },
}

/// How a suite went.
struct Outcome {
    passed: usize,
    failed: usize,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().suite {
        Suite::Spec { dir } => spec::run(&dir).map_err(|error| error.to_string()),
        Suite::Compat { dir, only } => compat::run(&dir, &only).map_err(|error| error.to_string()),
    };
    match outcome {
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
