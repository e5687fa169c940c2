//! How many requests are answered at once, and for how long.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::errors::Failure;
use crate::{config::HttpConfig, telemetry::Telemetry};

/// Those who watch the broker are answered when it is busy, too: it would look as if it were dead.
const ALWAYS: [&str; 4] =
    ["/diagnostic/status/heartbeat", "/health/live", "/health/ready", "/metrics/prometheus"];

/// Lets in as many requests as can be answered.
#[derive(Debug)]
pub(super) struct Admission {
    places: Semaphore,
    waiting: AtomicUsize,
    most_waiting: usize,
    timeout: Duration,
    telemetry: Arc<Telemetry>,
}

/// One of those who wait, for as long as it does.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Admission {
    pub(super) fn new(config: &HttpConfig, telemetry: Arc<Telemetry>) -> Self {
        Self {
            places: Semaphore::new(config.requests),
            waiting: AtomicUsize::new(0),
            most_waiting: config.waiting,
            timeout: config.request_timeout,
            telemetry,
        }
    }

    /// What answers a request, once it is its turn; or why it is not answered.
    pub(super) async fn admit<T>(&self, path: &str, answer: impl Future<Output = T>) -> Result<T, Failure> {
        if ALWAYS.contains(&path) {
            return Ok(answer.await);
        }
        let in_turn = async {
            let _place = self.place().await?;
            Ok(answer.await)
        };
        tokio::time::timeout(self.timeout, in_turn).await.unwrap_or_else(|_| {
            Err(Failure::Busy(format!(
                "no answer was found within {} seconds; what was to be changed may be changed all the same",
                self.timeout.as_secs_f64()
            )))
        })
    }

    async fn place(&self) -> Result<SemaphorePermit<'_>, Failure> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(place);
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.most_waiting {
            drop(Waiting(&self.waiting));
            self.telemetry.turned_away();
            return Err(Failure::Busy("too many requests are waiting; try again in a moment".to_owned()));
        }
        let _waiting = Waiting(&self.waiting);
        let _counted = self.telemetry.wait();
        let stopping = |_| Failure::Busy("the broker is stopping".to_owned());
        self.places.acquire().await.map_err(stopping)
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, sync::Arc, time::Duration};

    use tokio::sync::oneshot;

    use super::{Admission, Failure};
    use crate::{config::HttpConfig, domain::model::Timestamp, store::Position, telemetry::Telemetry};

    fn admission(requests: usize, waiting: usize) -> Arc<Admission> {
        let telemetry = Arc::new(Telemetry::new(Timestamp::from_micros(0), Position(0)));
        let config = HttpConfig {
            requests,
            waiting,
            request_timeout: Duration::from_secs(7),
            ..HttpConfig::default()
        };
        Arc::new(Admission::new(&config, telemetry))
    }

    #[tokio::test]
    async fn who_comes_when_too_many_wait_is_told_to_come_back() {
        let admission = admission(1, 1);
        let (end, ended) = oneshot::channel::<()>();
        let (enter, entered) = oneshot::channel::<()>();
        let first = tokio::spawn({
            let admission = admission.clone();
            async move {
                let answer = async {
                    enter.send(()).unwrap();
                    ended.await.unwrap();
                    1
                };
                admission.admit("/", answer).await.unwrap()
            }
        });
        entered.await.unwrap();
        let mut second = Box::pin(admission.admit("/", async { 2 }));
        assert!(futures_poll(&mut second).await.is_none(), "it waits");
        assert!(matches!(admission.admit("/", async { 3 }).await, Err(Failure::Busy(_))));
        assert_eq!(admission.admit("/health/ready", async { 4 }).await.unwrap(), 4);
        end.send(()).unwrap();
        assert_eq!((first.await.unwrap(), second.await.unwrap()), (1, 2));
        assert_eq!(admission.admit("/", async { 5 }).await.unwrap(), 5);
    }

    /// Looks whether it is done.
    async fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        tokio::select! {
            biased;
            done = future => Some(done),
            () = std::future::ready(()) => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_takes_too_long_is_given_up() {
        let admission = admission(1, 0);
        let refused = admission.admit("/", pending::<()>()).await.unwrap_err();
        assert!(matches!(refused, Failure::Busy(text) if text.contains("within 7 seconds")));
        // Its place is free again.
        assert_eq!(admission.admit("/", async { 1 }).await.unwrap(), 1);
    }
}
