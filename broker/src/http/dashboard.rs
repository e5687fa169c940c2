//! The state of every pair at a glance.

use pactwright_core::broker_api::{Link, Links};
use serde_json::{Value, json};

use super::{
    answer::Answer,
    call::{Call, Page},
    errors::Failure,
    hal,
    media::Media,
    participants,
    paths::Paths,
    webhooks::triggered,
};
use crate::domain::{
    model::{Participant, Version},
    queries::dashboard::{self, Item, Status, head_branches},
    state::State,
};

pub(super) async fn all(call: Call) -> Result<Answer, Failure> {
    let page = participants::page_or_first(&call)?;
    let (items, total) = dashboard::page(&call.state, page.skip(), page.size);
    show(&call, page, items, total)
}

pub(super) async fn of_pair(call: Call) -> Result<Answer, Failure> {
    let (consumer, provider) = call.pair()?;
    let (pair, page) = ((consumer.id, provider.id), participants::page_or_first(&call)?);
    let (items, total) = dashboard::page_of_pair(&call.state, pair, page.skip(), page.size);
    show(&call, page, items, total)
}

fn show(call: &Call, page: Page, mut shown: Vec<Item>, total: usize) -> Result<Answer, Failure> {
    if call.media == Media::Text {
        return Ok(Answer::text(table(&call.state, &shown)));
    }
    shown.sort_by_key(|item| std::cmp::Reverse(item.last_action()));
    let documents: Vec<_> =
        shown.iter().filter_map(|item| document(&call.paths, &call.state, item)).collect();
    let mut links = Links::new().with("self", Link::to(call.address()).titled("Dashboard"));
    hal::page_links(call, page, total, &mut links);
    Answer::document(&json!({ "items": documents, "page": hal::page_info(page, total), "_links": links }))
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Never => "never",
        Status::Success => "success",
        Status::Stale => "stale",
        Status::Failed => "failed",
        Status::FailedPending => "failed_pending",
    }
}

fn document(paths: &Paths, state: &State, item: &Item) -> Option<Value> {
    let consumer = state.participant_by_id(item.pact.consumer)?;
    let provider = state.participant_by_id(item.pact.provider)?;
    let version = state.version_by_id(item.pact.version)?;
    let provider_version = item.result.as_ref().and_then(|result| state.version_by_id(result.version));
    let pact = paths.pact(&provider.name, &consumer.name, &version.number);
    let result = item.result.as_ref().map(|result| {
        let address = format!("{pact}/verification-results/latest");
        json!({
            "success": result.success,
            "verifiedAt": result.created_at.to_wire(),
            "_links": Links::new().with("self", Link::to(address)),
        })
    });
    let tags: Vec<_> = item.tags.iter().map(|name| tag(paths, consumer, version, name.as_str())).collect();
    let provider_tags: Vec<_> = provider_version
        .iter()
        .flat_map(|version| version.tags.iter().map(move |used| (version, &used.tag)))
        .filter(|(version, name)| state.tag_head(provider.id, name.as_str()) == Some(version.id))
        .map(|(version, name)| tag(paths, provider, version, name.as_str()))
        .collect();
    let mut consumer_document = hal::participant_stub(paths, consumer);
    consumer_document["version"] = version_document(state, version);
    let address = paths.version(&consumer.name, &version.number);
    consumer_document["version"]["_links"] = json!(Links::new().with("self", Link::to(address)));
    let mut provider_document = hal::participant_stub(paths, provider);
    provider_document["version"] = json!(provider_version.map(|version| version_document(state, version)));
    let webhooks = Link::to(format!("{}/webhooks/status", paths.pair(&provider.name, &consumer.name)));
    let triggers = state.triggers_of_pair(consumer.id, provider.id);
    let (webhook_status, latest_execution) = triggered::at_a_glance(triggers);
    let title = format!("Status of webhooks for {}/{} pact", consumer.name, provider.name);
    Some(json!({
        "consumer": consumer_document,
        "provider": provider_document,
        "pact": {
            "createdAt": item.pact.created_at.to_wire(),
            "_links": Links::new().with("self", Link::to(pact)),
        },
        "pactTags": tags,
        "latestVerificationResult": result,
        "latestVerificationResultTags": provider_tags,
        "verificationStatus": word(item.status),
        "webhookStatus": webhook_status,
        "latestWebhookExecution": latest_execution,
        "_links": Links::new().with("pb:webhook-status", webhooks.titled(title)),
    }))
}

