//! The report that people read.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use super::failure::Failure;
use super::style::{Palette, Style, plain};
use super::{chain, consumer, is_let_pass, plural, title};
use crate::events::{Event, Reporter, RunStarted};
use crate::outcome::{Counts, ExitCode, InteractionResult, Publication, RunSummary, Verdict};
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::publish::{Draft, moment_after};
use crate::sources::ConsumerDetails;

/// Writes what happens as it happens, then what was wrong, then one line that says what it comes down to.
///
/// It reads as well without colour as with it.
#[derive(Debug)]
pub struct TerminalReporter<W> {
    writer: W,
    palette: Palette,
    failures: Vec<Failure>,
    /// What brokers say about consumers, by the place of the contract in the run.
    consumers: BTreeMap<usize, ConsumerDetails>,
    provider: Option<String>,
    planned: usize,
}

impl<W: Write + Send> TerminalReporter<W> {
    /// A report without colour.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            palette: Palette::default(),
            failures: Vec::new(),
            consumers: BTreeMap::new(),
            provider: None,
            planned: 0,
        }
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
        self.planned = run.interactions;
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
            _ if is_let_pass(interaction, result) => (Style::Warning, "PENDING"),
            Verdict::Failed => (Style::Bad, "FAILED"),
            Verdict::Errored => (Style::Bad, "ERROR"),
        };
        let word = self.paint(style, &format!("{word:<7}"));
        let text = plain(&title(interaction));
        let note =
            if result.states_ignored { " (states were not set up: there is no state handler)" } else { "" };
        writeln!(self.writer, "  {word} {text}{note}")?;
        self.remarks(interaction)
    }

    /// What the consumer's team has to say about an interaction, and the test that it comes from.
    fn remarks(&mut self, planned: &PlannedInteraction) -> io::Result<()> {
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
            Some(Publication::DryRun(draft)) => return self.draft(pact, what, draft),
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

    /// What would have been published. Not all of it: that is what machines read.
    fn draft(&mut self, pact: &PlannedPact, what: &str, draft: &Draft) -> io::Result<()> {
        let version = &draft.version;
        let branch = version.branch.iter().map(|branch| format!("branch {branch}"));
        let tags = version.tags.iter().map(|tag| format!("tag {tag}"));
        let marks: Vec<_> = branch.chain(tags).collect();
        let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
        let results = draft.result.test_results.as_ref().and_then(serde_json::Value::as_array);
        let results = plural(results.map_or(0, Vec::len), "interaction");
        let line = format!("{}: {what} not published: this is a dry run", consumer(pact));
        let line = self.paint(Style::Warning, &plain(&line));
        writeln!(self.writer, "\n{line}")?;
        let line =
            format!("  would go to {}\n  as the result of version {}{marks}", draft.url, version.number);
        writeln!(self.writer, "{}, with {results}", plain(&line))
    }

    fn failures(&mut self) -> io::Result<()> {
        let all = std::mem::take(&mut self.failures);
        let (pending, failed): (Vec<_>, Vec<_>) = all.into_iter().partition(Failure::is_let_pass);
        for (title, failures) in [("Failures", failed), ("Pending, so these do not fail the run", pending)] {
            if failures.is_empty() {
                continue;
            }
            let title = self.paint(Style::Strong, title);
            writeln!(self.writer, "\n{title}")?;
            for (index, failure) in failures.iter().enumerate() {
                let Failure { pact, interaction, .. } = failure;
                let title = plain(&format!("{}: {}", consumer(pact), interaction.interaction.description));
                let title = self.paint(Style::Bad, &title.replace('\n', " "));
                writeln!(self.writer, "\n{}. {title}", index + 1)?;
                failure.write(&mut self.writer, self.palette, self.consumers.get(&pact.index))?;
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
        if summary.stopped {
            let left = self.planned.saturating_sub(counts.total());
            text.push_str(&format!(", {left} not run after the first failure"));
        }
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
        writeln!(self.writer)?;
        if let Some(times) = &summary.response_times {
            let (median, worst) = (time(times.median), time(times.worst));
            let slowest = plain(&times.slowest).replace('\n', " ");
            let line =
                format!("The provider answered within {median} (median) and {worst} (at worst: {slowest})");
            writeln!(self.writer, "{}", self.paint(Style::Dim, &line))?;
        }
        writeln!(self.writer, "{verdict}: {text}")?;
        self.writer.flush()
    }
}

/// For people: three digits are plenty.
fn time(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    match milliseconds {
        ..10.0 => format!("{milliseconds:.2} ms"),
        10.0..100.0 => format!("{milliseconds:.1} ms"),
        100.0..1000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.2} s", milliseconds / 1e3),
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
            Event::ConsumerKnown { pact, details } => {
                self.consumers.insert(pact.index, details.clone());
                Ok(())
            }
            Event::AllVerified => self.failures(),
            Event::PactConcluded { pact, success, publication } => {
                self.concluded(pact, *success, publication.as_ref())
            }
            Event::RunFinished(summary) => self.finished(summary),
            Event::NotRun(not_run) => {
                let verdict = self.paint(Style::Bad, "Nothing could be verified");
                writeln!(self.writer, "{verdict}: {}", plain(&not_run.reason))?;
                self.writer.flush()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits() {
        for (microseconds, expected) in [
            (4, "0.00 ms"),
            (1234, "1.23 ms"),
            (12_345, "12.3 ms"),
            (123_456, "123 ms"),
            (1_234_567, "1.23 s"),
        ] {
            assert_eq!(time(Duration::from_micros(microseconds)), expected);
        }
    }
}
