//! What is tested: the broker's decisions and answers, without its network and its disk.

use std::collections::BTreeSet;

use pactwright_broker::{
    domain::{
        commands::{
            AddBranchVersion, AddTag, Bodies, ChangeParticipant, ChangeVersion, Command, CreateEnvironment,
            EndDeployment, EndSupport, NewContract, ProfileChange, PublishContracts, RecordDeployment,
            RecordRelease, RecordVerification, Rejection, RemoveBranch, RemoveBranchVersion, RemoveContracts,
            RemoveEnvironment, RemoveIntegration, RemoveParticipant, RemoveResult, RemoveTag, RemoveVersion,
            ReplaceEnvironment, VersionChange, Work,
        },
        event::{Commit, EnvironmentDetails},
        model::{Environment, ParticipantId, ResultNumber, Timestamp, VersionId},
        rules::{Rules, VersionOrder},
        state::{InvalidSnapshot, State},
    },
    store::BlobKey,
};
use pactwright_core::{
    broker_api::OnConflict,
    digest,
    json::{Json, JsonBuf},
    names::{BranchName, EnvironmentName, ParticipantName, TagName, VersionNumber},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    history::{Happening, History, Offered, What},
    names::Name,
    world::Moment,
};

/// A broker that things happen to.
pub(crate) struct Broker {
    pub(crate) state: State,
    pub(crate) rules: Rules,
    /// As it is written.
    log: Vec<String>,
    texts: Bodies,
    now: Moment,
}

/// What a moment of the model is to the broker.
pub(crate) fn timestamp(moment: Moment) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + moment * 1_000_000)
}

fn participant(name: Name) -> ParticipantName {
    ParticipantName::new(name).unwrap()
}

fn number(text: Name) -> VersionNumber {
    VersionNumber::new(text).unwrap()
}

fn branch(name: Name) -> BranchName {
    BranchName::new(name).unwrap()
}

fn tag(name: Name) -> TagName {
    TagName::new(name).unwrap()
}

fn pact(content: &[Name]) -> JsonBuf {
    let interaction = |name: &Name| json!({ "description": name, "request": { "path": format!("/{name}") } });
    let interactions: Vec<_> = content.iter().map(interaction).collect();
    Json::parse(json!({ "interactions": interactions }).to_string().as_bytes()).unwrap().into_owned()
}

fn contract(offered: &Offered) -> NewContract {
    let pact = pact(&offered.content);
    let on_conflict = if offered.merge { OnConflict::Merge } else { OnConflict::Overwrite };
    NewContract::new(participant(offered.provider), pact.to_compact().as_bytes(), &pact, on_conflict)
}

fn environment(name: Name) -> EnvironmentDetails {
    let name = EnvironmentName::new(name).unwrap();
    EnvironmentDetails { name, display_name: None, production: false, contacts: Vec::new() }
}

impl Broker {
    pub(crate) fn new(history: &History) -> Self {
        let order = if history.ordered_by_number { VersionOrder::Semantic } else { VersionOrder::FirstSeen };
        let rules = Rules { allow_contract_modification: history.may_modify, order, ..Rules::default() };
        let state = State::ordered(order);
        Self { state, rules, log: Vec::new(), texts: Bodies::new(), now: 0 }
    }

    pub(crate) fn now(&self) -> Timestamp {
        timestamp(self.now)
    }

    /// The state that is made of the log, as after a restart. It is the one in memory, and the one of a snapshot.
    pub(crate) fn reopened(&self) -> State {
        let mut state = State::ordered(self.rules.order);
        for record in &self.log {
            state.apply_commit(&serde_json::from_str::<Commit>(record).unwrap()).unwrap();
        }
        assert!(state == self.state, "the log says {state:?}\nin memory is {:?}", self.state);
        let parts = state.parts().map(|part| part.map_err(InvalidSnapshot::from));
        let copy = State::of_parts(self.rules.order, parts).unwrap();
        assert!(copy == state, "a snapshot says {copy:?}\nthe log says {state:?}");
        state
    }

    fn tell<C: Command>(&mut self, command: C) -> Result<(), Rejection> {
        let wanted: BTreeSet<BlobKey> = command.needs(&self.state).into_iter().collect();
        let bodies: Bodies = self
            .texts
            .iter()
            .filter(|(key, _)| wanted.contains(key))
            .map(|(key, text)| (*key, text.clone()))
            .collect();
        let seed = Uuid::from_u128((u128::try_from(self.log.len()).unwrap() + 1) << 64);
        let mut work = Work::new(self.state.clone(), &self.rules, &bodies, self.now(), seed);
        command.decide(&mut work)?;
        let (commit, blobs, state) = work.finish()?;
        for (key, bytes) in blobs {
            self.texts.insert(key, Json::parse(&bytes).unwrap().into_owned());
        }
        self.log.push(serde_json::to_string(&commit).unwrap());
        self.state = state;
        Ok(())
    }

