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
    assert_eq!(
        ids(&plan(&story.state, story.now(), &none, LIMITS, None)),
        owned(&[("a", 0), ("b", 1), ("a", 2)])
    );
    let wide = Limits { per_receiver: 2, total: 100 };
    let expected = [("a", 0), ("b", 1), ("a", 2), ("b", 3)];
    assert_eq!(ids(&plan(&story.state, story.now(), &none, wide, None)), owned(&expected));
    story.publish("web", "4", "api", "a");
    let busy: BTreeSet<_> = [0, 2].map(TriggerId::new).into();
    let under_way = UnderWay::from([(Arc::from("https://a.example.org"), busy)]);
    let expected = [("b", 1), ("c", 8), ("b", 3)];
    assert_eq!(
        ids(&plan(&story.state, story.now(), &under_way, wide, None)),
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
    let planned = plan(&story.state, before, &UnderWay::new(), LIMITS, None);
    assert_eq!(planned, Plan { send: Vec::new(), look_again_at: soonest });
    let planned = plan(&story.state, soonest.unwrap(), &UnderWay::new(), LIMITS, None);
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
    assert_eq!(plan(&story.state, later, &UnderWay::new(), LIMITS, None), Plan::default());
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
    assert_eq!(
        plan(&story.state, story.now(), &UnderWay::new(), LIMITS, None).send.len(),
        LIMITS.per_receiver
    );
}

#[test]
fn receivers_that_never_answer_do_not_keep_a_quick_one_waiting_for_ever() {
    let limits = Limits { per_receiver: 2, total: 8 };
    let mut story = Story::default();
    for silent in 0..limits.total / limits.per_receiver {
        story.webhook(&format!("https://silent-{silent}.example.org"), &["contract_published"]);
    }
    for version in 0..30 {
        story.publish("web", &version.to_string(), "api", "a");
    }
    let mut under_way = UnderWay::new();
    let mut last = None;
    let mut send = |under_way: &mut UnderWay, story: &Story| {
        let planned = plan(&story.state, story.now(), under_way, limits, last.as_ref()).send;
        last = planned.last().map(|(receiver, _)| receiver.clone()).or_else(|| last.clone());
        for (receiver, id) in &planned {
            under_way.entry(receiver.clone()).or_default().insert(*id);
        }
        planned
    };
    assert_eq!(send(&mut under_way, &story).len(), limits.total, "all places are taken");
    story.webhook("https://the-quick-one.example.org", &["contract_published"]);
    story.publish("web", "last", "api", "a");
    // One after the other, the silent ones are given up on, and each of them is owed more at once.
    for round in 0..limits.total {
        let receiver = under_way.keys().next().unwrap().clone();
        let ids = under_way.get_mut(&receiver).unwrap();
        let ended = ids.pop_first().unwrap();
        if ids.is_empty() {
            under_way.remove(&receiver);
        }
        story.attempt(ended, false);
        if send(&mut under_way, &story).iter().any(|(receiver, _)| receiver.contains("quick")) {
            return;
        }
        assert!(round <= limits.total / limits.per_receiver, "it was passed over");
    }
    panic!("it was never its turn");
}

#[test]
fn what_waits_takes_no_memory_when_it_is_planned() {
    let needed = |versions: u32| {
        let mut story = Story::default();
        for _ in 0..10 {
            story.webhook("https://slow.example.org/x", &["contract_published"]);
        }
        for version in 0..versions {
            story.publish("web", &version.to_string(), "api", "a");
        }
        let (now, none) = (story.now(), UnderWay::new());
        allocation_counter::measure(|| {
            plan(&story.state, now, &none, LIMITS, None);
        })
        .bytes_max
    };
    let (few, many) = (needed(3), needed(1_000));
    assert!(many <= few, "{few} bytes for 30 deliveries, {many} for 10,000");
}
