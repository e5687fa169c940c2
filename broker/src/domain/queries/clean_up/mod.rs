//! What nobody needs any more: which versions go, which stay and why, and what else goes.
//!
//! A version stays when a rule keeps it, and in any case
//!
//! - what is deployed, and what is released and supported;
//! - the newest contract of each consumer with each provider, and the latest of each main branch;
//! - of a participant, a branch or a tag that has any version that stays, the latest version, and the newest contract
//!   with each provider: so "the latest of main" never becomes another one;
//! - the first success with each contract that stays, of each branch and tag of the provider: so no contract becomes
//!   pending again.
//!
//! Results belong to provider versions and go with them, so that every question about versions that stay has the same
//! answer as before.

mod rules;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt,
};

use pactwright_core::names::{BranchName, EnvironmentName, ParticipantName, TagName};

pub use rules::{InvalidRule, KeepRule, Which};

use crate::domain::{
    model::{
        BranchId, ContentId, ParticipantId, ResultNumber, Timestamp, Trigger, TriggerId, VerificationResult,
        Version, VersionId,
    },
    state::State,
};

/// What is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanUpRules {
    /// Versions go that none of these keeps.
    pub keep: Vec<KeepRule>,
    /// What was delivered to webhooks, or given up, goes after so many days; none keeps it. The newest delivery of each
    /// webhook, event, consumer and provider stays.
    pub deliveries_days: Option<u32>,
    /// Of several results of one provider version for one content, those between the first and the last that say
    /// the same go after so many days; none keeps them.
    pub superseded_days: Option<u32>,
}

impl Default for CleanUpRules {
    fn default() -> Self {
        Self { keep: KeepRule::usual(), deliveries_days: Some(90), superseded_days: None }
    }
}

/// Why a version stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeepReason {
    /// It is deployed there.
    Deployed(EnvironmentName),
    /// It is released there, and supported.
    Supported(EnvironmentName),
    /// A rule keeps it.
    Rule(KeepRule),
    /// It is its participant's latest.
    Latest,
    /// It is the latest of that branch.
    LatestOfBranch(BranchName),
    /// It is the latest with that tag.
    LatestOfTag(TagName),
    /// It has the newest contract with that provider.
    NewestContract(ParticipantName),
    /// It has the newest contract of that branch with that provider.
    NewestContractOfBranch(BranchName, ParticipantName),
    /// It has the newest contract with that tag and that provider.
    NewestContractOfTag(TagName, ParticipantName),
    /// It was the first that did all that a contract of that consumer asks, which stays.
    FirstSuccess(ParticipantName),
}

impl fmt::Display for KeepReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deployed(place) => write!(formatter, "deployed in {place}"),
            Self::Supported(place) => write!(formatter, "released and supported in {place}"),
            Self::Rule(rule) => write!(formatter, "rule: {rule}"),
            Self::Latest => write!(formatter, "the latest version"),
            Self::LatestOfBranch(branch) => write!(formatter, "the latest of branch {branch}"),
            Self::LatestOfTag(tag) => write!(formatter, "the latest with tag {tag}"),
            Self::NewestContract(provider) => write!(formatter, "the newest contract with {provider}"),
            Self::NewestContractOfBranch(branch, provider) => {
                write!(formatter, "the newest contract of branch {branch} with {provider}")
            }
            Self::NewestContractOfTag(tag, provider) => {
                write!(formatter, "the newest contract with tag {tag} and {provider}")
            }
            Self::FirstSuccess(consumer) => {
                write!(formatter, "the first success with a contract of {consumer} that stays")
            }
        }
    }
}

/// What goes, and what stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The versions that stay, and why.
    pub stay: BTreeMap<VersionId, Vec<KeepReason>>,
    /// The versions that go, the oldest first.
    pub versions: Vec<VersionId>,
    /// Results of versions that stay which go.
    pub results: Vec<ResultNumber>,
    /// What was delivered to webhooks that goes.
    pub deliveries: Vec<TriggerId>,
}

