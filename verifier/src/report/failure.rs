//! What was wrong with an interaction, as people read it.

use std::io::{self, Write};
use std::sync::Arc;

use pactwright_core::matching::{ActualRequest, ActualResponse};
use pactwright_core::model::InteractionKind;
use pactwright_core::report::Part;
use pactwright_core::report::text::{Options, Report};

use super::style::{Palette, plain};
use super::{chain, details, is_let_pass, state};
use crate::client::excerpt;
use crate::outcome::{Exchange, InteractionResult};
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::sources::ConsumerDetails;

/// An interaction that did not pass, kept until there is time to tell.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) pact: Arc<PlannedPact>,
    pub(super) interaction: Arc<PlannedInteraction>,
    pub(super) result: Arc<InteractionResult>,
}

impl Failure {
    /// Everything but its title: what was sent, what came back, and how that differs from what is expected.
    pub(super) fn write(
        &self,
        writer: &mut impl Write,
        palette: Palette,
        consumer: Option<&ConsumerDetails>,
    ) -> io::Result<()> {
        let Self { interaction, result, .. } = self;
        let consumer = consumer.map(details).filter(|text| !text.is_empty());
        if let Some(consumer) = consumer {
            writeln!(writer, "   of the consumer's {}", plain(&consumer).replace('\n', " "))?;
        }
        if let Some(given) = given(interaction) {
            writeln!(writer, "   given {given}")?;
        }
        let exchange = result.exchange.as_deref();
        if let Some(request) = exchange.and_then(Exchange::request) {
            writeln!(writer, "   {}", plain(&request_line(request)))?;
        }
        for skipped in &result.not_generated {
            writeln!(writer, "   {}", plain(&skipped.to_string()))?;
        }
        for error in &result.errors {
            writeln!(writer, "     {}", plain(&chain(error)))?;
        }
        let response = exchange.and_then(Exchange::response);
        let messages = exchange.map_or(&[][..], Exchange::messages);
        let mut compared = false;
        for (number, mismatches) in result.mismatches_by_response() {
            let report = match (&interaction.interaction.kind, response, number.unwrap_or(1)) {
                (InteractionKind::Http { response: expected, .. }, Some(response), _) => {
                    Report::of_response(expected, response, mismatches)
                }
                (InteractionKind::AsyncMessage(expected), ..) if !messages.is_empty() => {
                    Report::of_message(expected, &messages[0], mismatches)
                }
                (InteractionKind::SyncMessage { responses, .. }, _, number) => {
                    match (responses.get(number - 1), messages.get(number - 1)) {
                        (Some(expected), Some(message)) => Report::of_message(expected, message, mismatches),
                        _ => Report::new(mismatches),
                    }
                }
                _ => Report::new(mismatches),
            };
            if let (Some(number), false) = (number, mismatches.is_empty()) {
                writeln!(writer, "     in response {number} of {}:", result.per_response.len())?;
            }
            let report = report.with(Options { colour: palette.colour, ..Options::default() });
            for line in report.to_string().lines() {
                writeln!(writer, "     {line}")?;
            }
            compared |= !report.lines().is_empty();
        }
        let about = |part| result.mismatches.iter().any(|mismatch| mismatch.part == part);
        if let Some(response) = response
            && (about(Part::Status) || (about(Part::Body) && !compared))
        {
            let answer = plain(&answer(response)).replace('\n', " ");
            writeln!(writer, "   the provider answered {answer}")?;
        }
        Ok(())
    }

    /// The same as text without colour.
    pub(super) fn text(&self, consumer: Option<&ConsumerDetails>) -> String {
        let mut text = Vec::new();
        match self.write(&mut text, Palette::default(), consumer) {
            Ok(()) => String::from_utf8_lossy(&text).into_owned(),
            // Memory takes everything; if it ever did not, that would be what there is to say.
            Err(error) => error.to_string(),
        }
    }

    /// Whether it does not count.
    pub(super) fn is_let_pass(&self) -> bool {
        is_let_pass(&self.interaction, &self.result)
    }

    /// What it comes down to, in one sentence or a few.
    pub(super) fn summary(&self) -> String {
        let mismatches = self.result.sentences().map(|(_, sentence)| sentence);
        let errors = self.result.errors.iter().map(|error| chain(error));
        mismatches.chain(errors).collect::<Vec<_>>().join("; ")
    }
}

/// States as they are listed with a failure.
fn given(interaction: &PlannedInteraction) -> Option<String> {
    let states: Vec<_> = interaction.states().iter().map(state).collect();
    (!states.is_empty()).then(|| plain(&states.join(", and ")))
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
