//! `can-i-deploy`: the question before each release.

mod selectors;
mod table;

use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;
use pactwright_core::broker_api::Matrix;
use pactwright_core::names::EnvironmentName;

use self::selectors::{Selector, Selectors, Which};
use crate::broker::{Broker, BrokerError, with_query};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::Output;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright can-i-deploy --pacticipant orders-api --version 2.0.0 --to-environment production
  pactwright can-i-deploy --pacticipant web --version 1.4.0 --pacticipant orders-api --main-branch")]
pub(crate) struct CanIDeploy {
    #[command(flatten)]
    selectors: Selectors,
    /// The environment that it is to be deployed to
    #[arg(long, value_name = "NAME")]
    to_environment: Option<EnvironmentName>,
    /// The tag that stands for an environment, where tags are used for that
    #[arg(long, value_name = "TAG", conflicts_with = "to_environment")]
    to: Option<String>,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    /// Ask again this often while results are missing
    #[arg(long, value_name = "TIMES", default_value_t = 0)]
    retry_while_unknown: u32,
    /// How long to wait before asking again, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    retry_interval: u64,
    /// Say what the answer is, but exit with 0 in any case
    #[arg(long, env = "PACT_BROKER_CAN_I_DEPLOY_DRY_RUN", value_parser = FalseyValueParser::new())]
    dry_run: bool,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl CanIDeploy {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let address = with_query(&broker.below("matrix"), &self.query());
        let mut tries = 0;
        let matrix = loop {
            let matrix: Matrix = broker.get(&address).await?;
            if matrix.summary.unknown == 0 || tries >= self.retry_while_unknown {
                break matrix;
            }
            tries += 1;
            printer.note(&format!(
                "{} results are missing; asking again in {} s ({tries} of {})",
                matrix.summary.unknown, self.retry_interval, self.retry_while_unknown
            ));
            tokio::time::sleep(Duration::from_secs(self.retry_interval)).await;
        };
        match self.output {
            Output::Json => printer.json(&matrix),
            Output::Text => printer.data(&table::answer(&matrix, &self.question())),
        }
        let yes = matrix.summary.deployable == Some(true);
        if self.dry_run && !yes {
            printer.note("This is a dry run, so the exit status is 0 all the same.");
        }
        Ok(if yes || self.dry_run { Exit::Yes } else { Exit::No })
    }

    /// What is asked, in words: `orders-api 2.0.0 be deployed to production`.
    fn question(&self) -> String {
        let one = |selector: &Selector| match &selector.which {
            Which::Unspecified => selector.participant.clone(),
            Which::Version(version) => format!("{} {version}", selector.participant),
            Which::Latest => format!("the latest {}", selector.participant),
            Which::LatestWithTag(tag) | Which::AllWithTag(tag) => {
                format!("{} with tag {tag}", selector.participant)
            }
            Which::LatestOnBranch(branch) => format!("{} from branch {branch}", selector.participant),
            Which::MainBranch => format!("{} from its main branch", selector.participant),
        };
        let subjects: Vec<_> = self.selectors.asked.iter().map(one).collect();
        let subjects = subjects.join(" with ");
        match (&self.to_environment, &self.to) {
            (Some(environment), _) => format!("{subjects} be deployed to {environment}"),
            (None, Some(tag)) => format!("{subjects} be deployed beside what is tagged {tag}"),
            (None, None) => format!("{subjects} be deployed"),
        }
    }

    fn query(&self) -> Vec<(String, String)> {
        let mut selectors = self.selectors.clone();
        if let Ok(names) = std::env::var("PACT_BROKER_CAN_I_DEPLOY_IGNORE") {
            let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
            selectors.ignored.extend(
                names.map(|name| Selector { participant: name.to_owned(), which: Which::Unspecified }),
            );
        }
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
                add("tag", tag);
            } else if selectors.asked.len() == 1 {
                add("latest", "true");
            }
        }
        query
    }
}
