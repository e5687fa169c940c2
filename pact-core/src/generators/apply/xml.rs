//! XML documents: new text and attributes, everything else as it was written.

use super::body::{Inside, Outcomes, Task};
use super::{Applier, Reason};
use crate::generators::as_text;
use crate::json::JsonBuf;
use crate::model::{Category, Content, ContentType};
use crate::xml::{Edits, Source, select};

impl Applier<'_> {
    pub(super) fn xml(
        &mut self,
        content: &mut Content,
        content_type: &ContentType,
        tasks: &[Task<'_>],
        inside: Inside<'_>,
        outcomes: &mut Outcomes,
    ) {
        let charset = content_type.parameter("charset");
        let source = match Source::new(&content.data, charset) {
            Ok(source) => source,
            Err(error) => return outcomes.blame(tasks, &Reason::NotXml(error)),
        };
        let document = match source.parse() {
            Ok(document) => document,
            Err(error) => return outcomes.blame(tasks, &Reason::NotXml(error)),
        };
        let mut edits = Edits::default();
        for task in tasks {
            if task.path.steps().is_empty() {
                outcomes.blame(std::slice::from_ref(task), &Reason::ContentType(content_type.clone()));
            }
            for slot in select(&document, task.path.steps()) {
                outcomes.met(task.id);
                let place = inside.place(&task.path);
                let example = JsonBuf::from(slot.value.as_str());
                let Some(made) = self.make(Category::Body, &place, task.generator, &example) else {
                    continue;
                };
                if let Err(character) = edits.replace(&slot, &as_text(&made)) {
                    self.skip(Category::Body, &place, Reason::Character(character));
                }
            }
        }
        drop(document);
        if !edits.is_empty() {
            content.data = source.finish(edits);
        }
    }
}
