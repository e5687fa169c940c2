//! Who may be with the provider.

use std::future::poll_fn;
use std::task::Poll;

use pactwright_core::model::ProviderState;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Options;
use super::turns::{Turn, Turns};

/// Places before the provider, as many as there are jobs. Without one, an interaction gets ready, or judges what came
/// of it: the provider does not wait for that.
pub(super) struct Places {
    free: Semaphore,
    turns: Turns,
    /// Whether a place is given up before it is known what came of it.
    early: bool,
}

/// Lasts for as long as an interaction is with the provider.
pub(super) struct Place<'a> {
    held: Option<(Option<SemaphorePermit<'a>>, Turn<'a>)>,
    early: bool,
}

impl Places {
    /// For interactions with these states, of which there may be any number that are the same.
    pub(super) fn new<'s>(options: &Options, states: impl Iterator<Item = &'s ProviderState>) -> Self {
        Self {
            free: Semaphore::new(options.jobs.clamp(1, Semaphore::MAX_PERMITS)),
            turns: Turns::new(options.independent_states, states),
            // Otherwise one more would be sent after the first that fails.
            early: !options.stop_at_first_failure,
        }
    }

    /// How many interactions there should be at once, with those that get ready.
    pub(super) fn at_once(&self) -> usize {
        let places = self.free.available_permits();
        if self.early { places.saturating_mul(2) } else { places }
    }

    /// Waits until an interaction that needs these states may run: they take turns in the order of their coming.
    pub(super) async fn take(&self, states: &[ProviderState]) -> Place<'_> {
        // Nobody closes it.
        let permit = self.free.acquire().await.ok();
        Place { held: Some((permit, self.turns.take(states).await)), early: self.early }
    }
}

impl Place<'_> {
    /// All that was wanted of the provider is there, and its states are nobody's concern any more: the next one comes
    /// first, and then this one goes on.
    pub(super) async fn leave(&mut self) {
        if !self.early {
            return;
        }
        self.held = None;
        let mut yielded = false;
        poll_fn(|context| {
            if yielded {
                return Poll::Ready(());
            }
            yielded = true;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}
