//! A broker as a process of its own.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// Who is the broker.
#[derive(Debug, Clone)]
pub enum Program {
    /// The program that asks, which serves in the same way when it is called with `serve` and the folder.
    This,
    /// `pactwright`.
    Other(PathBuf),
}

impl Program {
    /// The command that starts it on a folder, at a free port, with nothing from the surroundings.
    ///
    /// # Errors
    /// When the program is not there.
    pub fn command(&self, folder: &Path) -> io::Result<Command> {
        let mut command = match self {
            Self::This => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("serve").arg(folder);
                command
            }
            Self::Other(path) => {
                let mut command = Command::new(std::fs::canonicalize(path)?);
                command.args(["broker", "start", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
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

/// Why a broker did not say where it is.
#[derive(Debug, thiserror::Error)]
pub enum NoAddress {
    /// It could not be listened to.
    #[error(transparent)]
    System(#[from] io::Error),
    /// It said something else.
    #[error("the broker does not start: {0}")]
    Said(String),
}

/// Waits until a broker whose outputs are pipes says where it is.
///
/// # Errors
/// Where it says something else, or nothing: then what it said.
pub fn address(child: &mut Child) -> Result<String, NoAddress> {
    let mut line = String::new();
    if let Some(output) = child.stdout.as_mut() {
        BufReader::new(output).read_line(&mut line)?;
    }
    if let Some(at) = line.find("http://") {
        return Ok(line[at..].trim().to_owned());
    }
    if let Some(mut complaints) = child.stderr.take() {
        complaints.read_to_string(&mut line)?;
    }
    Err(NoAddress::Said(line))
}
