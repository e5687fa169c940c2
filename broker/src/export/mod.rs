//! Exports: what a broker knows, as JSON lines.
//!
//! One line for each fact, see [`Line`]; the first says the format, the last how many there are. States that are equal give
//! the same bytes: lines come by kind, and within a kind in the order that matters, or by name. The module `import` makes
//! a broker of them again. What was removed is not there, nor what webhooks were told or are owed, nor users and tokens: for
//! all of that there are backups.

mod line;

pub use crate::domain::access::Team;
pub use line::{
    Added, Branch, BranchVersion, Content, Contract, Deployment, Environment, FORMAT, Line, Owner,
    Participant, Release, TagFirstUsed, Thing, VerificationResult, Version, Webhook,
};

use std::{
    io::{self, Write},
    sync::Arc,
};

use pactwright_core::names::{ParticipantName, VersionNumber};

use crate::{
    domain::{
        event::EnvironmentDetails,
        model::{ParticipantId, Secret, Timestamp, VersionId, WebhookDetails},
        rules::VersionOrder,
        state::State,
    },
    history::{self, Past},
    rebuild::{RebuildError, rebuild},
    store::{BlobKey, Store, StoreError},
};

/// What becomes of the secrets of webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// There are stars in their place.
    Withheld,
    /// They are written as they are kept: those that are sealed can be read only by a broker with the same key.
    Revealed,
}

