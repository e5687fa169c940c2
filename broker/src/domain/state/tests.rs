//! Tests, and a way to tell a story to a state that other tests use.

use pactwright_core::{
    broker_api::OnConflict,
    json::Json,
    names::{BranchName, EnvironmentName, ParticipantName, TagName, VersionNumber},
};
use uuid::Uuid;

use super::State;
use crate::domain::{
    commands::{
        AddBranchVersion, AddTag, AttemptOutcome, Blob, Bodies, Command, CreateEnvironment, NewContract,
        PublishContracts, Published, RecordAttempt, RecordDeployment, RecordVerification, Rejection,
        RemoveParticipant, RemoveVersion, SaveWebhook, Work,
    },
    event::{Commit, EnvironmentDetails},
    model::{
        ContentId, FailedInteraction, Participant, ResultNumber, Timestamp, TriggerId, WebhookDetails,
        WebhookEvent, WebhookKey, WebhookRequest,
    },
    rules::Rules,
};

/// A broker's decisions without a broker: commands are decided one after the other, an hour apart.
#[derive(Default)]
pub(crate) struct Story {
    pub(crate) state: State,
    pub(crate) rules: Rules,
    pub(crate) log: Vec<Commit>,
    bodies: Bodies,
    texts: Vec<Blob>,
    hours: i64,
    failing: Vec<FailedInteraction>,
}

/// Contracts, by the descriptions that make their contents.
pub(crate) fn publication(
    consumer: &str,
    version: &str,
    branch: Option<&str>,
    contracts: &[(&str, &str)],
    on_conflict: OnConflict,
) -> PublishContracts {
    let contract = |(provider, description): &(&str, &str)| {
        let text = format!(
            r#"{{"interactions": [{{"description": "{description}", "request": {{"path": "/{description}"}}}}]}}"#
        );
        NewContract::new(
            ParticipantName::new(provider).unwrap(),
            text.as_bytes(),
            &Json::parse(text.as_bytes()).unwrap(),
            on_conflict,
        )
    };
    PublishContracts {
        consumer: ParticipantName::new(consumer).unwrap(),
        version: VersionNumber::new(version).unwrap(),
        branch: branch.map(|branch| BranchName::new(branch).unwrap()),
        tags: Vec::new(),
        build_url: None,
        contracts: contracts.iter().map(contract).collect(),
    }
}

impl Story {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + self.hours * 3_600_000_000)
    }

    pub(crate) fn tell<C: Command>(&mut self, command: C) -> Result<C::Answer, Rejection> {
        self.hours += 1;
        let seed = Uuid::from_u128(u128::from(self.hours.unsigned_abs()) << 64);
        let mut work = Work::new(self.state.clone(), &self.rules, &self.bodies, self.now(), seed);
        work.base = Some("http://broker".to_owned());
        let answer = command.decide(&mut work)?;
        let (commit, blobs, state) = work.finish()?;
        for (key, bytes) in &blobs {
            if let Ok(body) = Json::parse(bytes) {
                self.bodies.insert(*key, body.into_owned());
            }
        }
        self.texts.extend(blobs);
        self.state = state;
        self.log.push(commit);
        Ok(answer)
    }

    /// The texts that were kept.
    pub(crate) fn texts(&self) -> Vec<Blob> {
        self.texts.clone()
    }

    pub(crate) fn try_publish(
        &mut self,
        consumer: &str,
        version: &str,
        branch: Option<&str>,
        contracts: &[(&str, &str)],
        on_conflict: OnConflict,
    ) -> Result<Published, Rejection> {
        self.tell(publication(consumer, version, branch, contracts, on_conflict))
    }

    /// Publishes one contract on branch main; the description makes its content.
    pub(crate) fn publish(&mut self, consumer: &str, version: &str, provider: &str, description: &str) {
        self.try_publish(consumer, version, Some("main"), &[(provider, description)], OnConflict::Overwrite)
            .unwrap();
    }

    pub(crate) fn participant(&self, name: &str) -> Participant {
        (**self.state.participant(name).unwrap()).clone()
    }

    /// The content that a consumer version has with a provider.
    pub(crate) fn content(&self, consumer: &str, version: &str, provider: &str) -> ContentId {
        let (consumer, provider) = (self.participant(consumer).id, self.participant(provider).id);
        let version = self.state.version(consumer, version).unwrap().id;
        self.state.pact(version, provider).unwrap().content
    }

    /// Verifies what a consumer version has with a provider.
    pub(crate) fn verify(
        &mut self,
        (consumer, version): (&str, &str),
        (provider, provider_version): (&str, &str),
        success: bool,
    ) -> ResultNumber {
        let content = self.content(consumer, version, provider);
        let sha = self.state.content_by_id(content).unwrap().sha.clone();
        self.tell(RecordVerification {
            consumer: ParticipantName::new(consumer).unwrap(),
            provider: ParticipantName::new(provider).unwrap(),
            sha,
            version: VersionNumber::new(provider_version).unwrap(),
            success,
            wip: false,
            pending: false,
            consumer_versions: Vec::new(),
            build_url: None,
            verified_by: None,
            response_times: None,
            test_results: None,
            failed: self.failing.clone(),
        })
        .unwrap()
    }

    /// The interactions that fail in the verifications to come.
    pub(crate) fn failing(&mut self, ids: &[&str]) {
        let failed =
            |id: &&str| FailedInteraction { id: (*id).to_owned(), description: format!("request {id}") };
        self.failing = ids.iter().map(failed).collect();
    }

    pub(crate) fn branch(&mut self, participant: &str, branch: &str, version: &str) {
        self.tell(AddBranchVersion {
            participant: ParticipantName::new(participant).unwrap(),
            branch: BranchName::new(branch).unwrap(),
            version: VersionNumber::new(version).unwrap(),
        })
        .unwrap();
    }

    pub(crate) fn tag(&mut self, participant: &str, version: &str, tag: &str) {
        self.tell(AddTag {
            participant: ParticipantName::new(participant).unwrap(),
            version: VersionNumber::new(version).unwrap(),
            tag: TagName::new(tag).unwrap(),
        })
        .unwrap();
    }

    /// A webhook for everybody.
    pub(crate) fn webhook(&mut self, url: &str, events: &[&str]) -> WebhookKey {
        let request = WebhookRequest {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: None,
            username: None,
            password: None,
            signing_secret: None,
            named_secrets: Vec::new(),
        };
        let details = WebhookDetails {
            description: None,
            enabled: true,
            consumer: None,
            provider: None,
            events: events.iter().map(|name| WebhookEvent::named(name).unwrap()).collect(),
            request,
        };
        self.save_webhook(None, details)
    }

    pub(crate) fn save_webhook(
        &mut self,
        webhook: Option<WebhookKey>,
        details: WebhookDetails,
    ) -> WebhookKey {
        self.tell(SaveWebhook { webhook, details }).unwrap().0
    }

    /// An attempt to deliver something.
    pub(crate) fn attempt(&mut self, id: TriggerId, success: bool) {
        let trigger = self.state.trigger_by_id(id).unwrap().uuid;
        let failed = AttemptOutcome::Failed { retry_after: None };
        let outcome = if success { AttemptOutcome::Delivered } else { failed };
        self.tell(RecordAttempt { trigger, outcome, log: String::new() }).unwrap();
    }

    /// What was kept beside the log.
    pub(crate) fn kept(&self, key: crate::store::BlobKey) -> String {
        self.bodies[&key].to_compact()
    }

    pub(crate) fn environment(&mut self, name: &str) -> Uuid {
        let name = EnvironmentName::new(name).unwrap();
        let details = EnvironmentDetails { name, display_name: None, production: true, contacts: Vec::new() };
        self.tell(CreateEnvironment { details }).unwrap()
    }

    pub(crate) fn deploy(
        &mut self,
        participant: &str,
        version: &str,
        environment: Uuid,
        instance: Option<&str>,
    ) -> Uuid {
        self.tell(RecordDeployment {
            participant: ParticipantName::new(participant).unwrap(),
            version: VersionNumber::new(version).unwrap(),
            environment,
            instance: instance.map(str::to_owned),
        })
        .unwrap()
    }
}

