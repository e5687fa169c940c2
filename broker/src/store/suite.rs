//! What every store does. `store_suite!` takes a function that gives an empty store and whatever must outlive it.

macro_rules! store_suite {
    ($empty:expr) => {
        mod suite {
            use $crate::store::{BlobKey, Position, Record, Store, StoreError};

            #[test]
            fn begins_empty() {
                let (store, _kept) = $empty();
                assert_eq!(store.end().unwrap(), Position(0));
                assert_eq!(store.read(Position(0), 10).unwrap(), []);
                assert!(store.load_snapshot().unwrap().is_none());
                assert_eq!(store.acknowledged().unwrap(), Position(0));
                assert_eq!(store.blob(BlobKey::of(b"x")).unwrap(), None);
            }

            #[test]
            fn gives_back_what_was_appended_in_order() {
                let (store, _kept) = $empty();
                let first: Vec<Vec<u8>> = (0..300_u32).map(|n| n.to_be_bytes().to_vec()).collect();
                assert_eq!(store.append(Position(0), &first, &[]).unwrap(), Position(300));
                assert_eq!(store.append(Position(300), &[vec![]], &[]).unwrap(), Position(301));
                let records = store.read(Position(0), 1000).unwrap();
                assert_eq!(records.len(), 301);
                for (at, record) in records.iter().enumerate() {
                    assert_eq!(record.position, Position(at as u64));
                    assert_eq!(record.payload, first.get(at).cloned().unwrap_or_default());
                }
            }

            #[test]
            fn reads_from_a_position_up_to_a_limit() {
                let (store, _kept) = $empty();
                store.append(Position(0), &[b"a".to_vec(), b"b".to_vec(), b"c".to_vec()], &[]).unwrap();
                let records = store.read(Position(1), 1).unwrap();
                assert_eq!(
                    (records.len(), records[0].position, records[0].payload.as_slice()),
                    (1, Position(1), &b"b"[..])
                );
                assert_eq!(store.read(Position(3), 1).unwrap(), []);
                assert_eq!(store.read(Position(99), 1).unwrap(), []);
            }

            #[test]
            fn an_append_at_the_wrong_position_changes_nothing() {
                let (store, _kept) = $empty();
                store.append(Position(0), &[b"a".to_vec()], &[]).unwrap();
                let blob = (BlobKey::of(b"body"), b"body".to_vec());
                for wrong in [0, 2] {
                    let error = store
                        .append(Position(wrong), &[b"b".to_vec()], std::slice::from_ref(&blob))
                        .unwrap_err();
                    assert!(matches!(error, StoreError::Moved { actual: Position(1), .. }), "{error}");
                }
                assert_eq!(store.end().unwrap(), Position(1));
                assert_eq!(store.blob(blob.0).unwrap(), None);
            }

            #[test]
            fn blobs_are_found_by_their_key_and_kept_once() {
                let (store, _kept) = $empty();
                let blobs: Vec<_> = [b"one".to_vec(), vec![], vec![0; 100_000]]
                    .iter()
                    .map(|b| (BlobKey::of(b), b.to_vec()))
                    .collect();
                store.append(Position(0), &[b"a".to_vec()], &blobs).unwrap();
                store.append(Position(1), &[b"b".to_vec()], &blobs).unwrap();
                for (key, bytes) in blobs {
                    assert_eq!(store.blob(key).unwrap(), Some(bytes));
                }
            }

            #[test]
            fn records_are_replaced_where_they_are() {
                let (store, _kept) = $empty();
                let old: Vec<_> = (0..9_u8).map(|number| vec![number; 100]).collect();
                store.append(Position(0), &old, &[]).unwrap();
                let new = |position| Record { position: Position(position), payload: vec![0xff; 3] };
                store.replace(&[new(0), new(3), new(8)]).unwrap();
                for (record, old) in store.read(Position(0), 99).unwrap().iter().zip(old) {
                    let at = record.position.0;
                    let expected = if [0, 3, 8].contains(&at) { new(at).payload } else { old };
                    assert_eq!(record.payload, expected, "{at}");
                }
                assert_eq!(store.end().unwrap(), Position(9));
                assert_eq!(store.acknowledged().unwrap(), Position(9));
                assert_eq!(store.append(Position(9), &[vec![1]], &[]).unwrap(), Position(10));
            }

            #[test]
            fn where_there_is_no_record_none_is_replaced() {
                let (store, _kept) = $empty();
                store.append(Position(0), &[b"a".to_vec()], &[]).unwrap();
                let new = |position| Record { position: Position(position), payload: b"new".to_vec() };
                let error = store.replace(&[new(0), new(1)]).unwrap_err();
                assert!(matches!(error, StoreError::Missing { position: Position(1) }), "{error}");
                assert_eq!(store.read(Position(0), 9).unwrap()[0].payload, b"a");
                assert_eq!(store.end().unwrap(), Position(1));
                store.replace(&[]).unwrap();
            }

            #[test]
            fn blobs_are_listed_in_order_and_removed() {
                let (store, _kept) = $empty();
                assert_eq!(store.blob_keys(None, 9).unwrap(), []);
                let blobs: Vec<_> = (0..20_u8)
                    // Of what cannot be compressed, the size is known.
                    .map(|number| {
                        let mut noise = u32::from(number);
                        let next = || {
                            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                            noise.to_be_bytes()[0]
                        };
                        std::iter::repeat_with(next).take(usize::from(number) * 10_000).collect::<Vec<_>>()
                    })
                    .map(|bytes| (BlobKey::of(&bytes), bytes))
                    .collect();
                store.append(Position(0), &[b"a".to_vec()], &blobs).unwrap();
                let mut sorted: Vec<_> = blobs.iter().map(|(key, _)| *key).collect();
                sorted.sort_unstable();
                assert_eq!(store.blob_keys(None, 99).unwrap(), sorted);
                assert_eq!(store.blob_keys(Some(sorted[4]), 3).unwrap(), sorted[5..8]);
                assert_eq!(store.blob_keys(Some(sorted[19]), 3).unwrap(), []);

                let gone = [blobs[1].0, BlobKey::of(b"never there"), blobs[19].0];
                let bytes = store.remove_blobs(&gone).unwrap();
                assert!((200_000..200_100).contains(&bytes), "{bytes}");
                assert_eq!(store.remove_blobs(&gone).unwrap(), 0);
                assert_eq!(store.blob_keys(None, 99).unwrap().len(), 18);
                assert_eq!(store.blob(gone[0]).unwrap(), None);
                assert_eq!(store.blob(blobs[2].0).unwrap(), Some(blobs[2].1.clone()));

                store.append(Position(1), &[b"b".to_vec()], &blobs[..2]).unwrap();
                assert_eq!(store.blob(gone[0]).unwrap(), Some(blobs[1].1.clone()), "it is there again");
            }

            #[test]
            fn what_was_appended_is_acknowledged() {
                let (store, _kept) = $empty();
                for position in 0..5 {
                    store.append(Position(position), &[b"a".to_vec()], &[]).unwrap();
                    assert_eq!(store.acknowledged().unwrap(), Position(position + 1));
                }
            }

            /// Position and parts of the last snapshot.
            fn snapshot(store: &impl Store) -> (Position, Vec<Vec<u8>>) {
                let snapshot = store.load_snapshot().unwrap().unwrap();
                (snapshot.position, snapshot.parts.collect::<Result<_, _>>().unwrap())
            }

            #[test]
            fn the_last_snapshot_counts() {
                let (store, _kept) = $empty();
                for position in [3, 8] {
                    let part = vec![u8::try_from(position).unwrap(); 10_000];
                    let mut parts = [part, vec![], b"more".to_vec()].into_iter().map(Ok);
                    store.save_snapshot(Position(position), &mut parts).unwrap();
                }
                let parts = vec![vec![8; 10_000], vec![], b"more".to_vec()];
                assert_eq!(snapshot(&store), (Position(8), parts));
            }

            #[test]
            fn a_snapshot_that_fails_leaves_the_one_before() {
                let (store, _kept) = $empty();
                store.save_snapshot(Position(1), &mut [Ok(b"whole".to_vec())].into_iter()).unwrap();
                let mut parts = [Ok(b"half".to_vec()), Err(std::io::Error::other("no more"))].into_iter();
                let error = store.save_snapshot(Position(2), &mut parts).unwrap_err();
                assert!(matches!(error, StoreError::Failed { .. }), "{error}");
                assert_eq!(snapshot(&store), (Position(1), vec![b"whole".to_vec()]));
            }
        }
    };
}

pub(crate) use store_suite;
