//! The report that people read.

mod failure;
mod remarks;

use std::io::{self, Write};
use std::sync::Arc;

use super::style::{Palette, Style, plain};
use super::{chain, consumer, plural, state};
use crate::events::{Event, Reporter, RunStarted};
use crate::outcome::{Counts, ExitCode, InteractionResult, Publication, RunSummary, Verdict};
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::publish::moment_after;

/// Writes what happens as it happens, then what was wrong, then one line that says what it comes down to.
///
/// It reads as well without colour as with it.
#[derive(Debug)]
pub struct TerminalReporter<W> {
    writer: W,
    palette: Palette,
    failures: Vec<Failure>,
    provider: Option<String>,
}

#[derive(Debug)]
struct Failure {
    pact: Arc<PlannedPact>,
    interaction: Arc<PlannedInteraction>,
    result: Arc<InteractionResult>,
}

impl<W: Write + Send> TerminalReporter<W> {
    /// A report without colour.
    pub fn new(writer: W) -> Self {
        Self { writer, palette: Palette::default(), failures: Vec::new(), provider: None }
    }

    /// With or without colour.
    #[must_use]
    pub fn colour(mut self, colour: bool) -> Self {
        self.palette = Palette { colour };
        self
    }

    /// What was written so far, where the writer keeps it.
    pub fn written(&self) -> &W {
        &self.writer
    }

    /// The writer, with what was written to it.
    pub fn into_inner(self) -> W {
        self.writer
    }

    fn paint(&self, style: Style, text: &str) -> String {
        self.palette.paint(style, text)
    }

    fn started(&mut self, run: &RunStarted) -> io::Result<()> {
        self.provider.clone_from(&run.provider);
        let provider = run.provider.as_deref().unwrap_or("the provider");
        let target = run.target.as_ref().map_or(String::new(), |target| format!(" at {target}"));
        let title = self.paint(Style::Strong, &format!("Verifying {}{target}", plain(provider)));
        writeln!(self.writer, "{title}")?;
        let (pacts, interactions) = (plural(run.pacts, "contract"), plural(run.interactions, "interaction"));
        writeln!(self.writer, "{pacts}, {interactions}")?;
        if !run.filter.is_empty() {
            writeln!(self.writer, "Only where {}", plain(&run.filter))?;
        }
        Ok(())
    }

    fn pact(&mut self, pact: &PlannedPact) -> io::Result<()> {
        let why = pact.context.short_description.as_ref().map_or(String::new(), |why| format!(" ({why})"));
        let title = self.paint(Style::Strong, &plain(&format!("{}{why}", consumer(pact))));
        writeln!(self.writer, "\n{title}")?;
        let origin = plain(&format!("from {}", pact.origin));
        writeln!(self.writer, "  {}", self.palette.paint(Style::Dim, &origin))?;
        if let Some(provider) = self.provider.as_ref().filter(|name| **name != pact.provider) {
            let text = format!("  this is a contract with {}, not with {provider}", pact.provider);
            writeln!(self.writer, "{}", self.paint(Style::Warning, &plain(&text)))?;
        }
        let mut marks = Vec::new();
        if pact.context.wip {
            marks.push("work in progress");
        }
        if pact.context.pending {
            marks.push("pending: a failure does not fail the run");
        }
        if !marks.is_empty() {
            let marks = self.paint(Style::Warning, &marks.join(", "));
            writeln!(self.writer, "  {marks}")?;
        }
        if pact.left_out > 0 {
            writeln!(self.writer, "  {} left out by the filter", plural(pact.left_out, "interaction"))?;
        }
        self.notices(pact, "before_verification")
    }

    fn notices(&mut self, pact: &PlannedPact, moment: &str) -> io::Result<()> {
        for notice in pact.context.notices_for(moment) {
            for line in plain(notice).lines() {
                writeln!(self.writer, "  | {line}")?;
            }
        }
        Ok(())
    }

    fn interaction(
        &mut self,
        interaction: &PlannedInteraction,
        result: &InteractionResult,
    ) -> io::Result<()> {
        let (style, word) = match result.verdict() {
            Verdict::Passed => (Style::Good, "ok"),
            _ if interaction.pending => (Style::Warning, "PENDING"),
            Verdict::Failed => (Style::Bad, "FAILED"),
            Verdict::Errored => (Style::Bad, "ERROR"),
        };
        let word = self.paint(style, &format!("{word:<7}"));
        let states: Vec<_> = interaction.states().iter().map(|state| state.name.as_str()).collect();
        let given =
            if states.is_empty() { String::new() } else { format!(", given {}", states.join(" and ")) };
        let text = plain(&format!("{}{given}", interaction.interaction.description)).replace('\n', " ");
        let note =
            if result.states_ignored { " (states were not set up: there is no state handler)" } else { "" };
        writeln!(self.writer, "  {word} {text}{note}")?;
        self.remarks(interaction)
    }