/// Says what goes and what stays.
pub fn plan(state: &State, rules: &CleanUpRules, now: Timestamp) -> Plan {
    let mut keeping = Keeping::new(state);
    keeping.keep_live();
    keeping.keep_newest_contracts();
    keeping.keep_main_branches();
    keeping.keep_by_rules(&rules.keep, now);
    keeping.follow();
    keeping.keep_first_successes();
    keeping.follow();
    let stay = keeping.stay;
    let versions =
        state.versions().map(|version| version.id).filter(|version| !stay.contains_key(version)).collect();
    let results = rules.superseded_days.map(|days| results(state, &stay, age(now, days)));
    let deliveries = rules.deliveries_days.map(|days| deliveries(state, age(now, days)));
    Plan { stay, versions, results: results.unwrap_or_default(), deliveries: deliveries.unwrap_or_default() }
}

fn age(now: Timestamp, days: u32) -> Timestamp {
    now.minus_days(i64::from(days))
}

/// What stays, while it is found out.
struct Keeping<'a> {
    state: &'a State,
    stay: BTreeMap<VersionId, Vec<KeepReason>>,
    /// What stays, but was not looked at yet for what has to stay because of it.
    new: Vec<VersionId>,
    latest: HashMap<ParticipantId, VersionId>,
    tags: HashMap<(ParticipantId, &'a TagName), VersionId>,
    /// What was looked at.
    seen_branches: HashSet<BranchId>,
    seen_tags: HashSet<(ParticipantId, TagName)>,
}

impl<'a> Keeping<'a> {
    fn new(state: &'a State) -> Self {
        let mut latest = HashMap::new();
        let mut tags = HashMap::new();
        for owner in state.participants() {
            latest.extend(state.version_ids(owner.id).next_back().map(|version| (owner.id, version)));
            for tag in state.tags_of(owner.id) {
                let head = state.tag_head(owner.id, tag.as_str());
                tags.extend(head.map(|version| ((owner.id, tag), version)));
            }
        }
        let (stay, new) = (BTreeMap::new(), Vec::new());
        let (seen_branches, seen_tags) = (HashSet::new(), HashSet::new());
        Self { state, stay, new, latest, tags, seen_branches, seen_tags }
    }

    fn keep(&mut self, version: VersionId, reason: KeepReason) {
        let reasons = self.stay.entry(version).or_default();
        if reasons.is_empty() {
            self.new.push(version);
        }
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }

    fn name(&self, participant: ParticipantId) -> Option<ParticipantName> {
        self.state.participant_by_id(participant).map(|known| known.name.clone())
    }

    fn keep_live(&mut self) {
        for place in self.state.environments() {
            for deployed in self.state.deployed_to(place.id) {
                self.keep(deployed.version, KeepReason::Deployed(place.name.clone()));
            }
            for released in self.state.supported_in(place.id) {
                self.keep(released.version, KeepReason::Supported(place.name.clone()));
            }
        }
    }

    fn keep_newest_contracts(&mut self) {
        for (consumer, provider) in self.state.pairs() {
            let newest = self.state.pacts_between(consumer, provider).next_back();
            if let Some((pact, provider)) = newest.zip(self.name(provider)) {
                self.keep(pact.version, KeepReason::NewestContract(provider));
            }
        }
    }

    fn keep_main_branches(&mut self) {
        for owner in self.state.participants() {
            let main = owner.profile.main_branch.clone();
            if let Some((head, main)) = self.state.main_branch_head(owner).zip(main) {
                self.keep(head, KeepReason::LatestOfBranch(main));
            }
        }
    }

    fn keep_by_rules(&mut self, rules: &[KeepRule], now: Timestamp) {
        for version in self.state.versions() {
            for rule in rules {
                if self.matches(rule, version, now) {
                    self.keep(version.id, KeepReason::Rule(rule.clone()));
                }
            }
        }
    }

