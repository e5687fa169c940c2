//! Where in a body something is wrong.

use std::collections::HashMap;

use crate::path::{DocPath, Step};
use crate::report::{Detail, Mismatch, Part};

/// What is wrong at a place, and below it.
#[derive(Debug, Default)]
pub(super) struct Wrong<'m> {
    pub(super) here: Vec<&'m Detail>,
    fields: HashMap<String, Wrong<'m>>,
    items: HashMap<usize, Wrong<'m>>,
}

impl<'m> Wrong<'m> {
    pub(super) fn new(mismatches: &'m [Mismatch]) -> Self {
        let mut root = Self::default();
        for mismatch in mismatches.iter().filter(|mismatch| mismatch.part == Part::Body) {
            let Ok(path) = mismatch.location.parse::<DocPath>() else { continue };
            let place = path.steps().iter().fold(&mut root, |place, step| match step {
                Step::Field(name) => place.fields.entry(name.clone()).or_default(),
                Step::Index(index) => place.items.entry(*index).or_default(),
                // Mismatches have a place, not a pattern.
                Step::AnyField | Step::AnyIndex => place,
            });
            place.here.push(&mismatch.detail);
        }
        root
    }

    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        self.fields.get(name)
    }

    pub(super) fn item(&self, index: usize) -> Option<&Self> {
        self.items.get(&index)
    }

    /// Whether nothing of the kind should be here.
    pub(super) fn is_unexpected(&self) -> bool {
        self.here
            .iter()
            .any(|detail| matches!(detail, Detail::Unexpected { .. } | Detail::UnexpectedChild { .. }))
    }
}
