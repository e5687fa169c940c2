//! JSON as contracts need it: numbers as they were written, members in their order, positions in errors.
//!
//! `serde_json::Value` rounds numbers beyond 64 bits and sorts members. It can be told not to, but only by features
//! that would change every crate in a consumer's build. So the tree is ours, and so is the parser, which has nothing to
//! copy; [`Json::from_serialize`] takes anything that `serde` can serialise.

mod number;
mod parse;
mod pointer;
mod read;
pub(crate) mod write;

use std::borrow::Cow;
use std::collections::HashMap;

pub use number::Number;
pub(crate) use parse::Cursor;
pub use parse::{JsonError, Limits};
pub use pointer::Pointer;
pub(crate) use read::{Fault, Start};

/// A JSON value. It borrows from the bytes it was parsed from where it can; [`Json::into_owned`] cuts the tie.
///
/// Equality is by content: the order of members does not count, and numbers are compared by
/// [`Number`]'s rules (`100` and `100.0` differ, `1.0` and `1.00` do not).
///
/// ```
/// use pactwright_core::json::Json;
/// let value = Json::parse(br#"{"id": 18446744073709551617, "tags": ["a"]}"#)?;
/// assert_eq!(value.get("id").unwrap().to_string(), "18446744073709551617");
/// # Ok::<(), pactwright_core::json::JsonError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Json<'a> {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, kept as it was written.
    Number(Number<'a>),
    /// A string, with escapes resolved.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object.
    Object(Object<'a>),
}

/// The members of a JSON object in the order they were written. A name that is written twice keeps its last value.
#[derive(Debug, Clone, Default)]
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, Json<'a>)>,
}

/// A value that owns its text.
pub type JsonBuf = Json<'static>;
/// An object that owns its text.
pub type ObjectBuf = Object<'static>;

impl<'a> Json<'a> {
    /// Reads one JSON document within the default [`Limits`].
    ///
    /// # Errors
    /// When the bytes are not one JSON document, with line and column, or when a limit is exceeded.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, JsonError> {
        parse::parse(bytes, Limits::default())
    }

    /// Reads one JSON document within the given limits.
    ///
    /// # Errors
    /// As [`Json::parse`].
    pub fn parse_with(bytes: &'a [u8], limits: Limits) -> Result<Self, JsonError> {
        parse::parse(bytes, limits)
    }

    /// What the value would be called in a message: `Null`, `Boolean`, `Integer`, `Decimal`, `String`, `Array` or
    /// `Object`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "Null",
            Self::Bool(_) => "Boolean",
            Self::Number(number) if number.is_integer() => "Integer",
            Self::Number(_) => "Decimal",
            Self::String(_) => "String",
            Self::Array(_) => "Array",
            Self::Object(_) => "Object",
        }
    }

    /// The text of a string value.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The members of an object value.
    pub fn as_object(&self) -> Option<&Object<'a>> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The items of an array value.
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The truth of a Boolean value.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// A number that is a whole number from 0 to 2^64 - 1.
    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Number(number) = self { number.as_u64() } else { None }
    }

    /// The member of that name, when this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object().and_then(|object| object.get(name))
    }

    /// The value without ties to the bytes it was parsed from.
    pub fn into_owned(self) -> JsonBuf {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Number(number) => Json::Number(number.into_owned()),
            Self::String(text) => Json::String(Cow::Owned(text.into_owned())),
            Self::Array(items) => Json::Array(items.into_iter().map(Json::into_owned).collect()),
            Self::Object(object) => Json::Object(object.into_owned()),
        }
    }

    /// The JSON text without white space.
    pub fn to_compact(&self) -> String {
        write::compact(self)
    }

    /// The JSON text with two spaces per level, as pact files are written.
    pub fn to_pretty(&self) -> String {
        write::pretty(self)
    }

    /// The same value with the members of every object in order of their names' bytes.
    #[must_use]
    pub fn sorted(self) -> Self {
        match self {
            Self::Array(items) => Self::Array(items.into_iter().map(Self::sorted).collect()),
            Self::Object(mut object) => {
                object.members.sort_by(|(left, _), (right, _)| left.cmp(right));
                object.members =
                    object.members.into_iter().map(|(name, value)| (name, value.sorted())).collect();
                Self::Object(object)
            }
            scalar => scalar,
        }
    }
}

