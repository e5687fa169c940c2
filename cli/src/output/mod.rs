//! Answers: as text that is read at a glance and needs no colour, and as JSON for machines.

mod fields;
mod table;

use clap::ValueEnum;

pub(crate) use self::fields::Fields;
pub(crate) use self::table::Table;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people; `table` means the same
    #[value(alias = "table")]
    Text,
    /// For machines; `pretty` means the same
    #[value(alias = "pretty")]
    Json,
}

/// The form of an answer about one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputOrId {
    /// For people; `table` means the same
    #[value(alias = "table")]
    Text,
    /// For machines; `pretty` means the same
    #[value(alias = "pretty")]
    Json,
    /// Only what identifies it
    Id,
}

/// Text from elsewhere as it can be shown: on one line, and without anything that steers a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A number of things: `1 file`, `2 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
