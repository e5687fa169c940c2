//! `list-pacticipants`: every application that the broker knows.

use clap::Args;
use pactwright_core::broker_api::{Participant, Participants};

use super::latest_version;
use crate::broker::{Broker, BrokerError, Whole};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, Table};
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright list-pacticipants
  pactwright list-pacticipants --output json")]
pub(crate) struct ListPacticipants {
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

impl ListPacticipants {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let address = broker.index().await?.address("pb:pacticipants", &[])?;
        let all: Whole<Participants> = broker.get(&address).await?;
        let rows = all.known.embedded.pacticipants.iter().map(row);
        let table = Table::new(["NAME", "DISPLAY NAME", "MAIN BRANCH", "LATEST VERSION"]).rows(rows);
        printer.answer(self.output, &all, || table.to_string());
        if all.known.embedded.pacticipants.is_empty() {
            printer.note("There are no applications yet; `pactwright publish` makes some known.");
        }
        Ok(Exit::Yes)
    }
}

fn row(participant: &Participant) -> [String; 4] {
    [
        participant.name.clone(),
        participant.display_name.clone().unwrap_or_default(),
        participant.main_branch.clone().unwrap_or_default(),
        latest_version(participant).unwrap_or_default().to_owned(),
    ]
}
