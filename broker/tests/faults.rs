//! Stores that fail: nothing is acknowledged that is not kept, and what is damaged is never taken for whole.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests: a failed expectation should stop them, and a store has to panic"
)]

#[path = "support/around.rs"]
mod around;
#[path = "support/rebuilt.rs"]
mod rebuilt;
#[path = "support/story.rs"]
mod story;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use around::{Around, Way};
use axum::body::Body;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use pactwright_broker::{
    Broker, Config,
    check::check,
    domain::{rules::VersionOrder, state::State},
    http::router,
    store::{BlobKey, MemoryStore, Position, Record, SledStore, Store, StoreError},
};
use rebuilt::assert_rebuilt;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// How an append fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Fault {
    None,
    /// No space: nothing is kept.
    NoSpace,
    /// A short write: the texts and the first half of the records are kept.
    Short,
    /// Everything is written, but the disk does not say that it is kept.
    Flush,
    /// The database gives up altogether.
    Panic,
    /// There is space for the log, but not for a snapshot.
    Snapshot,
    /// Records cannot be replaced.
    Replace,
    /// Records are replaced, but it is not known whether they are kept.
    ReplaceFlush,
    /// Texts cannot be removed.
    Remove,
}

const FAULTS: [Fault; 4] = [Fault::NoSpace, Fault::Short, Fault::Flush, Fault::Panic];

/// It fails when it is told to.
struct Failing {
    fault: AtomicU8,
    /// How often it goes well before.
    patience: AtomicU8,
}

impl Failing {
    fn over(kept: Arc<dyn Store>) -> Arc<Around<Self>> {
        Around::new(kept, Self { fault: AtomicU8::new(Fault::None as u8), patience: AtomicU8::new(0) })
    }

    fn fail(&self, fault: Fault) {
        self.fault.store(fault as u8, Ordering::SeqCst);
    }

    /// Fails when something was done so many times.
    fn fail_after(&self, fault: Fault, times: u8) {
        self.patience.store(times, Ordering::SeqCst);
        self.fail(fault);
    }

    fn is_patient_no_more(&self) -> bool {
        let left = |times: u8| times.checked_sub(1);
        self.patience.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left).is_err()
    }
}

