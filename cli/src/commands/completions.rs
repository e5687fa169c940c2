//! `completions`: what a shell needs to complete the commands and options.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::Cli;
use crate::exit::Exit;
use crate::printer::Printer;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright completions bash > /etc/bash_completion.d/pactwright
  pactwright completions zsh > \"${fpath[1]}/_pactwright\"
  pactwright completions fish > ~/.config/fish/completions/pactwright.fish
  pactwright completions powershell >> $PROFILE
  pactwright completions elvish > ~/.config/elvish/lib/pactwright.elv")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, printer: Printer) -> Exit {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "pactwright", &mut script);
        printer.data(String::from_utf8_lossy(&script).trim_end());
        Exit::Yes
    }
}
