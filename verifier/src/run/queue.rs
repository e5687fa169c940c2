//! Several at once, results in order.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

/// How many results may be there before those that come first, for each job. One slow interaction does not hold up the
/// others; results of a long run do not pile up.
const AHEAD: usize = 64;

/// Runs futures, at most so many at once, and gives what came of them in the order that they were in.
pub(super) struct Queue<'a, I, T> {
    waiting: I,
    running: FuturesUnordered<BoxFuture<'a, (usize, T)>>,
    done: BTreeMap<usize, T>,
    jobs: usize,
    started: usize,
    given: usize,
}

impl<'a, I, T> Queue<'a, I, T>
where
    I: Iterator<Item = BoxFuture<'a, T>>,
    T: Send + 'a,
{
    pub(super) fn new(waiting: I, jobs: usize) -> Self {
        let jobs = jobs.max(1);
        Self { waiting, running: FuturesUnordered::new(), done: BTreeMap::new(), jobs, started: 0, given: 0 }
    }

    /// The next result in order; none when there are no more.
    pub(super) async fn next(&mut self) -> Option<T> {
        loop {
            self.start();
            if let Some(result) = self.done.remove(&self.given) {
                self.given += 1;
                return Some(result);
            }
            let (index, result) = self.running.next().await?;
            self.done.insert(index, result);
        }
    }

    /// Lets what has begun come to its end, and begins nothing more.
    pub(super) async fn finish(mut self) {
        while self.running.next().await.is_some() {}
    }

    fn start(&mut self) {
        while self.running.len() < self.jobs && self.started - self.given < self.jobs.saturating_mul(AHEAD) {
            let Some(future) = self.waiting.next() else { return };
            let index = self.started;
            self.started += 1;
            self.running.push(future.map(move |result| (index, result)).boxed());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn a_slow_one_does_not_hold_up_the_others_but_they_do_not_pile_up() {
        let (begun, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let futures = (0..1000_usize).map(|index| {
            let (begun, gate) = (Arc::clone(&begun), Arc::clone(&gate));
            async move {
                begun.fetch_add(1, Ordering::SeqCst);
                if index == 0 {
                    gate.notified().await;
                }
                index
            }
            .boxed()
        });
        let mut queue = Queue::new(futures, 2);
        assert!(queue.next().now_or_never().is_none());
        assert_eq!(begun.load(Ordering::SeqCst), 2 * AHEAD);
        gate.notify_one();
        for expected in 0..1000 {
            assert_eq!(queue.next().await, Some(expected));
        }
        assert_eq!(queue.next().await, None);
    }

    #[tokio::test]
    async fn what_has_begun_comes_to_its_end() {
        let (begun, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let futures = (0..10).map(|index| {
            let (begun, ended) = (Arc::clone(&begun), Arc::clone(&ended));
            async move {
                begun.fetch_add(1, Ordering::SeqCst);
                for _ in 0..index {
                    tokio::task::yield_now().await;
                }
                ended.fetch_add(1, Ordering::SeqCst);
            }
            .boxed()
        });
        let mut queue = Queue::new(futures, 4);
        queue.next().await;
        queue.finish().await;
        assert_eq!(ended.load(Ordering::SeqCst), begun.load(Ordering::SeqCst));
        assert!((4..10).contains(&begun.load(Ordering::SeqCst)));
    }
}
