//! What is measured, for Prometheus: cheap where it happens, put together when it is asked for.
//!
//! Names of participants, versions and the like are in no label, so that there are as many series as there are routes,
//! however much is kept.

mod process;

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
        info::Info,
    },
    registry::{Registry, Unit},
};

use crate::{
    domain::{commands::AttemptOutcome, model::Timestamp, queries::metrics::Metrics},
    store::Position,
};

/// From half a millisecond, in seconds: the targets of the API are 5, 20 and 50 ms.
const DURATIONS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// What stands for a moment that is not known.
const NEVER: i64 = i64::MIN;

/// What a request asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    /// The template, never the path.
    pub(crate) route: &'static str,
}

/// What a request asked for, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

type Histograms<S> = Family<S, Histogram, fn() -> Histogram>;

/// Everything that is counted while a broker works.
#[derive(Debug)]
pub(crate) struct Telemetry {
    requests: Family<Answered, Counter>,
    durations: Histograms<Asked>,
    in_flight: Gauge,
    waiting: Gauge,
    turned_away: Counter,
    held_back: Counter,
    durable: Histogram,
    appends: Histogram,
    batches: Histogram,
    attempts: Family<Outcome, Counter>,
    log_end: AtomicU64,
    snapshot_end: AtomicU64,
    /// In microseconds; [`NEVER`] where this process took none.
    snapshot_taken: AtomicI64,
    started: Timestamp,
}

/// What is looked at when somebody asks.
#[derive(Debug)]
pub(crate) struct Moment {
    pub(crate) counts: Metrics,
    pub(crate) webhooks: usize,
    pub(crate) owed: usize,
    pub(crate) given_up: usize,
    pub(crate) queue: usize,
    pub(crate) queue_limit: usize,
    pub(crate) ready: bool,
}

/// Adds one for as long as it is kept.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Counted {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn class(status: http::StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

