//! What is logged to standard error.

use std::io::IsTerminal;

use clap::ValueEnum;
use pactwright_broker::config::{LogConfig, LogFormat};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::export::{self, Export};

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
        let subscriber = fmt()
            .with_env_filter(self.filter())
            .with_writer(std::io::stderr)
            .with_ansi(colour && std::io::stderr().is_terminal())
            .with_target(false);
        // A process logs in one way: whoever began goes on.
        let _ = subscriber.try_init();
    }
}

/// What a filter that somebody wrote lets through; none where it makes no sense. A level alone is about what is ours, and
/// about what goes wrong elsewhere: the libraries below would log headers, which hold secrets.
pub(crate) fn filter(text: &str) -> Option<EnvFilter> {
    let elsewhere = match text {
        "trace" | "debug" | "info" => "warn",
        level @ ("warn" | "error" | "off") => level,
        several => return EnvFilter::try_new(several).ok(),
    };
    Some(EnvFilter::new(format!("{elsewhere},pactwright={text}")))
}

/// Logs what a server does, from here on. Where a collector is named, it is told, too.
pub(crate) fn serve(config: &LogConfig, colour: bool) -> Export {
    let lines = match config.format {
        LogFormat::Text => fmt::layer().with_writer(std::io::stderr).with_ansi(colour).boxed(),
        LogFormat::Json => {
            fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(std::io::stderr).boxed()
        }
    };
    let (export, traces) = export::start();
    // A process logs in one way: whoever began goes on.
    let _ = tracing_subscriber::registry().with(filter(&config.filter)).with(lines).with(traces).try_init();
    export.announce();
    export
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn a_level_lets_through_what_is_ours() {
        for (text, expected) in [
            ("trace", Some("pactwright=trace,warn")),
            ("warn", Some("pactwright=warn,warn")),
            ("off", Some("pactwright=off,off")),
            ("hyper=debug", Some("hyper=debug")),
            ("a=b=c", None),
        ] {
            assert_eq!(filter(text).map(|filter| filter.to_string()).as_deref(), expected, "{text}");
        }
    }
}
