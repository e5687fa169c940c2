use pactwright_core::names::{ParticipantName, VersionNumber};

use crate::domain::{
    commands::{
        AddLabel, AttemptOutcome, RecordAttempt, RecordVerification, Rejection, RemoveParticipant,
        RemoveWebhook, SaveWebhook,
    },
    event::Event,
    model::{
        RequestHeader, Secret, Side, TriggerId, TriggerStatus, WebhookDetails, WebhookEvent, WebhookKey,
    },
    state::tests::Story,
    webhooks::context::Context,
};

const ALL: [&str; 6] = [
    "contract_published",
    "contract_content_changed",
    "contract_requiring_verification_published",
    "provider_verification_published",
    "provider_verification_succeeded",
    "provider_verification_failed",
];

fn name(text: &str) -> ParticipantName {
    ParticipantName::new(text).unwrap()
}

/// What the last command triggered, as `event consumer-version provider-version`.
fn triggered(story: &Story) -> Vec<String> {
    contexts(story)
        .iter()
        .map(|(event, context)| {
            let value = |name: &str| &context.values[name];
            format!("{event} {} {}", value("consumerVersionNumber"), value("providerVersionNumber"))
        })
        .collect()
}

fn contexts(story: &Story) -> Vec<(&'static str, Context)> {
    let events = &story.log.last().unwrap().events;
    let triggered = events.iter().filter_map(|event| match event {
        Event::WebhookTriggered { event, context, .. } => Some((event.name(), *context)),
        _ => None,
    });
    triggered.map(|(event, key)| (event, serde_json::from_str(&story.kept(key)).unwrap())).collect()
}

fn details(story: &Story, key: &WebhookKey) -> WebhookDetails {
    story.state.webhook(key).unwrap().details.clone()
}

#[test]
fn a_publication_tells_what_is_new_about_it() {
    let mut story = Story::default();
    story.webhook("https://ci.example.org", &ALL);
    story.publish("web", "1", "api", "a");
    assert_eq!(triggered(&story), ["contract_published 1 ", "contract_content_changed 1 "]);
    story.publish("web", "2", "api", "a");
    assert_eq!(triggered(&story), ["contract_published 2 "]);
    story.publish("web", "2", "api", "a");
    assert_eq!(triggered(&story), ["contract_published 2 "]);
}

#[test]
fn provider_versions_that_matter_and_have_no_result_are_told_of_one_by_one() {
    let mut story = Story::default();
    story.branch("api", "main", "7");
    story.branch("api", "main", "8");
    story.branch("api", "feat", "9");
    let production = story.environment("production");
    let test = story.environment("test");
    story.deploy("api", "7", production, None);
    story.deploy("api", "8", test, None);
    story.webhook("https://ci.example.org", &["contract_requiring_verification_published"]);
    story.publish("web", "1", "api", "a");
    let told: Vec<_> = contexts(&story)
        .iter()
        .map(|(_, context)| {
            let value = |name: &str| context.values[name].clone();
            (
                value("providerVersionNumber"),
                value("providerVersionDescriptions"),
                value("githubVerificationStatus"),
            )
        })
        .collect();
    let expected = [
        ("8", "latest from main branch, deployed in test", "pending"),
        ("7", "deployed in production", "pending"),
    ];
    let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    assert_eq!(told, expected);
    // A failure is a result, too.
    story.verify(("web", "1"), ("api", "8"), false);
    story.publish("web", "2", "api", "a");
    assert_eq!(triggered(&story), ["contract_requiring_verification_published 2 7"]);
}

