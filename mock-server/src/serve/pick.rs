//! Which interaction answers where nothing is verified. Pure.

use std::cmp::Reverse;

use pactwright_core::matching::{ActualRequest, Reading};
use pactwright_core::report::{Mismatch, Part};

use super::index::Bodies;
use super::select::{Scene, Scenes, Selection};

impl Scenes {
    /// The interaction that answers where nothing is verified, of those that are wanted.
    ///
    /// Method, path and query must match, and so must the body of a request that brings one; whoever only wants an
    /// answer need not send every header. Of several, the one that differs least answers, then the one that says most,
    /// then the first.
    pub(super) fn pick(&self, request: &ActualRequest, wanted: impl Fn(&Scene) -> bool) -> Selection<'_> {
        let brings_body =
            matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") && !request.body.is_empty();
        let decides = |mismatch: &Mismatch| match mismatch.part {
            Part::Header => false,
            Part::Body => brings_body,
            _ => true,
        };
        let bodies = if brings_body { Bodies::Decide } else { Bodies::DoNotCount };
        let reading = Reading::new(request);
        let fitting = self.addressed(&reading, bodies).filter(|scene| wanted(scene)).filter_map(|scene| {
            let mismatches = scene.request.mismatches_of(&reading);
            (!mismatches.iter().any(decides)).then_some((mismatches.len(), scene))
        });
        match fitting.min_by_key(|(wrong, scene)| (*wrong, Reverse(scene.detail))) {
            Some((_, scene)) => Selection::Match(scene),
            None => Selection::Nothing(self.closest(&reading, &wanted)),
        }
    }
}

impl std::fmt::Debug for Scenes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} interactions", self.iter().count())
    }
}
