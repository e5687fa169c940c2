//! An older broker with few links, as its documents are.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::{Fetch, Fetched, Journal, Remote, RemoteError, Report};
use crate::{
    domain::rules::VersionOrder,
    export::{self, Secrets},
    store::MemoryStore,
};

/// How it is reached.
const BASE: &str = "http://old:9292";
/// How it calls itself.
const OWN: &str = "https://broker.example.org";

#[derive(Debug, Default)]
struct Documents {
    known: BTreeMap<String, Value>,
    asked: Mutex<Vec<String>>,
}

impl Documents {
    fn with(mut self, path: &str, document: Value) -> Self {
        self.known.insert(format!("{BASE}{path}"), document);
        self
    }
}

impl Fetch for Documents {
    type Error = Infallible;

    async fn fetch(&self, address: &str) -> Result<Fetched, Infallible> {
        self.asked.lock().unwrap().push(address.to_owned());
        // Digits that a number type would not keep.
        let text = self
            .known
            .get(address)
            .map(|document| document.to_string().replace("\"body\":1.1}", "\"body\":1.10}"));
        let found = text.map(|text| Fetched::Found(text.into_bytes()));
        Ok(found.unwrap_or_else(|| Fetched::Missing("status 404".to_owned())))
    }
}

fn link(path: &str) -> Value {
    json!({ "href": format!("{OWN}{path}") })
}

fn day(day: u32) -> String {
    format!("2024-01-{day:02}T00:00:00+00:00")
}

/// The path of the matrix that is asked for.
fn matrix(consumer: &str, provider: &str) -> String {
    format!("/matrix?q%5B%5D%5Bpacticipant%5D={consumer}&q%5B%5D%5Bpacticipant%5D={provider}&limit=10000")
}

const SHA: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const OTHER_SHA: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

fn pact(version: &str, sha: &str) -> Value {
    json!({
        "consumer": { "name": "Foo" }, "provider": { "name": "Bar" },
        "interactions": [{ "_id": "i1", "description": sha, "response": { "body": 1.10 } }],
        "createdAt": day(9),
        "_links": {
            "self": link(&format!("/pacts/provider/Bar/consumer/Foo/version/{version}")),
            "pb:pact-version": link(&format!("/pacts/provider/Bar/consumer/Foo/pact-version/{sha}")),
            "pb:all-pact-versions": link("/pacts/provider/Bar/consumer/Foo/versions"),
        },
    })
}

fn row(version: &str, sha: &str, number: Option<u32>) -> Value {
    let address =
        |number| format!("/pacts/provider/Bar/consumer/Foo/pact-version/{sha}/verification-results/{number}");
    json!({
        "consumer": { "name": "Foo", "version": { "number": version } },
        "provider": { "name": "Bar" },
        "verificationResult": number.map(|number| json!({ "_links": { "self": link(&address(number)) } })),
    })
}

fn result(success: bool, day_of: u32) -> Value {
    json!({
        "providerName": "Bar", "providerApplicationVersion": "b1", "success": success,
        "verificationDate": day(day_of),
        "testResults": { "tests": [{ "interactionId": "i1", "success": success }] },
        "verifiedBy": {},
    })
}

