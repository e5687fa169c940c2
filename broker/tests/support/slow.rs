//! What the indexes of a state have to say, found out by looking at everything there is.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use pactwright_broker::domain::{
    model::{Pact, ParticipantId, Timestamp, Version, VersionId},
    queries::{dashboard, metrics, pacts},
    state::{State, Totals},
};

/// Checks every index that there is a plain definition for.
#[track_caller]
pub(crate) fn assert_indexed(state: &State) {
    let known = Everything::of(state);
    known.assert_results();
    known.assert_contracts();
    known.assert_overviews();
    known.assert_triggers();
    assert_eq!(state.totals(), known.totals());
    let spans = metrics::count(state);
    let published = || known.pacts.iter().map(|pact| pact.created_at);
    assert_eq!((spans.published.first, spans.published.last), (published().min(), published().max()));
}

struct Everything<'a> {
    state: &'a State,
    pacts: Vec<Pact>,
    participants: Vec<ParticipantId>,
}

impl<'a> Everything<'a> {
    fn of(state: &'a State) -> Self {
        let mut pacts: Vec<_> = state.pacts().copied().collect();
        pacts.sort_by_cached_key(|pact| state.place(pact.version));
        Self { state, pacts, participants: state.participants().map(|known| known.id).collect() }
    }

    fn version(&self, id: VersionId) -> &Version {
        self.state.version_by_id(id).unwrap()
    }

    fn pairs(&self) -> impl Iterator<Item = (ParticipantId, ParticipantId)> {
        let all = &self.participants;
        all.iter().flat_map(move |one| all.iter().map(move |other| (*one, *other)))
    }

    fn between(&self, pair: (ParticipantId, ParticipantId)) -> impl DoubleEndedIterator<Item = &Pact> {
        self.pacts.iter().filter(move |pact| (pact.consumer, pact.provider) == pair)
    }

    fn assert_results(&self) {
        let state = self.state;
        for content in state.contents() {
            let of_this = || state.results().filter(|result| result.content == content.id);
            let numbers: Vec<_> = of_this().map(|result| result.number).collect();
            let in_turn: Vec<_> = state.results_in_turn(content.id).map(|result| result.number).collect();
            assert_eq!(in_turn, numbers);
            assert_eq!(state.latest_result(content.id).map(|result| result.number), numbers.last().copied());
            assert_eq!(state.result_count(content.id), numbers.len());
            assert_eq!(state.has_succeeded(content.id), of_this().any(|result| result.success));
            assert_eq!(state.is_used(content.id), self.pacts.iter().any(|pact| pact.content == content.id));
        }
        for pair in self.pairs() {
            let contents: BTreeSet<_> = self.between(pair).map(|pact| pact.content).collect();
            let last = state.results().rfind(|result| contents.contains(&result.content));
            let found = state.latest_result_between(pair.0, pair.1);
            assert_eq!(found.map(|result| result.number), last.map(|result| result.number));
            let failures = |behind| -> BTreeSet<_> {
                let all = state.versions().map(|version| version.id);
                let of = all.flat_map(|until| state.failures_between(pair.0, pair.1, behind, until));
                of.map(|result| result.number).collect()
            };
            let content = |id| state.content_by_id(id).unwrap();
            let failed = state.results().filter(|result| {
                let content = content(result.content);
                (content.consumer, content.provider) == pair && !result.failed().is_empty()
            });
            assert_eq!(failures(None), failed.map(|result| result.number).collect());
        }
    }

