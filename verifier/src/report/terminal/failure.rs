use std::io::{self, Write};

use pactwright_core::matching::{ActualRequest, ActualResponse};
use pactwright_core::model::InteractionKind;
use pactwright_core::report::Part;
use pactwright_core::report::text::{Options, Report};

use super::{Failure, Style, TerminalReporter, chain, consumer, given, plain};
use crate::client::excerpt;
use crate::outcome::Exchange;

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
        if let Some(request) = exchange.and_then(Exchange::request) {
            writeln!(self.writer, "   {}", plain(&request_line(request)))?;
        }
        for skipped in &result.not_generated {
            writeln!(self.writer, "   {}", plain(&skipped.to_string()))?;
        }
        for error in &result.errors {
            writeln!(self.writer, "     {}", plain(&chain(error)))?;
        }
        let response = exchange.and_then(Exchange::response);
        let messages = exchange.map_or(&[][..], Exchange::messages);
        let report = match (&interaction.interaction.kind, response, messages) {
            (InteractionKind::Http { response: expected, .. }, Some(response), _) => {
                Report::of_response(expected, response, &result.mismatches)
            }
            (InteractionKind::AsyncMessage(expected), _, [message]) => {
                Report::of_message(expected, message, &result.mismatches)
            }
            (InteractionKind::SyncMessage { responses, .. }, _, [message]) if responses.len() == 1 => {
                Report::of_message(&responses[0], message, &result.mismatches)
            }
            _ => Report::new(&result.mismatches),
        };
        let report = report.with(Options { colour: self.palette.colour, ..Options::default() });
        for line in report.to_string().lines() {
            writeln!(self.writer, "     {line}")?;
        }
        let about = |part| result.mismatches.iter().any(|mismatch| mismatch.part == part);
        if let Some(response) = response
            && (about(Part::Status) || (about(Part::Body) && report.lines().is_empty()))
        {
            let answer = plain(&answer(response)).replace('\n', " ");
            writeln!(self.writer, "   the provider answered {answer}")?;
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
