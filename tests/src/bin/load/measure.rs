//! Many clients that ask as fast as they are answered, and how long they waited.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::Failure;
use super::client::Broker;
use super::fill::Filler;
use super::process::Process;
use super::questions::{Asker, Kind, Told};

/// Every so many answers one is read, so that reading them does not take the processors from the broker.
const READ_EVERY: usize = 32;
/// The part of the time that is not measured, at the beginning: one in so many.
const WARM_UP: u32 = 5;

/// How long answers took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    /// Sorted, in microseconds.
    waits: Vec<u32>,
    elapsed: Duration,
    bytes: u64,
    /// Processor time that the broker took for one answer.
    pub(crate) processor: Option<Duration>,
    pub(crate) told: Told,
}

impl Measured {
    /// What so many of a hundred answers took at most, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let place = (self.waits.len() * percent).div_ceil(100).saturating_sub(1);
        self.waits.get(place).map_or(f64::NAN, |wait| f64::from(*wait) / 1000.0)
    }

    pub(crate) fn count(&self) -> usize {
        self.waits.len()
    }

    /// Answers per second.
    pub(crate) fn rate(&self) -> f64 {
        self.waits.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Bytes per answer.
    pub(crate) fn size(&self) -> f64 {
        self.bytes as f64 / self.waits.len().max(1) as f64
    }

    /// Takes note of what the broker used since before.
    fn used(&mut self, before: Option<Duration>, process: Option<&Process>) -> Result<(), Failure> {
        let after = process.map(Process::processor_time).transpose()?;
        let count = u32::try_from(self.count().max(1)).unwrap_or(u32::MAX);
        self.processor = after.zip(before).map(|(after, before)| after.saturating_sub(before) / count);
        Ok(())
    }

    fn add(&mut self, other: Self) {
        self.waits.extend(other.waits);
        self.bytes += other.bytes;
        self.told.add(other.told);
    }
}

/// Where, with how many, and for how long.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) broker: Broker,
    pub(crate) clients: usize,
    pub(crate) spell: Duration,
}

impl Bench {
    /// Asks one kind of question.
    pub(crate) async fn ask(
        &self,
        kind: Kind,
        asker: impl Fn(u64) -> Asker,
        process: Option<&Process>,
    ) -> Result<Measured, Failure> {
        self.warm_up(kind, &asker).await?;
        let before = process.map(Process::processor_time).transpose()?;
        let start = Instant::now();
        let mut clients = JoinSet::new();
        for number in 0..self.clients {
            let asker = asker(number as u64 + 100);
            clients.spawn(client(self.broker.clone(), kind, asker, start + self.spell));
        }
        let mut measured = collect(clients).await?;
        measured.elapsed = start.elapsed();
        measured.told.check(kind)?;
        measured.used(before, process)?;
        Ok(measured)
    }

    async fn warm_up(&self, kind: Kind, asker: &impl Fn(u64) -> Asker) -> Result<(), Failure> {
        let end = Instant::now() + self.spell / WARM_UP;
        let mut clients = JoinSet::new();
        for number in 0..self.clients {
            clients.spawn(client(self.broker.clone(), kind, asker(number as u64), end));
        }
        collect(clients).await?;
        Ok(())
    }

    /// Publishes new versions with new contracts.
    pub(crate) async fn publish(
        &self,
        filler: &Arc<Filler>,
        next: &Arc<AtomicU64>,
        process: Option<&Process>,
    ) -> Result<Measured, Failure> {
        let before = process.map(Process::processor_time).transpose()?;
        let start = Instant::now();
        let end = start + self.spell;
        let mut clients = JoinSet::new();
        for _ in 0..self.clients {
            let (broker, filler, next) = (self.broker.clone(), filler.clone(), next.clone());
            clients.spawn(async move {
                let mut measured = Measured::default();
                while Instant::now() < end {
                    let request = filler.extra(next.fetch_add(1, Ordering::Relaxed));
                    let sent = Instant::now();
                    broker.ask(&request).await?;
                    measured.waits.push(micros(sent.elapsed()));
                    measured.bytes += request.body.map_or(0, |body| body.len() as u64);
                }
                Ok(measured)
            });
        }
        let mut measured = collect(clients).await?;
        measured.elapsed = start.elapsed();
        measured.used(before, process)?;
        Ok(measured)
    }
}

async fn client(broker: Broker, kind: Kind, mut asker: Asker, end: Instant) -> Result<Measured, Failure> {
    let mut measured = Measured::default();
    loop {
        let request = asker.ask(kind);
        let sent = Instant::now();
        let answer = broker.ask(&request).await?;
        measured.waits.push(micros(sent.elapsed()));
        measured.bytes += answer.len() as u64;
        if measured.waits.len() % READ_EVERY == 1 {
            measured.told.add(Told::read(kind, &answer, &request.path)?);
        }
        if Instant::now() >= end {
            return Ok(measured);
        }
    }
}

async fn collect(mut clients: JoinSet<Result<Measured, Failure>>) -> Result<Measured, Failure> {
    let mut all = Measured::default();
    while let Some(ended) = clients.join_next().await {
        all.add(ended??);
    }
    all.waits.sort_unstable();
    Ok(all)
}

fn micros(wait: Duration) -> u32 {
    u32::try_from(wait.as_micros()).unwrap_or(u32::MAX)
}
