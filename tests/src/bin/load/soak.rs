//! A steady load for a long time: memory and file handles of the broker have to stay flat.
//!
//! What is written is kept, so memory may grow by what was written: [`PER_WRITE`] for each write. Beyond that, the median
//! of the last quarter may be [`TOLERANCE`] and [`CACHE`] above that of the second quarter; the first one is for warming up.
//! In an hour with a thousand requests a second, that is less than ten bytes for a request. File handles
//! may not be more in the last quarter than the most in the second one, but for [`SPARE_HANDLES`] (a snapshot that is being
//! written has one).

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pactwright_tests::chance::Chance;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep_until};

use super::client::Broker;
use super::fill::Filler;
use super::plan::Plan;
use super::questions::{Asker, Kind};
use super::run::Ours;
use super::{Arguments, Failure};

/// What the state may grow by for one write, in bytes: a version with its branch, its tag and some contracts.
const PER_WRITE: f64 = 4096.0;
/// What the database keeps of its pages in any case, in bytes. With little load it takes long to fill.
const CACHE: f64 = 16.0 * 1024.0 * 1024.0;
/// What memory may grow beyond that.
const TOLERANCE: f64 = 0.05;
/// File handles that come and go.
const SPARE_HANDLES: usize = 3;
/// Samples of a run.
const SAMPLES: u32 = 240;
/// How long the load is found out that the broker can bear, at most.
const TRIAL: Duration = Duration::from_secs(10);

/// How much is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rate {
    /// Half of what the broker can do.
    Half,
    /// So many requests per second.
    PerSecond(f64),
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "half" => Ok(Self::Half),
            number => match number.parse() {
                Ok(rate) if rate > 0.0 => Ok(Self::PerSecond(rate)),
                _ => Err("a rate is `half`, or a number of requests per second".to_owned()),
            },
        }
    }
}

/// What all clients share.
struct Load {
    broker: Broker,
    filler: Arc<Filler>,
    requests: AtomicU64,
    writes: AtomicU64,
}

