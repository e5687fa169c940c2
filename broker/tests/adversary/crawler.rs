//! Somebody who follows every link, and tries every address of the description.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use crate::target::{Answer, Target};

/// Every form that something can be asked for in.
pub(crate) const FORMS: [&str; 6] = [
    "application/hal+json",
    "application/json",
    "text/html",
    "text/plain",
    "text/csv, text/vnd.graphviz, image/svg+xml",
    "application/problem+json, application/x-nothing",
];

/// Where it ends, however many links there are.
const MOST: usize = 4000;

/// What was found where.
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) form: &'static str,
    pub(crate) answer: Answer,
}

/// All addresses in a document, also those in pages and texts.
fn links(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split("http://broker").skip(1).map(|rest| {
        let end = rest.find(['"', '<', '\n', ' ', '\'']).unwrap_or(rest.len());
        // In a page, the question is written so.
        rest[..end].replace("&amp;", "&")
    })
}

/// Everything that can be seen, beginning with some addresses.
pub(crate) async fn crawl(
    target: &Target,
    authorization: &str,
    forms: &[&'static str],
    begin: impl IntoIterator<Item = String>,
) -> Vec<Page> {
    let mut known: BTreeSet<String> = begin.into_iter().collect();
    let mut queue: VecDeque<String> = known.iter().cloned().collect();
    let mut pages = Vec::new();
    while let Some(path) = queue.pop_front() {
        for form in forms {
            let mut headers = vec![("accept", *form)];
            if !authorization.is_empty() {
                headers.push(("authorization", authorization));
            }
            let answer = target.ask("GET", &path, &headers, b"").await;
            let text = answer.text();
            let location = answer.header("location").strip_prefix("http://broker").map(str::to_owned);
            for link in links(&text).chain(location) {
                // Templates are no addresses; the description links to what it is about many times over.
                let is_address = link.starts_with('/') && !link.contains(['{', '\\', '*']);
                if is_address && known.len() < MOST && known.insert(link.clone()) {
                    queue.push_back(link);
                }
            }
            pages.push(Page { path: path.clone(), form, answer });
        }
    }
    assert!(
        known.len() < MOST,
        "there is no end to it: {:?}",
        known.iter().rev().take(20).collect::<Vec<_>>()
    );
    pages
}

/// The operations of the description: method and path.
pub(crate) fn operations(document: &Value) -> Vec<(&'static str, String, Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["GET", "PUT", "POST", "PATCH", "DELETE"] {
            let operation = &item[method.to_ascii_lowercase()];
            if operation.is_object() {
                found.push((method, path.clone(), operation.clone()));
            }
        }
    }
    assert!(found.len() > 150, "{}", found.len());
    found
}

/// A path whose variables are what they are called in a list; others are `x`.
pub(crate) fn filled(path: &str, names: &[(&str, &str)]) -> String {
    let fill = |segment: &str| -> String {
        let Some(variable) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            return segment.to_owned();
        };
        names.iter().find(|(known, _)| *known == variable).map_or("x", |(_, value)| value).to_owned()
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}
