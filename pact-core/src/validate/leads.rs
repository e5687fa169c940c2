//! Whether a path leads to something in an example.
//!
//! What is not sure is taken to lead somewhere: a warning that is wrong costs more than one that is missing.

use crate::json::Json;
use crate::model::{Body, ContentType, Data, parse_pairs};
use crate::multipart;
use crate::path::{DocPath, Step};
use crate::xml::{Element, Name};

/// How deep parts may be inside parts.
const NESTING: usize = 4;

/// Whether a path of a rule or a generator leads to something in an example body: a member of a JSON document, an
/// element, attribute or text of an XML document, a field of a form, a part. `stated` is the media type that headers or
/// metadata give. Where the body is not what its media type says, every path will do: that is another mistake.
///
/// ```
/// use pactwright_core::json::Json;
/// use pactwright_core::model::Body;
/// use pactwright_core::validate::leads_somewhere;
///
/// let body = Body::json(Json::parse(br#"{"lines": [{"sku": "SKU-1"}]}"#)?.into_owned());
/// assert!(leads_somewhere(&body, None, &"$.lines[*].sku".parse()?));
/// assert!(!leads_somewhere(&body, None, &"$.lines[*].count".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn leads_somewhere(body: &Body, stated: Option<ContentType>, path: &DocPath) -> bool {
    let Some(content) = body.content() else { return false };
    let kind = match (&content.data, stated.or_else(|| body.own_content_type())) {
        (Data::Json(_), kind) => kind.filter(ContentType::is_json).unwrap_or_else(ContentType::json),
        (_, Some(kind)) => kind,
        (_, None) => return path.steps().is_empty(),
    };
    // Other bodies have nothing inside.
    let structured = kind.is_json() || kind.is_xml() || kind.is_form() || kind.is_multipart();
    path.steps().is_empty() || (structured && in_content(&content.bytes(), &kind, path.steps()))
}

/// Whether a path leads to something in content of this type. Content that cannot be read says nothing against it.
pub(super) fn in_content(bytes: &[u8], kind: &ContentType, steps: &[Step]) -> bool {
    nested(bytes, kind, steps, NESTING)
}

fn nested(bytes: &[u8], kind: &ContentType, steps: &[Step], depth: usize) -> bool {
    let Some((first, rest)) = steps.split_first() else { return true };
    if kind.is_json() {
        Json::parse(bytes).map_or(true, |document| in_document(&document, steps))
    } else if kind.is_xml() {
        Element::parse(bytes).map_or(true, |root| in_xml(&root, steps))
    } else if kind.is_form() {
        in_form(&String::from_utf8_lossy(bytes), first, rest)
    } else if kind.is_multipart() && depth > 0 {
        in_parts(bytes, kind, first, rest, depth)
    } else {
        true
    }
}

pub(super) fn in_document(value: &Json<'_>, steps: &[Step]) -> bool {
    let Some((first, rest)) = steps.split_first() else { return true };
    match (first, value) {
        (Step::Field(name), Json::Object(object)) => {
            object.get(name).is_some_and(|value| in_document(value, rest))
        }
        (Step::Index(index), Json::Array(items)) => {
            items.get(*index).is_some_and(|value| in_document(value, rest))
        }
        (Step::AnyField, Json::Object(object)) => object.iter().any(|(_, value)| in_document(value, rest)),
        (Step::AnyField | Step::AnyIndex, Json::Array(items)) => {
            items.iter().any(|value| in_document(value, rest))
        }
        _ => false,
    }
}

fn in_form(text: &str, first: &Step, rest: &[Step]) -> bool {
    let pairs = parse_pairs(text);
    let values = match first {
        Step::Field(name) => pairs.iter().find(|(other, _)| other == name).map(|(_, values)| values.len()),
        _ => return true,
    };
    match (values, rest.first()) {
        (None, _) => false,
        (Some(count), Some(Step::Index(index))) => *index < count,
        (Some(_), _) => true,
    }
}

/// The parts that a step names, by the name of their field, their place, or both; then what is inside them.
fn in_parts(bytes: &[u8], kind: &ContentType, first: &Step, rest: &[Step], depth: usize) -> bool {
    let Ok(parts) = multipart::parse(bytes, kind.parameter("boundary")) else { return true };
    let inside = |part: &multipart::Part<'_>, steps: &[Step]| {
        let named_header = |step: &Step| matches!(step, Step::Field(name) if part.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)));
        let whole = steps.is_empty() || (steps.len() == 1 && named_header(&steps[0]));
        whole || part.content_type().is_none_or(|kind| nested(&part.content(), &kind, steps, depth - 1))
    };
    match first {
        Step::Field(name) => {
            let named: Vec<_> =
                parts.iter().filter(|part| part.name().is_some_and(|other| other == *name)).collect();
            // A part that is repeated is told from the others by its place among them.
            let chosen = match rest.first() {
                Some(Step::Index(index)) => named.get(*index).is_some_and(|part| inside(part, &rest[1..])),
                _ => false,
            };
            chosen || named.iter().any(|part| inside(part, rest))
        }
        Step::Index(index) => parts.get(*index).is_some_and(|part| inside(part, rest)),
        Step::AnyField | Step::AnyIndex => parts.iter().any(|part| inside(part, rest)),
    }
}

fn in_xml(root: &Element, steps: &[Step]) -> bool {
    // An index in front counts what is inside the root element.
    let inside_root =
        matches!(steps.first(), Some(Step::Index(_) | Step::AnyIndex)) && in_element(root, steps);
    inside_root || among(std::slice::from_ref(root), steps)
}

/// Whether steps lead from elements that stand side by side to one of them, or to something inside it.
fn among(elements: &[Element], steps: &[Step]) -> bool {
    let Some((first, rest)) = steps.split_first() else { return true };
    match first {
        Step::Field(name) => {
            let named: Vec<&Element> = elements.iter().filter(|one| is_called(&one.name, name)).collect();
            let counted = match rest.first() {
                Some(Step::Index(index)) => named.get(*index).is_some_and(|one| in_element(one, &rest[1..])),
                Some(Step::AnyIndex) => named.iter().any(|one| in_element(one, &rest[1..])),
                _ => false,
            };
            counted || named.iter().any(|one| in_element(one, rest))
        }
        Step::Index(index) => elements.get(*index).is_some_and(|one| in_element(one, rest)),
        Step::AnyField | Step::AnyIndex => elements.iter().any(|one| in_element(one, rest)),
    }
}

/// Whether steps lead from an element to itself, its text, an attribute, or something inside it.
fn in_element(element: &Element, steps: &[Step]) -> bool {
    let Some((first, rest)) = steps.split_first() else { return true };
    match first {
        Step::Field(name) if name == "#text" => rest.is_empty(),
        Step::Field(name) if name.starts_with('@') => {
            rest.is_empty() && element.attributes.iter().any(|(other, _)| is_called(other, &name[1..]))
        }
        Step::AnyField if rest.is_empty() && !element.attributes.is_empty() => true,
        _ => among(&element.children, steps),
    }
}

/// Whether a path means this name: as it is written, or with its namespace in place of its prefix.
fn is_called(name: &Name, called: &str) -> bool {
    name.written() == called || name.expanded().is_some_and(|expanded| expanded == called)
}
