use std::sync::Arc;

use super::{Loss, SaveError, SnapshotReport, check, save};
use crate::{
    Broker, Config, RebuildError,
    domain::{commands::ForgetHistory, model::TriggerId, rules::VersionOrder, state::tests::Story},
    snapshots,
    store::{BlobKey, MemoryStore, Position, Record, RecordError, Snapshot, Store, StoreError},
};

/// A store that was damaged.
#[derive(Default)]
struct Damaged {
    kept: MemoryStore,
    record: Option<Position>,
    missing: Option<Position>,
    /// How many records are gone at the end.
    cut: u64,
    text: Option<BlobKey>,
}

impl Store for Damaged {
    fn end(&self) -> Result<Position, StoreError> {
        Ok(Position(self.kept.end()?.0 - self.cut))
    }

    fn append(
        &self,
        expected: Position,
        records: &[Vec<u8>],
        blobs: &[(BlobKey, Vec<u8>)],
    ) -> Result<Position, StoreError> {
        self.kept.append(expected, records, blobs)
    }

    fn read(&self, from: Position, limit: usize) -> Result<Vec<Record>, StoreError> {
        let end = self.end()?;
        let records = self.kept.read(from, limit)?.into_iter().take_while(|record| record.position < end);
        records
            .map(|record| match record.position {
                position if Some(position) == self.record => {
                    Err(StoreError::Damaged { position, source: RecordError::Checksum })
                }
                position if Some(position) == self.missing => Err(StoreError::Missing { position }),
                _ => Ok(record),
            })
            .collect()
    }

    fn blob(&self, key: BlobKey) -> Result<Option<Vec<u8>>, StoreError> {
        if self.text == Some(key) { Err(StoreError::DamagedBlob { key }) } else { self.kept.blob(key) }
    }

