//! The report that programs read.

use std::io::{self, Write};

use pactwright_core::json::JsonBuf;
use pactwright_core::names::{BranchName, TagName};
use pactwright_core::report::{Detail, Mismatch, Part};
use serde_json::{Value, json};

use super::{TerminalReporter, chain, is_let_pass};
use crate::events::{Event, NotRun, Reporter};
use crate::outcome::{ExitCode, InteractionResult, Party, Publication, RunSummary, Verdict, milliseconds};
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::publish::moment_after;
use crate::sources::ConsumerDetails;

/// Writes one JSON document when the run is over.
///
/// It has the members that tools around Pact know, and some of our own. Members may be added; those that are there keep
/// their meaning as long as `formatVersion` is 1. Times are in milliseconds.
///
/// | member | what it is |
/// |---|---|
/// | `formatVersion` | 1 |
/// | `result` | whether the run was good (pending interactions aside) |
/// | `stopped` | whether the run stopped at its first failure, because that was asked for |
/// | `exitCode` | the number of the [`ExitCode`] |
/// | `notices` | `{when, text}` for each thing that brokers wanted to be told, in order |
/// | `output` | the report for people, line by line |
/// | `error` | `{message}`: why nothing could be verified at all; only there when that is so |
/// | `errors`, `pendingErrors` | `{interaction, mismatch}` for each interaction that did not pass |
/// | `sourceErrors` | `{message}` for each contract that could not be had |
/// | `contracts` | one entry per contract, in order: `consumer`, `provider`, `origin`, `success`, `pending`, `wip`, `leftOut` (by a filter) and, where a broker says so, `consumerVersion`, `shortDescription`, `branches`, `owner`, `repository` |
/// | `interactionResults` | one entry per interaction, in contract order, see below |
/// | `publications` | one entry per contract, when publishing was asked for: `consumer`, `provider`, `success`, `published`, and `reason` or `error` where it was not; in a dry run `draft`, which has `url`, `version`, `branch`, `tags` and `result` |
/// | `responseTimes` | how long the provider took to answer: `answers`, `medianMs`, `worstMs`, and the description of the `slowest`; `null` where it never did. Each of the `contracts` has the same |
/// | `summary` | how many interactions `passed`, `failed`, `errored` (could not be verified), or are `pending` and did not pass |
///
/// Each of the `interactionResults` has
///
/// | member | what it is |
/// |---|---|
/// | `contract` | the place of its contract in `contracts`, from 0 |
/// | `consumer`, `provider`, `description`, `pending` | as the contract says |
/// | `providerStates` | the names of its states |
/// | `states` | the same with parameters, as `{name, params}` |
/// | `interactionId`, `interactionKey` | only where there is one |
/// | `result` | `OK` or `Error` |
/// | `verdict` | `passed`, `failed` (the provider does something else) or `errored` (it could not be found out) |
/// | `mismatch` | only where it did not pass: `type` is `mismatches` or `error`; with `mismatches`, each of a `type` that tools around Pact know and, where a message is answered by several, with the number of the `response` from 1, `message`, and the `party` whose move it is |
/// | `sameAs` | only where an earlier contract demands the same, which was verified once for all: that `contract` and that `interaction`, both from 0 |
/// | `duration`, `durationMs` | how long everything took, as text (`12.3ms`) and as a number |
/// | `responseTimeMs` | how long the provider took to answer, where it did |
/// | `notGenerated` | what could not be made anew in the request, in sentences; only where there is such |
/// | `statesIgnored` | `true` where it has states and nothing was there to set them up |
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
    contracts: Vec<Value>,
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
            contracts: Vec::new(),
        }
    }

    /// The writer, with what was written to it.
    pub fn into_inner(self) -> W {
        self.writer
    }

    fn contract(&mut self, pact: &PlannedPact) {
        let mut entry = json!({
            "consumer": pact.consumer,
            "provider": pact.provider,
            "origin": pact.origin.to_string(),
            "pending": pact.context.pending,
            "wip": pact.context.wip,
            "leftOut": pact.left_out,
        });
        let optional = [
            ("consumerVersion", &pact.context.consumer_version),
            ("shortDescription", &pact.context.short_description),
        ];
        for (member, value) in optional {
            if let Some(value) = value {
                entry[member] = value.clone().into();
            }
        }
        self.contracts.push(entry);
    }

    fn details(&mut self, pact: &PlannedPact, details: &ConsumerDetails) {
        let Some(entry) = self.contracts.get_mut(pact.index) else { return };
        entry["branches"] = details.branches.clone().into();
        for (member, value) in [("owner", &details.owner), ("repository", &details.repository)] {
            if let Some(value) = value {
                entry[member] = value.clone().into();
            }
        }
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
            if is_let_pass(planned, result) { &mut self.pending_errors } else { &mut self.errors }
                .push(entry);
        }
        let mut entry = json!({
            "consumer": pact.consumer,
            "provider": pact.provider,
            "contract": pact.index,
            "description": interaction.description,
            "providerStates": interaction.states.iter().map(|state| &state.name).collect::<Vec<_>>(),
            "states": interaction.states.iter().map(|state| json!({
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
            "duration": format!("{:?}", result.duration),
            "durationMs": milliseconds(result.duration),
        });
        let optional = [
            ("interactionId", interaction.id.clone().map(Value::from)),
            ("interactionKey", interaction.key.clone().map(Value::from)),
            ("responseTimeMs", result.response_time.map(|time| milliseconds(time).into())),
            ("notGenerated", not_generated(result)),
            ("statesIgnored", result.states_ignored.then_some(Value::Bool(true))),
            ("mismatch", mismatch),
            ("sameAs", same_as(result)),
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
            Publication::DryRun(draft) => {
                entry["reason"] = "this is a dry run".into();
                entry["draft"] = json!({
                    "url": draft.url,
                    "version": draft.version.number.as_str(),
                    "branch": draft.version.branch.as_ref().map(BranchName::as_str),
                    "tags": draft.version.tags.iter().map(TagName::as_str).collect::<Vec<_>>(),
                    "result": draft.result,
                });
            }
            Publication::Refused(reason) => entry["reason"] = reason.to_string().into(),
            Publication::Failed(error) => entry["error"] = chain(error.as_ref()).into(),
        }
        self.publications.push(entry);
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        for (entry, pact) in self.contracts.iter_mut().zip(&summary.pacts) {
            entry["responseTimes"] = json!(pact.response_times);
        }
        let document = self.document(summary.exit_code(), summary);
        self.write(&document)
    }

    /// There is a document all the same: whoever reads it must not find an old one.
    fn not_run(&mut self, not_run: &NotRun) -> io::Result<()> {
        let mut document = self.document(ExitCode::CouldNotRun, &RunSummary::default());
        document["error"] = json!({ "message": not_run.reason });
        self.write(&document)
    }

    fn write(&mut self, document: &Value) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.writer, document)?;
        writeln!(self.writer)?;
        self.writer.flush()
    }

    fn document(&mut self, exit_code: ExitCode, summary: &RunSummary) -> Value {
        let output = String::from_utf8_lossy(
            &std::mem::replace(&mut self.people, TerminalReporter::new(Vec::new())).into_inner(),
        )
        .lines()
        .map(str::to_owned)
        .collect::<Vec<_>>();
        json!({
            "formatVersion": 1,
            "contracts": std::mem::take(&mut self.contracts),
            "result": exit_code == ExitCode::Verified,
            "exitCode": exit_code.code(),
            "notices": std::mem::take(&mut self.notices),
            "output": output,
            "errors": std::mem::take(&mut self.errors),
            "pendingErrors": std::mem::take(&mut self.pending_errors),
            "sourceErrors": std::mem::take(&mut self.source_errors),
            "interactionResults": std::mem::take(&mut self.interactions),
            "publications": std::mem::take(&mut self.publications),
            "responseTimes": summary.response_times,
            "stopped": summary.stopped,
            "summary": summary.counts(),
        })
    }
}

