//! Telling webhooks what they have to be told: the side of webhooks that does I/O.
//!
//! What is owed to receivers is in the state, because it is in the log; [`Deliveries`] sends what is due, a few at a time
//! to each receiver, and every attempt becomes a fact itself. So a restart forgets nothing: what was not recorded as
//! delivered is sent again, with the same `Idempotency-Key`. Publishing never waits for any of it.

mod clock;
mod connector;
mod courier;
mod masking;
mod report;
mod sealing;
mod values;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::oneshot,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use uuid::Uuid;

pub use connector::{Resolution, Resolver, SystemResolver};
pub(crate) use courier::Courier;
pub(crate) use report::Report;
pub(crate) use sealing::warn_of_plain_secrets;
pub use values::values;

use crate::{
    Broker, Refusal,
    domain::{
        commands::{AttemptOutcome, RecordAttempt},
        model::{Timestamp, Trigger, TriggerId},
        webhooks::{
            context::Context,
            outbox::{UnderWay, plan},
            template,
            vault::Locked,
        },
    },
};

/// How long to wait before an attempt is recorded again, when too many changes are waiting.
const BUSY_PAUSE: Duration = Duration::from_millis(200);
/// The longest time without a look at the outbox: clocks are set.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Sends what webhooks have to be told, for as long as this is kept.
#[derive(Debug)]
pub struct Deliveries {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Deliveries {
    /// Begins to send what a broker owes. There must be only one of these for a broker.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn start(broker: Broker) -> Self {
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let mut under_way = Sending::default();
            let sending = async {
                sealing::seal_known(&broker).await;
                under_way.run(&broker).await;
            };
            tokio::select! {
                _ = stopped => {}
                () = sending => {}
                () = clock::watch(&broker) => {}
            }
            if timeout(broker.config().webhooks.grace, under_way.finish()).await.is_err() {
                tracing::warn!(
                    "some webhooks were still being told something; it is sent again after the next start"
                );
            }
        });
        Self { stop, task }
    }

    /// Stops: nothing more is begun, and what is being sent has [`grace`](crate::config::WebhookConfig::grace) to end.
    pub async fn stop(self) {
        // It may have ended already.
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

#[derive(Default)]
struct Sending {
    tasks: JoinSet<(Arc<str>, TriggerId, Result<(), Refusal>)>,
    under_way: UnderWay,
    /// Who was sent something last: the others come first.
    last: Option<Arc<str>>,
}

impl Sending {
    /// Sends until the broker takes no more changes.
    async fn run(&mut self, broker: &Broker) {
        loop {
            let changed = broker.changed();
            let state = broker.state();
            let limits = broker.config().webhooks.limits;
            let planned = plan(&state, broker.now(), &self.under_way, limits, self.last.as_ref());
            if let Some((receiver, _)) = planned.send.last() {
                self.last = Some(receiver.clone());
            }
            for (receiver, id) in planned.send {
                let Some(trigger) = state.trigger_by_id(id).cloned() else { continue };
                self.under_way.entry(receiver.clone()).or_default().insert(id);
                let broker = broker.clone();
                self.tasks.spawn(async move { (receiver, id, deliver(&broker, &trigger).await) });
            }
            let pause = planned.look_again_at.map_or(LONGEST_SLEEP, |at| until(broker.now(), at));
            tokio::select! {
                () = changed => {}
                () = sleep(pause) => {}
                Some(ended) = self.tasks.join_next() => {
                    // A task that panicked is a mistake in the broker; what it was sending stays out of the way until
                    // the next start.
                    let Ok((receiver, id, recorded)) = ended else { continue };
                    if let Err(refusal) = recorded {
                        tracing::error!(%refusal, "what became of a webhook could not be recorded; no more are sent");
                        return;
                    }
                    if let Some(ids) = self.under_way.get_mut(&receiver) {
                        ids.remove(&id);
                        if ids.is_empty() {
                            self.under_way.remove(&receiver);
                        }
                    }
                }
            }
        }
    }

    async fn finish(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

fn until(now: Timestamp, at: Timestamp) -> Duration {
    let micros = at.as_micros().saturating_sub(now.as_micros()).max(0).unsigned_abs();
    Duration::from_micros(micros).min(LONGEST_SLEEP)
}

/// Makes an attempt, and records what became of it.
async fn deliver(broker: &Broker, trigger: &Trigger) -> Result<(), Refusal> {
    let report = attempt(broker, trigger).await;
    broker.telemetry().attempt(report.outcome);
    tracing::info!(
        receiver = %trigger.webhook.receiver,
        event = trigger.event.name(),
        delivered = report.outcome == AttemptOutcome::Delivered,
        "told a webhook"
    );
    record(broker, trigger.uuid, &report).await
}

async fn attempt(broker: &Broker, trigger: &Trigger) -> Report {
    let unreadable = "what is to be sent cannot be read from the store";
    let text = match broker.text(trigger.context).await {
        Ok(Some(text)) => text,
        // A store that fails once may do better later.
        Ok(None) => return Report::failed(broker.now(), unreadable),
        Err(error) => {
            tracing::error!(%error, "{unreadable}");
            return Report::failed(broker.now(), unreadable);
        }
    };
    let Ok(context) = serde_json::from_slice::<Context>(&text) else {
        return Report::refused(broker.now(), unreadable);
    };
    let values = values(&context, trigger.event.name());
    let webhook = &trigger.webhook;
    let opened = match broker.config().webhooks.secrets().open_request(&webhook.key, &webhook.details.request)
    {
        Ok(opened) => opened,
        // Nothing is sent without its secrets. Whoever starts the broker with the right key soon loses nothing.
        Err(locked @ Locked::NoKey { .. }) => return Report::failed(broker.now(), &locked.to_string()),
        Err(locked @ Locked::Damaged { .. }) => return Report::refused(broker.now(), &locked.to_string()),
    };
    let rendered = template::render(&webhook.details.request, &opened, &values);
    let about = format!("Webhook context {}", about(&context, trigger.event.name()));
    broker.courier().send(&rendered, trigger.uuid, &about, &|| broker.now()).await
}

/// What a request is about, for logs.
pub(crate) fn about(context: &Context, event: &str) -> String {
    serde_json::json!({ "base_url": context.base, "event_name": event, "values": context.values }).to_string()
}

async fn record(broker: &Broker, trigger: Uuid, report: &Report) -> Result<(), Refusal> {
    loop {
        let command = RecordAttempt { trigger, outcome: report.outcome, log: report.log.clone() };
        match broker.submit(command).await {
            // Where it is gone (its participant was removed), nobody wants to know what became of it.
            Ok(_) | Err(Refusal::Rejected(_)) => return Ok(()),
            Err(Refusal::Busy) => sleep(BUSY_PAUSE).await,
            Err(refusal) => return Err(refusal),
        }
    }
}