impl Telemetry {
    pub(crate) fn new(now: Timestamp, end: Position) -> Self {
        Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATIONS)),
            in_flight: Gauge::default(),
            waiting: Gauge::default(),
            turned_away: Counter::default(),
            held_back: Counter::default(),
            durable: Histogram::new(DURATIONS),
            appends: Histogram::new(DURATIONS),
            batches: Histogram::new(BATCHES),
            attempts: Family::default(),
            log_end: AtomicU64::new(end.0),
            snapshot_end: AtomicU64::new(0),
            snapshot_taken: AtomicI64::new(NEVER),
            started: now,
        }
    }

    /// A request is being answered.
    pub(crate) fn begin(&self) -> Counted {
        Counted::new(&self.in_flight)
    }

    /// A request waits until others are answered.
    pub(crate) fn wait(&self) -> Counted {
        Counted::new(&self.waiting)
    }

    /// A request was answered.
    pub(crate) fn answered(&self, asked: &Asked, status: http::StatusCode, took: Duration) {
        let Asked { method, route } = *asked;
        self.requests.get_or_create(&Answered { method, route, status: class(status) }).inc();
        self.durations.get_or_create(asked).observe(took.as_secs_f64());
    }

    /// A request was told to come back later, because too many wait.
    pub(crate) fn turned_away(&self) {
        self.turned_away.inc();
    }

    /// A request was refused, because whoever sent it sends too many.
    pub(crate) fn held_back(&self) {
        self.held_back.inc();
    }

    /// A change is durable, so long after it was asked for.
    pub(crate) fn durable(&self, took: Duration) {
        self.durable.observe(took.as_secs_f64());
    }

    /// So many changes were made durable at once.
    pub(crate) fn batch(&self, records: usize, took: Duration) {
        self.appends.observe(took.as_secs_f64());
        self.batches.observe(f64::from(u32::try_from(records).unwrap_or(u32::MAX)));
    }

    pub(crate) fn log_ends_at(&self, end: Position) {
        self.log_end.store(end.0, Ordering::Relaxed);
    }

    /// There is a snapshot, from before this process.
    pub(crate) fn snapshot_ends_at(&self, end: Position) {
        self.snapshot_end.store(end.0, Ordering::Relaxed);
    }

    /// A snapshot was taken now.
    pub(crate) fn snapshot_taken(&self, end: Position) {
        self.snapshot_ends_at(end);
        self.snapshot_taken.store(now(), Ordering::Relaxed);
    }

    /// It was tried to deliver something to a webhook.
    pub(crate) fn attempt(&self, outcome: AttemptOutcome) {
        let outcome = match outcome {
            AttemptOutcome::Delivered => "delivered",
            AttemptOutcome::Failed { .. } => "failed",
            AttemptOutcome::Refused => "refused",
        };
        self.attempts.get_or_create(&Outcome { outcome }).inc();
    }

    /// Everything, as OpenMetrics text.
    pub(crate) fn encode(&self, moment: &Moment) -> Result<String, std::fmt::Error> {
        let mut registry = Registry::with_prefix("pactwright");
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "The program that runs", Info::new(version));
        self.register_requests(&mut registry);
        self.register_log(&mut registry, moment);
        register_counts(&mut registry, moment);
        registry.register("webhook_attempts", "Attempts to deliver something", self.attempts.clone());
        let mut whole = String::with_capacity(64 * 1024);
        text::encode_registry(&mut whole, &registry)?;
        let mut registry = Registry::default();
        process::register(&mut registry, self.started);
        text::encode_registry(&mut whole, &registry)?;
        text::encode_eof(&mut whole)?;
        Ok(whole)
    }

    fn register_requests(&self, registry: &mut Registry) {
        registry.register("http_requests", "Requests that were answered", self.requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "How long requests took, from their heads to their answers",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests that are being answered",
            self.in_flight.clone(),
        );
        registry.register(
            "http_requests_waiting",
            "Requests that wait until others are answered",
            self.waiting.clone(),
        );
        registry.register(
            "http_requests_turned_away",
            "Requests that were told to come back later, because too many waited",
            self.turned_away.clone(),
        );
        registry.register(
            "http_requests_held_back",
            "Requests that were refused, because whoever sent them sends too many",
            self.held_back.clone(),
        );
    }

    fn register_log(&self, registry: &mut Registry, moment: &Moment) {
        registry.register_with_unit(
            "change_duration",
            "How long changes took until they were durable",
            Unit::Seconds,
            self.durable.clone(),
        );
        registry.register_with_unit(
            "log_append_duration",
            "How long the store took to make a batch durable",
            Unit::Seconds,
            self.appends.clone(),
        );
        registry.register("log_batch_size", "Changes that were made durable at once", self.batches.clone());
        gauge(registry, "queue_length", "Changes that wait until they are durable", moment.queue);
        gauge(registry, "queue_limit", "How many may wait", moment.queue_limit);
        gauge(registry, "log_end", "The position where the log ends", self.log_end.load(Ordering::Relaxed));
        let end = self.snapshot_end.load(Ordering::Relaxed);
        gauge(registry, "snapshot_end", "The position that the last snapshot goes up to", end);
        let taken = self.snapshot_taken.load(Ordering::Relaxed);
        if taken != NEVER {
            let age = seconds(now().saturating_sub(taken).max(0));
            registry.register_with_unit(
                "snapshot_age",
                "How old the last snapshot is, where this process took it",
                Unit::Seconds,
                ConstGauge::new(age),
            );
        }
        gauge(
            registry,
            "ready",
            "Whether requests should be sent here: 1 where /health/ready says so",
            u8::from(moment.ready),
        );
    }
}

/// Microseconds since 1970.
fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// Microseconds as seconds.
pub(super) fn seconds(micros: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "microseconds of our century have 51 bits")]
    let micros = micros as f64;
    micros / 1e6
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: impl TryInto<i64>) {
    registry.register(name, help, ConstGauge::new(value.try_into().unwrap_or(i64::MAX)));
}

fn register_counts(registry: &mut Registry, moment: &Moment) {
    let counts = &moment.counts;
    let kept = Family::<Kind, Gauge>::default();
    for (kind, count) in [
        ("participants", counts.participants),
        ("versions", counts.totals.versions),
        ("contracts", counts.totals.publications),
        ("contents", counts.totals.contents),
        ("results", counts.totals.results),
        ("environments", counts.totals.environments),
        ("deployments", counts.totals.deployments),
        ("releases", counts.totals.releases),
        ("webhooks", moment.webhooks),
    ] {
        kept.get_or_create(&Kind { kind }).set(i64::try_from(count).unwrap_or(i64::MAX));
    }
    registry.register("kept", "How much is kept of everything", kept);
    gauge(registry, "webhook_deliveries_owed", "What webhooks still have to be told", moment.owed);
    gauge(registry, "webhook_dead_letters", "What webhooks were given up to be told", moment.given_up);
}

