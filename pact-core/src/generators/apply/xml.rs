//! XML documents.

use std::collections::BTreeMap;

use super::{Applier, Reason};
use crate::generators::{Generator, as_text};
use crate::json::JsonBuf;
use crate::model::{Category, Content, Data};
use crate::path::DocPath;
use crate::xml::{escaped, places};

impl Applier<'_> {
    /// Puts values into attributes and text. Everything else in the document stays as it was written.
    pub(super) fn xml(&mut self, content: &mut Content, generators: &[(DocPath, &Generator)]) {
        let bytes = content.bytes().into_owned();
        let Ok(before) = String::from_utf8(bytes) else {
            return self.skip_all(generators, &Reason::NotXml);
        };
        // The most specific path goes last, and so has its way.
        let mut ordered: Vec<_> = generators.iter().collect();
        ordered.sort_by(|(left, _), (right, _)| left.specificity(right));
        let mut edits = BTreeMap::new();
        for (path, generator) in ordered {
            let place = path.to_string();
            let Ok(found) = places(&before, path.steps()) else {
                return self.skip_all(generators, &Reason::NotXml);
            };
            if found.is_empty() {
                self.skip(Category::Body, &place, Reason::NotThere);
            }
            for value in found {
                let example = JsonBuf::from(value.value);
                if let Some(made) = self.make(Category::Body, &place, generator, &example) {
                    edits.insert(value.range.start, (value.range, escaped(&as_text(&made))));
                }
            }
        }
        if edits.is_empty() {
            return;
        }
        let mut after = before;
        for (range, text) in edits.into_values().rev() {
            after.replace_range(range, &text);
        }
        match &mut content.data {
            Data::Binary(bytes) => *bytes = after.into_bytes(),
            Data::Text(_) | Data::Json(_) => content.data = Data::Text(after),
        }
    }
}