impl<W: Write + Send> Reporter for JsonReporter<W> {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        self.people.report(event)?;
        match event {
            Event::SourceFailed(error) => {
                self.source_errors.push(json!({ "message": chain(error.as_ref()) }));
            }
            Event::PactStarted(pact) => {
                self.contract(pact);
                self.notices(pact, "before_verification");
            }
            Event::ConsumerKnown { pact, details } => self.details(pact, details),
            Event::InteractionFinished { pact, interaction, result } => {
                self.interaction(pact, interaction, result);
            }
            Event::PactConcluded { pact, success, publication } => {
                if let Some(entry) = self.contracts.get_mut(pact.index) {
                    entry["success"] = (*success).into();
                }
                let published = matches!(publication, Some(Publication::Published));
                self.notices(pact, &moment_after(*success, published));
                if let Some(publication) = publication {
                    self.publication(pact, *success, publication);
                }
            }
            Event::RunFinished(summary) => return self.finish(summary),
            Event::NotRun(not_run) => return self.not_run(not_run),
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
            json!({ "type": "mismatches", "mismatches": mismatches(result) })
        }
        Verdict::Errored => json!({ "type": "error" }),
    };
    if !result.errors.is_empty() {
        let messages: Vec<_> = result.errors.iter().map(|error| chain(error)).collect();
        value["message"] = messages.join("; ").into();
    }
    // What the provider does is looked at where it answered; else the first thing that went wrong is the reason.
    let party = result.errors.first().filter(|_| result.mismatches.is_empty()).map(|error| error.party());
    value["party"] = party.unwrap_or(Party::Provider).as_str().into();
    if let Some(id) = &planned.interaction.id {
        value["interactionId"] = id.clone().into();
    }
    Some(value)
}

/// Each with the response that it is about, where there are several.
fn mismatches(result: &InteractionResult) -> Vec<Value> {
    let by_response = result.mismatches_by_response().into_iter();
    let all = by_response.flat_map(|(response, all)| all.iter().map(move |one| (response, mismatch(one))));
    all.map(|(response, mut value)| {
        if let Some(number) = response {
            value["response"] = number.into();
        }
        value
    })
    .collect()
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

fn same_as(result: &InteractionResult) -> Option<Value> {
    let same = result.same_as.as_ref()?;
    Some(json!({ "contract": same.pact.index, "interaction": same.interaction.index }))
}

/// What could not be made anew, in words.
fn not_generated(result: &InteractionResult) -> Option<Value> {
    let sentences: Vec<_> = result.not_generated.iter().map(ToString::to_string).collect();
    (!sentences.is_empty()).then(|| sentences.into())
}
