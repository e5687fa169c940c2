//! From bytes to a tree, or past it.
//!
//! The parser is ours because the tree is: text without escapes and numbers are slices of the document, and the members
//! of an object go into a list instead of a map. It keeps its own stack, so that depth costs memory, not the program.
//! [`Cursor`] goes through a document value by value, so that whoever needs only one at a time keeps only one.

use std::borrow::Cow;
use std::collections::HashMap;

use smallvec::SmallVec;
use thiserror::Error;

use super::read::{Fault, Reader, Start};
use super::{Json, Object};

/// How much a document may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How deep arrays and objects may be nested. Deeper documents are refused: whoever walks the tree may recurse.
    pub depth: usize,
    /// How many bytes a document may have. Longer ones are refused before anything is read.
    pub bytes: usize,
    /// How many values there may be. A value takes up to forty times the memory of the shortest text for it (`[]`).
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 128, bytes: 64 * 1024 * 1024, values: 10_000_000 }
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
    /// The document is too long.
    #[error("more than {limit} bytes")]
    TooLong {
        /// The limit that was in force.
        limit: usize,
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

type Member<'a> = (Cow<'a, str>, Json<'a>);

/// An array or object that is not closed yet: where in the list of its kind its content starts.
enum Open<'a> {
    Array(usize),
    Object { start: usize, name: Cow<'a, str> },
}

/// Objects up to this size look for repeated names by comparing, larger ones by hashing.
const SMALL_OBJECT: usize = 16;

pub(super) fn parse(bytes: &[u8], limits: Limits) -> Result<Json<'_>, JsonError> {
    let mut cursor = Cursor::new(bytes, limits)?;
    let whole = cursor.start().and_then(|start| cursor.finish(start)).and_then(|value| {
        cursor.end()?;
        Ok(value)
    });
    whole.map_err(|fault| cursor.error(&fault))
}

