//! Digests as existing Pact brokers compute them.

use sha1::{Digest, Sha1};

use crate::json::{Json, JsonBuf, Number, Object, write::quote};

/// The content of a contract, as 40 hexadecimal digits.
///
/// Two pacts have the same one when they say the same about interactions, messages and specification version:
/// the order of interactions and members, white space, names and other metadata do not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentSha(String);

/// Text that is no [`ContentSha`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a content sha is 40 hexadecimal digits in lower case, but this is `{0}`")]
pub struct InvalidContentSha(String);

impl ContentSha {
    /// The 40 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ContentSha {
    type Error = InvalidContentSha;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 40 && text.bytes().all(digit) {
            Ok(Self(text))
        } else {
            Err(InvalidContentSha(text))
        }
    }
}

impl std::str::FromStr for ContentSha {
    type Err = InvalidContentSha;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl From<ContentSha> for String {
    fn from(sha: ContentSha) -> Self {
        sha.0
    }
}

impl std::fmt::Display for ContentSha {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
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
    let list_name = ["interactions", "messages"].into_iter().find(|name| is_truthy(pact.get(name)));
    let order = if list_name.is_some() { Order::Sorted } else { Order::Given };
    let text = |value: &Json<'_>| {
        let mut text = String::new();
        write_canonical(value, order, &mut text);
        text
    };
    let mut content = Vec::new();
    for name in ["interactions", "messages"] {
        if let Some(Json::Array(items)) = pact.get(name) {
            let mut items: Vec<String> = items.iter().map(text).collect();
            if list_name == Some(name) {
                items.sort_unstable();
            }
            content.push(format!(r#""{name}":[{}]"#, items.join(",")));
        }
    }
    if content.is_empty() {
        return sha1(text(pact).as_bytes());
    }
    if let Some(version) = specification_version(pact) {
        content.push(format!(r#""pact_specification_version":{}"#, text(version)));
    }
    sha1(format!("{{{}}}", content.join(",")).as_bytes())
}

/// Gives every interaction and message an `_id` from its content, in first place. One that is there already stays.
#[must_use]
pub fn add_interaction_ids(pact: JsonBuf) -> JsonBuf {
    let Json::Object(members) = pact else { return pact };
    let with_ids = members.into_iter().map(|(name, value)| match value {
        Json::Array(items) if matches!(name.as_ref(), "interactions" | "messages") => {
            (name, Json::Array(items.into_iter().map(with_id).collect()))
        }
        other => (name, other),
    });
    Json::Object(with_ids.collect())
}

/// The `_id` that a broker gives an interaction: the digest of its content without an `_id`.
pub fn interaction_id(interaction: &Object<'_>) -> String {
    let mut text = String::new();
    write_members(interaction.iter().filter(|(name, _)| *name != "_id"), Order::Sorted, &mut text);
    sha1(text.as_bytes()).0
}

fn with_id(interaction: JsonBuf) -> JsonBuf {
    let Json::Object(mut object) = interaction else { return interaction };
    let id = object.remove("_id").unwrap_or_else(|| Json::from(interaction_id(&object)));
    Json::Object(std::iter::once(("_id".into(), id)).chain(object).collect())
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
    let digits =
        |byte: u8| [byte >> 4, byte & 15].map(|half| char::from(b"0123456789abcdef"[usize::from(half)]));
    ContentSha(Sha1::digest(text).into_iter().flat_map(digits).collect())
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
    let mut members: Vec<_> = members.collect();
    if let Order::Sorted = order {
        members.sort_by_key(|(name, _)| *name);
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
fn canonical_number(number: &Number<'_>) -> String {
    let text = number.as_str();
    if number.is_integer() {
        return if text == "-0" { "0".to_owned() } else { text.to_owned() };
    }
    let Some(value) = number.as_f64().filter(|value| value.is_finite()) else { return text.to_owned() };
    let shortest = format!("{value:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let fraction_digits = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let last_digit = exponent - i32::try_from(fraction_digits).unwrap_or(i32::MAX);
    let written_out = if last_digit >= 0 { exponent < 15 } else { last_digit > -7 || exponent.abs() < 10 };
    match (written_out, last_digit >= 0) {
        (true, true) => format!("{value}.0"),
        (true, false) => format!("{value}"),
        (false, _) if exponent < 0 => format!("{mantissa}e{exponent}"),
        (false, _) => format!("{mantissa}e+{exponent}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(text: &str) -> String {
        canonical_number(&Number::parse(text).unwrap())
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
        let text = add_interaction_ids(pact.into_owned()).to_compact();
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
