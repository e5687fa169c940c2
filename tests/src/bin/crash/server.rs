//! A broker in a process of its own, that can be killed.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use pactwright_broker::{Broker, Config, http, store::SledStore};
use pactwright_tests::process::{NoAddress, Program, address};
use tokio::net::TcpListener;

use super::Failure;

/// After so many changes a snapshot is taken: often, so that brokers are killed while one is taken, too.
const SNAPSHOT_AFTER: u64 = 20;

/// How much may be written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Disk {
    Free,
    /// No file may be longer.
    FullAfter {
        kilobytes: u64,
    },
}

pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

/// The same command, in surroundings where no file may grow beyond a limit: as on a full disk, what does not fit is cut
/// off, and the rest fails.
fn limited(command: &Command, kilobytes: u64) -> Command {
    let mut shell = Command::new("bash");
    // Without the trap the system would end the process instead of telling it.
    shell.arg("-c").arg("trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"");
    shell.arg(kilobytes.to_string()).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env::<&OsStr, &OsStr>(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

impl Server {
    /// Begins to start a broker.
    pub(crate) fn spawn(program: &Program, folder: &Path, disk: Disk) -> Result<Self, Failure> {
        let mut command = program.command(folder)?;
        if let Program::Other(_) = program {
            command.arg("--snapshot-after").arg(SNAPSHOT_AFTER.to_string());
        }
        if let Disk::FullAfter { kilobytes } = disk {
            command = limited(&command, kilobytes);
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        Ok(Self { child, url: String::new() })
    }

    /// Starts a broker, and waits until it says where it is.
    pub(crate) fn start(program: &Program, folder: &Path, disk: Disk) -> Result<Self, Failure> {
        let mut server = Self::spawn(program, folder, disk)?;
        server.url = address(&mut server.child)?;
        // What it complains of later is nobody's, but must not fill the pipe.
        if let Some(mut complaints) = server.child.stderr.take() {
            std::thread::spawn(move || std::io::copy(&mut complaints, &mut std::io::sink()));
        }
        Ok(server)
    }

    /// SIGKILL: no chance to finish anything.
    pub(crate) fn kill(mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
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

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves as `pactwright broker start` does.
#[expect(clippy::print_stdout, reason = "that is where the address is expected")]
pub(crate) async fn serve(folder: &Path) -> Result<(), Failure> {
    let mut config = Config::default();
    config.snapshots.changes = SNAPSHOT_AFTER;
    let broker = Broker::open(Arc::new(SledStore::open(folder)?), config)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("The broker is at http://{}", listener.local_addr()?);
    http::serve(broker, listener, std::future::pending()).await;
    Ok(())
}
