//! The report that build servers read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use pactwright_core::report::markup::escaped;

use super::failure::Failure;
use super::style::plain;
use super::{chain, consumer, title};
use crate::events::{Event, Reporter};
use crate::outcome::{Publication, Verdict};
use crate::plan::PlannedPact;
use crate::sources::ConsumerDetails;

/// Writes one document in the XML form of `JUnit` when the run is over.
///
/// A suite is a contract, a case an interaction. What does not do what the contract asks is a `failure`, what could
/// not be found out an `error`, what is pending and did not pass `skipped`. Contracts that could not be fetched and
/// results that could not be published are errors in suites of their own, and so is a run that could not begin: a build
/// server that counts comes to the same end as the exit code.
#[derive(Debug)]
pub struct JunitReporter<W> {
    writer: W,
    provider: String,
    starting: Suite,
    suites: Vec<Suite>,
    sources: Suite,
    publishing: Suite,
    consumers: BTreeMap<usize, ConsumerDetails>,
}

#[derive(Debug, Default)]
struct Suite {
    name: String,
    cases: Vec<Case>,
}

#[derive(Debug)]
struct Case {
    class: String,
    name: String,
    time: Duration,
    outcome: Outcome,
}

#[derive(Debug)]
enum Outcome {
    Passed,
    /// An interaction that did not pass; what there is to say about it may only be known at the end.
    Interaction(Failure),
    Error(String),
}

/// How many cases came out how.
#[derive(Debug, Default, Clone, Copy)]
struct Totals {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    time: Duration,
}

impl<W: Write + Send> JunitReporter<W> {
    /// A report to be written there.
    pub fn new(writer: W) -> Self {
        let suite = |name: &str| Suite { name: name.to_owned(), cases: Vec::new() };
        Self {
            writer,
            provider: "provider".to_owned(),
            starting: suite("starting"),
            suites: Vec::new(),
            sources: suite("fetching contracts"),
            publishing: suite("publishing results"),
            consumers: BTreeMap::new(),
        }
    }

    /// The writer, with what was written to it.
    pub fn into_inner(self) -> W {
        self.writer
    }

    fn name_provider(&mut self, provider: Option<&String>) {
        if let Some(provider) = provider {
            self.provider.clone_from(provider);
        }
    }

    fn note_publication(&mut self, pact: &PlannedPact, publication: &Publication) {
        let outcome = match publication {
            Publication::Published | Publication::DryRun(_) => Outcome::Passed,
            Publication::Refused(reason) => Outcome::Error(reason.to_string()),
            Publication::Failed(error) => Outcome::Error(chain(error.as_ref())),
        };
        let name = consumer(pact);
        self.publishing.cases.push(Case {
            class: self.provider.clone(),
            name,
            time: Duration::ZERO,
            outcome,
        });
    }

    fn finish(&mut self) -> io::Result<()> {
        let suites: Vec<_> = [&self.starting, &self.sources]
            .into_iter()
            .chain(&self.suites)
            .chain(std::iter::once(&self.publishing))
            .filter(|suite| !suite.cases.is_empty())
            .collect();
        let mut all = Totals::default();
        for suite in &suites {
            all.add(suite.totals());
        }
        let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        text.push_str(&format!("<testsuites name=\"{}\"{}>\n", escaped(&self.provider), all.attributes()));
        for suite in suites {
            suite.write(&mut text, &self.consumers);
        }
        text.push_str("</testsuites>\n");
        self.writer.write_all(text.as_bytes())?;
        self.writer.flush()
    }
}