impl Way for Failing {
    fn append(
        &self,
        kept: &dyn Store,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError> {
        let failed = |why: &str| Err(StoreError::Failed { action: "write to", source: why.into() });
        match self.fault.load(Ordering::SeqCst) {
            fault if fault == Fault::NoSpace as u8 => failed("no space left on device"),
            fault if fault == Fault::Short as u8 => {
                kept.append(expected, &records[..records.len() / 2], blobs)?;
                failed("failed to write whole buffer")
            }
            fault if fault == Fault::Flush as u8 => {
                kept.append(expected, records, blobs)?;
                failed("input/output error")
            }
            fault if fault == Fault::Panic as u8 => panic!("the database gave up"),
            _ => kept.append(expected, records, blobs),
        }
    }

    fn replace(&self, kept: &dyn Store, records: &[Record]) -> Result<(), StoreError> {
        let failed = |why: &str| Err(StoreError::Failed { action: "write to", source: why.into() });
        match self.fault.load(Ordering::SeqCst) {
            fault if fault == Fault::Replace as u8 && self.is_patient_no_more() => {
                failed("no space left on device")
            }
            fault if fault == Fault::ReplaceFlush as u8 && self.is_patient_no_more() => {
                kept.replace(records)?;
                failed("input/output error")
            }
            _ => kept.replace(records),
        }
    }

    fn remove_blobs(&self, kept: &dyn Store, keys: &[BlobKey]) -> Result<u64, StoreError> {
        if self.fault.load(Ordering::SeqCst) == Fault::Remove as u8 && self.is_patient_no_more() {
            kept.remove_blobs(&keys[..keys.len() / 2])?;
            let source = "input/output error".into();
            return Err(StoreError::Failed { action: "write to", source });
        }
        kept.remove_blobs(keys)
    }

    fn save_snapshot(
        &self,
        kept: &dyn Store,
        position: Position,
        parts: &mut dyn Iterator<Item = std::io::Result<Vec<u8>>>,
    ) -> Result<(), StoreError> {
        if self.fault.load(Ordering::SeqCst) != Fault::Snapshot as u8 {
            return kept.save_snapshot(position, parts);
        }
        Err(StoreError::Failed { action: "write to", source: "no space left on device".into() })
    }
}

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

async fn create(broker: &Broker, name: &str) -> (u16, Value) {
    send(broker, Method::POST, "/pacticipants", Some(json!({ "name": name }))).await
}

/// The names that a broker knows.
fn names(state: &State) -> Vec<String> {
    state.participant_names().map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_failing_store_was_given_is_not_acknowledged() {
    for fault in FAULTS {
        for is_on_disk in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let kept: Arc<dyn Store> = if is_on_disk {
                Arc::new(SledStore::open(folder.path()).unwrap())
            } else {
                Arc::new(MemoryStore::new())
            };
            let store = Failing::over(kept.clone());
            let broker = Broker::open(store.clone(), Config::default()).unwrap();
            assert_eq!(create(&broker, "before").await.0, 201, "{fault:?}");

            store.way.fail(fault);
            let wanted: Vec<_> = (0..8).map(|number| format!("refused-{number}")).collect();
            let asked = wanted.iter().map(|name| create(&broker, name));
            for (status, answer) in futures(asked).await {
                assert_eq!(status, 503, "{fault:?}: {answer}");
                assert!(answer["error"].is_string(), "{fault:?}: {answer}");
            }
            // The store works again, but what it kept is not known: the broker does not go on as if it was.
            store.way.fail(Fault::None);
            assert_eq!(create(&broker, "after").await.0, 503, "{fault:?}");
            assert_eq!(names(&broker.state()), ["before"], "{fault:?}");
            let (status, _) = send(&broker, Method::GET, "/pacticipants/before", None).await;
            assert_eq!(status, 200, "what is known can still be read");
            let (status, health) = send(&broker, Method::GET, "/diagnostic/status/dependencies", None).await;
            assert_eq!((status, &health["database"]["ok"]), (500, &json!(false)), "{fault:?}");
            broker.close().await;
            drop((broker, store));

            // Started again, it has everything that was acknowledged, and of the rest each whole or not at all.
            let broker = Broker::open(kept, Config::default()).unwrap();
            let found = names(&broker.state());
            assert!(found.contains(&"before".to_owned()), "{fault:?}: {found:?}");
            assert!(
                found.iter().all(|name| name == "before" || wanted.contains(name)),
                "{fault:?}: {found:?}"
            );
            assert_eq!(create(&broker, "again").await.0, 201, "{fault:?}");
            assert_rebuilt(&broker);
            broker.close().await;
        }
    }
}

/// All at once.
async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut all: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (one, done) in &mut all {
            if done.is_none()
                && let std::task::Poll::Ready(value) = one.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if all.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(all.iter_mut().filter_map(|(_, done)| done.take()).collect())
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_kept_disturbs_nobody() {
    let mut config = Config::default();
    config.snapshots.changes = 1;
    let store = Failing::over(Arc::new(MemoryStore::new()));
    let broker = Broker::open(store.clone(), config).unwrap();
    store.way.fail(Fault::Snapshot);
    for name in ["one", "two"] {
        assert_eq!(create(&broker, name).await.0, 201);
    }
    broker.close().await;
    assert!(store.load_snapshot().unwrap().is_none());
    assert_rebuilt(&broker);
}

/// The files of a folder, each with its path inside.
fn files(folder: &Path, inside: &Path, all: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder.join(inside)).unwrap() {
        let entry = entry.unwrap();
        let path = inside.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            files(folder, &path, all);
        } else {
            all.push(path);
        }
    }
}

