//! Digests as existing Pact brokers compute them.

use std::{borrow::Cow, fmt, ops::Range};

use sha1::{Digest, Sha1};
use smallvec::SmallVec;

use crate::json::{
    Json, Number, Object,
    write::{quote, write_compact},
};

/// The content of a contract, as 40 hexadecimal digits.
///
/// Two pacts have the same one when they say the same about interactions, messages and specification version:
/// the order of interactions and members, white space, names and other metadata do not count.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentSha([u8; DIGITS]);

/// How many digits there are.
const DIGITS: usize = 40;

/// Text that is no [`ContentSha`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a content sha is 40 hexadecimal digits in lower case, but this is `{0}`")]
pub struct InvalidContentSha(String);

impl ContentSha {
    /// The 40 digits.
    pub fn as_str(&self) -> &str {
        // They are digits, so they are text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl TryFrom<String> for ContentSha {
    type Error = InvalidContentSha;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl std::str::FromStr for ContentSha {
    type Err = InvalidContentSha;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        match text.as_bytes().try_into() {
            Ok(digits) if text.bytes().all(|byte| digit(&byte)) => Ok(Self(digits)),
            _ => Err(InvalidContentSha(text.to_owned())),
        }
    }
}

impl From<ContentSha> for String {
    fn from(sha: ContentSha) -> Self {
        sha.as_str().to_owned()
    }
}

impl fmt::Display for ContentSha {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for ContentSha {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ContentSha").field(&self.as_str()).finish()
    }
}

impl serde::Serialize for ContentSha {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for ContentSha {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The digest of a pact's text as it stands: brokers may be set to tell contents apart by every byte.
///
/// ```
/// use pactwright_core::digest::text_sha;
/// assert_ne!(text_sha(b"{}"), text_sha(b"{ }"));
/// ```
pub fn text_sha(text: &[u8]) -> ContentSha {
    sha1(text)
}

/// The digest of what a pact demands.
///
/// `_id`s, comments and the pending flag inside interactions do count: existing brokers count them.
pub fn content_sha(pact: &Json<'_>) -> ContentSha {
    Items::of(pact).content_sha(pact)
}

/// What a broker keeps of a pact, and what it knows it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The digest of what the pact demands, as [`content_sha`] gives it.
    pub content_sha: ContentSha,
    /// The pact without white space. Every interaction and message has an `_id` in first place: its own where it came
    /// with one, otherwise the one that [`interaction_id`] gives it.
    pub text: String,
}

/// Works out what is kept of a pact, in one go.
///
/// ```
/// use pactwright_core::{digest, json::Json};
/// let pact = Json::parse(br#"{"interactions": [{"description": "a"}, {"_id": "mine"}]}"#)?;
/// let kept = digest::kept(&pact);
/// assert_eq!(kept.content_sha, digest::content_sha(&pact));
/// let id = digest::interaction_id(pact.get("interactions").unwrap().as_array().unwrap()[0].as_object().unwrap());
/// assert_eq!(kept.text, format!(r#"{{"interactions":[{{"_id":"{id}","description":"a"}},{{"_id":"mine"}}]}}"#));
/// # Ok::<(), pactwright_core::json::JsonError>(())
/// ```
pub fn kept(pact: &Json<'_>) -> Kept {
    let items = Items::of(pact);
    let mut text = String::with_capacity(items.text.len() * 5 / 4);
    match pact {
        Json::Object(members) => items.write_with_ids(members, &mut text),
        other => write_compact(other, &mut text),
    }
    Kept { content_sha: items.content_sha(pact), text }
}

/// The `_id` that a broker gives an interaction: the digest of its content without an `_id`.
pub fn interaction_id(interaction: &Object<'_>) -> String {
    let mut text = String::new();
    write_members(interaction.iter().filter(|(name, _)| *name != ID), Order::Sorted, &mut text);
    sha1(text.as_bytes()).into()
}

/// The member that identifies an interaction.
const ID: &str = "_id";
/// The lists of a pact that count.
const LISTS: [&str; 2] = ["interactions", "messages"];

/// The canonical texts of interactions and messages. They are what is digested, for the whole and for each of them.
struct Items {
    /// One behind the other.
    text: String,
    /// Where they are, for each list that there is.
    lists: [Option<Vec<Range<usize>>>; 2],
}

impl Items {
    fn of(pact: &Json<'_>) -> Self {
        let mut text = String::new();
        let lists = LISTS.map(|name| {
            let items = pact.get(name)?.as_array()?.iter();
            let places = items.map(|item| {
                let start = text.len();
                write_canonical(item, Order::Sorted, &mut text);
                start..text.len()
            });
            Some(places.collect())
        });
        Self { text, lists }
    }