    fn matches(&self, rule: &KeepRule, version: &Version, now: Timestamp) -> bool {
        let state = self.state;
        let Some(owner) = state.participant_by_id(version.participant) else { return false };
        let is_latest = |head: Option<VersionId>| !rule.latest || head == Some(version.id);
        let on_branch = |branch: BranchId| version.is_on(branch) && is_latest(state.branch_head(branch));
        let has_tag = |tag: &TagName| {
            version.has_tag(tag.as_str()) && is_latest(self.tags.get(&(owner.id, tag)).copied())
        };
        rule.participant.as_ref().is_none_or(|name| *name == owner.name)
            && rule.max_age_days.is_none_or(|days| version.created_at >= age(now, days))
            && match &rule.which {
                Which::Any => is_latest(self.latest.get(&owner.id).copied()),
                Which::Branch(None) => version.branches.iter().any(|on| on_branch(on.branch)),
                Which::Branch(Some(name)) => {
                    state.branch(owner.id, name.as_str()).is_some_and(|branch| on_branch(branch.id))
                }
                Which::MainBranch => owner.profile.main_branch.as_ref().is_some_and(|main| {
                    match state.branch(owner.id, main.as_str()) {
                        Some(branch) => on_branch(branch.id),
                        None => TagName::new(main.as_str()).is_ok_and(|tag| has_tag(&tag)),
                    }
                }),
                Which::Tag(None) => version.tags.iter().any(|used| has_tag(&used.tag)),
                Which::Tag(Some(tag)) => has_tag(tag),
                Which::Deployed(place) => self.is_deployed(version.id, place.as_ref()),
                Which::Released(place) => self.is_supported(version.id, place.as_ref()),
                Which::Environment(place) => {
                    self.is_deployed(version.id, Some(place)) || self.is_supported(version.id, Some(place))
                }
            }
    }

    fn is_deployed(&self, version: VersionId, place: Option<&EnvironmentName>) -> bool {
        let mut current =
            self.state.deployments_of_version(version).filter(|known| known.undeployed_at.is_none());
        current.any(|known| self.is_place(known.environment, place))
    }

    fn is_supported(&self, version: VersionId, place: Option<&EnvironmentName>) -> bool {
        let mut current =
            self.state.releases_of_version(version).filter(|known| known.support_ended_at.is_none());
        current.any(|known| self.is_place(known.environment, place))
    }

    fn is_place(
        &self,
        environment: crate::domain::model::EnvironmentId,
        wanted: Option<&EnvironmentName>,
    ) -> bool {
        let place = self.state.environment_by_id(environment);
        wanted.is_none_or(|wanted| place.is_some_and(|place| place.name == *wanted))
    }

    /// Keeps what has to stay because of what stays.
    fn follow(&mut self) {
        while let Some(id) = self.new.pop() {
            let Some(version) = self.state.version_by_id(id) else { continue };
            let owner = version.participant;
            if let Some(latest) = self.latest.get(&owner).copied() {
                self.keep(latest, KeepReason::Latest);
            }
            for on in &version.branches {
                if self.seen_branches.insert(on.branch) {
                    self.keep_of_branch(on.branch);
                }
            }
            for used in &version.tags {
                if self.seen_tags.insert((owner, used.tag.clone())) {
                    self.keep_of_tag(owner, &used.tag);
                }
            }
        }
    }

    fn keep_of_branch(&mut self, id: BranchId) {
        let Some(branch) = self.state.branch_by_id(id).map(|branch| branch.name.clone()) else { return };
        if let Some(head) = self.state.branch_head(id) {
            self.keep(head, KeepReason::LatestOfBranch(branch.clone()));
        }
        for (provider, version) in self.newest(self.state.branch_version_ids(id)) {
            if let Some(provider) = self.name(provider) {
                self.keep(version, KeepReason::NewestContractOfBranch(branch.clone(), provider));
            }
        }
    }

    fn keep_of_tag(&mut self, owner: ParticipantId, tag: &TagName) {
        if let Some(head) = self.tags.get(&(owner, tag)).copied() {
            self.keep(head, KeepReason::LatestOfTag(tag.clone()));
        }
        for (provider, version) in self.newest(self.state.tagged_version_ids(owner, tag.as_str())) {
            if let Some(provider) = self.name(provider) {
                self.keep(version, KeepReason::NewestContractOfTag(tag.clone(), provider));
            }
        }
    }

