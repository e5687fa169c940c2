use super::{SledStore, Store, key};
use crate::store::{BlobKey, Position, Record, RecordError, StoreError};

crate::store::suite::store_suite!(|| {
    let folder = tempfile::tempdir().unwrap();
    (crate::store::SledStore::open(folder.path()).unwrap(), folder)
});

#[test]
fn what_was_appended_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let blob = (BlobKey::of(b"body"), b"body".to_vec());
    let store = SledStore::open(folder.path()).unwrap();
    store.append(Position(0), &[b"one".to_vec(), b"two".to_vec()], std::slice::from_ref(&blob)).unwrap();
    drop(store);

    let store = SledStore::open(folder.path()).unwrap();
    assert_eq!(store.end().unwrap(), Position(2));
    assert_eq!(store.read(Position(1), 9).unwrap()[0].payload, b"two");
    assert_eq!(store.blob(blob.0).unwrap(), Some(blob.1));
}

#[test]
fn what_was_replaced_and_removed_stays_so_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = [(BlobKey::of(b"one"), b"one".to_vec()), (BlobKey::of(b"two"), b"two".to_vec())];
    let store = SledStore::open(folder.path()).unwrap();
    store.append(Position(0), &[b"a".to_vec(), b"b".to_vec()], &blobs).unwrap();
    store.replace(&[Record { position: Position(0), payload: b"short".to_vec() }]).unwrap();
    store.remove_blobs(&[blobs[0].0]).unwrap();
    drop(store);

    let store = SledStore::open(folder.path()).unwrap();
    let payloads: Vec<_> =
        store.read(Position(0), 9).unwrap().into_iter().map(|record| record.payload).collect();
    assert_eq!(payloads, [b"short".to_vec(), b"b".to_vec()]);
    assert_eq!(store.blob_keys(None, 9).unwrap(), [blobs[1].0]);
}

#[test]
fn a_folder_has_one_user() {
    let folder = tempfile::tempdir().unwrap();
    let first = SledStore::open(folder.path()).unwrap();
    let error = SledStore::open(folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("in use by another process"), "{error}");
    drop(first);
    SledStore::open(folder.path()).unwrap();
}

#[test]
fn a_store_that_was_dropped_may_take_a_while_to_let_go() {
    let folder = tempfile::tempdir().unwrap();
    drop(SledStore::open(folder.path()).unwrap());
    super::await_release(&folder.path().join("sled/db")).unwrap();
    let held = std::fs::File::open(folder.path().join("sled/db")).unwrap();
    held.lock().unwrap();
    std::thread::scope(|scope| {
        let opened = scope.spawn(|| SledStore::open(folder.path()).map(drop));
        drop(held);
        opened.join().unwrap().unwrap();
    });
}

#[test]
fn a_damaged_record_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    store.append(Position(0), &[b"one".to_vec(), b"two".to_vec(), b"three".to_vec()], &[]).unwrap();
    let mut sealed = store.log.get(key(Position(1))).unwrap().unwrap().to_vec();
    sealed[6] ^= 1;
    store.log.insert(key(Position(1)), sealed).unwrap();

    let error = store.read(Position(0), 10).unwrap_err();
    let named = matches!(error, StoreError::Damaged { position: Position(1), source: RecordError::Checksum });
    assert!(named, "{error}");
    assert_eq!(store.read(Position(2), 10).unwrap().len(), 1, "what is behind it can still be read");
}

#[test]
fn a_missing_record_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    store.append(Position(0), &[b"one".to_vec(), b"two".to_vec(), b"three".to_vec()], &[]).unwrap();
    store.log.remove(key(Position(1))).unwrap();
    assert!(matches!(store.read(Position(0), 10), Err(StoreError::Missing { position: Position(1) })));
}

#[test]
fn a_damaged_blob_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    let key = BlobKey::of(b"body");
    store.append(Position(0), &[b"one".to_vec()], &[(key, b"body".to_vec())]).unwrap();
    store.blobs.insert(key.as_bytes(), b"\x01other".to_vec()).unwrap();
    assert!(matches!(store.blob(key), Err(StoreError::DamagedBlob { .. })));
}

#[test]
fn what_was_acknowledged_is_known_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    store.append(Position(0), &[b"one".to_vec(), b"two".to_vec()], &[]).unwrap();
    store.log.remove(key(Position(1))).unwrap();
    drop(store);
    let store = SledStore::open(folder.path()).unwrap();
    assert_eq!((store.end().unwrap(), store.acknowledged().unwrap()), (Position(1), Position(2)));
}
