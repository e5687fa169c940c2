//! `create-or-update-version`: a version, its branch and its tags.

use clap::Args;
use pactwright_core::broker_api::{BranchVersion, Version, VersionRequest};
use pactwright_core::names::{BranchName, TagName};
use serde_json::json;

use super::put_tags;
use crate::broker::{Broker, BrokerError, Whole};
use crate::exit::Exit;
use crate::options::{BrokerOptions, ParticipantVersion};
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright create-or-update-version --pacticipant orders-api --version 2.0.0 --branch main
  pactwright create-or-update-version -a orders-api -e 2.0.0 --tag rc --tag prod --build-url http://ci/7

What is not given stays as it is: branches and tags are only added.")]
pub(crate) struct CreateOrUpdateVersion {
    #[command(flatten)]
    what: ParticipantVersion,
    /// The branch that it was built from
    #[arg(long, value_name = "NAME")]
    branch: Option<BranchName>,
    /// A tag for it; can be repeated
    #[arg(short, long, value_name = "TAG", value_delimiter = ',')]
    tag: Vec<TagName>,
    /// Where its build can be looked at
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl CreateOrUpdateVersion {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let index = broker.index().await?;
        let (participant, version) = (&self.what.pacticipant, &self.what.version);
        let variables = [("pacticipant", participant.as_str()), ("version", version.as_str())];
        let address = index.address("pb:pacticipant-version", &variables)?;
        let before: Option<Version> = broker.find(&address).await?;
        // The branch first: brokers take the first tag of a version without a branch for one.
        if let Some(branch) = &self.branch {
            let [participant, version] = variables;
            let variables = [participant, version, ("branch", branch.as_str())];
            let address = index.address("pb:pacticipant-branch-version", &variables)?;
            let _: BranchVersion = broker.put(&address, &json!({})).await?;
        }
        put_tags(&broker, &index, participant, version, &self.tag).await?;
        let stored: Whole<Version> = if self.build_url.is_some() || before.is_none() {
            // Without a branch or tag, this is what creates it.
            let request = VersionRequest { build_url: self.build_url, branch: None };
            broker.patch(&address, &request).await?
        } else {
            broker.get(&address).await?
        };
        let done = if before.is_some() { "Updated" } else { "Created" };
        printer.answer(self.output, &stored, || {
            let branch = self.branch.as_ref().map(|branch| format!(", on branch {branch}"));
            let tags: Vec<_> = self.tag.iter().map(ToString::to_string).collect();
            let tags = (!tags.is_empty()).then(|| format!(", tagged {}", tags.join(", ")));
            let more = [branch, tags].into_iter().flatten().collect::<String>();
            format!("{done} {participant} {version}{more}.")
        });
        Ok(Exit::Yes)
    }
}
