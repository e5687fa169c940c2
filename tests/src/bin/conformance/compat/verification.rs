//! Verifying contracts, and what came of it.

use std::io;
use std::time::Duration;

use pactwright_core::matching::ActualRequest;
use pactwright_core::names::VersionNumber;
use pactwright_core::report::suite;
use pactwright_verifier::events::{Event, Reporter};
use pactwright_verifier::report::TerminalReporter;
use pactwright_verifier::sources::{BrokerSource, FileSource, Selection};
use pactwright_verifier::states::ParametersIn;
use pactwright_verifier::{InteractionError, InteractionResult, ProviderVersion, RunSummary, Verifier};

use super::providers::STATES;
use super::steps::{Call, Failure, Steps, World};

/// How long a provider may take: the suite is not about how busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of the run.
#[derive(Debug, Default)]
pub(super) struct State {
    ran: Option<Run>,
}

/// A run, with everything that was told about it.
#[derive(Debug)]
struct Run {
    summary: RunSummary,
    events: Vec<Event>,
    report: String,
}

/// Remembers events, and writes the report that people read.
struct Listener {
    events: Vec<Event>,
    terminal: TerminalReporter<Vec<u8>>,
}

impl Reporter for Listener {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        self.events.report(event)?;
        self.terminal.report(event)
    }
}

pub(super) const STEPS: Steps = &[
    ("the verification is run", verify),
    ("the verification will be successful", is_successful),
    ("the verification will NOT be successful", is_not_successful),
    ("the verification results will contain a {string} error", has_error),
    ("there will be a pending {string} error", has_pending_error),
    (
        "a warning will be displayed that there was no provider state callback configured for provider state {string}",
        has_warning,
    ),
    ("the comment {string} will have been printed to the console", has_comment),
    ("the {string} will displayed as the original test name", has_test_name),
];

fn verify(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let (provider, runtime) = (world.providers.url()?, world.runtime()?);
    let mut verifier = Verifier::new("p").base_url(&provider).request_timeout(PATIENCE);
    for file in &world.contracts.files {
        verifier = verifier.source(FileSource::new(file));
    }
    if let Some(broker) = &world.contracts.broker {
        verifier = verifier.source(BrokerSource::new(broker).select(Selection::default()));
    }
    if world.providers.changes_states {
        let url = format!("{provider}{STATES}");
        verifier = verifier.states_url(url, ParametersIn::Body, true).call_without_state(true);
    }
    if let Some(headers) = world.providers.filter.clone() {
        verifier = verifier.request_filter(move |mut request: ActualRequest| {
            for (name, values) in headers.iter() {
                request.headers.extend(values.iter().map(|value| (name.to_owned(), value.clone())));
            }
            std::future::ready(Ok(request))
        });
    }
    if world.contracts.is_published {
        let number = VersionNumber::new("1.0.0").map_err(|error| Failure::Unusable(error.to_string()))?;
        verifier = verifier.publish(ProviderVersion::new(number));
    }
    let mut listener = Listener { events: Vec::new(), terminal: TerminalReporter::new(Vec::new()) };
    let summary = runtime.block_on(verifier.run(&mut listener));
    let summary = summary.map_err(|error| Failure::Unmet(format!("nothing was verified: {error}")))?;
    let report = String::from_utf8_lossy(listener.terminal.written()).into_owned();
    world.verification.ran = Some(Run { summary, events: listener.events, report });
    Ok(())
}

impl State {
    fn ran(&self) -> Result<&Run, Failure> {
        self.ran.as_ref().ok_or_else(|| Failure::Unmet("nothing was verified".to_owned()))
    }

    pub(super) fn is_run(&self) -> Result<(), Failure> {
        self.ran().map(|_| ())
    }
}

impl Run {
    /// The results of interactions that are pending, or of those that are not.
    fn results(&self, pending: bool) -> impl Iterator<Item = &InteractionResult> {
        self.events.iter().filter_map(move |event| match event {
            Event::InteractionFinished { interaction, result, .. } if interaction.pending == pending => {
                Some(&**result)
            }
            _ => None,
        })
    }

    /// What was wrong with those, in the words of the suite.
    fn errors(&self, pending: bool) -> Vec<&'static str> {
        let of_one = |result: &InteractionResult| {
            let parts = result.mismatches.iter().filter_map(|mismatch| suite::difference(mismatch.part));
            let states = result.errors.iter().filter_map(|error| match &**error {
                InteractionError::State(_) => Some(suite::STATE_CHANGE_FAILED),
                _ => None,
            });
            parts.chain(states).collect::<Vec<_>>()
        };
        self.results(pending).flat_map(of_one).collect()
    }

    fn shows(&self, wanted: impl Fn(&str) -> bool) -> Result<(), Failure> {
        Failure::unless(self.report.lines().any(wanted), || format!("the report is\n{}", self.report))
    }
}

fn is_successful(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let run = world.verification.ran()?;
    let right = run.summary.passed() && run.summary.counts().total() > 0;
    Failure::unless(right, || run.report.clone())
}

fn is_not_successful(world: &mut World, _: &Call<'_>) -> Result<(), Failure> {
    let run = world.verification.ran()?;
    Failure::unless(!run.summary.passed(), || run.report.clone())
}

fn has_error(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let run = world.verification.ran()?;
    let errors = run.errors(false);
    Failure::unless(errors.contains(&call.argument(0)), || format!("they are {}", errors.join(", ")))
}

fn has_pending_error(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let run = world.verification.ran()?;
    let errors = run.errors(true);
    Failure::unless(errors.contains(&call.argument(0)), || format!("they are {}", errors.join(", ")))
}

fn has_warning(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let run = world.verification.ran()?;
    let is_ignored = run.results(false).any(|result| result.states_ignored);
    Failure::unless(is_ignored, || "its states were not passed over".to_owned())?;
    run.shows(|line| line.contains(call.argument(0)) && line.contains("there is no state handler"))
}

fn has_comment(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    world.verification.ran()?.shows(|line| line.trim() == call.argument(0))
}

fn has_test_name(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let wanted = format!("test: {}", call.argument(0));
    world.verification.ran()?.shows(|line| line.trim() == wanted)
}

#[cfg(test)]
mod tests;