    fn content_sha(&self, pact: &Json<'_>) -> ContentSha {
        // Only one list is put in order.
        let sorted = LISTS.iter().position(|name| is_truthy(pact.get(name)));
        let mut digest = Sha1::new();
        let mut separator = "{";
        for (index, (name, list)) in LISTS.into_iter().zip(&self.lists).enumerate() {
            let Some(list) = list else { continue };
            let mut items: Vec<&str> = list.iter().map(|place| &self.text[place.clone()]).collect();
            if sorted == Some(index) {
                items.sort_unstable();
            }
            for part in [separator, "\"", name, "\":["] {
                digest.update(part);
            }
            for (place, item) in items.into_iter().enumerate() {
                digest.update(if place > 0 { "," } else { "" });
                digest.update(item);
            }
            digest.update("]");
            separator = ",";
        }
        let mut text = String::new();
        if self.lists.iter().all(Option::is_none) {
            let order = if sorted.is_some() { Order::Sorted } else { Order::Given };
            write_canonical(pact, order, &mut text);
            return sha1(text.as_bytes());
        }
        if let Some(version) = specification_version(pact) {
            text.push_str(r#","pact_specification_version":"#);
            write_canonical(version, Order::Sorted, &mut text);
        }
        text.push('}');
        digest.update(&text);
        hexadecimal(digest)
    }

    /// Writes the pact that the items are of.
    fn write_with_ids(&self, pact: &Object<'_>, text: &mut String) {
        text.push('{');
        for (place, (name, member)) in pact.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            quote(name, text);
            text.push(':');
            let list = LISTS.iter().position(|list| *list == name).and_then(|list| self.lists[list].as_ref());
            match (member, list) {
                (Json::Array(items), Some(places)) => {
                    text.push('[');
                    for (index, (item, place)) in items.iter().zip(places).enumerate() {
                        if index > 0 {
                            text.push(',');
                        }
                        write_with_id(item, &self.text[place.clone()], text);
                    }
                    text.push(']');
                }
                _ => write_compact(member, text),
            }
        }
        text.push('}');
    }
}

/// Writes an interaction, whose canonical text is known, with its `_id` in first place.
fn write_with_id(item: &Json<'_>, canonical: &str, text: &mut String) {
    let Json::Object(members) = item else { return write_compact(item, text) };
    text.push('{');
    quote(ID, text);
    text.push(':');
    match members.get(ID) {
        Some(id) => write_compact(id, text),
        None => quote(sha1(canonical.as_bytes()).as_str(), text),
    }
    for (name, member) in members.iter().filter(|(name, _)| *name != ID) {
        text.push(',');
        quote(name, text);
        text.push(':');
        write_compact(member, text);
    }
    text.push('}');
}

/// What Ruby takes for true: anything but nothing, `null` and `false`.
fn is_truthy(value: Option<&Json<'_>>) -> bool {
    !matches!(value, None | Some(Json::Null | Json::Bool(false)))
}

fn specification_version<'j>(pact: &'j Json<'_>) -> Option<&'j Json<'j>> {
    let metadata = pact.get("metadata")?;
    let nested = |name| metadata.get(name).and_then(|specification: &Json<'_>| specification.get("version"));
    [nested("pactSpecification"), nested("pact-specification"), metadata.get("pactSpecificationVersion")]
        .into_iter()
        .flatten()
        .find(|version| **version != Json::Null)
}

fn sha1(text: &[u8]) -> ContentSha {
    hexadecimal(Sha1::new_with_prefix(text))
}

fn hexadecimal(digest: Sha1) -> ContentSha {
    let digit = |half: u8| b"0123456789abcdef"[usize::from(half)];
    let mut digits = [0; DIGITS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(digest.finalize()) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    ContentSha(digits)
}

/// The order that members of objects are written in.
#[derive(Clone, Copy)]
enum Order {
    Given,
    /// By the bytes of their names.
    Sorted,
}

/// Compact JSON with numbers spelt as the JSON library of existing brokers spells them.
fn write_canonical(value: &Json<'_>, order: Order, text: &mut String) {
    match value {
        Json::Null => text.push_str("null"),
        Json::Bool(true) => text.push_str("true"),
        Json::Bool(false) => text.push_str("false"),
        Json::Number(number) => text.push_str(&canonical_number(number)),
        Json::String(string) => quote(string, text),
        Json::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_canonical(item, order, text);
            }
            text.push(']');
        }
        Json::Object(object) => write_members(object.iter(), order, text),
    }
}

fn write_members<'j>(
    members: impl Iterator<Item = (&'j str, &'j Json<'j>)>,
    order: Order,
    text: &mut String,
) {
    let mut members: SmallVec<[_; 16]> = members.collect();
    if let Order::Sorted = order {
        // No name comes twice.
        members.sort_unstable_by_key(|(name, _)| *name);
    }
    text.push('{');
    for (index, (name, member)) in members.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        quote(name, text);
        text.push(':');
        write_canonical(member, order, text);
    }
    text.push('}');
}

