//! The state of every pair at a glance.

use pactwright_core::{
    broker_api::{Link, Links},
    names::{BranchName, ParticipantName, TagName, VersionNumber},
};
use serde::Serialize;
use serde_json::Value;

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
    let items = shown.iter().filter_map(|item| document(&call.paths, &call.state, item)).collect();
    let mut links = Links::new().with("self", Link::to(call.address()).titled("Dashboard"));
    hal::page_links(call, page, total, &mut links);
    Answer::document(&Document { items, page: hal::page_info(page, total), links })
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

/// The page, as it is sent. Its parts are not made into a tree of JSON before they are written: this is what many look at.
#[derive(Serialize)]
struct Document<'a> {
    items: Vec<Shown<'a>>,
    page: Value,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    consumer: Side<'a>,
    provider: Side<'a>,
    pact: ShownPact,
    pact_tags: Vec<ShownTag<'a>>,
    latest_verification_result: Option<ShownResult>,
    latest_verification_result_tags: Vec<ShownTag<'a>>,
    verification_status: &'static str,
    webhook_status: &'static str,
    latest_webhook_execution: Option<Value>,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
struct Side<'a> {
    name: &'a ParticipantName,
    version: Option<ShownVersion<'a>>,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownVersion<'a> {
    number: &'a VersionNumber,
    branch: Option<&'a BranchName>,
    head_branch_names: Vec<&'a BranchName>,
    /// Only of a consumer's.
    #[serde(rename = "_links", skip_serializing_if = "Option::is_none")]
    links: Option<Links>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownPact {
    created_at: String,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownResult {
    success: bool,
    verified_at: String,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize)]
struct ShownTag<'a> {
    name: &'a TagName,
    latest: bool,
    #[serde(rename = "_links")]
    links: Links,
}

fn to(address: String) -> Links {
    Links::new().with("self", Link::to(address))
}

fn document<'a>(paths: &Paths, state: &'a State, item: &'a Item) -> Option<Shown<'a>> {
    let consumer = state.participant_by_id(item.pact.consumer)?;
    let provider = state.participant_by_id(item.pact.provider)?;
    let version = state.version_by_id(item.pact.version)?;
    let provider_version = item.result.as_ref().and_then(|result| state.version_by_id(result.version));
    let pact = paths.pact(&provider.name, &consumer.name, &version.number);
    let result = item.result.as_ref().map(|result| ShownResult {
        success: result.success,
        verified_at: result.created_at.to_wire(),
        links: to(format!("{pact}/verification-results/latest")),
    });
    let result_tags = provider_version
        .iter()
        .flat_map(|version| version.tags.iter().map(move |used| (version, &used.tag)))
        .filter(|(version, name)| state.tag_head(provider.id, name.as_str()) == Some(version.id))
        .map(|(version, name)| tag(paths, provider, version, name));
    let address = paths.version(&consumer.name, &version.number);
    let webhooks = Link::to(format!("{}/webhooks/status", paths.pair(&provider.name, &consumer.name)));
    let triggers = state.triggers_of_pair(consumer.id, provider.id);
    let (webhook_status, latest_webhook_execution) = triggered::at_a_glance(triggers);
    let title = format!("Status of webhooks for {}/{} pact", consumer.name, provider.name);
    Some(Shown {
        consumer: side(paths, consumer, Some(shown_version(state, version, Some(to(address))))),
        provider: side(paths, provider, provider_version.map(|version| shown_version(state, version, None))),
        pact_tags: item.tags.iter().map(|name| tag(paths, consumer, version, name)).collect(),
        pact: ShownPact { created_at: item.pact.created_at.to_wire(), links: to(pact) },
        latest_verification_result: result,
        latest_verification_result_tags: result_tags.collect(),
        verification_status: word(item.status),
        webhook_status,
        latest_webhook_execution,
        links: Links::new().with("pb:webhook-status", webhooks.titled(title)),
    })
}

fn side<'a>(paths: &Paths, participant: &'a Participant, version: Option<ShownVersion<'a>>) -> Side<'a> {
    Side { name: &participant.name, version, links: to(paths.participant(&participant.name)) }
}

fn shown_version<'a>(state: &'a State, version: &'a Version, links: Option<Links>) -> ShownVersion<'a> {
    let branch = version.branches.last().and_then(|membership| state.branch_by_id(membership.branch));
    ShownVersion {
        number: &version.number,
        branch: branch.map(|branch| &branch.name),
        head_branch_names: head_branches(state, version),
        links,
    }
}

/// Only tags that a version is the latest with are shown here.
fn tag<'a>(paths: &Paths, participant: &Participant, version: &Version, name: &'a TagName) -> ShownTag<'a> {
    let links = to(paths.tag(&participant.name, &version.number, name));
    ShownTag { name, latest: true, links }
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
