//! Reporters: they consume [events](crate::events) and know nothing else, so that all of them agree.
//!
//! Each writes to a writer that it is given. Nothing in this crate prints by itself.

mod json;
mod style;
mod terminal;

use std::error::Error;

use pactwright_core::model::ProviderState;

use crate::plan::PlannedPact;

pub use json::JsonReporter;
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
