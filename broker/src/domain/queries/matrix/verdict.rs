use std::collections::BTreeSet;

use super::{
    How, Ignore, Query, Resolved, Row, Versions, integrations::Integration, resolve::Ignored, wording,
};
use crate::domain::{
    model::{ParticipantId, VersionId},
    state::State,
};

/// Whether it is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deployable {
    /// Everything that is required was verified.
    Yes,
    /// Something failed, or does not exist.
    No,
    /// Something was not verified yet.
    Unknown,
}

/// How many rows say what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Successful ones.
    pub success: u64,
    /// Failed ones.
    pub failed: u64,
    /// Missing ones.
    pub unknown: u64,
    /// Ignored ones, where something was to be ignored.
    pub ignored: Option<u64>,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is safe.
    pub deployable: Deployable,
    /// How many rows say what.
    pub counts: Counts,
    /// Why: warnings first.
    pub reasons: Vec<(Reason, String)>,
    /// Whom it is about that it is no, or not yet: their owners know more. Sorted, each once.
    pub concerned: Vec<ParticipantId>,
}

/// The kind of a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The question should be asked better.
    Warning,
    /// Why not, or not yet.
    Error,
    /// Why yes.
    Success,
}

pub(super) fn judge(
    state: &State,
    query: &Query,
    selectors: &[Resolved],
    integrations: &[Integration],
    rows: &[Row],
    ignored: &Ignored,
) -> Verdict {
    let considered: Vec<&Row> = rows.iter().filter(|row| !row.ignored).collect();
    let absent: Vec<&Resolved> = selectors
        .iter()
        .filter(|selector| selector.specified && selector.versions.is_empty())
        .filter(|selector| !ignored.has(selector.participant, None))
        .collect();
    let answered: BTreeSet<_> = rows.iter().map(|row| (row.pact.consumer, row.pact.provider)).collect();
    let missing: Vec<&Integration> = integrations
        .iter()
        .filter(|found| {
            found.required && !ignored.has(found.consumer, None) && !ignored.has(found.provider, None)
        })
        .filter(|found| !answered.contains(&(found.consumer, found.provider)))
        .collect();
    let count = |success| considered.iter().filter(|row| row.success() == success).count() as u64;
    let counts = Counts {
        success: count(Some(true)),
        failed: count(Some(false)),
        unknown: count(None) + missing.len() as u64,
        ignored: query.ignore.as_ref().map(|_| rows.len() as u64 - considered.len() as u64),
    };
    let deployable = if !absent.is_empty() {
        Deployable::No
    } else if counts.unknown > 0 {
        Deployable::Unknown
    } else if counts.failed > 0 {
        Deployable::No
    } else {
        Deployable::Yes
    };
    let mut concerned = BTreeSet::new();
    let mut reasons = warnings(query, selectors, ignored);
    let texts = Texts { state, selectors };
    if deployable == Deployable::Yes {
        let text = if considered.is_empty() { wording::NOTHING_NEEDED } else { wording::ALL_SUCCESSFUL };
        reasons.push((Reason::Success, text.to_owned()));
    } else if !absent.is_empty() {
        reasons.extend(absent.iter().map(|selector| (Reason::Error, wording::absent(state, selector))));
        concerned.extend(absent.iter().map(|selector| selector.participant));
    } else {
        concerned.extend(missing.iter().flat_map(|found| [found.consumer, found.provider]));
        let open = considered.iter().filter(|row| row.success() != Some(true));
        concerned.extend(open.flat_map(|row| [row.pact.consumer, row.pact.provider]));
        reasons.extend(missing.iter().map(|found| (Reason::Error, texts.missing(found))));
        let rows_with = |success| considered.iter().filter(move |row| row.success() == success);
        reasons.extend(rows_with(Some(false)).map(|row| (Reason::Error, texts.failed(row))));
        reasons.extend(rows_with(None).map(|row| (Reason::Error, texts.unverified(row))));
    }
    Verdict { deployable, counts, reasons, concerned: concerned.into_iter().collect() }
}

fn warnings(query: &Query, selectors: &[Resolved], ignored: &Ignored) -> Vec<(Reason, String)> {
    let unknown =
        |(ignore, participant_known): &(Ignore, bool)| wording::cannot_ignore(ignore, *participant_known);
    let mut warnings: Vec<_> =
        ignored.unknown.iter().map(|entry| (Reason::Warning, unknown(entry))).collect();
    if query.selectors.len() == 1 && !query.other_side.is_place() {
        warnings.push((Reason::Warning, wording::NO_ENVIRONMENT.to_owned()));
    }
    let moving = |selector: &&Resolved| {
        matches!(selector.how, How::Tag { .. } | How::Range { .. } | How::Branch { .. } | How::Latest)
            && selector.specified
    };
    let fixed =
        selectors.iter().any(|selector| selector.specified && matches!(selector.how, How::Version(_)));
    if !fixed && selectors.iter().any(|selector| moving(&selector)) {
        warnings.push((Reason::Warning, wording::NO_VERSION.to_owned()));
    }
    warnings
}

struct Texts<'a> {
    state: &'a State,
    selectors: &'a [Resolved],
}

impl Texts<'_> {
    fn missing(&self, found: &Integration) -> String {
        wording::unverified(&self.meant(found.consumer, None), &self.meant(found.provider, None))
    }

    fn unverified(&self, row: &Row) -> String {
        let provider = self.meant(row.pact.provider, row.provider_version);
        wording::unverified(&self.meant(row.pact.consumer, Some(row.pact.version)), &provider)
    }

    fn failed(&self, row: &Row) -> String {
        let provider = self.meant(row.pact.provider, row.provider_version);
        let interactions = row.result.as_ref().map(|result| result.failed()).unwrap_or_default();
        wording::failed(&self.meant(row.pact.consumer, Some(row.pact.version)), &provider, interactions)
    }

    /// The selector that means a version, in words.
    fn meant(&self, participant: ParticipantId, version: Option<VersionId>) -> String {
        let mut of = self.selectors.iter().filter(|selector| selector.participant == participant);
        let first = of.clone().next();
        let selector = match version {
            Some(version) => of.find(|selector| selector.versions.has(version)).or(first),
            None => first,
        };
        let Some(selector) = selector else { return String::new() };
        let only = match &selector.versions {
            Versions::These(versions) if versions.len() == 1 => versions.first().copied(),
            Versions::These(versions) if version.is_none() => versions.last().copied(),
            _ => None,
        };
        wording::meant(self.state, selector, version.or(only))
    }
}
