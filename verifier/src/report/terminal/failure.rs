use std::io::{self, Write};

use pactwright_core::matching::{ActualRequest, ActualResponse};
use pactwright_core::report::Part;

use super::super::diff::{self, Line};
use super::{Failure, Style, TerminalReporter, chain, consumer, given, plain};
use crate::client::excerpt;

/// No more mismatches than these are listed for one interaction.
const MOST_MISMATCHES: usize = 50;

impl<W: Write + Send> TerminalReporter<W> {
    pub(super) fn failure(&mut self, number: usize, failure: &Failure) -> io::Result<()> {
        let Failure { pact, interaction, result } = failure;
        let title = plain(&format!("{}: {}", consumer(pact), interaction.interaction.description));
        let title = self.paint(Style::Bad, &title.replace('\n', " "));
        writeln!(self.writer, "\n{number}. {title}")?;
        if let Some(given) = given(interaction) {
            writeln!(self.writer, "   given {given}")?;
        }
        let exchange = result.exchange.as_deref();
        if let Some(exchange) = exchange {
            writeln!(self.writer, "   {}", plain(&request_line(&exchange.request)))?;
        }
        for skipped in &result.not_generated {
            writeln!(self.writer, "   {}", plain(&skipped.to_string()))?;
        }
        for error in &result.errors {
            writeln!(self.writer, "   - {}", plain(&chain(error)))?;
        }
        for mismatch in result.mismatches.iter().take(MOST_MISMATCHES) {
            writeln!(self.writer, "   - {}", plain(&mismatch.to_string()))?;
        }
        if let Some(more) = result.mismatches.len().checked_sub(MOST_MISMATCHES).filter(|more| *more > 0) {
            writeln!(self.writer, "   - and {more} more")?;
        }
        let Some(response) = exchange.and_then(|exchange| exchange.response.as_ref()) else { return Ok(()) };
        let diff = match interaction.interaction.as_http() {
            Some((_, expected)) => diff::body(expected, response, &result.mismatches),
            None => Vec::new(),
        };
        let about = |part| result.mismatches.iter().any(|mismatch| mismatch.part == part);
        if about(Part::Status) || (about(Part::Body) && diff.is_empty()) {
            let answer = plain(&answer(response)).replace('\n', " ");
            writeln!(self.writer, "   the provider answered {answer}")?;
        }
        self.diff(&diff)
    }

    fn diff(&mut self, lines: &[Line]) -> io::Result<()> {
        if !lines.is_empty() {
            writeln!(self.writer, "   body (- expected, + actual):")?;
        }
        for line in lines {
            let line = match line {
                Line::Same(text) => format!("  {}", plain(text)),
                Line::Expected(text) => self.paint(Style::Good, &format!("- {}", plain(text))),
                Line::Actual(text) => self.paint(Style::Bad, &format!("+ {}", plain(text))),
                Line::Skipped => self.paint(Style::Dim, "  ..."),
            };
            writeln!(self.writer, "     {line}")?;
        }
        Ok(())
    }
}

/// Method, path and query, and the body where there is one.
fn request_line(request: &ActualRequest) -> String {
    let query = request.query.as_ref().map_or(String::new(), |query| format!("?{query}"));
    let body = if request.body.is_empty() { String::new() } else { format!("  {}", excerpt(&request.body)) };
    format!("{} {}{query}{body}", request.method, request.path).replace('\n', " ")
}

fn answer(response: &ActualResponse) -> String {
    if response.body.is_empty() {
        return format!("{} with an empty body", response.status);
    }
    format!("{}: {}", response.status, excerpt(&response.body))
}