    fn acknowledged(&self) -> Result<Position, StoreError> {
        self.kept.end()
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

/// A story of four changes, and a store that has it.
fn told() -> (Story, Damaged) {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    story.publish("web", "2", "api", "b");
    story.verify(("web", "1"), ("api", "9"), true);
    story.tag("api", "9", "dev");
    let damaged = Damaged::default();
    let records: Vec<_> = story.log.iter().map(|commit| serde_json::to_vec(commit).unwrap()).collect();
    damaged.append(Position(0), &records, &story.texts()).unwrap();
    (story, damaged)
}

fn first_key(story: &Story) -> BlobKey {
    story.state.contents().next().unwrap().body
}

#[test]
fn what_is_whole_is_whole() {
    let (story, damaged) = told();
    let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
    assert!(report.is_whole(), "{report}");
    assert!(report.state == story.state);
    assert_eq!(
        report.to_string(),
        "all 4 changes of the log are whole\n\
         the last whole change is at position 3, of 2023-11-15T02:13:20Z: TagAdded\n\
         there is no snapshot"
    );
}

#[test]
fn a_damaged_record_is_told_with_what_comes_before_and_behind() {
    let (_, mut damaged) = told();
    damaged.record = Some(Position(1));
    let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
    assert_eq!(
        report.to_string(),
        "the record at position 1 of the log is damaged: its checksum does not match\n\
         the 1 changes before position 1 are whole and can be saved\n\
         behind it, 2 records can be read\n\
         the last whole change is at position 0, of 2023-11-14T23:13:20Z: ParticipantCreated, VersionCreated, \
         ParticipantChanged, BranchVersionAdded, ParticipantCreated, ContractPublished\n\
         there is no snapshot"
    );
    let saved = MemoryStore::new();
    save(&report, &damaged, &saved).unwrap();
    let report_of_saved = check(&saved, VersionOrder::FirstSeen).unwrap();
    assert!(report_of_saved.is_whole() && report_of_saved.state == report.state, "{report_of_saved}");
    assert!(matches!(save(&report, &damaged, &saved), Err(SaveError::NotEmpty)));
}

#[test]
fn no_broker_is_opened_over_a_damaged_log() {
    for damage in 0..3 {
        let (_, mut damaged) = told();
        match damage {
            0 => damaged.record = Some(Position(1)),
            1 => damaged.missing = Some(Position(1)),
            _ => damaged.cut = 3,
        }
        let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
        assert_eq!((report.losses.len(), report.whole), (1, Position(1)), "{report}");
        let told = report.losses[0].to_string();
        let error = Broker::open(Arc::new(damaged), Config::default()).err().unwrap().to_string();
        assert_eq!(error, format!("{told}; `pactwright broker check` says what can be saved"));
    }
}

#[test]
fn records_at_the_end_that_are_gone_are_noticed() {
    let (_, mut damaged) = told();
    damaged.cut = 1;
    let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
    let end = (Position(3), Position(4));
    assert!(
        matches!(report.losses[..], [Loss::Log(RebuildError::CutOff { end: e, acknowledged: a })] if (e, a) == end)
    );
}

#[test]
fn a_record_that_is_none_and_one_that_contradicts_are_told() {
    for (record, expected) in [
        ("{\"at\":", "cannot be understood"),
        ("{\"at\":\"2026-01-31\",\"events\":[{\"type\":\"FromTheFuture\"}]}", "cannot be understood"),
        (
            "{\"at\":\"2026-01-31\",\"events\":[{\"type\":\"ParticipantRemoved\",\"participant\":\"nobody\"}]}",
            "contradicts",
        ),
    ] {
        let (story, damaged) = told();
        damaged.append(Position(4), &[record.as_bytes().to_vec()], &[]).unwrap();
        let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
        assert!(report.losses[0].to_string().contains(expected), "{report}");
        assert!(report.whole == Position(4) && report.state == story.state, "{report}");
    }
}

#[test]
fn texts_that_are_lost_are_told_by_whose_they_are() {
    let (story, mut damaged) = told();
    let key = first_key(&story);
    damaged.text = Some(key);
    let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
    assert!(!report.is_whole());
    let told = report.to_string();
    let expected = format!("the text {key} of the contract between web and api is damaged\nall 4 changes");
    assert!(told.starts_with(&expected), "{told}");

    let empty = MemoryStore::new();
    let records: Vec<_> = story.log.iter().map(|commit| serde_json::to_vec(commit).unwrap()).collect();
    empty.append(Position(0), &records, &[]).unwrap();
    assert!(check(&empty, VersionOrder::FirstSeen).unwrap().to_string().contains("web and api is missing"));
}

#[test]
fn what_was_to_be_told_to_webhooks_is_looked_at_and_saved() {
    let mut story = Story::default();
    let webhook = story.webhook("https://ci.example.org", &["contract_published"]);
    story.publish("web", "1", "api", "a");
    story.attempt(TriggerId::new(0), false);
    let mut damaged = Damaged::default();
    let records: Vec<_> = story.log.iter().map(|commit| serde_json::to_vec(commit).unwrap()).collect();
    damaged.kept.append(Position(0), &records, &story.texts()).unwrap();
    let whole = check(&damaged, VersionOrder::FirstSeen).unwrap();
    assert!(whole.is_whole(), "{whole}");
    let copy = MemoryStore::new();
    save(&whole, &damaged, &copy).unwrap();
    let saved = check(&copy, VersionOrder::FirstSeen).unwrap();
    assert!(saved.is_whole() && saved.state == story.state, "{saved}");

    let told = story.state.trigger_by_id(TriggerId::new(0)).unwrap();
    for lost in [told.context, told.attempts[0].log] {
        damaged.text = Some(lost);
        let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
        assert!(
            matches!(&report.losses[..], [Loss::Webhook { key, webhook: of, .. }] if *key == lost && *of == webhook),
            "{report}"
        );
    }
}

#[test]
fn a_snapshot_from_before_the_history_is_compared_where_that_begins() {
    let (mut story, damaged) = told();
    let (position, mut wrong) = (Position(4), Story::default());
    wrong.publish("web", "1", "api", "a");
    for (taken, agrees) in [(story.state.clone(), true), (wrong.state.clone(), false)] {
        snapshots::take(&damaged, &taken, position).unwrap();
        let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
        assert_eq!(matches!(report.snapshot, SnapshotReport::Agrees(_)), agrees, "{report}");
    }
    story.verify(("web", "1"), ("api", "9"), false);
    let since = story.now();
    story.tell(ForgetHistory { since, before: Position(5) }).unwrap();
    let records: Vec<_> = story.log[4..].iter().map(|commit| serde_json::to_vec(commit).unwrap()).collect();
    damaged.append(position, &records, &story.texts()).unwrap();
    let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
    assert!(matches!(report.snapshot, SnapshotReport::Differs(at) if at == position), "{report}");
}

#[test]
fn the_snapshot_is_compared_with_the_log() {
    let (story, damaged) = told();
    snapshots::take(&damaged, &story.state, Position(4)).unwrap();
    let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
    assert!(report.is_whole() && matches!(report.snapshot, SnapshotReport::Agrees(Position(4))), "{report}");

    // Wrong in what it says, but right in where it stands.
    let mut other = Story::default();
    other.publish("web", "1", "api", "a");
    snapshots::take(&damaged, &other.state, Position(4)).unwrap();
    let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
    assert!(!report.is_whole(), "{report}");
    assert!(report.to_string().ends_with("remove the file `snapshot`"), "{report}");

    let mut parts = [Ok(b"{".to_vec())].into_iter();
    damaged.save_snapshot(Position(2), &mut parts).unwrap();
    let report = check(&damaged, VersionOrder::FirstSeen).unwrap();
    assert!(report.is_whole() && matches!(report.snapshot, SnapshotReport::Unusable(_)), "{report}");
}
