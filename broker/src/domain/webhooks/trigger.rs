//! What happened, and which webhooks have to be told of it: recorded with what it is about.

use std::sync::Arc;

use pactwright_core::names::VersionNumber;
use uuid::Uuid;

use super::{
    about,
    context::{Context, Facts, ProviderVersion},
    overdue::Due,
};
use crate::domain::{
    commands::{ContentEvent, Work},
    event::Event,
    model::{
        Content, Participant, ResultNumber, VerificationResult, Version, VersionId, Webhook, WebhookEvent,
    },
    state::State,
};

/// A webhook that has to be told of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triggered {
    /// What identifies the delivery.
    pub trigger: Uuid,
    /// What people call the webhook: its description, or its key.
    pub webhook: String,
    /// What happened.
    pub event: WebhookEvent,
}

/// What a publication did to webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublicationWebhooks {
    /// Those that have to be told of it.
    pub triggered: Vec<Triggered>,
    /// Whether there is a webhook for these two that is told of contracts.
    pub told_of_contracts: bool,
    /// Whether there is a webhook for these two at all.
    pub any: bool,
}

/// One thing to be told: the webhooks that are told of it each get a delivery.
pub(super) struct Happening<'a> {
    pub(super) event: WebhookEvent,
    pub(super) facts: Facts<'a>,
    /// The result, where the happening is one.
    pub(super) of_result: Option<ResultNumber>,
}

/// A contract was published; `content` is what is new about it.
pub fn on_publication(
    work: &mut Work<'_>,
    (consumer, provider): (&Participant, &Participant),
    number: &VersionNumber,
    event: &ContentEvent,
) -> PublicationWebhooks {
    let base = work.base().to_owned();
    let webhooks: Vec<_> = about(&work.state, consumer, provider).cloned().collect();
    if webhooks.is_empty() {
        return PublicationWebhooks::default();
    }
    // Deciding looks at the state before what is recorded here, which tells nothing new about contracts.
    let state = work.state.clone();
    let is_told = |webhook: &Arc<Webhook>| {
        webhook.details.enabled && webhook.details.events.iter().any(|event| event.is_of_contract())
    };
    let mut outcome = PublicationWebhooks {
        triggered: Vec::new(),
        told_of_contracts: webhooks.iter().any(is_told),
        any: true,
    };
    let published = (|| {
        let version = state.version(consumer.id, number.as_str())?;
        let content = state.content_by_id(state.pact(version.id, provider.id)?.content)?;
        Some((version, content))
    })();
    let Some((version, content)) = published.filter(|_| outcome.told_of_contracts) else { return outcome };
    let latest = state.latest_result(content.id).map(AsRef::as_ref);
    let facts = Facts {
        base: &base,
        consumer,
        provider,
        version,
        content,
        result: latest,
        provider_version: None,
        build_url: version.build_url.as_deref(),
        more: &[],
    };
    let mut happenings = vec![Happening { event: WebhookEvent::ContractPublished, facts, of_result: None }];
    if matches!(event, ContentEvent::Changed(_)) {
        happenings.push(Happening { event: WebhookEvent::ContractContentChanged, facts, of_result: None });
    }
    let unverified = requiring_verification(&state, provider, content);
    for (version, descriptions) in &unverified {
        let provider_version = Some(ProviderVersion { version, descriptions });
        let event = WebhookEvent::ContractRequiringVerificationPublished;
        let facts = Facts { result: None, provider_version, ..facts };
        happenings.push(Happening { event, facts, of_result: None });
    }
    outcome.triggered = record(work, &state, &webhooks, &happenings);
    outcome
}

/// A result was recorded, for the given consumer versions.
pub fn on_verification(
    work: &mut Work<'_>,
    (consumer, provider): (&Participant, &Participant),
    number: ResultNumber,
    consumer_versions: &[VersionNumber],
) -> Vec<Triggered> {
    let base = work.base().to_owned();
    let state = work.state.clone();
    let webhooks: Vec<_> = about(&state, consumer, provider).cloned().collect();
    let Some(result) = state.result(number).filter(|_| !webhooks.is_empty()) else { return Vec::new() };
    let Some(content) = state.content_by_id(result.content) else { return Vec::new() };
    let versions = verified_versions(&state, consumer, content, consumer_versions);
    let outcome = if result.success {
        WebhookEvent::ProviderVerificationSucceeded
    } else {
        WebhookEvent::ProviderVerificationFailed
    };
    let result: &VerificationResult = result;
    let mut happenings = Vec::new();
    for event in [WebhookEvent::ProviderVerificationPublished, outcome] {
        happenings.extend(versions.iter().map(|version| Happening {
            event,
            facts: Facts {
                base: &base,
                consumer,
                provider,
                version,
                content,
                result: Some(result),
                provider_version: None,
                build_url: result.build_url(),
                more: &[],
            },
            of_result: Some(number),
        }));
    }
    record(work, &state, &webhooks, &happenings)
}

