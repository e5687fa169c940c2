//! The broker as a process, and what the system says about it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use pactwright_broker::{Broker, Config, http, store::SledStore};
use pactwright_tests::process::{NoAddress, Program, address};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;

/// How often a second processor time is counted, on Linux.
const TICKS: u64 = 100;

/// A broker that runs. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
}

impl Process {
    /// Starts a broker, and waits until it says where it is.
    pub(crate) fn start(program: &Program, folder: &Path) -> Result<Self, Failure> {
        let mut command = program.command(folder)?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut process = Self { child, url: String::new() };
        process.url = address(&mut process.child)?;
        if let Some(mut complaints) = process.child.stderr.take() {
            std::thread::spawn(move || std::io::copy(&mut complaints, &mut std::io::stderr()));
        }
        Ok(process)
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM, as a service manager does; it finishes what it has begun.
    pub(crate) fn stop(mut self) -> Result<ExitStatus, Failure> {
        // The library for signals is not worth a dependency.
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        Ok(self.child.wait()?)
    }

    fn proc(&self, file: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{file}", self.child.id()))
    }

    /// Processor time of all its threads.
    pub(crate) fn processor_time(&self) -> Result<Duration, Failure> {
        let stat = std::fs::read_to_string(self.proc("stat"))?;
        // The name of the program may have spaces; after it come numbers.
        let numbers = stat.rsplit(')').next().unwrap_or_default();
        let ticks: u64 =
            numbers.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 1000 / TICKS))
    }

    /// A line of its status, in bytes.
    fn memory(&self, name: &str) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(self.proc("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes =
            line.and_then(|line| line.split_whitespace().nth(1)).and_then(|text| text.parse::<u64>().ok());
        Ok(kilobytes.unwrap_or_default() * 1024)
    }

    /// The memory that it has now, in bytes.
    pub(crate) fn resident(&self) -> Result<u64, Failure> {
        self.memory("VmRSS")
    }

    /// The most memory that it had, in bytes.
    pub(crate) fn peak(&self) -> Result<u64, Failure> {
        self.memory("VmHWM")
    }

    /// How many files and sockets it has open.
    pub(crate) fn handles(&self) -> Result<usize, Failure> {
        Ok(std::fs::read_dir(self.proc("fd"))?.count())
    }
}

impl From<NoAddress> for Failure {
    fn from(error: NoAddress) -> Self {
        match error {
            NoAddress::System(error) => Self::System(error),
            NoAddress::Said(text) => Self::NoStart(text),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The bytes that a folder takes on its disk.
pub(crate) fn disk_size(folder: &Path) -> std::io::Result<u64> {
    let mut size = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // What is replaced at this moment takes nothing any more.
        let Ok(metadata) = entry.metadata() else { continue };
        size += if metadata.is_dir() { disk_size(&entry.path())? } else { allocated(&metadata) };
    }
    Ok(size)
}

#[cfg(unix)]
fn allocated(metadata: &std::fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.blocks() * 512
}

#[cfg(not(unix))]
fn allocated(metadata: &std::fs::Metadata) -> u64 {
    metadata.len()
}

/// Serves as `pactwright broker start` does.
#[expect(clippy::print_stdout, reason = "that is where the address is expected")]
pub(crate) async fn serve(folder: &Path) -> Result<(), Failure> {
    let broker = Broker::open(Arc::new(SledStore::open(folder)?), Config::default())?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("The broker is at http://{}", listener.local_addr()?);
    let stopped = async {
        // Without signals it serves until it is killed.
        if told_to_stop().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    http::serve(broker, listener, stopped).await;
    Ok(())
}

/// Waits for SIGTERM, or Ctrl-C.
pub(crate) async fn told_to_stop() -> Result<(), Failure> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminated.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    }
}
