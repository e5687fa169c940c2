use std::io::{self, Write};

use super::{Style, TerminalReporter, plain};
use crate::plan::PlannedInteraction;

impl<W: Write + Send> TerminalReporter<W> {
    /// What the consumer's team has to say about an interaction, and the test that it comes from.
    pub(super) fn remarks(&mut self, planned: &PlannedInteraction) -> io::Result<()> {
        let interaction = &planned.interaction;
        for line in interaction.remarks().flat_map(str::lines) {
            self.remark(line)?;
        }
        match interaction.test_name() {
            Some(name) => self.remark(&format!("test: {name}")),
            None => Ok(()),
        }
    }

    fn remark(&mut self, line: &str) -> io::Result<()> {
        let line = self.paint(Style::Dim, &plain(line).replace('\n', " "));
        writeln!(self.writer, "          {line}")
    }
}