    fn assert_contracts(&self) {
        let state = self.state;
        for pair in self.pairs() {
            let (consumer, provider) = pair;
            let all: Vec<&Pact> = self.between(pair).collect();
            assert_eq!(state.pacts_between(consumer, provider).collect::<Vec<_>>(), all);
            let untagged = |pact: &&&Pact| self.version(pact.version).tags.is_empty();
            let expected: Vec<_> = all.iter().filter(untagged).copied().collect();
            assert_eq!(state.untagged_pacts(consumer, provider).collect::<Vec<_>>(), expected);
            let mut by_time = all.clone();
            by_time.sort_by_key(|pact| (pact.created_at, pact.id));
            assert_eq!(state.pacts_since(consumer, provider, Timestamp::MIN).collect::<Vec<_>>(), by_time);
            for (place, pact) in all.iter().enumerate() {
                let before = all[..place].iter().rfind(|earlier| earlier.content != pact.content).copied();
                assert_eq!(pacts::previous_distinct(state, pact), before);
            }
            for branch in state.branches_of(consumer) {
                let on_it = |pact: &&&Pact| self.version(pact.version).is_on(branch.id);
                let expected: Vec<_> = all.iter().filter(on_it).copied().collect();
                assert_eq!(state.pacts_of_branch(branch.id, provider).collect::<Vec<_>>(), expected);
                let versions = state.branch_version_ids(branch.id).count();
                assert_eq!(state.branch_version_count(branch.id), versions);
            }
            for tag in state.tags_of(consumer) {
                let id = state.tag_id(consumer, tag).unwrap();
                let with_it = |pact: &&&Pact| self.version(pact.version).has_tag(tag.as_str());
                let expected: Vec<_> = all.iter().filter(with_it).copied().collect();
                assert_eq!(state.pacts_with_tag(id, provider).collect::<Vec<_>>(), expected);
                let versions = state.tagged_version_ids(consumer, tag.as_str()).count();
                assert_eq!(state.tagged_count(consumer, tag.as_str()), versions);
            }
            let is_provider = state.providers_of_consumer(consumer).any(|id| id == provider);
            assert_eq!(is_provider, !all.is_empty());
            for environment in state.environments() {
                let place = (environment.id, consumer);
                let deployed =
                    state.deployments().map(|known| ((known.environment, known.participant), known.version));
                let released =
                    state.releases().map(|known| ((known.environment, known.participant), known.version));
                let ever = deployed.chain(released).filter(|(known, _)| *known == place);
                let ever: BTreeSet<_> = ever.map(|(_, version)| version).collect();
                let found = state.versions_ever_in(environment.id, consumer);
                assert_eq!(found, ever.into_iter().collect::<Vec<_>>());
            }
        }
    }

    /// What is on the dashboard, and what may be work in progress.
    fn assert_overviews(&self) {
        let state = self.state;
        let (mut shown, mut heads) = (BTreeMap::new(), BTreeSet::new());
        let mut show = |pact: Option<&Pact>, tag: Option<String>| {
            if let Some(pact) = pact {
                let tags: &mut BTreeSet<String> = shown.entry(pact.id).or_default();
                tags.extend(tag);
            }
        };
        for pair in self.pairs() {
            show(self.between(pair).next_back(), None);
            for tag in state.tags_of(pair.0) {
                let with_it = |pact: &&Pact| self.version(pact.version).has_tag(tag.as_str());
                show(self.between(pair).rfind(with_it), Some(tag.to_string()));
                let head = state.tag_head(pair.0, tag.as_str());
                heads.extend(self.between(pair).find(|pact| Some(pact.version) == head).map(|pact| pact.id));
            }
            for branch in state.branches_of(pair.0) {
                let head = state.branch_head(branch.id);
                let of_head = self.between(pair).find(|pact| Some(pact.version) == head);
                show(of_head, None);
                heads.extend(of_head.map(|pact| pact.id));
            }
        }
        let (items, total) = dashboard::page(state, 0, usize::MAX);
        let found: BTreeMap<_, BTreeSet<_>> = items
            .iter()
            .map(|item| (item.pact.id, item.tags.iter().map(ToString::to_string).collect()))
            .collect();
        assert_eq!(found, shown);
        assert_eq!((items.len(), total), (shown.len(), shown.len()), "each once");
        let name = |id| state.participant_by_id(id).unwrap().name.as_str().to_lowercase();
        let mut ordered = items.clone();
        ordered.sort_by_cached_key(|item| {
            let (consumer, provider) = (name(item.pact.consumer), name(item.pact.provider));
            (consumer, Reverse(state.place(item.pact.version)), provider)
        });
        let ids = |items: &[dashboard::Item]| items.iter().map(|item| item.pact.id).collect::<Vec<_>>();
        assert_eq!(ids(&items), ids(&ordered));
        let paged: Vec<_> = (0..total).flat_map(|skip| dashboard::page(state, skip, 1).0).collect();
        assert_eq!(ids(&paged), ids(&items));
        let of_providers = self.participants.iter();
        let found: BTreeSet<_> = of_providers
            .flat_map(|provider| state.head_pacts_since(*provider, Timestamp::MIN))
            .map(|pact| pact.id)
            .collect();
        assert_eq!(found, heads);
    }

