//! Whether two pact files ask the same of a provider.
//!
//! `obligations A.json B.json` compares interaction by interaction, by description, with the obligation digest of the
//! core: files of different versions, and of different authors, are equal if what is replayed and what must come back
//! are. It prints what differs, and exits with 0 if nothing does, 1 if something does, 2 if a file cannot be read.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is what it is for")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use pactwright_core::digest::{ObligationDigest, obligation};
use pactwright_core::format;
use pactwright_core::merge::differences;
use pactwright_core::model::{Interaction, Pact, SpecVersion};

/// Compares what two pact files ask of a provider. Prints the interactions that differ.
#[derive(Parser)]
struct Arguments {
    /// A pact file
    left: PathBuf,
    /// The pact file to compare it with
    right: PathBuf,
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("{path}: {source}")]
    Pact { path: PathBuf, source: format::ReadError },
}

fn main() -> ExitCode {
    let Arguments { left, right } = Arguments::parse();
    match read(&left).and_then(|left| Ok((left, read(&right)?))) {
        Ok((one, other)) => {
            let different = compare(&one, &other);
            for line in &different {
                println!("{line}");
            }
            println!("{} interactions, {} differ", one.interactions.len(), different.len());
            if different.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn read(path: &Path) -> Result<Pact, Unreadable> {
    let bytes = std::fs::read(path).map_err(|source| Unreadable::File { path: path.to_owned(), source })?;
    format::read(&bytes).map_err(|source| Unreadable::Pact { path: path.to_owned(), source })
}

/// What differs: a text for every interaction that only one has, or that asks for something else.
fn compare(left: &Pact, right: &Pact) -> Vec<String> {
    let namesake = |pact: &Pact, interaction: &Interaction| {
        pact.interactions.iter().position(|other| other.description == interaction.description)
    };
    let mut found = Vec::new();
    for one in &left.interactions {
        let Some(index) = namesake(right, one) else {
            found.push(format!("{:?} is only in the first", one.description));
            continue;
        };
        let other = &right.interactions[index];
        let digests: [ObligationDigest; 2] = [obligation(one), obligation(other)];
        if digests[0] != digests[1] {
            let mut text =
                format!("{:?} asks for something else: {} and {}", one.description, digests[0], digests[1]);
            for difference in differences(one, other, SpecVersion::V4) {
                let _ = write!(text, "\n  {difference}");
            }
            found.push(text);
        }
    }
    for other in &right.interactions {
        if namesake(left, other).is_none() {
            found.push(format!("{:?} is only in the second", other.description));
        }
    }
    found
}
