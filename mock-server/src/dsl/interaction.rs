//! One interaction after another: given, upon receiving, request, respond.

use std::collections::HashSet;
use std::panic::Location;

use pactwright_core::format::{self, WriteError};
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::matching::{
    ActualRequest, ActualResponse, CompileError, CompiledRequest, CompiledResponse,
};
use pactwright_core::model::{Interaction, InteractionKind, Pact, ProviderState};
use pactwright_core::report::Mismatch;
use serde::Serialize;

use super::mistake::{Mistake, Mistakes, Part, Place, Problem};
use super::{Contract, RequestBuilder, ResponseBuilder, Source};
use crate::matchers::tree;
use crate::pact_file::Identity;

/// A contract, and what must be true at the provider before the next interaction.
#[derive(Debug, Clone)]
#[must_use = "go on with `.upon_receiving(..)`"]
pub struct Given {
    contract: Contract,
    finished: Vec<Draft>,
    states: Vec<(String, JsonBuf)>,
}

/// An interaction that lacks its request.
#[derive(Debug, Clone)]
#[must_use = "go on with `.request(..)`"]
pub struct Receiving {
    before: Given,
    head: Head,
}

/// An interaction that lacks its response.
#[derive(Debug, Clone)]
#[must_use = "go on with `.respond(..)`"]
pub struct Asked {
    before: Given,
    head: Head,
    request: RequestBuilder,
}

/// One or more interactions, ready to be started, or to be followed by another one.
#[derive(Debug, Clone)]
#[must_use = "a mock does nothing until it is started: go on with `.start().await?` or `.start_blocking()?`"]
pub struct Mock {
    contract: Contract,
    drafts: Vec<Draft>,
}

#[derive(Debug, Clone)]
struct Head {
    description: String,
    key: Option<String>,
    pending: bool,
    comments: Vec<String>,
    source: Source,
}

#[derive(Debug, Clone)]
struct Draft {
    head: Head,
    states: Vec<(String, JsonBuf)>,
    request: RequestBuilder,
    response: ResponseBuilder,
}

impl Given {
    pub(super) fn first(contract: Contract) -> Self {
        Self { contract, finished: Vec::new(), states: Vec::new() }
    }

    /// Something else that must be true at the provider before, such as `"order 7 exists"`. The provider's tests have a
    /// handler of that name.
    pub fn given(mut self, state: impl Into<String>) -> Self {
        self.states.push((state.into(), Json::Object(ObjectBuf::new())));
        self
    }

    /// Something that must be true at the provider before, with values for the provider's handler: anything that
    /// serialises to an object.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let given = pactwright::consumer("web")
    ///     .provider("orders")
    ///     .given_with("an order exists", json!({ "id": 7, "state": "open" }));
    /// # let _ = given;
    /// ```
    pub fn given_with(mut self, state: impl Into<String>, params: impl Serialize) -> Self {
        self.states.push((state.into(), JsonBuf::from(tree(&params))));
        self
    }

    /// What happens, in the consumer's words. Together with the provider states it names the interaction.
    #[track_caller]
    pub fn upon_receiving(self, description: impl Into<String>) -> Receiving {
        let head = Head {
            description: description.into(),
            key: None,
            pending: false,
            comments: Vec::new(),
            source: Location::caller(),
        };
        Receiving { before: self, head }
    }
}

impl Receiving {
    /// A key that names the interaction across renamings (V4).
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.head.key = Some(key.into());
        self
    }

    /// The provider is not expected to honour this yet: its verification reports it, but does not fail (V4).
    pub fn pending(mut self) -> Self {
        self.head.pending = true;
        self
    }

    /// A remark for whoever reads the pact (V4). There may be several.
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.head.comments.push(text.into());
        self
    }

    /// What the consumer sends.
    pub fn request(self, request: RequestBuilder) -> Asked {
        Asked { before: self.before, head: self.head, request }
    }
}

impl Asked {
    /// What the consumer needs back.
    pub fn respond(self, response: ResponseBuilder) -> Mock {
        let Self { before: Given { contract, mut finished, states }, head, request } = self;
        finished.push(Draft { head, states, request, response });
        Mock { contract, drafts: finished }
    }
}

impl Mock {
    /// Another interaction of the same mock, with something that must be true at the provider before.
    pub fn given(self, state: impl Into<String>) -> Given {
        self.another().given(state)
    }

    /// Another interaction of the same mock, with something that must be true at the provider before, and values.
    pub fn given_with(self, state: impl Into<String>, params: impl Serialize) -> Given {
        self.another().given_with(state, params)
    }

    /// Another interaction of the same mock.
    #[track_caller]
    pub fn upon_receiving(self, description: impl Into<String>) -> Receiving {
        self.another().upon_receiving(description)
    }

