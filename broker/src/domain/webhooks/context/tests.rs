use std::collections::BTreeSet;

use pactwright_core::names::ParticipantName;

use super::{Context, NAMES};
use crate::{
    delivery::values,
    domain::{
        access::{Basis, Ownership, TeamDetails, TeamName},
        commands::{OwnerOf, RecordOverdue, SaveTeam, SetOwner},
        event::Event,
        model::WebhookEvent,
        state::tests::Story,
    },
};

/// A story in which everything happens that webhooks are told of.
fn told() -> Vec<(WebhookEvent, Context)> {
    let mut story = Story::default();
    story.rules.unverified_hours = 0;
    let team: TeamName = "web-team".parse().unwrap();
    let contact = serde_json::from_value(serde_json::json!({ "name": "#web" })).unwrap();
    story
        .tell(SaveTeam {
            team: team.clone(),
            details: TeamDetails { display_name: None, contacts: vec![contact] },
        })
        .unwrap();
    story.branch("api", "main", "7");
    let names: Vec<_> = WebhookEvent::ALL.iter().map(|event| event.name()).collect();
    story.webhook("https://ci.example.org", &names);
    story.publish("web", "0", "api", "a");
    let ownership = Ownership::of(team, Basis::Said);
    let of = OwnerOf::Participant(ParticipantName::new("web").unwrap());
    story.tell(SetOwner { of, ownership: Some(ownership) }).unwrap();
    story.publish("web", "1", "api", "b");
    story.tell(RecordOverdue).unwrap();
    let production = story.environment("production");
    story.verify(("web", "1"), ("api", "7"), true);
    story.deploy("api", "7", production, None);
    story.deploy("web", "1", production, None);
    story.verify(("web", "1"), ("api", "7"), false);
    let events = story.log.iter().flat_map(|commit| &commit.events);
    let triggered = events.filter_map(|event| match event {
        Event::WebhookTriggered { event, context, .. } => Some((*event, *context)),
        _ => None,
    });
    triggered.map(|(event, key)| (event, serde_json::from_str(&story.kept(key)).unwrap())).collect()
}

#[test]
fn no_event_leaves_a_known_variable_unfilled() {
    let told = told();
    let events: BTreeSet<_> = told.iter().map(|(event, _)| *event).collect();
    assert_eq!(events, WebhookEvent::ALL.into(), "all of them happened");
    let of_test = Context::placeholder("http://broker");
    let all: BTreeSet<String> = told.iter().flat_map(|(_, context)| context.values.keys().cloned()).collect();
    for name in NAMES {
        assert!(all.contains(name), "{name}");
    }
    let links = ["eventName", "pactUrl", "verificationResultUrl", "eventSummary", "eventUrl", "slackText"];
    for (event, context) in
        told.iter().map(|(event, context)| (event.name(), context)).chain([("test", &of_test)])
    {
        let values = values(context, event);
        for name in all.iter().map(String::as_str).chain(links) {
            assert!(values.contains_key(name), "{event} says nothing about {name}");
        }
        let url = &values["eventUrl"];
        // Whose address nobody's request and no setting tells, cannot be told.
        assert!(url.starts_with(&format!("{}/", context.base)), "{event} leads to {url:?}");
        assert!(!values["eventSummary"].is_empty(), "{event}");
    }
}

#[test]
fn what_an_earlier_broker_recorded_is_filled_in_as_well() {
    let mut context = Context::placeholder("http://broker");
    context.values.clear();
    let values = values(&context, "contract_published");
    assert!(NAMES.iter().all(|name| values.get(*name).is_some_and(String::is_empty)));
}

#[test]
fn whom_to_ask_is_told() {
    for (event, context) in told() {
        let owner = &context.values["consumerOwner"];
        match event {
            // It happened before anybody owned it, too.
            WebhookEvent::ContractPublished
            | WebhookEvent::ContractContentChanged
            | WebhookEvent::ContractRequiringVerificationPublished => {}
            WebhookEvent::DeploymentRecorded if context.values["consumerName"] == "api" => {
                assert_eq!(owner, "");
            }
            _ => assert_eq!(owner, "web-team (#web)", "{event:?}"),
        }
        assert_eq!(context.values["providerOwner"], "", "nobody owns it");
    }
}