fn copy(from: &Path, to: &Path, all: &[std::path::PathBuf]) {
    for path in all {
        std::fs::create_dir_all(to.join(path).parent().unwrap()).unwrap();
        std::fs::copy(from.join(path), to.join(path)).unwrap();
    }
}

/// How many places of each file are damaged, one at a time.
const PLACES: usize = 12;

/// What is wrong after a damage; nothing where it was noticed, or did not matter.
fn missed(folder: &Path, expected: &State) -> Option<String> {
    // Both are refusals with a reason.
    let store = Arc::new(SledStore::open(folder).ok()?);
    let broker = Broker::open(store.clone(), Config::default()).ok()?;
    let state = broker.state();
    if *state == *expected {
        return None;
    }
    let report = check(store.as_ref(), VersionOrder::FirstSeen);
    Some(match report {
        Ok(report) => format!("the broker says {state:?}; its check says {report}"),
        Err(error) => format!("the broker says {state:?}; its check fails with {error}"),
    })
}

#[tokio::test]
async fn a_flipped_bit_and_a_file_that_is_cut_off_are_never_taken_for_whole() {
    let folder = tempfile::tempdir().unwrap();
    let broker = story::broker(Arc::new(SledStore::open(folder.path()).unwrap()), Config::default());
    story::tell(&broker).await;
    let state = broker.state();
    broker.close().await;
    drop(broker);
    // Sled's threads let go of the files a moment after the store.
    drop(SledStore::open(folder.path()).unwrap());
    let mut all = Vec::new();
    files(folder.path(), Path::new(""), &mut all);
    let mut refused = 0;
    for path in &all {
        let whole = std::fs::read(folder.path().join(path)).unwrap();
        for place in 0..PLACES.min(whole.len()) {
            let at = place * whole.len() / PLACES + whole.len() / (2 * PLACES);
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (place % 8);
            for (how, damaged) in [("flipped", &flipped[..]), ("cut off", &whole[..at])] {
                let copied = tempfile::tempdir().unwrap();
                copy(folder.path(), copied.path(), &all);
                std::fs::write(copied.path().join(path), damaged).unwrap();
                if let Some(missed) = missed(copied.path(), &state) {
                    panic!("{} {how} at {at}: {missed}", path.display());
                }
                refused += usize::from(
                    SledStore::open(copied.path())
                        .ok()
                        .and_then(|store| Broker::open(Arc::new(store), Config::default()).ok())
                        .is_none(),
                );
            }
        }
    }
    assert!(refused > 0, "some of that is noticed");
}