    #[expect(clippy::too_many_lines, reason = "one short arm for each thing that may happen")]
    pub(crate) fn happen(&mut self, happening: &Happening) -> Result<(), Rejection> {
        self.now += happening.after;
        match &happening.what {
            What::Publish { consumer, number: version, branch: name, tags, contracts } => {
                self.tell(PublishContracts {
                    consumer: participant(consumer),
                    version: number(version),
                    branch: name.map(branch),
                    tags: tags.iter().map(|name| tag(name)).collect(),
                    build_url: None,
                    contracts: contracts.iter().map(contract).collect(),
                })
            }
            What::Verify { consumer, provider, content, number: version, success, wip } => {
                self.tell(RecordVerification {
                    consumer: participant(consumer),
                    provider: participant(provider),
                    sha: digest::content_sha(&pact(content)),
                    version: number(version),
                    success: *success,
                    wip: *wip,
                    pending: false,
                    consumer_versions: Vec::new(),
                    build_url: None,
                    verified_by: None,
                    response_times: None,
                    test_results: None,
                    failed: Vec::new(),
                })
            }
            What::RemoveResult(result) => self.tell(RemoveResult { number: ResultNumber::new(*result) }),
            What::PutOnBranch { owner, branch: name, number: version } => self.tell(AddBranchVersion {
                participant: participant(owner),
                branch: branch(name),
                version: number(version),
            }),
            What::TakeOffBranch { owner, branch: name, number: version } => self.tell(RemoveBranchVersion {
                participant: participant(owner),
                branch: branch(name),
                version: number(version),
            }),
            What::RemoveBranch { owner, branch: name } => {
                self.tell(RemoveBranch { participant: participant(owner), branch: branch(name) })
            }
            What::Tag { owner, number: version, tag: name } => self.tell(AddTag {
                participant: participant(owner),
                version: number(version),
                tag: tag(name),
            }),
            What::Untag { owner, number: version, tag: name } => self.tell(RemoveTag {
                participant: participant(owner),
                version: number(version),
                tag: tag(name),
            }),
            What::SetTags { owner, number: version, tags } => self.tell(ChangeVersion {
                participant: participant(owner),
                version: number(version),
                change: VersionChange {
                    build_url: None,
                    tags: Some(tags.iter().map(|name| tag(name)).collect()),
                },
            }),
            What::SetMainBranch { owner, branch: name } => self.tell(ChangeParticipant {
                participant: participant(owner),
                change: ProfileChange { main_branch: Some(name.map(branch)), ..ProfileChange::default() },
                may_create: true,
            }),
            What::RemoveContract { consumer, number: version, provider } => self.tell(RemoveContracts {
                consumer: participant(consumer),
                provider: participant(provider),
                versions: vec![number(version)],
            }),
            What::RemoveVersion { owner, number: version } => {
                self.tell(RemoveVersion { participant: participant(owner), version: number(version) })
            }
            What::RemoveParticipant(name) => self.tell(RemoveParticipant { participant: participant(name) }),
            What::RemoveIntegration { consumer, provider } => self
                .tell(RemoveIntegration { consumer: participant(consumer), provider: participant(provider) }),
            What::CreateEnvironment(name) => self.tell(CreateEnvironment { details: environment(name) }),
            What::RenameEnvironment { from, to } => {
                let details = environment(to);
                self.tell(ReplaceEnvironment { environment: self.environment(from)?.uuid, details })
            }
            What::RemoveEnvironment(name) => {
                self.tell(RemoveEnvironment { environment: self.environment(name)?.uuid })
            }
            What::Deploy { owner, number: version, environment, instance } => self.tell(RecordDeployment {
                participant: participant(owner),
                version: number(version),
                environment: self.environment(environment)?.uuid,
                instance: instance.map(str::to_owned),
            }),
            What::Undeploy { owner, environment, instance } => {
                let environment = self.environment(environment)?.id;
                let found = self.state.deployed_on(environment, self.participant(owner)?, *instance);
                let deployment = found.ok_or(Rejection::NotFound { what: "a deployment" })?.uuid;
                self.tell(EndDeployment { deployment })
            }
            What::Release { owner, number: version, environment } => self.tell(RecordRelease {
                participant: participant(owner),
                version: number(version),
                environment: self.environment(environment)?.uuid,
            }),
            What::EndSupport { owner, number: version, environment } => {
                let environment = self.environment(environment)?.id;
                let found = self.state.release_of(self.version(owner, version)?, environment);
                let supported = found.filter(|release| release.support_ended_at.is_none());
                let release = supported.ok_or(Rejection::NotFound { what: "a release" })?.uuid;
                self.tell(EndSupport { release })
            }
            What::With { .. } => unreachable!("it was made concrete"),
        }
    }

    fn environment(&self, name: Name) -> Result<&Environment, Rejection> {
        let found = self.state.environment_by_name(name).map(AsRef::as_ref);
        found.ok_or(Rejection::NotFound { what: "an environment" })
    }

    fn participant(&self, name: Name) -> Result<ParticipantId, Rejection> {
        let found = self.state.participant(name).map(|known| known.id);
        found.ok_or_else(|| Rejection::UnknownParticipant { name: name.to_owned() })
    }

    fn version(&self, owner: Name, number: Name) -> Result<VersionId, Rejection> {
        let found = self.state.version(self.participant(owner)?, number).map(|known| known.id);
        found.ok_or(Rejection::NotFound { what: "a version" })
    }
}
