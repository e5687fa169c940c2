//! Bodies of requests and responses, contents of messages.

mod form;
mod graphql;
mod methods;
mod multipart;
mod xml;

use std::panic::Location;
use std::path::PathBuf;

use pactwright_core::json::Json;
use pactwright_core::model::{Body, Content, ContentType, Data};
use pactwright_core::path::{DocPath, Step};
use pactwright_core::rules::{ContentTypeRule, Rule};
use pactwright_core::validate::leads_somewhere;
use serde_json::Value;

pub use graphql::{GraphQl, GraphQlProblem, graphql};
pub(super) use methods::body_methods;
pub use multipart::{Multipart, multipart};
pub use xml::{Element, XmlBody, element};

use super::mistake::{Part, Problem};
use super::pad::Pad;
use super::value::{TextValue, Written};
use crate::matchers::line_in;

/// What is said about a body so far.
#[derive(Debug, Clone, Default)]
pub(super) struct BodyDraft {
    value: Option<Written<BodyValue>>,
    /// Where a body was given that another one replaced.
    second: Option<Written<()>>,
    matching: Vec<Written<(String, Value)>>,
}

/// What a body is to be.
#[derive(Debug, Clone)]
pub(super) enum BodyValue {
    /// JSON with matchers in it.
    Json(Value),
    /// Text of a media type.
    Text(TextValue, String),
    /// Bytes of a media type.
    Bytes(Vec<u8>, String),
    /// Whatever looks like a media type.
    Like(Example, String),
    /// An XML document.
    Xml(XmlBody),
    /// Names with values.
    Form(Value),
    /// Parts.
    Multipart(Multipart),
    /// A GraphQL request.
    GraphQl(GraphQl),
    /// Nothing at all.
    Empty,
}

/// Bytes that are only an example.
#[derive(Debug, Clone)]
pub(super) enum Example {
    Bytes(Vec<u8>),
    File(PathBuf),
}

impl BodyDraft {
    pub(super) fn set(mut self, value: Written<BodyValue>) -> Self {
        if self.value.is_some() {
            self.second = Some(Written { value: (), source: value.source });
        }
        self.value = Some(value);
        self
    }

    pub(super) fn matching(mut self, rule: Written<(String, Value)>) -> Self {
        self.matching.push(rule);
        self
    }

    /// Where the body was given.
    pub(super) fn source(&self) -> Option<&'static Location<'static>> {
        self.value.as_ref().map(|written| written.source)
    }

    /// The line that says something about a place in the body: that of the nearest matcher, or that of the body itself.
    pub(super) fn line_of(&self, place: &DocPath) -> Option<String> {
        let steps = place.steps();
        let nearest = self
            .matching
            .iter()
            .filter_map(|rule| Some((rule, rule.value.0.parse::<DocPath>().ok()?)))
            .filter(|(_, path)| covers(path.steps(), steps))
            .max_by_key(|(_, path)| path.steps().len());
        if let Some((Written { value: (_, matcher), source }, path)) = nearest {
            let inside = line_in(matcher, &steps[path.steps().len()..]);
            return Some(inside.unwrap_or_else(|| source.to_string()));
        }
        let Written { value, source } = self.value.as_ref()?;
        let inside = match value {
            BodyValue::Json(tree) | BodyValue::Form(tree) => line_in(tree, steps),
            BodyValue::GraphQl(request) => line_in(&request.tree(), steps),
            BodyValue::Text(text, _) => line_in(text.tree(), &[]),
            BodyValue::Xml(document) => document.line_of(steps),
            BodyValue::Multipart(parts) => parts.line_of(steps),
            BodyValue::Bytes(..) | BodyValue::Like(..) | BodyValue::Empty => None,
        };
        Some(inside.unwrap_or_else(|| source.to_string()))
    }

