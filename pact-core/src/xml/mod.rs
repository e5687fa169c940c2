//! XML as contracts need it: elements with resolved namespaces, attributes and text.
//!
//! Comments and processing instructions are left out, character data of every kind is text. The parser is
//! [`roxmltree`]; documents are refused beforehand when they ask for more than [`Limits`] allow, and document type
//! definitions (and with them entities that expand) are always refused. Text may be in any encoding that
//! [`crate::model`] knows.

mod decode;
mod edit;
mod limits;

use std::fmt;

use thiserror::Error;

pub(crate) use edit::{Edits, Source, select};
pub use limits::Limits;

/// An element with what is inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: Name,
    pub(crate) attributes: Vec<(Name, String)>,
    /// The character data without white space around it. Child elements cut it into pieces, which are joined by a
    /// space.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

/// The name of an element or attribute. The prefix is only how it is written; names are the same when namespace and
/// local name are.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    /// With its prefix: `ns1:ledger`.
    written: String,
    namespace: Option<String>,
    /// Where the local name starts in what is written.
    local: usize,
}

/// Why bytes are not an XML document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XmlError {
    /// The text is not XML.
    #[error("{0}")]
    Syntax(String),
    /// The bytes are no text in the encoding that the document states.
    #[error("the bytes are not text in the encoding {0}")]
    Encoding(String),
    /// There is a document type definition.
    #[error("document type definitions are not accepted")]
    Doctype,
    /// Elements are nested too deeply.
    #[error("nested more than {limit} levels deep")]
    TooDeep {
        /// The limit that was in force.
        limit: usize,
    },
    /// There is more of something than is accepted.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit that was in force.
        limit: usize,
    },
}

/// Whether bytes are a document that contracts can hold.
///
/// ```
/// assert!(pactwright_core::xml::check(b"<order id='7'/>").is_ok());
/// assert!(pactwright_core::xml::check(b"<order>").is_err());
/// ```
///
/// # Errors
/// When they are not, or ask for more than the default [`Limits`] allow.
pub fn check(bytes: &[u8]) -> Result<(), XmlError> {
    Element::parse(bytes).map(drop)
}

impl Element {
    /// Reads a document within the default [`Limits`], in the encoding that its byte order mark or its declaration
    /// states, or UTF-8.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, XmlError> {
        Self::parse_in(bytes, None)
    }

    /// Reads a document whose content type states an encoding.
    pub(crate) fn parse_in(bytes: &[u8], charset: Option<&str>) -> Result<Self, XmlError> {
        Self::parse_with(bytes, charset, Limits::default())
    }

    fn parse_with(bytes: &[u8], charset: Option<&str>, limits: Limits) -> Result<Self, XmlError> {
        if bytes.len() > limits.bytes {
            return Err(XmlError::TooMany { what: "bytes", limit: limits.bytes });
        }
        let decoded = decode::decode(bytes, charset)?;
        // White space around a document is not XML, but files have it.
        let document = parse(decoded.text.trim(), limits)?;
        Ok(Self::of(document.root_element()))
    }

    /// The element and all below it; [`Limits::depth`] bounds the recursion.
    fn of(node: roxmltree::Node<'_, '_>) -> Self {
        let source = node.document().input_text();
        let attributes = node.attributes().map(|attribute| {
            let name = Name::new(&source[attribute.range_qname()], attribute.namespace());
            (name, attribute.value().to_owned())
        });
        let children = node.children().filter(roxmltree::Node::is_element).map(Self::of).collect();
        let name = Name::new(written_name(node), node.tag_name().namespace());
        let text = text_of(node);
        Self { name, attributes: attributes.collect(), text, children }
    }

    /// The attribute of that name.
    pub(crate) fn attribute(&self, name: &Name) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Reads text within limits.
fn parse(text: &str, limits: Limits) -> Result<roxmltree::Document<'_>, XmlError> {
    limits.check(text)?;
    let options = roxmltree::ParsingOptions {
        nodes_limit: u32::try_from(limits.nodes).unwrap_or(u32::MAX),
        ..roxmltree::ParsingOptions::default()
    };
    roxmltree::Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => limits.too_many_nodes(),
        roxmltree::Error::DtdDetected => XmlError::Doctype,
        other => XmlError::Syntax(other.to_string()),
    })
}

/// The name of an element with its prefix.
fn written_name<'t>(node: roxmltree::Node<'_, 't>) -> &'t str {
    let tag = node.document().input_text()[node.range()].trim_start_matches('<');
    let end = tag.find(|character: char| character.is_whitespace() || matches!(character, '/' | '>'));
    &tag[..end.unwrap_or(tag.len())]
}

/// The character data of an element, as [`Element::text`] has it.
fn text_of(node: roxmltree::Node<'_, '_>) -> String {
    let (mut text, mut run) = (String::new(), String::new());
    for child in node.children() {
        if child.is_element() {
            join(&mut text, &mut run);
        } else if child.is_text() {
            run.push_str(child.text().unwrap_or_default());
        }
    }
    join(&mut text, &mut run);
    text
}

/// Adds a run of character data to the text of an element.
fn join(text: &mut String, run: &mut String) {
    let trimmed = run.trim();
    if !trimmed.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(trimmed);
    }
    run.clear();
}

impl Name {
    fn new(written: &str, namespace: Option<&str>) -> Self {
        Self {
            written: written.to_owned(),
            namespace: namespace.filter(|uri| !uri.is_empty()).map(str::to_owned),
            local: written.find(':').map_or(0, |colon| colon + 1),
        }
    }

    /// As it is written, with its prefix.
    pub(crate) fn written(&self) -> &str {
        &self.written
    }

    /// Without its prefix.
    pub(crate) fn local(&self) -> &str {
        &self.written[self.local..]
    }

    /// The namespace that it belongs to.
    pub(crate) fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// With the namespace in place of the prefix, as paths may have it: `urn:ledger:entry`.
    pub(crate) fn expanded(&self) -> Option<String> {
        self.namespace().map(|uri| format!("{uri}:{}", self.local()))
    }

    /// Whether a path that says `name` means an element of this name: as it is written, with the namespace in place of
    /// the prefix, or without either.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.written() == name || self.local() == name || self.expanded().as_deref() == Some(name)
    }

    /// What makes it the same name as another.
    pub(crate) fn key(&self) -> (Option<&str>, &str) {
        (self.namespace(), self.local())
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Name {}

impl fmt::Display for Element {
    /// The empty tag of the element with its namespace: enough to tell it from others.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, attribute) = match self.name.written().split_once(':') {
            Some((prefix, _)) => (format!("{prefix}:"), format!("xmlns:{prefix}")),
            None => (String::new(), "xmlns".to_owned()),
        };
        write!(formatter, "<{prefix}{}", self.name.local())?;
        if let Some(uri) = self.name.namespace() {
            write!(formatter, " {attribute}=\"{uri}\"")?;
        }
        formatter.write_str("/>")
    }
}

#[cfg(test)]
mod tests;
