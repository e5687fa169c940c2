//! House-keeping at set times.

use std::time::Duration;

use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

use super::CleanUpRequest;
use crate::{Broker, config::When, domain::model::Timestamp};

/// The longest time without a look at the clock: clocks are set.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Tidies up a broker at the times that are set, for as long as this is kept; one time after the other.
#[derive(Debug)]
pub struct Schedule {
    stop: oneshot::Sender<()>,
    task: Option<JoinHandle<()>>,
}

impl Schedule {
    /// Begins to wait for the first time, if any is set. There must be only one of these for a broker.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn start(broker: Broker) -> Self {
        let (stop, stopped) = oneshot::channel();
        let when = broker.config().housekeeping.times().cloned();
        let task = when.map(|when| {
            tokio::spawn(async move {
                tokio::select! {
                    _ = stopped => {}
                    () = run(&broker, &when) => {}
                }
            })
        });
        Self { stop, task }
    }

    /// Stops. What was being removed stays as far as it was, and the next time does the rest.
    pub async fn stop(self) {
        // It may have ended already.
        let _ = self.stop.send(());
        if let Some(task) = self.task {
            let _ = task.await;
        }
    }
}

async fn run(broker: &Broker, when: &When) {
    loop {
        let Some(next) = when.next_after(broker.now()) else { return };
        wait_until(broker, next).await;
        tidy_up(broker).await;
    }
}

async fn wait_until(broker: &Broker, moment: Timestamp) {
    loop {
        let micros = moment.as_micros().saturating_sub(broker.now().as_micros());
        if micros <= 0 {
            return;
        }
        sleep(Duration::from_micros(micros.unsigned_abs()).min(LONGEST_SLEEP)).await;
    }
}

/// Does once what is set.
pub(super) async fn tidy_up(broker: &Broker) {
    let config = &broker.config().housekeeping;
    let request =
        CleanUpRequest { rules: config.rules.clone(), limit: Some(config.limit), dry_run: config.dry_run };
    match broker.clean_up(request).await {
        Ok(done) if done.dry_run => tracing::info!("a clean-up was tried out: {done}"),
        Ok(_) => {}
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the clean-up was not finished; the next one does what is left"
        ),
    }
    if config.dry_run {
        return;
    }
    if let Err(error) = broker.compact(config.history).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the compaction was not finished; the next one does what is left"
        );
    }
}
