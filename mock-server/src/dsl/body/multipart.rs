//! Bodies that are made of parts.

use std::panic::Location;

use pactwright_core::model::{Category, ContentType};
use pactwright_core::path::{DocPath, Step};
use pactwright_core::rules::{ContentTypeRule, Regex, Rule};
use serde::Serialize;
use serde_json::Value;

use super::super::mistake::{Part as Where, Problem};
use super::super::pad::Pad;
use super::super::value::{TextValue, Written};
use super::whole;
use crate::matchers::line_in;

/// A body that is made of parts. Made by [`multipart`].
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::Multipart;
///
/// fn upload(label: &[u8]) -> Multipart {
///     multipart().file("label", "label.pdf", "application/pdf", label)
/// }
/// let request = post("/labels").multipart(upload(b"%PDF-1.7"));
/// # let _ = request;
/// ```
#[derive(Debug, Clone)]
#[must_use = "parts say something only where they are a body: pass them to `.multipart(..)`"]
pub struct Multipart {
    media_type: String,
    parts: Vec<Written<Part>>,
}

#[derive(Debug, Clone)]
struct Part {
    name: String,
    file_name: Option<String>,
    media_type: Option<String>,
    content: PartContent,
}

#[derive(Debug, Clone)]
enum PartContent {
    Text(TextValue),
    Json(Value),
    Equal(Vec<u8>),
    Like(Vec<u8>),
}

/// A body that is made of parts, each with a name: `multipart/form-data`, as browsers and clients upload files.
///
/// ```
/// # use pactwright::prelude::*;
/// let upload = post("/labels").multipart(
///     multipart()
///         .field("order", integer(7))
///         .json("options", json!({ "colour": boolean(true) }))
///         .file("label", "label.pdf", "application/pdf", *b"%PDF-1.7"),
/// );
/// # let _ = upload;
/// ```
pub fn multipart() -> Multipart {
    Multipart { media_type: "multipart/form-data".to_owned(), parts: Vec::new() }
}

impl Multipart {
    /// Another media type than `multipart/form-data`, such as `multipart/mixed`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let parts = multipart().media_type("multipart/mixed").json("order", json!({ "id": integer(7) }));
    /// # let _ = parts;
    /// ```
    pub fn media_type(self, media_type: impl Into<String>) -> Self {
        Self { media_type: media_type.into(), ..self }
    }

    /// A plain field: text, what is written as text, or a matcher.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let parts = multipart().field("order", integer(7));
    /// # let _ = parts;
    /// ```
    #[track_caller]
    pub fn field(self, name: impl Into<String>, value: impl Into<TextValue>) -> Self {
        self.part(name.into(), None, None, PartContent::Text(value.into()))
    }

    /// A part that is JSON, with matchers in it.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let parts = multipart().json("options", json!({ "colour": boolean(true) }));
    /// # let _ = parts;
    /// ```
    #[track_caller]
    pub fn json(self, name: impl Into<String>, value: impl Serialize) -> Self {
        let content = PartContent::Json(crate::matchers::tree(&value));
        self.part(name.into(), None, Some("application/json".to_owned()), content)
    }

    /// A part of a media type, with these bytes and no others.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let parts = multipart().bytes("checksum", "application/octet-stream", [0x0b, 0xad]);
    /// # let _ = parts;
    /// ```
    #[track_caller]
    pub fn bytes(
        self,
        name: impl Into<String>,
        media_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        self.part(name.into(), None, Some(media_type.into()), PartContent::Equal(bytes.into()))
    }

    /// A file of a media type. Any bytes that look like it will do, under any file name; these are the example.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let parts = multipart().file("label", "label.pdf", "application/pdf", *b"%PDF-1.7");
    /// # let _ = parts;
    /// ```
    #[track_caller]
    pub fn file(
        self,
        name: impl Into<String>,
        file_name: impl Into<String>,
        media_type: impl Into<String>,
        example: impl Into<Vec<u8>>,
    ) -> Self {
        let content = PartContent::Like(example.into());
        self.part(name.into(), Some(file_name.into()), Some(media_type.into()), content)
    }

    #[track_caller]
    fn part(
        mut self,
        name: String,
        file_name: Option<String>,
        media_type: Option<String>,
        content: PartContent,
    ) -> Self {
        self.parts.push(Written::here(Part { name, file_name, media_type, content }));
        self
    }

