use pactwright_core::matching::CompileError;

use crate::client::HttpError;
use crate::states::{StateError, StateErrorReason};
use crate::transport::TransportError;

/// What keeps an interaction from being verified.
#[derive(Debug, thiserror::Error)]
pub enum InteractionError {
    /// This version cannot verify such interactions.
    #[error("interactions of the type \"{type_name}\" cannot be verified yet, so this one is not")]
    NotSupported {
        /// The type, as the contract writes it.
        type_name: String,
    },
    /// It goes over a transport that was not given.
    #[error("there is no transport for it{}: give the provider's address", match name { Some(name) => format!(", which asks for \"{name}\""), None => String::new() })]
    NoTransport {
        /// The name of the transport.
        name: Option<String>,
    },
    /// The contract cannot be used.
    #[error("the contract cannot be used")]
    Contract(#[from] CompileError),
    /// A provider state could not be set up or torn down.
    #[error(transparent)]
    State(#[from] StateError),
    /// The provider gave no answer, or could not even be asked.
    #[error("{}", if party(.0) == Party::Provider { "the provider gave no answer that can be verified" } else { "nothing could be asked of the provider" })]
    NoAnswer(#[from] TransportError),
    /// A message was answered by more or fewer messages than the contract says.
    #[error("the contract expects {expected} responses, but the provider gave {actual}")]
    Responses {
        /// How many the contract expects.
        expected: usize,
        /// How many there were.
        actual: usize,
    },
}

/// Whose move it is when something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The provider: it does not do what the contract asks, or cannot be reached.
    Provider,
    /// Whatever sets up and tears down provider states.
    StateHandler,
    /// The consumer, whose contract cannot be used.
    Contract,
    /// Whoever runs the verification: an address, a request filter, a message handler that is not there.
    Caller,
}

impl Party {
    /// As people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "the provider",
            Self::StateHandler => "the state handler",
            Self::Contract => "the contract",
            Self::Caller => "this run",
        }
    }
}

/// What an error says about the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It was asked, and did not do what the contract says.
    Failure,
    /// Nothing, because the provider or the consumer is not ready for this interaction. That is what contracts are
    /// pending for.
    NotReady,
    /// Nothing, because something is wrong with the run.
    NotRun,
}

impl InteractionError {
    /// Whose move it is.
    pub fn party(&self) -> Party {
        match self {
            Self::NotSupported { .. } | Self::NoTransport { .. } => Party::Caller,
            Self::Contract(_) => Party::Contract,
            Self::State(_) => Party::StateHandler,
            Self::Responses { .. } => Party::Provider,
            Self::NoAnswer(error) => party(error),
        }
    }

    pub(super) fn weight(&self) -> Weight {
        match self {
            Self::Responses { .. } => Weight::Failure,
            Self::Contract(_) => Weight::NotReady,
            Self::NotSupported { .. } | Self::NoTransport { .. } => Weight::NotRun,
            Self::State(error) => match error.reason {
                StateErrorReason::NoAnswer(_) => Weight::NotRun,
                StateErrorReason::Refused { .. }
                | StateErrorReason::Timeout { .. }
                | StateErrorReason::NoHandler { .. }
                | StateErrorReason::Failed(_) => Weight::NotReady,
            },
            Self::NoAnswer(error) => match error {
                TransportError::Http(error) => match error {
                    HttpError::Timeout { .. } | HttpError::Broken { .. } | HttpError::TooLarge { .. } => {
                        Weight::Failure
                    }
                    HttpError::InvalidHeader { .. } | HttpError::InvalidMethod(_) => Weight::NotReady,
                    HttpError::NoConnection { .. }
                    | HttpError::InvalidUrl { .. }
                    | HttpError::NoTls { .. } => Weight::NotRun,
                },
                TransportError::NoMessage { .. }
                | TransportError::Metadata { .. }
                | TransportError::Handler(_)
                | TransportError::HandlerTimeout { .. } => Weight::Failure,
                TransportError::NoHandler { .. } => Weight::NotReady,
                TransportError::OneResponse { .. }
                | TransportError::Filter(_)
                | TransportError::FilterTimeout { .. }
                | TransportError::Other(_) => Weight::NotRun,
            },
        }
    }
}

/// Whose move it is when nothing can be verified.
fn party(error: &TransportError) -> Party {
    match error {
        TransportError::Http(error) => match error {
            HttpError::InvalidHeader { .. } | HttpError::InvalidMethod(_) => Party::Contract,
            HttpError::InvalidUrl { .. } | HttpError::NoTls { .. } => Party::Caller,
            HttpError::NoConnection { .. }
            | HttpError::Timeout { .. }
            | HttpError::Broken { .. }
            | HttpError::TooLarge { .. } => Party::Provider,
        },
        TransportError::NoMessage { .. }
        | TransportError::Metadata { .. }
        | TransportError::Handler(_)
        | TransportError::HandlerTimeout { .. }
        // A transport of one's own takes things to the provider.
        | TransportError::Other(_) => Party::Provider,
        TransportError::OneResponse { .. }
        | TransportError::NoHandler { .. }
        | TransportError::Filter(_)
        | TransportError::FilterTimeout { .. } => Party::Caller,
    }
}
