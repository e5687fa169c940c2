use pactwright_core::{
    digest::ContentSha,
    names::{ParticipantName, TagName, VersionNumber},
};

use crate::domain::{model::Pact, state::State};

/// Whether a published contract says something new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentEvent {
    /// It does, for these reasons.
    Changed(Vec<ChangeReason>),
    /// It says what the one before said.
    Unchanged {
        /// The tags of the version, for each of which the one before was looked at.
        tags: Vec<TagName>,
    },
    /// It is the same contract of the same version again.
    Republished,
}

/// Why a contract counts as new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeReason {
    /// No version without tags had a contract before.
    FirstUntagged,
    /// The latest version without tags that has a contract had another one.
    SinceLastUntagged,
    /// No version with this tag had a contract before.
    FirstTagged(TagName),
    /// The latest version with this tag that has a contract had another one.
    SinceLastTagged(TagName),
    /// The same version had another one.
    Modified,
}

pub(super) fn event(
    state: &State,
    consumer: &ParticipantName,
    version: &VersionNumber,
    provider: &ParticipantName,
    sha: &ContentSha,
    replaced: Option<&ContentSha>,
) -> ContentEvent {
    match replaced {
        Some(replaced) if replaced == sha => return ContentEvent::Republished,
        Some(_) => return ContentEvent::Changed(vec![ChangeReason::Modified]),
        None => {}
    }
    let known = state.participant(consumer.as_str()).zip(state.participant(provider.as_str()));
    let Some((consumer, provider)) = known else {
        return ContentEvent::Changed(vec![ChangeReason::FirstUntagged]);
    };
    let Some(version) = state.version(consumer.id, version.as_str()) else {
        return ContentEvent::Changed(vec![ChangeReason::FirstUntagged]);
    };
    let differs = |pact: &Pact| state.content_by_id(pact.content).is_none_or(|content| content.sha != *sha);
    let reasons: Vec<_> = if version.tags.is_empty() {
        match state.untagged_pact_before(consumer.id, provider.id, version.id) {
            None => vec![ChangeReason::FirstUntagged],
            Some(before) if differs(before) => vec![ChangeReason::SinceLastUntagged],
            Some(_) => vec![],
        }
    } else {
        let before = |tag: &TagName| {
            let tag = state.tag_id(consumer.id, tag)?;
            state.pact_with_tag_before(tag, provider.id, version.id)
        };
        let tags = version.tags.iter().map(|used| &used.tag);
        tags.filter_map(|tag| match before(tag) {
            None => Some(ChangeReason::FirstTagged(tag.clone())),
            Some(before) if differs(before) => Some(ChangeReason::SinceLastTagged(tag.clone())),
            Some(_) => None,
        })
        .collect()
    };
    if reasons.is_empty() {
        ContentEvent::Unchanged { tags: version.tags.iter().map(|used| used.tag.clone()).collect() }
    } else {
        ContentEvent::Changed(reasons)
    }
}
