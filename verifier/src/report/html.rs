//! The report that people read afterwards, in a browser.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use pactwright_core::report::markup::escaped;

use super::failure::Failure;
use super::{chain, consumer, is_let_pass, plural, title};
use crate::events::{Event, NotRun, Reporter};
use crate::outcome::{ExitCode, InteractionResult, Publication, RunSummary, Verdict};
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::sources::ConsumerDetails;

/// Writes one page, which needs nothing from elsewhere, when the run is over.
#[derive(Debug)]
pub struct HtmlReporter<W> {
    writer: W,
    provider: String,
    contracts: Vec<Contract>,
    sources: Vec<String>,
    consumers: BTreeMap<usize, ConsumerDetails>,
}

#[derive(Debug)]
struct Contract {
    pact: Arc<PlannedPact>,
    interactions: Vec<(Arc<PlannedInteraction>, Arc<InteractionResult>)>,
    publication: Option<Publication>,
}

const STYLE: &str = "body{font-family:sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
pre{background:#f4f4f4;padding:.5rem;overflow-x:auto}\
.passed{color:#060}.failed,.errored{color:#a00}.pending{color:#850}li{margin:.3rem 0}";

impl<W: Write + Send> HtmlReporter<W> {
    /// A page to be written there.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            provider: "the provider".to_owned(),
            contracts: Vec::new(),
            sources: Vec::new(),
            consumers: BTreeMap::new(),
        }
    }

    /// The writer, with what was written to it.
    pub fn into_inner(self) -> W {
        self.writer
    }

    /// The page up to its title.
    fn begin(&self) -> String {
        let provider = escaped(&self.provider);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Verification of \
             {provider}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>Verification of {provider}</h1>\n"
        )
    }

    fn end(&mut self, mut page: String) -> io::Result<()> {
        page.push_str("</body>\n</html>\n");
        self.writer.write_all(page.as_bytes())?;
        self.writer.flush()
    }

    fn not_run(&mut self, not_run: &NotRun) -> io::Result<()> {
        self.name_provider(not_run.provider.as_ref());
        let reason = escaped(&not_run.reason);
        let line = format!("<p class=\"failed\"><strong>Nothing could be verified</strong>: {reason}</p>\n");
        self.end(self.begin() + &line)
    }

    fn name_provider(&mut self, provider: Option<&String>) {
        if let Some(provider) = provider {
            self.provider.clone_from(provider);
        }
    }

    fn finish(&mut self, summary: &RunSummary) -> io::Result<()> {
        let mut page = self.begin();
        let (class, verdict) = match summary.exit_code() {
            ExitCode::Verified => ("passed", "Verified"),
            ExitCode::Failed => ("failed", "Failed"),
            ExitCode::CouldNotRun => ("failed", "Not all could be verified"),
            ExitCode::NotPublished => ("failed", "Verified, but not all results could be published"),
        };
        let counts = summary.counts();
        page.push_str(&format!(
            "<p class=\"{class}\"><strong>{verdict}</strong>: {}, {}: {} passed, {} failed, {} could not be \
             verified, {} pending did not pass</p>\n",
            plural(self.contracts.len(), "contract"),
            plural(counts.total(), "interaction"),
            counts.passed,
            counts.failed,
            counts.errored,
            counts.pending,
        ));
        for message in &self.sources {
            page.push_str(&format!("<p class=\"errored\">{}</p>\n", escaped(message)));
        }
        for contract in &self.contracts {
            contract.write(&mut page, self.consumers.get(&contract.pact.index));
        }
        self.end(page)
    }
}

impl Contract {
    fn write(&self, page: &mut String, details: Option<&ConsumerDetails>) {
        let pact = &self.pact;
        let why = pact.context.short_description.as_ref().map_or(String::new(), |why| format!(" ({why})"));
        page.push_str(&format!("<h2>{}{}</h2>\n", escaped(&consumer(pact)), escaped(&why)));
        page.push_str(&format!("<p>from {}</p>\n<ul>\n", escaped(&pact.origin.to_string())));
        for (interaction, result) in &self.interactions {
            let class = match result.verdict() {
                Verdict::Passed => "passed",
                _ if is_let_pass(interaction, result) => "pending",
                Verdict::Failed => "failed",
                Verdict::Errored => "errored",
            };
            let title = title(interaction);
            page.push_str(&format!("<li><span class=\"{class}\">{class}</span> {}", escaped(&title)));
            if !result.passed() {
                let failure = Failure {
                    pact: Arc::clone(pact),
                    interaction: Arc::clone(interaction),
                    result: Arc::clone(result),
                };
                page.push_str(&format!("\n<pre>{}</pre>", escaped(&failure.text(details))));
            }
            page.push_str("</li>\n");
        }
        page.push_str("</ul>\n");
        let published = match &self.publication {
            None => return,
            Some(Publication::Published) => "The result was published.".to_owned(),
            Some(Publication::DryRun(_)) => "The result was not published: this was a dry run.".to_owned(),
            Some(Publication::Refused(reason)) => format!("The result was not published: {reason}."),
            Some(Publication::Failed(error)) => {
                format!("The result could not be published: {}.", chain(error.as_ref()))
            }
        };
        page.push_str(&format!("<p>{}</p>\n", escaped(&published)));
    }
}

impl<W: Write + Send> Reporter for HtmlReporter<W> {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => self.name_provider(run.provider.as_ref()),
            Event::NotRun(not_run) => return self.not_run(not_run),
            Event::SourceFailed(error) => self.sources.push(chain(error.as_ref())),
            Event::PactStarted(pact) => {
                let pact = Arc::clone(pact);
                self.contracts.push(Contract { pact, interactions: Vec::new(), publication: None });
            }
            Event::InteractionFinished { interaction, result, .. } => {
                if let Some(contract) = self.contracts.last_mut() {
                    contract.interactions.push((Arc::clone(interaction), Arc::clone(result)));
                }
            }
            Event::ConsumerKnown { pact, details } => {
                self.consumers.insert(pact.index, details.clone());
            }
            Event::PactConcluded { pact, publication, .. } => {
                if let Some(contract) = self.contracts.get_mut(pact.index) {
                    contract.publication.clone_from(publication);
                }
            }
            Event::RunFinished(summary) => return self.finish(summary),
            _ => {}
        }
        Ok(())
    }
}