fn version_document(state: &State, version: &Version) -> Value {
    let branch = version.branches.last().and_then(|membership| state.branch_by_id(membership.branch));
    json!({
        "number": version.number,
        "branch": branch.map(|branch| &branch.name),
        "headBranchNames": head_branches(state, version),
    })
}

/// Only tags that a version is the latest with are shown here.
fn tag(paths: &Paths, participant: &Participant, version: &Version, name: &str) -> Value {
    let address = paths.tag(&participant.name, &version.number, &name);
    json!({ "name": name, "latest": true, "_links": Links::new().with("self", Link::to(address)) })
}

/// The dashboard as plain text: columns as wide as they have to be.
fn table(state: &State, items: &[Item]) -> String {
    const HEAD: [&str; 7] =
        ["CONSUMER_NAME", "C_VERSION", "C_TAGS", "PROVIDER_NAME", "P_VERSION", "P_TAGS", "SUCCESS"];
    let name = |id| state.participant_by_id(id).map_or_else(String::new, |known| known.name.to_string());
    let number = |id| state.version_by_id(id).map_or_else(String::new, |version| version.number.to_string());
    let tags = |names: Vec<String>| names.join(", ");
    let mut rows: Vec<[String; 7]> = vec![HEAD.map(str::to_owned)];
    rows.extend(items.iter().map(|item| {
        let verified = item.result.as_ref().and_then(|result| state.version_by_id(result.version));
        let heads = verified.iter().flat_map(|version| {
            let is_head = |tag: &&crate::domain::model::TagUse| {
                state.tag_head(version.participant, tag.tag.as_str()) == Some(version.id)
            };
            version.tags.iter().filter(is_head).map(|used| used.tag.to_string()).collect::<Vec<_>>()
        });
        [
            name(item.pact.consumer),
            number(item.pact.version),
            tags(item.tags.iter().map(ToString::to_string).collect()),
            name(item.pact.provider),
            verified.map_or_else(String::new, |version| version.number.to_string()),
            tags(heads.collect()),
            word(item.status).to_owned(),
        ]
    }));
    let widths: Vec<usize> = (0..HEAD.len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default())
        .collect();
    let line = |row: &[String; 7]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join(" | ")
    };
    let rule: Vec<_> = widths
        .iter()
        .enumerate()
        .map(|(column, width)| {
            "-".repeat(if column == 0 || column + 1 == widths.len() { width + 1 } else { width + 2 })
        })
        .collect();
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.insert(1, rule.join("|"));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::domain::{queries::dashboard::page, state::tests::Story};

    #[test]
    fn the_table_is_aligned() {
        let mut story = Story::default();
        story.publish("web", "1", "api-of-shop", "a");
        story.tag("web", "1", "dev");
        story.tag("web", "1", "prod");
        story.verify(("web", "1"), ("api-of-shop", "9"), true);
        story.publish("web", "2", "api-of-shop", "b");
        let expected = [
            "CONSUMER_NAME | C_VERSION | C_TAGS    | PROVIDER_NAME | P_VERSION | P_TAGS | SUCCESS",
            "--------------|-----------|-----------|---------------|-----------|--------|--------",
            "web           | 2         |           | api-of-shop   |           |        | never  ",
            "web           | 1         | dev, prod | api-of-shop   | 9         |        | success",
        ];
        let told = table(&story.state, &page(&story.state, 0, 100).0);
        assert_eq!(told.lines().collect::<Vec<_>>(), expected);
    }
}
