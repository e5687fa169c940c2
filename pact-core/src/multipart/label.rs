//! What parts are called.

use std::collections::HashMap;

use super::Part;
use crate::path::{DocPath, Step};

/// A part among its fellows.
pub(crate) struct Labelled<'p> {
    pub(crate) part: &'p Part<'p>,
    pub(crate) named: bool,
    /// Its name, or its place among the parts without one.
    pub(crate) label: String,
    /// How many with that label come before it.
    pub(crate) occurrence: usize,
    /// How many parts come before it.
    pub(crate) position: usize,
}

/// Parts by the name of their form field, those without a name by their order.
pub(crate) fn labelled<'p>(parts: &'p [Part<'p>]) -> Vec<Labelled<'p>> {
    let mut seen: HashMap<Option<String>, usize> = HashMap::new();
    let label = |(position, part): (usize, &'p Part<'p>)| {
        let name = part.name();
        let count = seen.entry(name.clone()).or_default();
        let before = *count;
        *count += 1;
        match name {
            Some(label) => Labelled { part, named: true, label, occurrence: before, position },
            None => Labelled { part, named: false, label: before.to_string(), occurrence: before, position },
        }
    };
    parts.iter().enumerate().map(label).collect()
}

impl Labelled<'_> {
    /// What makes it the same part as another.
    pub(crate) fn key(&self) -> (bool, &str, usize) {
        (self.named, &self.label, self.occurrence)
    }

    /// The step that leads to it from the body: its name, or its place.
    pub(crate) fn step(&self) -> Step {
        if self.named { Step::Field(self.label.clone()) } else { Step::Index(self.position) }
    }

    /// The paths inside the part that a path for the whole body means. There may be two: an index after the name is
    /// one among parts of that name, or one in the content.
    pub(crate) fn inside(&self, path: &DocPath) -> Vec<DocPath> {
        let Some((first, rest)) = path.steps().split_first() else { return Vec::new() };
        let below = |steps: &[Step]| DocPath::from_steps(steps.to_vec());
        let named = match first {
            Step::Field(name) => *name == self.label,
            Step::AnyField => true,
            Step::Index(index) if *index == self.position => return vec![below(rest)],
            Step::Index(_) => return Vec::new(),
            Step::AnyIndex => return vec![below(rest)],
        };
        match rest.split_first() {
            _ if !named => Vec::new(),
            Some((Step::Index(index), inner)) if *index == self.occurrence => vec![below(rest), below(inner)],
            Some((Step::AnyIndex, inner)) => vec![below(rest), below(inner)],
            _ => vec![below(rest)],
        }
    }
}
