//! From what was written to a contract that makes sense, or to everything that is wrong with it. Pure.

use std::collections::HashSet;

use pactwright_core::format::{self, WriteError};
use pactwright_core::json::{Json, ObjectBuf};
use pactwright_core::matching::{CompileError, CompiledRequest};
use pactwright_core::model::{Interaction, InteractionKind, Pact, ProviderState, SpecVersion};
use pactwright_core::report;
use serde_json::Value;

use super::head::{self, Head};
use super::message::MessageBuilder;
use super::mistake::{Mistake, Mistakes, Part, Place, Problem};
use super::proof::Found;
use super::value::Written;
use super::{Contract, RequestBuilder, ResponseBuilder, proof, version};
use crate::pact_file::Identity;

/// The name of a provider state, and its values.
pub(super) type State = Written<(String, Value)>;

/// An interaction as it was written.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) head: Head,
    pub(super) states: Vec<State>,
    pub(super) kind: Kind,
}

/// The exchange of an interaction as it was written.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Http(Box<HttpKind>),
    Message(MessageBuilder),
    Exchange { request: MessageBuilder, responses: Vec<MessageBuilder> },
}

/// An exchange over HTTP as it was written.
#[derive(Debug, Clone)]
pub(super) struct HttpKind {
    pub(super) request: RequestBuilder,
    pub(super) response: ResponseBuilder,
}

/// A contract that makes sense.
pub(crate) struct Compiled {
    pub(crate) pact: Pact,
    /// For each interaction over HTTP, in the same order.
    pub(crate) requests: Vec<CompiledRequest>,
}

impl Compiled {
    /// Whether the version of the pact has words for everything in it.
    pub(crate) fn check_version(&self) -> Result<(), WriteError> {
        format::to_json(&self.pact).map(drop)
    }
}

/// Puts interactions together to a contract.
pub(super) fn compile(contract: &Contract, drafts: &[Draft]) -> Result<Compiled, Mistakes> {
    let mut mistakes = Vec::new();
    let mut pact = Pact::new(&*contract.consumer, &*contract.provider, contract.version);
    for (problem, name) in
        [("name of the consumer", &contract.consumer), ("name of the provider", &contract.provider)]
    {
        if let Some(first) = drafts.first().filter(|_| name.trim().is_empty()) {
            mistakes.push(first.mistake(Place::Interaction, Problem::Blank(problem)));
        }
    }
    let mut names = HashSet::new();
    let mut requests = Vec::new();
    let has_http = drafts.iter().any(|draft| matches!(draft.kind, Kind::Http(_)));
    for draft in drafts {
        let before = mistakes.len();
        let interaction = draft.resolve(contract.version, &mut mistakes);
        if !names.insert(Identity::of(&interaction)) {
            mistakes.push(draft.mistake(Place::Interaction, Problem::SameName));
        }
        if has_http && !matches!(draft.kind, Kind::Http(_)) {
            mistakes.push(draft.mistake(Place::Interaction, Problem::MessageAmongRequests));
        }
        mistakes.extend(draft.unsaid(&interaction, contract.version));
        if mistakes.len() == before {
            let proof = proof::prove(&interaction);
            let found = proof.mistakes.into_iter();
            mistakes.extend(found.map(|Found { place, problem, response }| {
                let line = draft.line_of(&exact(place.clone(), &problem), response);
                draft.mistake_at(place, problem, line)
            }));
            requests.extend(proof.request);
        }
        pact.interactions.push(interaction);
    }
    if mistakes.is_empty() { Ok(Compiled { pact, requests }) } else { Err(Mistakes(mistakes)) }
}

