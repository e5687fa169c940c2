//! `pactwright`: contracts between services, from a consumer's test to a deploy decision.

mod broken;
mod broker;
mod ci;
mod commands;
mod exit;
mod export;
mod files;
mod listen;
mod logging;
mod menu;
mod options;
mod output;
mod printer;
mod tls;

use std::process::ExitCode;

use clap::Parser;

use exit::{Exit, Failure};
use menu::Command;
use printer::Printer;

/// Documents are made of many small pieces, on several threads: with the system's allocator, half of a broker's time goes
/// there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Contracts between services, from a consumer's test to a deploy decision
#[derive(Parser)]
#[command(
    name = "pactwright",
    version,
    help_template = menu::help_template(),
    after_help = Exit::HELP,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// No colours, even where a terminal could show them
    // Last everywhere: without a number, its place depends on how many commands there are.
    #[arg(long, global = true, alias = "no-color", display_order = 1000)]
    no_colour: bool,
}

fn main() -> ExitCode {
    // A wrong option ends with status 2, as `Exit::CouldNotRun` does.
    let cli = Cli::parse();
    let printer = Printer::new(cli.no_colour);
    let runtime = match cli.command.threads().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            printer.error(&error);
            return Exit::CouldNotRun.into();
        }
    };
    runtime.block_on(run(cli.command, printer)).into()
}

async fn run(command: Command, printer: Printer) -> Exit {
    command.run(printer).await.unwrap_or_else(|Failure { error, exit }| {
        printer.error(&*error);
        exit
    })
}
