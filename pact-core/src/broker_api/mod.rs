//! What travels between a broker and its clients: the requests and answers of the Pact Broker's HTTP API.
//!
//! The types are shared by the broker, the verifier and the command line. They are lenient where they read (members
//! that are not known are skipped, members that only some brokers send are optional) and exact where they write.
//! Members are named on the wire as the Pact Broker names them: a participant is a "pacticipant" there and nowhere else.

mod deployments;
mod errors;
mod hal;
mod matrix;
mod participants;
mod publishing;
mod verification;

pub use deployments::{
    Contact, DeployedVersion, DeployedVersionChange, DeployedVersionContext, DeployedVersions,
    EmbeddedDeployedVersions, EmbeddedEnvironments, EmbeddedReleasedVersions, Environment,
    EnvironmentRequest, Environments, RecordDeployment, ReleasedVersion, ReleasedVersions,
};
pub use errors::{ErrorBody, Problem, ProblemItem};
pub use hal::{Index, Link, LinkOrLinks, Links};
pub use matrix::{
    Matrix, MatrixBranch, MatrixFailedInteraction, MatrixPact, MatrixParty, MatrixResult, MatrixRow,
    MatrixTag, MatrixVersion, Summary,
};
pub use participants::{
    Branch, BranchVersion, EmbeddedParticipants, EmbeddedVersions, Participant, ParticipantRequest,
    Participants, Tag, Version, VersionRequest, Versions,
};
pub use publishing::{
    LogLine, Notice, NoticeKind, OnConflict, PublishContract, PublishContracts, PublishedContracts,
};
pub use verification::{
    ConsumerVersionSelector, EmbeddedPacts, PactForVerification, PactsForVerification,
    PactsForVerificationRequest, ResponseTimes, VerificationNotice, VerificationProperties,
    VerificationResult, VerificationResultRequest, VerifiedBy,
};

/// `true` for a value that is left out when it says nothing.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
