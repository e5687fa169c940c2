//! `delete-branch`: a branch that is not worked on any more.

use clap::{ArgAction, Args};
use pactwright_core::broker_api::Branch;
use pactwright_core::names::{BranchName, ParticipantName};
use serde_json::Value;

use super::VersionError;
use crate::broker::{Broker, Whole};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  pactwright delete-branch --pacticipant checkout-web --branch feat/new-basket

Its versions stay, with their contracts and results. Selectors do not find them by the branch any more, and they are \
no work in progress.")]
pub(crate) struct DeleteBranch {
    /// The application
    #[arg(short = 'a', long, visible_alias = "participant", value_name = "NAME")]
    pacticipant: ParticipantName,
    /// The branch
    #[arg(long, value_name = "NAME")]
    branch: BranchName,
    /// End with status 1 where there is no such branch
    #[arg(
        long,
        action = ArgAction::Set,
        num_args = 0..=1,
        default_value_t = false,
        default_missing_value = "true",
        value_name = "true|false",
        hide_possible_values = true
    )]
    error_when_not_found: bool,
    /// The same as `--error-when-not-found false`
    #[arg(long, hide = true, conflicts_with = "error_when_not_found")]
    no_error_when_not_found: bool,
    /// The form of the answer; as JSON, it is the branch as it was, or `null`
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl DeleteBranch {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, VersionError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let (participant, branch) = (self.pacticipant, self.branch);
        let variables = [("pacticipant", participant.as_str()), ("branch", branch.as_str())];
        let address = index.address("pb:pacticipant-branch", &variables)?;
        let found: Option<Whole<Branch>> = broker.find(&address).await?;
        match found {
            Some(found) => {
                broker.delete(&address).await?;
                printer
                    .answer(self.output, &found, || format!("Deleted the branch {branch} of {participant}."));
            }
            None if self.error_when_not_found => {
                // Perhaps it is the application that is mistyped.
                broker.participant(&index, &participant).await?;
                return Err(VersionError::NoSuchBranch { participant, branch });
            }
            None => printer.answer(self.output, &Value::Null, || {
                format!("{participant} has no branch {branch}; nothing was deleted.")
            }),
        }
        Ok(Exit::Yes)
    }
}
