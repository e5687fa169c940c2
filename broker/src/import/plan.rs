//! From facts to a log: what is recorded, with which time, and in which order.

mod gone;

use std::collections::{BTreeMap, HashMap, HashSet};

use pactwright_core::{
    digest::ContentSha,
    names::{BranchName, EnvironmentName, ParticipantName, TagName, VersionNumber},
};
use uuid::Uuid;

use super::{Fault, ImportError, Imported};
use crate::{
    domain::{
        access::{By, Identity, TeamName},
        event::{Commit, Event},
        model::{Secret, Timestamp, WebhookDetails, WebhookKey},
        rules::VersionOrder,
        state::State,
    },
    export::{self, Line, Thing},
    rebuild::rebuild,
    store::{BlobKey, Position, Store, StoreError},
};

/// How much is made durable at once.
const MOST_BYTES: usize = 8 * 1024 * 1024;
const MOST_RECORDS: usize = 1024;
/// How many events of one moment become one change.
const MOST_EVENTS: usize = 256;
/// How often a contract may have been changed.
const MOST_REVISIONS: u32 = 100_000;

/// Why a line cannot be taken.
#[derive(Debug)]
pub(super) enum Flaw {
    Fault(Fault),
    Store(StoreError),
}

impl Flaw {
    pub(super) fn at(self, line: u64) -> ImportError {
        match self {
            Self::Fault(fault) => ImportError::Line { line, fault },
            Self::Store(error) => ImportError::Store(error),
        }
    }
}

impl From<StoreError> for Flaw {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn unknown(what: impl std::fmt::Display) -> Flaw {
    Flaw::Fault(Fault::Unknown(what.to_string()))
}

fn twice(what: impl std::fmt::Display) -> Flaw {
    Flaw::Fault(Fault::Twice(what.to_string()))
}

/// Where something comes among those of the same place in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Participant,
    /// What has to come before others of its kind.
    First,
    Any,
    /// What has to come after others of its kind.
    Last,
}

/// What happened together. It comes at its place in time: when it happened, but not before what it rests on, should clocks
/// have disagreed.
struct Fact {
    place: (Timestamp, Rank),
    at: Timestamp,
    events: Vec<Event>,
}

/// Where a fact comes, and when it happened.
#[derive(Debug, Clone, Copy)]
struct Told {
    place: Timestamp,
    number: usize,
    at: Timestamp,
}

type Pair = (ParticipantName, ParticipantName);
type VersionKey = (ParticipantName, VersionNumber);

struct KnownBranch {
    said: export::Branch,
    first: Option<Told>,
    last: Option<Told>,
}

struct KnownContent {
    created_at: Timestamp,
    body: BlobKey,
    first: Option<Told>,
}

/// The facts by now.
pub(super) struct Plan<'a> {
    store: &'a dyn Store,
    texts: Vec<(BlobKey, Vec<u8>)>,
    text_bytes: usize,
    facts: Vec<Fact>,
    count: u64,
    participants: HashMap<ParticipantName, Timestamp>,
    tags_first_used: BTreeMap<(ParticipantName, TagName), Timestamp>,
    tags: HashMap<(ParticipantName, TagName), Told>,
    environments: HashMap<EnvironmentName, (Uuid, Timestamp)>,
    versions: HashMap<VersionKey, Timestamp>,
    branches: BTreeMap<(ParticipantName, BranchName), KnownBranch>,
    contents: BTreeMap<(Pair, ContentSha), KnownContent>,
    contracts: HashSet<(VersionKey, ParticipantName)>,
    results: HashSet<u32>,
    uuids: HashSet<Uuid>,
    releases: HashSet<(VersionKey, Uuid)>,
    webhooks: HashSet<WebhookKey>,
    disabled: Vec<WebhookKey>,
    teams: HashMap<TeamName, Timestamp>,
    owned: HashSet<Thing>,
    last: Lasts,
}

/// Where the last one of each kind comes whose order matters.
struct Lasts {
    environment: Timestamp,
    version: Timestamp,
    on_branch: Timestamp,
    deployment: Timestamp,
    release: Timestamp,
    webhook: Timestamp,
}

const EARLIEST: Timestamp = Timestamp::from_micros(i64::MIN);

type Taken = Result<(), Flaw>;

