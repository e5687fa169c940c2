//! Bringing the provider into the state that an interaction needs, and back.

mod functions;
mod http;

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use pactwright_core::json::ObjectBuf;
use pactwright_core::model::ProviderState;

use crate::client::HttpError;

pub use functions::{StateFunctions, StateValues};
pub use http::{HttpStates, ParametersIn};

/// Changes the state of a provider.
///
/// [`HttpStates`] asks the provider to do so over HTTP; [`StateFunctions`] calls functions in the same process.
pub trait StateHandler: fmt::Debug + Send + Sync {
    /// Sets a state up or tears it down. Setting up may give values, such as the id of what was created.
    fn change<'a>(&'a self, change: StateChange<'a>) -> BoxFuture<'a, Result<ObjectBuf, StateError>>;

    /// Whether states are torn down at all.
    fn tears_down(&self) -> bool;

    /// Whether there is something that sets up a state of that name; none when that cannot be known without trying.
    fn handles(&self, state: &str) -> Option<bool> {
        let _ = state;
        None
    }
}

/// What a handler is to do.
#[derive(Debug, Clone, Copy)]
pub struct StateChange<'a> {
    /// The state.
    pub state: &'a ProviderState,
    /// What to do about it.
    pub action: StateAction,
}

/// What to do about a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateAction {
    /// Before the interaction.
    Setup,
    /// After it.
    Teardown,
}

impl StateAction {
    /// As it is called on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Teardown => "teardown",
        }
    }
}

/// A state could not be set up or torn down.
#[derive(Debug, thiserror::Error)]
#[error("the {action} of the provider state \"{state}\" failed", action = action.as_str())]
pub struct StateError {
    /// The name of the state.
    pub state: String,
    /// What was to be done.
    pub action: StateAction,
    /// Why it could not be.
    #[source]
    pub reason: StateErrorReason,
}

/// Why a state could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum StateErrorReason {
    /// The handler could not be reached, or did not answer.
    #[error("the state handler gave no answer")]
    NoAnswer(#[from] HttpError),
    /// The handler refused.
    #[error("the state handler at {url} answered with status {status}{}", if body.is_empty() { String::new() } else { format!(": {body}") })]
    Refused {
        /// The address.
        url: String,
        /// The status.
        status: u16,
        /// What it said, shortened.
        body: String,
    },
    /// The handler took too long.
    #[error("the state handler did not finish within {after:?}")]
    Timeout {
        /// How long was waited.
        after: Duration,
    },
    /// There is no handler for this state.
    #[error("there is no handler for it{}", if known.is_empty() { String::new() } else { format!("; handlers exist for {}", known.join(", ")) })]
    NoHandler {
        /// The states that have one.
        known: Vec<String>,
    },
    /// The handler failed.
    #[error("{0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StateChange<'_> {
    fn failed(&self, reason: impl Into<StateErrorReason>) -> StateError {
        StateError { state: self.state.name.clone(), action: self.action, reason: reason.into() }
    }
}
