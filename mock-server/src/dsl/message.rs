//! Messages: what is published and handled, or sent and answered.

use pactwright_core::integration::{self, Reading};
use pactwright_core::json::{JsonBuf, ObjectBuf};
use pactwright_core::model::{Body, Category, ContentType, Message, Pact, SpecVersion};
use serde::Serialize;
use serde_json::Value;

use super::Contract;
use super::body::{BodyDraft, BodyValue, Example, Multipart, XmlBody, body_methods};
use super::draft::{self, Compiled, Draft, Kind, State};
use super::head::Head;
use super::mistake::{Mistake, Mistakes, Part, Place, Problem};
use super::pad::Pad;
use super::value::{TextValue, Written};
use crate::matchers::{line_in, tree};

/// A message: contents, and metadata beside them. Made by [`message`](fn@message).
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::MessageBuilder;
///
/// fn on(topic: &str) -> MessageBuilder {
///     message().metadata("topic", topic)
/// }
/// let placed = on("orders").json(json!({ "id": integer(7) }));
/// # let _ = placed;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a message says something only where it is part of an interaction: pass it to `.message(..)` or `.request(..)`"]
pub struct MessageBuilder {
    body: BodyDraft,
    metadata: Vec<(String, Written<Value>)>,
}

/// A message, whose contents and metadata follow.
///
/// ```
/// # use pactwright::prelude::*;
/// let placed = message()
///     .json(json!({ "id": integer(7), "state": regex("open", "open|paid") }))
///     .metadata("topic", "orders")
///     .metadata("key", random_uuid());
/// # let _ = placed;
/// ```
pub fn message() -> MessageBuilder {
    MessageBuilder::default()
}

impl MessageBuilder {
    /// Something beside the contents, such as a topic or a key: a value, or a matcher for it.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let placed = message().text("7").metadata("topic", "orders").metadata("key", regex("7", r"\d+"));
    /// # let _ = placed;
    /// ```
    #[track_caller]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.metadata.push((name.into(), Written::here(tree(&value))));
        self
    }

    /// The contents must be empty. Where nothing is said about them, any will do.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let tick = message().without_contents().metadata("topic", "ticks");
    /// # let _ = tick;
    /// ```
    #[track_caller]
    pub fn without_contents(self) -> Self {
        self.with_body(BodyValue::Empty)
    }

    /// The line that says something about a part.
    pub(super) fn line_of(&self, part: &Part) -> Option<String> {
        match part {
            Part::Metadata(name) => {
                let (_, value) = self.metadata.iter().rfind(|(other, _)| other == name)?;
                Some(line_in(&value.value, &[]).unwrap_or_else(|| value.source.to_string()))
            }
            Part::Body(path) => self.body.line_of(path),
            _ => None,
        }
    }

    pub(super) fn resolve(
        &self,
        interaction: &str,
        place: fn(Part) -> Place,
        version: SpecVersion,
        mistakes: &mut Vec<Mistake>,
    ) -> Message {
        let mut pad = Pad::message(interaction, place, mistakes);
        let mut metadata = self.resolve_metadata(&mut pad);
        let stated = Message { metadata: metadata.clone(), ..Message::default() }.content_type();
        let contents = self.body.resolve(&mut pad, stated.as_ref());
        // Before V4 a body does not state its type.
        let own = contents.content().and_then(|content| content.content_type.as_ref());
        if let (true, None, Some(own)) = (version < SpecVersion::V4, stated, own) {
            metadata.insert("contentType", own.to_string());
        }
        let Pad { rules, generators, .. } = pad;
        let contents = without_type_before_v4(contents, version);
        Message { contents, metadata, rules, generators, extra: ObjectBuf::new() }
    }

    fn resolve_metadata(&self, pad: &mut Pad<'_>) -> ObjectBuf {
        let mut metadata = ObjectBuf::new();
        for (name, Written { value, source }) in &self.metadata {
            let part = Part::Metadata(name.clone());
            let Reading { example, rules, generators, findings } =
                integration::read(JsonBuf::from(value.clone()));
            for finding in findings {
                pad.finding(part.clone(), finding, source);
            }
            let mut inside = false;
            for (path, list) in rules {
                inside |= !path.steps().is_empty();
                pad.rules.insert(Category::Metadata, name.as_str(), list);
            }
            for (path, generator) in generators {
                inside |= !path.steps().is_empty();
                pad.generators.insert(Category::Metadata, name.as_str(), generator);
            }
            if inside {
                pad.mistake(part.clone(), Problem::InsideMetadata, source);
            }
            if name.trim().is_empty() {
                pad.mistake(part, Problem::Blank("name of the metadata value"), source);
            }
            metadata.insert(name.clone(), example);
        }
        metadata
    }
}

body_methods!(MessageBuilder, "message()", "the contents of the message");

fn without_type_before_v4(mut contents: Body, version: SpecVersion) -> Body {
    if let (Body::Present(content), true) = (&mut contents, version < SpecVersion::V4) {
        content.content_type = None::<ContentType>;
    }
    contents
}

