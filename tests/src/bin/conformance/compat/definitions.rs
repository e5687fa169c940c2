//! Interactions that are defined with the words of a consumer's test, and not in a table.

use std::path::PathBuf;

use pactwright::dsl::{Contract, Given, MessageBuilder, Receiving};
use pactwright::prelude::{consumer, message};
use pactwright_core::generators::Generator;
use pactwright_core::integration;
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::model::{Body, Category, Data, Message, RuleList, SpecVersion};
use pactwright_core::path::DocPath;
use pactwright_core::rules::{Like, Rule};

use super::steps::{Call, Failure, Steps, World};

/// What is being defined, one after the other.
#[derive(Debug, Default)]
pub(super) struct State {
    defined: Vec<Definition>,
}

/// An interaction that is being defined.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) kind: Kind,
    key: Option<String>,
    is_pending: bool,
    comments: Vec<String>,
    states: Vec<(String, ObjectBuf)>,
    /// The message that is published, or the one that asks.
    message: Message,
    /// The messages that answer.
    answers: Vec<Message>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    Message,
    Exchange,
}

pub(super) const STEPS: Steps = &[
    ("an integration is being defined for a consumer test", define_http),
    ("an HTTP interaction is being defined for a consumer test", define_http),
    ("a message integration is being defined for a consumer test", define_message),
    ("a message interaction is being defined for a consumer test", define_message),
    ("a synchronous message interaction is being defined for a consumer test", define_exchange),
    ("a key of {string} is specified for the (HTTP )(synchronous )(message )interaction", set_key),
    ("the (HTTP )(synchronous )(message )interaction is marked as pending", set_pending),
    ("a comment {string} is added to the (HTTP )(synchronous )(message )interaction", add_comment),
    ("a provider state {string} is specified", add_state),
    ("a provider state {string} for the (synchronous )message is specified", add_state),
    ("a provider state {string} is specified with the following data:", add_state_with_data),
    (
        "a provider state {string} for the (synchronous )message is specified with the following data:",
        add_state_with_data,
    ),
    ("a message is defined", leave_message),
    ("the message payload contains the {string} JSON document", set_payload),
    ("the message request payload contains the {string} JSON document", set_payload),
    ("the message response payload contains the {string} document", add_answer),
    ("the message contains the following metadata:", add_metadata),
    ("the message request contains the following metadata:", add_metadata),
    ("the message is configured with the following:", configure),
    ("the message request is configured with the following:", configure),
    ("the message response is configured with the following:", configure_answer),
];

fn define(world: &mut World, kind: Kind) -> Result<(), Failure> {
    world.definitions.defined.push(Definition {
        kind,
        key: None,
        is_pending: false,
        comments: Vec::new(),
        states: Vec::new(),
        message: Message::default(),
        answers: Vec::new(),
    });
    Ok(())
}

fn define_http(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    define(world, Kind::Http)
}

fn define_message(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    define(world, Kind::Message)
}

fn define_exchange(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    define(world, Kind::Exchange)
}

/// The interaction that was defined last.
fn defined(world: &mut World) -> Result<&mut Definition, Failure> {
    let last = world.definitions.defined.last_mut();
    last.ok_or_else(|| Failure::Unmet("no interaction is being defined".to_owned()))
}

fn set_key(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    defined(world)?.key = Some(call.argument(0).to_owned());
    Ok(())
}

fn set_pending(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    defined(world)?.is_pending = true;
    Ok(())
}

fn add_comment(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    defined(world)?.comments.push(call.argument(0).to_owned());
    Ok(())
}

fn add_state(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    defined(world)?.states.push((call.argument(0).to_owned(), ObjectBuf::new()));
    Ok(())
}

fn add_state_with_data(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    let values = rows[0].values()?;
    defined(world)?.states.push((call.argument(0).to_owned(), values));
    Ok(())
}

fn leave_message(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    defined(world).map(|_| ())
}

fn set_payload(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    defined(world)?.message.contents = call.fixtures.document(call.argument(0))?;
    Ok(())
}

fn add_answer(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let contents = call.fixtures.document(call.argument(0))?;
    defined(world)?.answers.push(Message { contents, ..Message::default() });
    Ok(())
}

