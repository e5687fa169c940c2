//! What the broker answers is what its rules mean: whatever happened, and whatever is asked, a model that is slow and
//! plain says the same.
//!
//! - `history.rs` makes up what happens, with few names, so that things meet.
//! - `world/` is the model's memory: lists, and what becomes of them. `matrix/` and `for_verification/` are its answers,
//!   each rule once, in words and as plainly as can be. They use nothing of the broker.
//! - `broker.rs` lets the same happen to the broker. It is asked after a restart: the state is made anew from its log.
//!
//! `PACTWRIGHT_MODEL_CASES=100000 cargo test -p pactwright-broker --test model` looks longer than usual.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

mod broker;
mod for_verification;
mod for_verification_of_broker;
mod history;
mod indexes;
mod matrix;
mod matrix_of_broker;
mod names;
#[path = "../support/slow.rs"]
mod slow;
mod world;

use proptest::{collection::vec, prelude::*};

use broker::Broker;
use history::{History, history};
use world::World;

/// How many histories are looked at, each with a few questions.
fn cases() -> ProptestConfig {
    let wanted = std::env::var("PACTWRIGHT_MODEL_CASES").ok().and_then(|text| text.parse().ok());
    // A history that was found wrong becomes a test of its own, with a name; so nothing is written beside the sources.
    ProptestConfig { cases: wanted.unwrap_or(150), failure_persistence: None, ..ProptestConfig::default() }
}

/// The model and the broker after a history. What one refuses, the other refuses.
fn after(history: &History) -> Result<(World, Broker), TestCaseError> {
    let (mut world, mut broker) = (World::new(history), Broker::new(history));
    for happening in &history.happenings {
        let Some(happening) = world.concrete(happening) else { continue };
        let (expected, found) = (world.happen(&happening), broker.happen(&happening));
        prop_assert_eq!(expected.is_ok(), found.is_ok(), "{:?}: {:?}", happening, found);
    }
    Ok((world, broker))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_matrix_says_what_it_means(history in history(), questions in vec(matrix::question(), 4)) {
        let (world, broker) = after(&history)?;
        let state = broker.reopened();
        for question in questions {
            let question = question.concrete(&world);
            // The network asks nothing about strangers.
            if question.selectors.iter().all(|selector| world.participant(selector.participant).is_some()) {
                let expected = matrix_of_broker::expected(&matrix::answer(&world, &question));
                prop_assert_eq!(matrix_of_broker::found(&state, &question), expected, "{:?}", question);
            }
        }
    }

    #[test]
    fn providers_get_what_they_ask_for(history in history(), questions in vec(for_verification::question(), 6)) {
        let (world, broker) = after(&history)?;
        let state = broker.reopened();
        for question in questions.iter().filter(|question| world.participant(question.provider).is_some()) {
            let expected = for_verification_of_broker::expected(&for_verification::answer(&world, question));
            let found = for_verification_of_broker::found(&state, &broker.rules, broker.now(), question);
            prop_assert_eq!(found, expected, "{:?}", question);
        }
    }

    #[test]
    fn the_indexes_hold_what_there_is(history in history()) {
        let (world, broker) = after(&history)?;
        let state = broker.reopened();
        prop_assert_eq!(indexes::found(&state), indexes::expected(&world));
        slow::assert_indexed(&state);
    }
}
