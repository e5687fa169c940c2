//! `demo`: the whole loop on real parts, in a few seconds.
//!
//! Everything here is the real thing: the consumer's test runs against a mock server with a real HTTP client, the
//! broker keeps its log in sled, the provider answers on loopback, and each step is the very command that is shown.

mod consumer;
mod provider;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser};
use pactwright_broker::Config;
use thiserror::Error;

use self::provider::{OrdersApi, Release};
use super::broker::{Running, StartError, stop_signal};
use crate::Cli;
use crate::broker::BrokerError;
use crate::commands::can_i_deploy::CanIDeploy;
use crate::exit::{CommandError, Exit};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  pactwright demo --keep --data ./demo-data")]
pub(crate) struct Demo {
    /// Keep the broker's data in this folder (otherwise they go with the demo)
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Leave the broker running at the end, until Ctrl-C
    #[arg(long)]
    keep: bool,
}

/// Why the demo could not be played to its end.
#[derive(Debug, Error)]
pub(crate) enum DemoError {
    #[error("a temporary folder cannot be created")]
    Folder(#[source] std::io::Error),
    #[error(transparent)]
    Broker(#[from] StartError),
    #[error("the example provider cannot be started")]
    Provider(#[source] std::io::Error),
    #[error(transparent)]
    Consumer(#[from] consumer::ConsumerError),
    #[error("`{command}` ended with status {actual:?}, but {expected:?} was expected")]
    Step { command: String, expected: Exit, actual: Exit },
    #[error("the command `{command}` is not understood")]
    Command { command: String, source: clap::Error },
    #[error(transparent)]
    Ask(#[from] BrokerError),
}

impl CommandError for DemoError {}

impl Demo {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, DemoError> {
        let temporary = tempfile::tempdir().map_err(DemoError::Folder)?;
        let data = self.data.unwrap_or_else(|| temporary.path().join("broker"));
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let config = Config { seed_environments: true, ..Config::default() };
        let running = Running::start(data.clone(), listen, config).await?;
        let broker = format!("http://{}", running.address);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(running.until(async {
            // Whether it is told to stop or the demo has gone: the broker ends.
            let _ = stopped.await;
        }));
        let story = Story { printer, broker: broker.clone() };
        story.title(1, "A broker keeps the contracts");
        story.say(&format!("It is at {broker}, and keeps its log in {}.", data.display()));
        story.command("pactwright broker start --listen 127.0.0.1:9292 --data ./pactwright-data");
        let played = story.play(temporary.path()).await;
        if self.keep && played.is_ok() {
            printer.data(&format!("\nThe broker is still at {broker}. Ctrl-C ends it."));
            stop_signal().await;
        }
        let _ = stop.send(());
        if let Ok(served) = serving.await {
            served?;
        }
        played.map(|()| Exit::Yes)
    }
}

struct Story {
    printer: Printer,
    broker: String,
}

impl Story {
    async fn play(&self, folder: &std::path::Path) -> Result<(), DemoError> {
        self.title(2, "The consumer's test says what it needs");
        let pacts = folder.join("pacts");
        consumer::test(&pacts).await?;
        self.say("The test of `web` passed against the mock server, and left a contract behind:");
        self.say(&format!("{}", pacts.join("web-orders-api.json").display()));
        self.command("cargo test");

        self.title(3, "The contract goes to the broker");
        self.run(
            Exit::Yes,
            &["publish", &pacts.to_string_lossy(), "--consumer-app-version", "1.0.0", "--branch", "main"],
        )
        .await?;

        self.title(4, "The provider is checked against it, and goes live");
        self.verify(Release::Good, "2.0.0", Exit::Yes).await?;
        self.run(
            Exit::Yes,
            &[
                "record-deployment",
                "--pacticipant",
                "orders-api",
                "--version",
                "2.0.0",
                "--environment",
                "production",
            ],
        )
        .await?;

        self.title(5, "Can the consumer be deployed?");
        let yes =
            ["can-i-deploy", "--pacticipant", "web", "--version", "1.0.0", "--to-environment", "production"];
        self.run(Exit::Yes, &yes).await?;
        self.run(
            Exit::Yes,
            &[
                "record-deployment",
                "--pacticipant",
                "web",
                "--version",
                "1.0.0",
                "--environment",
                "production",
            ],
        )
        .await?;

        self.title(6, "The provider changes, and breaks the consumer");
        self.verify(Release::Breaking, "2.1.0", Exit::No).await?;

        self.title(7, "Can the provider be deployed?");
        let no = [
            "can-i-deploy",
            "--pacticipant",
            "orders-api",
            "--version",
            "2.1.0",
            "--to-environment",
            "production",
        ];
        self.run(Exit::No, &no).await?;

        self.printer.data("\nIn short");
        for question in [&yes, &no] {
            self.printer.data(&self.verdict(question).await?);
        }
        Ok(())
    }

    async fn verify(&self, release: Release, version: &str, expected: Exit) -> Result<(), DemoError> {
        let provider = OrdersApi::start(release).await.map_err(DemoError::Provider)?;
        self.say(&format!("orders-api {version} runs at {}.", provider.url()));
        let (port, states) = (provider.port().to_string(), format!("{}/_states", provider.url()));
        let arguments = [
            "verify",
            "--provider-name",
            "orders-api",
            "--hostname",
            "127.0.0.1",
            "--port",
            &port,
            "--state-change-url",
            &states,
            "--consumer-version-selectors",
            r#"{"mainBranch": true}"#,
            "--provider-version",
            version,
            "--provider-branch",
            "main",
            "--publish",
        ];
        self.run(expected, &arguments).await
    }

    /// Shows a command and carries it out.
    async fn run(&self, expected: Exit, arguments: &[&str]) -> Result<(), DemoError> {
        let (shown, parsed) = self.parse(arguments)?;
        self.command(&shown);
        // Boxed, because the demo is a command itself.
        let actual = Box::pin(crate::run(parsed.command, self.printer)).await;
        if actual == expected { Ok(()) } else { Err(DemoError::Step { command: shown, expected, actual }) }
    }

    async fn verdict(&self, arguments: &[&str]) -> Result<String, DemoError> {
        match self.parse(arguments)?.1.command {
            crate::Command::CanIDeploy(question) => Ok(CanIDeploy::verdict(&question).await?),
            _ => Ok(String::new()),
        }
    }

    fn parse(&self, arguments: &[&str]) -> Result<(String, Cli), DemoError> {
        let all: Vec<&str> = arguments.iter().copied().chain(["--broker-base-url", &self.broker]).collect();
        let quoted = |argument: &&str| {
            if argument.contains([' ', '{']) { format!("'{argument}'") } else { (*argument).to_owned() }
        };
        let shown = format!("pactwright {}", all.iter().map(quoted).collect::<Vec<_>>().join(" "));
        match Cli::try_parse_from(std::iter::once("pactwright").chain(all)) {
            Ok(parsed) => Ok((shown, parsed)),
            Err(source) => Err(DemoError::Command { command: shown, source }),
        }
    }

    fn title(&self, number: usize, text: &str) {
        self.printer.data(&format!("\n{number}. {text}"));
    }

    fn say(&self, text: &str) {
        self.printer.data(&format!("   {text}"));
    }

    fn command(&self, text: &str) {
        self.printer.data(&format!("   $ {text}"));
    }
}