/// Why nothing could be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// What is kept is damaged.
    #[error("{0}; `pactwright broker check` says what can be saved")]
    Log(#[source] RebuildError),
    /// Not everything is known of that moment any more.
    #[error("{0}")]
    Forgotten(#[source] RebuildError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A text that is spoken of is not there, or is no text.
    #[error("the text {key} is lost; `pactwright broker check` says what else is")]
    Lost {
        /// Where it should be.
        key: BlobKey,
    },
    /// It cannot be written.
    #[error("the export cannot be written")]
    Write(#[from] io::Error),
}

impl From<RebuildError> for ExportError {
    fn from(error: RebuildError) -> Self {
        match error {
            RebuildError::Store(error) => Self::Store(error),
            error @ RebuildError::Forgotten { .. } => Self::Forgotten(error),
            other => Self::Log(other),
        }
    }
}

/// The state that a store has, or had at a moment.
///
/// # Errors
/// When the log cannot be read or understood; when not everything is known of that moment any more.
pub fn state(
    store: &dyn Store,
    order: VersionOrder,
    until: Option<Timestamp>,
) -> Result<Arc<State>, ExportError> {
    let now = rebuild(store, order)?.state;
    let Some(moment) = until else { return Ok(Arc::new(now)) };
    let position = history::first_after(store, moment)?;
    if position == store.end()? {
        return Ok(Arc::new(now));
    }
    history::known(now.horizon(), position)?;
    Ok(Past::default().before(store, order, position)?)
}

/// Writes what a state has; texts come from the store. Answers with how many facts that are.
///
/// # Errors
/// When a text is lost; when the store cannot be read, or the export cannot be written.
pub fn write(
    store: &dyn Store,
    state: &State,
    secrets: Secrets,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let mut lines = Lines { store, state, secrets, out, count: 0 };
    lines.put(&Line::Export { format: FORMAT, secrets: secrets == Secrets::Revealed })?;
    lines.count = 0;
    lines.participants()?;
    lines.environments()?;
    lines.versions()?;
    lines.branches()?;
    lines.contracts()?;
    lines.results()?;
    lines.live()?;
    lines.webhooks()?;
    lines.owners()?;
    let count = lines.count;
    lines.put(&Line::End { lines: count })?;
    lines.out.flush()?;
    Ok(count)
}

struct Lines<'a> {
    store: &'a dyn Store,
    state: &'a State,
    secrets: Secrets,
    out: &'a mut dyn Write,
    count: u64,
}

type Written = Result<(), ExportError>;

impl Lines<'_> {
    fn put(&mut self, line: &Line) -> Written {
        serde_json::to_writer(&mut *self.out, line).map_err(io::Error::from)?;
        self.out.write_all(b"\n")?;
        self.count += 1;
        Ok(())
    }

    fn name(&self, id: ParticipantId) -> Result<ParticipantName, ExportError> {
        let known = self.state.participant_by_id(id);
        known.map(|known| known.name.clone()).ok_or_else(|| unknown("a participant"))
    }

    fn version(&self, id: VersionId) -> Result<(ParticipantName, VersionNumber), ExportError> {
        let known = self.state.version_by_id(id).ok_or_else(|| unknown("a version"))?;
        Ok((self.name(known.participant)?, known.number.clone()))
    }

    fn text(&self, key: BlobKey) -> Result<String, ExportError> {
        let text = match self.store.blob(key) {
            Err(StoreError::DamagedBlob { .. }) => None,
            found => found?,
        };
        let whole = text.filter(|text| BlobKey::of(text) == key);
        whole.and_then(|text| String::from_utf8(text).ok()).ok_or(ExportError::Lost { key })
    }

    fn participants(&mut self) -> Written {
        let state = self.state;
        for known in state.participants() {
            let label = |(name, at): &(String, Timestamp)| Added { name: name.clone(), at: *at };
            self.put(&Line::Participant(Participant {
                name: known.name.clone(),
                profile: known.profile.clone(),
                labels: known.labels.iter().map(label).collect(),
                created_at: known.created_at,
                updated_at: known.updated_at,
            }))?;
        }
        for known in state.participants() {
            for tag in state.tags_ever_used_by(known.id) {
                let Some(at) = state.tag_first_used(known.id, tag) else { continue };
                let (participant, tag) = (known.name.clone(), tag.clone());
                self.put(&Line::TagFirstUsed(TagFirstUsed { participant, tag, at }))?;
            }
        }
        Ok(())
    }

    fn owners(&mut self) -> Written {
        let state = self.state;
        let access = state.access();
        for team in access.teams() {
            self.put(&Line::Team(team.clone()))?;
        }
        for known in state.participants() {
            if let Some(ownership) = access.owner(&known.name) {
                let (of, ownership) = (Thing::Participant(known.name.clone()), ownership.clone());
                self.put(&Line::Owner(Owner { of, ownership }))?;
            }
        }
        for known in state.environments() {
            if let Some(ownership) = access.environment_owner(known.uuid) {
                let (of, ownership) = (Thing::Environment(known.name.clone()), ownership.clone());
                self.put(&Line::Owner(Owner { of, ownership }))?;
            }
        }
        Ok(())
    }

    fn environments(&mut self) -> Written {
        let state = self.state;
        for known in state.environments() {
            let details = EnvironmentDetails {
                name: known.name.clone(),
                display_name: known.display_name.clone(),
                production: known.production,
                contacts: known.contacts.clone(),
            };
            let (created_at, updated_at) = (known.created_at, known.updated_at);
            self.put(&Line::Environment(Environment { uuid: known.uuid, details, created_at, updated_at }))?;
        }
        Ok(())
    }

    fn versions(&mut self) -> Written {
        let state = self.state;
        for known in state.versions() {
            let tags = known.tags.iter().map(|used| Added { name: used.tag.clone(), at: used.created_at });
            let line = Line::Version(Version {
                participant: self.name(known.participant)?,
                version: known.number.clone(),
                build_url: known.build_url.as_deref().map(str::to_owned),
                tags: tags.collect(),
                created_at: known.created_at,
                updated_at: known.updated_at,
            });
            self.put(&line)?;
        }
        Ok(())
    }

    fn branches(&mut self) -> Written {
        let state = self.state;
        let mut members = Vec::new();
        for owner in state.participants() {
            for known in state.branches_of(owner.id) {
                self.put(&Line::Branch(Branch {
                    participant: owner.name.clone(),
                    branch: known.name.clone(),
                    auto_created: known.auto_created,
                    created_at: known.created_at,
                    updated_at: known.updated_at,
                }))?;
            }
        }
        for version in state.versions() {
            members.extend(version.branches.iter().map(|on| (on.sequence, on, version)));
        }
        members.sort_unstable_by_key(|(sequence, ..)| *sequence);
        for (_, on, version) in members {
            let branch = state.branch_by_id(on.branch).ok_or_else(|| unknown("a branch"))?;
            let line = Line::BranchVersion(BranchVersion {
                participant: self.name(version.participant)?,
                branch: branch.name.clone(),
                version: version.number.clone(),
                at: on.created_at,
            });
            self.put(&line)?;
        }
        Ok(())
    }

    fn contracts(&mut self) -> Written {
        let state = self.state;
        let mut contents = Vec::new();
        for known in state.contents() {
            let names = (self.name(known.consumer)?, self.name(known.provider)?);
            contents.push((known.created_at, names, known));
        }
        contents.sort_by(|(at, names, known), (other_at, other_names, other)| {
            (at, names, &known.sha).cmp(&(other_at, other_names, &other.sha))
        });
        for (created_at, (consumer, provider), known) in contents {
            let (sha, text) = (known.sha.clone(), self.text(known.body)?);
            self.put(&Line::Content(Content { consumer, provider, sha, created_at, text }))?;
        }
        for version in state.versions() {
            let mut pacts = Vec::new();
            for pact in state.pacts_of_version(version.id) {
                pacts.push((self.name(pact.provider)?, pact));
            }
            pacts.sort_by(|(name, _), (other, _)| name.cmp(other));
            for (provider, pact) in pacts {
                let content = state.content_by_id(pact.content).ok_or_else(|| unknown("a content"))?;
                let line = Line::Contract(Contract {
                    consumer: self.name(pact.consumer)?,
                    version: version.number.clone(),
                    provider,
                    sha: content.sha.clone(),
                    revision: pact.revision,
                    created_at: pact.created_at,
                });
                self.put(&line)?;
            }
        }
        Ok(())
    }

    fn results(&mut self) -> Written {
        let state = self.state;
        for known in state.results() {
            let content = state.content_by_id(known.content).ok_or_else(|| unknown("a content"))?;
            let (provider, version) = self.version(known.version)?;
            let json =
                |text: Option<&str>| text.map(serde_json::from_str).transpose().map_err(io::Error::from);
            let line = VerificationResult {
                number: known.number,
                consumer: self.name(content.consumer)?,
                provider,
                sha: content.sha.clone(),
                version,
                success: known.success,
                wip: known.wip,
                pending: known.pending,
                created_at: known.created_at,
                build_url: known.build_url().map(str::to_owned),
                verified_by: json(known.verified_by())?,
                response_times: json(known.response_times())?,
                test_results: known.test_results().map(|key| self.text(key)).transpose()?,
                failed: known.failed().to_vec(),
            };
            self.put(&Line::Result(Box::new(line)))?;
        }
        Ok(())
    }

    fn live(&mut self) -> Written {
        let state = self.state;
        let environment = |id| {
            let known = state.environment_by_id(id).map(|known| known.name.clone());
            known.ok_or_else(|| unknown("an environment"))
        };
        for known in state.deployments() {
            let (participant, version) = self.version(known.version)?;
            self.put(&Line::Deployment(Deployment {
                uuid: known.uuid,
                participant,
                version,
                environment: environment(known.environment)?,
                instance: known.instance.as_deref().map(str::to_owned),
                auto_created: known.auto_created,
                created_at: known.created_at,
                undeployed_at: known.undeployed_at,
            }))?;
        }
        for known in state.releases() {
            let (participant, version) = self.version(known.version)?;
            self.put(&Line::Release(Release {
                uuid: known.uuid,
                participant,
                version,
                environment: environment(known.environment)?,
                created_at: known.created_at,
                support_ended_at: known.support_ended_at,
            }))?;
        }
        Ok(())
    }

    fn webhooks(&mut self) -> Written {
        let state = self.state;
        for known in state.webhooks() {
            let details = match self.secrets {
                Secrets::Revealed => known.details.clone(),
                Secrets::Withheld => withheld(known.details.clone()),
            };
            let (created_at, updated_at) = (known.created_at, known.updated_at);
            let line = Webhook { uuid: known.key.clone(), details, created_at, updated_at };
            self.put(&Line::Webhook(Box::new(line)))?;
        }
        Ok(())
    }
}

/// Stars in the place of secrets.
fn withheld(mut details: WebhookDetails) -> WebhookDetails {
    for (_, secret) in details.request.secrets_mut() {
        *secret = Secret::new(Secret::STARS);
    }
    details
}

/// A state that speaks of what it does not have: no state that events make does.
fn unknown(what: &str) -> ExportError {
    ExportError::Write(io::Error::other(format!("{what} that is spoken of is not known")))
}

#[cfg(test)]
mod tests;
