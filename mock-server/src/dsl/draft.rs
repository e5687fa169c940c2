//! From what was written to a contract that makes sense, or to everything that is wrong with it. Pure.

use std::collections::HashSet;
use std::panic::Location;

use pactwright_core::format::{self, WriteError};
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::matching::CompiledRequest;
use pactwright_core::model::{Interaction, InteractionKind, Pact, ProviderState, SpecVersion};
use pactwright_core::report;

use super::message::MessageBuilder;
use super::mistake::{Mistake, Mistakes, Place, Problem};
use super::value::Written;
use super::{Contract, RequestBuilder, ResponseBuilder, proof, version};
use crate::pact_file::Identity;

/// The name of a provider state, and its values.
pub(super) type State = Written<(String, JsonBuf)>;

/// What is said about an interaction as a whole.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) description: String,
    pub(super) key: Option<String>,
    pub(super) pending: bool,
    pub(super) comments: Vec<String>,
    pub(super) test_name: Option<String>,
    /// Group, name and value.
    pub(super) references: Vec<(String, String, JsonBuf)>,
    pub(super) transport: Option<String>,
    pub(super) markup: Option<String>,
    source: &'static Location<'static>,
}

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
        let unsaid = version::problems(&interaction, contract.version);
        mistakes.extend(unsaid.into_iter().map(|(place, problem)| draft.mistake(place, problem)));
        if mistakes.len() == before {
            let proof = proof::prove(&interaction);
            mistakes.extend(proof.mistakes.into_iter().map(|(place, problem)| {
                let source_line = Some(draft.line_of(&place, &problem).to_string());
                Mistake { source_line, ..draft.mistake(place, problem) }
            }));
            requests.extend(proof.request);
        }
        pact.interactions.push(interaction);
    }
    if mistakes.is_empty() { Ok(Compiled { pact, requests }) } else { Err(Mistakes(mistakes)) }
}

impl Head {
    #[track_caller]
    pub(super) fn new(description: String) -> Self {
        Self {
            description,
            key: None,
            pending: false,
            comments: Vec::new(),
            test_name: None,
            references: Vec::new(),
            transport: None,
            markup: None,
            source: Location::caller(),
        }
    }

    /// Everything but the description, the states and the exchange.
    fn describe(&self, interaction: &mut Interaction) {
        interaction.key.clone_from(&self.key);
        interaction.pending = self.pending;
        interaction.transport.clone_from(&self.transport);
        if !self.comments.is_empty() {
            let texts = self.comments.iter().map(|text| Json::from(text.as_str())).collect();
            interaction.comments.insert("text", Json::Array(texts));
        }
        if let Some(name) = &self.test_name {
            interaction.comments.insert("testname", name.as_str());
        }
        if !self.references.is_empty() {
            let mut groups = ObjectBuf::new();
            for (group, name, value) in &self.references {
                if let Some(Json::Object(known)) = groups.get_mut(group) {
                    known.insert(name.clone(), value.clone());
                } else {
                    let members: ObjectBuf = [(name.clone(), value.clone())].into_iter().collect();
                    groups.insert(group.clone(), members);
                }
            }
            interaction.comments.insert("references", groups);
        }
        if let Some(text) = &self.markup {
            let markup = [("markup", text.as_str()), ("markupType", "COMMON_MARK")];
            let markup: ObjectBuf =
                markup.into_iter().map(|(name, value)| (name, JsonBuf::from(value))).collect();
            interaction.extra.insert("interactionMarkup", markup);
        }
    }
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
        self.head.describe(&mut interaction);
        for Written { value: (name, params), source } in &self.states {
            let mut mistake = |problem| {
                let source_line = Some(source.to_string());
                mistakes.push(Mistake { source_line, ..self.mistake(Place::Interaction, problem) });
            };
            if name.trim().is_empty() {
                mistake(Problem::Blank("name of the provider state"));
            }
            let params = match params {
                Json::Object(params) => params.clone(),
                other => {
                    mistake(Problem::StateParams { state: name.clone(), found: other.type_name() });
                    ObjectBuf::new()
                }
            };
            interaction.states.push(ProviderState { name: name.clone(), params });
        }
        interaction
    }

    /// The line that a contradiction stands in.
    fn line_of(&self, place: &Place, problem: &Problem) -> &'static Location<'static> {
        let (Problem::Contradiction(mismatch) | Problem::MadeContradiction(mismatch)) = problem else {
            return self.head.source;
        };
        let body = match (&self.kind, place) {
            _ if mismatch.part != report::Part::Body => None,
            (Kind::Http(http), Place::Request(_)) => Some(http.request.body()),
            (Kind::Http(http), Place::Response(_)) => Some(http.response.body()),
            (Kind::Message(message), Place::Message(_)) => Some(message.body()),
            (Kind::Exchange { request, .. }, Place::Request(_)) => Some(request.body()),
            // Which of several responses it is, nobody says.
            (Kind::Exchange { responses, .. }, Place::Response(_)) => match responses.as_slice() {
                [only] => Some(only.body()),
                _ => None,
            },
            _ => None,
        };
        let line = body.and_then(|body| body.line_of(&mismatch.location.parse().unwrap_or_default()));
        line.unwrap_or(self.head.source)
    }

    fn mistake(&self, place: Place, problem: Problem) -> Mistake {
        Mistake {
            interaction: self.head.description.clone(),
            place,
            problem,
            source_line: Some(self.head.source.to_string()),
        }
    }
}
