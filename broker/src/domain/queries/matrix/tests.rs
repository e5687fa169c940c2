use super::{Answer, Deployable, Ignore, Selector};
use crate::domain::{
    queries::can_i_deploy::{Destination, ask},
    state::tests::Story,
};

fn may_go(story: &Story, participant: &str, version: &str, ignore: Option<Vec<Ignore>>) -> Answer {
    let selector = Selector {
        participant: participant.to_owned(),
        version: Some(version.to_owned()),
        ..Selector::default()
    };
    ask(&story.state, selector, Destination::Environment("production".to_owned()), ignore)
}

fn told(answer: &Answer) -> (Deployable, Vec<&str>) {
    (answer.verdict.deployable, answer.verdict.reasons.iter().map(|(_, text)| text.as_str()).collect())
}

#[test]
fn a_consumer_may_go_where_its_provider_is_and_fits() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    let production = story.environment("production");
    let nobody = "There is no verified pact between version 1 of web and a version of api currently in production (no \
                  version is currently recorded as deployed/released in this environment)";
    assert_eq!(told(&may_go(&story, "web", "1", None)), (Deployable::Unknown, vec![nobody]));

    story.verify(("web", "1"), ("api", "9"), true);
    story.deploy("api", "9", production, None);
    let fine = "All required verification results are published and successful";
    assert_eq!(told(&may_go(&story, "web", "1", None)), (Deployable::Yes, vec![fine]));

    story.verify(("web", "1"), ("api", "9"), false);
    let failed = "The verification for the pact between version 1 of web and the version of api currently in production \
                  (9) failed";
    assert_eq!(
        told(&may_go(&story, "web", "1", None)),
        (Deployable::No, vec![failed]),
        "the last result counts"
    );

    let ignore = Ignore { participant: "api".to_owned(), version: None };
    let ignored = may_go(&story, "web", "1", Some(vec![ignore]));
    assert_eq!(told(&ignored), (Deployable::Yes, vec!["There are no missing dependencies"]));
    assert_eq!(ignored.verdict.counts.ignored, Some(1));
}

#[test]
fn every_version_that_is_live_has_to_fit() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    let production = story.environment("production");
    story.verify(("web", "1"), ("api", "9"), true);
    story.branch("api", "main", "8");
    story.deploy("api", "9", production, Some("blue"));
    story.deploy("api", "8", production, Some("green"));
    let answer = may_go(&story, "web", "1", None);
    assert_eq!(answer.verdict.deployable, Deployable::Unknown);
    assert_eq!(answer.rows.len(), 2);
    story.verify(("web", "1"), ("api", "8"), true);
    assert_eq!(may_go(&story, "web", "1", None).verdict.deployable, Deployable::Yes);
}

#[test]
fn a_provider_may_go_if_the_consumers_that_are_there_are_content() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    let production = story.environment("production");
    story.branch("api", "main", "9");
    assert_eq!(may_go(&story, "api", "9", None).verdict.deployable, Deployable::Yes, "no consumer is there");
    story.deploy("web", "1", production, None);
    assert_eq!(may_go(&story, "api", "9", None).verdict.deployable, Deployable::Unknown);
    story.verify(("web", "1"), ("api", "9"), true);
    assert_eq!(may_go(&story, "api", "9", None).verdict.deployable, Deployable::Yes);
}

#[test]
fn what_does_not_exist_may_not_go() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    story.environment("production");
    let absent = "No pacts or verifications have been published for version 7 of web";
    assert_eq!(told(&may_go(&story, "web", "7", None)), (Deployable::No, vec![absent]));
}