#[test]
fn a_result_is_told_for_each_consumer_version_that_it_is_for() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    story.publish("web", "2", "api", "a");
    story.publish("web", "3", "api", "b");
    story.webhook("https://ci.example.org", &ALL);
    story.verify(("web", "1"), ("api", "9"), true);
    assert_eq!(
        triggered(&story),
        ["provider_verification_published 2 9", "provider_verification_succeeded 2 9"],
        "without a word about it, it is for the newest with this content"
    );
    let sha = story.state.content_by_id(story.content("web", "1", "api")).unwrap().sha.clone();
    story
        .tell(RecordVerification {
            consumer: name("web"),
            provider: name("api"),
            sha,
            version: VersionNumber::new("9").unwrap(),
            success: false,
            wip: false,
            pending: false,
            consumer_versions: ["2", "1", "2", "3", "4"].map(|n| VersionNumber::new(n).unwrap()).to_vec(),
            build_url: Some("http://ci/9".to_owned()),
            verified_by: None,
            response_times: None,
            test_results: None,
            failed: Vec::new(),
        })
        .unwrap();
    let expected = [
        "provider_verification_published 2 9",
        "provider_verification_published 1 9",
        "provider_verification_failed 2 9",
        "provider_verification_failed 1 9",
    ];
    assert_eq!(triggered(&story), expected);
    let (_, context) = &contexts(&story)[0];
    assert_eq!(
        (context.base.as_str(), context.values["buildUrl"].as_str()),
        ("http://broker", "http://ci/9")
    );
}

#[test]
fn only_those_it_is_about_are_told_by_name_or_label() {
    let mut story = Story::default();
    for consumer in ["web", "app"] {
        story.publish(consumer, "1", "api", "a");
    }
    story.tell(AddLabel { participant: name("app"), label: "ios".to_owned() }).unwrap();
    let key = story.webhook("https://ci.example.org", &["contract_published"]);
    for (consumer, provider, expected) in [
        (None, None, ["web", "app"].as_slice()),
        (Some(Side::Name(name("web"))), None, &["web"]),
        (Some(Side::Label("ios".to_owned())), None, &["app"]),
        (Some(Side::Label("android".to_owned())), None, &[]),
        (None, Some(Side::Name(name("api"))), &["web", "app"]),
        (None, Some(Side::Name(name("web"))), &[]),
        (Some(Side::Name(name("web"))), Some(Side::Label("ios".to_owned())), &[]),
    ] {
        let changed = WebhookDetails {
            consumer: consumer.clone(),
            provider: provider.clone(),
            ..details(&story, &key)
        };
        story.save_webhook(Some(key.clone()), changed);
        let mut told = Vec::new();
        for consumer in ["web", "app"] {
            story.publish(consumer, "1", "api", "a");
            told.extend((!triggered(&story).is_empty()).then_some(consumer));
        }
        assert_eq!(told, expected, "{consumer:?} {provider:?}");
    }
}

#[test]
fn whoever_is_disabled_or_removed_is_told_nothing_more() {
    let mut story = Story::default();
    let key = story.webhook("https://ci.example.org", &["contract_published"]);
    let status = |story: &Story, id: u32| story.state.trigger_by_id(TriggerId::new(id)).unwrap().status();
    story.publish("web", "1", "api", "a");
    story.attempt(TriggerId::new(0), false);
    assert_eq!(status(&story, 0), TriggerStatus::Retrying);
    let disabled = WebhookDetails { enabled: false, ..details(&story, &key) };
    story.save_webhook(Some(key.clone()), disabled.clone());
    assert_eq!(status(&story, 0), TriggerStatus::Failure);
    story.publish("web", "2", "api", "a");
    assert_eq!(triggered(&story), [""; 0]);

    story.save_webhook(Some(key.clone()), WebhookDetails { enabled: true, ..disabled });
    story.publish("web", "3", "api", "a");
    assert_eq!(status(&story, 1), TriggerStatus::NotRun);
    story.tell(RemoveWebhook { webhook: key.clone() }).unwrap();
    assert_eq!(status(&story, 1), TriggerStatus::Failure, "what happened stays on record");
    assert_eq!(story.tell(RemoveWebhook { webhook: key }), Err(Rejection::NotFound { what: "the webhook" }));
    assert!(story.state.next_receiver(None).is_none());
}

