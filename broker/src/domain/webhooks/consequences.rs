//! What follows for webhooks from what a command changed, whichever command it was: deployments, and versions that are live
//! somewhere and could not be deployed there any more.
//!
//! Only what a change can have touched is looked at: the pairs of a consumer and a provider that a contract or a result is
//! about, in the environments where both are live; and the partners, in that environment, of what is live there since or
//! until now. A pair is judged by the results of its own live versions first, so that the whole question, *can this be
//! deployed*, is asked only where the answer may have turned.

use std::{collections::BTreeSet, sync::Arc};

use pactwright_core::names::ParticipantName;

use super::{
    about, anybody_listens,
    context::{Context, Deployed, Facts, ProviderVersion},
    is_about_one,
    trigger::{Happening, record},
};
use crate::domain::{
    commands::Work,
    event::Event,
    model::{Environment, EnvironmentId, Participant, ParticipantId, Version, VersionId, WebhookEvent},
    queries::{
        can_i_deploy::{self, Destination},
        matrix::{Deployable, Reason, Selector, Verdict},
    },
    state::State,
};

/// About how many versions the whole question is asked for one change. What is beyond is told of because of its pair alone.
const MOST_JUDGED: usize = 100;

/// A consumer and a provider in an environment.
type Place = (EnvironmentId, ParticipantId, ParticipantId);

/// Tells webhooks what follows from what was recorded.
pub fn follow(work: &mut Work<'_>) {
    let listens = |event| anybody_listens(&work.state, &[event]);
    let to_deployments = listens(WebhookEvent::DeploymentRecorded);
    let to_turns = listens(WebhookEvent::CanIDeployTurnedToNo);
    if !to_deployments && !to_turns {
        return;
    }
    let events = work.events().to_vec();
    if to_deployments {
        for event in &events {
            deployment(work, event);
        }
    }
    if to_turns {
        let places = places(work, &events);
        turned_to_no(work, &places);
    }
}

fn deployment(work: &mut Work<'_>, event: &Event) {
    let Event::DeploymentRecorded { participant, version, environment, instance, .. } = event else { return };
    let state = work.state.clone();
    let known = (|| {
        let participant = state.participant(participant.as_str())?;
        let version = state.version(participant.id, version.as_str())?;
        Some((participant, version, state.environment(*environment)?))
    })();
    let Some((participant, version, environment)) = known else { return };
    let deployed = Deployed {
        base: work.base(),
        participant,
        version,
        environment: environment.name.as_str(),
        instance: instance.as_deref(),
    };
    // What the context consists of can always be written as JSON.
    let Ok(context) = serde_json::to_vec(&Context::of_deployment(&state, &deployed)) else { return };
    let context = work.keep(context);
    let told = state.webhooks().filter(|webhook| {
        let details = &webhook.details;
        details.enabled
            && details.events.contains(&WebhookEvent::DeploymentRecorded)
            && is_about_one(details, participant)
    });
    for webhook in told {
        let trigger = work.fresh_uuid();
        work.record(Event::WebhookTriggered {
            trigger,
            webhook: webhook.key.clone(),
            event: WebhookEvent::DeploymentRecorded,
            // It is about one participant, which is both.
            consumer: participant.name.clone(),
            provider: participant.name.clone(),
            version: version.number.clone(),
            result: None,
            context,
        });
    }
}

/// The pairs that a change may have touched, with the environments where one of them is live.
fn places(work: &Work<'_>, events: &[Event]) -> BTreeSet<Place> {
    let (state, before) = (&work.state, work.before());
    let mut places = BTreeSet::new();
    for event in events {
        match event {
            Event::ContractPublished { consumer, provider, .. }
            | Event::VerificationRecorded { consumer, provider, .. } => {
                of_pair(state, consumer, provider, &mut places);
            }
            Event::DeploymentRecorded { participant, environment, .. }
            | Event::ReleaseRecorded { participant, environment, .. } => {
                let place = state.participant(participant.as_str()).zip(state.environment(*environment));
                if let Some((participant, environment)) = place {
                    with_partners(work, environment.id, participant.id, &mut places);
                }
            }
            Event::DeploymentEnded { deployment } => {
                if let Some(known) = before.deployment(*deployment) {
                    with_partners(work, known.environment, known.participant, &mut places);
                }
            }
            Event::SupportEnded { release } => {
                if let Some(known) = before.release(*release) {
                    with_partners(work, known.environment, known.participant, &mut places);
                }
            }
            // What is gone is known from before.
            Event::ContractRemoved { consumer, provider, .. } => {
                of_pair(before, consumer, provider, &mut places);
            }
            Event::VerificationRemoved { number } => {
                let content = before.result(*number).and_then(|result| before.content_by_id(result.content));
                if let Some(content) = content {
                    live_places(before, content.consumer, content.provider, &mut places);
                }
            }
            Event::VersionRemoved { participant, version, .. } => {
                let known = before.participant(participant.as_str());
                let version = known.and_then(|known| before.version(known.id, version.as_str()));
                if let Some(version) = version {
                    where_live(work, version.participant, Some(version.id), &mut places);
                }
            }
            Event::ParticipantRemoved { participant } => {
                if let Some(participant) = before.participant(participant.as_str()) {
                    where_live(work, participant.id, None, &mut places);
                }
            }
            _ => {}
        }
    }
    places
}