    /// The line that says something about a place: that of the nearest matcher, or that of the part.
    pub(super) fn line_of(&self, place: &[Step]) -> Option<String> {
        let [Step::Field(name), inside @ ..] = place else { return None };
        let mut namesakes = self.parts.iter().filter(|part| part.value.name == *name);
        let (part, inside) = match inside {
            [Step::Index(index), inside @ ..] => (namesakes.nth(*index)?, inside),
            _ => (namesakes.next()?, inside),
        };
        let matcher = match &part.value.content {
            PartContent::Text(text) => line_in(text.tree(), &[]),
            PartContent::Json(tree) => line_in(tree, inside),
            PartContent::Equal(_) | PartContent::Like(_) => None,
        };
        Some(matcher.unwrap_or_else(|| part.source.to_string()))
    }

    /// The body as it travels, and its media type with the boundary between its parts.
    pub(super) fn resolve(&self, pad: &mut Pad<'_>, source: &Location<'_>) -> (Vec<u8>, ContentType) {
        let contents: Vec<_> =
            self.parts.iter().enumerate().map(|(index, part)| part.content(self.step(index), pad)).collect();
        let boundary = boundary(&contents);
        let mut body = Vec::new();
        for (Written { value: part, .. }, content) in self.parts.iter().zip(contents) {
            body.extend_from_slice(format!("--{boundary}\r\n{}\r\n", self.head(part)).as_bytes());
            body.extend_from_slice(&content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        if self.parts.is_empty() {
            pad.mistake(whole(), Problem::NoParts, source);
        }
        let stated = ContentType::parse(&format!("{}; boundary={boundary}", self.media_type));
        let Some(content_type) = stated.filter(ContentType::is_multipart) else {
            let problem = Problem::MediaType(self.media_type.clone());
            pad.mistake(Where::Header("Content-Type".to_owned()), problem, source);
            return (body, ContentType::json());
        };
        // Every client has boundaries of its own. Ours knows; other verifiers have to be told.
        if pad.is_http() {
            let pattern = format!("{};.*boundary=.*", content_type.essence().replace('+', "."));
            pad.rules.insert(Category::Header, "Content-Type", Rule::Regex(Regex::new(pattern)));
        }
        (body, content_type)
    }

    /// The step that leads to a part: its name, with its place among those of that name.
    fn step(&self, index: usize) -> Vec<Step> {
        let name = &self.parts[index].value.name;
        let namesakes =
            |parts: &[Written<Part>]| parts.iter().filter(|part| part.value.name == *name).count();
        let mut steps = vec![Step::Field(name.clone())];
        if namesakes(&self.parts) > 1 {
            steps.push(Step::Index(namesakes(&self.parts[..index])));
        }
        steps
    }

    fn head(&self, part: &Part) -> String {
        let quoted = |text: &str| text.replace('"', "%22").replace(['\r', '\n'], " ");
        let kind = if self.media_type.ends_with("form-data") { "form-data" } else { "attachment" };
        let mut head = format!("Content-Disposition: {kind}; name=\"{}\"", quoted(&part.name));
        if let Some(file_name) = &part.file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        head.push_str("\r\n");
        if let Some(media_type) = &part.media_type {
            head.push_str(&format!("Content-Type: {media_type}\r\n"));
        }
        head
    }
}

impl Written<Part> {
    fn content(&self, steps: Vec<Step>, pad: &mut Pad<'_>) -> Vec<u8> {
        let Self { value: part, source } = self;
        let path = DocPath::from_steps(steps);
        let media_type = part.media_type.as_deref().map(ContentType::parse);
        if let (Some(stated), Some(None)) = (&part.media_type, &media_type) {
            pad.mistake(Where::Body(path.clone()), Problem::MediaType(stated.clone()), source);
        }
        match &part.content {
            PartContent::Text(text) => {
                let written = Written { value: text.clone(), source };
                pad.body_text(&path, &written).join("\n").into_bytes()
            }
            PartContent::Json(tree) => pad.tree(path.steps(), tree, source).to_compact().into_bytes(),
            PartContent::Equal(bytes) => bytes.clone(),
            PartContent::Like(bytes) => {
                if let Some(Some(media_type)) = media_type {
                    let rule = ContentTypeRule { value: media_type.essence().to_owned() };
                    pad.body_rules(&path, Rule::ContentType(rule).into(), source);
                }
                bytes.clone()
            }
        }
    }
}

/// A boundary that is not in any of the parts, and the same every time.
fn boundary(contents: &[Vec<u8>]) -> String {
    let mut boundary = "pactwright-part".to_owned();
    while contents.iter().any(|content| contains(content, boundary.as_bytes())) {
        boundary.push('-');
    }
    boundary
}

fn contains(content: &[u8], wanted: &[u8]) -> bool {
    content.windows(wanted.len()).any(|window| window == wanted)
}
