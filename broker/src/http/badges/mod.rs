//! Badges: small images for other people's pages.
//!
//! They never fail: what is not there, and what went wrong, is a badge too. The broker draws them itself, unless another
//! service is configured; then it sends clients there.

pub(super) mod decisions;
mod svg;

use http::{HeaderMap, StatusCode, header};

use super::{answer::Answer, call::Call, errors::Failure, paths::Segment};
use crate::domain::{
    model::{Pact, Participant},
    queries::{
        badge::{Badge, Colour, Role, Title},
        dashboard::Status,
        pacts::{self, Among},
    },
};

/// A badge as it is sent.
fn answer(call: &Call, badge: &Badge) -> Answer {
    match &call.broker.config().http.badge_service {
        Some(service) => Answer::empty(StatusCode::TEMPORARY_REDIRECT)
            .header(header::LOCATION, format!("{service}{}", address(badge))),
        None => Answer::text(svg::draw(badge)),
    }
}

/// The path of a badge at a service that makes them.
fn address(badge: &Badge) -> String {
    let part = |text: &str| Segment(&text.replace('-', "--").replace('_', "__")).to_string();
    let colour = match badge.colour {
        Colour::Green => "brightgreen",
        Colour::Orange => "orange",
        Colour::Red => "red",
        Colour::Grey => "lightgrey",
    };
    format!("/badge/{}-{}-{colour}.svg", part(&badge.label), part(&badge.message))
}

/// What went wrong, as a badge: whoever looks at a page should see it there.
pub(super) fn of_failure(failure: Failure) -> Answer {
    let badge = match failure {
        Failure::Internal { reference } => Badge::error(&reference),
        failure => {
            let answer = failure.into_answer(&HeaderMap::new(), "");
            Badge::error(answer.status.as_str())
        }
    };
    Answer::text(svg::draw(&badge))
}

/// How names are to be shown, as the query says.
fn title(call: &Call) -> Title<'_> {
    let only = match call.query.text("label").map(str::to_lowercase).as_deref() {
        Some("consumer") => Some(Role::Consumer),
        Some("provider") => Some(Role::Provider),
        _ => None,
    };
    Title { only, initials: call.query.is_true("initials"), ..Title::default() }
}

fn pair(call: &Call) -> Option<(&Participant, &Participant)> {
    let consumer = call.state.participant(call.var("consumer"))?;
    let provider = call.state.participant(call.var("provider"))?;
    Some((consumer, provider))
}

fn of_latest(call: &Call, among: &Among, status: impl Fn(&Call, &Pact) -> Status) -> Answer {
    let badge = pair(call).and_then(|(consumer, provider)| {
        let pact = pacts::latest(&call.state, consumer, provider.id, among)?;
        let status = status(call, pact);
        Some(Badge::of_pair(consumer.name.as_str(), provider.name.as_str(), &title(call), status))
    });
    answer(call, &badge.unwrap_or_else(Badge::no_pact))
}

pub(super) async fn latest(call: Call) -> Result<Answer, Failure> {
    Ok(of_latest(&call, &Among::All, |call, pact| Status::of_pair(&call.state, pact)))
}

pub(super) async fn latest_tagged(call: Call) -> Result<Answer, Failure> {
    let among = Among::Tagged(call.var("tag").to_owned());
    Ok(of_latest(&call, &among, |call, pact| Status::of(&call.state, pact)))
}

pub(super) async fn latest_untagged(call: Call) -> Result<Answer, Failure> {
    Ok(of_latest(&call, &Among::Untagged, |call, pact| Status::of(&call.state, pact)))
}

pub(super) async fn branch(call: Call) -> Result<Answer, Failure> {
    let among = Among::Branch(call.var("branch").to_owned());
    Ok(of_latest(&call, &among, |call, pact| Status::of(&call.state, pact)))
}

/// The result between the latest versions of both with their tags.
pub(super) async fn matrix(call: Call) -> Result<Answer, Failure> {
    let state = &call.state;
    let badge = pair(&call).and_then(|(consumer, provider)| {
        let (tag, provider_tag) = (call.var("tag"), call.var("provider_tag"));
        let pact = pacts::latest(state, consumer, provider.id, &Among::Tagged(tag.to_owned()))?;
        let results = state
            .tag_head(provider.id, provider_tag)
            .and_then(|version| state.results_of_content_by(pact.content, version).next_back());
        let status = match results {
            None => Status::Never,
            Some(result) if result.success => Status::Success,
            Some(_) => Status::Failed,
        };
        let title = Title { consumer_tag: Some(tag), provider_tag: Some(provider_tag), ..title(&call) };
        Some(Badge::of_pair(consumer.name.as_str(), provider.name.as_str(), &title, status))
    });
    Ok(answer(&call, &badge.unwrap_or_else(Badge::no_pact)))
}

#[cfg(test)]
mod tests {
    use super::address;
    use crate::domain::queries::badge::{Badge, Colour};

    #[test]
    fn services_have_their_own_way_to_write_dashes_and_underscores() {
        let badge =
            Badge { label: "a-b_c d/e".to_owned(), message: "x y".to_owned(), colour: Colour::Orange };
        assert_eq!(address(&badge), "/badge/a--b__c%20d%2Fe-x%20y-orange.svg");
    }
}
