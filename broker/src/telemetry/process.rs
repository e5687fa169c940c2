//! What the operating system knows of this process: on Linux, as files. Elsewhere these series are not there.

use prometheus_client::{
    metrics::gauge::ConstGauge,
    registry::{Registry, Unit},
};

use super::{counter, seconds};
use crate::domain::model::Timestamp;

/// What the kernel tells programs in: whatever its own clock is, that is 100 for a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// The names are those that every program of the kind has.
pub(super) fn register(registry: &mut Registry, started: Timestamp) {
    registry.register_with_unit(
        "process_start_time",
        "When the broker was opened, since 1970",
        Unit::Seconds,
        ConstGauge::new(seconds(started.as_micros())),
    );
    if let Some(ticks) = cpu_ticks() {
        let help = "Processor time that was used";
        registry.register_with_unit("process_cpu", help, Unit::Seconds, counter(ticks / TICKS_PER_SECOND));
    }
    if let Some(bytes) = resident_bytes() {
        let help = "Memory that is used";
        registry.register_with_unit("process_resident_memory", help, Unit::Bytes, ConstGauge::new(bytes));
    }
    if let Some(open) = open_handles() {
        registry.register("process_open_fds", "Files and connections that are open", ConstGauge::new(open));
    }
}

fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok()?.checked_mul(1024)
}

fn open_handles() -> Option<i64> {
    let count = std::fs::read_dir("/proc/self/fd").ok()?.count();
    // One of them is for looking.
    i64::try_from(count).ok()?.checked_sub(1)
}

/// In user and in kernel mode.
fn cpu_ticks() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may have anything in it; it ends with the last bracket.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}