impl<W: Write + Send> Reporter for JunitReporter<W> {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => self.name_provider(run.provider.as_ref()),
            Event::SourceFailed(error) => self.sources.cases.push(Case {
                class: self.provider.clone(),
                name: format!("contracts {}", self.sources.cases.len() + 1),
                time: Duration::ZERO,
                outcome: Outcome::Error(chain(error.as_ref())),
            }),
            Event::PactStarted(pact) => {
                let name = format!("{} with {}", pact.provider, consumer(pact));
                self.suites.push(Suite { name, cases: Vec::new() });
            }
            Event::InteractionFinished { pact, interaction, result } => {
                let outcome = if result.passed() {
                    Outcome::Passed
                } else {
                    Outcome::Interaction(Failure {
                        pact: Arc::clone(pact),
                        interaction: Arc::clone(interaction),
                        result: Arc::clone(result),
                    })
                };
                let class = format!("{}.{}", pact.provider, pact.consumer);
                let case = Case { class, name: title(interaction), time: result.duration, outcome };
                if let Some(suite) = self.suites.last_mut() {
                    suite.cases.push(case);
                }
            }
            Event::ConsumerKnown { pact, details } => {
                self.consumers.insert(pact.index, details.clone());
            }
            Event::PactConcluded { pact, publication: Some(publication), .. } => {
                self.note_publication(pact, publication);
            }
            Event::RunFinished(_) => return self.finish(),
            Event::NotRun(not_run) => {
                self.name_provider(not_run.provider.as_ref());
                self.starting.cases.push(Case {
                    class: self.provider.clone(),
                    name: "verification".to_owned(),
                    time: Duration::ZERO,
                    outcome: Outcome::Error(not_run.reason.clone()),
                });
                return self.finish();
            }
            _ => {}
        }
        Ok(())
    }
}

impl Suite {
    fn totals(&self) -> Totals {
        let mut totals = Totals { tests: self.cases.len(), ..Totals::default() };
        for case in &self.cases {
            totals.time += case.time;
            match &case.outcome {
                Outcome::Passed => {}
                Outcome::Error(_) => totals.errors += 1,
                Outcome::Interaction(failure) if failure.is_let_pass() => totals.skipped += 1,
                Outcome::Interaction(failure) => match failure.result.verdict() {
                    Verdict::Errored => totals.errors += 1,
                    Verdict::Failed | Verdict::Passed => totals.failures += 1,
                },
            }
        }
        totals
    }

    fn write(&self, text: &mut String, consumers: &BTreeMap<usize, ConsumerDetails>) {
        let attributes = self.totals().attributes();
        text.push_str(&format!("  <testsuite name=\"{}\"{attributes}>\n", escaped(&self.name)));
        for case in &self.cases {
            case.write(text, consumers);
        }
        text.push_str("  </testsuite>\n");
    }
}

impl Case {
    fn write(&self, text: &mut String, consumers: &BTreeMap<usize, ConsumerDetails>) {
        let (class, name) = (escaped(&self.class), escaped(&self.name));
        let time = self.time.as_secs_f64();
        text.push_str(&format!("    <testcase classname=\"{class}\" name=\"{name}\" time=\"{time:.3}\""));
        match &self.outcome {
            Outcome::Passed => {
                text.push_str("/>\n");
                return;
            }
            Outcome::Error(message) => {
                text.push_str(&format!(">\n      <error message=\"{}\"/>\n", escaped(&plain(message))));
            }
            Outcome::Interaction(failure) => {
                let summary = plain(&failure.summary());
                let summary = escaped(&summary);
                let body = failure.text(consumers.get(&failure.pact.index));
                let body = escaped(&body);
                if failure.is_let_pass() {
                    text.push_str(&format!(">\n      <skipped message=\"pending: {summary}\"/>\n"));
                    text.push_str(&format!("      <system-out>\n{body}      </system-out>\n"));
                } else {
                    let tag = match failure.result.verdict() {
                        Verdict::Errored => "error",
                        Verdict::Failed | Verdict::Passed => "failure",
                    };
                    text.push_str(&format!(">\n      <{tag} message=\"{summary}\">\n{body}      </{tag}>\n"));
                }
            }
        }
        text.push_str("    </testcase>\n");
    }
}

impl Totals {
    fn add(&mut self, other: Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
        self.time += other.time;
    }

    fn attributes(self) -> String {
        let Self { tests, failures, errors, skipped, time } = self;
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = write!(text, " tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
        let _ = write!(text, " skipped=\"{skipped}\" time=\"{:.3}\"", time.as_secs_f64());
        text
    }
}