#[test]
fn the_same_log_gives_the_same_state() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    story.verify(("web", "1"), ("api", "9"), true);
    let production = story.environment("production");
    story.deploy("api", "9", production, None);
    story.branch("api", "feat", "10");
    story.tag("web", "1", "production");
    story.webhook("https://ci.example.org", &["contract_published"]);
    story.publish("web", "2", "api", "b");
    story.attempt(TriggerId::new(0), false);
    story
        .tell(RemoveVersion {
            participant: ParticipantName::new("web").unwrap(),
            version: VersionNumber::new("1").unwrap(),
        })
        .unwrap();

    let mut replayed = State::default();
    for commit in &story.log {
        let text = serde_json::to_string(commit).unwrap();
        replayed.apply_commit(&serde_json::from_str(&text).unwrap()).unwrap();
    }
    assert_eq!(format!("{replayed:?}"), format!("{:?}", story.state));
}

#[test]
fn a_deployment_ends_the_one_before_it_on_the_same_instance_only() {
    let mut story = Story::default();
    for version in ["1", "2"] {
        story.branch("api", "main", version);
    }
    let production = story.environment("production");
    let blue = story.deploy("api", "1", production, Some("blue"));
    let plain = story.deploy("api", "1", production, None);
    assert_eq!(story.deploy("api", "1", production, None), plain, "what is current is not recorded again");
    story.deploy("api", "2", production, None);
    assert!(story.state.deployment(blue).unwrap().undeployed_at.is_none());
    assert!(story.state.deployment(plain).unwrap().undeployed_at.is_some());
}

#[test]
fn nothing_is_left_of_a_participant_that_was_removed() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    story.verify(("web", "1"), ("api", "9"), true);
    story.tag("api", "9", "dev");
    let production = story.environment("production");
    story.deploy("api", "9", production, None);
    story.webhook("https://ci.example.org", &["contract_published"]);
    story.publish("web", "2", "api", "a");
    for name in ["api", "web"] {
        story.tell(RemoveParticipant { participant: ParticipantName::new(name).unwrap() }).unwrap();
    }
    let state = &story.state;
    // What was never of a participant, and that identifiers are not used twice.
    let expected = State {
        next: state.next.clone(),
        environments: state.environments.clone(),
        environments_by_uuid: state.environments_by_uuid.clone(),
        environments_by_name: state.environments_by_name.clone(),
        webhooks: state.webhooks.clone(),
        webhooks_by_key: state.webhooks_by_key.clone(),
        ..State::default()
    };
    assert_eq!(*state, expected);
}

#[test]
fn a_first_branch_with_a_usual_name_becomes_the_main_branch() {
    let mut story = Story::default();
    story.branch("api", "feat", "1");
    assert_eq!(story.participant("api").profile.main_branch, None);
    story.branch("api", "master", "2");
    story.branch("api", "main", "3");
    assert_eq!(story.participant("api").profile.main_branch, Some(BranchName::new("master").unwrap()));
}
