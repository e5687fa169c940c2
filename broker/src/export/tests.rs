use super::{Secrets, state, write};
use crate::{
    domain::{
        event::{Commit, Event},
        model::{RequestHeader, Secret, Timestamp, WebhookDetails, WebhookEvent, WebhookRequest},
        rules::VersionOrder,
        state::tests::Story,
    },
    store::{MemoryStore, Position, Store as _},
};

fn stored(story: &Story) -> MemoryStore {
    let kept = MemoryStore::new();
    let records: Vec<_> = story.log.iter().map(|commit| serde_json::to_vec(commit).unwrap()).collect();
    kept.append(Position(0), &records, &story.texts()).unwrap();
    kept
}

fn lines(store: &MemoryStore, until: Option<Timestamp>, secrets: Secrets) -> String {
    let mut lines = Vec::new();
    let state = state(store, VersionOrder::FirstSeen, until).unwrap();
    write(store, &state, secrets, &mut lines).unwrap();
    String::from_utf8(lines).unwrap()
}

#[test]
fn a_state_is_a_line_for_each_fact() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "an-order");
    story.verify(("web", "1"), ("api", "9"), true);
    let expected = [
        r#"{"type":"export","format":1,"secrets":false}"#,
        r#"{"type":"participant","name":"api","created_at":"2023-11-14T23:13:20Z"}"#,
        r#"{"type":"participant","name":"web","main_branch":"main","created_at":"2023-11-14T23:13:20Z","updated_at":"2023-11-14T23:13:20Z"}"#,
        r#"{"type":"version","participant":"web","version":"1","created_at":"2023-11-14T23:13:20Z"}"#,
        r#"{"type":"version","participant":"api","version":"9","created_at":"2023-11-15T00:13:20Z"}"#,
        r#"{"type":"branch","participant":"web","branch":"main","auto_created":false,"created_at":"2023-11-14T23:13:20Z","updated_at":"2023-11-14T23:13:20Z"}"#,
        r#"{"type":"branch_version","participant":"web","branch":"main","version":"1","at":"2023-11-14T23:13:20Z"}"#,
    ];
    let said = lines(&stored(&story), None, Secrets::Withheld);
    let said: Vec<_> = said.lines().collect();
    assert_eq!(said[..expected.len()], expected);
    let kinds: Vec<_> = said[expected.len()..].iter().map(|line| line.split('"').nth(3).unwrap()).collect();
    assert_eq!(kinds, ["content", "contract", "result", "end"]);
    assert!(said[expected.len()].contains(r#"\"description\":\"an-order\""#), "{said:?}");
    assert_eq!(said.last(), Some(&r#"{"type":"end","lines":9}"#));
}

#[test]
fn the_past_is_exported_as_it_was() {
    let mut story = Story::default();
    let mut then = Vec::new();
    for version in 1..6 {
        story.publish("web", &version.to_string(), "api", &version.to_string());
        then.push((story.now(), lines(&stored(&story), None, Secrets::Withheld)));
    }
    let kept = stored(&story);
    for (moment, expected) in then {
        assert_eq!(lines(&kept, Some(moment), Secrets::Withheld), expected);
    }
}

#[test]
fn secrets_are_written_where_that_is_asked_for() {
    let header = |name: &str, value: &str| RequestHeader { name: name.to_owned(), value: Secret::new(value) };
    let details = WebhookDetails {
        description: None,
        enabled: true,
        consumer: None,
        provider: None,
        events: vec![WebhookEvent::ContractPublished],
        request: WebhookRequest {
            method: "POST".to_owned(),
            url: "https://ci.example.org".to_owned(),
            headers: vec![header("accept", "text/plain"), header("x-token", "hidden 1")],
            body: None,
            username: None,
            password: Some(Secret::new("hidden 2")),
            signing_secret: Some(Secret::new("hidden 3")),
            named_secrets: Vec::new(),
        },
    };
    let webhook = "webhook-of-everybody".parse().unwrap();
    let commit = Commit {
        at: Timestamp::from_micros(0),
        by: None,
        events: vec![Event::WebhookCreated { webhook, details }],
    };
    let store = MemoryStore::new();
    store.append(Position(0), &[serde_json::to_vec(&commit).unwrap()], &[]).unwrap();
    let withheld = lines(&store, None, Secrets::Withheld);
    assert!(!withheld.contains("hidden") && withheld.contains("text/plain"), "{withheld}");
    assert_eq!(withheld.matches(Secret::STARS).count(), 3, "{withheld}");
    let revealed = lines(&store, None, Secrets::Revealed);
    assert_eq!(revealed.matches("hidden").count(), 3, "{revealed}");
}
