//! Publishing contracts: one consumer version, all or nothing.

mod content_events;
pub(crate) mod merge;
mod similar_names;

use pactwright_core::{
    broker_api::OnConflict,
    digest::{self, ContentSha, Kept},
    json::Json,
    names::{BranchName, ParticipantName, TagName, VersionNumber},
};

pub use content_events::{ChangeReason, ContentEvent};

use super::{Command, Conflict, Existing, Rejection, Work};
use crate::{
    domain::{
        event::Event,
        model::ParticipantId,
        state::State,
        webhooks::trigger::{self, PublicationWebhooks},
    },
    store::BlobKey,
};

/// Publishes the contracts of a consumer version.
#[derive(Debug, Clone)]
pub struct PublishContracts {
    /// The consumer.
    pub consumer: ParticipantName,
    /// The consumer's version.
    pub version: VersionNumber,
    /// The branch that it was built from.
    pub branch: Option<BranchName>,
    /// Tags to put on it.
    pub tags: Vec<TagName>,
    /// Where its build can be looked at.
    pub build_url: Option<String>,
    /// The contracts.
    pub contracts: Vec<NewContract>,
}

/// One contract to be published, with everything that can be worked out of it alone: the writer, who decides about one
/// command after the other, must not be kept busy with that. A text is a few bytes in one piece; the tree that it was read
/// into is not passed on, for it has thousands of pieces.
#[derive(Debug, Clone)]
pub struct NewContract {
    /// The provider.
    pub provider: ParticipantName,
    /// As it was sent.
    sent: Vec<u8>,
    /// The digest of its text, byte for byte.
    text_sha: ContentSha,
    /// The digest of what it says.
    content_sha: ContentSha,
    body: Body,
    on_conflict: OnConflict,
}

impl NewContract {
    /// A contract with a provider: a pact as it was sent, the same as it was read, and what to do where there is one
    /// already.
    pub fn new(provider: ParticipantName, sent: &[u8], pact: &Json<'_>, on_conflict: OnConflict) -> Self {
        let Kept { content_sha, text } = digest::kept(pact);
        let (text_sha, body) = (digest::text_sha(sent), Body::of(text));
        Self { provider, sent: sent.to_owned(), text_sha, content_sha, body, on_conflict }
    }
}

/// What is kept of a contract.
#[derive(Debug, Clone)]
struct Body {
    key: BlobKey,
    text: Vec<u8>,
}

impl Body {
    fn of(text: String) -> Self {
        Self { key: BlobKey::of(text.as_bytes()), text: text.into_bytes() }
    }
}

/// What a publication did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Whether the version was new.
    pub version: Existing,
    /// Contract by contract, in the order they came.
    pub contracts: Vec<PublishedContract>,
}

/// What became of one contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedContract {
    /// The provider.
    pub provider: ParticipantName,
    /// What was done with it.
    pub outcome: Outcome,
    /// Whether it says something new.
    pub event: ContentEvent,
    /// Whether the provider ever verified a contract of this consumer.
    pub provider_verifies: bool,
    /// What it means to webhooks.
    pub webhooks: PublicationWebhooks,
}

/// What was done with a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was not there.
    Created,
    /// It was there, and said the same.
    Unchanged,
    /// It took the place of another.
    Overwritten,
    /// It was put together with another.
    Merged,
}

impl Command for PublishContracts {
    type Answer = Published;

    fn needs(&self, state: &State) -> Vec<BlobKey> {
        let merges = self.contracts.iter().filter(|contract| contract.on_conflict == OnConflict::Merge);
        merges
            .filter_map(|contract| published_body(state, &self.consumer, &self.version, &contract.provider))
            .collect()
    }

    fn decide(mut self, work: &mut Work<'_>) -> Result<Published, Rejection> {
        let contracts = std::mem::take(&mut self.contracts);
        let ready = self.check(work, contracts)?;
        let owner = work.state.participant(self.consumer.as_str());
        let known = owner.and_then(|owner| work.state.version(owner.id, self.version.as_str())).is_some();
        let version = work.ensure_version(&self.consumer, &self.version);
        if let Some(build_url) = &self.build_url
            && version.build_url.as_deref() != Some(build_url.as_str())
        {
            work.record(Event::VersionChanged {
                participant: self.consumer.clone(),
                version: self.version.clone(),
                build_url: Some(build_url.clone()),
            });
        }
        if let Some(branch) = &self.branch {
            work.add_to_branch(&self.consumer, branch, &self.version);
        }
        for tag in &self.tags {
            work.add_tag(&self.consumer, &self.version, tag);
        }
        let mut contracts: Vec<_> = ready
            .into_iter()
            .map(|contract| publish(work, &self.consumer, &self.version, contract))
            .collect();
        // Only now everything is there that webhooks can speak of.
        for contract in &mut contracts {
            let consumer = work.known_participant(self.consumer.as_str())?;
            let provider = work.known_participant(contract.provider.as_str())?;
            let pair = (&*consumer, &*provider);
            contract.webhooks = trigger::on_publication(work, pair, &self.version, &contract.event);
        }
        Ok(Published { version: Existing::new(!known), contracts })
    }
}

/// A contract that may be published.
struct Ready {
    provider: ParticipantName,
    body: Body,
    sha: ContentSha,
    merged: bool,
}