/// A way through a document.
pub(crate) struct Cursor<'a> {
    reader: Reader<'a>,
    limits: Limits,
    values: usize,
    depth: usize,
    // What open containers hold so far, one behind the other: each is cut off in one piece when it closes.
    items: Vec<Json<'a>>,
    members: Vec<Member<'a>>,
    open: Vec<Open<'a>>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], limits: Limits) -> Result<Self, JsonError> {
        if bytes.len() > limits.bytes {
            return Err(JsonError::TooLong { limit: limits.bytes });
        }
        // Editors on some systems put a byte order mark in front; it is not part of the document.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text =
            std::str::from_utf8(bytes).map_err(|error| located(bytes, "not UTF-8", error.valid_up_to()))?;
        Ok(Self {
            reader: Reader::new(text),
            limits,
            values: 0,
            depth: 0,
            items: Vec::new(),
            members: Vec::new(),
            open: Vec::new(),
        })
    }

    /// Where the next value starts.
    pub(crate) fn start(&mut self) -> Result<Start<'a>, Fault> {
        // Counted where a value begins, so that nothing is built beyond the limit.
        self.values += 1;
        if self.values > self.limits.values {
            return Err(Fault::TooMany);
        }
        let start = self.reader.value()?;
        let opens = match &start {
            Start::Whole(Json::Array(_) | Json::Object(_)) => false,
            Start::Whole(_) => return Ok(start),
            Start::Array | Start::Object(_) => true,
        };
        if self.depth >= self.limits.depth {
            return Err(Fault::TooDeep);
        }
        self.depth += usize::from(opens);
        Ok(start)
    }

    /// Behind an item: whether another follows, or the array ends.
    pub(crate) fn next_item(&mut self) -> Result<bool, Fault> {
        let more = self.reader.after_item()?;
        self.depth -= usize::from(!more);
        Ok(more)
    }

    /// Behind a member: the name of the one that follows, unless the object ends.
    pub(crate) fn next_member(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        let next = self.reader.after_member()?;
        self.depth -= usize::from(next.is_none());
        Ok(next)
    }

    /// The whole value that has been started.
    pub(crate) fn finish(&mut self, mut start: Start<'a>) -> Result<Json<'a>, Fault> {
        loop {
            let mut value = match start {
                Start::Whole(value) => value,
                Start::Array => {
                    self.open.push(Open::Array(self.items.len()));
                    start = self.start()?;
                    continue;
                }
                Start::Object(name) => {
                    self.open.push(Open::Object { start: self.members.len(), name });
                    start = self.start()?;
                    continue;
                }
            };
            // A value may be the last of its container, and that the last of another.
            loop {
                let closed = match self.open.last_mut() {
                    None => return Ok(value),
                    Some(Open::Array(start)) => {
                        self.items.push(value);
                        if self.reader.after_item()? {
                            break;
                        }
                        Json::Array(self.items.drain(*start..).collect())
                    }
                    Some(Open::Object { start, name }) => {
                        self.members.push((std::mem::take(name), value));
                        if let Some(next) = self.reader.after_member()? {
                            *name = next;
                            break;
                        }
                        Json::Object(last_wins(self.members.drain(*start..).collect()))
                    }
                };
                self.open.pop();
                self.depth -= 1;
                value = closed;
            }
            start = self.start()?;
        }
    }

    /// Goes past the value that has been started.
    pub(crate) fn skip(&mut self, mut start: Start<'a>) -> Result<(), Fault> {
        let mut objects: SmallVec<[bool; 16]> = SmallVec::new();
        loop {
            match start {
                Start::Array => objects.push(false),
                Start::Object(_) => objects.push(true),
                Start::Whole(_) => loop {
                    let more = match objects.last() {
                        None => return Ok(()),
                        Some(true) => self.next_member()?.is_some(),
                        Some(false) => self.next_item()?,
                    };
                    if more {
                        break;
                    }
                    objects.pop();
                },
            }
            start = self.start()?;
        }
    }

    /// Behind the document.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        self.reader.end()
    }

    fn error(&self, fault: &Fault) -> JsonError {
        match *fault {
            Fault::Syntax { message, at } => located(self.reader.text().as_bytes(), message, at),
            Fault::TooMany => JsonError::TooMany { limit: self.limits.values },
            Fault::TooDeep => JsonError::TooDeep { limit: self.limits.depth },
        }
    }
}

fn located(bytes: &[u8], message: &str, at: usize) -> JsonError {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let line = before.split(|&byte| byte == b'\n').count();
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count();
    JsonError::Syntax { message: message.to_owned(), line: line as u64, column: column as u64 + 1 }
}

/// The members with repeated names dropped, keeping the last value in the first place.
pub(super) fn last_wins<'a>(members: Vec<Member<'a>>) -> Object<'a> {
    if members.len() <= SMALL_OBJECT {
        let mut object = Object::from_distinct(Vec::new());
        return if repeats(&members) {
            for (name, value) in members {
                object.insert(name, value);
            }
            object
        } else {
            Object::from_distinct(members)
        };
    }
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(members.len());
    let distinct = members.iter().enumerate().all(|(at, (name, _))| places.insert(name, at).is_none());
    if distinct {
        return Object::from_distinct(members);
    }
    let mut places: HashMap<Cow<'a, str>, usize> = HashMap::with_capacity(members.len());
    let mut distinct: Vec<Member<'a>> = Vec::with_capacity(members.len());
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

/// Whether a name is written twice. Names that differ in length or at their ends mostly leave different marks, and
/// those with a mark of their own need no comparison.
fn repeats(members: &[Member<'_>]) -> bool {
    let mut marks = 0_u64;
    members.iter().enumerate().any(|(at, (name, _))| {
        let byte = |byte: Option<&u8>| usize::from(*byte.unwrap_or(&0));
        let (first, last) = (byte(name.as_bytes().first()), byte(name.as_bytes().last()));
        let mark = 1 << ((name.len() * 7 + first * 3 + last) % 64);
        let met = marks & mark != 0;
        marks |= mark;
        met && members[..at].iter().any(|(other, _)| other == name)
    })
}