fn add_metadata(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let metadata = call.metadata()?;
    defined(world)?.message.metadata = metadata;
    Ok(())
}

fn configure(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    defined(world)?.message = call.fixtures.message(&rows[0])?;
    Ok(())
}

fn configure_answer(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    defined(world)?.answers.push(call.fixtures.message(&rows[0])?);
    Ok(())
}

impl State {
    pub(super) fn all(&self) -> Vec<Definition> {
        self.defined.clone()
    }
}

impl Definition {
    /// The interaction up to what it is about, in the words of the DSL.
    pub(super) fn receiving(&self, folder: PathBuf, version: SpecVersion) -> Receiving {
        let contract = consumer("compatibility-suite-c").provider("p");
        let contract = contract.output_dir(folder).spec_version(version);
        let given = self.states.iter().fold(None::<Given>, |given, (name, params)| {
            let params = Json::Object(params.clone());
            Some(match given {
                None => contract.given_with(name, params),
                Some(given) => given.given_with(name, params),
            })
        });
        let description = match self.kind {
            Kind::Http => "an exchange",
            Kind::Message => "a message",
            Kind::Exchange => "a message that is answered",
        };
        let receiving = match given {
            None => Contract::upon_receiving(&contract, description),
            Some(given) => given.upon_receiving(description),
        };
        let receiving = self.comments.iter().fold(receiving, Receiving::comment);
        let receiving = if self.is_pending { receiving.pending() } else { receiving };
        match &self.key {
            Some(key) => receiving.key(key),
            None => receiving,
        }
    }

    /// The message that is published, or the one that asks.
    pub(super) fn message(&self) -> Result<MessageBuilder, Failure> {
        builder(&self.message)
    }

    /// The messages that answer; one of which nothing is said, where the scenario says nothing of them.
    pub(super) fn answers(&self) -> Result<(MessageBuilder, Vec<MessageBuilder>), Failure> {
        let mut all = self.answers.iter().map(builder).collect::<Result<Vec<_>, _>>()?.into_iter();
        Ok((all.next().unwrap_or_else(message), all.collect()))
    }
}

/// The message in the words of the DSL.
fn builder(defined: &Message) -> Result<MessageBuilder, Failure> {
    if !defined.rules.is_empty() {
        return Err(Failure::Unusable("the matching rules of a message".to_owned()));
    }
    let mut built = message();
    for (name, value) in defined.metadata.iter() {
        let made = defined.generators.category(Category::Metadata).filter(|(path, _)| *path == name);
        let made: Vec<_> = made.map(|(_, generator)| (DocPath::default(), generator.clone())).collect();
        built = built.metadata(name, made_anew(value, &made)?);
    }
    let content = match &defined.contents {
        Body::Missing => return Ok(built),
        Body::Present(content) => content,
        Body::Empty | Body::Null => return Ok(built.without_contents()),
    };
    let media_type = || defined.contents.own_content_type().map_or_else(String::new, |own| own.to_string());
    Ok(match &content.data {
        Data::Json(json) => {
            let made = defined.generators.category(Category::Body).map(|(path, generator)| {
                let path = path.parse().map_err(|_| Failure::Unusable(path.to_owned()))?;
                Ok((path, generator.clone()))
            });
            built.json(made_anew(json, &made.collect::<Result<Vec<_>, Failure>>()?)?)
        }
        Data::Text(text) => built.text_as(media_type(), text.as_str()),
        Data::Binary(bytes) => built.bytes(media_type(), bytes.as_slice()),
    })
}

/// The example with the places that are made anew. In a contract of ours what is made anew is also said to be of a kind: a
/// generator alone would ask the provider for a value that the consumer never gets.
fn made_anew(example: &JsonBuf, generators: &[(DocPath, Generator)]) -> Result<JsonBuf, Failure> {
    let like = || RuleList::all(vec![Rule::Like(Like { min: None, max: None })]);
    let rules: Vec<_> = generators.iter().map(|(path, _)| (path.clone(), like())).collect();
    integration::write(example, &rules, generators).map_err(|error| Failure::Unusable(error.to_string()))
}
