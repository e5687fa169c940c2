//! The report that programs read.

use std::io::{self, Write};

use pactwright_core::json::JsonBuf;
use pactwright_core::report::{Detail, Mismatch, Part};
use serde_json::{Value, json};

use super::{TerminalReporter, chain};
use crate::events::{Event, Reporter};
use crate::outcome::{ExitCode, InteractionResult, Publication, RunSummary, Verdict};
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::publish::moment_after;

/// Writes one JSON document when the run is over.
///
/// It has the members that tools around Pact know, and some of our own:
///
/// | member | what it is |
/// |---|---|
/// | `result` | whether the run was good (pending interactions aside) |
/// | `exitCode` | the number of the [`ExitCode`] |
/// | `notices` | what brokers wanted to be told, in order |
/// | `output` | the report for people, line by line |
/// | `errors`, `pendingErrors` | `{interaction, mismatch}` for each interaction that did not pass |
/// | `interactionResults` | one entry per interaction, in contract order; `duration` in milliseconds |
/// | `publications` | one entry per contract, when publishing was asked for |
/// | `summary` | how many interactions passed, failed, could not be verified, or are pending and did not pass |
#[derive(Debug)]
pub struct JsonReporter<W> {
    writer: W,
    people: TerminalReporter<Vec<u8>>,
    notices: Vec<Value>,
    errors: Vec<Value>,
    pending_errors: Vec<Value>,
    interactions: Vec<Value>,
    publications: Vec<Value>,
    source_errors: Vec<Value>,
}

impl<W: Write + Send> JsonReporter<W> {
    /// A report to be written there.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            people: TerminalReporter::new(Vec::new()),
            notices: Vec::new(),
            errors: Vec::new(),
            pending_errors: Vec::new(),
            interactions: Vec::new(),
            publications: Vec::new(),
            source_errors: Vec::new(),
        }
    }

    /// The writer, with what was written to it.
    pub fn into_inner(self) -> W {
        self.writer
    }

    fn notices(&mut self, pact: &PlannedPact, moment: &str) {
        let notices = pact.context.notices_for(moment);
        self.notices.extend(notices.map(|text| json!({ "when": moment, "text": text })));
    }

    fn interaction(&mut self, pact: &PlannedPact, planned: &PlannedInteraction, result: &InteractionResult) {
        let interaction = &planned.interaction;
        let mismatch = problem(planned, result);
        if let Some(mismatch) = &mismatch {
            let entry = json!({ "interaction": name(pact, planned), "mismatch": mismatch });
            if planned.pending { &mut self.pending_errors } else { &mut self.errors }.push(entry);
        }
        let mut entry = json!({
            "consumer": pact.consumer,
            "provider": pact.provider,
            "description": interaction.description,
            "providerStates": interaction.states.iter().map(|state| json!({
                "name": state.name,
                "params": JsonBuf::Object(state.params.clone()),
            })).collect::<Vec<_>>(),
            "pending": planned.pending,
            "result": if result.passed() { "OK" } else { "Error" },
            "verdict": match result.verdict() {
                Verdict::Passed => "passed",
                Verdict::Failed => "failed",
                Verdict::Errored => "errored",
            },
            "duration": milliseconds(result.duration),
        });
        let optional = [
            ("interactionId", interaction.id.clone().map(Value::from)),
            ("interactionKey", interaction.key.clone().map(Value::from)),
            ("responseTime", result.response_time.map(milliseconds)),
            ("notGenerated", not_generated(result)),
            ("statesIgnored", result.states_ignored.then_some(Value::Bool(true))),
            ("mismatch", mismatch),
        ];
        for (member, value) in optional {
            if let Some(value) = value {
                entry[member] = value;
            }
        }
        self.interactions.push(entry);
    }

    fn publication(&mut self, pact: &PlannedPact, success: bool, publication: &Publication) {
        let mut entry = json!({
            "consumer": pact.consumer,
            "provider": pact.provider,
            "success": success,
            "published": matches!(publication, Publication::Published),
        });
        match publication {
            Publication::Published => {}
            Publication::Refused(reason) => entry["reason"] = reason.to_string().into(),
            Publication::Failed(error) => entry["error"] = chain(error.as_ref()).into(),
        }
        self.publications.push(entry);
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let output = String::from_utf8_lossy(
            &std::mem::replace(&mut self.people, TerminalReporter::new(Vec::new())).into_inner(),
        )
        .lines()
        .map(str::to_owned)
        .collect::<Vec<_>>();
        let document = json!({
            "result": summary.exit_code() == ExitCode::Verified,
            "exitCode": summary.exit_code().code(),
            "notices": std::mem::take(&mut self.notices),
            "output": output,
            "errors": std::mem::take(&mut self.errors),
            "pendingErrors": std::mem::take(&mut self.pending_errors),
            "sourceErrors": std::mem::take(&mut self.source_errors),
            "interactionResults": std::mem::take(&mut self.interactions),
            "publications": std::mem::take(&mut self.publications),
            "summary": summary.counts(),
        });
        serde_json::to_writer_pretty(&mut self.writer, &document)?;
        writeln!(self.writer)?;
        self.writer.flush()
    }
}

