//! What can be asked to change: one file for each thing. A command decides; it does not do.

mod access;
mod add_branch_version;
mod add_tag;
mod change_deployment;
mod change_version;
mod clean_up;
mod deliveries;
mod environments;
mod forget_history;
mod labels;
mod linked;
mod participants;
mod publish_contracts;
mod record_deployment;
mod record_verification;
mod rejection;
mod remove;
mod remove_integration;
mod webhooks;
mod work;

use std::collections::HashMap;

use pactwright_core::json::JsonBuf;

pub use access::{
    CreateToken, NoteTokenUse, OwnerOf, RemoveTeam, RemoveUser, RevokeToken, SaveTeam, SaveUser, SetMember,
    SetOwner,
};
pub use add_branch_version::AddBranchVersion;
pub use add_tag::AddTag;
pub use change_deployment::{EndDeployment, EndSupport};
pub use change_version::{ChangeVersion, VersionChange};
pub use clean_up::{CleanUp, Removed};
pub use deliveries::{RecordOverdue, Retried, RetryDeliveries, RetryDelivery, SealSecrets};
pub use environments::{CreateEnvironment, RemoveEnvironment, ReplaceEnvironment};
pub use forget_history::ForgetHistory;
pub use labels::{AddLabel, RemoveLabel};
pub use linked::Linked;
pub use participants::{ChangeParticipant, CreateParticipant, ProfileChange};
pub use publish_contracts::{
    ChangeReason, ContentEvent, NewContract, Outcome, PublishContracts, Published, PublishedContract,
    merge::MergeConflict,
};
pub use record_deployment::{RecordDeployment, RecordRelease};
pub use record_verification::RecordVerification;
pub use rejection::{Conflict, Existing, Rejection};
pub use remove::{
    RemoveBranch, RemoveBranchVersion, RemoveContracts, RemoveParticipant, RemoveResult, RemoveTag,
    RemoveVersion,
};
pub use remove_integration::{RemoveIntegration, RemoveIntegrations};
pub use webhooks::{AttemptOutcome, RecordAttempt, RemoveWebhook, SaveWebhook};
pub use work::{Blob, Work};

use super::state::State;
use crate::store::BlobKey;

/// The texts of contracts that a command needs to decide.
pub type Bodies = HashMap<BlobKey, JsonBuf>;

/// Something that can be asked to change.
pub trait Command: Send + 'static {
    /// What whoever asked is told.
    type Answer: Send + 'static;

    /// The texts that have to be read before this can be decided.
    fn needs(&self, _state: &State) -> Vec<BlobKey> {
        Vec::new()
    }

    /// Decides: records in `work` what happens, or says why nothing does.
    ///
    /// # Errors
    /// Why nothing happens. What was recorded until then is dropped.
    fn decide(self, work: &mut Work<'_>) -> Result<Self::Answer, Rejection>;
}
