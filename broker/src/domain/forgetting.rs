//! What of the log has to be kept, once only the history from some position on is kept.
//!
//! Facts about versions, contracts (by their digests), branches, tags and deployments stay as they are: they are small,
//! they are what people look for in an audit trail, and the identifiers of what is there today come from them. What is
//! heavy are results, deliveries to webhooks, and texts. Of those that were gone before the history begins, only
//! that they once used up an identifier is kept: nothing that came later depends on anything else about them. So the
//! facts give the same state from there on, one by one in whichever order they are shortened.
//!
//! Secrets of webhooks that were kept as they were given, and were sealed since, stand there sealed as well; those of
//! which nobody knows any more are stars.

use super::{
    event::{Commit, Event, Forgotten},
    model::{Secret, Timestamp, Webhook, WebhookDetails, WebhookKey, WebhookRequest},
    state::{Horizon, State},
};
use crate::store::{BlobKey, Position};

/// A change as it is kept when history begins with the state `then`, which came after it. `None`: as it is.
pub fn shortened(commit: &Commit, then: &State) -> Option<Commit> {
    let mut is_changed = false;
    let events = commit.events.iter().map(|event| {
        let short = match forgotten(event, then) {
            Some(what) => Some(Event::Forgotten { what }),
            None => without_secrets(event, commit.at, then),
        };
        is_changed |= short.is_some();
        short.unwrap_or_else(|| event.clone())
    });
    let events = events.collect();
    is_changed.then_some(Commit { at: commit.at, by: commit.by.clone(), events })
}

fn forgotten(event: &Event, then: &State) -> Option<Forgotten> {
    match event {
        Event::VerificationRecorded { number, .. } if then.result(*number).is_none() => {
            Some(Forgotten::Verification(*number))
        }
        Event::WebhookTriggered { trigger, .. } if then.trigger(*trigger).is_none() => {
            Some(Forgotten::Delivery)
        }
        Event::WebhookAttempted { trigger, .. } if then.trigger(*trigger).is_none() => {
            Some(Forgotten::Attempt)
        }
        Event::WebhookRetried { trigger } if then.trigger(*trigger).is_none() => Some(Forgotten::Retry),
        _ => None,
    }
}

/// What was said of a webhook, without the secrets that are in it as they were given. `None` where there are none, or
/// where they are still kept like that.
fn without_secrets(event: &Event, at: Timestamp, then: &State) -> Option<Event> {
    let (Event::WebhookCreated { webhook, details } | Event::WebhookChanged { webhook, details }) = event
    else {
        return None;
    };
    if !details.request.secrets().any(|(_, secret)| secret.plain().is_some()) {
        return None;
    }
    let known = version(then, webhook, at).map(|known| known.details.request.clone());
    let request = known.unwrap_or_else(|| with_stars(&details.request));
    if request == details.request {
        return None;
    }
    let (webhook, details) = (webhook.clone(), WebhookDetails { request, ..details.clone() });
    Some(match event {
        Event::WebhookCreated { .. } => Event::WebhookCreated { webhook, details },
        _ => Event::WebhookChanged { webhook, details },
    })
}

fn with_stars(request: &WebhookRequest) -> WebhookRequest {
    let mut request = request.clone();
    let plain = request.secrets_mut().filter(|(_, secret)| secret.plain().is_some());
    plain.for_each(|(_, secret)| *secret = Secret::new(Secret::STARS));
    request
}

/// The version of a webhook that there is since a moment, as it stands now, or is still owed or known to have been told.
fn version<'a>(then: &'a State, webhook: &WebhookKey, since: Timestamp) -> Option<&'a Webhook> {
    let is_meant = |known: &&Webhook| known.key == *webhook && known.since() == since;
    let now = then.webhook(webhook).map(AsRef::as_ref).filter(is_meant);
    now.or_else(|| then.triggers().map(|trigger| trigger.webhook.as_ref()).find(is_meant))
}

impl Horizon {
    /// What an event says of it.
    pub fn told_by(event: &Event) -> Option<Self> {
        let Event::HistoryForgotten { since, before } = event else { return None };
        Some(Self { since: *since, before: Position(*before) })
    }

    /// What says it. A log that was shortened, but is cut off before it says so, needs this at its end.
    pub fn commit(self, at: Timestamp) -> Commit {
        let Self { since, before } = self;
        Commit { at, by: None, events: vec![Event::HistoryForgotten { since, before: before.0 }] }
    }
}

