//! A contract is pending for a provider while the provider never succeeded with it: a failure is the consumer's news,
//! not the provider's fault.

use pactwright_core::names::{BranchName, TagName};

use crate::domain::{
    model::{BranchId, ContentId, ParticipantId, Timestamp},
    state::{Circle, Origin, State},
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
    let mut pending_tags = Vec::new();
    let is_pending = match whom {
        PendingFor::Any => !state.has_succeeded(content),
        PendingFor::Branch(branch) => pending_for_branch(state, provider, branch, content),
        PendingFor::Tags(tags) => {
            let pending = |tag: &&TagName| pending_for_tag(state, provider, tag, content);
            pending_tags = tags.iter().filter(pending).cloned().collect();
            !pending_tags.is_empty()
        }
    };
    PendingStatus { whom: whom.clone(), pending_tags, is_pending }
}

/// Contracts that were asked for, and contracts that were sent along, count alike here.
const ANY: [Origin; 2] = [Origin::Asked, Origin::WorkInProgress];

/// A success of another branch counts if it was there before this branch was: the branch began with it.
fn pending_for_branch(
    state: &State,
    provider: ParticipantId,
    branch: &BranchName,
    content: ContentId,
) -> bool {
    let branch = state.branch(provider, branch.as_str()).map(|known| (known.id, known.created_at));
    let is_done = |origin| succeeded_on_branch(state, content, origin, branch, Timestamp::MIN);
    !ANY.into_iter().any(is_done)
}

/// The same with tags: a tag began when it was used first.
fn pending_for_tag(state: &State, provider: ParticipantId, tag: &TagName, content: ContentId) -> bool {
    !ANY.into_iter().any(|origin| succeeded_with_tag(state, content, origin, provider, tag))
}

/// Whether a version of a branch succeeded from some moment on, or one of another branch before that branch began.
pub(super) fn succeeded_on_branch(
    state: &State,
    content: ContentId,
    origin: Origin,
    branch: Option<(BranchId, Timestamp)>,
    since: Timestamp,
) -> bool {
    let within = |circle, before| state.has_succeeded_within(content, circle, since, before);
    match branch {
        None => within(Circle::OnAnyBranch(origin), Timestamp::MAX),
        Some((branch, began)) => {
            state.last_success_on(content, origin, branch).is_some_and(|last| last >= since)
                || within(Circle::OnAnyBranch(origin), began)
        }
    }
}

/// Whether a version with a tag succeeded, or one with another tag before that tag was used.
pub(super) fn succeeded_with_tag(
    state: &State,
    content: ContentId,
    origin: Origin,
    provider: ParticipantId,
    tag: &TagName,
) -> bool {
    let within = |circle, before| state.has_succeeded_within(content, circle, Timestamp::MIN, before);
    match state.tag_id(provider, tag).zip(state.tag_first_used(provider, tag)) {
        None => within(Circle::WithAnyTag(origin), Timestamp::MAX),
        Some((tag, began)) => {
            state.last_success_with(content, origin, tag).is_some()
                || within(Circle::WithAnyTag(origin), began)
        }
    }
}
