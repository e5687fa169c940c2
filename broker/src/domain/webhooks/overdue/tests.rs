use super::look;
use crate::domain::{
    commands::RecordOverdue,
    event::Event,
    model::{TriggerId, WebhookEvent},
    state::tests::Story,
};

/// What the last command said was overdue, by consumer and provider, and how often webhooks are told.
fn said(story: &Story) -> (Vec<String>, usize) {
    let events = &story.log.last().unwrap().events;
    let overdue = events.iter().filter_map(|event| match event {
        Event::VerificationOverdue { consumer, provider, .. } => Some(format!("{consumer} {provider}")),
        _ => None,
    });
    let told = events.iter().filter(|event| {
        matches!(event, Event::WebhookTriggered { event: WebhookEvent::ContractVerificationOverdue, .. })
    });
    (overdue.collect(), told.count())
}

#[test]
fn a_contract_is_told_of_once_when_its_hours_are_over() {
    let mut story = Story::default();
    story.rules.unverified_hours = 3;
    story.webhook("https://chat.example.org", &["contract_verification_overdue"]);
    story.publish("web", "1", "api", "a");
    let published = story.now();
    let found = look(&story.state, published, 3);
    assert!(found.due.is_empty());
    assert_eq!(found.next_at, Some(published.plus_millis(3 * 3_600_000)));
    assert_eq!(story.tell(RecordOverdue), Ok(0), "an hour later");
    assert_eq!(story.tell(RecordOverdue), Ok(0));
    assert_eq!(story.tell(RecordOverdue), Ok(1));
    assert_eq!(said(&story), (vec!["web api".to_owned()], 1));
    assert_eq!(
        story.state.trigger_by_id(TriggerId::new(0)).unwrap().event.name(),
        "contract_verification_overdue"
    );
    assert_eq!(story.tell(RecordOverdue), Ok(0), "it is said once");
    story.publish("web", "2", "api", "a");
    assert_eq!(look(&story.state, story.now().plus_millis(1 << 40), 3).due, [], "it is the same content");
    story.publish("web", "3", "api", "b");
    assert_eq!(look(&story.state, story.now().plus_millis(1 << 40), 3).due.len(), 1, "this is another");
}

#[test]
fn what_was_verified_or_overtaken_is_not_waited_for() {
    let mut story = Story::default();
    story.rules.unverified_hours = 1;
    story.webhook("https://chat.example.org", &["contract_verification_overdue"]);
    story.publish("web", "1", "api", "a");
    story.publish("web", "2", "api", "b");
    story.publish("web", "3", "api", "c");
    story.verify(("web", "3"), ("api", "7"), false);
    assert_eq!(
        story.tell(RecordOverdue),
        Ok(0),
        "the last has a result, and the others do not count any more"
    );
    let production = story.environment("production");
    story.deploy("web", "1", production, None);
    assert_eq!(story.tell(RecordOverdue), Ok(1), "what is live counts");
    assert_eq!(said(&story).0, ["web api"]);
}

#[test]
fn without_anybody_who_wants_to_know_nothing_is_recorded() {
    let mut story = Story::default();
    story.rules.unverified_hours = 1;
    story.publish("web", "1", "api", "a");
    story.webhook("https://ci.example.org", &["contract_published"]);
    assert_eq!(story.tell(RecordOverdue), Ok(0));
    assert!(story.log.last().unwrap().events.is_empty());
    story.webhook("https://chat.example.org", &["contract_verification_overdue"]);
    assert_eq!(story.tell(RecordOverdue), Ok(1), "somebody who asks later is told of what still waits");
}
