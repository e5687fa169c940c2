//! Programs that are measured from outside.

use std::fs::File;
use std::io::{Read, Seek};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::Failure;

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(30);

/// What a program took from start to end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) wall: Duration,
    /// Of all processors together, with the programs that it started.
    pub(crate) processor: Duration,
    /// The most memory that it had at once, in bytes.
    pub(crate) peak: u64,
}

/// Runs a program to its end; that it fails is an error with what it said last.
pub(crate) fn run(command: &mut Command) -> Result<Usage, Failure> {
    let mut output = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output.try_clone()?);
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| format!("{}: {error}", name(command)))?;
    let used = child.wait4()?;
    let wall = start.elapsed();
    if !used.status.success() {
        return Err(
            format!("{} ended with {}:\n{}", name(command), used.status, last_lines(&mut output)?).into()
        );
    }
    Ok(Usage { wall, processor: used.rusage.utime + used.rusage.stime, peak: used.rusage.maxrss })
}

fn last_lines(output: &mut File) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    output.rewind()?;
    output.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(20)..].join("\n"))
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// A server in a process of its own, which ends with this.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts a server that is told its port, and waits until it listens.
    pub(crate) fn start(command: impl FnOnce(u16) -> Command) -> Result<Self, Failure> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut command = command(port);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut server =
            Self { child: child.map_err(|error| format!("{}: {error}", name(&command)))?, address };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{} ended with {status} before it listened", name(&command)).into());
            }
            if start.elapsed() > START {
                return Err(format!("{} does not listen at {address}", name(&command)).into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// The server of this program that only answers.
    pub(crate) fn bare(delay: Duration) -> Result<Self, Failure> {
        let this = std::env::current_exe()?;
        Self::start(|port| {
            let mut command = Command::new(this);
            command.arg("serve").arg(port.to_string()).arg(delay.as_millis().to_string());
            command
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