impl Load {
    /// One request of the mixture: of twenty, one publishes a version with its contracts, nineteen ask.
    async fn one(&self, asker: &mut Asker, chance: &mut Chance) -> Result<(), Failure> {
        let kind = match chance.below(20) {
            0 => None,
            1..10 => Some(Kind::CanIDeploy),
            10..15 => Some(Kind::Matrix),
            15 | 16 => Some(Kind::History),
            17 | 18 => Some(Kind::PactsForVerification),
            _ => Some(Kind::Dashboard),
        };
        match kind {
            Some(kind) => {
                self.broker.ask(&asker.ask(kind)).await?;
            }
            None => {
                let number = self.writes.fetch_add(1, Ordering::Relaxed);
                self.broker.ask(&self.filler.extra(number)).await?;
            }
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Clients for a while: each as fast as it can, or one request at each tick.
    fn bear(
        self: &Arc<Self>,
        clients: usize,
        end: Instant,
        pause: Option<Duration>,
    ) -> JoinSet<Result<(), Failure>> {
        let mut tasks = JoinSet::new();
        let plan = &self.filler.plan;
        for number in 0..clients {
            let (load, seed) = (self.clone(), number as u64);
            let mut asker = Asker::new(plan.clone(), plan.rounds() - 1, seed);
            let mut chance = Chance::begun(seed + 1000);
            tasks.spawn(async move {
                let mut ticks = pause.map(interval);
                if let Some(ticks) = &mut ticks {
                    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                }
                while Instant::now() < end {
                    if let Some(ticks) = &mut ticks {
                        ticks.tick().await;
                    }
                    load.one(&mut asker, &mut chance).await?;
                }
                Ok(())
            });
        }
        tasks
    }
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    resident: f64,
    handles: usize,
    writes: f64,
}

pub(crate) async fn run(arguments: &Arguments, length: Duration) -> Result<(), Failure> {
    let ours = Ours::start(arguments)?;
    let broker = Broker::new(&ours.process.url, None)?;
    let plan = Arc::new(Plan::new(arguments.sizes));
    let filler = Filler::begin(broker.clone(), plan.clone(), usize::from(arguments.writers)).await?;
    filler.fill(0..plan.rounds()).await?;
    let clients = usize::from(arguments.clients);
    let load = Arc::new(Load { broker, filler, requests: AtomicU64::new(0), writes: AtomicU64::new(0) });
    let rate = match arguments.rate {
        Rate::PerSecond(rate) => rate,
        Rate::Half => {
            let start = Instant::now();
            finish(load.bear(clients, start + TRIAL.min(length / 4), None)).await?;
            load.requests.swap(0, Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64() / 2.0
        }
    };
    eprintln!("{rate:.0} requests per second");

    let start = Instant::now();
    let pause = Duration::from_secs_f64(clients as f64 / rate);
    let tasks = load.bear(clients, start + length, Some(pause));
    let mut samples = Vec::new();
    for number in 1..=SAMPLES {
        sleep_until((start + length * number / SAMPLES).into()).await;
        let resident = ours.process.resident()? as f64;
        let writes = load.writes.load(Ordering::Relaxed) as f64;
        samples.push(Sample { resident, handles: ours.process.handles()?, writes });
        if number % (SAMPLES / 12) == 0 {
            let requests = load.requests.load(Ordering::Relaxed);
            eprintln!("{requests} requests, {writes} writes, {:.1} MB resident", resident / 1e6);
        }
    }
    finish(tasks).await?;
    let told = judge(&samples)?;
    let requests = load.requests.load(Ordering::Relaxed) as f64;
    println!("{requests} requests in {length:?}, {:.0} per second: {told}", requests / length.as_secs_f64());
    Ok(())
}

async fn finish(mut tasks: JoinSet<Result<(), Failure>>) -> Result<(), Failure> {
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}

/// Whether memory and handles are flat, and how much they were.
fn judge(samples: &[Sample]) -> Result<String, Failure> {
    let quarter = samples.len() / 4;
    let (early, late) = (&samples[quarter..2 * quarter], &samples[3 * quarter..]);
    let (before, after) = (median(early, |sample| sample.resident), median(late, |sample| sample.resident));
    let writes = median(late, |sample| sample.writes) - median(early, |sample| sample.writes);
    let allowed = before * (1.0 + TOLERANCE) + CACHE + writes * PER_WRITE;
    let told = format!(
        "memory {:.1} MB, then {:.1} MB ({:.1} MB allowed: {writes} writes between)",
        before / 1e6,
        after / 1e6,
        allowed / 1e6
    );
    if after > allowed {
        return Err(Failure::NotFlat(told));
    }
    let most = |samples: &[Sample]| samples.iter().map(|sample| sample.handles).max().unwrap_or_default();
    let told = format!("{told}; file handles {}, then {}", most(early), most(late));
    if most(late) > most(early) + SPARE_HANDLES { Err(Failure::NotFlat(told)) } else { Ok(told) }
}

fn median(samples: &[Sample], what: impl Fn(&Sample) -> f64) -> f64 {
    let mut values: Vec<f64> = samples.iter().map(what).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Sample, judge};

    fn samples(resident: impl Fn(usize) -> f64, handles: impl Fn(usize) -> usize) -> Vec<Sample> {
        let sample =
            |number| Sample { resident: resident(number), handles: handles(number), writes: number as f64 };
        (0..100).map(sample).collect()
    }

    #[test]
    fn what_grows_after_warming_up_is_not_flat() {
        assert!(judge(&samples(|number| if number < 20 { 1e6 } else { 50e6 }, |_| 20)).is_ok());
        // A little for each write is what is kept of it.
        assert!(judge(&samples(|number| 50e6 + number as f64 * 4000.0, |_| 20)).is_ok());
        assert!(judge(&samples(|number| 50e6 + number as f64 * 1e6, |_| 20)).is_err());
        assert!(judge(&samples(|_| 50e6, |number| 20 + number / 10)).is_err());
    }
}