/// Integers keep their digits. Others become the shortest digits that give the same 64-bit number back: written out
/// from 1e-9 up to below 1e15, with an exponent beyond. One that does not fit into 64 bits keeps its text.
fn canonical_number<'n>(number: &'n Number<'_>) -> Cow<'n, str> {
    let text = number.as_str();
    if number.is_integer() {
        return Cow::Borrowed(if text == "-0" { "0" } else { text });
    }
    let Some(value) = number.as_f64().filter(|value| value.is_finite()) else { return text.into() };
    let shortest = format!("{value:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let fraction_digits = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let last_digit = exponent - i32::try_from(fraction_digits).unwrap_or(i32::MAX);
    let written_out = if last_digit >= 0 { exponent < 15 } else { last_digit > -7 || exponent.abs() < 10 };
    Cow::Owned(match (written_out, last_digit >= 0) {
        (true, true) => format!("{value}.0"),
        (true, false) => format!("{value}"),
        (false, _) if exponent < 0 => format!("{mantissa}e{exponent}"),
        (false, _) => format!("{mantissa}e+{exponent}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(text: &str) -> String {
        canonical_number(&Number::parse(text).unwrap()).into_owned()
    }

    fn sha(text: &str) -> String {
        content_sha(&Json::parse(text.as_bytes()).unwrap()).to_string()
    }

    #[test]
    fn numbers_are_spelt_as_existing_brokers_spell_them() {
        for (written, expected) in [
            ("1.0", "1.0"),
            ("1.50", "1.5"),
            ("100.0", "100.0"),
            ("1e2", "100.0"),
            ("1e14", "100000000000000.0"),
            ("1e15", "1e+15"),
            ("1234567890123456.0", "1.234567890123456e+15"),
            ("1e100", "1e+100"),
            ("0.00001", "0.00001"),
            ("1.5e-9", "0.0000000015"),
            ("1e-10", "1e-10"),
            ("-2.5", "-2.5"),
            ("18446744073709551617", "18446744073709551617"),
            ("-0", "0"),
            ("0.0", "0.0"),
        ] {
            assert_eq!(spelt(written), expected, "{written}");
        }
    }

    #[test]
    fn order_and_names_do_not_count() {
        let one =
            r#"{"consumer":{"name":"A"},"interactions":[{"description":"a","x":1},{"description":"b"}]}"#;
        let two =
            r#"{"interactions":[{"description":"b"},{"x":1,"description":"a"}],"provider":{"name":"B"}}"#;
        assert_eq!(sha(one), sha(two));
        assert_ne!(sha(one), sha(r#"{"interactions":[{"description":"b"},{"x":2,"description":"a"}]}"#));
    }

    #[test]
    fn the_specification_version_counts_wherever_it_stands() {
        let with = |metadata: &str| sha(&format!(r#"{{"interactions":[],"metadata":{metadata}}}"#));
        let expected = with(r#"{"pactSpecification":{"version":"2.0.0"}}"#);
        assert_eq!(with(r#"{"pact-specification":{"version":"2.0.0"}}"#), expected);
        assert_eq!(with(r#"{"pactSpecificationVersion":"2.0.0"}"#), expected);
        assert_ne!(with(r#"{"pactSpecification":{"version":"3.0.0"}}"#), expected);
        assert_ne!(with("null"), expected);
    }

    #[test]
    fn ids_come_first_and_stay_when_they_are_there() {
        let pact = Json::parse(br#"{"interactions":[{"description":"a"},{"description":"a","_id":"mine"}]}"#)
            .unwrap();
        let text = kept(&pact).text;
        let id = sha1(br#"{"description":"a"}"#);
        assert_eq!(
            text,
            format!(
                r#"{{"interactions":[{{"_id":"{id}","description":"a"}},{{"_id":"mine","description":"a"}}]}}"#
            )
        );
    }

    #[test]
    fn shas_are_checked_when_they_are_read() {
        assert!("004da2447d98817ccea43b75b79dba0c7983fe64".parse::<ContentSha>().is_ok());
        assert!("004DA2447d98817ccea43b75b79dba0c7983fe64".parse::<ContentSha>().is_err());
        assert!("../etc".parse::<ContentSha>().is_err());
    }
}
