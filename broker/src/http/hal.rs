//! Parts of documents that many nouns have.

use pactwright_core::broker_api::{Link, LinkOrLinks, Links};
use serde_json::{Value, json};

use super::{
    call::{Call, Page},
    paths::Paths,
};
use crate::domain::{
    model::{Participant, Version},
    state::State,
};

/// The link that explains the relations of a document.
pub(super) fn curies(paths: &Paths, context: &str) -> Vec<Link> {
    vec![Link::to(paths.doc(context)).named("pb").templated(true)]
}

/// A participant, in as few words as possible.
pub(super) fn participant_stub(paths: &Paths, participant: &Participant) -> Value {
    let links = Links::new().with("self", Link::to(paths.participant(&participant.name)));
    json!({ "name": participant.name, "_links": links })
}

/// A version, in as few words as possible.
pub(super) fn version_stub(paths: &Paths, participant: &Participant, version: &Version) -> Value {
    json!({ "number": version.number, "_links": Links::new().with("self", version_link(paths, participant, version)) })
}

/// The link to a version.
pub(super) fn version_link(paths: &Paths, participant: &Participant, version: &Version) -> Link {
    Link::to(paths.version(&participant.name, &version.number))
        .titled("Version")
        .named(version.number.to_string())
}

/// The branches of a version: name, whether it is the head, link.
pub(super) fn branch_versions(
    paths: &Paths,
    state: &State,
    participant: &Participant,
    version: &Version,
) -> Vec<Value> {
    version
        .branches
        .iter()
        .filter_map(|membership| {
            let branch = state.branch_by_id(membership.branch)?;
            let url = paths.branch_version(&participant.name, &branch.name, &version.number);
            let link = Link::to(url).titled("Branch version").named(branch.name.to_string());
            let latest = state.branch_head(branch.id) == Some(version.id);
            Some(json!({ "name": branch.name, "latest": latest, "_links": Links::new().with("self", link) }))
        })
        .collect()
}

/// Where a page stands in its list.
pub(super) fn page_info(page: Page, total: usize) -> Value {
    let pages = total.div_ceil(page.size).max(1);
    json!({ "number": page.number, "size": page.size, "totalElements": total, "totalPages": pages })
}

/// Links to the pages before and after, with the rest of the question as it was asked.
pub(super) fn page_links(call: &Call, page: Page, total: usize, links: &mut Links) {
    let has_more = page.skip().saturating_add(page.size) < total;
    more_links(call, page, has_more, links);
}

/// The same where it is not known how much there is.
pub(super) fn more_links(call: &Call, page: Page, has_more: bool, links: &mut Links) {
    let address = call.address_without_query();
    let rest = rest_of_question(&call.target);
    // What is given whole goes on with pages of the usual kind.
    let size = page.size.min(call.broker.config().http.page_limit);
    let link = |number: usize, title: &str| {
        Link::to(format!("{address}?size={size}&page={number}{rest}")).titled(title)
    };
    if has_more {
        let number = page.skip().saturating_add(page.size) / size + 1;
        links.push("next", link(number, "Next page"));
    }
    if page.number > 1 {
        links.push("previous", link(page.number - 1, "Previous page"));
    }
}

/// What a question says beside which page is wanted, as it was written.
fn rest_of_question(target: &str) -> String {
    const PAGE: [&str; 4] = ["page", "pageNumber", "size", "pageSize"];
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let is_other =
        |part: &&str| !part.is_empty() && !PAGE.contains(&part.split('=').next().unwrap_or_default());
    query.split('&').filter(is_other).map(|part| format!("&{part}")).collect()
}

/// The links as JSON.
pub(super) fn links_value(links: &Links) -> Value {
    let members = links.iter().map(|(relation, links)| {
        let value = match links {
            LinkOrLinks::One(link) => json!(link),
            LinkOrLinks::Many(links) => json!(links),
        };
        (relation.to_owned(), value)
    });
    Value::Object(members.collect())
}
