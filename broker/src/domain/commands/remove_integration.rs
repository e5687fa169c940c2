use pactwright_core::names::ParticipantName;

use super::{Command, Rejection, Work};
use crate::domain::{
    event::Event,
    model::{Participant, Side},
};

/// Removes all that a consumer and a provider have with each other: contracts, results, webhooks for just the two; then
/// versions that nothing is left of, and participants without versions.
#[derive(Debug, Clone)]
pub struct RemoveIntegration {
    /// The consumer.
    pub consumer: ParticipantName,
    /// The provider.
    pub provider: ParticipantName,
}

/// Removes every integration, as [`RemoveIntegration`] does one.
#[derive(Debug, Clone)]
pub struct RemoveIntegrations;

impl Command for RemoveIntegration {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let consumer = work.known_participant(self.consumer.as_str())?;
        let provider = work.known_participant(self.provider.as_str())?;
        remove(work, &consumer, &provider);
        Ok(())
    }
}

impl Command for RemoveIntegrations {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let pairs: Vec<_> = work.state.pairs().collect();
        for (consumer, provider) in pairs {
            let consumer = work.state.participant_by_id(consumer).cloned();
            let provider = work.state.participant_by_id(provider).cloned();
            if let (Some(consumer), Some(provider)) = (consumer, provider) {
                remove(work, &consumer, &provider);
            }
        }
        Ok(())
    }
}

fn remove(work: &mut Work<'_>, consumer: &Participant, provider: &Participant) {
    let contents = work.state.contents_between(consumer.id, provider.id);
    let results: Vec<_> = contents
        .flat_map(|content| work.state.results_of_content(content.id))
        .map(|result| result.number)
        .collect();
    for number in results {
        work.record(Event::VerificationRemoved { number });
    }
    let versions: Vec<_> = work
        .state
        .pacts_between(consumer.id, provider.id)
        .filter_map(|pact| work.state.version_by_id(pact.version))
        .map(|version| version.number.clone())
        .collect();
    for version in versions {
        work.record(Event::ContractRemoved {
            consumer: consumer.name.clone(),
            version,
            provider: provider.name.clone(),
        });
    }
    let names = |side: &Option<Side>, participant: &Participant| matches!(side, Some(Side::Name(name)) if *name == participant.name);
    let webhooks: Vec<_> = work
        .state
        .webhooks()
        .map(|webhook| (webhook.key.clone(), &webhook.details))
        .filter(|(_, details)| names(&details.consumer, consumer) && names(&details.provider, provider))
        .map(|(key, _)| key)
        .collect();
    for webhook in webhooks {
        work.record(Event::WebhookRemoved { webhook });
    }
    remove_orphans(work, consumer);
    if provider.id != consumer.id {
        remove_orphans(work, provider);
    }
}

/// Removes the versions of a participant that have no contracts, no results and are live nowhere; then the participant,
/// if it has no versions and nobody has a contract with it.
fn remove_orphans(work: &mut Work<'_>, participant: &Participant) {
    let state = &work.state;
    let orphans: Vec<_> = state
        .versions_of(participant.id)
        .filter(|version| {
            let is_live = state.deployments_of_version(version.id).any(|known| known.undeployed_at.is_none())
                || state.releases_of_version(version.id).any(|known| known.support_ended_at.is_none());
            !is_live
                && state.pacts_of_version(version.id).next().is_none()
                && state.results_of_version(version.id).next().is_none()
        })
        .map(|version| version.number.clone())
        .collect();
    for version in orphans {
        work.record(Event::VersionRemoved {
            participant: participant.name.clone(),
            version,
            by_clean_up: false,
        });
    }
    let has_versions = work.state.version_ids(participant.id).next().is_some();
    if !has_versions && work.state.consumers_of_provider(participant.id).next().is_none() {
        work.record(Event::ParticipantRemoved { participant: participant.name.clone() });
    }
}

#[cfg(test)]
mod tests {
    use pactwright_core::names::ParticipantName;

    use super::{RemoveIntegration, RemoveIntegrations};
    use crate::domain::state::tests::Story;

    fn names(story: &Story) -> Vec<String> {
        story.state.participant_names().map(ToString::to_string).collect()
    }

    #[test]
    fn what_nothing_is_left_of_goes_and_the_rest_stays() {
        let mut story = Story::default();
        story.publish("web", "1", "api", "a");
        story.publish("web", "2", "store", "a");
        story.verify(("web", "1"), ("api", "9"), true);
        story.tell(RemoveIntegration { consumer: name("web"), provider: name("api") }).unwrap();
        assert_eq!(names(&story), ["store", "web"]);
        let web = story.participant("web").id;
        assert!(story.state.version(web, "1").is_none() && story.state.version(web, "2").is_some());
        assert_eq!(story.state.results().count(), 0);
    }

    #[test]
    fn what_is_deployed_stays() {
        let mut story = Story::default();
        story.publish("web", "1", "api", "a");
        let production = story.environment("production");
        story.deploy("web", "1", production, None);
        story.tell(RemoveIntegrations).unwrap();
        assert_eq!(names(&story), ["web"]);
        assert_eq!(story.state.pairs().count(), 0);
    }

    #[test]
    fn results_do_not_come_back_with_the_same_content() {
        let mut story = Story::default();
        story.publish("web", "1", "api", "a");
        story.publish("other", "1", "api", "a");
        story.verify(("web", "1"), ("api", "9"), true);
        story.tell(RemoveIntegration { consumer: name("web"), provider: name("api") }).unwrap();
        story.publish("web", "2", "api", "a");
        assert!(story.state.latest_result(story.content("web", "2", "api")).is_none());
    }

    fn name(text: &str) -> ParticipantName {
        ParticipantName::new(text).unwrap()
    }
}
