//! What only time brings about: contracts that nobody verifies.

use tokio::time::sleep;

use super::{BUSY_PAUSE, LONGEST_SLEEP, until};
use crate::{
    Broker, Refusal,
    domain::{
        commands::RecordOverdue,
        model::WebhookEvent,
        webhooks::{anybody_listens, overdue},
    },
};

/// Takes note of what is overdue, for as long as the broker takes changes; then waits for the end.
pub(super) async fn watch(broker: &Broker) {
    loop {
        let state = broker.state();
        let mut pause = LONGEST_SLEEP;
        if anybody_listens(&state, &[WebhookEvent::ContractVerificationOverdue]) {
            let now = broker.now();
            let look = overdue::look(&state, now, broker.config().rules.unverified_hours);
            if let Some(at) = look.next_at {
                pause = until(now, at).max(BUSY_PAUSE);
            }
            if !look.due.is_empty() {
                match broker.submit(RecordOverdue).await {
                    Ok(done) if done.answer > 0 => continue,
                    // The clock that counts is behind, or others wait, too; it will come.
                    Ok(_) | Err(Refusal::Busy) => pause = BUSY_PAUSE,
                    Err(refusal) => {
                        tracing::error!(%refusal, "what is overdue could not be recorded; no more of it is");
                        std::future::pending::<()>().await;
                    }
                }
            }
        }
        sleep(pause).await;
    }
}
