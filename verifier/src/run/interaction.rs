//! One interaction, from setting up its states to tearing them down.

use std::time::Instant;

use pactwright_core::generators::{Context, apply_to_request};
use pactwright_core::json::ObjectBuf;
use pactwright_core::matching::{ActualRequest, CompiledResponse};
use pactwright_core::model::{InteractionKind, ProviderState, Request, Response};

use super::{Environment, chance};
use crate::outcome::{Exchange, InteractionError, InteractionResult};
use crate::plan::PlannedInteraction;
use crate::states::{StateAction, StateChange, StateHandler};

pub(super) async fn verify(planned: &PlannedInteraction, environment: &Environment) -> InteractionResult {
    let start = Instant::now();
    let mut result = match &planned.interaction.kind {
        InteractionKind::Http { request, response } => {
            verify_http(planned, request, response, environment).await
        }
        // Never a silent pass.
        kind => InteractionResult::error(InteractionError::NotSupported {
            type_name: kind.type_name().to_owned(),
        }),
    };
    result.duration = start.elapsed();
    result
}

async fn verify_http(
    planned: &PlannedInteraction,
    request: &Request,
    response: &Response,
    environment: &Environment,
) -> InteractionResult {
    // A contract that cannot be used is found out before the provider is troubled.
    let compiled = match CompiledResponse::new(response.clone()) {
        Ok(compiled) => compiled,
        Err(error) => return InteractionResult::error(error),
    };
    let states = planned.states();
    let Some(handler) = environment.states.as_deref().filter(|_| !states.is_empty()) else {
        let mut result = replay(planned, request, &compiled, ObjectBuf::new(), environment).await;
        result.states_ignored = !states.is_empty();
        return result;
    };
    let (values, touched, failure) = set_up(handler, states).await;
    let mut result = match failure {
        Some(error) => InteractionResult::error(error),
        None => replay(planned, request, &compiled, values, environment).await,
    };
    // Whatever was touched is put back, also where setting up stopped half-way.
    for state in states[..touched].iter().rev().filter(|_| handler.tears_down()) {
        let change = StateChange { state, action: StateAction::Teardown };
        if let Err(error) = handler.change(change).await {
            result.errors.push(error.into());
        }
    }
    result
}

/// Sets up states in their order until one fails. Gives their values (the parameters of the states, overlaid by what
/// the handler gave), how many were touched, and what failed.
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
            Err(error) => return (values, index + 1, Some(error.into())),
        }
    }
    (values, states.len(), None)
}

async fn replay(
    planned: &PlannedInteraction,
    request: &Request,
    expected: &CompiledResponse,
    state_values: ObjectBuf,
    environment: &Environment,
) -> InteractionResult {
    let transport = planned.interaction.transport.as_deref();
    let Some(transport) = environment.transports.http(transport) else {
        let name = transport.map(str::to_owned);
        return InteractionResult::error(InteractionError::NoTransport { name });
    };
    let context = Context::provider(state_values.clone());
    let generated = apply_to_request(request, &context, &mut chance::source());
    let request = ActualRequest::from(&generated.example);
    let start = Instant::now();
    let answer = transport.send(&request).await;
    let response_time = start.elapsed();
    let mut result = InteractionResult { not_generated: generated.skipped, ..InteractionResult::default() };
    let response = match answer {
        Ok(response) => {
            result.response_time = Some(response_time);
            result.mismatches = expected.mismatches(&response);
            Some(response)
        }
        Err(error) => {
            result.errors.push(error.into());
            None
        }
    };
    if !result.passed() {
        result.exchange = Some(Box::new(Exchange { request, response, state_values }));
    }
    result
}
