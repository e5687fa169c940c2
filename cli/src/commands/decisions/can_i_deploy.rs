//! `can-i-deploy`: the question before each release.

use clap::Args;
use pactwright_core::names::{EnvironmentName, TagName};

use super::answer::Question;
use super::selectors::Selectors;
use super::{Asking, EXIT_STATUS};
use crate::broker::BrokerError;
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = format!("\
Examples:
  pactwright can-i-deploy --pacticipant orders-api --version 2.0.0 --to-environment production
  pactwright can-i-deploy -a web -e 1.4.0 --to-environment production --retry-while-unknown 30
  pactwright can-i-deploy --pacticipant web --version 1.4.0 --pacticipant orders-api --main-branch
  pactwright can-i-deploy -a web -e 1.4.0 -a orders-api --version-range '>=2, <3'

{EXIT_STATUS}"))]
pub(crate) struct CanIDeploy {
    #[command(flatten)]
    selectors: Selectors,
    /// The environment that it is to be deployed to
    #[arg(long, value_name = "NAME")]
    to_environment: Option<EnvironmentName>,
    /// The tag that stands for an environment, where tags are used for that
    #[arg(long, value_name = "TAG", conflicts_with = "to_environment")]
    to: Option<TagName>,
    #[command(flatten)]
    asking: Asking,
}

impl CanIDeploy {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let selectors = self.selectors.clone().and_ignored(super::selectors::IGNORED_BY_VARIABLE);
        self.asking.ask(self.query(&selectors), &self.question(), printer).await
    }

    fn question(&self) -> Question {
        let deed = match (&self.to_environment, &self.to) {
            (Some(environment), _) => format!("be deployed to {environment}"),
            (None, Some(tag)) => format!("be deployed beside what is tagged {tag}"),
            (None, None) => "be deployed".to_owned(),
        };
        Question { subject: self.selectors.in_words(), deed }
    }

    fn query(&self, selectors: &Selectors) -> Vec<(String, String)> {
        let mut query = selectors.query();
        let mut add = |name: &str, value: &str| query.push((name.to_owned(), value.to_owned()));
        if let Some(environment) = &self.to_environment {
            // Every version that is live there must agree, not only the newest.
            add("latestby", "cvpv");
            add("environment", environment.as_str());
        } else {
            add("latestby", if selectors.asked.len() == 1 { "cvp" } else { "cvpv" });
            if let Some(tag) = &self.to {
                add("latest", "true");
                add("tag", tag.as_str());
            } else if selectors.asked.len() == 1 {
                add("latest", "true");
            }
        }
        query
    }
}
