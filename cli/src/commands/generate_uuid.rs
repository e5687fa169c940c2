//! `generate-uuid`: an identifier that nobody else has.

use clap::Args;

use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  pactwright generate-uuid\n\nFor what is created under an identifier that is chosen before, such as a webhook."
)]
pub(crate) struct GenerateUuid {}

impl GenerateUuid {
    #[expect(clippy::unused_self, reason = "every command is run in the same way")]
    pub(crate) fn run(&self, printer: Printer) -> Exit {
        printer.data(&uuid::Uuid::new_v4().to_string());
        Exit::Yes
    }
}
