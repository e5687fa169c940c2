//! Which versions were verified with which, and what follows from it.
//!
//! 1. Selectors become sets of versions (`resolve.rs`).
//! 2. From them, or beside them, come the integrations that count (`integrations.rs`).
//! 3. Contracts of those, joined with results of those, are the rows (`rows.rs`).
//! 4. The rows make a verdict with reasons (`verdict.rs`), and those a text (`wording.rs`).

mod integrations;
mod resolve;
mod rows;
mod verdict;
mod wording;

use pactwright_core::names::ParticipantName;

pub use resolve::{How, Resolved, Versions};
pub use rows::Row;
pub use verdict::{Counts, Deployable, Reason, Verdict};

use crate::domain::{model::VersionRange, state::State};

/// Asks for the matrix.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Which participants and versions are meant.
    pub selectors: Vec<Selector>,
    /// Which versions of the other side are meant, where it is not named.
    pub other_side: OtherSide,
    /// What is to be left out of the verdict; `None` when that was not asked at all.
    pub ignore: Option<Vec<Ignore>>,
    /// Which rows to keep of those that belong together.
    pub latest_by: Option<LatestBy>,
    /// Which results to keep: yes, no, none. Nothing means all.
    pub success: Vec<Option<bool>>,
    /// How many rows to look at, where history is asked for: with nothing said of which rows belong together, and of no
    /// place to go to (see `history`, too). Of a consumer of which any version is meant, the contracts of so many of the newest are looked at
    /// in any case.
    pub limit: usize,
    /// Whether history is asked for although it is said which rows belong together: the last of each pair of versions.
    pub history: bool,
}

impl Query {
    /// Whether it is asked what there is, not whether something fits: then the answer may be cut.
    fn is_history(&self) -> bool {
        (self.history || self.latest_by.is_none()) && !self.other_side.is_place()
    }
}

/// A participant, and which of its versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    /// The participant.
    pub participant: String,
    /// The version of that number.
    pub version: Option<String>,
    /// The latest only (of the tag or branch, where there is one).
    pub latest: bool,
    /// Versions with that tag.
    pub tag: Option<String>,
    /// Versions whose numbers are in that range of semantic versions; with `latest` the greatest of them.
    pub range: Option<VersionRange>,
    /// Versions of that branch.
    pub branch: Option<String>,
    /// Versions of the main branch.
    pub main_branch: bool,
    /// Versions that are live in that environment.
    pub environment: Option<String>,
}

/// Which versions of participants that are not named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OtherSide {
    /// The latest only.
    pub latest: bool,
    /// Those with that tag.
    pub tag: Option<String>,
    /// Those that are live in that environment.
    pub environment: Option<String>,
    /// Those of the main branch.
    pub main_branch: bool,
}

impl OtherSide {
    /// Whether anything is said.
    pub fn is_given(&self) -> bool {
        self.latest || self.is_place()
    }

    /// Whether it says where something is to go.
    pub fn is_place(&self) -> bool {
        self.tag.is_some() || self.environment.is_some() || self.main_branch
    }
}

/// What is to be left out of the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The participant.
    pub participant: String,
    /// Only that version.
    pub version: Option<String>,
}

/// Which row to keep of those that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LatestBy {
    /// Of one consumer version and one provider version, the last result.
    ConsumerVersionAndProviderVersion,
    /// Of one consumer version and a provider, the one with the latest provider version.
    ConsumerVersionAndProvider,
    /// Of a consumer and a provider, the one with the latest provider version.
    ConsumerAndProvider,
}

/// The matrix.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The rows, those that are ignored too.
    pub rows: Vec<Row>,
    /// What follows.
    pub verdict: Verdict,
}

/// Asks and answers. Every participant that a selector names has to exist; see [`unknown_participants`].
pub fn answer(state: &State, query: &Query) -> Answer {
    let ignored = resolve::ignored(state, query.ignore.as_deref().unwrap_or_default());
    let specified = resolve::specified(state, &query.selectors);
    let found = integrations::find(state, query, &specified);
    let mut selectors = specified;
    selectors.extend(found.others);
    let rows = rows::find(state, query, &selectors, &found.integrations, &ignored);
    let verdict = verdict::judge(state, query, &selectors, &found.integrations, &rows, &ignored);
    Answer { rows, verdict }
}

/// The names in selectors that nobody has.
pub fn unknown_participants<'a>(state: &State, selectors: &'a [Selector]) -> Vec<&'a str> {
    let names = selectors.iter().map(|selector| selector.participant.as_str());
    names.filter(|name| !name.trim().is_empty() && state.participant(name).is_none()).collect()
}

/// A name for texts.
fn name_of(state: &State, id: crate::domain::model::ParticipantId) -> Option<&ParticipantName> {
    state.participant_by_id(id).map(|known| &known.name)
}

#[cfg(test)]
mod tests;
