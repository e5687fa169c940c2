//! What holds for whatever is kept: it can be moved to another store, by a backup and by an export.

use std::io::Cursor;

use pactwright_broker::{
    backup,
    domain::{rules::VersionOrder, state::State},
    export::{self, Secrets},
    import,
    store::{MemoryStore, Store},
};

/// Checks that a backup gives the same state, and that an import of an export gives the same export.
#[track_caller]
pub(crate) fn assert_moved(store: &dyn Store, state: &State) {
    let order = VersionOrder::FirstSeen;
    let mut archive = Vec::new();
    backup::write(store, &mut archive).unwrap();
    let restored = MemoryStore::new();
    let report = backup::restore(Cursor::new(archive), &restored, None, order).unwrap().report;
    assert!(report.is_whole(), "{report}");
    assert!(report.state == *state, "the backup says {:?}\nin memory is {state:?}", report.state);

    let exported = exported(store, state);
    let imported = MemoryStore::new();
    let done = import::import(exported.as_bytes(), &imported, order);
    assert!(done.is_ok(), "{done:?}\n{exported}");
    let again = export::state(&imported, order, None).unwrap();
    let again = self::exported(&imported, &again);
    assert!(again == exported, "exported was\n{exported}\nand of what was imported\n{again}");
}

fn exported(store: &dyn Store, state: &State) -> String {
    let mut lines = Vec::new();
    export::write(store, state, Secrets::Revealed, &mut lines).unwrap();
    String::from_utf8(lines).unwrap()
}
