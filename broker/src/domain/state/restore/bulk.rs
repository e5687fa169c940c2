//! Trees made at once.

use imbl::{OrdMap, OrdSet};

/// A map of these rows. If two have the same key, one of them is in it.
///
/// A leaf that overflows at its end leaves two halves behind, so keys that come in order would leave all leaves half
/// empty. Every second one, and then those between them, leave them full.
pub(super) fn map<K: Ord + Clone, V: Clone>(mut rows: Vec<(K, V)>) -> OrdMap<K, V> {
    rows.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let mut between = Vec::with_capacity(rows.len() / 2);
    let mut map = OrdMap::new();
    let mut rows = rows.into_iter();
    while let Some((key, value)) = rows.next() {
        map.insert(key, value);
        between.extend(rows.next());
    }
    for (key, value) in between {
        map.insert(key, value);
    }
    map
}

/// A set of these keys, in the same way.
pub(super) fn set<K: Ord + Clone>(mut keys: Vec<K>) -> OrdSet<K> {
    keys.sort_unstable();
    let mut between = Vec::with_capacity(keys.len() / 2);
    let mut set = OrdSet::new();
    let mut keys = keys.into_iter();
    while let Some(key) = keys.next() {
        set.insert(key);
        between.extend(keys.next());
    }
    for key in between {
        set.insert(key);
    }
    set
}

/// What another thread made.
pub(super) fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::{map, set};

    #[test]
    fn whatever_the_order_of_the_rows_they_are_all_there() {
        for count in [0, 1, 2, 3, 16, 17, 1000, 9999] {
            let keys: Vec<u32> = (0..count).map(|number| number * 7919 % 10_007).collect();
            let expected: std::collections::BTreeSet<u32> = keys.iter().copied().collect();
            assert!(set(keys.clone()).iter().eq(&expected), "{count}");
            let map = map(keys.into_iter().map(|key| (key, key + 1)).collect());
            assert!(
                map.iter().map(|(key, value)| (*key, *value)).eq(expected.iter().map(|key| (*key, key + 1)))
            );
        }
    }
}
