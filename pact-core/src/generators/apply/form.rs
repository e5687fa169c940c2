//! Forms: new values in place of old ones, everything else as it was written.

use std::collections::HashMap;

use super::body::{Inside, Outcomes, Task};
use super::{Applier, Reason};
use crate::generators::as_text;
use crate::json::JsonBuf;
use crate::model::{Category, Content, ContentType, Data, decode_component, encode_component};
use crate::path::Step;

/// A field of a form.
struct Field {
    name: String,
    /// How many of that name come before it.
    occurrence: usize,
    /// How it is written.
    written: String,
}

impl Applier<'_> {
    pub(super) fn form(
        &mut self,
        content: &mut Content,
        content_type: &ContentType,
        tasks: &[Task<'_>],
        inside: Inside<'_>,
        outcomes: &mut Outcomes,
    ) {
        let charset = content_type.parameter("charset");
        let Ok(text) = String::from_utf8(content.bytes().into_owned()) else {
            return outcomes.blame(tasks, &Reason::ContentType(content_type.clone()));
        };
        let mut fields = fields(&text, charset);
        for task in tasks {
            for field in fields.iter_mut().filter(|field| field.is_meant(task.path.steps())) {
                outcomes.met(task.id);
                let (name, value) = field.written.split_once('=').unwrap_or((&field.written, ""));
                let example = JsonBuf::from(decode_component(value, charset));
                let place = inside.place(&task.path);
                if let Some(made) = self.make(Category::Body, &place, task.generator, &example) {
                    field.written = format!("{name}={}", encode_component(&as_text(&made), charset));
                }
            }
        }
        let roots: Vec<_> = tasks.iter().filter(|task| task.path.steps().is_empty()).cloned().collect();
        outcomes.blame(&roots, &Reason::ContentType(content_type.clone()));
        let made = fields.into_iter().map(|field| field.written).collect::<Vec<_>>().join("&");
        if made != text {
            content.data = match content.data {
                Data::Binary(_) => Data::Binary(made.into_bytes()),
                _ => Data::Text(made),
            };
        }
    }
}

fn fields(text: &str, charset: Option<&str>) -> Vec<Field> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let field = |written: &str| {
        let (name, _) = written.split_once('=').unwrap_or((written, ""));
        let name = decode_component(name, charset);
        let count = seen.entry(name.clone()).or_default();
        let occurrence = *count;
        *count += 1;
        Field { name, occurrence, written: written.to_owned() }
    };
    text.split('&').map(field).collect()
}

impl Field {
    /// Whether a path leads to the field. Nothing between two separators is none.
    fn is_meant(&self, steps: &[Step]) -> bool {
        let named = match steps.first() {
            Some(Step::Field(name)) => *name == self.name,
            Some(Step::AnyField) => true,
            _ => false,
        };
        named
            && !self.written.is_empty()
            && match &steps[1..] {
                [] | [Step::AnyIndex | Step::AnyField] => true,
                [Step::Index(index)] => *index == self.occurrence,
                _ => false,
            }
    }
}
