//! A broker in a process of its own, that can be killed.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use pactwright_broker::{Broker, Config, http, store::SledStore};
use tokio::net::TcpListener;

use super::Failure;

/// After so many changes a snapshot is taken: often, so that brokers are killed while one is taken, too.
const SNAPSHOT_AFTER: u64 = 20;

/// Who is the broker.
pub(crate) enum Program {
    /// This program, which serves in the same way.
    This,
    /// `pactwright`.
    Other(PathBuf),
}

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

impl Program {
    fn command(&self, folder: &Path) -> Result<Command, Failure> {
        let mut command = match self {
            Self::This => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("serve").arg(folder);
                command
            }
            Self::Other(path) => {
                let mut command = Command::new(std::fs::canonicalize(path)?);
                command.args(["broker", "start", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
                command.arg("--snapshot-after").arg(SNAPSHOT_AFTER.to_string());
                command
            }
        };
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PACT"))
        {
            command.env_remove(name);
        }
        Ok(command)
    }
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
        if let Disk::FullAfter { kilobytes } = disk {
            command = limited(&command, kilobytes);
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        Ok(Self { child, url: String::new() })
    }

    /// Starts a broker, and waits until it says where it is.
    pub(crate) fn start(program: &Program, folder: &Path, disk: Disk) -> Result<Self, Failure> {
        let mut server = Self::spawn(program, folder, disk)?;
        let mut line = String::new();
        if let Some(output) = server.child.stdout.as_mut() {
            BufReader::new(output).read_line(&mut line)?;
        }
        match line.find("http://") {
            Some(at) => line[at..].trim().clone_into(&mut server.url),
            None => {
                if let Some(mut complaints) = server.child.stderr.take() {
                    complaints.read_to_string(&mut line)?;
                }
                return Err(Failure::NoStart(line));
            }
        }
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
