//! `publish`: contracts to the broker.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use pactwright_core::broker_api::{
    NoticeKind, OnConflict, PublishContract, PublishContracts, PublishedContracts,
};
use pactwright_core::format::{self, ReadError};
use pactwright_core::names::{BranchName, TagName, VersionNumber};
use thiserror::Error;

use crate::broker::{Broker, BrokerError};
use crate::ci::Build;
use crate::exit::{CommandError, Exit};
use crate::files::{FilesError, find_all};
use crate::options::{BrokerOptions, Output};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright publish target/pacts --consumer-app-version 1.4.0 --branch main
  pactwright publish 'pacts/**/*.json' --auto-detect-version-properties

Every file is checked before anything is sent. The contracts of one consumer are published together: all or none.")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are the flags that users of the existing clients know"
)]
pub(crate) struct Publish {
    /// Pact files, folders that hold them, or patterns such as 'pacts/**/*.json'
    #[arg(required = true, value_name = "FILE_OR_FOLDER")]
    files: Vec<String>,
    /// The consumer's version
    #[arg(short = 'a', long, visible_alias = "consumer-version", value_name = "VERSION")]
    consumer_app_version: Option<VersionNumber>,
    /// The branch that the version was built from
    #[arg(short = 'h', long, value_name = "NAME")]
    branch: Option<BranchName>,
    /// Find version, branch and build URL out from the build server or git
    #[arg(short = 'r', long)]
    auto_detect_version_properties: bool,
    /// A tag for the version; can be repeated
    #[arg(short, long, value_name = "TAG", value_delimiter = ',')]
    tag: Vec<TagName>,
    /// Tag the version with the name of the branch
    #[arg(short = 'g', long)]
    tag_with_git_branch: bool,
    /// Where the build can be looked at
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,
    /// Put the interactions together with those that were published for this version before
    #[arg(long)]
    merge: bool,
    /// Check the files and say what would be published
    #[arg(long)]
    dry_run: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
    /// Print help
    #[arg(long, action = clap::ArgAction::Help)]
    help: (),
}

/// Why nothing was published.
#[derive(Debug, Error)]
pub(crate) enum PublishError {
    #[error(
        "the consumer's version is not known: give --consumer-app-version, or --auto-detect-version-properties in a build"
    )]
    NoVersion,
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error("{} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("nothing was published, because {} of the files cannot be used:{}", .0.len(), listed(.0))]
    Broken(Vec<Broken>),
    #[error("{} and {} are contracts of the same consumer and provider; publish one of them, or merge them first", first.display(), second.display())]
    SamePair { first: PathBuf, second: PathBuf },
    #[error(transparent)]
    Broker(#[from] BrokerError),
}

impl CommandError for PublishError {
    fn exit(&self) -> Exit {
        match self {
            Self::Broker(error) => error.exit(),
            _ => Exit::CouldNotRun,
        }
    }
}

/// A file that is no pact.
#[derive(Debug)]
pub(crate) struct Broken {
    path: PathBuf,
    error: ReadError,
}

fn listed(broken: &[Broken]) -> String {
    broken.iter().fold(String::new(), |mut text, Broken { path, error }| {
        for line in error.to_string().lines() {
            let _ = write!(text, "\n  {}: {line}", path.display());
        }
        text
    })
}

/// A contract that is fit to be published.
struct Contract {
    path: PathBuf,
    consumer: String,
    provider: String,
    content: Vec<u8>,
}

impl Publish {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, PublishError> {
        let build = if self.auto_detect_version_properties || self.tag_with_git_branch {
            Build::detect()
        } else {
            Build::default()
        };
        let detected = build.commit.filter(|_| self.auto_detect_version_properties).map(VersionNumber::new);
        let version = self
            .consumer_app_version
            .clone()
            .or(detected.and_then(Result::ok))
            .ok_or(PublishError::NoVersion)?;
        let contracts = read_all(&find_all(&self.files)?)?;
        let mut tags: Vec<String> = self.tag.iter().map(ToString::to_string).collect();
        tags.extend(build.branch.clone().filter(|_| self.tag_with_git_branch));
        let auto = self.auto_detect_version_properties;
        let branch = self.branch.as_ref().map(ToString::to_string).or(build.branch.filter(|_| auto));
        let build_url = self.build_url.clone().or(build.url.filter(|_| auto));
        let broker = Broker::new(&self.broker)?;
        for (consumer, contracts) in contracts {
            let request = PublishContracts {
                pacticipant_name: consumer.clone(),
                pacticipant_version_number: version.to_string(),
                branch: branch.clone(),
                tags: tags.clone(),
                build_url: build_url.clone(),
                contracts: contracts
                    .iter()
                    .map(|contract| PublishContract {
                        on_conflict: self.merge.then_some(OnConflict::Merge),
                        ..PublishContract::pact(&contract.consumer, &contract.provider, &contract.content)
                    })
                    .collect(),
            };
            if self.dry_run {
                for contract in &contracts {
                    let (provider, path) = (&contract.provider, contract.path.display());
                    printer.data(&format!("Would publish {path}: {consumer} {version} with {provider}"));
                }
                continue;
            }
            let address = broker.index().await?.address("pb:publish-contracts", &[])?;
            let published: PublishedContracts = broker.post(&address, &request).await?;
            match self.output {
                Output::Json => printer.json(&published),
                Output::Text => {
                    let shown = published
                        .notices
                        .iter()
                        .filter(|notice| notice.kind != NoticeKind::Debug || notice.text.contains("View"));
                    shown.for_each(|notice| printer.data(&notice.text));
                }
            }
        }
        Ok(Exit::Yes)
    }
}

/// The contracts by consumer; an error when any file is unfit.
fn read_all(paths: &[PathBuf]) -> Result<BTreeMap<String, Vec<Contract>>, PublishError> {
    let mut contracts: BTreeMap<String, Vec<Contract>> = BTreeMap::new();
    let mut broken = Vec::new();
    for path in paths {
        let content =
            std::fs::read(path).map_err(|source| PublishError::Unreadable { path: path.clone(), source })?;
        match format::read(&content) {
            Err(error) => broken.push(Broken { path: path.clone(), error }),
            Ok(pact) => {
                let of_consumer = contracts.entry(pact.consumer.name.clone()).or_default();
                if let Some(other) = of_consumer.iter().find(|other| other.provider == pact.provider.name) {
                    return Err(PublishError::SamePair { first: other.path.clone(), second: path.clone() });
                }
                of_consumer.push(Contract {
                    path: path.clone(),
                    consumer: pact.consumer.name,
                    provider: pact.provider.name,
                    content,
                });
            }
        }
    }
    if broken.is_empty() { Ok(contracts) } else { Err(PublishError::Broken(broken)) }
}
