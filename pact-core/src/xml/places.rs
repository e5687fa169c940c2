//! Where in the text of a document the values are that a path leads to.

use std::ops::Range;

use roxmltree::Node;

use super::{Element, XmlError};
use crate::path::Step;

/// A value in the text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where it is, in bytes.
    pub(crate) range: Range<usize>,
    /// What it is, without escapes.
    pub(crate) value: String,
}

/// The attributes and the text that a path leads to. A path that leads to an element is about its text. Elements are
/// counted as rules count them.
pub(crate) fn places(text: &str, steps: &[Step]) -> Result<Vec<Place>, XmlError> {
    // Limits are checked there.
    Element::parse(text.as_bytes())?;
    let document = roxmltree::Document::parse(text).map_err(|error| XmlError::Syntax(error.to_string()))?;
    let mut found = Vec::new();
    children(&[document.root_element()], steps, &mut found);
    Ok(found)
}

/// Steps that start with the name of an element, or with a position before it.
fn children(all: &[Node<'_, '_>], steps: &[Step], found: &mut Vec<Place>) {
    let (candidates, steps) = match steps {
        [Step::Index(position), rest @ ..] => {
            (all.get(*position).map(std::slice::from_ref).unwrap_or_default(), rest)
        }
        [Step::AnyIndex, rest @ ..] => (all, rest),
        _ => (all, steps),
    };
    let Some((name, rest)) = steps.split_first() else { return };
    let named: Vec<_> = candidates.iter().copied().filter(|child| is_called(*child, name)).collect();
    match rest {
        [Step::Index(occurrence), rest @ ..] => {
            if let Some(child) = named.get(*occurrence) {
                inside(*child, rest, found);
            }
            // It may also be a position among what is inside.
            for child in named.iter().filter(|_| !rest.is_empty()) {
                let elements: Vec<_> = child.children().filter(Node::is_element).collect();
                children(
                    elements.get(*occurrence).map(std::slice::from_ref).unwrap_or_default(),
                    rest,
                    found,
                );
            }
        }
        [Step::AnyIndex, rest @ ..] => named.iter().for_each(|child| inside(*child, rest, found)),
        rest => named.iter().for_each(|child| inside(*child, rest, found)),
    }
}

fn is_called(node: Node<'_, '_>, step: &Step) -> bool {
    match step {
        Step::Field(name) => {
            let tag = node.tag_name();
            let source = &node.document().input_text()[node.range()];
            let written = source.strip_prefix('<').and_then(|source| source.strip_prefix(name.as_str()));
            let ends =
                |rest: &str| rest.starts_with(|next: char| next.is_whitespace() || matches!(next, '/' | '>'));
            written.is_some_and(ends)
                || tag.namespace().is_some_and(|uri| *name == format!("{uri}:{}", tag.name()))
        }
        Step::AnyField => true,
        Step::Index(_) | Step::AnyIndex => false,
    }
}

fn inside(node: Node<'_, '_>, steps: &[Step], found: &mut Vec<Place>) {
    match steps {
        [] => found.extend(text_of(node)),
        [Step::Field(name)] if name == "#text" => found.extend(text_of(node)),
        [Step::Field(name)] if name.starts_with('@') => {
            let source = node.document().input_text();
            let is_meant = |attribute: &roxmltree::Attribute<'_, '_>| {
                let expanded = attribute.namespace().map(|uri| format!("{uri}:{}", attribute.name()));
                source[attribute.range_qname()] == name[1..] || expanded.as_deref() == Some(&name[1..])
            };
            let attribute = node.attributes().find(is_meant);
            found.extend(attribute.map(|attribute| Place {
                range: attribute.range_value(),
                value: attribute.value().to_owned(),
            }));
        }
        steps => {
            let elements: Vec<_> = node.children().filter(Node::is_element).collect();
            children(&elements, steps, found);
        }
    }
}

/// The first text in an element that is not white space, or the first at all.
fn text_of(node: Node<'_, '_>) -> Option<Place> {
    let texts = || node.children().filter(Node::is_text);
    let says = |text: &Node<'_, '_>| text.text().is_some_and(|text| !text.trim().is_empty());
    let text = texts().find(says).or_else(|| texts().next())?;
    Some(Place { range: text.range(), value: text.text().unwrap_or_default().to_owned() })
}

/// Text as it stands in a document, between tags or quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' | '\r' | '\t' => escaped.push_str(&format!("&#{};", u32::from(character))),
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::DocPath;

    #[track_caller]
    fn assert_found(path: &str, expected: &[&str]) {
        let text = r#"<o:a xmlns:o="urn:x" o:id = '1&lt;'> <b>t<!-- c --> u</b><b><![CDATA[v]]></b><c d="2"/><bc>w</bc></o:a>"#;
        let path: DocPath = path.parse().unwrap();
        let found = places(text, path.steps()).unwrap();
        let written: Vec<_> = found.iter().map(|place| &text[place.range.clone()]).collect();
        assert_eq!(written, expected, "{path}");
    }

    #[test]
    fn values_are_found_where_they_stand() {
        assert_found("$['o:a']['@o:id']", &["1&lt;"]);
        assert_found("$['urn:x:a']['@urn:x:id']", &["1&lt;"]);
        assert_found("$['o:a'].b", &["t", "<![CDATA[v]]>"]);
        assert_found("$['o:a'].b[1]['#text']", &["<![CDATA[v]]>"]);
        assert_found("$['o:a'].*['@d']", &["2"]);
        assert_found("$['o:a'].b[*]", &["t", "<![CDATA[v]]>"]);
        assert_found("$['o:a'][3].bc", &["w"]);
        for nothing in ["$", "$.a", "$['o:a'].c", "$['o:a'].b[2]", "$['o:a']['@id']"] {
            assert_found(nothing, &[]);
        }
        assert!(places("<a>", &[]).is_err());
    }
}
