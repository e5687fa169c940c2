//! Tidying up: what goes, what stays, and what is still known.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

#[path = "support/rebuilt.rs"]
mod rebuilt;
#[path = "support/story.rs"]
mod story;

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use pactwright_broker::{
    Broker, Config, RebuildError,
    backup::{self, RestoreError},
    check::SnapshotReport,
    delivery::SystemResolver,
    domain::{model::Timestamp, rules::VersionOrder, state::State},
    export::{self, ExportError, Secrets},
    housekeeping::{CleanUpOrder, CleanUpRequest, History, Schedule, TidyError},
    http::router,
    store::{MemoryStore, Position, SledStore, Store as _},
};
use rebuilt::assert_rebuilt;
use serde_json::{Value, json};
use tower::ServiceExt as _;

async fn send(broker: &Broker, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "broker")
        .header("content-type", "application/json")
        .body(Body::from(body))
        .unwrap();
    let response = router(broker.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

fn nothing() -> History {
    "0d".parse().unwrap()
}

/// A broker that has been told the story.
async fn told() -> Broker {
    let broker = story::broker(Arc::new(MemoryStore::new()), Config::default());
    story::tell(&broker).await;
    broker
}

#[tokio::test]
async fn a_compacted_log_says_the_same_and_is_shorter() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SledStore::open(folder.path()).unwrap());
    let mut config = Config::default();
    config.snapshots.changes = 10;
    let broker = story::broker(store.clone(), config);
    story::tell(&broker).await;
    let before = broker.state();
    let end = store.end().unwrap();
    let sizes = || -> Vec<usize> {
        let records = store.read(Position(0), usize::try_from(end.0).unwrap()).unwrap();
        records.iter().map(|record| record.payload.len()).collect()
    };
    let sizes_before = sizes();
    let done = broker.compact(nothing()).await.unwrap();
    let horizon = done.horizon.unwrap();
    assert_eq!(horizon.before, end);
    assert!(done.shortened > 0 && done.texts > 0, "{done}");
    // Some are longer: secrets that were sealed since.
    let less: usize =
        sizes_before.iter().zip(sizes()).map(|(before, after)| before.saturating_sub(after)).sum();
    assert_eq!(less, usize::try_from(done.shortened_bytes).unwrap());
    assert_eq!(broker.state().horizon(), Some(horizon));
    assert_eq!(store.end().unwrap(), end.next(), "one change says so, and positions stay");
    // Whoever was there is there, under the same identifiers.
    let parts = |state: &State| -> Vec<String> {
        let parts = state.parts().map(|part| String::from_utf8(part.unwrap()).unwrap());
        parts.filter(|part| !part.starts_with("{\"horizon\"")).collect()
    };
    assert_eq!(parts(&before), parts(&broker.state()));
    broker.close().await;
    assert_rebuilt(&broker);
    let report = broker.check().unwrap();
    assert!(!matches!(report.snapshot, SnapshotReport::Unusable(_)), "{report}");
    let state = broker.state();
    drop((broker, store));

    let store = Arc::new(SledStore::open(folder.path()).unwrap());
    let broker = Broker::open(store, Config::default()).unwrap();
    assert!(broker.state() == state);
}

#[tokio::test]
async fn a_moment_of_a_compacted_log_is_restored_and_exported_as_it_was_or_not_at_all() {
    let store = Arc::new(MemoryStore::new());
    let broker = story::broker(store.clone(), Config::default());
    story::tell(&broker).await;
    let changes = broker.changes(Position(0), 1000).await.unwrap();
    let (early, last) = (changes[changes.len() / 4].commit.at, changes.last().unwrap().commit.at);
    let minutes = (last.as_micros() - changes[changes.len() / 2].commit.at.as_micros()) / 60_000_000;
    let exported = |store: &MemoryStore, state: &State| {
        let mut lines = Vec::new();
        export::write(store, state, Secrets::Revealed, &mut lines).unwrap();
        String::from_utf8(lines).unwrap()
    };
    let expected = exported(&store, &broker.state());
    let done = broker.compact(format!("{minutes}m").parse().unwrap()).await.unwrap();
    let horizon = done.horizon.unwrap();
    assert!(done.shortened > 0 && horizon.since > early && horizon.since < last, "{done}");

    let order = VersionOrder::FirstSeen;
    let mut archive = Vec::new();
    backup::write(store.as_ref(), &mut archive).unwrap();
    let archive = || std::io::Cursor::new(&archive);
    let restored = MemoryStore::new();
    // Then it was not known yet that anything would be forgotten.
    let state = backup::restore(archive(), &restored, Some(last), order).unwrap().report.state;
    assert_eq!(state.horizon(), Some(horizon));
    assert_eq!(exported(&restored, &state), expected);
    let then = export::state(store.as_ref(), order, Some(last)).unwrap();
    assert_eq!(exported(&store, &then), expected);

    let refused = backup::restore(archive(), &MemoryStore::new(), Some(early), order);
    assert!(matches!(refused, Err(RestoreError::Forgotten(_))), "{refused:?}");
    let refused = export::state(store.as_ref(), order, Some(early));
    assert!(matches!(refused, Err(ExportError::Forgotten(_))), "{refused:?}");
    broker.close().await;
    assert_rebuilt(&broker);
}