impl JsonBuf {
    /// Anything that can be serialised, as JSON.
    ///
    /// # Errors
    /// When the value cannot be JSON: a map with keys that are not text, or a `Serialize` that fails.
    pub fn from_serialize<T: serde::Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_value(value).map(Self::from)
    }
}

impl From<serde_json::Value> for JsonBuf {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Json::Null,
            serde_json::Value::Bool(value) => Json::Bool(value),
            serde_json::Value::Number(number) => Json::Number(Number::from_text(number.to_string())),
            serde_json::Value::String(text) => Json::String(Cow::Owned(text)),
            serde_json::Value::Array(items) => Json::Array(items.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(members) => {
                Json::Object(members.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}

impl serde::Serialize for Json<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl serde::Serialize for Object<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl std::fmt::Display for Json<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.to_compact())
    }
}

impl From<&str> for JsonBuf {
    fn from(text: &str) -> Self {
        Json::String(Cow::Owned(text.to_owned()))
    }
}

impl From<String> for JsonBuf {
    fn from(text: String) -> Self {
        Json::String(Cow::Owned(text))
    }
}

impl From<bool> for JsonBuf {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<u64> for JsonBuf {
    fn from(value: u64) -> Self {
        Json::Number(value.into())
    }
}

impl From<ObjectBuf> for JsonBuf {
    fn from(object: ObjectBuf) -> Self {
        Json::Object(object)
    }
}

impl<'a> Object<'a> {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The members in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Json<'a>)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// The names of the members in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_ref())
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.members.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// The value of a member, given where it stands most likely: objects that are compared mostly have the same
    /// order, so the comparison of `n` members costs `n` steps, not `n` squared.
    pub fn get_near(&self, name: &str, position: usize) -> Option<&Json<'a>> {
        match self.members.get(position) {
            Some((other, value)) if other == name => Some(value),
            _ => self.get(name),
        }
    }

    /// The member at a position in the order.
    pub(crate) fn at(&self, position: usize) -> Option<(&str, &Json<'a>)> {
        self.members.get(position).map(|(name, value)| (name.as_ref(), value))
    }

    /// Sets a member: in its place where there is one, otherwise at the end.
    pub fn insert(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Json<'a>>) {
        let (name, value) = (name.into(), value.into());
        match self.members.iter_mut().find(|(other, _)| *other == name) {
            Some((_, old)) => *old = value,
            None => self.members.push((name, value)),
        }
    }

    /// The value of a member, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json<'a>> {
        self.members.iter_mut().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// The values of the members in their order, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Json<'a>> {
        self.members.iter_mut().map(|(_, value)| value)
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json<'a>> {
        let index = self.members.iter().position(|(other, _)| other == name)?;
        Some(self.members.remove(index).1)
    }

    /// The object without ties to the bytes it was parsed from.
    pub fn into_owned(self) -> ObjectBuf {
        let own =
            |(name, value): (Cow<'a, str>, Json<'a>)| (Cow::Owned(name.into_owned()), value.into_owned());
        Object { members: self.members.into_iter().map(own).collect() }
    }

    /// From members whose names are known to differ.
    fn from_distinct(members: Vec<(Cow<'a, str>, Json<'a>)>) -> Self {
        Self { members }
    }
}

/// Objects up to this size are searched by comparing names.
const LINEAR: usize = 24;

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        // In most objects the order is the same. Where it is not, searching many members one by one would not end.
        let mut index: Option<HashMap<&str, &Json<'_>>> = None;
        self.iter().zip(other.iter()).all(|((name, value), (other_name, near))| {
            if name == other_name {
                return value == near;
            }
            if other.len() <= LINEAR {
                return other.get(name) == Some(value);
            }
            index.get_or_insert_with(|| other.iter().collect()).get(name) == Some(&value)
        })
    }
}

impl Eq for Object<'_> {}

impl<'a, N: Into<Cow<'a, str>>, V: Into<Json<'a>>> Extend<(N, V)> for Object<'a> {
    /// As [`Object::insert`] for each of them, in a time that grows with their number only.
    fn extend<T: IntoIterator<Item = (N, V)>>(&mut self, members: T) {
        let known = std::mem::take(&mut self.members).into_iter();
        let new = members.into_iter().map(|(name, value)| (name.into(), value.into()));
        *self = parse::last_wins(known.chain(new).collect());
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Json<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl<'a, N: Into<Cow<'a, str>>, V: Into<Json<'a>>> FromIterator<(N, V)> for Object<'a> {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(members: T) -> Self {
        parse::last_wins(members.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests;
