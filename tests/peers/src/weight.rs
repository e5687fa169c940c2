//! What a consumer project has to build: pactwright beside pact_consumer.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::Failure;
use crate::figures::{Figures, Rounds, Target};
use crate::process::{Usage, run};
use crate::tools::{cargo, repository};

/// Packages that call a compiler for C, or look for a C library.
const FOR_C: [&str; 6] = ["bindgen", "cc", "cmake", "nasm-rs", "pkg-config", "vcpkg"];

#[derive(Debug, Args)]
pub(crate) struct Weight {
    /// How often each project is built from nothing
    #[arg(long, default_value_t = 1, value_name = "N")]
    rounds: usize,
    /// Only count packages
    #[arg(long)]
    no_build: bool,
}

impl Weight {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let folder = tempfile::tempdir()?;
        let path = repository().join("mock-server");
        let ours = Project::new(
            folder.path(),
            "pactwright",
            &format!("{{ path = {:?} }}", path.display().to_string()),
            include_str!("../projects/pactwright.rs"),
        )?;
        let theirs = Project::new(
            folder.path(),
            "pact_consumer",
            r#""1.4""#,
            include_str!("../projects/pact_consumer.rs"),
        )?;

        let mut figures = Figures::default();
        let (own, other) = (ours.packages()?, theirs.packages()?);
        let count =
            |packages: &BTreeSet<String>| f64::from(u32::try_from(packages.len()).unwrap_or(u32::MAX));
        let compared = format!("pact_consumer: {}", other.len());
        figures.add("packages that a consumer project builds", count(&own), Target::AtMost(130.0), &compared);
        let (own, other) = (for_c(&own), for_c(&other));
        let compared = format!("pact_consumer: {}", list(&other));
        figures.add("packages of these that are for C code", count(&own), Target::AtMost(0.0), &compared);
        if !self.no_build {
            self.build(&ours, &theirs, &mut figures)?;
        }
        figures.show();
        Ok(())
    }

    fn build(&self, ours: &Project, theirs: &Project, figures: &mut Figures) -> Result<(), Failure> {
        let (mut own, mut other) =
            ([Rounds::default(), Rounds::default()], [Rounds::default(), Rounds::default()]);
        for round in 1..=self.rounds.max(1) {
            for (project, rounds) in [(theirs, &mut other), (ours, &mut own)] {
                eprintln!("building the project with {} (round {round})", project.name);
                let used = project.build()?;
                eprintln!("  took {:.1} s", used.wall.as_secs_f64());
                rounds[0].push(used.wall.as_secs_f64());
                rounds[1].push(used.processor.as_secs_f64());
            }
        }
        // A project that builds and does not work would be no comparison.
        for project in [ours, theirs] {
            project.test()?;
        }
        for (what, at, target) in [
            ("clean build: pactwright / pact_consumer", 0, Target::AtMost(0.5)),
            ("the same in processor time", 1, Target::None),
        ] {
            let measured = format!("{} s / {} s", own[at], other[at]);
            figures.add(what, own[at].median() / other[at].median(), target, &measured);
        }
        Ok(())
    }
}

fn for_c(packages: &BTreeSet<String>) -> BTreeSet<String> {
    let name = |package: &str| package.split(' ').next().unwrap_or_default().to_owned();
    packages.iter().map(|package| name(package)).filter(|name| FOR_C.contains(&name.as_str())).collect()
}

fn list(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// A project with one contract test.
#[derive(Debug)]
struct Project {
    name: &'static str,
    folder: PathBuf,
}

impl Project {
    fn new(below: &Path, name: &'static str, source: &str, test: &str) -> Result<Self, Failure> {
        let folder = below.join(name);
        fs::create_dir_all(folder.join("src"))?;
        fs::create_dir_all(folder.join("tests"))?;
        let manifest = format!(
            r#"[package]
name = "web"
version = "0.1.0"
edition = "2024"

[workspace]

[dev-dependencies]
{name} = {source}
reqwest = {{ version = "0.13", default-features = false, features = ["json"] }}
serde_json = "1"
tokio = {{ version = "1", features = ["macros", "rt"] }}
"#
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/lib.rs"), "")?;
        fs::write(folder.join("tests/contract.rs"), test)?;
        let project = Self { name, folder };
        // Downloads are no part of a build.
        run(project.cargo().arg("fetch"))?;
        Ok(project)
    }

    fn cargo(&self) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(&self.folder).env("PACT_DO_NOT_TRACK", "true");
        if self.name == "pactwright" {
            // Whatever calls a compiler for C finds one that fails. (Rust itself links with `cc`, by its own name.)
            cargo.envs(["CC", "CXX", "HOST_CC", "HOST_CXX", "CMAKE"].map(|name| (name, "/bin/false")));
        }
        cargo
    }

    /// What is built on this machine, without the project itself.
    fn packages(&self) -> Result<BTreeSet<String>, Failure> {
        let output = self
            .cargo()
            .args(["tree", "--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}"])
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let text = String::from_utf8(output.stdout)?;
        let packages =
            text.lines().map(|line| line.trim_end_matches(" (*)").trim_end_matches(" (proc-macro)"));
        Ok(packages
            .filter(|package| !package.is_empty() && !package.starts_with("web "))
            .map(str::to_owned)
            .collect())
    }

    /// Builds everything from nothing.
    fn build(&self) -> Result<Usage, Failure> {
        match fs::remove_dir_all(self.folder.join("target")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        run(self.cargo().args(["test", "--no-run", "--offline"]))
    }

    fn test(&self) -> Result<Usage, Failure> {
        run(self.cargo().args(["test", "--offline"]))
    }
}
