//! Which generators apply where.

use std::collections::BTreeMap;

use super::Category;
use crate::generators::Generator;

/// All generators of a request, response or message: by part, then by name (headers, query, metadata) or path
/// expression (body). Parts that can only be one thing have the empty name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Generators {
    categories: BTreeMap<Category, BTreeMap<String, Generator>>,
}

impl Generators {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.categories.is_empty()
    }

    /// The generators for a part, in order of their names or paths.
    pub fn category(&self, category: Category) -> impl Iterator<Item = (&str, &Generator)> {
        self.categories
            .get(&category)
            .into_iter()
            .flatten()
            .map(|(name, generator)| (name.as_str(), generator))
    }

    /// The parts that have generators.
    pub fn categories(&self) -> impl Iterator<Item = Category> {
        self.categories.keys().copied()
    }

    /// Sets the generator for a place.
    pub fn insert(&mut self, category: Category, name: impl Into<String>, generator: Generator) {
        self.categories.entry(category).or_default().insert(name.into(), generator);
    }
}