/// A pair, by name, wherever one of them is live.
fn of_pair(
    state: &State,
    consumer: &ParticipantName,
    provider: &ParticipantName,
    places: &mut BTreeSet<Place>,
) {
    let pair = state.participant(consumer.as_str()).zip(state.participant(provider.as_str()));
    if let Some((consumer, provider)) = pair {
        live_places(state, consumer.id, provider.id, places);
    }
}

/// A pair, wherever one of them is live.
fn live_places(
    state: &State,
    consumer: ParticipantId,
    provider: ParticipantId,
    places: &mut BTreeSet<Place>,
) {
    for environment in state.environments() {
        let is_live = |participant| !state.live_versions(environment.id, participant).is_empty();
        if is_live(consumer) || is_live(provider) {
            places.insert((environment.id, consumer, provider));
        }
    }
}

/// The pairs that a participant is in, wherever it was live until now: a version of it, or any.
fn where_live(
    work: &Work<'_>,
    participant: ParticipantId,
    version: Option<VersionId>,
    places: &mut BTreeSet<Place>,
) {
    let before = work.before();
    for environment in before.environments() {
        let live = before.live_versions(environment.id, participant);
        if version.map_or(!live.is_empty(), |version| live.contains(&version)) {
            with_partners(work, environment.id, participant, places);
        }
    }
}

/// The pairs that a participant is in, as far as its live versions or those of its consumers make them.
fn with_partners(
    work: &Work<'_>,
    environment: EnvironmentId,
    participant: ParticipantId,
    places: &mut BTreeSet<Place>,
) {
    for state in [work.before(), &work.state] {
        for version in state.live_versions(environment, participant) {
            let providers = state.pacts_of_version(version).map(|pact| pact.provider);
            places.extend(providers.map(|provider| (environment, participant, provider)));
        }
        let consumers = state.consumers_of_provider(participant);
        places.extend(consumers.map(|consumer| (environment, consumer, participant)));
    }
}

/// A version that is live, and what it is that it does not agree with any more.
struct Turned {
    environment: EnvironmentId,
    /// The one that is live.
    participant: ParticipantId,
    version: VersionId,
    /// The contract, by the consumer's version, and with whom.
    consumer: ParticipantId,
    consumer_version: VersionId,
    provider: ParticipantId,
    /// The provider's version, where there is one.
    provider_version: Option<VersionId>,
}

fn turned_to_no(work: &mut Work<'_>, places: &BTreeSet<Place>) {
    let mut seen = BTreeSet::new();
    let mut turned = Vec::new();
    for place in places {
        for candidate in candidates(work.before(), &work.state, *place) {
            if seen.insert((candidate.environment, candidate.version)) {
                turned.push(candidate);
            }
        }
    }
    for (number, candidate) in turned.iter().enumerate() {
        if number < MOST_JUDGED {
            let is_yes = |verdict: Option<Verdict>| {
                verdict.is_some_and(|verdict| verdict.deployable == Deployable::Yes)
            };
            let after = judge(&work.state, candidate);
            if !is_yes(judge(work.before(), candidate)) || is_yes(after.clone()) {
                continue;
            }
            // Where it cannot be asked any more, there is nobody to tell of.
            if after.is_some() {
                tell(work, candidate, after);
            }
        } else {
            tell(work, candidate, None);
        }
    }
}