/// A consumer with three versions on two pages, its provider, and what is deployed.
fn old_broker() -> Documents {
    let version = |number: &str, created: u32| {
        json!({ "number": number, "createdAt": day(created),
            "_embedded": { "tags": [], "branches": [] },
            "_links": { "self": link(&format!("/pacticipants/Foo/versions/{number}")) } })
    };
    let mut whole = version("2", 3);
    whole["_embedded"] = json!({
        "tags": [{ "name": "prod", "_links": { "self": link("/pacticipants/Foo/versions/2/tags/prod") } }],
        "branches": [{ "name": "main", "latest": true, "_links": {} }],
    });
    whole["_links"]["pb:deployed-environments"] = json!([
        { "name": "Production", "href": format!("{OWN}/deployed-versions/0d6d4c5e-8f0b-4ac3-9a42-4a1a1f4d0001") },
        { "name": "Elsewhere", "href": "https://elsewhere.example.org/deployed" },
    ]);
    let participant = |name: &str| {
        json!({ "name": name, "displayName": name, "createdAt": day(1), "_embedded": { "labels": [{ "name": "old" }] },
            "_links": { "self": link(&format!("/pacticipants/{name}")), "versions": link(&format!("/pacticipants/{name}/versions")) } })
    };
    let published = |number: &str, created: u32| {
        json!({ "createdAt": day(created), "_embedded": { "consumerVersion": { "number": number } },
            "_links": { "self": link(&format!("/pacts/provider/Bar/consumer/Foo/version/{number}")) } })
    };
    let results = "/pacts/provider/Bar/consumer/Foo/pact-version";
    Documents::default()
        .with("/", json!({ "_links": {
            "self": { "href": format!("{OWN}/") }, "pb:pacticipants": link("/pacticipants"),
            "pb:latest-pact-versions": link("/pacts/latest"), "pb:environments": link("/environments"),
            "pb:webhook": { "href": format!("{OWN}/webhooks/{{uuid}}"), "templated": true },
        } }))
        .with("/environments", json!({ "_embedded": { "environments": [
            { "uuid": "0d6d4c5e-8f0b-4ac3-9a42-4a1a1f4d0000", "name": "production", "displayName": "Production",
              "production": true, "createdAt": day(1) },
        ] } }))
        .with("/pacticipants", json!({ "_links": { "pacticipants": [link("/pacticipants/Bar"), link("/pacticipants/Foo")] } }))
        .with("/pacticipants/Foo", participant("Foo"))
        .with("/pacticipants/Bar", participant("Bar"))
        .with("/pacticipants/Foo/versions", json!({
            "_embedded": { "versions": [version("3", 4), version("2", 3)] },
            "_links": { "next": link("/pacticipants/Foo/versions?page=2") } }))
        .with("/pacticipants/Foo/versions?page=2", json!({
            "_embedded": { "versions": [version("1", 2)] },
            "_links": { "next": link("/pacticipants/Foo/versions") } }))
        .with("/pacticipants/Foo/versions/2", whole)
        .with("/pacticipants/Foo/versions/2/tags/prod", json!({ "name": "prod", "createdAt": day(8) }))
        .with("/pacticipants/Bar/versions", json!({ "_embedded": { "versions": [
            { "number": "b1", "createdAt": day(5), "_links": { "pb:deployed-environments": [] } },
        ] } }))
        .with("/deployed-versions/0d6d4c5e-8f0b-4ac3-9a42-4a1a1f4d0001", json!({
            "uuid": "0d6d4c5e-8f0b-4ac3-9a42-4a1a1f4d0001", "currentlyDeployed": false, "target": "blue",
            "createdAt": day(6), "undeployedAt": day(7),
            "_embedded": { "environment": { "name": "production" } } }))
        .with("/pacts/latest", json!({ "pacts": [{
            "_embedded": { "consumer": { "name": "Foo" }, "provider": { "name": "Bar" } },
            "_links": { "self": [link("/pacts/provider/Bar/consumer/Foo/latest"), link("/pacts/provider/Bar/consumer/Foo/version/3")] },
        }] }))
        .with("/pacts/provider/Bar/consumer/Foo/versions", json!({ "_embedded": { "pacts": [
            published("3", 4), published("2", 3), published("1", 2) ] } }))
        .with("/pacts/provider/Bar/consumer/Foo/version/3", pact("3", OTHER_SHA))
        .with("/pacts/provider/Bar/consumer/Foo/version/2", pact("2", SHA))
        .with("/pacts/provider/Bar/consumer/Foo/version/1", pact("1", SHA))
        .with(&matrix("Foo", "Bar"), json!({ "matrix": [
            row("3", OTHER_SHA, None), row("2", SHA, Some(5)), row("1", SHA, Some(5)), row("1", SHA, Some(4)),
            row("1", SHA, Some(6)) ] }))
        .with(&format!("{results}/{SHA}/verification-results/4"), result(false, 6))
        .with(&format!("{results}/{SHA}/verification-results/5"), result(true, 7))
}

async fn imported(documents: Documents) -> Result<(Report, String, Arc<Documents>), RemoteError<Infallible>> {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(&folder.path().join("fetched"), BASE)?;
    let fetch = Arc::new(documents);
    let remote = Remote { fetch: fetch.clone(), base: BASE.to_owned(), concurrency: 3 };
    let store = MemoryStore::new();
    let order = VersionOrder::FirstSeen;
    let report = remote.import(&mut journal, &store, order, &mut |_| {}).await?;
    let mut lines = Vec::new();
    let state = export::state(&store, order, None).unwrap();
    export::write(&store, &state, Secrets::Withheld, &mut lines).unwrap();
    Ok((report, String::from_utf8(lines).unwrap(), fetch))
}

