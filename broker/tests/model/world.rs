//! The model: plain lists of what there is, and what becomes of them when something happens.
//!
//! There is no index here, and no identifier: things are known by their names, and found by looking through the lists.

use std::collections::BTreeSet;

use crate::{
    history::{Happening, History, Offered, What, WithKnown},
    names::{MAIN_BRANCHES, Name, semantic},
};

/// What a contract asks: a set of interactions.
pub(crate) type Content = BTreeSet<Name>;
/// A moment, in seconds.
pub(crate) type Moment = i64;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Participant {
    pub(crate) name: Name,
    pub(crate) main_branch: Option<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) owner: Name,
    pub(crate) number: Name,
    pub(crate) since: Moment,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    pub(crate) owner: Name,
    pub(crate) name: Name,
    pub(crate) since: Moment,
}

/// A version is on a branch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OnBranch {
    pub(crate) owner: Name,
    pub(crate) branch: Name,
    pub(crate) number: Name,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tagged {
    pub(crate) owner: Name,
    pub(crate) number: Name,
    pub(crate) tag: Name,
}

/// A contract that a consumer version has with a provider.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pact {
    pub(crate) consumer: Name,
    pub(crate) number: Name,
    pub(crate) provider: Name,
    pub(crate) content: Content,
    pub(crate) at: Moment,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VerificationResult {
    pub(crate) number: u32,
    pub(crate) consumer: Name,
    pub(crate) provider: Name,
    pub(crate) content: Content,
    /// Of the provider.
    pub(crate) version: Name,
    pub(crate) success: bool,
    pub(crate) wip: bool,
    pub(crate) at: Moment,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Deployed {
    pub(crate) environment: Name,
    pub(crate) owner: Name,
    pub(crate) instance: Option<Name>,
    pub(crate) number: Name,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Supported {
    pub(crate) environment: Name,
    pub(crate) owner: Name,
    pub(crate) number: Name,
}

/// All there is.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    may_modify: bool,
    ordered_by_number: bool,
    pub(crate) now: Moment,
    /// In the order they were first seen.
    pub(crate) participants: Vec<Participant>,
    /// In the order they were first seen.
    pub(crate) versions: Vec<Version>,
    pub(crate) branches: Vec<Branch>,
    /// In the order the versions were put there.
    pub(crate) on_branches: Vec<OnBranch>,
    pub(crate) tags: Vec<Tagged>,
    /// Who ever used which tag, and when first.
    pub(crate) tags_ever: Vec<(Name, Name, Moment)>,
    pub(crate) pacts: Vec<Pact>,
    /// What was ever asked by whom of whom: it stays known when it is asked no more, with its results.
    pub(crate) contents: Vec<(Name, Name, Content)>,
    pub(crate) results: Vec<VerificationResult>,
    /// How many results there ever were: their numbers are never used again.
    results_ever: u32,
    pub(crate) environments: Vec<Name>,
    /// What is deployed now.
    pub(crate) deployed: Vec<Deployed>,
    /// What is supported now.
    pub(crate) supported: Vec<Supported>,
}

/// Somebody asked for something that cannot be; nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

/// How long after a version's creation its first tag makes a branch.
const SOON: Moment = 10;

impl World {
    pub(crate) fn new(history: &History) -> Self {
        Self { may_modify: history.may_modify, ordered_by_number: history.ordered_by_number, ..Self::default() }
    }

    // What there is.

    pub(crate) fn participant(&self, name: Name) -> Option<&Participant> {
        self.participants.iter().find(|known| known.name == name)
    }

    pub(crate) fn version(&self, owner: Name, number: Name) -> Option<&Version> {
        self.versions.iter().find(|known| (known.owner, known.number) == (owner, number))
    }

    pub(crate) fn pact(&self, consumer: Name, number: Name, provider: Name) -> Option<&Pact> {
        let wanted = (consumer, number, provider);
        self.pacts.iter().find(|pact| (pact.consumer, pact.number, pact.provider) == wanted)
    }

    /// How late a version comes among those of its owner: as it was first seen. Where versions are ordered by their
    /// numbers, those that are no semantic versions come first; of equal ones, the one first seen comes last.
    pub(crate) fn place(&self, owner: Name, number: Name) -> (Option<u32>, i64) {
        let seen = self.seen(owner, number);
        match semantic(number) {
            Some(place) if self.ordered_by_number => (Some(place), -seen),
            _ => (None, seen),
        }
    }

    /// The place in the list of all versions, as they were first seen.
    pub(crate) fn seen(&self, owner: Name, number: Name) -> i64 {
        let found = self.versions.iter().position(|known| (known.owner, known.number) == (owner, number));
        i64::try_from(found.unwrap()).unwrap()
    }

    /// The versions of a participant, in their order.
    pub(crate) fn versions_of(&self, owner: Name) -> Vec<Name> {
        let mut numbers: Vec<Name> =
            self.versions.iter().filter(|known| known.owner == owner).map(|known| known.number).collect();
        numbers.sort_by_key(|number| self.place(owner, number));
        numbers
    }

    pub(crate) fn branch(&self, owner: Name, name: Name) -> Option<&Branch> {
        self.branches.iter().find(|known| (known.owner, known.name) == (owner, name))
    }

    /// The versions of a branch, in the order they were put there.
    pub(crate) fn versions_on(&self, owner: Name, branch: Name) -> Vec<Name> {
        let on = self.on_branches.iter().filter(|on| (on.owner, on.branch) == (owner, branch));
        on.map(|on| on.number).collect()
    }

    pub(crate) fn is_on_any_branch(&self, owner: Name, number: Name) -> bool {
        self.on_branches.iter().any(|on| (on.owner, on.number) == (owner, number))
    }

    /// The versions with a tag, in the order of versions.
    pub(crate) fn versions_tagged(&self, owner: Name, tag: Name) -> Vec<Name> {
        self.versions_of(owner).into_iter().filter(|number| self.has_tag(owner, number, tag)).collect()
    }

    pub(crate) fn has_tag(&self, owner: Name, number: Name, tag: Name) -> bool {
        self.tags.iter().any(|used| (used.owner, used.number, used.tag) == (owner, number, tag))
    }

    pub(crate) fn has_any_tag(&self, owner: Name, number: Name) -> bool {
        self.tags.iter().any(|used| (used.owner, used.number) == (owner, number))
    }

    /// The versions of a participant that are deployed to an environment or supported there, each once, as they were
    /// first seen.
    pub(crate) fn live(&self, environment: Name, owner: Name) -> Vec<Name> {
        let is_deployed = |number| {
            let wanted = (environment, owner, number);
            self.deployed.iter().any(|known| (known.environment, known.owner, known.number) == wanted)
        };
        let is_supported =
            |number| self.supported.contains(&Supported { environment, owner, number });
        let versions = self.versions.iter().filter(|known| known.owner == owner);
        let live = versions.filter(|known| is_deployed(known.number) || is_supported(known.number));
        live.map(|known| known.number).collect()
    }

    /// What is meant by something that happens with what is there; nothing, where nothing is there.
    pub(crate) fn concrete(&self, happening: &Happening) -> Option<Happening> {
        let What::With { place, what } = &happening.what else { return Some(happening.clone()) };
        let pact = || self.pacts.get(place % self.pacts.len().max(1));
        let version = || self.versions.get(place % self.versions.len().max(1)).copied();
        let what = match *what {
            WithKnown::Verify { number, success, wip } => {
                let Pact { consumer, provider, content, .. } = pact()?.clone();
                let content = content.into_iter().collect();
                What::Verify { consumer, provider, content, number, success, wip }
            }
            WithKnown::RemoveContract => {
                let Pact { consumer, number, provider, .. } = *pact()?;
                What::RemoveContract { consumer, number, provider }
            }
            WithKnown::Tag(tag) => {
                let Version { owner, number, .. } = version()?;
                What::Tag { owner, number, tag }
            }
            WithKnown::PutOnBranch(branch) => {
                let Version { owner, number, .. } = version()?;
                What::PutOnBranch { owner, number, branch }
            }
            WithKnown::Deploy { environment, instance } => {
                let Version { owner, number, .. } = version()?;
                What::Deploy { owner, number, environment, instance }
            }
            WithKnown::Release(environment) => {
                let Version { owner, number, .. } = version()?;
                What::Release { owner, number, environment }
            }
            WithKnown::RemoveVersion => {
                let Version { owner, number, .. } = version()?;
                What::RemoveVersion { owner, number }
            }
        };
        Some(Happening { after: happening.after, what })
    }

    // What becomes of it.

    /// Something happens. What is refused changes nothing.
    pub(crate) fn happen(&mut self, happening: &Happening) -> Result<(), Refused> {
        self.now += happening.after;
        match &happening.what {
            What::Publish { consumer, number, branch, tags, contracts } => {
                self.publish(consumer, number, *branch, tags, contracts)?;
            }
            What::Verify { consumer, provider, content, number, success, wip } => {
                let content: Content = content.iter().copied().collect();
                // Only what was published can be verified.
                if !self.contents.contains(&(*consumer, *provider, content.clone())) {
                    return Err(Refused);
                }
                self.see_version(provider, number);
                self.results_ever += 1;
                self.results.push(VerificationResult {
                    number: self.results_ever,
                    consumer,
                    provider,
                    content,
                    version: number,
                    success: *success,
                    wip: *wip,
                    at: self.now,
                });
            }
            What::RemoveResult(number) => {
                self.refuse_unless(self.results.iter().any(|known| known.number == *number))?;
                self.results.retain(|known| known.number != *number);
            }
            What::PutOnBranch { owner, branch, number } => self.put_on_branch(owner, branch, number),
            What::TakeOffBranch { owner, branch, number } => {
                let there = OnBranch { owner, branch, number };
                self.refuse_unless(self.on_branches.contains(&there))?;
                self.on_branches.retain(|on| *on != there);
            }
            What::RemoveBranch { owner, branch } => {
                self.refuse_unless(self.branch(owner, branch).is_some())?;
                self.branches.retain(|known| (known.owner, known.name) != (*owner, *branch));
                self.on_branches.retain(|on| (on.owner, on.branch) != (*owner, *branch));
            }
            What::Tag { owner, number, tag } => self.tag(owner, number, tag),
            What::Untag { owner, number, tag } => {
                self.refuse_unless(self.has_tag(owner, number, tag))?;
                self.tags.retain(|used| *used != Tagged { owner, number, tag });
            }
            What::SetTags { owner, number, tags } => {
                self.see_version(owner, number);
                self.tags.retain(|used| (used.owner, used.number) != (*owner, *number) || tags.contains(&used.tag));
                for tag in tags {
                    self.add_tag(owner, number, tag);
                }
            }
            What::SetMainBranch { owner, branch } => {
                self.see_participant(owner);
                self.set_main_branch(owner, *branch);
            }
            What::RemoveContract { consumer, number, provider } => {
                self.refuse_unless(self.pact(consumer, number, provider).is_some())?;
                self.drop_pacts(|pact| (pact.consumer, pact.number, pact.provider) == (*consumer, *number, *provider));
            }
            What::RemoveVersion { owner, number } => {
                self.refuse_unless(self.version(owner, number).is_some())?;
                self.remove_version(owner, number);
            }
            What::RemoveParticipant(name) => {
                self.refuse_unless(self.participant(name).is_some())?;
                self.remove_participant(name);
            }
            What::RemoveIntegration { consumer, provider } => {
                self.refuse_unless(self.participant(consumer).is_some() && self.participant(provider).is_some())?;
                self.drop_pacts(|pact| (pact.consumer, pact.provider) == (*consumer, *provider));
                self.results.retain(|known| (known.consumer, known.provider) != (*consumer, *provider));
                self.remove_orphans(consumer);
                if consumer != provider {
                    self.remove_orphans(provider);
                }
            }
            What::CreateEnvironment(name) => {
                self.refuse_unless(!self.environments.contains(name))?;
                self.environments.push(name);
            }
            What::RenameEnvironment { from, to } => {
                let is_free = from == to || !self.environments.contains(to);
                self.refuse_unless(self.environments.contains(from) && is_free)?;
                self.rename_environment(from, to);
            }
            What::RemoveEnvironment(name) => {
                self.refuse_unless(self.environments.contains(name))?;
                self.environments.retain(|known| known != name);
                self.deployed.retain(|known| known.environment != *name);
                self.supported.retain(|known| known.environment != *name);
            }
            What::Deploy { owner, number, environment, instance } => {
                self.refuse_unless(self.may_be_live(owner, number, environment))?;
                self.deploy(owner, number, environment, *instance);
            }
            What::Undeploy { owner, environment, instance } => {
                let place = (*environment, *owner, *instance);
                let there = |known: &Deployed| (known.environment, known.owner, known.instance) == place;
                self.refuse_unless(self.deployed.iter().any(there))?;
                self.deployed.retain(|known| !there(known));
            }
            What::Release { owner, number, environment } => {
                self.refuse_unless(self.may_be_live(owner, number, environment))?;
                let released = Supported { environment, owner, number };
                if !self.supported.contains(&released) {
                    self.supported.push(released);
                }
            }
            What::EndSupport { owner, number, environment } => {
                let released = Supported { environment, owner, number };
                self.refuse_unless(self.supported.contains(&released))?;
                self.supported.retain(|known| *known != released);
            }
            What::With { .. } => unreachable!("it was made concrete"),
        }
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "it reads as what the world does")]
    fn refuse_unless(&self, is_fine: bool) -> Result<(), Refused> {
        if is_fine { Ok(()) } else { Err(Refused) }
    }

    fn may_be_live(&self, owner: Name, number: Name, environment: Name) -> bool {
        self.version(owner, number).is_some() && self.environments.contains(&environment)
    }

    fn see_participant(&mut self, name: Name) {
        if self.participant(name).is_none() {
            self.participants.push(Participant { name, main_branch: None });
        }
    }

    fn see_version(&mut self, owner: Name, number: Name) {
        self.see_participant(owner);
        if self.version(owner, number).is_none() {
            self.versions.push(Version { owner, number, since: self.now });
        }
    }

    fn set_main_branch(&mut self, owner: Name, branch: Option<Name>) {
        let known = self.participants.iter_mut().find(|known| known.name == owner);
        known.unwrap().main_branch = branch;
    }

    /// The first branch or tag with a usual name is the main branch of a participant that has none.
    fn detect_main_branch(&mut self, owner: Name, name: Name) {
        if MAIN_BRANCHES.contains(&name) && self.participant(owner).unwrap().main_branch.is_none() {
            self.set_main_branch(owner, Some(name));
        }
    }

    /// A version is on a branch once: put there again, it stays where it was.
    fn put_on_branch(&mut self, owner: Name, branch: Name, number: Name) {
        self.see_version(owner, number);
        self.detect_main_branch(owner, branch);
        if self.branch(owner, branch).is_none() {
            self.branches.push(Branch { owner, name: branch, since: self.now });
        }
        let there = OnBranch { owner, branch, number };
        if !self.on_branches.contains(&there) {
            self.on_branches.push(there);
        }
    }

    fn add_tag(&mut self, owner: Name, number: Name, tag: Name) {
        if !self.has_tag(owner, number, tag) {
            self.tags.push(Tagged { owner, number, tag });
        }
        if !self.tags_ever.iter().any(|(user, used, _)| (*user, *used) == (owner, tag)) {
            self.tags_ever.push((owner, tag, self.now));
        }
    }

    /// The first tag of a version without a branch, soon after it was first seen, makes a branch; a tag that is called
    /// as an environment deploys there.
    fn tag(&mut self, owner: Name, number: Name, tag: Name) {
        self.see_version(owner, number);
        self.detect_main_branch(owner, tag);
        let is_soon = self.now <= self.version(owner, number).unwrap().since + SOON;
        if is_soon && !self.has_any_tag(owner, number) && !self.is_on_any_branch(owner, number) {
            self.put_on_branch(owner, tag, number);
        }
        self.add_tag(owner, number, tag);
        if self.environments.contains(&tag) {
            self.deploy(owner, number, tag, None);
        }
    }

    /// One version is on one instance.
    fn deploy(&mut self, owner: Name, number: Name, environment: Name, instance: Option<Name>) {
        let place = (environment, owner, instance);
        self.deployed.retain(|known| (known.environment, known.owner, known.instance) != place);
        self.deployed.push(Deployed { environment, owner, instance, number });
    }

    /// All contracts are published, or none.
    fn publish(
        &mut self,
        consumer: Name,
        number: Name,
        branch: Option<Name>,
        tags: &[Name],
        contracts: &[Offered],
    ) -> Result<(), Refused> {
        let before = self.clone();
        self.see_version(consumer, number);
        if let Some(branch) = branch {
            self.put_on_branch(consumer, branch, number);
        }
        for tag in tags {
            self.tag(consumer, number, tag);
        }
        for offered in contracts {
            if self.publish_one(consumer, number, offered).is_err() {
                *self = before;
                return Err(Refused);
            }
        }
        Ok(())
    }

    /// What is there may be said again, and added to; it is changed only where that is allowed.
    fn publish_one(&mut self, consumer: Name, number: Name, offered: &Offered) -> Result<(), Refused> {
        let provider = offered.provider;
        self.see_participant(provider);
        let mut content: Content = offered.content.iter().copied().collect();
        if let Some(known) = self.pact(consumer, number, provider).cloned() {
            if offered.merge {
                content.extend(&known.content);
            }
            if content == known.content {
                return Ok(());
            }
            self.refuse_unless(offered.merge || self.may_modify)?;
            self.drop_pacts(|pact| *pact == known);
        }
        let said = (consumer, provider, content.clone());
        if !self.contents.contains(&said) {
            self.contents.push(said);
        }
        self.pacts.push(Pact { consumer, number, provider, content, at: self.now });
        Ok(())
    }

    fn drop_pacts(&mut self, which: impl Fn(&Pact) -> bool) {
        self.pacts.retain(|pact| !which(pact));
    }

    /// With a version go its contracts, its results, and what it alone asked, with the results of that.
    fn remove_version(&mut self, owner: Name, number: Name) {
        let is_its = |name: Name, version: Name| (name, version) == (owner, number);
        let (gone, left): (Vec<Pact>, Vec<Pact>) =
            self.pacts.drain(..).partition(|pact| is_its(pact.consumer, pact.number));
        self.pacts = left;
        let said = |pact: &Pact| (pact.consumer, pact.provider, pact.content.clone());
        for pact in &gone {
            if !self.pacts.iter().any(|other| said(other) == said(pact)) {
                self.contents.retain(|known| *known != said(pact));
                self.results.retain(|known| (known.consumer, known.provider, known.content.clone()) != said(pact));
            }
        }
        self.results.retain(|known| !is_its(known.provider, known.version));
        self.deployed.retain(|known| !is_its(known.owner, known.number));
        self.supported.retain(|known| !is_its(known.owner, known.number));
        self.on_branches.retain(|on| !is_its(on.owner, on.number));
        self.tags.retain(|used| !is_its(used.owner, used.number));
        self.versions.retain(|known| !is_its(known.owner, known.number));
    }

    /// Nothing is left that speaks of it.
    fn remove_participant(&mut self, name: Name) {
        let speaks = |consumer: Name, provider: Name| consumer == name || provider == name;
        self.pacts.retain(|pact| !speaks(pact.consumer, pact.provider));
        self.contents.retain(|(consumer, provider, _)| !speaks(consumer, provider));
        self.results.retain(|known| !speaks(known.consumer, known.provider));
        self.deployed.retain(|known| known.owner != name);
        self.supported.retain(|known| known.owner != name);
        self.on_branches.retain(|on| on.owner != name);
        self.branches.retain(|known| known.owner != name);
        self.tags.retain(|used| used.owner != name);
        self.tags_ever.retain(|(user, ..)| *user != name);
        self.versions.retain(|known| known.owner != name);
        self.participants.retain(|known| known.name != name);
    }

    /// Versions without contracts and results that are live nowhere; and the participant, if nothing is left of it.
    fn remove_orphans(&mut self, owner: Name) {
        for number in self.versions_of(owner) {
            let is_its = |name: Name, version: Name| (name, version) == (owner, number);
            let is_used = self.pacts.iter().any(|pact| is_its(pact.consumer, pact.number))
                || self.results.iter().any(|known| is_its(known.provider, known.version))
                || self.deployed.iter().any(|known| is_its(known.owner, known.number))
                || self.supported.iter().any(|known| is_its(known.owner, known.number));
            if !is_used {
                self.remove_version(owner, number);
            }
        }
        let is_wanted = self.pacts.iter().any(|pact| pact.provider == owner);
        if self.versions_of(owner).is_empty() && !is_wanted {
            self.remove_participant(owner);
        }
    }

    fn rename_environment(&mut self, from: Name, to: Name) {
        for known in &mut self.environments {
            if *known == from {
                *known = to;
            }
        }
        for known in &mut self.deployed {
            if known.environment == from {
                known.environment = to;
            }
        }
        for known in &mut self.supported {
            if known.environment == from {
                known.environment = to;
            }
        }
    }
}
