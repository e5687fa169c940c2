//! New values in a document in which everything else stays as it is, byte by byte.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use roxmltree::{Document, Node};

use super::decode::{decode, encode};
use super::{Limits, Name, XmlError, parse};
use crate::model::{Charset, Data};
use crate::path::Step;

/// A value that can be replaced: an attribute, or the text of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The value as it reads.
    pub(crate) value: String,
    /// Where its new text goes, and how it is written there.
    pieces: Vec<(Range<usize>, Form)>,
}

/// How text is written at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// Between tags, or in quotes.
    Escaped,
    /// In a `CDATA` section.
    Data,
    /// In place of the `/>` of an empty element of that name.
    Opened(String),
}

/// What is written in place of what.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    /// By where it starts: where it ends, and the new text.
    changes: BTreeMap<usize, (usize, String)>,
}

/// A document to be edited.
pub(crate) struct Source<'b> {
    text: std::borrow::Cow<'b, str>,
    /// How it is to be encoded again: not at all where the contract has it as text.
    encoding: Option<(Charset, &'b [u8])>,
    /// Where the document is in the text: white space around it is none of XML, but files have it.
    document: Range<usize>,
}

impl<'b> Source<'b> {
    /// `charset` is the encoding that the content type states.
    pub(crate) fn new(data: &'b Data, charset: Option<&str>) -> Result<Self, XmlError> {
        let (text, encoding) = match data {
            Data::Text(text) => (text.as_str().into(), None),
            Data::Binary(bytes) => {
                let decoded = decode(bytes, charset)?;
                (decoded.text, Some((decoded.charset, decoded.mark)))
            }
            Data::Json(_) => return Err(XmlError::Syntax("it is a JSON document".to_owned())),
        };
        let start = text.len() - text.trim_start_matches(['\u{feff}']).trim_start().len();
        let end = text.trim_end().len().max(start);
        Ok(Self { text, encoding, document: start..end })
    }

    /// Reads the document within the default [`Limits`].
    pub(crate) fn parse(&self) -> Result<Document<'_>, XmlError> {
        parse(&self.text[self.document.clone()], Limits::default())
    }

    /// The document with new values.
    pub(crate) fn finish(&self, edits: Edits) -> Data {
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut at = 0;
        for (start, (end, new)) in edits.changes {
            let range = self.document.start + start..self.document.start + end;
            // What lies inside what has been replaced already is gone.
            if range.start < at {
                continue;
            }
            text.push_str(&self.text[at..range.start]);
            text.push_str(&new);
            at = range.end;
        }
        text.push_str(&self.text[at..]);
        match self.encoding {
            None => Data::Text(text),
            Some((charset, mark)) => Data::Binary(encode(&text, charset, mark)),
        }
    }
}

impl Edits {
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Writes a new value; a later one for the same slot replaces it.
    ///
    /// # Errors
    /// A character that no XML document can have.
    pub(crate) fn replace(&mut self, slot: &Slot, value: &str) -> Result<(), char> {
        if let Some(character) = value.chars().find(|character| !is_allowed(*character)) {
            return Err(character);
        }
        for (at, (range, form)) in slot.pieces.iter().enumerate() {
            let new = match form {
                _ if at > 0 => String::new(),
                Form::Escaped => escaped(value),
                Form::Data => value.replace("]]>", "]]]]><![CDATA[>"),
                Form::Opened(name) => format!(">{}</{name}>", escaped(value)),
            };
            self.changes.insert(range.start, (range.end, new));
        }
        Ok(())
    }
}

/// The values that a path leads to. It is understood as those of matching rules are: [`crate::matching`] has the same
/// places for them.
pub(crate) fn select(document: &Document<'_>, steps: &[Step]) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    // A path may lead to the same place in two ways.
    let mut known = HashSet::new();
    inside(document.root(), steps, &mut |slot| {
        if known.insert(slot.pieces.first().map(|(range, _)| range.start)) {
            slots.push(slot);
        }
    });
    slots
}

/// Follows a path inside a node.
fn inside(node: Node<'_, '_>, steps: &[Step], found: &mut dyn FnMut(Slot)) {
    let Some((step, rest)) = steps.split_first() else { return };
    if node.is_element() && rest.is_empty() {
        match step {
            Step::Field(name) if name == "#text" => text(node).into_iter().for_each(&mut *found),
            Step::Field(name) if name.starts_with('@') => attributes(node, Some(&name[1..]), found),
            Step::AnyField => attributes(node, None, found),
            _ => {}
        }
    }
    let mut occurrences: HashMap<(Option<&str>, &str), usize> = HashMap::new();
    for (position, child) in node.children().filter(Node::is_element).enumerate() {
        let seen = occurrences.entry((child.tag_name().namespace(), child.tag_name().name())).or_default();
        let occurrence = *seen;
        *seen += 1;
        let named = match step {
            Step::Field(name) => name_of(child).is_called(name),
            Step::AnyField => true,
            Step::Index(index) if *index == position => return element(child, rest, found),
            Step::Index(_) => continue,
            Step::AnyIndex => {
                element(child, rest, found);
                continue;
            }
        };
        if named {
            element(child, rest, found);
            // An index after a name is one among namesakes.
            match rest.split_first() {
                Some((Step::Index(index), rest)) if *index == occurrence => element(child, rest, found),
                Some((Step::AnyIndex, rest)) => element(child, rest, found),
                _ => {}
            }
        }
    }
}

