//! Verification results, coming and going.

use std::sync::Arc;

use super::{Place, State};
use crate::domain::model::{
    ContentId, ParticipantId, ResultNumber, ResultSource, VerificationResult, VersionId,
};

type LastResult = (ParticipantId, ParticipantId, ResultNumber);

impl State {
    pub(super) fn add_result(&mut self, mut result: VerificationResult) {
        let Some(content) = self.contents.get(&result.content).cloned() else { return };
        result.source = result.source.map(|source| self.share(source));
        let place = self.place(result.version);
        let last = self.last_result_of_used(content.id);
        let is_distinct = !self.has_result(&result);
        self.counts.result_added(content.id, result.success, is_distinct);
        self.results_by_content.insert((content.id, place.clone(), result.number));
        self.results_in_turn.insert((content.id, result.number));
        self.results_by_version.insert((result.version, result.number));
        if !result.failed().is_empty() {
            self.failures.insert((content.consumer, content.provider, place, result.number));
        }
        let result = Arc::new(result);
        self.results.insert(result.number, result.clone());
        if result.success {
            self.add_success(&result);
        }
        self.last_result_changed(content.id, last);
    }

    pub(super) fn remove_result(&mut self, number: ResultNumber) {
        let Some(result) = self.results.get(&number).cloned() else { return };
        let place = self.place(result.version);
        let last = self.last_result_of_used(result.content);
        self.results.remove(&number);
        self.results_by_content.remove(&(result.content, place.clone(), number));
        self.results_in_turn.remove(&(result.content, number));
        self.results_by_version.remove(&(result.version, number));
        if let Some(content) = self.contents.get(&result.content) {
            self.failures.remove(&(content.consumer, content.provider, place, number));
        }
        if result.success {
            self.remove_success(&result);
        }
        let was_distinct = !self.has_result(&result);
        self.counts.result_removed(result.content, result.success, was_distinct);
        if let Some(source) = &result.source {
            self.unshare(source);
        }
        self.last_result_changed(result.content, last);
    }

    /// Whether there is one that says the same of the same content and version.
    fn has_result(&self, result: &VerificationResult) -> bool {
        let mut known = self.results_of_content_by(result.content, result.version);
        known.any(|known| known.success == result.success)
    }

    /// The same source, kept once.
    fn share(&mut self, source: Arc<ResultSource>) -> Arc<ResultSource> {
        let known = self.sources.get_key_value(&source).map(|(known, count)| (known.clone(), *count));
        let (source, count) = known.unwrap_or((source, 0));
        self.sources.insert(source.clone(), count + 1);
        source
    }

    fn unshare(&mut self, source: &Arc<ResultSource>) {
        let Some(count) = self.sources.get_mut(source) else { return };
        *count = count.saturating_sub(1);
        if *count == 0 {
            self.sources.remove(source);
        }
    }

    /// The last result of a content, where there is a contract with it.
    pub(super) fn last_result_of_used(&self, content: ContentId) -> Option<LastResult> {
        let known = self.contents.get(&content)?;
        let last = self.latest_result(content)?.number;
        self.is_used(content).then_some((known.consumer, known.provider, last))
    }

    /// Puts what is now in the place of what was.
    pub(super) fn last_result_changed(&mut self, content: ContentId, before: Option<LastResult>) {
        let after = self.last_result_of_used(content);
        if after == before {
            return;
        }
        if let Some(before) = before {
            self.last_results.remove(&before);
        }
        if let Some(after) = after {
            self.last_results.insert(after);
        }
    }

    /// All results, by number.
    pub fn results(&self) -> impl DoubleEndedIterator<Item = &Arc<VerificationResult>> {
        self.results.values()
    }

    /// A result by its number.
    pub fn result(&self, number: ResultNumber) -> Option<&Arc<VerificationResult>> {
        self.results.get(&number)
    }

