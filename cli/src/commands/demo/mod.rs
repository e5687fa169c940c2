//! `demo`: the whole loop on real parts, in a few seconds.
//!
//! Everything here is the real thing: the consumer's test runs against a mock server with a real HTTP client, the
//! broker keeps its log in sled, the provider answers on loopback, and each step is the very command that is shown.

mod consumer;
mod provider;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use clap::Args;
use pactwright_broker::Config;
use thiserror::Error;

use self::provider::{OrdersApi, Release};
use super::broker::{Running, StartError, stop_signal};
use crate::exit::{CommandError, Exit};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  pactwright demo --keep --data ./demo-data")]
pub(crate) struct Demo {
    /// Keep contracts and the broker's data in this folder (otherwise they go with the demo)
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
    #[error("`{command}` ended with {actual}, but status {expected} was expected")]
    Step { command: String, expected: u8, actual: ExitStatus },
    #[error("this program cannot be run again")]
    Program(#[source] std::io::Error),
}

impl CommandError for DemoError {}

impl Demo {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, DemoError> {
        let temporary = tempfile::tempdir().map_err(DemoError::Folder)?;
        let folder = self.data.unwrap_or_else(|| temporary.path().to_owned());
        let data = folder.join("broker");
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let running = Running::start(&data, listen, Config::default()).await?;
        let address = running.address;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(running.until(async {
            // Whether it is told to stop or the demo has gone: the broker ends.
            let _ = stopped.await;
        }));
        let story = Story {
            printer,
            broker: format!("http://{address}"),
            program: std::env::current_exe().map_err(DemoError::Program)?,
        };
        story.title(1, "A broker keeps the contracts");
        story.command(&[
            "broker",
            "start",
            "--listen",
            &address.to_string(),
            "--data",
            &data.to_string_lossy(),
        ]);
        story.say(&format!("The broker is at {}", story.broker));
        let played = story.play(&folder).await;
        if self.keep && played.is_ok() {
            let end = stop_signal();
            printer.data(&format!("\nThe broker is still at {}. Ctrl-C ends it.", story.broker));
            end.await;
        }
        let _ = stop.send(());
        // A broker that panicked has said so.
        let _ = serving.await;
        played.map(|()| Exit::Yes)
    }
}

struct Story {
    printer: Printer,
    broker: String,
    /// This very program: each step runs it.
    program: PathBuf,
}

impl Story {
    async fn play(&self, folder: &Path) -> Result<(), DemoError> {
        let production = ["--environment", "production"];
        self.run(Exit::Yes, &["create-environment", "--name", "production", "--production"]).await?;

        self.title(2, "The consumer's test says what it needs");
        let pacts = folder.join("pacts");
        consumer::test(&pacts).await?;
        self.printer.data("   $ cargo test");
        self.say("The test of `web` passed against the mock server, and left a contract behind:");
        self.say(&pacts.join("web-orders-api.json").to_string_lossy());

        self.title(3, "The contract goes to the broker");
        let pacts = pacts.to_string_lossy();
        self.run(Exit::Yes, &["publish", &pacts, "--consumer-app-version", "1.0.0", "--branch", "main"])
            .await?;

        self.title(4, "The provider is checked against it, and goes live");
        self.verify(Release::Good, "2.0.0", Exit::Yes).await?;
        let orders = ["record-deployment", "--pacticipant", "orders-api", "--version", "2.0.0"];
        self.run(Exit::Yes, &[&orders[..], &production].concat()).await?;

        self.title(5, "Can the consumer be deployed?");
        let web =
            ["can-i-deploy", "--pacticipant", "web", "--version", "1.0.0", "--to-environment", "production"];
        let yes = self.run(Exit::Yes, &web).await?;
        let web = ["record-deployment", "--pacticipant", "web", "--version", "1.0.0"];
        self.run(Exit::Yes, &[&web[..], &production].concat()).await?;

        self.title(6, "The provider changes, and breaks the consumer");
        self.verify(Release::Breaking, "2.1.0", Exit::No).await?;

        self.title(7, "Can the provider be deployed?");
        let orders = [
            "can-i-deploy",
            "--pacticipant",
            "orders-api",
            "--version",
            "2.1.0",
            "--to-environment",
            "production",
        ];
        let no = self.run(Exit::No, &orders).await?;

        self.printer.data("\nIn short");
        for answer in [yes, no] {
            self.printer.data(verdict(&answer));
        }
        Ok(())
    }

    async fn verify(&self, release: Release, version: &str, expected: Exit) -> Result<(), DemoError> {
        let provider = OrdersApi::start(release).await.map_err(DemoError::Provider)?;
        self.say(&format!("orders-api {version} runs at {}", provider.url()));
        let (port, states) = (provider.port().to_string(), format!("{}/_states", provider.url()));
        let selectors = r#"{"mainBranch": true}"#;
        let mut arguments =
            vec!["verify", "--provider-name", "orders-api", "--hostname", "127.0.0.1", "--port", &port];
        arguments.extend([
            "--state-change-url",
            &states,
            "--consumer-version-selectors",
            selectors,
            "--publish",
        ]);
        arguments.extend(["--provider-version", version, "--provider-branch", "main"]);
        self.run(expected, &arguments).await.map(drop)
    }

    /// Shows a command, carries it out, and shows and answers what it says.
    async fn run(&self, expected: Exit, arguments: &[&str]) -> Result<String, DemoError> {
        let arguments: Vec<&str> =
            arguments.iter().copied().chain(["--broker-base-url", &self.broker]).collect();
        self.command(&arguments);
        let mut command = tokio::process::Command::new(&self.program);
        command.args(&arguments);
        // The story must not depend on the surroundings that it is told in.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy().to_ascii_uppercase();
            if text.starts_with("PACT") || text.ends_with("_PROXY") {
                command.env_remove(&name);
            }
        }
        let output = command.output().await.map_err(DemoError::Program)?;
        let said =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        self.printer.data(said.trim_end());
        if output.status.code() == Some(expected.code().into()) {
            Ok(said)
        } else {
            Err(DemoError::Step {
                command: shown(&arguments),
                expected: expected.code(),
                actual: output.status,
            })
        }
    }

    fn title(&self, number: usize, text: &str) {
        self.printer.data(&format!("\n{number}. {text}"));
    }

    fn say(&self, text: &str) {
        self.printer.data(&format!("   {text}"));
    }

    fn command(&self, arguments: &[&str]) {
        self.printer.data(&format!("   $ {}", shown(arguments)));
    }
}

/// A command as a person types it.
fn shown(arguments: &[&str]) -> String {
    let quoted = |argument: &&str| {
        if argument.contains([' ', '{']) { format!("'{argument}'") } else { (*argument).to_owned() }
    };
    format!("pactwright {}", arguments.iter().map(quoted).collect::<Vec<_>>().join(" "))
}

/// The yes or no of an answer, with its reasons: what stands below the table.
fn verdict(answer: &str) -> &str {
    answer.split("\n\n").last().unwrap_or(answer).trim_end()
}
