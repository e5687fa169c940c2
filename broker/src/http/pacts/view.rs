use pactwright_core::{
    broker_api::{Link, Links},
    json::{Json, ObjectBuf},
};

use crate::{
    domain::{
        model::{Content, Pact, Participant, Version},
        state::State,
    },
    http::{answer::Answer, call::Call, errors::Failure, hal, media::Media, metadata::Metadata},
};

/// What the links of a pact speak of.
struct Parties<'a> {
    consumer: &'a Participant,
    provider: &'a Participant,
    version: &'a Version,
    content: &'a Content,
}

/// A pact as a document: its text, every attribute and digit, with links beside it.
pub(super) async fn pact(
    call: &Call,
    state: &State,
    pact: &Pact,
    metadata: Option<(&str, Metadata)>,
) -> Result<Answer, Failure> {
    let parties = (|| {
        Some(Parties {
            consumer: state.participant_by_id(pact.consumer)?,
            provider: state.participant_by_id(pact.provider)?,
            version: state.version_by_id(pact.version)?,
            content: state.content_by_id(pact.content)?,
        })
    })()
    .ok_or(Failure::NotFound)?;
    let text = call.broker.json(parties.content.body).await?.ok_or(Failure::NotFound)?;
    let links = links(call, state, pact, &parties, metadata.as_ref());
    let links = Json::from_serialize(&links).map_err(|error| Failure::internal(&error))?;
    let document = if call.media == Media::Extended {
        let tags: Vec<_> = parties
            .version
            .tags
            .iter()
            .map(|used| {
                let address = call.paths.tag(&parties.consumer.name, &parties.version.number, &used.tag);
                let latest =
                    state.tag_head(parties.consumer.id, used.tag.as_str()) == Some(parties.version.id);
                let links = Links::new().with("self", Link::to(address));
                serde_json::json!({ "name": used.tag, "latest": latest, "_links": links })
            })
            .collect();
        let embedded = Json::from(serde_json::json!({ "tags": tags }));
        let created_at = Json::from(pact.created_at.to_wire());
        let members =
            [("contract", text), ("createdAt", created_at), ("_embedded", embedded), ("_links", links)];
        Json::Object(members.into_iter().collect::<ObjectBuf>())
    } else {
        let mut members = match text {
            Json::Object(members) => members,
            other => [("contract", other)].into_iter().collect(),
        };
        members.insert("createdAt", pact.created_at.to_wire());
        members.insert("_links", links);
        Json::Object(members)
    };
    Ok(Answer::text(document.to_compact()))
}

fn links(
    call: &Call,
    state: &State,
    pact: &Pact,
    parties: &Parties<'_>,
    metadata: Option<&(&str, Metadata)>,
) -> Links {
    let paths = &call.paths;
    let Parties { consumer, provider, version, content } = parties;
    let (consumer, provider, number) = (&consumer.name, &provider.name, &version.number);
    let this = paths.pact(provider, consumer, number);
    let by_content = paths.content(provider, consumer, &content.sha, None);
    let results = paths.content(provider, consumer, &content.sha, metadata.map(|(encoded, _)| *encoded));
    let pair = paths.pair(provider, consumer);
    let version_address = paths.version(consumer, number);
    let titled = |address: String, title: &str| Link::to(address).titled(title);

    let mut links = Links::new()
        .with("self", titled(this.clone(), "Pact").named(super::title(state, pact)))
        .with("pb:consumer", titled(paths.participant(consumer), "Consumer").named(consumer.to_string()))
        .with(
            "pb:consumer-version",
            titled(version_address.clone(), "Consumer version").named(number.to_string()),
        );
    if let Some((_, metadata)) = metadata.filter(|(_, metadata)| !metadata.consumer_versions.is_empty()) {
        let versions = metadata.consumer_versions.iter();
        let versions = versions.map(|number| {
            titled(paths.version(consumer, number), "Consumer version").named(number.to_string())
        });
        links.push_all("pb:consumer-versions", versions.collect());
    }
    links.push("pb:provider", titled(paths.participant(provider), "Provider").named(provider.to_string()));
    let permalink = titled(by_content.clone(), "Pact content version permalink");
    links.push("pb:pact-version", permalink.named(content.sha.to_string()));
    links.push("pb:latest-pact-version", titled(format!("{pair}/latest"), "Latest version of this pact"));
    links.push("pb:all-pact-versions", titled(format!("{pair}/versions"), "All versions of this pact"));
    let untagged = titled(format!("{pair}/latest-untagged"), "Latest untagged version of this pact");
    links.push("pb:latest-untagged-pact-version", untagged);
    let tagged = titled(format!("{pair}/latest/{{tag}}"), "Latest tagged version of this pact");
    links.push("pb:latest-tagged-pact-version", tagged.templated(true));
    let previous = titled(format!("{this}/previous-distinct"), "Previous distinct version of this pact");
    links.push("pb:previous-distinct", previous);
    let diff =
        titled(format!("{this}/diff/previous-distinct"), "Diff with previous distinct version of this pact");
    links.push("pb:diff-previous-distinct", diff);
    let diff = format!("{by_content}/diff/pact-version/{{pactVersion}}");
    links.push("pb:diff", titled(diff, "Diff with another specified version of this pact").templated(true));
    let title = format!("Webhooks for the pact between {consumer} and {provider}");
    links.push("pb:pact-webhooks", titled(paths.provider_webhooks(provider, consumer), &title));
    let title = format!("Webhooks for all pacts with provider {provider}");
    links.push("pb:consumer-webhooks", titled(paths.consumer_webhooks(provider), &title));
    let title = "PUT to this resource to tag this consumer version as 'production'";
    links.push("pb:tag-prod-version", titled(format!("{version_address}/tags/prod"), title));
    let title = "PUT to this resource to tag this consumer version";
    links.push("pb:tag-version", titled(format!("{version_address}/tags/{{tag}}"), title));
    let publish = titled(format!("{results}/verification-results"), "Publish verification results");
    links.push("pb:publish-verification-results", publish);
    links.push(
        "pb:latest-verification-results",
        Link::to(format!("{by_content}/verification-results/latest")),
    );
    let triggered = format!("{this}/triggered-webhooks");
    links.push(
        "pb:triggered-webhooks",
        titled(triggered, "Webhooks triggered by the publication of this pact"),
    );
    let title = "View matrix rows for the consumer version to which this pact belongs";
    links.push("pb:matrix-for-consumer-version", titled(paths.matrix_for_version(consumer, number), title));
    links.push_all("curies", hal::curies(paths, "pact"));
    links
}
