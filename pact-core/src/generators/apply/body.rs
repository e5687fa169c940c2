//! Bodies and message contents.
//!
//! Whatever has an inner structure is changed in place: XML documents, forms and bodies made of parts keep every byte
//! that is not part of a new value. JSON documents are written anew.

use super::{Applier, Reason};
use crate::generators::Generator;
use crate::matching::NESTING;
use crate::model::{Body, Category, Content, ContentType, Data, MatchingRules, RuleList};
use crate::path::DocPath;

/// A generator for a place inside a body, or inside a part of it.
#[derive(Clone)]
pub(super) struct Task<'g> {
    /// Which of the generators of the whole body it is.
    pub(super) id: usize,
    pub(super) path: DocPath,
    pub(super) generator: &'g Generator,
}

/// What became of the generators of a body: why they had nothing to do, or none when they had. A path may lead to
/// several places; one where there is something is enough.
pub(super) struct Outcomes(Vec<Option<Reason>>);

impl Outcomes {
    /// There was a value to replace.
    pub(super) fn met(&mut self, id: usize) {
        if let Some(outcome) = self.0.get_mut(id) {
            *outcome = None;
        }
    }

    /// There was none, for a better reason than that nothing is there.
    pub(super) fn blame(&mut self, tasks: &[Task<'_>], reason: &Reason) {
        for task in tasks {
            if let Some(outcome @ Some(Reason::NotThere)) = self.0.get_mut(task.id) {
                *outcome = Some(reason.clone());
            }
        }
    }
}

/// Where content is that generators are applied to.
#[derive(Clone, Copy)]
pub(super) struct Inside<'i> {
    /// Its place in the whole body, as a path.
    pub(super) at: &'i str,
    /// The rules that may have generators, by path inside the content.
    pub(super) rules: &'i [(DocPath, &'i RuleList)],
    /// How many bodies made of parts may still be inside.
    pub(super) nesting: usize,
}

impl Inside<'_> {
    /// The place of something inside, in the whole body.
    pub(super) fn place(&self, path: &DocPath) -> String {
        format!("{}{}", self.at, path.to_string().trim_start_matches('$'))
    }
}

impl Applier<'_> {
    /// `stated` is the media type that headers or metadata give.
    pub(super) fn body(&mut self, body: &mut Body, stated: Option<ContentType>, rules: &MatchingRules) {
        let (mut tasks, mut places) = (Vec::new(), Vec::new());
        for (place, generator) in self.generators(Category::Body) {
            match place.parse::<DocPath>() {
                Ok(path) => {
                    places.push(path.to_string());
                    tasks.push(Task { id: tasks.len(), path, generator });
                }
                Err(error) => self.skip(Category::Body, place, Reason::Path(error)),
            }
        }
        let rules: Vec<(DocPath, &RuleList)> = rules
            .category(Category::Body)
            .filter_map(|(path, list)| Some((path.parse().ok()?, list)))
            .filter(|(_, list)| super::json::has_generators(list, self.run.context.mode))
            .collect();
        if tasks.is_empty() && rules.is_empty() {
            return;
        }
        // What is nearer to the root goes first; of several paths to the same place the most specific one goes last.
        tasks.sort_by(|left, right| {
            let steps = |task: &Task<'_>| task.path.steps().len();
            steps(left).cmp(&steps(right)).then_with(|| left.path.specificity(&right.path))
        });
        let mut outcomes = Outcomes(vec![Some(Reason::NotThere); tasks.len()]);
        let content_type = stated.or_else(|| body.own_content_type());
        if let Body::Present(content) = body {
            let inside = Inside { at: "$", rules: &rules, nesting: NESTING };
            self.content(content, content_type, &tasks, inside, &mut outcomes);
        }
        for (place, outcome) in places.iter().zip(outcomes.0) {
            if let Some(reason) = outcome {
                self.skip(Category::Body, place, reason);
            }
        }
    }

    pub(super) fn content(
        &mut self,
        content: &mut Content,
        content_type: Option<ContentType>,
        tasks: &[Task<'_>],
        inside: Inside<'_>,
        outcomes: &mut Outcomes,
    ) {
        let content_type = content_type.unwrap_or_else(ContentType::unknown);
        if content_type.is_json() || matches!(content.data, Data::Json(_)) {
            self.json(content, tasks, inside, outcomes);
        } else if content_type.is_form() {
            self.form(content, &content_type, tasks, inside, outcomes);
        } else if content_type.is_xml() {
            self.xml(content, &content_type, tasks, inside, outcomes);
        } else if content_type.is_multipart() && inside.nesting > 0 {
            self.multipart(content, &content_type, tasks, inside, outcomes);
        } else {
            self.whole(content, content_type, tasks, inside, outcomes);
        }
    }

    fn json(
        &mut self,
        content: &mut Content,
        tasks: &[Task<'_>],
        inside: Inside<'_>,
        outcomes: &mut Outcomes,
    ) {
        let Some(document) = content.as_json() else { return outcomes.blame(tasks, &Reason::NotJson) };
        let before = document.into_owned().into_owned();
        let mut document = before.clone();
        let generators: Vec<_> = tasks.iter().map(|task| (task.path.clone(), task.generator)).collect();
        let met = self.tree(&mut document, &generators, inside.rules, inside.at);
        for (task, _) in tasks.iter().zip(met).filter(|(_, met)| *met) {
            outcomes.met(task.id);
        }
        if document == before {
            return;
        }
        match &mut content.data {
            Data::Json(value) => *value = document,
            Data::Text(text) => *text = document.to_compact(),
            Data::Binary(bytes) => *bytes = document.to_compact().into_bytes(),
        }
    }

    /// Text that has no parts: a generator can be for the whole.
    fn whole(
        &mut self,
        content: &mut Content,
        content_type: ContentType,
        tasks: &[Task<'_>],
        inside: Inside<'_>,
        outcomes: &mut Outcomes,
    ) {
        if let Data::Text(text) = &mut content.data {
            for task in tasks.iter().filter(|task| task.path.steps().is_empty()) {
                outcomes.met(task.id);
                self.replace_text(Category::Body, &inside.place(&task.path), task.generator, text);
            }
        }
        outcomes.blame(tasks, &Reason::ContentType(content_type));
    }
}
