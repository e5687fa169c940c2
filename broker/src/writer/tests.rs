use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use pactwright_core::names::{ParticipantName, VersionNumber};

use crate::{
    Broker, Config, Refusal,
    domain::{
        commands::{AddLabel, ChangeVersion, Existing, VersionChange},
        event::Commit,
        model::Timestamp,
    },
    store::{BlobKey, MemoryStore, Position, Record, Snapshot, Store, StoreError},
};

/// A store that counts appends, and fails when told to.
#[derive(Default)]
struct Watched {
    kept: MemoryStore,
    appends: AtomicUsize,
    fails: AtomicBool,
}

impl Store for Watched {
    fn end(&self) -> Result<Position, StoreError> {
        self.kept.end()
    }

    fn append(
        &self,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::Failed { action: "write to", source: "no space left on device".into() });
        }
        self.appends.fetch_add(1, Ordering::SeqCst);
        self.kept.append(expected, records, blobs)
    }

    fn read(&self, from: Position, limit: usize) -> Result<Vec<Record>, StoreError> {
        self.kept.read(from, limit)
    }

    fn blob(&self, key: BlobKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.kept.blob(key)
    }

    fn save_snapshot(
        &self,
        position: Position,
        parts: &mut dyn Iterator<Item = std::io::Result<Vec<u8>>>,
    ) -> Result<(), StoreError> {
        self.kept.save_snapshot(position, parts)
    }

    fn load_snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        self.kept.load_snapshot()
    }
}

fn version(number: &str) -> ChangeVersion {
    ChangeVersion {
        participant: ParticipantName::new("web").unwrap(),
        version: VersionNumber::new(number).unwrap(),
        change: VersionChange::default(),
    }
}

fn label(label: &str) -> AddLabel {
    AddLabel { participant: ParticipantName::new("web").unwrap(), label: label.to_owned() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_clients_share_one_writer_and_lose_nothing() {
    let store = Arc::new(Watched::default());
    let broker = Broker::open(store.clone(), Config::default()).unwrap();
    let clients: Vec<_> = (0..16)
        .map(|client| {
            let broker = broker.clone();
            tokio::spawn(async move {
                for number in 0..20 {
                    let number = format!("{client}.{number}");
                    let done = broker.submit(version(&number)).await.unwrap();
                    let web = done.state.participant("web").unwrap();
                    assert!(
                        done.state.version(web.id, &number).is_some(),
                        "the answer's state has the change"
                    );
                }
                // All want the same: exactly one of them makes it.
                broker.submit(label("one")).await.unwrap().answer == Existing::New
            })
        })
        .collect();
    let mut made = 0;
    for client in clients {
        made += usize::from(client.await.unwrap());
    }
    assert_eq!(made, 1, "a command sees what earlier ones of the same batch did");
    let state = broker.state();
    assert_eq!(state.version_ids(state.participant("web").unwrap().id).count(), 320);
    assert_eq!(store.end().unwrap(), Position(321), "one record for each command that changed something");
    assert!(store.appends.load(Ordering::SeqCst) <= 321);
    broker.close().await;

    let reopened = Broker::open(store, Config::default()).unwrap().state();
    assert!(reopened == state);
}

#[tokio::test]
async fn nothing_is_seen_of_what_is_not_durable() {
    let store = Arc::new(Watched::default());
    let broker = Broker::open(store.clone(), Config::default()).unwrap();
    broker.submit(version("1")).await.unwrap();
    store.fails.store(true, Ordering::SeqCst);
    assert!(matches!(broker.submit(version("2")).await, Err(Refusal::Store(_))));
    store.fails.store(false, Ordering::SeqCst);
    let refused = broker.submit(version("3")).await;
    assert!(matches!(refused, Err(Refusal::Store(_))), "what the store kept is not known any more");
    assert!(matches!(broker.failure(), Some(Refusal::Store(_))));
    let state = broker.state();
    assert_eq!(state.version_ids(state.participant("web").unwrap().id).count(), 1);
}

#[tokio::test]
async fn a_closed_broker_refuses() {
    let broker = Broker::open(Arc::new(MemoryStore::new()), Config::default()).unwrap();
    broker.close().await;
    assert!(matches!(broker.submit(version("1")).await, Err(Refusal::Stopping)));
}

#[test]
fn times_in_the_log_go_back_only_where_the_clock_was_wrong() {
    let second = |second: i64| Timestamp::from_micros(second * 1_000_000);
    for (now, last, expected) in [
        (100, None, 100),
        (100, Some(90), 100),
        (100, Some(100), 100),
        (100, Some(101), 101),
        (100, Some(160), 160),
        (100, Some(161), 100),
        (100, Some(4_000_000_000), 100),
    ] {
        assert_eq!(super::steady(second(now), last.map(second)), second(expected), "{now} after {last:?}");
    }
}

#[test]
fn what_is_not_read_again_before_it_is_kept_can_be_read() {
    let mut unread = 0;
    for levels in 1..200 {
        let (sha, nested) = ("0".repeat(40), "[".repeat(levels) + &"]".repeat(levels));
        let record = format!(
            r#"{{"at":"2026-01-31T12:00:00Z","events":[{{"type":"VerificationRecorded","number":1,"consumer":"web","provider":"api","sha":"{sha}","version":"1","success":true,"verified_by":{nested}}}]}}"#
        );
        let is_readable = serde_json::from_str::<Commit>(&record).is_ok();
        if !super::may_be_deep(record.as_bytes()) {
            assert!(is_readable, "{levels} levels");
            unread += 1;
        }
        assert!(is_readable || levels > 100, "{levels} levels");
    }
    assert!(unread > 50, "{unread}");
}
