//! `publish`: contracts to the broker.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use pactwright_core::broker_api::{
    Notice, NoticeKind, OnConflict, PublishContract, PublishContracts, PublishedContracts,
};
use pactwright_core::format::{self, ReadError};
use pactwright_core::names::{BranchName, InvalidName, TagName, VersionNumber};
use thiserror::Error;

use crate::broker::{Broker, BrokerError};
use crate::ci::Build;
use crate::exit::{CommandError, Exit};
use crate::files::{FilesError, find_all};
use crate::options::BrokerOptions;
use crate::output::Output;
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
    #[error(
        "the branch is not known: --tag-with-git-branch needs a build server or a git checkout that is on one"
    )]
    NoBranch,
    #[error("the detected version `{text}` cannot be used")]
    Detected { text: String, source: InvalidName },
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
        let detect = self.auto_detect_version_properties || self.tag_with_git_branch;
        let requests = self.requests(if detect { Build::detect() } else { Build::default() })?;
        if self.dry_run {
            match self.output {
                Output::Json => printer.json(&requests),
                Output::Text => requests.iter().for_each(|request| announce(request, printer)),
            }
            return Ok(Exit::Yes);
        }
        let broker = Broker::new(&self.broker)?;
        let mut answers = Vec::new();
        for request in &requests {
            let address = broker.index().await?.address("pb:publish-contracts", &[])?;
            let published: PublishedContracts = broker.post(&address, request).await?;
            if self.output == Output::Text {
                let shown =
                    |notice: &&Notice| notice.kind != NoticeKind::Debug || notice.text.contains("View");
                published.notices.iter().filter(shown).for_each(|notice| printer.data(&notice.text));
            }
            answers.push(published);
        }
        if self.output == Output::Json {
            printer.json(&answers);
        }
        Ok(Exit::Yes)
    }

    /// What is to be published, one request for each consumer.
    fn requests(&self, build: Build) -> Result<Vec<PublishContracts>, PublishError> {
        let auto = self.auto_detect_version_properties;
        let detected = match build.commit.filter(|_| auto) {
            Some(commit) => Some(
                VersionNumber::new(&commit)
                    .map_err(|source| PublishError::Detected { text: commit, source })?,
            ),
            None => None,
        };
        let version = self.consumer_app_version.clone().or(detected).ok_or(PublishError::NoVersion)?;
        let mut tags: Vec<String> = self.tag.iter().map(ToString::to_string).collect();
        if self.tag_with_git_branch {
            tags.push(build.branch.clone().ok_or(PublishError::NoBranch)?);
        }
        let branch = self.branch.as_ref().map(ToString::to_string).or(build.branch.filter(|_| auto));
        let build_url = self.build_url.clone().or(build.url.filter(|_| auto));
        let on_conflict = self.merge.then_some(OnConflict::Merge);
        let request = |(consumer, contracts): (String, Vec<Contract>)| PublishContracts {
            pacticipant_name: consumer,
            pacticipant_version_number: version.to_string(),
            branch: branch.clone(),
            tags: tags.clone(),
            build_url: build_url.clone(),
            contracts: contracts
                .iter()
                .map(|contract| PublishContract {
                    on_conflict,
                    ..PublishContract::pact(&contract.consumer, &contract.provider, &contract.content)
                })
                .collect(),
        };
        Ok(read_all(&find_all(&self.files)?)?.into_iter().map(request).collect())
    }
}

fn announce(request: &PublishContracts, printer: Printer) {
    for contract in &request.contracts {
        let (consumer, version) = (&request.pacticipant_name, &request.pacticipant_version_number);
        printer.data(&format!("Would publish {consumer} {version} with {}", contract.provider_name));
    }
}

/// The contracts by consumer; an error when any file is unfit.
fn read_all(paths: &[PathBuf]) -> Result<BTreeMap<String, Vec<Contract>>, PublishError> {
    let mut contracts: BTreeMap<String, Vec<Contract>> = BTreeMap::new();
    let (mut broken, mut same_pair) = (Vec::new(), None);
    for path in paths {
        let content =
            std::fs::read(path).map_err(|source| PublishError::Unreadable { path: path.clone(), source })?;
        match format::read(&content) {
            Err(error) => broken.push(Broken { path: path.clone(), error }),
            Ok(pact) => {
                let of_consumer = contracts.entry(pact.consumer.name.clone()).or_default();
                if let Some(other) = of_consumer.iter().find(|other| other.provider == pact.provider.name) {
                    same_pair.get_or_insert((other.path.clone(), path.clone()));
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
    match same_pair {
        _ if !broken.is_empty() => Err(PublishError::Broken(broken)),
        Some((first, second)) => Err(PublishError::SamePair { first, second }),
        None => Ok(contracts),
    }
}