impl<'a> Plan<'a> {
    pub(super) fn begin(store: &'a dyn Store) -> Result<Self, ImportError> {
        if store.end()? != Position(0) {
            return Err(ImportError::NotEmpty);
        }
        Ok(Self {
            store,
            texts: Vec::new(),
            text_bytes: 0,
            facts: Vec::new(),
            count: 0,
            participants: HashMap::new(),
            tags_first_used: BTreeMap::new(),
            tags: HashMap::new(),
            environments: HashMap::new(),
            versions: HashMap::new(),
            branches: BTreeMap::new(),
            contents: BTreeMap::new(),
            contracts: HashSet::new(),
            results: HashSet::new(),
            uuids: HashSet::new(),
            releases: HashSet::new(),
            webhooks: HashSet::new(),
            disabled: Vec::new(),
            teams: HashMap::new(),
            owned: HashSet::new(),
            last: Lasts {
                environment: EARLIEST,
                version: EARLIEST,
                on_branch: EARLIEST,
                deployment: EARLIEST,
                release: EARLIEST,
                webhook: EARLIEST,
            },
        })
    }

    /// Takes note of a line. What it speaks of has to be told before.
    pub(super) fn take(&mut self, line: Line) -> Taken {
        self.count += 1;
        match line {
            Line::Export { .. } | Line::End { .. } => Err(twice("the beginning of the export")),
            Line::Participant(said) => self.participant(said),
            Line::TagFirstUsed(said) => self.tag_first_used(said),
            Line::Environment(said) => self.environment(said),
            Line::Version(said) => self.version(said),
            Line::Branch(said) => self.branch(said),
            Line::BranchVersion(said) => self.branch_version(&said),
            Line::Content(said) => self.content(said),
            Line::Contract(said) => self.contract(&said),
            Line::Result(said) => self.result(*said),
            Line::Deployment(said) => self.deployment(said),
            Line::Release(said) => self.release(said),
            Line::Webhook(said) => self.webhook(*said),
            Line::Team(said) => self.team(said),
            Line::Owner(said) => self.owner(said),
        }
    }

    fn tell(&mut self, place: Timestamp, rank: Rank, at: Timestamp, events: Vec<Event>) -> Told {
        self.facts.push(Fact { place: (place, rank), at, events });
        Told { place, number: self.facts.len(), at }
    }

    fn any(&mut self, place: Timestamp, at: Timestamp, event: Event) -> Told {
        self.tell(place, Rank::Any, at, vec![event])
    }

    fn known_participant(&self, name: &ParticipantName) -> Result<Timestamp, Flaw> {
        self.participants.get(name).copied().ok_or_else(|| unknown(format!("participant {name}")))
    }

    fn known_version(&self, name: &ParticipantName, number: &VersionNumber) -> Result<Timestamp, Flaw> {
        let known = self.versions.get(&(name.clone(), number.clone())).copied();
        known.ok_or_else(|| unknown(format!("version {number} of {name}")))
    }

    fn known_environment(&self, name: &EnvironmentName) -> Result<(Uuid, Timestamp), Flaw> {
        self.environments.get(name).copied().ok_or_else(|| unknown(format!("environment {name}")))
    }

    fn fresh(&mut self, uuid: Uuid) -> Taken {
        if self.uuids.insert(uuid) { Ok(()) } else { Err(twice(format!("UUID {uuid}"))) }
    }

    /// Keeps a text beside the log.
    fn keep(&mut self, text: String) -> Result<BlobKey, Flaw> {
        let bytes = text.into_bytes();
        let key = BlobKey::of(&bytes);
        self.text_bytes += bytes.len();
        self.texts.push((key, bytes));
        if self.text_bytes >= MOST_BYTES {
            self.store_texts()?;
        }
        Ok(key)
    }

    fn store_texts(&mut self) -> Result<(), StoreError> {
        self.store.append(Position(0), &[], &self.texts)?;
        self.texts.clear();
        self.text_bytes = 0;
        Ok(())
    }

