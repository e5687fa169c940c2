//! The report that shows up beside a pull request.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::failure::Failure;
use super::style::plain;
use super::{chain, consumer, title};
use crate::events::{Event, Reporter};
use crate::outcome::Publication;
use crate::sources::{ConsumerDetails, Origin};

/// Writes workflow commands, which GitHub Actions shows as annotations: an error for each interaction that did not
/// pass, a warning for each that is pending, and errors for contracts that could not be fetched, results that could
/// not be published, and a run that could not begin.
///
/// They have to go to standard output. GitHub shows ten errors and ten warnings of a step and leaves out the rest.
#[derive(Debug)]
pub struct GithubReporter<W> {
    writer: W,
    failures: Vec<Failure>,
    consumers: BTreeMap<usize, ConsumerDetails>,
}

#[derive(Debug, Clone, Copy)]
enum Level {
    Error,
    Warning,
}

impl<W: Write + Send> GithubReporter<W> {
    /// Commands to be written there.
    pub fn new(writer: W) -> Self {
        Self { writer, failures: Vec::new(), consumers: BTreeMap::new() }
    }

    /// The writer, with what was written to it.
    pub fn into_inner(self) -> W {
        self.writer
    }

    fn command(&mut self, level: Level, file: Option<&str>, title: &str, message: &str) -> io::Result<()> {
        let level = match level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        let file = file.map_or(String::new(), |file| format!("file={},", property(file)));
        writeln!(self.writer, "::{level} {file}title={}::{}", property(&plain(title)), data(message))
    }

    fn failures(&mut self) -> io::Result<()> {
        for failure in std::mem::take(&mut self.failures) {
            let Failure { pact, interaction, .. } = &failure;
            let (level, mark) =
                if failure.is_let_pass() { (Level::Warning, " (pending)") } else { (Level::Error, "") };
            let file = match &pact.origin {
                Origin::File(path) => Some(path.display().to_string()),
                _ => None,
            };
            let title = format!("{}: {}{mark}", consumer(pact), title(interaction));
            let message = failure.text(self.consumers.get(&pact.index));
            self.command(level, file.as_deref(), &title, message.trim_end())?;
        }
        self.writer.flush()
    }
}

impl<W: Write + Send> Reporter for GithubReporter<W> {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::SourceFailed(error) => {
                self.command(Level::Error, None, "no contract", &plain(&chain(error.as_ref())))
            }
            Event::NotRun(not_run) => {
                self.command(Level::Error, None, "nothing could be verified", &plain(&not_run.reason))
            }
            Event::InteractionFinished { pact, interaction, result } if !result.passed() => {
                self.failures.push(Failure {
                    pact: Arc::clone(pact),
                    interaction: Arc::clone(interaction),
                    result: Arc::clone(result),
                });
                Ok(())
            }
            Event::ConsumerKnown { pact, details } => {
                self.consumers.insert(pact.index, details.clone());
                Ok(())
            }
            Event::AllVerified => self.failures(),
            Event::PactConcluded { pact, publication: Some(publication), .. } => {
                let reason = match publication {
                    Publication::Published | Publication::DryRun(_) => return Ok(()),
                    Publication::Refused(reason) => reason.to_string(),
                    Publication::Failed(error) => chain(error.as_ref()),
                };
                let title = format!("{}: result not published", consumer(pact));
                self.command(Level::Error, None, &title, &plain(&reason))
            }
            _ => Ok(()),
        }
    }
}

/// Text as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text as a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_elsewhere_makes_no_commands() {
        assert_eq!(data("100%\r\n::error::x"), "100%25%0D%0A::error::x");
        assert_eq!(property("a: b, c\n"), "a%3A b%2C c%0A");
    }
}
