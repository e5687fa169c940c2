//! One interaction, from setting up its states to tearing them down.

mod http;
mod message;

use std::time::Instant;

use pactwright_core::json::ObjectBuf;
use pactwright_core::model::{InteractionKind, ProviderState};

use self::http::HttpExchange;
use self::message::MessageExchange;
use super::Environment;
use crate::outcome::{InteractionError, InteractionResult};
use crate::plan::PlannedInteraction;
use crate::states::{StateAction, StateChange, StateHandler};

pub(super) async fn verify(planned: &PlannedInteraction, environment: &Environment) -> InteractionResult {
    let start = Instant::now();
    let mut result = match Prepared::new(planned, environment) {
        Ok(prepared) => in_its_states(planned, &prepared, environment).await,
        Err(error) => InteractionResult::error(error),
    };
    result.duration = start.elapsed();
    result
}

/// An interaction that has all that it needs but the values of its provider states.
enum Prepared<'a> {
    Http(Box<HttpExchange<'a>>),
    Message(MessageExchange<'a>),
}

impl<'a> Prepared<'a> {
    /// A contract that cannot be used is found out before the provider is troubled.
    fn new(planned: &'a PlannedInteraction, environment: &'a Environment) -> Result<Self, InteractionError> {
        let transports = &environment.transports;
        let interaction = &planned.interaction;
        match &interaction.kind {
            InteractionKind::Http { request, response } => {
                let name = interaction.transport.as_deref();
                HttpExchange::new(name, request, response, transports).map(Box::new).map(Self::Http)
            }
            InteractionKind::AsyncMessage(message) => {
                MessageExchange::published(interaction, message, transports).map(Self::Message)
            }
            InteractionKind::SyncMessage { request, responses } => {
                MessageExchange::answered(interaction, request, responses, transports).map(Self::Message)
            }
            // Never a silent pass.
            kind @ InteractionKind::Unknown { .. } => {
                Err(InteractionError::NotSupported { type_name: kind.type_name().to_owned() })
            }
        }
    }

    async fn replay(&self, state_values: ObjectBuf) -> InteractionResult {
        match self {
            Self::Http(exchange) => exchange.replay(state_values).await,
            Self::Message(exchange) => exchange.replay(state_values).await,
        }
    }
}

async fn in_its_states(
    planned: &PlannedInteraction,
    prepared: &Prepared<'_>,
    environment: &Environment,
) -> InteractionResult {
    let states = environment.states_of(planned);
    let Some(handler) = environment.states.as_deref().filter(|_| !states.is_empty()) else {
        let mut result = prepared.replay(parameters(states)).await;
        result.states_ignored = !states.is_empty();
        return result;
    };
    let (values, ready, failure) = set_up(handler, states).await;
    let mut result = match failure {
        Some(error) => InteractionResult::error(error),
        None => prepared.replay(values).await,
    };
    // Whatever was set up is put back, also where setting up stopped half-way.
    for state in states[..ready].iter().rev().filter(|_| handler.tears_down()) {
        let change = StateChange { state, action: StateAction::Teardown };
        if let Err(error) = handler.change(change).await {
            result.add(error);
        }
    }
    result
}

/// What is known of states that nothing sets up.
fn parameters(states: &[ProviderState]) -> ObjectBuf {
    let all = states.iter().flat_map(|state| state.params.iter());
    all.map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

/// Sets up states in their order until one fails. Gives their values (the parameters of the states, overlaid by what
/// the handler gave), how many were set up, and what failed.
async fn set_up(
    handler: &dyn StateHandler,
    states: &[ProviderState],
) -> (ObjectBuf, usize, Option<InteractionError>) {
    let mut values = ObjectBuf::new();
    for (index, state) in states.iter().enumerate() {
        for (name, value) in state.params.iter() {
            values.insert(name.to_owned(), value.clone());
        }
        match handler.change(StateChange { state, action: StateAction::Setup }).await {
            Ok(given) => given.into_iter().for_each(|(name, value)| values.insert(name, value)),
            Err(error) => return (values, index, Some(error.into())),
        }
    }
    (values, states.len(), None)
}
