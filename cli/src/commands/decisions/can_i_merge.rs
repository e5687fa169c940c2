//! `can-i-merge`: whether a version agrees with the main branches of those it works with.

use clap::Args;

use super::answer::Question;
use super::selectors::Selectors;
use super::{Asking, EXIT_STATUS};
use crate::broker::BrokerError;
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = format!("\
Examples:
  pactwright can-i-merge --pacticipant web --version 1.5.0-search.3
  pactwright can-i-merge -a web --branch feat/search --retry-while-unknown 30

Each application that it works with needs a main branch: the broker takes `develop`, `main` or `master` by itself.

{EXIT_STATUS}"))]
pub(crate) struct CanIMerge {
    #[command(flatten)]
    selectors: Selectors,
    #[command(flatten)]
    asking: Asking,
}

impl CanIMerge {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let question = Question { subject: self.selectors.in_words(), deed: "be merged".to_owned() };
        let selectors = self.selectors.and_ignored(super::selectors::IGNORED_BY_VARIABLE);
        let mut query = selectors.query();
        let others = [("latestby", "cvp"), ("latest", "true"), ("mainBranch", "true")];
        query.extend(others.map(|(name, value)| (name.to_owned(), value.to_owned())));
        self.asking.ask(query, &question, printer).await
    }
}