impl<W: Write + Send> Reporter for JsonReporter<W> {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        self.people.report(event)?;
        match event {
            Event::SourceFailed(error) => {
                self.source_errors.push(json!({ "message": chain(error.as_ref()) }));
            }
            Event::PactStarted(pact) => self.notices(pact, "before_verification"),
            Event::InteractionFinished { pact, interaction, result } => {
                self.interaction(pact, interaction, result);
            }
            Event::PactConcluded { pact, success, publication } => {
                let published = matches!(publication, Some(Publication::Published));
                self.notices(pact, &moment_after(*success, published));
                if let Some(publication) = publication {
                    self.publication(pact, *success, publication);
                }
            }
            Event::RunFinished(summary) => return self.finish(summary),
            _ => {}
        }
        Ok(())
    }
}

fn name(pact: &PlannedPact, planned: &PlannedInteraction) -> String {
    let states: Vec<_> = planned.states().iter().map(|state| state.name.as_str()).collect();
    let given = if states.is_empty() { String::new() } else { format!(" given {}", states.join(" and ")) };
    let (consumer, provider) = (&pact.consumer, &pact.provider);
    format!("Verifying a pact between {consumer} and {provider}{given} - {}", planned.interaction.description)
}

/// What was wrong with an interaction; none when nothing was.
fn problem(planned: &PlannedInteraction, result: &InteractionResult) -> Option<Value> {
    let mut value = match result.verdict() {
        Verdict::Passed => return None,
        Verdict::Failed => {
            json!({ "type": "mismatches", "mismatches": result.mismatches.iter().map(mismatch).collect::<Vec<_>>() })
        }
        Verdict::Errored => json!({ "type": "error" }),
    };
    if !result.errors.is_empty() {
        let messages: Vec<_> = result.errors.iter().map(|error| chain(error)).collect();
        value["message"] = messages.join("; ").into();
    }
    if let Some(id) = &planned.interaction.id {
        value["interactionId"] = id.clone().into();
    }
    Some(value)
}

fn mismatch(mismatch: &Mismatch) -> Value {
    let (kind, place) = match mismatch.part {
        Part::Method => ("MethodMismatch", None),
        Part::Path => ("PathMismatch", None),
        Part::Query => ("QueryMismatch", Some("parameter")),
        Part::Header => ("HeaderMismatch", Some("key")),
        Part::Status => ("StatusMismatch", None),
        Part::Body if matches!(mismatch.detail, Detail::ContentType { .. }) => ("BodyTypeMismatch", None),
        Part::Body => ("BodyMismatch", Some("path")),
        Part::Metadata => ("MetadataMismatch", Some("key")),
    };
    let mut value = json!({ "type": kind, "mismatch": mismatch.to_string() });
    if let Some(place) = place {
        value[place] = mismatch.location.clone().into();
    }
    let (expected, actual) = mismatch.detail.sides();
    for (member, given) in [("expected", expected), ("actual", actual)] {
        if let Some(given) = given.and_then(|given| serde_json::to_value(given).ok()) {
            value[member] = given;
        }
    }
    value
}

/// What could not be made anew, in words.
fn not_generated(result: &InteractionResult) -> Option<Value> {
    let sentences: Vec<_> = result.not_generated.iter().map(ToString::to_string).collect();
    (!sentences.is_empty()).then(|| sentences.into())
}

fn milliseconds(duration: std::time::Duration) -> Value {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).into()
}