    /// The newest of some versions with a contract with each provider.
    fn newest(&self, versions: impl Iterator<Item = VersionId>) -> BTreeMap<ParticipantId, VersionId> {
        let mut newest = BTreeMap::new();
        for version in versions {
            for pact in self.state.pacts_of_version(version) {
                let known = newest.entry(pact.provider).or_insert(version);
                if self.state.place(*known) < self.state.place(version) {
                    *known = version;
                }
            }
        }
        newest
    }

    /// Keeps the first success of each branch and of each tag with each contract that stays, and the first of all.
    fn keep_first_successes(&mut self) {
        let pacts = self.stay.keys().flat_map(|version| self.state.pacts_of_version(*version));
        let contents: BTreeSet<ContentId> = pacts.map(|pact| pact.content).collect();
        for content in contents {
            let consumer = self.state.content_by_id(content).and_then(|known| self.name(known.consumer));
            let Some(consumer) = consumer else { continue };
            for version in self.first_successes(content) {
                self.keep(version, KeepReason::FirstSuccess(consumer.clone()));
            }
        }
    }

    fn first_successes(&self, content: ContentId) -> BTreeSet<VersionId> {
        let mut successes: Vec<_> =
            self.state.results_of_content(content).filter(|result| result.success).collect();
        successes.sort_unstable_by_key(|result| result.number);
        let mut branches = HashSet::new();
        let mut tags = HashSet::new();
        let mut first = BTreeSet::new();
        for result in successes {
            let Some(version) = self.state.version_by_id(result.version) else { continue };
            let mut is_first = first.is_empty();
            for on in &version.branches {
                is_first |= branches.insert(on.branch);
            }
            for used in &version.tags {
                is_first |= tags.insert(&used.tag);
            }
            if is_first {
                first.insert(version.id);
            }
        }
        first
    }
}

/// Of results of one version for one content, those between the first and the last that say the same, as far as they
/// are older. What a question about all of them is answered with stays the same.
pub fn superseded(
    state: &State,
    content: ContentId,
    version: VersionId,
    before: Timestamp,
) -> Vec<ResultNumber> {
    let all: Vec<_> = state.results_of_content_by(content, version).collect();
    let says = |result: &VerificationResult| (result.success, result.wip);
    let same = |one: &VerificationResult, other: &VerificationResult| says(one) == says(other);
    let between = all.iter().enumerate().filter(|(at, result)| {
        all[..*at].iter().any(|earlier| same(earlier, result))
            && all[at + 1..].iter().any(|later| same(later, result))
    });
    between.filter(|(_, result)| result.created_at < before).map(|(_, result)| result.number).collect()
}

fn results(
    state: &State,
    stay: &BTreeMap<VersionId, Vec<KeepReason>>,
    before: Timestamp,
) -> Vec<ResultNumber> {
    let mut groups = BTreeMap::new();
    for result in stay.keys().flat_map(|version| state.results_of_version(*version)) {
        *groups.entry((result.content, result.version)).or_insert(0_usize) += 1;
    }
    // Of two there is none between.
    let groups = groups.into_iter().filter(|(_, count)| *count > 2);
    groups.flat_map(|((content, version), _)| superseded(state, content, version, before)).collect()
}

/// Whether nothing becomes of a delivery any more.
pub fn is_over(trigger: &Trigger) -> bool {
    trigger.next_at.is_none()
}

fn deliveries(state: &State, before: Timestamp) -> Vec<TriggerId> {
    let mut newest = HashSet::new();
    let mut gone: Vec<_> = state
        .triggers()
        .rev()
        .filter(|trigger| {
            let last = trigger.attempts.last().map_or(trigger.triggered_at, |attempt| attempt.at);
            let about = (trigger.webhook.id, trigger.event, trigger.consumer, trigger.provider);
            let is_newest = newest.insert(about);
            !is_newest && is_over(trigger) && last < before
        })
        .map(|trigger| trigger.id)
        .collect();
    gone.reverse();
    gone
}

#[cfg(test)]
mod tests;
