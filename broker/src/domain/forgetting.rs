//! What of the log has to be kept, once only the history from some position on is kept.
//!
//! Facts about versions, contracts (by their digests), branches, tags and deployments stay as they are: they are small,
//! they are what people look for in an audit trail, and the identifiers of what is there today come from them. What is
//! heavy are results, deliveries to webhooks, and texts. Of those that were gone before the history begins, only
//! that they once used up an identifier is kept: nothing that came later depends on anything else about them. So the
//! facts give the same state from there on, one by one in whichever order they are shortened.

use super::{
    event::{Commit, Event, Forgotten},
    model::Timestamp,
    state::{Horizon, State},
};
use crate::store::{BlobKey, Position};

/// A change as it is kept when history begins with the state `then`, which came after it. `None`: as it is.
pub fn shortened(commit: &Commit, then: &State) -> Option<Commit> {
    let mut is_shorter = false;
    let events = commit.events.iter().map(|event| match forgotten(event, then) {
        Some(what) => {
            is_shorter = true;
            Event::Forgotten { what }
        }
        None => event.clone(),
    });
    let events = events.collect();
    is_shorter.then_some(Commit { at: commit.at, events })
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
        _ => None,
    }
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
        Commit { at, events: vec![Event::HistoryForgotten { since, before: before.0 }] }
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
        commands::{CleanUp, RemoveParticipant, RemoveVersion},
        event::{Event, Forgotten},
        model::{Timestamp, TriggerId},
        state::{State, tests::Story},
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
        story.verify(("app", "0"), ("api", "9"), true);
        story
    }

    #[test]
    fn whichever_facts_are_shortened_the_state_is_the_same() {
        let story = story();
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
        let (mut results, mut deliveries, mut attempts) = (Vec::new(), 0, 0);
        for event in short.iter().flat_map(|commit| &commit.events) {
            match event {
                Event::Forgotten { what: Forgotten::Verification(number) } => results.push(number.get()),
                Event::Forgotten { what: Forgotten::Delivery } => deliveries += 1,
                Event::Forgotten { what: Forgotten::Attempt } => attempts += 1,
                _ => {}
            }
        }
        // Of `api` 0 and 1, and of all that `app` asked before it was removed.
        assert_eq!(results, [1, 2, 3, 4, 5, 6, 9, 12]);
        // Those that went with `app`, and two that were cleaned up after they had been tried.
        assert_eq!((deliveries, attempts), (6, 2));
        assert!(
            story.log.iter().map(|commit| shortened(commit, &State::default())).any(|short| short.is_some())
        );
        let again: Vec<_> = short.iter().filter_map(|commit| shortened(commit, &story.state)).collect();
        assert_eq!(again, [], "what was forgotten is not forgotten again");
    }
}
