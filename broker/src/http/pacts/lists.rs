//! The contracts of a provider, and of everybody.

use pactwright_core::broker_api::{Link, Links};
use serde_json::json;

use crate::{
    domain::{
        model::Pact,
        queries::pacts::{self, Among},
    },
    http::{answer::Answer, call::Call, errors::Failure, hal},
};

fn of_provider(call: &Call, among: &Among, latest_only: bool, title: &str) -> Result<Answer, Failure> {
    let provider = call.participant("provider")?;
    let paths = &call.paths;
    let state = &call.state;
    let page = call.page_or_whole()?;
    let mut found = pacts::of_provider(state, provider.id, among, latest_only).skip(page.skip());
    let pacts: Vec<&Pact> = found.by_ref().take(page.size).collect();
    let link = |pact: &&Pact| {
        let consumer = state.participant_by_id(pact.consumer)?;
        let version = state.version_by_id(pact.version)?;
        let address = paths.pact(&provider.name, &consumer.name, &version.number);
        Some(Link::to(address).titled(super::title(state, pact)).named(consumer.name.to_string()))
    };
    let listed: Vec<_> = pacts.iter().filter_map(link).collect();
    let old = listed.iter().cloned().map(|mut link| {
        let title = link.title.take().unwrap_or_default();
        link.titled(format!("DEPRECATED - please use the pb:pacts relation. {title}"))
    });
    let this = paths.participant(&provider.name);
    let mut links = Links::new()
        .with("self", Link::to(call.address_without_query()).titled(title))
        .with("pb:provider", Link::to(this.clone()).named(provider.name.to_string()))
        .with_all("pb:pacts", listed.clone())
        .with(
            "provider",
            Link::to(this)
                .titled(provider.name.to_string())
                .named("DEPRECATED - please use the pb:provider relation"),
        )
        .with_all("pacts", old.collect());
    hal::more_links(call, page, found.next().is_some(), &mut links);
    Answer::document(&json!({ "_links": links }))
}

pub(crate) async fn all(call: Call) -> Result<Answer, Failure> {
    let title = format!("All pact versions for the provider {}", call.var("provider"));
    of_provider(&call, &Among::All, false, &title)
}

pub(crate) async fn latest(call: Call) -> Result<Answer, Failure> {
    let title = format!("Latest pact versions for the provider {}", call.var("provider"));
    of_provider(&call, &Among::All, true, &title)
}

pub(crate) async fn tagged(call: Call) -> Result<Answer, Failure> {
    let tag = call.var("tag").to_owned();
    let title = format!(
        "All pact versions for the provider {} with consumer version tag '{tag}'",
        call.var("provider")
    );
    of_provider(&call, &Among::Tagged(tag), false, &title)
}

pub(crate) async fn latest_tagged(call: Call) -> Result<Answer, Failure> {
    let tag = call.var("tag").to_owned();
    let title = format!(
        "Latest pact versions for the provider {} with consumer version tag '{tag}'",
        call.var("provider")
    );
    of_provider(&call, &Among::Tagged(tag), true, &title)
}

pub(crate) async fn branch(call: Call) -> Result<Answer, Failure> {
    let branch = call.var("branch").to_owned();
    let title =
        format!("All pact versions for the provider {} of consumer branch '{branch}'", call.var("provider"));
    of_provider(&call, &Among::Branch(branch), false, &title)
}

pub(crate) async fn latest_branch(call: Call) -> Result<Answer, Failure> {
    let branch = call.var("branch").to_owned();
    let title = format!(
        "Latest pact versions for the provider {} of consumer branch '{branch}'",
        call.var("provider")
    );
    of_provider(&call, &Among::Branch(branch), true, &title)
}

pub(crate) async fn main_branch(call: Call) -> Result<Answer, Failure> {
    let title = format!(
        "All pact versions for the provider {} of the consumers' main branches",
        call.var("provider")
    );
    of_provider(&call, &Among::MainBranch, false, &title)
}

pub(crate) async fn latest_main_branch(call: Call) -> Result<Answer, Failure> {
    let title = format!(
        "Latest pact versions for the provider {} of the consumers' main branches",
        call.var("provider")
    );
    of_provider(&call, &Among::MainBranch, true, &title)
}

/// The latest contract of every pair.
pub(crate) async fn latest_of_all(call: Call) -> Result<Answer, Failure> {
    let paths = &call.paths;
    let state = &call.state;
    let mut pairs: Vec<_> = state
        .pairs()
        .filter_map(|(consumer, provider)| {
            Some((state.participant_by_id(consumer)?, state.participant_by_id(provider)?))
        })
        .collect();
    pairs.sort_by(|one, other| (&one.0.name, &one.1.name).cmp(&(&other.0.name, &other.1.name)));
    let mut documents = Vec::new();
    let mut listed = Vec::new();
    for (consumer, provider) in pairs {
        let Some(pact) = pacts::latest(state, consumer, provider.id, &Among::All) else { continue };
        let Some(version) = state.version_by_id(pact.version) else { continue };
        let latest = paths.latest_pact(&provider.name, &consumer.name);
        let mut consumer_document = hal::participant_stub(paths, consumer);
        consumer_document["_embedded"] = json!({ "version": hal::version_stub(paths, consumer, version) });
        let this = paths.pact(&provider.name, &consumer.name, &version.number);
        let links = Links::new().with_all("self", vec![Link::to(latest.clone()), Link::to(this)]);
        documents.push(json!({
            "createdAt": pact.created_at.to_wire(),
            "_embedded": { "consumer": consumer_document, "provider": hal::participant_stub(paths, provider) },
            "_links": links,
        }));
        listed.push(
            Link::to(latest).titled(format!("Latest pact between {} and {}", consumer.name, provider.name)),
        );
    }
    let old = listed.iter().cloned().map(|link| link.named("DEPRECATED - please use the pb:pacts relation"));
    let links = Links::new()
        .with("self", Link::to(call.address()))
        .with_all("pb:pacts", listed.clone())
        .with_all("pacts", old.collect())
        .with_all("curies", hal::curies(paths, "pacts"));
    Answer::document(&json!({ "pacts": documents, "_links": links }))
}
