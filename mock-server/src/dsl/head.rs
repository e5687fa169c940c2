//! What is said about an interaction as a whole.

use std::panic::Location;

use pactwright_core::integration;
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::model::Interaction;
use serde_json::Value;

use super::mistake::Problem;
use super::value::Written;

/// Everything but the provider states and the exchange, as it was written.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) description: String,
    pub(super) key: Option<Written<String>>,
    pub(super) pending: Option<Written<()>>,
    pub(super) comments: Vec<Written<String>>,
    pub(super) test_name: Option<Written<String>>,
    pub(super) references: Vec<Written<Reference>>,
    /// Comments under names of their own.
    pub(super) named: Vec<Written<(String, Value)>>,
    pub(super) transport: Option<Written<String>>,
    pub(super) markup: Option<Written<String>>,
    pub(super) source: &'static Location<'static>,
}

/// Something elsewhere that the interaction has to do with.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) value: Value,
}

/// Names of comments that say more than a comment.
const RESERVED: [&str; 3] = ["text", "testname", "references"];

impl Head {
    #[track_caller]
    pub(super) fn new(description: String) -> Self {
        Self {
            description,
            key: None,
            pending: None,
            comments: Vec::new(),
            test_name: None,
            references: Vec::new(),
            named: Vec::new(),
            transport: None,
            markup: None,
            source: Location::caller(),
        }
    }

    /// Puts everything but the description into the interaction. What cannot be meant is given back with its line.
    pub(super) fn describe(&self, interaction: &mut Interaction) -> Vec<Written<Problem>> {
        let mut mistakes = Vec::new();
        let mut plain = |value: &Value, source| {
            plain(value).unwrap_or_else(|problem| {
                mistakes.push(Written { value: *problem, source });
                JsonBuf::Null
            })
        };
        interaction.key = self.key.as_ref().map(|key| key.value.clone());
        interaction.pending = self.pending.is_some();
        interaction.transport = self.transport.as_ref().map(|transport| transport.value.clone());
        if !self.comments.is_empty() {
            let texts = self.comments.iter().map(|text| Json::from(text.value.as_str())).collect();
            interaction.comments.insert("text", Json::<'static>::into_owned(Json::Array(texts)));
        }
        if let Some(name) = &self.test_name {
            interaction.comments.insert("testname", name.value.as_str());
        }
        let mut groups = ObjectBuf::new();
        for Written { value: Reference { group, name, value }, source } in &self.references {
            let value = plain(value, *source);
            if let Some(Json::Object(known)) = groups.get_mut(group) {
                known.insert(name.clone(), value);
            } else {
                let members: ObjectBuf = [(name.clone(), value)].into_iter().collect();
                groups.insert(group.clone(), members);
            }
        }
        if !groups.is_empty() {
            interaction.comments.insert("references", groups);
        }
        for Written { value: (name, value), source } in &self.named {
            interaction.comments.insert(name.clone(), plain(value, *source));
        }
        if let Some(text) = &self.markup {
            let markup = [("markup", text.value.as_str()), ("markupType", "COMMON_MARK")];
            let markup: ObjectBuf =
                markup.into_iter().map(|(name, value)| (name, JsonBuf::from(value))).collect();
            interaction.extra.insert("interactionMarkup", markup);
        }
        for Written { value: (name, _), source } in &self.named {
            if RESERVED.contains(&name.as_str()) {
                mistakes.push(Written { value: Problem::CommentName(name.clone()), source });
            } else if name.trim().is_empty() {
                mistakes.push(Written { value: Problem::Blank("name of the comment"), source });
            }
        }
        mistakes
    }

    /// Everything that only V4 has words for.
    pub(super) fn only_in_v4(&self) -> Vec<Written<&'static str>> {
        fn line<T>(written: &Written<T>) -> &'static Location<'static> {
            written.source
        }
        let first = [
            (self.key.as_ref().map(line), "a key"),
            (self.pending.as_ref().map(line), "interactions that are pending"),
            (self.comments.first().map(line), "comments"),
            (self.test_name.as_ref().map(line), "the name of a test"),
            (self.references.first().map(line), "references"),
            (self.named.first().map(line), "comments under names of their own"),
            (self.transport.as_ref().map(line), "a transport"),
            (self.markup.as_ref().map(line), "markup"),
        ];
        first
            .into_iter()
            .filter_map(|(source, what)| source.map(|source| Written { value: what, source }))
            .collect()
    }
}

/// A value where matchers have no meaning.
pub(super) fn plain(value: &Value) -> Result<JsonBuf, Box<Problem>> {
    let reading = integration::read(JsonBuf::from(value.clone()));
    let broken = |finding: &integration::Finding| match &finding.problem {
        integration::Problem::NotSerialisable(reason) => Some(Problem::NotSerialisable(reason.clone())),
        _ => None,
    };
    if let Some(problem) = reading.findings.iter().find_map(broken) {
        return Err(Box::new(problem));
    }
    let plain = reading.rules.is_empty() && reading.generators.is_empty() && reading.findings.is_empty();
    if plain { Ok(reading.example) } else { Err(Box::new(Problem::NoMatchersHere)) }
}
