//! `publish`: contracts to the broker.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use pactwright_core::broker_api::{
    Notice, NoticeKind, OnConflict, PublishContract, PublishContracts, PublishedContracts,
};
use pactwright_core::format;
use pactwright_core::names::{BranchName, InvalidName, TagName, VersionNumber};
use pactwright_core::validate::{Severity, validate};
use thiserror::Error;

use crate::broken::place;
use crate::broker::{Broker, BrokerError};
use crate::ci::{Build, Found, NoBranch};
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
  pactwright publish target/pacts -r --consumer-app-version 1.4.0 --merge

Every file is checked before anything is sent. The contracts of one consumer are published together: all or none.

With --auto-detect-version-properties, what is not given is taken from the variables of the build server (GitHub \
Actions, GitLab CI, Jenkins, CircleCI, Travis CI, Azure DevOps, Bitbucket Pipelines, Buildkite, TeamCity, Drone, \
Woodpecker, AppVeyor, Codeship, Semaphore, Cirrus CI, AWS CodeBuild, Bamboo), then from git. What was found, and where, \
is said on standard error.")]
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
    /// Find out version (the commit), branch and build URL from the build server or git
    #[arg(short = 'r', long)]
    auto_detect_version_properties: bool,
    /// A tag for the version; can be repeated
    #[arg(short, long, value_name = "TAG", value_delimiter = ',')]
    tag: Vec<TagName>,
    /// Tag the version with the name of the branch, as the build server or git tells it
    #[arg(short = 'g', long)]
    tag_with_git_branch: bool,
    /// Where the build can be looked at
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,
    /// Put the interactions together with those that were published for this version before
    #[arg(long)]
    merge: bool,
    /// Refuse files with errors that `pactwright lint` finds, even where a broker would take them
    #[arg(long)]
    validate: bool,
    /// Refuse files with warnings, too
    #[arg(long)]
    strict: bool,
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
        "no version was detected: no known build server tells a commit{}; give --consumer-app-version",
        complaint.as_ref().map(|text| format!(", and git says \"{text}\"")).unwrap_or_default()
    )]
    NothingDetected { complaint: Option<String> },
    #[error(transparent)]
    NoBranch(#[from] NoBranch),
    #[error("the {what} {found} cannot be used")]
    Detected { what: &'static str, found: Found, source: InvalidName },
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

/// A file that is not to be published.
#[derive(Debug)]
pub(crate) struct Broken {
    path: PathBuf,
    problems: Vec<String>,
}

fn listed(broken: &[Broken]) -> String {
    broken.iter().fold(String::new(), |mut text, Broken { path, problems }| {
        for line in problems {
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

/// What goes with every contract.
#[derive(Debug, PartialEq, Eq)]
struct Properties {
    version: VersionNumber,
    branch: Option<BranchName>,
    tags: Vec<TagName>,
    build_url: Option<String>,
    /// What was found out, for people.
    found: Vec<String>,
}

impl Publish {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, PublishError> {
        let detect = self.auto_detect_version_properties || self.tag_with_git_branch;
        let properties = self.properties(if detect { Build::detect() } else { Build::default() })?;
        properties.found.iter().for_each(|line| printer.note(line));
        let requests = self.requests(&properties)?;
        if self.dry_run {
            match self.output {
                Output::Json => printer.json(&requests),
                Output::Text => requests.iter().for_each(|request| announce(request, printer)),
            }
            return Ok(Exit::Yes);
        }
        let broker = Broker::new(&self.broker)?;
        let address = broker.index().await?.address("pb:publish-contracts", &[])?;
        let mut answers = Vec::new();
        for request in &requests {
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

    /// What was given, and what of the build fills the gaps.
    fn properties(&self, build: Build) -> Result<Properties, PublishError> {
        let mut found = Vec::new();
        let mut take = |what: &'static str, value: Option<Found>| {
            let value = value.filter(|_| self.auto_detect_version_properties);
            value.inspect(|value| found.push(format!("Detected {what} {value}.")))
        };
        let version = match (&self.consumer_app_version, &build.commit) {
            (Some(version), _) => version.clone(),
            (None, commit) => {
                let none = if self.auto_detect_version_properties {
                    PublishError::NothingDetected { complaint: build.complaint }
                } else {
                    PublishError::NoVersion
                };
                let commit = take("version", commit.clone()).ok_or(none)?;
                VersionNumber::new(&commit.value).map_err(|source| refused("version", commit, source))?
            }
        };
        let branch = match (&self.branch, &build.branch) {
            (Some(branch), _) => Some(branch.clone()),
            (None, branch) => take("branch", branch.clone())
                .map(|branch| {
                    BranchName::new(&branch.value).map_err(|source| refused("branch", branch, source))
                })
                .transpose()?,
        };
        let build_url =
            self.build_url.clone().or_else(|| take("build URL", build.url).map(|found| found.value));
        if branch.is_none() && self.auto_detect_version_properties {
            found.push(
                "No branch was detected: a tag is built, or HEAD is detached. --branch says which it is."
                    .to_owned(),
            );
        }
        let mut tags = self.tag.clone();
        if self.tag_with_git_branch {
            let branch = build.branch.ok_or(NoBranch)?;
            found.push(format!("Detected tag {branch}."));
            tags.push(TagName::new(&branch.value).map_err(|source| refused("tag", branch, source))?);
        }
        Ok(Properties { version, branch, tags, build_url, found })
    }

    /// What is to be published, one request for each consumer.
    fn requests(&self, properties: &Properties) -> Result<Vec<PublishContracts>, PublishError> {
        let on_conflict = self.merge.then_some(OnConflict::Merge);
        let request = |(consumer, contracts): (String, Vec<Contract>)| PublishContracts {
            pacticipant_name: consumer,
            pacticipant_version_number: properties.version.to_string(),
            branch: properties.branch.as_ref().map(ToString::to_string),
            tags: properties.tags.iter().map(ToString::to_string).collect(),
            build_url: properties.build_url.clone(),
            contracts: contracts
                .iter()
                .map(|contract| PublishContract {
                    on_conflict,
                    ..PublishContract::pact(&contract.consumer, &contract.provider, &contract.content)
                })
                .collect(),
        };
        Ok(self.read_all(&find_all(&self.files)?)?.into_iter().map(request).collect())
    }

    /// The contracts by consumer; an error when any file is unfit.
    fn read_all(&self, paths: &[PathBuf]) -> Result<BTreeMap<String, Vec<Contract>>, PublishError> {
        let mut contracts: BTreeMap<String, Vec<Contract>> = BTreeMap::new();
        let (mut broken, mut same_pair) = (Vec::new(), None);
        for path in paths {
            let content = std::fs::read(path)
                .map_err(|source| PublishError::Unreadable { path: path.clone(), source })?;
            let pact = match (format::read(&content), self.problems(&content)) {
                (Ok(pact), problems) if problems.is_empty() => pact,
                (Ok(_), problems) => {
                    broken.push(Broken { path: path.clone(), problems });
                    continue;
                }
                (Err(error), _) => {
                    let problems = error.to_string().lines().map(str::to_owned).collect();
                    broken.push(Broken { path: path.clone(), problems });
                    continue;
                }
            };
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
        match same_pair {
            _ if !broken.is_empty() => Err(PublishError::Broken(broken)),
            Some((first, second)) => Err(PublishError::SamePair { first, second }),
            None => Ok(contracts),
        }
    }

    /// What is wrong with a pact that can be read, as far as that was asked for.
    fn problems(&self, content: &[u8]) -> Vec<String> {
        if !self.validate && !self.strict {
            return Vec::new();
        }
        let counts = |severity| severity == Severity::Error || self.strict;
        validate(content).iter().filter(|problem| counts(problem.severity())).map(place).collect()
    }
}

fn refused(what: &'static str, found: Found, source: InvalidName) -> PublishError {
    PublishError::Detected { what, found, source }
}

fn announce(request: &PublishContracts, printer: Printer) {
    for contract in &request.contracts {
        let (consumer, version) = (&request.pacticipant_name, &request.pacticipant_version_number);
        printer.data(&format!("Would publish {consumer} {version} with {}", contract.provider_name));
    }
}

#[cfg(test)]
mod tests;
