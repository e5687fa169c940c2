//! pactwright beside the tools of other makers, each comparison in one run, from anywhere in the repository:
//!
//! ```text
//! cargo run --release --manifest-path tests/peers/Cargo.toml -- matching
//! cargo run --release --manifest-path tests/peers/Cargo.toml -- weight
//! cargo run --release --manifest-path tests/peers/Cargo.toml -- stub
//! cargo run --release --manifest-path tests/peers/Cargo.toml -- verify
//! cargo run --release --manifest-path tests/peers/Cargo.toml -- broker --url http://localhost:9292
//! ```
//!
//! Each prints figures beside their targets; whether they are met does not change the exit status. The README beside
//! this package says what is measured, and how.

mod bare;
mod broker;
#[cfg(feature = "matching")]
#[expect(dead_code, reason = "shared with a benchmark that measures more")]
#[path = "../../../pact-core/benches/matching/clock.rs"]
mod clock;
mod contract;
mod figures;
#[cfg(feature = "matching")]
mod matching;
#[cfg(feature = "matching")]
#[expect(dead_code, reason = "shared with a benchmark that measures more")]
#[path = "../../../pact-core/benches/matching/orders.rs"]
mod orders;
mod process;
mod stub;
#[cfg(feature = "matching")]
#[expect(dead_code, reason = "shared with a benchmark that measures more")]
#[path = "../../../pact-core/benches/matching/table.rs"]
mod table;
mod tools;
mod verify;
mod weight;

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;

/// Why something could not be measured.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures pactwright beside the tools of other makers
#[derive(Debug, Parser)]
enum Command {
    /// Matching a response: pactwright-core beside pact_matching
    #[cfg(feature = "matching")]
    Matching,
    /// What a consumer project builds: pactwright beside pact_consumer
    Weight(weight::Weight),
    /// Requests per second: `pactwright stub` beside pact-stub-server and a bare hyper server
    Stub(stub::Stub),
    /// Time and memory: `pactwright verify` beside pact_verifier_cli and a bare client
    Verify(verify::Verify),
    /// A large broker under load: `pactwright broker start` beside any other
    Broker(broker::Broker),
    /// A server that gives one answer to everything, in a process of its own
    #[command(hide = true)]
    Serve { port: u16, delay_ms: u64 },
    /// A client that asks for so many orders, one after another, in a process of its own
    #[command(hide = true)]
    Ask { address: SocketAddr, orders: usize, runtime: bare::Runtime },
}

fn main() -> ExitCode {
    let outcome = match Command::parse() {
        #[cfg(feature = "matching")]
        Command::Matching => {
            matching::run();
            Ok(())
        }
        Command::Weight(weight) => weight.run(),
        Command::Stub(stub) => stub.run(),
        Command::Verify(verify) => verify.run(),
        Command::Broker(broker) => broker.run(),
        Command::Serve { port, delay_ms } => bare::serve(port, delay_ms),
        Command::Ask { address, orders, runtime } => bare::ask(address, orders, runtime),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
