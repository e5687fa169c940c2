//! XML documents with matchers in them.

use std::ops::{Bound, RangeBounds};
use std::panic::Location;

use pactwright_core::path::{DocPath, Step};
use pactwright_core::rules::{Like, Rule};

use super::super::mistake::{Part, Problem};
use super::super::pad::Pad;
use super::super::value::{TextValue, Written};

/// An XML document: an [`Element`], or text.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::XmlBody;
///
/// let built: XmlBody = element("order").attribute("id", integer(7)).into();
/// let text: XmlBody = "<order id=\"7\"/>".into();
/// # let _ = (built, text);
/// ```
#[derive(Debug, Clone)]
pub struct XmlBody(Document);

#[derive(Debug, Clone)]
enum Document {
    Built(Element),
    Text(String),
}

impl From<Element> for XmlBody {
    fn from(root: Element) -> Self {
        Self(Document::Built(root))
    }
}

impl From<&str> for XmlBody {
    fn from(text: &str) -> Self {
        Self(Document::Text(text.to_owned()))
    }
}

impl From<String> for XmlBody {
    fn from(text: String) -> Self {
        Self(Document::Text(text))
    }
}

/// An element of an XML document, with matchers for its attributes and its text. Made by [`element`].
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::Element;
///
/// fn order(id: u64) -> Element {
///     element("order").attribute("id", integer(id))
/// }
/// let response = ok().xml(element("orders").child(order(7)));
/// # let _ = response;
/// ```
#[derive(Debug, Clone)]
#[must_use = "an element says something only where it is in a body: pass it to `.xml(..)` or `.child(..)`"]
pub struct Element {
    name: String,
    attributes: Vec<(String, Written<TextValue>)>,
    nodes: Vec<Node>,
    occurs: Option<Occurs>,
    examples: Option<usize>,
    source: &'static Location<'static>,
}

#[derive(Debug, Clone)]
enum Node {
    Text(Written<TextValue>),
    Child(Element),
}

#[derive(Debug, Clone, Copy)]
struct Occurs {
    min: Option<usize>,
    max: Option<usize>,
}

/// An element of an XML document, by its name, with a prefix where it has one.
///
/// Names in the actual document may have other prefixes, as long as the namespaces are the same.
///
/// ```
/// # use pactwright::prelude::*;
/// let orders = element("o:orders")
///     .attribute("xmlns:o", "urn:example:orders")
///     .attribute("page", integer(1))
///     .child(
///         element("o:order")
///             .occurs(1..)
///             .attribute("id", integer(7))
///             .child(element("o:state").text(regex("open", "open|paid"))),
///     );
/// let response = ok().xml(orders);
/// # let _ = response;
/// ```
#[track_caller]
pub fn element(name: impl Into<String>) -> Element {
    Element {
        name: name.into(),
        attributes: Vec::new(),
        nodes: Vec::new(),
        occurs: None,
        examples: None,
        source: Location::caller(),
    }
}

impl Element {
    fn line_of(&self, place: &[Step]) -> String {
        let own = || self.source.to_string();
        match place {
            // Which of several it is, where it stands for all.
            [Step::Index(_) | Step::AnyIndex, inside @ ..] => self.line_of(inside),
            [Step::Field(name), ..] if name == "#text" => {
                let text = |node: &Node| match node {
                    Node::Text(text) => Some(text.line()),
                    Node::Child(_) => None,
                };
                self.nodes.iter().find_map(text).unwrap_or_else(own)
            }
            [Step::Field(name), inside @ ..] => {
                if let Some(attribute) = name.strip_prefix('@') {
                    let named = self.attributes.iter().find(|(other, _)| other == attribute);
                    return named.map_or_else(own, |(_, value)| value.line());
                }
                let mut namesakes = self.nodes.iter().filter_map(|node| match node {
                    Node::Child(child) if child.name == *name => Some(child),
                    _ => None,
                });
                let first = namesakes.next();
                let meant = match inside {
                    [Step::Index(index), ..] if *index > 0 => namesakes.nth(index - 1).or(first),
                    _ => first,
                };
                meant.map_or_else(own, |child| child.line_of(inside))
            }
            _ => own(),
        }
    }

    /// An attribute with its value, or a matcher for it. Namespaces are declared as attributes: `xmlns:o`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let order = element("order").attribute("id", integer(7)).attribute("xmlns:o", "urn:example:orders");
    /// # let _ = order;
    /// ```
    #[track_caller]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<TextValue>) -> Self {
        self.attributes.push((name.into(), Written::here(value.into())));
        self
    }

    /// Text inside the element, or a matcher for it. White space around it does not count.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let order = element("order").text(regex("open", "open|paid"));
    /// # let _ = order;
    /// ```
    #[track_caller]
    pub fn text(mut self, text: impl Into<TextValue>) -> Self {
        self.nodes.push(Node::Text(Written::here(text.into())));
        self
    }

    /// An element inside this one. The order of elements with different names does not count.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let order = element("order").child(element("state").text("open"));
    /// # let _ = order;
    /// ```
    pub fn child(mut self, child: Self) -> Self {
        self.nodes.push(Node::Child(child));
        self
    }

    /// How many elements like this one there may be in its place: `1..`, `0..=5`, `2..4`, or `..` for any number.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let order = element("order").child(element("line").occurs(1..));
    /// # let _ = order;
    /// ```
    pub fn occurs(self, count: impl RangeBounds<usize>) -> Self {
        let min = match count.start_bound() {
            Bound::Included(min) => Some(*min),
            Bound::Excluded(below) => Some(below.saturating_add(1)),
            Bound::Unbounded => Some(0),
        };
        let max = match count.end_bound() {
            Bound::Included(max) => Some(*max),
            Bound::Excluded(above) => Some(above.saturating_sub(1)),
            Bound::Unbounded => None,
        };
        Self { occurs: Some(Occurs { min, max }), ..self }
    }

    /// How many of them the example has, where it [`occurs`](Self::occurs) several times: as few as there may be, but at
    /// least one, where nothing is said.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let order = element("order").child(element("line").occurs(..).examples(3));
    /// # let _ = order;
    /// ```
    pub fn examples(self, count: usize) -> Self {
        Self { examples: Some(count), ..self }
    }
}

