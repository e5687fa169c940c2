//! From documents of another broker to lines of an export.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    str::FromStr,
};

use pactwright_core::names::{ParticipantName, VersionNumber};
use serde_json::Value;

use super::{
    Lost,
    links::{self, Home, embedded, href, text},
};
use crate::{
    domain::{
        event::EnvironmentDetails,
        model::{
            NamedSecret, Profile, RequestHeader, Secret, Side, Timestamp, WebhookDetails, WebhookEvent,
            WebhookRequest,
        },
    },
    export::{self, Added, Line},
    http::participants::made_display_name,
};

/// A consumer version has a contract with a provider.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Publication {
    pub(super) pair: (String, String),
    pub(super) version: String,
    pub(super) address: String,
    pub(super) created_at: Option<Timestamp>,
}

pub(super) type Pair = (String, String);

#[derive(Debug)]
pub(super) struct Member {
    pub(super) line: export::BranchVersion,
    pub(super) is_head: bool,
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) participants: Vec<export::Participant>,
    pub(super) environments: Vec<export::Environment>,
    pub(super) webhooks: Vec<export::Webhook>,
    /// With the moment by which they are put in order.
    pub(super) versions: Vec<(Timestamp, export::Version)>,
    pub(super) branches: Vec<export::Branch>,
    pub(super) members: Vec<Member>,
    pub(super) deployments: Vec<export::Deployment>,
    pub(super) releases: Vec<export::Release>,
    pub(super) publications: BTreeMap<Pair, Vec<Publication>>,
    /// Of the contents of consumer versions.
    pub(super) digests: HashMap<(Pair, String), String>,
    /// Where results are, by what they are of and their numbers.
    pub(super) results: BTreeMap<(Pair, String, u32), String>,
    pub(super) lost: Vec<Lost>,
}

pub(super) fn time(document: &Value, name: &str) -> Option<Timestamp> {
    text(document, name).and_then(|text| Timestamp::parse(text).ok())
}

/// When something was made; the beginning of time where nobody says.
fn created(document: &Value) -> Timestamp {
    time(document, "createdAt").unwrap_or(Timestamp::from_micros(0))
}

fn parsed<T: FromStr>(document: &Value, name: &str) -> Option<T> {
    text(document, name)?.parse().ok()
}

