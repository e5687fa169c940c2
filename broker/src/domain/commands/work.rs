use std::sync::Arc;

use pactwright_core::names::{BranchName, EnvironmentName, ParticipantName, TagName, VersionNumber};
use uuid::Uuid;

use super::{Bodies, Rejection};
use crate::{
    domain::{
        access::{self, Asker, By, Principal, TeamName},
        event::{Commit, Event},
        model::{Participant, Profile, Timestamp, Version},
        rules::Rules,
        state::State,
        webhooks::consequences,
    },
    store::BlobKey,
};

/// Bytes to be kept beside the log.
pub type Blob = (BlobKey, Vec<u8>);

/// A decision in the making: the state as it would be, and what has been decided so far.
#[derive(Debug)]
pub struct Work<'a> {
    /// The state, with everything that was recorded here.
    pub state: State,
    /// The settings.
    pub rules: &'a Rules,
    /// The texts that the command asked for.
    pub bodies: &'a Bodies,
    /// Now.
    pub now: Timestamp,
    /// The address that whoever asks knows the broker by, where that is known: links in webhooks begin with it.
    pub base: Option<String>,
    before: State,
    seed: Uuid,
    by: Option<By>,
    events: Vec<Event>,
    blobs: Vec<Blob>,
    flaw: Option<super::super::state::Inconsistent>,
}

impl<'a> Work<'a> {
    /// Begins to decide. The `seed` is random; fresh identifiers are made from it.
    pub fn new(state: State, rules: &'a Rules, bodies: &'a Bodies, now: Timestamp, seed: Uuid) -> Self {
        let before = state.clone();
        let (events, blobs) = (Vec::new(), Vec::new());
        Self { state, rules, bodies, now, base: None, before, seed, by: None, events, blobs, flaw: None }
    }

    /// Takes note of who asks, if that may be done now: whoever that is, as it is now.
    ///
    /// # Errors
    /// When it may not.
    pub(crate) fn asked_by(&mut self, asker: &Asker) -> Result<Principal, Rejection> {
        let principal = asker.check(self.state.access()).map_err(Rejection::Denied)?;
        self.by = Some(asker.by());
        Ok(principal)
    }

    /// Gives what is new to the team of whoever asked.
    pub(crate) fn give_to(&mut self, asker: &Principal) {
        // An identity provider may speak of teams that are not there.
        let is_there = |team: &&TeamName| self.state.access().team(team.as_str()).is_some();
        if let Some(team) = asker.home().filter(is_there) {
            for event in access::derive_owners(&self.before, team, &self.events) {
                self.record(event);
            }
        }
    }

    /// Takes note of something that happens.
    pub fn record(&mut self, event: Event) {
        if let Err(flaw) = self.state.apply(self.now, &event) {
            self.flaw.get_or_insert(flaw);
        }
        self.events.push(event);
    }

    /// Keeps a text, and says where.
    pub fn keep(&mut self, bytes: Vec<u8>) -> BlobKey {
        let key = BlobKey::of(&bytes);
        self.blobs.push((key, bytes));
        key
    }

    /// Keeps a text whose place was worked out before.
    pub fn keep_at(&mut self, key: BlobKey, bytes: Vec<u8>) {
        self.blobs.push((key, bytes));
    }

    /// The state before anything was recorded here.
    pub fn before(&self) -> &State {
        &self.before
    }

    /// What was recorded, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The address that links in webhooks begin with.
    pub fn base(&self) -> &str {
        self.base.as_deref().unwrap_or(&self.rules.base)
    }

    /// What was decided, with what follows from it for webhooks, and the state after it.
    ///
    /// # Errors
    /// When an event did not fit the state: a mistake in the broker, and nothing is to be kept.
    pub fn finish(mut self) -> Result<(Commit, Vec<Blob>, State), Rejection> {
        consequences::follow(&mut self);
        match self.flaw {
            Some(flaw) => Err(Rejection::Flaw(flaw)),
            None => Ok((Commit { at: self.now, by: self.by, events: self.events }, self.blobs, self.state)),
        }
    }

