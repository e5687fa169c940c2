use super::{Answer, Deployable, Ignore, OtherSide, Query, Selector};
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
fn a_limit_does_not_cut_what_a_verdict_rests_on() {
    let mut story = Story::default();
    let production = story.environment("production");
    for consumer in ["web", "shop"] {
        story.publish(consumer, "1", "api", "a");
        story.deploy(consumer, "1", production, None);
    }
    story.verify(("shop", "1"), ("api", "9"), true);
    let verdict = |environment: Option<&str>| {
        let api =
            Selector { participant: "api".to_owned(), version: Some("9".to_owned()), ..Selector::default() };
        let other_side = OtherSide { environment: environment.map(str::to_owned), ..OtherSide::default() };
        let query = Query { selectors: vec![api], other_side, limit: 1, ..Query::default() };
        super::answer(&story.state, &query).verdict.deployable
    };
    assert_eq!(verdict(None), Deployable::Yes, "the last thing that happened is looked at");
    assert_eq!(verdict(Some("production")), Deployable::Unknown, "web is there too");
}

#[test]
fn what_does_not_exist_may_not_go() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    story.environment("production");
    let absent = "No pacts or verifications have been published for version 7 of web";
    assert_eq!(told(&may_go(&story, "web", "7", None)), (Deployable::No, vec![absent]));
}

#[test]
fn a_range_means_the_versions_whose_numbers_are_in_it() {
    let mut story = Story::default();
    for number in ["1.4.0", "1.10", "2.0.0"] {
        story.publish("web", number, "api", number);
    }
    story.verify(("web", "1.10"), ("api", "9"), true);
    let ask = |range: &str, latest| {
        let web = Selector {
            participant: "web".to_owned(),
            range: Some(range.parse().unwrap()),
            latest,
            ..Selector::default()
        };
        let api = Selector { participant: "api".to_owned(), ..Selector::default() };
        super::answer(&story.state, &Query { selectors: vec![web, api], limit: 100, ..Query::default() })
    };
    let answer = ask(">=1.4, <2", false);
    assert_eq!(answer.rows.len(), 2);
    let missing = "There is no verified pact between a version of web in the range >=1.4, <2 (1.4.0) and any version of api";
    assert!(told(&answer).1.contains(&missing), "{:?}", told(&answer));
    assert_eq!(
        ask(">=1.4, <2", true).verdict.deployable,
        Deployable::Yes,
        "the greatest of them is verified"
    );
    assert_eq!(told(&ask("^3", true)), (Deployable::No, told(&ask("^3", true)).1));
    assert!(told(&ask("^3", true)).1.contains(&"No version of web is in the range ^3"));
}

#[test]
fn a_reason_names_the_interactions_that_failed() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    let production = story.environment("production");
    story.failing(&["x", "y"]);
    story.verify(("web", "1"), ("api", "9"), false);
    story.deploy("api", "9", production, None);
    let reason = "The verification for the pact between version 1 of web and the version of api currently in production \
                  (9) failed in \"request x\", \"request y\"";
    assert_eq!(told(&may_go(&story, "web", "1", None)), (Deployable::No, vec![reason]));
    story.failing(&["1", "2", "3", "4", "5", "6", "7"]);
    story.verify(("web", "1"), ("api", "9"), false);
    assert!(told(&may_go(&story, "web", "1", None)).1[0].ends_with("\"request 5\" and 2 more"));
}

#[test]
fn a_provider_alone_is_shown_with_what_it_verified() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    story.publish("web", "2", "api", "b");
    story.verify(("web", "1"), ("api", "9"), true);
    let alone = |name: &str| {
        let selectors = vec![Selector { participant: name.to_owned(), ..Selector::default() }];
        let answer = super::answer(&story.state, &Query { selectors, limit: 100, ..Query::default() });
        (answer.rows.len(), answer.verdict.deployable)
    };
    assert_eq!(alone("api"), (1, Deployable::Yes), "what it was not asked to verify is not held against it");
    assert_eq!(alone("web"), (2, Deployable::Unknown), "what a consumer asks has to be verified");
}