impl XmlBody {
    /// The line that says something about a place: that of the element, attribute or text that is nearest to it.
    pub(super) fn line_of(&self, place: &[Step]) -> Option<String> {
        match (&self.0, place) {
            (Document::Built(root), [Step::Field(name), inside @ ..]) if root.name == *name => {
                Some(root.line_of(inside))
            }
            _ => None,
        }
    }

    /// The document as it travels.
    pub(super) fn resolve(&self, pad: &mut Pad<'_>, source: &Location<'_>) -> String {
        match &self.0 {
            Document::Text(text) => text.clone(),
            Document::Built(root) => {
                let mut writer = Writer { pad, text: String::new() };
                writer.text.push_str(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
                if root.occurs.is_some() {
                    writer.pad.mistake(super::whole(), Problem::RootOccurs, source);
                }
                writer.element(root, &[Step::Field(root.name.clone())]);
                writer.text
            }
        }
    }
}

struct Writer<'p, 'm> {
    pad: &'p mut Pad<'m>,
    text: String,
}

impl Writer<'_, '_> {
    fn element(&mut self, element: &Element, path: &[Step]) {
        let place = || DocPath::from_steps(path.to_vec());
        if !is_name(&element.name) {
            let problem = Problem::XmlName(element.name.clone());
            self.pad.mistake(Part::Body(place()), problem, element.source);
        }
        self.text.push_str(&format!("<{}", element.name));
        for (name, value) in &element.attributes {
            let path = below(path, Step::Field(format!("@{name}")));
            if !is_name(name) {
                self.pad.mistake(Part::Body(path.clone()), Problem::XmlName(name.clone()), value.source);
            }
            let value = self.pad.body_text(&path, value).join(" ");
            self.text.push_str(&format!(" {name}=\"{}\"", escaped(&value, true)));
        }
        if element.nodes.is_empty() {
            self.text.push_str("/>");
            return;
        }
        self.text.push('>');
        for (index, node) in element.nodes.iter().enumerate() {
            match node {
                Node::Text(text) => {
                    let values = self.pad.body_text(&below(path, Step::Field("#text".to_owned())), text);
                    self.text.push_str(&escaped(&values.join(" "), false));
                }
                Node::Child(child) => self.child(element, index, child, path),
            }
        }
        self.text.push_str(&format!("</{}>", element.name));
    }

    fn child(&mut self, parent: &Element, index: usize, child: &Element, path: &[Step]) {
        let mut path = path.to_vec();
        path.push(Step::Field(child.name.clone()));
        let namesakes = |nodes: &[Node]| {
            nodes.iter().filter(|node| matches!(node, Node::Child(other) if other.name == child.name)).count()
        };
        let several = namesakes(&parent.nodes) > 1;
        let Some(occurs) = child.occurs else {
            if several {
                path.push(Step::Index(namesakes(&parent.nodes[..index])));
            }
            return self.element(child, &path);
        };
        let place = DocPath::from_steps(path.clone());
        if several {
            self.pad.mistake(Part::Body(place), Problem::Namesakes(child.name.clone()), child.source);
            return;
        }
        let Occurs { min, max } = occurs;
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            self.pad.mistake(Part::Body(place), Problem::Bounds { min, max }, child.source);
            return;
        }
        // At least one is what `type` says without bounds. Other verifiers take a bound for that of the element's own
        // children, so there is none where none is needed.
        let bound = min.filter(|min| *min != 1 || max.is_some());
        self.pad.body_rules(&place, Rule::Like(Like { min: bound, max }).into(), child.source);
        let count = child.examples.unwrap_or(min.unwrap_or_default().max(1));
        if count > MAX_EXAMPLES {
            let problem = Problem::TooManyExamples { count, limit: MAX_EXAMPLES };
            self.pad.mistake(Part::Body(place), problem, child.source);
            return;
        }
        // What is said about the first holds for all.
        let start = self.text.len();
        self.element(child, &path);
        let first = self.text.split_off(start);
        self.text.push_str(&first.repeat(count));
    }
}

/// How often an element may be repeated in an example.
const MAX_EXAMPLES: usize = 10_000;

fn below(path: &[Step], step: Step) -> DocPath {
    DocPath::from_steps(path.iter().cloned().chain([step]).collect())
}

/// Whether text can be the name of an element or an attribute, as far as that keeps it apart from what is around it;
/// the document is read as a whole later.
fn is_name(name: &str) -> bool {
    let starts = |part: &str| part.starts_with(|first: char| first.is_alphabetic() || first == '_');
    let inner = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | ':');
    name.split(':').all(starts) && name.matches(':').count() < 2 && name.chars().all(inner)
}

fn escaped(text: &str, attribute: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' if attribute => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' if attribute => escaped.push_str(&format!("&#{};", u32::from(character))),
            plain => escaped.push(plain),
        }
    }
    escaped
}