#[test]
fn what_was_on_its_way_when_its_webhook_was_disabled_is_known_all_the_same() {
    let mut story = Story::default();
    let key = story.webhook("https://ci.example.org", &["contract_published"]);
    story.publish("web", "1", "api", "a");
    story.publish("web", "2", "api", "a");
    let disabled = WebhookDetails { enabled: false, ..details(&story, &key) };
    story.save_webhook(Some(key), disabled);
    story.attempt(TriggerId::new(0), true);
    story.attempt(TriggerId::new(1), false);
    let told = |story: &Story, id: u32| {
        let trigger = story.state.trigger_by_id(TriggerId::new(id)).unwrap();
        (trigger.status(), trigger.attempts.len(), trigger.next_at)
    };
    assert_eq!(told(&story, 0), (TriggerStatus::Success, 1, None));
    assert_eq!(told(&story, 1), (TriggerStatus::Failure, 1, None), "nobody wants it to be tried again");
    assert_eq!(story.state.dead_letter_count(), 1, "what the receiver took is no dead letter");
    let trigger = story.state.trigger_by_id(TriggerId::new(0)).unwrap().uuid;
    let again = RecordAttempt { trigger, outcome: AttemptOutcome::Delivered, log: String::new() };
    assert_eq!(story.tell(again), Err(Rejection::NotFound { what: "the triggered webhook" }));
}

#[test]
fn what_is_owed_does_not_change_with_the_webhook() {
    let mut story = Story::default();
    let key = story.webhook("https://ci.example.org", &["contract_published"]);
    story.publish("web", "1", "api", "a");
    let mut changed = details(&story, &key);
    changed.request.url = "https://other.example.org".to_owned();
    story.save_webhook(Some(key), changed);
    let owed = story.state.trigger_by_id(TriggerId::new(0)).unwrap();
    assert_eq!(owed.webhook.details.request.url, "https://ci.example.org");
    assert_eq!(story.state.next_receiver(None).as_deref(), Some("https://ci.example.org"));
}

#[test]
fn a_webhook_goes_with_the_participant_that_it_names() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    let named = story.webhook("https://ci.example.org", &["contract_published"]);
    let other = story.webhook("https://ci.example.org", &["contract_published"]);
    let consumer = Some(Side::Name(name("web")));
    let changed = WebhookDetails { consumer, ..details(&story, &named) };
    story.save_webhook(Some(named.clone()), changed);
    story.tell(RemoveParticipant { participant: name("web") }).unwrap();
    assert!(story.state.webhook(&named).is_none() && story.state.webhook(&other).is_some());
}

#[test]
fn stars_keep_a_secret_where_it_is_and_never_take_it_elsewhere() {
    let mut story = Story::default();
    let key = story.webhook("https://ci.example.org/a", &["contract_published"]);
    let header = |value: &str| RequestHeader { name: "authorization".to_owned(), value: Secret::new(value) };
    let mut given = details(&story, &key);
    given.request.headers = vec![header("Bearer x")];
    given.request.password = Some(Secret::new("p"));
    given.request.signing_secret = Some(Secret::new("s"));
    story.save_webhook(Some(key.clone()), given.clone());

    let mut shown = given.clone();
    shown.description = Some("Told of contracts".to_owned());
    shown.request.headers = vec![header(Secret::STARS)];
    shown.request.password = Some(Secret::new(Secret::STARS));
    shown.request.signing_secret = Some(Secret::new(Secret::STARS));
    story.save_webhook(Some(key.clone()), shown.clone());
    let kept = details(&story, &key).request;
    assert_eq!((&kept.headers, &kept.password), (&given.request.headers, &given.request.password));
    assert_eq!(kept.signing_secret, given.request.signing_secret);

    for other in ["https://ci.example.org/b", "https://evil.example.org/"] {
        shown.request.url = other.to_owned();
        let refused = story.tell(SaveWebhook { webhook: Some(key.clone()), details: shown.clone() });
        assert_eq!(refused.map(|_| ()), Err(Rejection::SecretOfOtherReceiver), "{other}");
    }
    shown.request.headers = vec![header("new")];
    shown.request.password = None;
    shown.request.signing_secret = None;
    shown.events = vec![WebhookEvent::ContractContentChanged];
    story.save_webhook(Some(key.clone()), shown.clone());
    assert_eq!(details(&story, &key), shown);
}
