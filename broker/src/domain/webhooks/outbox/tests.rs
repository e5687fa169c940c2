use std::{collections::BTreeSet, sync::Arc};

use super::{Limits, Plan, UnderWay, plan};
use crate::domain::{
    model::{Timestamp, TriggerId},
    state::tests::Story,
};

const LIMITS: Limits = Limits { per_receiver: 2, total: 3 };

/// Three receivers; two are owed three things each, one is owed one.
fn story() -> Story {
    let mut story = Story::default();
    story.publish("web", "0", "api", "a");
    story.webhook("https://a.example.org/x", &["contract_published"]);
    story.webhook("https://b.example.org/x", &["contract_published"]);
    for version in ["1", "2", "3"] {
        story.publish("web", version, "api", "a");
    }
    story.webhook("https://c.example.org/x", &["contract_published"]);
    story
}

fn ids(plan: &Plan) -> Vec<(String, u32)> {
    let host = |receiver: &Arc<str>| receiver.trim_start_matches("https://").chars().take(1).collect();
    plan.send.iter().map(|(receiver, id)| (host(receiver), id.get())).collect()
}

fn owned(expected: &[(&str, u32)]) -> Vec<(String, u32)> {
    expected.iter().map(|(host, id)| ((*host).to_owned(), *id)).collect()
}

#[test]
fn each_receiver_has_its_share_and_the_oldest_comes_first() {
    let mut story = story();
    let none = UnderWay::new();
    assert_eq!(ids(&plan(&story.state, story.now(), &none, LIMITS)), owned(&[("a", 0), ("a", 2), ("b", 1)]));
    let wide = Limits { per_receiver: 2, total: 100 };
    let expected = [("a", 0), ("a", 2), ("b", 1), ("b", 3)];
    assert_eq!(ids(&plan(&story.state, story.now(), &none, wide)), owned(&expected));
    story.publish("web", "4", "api", "a");
    let busy: BTreeSet<_> = [0, 2].map(TriggerId::new).into();
    let under_way = UnderWay::from([(Arc::from("https://a.example.org"), busy)]);
    let expected = [("b", 1), ("b", 3), ("c", 8)];
    assert_eq!(
        ids(&plan(&story.state, story.now(), &under_way, wide)),
        owned(&expected),
        "a slow one stands in nobody's way"
    );
}

#[test]
fn what_is_not_due_yet_says_when_it_will_be() {
    let mut story = story();
    for id in 0..6 {
        story.attempt(TriggerId::new(id), false);
    }
    let soonest =
        (0..6).filter_map(|id| story.state.trigger_by_id(TriggerId::new(id)).unwrap().next_at).min();
    let before = Timestamp::from_micros(soonest.unwrap().as_micros() - 1);
    let planned = plan(&story.state, before, &UnderWay::new(), LIMITS);
    assert_eq!(planned, Plan { send: Vec::new(), look_again_at: soonest });
    let planned = plan(&story.state, soonest.unwrap(), &UnderWay::new(), LIMITS);
    assert_eq!(planned.send.len(), 1);
}

#[test]
fn what_was_delivered_or_given_up_is_owed_no_more() {
    let mut story = story();
    story.rules.retry_schedule = vec![1];
    for id in 0..6 {
        story.attempt(TriggerId::new(id), id % 2 == 0);
    }
    for id in [1, 3, 5] {
        story.attempt(TriggerId::new(id), false);
    }
    let later = story.now().plus_millis(1_000_000);
    assert_eq!(plan(&story.state, later, &UnderWay::new(), LIMITS), Plan::default());
}

#[test]
fn however_much_waits_little_is_sent_at_once() {
    let mut story = Story::default();
    for _ in 0..100 {
        story.webhook("https://slow.example.org/x", &["contract_published"]);
    }
    for version in 0..100 {
        story.publish("web", &version.to_string(), "api", "a");
    }
    assert_eq!(story.state.trigger_count(), 10_000);
    assert_eq!(plan(&story.state, story.now(), &UnderWay::new(), LIMITS).send.len(), LIMITS.per_receiver);
}