    /// The body, as it is put into its part of an interaction. `stated` is the media type that headers or metadata give.
    pub(super) fn resolve(&self, pad: &mut Pad<'_>, stated: Option<&ContentType>) -> Body {
        if let Some(Written { source, .. }) = self.second {
            pad.mistake(whole(), Problem::SecondBody, source);
        }
        let before = pad.count();
        let body = match &self.value {
            Some(written) => body(written, pad, stated.cloned()),
            None => Body::Missing,
        };
        // Where something is wrong with the body, it leads nowhere that anybody meant.
        let sound = pad.count() == before;
        for Written { value: (path, matcher), source } in &self.matching {
            match path.parse::<DocPath>() {
                Err(error) => pad.mistake(whole(), Problem::BodyPath(path.clone(), error), source),
                Ok(parsed) if sound && !leads_somewhere(&body, stated.cloned(), &parsed) => {
                    pad.mistake(Part::Body(parsed), Problem::LeadsNowhere, source);
                }
                Ok(parsed) => {
                    pad.tree(parsed.steps(), matcher, source);
                }
            }
        }
        body
    }
}

/// Whether a path leads to a place, or to something around it.
fn covers(path: &[Step], place: &[Step]) -> bool {
    let is_step =
        |(step, actual): (&Step, &Step)| step == actual || matches!(step, Step::AnyField | Step::AnyIndex);
    path.len() <= place.len() && path.iter().zip(place).all(is_step)
}

fn whole() -> Part {
    Part::Body(DocPath::default())
}

fn body(
    Written { value, source }: &Written<BodyValue>,
    pad: &mut Pad<'_>,
    stated: Option<ContentType>,
) -> Body {
    let media_type = |text: &str, pad: &mut Pad<'_>| {
        let parsed = ContentType::parse(text);
        if parsed.is_none() {
            pad.mistake(Part::Header("Content-Type".to_owned()), Problem::MediaType(text.to_owned()), source);
        }
        parsed
    };
    let (data, content_type) = match value {
        BodyValue::Empty => return Body::Empty,
        BodyValue::Json(tree) => {
            let example = pad.tree(&[], tree, source);
            let content_type = Some(stated.unwrap_or_else(ContentType::json));
            if example == Json::Null {
                // Files have a word for a body that is null, but none for rules about it.
                let ruled = |pad: &Pad<'_>| {
                    pad.rules.category(pactwright_core::model::Category::Body).next().is_some()
                };
                if ruled(pad) {
                    pad.mistake(whole(), Problem::NullBody, source);
                }
                return Body::Null;
            }
            (Data::Json(example), content_type)
        }
        BodyValue::Text(text, media) => {
            let written = Written { value: text.clone(), source };
            let text = pad.body_text(&DocPath::default(), &written).join("\n");
            (Data::Text(text), media_type(media, pad))
        }
        BodyValue::Bytes(bytes, media) => (Data::Binary(bytes.clone()), media_type(media, pad)),
        BodyValue::Like(example, media) => {
            let content_type = media_type(media, pad);
            let essence = content_type.as_ref().map_or(media.as_str(), ContentType::essence).to_owned();
            let rule = Rule::ContentType(ContentTypeRule { value: essence });
            pad.body_rules(&DocPath::default(), rule.into(), source);
            (Data::Binary(example.read(pad, source)), content_type)
        }
        BodyValue::Xml(document) => {
            let text = document.resolve(pad, source);
            if let Err(error) = pactwright_core::xml::check(text.as_bytes()) {
                pad.mistake(whole(), Problem::NotXml(error), source);
            }
            (Data::Text(text), stated.or_else(|| ContentType::parse("application/xml")))
        }
        BodyValue::Form(tree) => {
            let text = form::resolve(tree, pad, source);
            (Data::Text(text), ContentType::parse("application/x-www-form-urlencoded"))
        }
        BodyValue::GraphQl(request) => {
            let example =
                if request.check(pad) { Json::Null } else { pad.tree(&[], &request.tree(), source) };
            (Data::Json(example), Some(stated.unwrap_or_else(ContentType::json)))
        }
        BodyValue::Multipart(parts) => {
            let (bytes, content_type) = parts.resolve(pad, source);
            (Data::Binary(bytes), Some(content_type))
        }
    };
    Body::Present(Content { data, content_type, hint: None })
}

impl Example {
    fn read(&self, pad: &mut Pad<'_>, source: &Location<'_>) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::File(path) => std::fs::read(path).unwrap_or_else(|error| {
                let problem = Problem::File { path: path.clone(), reason: error.to_string() };
                pad.mistake(whole(), problem, source);
                Vec::new()
            }),
        }
    }
}