/// A contract has waited too long for a first result: that is a fact, and webhooks are told of it.
pub fn on_overdue(work: &mut Work<'_>, due: &Due) {
    let state = work.state.clone();
    let known = (|| {
        let consumer = state.participant_by_id(due.pact.consumer)?;
        let provider = state.participant_by_id(due.pact.provider)?;
        Some((
            consumer,
            provider,
            state.version_by_id(due.pact.version)?,
            state.content_by_id(due.pact.content)?,
        ))
    })();
    let Some((consumer, provider, version, content)) = known else { return };
    work.record(Event::VerificationOverdue {
        consumer: consumer.name.clone(),
        provider: provider.name.clone(),
        sha: content.sha.clone(),
    });
    let waited = work.now.as_micros().saturating_sub(due.since.as_micros()) / 3_600_000_000;
    let reason =
        format!("The contract was published {waited} hours ago, and {} has not verified it.", provider.name);
    let base = work.base().to_owned();
    let facts = Facts {
        base: &base,
        consumer,
        provider,
        version,
        content,
        result: None,
        provider_version: None,
        build_url: version.build_url.as_deref(),
        more: &[("reason", reason), ("unverifiedHours", waited.to_string())],
    };
    let webhooks: Vec<_> = about(&state, consumer, provider).cloned().collect();
    let event = WebhookEvent::ContractVerificationOverdue;
    record(work, &state, &webhooks, &[Happening { event, facts, of_result: None }]);
}

pub(super) fn record(
    work: &mut Work<'_>,
    state: &State,
    webhooks: &[Arc<Webhook>],
    happenings: &[Happening<'_>],
) -> Vec<Triggered> {
    let mut triggered = Vec::new();
    for Happening { event, facts, of_result } in happenings {
        let told =
            |webhook: &&Arc<Webhook>| webhook.details.enabled && webhook.details.events.contains(event);
        let mut told = webhooks.iter().filter(told).peekable();
        if told.peek().is_none() {
            continue;
        }
        // What the context consists of can always be written as JSON.
        let Ok(context) = serde_json::to_vec(&Context::new(state, facts)) else { continue };
        let context = work.keep(context);
        for webhook in told {
            let trigger = work.fresh_uuid();
            work.record(Event::WebhookTriggered {
                trigger,
                webhook: webhook.key.clone(),
                event: *event,
                consumer: facts.consumer.name.clone(),
                provider: facts.provider.name.clone(),
                version: facts.version.number.clone(),
                result: *of_result,
                context,
            });
            let name = match &webhook.details.description {
                Some(description) => format!("\"{description}\""),
                None => webhook.key.to_string(),
            };
            triggered.push(Triggered { trigger, webhook: name, event: *event });
        }
    }
    triggered
}

/// The consumer versions that a result is for: those it says, as far as they have this content; otherwise the newest.
fn verified_versions<'a>(
    state: &'a State,
    consumer: &Participant,
    content: &Content,
    named: &[VersionNumber],
) -> Vec<&'a Version> {
    let mut known: Vec<&Version> = Vec::new();
    for number in named {
        let Some(version) = state.version(consumer.id, number.as_str()) else { continue };
        let has_content =
            state.pact(version.id, content.provider).is_some_and(|pact| pact.content == content.id);
        if has_content && known.iter().all(|other| other.id != version.id) {
            known.push(version);
        }
    }
    if known.is_empty() {
        let newest = state.pacts_with_content(content.id).next_back();
        known.extend(newest.and_then(|pact| state.version_by_id(pact.version)).map(AsRef::as_ref));
    }
    known
}

/// The provider versions that matter and have no result for a content: the head of the main branch, and what is live.
fn requiring_verification(
    state: &State,
    provider: &Participant,
    content: &Content,
) -> Vec<(Arc<Version>, Vec<String>)> {
    let mut candidates: Vec<(VersionId, Vec<String>)> = Vec::new();
    let mut add = |version: VersionId, description: String| match candidates
        .iter_mut()
        .find(|(known, _)| *known == version)
    {
        Some((_, descriptions)) => descriptions.push(description),
        None => candidates.push((version, vec![description])),
    };
    if let Some(head) = state.main_branch_head(provider) {
        add(head, "latest from main branch".to_owned());
    }
    for environment in state.environments() {
        for version in state.deployed_versions(environment.id, provider.id) {
            add(version, format!("deployed in {}", environment.name));
        }
        for version in state.supported_versions(environment.id, provider.id) {
            add(version, format!("released in {}", environment.name));
        }
    }
    candidates
        .into_iter()
        .filter(|(version, _)| state.results_of_content_by(content.id, *version).next().is_none())
        .filter_map(|(version, descriptions)| Some((state.version_by_id(version)?.clone(), descriptions)))
        .collect()
}

#[cfg(test)]
mod tests;