/// Publishes many contracts with results, and removes most of the versions.
async fn much_that_is_gone(broker: &Broker) {
    story::tell(broker).await;
    for version in 0..150 {
        let path = format!("/pacts/provider/api/consumer/app/version/{version}");
        let path = path.as_str();
        let pact =
            json!({ "interactions": [{ "description": format!("{version}"), "request": { "path": "/" } }] });
        let (status, answer) = send(broker, Method::PUT, path, Some(pact)).await;
        assert_eq!(status, 201, "{answer}");
        let link = answer["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
        let results = link.strip_prefix("http://broker").unwrap();
        let result = json!({ "success": true, "providerApplicationVersion": version.to_string(), "testResults": [version] });
        let (status, answer) = send(broker, Method::POST, results, Some(result)).await;
        assert_eq!(status, 201, "{answer}");
    }
    let order = json!({ "keep": ["latest"] });
    let (status, answer) = send(broker, Method::POST, "/clean-up", Some(order)).await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer["removed"]["versions"].as_u64().unwrap() > 290, "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compaction_that_is_cut_off_anywhere_leaves_the_same_state_and_the_next_one_does_the_rest() {
    for fault in [Fault::Replace, Fault::ReplaceFlush, Fault::Remove] {
        let kept: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let store = Failing::over(kept.clone());
        let broker = Broker::open(store.clone(), story::unhurried(Config::default())).unwrap();
        much_that_is_gone(&broker).await;
        let texts = kept.blob_keys(None, usize::MAX).unwrap().len();
        let mut failures = 0;
        let done = loop {
            // What went before the last failure is done: the first step that is left fails more than once.
            store.way.fail_after(fault, failures / 2);
            match broker.compact("0d".parse().unwrap()).await {
                Ok(done) => break done,
                Err(error) => {
                    failures += 1;
                    assert!(error.to_string().contains("write to"), "{fault:?}: {error}");
                }
            }
            let state = broker.state();
            let report = check(kept.as_ref(), VersionOrder::FirstSeen).unwrap();
            assert!(report.is_whole() && report.state == *state, "{fault:?} {failures}: {report}");
            // As after a crash: another broker over what is kept.
            let again = Broker::open(kept.clone(), Config::default()).unwrap();
            assert!(again.state() == state, "{fault:?} {failures}");
            again.close().await;
        };
        assert!(failures > 1, "{fault:?} came up {failures} times");
        store.way.fail(Fault::None);
        let left = kept.blob_keys(None, usize::MAX).unwrap().len();
        assert!(left < 30 && texts > 300, "{fault:?}: of {texts} texts {left} are left");
        assert_eq!(broker.compact("0d".parse().unwrap()).await.unwrap().texts, 0, "{done}");
        assert_eq!(create(&broker, "afterwards").await.0, 201, "{fault:?}");
        broker.close().await;
        assert_rebuilt(&broker);
    }
}

/// Somebody publishes while texts are looked for.
struct Hurried {
    looked: std::sync::mpsc::SyncSender<()>,
    go_on: std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
}

impl Way for Hurried {
    fn blob_keys(
        &self,
        kept: &dyn Store,
        after: Option<BlobKey>,
        limit: usize,
    ) -> Result<Vec<BlobKey>, StoreError> {
        let keys = kept.blob_keys(after, limit)?;
        // Nobody waits any more after the first time.
        if self.looked.send(()).is_ok() {
            let _ = self.go_on.lock().unwrap().recv();
        }
        Ok(keys)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_is_published_while_it_is_removed_is_not_lost() {
    let (looked, has_looked) = std::sync::mpsc::sync_channel(0);
    let (go, go_on) = std::sync::mpsc::sync_channel(1);
    let hurried = Hurried { looked, go_on: std::sync::Mutex::new(go_on) };
    let store = Around::new(Arc::new(MemoryStore::new()), hurried);
    let broker = Broker::open(store.clone(), Config::default()).unwrap();
    let pact = |text: &str| json!({ "interactions": [{ "description": text, "request": { "path": "/" } }] });
    let at = |version: &str| format!("/pacts/provider/api/consumer/app/version/{version}");
    for (version, text) in [("1", "again"), ("2", "gone"), ("3", "left")] {
        assert_eq!(send(&broker, Method::PUT, &at(version), Some(pact(text))).await.0, 201);
    }
    for version in ["1", "2"] {
        let path = format!("/pacticipants/app/versions/{version}");
        assert_eq!(send(&broker, Method::DELETE, &path, None).await.0, 204);
    }
    let compaction = tokio::spawn({
        let broker = broker.clone();
        async move { broker.compact("0d".parse().unwrap()).await }
    });
    // It has looked, and takes two texts for unused; now one of them is published again.
    let has_looked = tokio::task::spawn_blocking(move || has_looked.recv().map(|()| has_looked));
    let has_looked = has_looked.await.unwrap().unwrap();
    assert_eq!(send(&broker, Method::PUT, &at("4"), Some(pact("again"))).await.0, 201);
    drop(has_looked);
    go.send(()).unwrap();
    let done = compaction.await.unwrap().unwrap();
    assert_eq!(done.texts, 1, "{done}");
    let (status, found) = send(&broker, Method::GET, &at("4"), None).await;
    assert_eq!((status, &found["interactions"][0]["description"]), (200, &json!("again")));
    assert_rebuilt(&broker);
}
