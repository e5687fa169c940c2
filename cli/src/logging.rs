//! What is logged to standard error.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How much is logged; what that is, each command says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
    #[value(alias = "off")]
    None,
}

impl LogLevel {
    /// Lets through only what is ours: the libraries below would log headers, which hold secrets.
    pub(crate) fn filter(self) -> EnvFilter {
        let level = match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
            Self::None => "off",
        };
        EnvFilter::new(format!("off,pactwright={level}"))
    }

    /// Logs from here on.
    pub(crate) fn start(self, colour: bool) {
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(self.filter())
            .with_writer(std::io::stderr)
            .with_ansi(colour && std::io::stderr().is_terminal())
            .with_target(false);
        // A process logs in one way: whoever began goes on.
        let _ = subscriber.try_init();
    }
}
