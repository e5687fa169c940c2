//! What a server logs to standard error.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// What fails
    Error,
    /// Requests that are refused, too
    Warn,
    /// Requests that are answered, too
    Info,
    /// Everything
    Debug,
    /// Everything
    Trace,
    /// Nothing
    #[value(alias = "off")]
    None,
}

impl LogLevel {
    /// Logs from here on. Only what is ours: the libraries below would log headers, which hold secrets.
    pub(crate) fn start(self, colour: bool) {
        let level = match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
            Self::None => "off",
        };
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(format!("off,pactwright={level}")))
            .with_writer(std::io::stderr)
            .with_ansi(colour && std::io::stderr().is_terminal())
            .with_target(false);
        // A process logs in one way: whoever began goes on.
        let _ = subscriber.try_init();
    }
}