impl Draft {
    fn resolve(&self, version: SpecVersion, mistakes: &mut Vec<Mistake>) -> Interaction {
        let description = self.head.description.as_str();
        if description.trim().is_empty() {
            mistakes.push(self.mistake(Place::Interaction, Problem::Blank("description")));
        }
        let kind = match &self.kind {
            Kind::Http(http) => InteractionKind::Http {
                request: Box::new(http.request.resolve(description, mistakes)),
                response: Box::new(http.response.resolve(description, mistakes)),
            },
            Kind::Message(message) => InteractionKind::AsyncMessage(Box::new(message.resolve(
                description,
                Place::Message,
                version,
                mistakes,
            ))),
            Kind::Exchange { request, responses } => InteractionKind::SyncMessage {
                request: Box::new(request.resolve(description, Place::Request, version, mistakes)),
                responses: responses
                    .iter()
                    .map(|response| response.resolve(description, Place::Response, version, mistakes))
                    .collect(),
            },
        };
        let mut interaction = Interaction::new(description, kind);
        for Written { value: problem, source } in self.head.describe(&mut interaction) {
            mistakes.push(self.mistake_at(Place::Interaction, problem, Some(source.to_string())));
        }
        for Written { value: (name, params), source } in &self.states {
            let mut mistake = |problem| {
                mistakes.push(self.mistake_at(Place::Interaction, problem, Some(source.to_string())));
            };
            if name.trim().is_empty() {
                mistake(Problem::Blank("name of the provider state"));
            }
            let params = match head::plain(params) {
                Ok(Json::Object(params)) => params,
                Ok(other) => {
                    mistake(Problem::StateParams { state: name.clone(), found: other.type_name() });
                    ObjectBuf::new()
                }
                Err(problem) => {
                    mistake(*problem);
                    ObjectBuf::new()
                }
            };
            interaction.states.push(ProviderState { name: name.clone(), params });
        }
        interaction
    }

    /// What the version has no words for.
    fn unsaid(&self, interaction: &Interaction, version: SpecVersion) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        if version < SpecVersion::V4 {
            for Written { value: what, source } in self.head.only_in_v4() {
                let problem = Problem::NotInVersion { what: what.to_owned(), version };
                mistakes.push(self.mistake_at(Place::Interaction, problem, Some(source.to_string())));
            }
        }
        for (place, problem) in version::problems(interaction, version) {
            let line = self.line_of(&place, 0);
            mistakes.push(self.mistake_at(place, problem, line));
        }
        mistakes
    }

    /// The line that says something about a place; of several responses, about the one with that index.
    fn line_of(&self, place: &Place, response: usize) -> Option<String> {
        match (&self.kind, place) {
            (Kind::Http(http), Place::Request(part)) => http.request.line_of(part),
            (Kind::Http(http), Place::Response(part)) => http.response.line_of(part),
            (Kind::Message(message), Place::Message(part)) => message.line_of(part),
            (Kind::Exchange { request, .. }, Place::Request(part)) => request.line_of(part),
            (Kind::Exchange { responses, .. }, Place::Response(part)) => {
                responses.get(response).and_then(|response| response.line_of(part))
            }
            _ => None,
        }
    }

    fn mistake(&self, place: Place, problem: Problem) -> Mistake {
        self.mistake_at(place, problem, None)
    }

    /// Without a line of its own, it is that of the interaction.
    fn mistake_at(&self, place: Place, problem: Problem, line: Option<String>) -> Mistake {
        let source_line = Some(line.unwrap_or_else(|| self.head.source.to_string()));
        Mistake { interaction: self.head.description.clone(), place, problem, source_line }
    }
}

/// The place that a problem is about, where it is found out for a request, response or message as a whole.
fn exact(place: Place, problem: &Problem) -> Place {
    let part = match problem {
        Problem::Contradiction(mismatch) | Problem::MadeContradiction(mismatch) => {
            let name = || mismatch.location.clone();
            match mismatch.part {
                report::Part::Method => Part::Method,
                report::Part::Path => Part::Path,
                report::Part::Query => Part::Query(name()),
                report::Part::Header => Part::Header(name()),
                report::Part::Status => Part::Status,
                report::Part::Body => Part::Body(mismatch.location.parse().unwrap_or_default()),
                report::Part::Metadata => Part::Metadata(name()),
            }
        }
        Problem::NotMade(skipped) => version::part(skipped.category, &skipped.place),
        Problem::Compile(
            CompileError::Path { category, path, .. } | CompileError::Rule { category, path, .. },
        ) => version::part(*category, path),
        _ => return place,
    };
    match place {
        Place::Interaction => Place::Interaction,
        Place::Request(_) => Place::Request(part),
        Place::Response(_) => Place::Response(part),
        Place::Message(_) => Place::Message(part),
    }
}