impl PublishContracts {
    /// Whether every contract may be published; all that may not are named.
    fn check(&self, work: &Work<'_>, contracts: Vec<NewContract>) -> Result<Vec<Ready>, Rejection> {
        let mut conflicts = Vec::new();
        let mut ready: Vec<Ready> = Vec::new();
        if work.rules.check_for_duplicate_names {
            let providers = contracts.iter().map(|contract| &contract.provider);
            conflicts.extend(std::iter::once(&self.consumer).chain(providers).filter_map(|name| {
                let similar = similar_names::similar(&work.state, name);
                (!similar.is_empty()).then(|| Conflict::SimilarName { name: name.clone(), similar })
            }));
        }
        for contract in contracts {
            let earlier = ready.iter().rev().find(|earlier| earlier.provider == contract.provider);
            match self.check_contract(work, contract, earlier) {
                Ok(contract) => ready.push(contract),
                Err(conflict) => conflicts.push(conflict),
            }
        }
        if conflicts.is_empty() { Ok(ready) } else { Err(Rejection::Conflicts { conflicts }) }
    }

    /// `earlier` is a contract of the same publication with the same provider: it counts as if it were there.
    fn check_contract(
        &self,
        work: &Work<'_>,
        contract: NewContract,
        earlier: Option<&Ready>,
    ) -> Result<Ready, Conflict> {
        let (consumer, version) = (|| self.consumer.clone(), || self.version.clone());
        let NewContract { provider, sent, text_sha, content_sha, body, on_conflict } = contract;
        let by_meaning = work.rules.equality_by_meaning;
        let sha = if by_meaning { content_sha } else { text_sha };
        let published = published_content(&work.state, &self.consumer, &self.version, &provider);
        let known_sha = earlier.map(|earlier| &earlier.sha).or(published.as_ref().map(|(sha, _)| sha));
        let Some(known_sha) = known_sha else { return Ok(Ready { provider, body, sha, merged: false }) };
        if on_conflict == OnConflict::Merge {
            let cannot = |reason| Conflict::CannotMerge {
                consumer: consumer(),
                version: version(),
                provider: provider.clone(),
                reason,
            };
            let earlier = earlier.and_then(|earlier| Json::parse(&earlier.body.text).ok());
            let before = || published.as_ref().and_then(|(_, body)| work.bodies.get(body));
            let existing = earlier.as_ref().or_else(before);
            let existing = existing.ok_or_else(|| cannot(merge::MergeConflict::NotReadable))?;
            let increment = Json::parse(&sent).map_err(|_| cannot(merge::MergeConflict::NotAnObject))?;
            let merged = merge::merge(existing, &increment).map_err(cannot)?;
            // What is kept has `_id`s already; they are no part of what was published.
            let published = merge::without_ids(&merged);
            let sha = if by_meaning {
                digest::content_sha(&published)
            } else {
                digest::text_sha(published.to_compact().as_bytes())
            };
            let body = Body::of(digest::kept(&merged).text);
            return Ok(Ready { provider, body, sha, merged: true });
        }
        if *known_sha == sha || work.rules.allow_contract_modification {
            return Ok(Ready { provider, body, sha, merged: false });
        }
        Err(match (earlier, published) {
            (None, Some((_, published))) => Conflict::ContentDiffers {
                consumer: consumer(),
                version: version(),
                provider,
                published,
                offered: String::from_utf8_lossy(&sent).into_owned(),
            },
            _ => Conflict::Contradiction { consumer: consumer(), version: version(), provider },
        })
    }
}

fn publish(
    work: &mut Work<'_>,
    consumer: &ParticipantName,
    version: &VersionNumber,
    contract: Ready,
) -> PublishedContract {
    let Ready { provider, body: Body { key: body, text }, sha, merged } = contract;
    work.ensure_participant(&provider);
    let before = published_content(&work.state, consumer, version, &provider).map(|(sha, _)| sha);
    let outcome = match &before {
        None => Outcome::Created,
        Some(_) if merged => Outcome::Merged,
        Some(before) if *before == sha => Outcome::Unchanged,
        Some(_) => Outcome::Overwritten,
    };
    let same = before.as_ref() == Some(&sha);
    let event = content_events::event(&work.state, consumer, version, &provider, &sha, before.as_ref());
    if !same {
        work.keep_at(body, text);
        work.record(Event::ContractPublished {
            consumer: consumer.clone(),
            version: version.clone(),
            provider: provider.clone(),
            sha,
            body,
        });
    }
    let provider_verifies = ever_verified(&work.state, consumer, &provider);
    PublishedContract {
        provider,
        outcome,
        event,
        provider_verifies,
        webhooks: PublicationWebhooks::default(),
    }
}

fn ids(
    state: &State,
    consumer: &ParticipantName,
    provider: &ParticipantName,
) -> Option<(ParticipantId, ParticipantId)> {
    Some((state.participant(consumer.as_str())?.id, state.participant(provider.as_str())?.id))
}

fn published_content(
    state: &State,
    consumer: &ParticipantName,
    version: &VersionNumber,
    provider: &ParticipantName,
) -> Option<(ContentSha, BlobKey)> {
    let (consumer, provider) = ids(state, consumer, provider)?;
    let version = state.version(consumer, version.as_str())?.id;
    let content = state.content_by_id(state.pact(version, provider)?.content)?;
    Some((content.sha.clone(), content.body))
}

fn published_body(
    state: &State,
    consumer: &ParticipantName,
    version: &VersionNumber,
    provider: &ParticipantName,
) -> Option<BlobKey> {
    published_content(state, consumer, version, provider).map(|(_, body)| body)
}

fn ever_verified(state: &State, consumer: &ParticipantName, provider: &ParticipantName) -> bool {
    let Some((consumer, provider)) = ids(state, consumer, provider) else { return false };
    state.latest_result_between(consumer, provider).is_some()
}

#[cfg(test)]
mod tests;
