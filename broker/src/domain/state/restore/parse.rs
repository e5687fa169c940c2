//! Parsing by several threads.

use std::{
    collections::BTreeMap,
    num::NonZero,
    sync::{Mutex, PoisonError, mpsc},
    thread::available_parallelism,
};

use super::super::{InvalidSnapshot, snapshot::Part};

/// More would wait for each other.
const MOST_THREADS: usize = 8;

/// Parses parts, and gives them on in their order; up to the first error.
pub(super) fn in_order<E: From<InvalidSnapshot> + Send>(
    parts: impl Iterator<Item = Result<Vec<u8>, E>> + Send,
    mut take: impl FnMut(Part),
) -> Result<(), E> {
    let threads = available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
    let parts = Mutex::new(parts.enumerate());
    std::thread::scope(|scope| {
        let (sender, parsed) = mpsc::channel();
        for _ in 0..threads {
            let (sender, parts) = (sender.clone(), &parts);
            scope.spawn(move || {
                loop {
                    let next = parts.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((place, part)) = next else { return };
                    let part = part.and_then(|part| Ok(Part::parse(&part)?));
                    // Nobody listens any more after an error.
                    if sender.send((place, part)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (place, part) in parsed {
            early.insert(place, part);
            while let Some(part) = early.remove(&next) {
                take(part?);
                next += 1;
            }
        }
        Ok(())
    })
}
