//! Reporters: they consume [events](crate::events) and know nothing else, so that all of them agree.
//!
//! Each writes to a writer that it is given. Nothing in this crate prints by itself.
//!
//! | reporter | for |
//! |---|---|
//! | [`TerminalReporter`] | people, as it happens |
//! | [`ProgressReporter`] | people who wait: one line that is overwritten |
//! | [`JsonReporter`] | programs |
//! | [`JunitReporter`] | build servers |
//! | [`GithubReporter`] | annotations of a pull request |
//! | [`HtmlReporter`] | people, afterwards, in a browser |

mod failure;
mod github;
mod html;
mod json;
mod junit;
mod progress;
mod style;
mod terminal;

use std::error::Error;

use pactwright_core::model::ProviderState;

use crate::outcome::InteractionResult;
use crate::plan::{PlannedInteraction, PlannedPact};
use crate::sources::ConsumerDetails;

pub use github::GithubReporter;
pub use html::HtmlReporter;
pub use json::JsonReporter;
pub use junit::JunitReporter;
pub use progress::ProgressReporter;
pub use terminal::TerminalReporter;

/// An error with everything that caused it, on one line: `the state handler gave no answer: could not connect to ...`.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let sentence = cause.to_string();
        // Some errors repeat what caused them.
        if !text.contains(&sentence) {
            text.push_str(": ");
            text.push_str(&sentence);
        }
        next = cause.source();
    }
    text
}

/// A consumer with its version, where that is known.
fn consumer(pact: &PlannedPact) -> String {
    match &pact.context.consumer_version {
        Some(version) => format!("{} {version}", pact.consumer),
        None => pact.consumer.clone(),
    }
}

/// What is known about a consumer beside its version: on which branch that is, and whose it is; empty where nothing is.
fn details(details: &ConsumerDetails) -> String {
    let mut parts = Vec::new();
    if !details.branches.is_empty() {
        parts.push(format!("branch {}", details.branches.join(", ")));
    }
    if let Some(owner) = &details.owner {
        parts.push(format!("owner {owner}"));
    }
    if let Some(repository) = &details.repository {
        parts.push(format!("source {repository}"));
    }
    parts.join(", ")
}

/// Whether it does not count that an interaction did not pass, as [`Counts`](crate::Counts) have it.
fn is_let_pass(interaction: &PlannedInteraction, result: &InteractionResult) -> bool {
    interaction.pending && result.can_be_pending()
}

/// An interaction with the names of its states, on one line.
fn title(interaction: &PlannedInteraction) -> String {
    let states: Vec<_> = interaction.states().iter().map(|state| state.name.as_str()).collect();
    let given = if states.is_empty() { String::new() } else { format!(", given {}", states.join(" and ")) };
    format!("{}{given}", interaction.interaction.description).replace(['\r', '\n'], " ")
}

/// A state with its parameters.
fn state(state: &ProviderState) -> String {
    if state.params.is_empty() {
        return state.name.clone();
    }
    format!("{} {}", state.name, pactwright_core::json::Json::Object(state.params.clone()))
}

fn plural(count: usize, one: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {one}{s}")
}

#[cfg(test)]
mod tests;
