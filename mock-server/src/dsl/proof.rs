//! A contract must be satisfied by its own examples: those that it has, and those that its generators make.

use pactwright_core::datetime::Moment;
use pactwright_core::generators::{
    Context, GenerateError, Mode, Reason, Seeded, Skipped, apply_to_message, apply_to_request,
    apply_to_response, makes_anew,
};
use pactwright_core::json::ObjectBuf;
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompileError, CompiledMessage, CompiledRequest,
    CompiledResponse,
};
use pactwright_core::model::{Interaction, InteractionKind, Message, Request, Response};
use pactwright_core::report::Mismatch;

use super::mistake::{Part, Place, Problem};

/// What comes of an interaction that is held against itself.
#[derive(Default)]
pub(super) struct Proof {
    pub(super) mistakes: Vec<Found>,
    /// What a mock matches with, for an exchange over HTTP.
    pub(super) request: Option<CompiledRequest>,
    /// Of several responses, the one that is looked at.
    response: usize,
}

/// Something that is wrong.
pub(super) struct Found {
    /// The request, response or message, as a whole.
    pub(super) place: Place,
    pub(super) problem: Problem,
    /// Of several responses, which it is.
    pub(super) response: usize,
}

pub(super) fn prove(interaction: &Interaction) -> Proof {
    let mut proof = Proof::default();
    match &interaction.kind {
        InteractionKind::Http { request, response } => {
            proof.request(request);
            proof.response(response);
        }
        InteractionKind::AsyncMessage(message) => {
            proof.message(CompiledMessage::new(Message::clone(message)), message, Place::Message);
        }
        InteractionKind::SyncMessage { request, responses } => {
            proof.message(CompiledMessage::request(Message::clone(request)), request, Place::Request);
            for (index, response) in responses.iter().enumerate() {
                proof.response = index;
                proof.message(CompiledMessage::new(response.clone()), response, Place::Response);
            }
        }
        InteractionKind::Unknown { .. } => {}
    }
    proof
}

/// Chance and time that are settled: a contract is right or wrong, whenever it is asked.
fn source() -> Seeded {
    Seeded::new(0, Moment::UNIX_EPOCH)
}

impl Proof {
    fn request(&mut self, request: &Request) {
        let Some(compiled) = self.compiled(CompiledRequest::new(request.clone()), Place::Request) else {
            return;
        };
        self.hold(compiled.mismatches(&ActualRequest::from(request)), Place::Request);
        // It is made anew when it is replayed at the provider.
        if makes_anew(&request.generators, &request.rules, Mode::Provider) {
            let context = Context::provider(ObjectBuf::new());
            let made = apply_to_request(request, &context, &mut source());
            if self.skipped(made.skipped, Place::Request) {
                let actual = ActualRequest::from(&made.example);
                self.hold_made(compiled.mismatches(&actual), Place::Request);
            }
        }
        self.request = Some(compiled);
    }

    fn response(&mut self, response: &Response) {
        let Some(compiled) = self.compiled(CompiledResponse::new(response.clone()), Place::Response) else {
            return;
        };
        self.hold(compiled.mismatches(&ActualResponse::from(response)), Place::Response);
        if makes_anew(&response.generators, &response.rules, Mode::Consumer) {
            let context = Context::consumer(Some("http://127.0.0.1:1".to_owned()));
            let made = apply_to_response(response, &context, &mut source());
            if self.skipped(made.skipped, Place::Response) {
                let actual = ActualResponse::from(&made.example);
                self.hold_made(compiled.mismatches(&actual), Place::Response);
            }
        }
    }

    fn message(
        &mut self,
        compiled: Result<CompiledMessage, CompileError>,
        message: &Message,
        place: fn(Part) -> Place,
    ) {
        let Some(compiled) = self.compiled(compiled, place) else { return };
        self.hold(compiled.mismatches(&ActualMessage::from(message)), place);
        if makes_anew(&message.generators, &message.rules, Mode::Consumer) {
            let made = apply_to_message(message, &Context::consumer(None), &mut source());
            if self.skipped(made.skipped, place) {
                self.hold_made(compiled.mismatches(&ActualMessage::from(&made.example)), place);
            }
        }
    }

    fn compiled<T>(&mut self, compiled: Result<T, CompileError>, place: fn(Part) -> Place) -> Option<T> {
        compiled.map_err(|error| self.found(place, Problem::Compile(error))).ok()
    }

    fn hold(&mut self, mismatches: Vec<Mismatch>, place: fn(Part) -> Place) {
        for mismatch in mismatches {
            self.found(place, Problem::Contradiction(Box::new(mismatch)));
        }
    }

    fn hold_made(&mut self, mismatches: Vec<Mismatch>, place: fn(Part) -> Place) {
        // What the example does wrong already, what is made does wrong as well.
        if self.mistakes.is_empty() {
            for mismatch in mismatches {
                self.found(place, Problem::MadeContradiction(Box::new(mismatch)));
            }
        }
    }

    fn found(&mut self, place: fn(Part) -> Place, problem: Problem) {
        self.mistakes.push(Found { place: place(Part::Whole), problem, response: self.response });
    }

    /// Whether everything could be made.
    fn skipped(&mut self, skipped: Vec<Skipped>, place: fn(Part) -> Place) -> bool {
        let before = self.mistakes.len();
        let meant = skipped.into_iter().filter(|skipped| match &skipped.reason {
            // A list may be empty in the example, and only the provider knows its values.
            Reason::NotThere | Reason::Failed(GenerateError::MissingValue { .. }) => false,
            _ => true,
        });
        for skipped in meant.collect::<Vec<_>>() {
            self.found(place, Problem::NotMade(skipped));
        }
        self.mistakes.len() == before
    }
}
