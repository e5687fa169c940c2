//! From bytes to a tree.

use std::borrow::Cow;
use std::collections::HashMap;

use json_event_parser::{JsonEvent, JsonSyntaxError, SliceJsonParser};
use thiserror::Error;

use super::{Json, Number, Object};

/// How much a document may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How deep arrays and objects may be nested. Deeper documents are refused: whoever walks the tree may recurse.
    pub depth: usize,
    /// How many values there may be. A value takes up to forty times the memory of the shortest text for it (`[]`).
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 128, values: 10_000_000 }
    }
}

/// Why bytes are not a JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JsonError {
    /// The text is not JSON.
    #[error("{message} at line {line} column {column}")]
    Syntax {
        /// What the parser expected or found.
        message: String,
        /// Line of the error, from 1.
        line: u64,
        /// Column of the error in characters, from 1.
        column: u64,
    },
    /// There are too many values.
    #[error("more than {limit} values")]
    TooMany {
        /// The limit that was in force.
        limit: usize,
    },
    /// Arrays and objects are nested too deeply.
    #[error("nested more than {limit} levels deep")]
    TooDeep {
        /// The limit that was in force.
        limit: usize,
    },
}

impl From<JsonSyntaxError> for JsonError {
    fn from(error: JsonSyntaxError) -> Self {
        let start = error.location().start;
        Self::Syntax { message: error.message().to_owned(), line: start.line + 1, column: start.column + 1 }
    }
}

/// An array or object that is not closed yet.
enum Open<'a> {
    Array(Vec<Json<'a>>),
    Object { members: Vec<(Cow<'a, str>, Json<'a>)>, name: Option<Cow<'a, str>> },
}

/// Objects up to this size look for repeated names by comparing, larger ones by hashing.
const SMALL_OBJECT: usize = 16;

pub(super) fn parse(bytes: &[u8], limits: Limits) -> Result<Json<'_>, JsonError> {
    // Editors on some systems put a byte order mark in front; it is not part of the document.
    let mut parser = SliceJsonParser::new(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut root = None;
    let mut values = 0;
    loop {
        let value = match parser.parse_next()? {
            JsonEvent::String(text) => Json::String(text),
            JsonEvent::Number(text) => Json::Number(Number::from_text(text)),
            JsonEvent::Boolean(value) => Json::Bool(value),
            JsonEvent::Null => Json::Null,
            start @ (JsonEvent::StartArray | JsonEvent::StartObject) => {
                if open.len() >= limits.depth {
                    return Err(JsonError::TooDeep { limit: limits.depth });
                }
                open.push(match start {
                    JsonEvent::StartArray => Open::Array(Vec::new()),
                    _ => Open::Object { members: Vec::new(), name: None },
                });
                continue;
            }
            JsonEvent::ObjectKey(key) => {
                if let Some(Open::Object { name, .. }) = open.last_mut() {
                    *name = Some(key);
                }
                continue;
            }
            JsonEvent::EndArray | JsonEvent::EndObject => match open.pop() {
                Some(Open::Array(items)) => Json::Array(items),
                Some(Open::Object { members, .. }) => Json::Object(last_wins(members)),
                None => continue,
            },
            JsonEvent::Eof => {
                return root.ok_or_else(|| JsonError::Syntax {
                    message: "a JSON document was expected but there is none".to_owned(),
                    line: 1,
                    column: 1,
                });
            }
        };
        values += 1;
        if values > limits.values {
            return Err(JsonError::TooMany { limit: limits.values });
        }
        match open.last_mut() {
            None => root = Some(value),
            Some(Open::Array(items)) => items.push(value),
            Some(Open::Object { members, name }) => members.extend(name.take().map(|name| (name, value))),
        }
    }
}

/// The members with repeated names dropped, keeping the last value in the first place.
fn last_wins<'a>(members: Vec<(Cow<'a, str>, Json<'a>)>) -> Object<'a> {
    if members.len() <= SMALL_OBJECT {
        let repeated = members
            .iter()
            .enumerate()
            .any(|(at, (name, _))| members[..at].iter().any(|(other, _)| other == name));
        return if repeated { members.into_iter().collect() } else { Object::from_distinct(members) };
    }
    let mut places: HashMap<Cow<'a, str>, usize> = HashMap::with_capacity(members.len());
    let mut distinct: Vec<(Cow<'a, str>, Json<'a>)> = Vec::with_capacity(members.len());
    for (name, value) in members {
        if let Some(place) = places.get(&name) {
            distinct[*place].1 = value;
        } else {
            places.insert(name.clone(), distinct.len());
            distinct.push((name, value));
        }
    }
    Object::from_distinct(distinct)
}