    fn participant(&mut self, said: export::Participant) -> Taken {
        let export::Participant { name, profile, labels, created_at, updated_at } = said;
        if self.participants.insert(name.clone(), created_at).is_some() {
            return Err(twice(format!("participant {name}")));
        }
        let created = Event::ParticipantCreated { participant: name.clone(), profile: profile.clone() };
        self.tell(created_at, Rank::Participant, created_at, vec![created]);
        if let Some(at) = updated_at {
            let changed = Event::ParticipantChanged { participant: name.clone(), profile };
            self.any(at.max(created_at), at, changed);
        }
        for label in labels {
            let added = Event::LabelAdded { participant: name.clone(), label: label.name };
            self.any(label.at.max(created_at), label.at, added);
        }
        Ok(())
    }

    fn team(&mut self, said: export::Team) -> Taken {
        let export::Team { name: team, details, created_at } = said;
        if self.teams.insert(team.clone(), created_at).is_some() {
            return Err(twice(format!("team {team}")));
        }
        self.any(created_at, created_at, Event::TeamSaved { team, details });
        Ok(())
    }

    /// Since when something belongs to somebody is not told: since both are there.
    fn owner(&mut self, said: export::Owner) -> Taken {
        let export::Owner { of, ownership } = said;
        if !self.owned.insert(of.clone()) {
            return Err(twice(format!("the owner of {of}")));
        }
        let mut place = EARLIEST;
        for team in std::iter::once(&ownership.team).chain(&ownership.delegates) {
            let since = self.teams.get(team).ok_or_else(|| unknown(format!("team {team}")))?;
            place = place.max(*since);
        }
        let (since, event) = match of {
            Thing::Participant(participant) => {
                (self.known_participant(&participant)?, Event::ParticipantOwned { participant, ownership })
            }
            Thing::Environment(name) => {
                let (environment, since) = self.known_environment(&name)?;
                (since, Event::EnvironmentOwned { environment, ownership })
            }
        };
        let place = place.max(since);
        self.any(place, place, event);
        Ok(())
    }

    fn tag_first_used(&mut self, said: export::TagFirstUsed) -> Taken {
        self.known_participant(&said.participant)?;
        self.tags_first_used.insert((said.participant, said.tag), said.at);
        Ok(())
    }

    fn environment(&mut self, said: export::Environment) -> Taken {
        let export::Environment { uuid, details, created_at, updated_at } = said;
        self.fresh(uuid)?;
        let place = created_at.max(self.last.environment);
        self.last.environment = place;
        if self.environments.insert(details.name.clone(), (uuid, place)).is_some() {
            return Err(twice(format!("environment {}", details.name)));
        }
        self.any(
            place,
            created_at,
            Event::EnvironmentCreated { environment: uuid, details: details.clone() },
        );
        if let Some(at) = updated_at {
            self.any(at.max(place), at, Event::EnvironmentChanged { environment: uuid, details });
        }
        Ok(())
    }

    fn version(&mut self, said: export::Version) -> Taken {
        let export::Version { participant, version, build_url, tags, created_at, updated_at } = said;
        let place = created_at.max(self.known_participant(&participant)?).max(self.last.version);
        self.last.version = place;
        if self.versions.insert((participant.clone(), version.clone()), place).is_some() {
            return Err(twice(format!("version {version} of {participant}")));
        }
        let (name, number) = (|| participant.clone(), || version.clone());
        let created =
            Event::VersionCreated { participant: name(), version: number(), build_url: build_url.clone() };
        self.any(place, created_at, created);
        if let Some(at) = updated_at {
            let changed = Event::VersionChanged { participant: name(), version: number(), build_url };
            self.any(at.max(place), at, changed);
        }
        let mut place = place;
        for export::Added { name: tag, at } in tags {
            place = place.max(at);
            let added = Event::TagAdded { participant: name(), version: number(), tag: tag.clone() };
            let told = self.any(place, at, added);
            let first = self.tags.entry((name(), tag)).or_insert(told);
            if (told.place, told.number) < (first.place, first.number) {
                *first = told;
            }
        }
        Ok(())
    }

    fn branch(&mut self, said: export::Branch) -> Taken {
        self.known_participant(&said.participant)?;
        let key = (said.participant.clone(), said.branch.clone());
        let known = KnownBranch { said, first: None, last: None };
        match self.branches.insert(key, known) {
            None => Ok(()),
            Some(before) => Err(twice(format!("branch {}", before.said.branch))),
        }
    }

