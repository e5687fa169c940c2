//! `create-version-tag`: a mark on a version.

use clap::Args;
use pactwright_core::names::TagName;

use super::{VersionError, put_tags};
use crate::broker::{Broker, BrokerError};
use crate::ci::{Build, NoBranch};
use crate::exit::Exit;
use crate::options::{BrokerOptions, ParticipantVersion};
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright create-version-tag --pacticipant orders-api --version 2.0.0 --tag prod
  pactwright create-version-tag -a orders-api -e 2.0.0 --tag-with-git-branch --auto-create-version

To record what is deployed where, `record-deployment` says more than a tag.")]
pub(crate) struct CreateVersionTag {
    #[command(flatten)]
    what: ParticipantVersion,
    /// The tag; can be repeated
    #[arg(
        short,
        long,
        value_name = "TAG",
        value_delimiter = ',',
        required_unless_present = "tag_with_git_branch"
    )]
    tag: Vec<TagName>,
    /// Create the version where the broker does not know it yet
    #[arg(long)]
    auto_create_version: bool,
    /// Tag the version with the name of the branch, as the build server or git tells it
    #[arg(short = 'g', long)]
    tag_with_git_branch: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl CreateVersionTag {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, VersionError> {
        let mut tags = self.tag;
        if self.tag_with_git_branch {
            let found = Build::detect().branch.ok_or(NoBranch)?;
            printer.note(&format!("Detected tag {found}."));
            tags.push(TagName::new(&found.value).map_err(|source| VersionError::Detected { found, source })?);
        }
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let (participant, version) = (&self.what.pacticipant, &self.what.version);
        if !self.auto_create_version {
            broker.version(&index, participant, version).await.map_err(|error| match error {
                BrokerError::NoSuchVersion { participant, version } => {
                    VersionError::NothingToTag { participant, version }
                }
                other => other.into(),
            })?;
        }
        let put = put_tags(&broker, &index, participant, version, &tags).await?;
        printer.answer(self.output, &put, || {
            let tags: Vec<_> = tags.iter().map(ToString::to_string).collect();
            format!("Tagged {participant} {version} as {}.", tags.join(", "))
        });
        Ok(Exit::Yes)
    }
}