    fn another(self) -> Given {
        Given { contract: self.contract, finished: self.drafts, states: Vec::new() }
    }

    pub(crate) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The interactions as a pact, without starting anything.
    ///
    /// # Errors
    /// When something in it cannot be meant: everything that is wrong, each with the line it was written in.
    pub fn to_pact(&self) -> Result<Pact, Mistakes> {
        self.compile().map(|compiled| compiled.pact)
    }

    pub(crate) fn compile(&self) -> Result<Compiled, Mistakes> {
        let mut mistakes = Vec::new();
        let mut pact = Pact::new(&*self.contract.consumer, &*self.contract.provider, self.contract.version);
        let source = self.drafts.first().map(|draft| draft.head.source);
        for (problem, name) in [
            ("name of the consumer", &self.contract.consumer),
            ("name of the provider", &self.contract.provider),
        ] {
            if name.trim().is_empty() {
                mistakes.push(Mistake {
                    interaction: self
                        .drafts
                        .first()
                        .map(|draft| draft.head.description.clone())
                        .unwrap_or_default(),
                    place: Place::Interaction,
                    problem: Problem::Blank(problem),
                    source_line: source.map(ToString::to_string),
                });
            }
        }
        let mut names = HashSet::new();
        let mut requests = Vec::new();
        for draft in &self.drafts {
            let before = mistakes.len();
            let interaction = draft.resolve(&mut mistakes);
            if !names.insert(Identity::of(&interaction)) {
                mistakes.push(draft.mistake(Place::Interaction, Problem::SameName));
            }
            if mistakes.len() == before {
                match draft.prove(&interaction) {
                    Ok(request) => requests.push(request),
                    Err(found) => mistakes.extend(found),
                }
            }
            pact.interactions.push(interaction);
        }
        if mistakes.is_empty() { Ok(Compiled { pact, requests }) } else { Err(Mistakes(mistakes)) }
    }
}

/// A contract that makes sense.
pub(crate) struct Compiled {
    pub(crate) pact: Pact,
    /// For each interaction, in the same order.
    pub(crate) requests: Vec<CompiledRequest>,
}

impl Compiled {
    /// Whether the version of the pact has words for everything in it.
    pub(crate) fn check_version(&self) -> Result<(), WriteError> {
        format::to_json(&self.pact).map(drop)
    }
}

impl Draft {
    fn resolve(&self, mistakes: &mut Vec<Mistake>) -> Interaction {
        let description = &self.head.description;
        if description.trim().is_empty() {
            mistakes.push(self.mistake(Place::Interaction, Problem::Blank("description")));
        }
        let request = Box::new(self.request.resolve(description, mistakes));
        let response = Box::new(self.response.resolve(description, mistakes));
        let mut interaction =
            Interaction::new(description.as_str(), InteractionKind::Http { request, response });
        for (name, params) in &self.states {
            let params = match params {
                Json::Object(params) => params.clone(),
                other => {
                    let problem = Problem::StateParams { state: name.clone(), found: other.type_name() };
                    mistakes.push(self.mistake(Place::Interaction, problem));
                    ObjectBuf::new()
                }
            };
            interaction.states.push(ProviderState { name: name.clone(), params });
        }
        interaction.key.clone_from(&self.head.key);
        interaction.pending = self.head.pending;
        if !self.head.comments.is_empty() {
            let texts = self.head.comments.iter().map(|text| Json::from(text.as_str())).collect();
            interaction.comments.insert("text", Json::Array(texts));
        }
        interaction
    }

    /// A contract must be satisfied by its own example.
    fn prove(&self, interaction: &Interaction) -> Result<CompiledRequest, Vec<Mistake>> {
        let Some((request, response)) = interaction.as_http() else { return Err(Vec::new()) };
        let broken = |place, error: CompileError| vec![self.mistake(place, Problem::Compile(error))];
        let compiled = CompiledRequest::new(request.clone())
            .map_err(|error| broken(Place::Request(Part::Whole), error))?;
        let answer = CompiledResponse::new(response.clone())
            .map_err(|error| broken(Place::Response(Part::Whole), error))?;
        let contradiction =
            |place, mismatch: Mismatch| self.mistake(place, Problem::Contradiction(Box::new(mismatch)));
        let asked = compiled.mismatches(&ActualRequest::from(request)).into_iter();
        let answered = answer.mismatches(&ActualResponse::from(response)).into_iter();
        let mistakes: Vec<_> = asked
            .map(|mismatch| contradiction(Place::Request(Part::Whole), mismatch))
            .chain(answered.map(|mismatch| contradiction(Place::Response(Part::Whole), mismatch)))
            .collect();
        if mistakes.is_empty() { Ok(compiled) } else { Err(mistakes) }
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