    /// The results for a content, by the order of provider versions, then by number.
    pub fn results_of_content(
        &self,
        content: ContentId,
    ) -> impl DoubleEndedIterator<Item = &Arc<VerificationResult>> {
        let range =
            (content, Place::FIRST, ResultNumber::FIRST)..(content.next(), Place::FIRST, ResultNumber::FIRST);
        self.results_by_content.range(range).filter_map(|(.., number)| self.results.get(number))
    }

    /// The results for a content up to a provider version, in the same order.
    pub fn results_of_content_until(
        &self,
        content: ContentId,
        version: VersionId,
    ) -> impl DoubleEndedIterator<Item = &Arc<VerificationResult>> {
        let first = (content, Place::FIRST, ResultNumber::FIRST);
        let last = (content, self.place(version), ResultNumber::LAST);
        self.results_by_content.range(first..=last).filter_map(|(.., number)| self.results.get(number))
    }

    /// The results for a content, as they came.
    pub fn results_in_turn(
        &self,
        content: ContentId,
    ) -> impl DoubleEndedIterator<Item = &Arc<VerificationResult>> {
        self.results_in_turn
            .range((content, ResultNumber::FIRST)..=(content, ResultNumber::LAST))
            .filter_map(|(_, number)| self.results.get(number))
    }

    /// The same before one of them.
    pub(super) fn results_in_turn_before(
        &self,
        content: ContentId,
        number: ResultNumber,
    ) -> impl DoubleEndedIterator<Item = &Arc<VerificationResult>> {
        self.results_in_turn
            .range((content, ResultNumber::FIRST)..(content, number))
            .filter_map(|(_, number)| self.results.get(number))
    }

    /// The results of one provider version for a content, by number.
    pub fn results_of_content_by(
        &self,
        content: ContentId,
        version: VersionId,
    ) -> impl DoubleEndedIterator<Item = &Arc<VerificationResult>> {
        let place = self.place(version);
        self.results_by_content
            .range((content, place.clone(), ResultNumber::FIRST)..=(content, place, ResultNumber::LAST))
            .filter_map(|(.., number)| self.results.get(number))
    }

    /// The last result for a content.
    pub fn latest_result(&self, content: ContentId) -> Option<&Arc<VerificationResult>> {
        self.results_in_turn(content).next_back()
    }

    /// The last result for anything that there is a contract with between two participants.
    pub fn latest_result_between(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
    ) -> Option<&Arc<VerificationResult>> {
        let range = (consumer, provider, ResultNumber::FIRST)..=(consumer, provider, ResultNumber::LAST);
        let (.., number) = self.last_results.range(range).next_back()?;
        self.results.get(number)
    }

    /// The results between two participants that say which interactions failed, of the provider versions behind one (or
    /// all) and up to another one, by the order of the versions, then by number.
    pub fn failures_between(
        &self,
        consumer: ParticipantId,
        provider: ParticipantId,
        behind: Option<VersionId>,
        until: VersionId,
    ) -> impl Iterator<Item = &Arc<VerificationResult>> {
        let begin = match behind {
            Some(version) => (self.place(version), ResultNumber::LAST),
            None => (Place::FIRST, ResultNumber::FIRST),
        };
        let end = (consumer, provider, self.place(until), ResultNumber::LAST);
        self.failures
            .range((consumer, provider, begin.0, begin.1)..=end)
            .filter_map(|(.., number)| self.results.get(number))
    }

    /// The results of a provider version, by number.
    pub fn results_of_version(
        &self,
        version: VersionId,
    ) -> impl DoubleEndedIterator<Item = &Arc<VerificationResult>> {
        self.results_by_version
            .range((version, ResultNumber::FIRST)..=(version, ResultNumber::LAST))
            .filter_map(|(_, number)| self.results.get(number))
    }

    /// The number that the next verification result gets. The first one is 1.
    pub fn next_result_number(&self) -> ResultNumber {
        ResultNumber::new(self.next.result.max(1))
    }
}
