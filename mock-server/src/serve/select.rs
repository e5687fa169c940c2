//! Which interaction answers a request. Pure, but for counting.

use std::sync::atomic::{AtomicU64, Ordering};

use pactwright_core::matching::{ActualRequest, CompiledRequest, Reading};
use pactwright_core::model::{Category, Interaction, Response};
use pactwright_core::report::Part;

use super::answer::Prepared;
use super::index::{Bodies, Index};
use crate::report::{Closest, InteractionName};

/// An interaction, ready to be asked for.
pub(super) struct Scene {
    pub(super) name: InteractionName,
    pub(super) request: CompiledRequest,
    pub(super) answer: Prepared,
    /// How often it was asked for.
    requested: AtomicU64,
    /// How much it says about a request: where several match, the one that says most is meant.
    pub(super) detail: usize,
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
            answer: Prepared::new(expected, response, url),
            request,
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

/// All interactions of a server. Compiled once, shared by all connections, never locked.
pub(super) struct Scenes {
    all: Vec<Scene>,
    index: Index,
}

/// What a request leads to.
pub(super) enum Selection<'s> {
    /// This interaction answers.
    Match(&'s Scene),
    /// None does. The one that is most like the request, if there are any.
    Nothing(Option<Closest>),
}

/// How many interactions with other paths are held against a request that nothing matches.
const JUDGED: usize = 64;

impl Scenes {
    pub(super) fn new(scenes: Vec<Scene>) -> Self {
        let index = Index::new(scenes.iter().map(|scene| &scene.request));
        Self { all: scenes, index }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Scene> {
        self.all.iter()
    }

    /// Those that may match a request, in the order of the contract.
    pub(super) fn addressed<'s, 'r>(
        &'s self,
        reading: &Reading<'r>,
        bodies: Bodies,
    ) -> impl Iterator<Item = &'s Scene> + use<'s, 'r> {
        let candidates = self.index.candidates(reading, bodies);
        let request = reading.request();
        // The whole comparison looks at method and path, too: looking at them first only pays where it spares several.
        let several = candidates.len() > 1;
        candidates.into_iter().map(|index| &self.all[index]).filter(move |scene| {
            !several
                || scene.request.accepts_method(&request.method) && scene.request.accepts_path(&request.path)
        })
    }

    /// The interaction that answers, counted as requested.
    ///
    /// Among those that match, the one that says most about the request is meant. Where that leaves several, they take
    /// turns: first those that were not requested yet, in the order of the contract, and from then on the last. So a
    /// retry can be played as two interactions with one request.
    pub(super) fn select(&self, request: &ActualRequest) -> Selection<'_> {
        let reading = Reading::new(request);
        let mut matching: Vec<&Scene> = self
            .addressed(&reading, Bodies::Decide)
            .filter(|scene| scene.request.matches(&reading))
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
            (None, None) => Selection::Nothing(self.closest(&reading, |_| true)),
        }
    }

    /// The interaction that is most like a request that nothing matches, of those that are wanted.
    pub(super) fn closest(&self, reading: &Reading<'_>, wanted: impl Fn(&Scene) -> bool) -> Option<Closest> {
        let path = &reading.request().path;
        let mut judged = self.index.neighbours(path);
        judged.retain(|index| wanted(&self.all[*index]) && self.all[*index].request.accepts_path(path));
        if judged.is_empty() {
            let alike = |scene: &Scene| alike(&scene.request.expected().path, path);
            let all = || (0..self.all.len()).filter(|index| wanted(&self.all[*index]));
            let most = all().map(|index| alike(&self.all[index])).max()?;
            judged = all().filter(|index| alike(&self.all[*index]) == most).take(JUDGED).collect();
        }
        let judged = judged.into_iter().map(|index| {
            let scene = &self.all[index];
            let mismatches = scene.request.mismatches_of(reading);
            let wrong_method = mismatches.iter().any(|mismatch| mismatch.part == Part::Method);
            ((wrong_method, mismatches.len()), scene, mismatches)
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
