//! Webhooks, and what they could not be told: one file per command, and what they share.

pub(crate) mod create;
pub(crate) mod create_or_update;
pub(crate) mod dead_letters;
pub(crate) mod delete;
pub(crate) mod list;
mod options;
pub(crate) mod retry;
pub(crate) mod templates;
pub(crate) mod test;

use std::path::PathBuf;

use serde_json::Value;
use thiserror::Error;

use crate::broker::BrokerError;
use crate::exit::{CommandError, Exit};
use templates::TemplateError;

/// Why a webhook is not as it was asked for.
#[derive(Debug, Error)]
pub(crate) enum WebhookError {
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("{} cannot be read", path.display())]
    File { path: PathBuf, source: std::io::Error },
    // Not with what was given: it may be a secret.
    #[error("the value of --header number {place} is not of the form `Name: value`")]
    Header { place: usize },
    #[error("the value of --set number {place} is not of the form `NAME=VALUE`")]
    Set { place: usize },
    #[error("the value of --secret number {place} is not of the form `NAME=VALUE`")]
    Secret { place: usize },
    #[error("where is it to go? Give an address, or a --template")]
    NoAddress,
    #[error("a --template says where it goes and what it sends: leave out {what}")]
    BesideTemplate { what: &'static str },
    #[error("choose at least one event, such as --contract-content-changed or --event deployment_recorded")]
    NoEvents,
    #[error("the broker knows no webhook {uuid}; `pactwright list-webhooks` shows those that there are")]
    NoSuchWebhook { uuid: String },
}

impl CommandError for WebhookError {
    fn exit(&self) -> Exit {
        match self {
            Self::Broker(error) => error.exit(),
            Self::NoSuchWebhook { .. } => Exit::No,
            _ => Exit::CouldNotRun,
        }
    }
}

/// A text of a document.
fn text<'a>(document: &'a Value, member: &str) -> &'a str {
    document[member].as_str().unwrap_or_default()
}

/// `Builds (d40f38c3-7c4f-4e6b-8d5b-3f6f0a9f4d52)`.
fn shown(webhook: &Value) -> String {
    format!("{} ({})", text(webhook, "description"), text(webhook, "uuid"))
}