    fn branch_version(&mut self, said: &export::BranchVersion) -> Taken {
        let export::BranchVersion { participant, branch, version, at } = said;
        let place = (*at).max(self.known_version(participant, version)?).max(self.last.on_branch);
        let known = self.branches.get(&(participant.clone(), branch.clone()));
        let auto_created = match known {
            Some(known) => known.first.is_none() && known.said.auto_created,
            None => return Err(unknown(format!("branch {branch} of {participant}"))),
        };
        self.last.on_branch = place;
        let added = Event::BranchVersionAdded {
            participant: participant.clone(),
            branch: branch.clone(),
            version: version.clone(),
            auto_created,
        };
        let told = self.any(place, *at, added);
        if let Some(known) = self.branches.get_mut(&(participant.clone(), branch.clone())) {
            known.first.get_or_insert(told);
            known.last = Some(told);
        }
        Ok(())
    }

    fn content(&mut self, said: export::Content) -> Taken {
        let export::Content { consumer, provider, sha, created_at, text } = said;
        self.known_participant(&consumer)?;
        self.known_participant(&provider)?;
        let body = self.keep(text)?;
        let known = KnownContent { created_at, body, first: None };
        match self.contents.insert(((consumer, provider), sha.clone()), known) {
            None => Ok(()),
            Some(_) => Err(twice(format!("content {sha}"))),
        }
    }

    fn contract(&mut self, said: &export::Contract) -> Taken {
        let export::Contract { consumer, version, provider, sha, revision, created_at } = said;
        if *revision > MOST_REVISIONS {
            return Err(Flaw::Fault(Fault::Revisions { revision: *revision }));
        }
        let place = self.known_version(consumer, version)?.max(self.known_participant(provider)?);
        let place = place.max(*created_at);
        let key = ((consumer.clone(), provider.clone()), sha.clone());
        let body = match self.contents.get(&key) {
            Some(content) => content.body,
            None => return Err(unknown(format!("content {sha}"))),
        };
        if !self.contracts.insert(((consumer.clone(), version.clone()), provider.clone())) {
            return Err(twice(format!("the contract of {consumer} {version} with {provider}")));
        }
        let published = published((consumer, version), provider, sha, body);
        let events = vec![published; usize::try_from((*revision).max(1)).unwrap_or(1)];
        let told = self.tell(place, Rank::Any, *created_at, events);
        if let Some(content) = self.contents.get_mut(&key) {
            let first = content.first.get_or_insert(told);
            if (told.place, told.number) < (first.place, first.number) {
                *first = told;
            }
        }
        Ok(())
    }

    fn result(&mut self, said: export::VerificationResult) -> Taken {
        if !self.results.insert(said.number.get()) {
            return Err(twice(format!("verification result {}", said.number.get())));
        }
        let place = self.known_version(&said.provider, &said.version)?.max(said.created_at);
        let key = ((said.consumer, said.provider), said.sha);
        let Some(content) = self.contents.get(&key) else {
            return Err(unknown(format!("content {}", key.1)));
        };
        let place = place.max(self.place_of_content(&key.0, content)?);
        let test_results = said.test_results.map(|text| self.keep(text)).transpose()?;
        let ((consumer, provider), sha) = key;
        let recorded = Event::VerificationRecorded {
            number: said.number,
            consumer,
            provider,
            sha,
            version: said.version,
            success: said.success,
            wip: said.wip,
            pending: said.pending,
            consumer_versions: Vec::new(),
            build_url: said.build_url,
            verified_by: said.verified_by,
            response_times: said.response_times,
            test_results,
            failed: said.failed,
        };
        self.any(place, said.created_at, recorded);
        Ok(())
    }

    fn deployment(&mut self, said: export::Deployment) -> Taken {
        self.fresh(said.uuid)?;
        let (environment, since) = self.known_environment(&said.environment)?;
        let place = self.known_version(&said.participant, &said.version)?.max(since);
        let place = place.max(said.created_at).max(self.last.deployment);
        self.last.deployment = place;
        let recorded = Event::DeploymentRecorded {
            deployment: said.uuid,
            participant: said.participant,
            version: said.version,
            environment,
            instance: said.instance,
            auto_created: said.auto_created,
        };
        self.any(place, said.created_at, recorded);
        if let Some(at) = said.undeployed_at {
            self.any(place.max(at), at, Event::DeploymentEnded { deployment: said.uuid });
        }
        Ok(())
    }