/// The texts that a state speaks of, some of them more than once.
pub fn texts(state: &State) -> impl Iterator<Item = BlobKey> {
    let contracts = state.contents().map(|content| content.body);
    let results = state.results().filter_map(|result| result.test_results());
    let deliveries = state.triggers().flat_map(|trigger| {
        trigger.attempts.iter().map(|attempt| attempt.log).chain(std::iter::once(trigger.context))
    });
    contracts.chain(results).chain(deliveries)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::shortened;
    use crate::domain::{
        commands::{CleanUp, RecordOverdue, RemoveParticipant, RemoveVersion, RetryDelivery, SealSecrets},
        event::{Event, Forgotten},
        model::{Secret, Timestamp, TriggerId, WebhookDetails},
        state::{State, tests::Story},
        webhooks::vault::Vault,
    };

    fn replayed<'a>(log: impl IntoIterator<Item = &'a crate::domain::event::Commit>) -> State {
        let mut state = State::default();
        for commit in log {
            let written = serde_json::to_string(commit).unwrap();
            state.apply_commit(&serde_json::from_str(&written).unwrap()).unwrap();
        }
        state
    }

    /// A log with results, deliveries and what removes them.
    fn story() -> Story {
        let mut story = Story::default();
        story.rules.retry_schedule = Vec::new();
        story.rules.unverified_hours = 0;
        story.webhook("https://ci.example.org", &["contract_published"]);
        for round in 0..4 {
            let version = round.to_string();
            story.publish("web", &version, "api", &(round / 2).to_string());
            story.publish("app", &version, "api", &version);
            story.verify(("web", &version), ("api", &version), round % 2 == 0);
            story.verify(("web", &version), ("api", &version), true);
            story.verify(("app", &version), ("api", "9"), true);
            story.attempt(TriggerId::new(round * 2), round % 2 == 0);
        }
        // Given up, wanted again, and gone with the participant that it is about.
        story.attempt(TriggerId::new(1), false);
        let trigger = story.state.trigger_by_id(TriggerId::new(1)).unwrap().uuid;
        story.tell(RetryDelivery { trigger }).unwrap();
        story
            .tell(CleanUp {
                then: Arc::new(story.state.clone()),
                versions: Vec::new(),
                results: Vec::new(),
                results_before: story.now(),
                deliveries: vec![TriggerId::new(0)],
            })
            .unwrap();
        for version in ["0", "1"] {
            story
                .tell(RemoveVersion {
                    participant: "api".parse().unwrap(),
                    version: version.parse().unwrap(),
                })
                .unwrap();
        }
        story
            .tell(RemoveVersion { participant: "web".parse().unwrap(), version: "0".parse().unwrap() })
            .unwrap();
        story.tell(RemoveParticipant { participant: "app".parse().unwrap() }).unwrap();
        let web = story.participant("web").id;
        let clean_up = CleanUp {
            then: Arc::new(story.state.clone()),
            versions: vec![story.state.version(web, "1").unwrap().id],
            results: Vec::new(),
            results_before: Timestamp::MAX,
            deliveries: (0..8).map(TriggerId::new).collect(),
        };
        let removed = story.tell(clean_up).unwrap();
        assert!(removed.versions == 1 && removed.deliveries > 0, "{removed:?}");
        story.publish("app", "0", "api", "0");
        story.webhook("https://chat.example.org", &["contract_verification_overdue"]);
        assert_eq!(story.tell(RecordOverdue), Ok(1));
        story.verify(("app", "0"), ("api", "9"), true);
        story
            .tell(RemoveVersion { participant: "app".parse().unwrap(), version: "0".parse().unwrap() })
            .unwrap();
        story
    }

    /// Somebody's webhook with a secret, told of a contract under its first version, changed twice, and sealed.
    fn secrets() -> Story {
        let mut story = Story::default();
        let webhook = story.webhook("https://ci.example.org", &["contract_published"]);
        let known = story.state.webhook(&webhook).unwrap().details.clone();
        let with = |password: &str| {
            let mut details: WebhookDetails = known.clone();
            details.request.password = Some(Secret::new(password));
            details
        };
        story.save_webhook(Some(webhook.clone()), with("hidden 1"));
        story.publish("web", "1", "api", "a");
        story.save_webhook(Some(webhook.clone()), with("hidden 2"));
        story.save_webhook(Some(webhook.clone()), with("hidden 3"));
        let vault: Vault = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".parse().unwrap();
        let now = story.state.webhook(&webhook).unwrap().clone();
        let told = story.state.triggers().next().unwrap().webhook.clone();
        for (number, version) in [told, now].into_iter().enumerate() {
            let before = version.details.request.clone();
            let random = || uuid::Uuid::from_u128(number as u128);
            let request = vault.reseal_request(&webhook, &before, random).unwrap();
            let since = version.since();
            story.tell(SealSecrets { webhook: webhook.clone(), since, before, request }).unwrap();
        }
        story
    }

    #[test]
    fn secrets_that_were_sealed_or_replaced_since_are_not_in_the_log_any_more() {
        let story = secrets();
        let all = serde_json::to_string(&story.log).unwrap();
        assert_eq!(all.matches("hidden").count(), 3);
        let short: Vec<_> = story
            .log
            .iter()
            .map(|commit| shortened(commit, &story.state).unwrap_or_else(|| commit.clone()))
            .collect();
        let kept = serde_json::to_string(&short).unwrap();
        assert!(!kept.contains("hidden"), "{kept}");
        assert_eq!(kept.matches(Secret::STARS).count(), 1, "of one version nothing is known but that it was");
        assert!(replayed(&short) == story.state);
        assert!(short.iter().all(|commit| shortened(commit, &story.state).is_none()), "it is done once");
        // What is still kept as it was given stays in the log, too.
        let then = replayed(&story.log[..5]);
        assert!(then.webhooks().next().is_some());
        let before = shortened(&story.log[1], &then);
        assert_eq!(before, None, "the version is owed, and not sealed yet");
    }

    #[test]
    fn whichever_facts_are_shortened_the_state_is_the_same() {
        for story in [story(), secrets()] {
            every_way_of_shortening(&story);
        }
    }

    fn every_way_of_shortening(story: &Story) {
        for horizon in 0..=story.log.len() {
            let then = replayed(&story.log[..horizon]);
            let check = |is_shortened: &dyn Fn(usize) -> bool, which: &str| {
                let kept = story.log.iter().enumerate().map(|(at, commit)| {
                    let short = is_shortened(at).then(|| shortened(commit, &then)).flatten();
                    short.unwrap_or_else(|| commit.clone())
                });
                let log: Vec<_> = kept.collect();
                assert!(replayed(&log[..horizon]) == then, "{which} up to {horizon}");
                assert!(replayed(&log) == story.state, "{which} up to {horizon}");
            };
            for one in 0..=horizon {
                // From some place on up to the horizon, as when it was done from its end on and not to the end.
                check(&|at| (one..horizon).contains(&at), &format!("from {one}"));
                // All but the one that a snapshot is bound to.
                check(&|at| at < horizon && at != one, &format!("all but {one}"));
            }
        }
    }

    #[test]
    fn what_is_gone_is_forgotten_and_what_is_there_is_not() {
        let story = story();
        let short: Vec<_> = story.log.iter().filter_map(|commit| shortened(commit, &story.state)).collect();
        let (mut results, mut deliveries, mut attempts, mut retries) = (Vec::new(), 0, 0, 0);
        for event in short.iter().flat_map(|commit| &commit.events) {
            match event {
                Event::Forgotten { what: Forgotten::Verification(number) } => results.push(number.get()),
                Event::Forgotten { what: Forgotten::Delivery } => deliveries += 1,
                Event::Forgotten { what: Forgotten::Attempt } => attempts += 1,
                Event::Forgotten { what: Forgotten::Retry } => retries += 1,
                _ => {}
            }
        }
        // Of `api` 0 and 1, of all that `app` asked before it was removed, and of its version afterwards.
        assert_eq!(results, [1, 2, 3, 4, 5, 6, 9, 12, 13]);
        assert_eq!((deliveries, attempts, retries), (8, 5, 1));
        assert!(
            story.log.iter().map(|commit| shortened(commit, &State::default())).any(|short| short.is_some())
        );
        let again: Vec<_> = short.iter().filter_map(|commit| shortened(commit, &story.state)).collect();
        assert_eq!(again, [], "what was forgotten is not forgotten again");
    }
}
