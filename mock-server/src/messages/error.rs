//! Why a message was not handled as agreed.

use std::error::Error;
use std::fmt;

use pactwright_core::format::WriteError;
use thiserror::Error;

use super::Refused;
use crate::dsl::Mistakes;
use crate::pact_file::SaveError;
use crate::report::InteractionName;

/// Whatever went wrong in a handler: anything that is an error, or text. It is made by `?`.
///
/// ```
/// use pactwright::messages::HandlerError;
///
/// fn handle(text: &str) -> Result<u64, HandlerError> {
///     if text.is_empty() {
///         return Err("there is no id".into());
///     }
///     Ok(text.parse()?)
/// }
/// assert_eq!(handle("").unwrap_err().to_string(), "there is no id");
/// assert!(handle("x").is_err());
/// ```
pub struct HandlerError(Box<dyn Error + Send + Sync>);

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// Why a test of a message has failed. No pact was written. `Display` and `Debug` give the same text, so that `?` and
/// `unwrap` in a test show it as it is meant to be read.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::MessageError;
///
/// let orders = consumer("warehouse").provider("orders");
/// let event = orders.upon_receiving("an order").message(message().text("seven"));
/// let error = event.verify(|message| Ok(message.text()?.parse::<u64>()?)).unwrap_err();
/// assert!(matches!(error, MessageError::Handler { .. }));
/// assert!(error.to_string().contains("no pact was written"));
/// ```
#[derive(Error)]
#[non_exhaustive]
pub enum MessageError {
    /// Something in the contract cannot be meant.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// The version of the pact has no words for something in it.
    #[error("{0}; choose a later one with `spec_version`")]
    Version(#[from] WriteError),
    /// The consumer's handler failed.
    #[error("the handler of {interaction} failed, and no pact was written: {}", chain(&**source))]
    Handler {
        /// The interaction.
        interaction: InteractionName,
        /// What the handler says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The consumer's client sent something else than was agreed, and went on.
    #[error("{0}\nno pact was written")]
    Refused(#[from] Refused),
    /// The consumer's client sent nothing.
    #[error(
        "{0} was never requested, and no pact was written; hand what the client sends to `exchange.send(..)`, or compare it with `exchange.request()`"
    )]
    NeverRequested(InteractionName),
    /// The message was handled, but the pact file could not be written.
    #[error("the message was handled, but the pact could not be saved: {0}")]
    NotSaved(#[from] SaveError),
    /// There is nothing to hand over.
    #[error("the contract has no message; this is a defect in pactwright")]
    NoMessage,
}

impl MessageError {
    pub(super) fn handler(interaction: InteractionName, error: HandlerError) -> Self {
        Self::Handler { interaction, source: error.0 }
    }
}

impl fmt::Debug for MessageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// An error with those below it, one to a line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        text.push_str(&format!("\n  caused by: {cause}"));
        below = cause.source();
    }
    text
}
