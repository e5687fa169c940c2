//! A contract is pending for a provider while the provider never succeeded with it: a failure is the consumer's news,
//! not the provider's fault.

use pactwright_core::names::{BranchName, TagName};

use crate::domain::{
    model::{ContentId, ParticipantId, VerificationResult, Version},
    state::State,
};

/// For whom a contract is or is not pending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PendingFor {
    /// For versions of a branch.
    Branch(BranchName),
    /// For versions with these tags.
    Tags(Vec<TagName>),
    /// For any version.
    Any,
}

impl PendingFor {
    /// A branch counts before tags.
    pub fn new(branch: Option<BranchName>, tags: Vec<TagName>) -> Self {
        match branch {
            Some(branch) => Self::Branch(branch),
            None if tags.is_empty() => Self::Any,
            None => Self::Tags(tags),
        }
    }
}

/// Whether a contract is pending, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingStatus {
    /// For whom it was asked.
    pub whom: PendingFor,
    /// The tags for which it is pending, where it was asked for tags.
    pub pending_tags: Vec<TagName>,
    /// Whether it is pending.
    pub is_pending: bool,
}

impl PendingStatus {
    /// Pending for all that was asked.
    pub fn always(whom: &PendingFor) -> Self {
        let pending_tags = if let PendingFor::Tags(tags) = whom { tags.clone() } else { Vec::new() };
        Self { whom: whom.clone(), pending_tags, is_pending: true }
    }
}

/// Whether a content is pending.
pub(super) fn status(
    state: &State,
    provider: ParticipantId,
    content: ContentId,
    whom: &PendingFor,
) -> PendingStatus {
    let successes: Vec<_> = state
        .results_of_content(content)
        .filter(|result| result.success)
        .filter_map(|result| Some((result.as_ref(), state.version_by_id(result.version)?.as_ref())))
        .collect();
    let mut pending_tags = Vec::new();
    let is_pending = match whom {
        PendingFor::Any => successes.is_empty(),
        PendingFor::Branch(branch) => pending_for_branch(state, provider, branch, &successes),
        PendingFor::Tags(tags) => {
            let pending = |tag: &&TagName| pending_for_tag(state, provider, tag, &successes);
            pending_tags = tags.iter().filter(pending).cloned().collect();
            !pending_tags.is_empty()
        }
    };
    PendingStatus { whom: whom.clone(), pending_tags, is_pending }
}

/// A success of another branch counts if it was there before this branch was: the branch began with it.
fn pending_for_branch(
    state: &State,
    provider: ParticipantId,
    branch: &BranchName,
    successes: &[(&VerificationResult, &Version)],
) -> bool {
    let branch = state.branch(provider, branch.as_str());
    !successes.iter().any(|(result, version)| match branch {
        None => !version.branches.is_empty(),
        Some(branch) => {
            version.is_on(branch.id)
                || (!version.branches.is_empty() && result.created_at < branch.created_at)
        }
    })
}

/// The same with tags: a tag began when it was used first.
fn pending_for_tag(
    state: &State,
    provider: ParticipantId,
    tag: &TagName,
    successes: &[(&VerificationResult, &Version)],
) -> bool {
    let first_used = state.tag_first_used(provider, tag);
    !successes.iter().any(|(result, version)| match first_used {
        None => !version.tags.is_empty(),
        Some(first_used) => {
            version.has_tag(tag.as_str()) || (!version.tags.is_empty() && result.created_at < first_used)
        }
    })
}