    /// An identifier that was never used.
    pub fn fresh_uuid(&mut self) -> Uuid {
        let number = self.events.len() as u128;
        let mixed =
            self.seed.as_u128().wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835));
        uuid::Builder::from_random_bytes(mixed.to_be_bytes()).into_uuid()
    }

    /// The participant of that name; it is created where there is none.
    pub fn ensure_participant(&mut self, name: &ParticipantName) -> Arc<Participant> {
        if let Some(known) = self.state.participant(name.as_str()) {
            return known.clone();
        }
        self.record(Event::ParticipantCreated { participant: name.clone(), profile: Profile::default() });
        self.participant_after(name)
    }

    /// The version with that number; it is created, with its participant, where there is none.
    pub fn ensure_version(&mut self, name: &ParticipantName, number: &VersionNumber) -> Arc<Version> {
        let participant = self.ensure_participant(name);
        if let Some(known) = self.state.version(participant.id, number.as_str()) {
            return known.clone();
        }
        self.record(Event::VersionCreated {
            participant: name.clone(),
            version: number.clone(),
            build_url: None,
        });
        match self.state.version(participant.id, number.as_str()) {
            Some(created) => created.clone(),
            None => unreachable!("a version is there after its creation was recorded"),
        }
    }

    fn participant_after(&self, name: &ParticipantName) -> Arc<Participant> {
        match self.state.participant(name.as_str()) {
            Some(created) => created.clone(),
            None => unreachable!("a participant is there after its creation was recorded"),
        }
    }

    /// Puts a version on a branch. `true` when it was not there before.
    pub fn add_to_branch(
        &mut self,
        name: &ParticipantName,
        branch: &BranchName,
        number: &VersionNumber,
    ) -> bool {
        let version = self.ensure_version(name, number);
        self.detect_main_branch(name, branch.as_str());
        let known = self.state.branch(version.participant, branch.as_str());
        if known.is_some_and(|known| version.is_on(known.id)) {
            return false;
        }
        self.record(Event::BranchVersionAdded {
            participant: name.clone(),
            branch: branch.clone(),
            version: number.clone(),
            auto_created: false,
        });
        true
    }

    /// Puts a tag on a version, with all that follows from it. `true` when it was not there before.
    pub fn add_tag(&mut self, name: &ParticipantName, number: &VersionNumber, tag: &TagName) -> bool {
        let version = self.ensure_version(name, number);
        self.detect_main_branch(name, tag.as_str());
        self.make_branch_of_first_tag(name, &version, tag);
        let is_new = !version.has_tag(tag.as_str());
        if is_new {
            self.record(Event::TagAdded {
                participant: name.clone(),
                version: number.clone(),
                tag: tag.clone(),
            });
        }
        self.make_deployment_of_tag(name, &version, tag);
        is_new
    }

    fn detect_main_branch(&mut self, name: &ParticipantName, candidate: &str) {
        let rules = self.rules;
        if !rules.detect_main_branch || !rules.main_branch_candidates.iter().any(|known| known == candidate) {
            return;
        }
        let Some(participant) = self.state.participant(name.as_str()) else { return };
        if participant.profile.main_branch.is_some() {
            return;
        }
        if let Ok(main) = BranchName::new(candidate) {
            let profile = Profile { main_branch: Some(main), ..participant.profile.clone() };
            self.record(Event::ParticipantChanged { participant: name.clone(), profile });
        }
    }

    fn make_branch_of_first_tag(&mut self, name: &ParticipantName, version: &Version, tag: &TagName) {
        let soon = self.now
            <= Timestamp::from_micros(
                version
                    .created_at
                    .as_micros()
                    .saturating_add(self.rules.first_tag_time_limit_seconds.saturating_mul(1_000_000)),
            );
        if !self.rules.first_tag_is_branch
            || !soon
            || !version.branches.is_empty()
            || !version.tags.is_empty()
        {
            return;
        }
        if let Ok(branch) = BranchName::new(tag.as_str()) {
            self.record(Event::BranchVersionAdded {
                participant: name.clone(),
                branch,
                version: version.number.clone(),
                auto_created: true,
            });
        }
    }

    fn make_deployment_of_tag(&mut self, name: &ParticipantName, version: &Version, tag: &TagName) {
        if !self.rules.tags_are_deployments {
            return;
        }
        let Ok(wanted) = EnvironmentName::new(tag.as_str()) else { return };
        let Some(environment) = self.state.environment_by_name(wanted.as_str()).cloned() else { return };
        let current = self.state.deployed_on(environment.id, version.participant, None);
        if current.is_some_and(|current| current.version == version.id) {
            return;
        }
        let deployment = self.fresh_uuid();
        self.record(Event::DeploymentRecorded {
            deployment,
            participant: name.clone(),
            version: version.number.clone(),
            environment: environment.uuid,
            instance: None,
            auto_created: true,
        });
    }

    /// The participant of that name.
    ///
    /// # Errors
    /// When there is none.
    pub fn known_participant(&self, name: &str) -> Result<Arc<Participant>, Rejection> {
        self.state
            .participant(name)
            .cloned()
            .ok_or_else(|| Rejection::UnknownParticipant { name: name.to_owned() })
    }
}
