use pactwright_core::broker_api::OnConflict;

use super::{ChangeReason, ContentEvent, Outcome};
use crate::domain::{
    commands::{Conflict, Existing, Rejection},
    state::tests::Story,
};

#[test]
fn outcomes_say_what_became_of_a_contract() {
    let mut story = Story::default();
    let first = story.try_publish("web", "1", Some("main"), &[("api", "a")], OnConflict::Overwrite).unwrap();
    assert_eq!((first.version, first.contracts[0].outcome), (Existing::New, Outcome::Created));
    assert_eq!(first.contracts[0].event, ContentEvent::Changed(vec![ChangeReason::FirstUntagged]));

    let again = story.try_publish("web", "1", None, &[("api", "a")], OnConflict::Overwrite).unwrap();
    assert_eq!((again.version, again.contracts[0].outcome), (Existing::Known, Outcome::Unchanged));
    assert_eq!(again.contracts[0].event, ContentEvent::Republished);

    let same = story.try_publish("web", "2", None, &[("api", "a")], OnConflict::Overwrite).unwrap();
    assert_eq!(same.contracts[0].event, ContentEvent::Unchanged { tags: Vec::new() });
    let other = story.try_publish("web", "3", None, &[("api", "b")], OnConflict::Overwrite).unwrap();
    assert_eq!(other.contracts[0].event, ContentEvent::Changed(vec![ChangeReason::SinceLastUntagged]));
}

#[test]
fn one_conflict_keeps_everything_out() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    let before = format!("{:?}", story.state);
    let refused =
        story.try_publish("web", "1", Some("x"), &[("shop", "c"), ("api", "b")], OnConflict::Overwrite);
    let Err(Rejection::Conflicts { conflicts }) = refused else { panic!("{refused:?}") };
    assert!(matches!(conflicts.as_slice(), [Conflict::ContentDiffers { .. }]), "{conflicts:?}");
    assert_eq!(format!("{:?}", story.state), before);
}

#[test]
fn a_changed_contract_takes_the_place_of_the_old_one_where_that_is_allowed() {
    let mut story = Story::default();
    story.rules.allow_contract_modification = true;
    story.publish("web", "1", "api", "a");
    let changed = story.try_publish("web", "1", None, &[("api", "b")], OnConflict::Overwrite).unwrap();
    assert_eq!(changed.contracts[0].outcome, Outcome::Overwritten);
    assert_eq!(changed.contracts[0].event, ContentEvent::Changed(vec![ChangeReason::Modified]));
}

#[test]
fn parts_are_merged_into_one_contract() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    let merged = story.try_publish("web", "1", None, &[("api", "b")], OnConflict::Merge).unwrap();
    assert_eq!(merged.contracts[0].outcome, Outcome::Merged);
    let again = story.try_publish("web", "1", None, &[("api", "a")], OnConflict::Merge).unwrap();
    assert_eq!(again.contracts[0].event, ContentEvent::Republished, "all of it is there already");
}

#[test]
fn contracts_of_one_publication_are_merged_with_each_other_or_must_not_differ() {
    let mut story = Story::default();
    let parts = [("api", "a"), ("api", "b")];
    let refused = story.try_publish("web", "1", None, &parts, OnConflict::Overwrite);
    let Err(Rejection::Conflicts { conflicts }) = refused else { panic!("{refused:?}") };
    assert!(matches!(conflicts.as_slice(), [Conflict::Contradiction { .. }]), "{conflicts:?}");
    let merged = story.try_publish("web", "1", None, &parts, OnConflict::Merge).unwrap();
    assert_eq!(
        [merged.contracts[0].outcome, merged.contracts[1].outcome],
        [Outcome::Created, Outcome::Merged]
    );
    let again = story.try_publish("web", "1", None, &parts, OnConflict::Merge).unwrap();
    assert_eq!(again.contracts[1].event, ContentEvent::Republished, "both parts are there");
    let twice = [("api", "c"), ("api", "c")];
    let same = story.try_publish("web", "2", None, &twice, OnConflict::Overwrite).unwrap();
    assert_eq!(same.contracts[1].outcome, Outcome::Unchanged);
}

#[test]
fn a_new_name_that_looks_like_a_known_one_is_refused() {
    let mut story = Story::default();
    story.publish("web", "1", "Orders API", "a");
    let refused = story.try_publish("web", "2", None, &[("orders-api", "a")], OnConflict::Overwrite);
    let Err(Rejection::Conflicts { conflicts }) = refused else { panic!("{refused:?}") };
    assert!(conflicts[0].to_string().contains("\"Orders API\""), "{}", conflicts[0]);
    story.rules.check_for_duplicate_names = false;
    story.publish("web", "2", "orders-api", "a");
}

#[test]
fn what_a_contract_said_before_stays_verified() {
    let mut story = Story::default();
    story.rules.allow_contract_modification = true;
    story.publish("web", "1", "api", "a");
    story.verify(("web", "1"), ("api", "9"), true);
    story.publish("web", "1", "api", "b");
    assert!(story.state.latest_result(story.content("web", "1", "api")).is_none());
    story.publish("web", "2", "api", "a");
    let result = story.state.latest_result(story.content("web", "2", "api"));
    assert!(result.is_some_and(|result| result.success));
}
