use pactwright_core::{
    digest::ContentSha,
    names::{ParticipantName, VersionNumber},
};

use super::{Command, Rejection, Work};
use crate::domain::{
    event::Event,
    model::{FailedInteraction, ResultNumber},
    webhooks::trigger,
};

/// Records that a provider version was checked against a content.
#[derive(Debug, Clone)]
pub struct RecordVerification {
    /// The consumer.
    pub consumer: ParticipantName,
    /// The provider.
    pub provider: ParticipantName,
    /// The content.
    pub sha: ContentSha,
    /// The provider's version.
    pub version: VersionNumber,
    /// Whether the provider did all that the contract asks.
    pub success: bool,
    /// Whether the contract was verified only because it is work in progress.
    pub wip: bool,
    /// Whether the provider had been told that the contract is pending.
    pub pending: bool,
    /// The consumer versions that it was verified for.
    pub consumer_versions: Vec<VersionNumber>,
    /// Where the build can be looked at.
    pub build_url: Option<String>,
    /// What did the verification, as it was sent.
    pub verified_by: Option<serde_json::Value>,
    /// How long the provider took to answer, as it was sent.
    pub response_times: Option<serde_json::Value>,
    /// The results of the single tests, as JSON text.
    pub test_results: Option<Vec<u8>>,
    /// The interactions that failed, as far as the tests tell.
    pub failed: Vec<FailedInteraction>,
}

impl Command for RecordVerification {
    type Answer = ResultNumber;

    fn decide(self, work: &mut Work<'_>) -> Result<ResultNumber, Rejection> {
        let consumer = work.known_participant(self.consumer.as_str())?;
        let provider = work.known_participant(self.provider.as_str())?;
        if work.state.content(consumer.id, provider.id, &self.sha).is_none() {
            return Err(Rejection::NotFound { what: "the pact" });
        }
        work.ensure_version(&self.provider, &self.version);
        let number = work.state.next_result_number();
        let test_results = self.test_results.map(|results| work.keep(results));
        work.record(Event::VerificationRecorded {
            number,
            consumer: self.consumer,
            provider: self.provider,
            sha: self.sha,
            version: self.version,
            success: self.success,
            wip: self.wip,
            pending: self.pending,
            consumer_versions: self.consumer_versions.clone(),
            build_url: self.build_url,
            verified_by: self.verified_by,
            response_times: self.response_times,
            test_results,
            failed: self.failed,
        });
        trigger::on_verification(work, (&consumer, &provider), number, &self.consumer_versions);
        Ok(number)
    }
}