pub(super) fn owned(document: &Value, name: &str) -> Option<String> {
    text(document, name).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The branches of a version.
pub(super) fn branch_versions(version: &Value) -> &[Value] {
    match embedded(version, "branchVersions") {
        [] => embedded(version, "branches"),
        known => known,
    }
}

/// The kind of a line in words for many of them, and the line in words.
pub(super) fn named(line: &Line) -> (&'static str, String) {
    match line {
        Line::Export { .. } | Line::End { .. } => ("", String::new()),
        Line::Participant(said) => ("participants", format!("participant {}", said.name)),
        Line::TagFirstUsed(said) => ("tags", format!("tag {}", said.tag)),
        Line::Environment(said) => ("environments", format!("environment {}", said.details.name)),
        Line::Version(said) => ("versions", format!("version {} of {}", said.version, said.participant)),
        Line::Branch(said) => ("branches", format!("branch {} of {}", said.branch, said.participant)),
        Line::BranchVersion(said) => (
            "versions on branches",
            format!("version {} of {} on branch {}", said.version, said.participant, said.branch),
        ),
        Line::Content(said) => ("contents", format!("content {} of {}", said.sha, said.consumer)),
        Line::Contract(said) => (
            "contracts",
            format!("the contract of {} {} with {}", said.consumer, said.version, said.provider),
        ),
        Line::Result(said) => ("results", format!("verification result {}", said.number.get())),
        Line::Deployment(said) => ("deployments", format!("deployment {}", said.uuid)),
        Line::Release(said) => ("releases", format!("release {}", said.uuid)),
        Line::Team(said) => ("teams", format!("team {}", said.name)),
        Line::Owner(said) => ("owners", format!("the owner of {}", said.of)),
        Line::Webhook(said) => ("webhooks", format!("webhook {}", said.uuid)),
    }
}

impl Found {
    fn lose(&mut self, what: impl Into<String>, why: &str) {
        self.lost.push(Lost { what: what.into(), why: why.to_owned() });
    }

    pub(super) fn environment(&mut self, said: &Value) {
        let line = || {
            let name: pactwright_core::names::EnvironmentName = parsed(said, "name")?;
            let made = made_display_name(name.as_str());
            Some(export::Environment {
                uuid: parsed(said, "uuid")?,
                details: EnvironmentDetails {
                    display_name: owned(said, "displayName").filter(|shown| *shown != made),
                    name,
                    production: said.get("production").and_then(Value::as_bool).unwrap_or(false),
                    contacts: said
                        .get("contacts")
                        .and_then(|contacts| serde_json::from_value(contacts.clone()).ok())
                        .unwrap_or_default(),
                },
                created_at: created(said),
                updated_at: time(said, "updatedAt"),
            })
        };
        match line() {
            Some(line) => self.environments.push(line),
            None => self.lose(format!("environment {}", said["name"]), NOT_UNDERSTOOD),
        }
    }

    pub(super) fn participant(&mut self, said: &Value, labels: &[Value]) {
        let created_at = created(said);
        let line = || {
            let name: ParticipantName = parsed(said, "name")?;
            let made = made_display_name(name.as_str());
            let mut labels: Vec<_> = embedded(said, "labels")
                .iter()
                .zip(labels)
                .filter_map(|(label, more)| {
                    Some(Added {
                        name: owned(label, "name")?,
                        at: time(more, "createdAt").unwrap_or(created_at),
                    })
                })
                .collect();
            labels.sort_by(|one, other| one.name.cmp(&other.name));
            Some(export::Participant {
                profile: Profile {
                    display_name: owned(said, "displayName").filter(|shown| *shown != made),
                    main_branch: parsed(said, "mainBranch"),
                    repository_url: owned(said, "repositoryUrl"),
                    repository_name: owned(said, "repositoryName"),
                    repository_namespace: owned(said, "repositoryNamespace"),
                },
                name,
                labels,
                created_at,
                updated_at: time(said, "updatedAt"),
            })
        };
        match line() {
            Some(line) => self.participants.push(line),
            None => self.lose(format!("participant {}", said["name"]), NOT_UNDERSTOOD),
        }
    }

    pub(super) fn branch(&mut self, owner: &str, said: &Value) {
        let line = || {
            let created_at = created(said);
            Some(export::Branch {
                participant: owner.parse().ok()?,
                branch: parsed(said, "name")?,
                auto_created: false,
                created_at,
                updated_at: created_at,
            })
        };
        match line() {
            Some(line) => self.branches.push(line),
            None => self.lose(format!("branch {} of {owner}", said["name"]), NOT_UNDERSTOOD),
        }
    }

    /// A version, after those that come before it. `read` gives documents that it links to.
    pub(super) fn version<E>(
        &mut self,
        owner: &str,
        said: &Value,
        read: &mut dyn FnMut(&str) -> Result<Option<Value>, E>,
    ) -> Result<(), E> {
        let (Ok(participant), Some(version)) = (owner.parse::<ParticipantName>(), parsed(said, "number"))
        else {
            self.lose(format!("version {} of {owner}", said["number"]), NOT_UNDERSTOOD);
            return Ok(());
        };
        let version: VersionNumber = version;
        let created_at = created(said);
        let mut tags = Vec::new();
        for tag in embedded(said, "tags") {
            let more = href(tag, "self").map(&mut *read).transpose()?.flatten().unwrap_or_default();
            match parsed(tag, "name") {
                Some(name) => tags.push(Added { name, at: time(&more, "createdAt").unwrap_or(created_at) }),
                None => self.lose(format!("tag {} of {owner} {version}", tag["name"]), NOT_UNDERSTOOD),
            }
        }
        for branch in branch_versions(said) {
            let more = href(branch, "self").map(&mut *read).transpose()?.flatten().unwrap_or_default();
            let at = time(&more, "createdAt").unwrap_or(created_at);
            match parsed(branch, "name") {
                Some(name) => self.members.push(Member {
                    line: export::BranchVersion {
                        participant: participant.clone(),
                        branch: name,
                        version: version.clone(),
                        at,
                    },
                    is_head: branch.get("latest").and_then(Value::as_bool).unwrap_or(false),
                }),
                None => self.lose(format!("branch {} of {owner} {version}", branch["name"]), NOT_UNDERSTOOD),
            }
        }
        for link in links::all(said, "pb:deployed-environments") {
            let Some(address) = text(link, "href") else { continue };
            let Some(document) = read(address)? else { continue };
            match deployment(&participant, &version, &document) {
                Some(line) => self.deployments.push(line),
                None => self.lose(address, NOT_UNDERSTOOD),
            }
        }
        for link in links::all(said, "pb:released-environments") {
            let Some(address) = text(link, "href") else { continue };
            let Some(document) = read(address)? else { continue };
            match release(&participant, &version, &document) {
                Some(line) => self.releases.push(line),
                None => self.lose(address, NOT_UNDERSTOOD),
            }
        }
        // Whatever clocks said: it is later than the one before it of the same participant.
        let before = self.versions.last().filter(|(_, before)| before.participant == participant);
        let place = before.map_or(created_at, |(before, _)| created_at.max(*before));
        let (build_url, updated_at) = (owned(said, "buildUrl"), time(said, "updatedAt"));
        let line = export::Version { participant, version, build_url, tags, created_at, updated_at };
        self.versions.push((place, line));
        Ok(())
    }

    pub(super) fn publication(&mut self, consumer: &str, provider: &str, said: &Value, address: String) {
        let version = said.get("_embedded").and_then(|embedded| embedded.get("consumerVersion"));
        let Some(version) = version.and_then(|version| owned(version, "number")) else {
            self.lose(address, NOT_UNDERSTOOD);
            return;
        };
        let pair = (consumer.to_owned(), provider.to_owned());
        let created_at = time(said, "createdAt");
        let publication = Publication { pair: pair.clone(), version, address, created_at };
        self.publications.entry(pair).or_default().push(publication);
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.publications.keys()
    }

    /// The consumer versions that have a contract.
    pub(super) fn versions_of(&self, pair: &Pair) -> impl Iterator<Item = &str> {
        self.publications.get(pair).into_iter().flatten().map(|publication| publication.version.as_str())
    }

    /// Takes note of rows of the matrix; answers with the consumer versions in them.
    pub(super) fn rows(&mut self, home: &Home, pair: &Pair, rows: &[Value]) -> HashSet<String> {
        let mut seen = HashSet::new();
        for row in rows {
            let is_its =
                |role: &str, name: &str| row.get(role).and_then(|role| text(role, "name")) == Some(name);
            if !is_its("consumer", &pair.0) || !is_its("provider", &pair.1) {
                continue;
            }
            let Some(version) = row["consumer"].get("version").and_then(|version| text(version, "number"))
            else {
                continue;
            };
            seen.insert(version.to_owned());
            let Some(address) = row.get("verificationResult").and_then(|result| href(result, "self")) else {
                continue;
            };
            let Some((sha, number)) = links::of_result(address) else { continue };
            self.digests.insert((pair.clone(), version.to_owned()), sha.to_owned());
            let key = (pair.clone(), sha.to_owned(), number);
            self.results.entry(key).or_insert_with(|| home.reached(address));
        }
        seen
    }

    pub(super) fn digest_of(&self, publication: &Publication) -> Option<&String> {
        self.digests.get(&(publication.pair.clone(), publication.version.clone()))
    }

    /// The publications whose digest is not known.
    pub(super) fn without_digest(&self) -> impl Iterator<Item = &Publication> {
        let all = self.publications.values().flatten();
        all.filter(|publication| self.digest_of(publication).is_none())
    }

    pub(super) fn digest(&mut self, publication: &Publication, sha: &str) {
        self.digests.insert((publication.pair.clone(), publication.version.clone()), sha.to_owned());
    }

    /// Where the texts of contracts are: of each content one, and of each contract whose content is not known.
    pub(super) fn texts_wanted(&self) -> Vec<String> {
        let mut known = BTreeSet::new();
        let all = self.publications.values().flatten();
        let wanted = all.filter(|publication| {
            self.digest_of(publication).is_none_or(|sha| known.insert((&publication.pair, sha)))
        });
        wanted.map(|publication| publication.address.clone()).collect()
    }

    pub(super) fn results_wanted(&self) -> impl Iterator<Item = &str> {
        self.results.values().map(String::as_str)
    }

    pub(super) fn webhook(&mut self, said: &Value) {
        let line = || {
            let request = webhook_request(said.get("request")?)?;
            let side = |role: &str| {
                let side = said.get(role)?;
                let name = parsed(side, "name").map(Side::Name);
                name.or_else(|| owned(side, "label").map(Side::Label))
            };
            let events = said.get("events").and_then(Value::as_array)?;
            Some(export::Webhook {
                uuid: parsed(said, "uuid")?,
                details: WebhookDetails {
                    description: owned(said, "description").filter(|words| *words != request.summary()),
                    enabled: said.get("enabled").and_then(Value::as_bool).unwrap_or(true),
                    consumer: side("consumer"),
                    provider: side("provider"),
                    events: events
                        .iter()
                        .filter_map(|event| WebhookEvent::named(text(event, "name")?))
                        .collect(),
                    request,
                },
                created_at: created(said),
                updated_at: time(said, "updatedAt"),
            })
        };
        match line() {
            Some(line) => self.webhooks.push(line),
            None => self.lose(format!("webhook {}", said["uuid"]), NOT_UNDERSTOOD),
        }
    }
}

/// Why a document is lost that was had.
pub(super) const NOT_UNDERSTOOD: &str = "what the broker says about it cannot be understood";

/// The name of the environment that a deployment or release is in.
fn environment_of(document: &Value) -> Option<pactwright_core::names::EnvironmentName> {
    parsed(document.get("_embedded")?.get("environment")?, "name")
}

fn deployment(
    participant: &ParticipantName,
    version: &VersionNumber,
    said: &Value,
) -> Option<export::Deployment> {
    let created_at = created(said);
    let is_current = said.get("currentlyDeployed").and_then(Value::as_bool).unwrap_or(true);
    let ended = time(said, "undeployedAt").unwrap_or(created_at);
    Some(export::Deployment {
        uuid: parsed(said, "uuid")?,
        participant: participant.clone(),
        version: version.clone(),
        environment: environment_of(said)?,
        instance: owned(said, "applicationInstance").or_else(|| owned(said, "target")),
        auto_created: false,
        created_at,
        undeployed_at: (!is_current).then_some(ended),
    })
}

fn release(participant: &ParticipantName, version: &VersionNumber, said: &Value) -> Option<export::Release> {
    let created_at = created(said);
    let is_current = said.get("currentlySupported").and_then(Value::as_bool).unwrap_or(true);
    let ended = time(said, "supportEndedAt").unwrap_or(created_at);
    Some(export::Release {
        uuid: parsed(said, "uuid")?,
        participant: participant.clone(),
        version: version.clone(),
        environment: environment_of(said)?,
        created_at,
        support_ended_at: (!is_current).then_some(ended),
    })
}

fn webhook_request(said: &Value) -> Option<WebhookRequest> {
    let headers = said.get("headers").and_then(Value::as_object);
    let header = |(name, value): (&String, &Value)| {
        Some(RequestHeader { name: name.to_lowercase(), value: Secret::new(value.as_str()?) })
    };
    let secret = |name: &str| owned(said, name).map(Secret::new);
    let named = said.get("secrets").and_then(Value::as_object);
    let named_secret = |(name, value): (&String, &Value)| {
        Some(NamedSecret { name: name.clone(), value: Secret::new(value.as_str()?) })
    };
    Some(WebhookRequest {
        method: text(said, "method")?.to_uppercase(),
        url: owned(said, "url")?,
        headers: headers.into_iter().flatten().filter_map(header).collect(),
        body: said.get("body").filter(|body| !body.is_null()).cloned(),
        username: owned(said, "username"),
        password: secret("password"),
        signing_secret: secret("signingSecret"),
        named_secrets: named.into_iter().flatten().filter_map(named_secret).collect(),
    })
}
