use pactwright_core::names::{ParticipantName, VersionNumber};

use super::MOST_JUDGED;
use crate::domain::{
    commands::{
        EndDeployment, RecordOverdue, RemoveContracts, RemoveParticipant, RemoveResult, RemoveVersion,
    },
    event::Event,
    model::WebhookEvent,
    state::tests::Story,
    webhooks::context::Context,
};

fn name(text: &str) -> ParticipantName {
    ParticipantName::new(text).unwrap()
}

/// What webhooks are told because of the last command, of the events that are looked at here.
fn told(story: &Story) -> Vec<Context> {
    let ours = [WebhookEvent::DeploymentRecorded, WebhookEvent::CanIDeployTurnedToNo];
    let events = &story.log.last().unwrap().events;
    let contexts = events.iter().filter_map(|event| match event {
        Event::WebhookTriggered { event, context, .. } if ours.contains(event) => Some(*context),
        _ => None,
    });
    contexts.map(|key| serde_json::from_str(&story.kept(key)).unwrap()).collect()
}

/// The same, as `participant version environment: reason`.
fn turned(story: &Story) -> Vec<String> {
    told(story)
        .iter()
        .map(|context| {
            let value = |name: &str| context.values[name].as_str();
            format!(
                "{} {} {}: {}",
                value("pacticipantName"),
                value("pacticipantVersionNumber"),
                value("environmentName"),
                value("reason")
            )
        })
        .collect()
}

/// A consumer and a provider that are live and agree.
fn agreeing() -> (Story, uuid::Uuid) {
    let mut story = Story::default();
    story.webhook("https://chat.example.org", &["can_i_deploy_turned_to_no"]);
    let production = story.environment("production");
    story.publish("web", "1", "api", "a");
    story.verify(("web", "1"), ("api", "7"), true);
    story.deploy("api", "7", production, None);
    story.deploy("web", "1", production, None);
    assert_eq!(turned(&story), [""; 0]);
    (story, production)
}

#[test]
fn a_result_that_turns_what_is_live_is_told_for_both_sides_and_once() {
    let (mut story, _) = agreeing();
    story.verify(("web", "1"), ("api", "7"), false);
    assert_eq!(
        turned(&story),
        [
            "web 1 production: The verification for the pact between version 1 of web and the version of api currently \
             in production (7) failed",
            "api 7 production: The verification for the pact between the version of web currently in production (1) and \
             version 7 of api failed",
        ]
    );
    story.verify(("web", "1"), ("api", "7"), false);
    assert_eq!(turned(&story), [""; 0], "it was a no already");
    story.verify(("web", "1"), ("api", "7"), true);
    assert_eq!(turned(&story), [""; 0]);
    story.verify(("web", "1"), ("api", "7"), false);
    assert_eq!(turned(&story).len(), 2, "it turned again");
}

#[test]
fn deploying_a_provider_that_was_not_verified_turns_its_consumers_and_not_itself() {
    let (mut story, production) = agreeing();
    story.branch("api", "main", "8");
    story.deploy("api", "8", production, None);
    let turned = turned(&story);
    assert_eq!(turned.len(), 1, "{turned:?}");
    assert!(turned[0].starts_with("web 1 production: There is no verified pact"), "{turned:?}");
    let context = &told(&story)[0];
    assert_eq!(context.values["providerVersionNumber"], "8");
    assert_eq!(context.contract.as_ref().unwrap().version.as_str(), "1");
}

#[test]
fn taking_a_provider_away_turns_its_consumers() {
    let (mut story, _) = agreeing();
    let state = story.state.clone();
    let api = story.participant("api").id;
    let deployment = state.deployments().find(|known| known.participant == api).unwrap().uuid;
    story.tell(EndDeployment { deployment }).unwrap();
    assert_eq!(turned(&story).len(), 1);
    assert!(turned(&story)[0].starts_with("web 1 production: "), "{:?}", turned(&story));
}