fn element(node: Node<'_, '_>, steps: &[Step], found: &mut dyn FnMut(Slot)) {
    if steps.is_empty() {
        // An element that holds only elements has no text to replace.
        let slot = text(node)
            .filter(|slot| !slot.value.is_empty() || !node.children().any(|child| child.is_element()));
        slot.into_iter().for_each(found);
    } else {
        inside(node, steps, found);
    }
}

fn attributes(node: Node<'_, '_>, wanted: Option<&str>, found: &mut dyn FnMut(Slot)) {
    let source = node.document().input_text();
    for attribute in node.attributes() {
        let name = Name::new(&source[attribute.range_qname()], attribute.namespace());
        let range = attribute.range_value();
        if wanted.is_none_or(|wanted| name.written() == wanted || name.expanded().as_deref() == Some(wanted))
            && source.get(range.clone()).is_some()
        {
            let pieces = vec![(range, Form::Escaped)];
            found(Slot { value: attribute.value().to_owned(), pieces });
        }
    }
}

fn name_of(node: Node<'_, '_>) -> Name {
    Name::new(super::written_name(node), node.tag_name().namespace())
}

/// The text of an element: where it is, and where it would be.
fn text(node: Node<'_, '_>) -> Option<Slot> {
    let source = node.document().input_text();
    let whole = node.range();
    let (open, empty) = start_tag_end(source, whole.start)?;
    if empty {
        let pieces = vec![(open - 2..open, Form::Opened(super::written_name(node).to_owned()))];
        return Some(Slot { value: String::new(), pieces });
    }
    let close = whole.start + source[whole.clone()].rfind("</")?;
    let mut pieces = Vec::new();
    let mut at = open;
    for child in node.children().filter(Node::is_element) {
        character_data(source, at..child.range().start, &mut pieces);
        at = child.range().end;
    }
    character_data(source, at..close, &mut pieces);
    if pieces.is_empty() {
        pieces.push((open..open, Form::Escaped));
    }
    Some(Slot { value: super::text_of(node), pieces })
}

/// Where a start tag ends, and whether it is the whole element.
fn start_tag_end(source: &str, start: usize) -> Option<(usize, bool)> {
    let (mut quote, mut last) = (None, 0);
    for (at, byte) in source.bytes().enumerate().skip(start) {
        match (quote, byte) {
            (Some(open), close) if open == close => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some((at + 1, last == b'/')),
            _ => {}
        }
        last = byte;
    }
    None
}

/// Character data between tags, without the white space around it, comments and processing instructions.
fn character_data(source: &str, range: Range<usize>, pieces: &mut Vec<(Range<usize>, Form)>) {
    let mut at = range.start;
    while at < range.end {
        let rest = &source[at..range.end];
        let after = |mark: &str, from: usize| rest[from..].find(mark).map_or(rest.len(), |end| from + end);
        if rest.starts_with("<!--") {
            at += after("-->", 4) + 3;
        } else if rest.starts_with("<![CDATA[") {
            let end = after("]]>", 9);
            pieces.push((at + 9..at + end, Form::Data));
            at += end + 3;
        } else if rest.starts_with("<?") {
            at += after("?>", 2) + 2;
        } else {
            // At least a character, so that this comes to an end.
            let end = rest.char_indices().skip(1).find(|(_, character)| *character == '<');
            let run = &rest[..end.map_or(rest.len(), |(end, _)| end)];
            let start = at + run.len() - run.trim_start().len();
            if !run.trim().is_empty() {
                pieces.push((start..start + run.trim().len(), Form::Escaped));
            }
            at += run.len();
        }
    }
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&apos;"),
            // Parsers make spaces of these in attributes, and line feeds of carriage returns anywhere.
            '\t' => text.push_str("&#9;"),
            '\n' => text.push_str("&#10;"),
            '\r' => text.push_str("&#13;"),
            plain => text.push(plain),
        }
    }
    text
}

/// Whether a document can have a character (XML 1.0, `Char`).
fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests;
