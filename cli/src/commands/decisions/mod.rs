//! Questions before a merge or a release: one file per question, and how they are asked and answered.

mod answer;
pub(crate) mod can_i_deploy;
pub(crate) mod can_i_merge;
mod selectors;

use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;
use pactwright_core::broker_api::Matrix;

use self::answer::Question;
use crate::broker::{Broker, BrokerError, Whole, with_query};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, counted};
use crate::printer::Printer;

/// The part of `--help` that says what the exit status means here.
const EXIT_STATUS: &str = "\
Exit status:
  0  yes
  1  no, or not known yet; or the broker refused
  2  it could not be asked: wrong usage, no connection";

/// How a question is asked, and its answer shown.
#[derive(Debug, Args)]
pub(crate) struct Asking {
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
    /// How many rows the broker looks at
    // Brokers look at 100 unless told, and what they do not look at cannot say no.
    #[arg(long, value_name = "N", default_value_t = 1000, hide = true)]
    limit: u32,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl Asking {
    /// Asks the matrix, again while results are missing, and shows the answer.
    async fn ask(
        &self,
        mut query: Vec<(String, String)>,
        question: &Question,
        printer: Printer,
    ) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        query.push(("limit".to_owned(), self.limit.to_string()));
        let address = with_query(&broker.below("matrix"), &query);
        let mut tries = 0;
        let matrix = loop {
            let matrix: Whole<Matrix> = broker.get(&address).await?;
            let missing = matrix.known.summary.unknown;
            if missing == 0 || tries >= self.retry_while_unknown {
                break matrix;
            }
            tries += 1;
            printer.note(&waiting(missing, self.retry_interval, tries, self.retry_while_unknown));
            tokio::time::sleep(Duration::from_secs(self.retry_interval)).await;
        };
        printer.answer(self.output, &matrix, || question.answered(&matrix.known));
        let yes = matrix.known.summary.deployable == Some(true);
        if self.dry_run && !yes {
            printer.note("This is a dry run, so the exit status is 0 all the same.");
        }
        Ok(if yes || self.dry_run { Exit::Yes } else { Exit::No })
    }
}

fn waiting(missing: u64, interval: u64, tries: u32, of: u32) -> String {
    let results = counted(usize::try_from(missing).unwrap_or(usize::MAX), "result");
    let are = if missing == 1 { "is" } else { "are" };
    format!("{results} {are} missing; asking again in {interval} s ({tries} of {of})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_it_waits_it_says_what_for() {
        assert_eq!(waiting(1, 10, 1, 6), "1 result is missing; asking again in 10 s (1 of 6)");
        assert_eq!(waiting(3, 0, 6, 6), "3 results are missing; asking again in 0 s (6 of 6)");
    }
}