#[test]
fn what_is_live_elsewhere_or_not_at_all_is_left_alone() {
    let (mut story, _) = agreeing();
    story.verify(("web", "1"), ("api", "8"), false);
    assert_eq!(turned(&story), [""; 0], "version 8 is live nowhere");
    story.publish("web", "2", "api", "b");
    story.verify(("web", "2"), ("api", "7"), false);
    assert_eq!(turned(&story), [""; 0], "version 2 is live nowhere");
    let test = story.environment("test");
    story.deploy("api", "8", test, None);
    assert_eq!(turned(&story), [""; 0], "nobody else is there");
    story.tell(RecordOverdue).unwrap();
    assert_eq!(turned(&story), [""; 0]);
}

#[test]
fn a_consumer_version_that_is_deployed_without_a_result_turns_the_provider() {
    let (mut story, production) = agreeing();
    story.publish("web", "2", "api", "b");
    story.deploy("web", "2", production, Some("blue"));
    let turned = turned(&story);
    assert_eq!(turned.len(), 1, "{turned:?}");
    assert!(turned[0].starts_with("api 7 production: "), "{turned:?}");
}

#[test]
fn deployments_are_told_to_whoever_is_about_the_participant() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    let production = story.environment("production");
    story.webhook("https://chat.example.org", &["deployment_recorded"]);
    story.deploy("web", "1", production, Some("blue"));
    let contexts = told(&story);
    assert_eq!(contexts.len(), 1);
    let value = |name: &str| contexts[0].values[name].as_str();
    assert_eq!((value("pacticipantName"), value("environmentName")), ("web", "production"));
    assert_eq!((value("applicationInstance"), value("consumerVersionBranch")), ("blue", "main"));
    assert_eq!((value("providerName"), value("pactUrl")), ("", ""));
    story.deploy("web", "1", production, Some("blue"));
    assert_eq!(told(&story), [], "it was there already");
    story.tag("web", "1", "production");
    assert_eq!(told(&story).len(), 1, "a tag that is called as an environment is a deployment, too");
}

#[test]
fn removing_what_a_yes_rested_on_turns_it() {
    let (mut story, _) = agreeing();
    let number = story.state.results_of_content(story.content("web", "1", "api")).next().unwrap().number;
    story.tell(RemoveResult { number }).unwrap();
    assert_eq!(turned(&story).len(), 2, "both are live without a result: {:?}", turned(&story));

    let (mut story, _) = agreeing();
    let removed = RemoveVersion { participant: name("api"), version: VersionNumber::new("7").unwrap() };
    story.tell(removed).unwrap();
    assert_eq!(turned(&story).len(), 1, "{:?}", turned(&story));
    assert!(turned(&story)[0].starts_with("web 1 production: "), "{:?}", turned(&story));
}

#[test]
fn removing_what_asks_for_something_turns_nobody() {
    let (mut story, _) = agreeing();
    let versions = vec![VersionNumber::new("1").unwrap()];
    story.tell(RemoveContracts { consumer: name("web"), provider: name("api"), versions }).unwrap();
    assert_eq!(turned(&story), [""; 0]);
    let (mut story, _) = agreeing();
    story.tell(RemoveParticipant { participant: name("api") }).unwrap();
    assert_eq!(turned(&story), [""; 0], "its contracts go with it");
    let (mut story, _) = agreeing();
    story.verify(("web", "1"), ("api", "8"), true);
    let removed = RemoveVersion { participant: name("api"), version: VersionNumber::new("8").unwrap() };
    story.tell(removed).unwrap();
    assert_eq!(turned(&story), [""; 0], "it was live nowhere");
}

#[test]
fn what_was_not_asked_says_so() {
    let mut story = Story::default();
    story.webhook("https://chat.example.org", &["can_i_deploy_turned_to_no"]);
    let production = story.environment("production");
    for number in 0..=MOST_JUDGED {
        let consumer = format!("web-{number:03}");
        story.publish(&consumer, "1", "api", &consumer);
        story.verify((&consumer, "1"), ("api", "7"), true);
        story.deploy(&consumer, "1", production, None);
    }
    story.deploy("api", "7", production, None);
    story.branch("api", "main", "8");
    story.deploy("api", "8", production, None);
    let turned = turned(&story);
    let unasked = turned.iter().filter(|told| told.contains("only for the first 100")).count();
    assert_eq!((turned.len(), unasked), (MOST_JUDGED + 1, 1));
    assert!(turned.iter().all(|told| !told.ends_with(": ")), "each has a reason");
}