#[tokio::test]
async fn documents_of_an_older_broker_are_understood() {
    let (report, export, fetch) = imported(old_broker()).await.unwrap();
    for expected in [
        r#"{"type":"participant","name":"Foo","labels":[{"name":"old","at":"2024-01-01T00:00:00Z"}],"created_at":"2024-01-01T00:00:00Z"}"#,
        r#"{"type":"version","participant":"Foo","version":"2","tags":[{"name":"prod","at":"2024-01-08T00:00:00Z"}],"created_at":"2024-01-03T00:00:00Z"}"#,
        r#"{"type":"branch_version","participant":"Foo","branch":"main","version":"2","at":"2024-01-03T00:00:00Z"}"#,
        r#""participant":"Foo","version":"2","environment":"production","instance":"blue","auto_created":false,"created_at":"2024-01-06T00:00:00Z","undeployed_at":"2024-01-07T00:00:00Z"}"#,
        r#""failed":[{"id":"i1","description":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}"#,
        r#"\"response\":{\"body\":1.10}"#,
        r#""version":"3","provider":"Bar","sha":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","revision":1,"created_at":"2024-01-04T00:00:00Z"}"#,
    ] {
        assert!(export.contains(expected), "{expected}\n{export}");
    }
    let versions: Vec<_> = export
        .lines()
        .filter(|line| line.starts_with(r#"{"type":"version""#))
        .map(|line| line.split('"').nth(11).unwrap())
        .collect();
    assert_eq!(versions, ["1", "2", "3", "b1"]);
    let count = |kind| report.counts.iter().find(|(known, _)| *known == kind).map(|(_, count)| *count);
    assert_eq!((count("contents"), count("contracts"), count("results")), (Some(2), Some(3), Some(2)));

    let lost: Vec<_> = report.lost.iter().map(|lost| lost.what.trim_start_matches(BASE)).collect();
    let result = format!("/pacts/provider/Bar/consumer/Foo/pact-version/{SHA}/verification-results/6");
    // Version 1 and 3 are known from their list.
    let expected = [
        "/pacticipants/Foo/versions/1",
        "/pacticipants/Foo/versions/3",
        &result,
        "https://elsewhere.example.org/deployed",
    ];
    assert_eq!(lost, expected);
    let asked = fetch.asked.lock().unwrap();
    assert!(asked.iter().all(|address| address.starts_with(BASE)), "{asked:?}");
    // One text of each content is enough, and nothing is asked twice.
    assert!(!asked.contains(&format!("{BASE}/pacts/provider/Bar/consumer/Foo/version/1")), "{asked:?}");
    let mut once = asked.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), asked.len());
}

#[tokio::test]
async fn results_with_the_same_number_are_counted_anew() {
    let results = "/pacts/provider/Bar/consumer/Foo/pact-version";
    let broker = old_broker()
        .with(
            &matrix("Foo", "Bar"),
            json!({ "matrix": [
            row("3", OTHER_SHA, Some(4)), row("2", SHA, Some(5)), row("1", SHA, Some(4)) ] }),
        )
        .with(&format!("{results}/{OTHER_SHA}/verification-results/4"), result(true, 9));
    let (_, export, _) = imported(broker).await.unwrap();
    let numbers: Vec<_> = export
        .lines()
        .filter_map(|line| line.strip_prefix(r#"{"type":"result","number":"#))
        .map(|line| (line.split(',').next().unwrap(), line.contains(OTHER_SHA)))
        .collect();
    assert_eq!(numbers, [("1", false), ("2", false), ("3", true)]);
}

#[tokio::test]
async fn rows_that_are_cut_off_are_asked_for_by_version() {
    let version =
        |number: &str| matrix("Foo", "Bar").replacen('&', &format!("&q%5B%5D%5Bversion%5D={number}&"), 1);
    let broker = old_broker()
        .with(&matrix("Foo", "Bar"), json!({ "matrix": [row("3", OTHER_SHA, None), row("2", SHA, Some(5))] }))
        .with(&version("1"), json!({ "matrix": [row("1", SHA, Some(4)), row("1", SHA, Some(5))] }))
        .with(&version("2"), json!({ "matrix": [row("2", SHA, Some(4)), row("2", SHA, Some(5))] }))
        .with(&version("3"), json!({ "matrix": [row("3", OTHER_SHA, None)] }));
    let (report, export, _) = imported(broker).await.unwrap();
    assert_eq!(export.matches(r#"{"type":"result""#).count(), 2, "{export}");
    assert!(report.lost.iter().all(|lost| !lost.what.contains("matrix")), "{:?}", report.lost);
}

#[tokio::test]
async fn what_is_no_broker_is_refused() {
    let error = imported(Documents::default()).await.unwrap_err();
    assert!(matches!(error, RemoteError::Needed { .. }), "{error}");
    let error = imported(Documents::default().with("/", json!({ "hello": 1 }))).await.unwrap_err();
    assert!(matches!(error, RemoteError::NoLink { .. }), "{error}");
}