/// Versions of a pair that are live before and after, and agreed with their partner before, but not after.
fn candidates(before: &State, after: &State, (environment, consumer, provider): Place) -> Vec<Turned> {
    let live = |state: &State| {
        (state.live_versions(environment, consumer), state.live_versions(environment, provider))
    };
    let ((consumers_before, providers_before), (consumers, providers)) = (live(before), live(after));
    let turned = |participant, version, consumer_version, provider_version| Turned {
        environment,
        participant,
        version,
        consumer,
        consumer_version,
        provider,
        provider_version,
    };
    let mut found = Vec::new();
    for version in consumers.iter().filter(|version| consumers_before.contains(version)) {
        let disagrees = |with: &VersionId| !agree(after, *version, provider, *with);
        let has_contract = after.pact(*version, provider).is_some();
        if !has_contract || !(providers.is_empty() || providers.iter().any(disagrees)) {
            continue;
        }
        let agreed = !providers_before.is_empty()
            && providers_before.iter().all(|with| agree(before, *version, provider, *with));
        // A contract that was not there before was no reason for a no.
        if agreed || before.pact(*version, provider).is_none() {
            let with = providers.iter().copied().find(|with| disagrees(with));
            found.push(turned(consumer, *version, *version, with));
        }
    }
    for version in providers.iter().filter(|version| providers_before.contains(version)) {
        let Some(with) = consumers.iter().find(|with| !agree(after, **with, provider, *version)) else {
            continue;
        };
        if consumers_before.iter().all(|with| agree(before, *with, provider, *version)) {
            found.push(turned(provider, *version, *with, Some(*version)));
        }
    }
    found
}

/// Whether a provider version does what a consumer version asks of it, as far as its last result says.
fn agree(state: &State, consumer: VersionId, provider: ParticipantId, version: VersionId) -> bool {
    let Some(pact) = state.pact(consumer, provider) else { return true };
    state.results_of_content_by(pact.content, version).next_back().is_some_and(|result| result.success)
}

/// Whether a version can be deployed to the environment where it is live.
fn judge(state: &State, turned: &Turned) -> Option<Verdict> {
    let (participant, version, environment) = named(state, turned)?;
    let selector = Selector {
        participant: participant.name.to_string(),
        version: Some(version.number.to_string()),
        ..Selector::default()
    };
    let destination = Destination::Environment(environment.name.to_string());
    Some(can_i_deploy::ask(state, selector, destination, None).verdict)
}

fn named<'a>(
    state: &'a State,
    turned: &Turned,
) -> Option<(&'a Arc<Participant>, &'a Arc<Version>, &'a Arc<Environment>)> {
    let participant = state.participant_by_id(turned.participant)?;
    Some((participant, state.version_by_id(turned.version)?, state.environment_by_id(turned.environment)?))
}

fn tell(work: &mut Work<'_>, turned: &Turned, verdict: Option<Verdict>) {
    let state = work.state.clone();
    let known = (|| {
        let consumer = state.participant_by_id(turned.consumer)?;
        let provider = state.participant_by_id(turned.provider)?;
        let version = state.version_by_id(turned.consumer_version)?;
        let content = state.content_by_id(state.pact(version.id, provider.id)?.content)?;
        Some((consumer, provider, version, content, named(&state, turned)?))
    })();
    let Some((consumer, provider, version, content, (participant, live, environment))) = known else {
        return;
    };
    let reason = match verdict {
        Some(verdict) => {
            let reasons = verdict.reasons.into_iter().filter(|(kind, _)| *kind == Reason::Error);
            reasons.map(|(_, reason)| reason).collect::<Vec<_>>().join("; ")
        }
        None => format!(
            "it may have been so before, too: one change touched so much that the whole question was asked only for the \
             first {MOST_JUDGED}"
        ),
    };
    let provider_version = turned.provider_version.and_then(|id| state.version_by_id(id));
    let result = provider_version
        .and_then(|known| state.results_of_content_by(content.id, known.id).next_back())
        .map(AsRef::as_ref);
    let base = work.base().to_owned();
    let facts = Facts {
        base: &base,
        consumer,
        provider,
        version,
        content,
        result,
        provider_version: provider_version.map(|version| ProviderVersion { version, descriptions: &[] }),
        build_url: live.build_url.as_deref(),
        more: &[
            ("pacticipantName", participant.name.to_string()),
            ("pacticipantVersionNumber", live.number.to_string()),
            ("environmentName", environment.name.to_string()),
            ("reason", reason),
        ],
    };
    let webhooks: Vec<_> = about(&state, consumer, provider).cloned().collect();
    let event = WebhookEvent::CanIDeployTurnedToNo;
    record(work, &state, &webhooks, &[Happening { event, facts, of_result: None }]);
}

#[cfg(test)]
mod tests;
