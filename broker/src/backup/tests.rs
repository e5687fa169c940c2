use std::io::Cursor;

use super::{ArchiveError, RestoreError, Summary, restore, verify, write};
use crate::{
    domain::{model::Timestamp, rules::VersionOrder, state::tests::Story},
    store::{MemoryStore, Position, Store as _},
};

/// A store with a few contracts and their texts.
fn filled(versions: u32) -> (MemoryStore, Story) {
    let mut story = Story::default();
    for version in 1..=versions {
        story.publish("web", &version.to_string(), "api", &(version / 2).to_string());
    }
    let kept = MemoryStore::new();
    let records: Vec<_> = story.log.iter().map(|commit| serde_json::to_vec(commit).unwrap()).collect();
    kept.append(Position(0), &records, &story.texts()).unwrap();
    (kept, story)
}

fn archived(store: &MemoryStore) -> Vec<u8> {
    let mut archive = Vec::new();
    write(store, &mut archive).unwrap();
    archive
}

fn restored(archive: &[u8], until: Option<Timestamp>) -> Result<MemoryStore, RestoreError> {
    let store = MemoryStore::new();
    restore(Cursor::new(archive), &store, until, VersionOrder::FirstSeen).map(|_| store)
}

#[test]
fn what_was_restored_is_what_was_backed_up() {
    let (kept, story) = filled(9);
    let archive = archived(&kept);
    let again = restored(&archive, None).unwrap();
    assert_eq!(again.read(Position(0), 100).unwrap(), kept.read(Position(0), 100).unwrap());
    let report = crate::check::check(&again, VersionOrder::FirstSeen).unwrap();
    assert!(report.is_whole() && report.state == story.state, "{report}");
    assert_eq!(archived(&again), archive);
    assert_eq!(verify(&archive[..]).unwrap(), Summary { records: 9, texts: 5 });
}

#[test]
fn what_was_changed_after_the_moment_is_not_restored() {
    let (kept, story) = filled(9);
    let archive = archived(&kept);
    for (place, commit) in story.log.iter().enumerate() {
        let place = place as u64;
        let end = |until| restored(&archive, Some(until)).unwrap().end().unwrap();
        assert_eq!(end(commit.at), Position(place + 1));
        assert_eq!(end(commit.at.before()), Position(place));
    }
}

#[test]
fn whatever_is_damaged_is_told_with_its_place_and_nothing_is_restored() {
    let archive = archived(&filled(2).0);
    for bit in 0..archive.len() * 8 {
        let mut damaged = archive.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let store = MemoryStore::new();
        let error = restore(Cursor::new(&damaged), &store, None, VersionOrder::FirstSeen).unwrap_err();
        assert!(matches!(error, RestoreError::Archive(_)), "bit {bit}: {error}");
        assert_eq!(store.end().unwrap(), Position(0), "bit {bit}");
        if let RestoreError::Archive(ArchiveError::Damaged { offset, .. }) = error {
            assert!(
                offset <= bit as u64 / 8 || offset == archive.len() as u64,
                "bit {bit} is not at {offset}"
            );
        }
    }
    for length in 0..archive.len() {
        let error = restored(&archive[..length], None).unwrap_err();
        let is_told = matches!(error, RestoreError::Archive(ArchiveError::CutOff { offset, .. }) if offset == length as u64);
        assert!(is_told, "{length} bytes: {error}");
    }
    let longer = [&archive[..], b"x"].concat();
    let error = restored(&longer, None).unwrap_err().to_string();
    assert!(error.contains("something follows the end"), "{error}");
}

#[test]
fn what_is_no_archive_is_refused() {
    let said = |bytes: &[u8]| restored(bytes, None).unwrap_err().to_string();
    assert_eq!(said(b"something else that is long enough"), "this is no backup of a pactwright broker");
    assert!(said(b"pactwright backup 2\n").contains("later version"));
    let store = filled(1).0;
    let archive = archived(&store);
    let error = restore(Cursor::new(archive), &store, None, VersionOrder::FirstSeen).unwrap_err();
    assert!(matches!(error, RestoreError::NotEmpty), "{error}");
}
