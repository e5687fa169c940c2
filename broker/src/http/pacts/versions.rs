//! The contracts between a consumer and a provider.

use pactwright_core::broker_api::{Link, Links};
use serde_json::json;

use crate::{
    domain::{
        model::Pact,
        queries::pacts::{self, Among},
    },
    http::{answer::Answer, call::Call, errors::Failure, hal},
};

fn found(call: &Call, among: &Among) -> Result<Vec<Pact>, Failure> {
    let (consumer, provider) = call.pair()?;
    Ok(pacts::newest_first(&call.state, consumer, provider.id, among).copied().collect())
}

fn collection(call: &Call, among: &Among, latest_only: bool) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let page = call.page_or_whole()?;
    let newest_first = pacts::newest_first(&call.state, consumer, provider.id, among);
    let mut found = newest_first.take(if latest_only { 1 } else { usize::MAX }).skip(page.skip());
    let pacts: Vec<&Pact> = found.by_ref().take(page.size).collect();
    let paths = &call.paths;
    let state = &call.state;
    let mut documents = Vec::new();
    let mut listed = Vec::new();
    for pact in pacts {
        let Some(version) = state.version_by_id(pact.version) else { continue };
        let link = Link::to(paths.pact(&provider.name, &consumer.name, &version.number))
            .titled("Pact")
            .named(super::title(state, pact));
        documents.push(json!({
            "createdAt": pact.created_at.to_wire(),
            "_embedded": { "consumerVersion": hal::version_stub(paths, consumer, version) },
            "_links": Links::new().with("self", link.clone()),
        }));
        let date: String = pact.created_at.to_wire().chars().take(10).collect();
        let date = date.split('-').rev().collect::<Vec<_>>().join("/");
        listed.push(link.named(format!("Version {} - {date}", version.number)));
    }
    let party = |name: &pactwright_core::names::ParticipantName, title: &str| {
        Link::to(paths.participant(name)).titled(title).named(name.to_string())
    };
    let title = format!("All versions of the pact between {} and {}", consumer.name, provider.name);
    let mut links = Links::new()
        .with("self", Link::to(call.address_without_query()).titled(title))
        .with("pb:consumer", party(&consumer.name, "Consumer"))
        .with("pb:provider", party(&provider.name, "Provider"))
        .with("consumer", party(&consumer.name, "Consumer"))
        .with("provider", party(&provider.name, "Provider"))
        .with_all("pact-versions", listed.clone())
        .with_all("pb:pact-versions", listed);
    hal::more_links(call, page, found.next().is_some(), &mut links);
    Answer::document(&json!({ "_embedded": { "pacts": documents }, "_links": links }))
}

pub(crate) async fn all(call: Call) -> Result<Answer, Failure> {
    collection(&call, &Among::All, false)
}

pub(crate) async fn remove_all(call: Call) -> Result<Answer, Failure> {
    let pacts = found(&call, &Among::All)?;
    super::remove_all(&call, &pacts).await?;
    Ok(Answer::no_content())
}

pub(crate) async fn tagged(call: Call) -> Result<Answer, Failure> {
    collection(&call, &Among::Tagged(call.var("tag").to_owned()), false)
}

pub(crate) async fn remove_tagged(call: Call) -> Result<Answer, Failure> {
    let pacts = found(&call, &Among::Tagged(call.var("tag").to_owned()))?;
    super::remove_all(&call, &pacts).await
}

pub(crate) async fn branch(call: Call) -> Result<Answer, Failure> {
    collection(&call, &Among::Branch(call.var("branch").to_owned()), false)
}

pub(crate) async fn remove_branch(call: Call) -> Result<Answer, Failure> {
    let pacts = found(&call, &Among::Branch(call.var("branch").to_owned()))?;
    super::remove_all(&call, &pacts).await
}

pub(crate) async fn main_branch(call: Call) -> Result<Answer, Failure> {
    collection(&call, &Among::MainBranch, false)
}

pub(crate) async fn latest_branch(call: Call) -> Result<Answer, Failure> {
    collection(&call, &Among::Branch(call.var("branch").to_owned()), true)
}

pub(crate) async fn latest_main_branch(call: Call) -> Result<Answer, Failure> {
    collection(&call, &Among::MainBranch, true)
}