#[tokio::test]
async fn a_snapshot_that_has_what_is_forgotten_since_is_still_right() {
    const NEVER: u64 = 1_000_000;
    let (store, time) = (Arc::new(MemoryStore::new()), story::Counted::shared());
    let open = |changes| {
        let mut config = story::unhurried(Config::default());
        config.snapshots.changes = changes;
        Broker::open_with(store.clone(), config, time.clone(), Arc::new(SystemResolver)).unwrap()
    };
    let broker = open(NEVER);
    story::tell(&broker).await;
    broker.close().await;
    open(1).close().await;
    let position = store.load_snapshot().unwrap().unwrap().position;
    assert_eq!(position, store.end().unwrap());

    let broker = open(NEVER);
    let order = CleanUpOrder { deliveries_max_age: Some(0), ..CleanUpOrder::default() };
    let request = order.request(&broker.config().housekeeping).unwrap();
    assert!(broker.clean_up(request).await.unwrap().removed.deliveries > 0);
    let done = broker.compact(nothing()).await.unwrap();
    assert!(done.shortened > 0 && position < done.horizon.unwrap().before, "{done}");
    assert_rebuilt(&broker);
    let snapshot = broker.check().unwrap().snapshot;
    assert!(matches!(snapshot, SnapshotReport::Agrees(at) if at == position), "{snapshot:?}");
    let state = broker.state();
    broker.close().await;
    assert!(open(NEVER).state() == state);
}

#[tokio::test]
async fn what_was_removed_stays_in_the_audit_trail() {
    let broker = told().await;
    let kinds = |events: &Value| -> Vec<String> {
        let events = events["events"].as_array().unwrap().iter();
        events.map(|entry| entry["event"]["type"].as_str().unwrap().to_owned()).collect()
    };
    let (_, all) = send(&broker, Method::GET, "/events?size=1000", None).await;
    broker.compact(nothing()).await.unwrap();
    let (_, events) = send(&broker, Method::GET, "/events?size=1000", None).await;
    let (before, after) = (kinds(&all), kinds(&events));
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(after.last().unwrap(), "HistoryForgotten");
    let mut forgotten = 0;
    for (was, is) in before.iter().zip(&after) {
        if was != is {
            assert_eq!(is, "Forgotten");
            assert!(was.starts_with("Verification") || was.starts_with("Webhook"), "{was}");
            forgotten += 1;
        }
    }
    assert!(forgotten > 0);
    assert!(after.iter().any(|kind| kind == "VersionRemoved"));
    assert!(after.iter().any(|kind| kind == "ParticipantRemoved"));
}

#[tokio::test]
async fn a_moment_that_is_not_known_in_full_is_refused() {
    let broker = told().await;
    let changes = broker.changes(Position(0), 1000).await.unwrap();
    let middle = changes[changes.len() / 2].commit.at;
    let state = broker.state_at(middle).await.unwrap();
    // As long ago as the middle is, for whoever counts minutes with each look at the clock.
    let last = changes.last().unwrap().commit.at;
    let minutes = (last.as_micros() - middle.as_micros()) / 60_000_000 + 1;
    let done = broker.compact(format!("{minutes}m").parse().unwrap()).await.unwrap();
    let horizon = done.horizon.unwrap();
    assert_eq!(horizon.since, middle);
    assert!(*broker.state_at(middle).await.unwrap() == *state, "what is known since then is the same");

    let before = Timestamp::from_micros(middle.as_micros() - 1);
    let error = broker.state_at(before).await.unwrap_err();
    assert!(matches!(error, RebuildError::Forgotten { since } if since == middle), "{error}");
    let (status, answer) = send(&broker, Method::GET, &format!("/environments?asOf={before}"), None).await;
    assert_eq!(status, 410, "{answer}");
    let said = answer.to_string();
    assert!(said.contains(&middle.to_string()) && said.contains("compacted"), "{said}");
    let (status, _) = send(&broker, Method::GET, &format!("/environments?asOf={middle}"), None).await;
    assert_eq!(status, 200);
    assert_eq!(
        broker.compact("365d".parse().unwrap()).await.unwrap().horizon,
        Some(horizon),
        "it never goes back"
    );
    assert_rebuilt(&broker);
}

#[tokio::test]
async fn with_all_of_its_history_a_log_stays_as_it_is() {
    let broker = told().await;
    let before = broker.changes(Position(0), 1000).await.unwrap();
    let done = broker.compact(History::All).await.unwrap();
    assert_eq!((done.horizon, done.shortened, done.texts), (None, 0, 0));
    assert_eq!(broker.changes(Position(0), 1000).await.unwrap(), before);
}

