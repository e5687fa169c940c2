//! `mock`: mock servers for tests in any language.

mod admin;
mod client;
mod start;
mod wire;

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use crate::exit::{Exit, Failure};
use crate::logging::LogLevel;
use crate::printer::Printer;
use crate::tls::TlsFiles;

#[derive(Debug, Args)]
#[command(
    version,
    propagate_version = true,
    disable_version_flag = true,
    disable_help_flag = true,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "\
Examples:
  pactwright mock start --output pacts
  pactwright mock create --file web-orders-api.json
  pactwright mock verify --mock-server-port 43211
  pactwright mock shutdown --mock-server-port 43211

`start` serves an HTTP API that does the same: POST / with a pact creates a mock server (with \
?cors=true, ?tls=true, ?specification=V4), GET / lists them, GET /mockserver/ID describes one, \
POST /mockserver/ID/verify verifies one and writes its pact, DELETE /mockserver/ID shuts it down, \
POST /shutdown with the server key as bearer token ends it all. An ID may be a port. \
The answers about a mock server behind https hold its certificate.

Other than with pact_mock_server_cli, nothing is logged to a file, the master server listens on --host, \
and a verification that fails ends with status 1."
)]
pub(crate) struct Mock {
    #[command(flatten)]
    master: Master,
    #[command(subcommand)]
    command: MockCommand,
}

/// Where the master server is, which looks after the mock servers.
#[derive(Debug, Args)]
struct Master {
    /// The port of the master server
    #[arg(
        short,
        long,
        global = true,
        default_value_t = 8080,
        value_name = "PORT",
        help_heading = "Master server"
    )]
    port: u16,
    /// The host of the master server, and the address that mock servers listen on
    #[arg(
        short = 'h',
        long,
        global = true,
        default_value = "localhost",
        value_name = "HOST",
        help_heading = "Master server"
    )]
    host: String,
    /// What `start` logs to standard error: methods, paths and what became of requests, never headers or bodies
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        ignore_case = true,
        default_value = "warn",
        hide_possible_values = true,
        value_name = "error|warn|info|debug|trace|none",
        help_heading = "Logging"
    )]
    loglevel: LogLevel,
    /// No terminal colours in what is logged
    #[arg(long, global = true, help_heading = "Logging")]
    no_term_log: bool,
    /// Accepted for the sake of scripts that were written for other tools: nothing is logged to a file
    #[arg(long, global = true, hide = true)]
    no_file_log: bool,
    /// Print help
    #[arg(long, global = true, action = clap::ArgAction::Help, display_order = 998)]
    help: (),
    /// Print the version
    #[arg(short, long, global = true, action = clap::ArgAction::Version, display_order = 999)]
    version: (),
}

#[derive(Debug, Subcommand)]
enum MockCommand {
    /// Start the master server, and mock servers for pact files where some are given
    Start(Start),
    /// Create a mock server from a pact file
    Create(Create),
    /// List the mock servers
    List,
    /// Say whether a mock server was asked all that its pact expects and nothing else; if so, write the pact
    Verify(Which),
    /// Shut a mock server down
    Shutdown(Which),
    /// Shut the master server down, with all mock servers
    #[command(name = "shutdown-master")]
    ShutdownMaster(ShutdownMaster),
}

#[derive(Debug, Args)]
struct Start {
    /// A pact file to start a mock server from; can be repeated
    #[arg(short, long, value_name = "FILE")]
    file: Vec<PathBuf>,
    #[command(flatten)]
    serving: Serving,
    #[command(flatten)]
    tls_files: TlsFiles,
    /// The folder that verified pacts are written to
    #[arg(short, long, default_value = ".", value_name = "FOLDER")]
    output: PathBuf,
    /// The first port that mock servers get; without it, the system gives free ones
    #[arg(long, value_name = "PORT")]
    base_port: Option<u16>,
    /// What `shutdown-master` must know; without it, one is made up and printed
    #[arg(long, value_name = "KEY")]
    server_key: Option<String>,
}

/// How a mock server serves.
#[derive(Debug, Clone, Copy, Args)]
struct Serving {
    /// Answer OPTIONS requests of browsers that no interaction expects
    #[arg(short, long)]
    cors_preflight: bool,
    /// Serve behind https
    #[arg(long)]
    tls: bool,
}

#[derive(Debug, Args)]
struct Create {
    /// The pact file
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    serving: Serving,
    /// Write the certificate of the mock server to this file, as PEM, for clients to trust
    #[arg(long, requires = "tls", value_name = "FILE")]
    tls_write_certificate: Option<PathBuf>,
    /// The version of the specification that the pact is written in (V1 to V4); without it, that of the file
    #[arg(long, value_name = "VERSION")]
    specification: Option<String>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["mock_server_id", "mock_server_port"]))]
struct Which {
    /// The mock server's ID
    #[arg(short = 'i', long, value_name = "ID")]
    mock_server_id: Option<String>,
    /// The mock server's port
    #[arg(short = 'm', long, value_name = "PORT")]
    mock_server_port: Option<u16>,
}

#[derive(Debug, Args)]
struct ShutdownMaster {
    /// The master server's key
    #[arg(short = 'k', long, value_name = "KEY")]
    server_key: String,
    /// How long answers that are under way may take, in milliseconds
    #[arg(long, default_value_t = 100, value_name = "MS")]
    period: u64,
}

impl Mock {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, Failure> {
        let Self { master, command } = self;
        let client = client::Client::new(&master);
        match command {
            MockCommand::Start(start) => {
                master.loglevel.start(!master.no_term_log);
                Ok(start.run(&master, printer).await?)
            }
            MockCommand::Create(create) => Ok(client?.create(&create, printer).await?),
            MockCommand::List => Ok(client?.list(printer).await?),
            MockCommand::Verify(which) => Ok(client?.verify(&which, printer).await?),
            MockCommand::Shutdown(which) => Ok(client?.shutdown(&which, printer).await?),
            MockCommand::ShutdownMaster(shutdown) => Ok(client?.shutdown_master(&shutdown, printer).await?),
        }
    }
}
