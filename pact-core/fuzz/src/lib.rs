//! What the fuzz targets share.

use pactwright_core::datetime::{Date, Moment, Time};
use pactwright_core::generators::{
    Context, Mode, Seeded, apply_to_message, apply_to_request, apply_to_response,
};
use pactwright_core::json::{Json, ObjectBuf};
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompiledMessage, CompiledRequest, CompiledResponse,
};
use pactwright_core::model::{Interaction, InteractionKind, Message, Request, Response};
use pactwright_core::report::Mismatch;

/// The moment that generators take for now.
///
/// # Panics
/// Never: the date exists.
pub fn now() -> Moment {
    Moment::new(Date::new(2024, 2, 29).expect("a day that exists"), Time::NOON)
}

/// Both sides of a contract that generators may be applied on, with what they may ask for.
pub fn contexts() -> [Context; 2] {
    let url = Some("http://127.0.0.1:4711".to_owned());
    let values: ObjectBuf = [("id", Json::from(7_u64)), ("a", Json::from("x"))].into_iter().collect();
    [Context::consumer(url), Context { mode: Mode::Provider, ..Context::provider(values) }]
}

/// Uses an interaction in every way there is: generators, rules, matching with itself.
pub fn exercise(interaction: &Interaction) {
    match &interaction.kind {
        InteractionKind::Http { request, response } => {
            exercise_request(request);
            exercise_response(response);
        }
        InteractionKind::AsyncMessage(message) => exercise_message(message),
        InteractionKind::SyncMessage { request, responses } => {
            responses.iter().chain([&**request]).for_each(exercise_message);
        }
        InteractionKind::Unknown { .. } => {}
    }
}

/// Matches a request with itself and with what its generators make of it.
pub fn exercise_request(request: &Request) {
    let Ok(compiled) = CompiledRequest::new(request.clone()) else { return };
    shown(&compiled.mismatches(&ActualRequest::from(request)));
    for context in contexts() {
        let made = apply_to_request(request, &context, &mut Seeded::new(1, now()));
        shown(&compiled.mismatches(&ActualRequest::from(&made.example)));
    }
}

/// Matches a response with itself and with what its generators make of it.
pub fn exercise_response(response: &Response) {
    let Ok(compiled) = CompiledResponse::new(response.clone()) else { return };
    shown(&compiled.mismatches(&ActualResponse::from(response)));
    for context in contexts() {
        let made = apply_to_response(response, &context, &mut Seeded::new(1, now()));
        shown(&compiled.mismatches(&ActualResponse::from(&made.example)));
    }
}

/// Matches a message with itself and with what its generators make of it.
pub fn exercise_message(message: &Message) {
    let Ok(compiled) = CompiledMessage::new(message.clone()) else { return };
    shown(&compiled.mismatches(&ActualMessage::from(message)));
    for context in contexts() {
        let made = apply_to_message(message, &context, &mut Seeded::new(1, now()));
        shown(&compiled.mismatches(&ActualMessage::from(&made.example)));
    }
}

/// Puts mismatches into words.
///
/// # Panics
/// When one has no words.
pub fn shown(mismatches: &[Mismatch]) {
    for mismatch in mismatches {
        assert!(!mismatch.to_string().is_empty());
        mismatch.detail.sides();
    }
}
