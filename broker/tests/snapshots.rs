//! Snapshots: taken while the broker works, used by the next start, and never believed more than the log.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

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
        atomic::{AtomicU64, Ordering},
    },
};

use around::{Around, Way};
use pactwright_broker::{
    Broker, Config,
    domain::commands::AddLabel,
    store::{MemoryStore, Position, Record, SledStore, Store, StoreError},
};
use rebuilt::assert_rebuilt;
use story::name;

/// The records that are read are counted.
#[derive(Default)]
struct Counting {
    read: AtomicU64,
}

impl Way for Counting {
    fn read(&self, kept: &dyn Store, from: Position, limit: usize) -> Result<Vec<Record>, StoreError> {
        let records = kept.read(from, limit)?;
        self.read.fetch_add(records.len() as u64, Ordering::SeqCst);
        Ok(records)
    }
}

/// A snapshot after so many changes.
fn every(changes: u64) -> Config {
    let mut config = Config::default();
    config.snapshots.changes = changes;
    story::unhurried(config)
}

async fn label(broker: &Broker, text: &str) {
    broker.submit(AddLabel { participant: name("web"), label: text.to_owned() }).await.unwrap();
}

#[tokio::test]
async fn a_start_reads_only_what_the_snapshot_does_not_have() {
    let store = Around::new(Arc::new(MemoryStore::new()), Counting::default());
    let broker = story::broker(store.clone(), every(10));
    story::tell(&broker).await;
    broker.close().await;
    let state = broker.state();
    let (end, saved) = (store.end().unwrap(), store.load_snapshot().unwrap().unwrap().position);
    assert!(saved >= Position(10), "taken while it worked: {saved} of {end}");

    store.way.read.store(0, Ordering::SeqCst);
    let broker = Broker::open(store.clone(), Config::default()).unwrap();
    assert!(broker.state() == state);
    // And the last one before, that shows that the snapshot is of this log, and when it ended.
    assert_eq!(store.way.read.load(Ordering::SeqCst), end.0 - saved.0 + 2);
    assert_rebuilt(&broker);
}

#[tokio::test]
async fn a_start_that_had_to_read_much_takes_a_snapshot() {
    let store = Arc::new(MemoryStore::new());
    let broker = story::broker(store.clone(), Config::default());
    story::tell(&broker).await;
    broker.close().await;
    assert!(store.load_snapshot().unwrap().is_none(), "a small log needs none");
    let broker = Broker::open(store.clone(), every(10)).unwrap();
    broker.close().await;
    assert_eq!(store.load_snapshot().unwrap().unwrap().position, store.end().unwrap());
}

/// A broker with a snapshot in a folder that was closed, and its state.
async fn closed(folder: &Path) -> Arc<pactwright_broker::domain::state::State> {
    let broker = story::broker(Arc::new(SledStore::open(folder).unwrap()), every(10));
    story::tell(&broker).await;
    broker.close().await;
    broker.state()
}

fn reopened(folder: &Path) -> Broker {
    Broker::open(Arc::new(SledStore::open(folder).unwrap()), every(10)).unwrap()
}

#[tokio::test]
async fn a_damaged_snapshot_is_not_used_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let state = closed(folder.path()).await;
    let path = folder.path().join("snapshot");
    let whole = std::fs::read(&path).unwrap();
    for place in [0, 23, whole.len() / 2, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[place] ^= 4;
        std::fs::write(&path, &damaged).unwrap();
        let broker = reopened(folder.path());
        assert!(broker.state() == state);
        broker.close().await;
        assert_rebuilt(&broker);
        assert_ne!(
            std::fs::read(&path).unwrap(),
            damaged,
            "a start that read the whole log has made a new one"
        );
    }
}

#[tokio::test]
async fn a_snapshot_of_another_log_is_not_used() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    closed(folders[0].path()).await;
    // As long as the other, but with other times.
    let other = reopened(folders[1].path());
    story::tell(&other).await;
    other.close().await;
    let state = other.state();
    drop(other);
    std::fs::copy(folders[0].path().join("snapshot"), folders[1].path().join("snapshot")).unwrap();
    let broker = reopened(folders[1].path());
    assert!(broker.state() == state);
    broker.close().await;
    assert_rebuilt(&broker);
}

#[tokio::test]
async fn a_snapshot_that_is_ahead_of_the_log_is_not_used() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    closed(folders[0].path()).await;
    let short =
        Broker::open(Arc::new(SledStore::open(folders[1].path()).unwrap()), Config::default()).unwrap();
    let profile = pactwright_broker::domain::model::Profile::default();
    let create = pactwright_broker::domain::commands::CreateParticipant { participant: name("web"), profile };
    short.submit(create).await.unwrap();
    label(&short, "one").await;
    short.close().await;
    let state = short.state();
    drop(short);
    std::fs::copy(folders[0].path().join("snapshot"), folders[1].path().join("snapshot")).unwrap();
    assert!(reopened(folders[1].path()).state() == state);
}
