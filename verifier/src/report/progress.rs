//! One line for people who wait.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use super::style::plain;
use super::{consumer, title};
use crate::events::{Event, Reporter};

/// How long a run may take before it is said how far it is.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a line stands at least: writing to terminals takes time, too.
const STANDS: Duration = Duration::from_millis(100);
/// No line is longer than this, in characters: one that wraps could not be overwritten.
const WIDTH: usize = 79;

/// Says on one line, which is overwritten, how far a run is: only for terminals, and only for runs that take longer
/// than a second.
///
/// Whoever writes to the same terminal [clears](ProgressReporter::clear) the line first.
#[derive(Debug)]
pub struct ProgressReporter<W> {
    writer: W,
    patience: Duration,
    stands: Duration,
    started: Option<Instant>,
    drawn: Option<Instant>,
    showing: bool,
    total: usize,
    done: usize,
    failed: usize,
}

impl<W: Write + Send> ProgressReporter<W> {
    /// A line to be written there.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            patience: PATIENCE,
            stands: STANDS,
            started: None,
            drawn: None,
            showing: false,
            total: 0,
            done: 0,
            failed: 0,
        }
    }

    /// Shows the line from the beginning, and each time there is something new.
    #[must_use]
    pub fn at_once(mut self) -> Self {
        self.patience = Duration::ZERO;
        self.stands = Duration::ZERO;
        self
    }

    /// Takes the line away.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn clear(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.showing) {
            write!(self.writer, "\r\u{1b}[2K")?;
            self.writer.flush()?;
        }
        Ok(())
    }

    /// The writer, with what was written to it.
    pub fn into_inner(self) -> W {
        self.writer
    }

    fn draw(&mut self, text: &str) -> io::Result<()> {
        let waited = self.started.is_some_and(|started| started.elapsed() >= self.patience);
        let stood = self.drawn.is_none_or(|drawn| drawn.elapsed() >= self.stands);
        if !waited || !stood {
            return Ok(());
        }
        let failed = if self.failed == 0 { String::new() } else { format!(", {} not passed", self.failed) };
        let line = plain(&format!("{}/{}{failed}  {text}", self.done, self.total)).replace('\n', " ");
        let line: String = line.chars().take(WIDTH).collect();
        self.drawn = Some(Instant::now());
        self.showing = true;
        write!(self.writer, "\r\u{1b}[2K{line}")?;
        self.writer.flush()
    }
}

impl<W: Write + Send> Reporter for ProgressReporter<W> {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => {
                self.started = Some(Instant::now());
                self.total = run.interactions;
                Ok(())
            }
            Event::InteractionStarted { pact, interaction } => {
                self.draw(&format!("{}: {}", consumer(pact), title(interaction)))
            }
            Event::InteractionFinished { result, .. } => {
                self.done += 1;
                self.failed += usize::from(!result.passed());
                Ok(())
            }
            Event::AllVerified | Event::RunFinished(_) => self.clear(),
            _ => Ok(()),
        }
    }
}
