//! From bytes to a tree.
//!
//! The parser is ours because the tree is: text without escapes and numbers are slices of the document, and the members
//! of an object go into a list instead of a map. It keeps its own stack, so that depth costs memory, not the program.

use std::borrow::Cow;
use std::collections::HashMap;

use thiserror::Error;

use super::{Json, Number, Object};

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

/// What went wrong, at which byte.
struct Fault {
    message: &'static str,
    at: usize,
}

/// Objects up to this size look for repeated names by comparing, larger ones by hashing.
const SMALL_OBJECT: usize = 16;

pub(super) fn parse(bytes: &[u8], limits: Limits) -> Result<Json<'_>, JsonError> {
    if bytes.len() > limits.bytes {
        return Err(JsonError::TooLong { limit: limits.bytes });
    }
    // Editors on some systems put a byte order mark in front; it is not part of the document.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| located(bytes, &Fault { message: "not UTF-8", at: error.valid_up_to() }))?;
    let mut reader = Reader { text, at: 0 };
    // What open containers hold so far, one behind the other: each is cut off in one piece when it closes.
    let mut items: Vec<Json<'_>> = Vec::new();
    let mut members: Vec<Member<'_>> = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut values = 0;
    loop {
        // Counted where a value begins, so that nothing is built beyond the limit.
        values += 1;
        if values > limits.values {
            return Err(JsonError::TooMany { limit: limits.values });
        }
        let start = reader.value().map_err(|fault| located(bytes, &fault))?;
        let scalar = matches!(&start, Start::Whole(value) if value.as_array().is_none() && value.as_object().is_none());
        if !scalar && open.len() >= limits.depth {
            return Err(JsonError::TooDeep { limit: limits.depth });
        }
        let mut value = match start {
            Start::Whole(value) => value,
            Start::Array => {
                open.push(Open::Array(items.len()));
                continue;
            }
            Start::Object(name) => {
                open.push(Open::Object { start: members.len(), name });
                continue;
            }
        };
        // A value may be the last of its container, and that the last of another.
        loop {
            let closed = match open.last_mut() {
                None => {
                    reader.end().map_err(|fault| located(bytes, &fault))?;
                    return Ok(value);
                }
                Some(Open::Array(start)) => {
                    items.push(value);
                    match reader.after_item() {
                        Ok(true) => break,
                        Ok(false) => Json::Array(items.drain(*start..).collect()),
                        Err(fault) => return Err(located(bytes, &fault)),
                    }
                }
                Some(Open::Object { start, name }) => {
                    members.push((std::mem::take(name), value));
                    match reader.after_member() {
                        Ok(Some(next)) => {
                            *name = next;
                            break;
                        }
                        Ok(None) => Json::Object(last_wins(members.drain(*start..).collect())),
                        Err(fault) => return Err(located(bytes, &fault)),
                    }
                }
            };
            open.pop();
            value = closed;
        }
    }
}

fn located(bytes: &[u8], fault: &Fault) -> JsonError {
    let before = bytes.get(..fault.at).unwrap_or(bytes);
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let line = before.split(|&byte| byte == b'\n').count();
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count();
    JsonError::Syntax { message: fault.message.to_owned(), line: line as u64, column: column as u64 + 1 }
}

/// How a value starts: scalars and empty containers are whole.
enum Start<'a> {
    Whole(Json<'a>),
    Array,
    /// With the name of its first member.
    Object(Cow<'a, str>),
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not white space.
    fn next_token(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    fn fault<T>(&self, message: &'static str) -> Result<T, Fault> {
        Err(Fault { message, at: self.at })
    }

    fn value(&mut self) -> Result<Start<'a>, Fault> {
        let value = match self.next_token() {
            Some(b'"') => Json::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Json::Number(Number::from_text(self.number()?)),
            Some(b'{') => {
                self.at += 1;
                if self.next_token() != Some(b'}') {
                    return self.name().map(Start::Object);
                }
                self.at += 1;
                Json::Object(Object::new())
            }
            Some(b'[') => {
                self.at += 1;
                if self.next_token() != Some(b']') {
                    return Ok(Start::Array);
                }
                self.at += 1;
                Json::Array(Vec::new())
            }
            Some(b't') => self.word("true", Json::Bool(true))?,
            Some(b'f') => self.word("false", Json::Bool(false))?,
            Some(b'n') => self.word("null", Json::Null)?,
            _ => return self.fault("a value was expected"),
        };
        Ok(Start::Whole(value))
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, Fault> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            self.fault("a value was expected")
        }
    }

    /// The name of a member and the colon behind it.
    fn name(&mut self) -> Result<Cow<'a, str>, Fault> {
        if self.next_token() != Some(b'"') {
            return self.fault("a name in double quotes was expected");
        }
        let name = self.string()?;
        if self.next_token() != Some(b':') {
            return self.fault("`:` was expected after a name");
        }
        self.at += 1;
        Ok(name)
    }

    /// Whether another item follows, or the array ends.
    fn after_item(&mut self) -> Result<bool, Fault> {
        let more = match self.next_token() {
            Some(b',') => true,
            Some(b']') => false,
            _ => return self.fault("`,` or `]` was expected"),
        };
        self.at += 1;
        Ok(more)
    }

    /// The name of the member that follows, unless the object ends.
    fn after_member(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        let more = match self.next_token() {
            Some(b',') => true,
            Some(b'}') => false,
            _ => return self.fault("`,` or `}` was expected"),
        };
        self.at += 1;
        if more { self.name().map(Some) } else { Ok(None) }
    }

    fn end(&mut self) -> Result<(), Fault> {
        if self.next_token().is_none() { Ok(()) } else { self.fault("the end of the document was expected") }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.fault("a digit was expected") } else { Ok(()) }
    }

    fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return self.fault("a number does not start with zeroes");
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    /// The text that starts at a quotation mark.
    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let mut written = Cow::Borrowed(self.plain());
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(written);
                }
                Some(b'\\') => {
                    let text = written.to_mut();
                    text.push(self.escape()?);
                    text.push_str(self.plain());
                }
                Some(_) => return self.fault("a control character must be escaped"),
                None => return self.fault("a text is not closed"),
            }
        }
    }

    /// The text up to the next character that means something.
    fn plain(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
        let length = rest.as_bytes().iter().position(special).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        let refuse = |message| Err(Fault { message, at: start });
        self.at += 2;
        Ok(match self.text.as_bytes().get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let high = self.hexadecimal()?;
                if !(0xD800..0xE000).contains(&high) {
                    return char::from_u32(high).map_or_else(|| refuse("not a character"), Ok);
                }
                if high >= 0xDC00 || !self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                    return refuse("half of a surrogate pair is not a character");
                }
                self.at += 2;
                let low = self.hexadecimal()?;
                if !(0xDC00..0xE000).contains(&low) {
                    return refuse("half of a surrogate pair is not a character");
                }
                let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return char::from_u32(code).map_or_else(|| refuse("not a character"), Ok);
            }
            _ => return refuse("not an escape that JSON has"),
        })
    }

    fn hexadecimal(&mut self) -> Result<u32, Fault> {
        let Some(digits) = self.text.as_bytes().get(self.at..self.at + 4) else {
            return self.fault("four hexadecimal digits were expected");
        };
        let digit = |&byte: &u8| char::from(byte).to_digit(16);
        let code = digits.iter().try_fold(0, |code, byte| Some(code * 16 + digit(byte)?));
        let Some(code) = code else { return self.fault("four hexadecimal digits were expected") };
        self.at += 4;
        Ok(code)
    }
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