/// A message that the consumer is to handle. [`verify`](Self::verify) hands it to the handler, and writes the pact.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::MessageTest;
///
/// let event = consumer("warehouse").provider("orders").upon_receiving("an order");
/// let test: MessageTest = event.message(message().json(json!({ "id": integer(7) })));
/// # let _ = test;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a message is not handled until you go on with `.verify(..)` or `.verify_async(..)`"]
pub struct MessageTest {
    contract: Contract,
    drafts: Vec<Draft>,
}

/// A message that lacks its response.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::MessageAsked;
///
/// let question = consumer("web").provider("prices").upon_receiving("a question");
/// let asked: MessageAsked = question.request(message().text("SKU-1"));
/// # let _ = asked;
/// ```
#[derive(Debug, Clone)]
#[must_use = "go on with `.respond(..)`"]
pub struct MessageAsked {
    contract: Contract,
    finished: Vec<Draft>,
    head: Head,
    states: Vec<State>,
    request: MessageBuilder,
}

/// A message with the messages that answer it. [`verify`](Self::verify) hands them to the consumer's client, and writes
/// the pact.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::ExchangeTest;
///
/// let question = consumer("web").provider("prices").upon_receiving("a question");
/// let test: ExchangeTest = question.request(message().text("SKU-1")).respond(message().text("995"));
/// # let _ = test;
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is exchanged until you go on with `.verify(..)` or `.verify_async(..)`"]
pub struct ExchangeTest {
    contract: Contract,
    finished: Vec<Draft>,
    head: Head,
    states: Vec<State>,
    request: MessageBuilder,
    responses: Vec<MessageBuilder>,
}

impl MessageTest {
    pub(super) fn new(
        contract: Contract,
        mut drafts: Vec<Draft>,
        head: Head,
        states: Vec<State>,
        message: MessageBuilder,
    ) -> Self {
        drafts.push(Draft { head, states, kind: Kind::Message(message) });
        Self { contract, drafts }
    }

    /// The message as a pact, without handling it.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let event = consumer("warehouse").provider("orders").upon_receiving("an order");
    /// let pact = event.message(message().json(json!({ "id": integer(7) }))).to_pact()?;
    /// assert_eq!(pact.interactions[0].kind.type_name(), "Asynchronous/Messages");
    /// # Ok::<(), pactwright::dsl::Mistakes>(())
    /// ```
    ///
    /// # Errors
    /// When something in it cannot be meant: everything that is wrong, each with the line it was written in.
    pub fn to_pact(&self) -> Result<Pact, Mistakes> {
        self.compile().map(|compiled| compiled.pact)
    }

    pub(crate) fn compile(&self) -> Result<Compiled, Mistakes> {
        draft::compile(&self.contract, &self.drafts)
    }

    pub(crate) fn contract(&self) -> &Contract {
        &self.contract
    }
}

impl MessageAsked {
    pub(super) fn new(
        contract: Contract,
        finished: Vec<Draft>,
        head: Head,
        states: Vec<State>,
        request: MessageBuilder,
    ) -> Self {
        Self { contract, finished, head, states, request }
    }

    /// What the consumer needs back. There may be more of them: go on with [`respond`](ExchangeTest::respond).
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let question = consumer("web").provider("prices").upon_receiving("a question");
    /// let test = question.request(message().text("SKU-1")).respond(message().text("995"));
    /// # let _ = test;
    /// ```
    pub fn respond(self, response: MessageBuilder) -> ExchangeTest {
        let Self { contract, finished, head, states, request } = self;
        ExchangeTest { contract, finished, head, states, request, responses: vec![response] }
    }
}

impl ExchangeTest {
    /// Another message that comes back, behind the others.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let question = consumer("web").provider("prices").upon_receiving("a question");
    /// let test = question.request(message().text("SKU-1"))
    ///     .respond(message().text("wait"))
    ///     .respond(message().text("995"));
    /// # let _ = test;
    /// ```
    pub fn respond(mut self, response: MessageBuilder) -> Self {
        self.responses.push(response);
        self
    }

    /// The messages as a pact, without exchanging them.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let question = consumer("web").provider("prices").upon_receiving("a question");
    /// let pact = question.request(message().text("SKU-1")).respond(message().text("995")).to_pact()?;
    /// assert_eq!(pact.interactions[0].kind.type_name(), "Synchronous/Messages");
    /// # Ok::<(), pactwright::dsl::Mistakes>(())
    /// ```
    ///
    /// # Errors
    /// When something in it cannot be meant: everything that is wrong, each with the line it was written in.
    pub fn to_pact(&self) -> Result<Pact, Mistakes> {
        self.compile().map(|compiled| compiled.pact)
    }

    pub(crate) fn compile(&self) -> Result<Compiled, Mistakes> {
        let Self { contract, finished, head, states, request, responses } = self.clone();
        let mut drafts = finished;
        drafts.push(Draft { head, states, kind: Kind::Exchange { request, responses } });
        draft::compile(&contract, &drafts)
    }

    pub(crate) fn contract(&self) -> &Contract {
        &self.contract
    }
}
