//! Which interaction answers a request. Pure, but for counting.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use pactwright_core::matching::{ActualRequest, CompiledRequest};
use pactwright_core::model::{Category, Interaction, Response};
use pactwright_core::report::{Mismatch, Part};

use super::answer::Prepared;
use crate::report::{Closest, InteractionName};

/// An interaction, ready to be asked for.
pub(super) struct Scene {
    pub(super) name: InteractionName,
    request: CompiledRequest,
    pub(super) answer: Prepared,
    /// How often it was asked for.
    requested: AtomicU64,
    /// How much it says about a request: where several match, the one that says most is meant.
    detail: usize,
}

impl Scene {
    /// `url` is where the mock is.
    pub(super) fn new(
        interaction: &Interaction,
        request: CompiledRequest,
        response: &Response,
        url: &str,
    ) -> Self {
        let expected = request.expected();
        let name = InteractionName {
            description: interaction.description.clone(),
            states: interaction.states.clone(),
            request: crate::report::request_line(&ActualRequest::from(expected)),
        };
        Self {
            name,
            detail: detail(&request),
            request,
            answer: Prepared::new(response, url),
            requested: AtomicU64::new(0),
        }
    }

    pub(super) fn was_requested(&self) -> bool {
        self.requested.load(Ordering::Acquire) > 0
    }
}

/// How many parts of a request are stated, exact ones counting double.
fn detail(request: &CompiledRequest) -> usize {
    let expected = request.expected();
    let exact = |category| usize::from(expected.rules.category(category).next().is_none());
    let query = expected.query.as_ref().map_or(0, |query| query.pairs().len());
    let body = usize::from(expected.body.content().is_some());
    exact(Category::Path)
        + 2 * query
        + 2 * expected.headers.iter().count()
        + body * (1 + exact(Category::Body))
}

/// All interactions of a mock. Compiled once, shared by all connections, never locked.
pub(super) struct Scenes {
    all: Vec<Scene>,
    /// Those whose method and path are exact, by both.
    by_path: HashMap<(String, String), Vec<usize>>,
    /// The others.
    open: Vec<usize>,
}

/// What a request leads to.
pub(super) enum Selection<'s> {
    /// This interaction answers.
    Match(&'s Scene),
    /// None does. The one that is most like the request, if there are any.
    Nothing(Option<Closest>),
}

impl Scenes {
    pub(super) fn new(scenes: Vec<Scene>) -> Self {
        let (mut by_path, mut open) = (HashMap::<_, Vec<usize>>::new(), Vec::new());
        for (index, scene) in scenes.iter().enumerate() {
            let expected = scene.request.expected();
            let ruled = |category| expected.rules.category(category).next().is_some();
            if ruled(Category::Path) || ruled(Category::Method) {
                open.push(index);
            } else {
                by_path.entry((expected.method.clone(), expected.path.clone())).or_default().push(index);
            }
        }
        Self { all: scenes, by_path, open }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Scene> {
        self.all.iter()
    }

    /// The interaction that answers, counted as requested.
    ///
    /// Among those that match, the one that says most about the request is meant. Where that leaves several, they take
    /// turns: first those that were not requested yet, in the order of the contract, and from then on the last. So a
    /// retry can be played as two interactions with one request.
    pub(super) fn select(&self, request: &ActualRequest) -> Selection<'_> {
        // Method and path are cloned for the look-up; a map that is asked with borrowed pairs is not worth its code.
        let key = (request.method.clone(), request.path.clone());
        let exact = self.by_path.get(&key).map_or(&[][..], Vec::as_slice);
        let mut matching: Vec<&Scene> = exact
            .iter()
            .chain(&self.open)
            .map(|index| &self.all[*index])
            .filter(|scene| scene.request.mismatches(request).is_empty())
            .collect();
        if let Some(most) = matching.iter().map(|scene| scene.detail).max() {
            matching.retain(|scene| scene.detail == most);
        }
        let claim = |scene: &&&Scene| {
            scene.requested.compare_exchange(0, 1, Ordering::AcqRel, Ordering::Acquire).is_ok()
        };
        match (matching.iter().find(claim), matching.last()) {
            (Some(scene), _) => Selection::Match(scene),
            (None, Some(last)) => {
                last.requested.fetch_add(1, Ordering::AcqRel);
                Selection::Match(last)
            }
            (None, None) => Selection::Nothing(self.closest(request)),
        }
    }

    fn closest(&self, request: &ActualRequest) -> Option<Closest> {
        let judged = self.all.iter().map(|scene| {
            let mismatches = scene.request.mismatches(request);
            let wrong = |part| mismatches.iter().any(|mismatch: &Mismatch| mismatch.part == part);
            let path = wrong(Part::Path);
            let alike = if path { alike(&scene.request.expected().path, &request.path) } else { 0 };
            ((path, Reverse(alike), wrong(Part::Method), mismatches.len()), scene, mismatches)
        });
        let (_, scene, mismatches) = judged.min_by_key(|(rank, ..)| *rank)?;
        let expected = Box::new(scene.request.expected().clone());
        Some(Closest { interaction: scene.name.clone(), expected, mismatches })
    }
}

/// How many segments of two paths are equal, from the left.
fn alike(left: &str, right: &str) -> usize {
    left.split('/').zip(right.split('/')).take_while(|(left, right)| left == right).count()
}