    fn assert_triggers(&self) {
        let state = self.state;
        let sides = || self.participants.iter().map(|id| Some(*id)).chain([None]);
        for (consumer, provider) in sides().flat_map(|one| sides().map(move |other| (one, other))) {
            let mut seen = BTreeSet::new();
            let expected: Vec<_> = state
                .triggers()
                .rev()
                .filter(|known| consumer.is_none_or(|wanted| known.consumer == wanted))
                .filter(|known| provider.is_none_or(|wanted| known.provider == wanted))
                .filter(|known| seen.insert((known.consumer, known.provider, known.webhook.id, known.event)))
                .map(|known| known.id)
                .collect();
            let found: Vec<_> =
                state.last_triggers(consumer, provider).iter().map(|known| known.id).collect();
            assert_eq!(found, expected);
        }
    }

    fn totals(&self) -> Totals {
        let state = self.state;
        let versions: Vec<_> = state.versions().collect();
        for participant in &self.participants {
            let count = versions.iter().filter(|version| version.participant == *participant).count();
            assert_eq!(state.version_count(*participant), count);
        }
        let tags: Vec<_> = versions
            .iter()
            .flat_map(|version| version.tags.iter().map(|used| (used.tag.clone(), version.participant)))
            .collect();
        let is_chosen = |version: &Version| {
            version.branches.iter().any(|on| !state.branch_by_id(on.branch).unwrap().auto_created)
        };
        let mut publications: BTreeMap<VersionId, usize> = BTreeMap::new();
        for pact in &self.pacts {
            *publications.entry(pact.version).or_default() += pact.revision as usize;
        }
        let mut results = BTreeMap::new();
        for result in state.results() {
            *results.entry(result.content).or_default() += 1;
        }
        let distinct: BTreeSet<_> =
            state.results().map(|result| (result.version, result.content, result.success)).collect();
        Totals {
            versions: versions.len(),
            on_branch: versions.iter().filter(|version| !version.branches.is_empty()).count(),
            on_chosen_branch: versions.iter().filter(|version| is_chosen(version)).count(),
            tags: tags.len(),
            distinct_tags: tags.iter().map(|(tag, _)| tag).collect::<BTreeSet<_>>().len(),
            distinct_tags_of_participants: tags.iter().collect::<BTreeSet<_>>().len(),
            integrations: self.pairs().filter(|pair| self.between(*pair).next().is_some()).count(),
            contents: state.contents().count(),
            publications: publications.values().sum(),
            publications_per_version: distribution(publications.into_values()),
            results: state.results().count(),
            successes: state.results().filter(|result| result.success).count(),
            distinct_results: distinct.len(),
            results_per_content: distribution(results.into_values()),
            environments: state.environments().count(),
            deployments: state.deployments().count(),
            chosen_deployments: state.deployments().filter(|known| !known.auto_created).count(),
            current_deployments: state.deployments().filter(|known| known.undeployed_at.is_none()).count(),
            releases: state.releases().count(),
            supported_releases: state.releases().filter(|known| known.support_ended_at.is_none()).count(),
        }
    }
}

fn distribution(counts: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
    let mut distribution = BTreeMap::new();
    for count in counts {
        *distribution.entry(count).or_default() += 1;
    }
    distribution
}
