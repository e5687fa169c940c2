//! Which contracts a provider is to verify.

mod notices;
mod request;

use pactwright_core::broker_api::{
    EmbeddedPacts, Link, Links, PactForVerification, PactsForVerification, VerificationProperties,
};

use crate::{
    domain::{
        model::Participant,
        queries::pacts_for_verification::{self as query, Question, ToVerify},
    },
    http::{answer::Answer, call::Call, canonical, errors::Failure, metadata::Metadata},
};

/// Answers a provider's question.
pub(crate) async fn ask(call: Call) -> Result<Answer, Failure> {
    let object = call.object()?;
    let mut question = request::read(&call.state, &object)?;
    if call.any_case() {
        for consumer in question.selectors.iter_mut().filter_map(|selector| selector.consumer.as_mut()) {
            *consumer = canonical::participant_name(&call.state, consumer.clone());
        }
    }
    let provider = call.participant("provider")?;
    answer(&call, provider, &question)
}

/// The same without a question: some clients only want to know where to ask it.
pub(crate) async fn read(call: Call) -> Result<Answer, Failure> {
    let provider = call.participant("provider")?;
    answer(&call, provider, &Question { include_pending: true, ..Question::default() })
}

fn answer(call: &Call, provider: &Participant, question: &Question) -> Result<Answer, Failure> {
    let found = query::answer(&call.state, &call.broker.config().rules, call.now, provider, question);
    let pacts = found.iter().filter_map(|entry| document(call, provider, question, entry)).collect();
    let title = Link::to(call.paths.for_verification(&provider.name)).titled("Pacts to be verified");
    let links = Links::new().with("self", title);
    Answer::document(&PactsForVerification { embedded: EmbeddedPacts { pacts }, links })
}

fn document(
    call: &Call,
    provider: &Participant,
    question: &Question,
    entry: &ToVerify,
) -> Option<PactForVerification> {
    let state = &call.state;
    let consumer = state.participant_by_id(entry.pact.consumer)?;
    let content = state.content_by_id(entry.pact.content)?;
    let mut consumer_versions = Vec::new();
    for found in &entry.matches {
        let number = &state.version_by_id(found.pact.version)?.number;
        if !consumer_versions.contains(number) {
            consumer_versions.push(number.clone());
        }
    }
    let pending = entry.pending.as_ref().map(|status| status.is_pending);
    let metadata = Metadata { wip: entry.wip, pending: pending == Some(true), consumer_versions };
    let paths = &call.paths;
    let address = paths.content(&provider.name, &consumer.name, &content.sha, Some(&metadata.encode()));
    let permalink = paths.content(&provider.name, &consumer.name, &content.sha, None);
    let properties = VerificationProperties {
        pending,
        wip: entry.wip,
        notices: notices::notices(state, provider, question, entry, &permalink),
    };
    Some(PactForVerification {
        short_description: Some(notices::short_description(entry)),
        verification_properties: properties,
        links: Links::new().with("self", Link::to(address).named(super::title(state, &entry.pact))),
    })
}
