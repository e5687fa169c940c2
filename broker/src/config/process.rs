//! Settings of the process that a broker runs in: whoever starts one looks at them, the broker itself does not.

use std::{net::SocketAddr, path::PathBuf};

/// Where a broker listens, and what it keeps where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessConfig {
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The folder that keeps everything.
    pub data: PathBuf,
}

impl Default for ProcessConfig {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 9292)), data: PathBuf::from("pactwright-data") }
    }
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// Which lines: a level, or levels by part of the program, as `tracing` filters have them.
    pub filter: String,
    /// What a line looks like.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { filter: "warn".to_owned(), format: LogFormat::Text }
    }
}

/// What a line of the log looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object.
    Json,
}
