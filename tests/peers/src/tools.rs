//! The programs that are compared: ours is built from this repository, others are installed once below `target`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Failure;

/// The top of the repository.
pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Path::parent).unwrap_or(here).to_owned()
}

/// A program, and what comes first after its name.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<String>,
}

impl Program {
    fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), arguments: Vec::new() }
    }

    fn called(command: &str) -> Result<Self, Failure> {
        let mut words = command.split_whitespace();
        let program = Self::new(words.next().ok_or("the command is empty")?);
        Ok(words.fold(program, Self::with))
    }

    /// With one argument more.
    pub(crate) fn with(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A call of it, without anything that its makers would like to know.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env("PACT_DO_NOT_TRACK", "true");
        command
    }
}

/// A program from crates.io, at one version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
}

pub(crate) const STUB_SERVER: Tool = Tool { package: "pact-stub-server", version: "0.7.1" };
pub(crate) const VERIFIER: Tool = Tool { package: "pact_verifier_cli", version: "1.4.0" };

impl Tool {
    /// The program: what is called in place of it, or else a build with the dependencies that its makers locked.
    pub(crate) fn installed(self, instead: Option<&str>) -> Result<Program, Failure> {
        if let Some(command) = instead {
            return Program::called(command);
        }
        let folder = repository().join("target/peers");
        let root = folder.join("tools");
        let binary = root.join("bin").join(format!("{}{}", self.package, std::env::consts::EXE_SUFFIX));
        if !self.is_at(&binary) {
            eprintln!("installing {} {}, which takes some minutes", self.package, self.version);
            let mut cargo = cargo();
            cargo.args(["install", "--locked", "--force", "--version", self.version, self.package]);
            cargo.arg("--root").arg(root).arg("--target-dir").arg(folder.join("build"));
            succeed(&mut cargo)?;
        }
        Ok(Program::new(binary))
    }

    fn is_at(self, binary: &Path) -> bool {
        let output = Command::new(binary).arg("--version").output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(self.version))
    }
}

/// `pactwright` as it is released, or what is called in place of that.
pub(crate) fn ours(instead: Option<&str>) -> Result<Program, Failure> {
    if let Some(command) = instead {
        return Program::called(command);
    }
    built("pactwright-cli", "pactwright")
}

/// The program that fills brokers, and measures how they answer.
pub(crate) fn load() -> Result<Program, Failure> {
    built("pactwright-tests", "load")
}

fn built(package: &str, binary: &str) -> Result<Program, Failure> {
    let repository = repository();
    let target = repository.join("target");
    let mut cargo = cargo();
    cargo.args(["build", "--release", "--package", package, "--bin", binary]);
    cargo.arg("--target-dir").arg(&target).current_dir(repository);
    succeed(&mut cargo)?;
    Ok(Program::new(target.join("release").join(format!("{binary}{}", std::env::consts::EXE_SUFFIX))))
}

/// Cargo with nothing but its own defaults, whatever is set around here.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let changes_builds =
            ["CARGO_PROFILE_", "CARGO_BUILD_", "CARGO_PKG_", "CARGO_ENCODED_", "RUSTFLAGS", "RUSTC"];
        if changes_builds.iter().any(|prefix| name.starts_with(prefix)) || name == "CARGO_TARGET_DIR" {
            cargo.env_remove(&*name);
        }
    }
    cargo
}

fn succeed(command: &mut Command) -> Result<(), Failure> {
    let status = command.stdin(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}").into()) }
}