    fn release(&mut self, said: export::Release) -> Taken {
        self.fresh(said.uuid)?;
        let (environment, since) = self.known_environment(&said.environment)?;
        let place = self.known_version(&said.participant, &said.version)?.max(since);
        let place = place.max(said.created_at).max(self.last.release);
        self.last.release = place;
        let version = (said.participant.clone(), said.version.clone());
        if !self.releases.insert((version, environment)) {
            return Err(twice(format!("the release of {} {}", said.participant, said.version)));
        }
        let recorded = Event::ReleaseRecorded {
            release: said.uuid,
            participant: said.participant,
            version: said.version,
            environment,
        };
        self.any(place, said.created_at, recorded);
        if let Some(at) = said.support_ended_at {
            self.any(place.max(at), at, Event::SupportEnded { release: said.uuid });
        }
        Ok(())
    }

    fn webhook(&mut self, said: export::Webhook) -> Taken {
        let export::Webhook { uuid: webhook, mut details, created_at, updated_at } = said;
        if !self.webhooks.insert(webhook.clone()) {
            return Err(twice(format!("webhook {webhook}")));
        }
        if has_stars(&details) && details.enabled {
            details.enabled = false;
            self.disabled.push(webhook.clone());
        }
        let place = created_at.max(self.last.webhook);
        self.last.webhook = place;
        let created = Event::WebhookCreated { webhook: webhook.clone(), details: details.clone() };
        self.any(place, created_at, created);
        if let Some(at) = updated_at {
            self.any(at.max(place), at, Event::WebhookChanged { webhook, details });
        }
        Ok(())
    }

    /// Where a content is first told of, as far as that is known.
    fn place_of_content(&self, pair: &Pair, content: &KnownContent) -> Result<Timestamp, Flaw> {
        let since = self.known_participant(&pair.0)?.max(self.known_participant(&pair.1)?);
        let own = content.created_at.max(since);
        Ok(content.first.map_or(own, |first| if first.at == content.created_at { first.place } else { own }))
    }

    /// Makes the log, and reads it again.
    pub(super) fn carry_out(mut self, order: VersionOrder) -> Result<Imported, ImportError> {
        self.store_texts()?;
        self.tell_what_is_gone().map_err(|flaw| flaw.at(0))?;
        let Self { store, mut facts, count, disabled, .. } = self;
        facts.sort_by_key(|fact| fact.place);
        let mut state = State::ordered(order);
        let mut end = Position(0);
        let mut records = Vec::new();
        let by = By { who: Identity::Broker, from: None };
        let mut facts = facts.into_iter().peekable();
        while let Some(fact) = facts.next() {
            let mut commit = Commit { at: fact.at, by: Some(by.clone()), events: fact.events };
            while let Some(more) =
                facts.next_if(|more| more.at == commit.at && commit.events.len() < MOST_EVENTS)
            {
                commit.events.extend(more.events);
            }
            state.apply_commit(&commit)?;
            records.push(serde_json::to_vec(&commit).map_err(ImportError::Encoding)?);
            if records.len() >= MOST_RECORDS {
                end = store.append(end, &records, &[])?;
                records.clear();
            }
        }
        if !records.is_empty() {
            end = store.append(end, &records, &[])?;
        }
        // What a start would read is what was meant.
        let rebuilt = rebuild(store, order)?;
        if rebuilt.state != state {
            return Err(ImportError::Differs);
        }
        Ok(Imported { facts: count, changes: end, disabled })
    }
}

fn published(
    (consumer, version): (&ParticipantName, &VersionNumber),
    provider: &ParticipantName,
    sha: &ContentSha,
    body: BlobKey,
) -> Event {
    Event::ContractPublished {
        consumer: consumer.clone(),
        version: version.clone(),
        provider: provider.clone(),
        sha: sha.clone(),
        body,
    }
}

fn has_stars(details: &WebhookDetails) -> bool {
    let request = &details.request;
    let secrets = request.headers.iter().map(|header| &header.value);
    let named = request.named_secrets.iter().map(|known| &known.value);
    secrets.chain(&request.password).chain(&request.signing_secret).chain(named).any(Secret::is_stars)
}
