//! Which deliveries nobody needs to know of any more.

use std::collections::BTreeSet;

use crate::domain::{
    model::{Timestamp, Trigger, TriggerId},
    state::State,
};

/// Says which deliveries may be forgotten, with their logs: those that came to an end before a moment. What stays whatever
/// its age:
///
/// - what is still owed,
/// - what was given up and can be tried again,
/// - the last of each webhook, event and pair, because it says how things stand.
pub fn forgettable(state: &State, before: Timestamp) -> Vec<TriggerId> {
    let mut seen = BTreeSet::new();
    let old = state.triggers().rev().filter(|trigger| {
        let is_last = seen.insert((trigger.webhook.id, trigger.event, trigger.consumer, trigger.provider));
        !is_last && ended(trigger).is_some_and(|at| at < before) && !can_be_retried(state, trigger)
    });
    let mut old: Vec<_> = old.map(|trigger| trigger.id).collect();
    old.reverse();
    old
}

/// When it came to an end, if it did.
fn ended(trigger: &Trigger) -> Option<Timestamp> {
    let last = trigger.attempts.last().map_or(trigger.triggered_at, |last| last.at);
    trigger.next_at.is_none().then_some(last)
}

fn can_be_retried(state: &State, trigger: &Trigger) -> bool {
    let was_delivered = trigger.attempts.last().is_some_and(|last| last.success);
    !was_delivered && state.webhook_by_id(trigger.webhook.id).is_some()
}

#[cfg(test)]
mod tests {
    use super::forgettable;
    use crate::domain::{commands::RemoveWebhook, model::TriggerId, state::tests::Story};

    #[test]
    fn what_is_owed_or_can_be_tried_again_or_was_last_stays() {
        let mut story = Story::default();
        story.rules.retry_schedule = Vec::new();
        let webhook = story.webhook("https://ci.example.org", &["contract_published"]);
        for version in ["1", "2", "3", "4"] {
            story.publish("web", version, "api", "a");
        }
        let id = TriggerId::new;
        story.attempt(id(0), true);
        story.attempt(id(1), false);
        story.attempt(id(3), true);
        let then = story.now();
        assert_eq!(
            forgettable(&story.state, then),
            [id(0)],
            "one can be tried again, one is owed, one is the last"
        );
        let first = story.state.trigger_by_id(id(0)).unwrap().attempts[0].at;
        assert_eq!(forgettable(&story.state, first), [], "it is not old enough");
        story.tell(RemoveWebhook { webhook }).unwrap();
        let later = story.now().plus_millis(1);
        assert_eq!(forgettable(&story.state, later), [id(0), id(1), id(2)], "nobody can be told any more");
    }
}