#[tokio::test]
async fn one_tidies_up_at_a_time() {
    let broker = told().await;
    let (one, other) = tokio::join!(broker.compact(nothing()), broker.clean_up(CleanUpRequest::default()));
    one.unwrap();
    assert!(matches!(other, Err(TidyError::Running)), "{other:?}");
    broker.clean_up(CleanUpRequest::default()).await.unwrap();
}

#[tokio::test]
async fn a_clean_up_says_what_it_would_do_and_does_it() {
    let broker = told().await;
    let order = |dry_run: bool| json!({ "keep": ["participant=orders latest"], "dryRun": dry_run });
    let before = broker.state();
    let (status, told) = send(&broker, Method::POST, "/clean-up", Some(order(true))).await;
    assert_eq!(status, 200, "{told}");
    assert!(broker.state() == before, "nothing was done");
    let (status, done) = send(&broker, Method::POST, "/clean-up", Some(order(false))).await;
    assert_eq!(status, 200, "{done}");
    assert_eq!((&told["removed"], &told["versions"]), (&done["removed"], &done["versions"]));
    assert_eq!((&told["dryRun"], &done["dryRun"]), (&json!(true), &json!(false)));
    let gone: Vec<_> =
        done["versions"].as_array().unwrap().iter().filter(|fate| fate["keptBecause"].is_null()).collect();
    assert_eq!(json!(gone.len()), done["removed"]["versions"]);
    assert!(!gone.is_empty());
    for fate in &gone {
        let (name, number) = (fate["pacticipant"].as_str().unwrap(), fate["number"].as_str().unwrap());
        let path = format!("/pacticipants/{name}/versions/{number}");
        assert_eq!(send(&broker, Method::GET, &path, None).await.0, 404, "{path}");
    }
    let (_, events) = send(&broker, Method::GET, "/events?type=VersionRemoved&size=1000", None).await;
    let by_clean_up = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["event"]["by_clean_up"] == json!(true));
    assert_eq!(by_clean_up.count(), gone.len());
    let orders = broker.state().participant("orders").unwrap().id;
    let places: Vec<_> = broker
        .state()
        .deployments()
        .filter(|known| known.undeployed_at.is_none())
        .map(|known| known.participant)
        .collect();
    assert!(places.contains(&orders), "what is deployed stays");
    assert_rebuilt(&broker);
}

#[tokio::test]
async fn a_clean_up_has_a_limit_and_takes_the_oldest_first() {
    let broker = told().await;
    let order = json!({ "keep": ["tag=none"], "limit": 1 });
    let (_, first) = send(&broker, Method::POST, "/clean-up", Some(order.clone())).await;
    let (_, second) = send(&broker, Method::POST, "/clean-up", Some(order)).await;
    assert_eq!(first["removed"]["versions"], json!(1), "{first}");
    assert!(first["left"].as_u64().unwrap() > 0, "{first}");
    let created = |told: &Value| told["versions"][0]["createdAt"].as_str().unwrap().to_owned();
    assert!(created(&first) < created(&second), "{first} {second}");
}

#[tokio::test]
async fn it_is_done_at_the_times_that_are_set() {
    let settings = [
        ("PACTWRIGHT_CLEAN_UP_SCHEDULE", "1m"),
        ("PACTWRIGHT_CLEAN_UP_KEEP", "latest"),
        ("PACTWRIGHT_HISTORY", "0d"),
    ];
    let config = Config::default().with_settings(settings).unwrap();
    // With each look at this clock a minute has passed.
    let broker = story::broker(Arc::new(MemoryStore::new()), config);
    story::tell(&broker).await;
    let before = broker.state().versions().count();
    let schedule = Schedule::start(broker.clone());
    let done = async {
        while broker.state().versions().count() == before || broker.state().horizon().is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), done).await.unwrap();
    schedule.stop().await;
    assert_rebuilt(&broker);
}

#[tokio::test]
async fn orders_that_make_no_sense_are_refused() {
    let broker = told().await;
    for (order, said) in [
        (json!({ "keep": ["newest"] }), "newest"),
        (json!({ "keep": [{ "branch": "main", "tag": "x" }] }), "make two rules"),
        (json!({ "keep": "latest" }), "invalid type"),
        (json!({ "dryrun": true }), "unknown field `dryrun`"),
        (json!({ "limit": -1 }), "invalid value"),
        (json!([1]), "JSON Object"),
    ] {
        let before = broker.state();
        let (status, answer) = send(&broker, Method::POST, "/clean-up", Some(order.clone())).await;
        assert_eq!(status, 400, "{order}: {answer}");
        assert!(answer.to_string().contains(said), "{order}: {answer}");
        assert!(broker.state() == before);
    }
}