    fn concluded(
        &mut self,
        pact: &PlannedPact,
        success: bool,
        publication: Option<&Publication>,
    ) -> io::Result<()> {
        let published = matches!(publication, Some(Publication::Published));
        let moment = moment_after(success, published);
        let has_notices = pact.context.notices_for(&moment).next().is_some();
        if publication.is_none() && !has_notices {
            return Ok(());
        }
        let what = if success { "success" } else { "failure" };
        let line = match publication {
            None => plain(&consumer(pact)),
            Some(Publication::Published) => {
                self.paint(Style::Good, &plain(&format!("{}: {what} published", consumer(pact))))
            }
            Some(Publication::Refused(reason)) => self.paint(
                Style::Warning,
                &plain(&format!("{}: {what} not published: {reason}", consumer(pact))),
            ),
            Some(Publication::Failed(error)) => {
                let reason = chain(error.as_ref());
                self.paint(Style::Bad, &plain(&format!("{}: {what} NOT PUBLISHED: {reason}", consumer(pact))))
            }
        };
        writeln!(self.writer, "\n{line}")?;
        self.notices(pact, &moment)
    }

    fn failures(&mut self) -> io::Result<()> {
        let all = std::mem::take(&mut self.failures);
        let (pending, failed): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|failure| failure.interaction.pending);
        for (title, failures) in [("Failures", failed), ("Pending, so these do not fail the run", pending)] {
            if failures.is_empty() {
                continue;
            }
            let title = self.paint(Style::Strong, title);
            writeln!(self.writer, "\n{title}")?;
            for (index, failure) in failures.iter().enumerate() {
                self.failure(index + 1, failure)?;
            }
        }
        Ok(())
    }

    fn finished(&mut self, summary: &RunSummary) -> io::Result<()> {
        let counts = summary.counts();
        let mut text = format!(
            "{}, {}: {}",
            plural(summary.pacts.len(), "contract"),
            plural(counts.total(), "interaction"),
            in_words(counts)
        );
        if !summary.source_failures.is_empty() {
            let missing = summary.source_failures.len();
            text.push_str(&format!("; {} could not be fetched", plural(missing, "contract or source")));
        }
        let (style, verdict) = match summary.exit_code() {
            ExitCode::Verified => (Style::Good, "Verified"),
            ExitCode::Failed => (Style::Bad, "Failed"),
            ExitCode::CouldNotRun => (Style::Bad, "Not all could be verified"),
            ExitCode::NotPublished => (Style::Bad, "Verified, but not all results could be published"),
        };
        let verdict = self.paint(style, verdict);
        writeln!(self.writer, "\n{verdict}: {text}")?;
        self.writer.flush()
    }
}

fn in_words(counts: Counts) -> String {
    let parts = [
        (counts.passed, "passed"),
        (counts.failed, "failed"),
        (counts.errored, "could not be verified"),
        (counts.pending, "pending did not pass"),
    ];
    let said: Vec<_> = parts
        .into_iter()
        .filter(|(count, what)| *count > 0 || *what == "passed")
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    said.join(", ")
}

impl<W: Write + Send> Reporter for TerminalReporter<W> {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => self.started(run),
            Event::SourceFailed(error) => {
                let text = plain(&chain(error.as_ref()));
                writeln!(self.writer, "\n{} {text}", self.palette.paint(Style::Bad, "ERROR"))
            }
            Event::PactStarted(pact) => self.pact(pact),
            Event::InteractionStarted { .. } => Ok(()),
            Event::InteractionFinished { pact, interaction, result } => {
                if !result.passed() {
                    self.failures.push(Failure {
                        pact: Arc::clone(pact),
                        interaction: Arc::clone(interaction),
                        result: Arc::clone(result),
                    });
                }
                self.interaction(interaction, result)
            }
            Event::PactFinished { .. } => self.writer.flush(),
            Event::AllVerified => self.failures(),
            Event::PactConcluded { pact, success, publication } => {
                self.concluded(pact, *success, publication.as_ref())
            }
            Event::RunFinished(summary) => self.finished(summary),
        }
    }
}

/// States as they are listed with a failure.
fn given(interaction: &PlannedInteraction) -> Option<String> {
    let states: Vec<_> = interaction.states().iter().map(state).collect();
    (!states.is_empty()).then(|| plain(&states.join(", and ")))
}
