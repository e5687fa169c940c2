//! What becomes of what there is when something happens.

use super::{
    Branch, Content, Deployed, Moment, OnBranch, Pact, Participant, Refused, Supported, Tagged,
    VerificationResult, Version, World,
};
use crate::{
    history::{Happening, Offered, What},
    names::{MAIN_BRANCHES, Name},
};

/// How long after a version's creation its first tag makes a branch.
const SOON: Moment = 10;

fn refuse_unless(is_fine: bool) -> Result<(), Refused> {
    if is_fine { Ok(()) } else { Err(Refused) }
}

impl World {
    /// Something happens. What is refused changes nothing.
    #[expect(clippy::too_many_lines, reason = "one short arm for each thing that may happen")]
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
                refuse_unless(self.results.iter().any(|known| known.number == *number))?;
                self.results.retain(|known| known.number != *number);
            }
            What::PutOnBranch { owner, branch, number } => self.put_on_branch(owner, branch, number),
            What::TakeOffBranch { owner, branch, number } => {
                let there = OnBranch { owner, branch, number };
                refuse_unless(self.on_branches.contains(&there))?;
                self.on_branches.retain(|on| *on != there);
            }
            What::RemoveBranch { owner, branch } => {
                refuse_unless(self.branch(owner, branch).is_some())?;
                self.branches.retain(|known| (known.owner, known.name) != (*owner, *branch));
                self.on_branches.retain(|on| (on.owner, on.branch) != (*owner, *branch));
            }
            What::Tag { owner, number, tag } => self.tag(owner, number, tag),
            What::Untag { owner, number, tag } => {
                refuse_unless(self.has_tag(owner, number, tag))?;
                self.tags.retain(|used| *used != Tagged { owner, number, tag });
            }
            What::SetTags { owner, number, tags } => {
                self.see_version(owner, number);
                self.tags.retain(|used| {
                    (used.owner, used.number) != (*owner, *number) || tags.contains(&used.tag)
                });
                for tag in tags {
                    self.add_tag(owner, number, tag);
                }
            }
            What::SetMainBranch { owner, branch } => {
                self.see_participant(owner);
                self.set_main_branch(owner, *branch);
            }
            What::RemoveContract { consumer, number, provider } => {
                refuse_unless(self.pact(consumer, number, provider).is_some())?;
                self.drop_pacts(|pact| {
                    (pact.consumer, pact.number, pact.provider) == (*consumer, *number, *provider)
                });
            }
            What::RemoveVersion { owner, number } => {
                refuse_unless(self.version(owner, number).is_some())?;
                self.remove_version(owner, number);
            }
            What::RemoveParticipant(name) => {
                refuse_unless(self.participant(name).is_some())?;
                self.remove_participant(name);
            }
            What::RemoveIntegration { consumer, provider } => {
                refuse_unless(self.participant(consumer).is_some() && self.participant(provider).is_some())?;
                self.drop_pacts(|pact| (pact.consumer, pact.provider) == (*consumer, *provider));
                self.results.retain(|known| (known.consumer, known.provider) != (*consumer, *provider));
                self.remove_orphans(consumer);
                if consumer != provider {
                    self.remove_orphans(provider);
                }
            }
            What::CreateEnvironment(name) => {
                refuse_unless(!self.environments.contains(name))?;
                self.environments.push(name);
            }
            What::RenameEnvironment { from, to } => {
                let is_free = from == to || !self.environments.contains(to);
                refuse_unless(self.environments.contains(from) && is_free)?;
                self.rename_environment(from, to);
            }
            What::RemoveEnvironment(name) => {
                refuse_unless(self.environments.contains(name))?;
                self.environments.retain(|known| known != name);
                self.deployed.retain(|known| known.environment != *name);
                self.supported.retain(|known| known.environment != *name);
            }
            What::Deploy { owner, number, environment, instance } => {
                refuse_unless(self.may_be_live(owner, number, environment))?;
                self.deploy(owner, number, environment, *instance);
            }
            What::Undeploy { owner, environment, instance } => {
                let place = (*environment, *owner, *instance);
                let there = |known: &Deployed| (known.environment, known.owner, known.instance) == place;
                refuse_unless(self.deployed.iter().any(there))?;
                self.deployed.retain(|known| !there(known));
            }
            What::Release { owner, number, environment } => {
                refuse_unless(self.may_be_live(owner, number, environment))?;
                let released = Supported { environment, owner, number };
                if !self.supported.contains(&released) {
                    self.supported.push(released);
                }
            }
            What::EndSupport { owner, number, environment } => {
                let released = Supported { environment, owner, number };
                refuse_unless(self.supported.contains(&released))?;
                self.supported.retain(|known| *known != released);
            }
            What::With { .. } => unreachable!("it was made concrete"),
        }
        Ok(())
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
            refuse_unless(offered.merge || self.may_modify)?;
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
                self.results
                    .retain(|known| (known.consumer, known.provider, known.content.clone()) != said(pact));
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