/// The same as Prometheus read it before there was OpenMetrics: names of counters are whole, and there is no end mark.
pub(crate) fn as_prometheus(open_metrics: &str) -> String {
    let mut counters: Vec<&str> = Vec::new();
    for line in open_metrics.lines() {
        if let Some(name) = line.strip_prefix("# TYPE ").and_then(|rest| rest.strip_suffix(" counter")) {
            counters.push(name);
        }
    }
    let mut text = String::with_capacity(open_metrics.len());
    for line in open_metrics.lines().filter(|line| !line.starts_with("# EOF") && !line.starts_with("# UNIT "))
    {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some(what), Some(name), Some(rest)) if counters.contains(&name) => {
                text.push_str(&format!("# {what} {name}_total {rest}\n"));
            }
            (Some("#"), Some("TYPE"), Some(name), Some("info")) => {
                text.push_str(&format!("# TYPE {name}_info gauge\n"));
            }
            _ => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

/// A counter whose value is known.
pub(super) fn counter(value: f64) -> ConstCounter<f64> {
    ConstCounter::new(value)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::StatusCode;

    use super::{Asked, Moment, Telemetry, as_prometheus};
    use crate::{
        domain::{commands::AttemptOutcome, model::Timestamp, queries::metrics::Metrics},
        store::Position,
    };

    fn encoded() -> String {
        let telemetry = Telemetry::new(Timestamp::from_micros(5_000_000), Position(7));
        let asked = Asked { method: "GET", route: "/pacticipants/{pacticipant}" };
        telemetry.answered(&asked, StatusCode::NOT_FOUND, Duration::from_millis(3));
        telemetry.answered(&asked, StatusCode::OK, Duration::from_millis(30));
        telemetry.attempt(AttemptOutcome::Failed { retry_after: None });
        telemetry.batch(3, Duration::from_millis(1));
        let _in_flight = telemetry.begin();
        let moment = Moment {
            counts: Metrics { participants: 4, ..Metrics::default() },
            webhooks: 0,
            owed: 2,
            given_up: 3,
            queue: 1,
            queue_limit: 10,
            ready: true,
        };
        telemetry.encode(&moment).unwrap()
    }

    #[test]
    fn what_happened_is_told_by_route_and_without_names() {
        let text = encoded();
        for line in [
            r#"pactwright_http_requests_total{method="GET",route="/pacticipants/{pacticipant}",status="4xx"} 1"#,
            r#"pactwright_http_requests_total{method="GET",route="/pacticipants/{pacticipant}",status="2xx"} 1"#,
            r#"pactwright_http_request_duration_seconds_count{method="GET",route="/pacticipants/{pacticipant}"} 2"#,
            r#"pactwright_http_request_duration_seconds_bucket{le="0.005",method="GET",route="/pacticipants/{pacticipant}"} 1"#,
            "pactwright_http_requests_in_flight 1",
            "pactwright_log_end 7",
            "pactwright_log_batch_size_sum 3.0",
            r#"pactwright_webhook_attempts_total{outcome="failed"} 1"#,
            "pactwright_webhook_deliveries_owed 2",
            "pactwright_webhook_dead_letters 3",
            r#"pactwright_kept{kind="participants"} 4"#,
            "pactwright_ready 1",
            "process_start_time_seconds 5.0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
        assert!(text.contains("pactwright_build_info{version="));
        #[cfg(target_os = "linux")]
        for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"] {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            assert!(line.trim().parse::<f64>().unwrap() > 0.0, "{name}{line}");
        }
    }

    #[test]
    fn older_readers_are_told_the_same() {
        let text = as_prometheus(&encoded());
        for line in [
            "# TYPE pactwright_http_requests_total counter",
            "# HELP pactwright_http_requests_total Requests that were answered.",
            "# TYPE pactwright_build_info gauge",
            "# TYPE pactwright_http_request_duration_seconds histogram",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("EOF") && !text.contains("# UNIT"));
    }
}
