//! `pactwright`: contracts between services, from a consumer's test to a deploy decision.

mod broken;
mod broker;
mod ci;
mod commands;
mod exit;
mod files;
mod listen;
mod logging;
mod options;
mod printer;
mod tls;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::runtime::Builder;

use commands::broker::BrokerCommand;
use commands::can_i_deploy::CanIDeploy;
use commands::completions::Completions;
use commands::create_environment::CreateEnvironment;
use commands::demo::Demo;
use commands::lint::Lint;
use commands::mock::Mock;
use commands::publish::Publish;
use commands::record_deployment::RecordDeployment;
use commands::stub::Stub;
use commands::verify::Verify;
use exit::{Exit, Failure};
use printer::Printer;

/// Contracts between services, from a consumer's test to a deploy decision
#[derive(Parser)]
#[command(name = "pactwright", version, after_help = Exit::HELP, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// No colours, even where a terminal could show them
    // Last everywhere: without a number, its place depends on how many commands there are.
    #[arg(long, global = true, alias = "no-color", display_order = 1000)]
    no_colour: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Play the whole loop in a few seconds: consumer, provider, broker, and a yes and a no
    Demo(Demo),
    /// Host the broker that keeps contracts, results and deployments
    #[command(subcommand)]
    Broker(BrokerCommand),
    /// Say what is wrong with pact files
    Lint(Lint),
    /// Start mock servers for tests in any language, create, list, verify and shut them down
    Mock(Mock),
    /// Serve the responses of contracts
    Stub(Box<Stub>),
    /// Give contracts to the broker
    #[command(disable_help_flag = true)]
    Publish(Publish),
    /// Check a running provider against its contracts
    #[command(disable_help_flag = true, disable_version_flag = true, version)]
    Verify(Box<Verify>),
    /// Ask whether a version can be deployed
    #[command(name = "can-i-deploy")]
    CanIDeploy(CanIDeploy),
    /// Tell the broker that a version is deployed
    #[command(name = "record-deployment")]
    RecordDeployment(RecordDeployment),
    /// Tell the broker about an environment
    #[command(name = "create-environment")]
    CreateEnvironment(CreateEnvironment),
    /// Print what a shell needs to complete commands and options
    Completions(Completions),
}

impl Command {
    /// Servers use all processors. Clients wait most of the time, and waking another thread for each answer would cost
    /// them more than what they do with it.
    fn threads(&self) -> Builder {
        match self {
            Self::Demo(_) | Self::Broker(_) | Self::Mock(_) | Self::Stub(_) => Builder::new_multi_thread(),
            Self::Lint(_)
            | Self::Publish(_)
            | Self::Verify(_)
            | Self::CanIDeploy(_)
            | Self::RecordDeployment(_)
            | Self::CreateEnvironment(_)
            | Self::Completions(_) => Builder::new_current_thread(),
        }
    }
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
    let ended: Result<Exit, Failure> = match command {
        Command::Demo(command) => command.run(printer).await.map_err(Failure::from),
        Command::Broker(command) => command.run(printer).await.map_err(Failure::from),
        Command::Lint(command) => command.run(printer).map_err(Failure::from),
        Command::Mock(command) => command.run(printer).await,
        Command::Stub(command) => command.run(printer).await.map_err(Failure::from),
        Command::Publish(command) => command.run(printer).await.map_err(Failure::from),
        Command::Verify(command) => command.run(printer).await.map_err(Failure::from),
        Command::CanIDeploy(command) => command.run(printer).await.map_err(Failure::from),
        Command::RecordDeployment(command) => command.run(printer).await.map_err(Failure::from),
        Command::CreateEnvironment(command) => command.run(printer).await.map_err(Failure::from),
        Command::Completions(command) => Ok(command.run(printer)),
    };
    ended.unwrap_or_else(|Failure { error, exit }| {
        printer.error(&*error);
        exit
    })
}
