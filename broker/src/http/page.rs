//! Pages for people: every document, as HTML. Whoever opens an address of the API in a browser sees what programs see,
//! and can follow the links.

use http::{StatusCode, header};
use pactwright_core::report::markup::escaped;
use serde_json::{Map, Value};

use super::{answer::Answer, media::Media};

/// How deep lists and objects are shown as such; below, they are shown as text.
const DEEPEST: usize = 6;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#222;\
    background:#fff}a{color:#0b57a4}table{border-collapse:collapse;margin:.25rem 0}th,td{text-align:left;\
    vertical-align:top;padding:.15rem .75rem .15rem 0;border-bottom:1px solid #ddd}th{font-weight:600}\
    pre{background:#f5f5f5;padding:.75rem;overflow:auto}h1{font-size:1.4rem}h2{font-size:1.1rem}\
    @media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#ddd}a{color:#7db8f0}pre{background:#2a2a2a}\
    th,td{border-color:#444}}";

/// Pages run nothing, and ask nobody for anything.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Whether an answer is a document that can be shown as a page.
pub(super) fn can_show(answer: &Answer) -> bool {
    let is_json = answer.content_type.as_deref().is_none_or(|name| name.contains("json"));
    is_json && (!answer.body.is_empty() || answer.status == StatusCode::NOT_ACCEPTABLE)
}

/// The same answer as a page.
pub(super) fn of(mut answer: Answer) -> Answer {
    // A number keeps its digits as long as it is not read as one.
    let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    answer.body = page(answer.status, &document).into_bytes();
    answer.content_type = Some(Media::Html.content_type());
    answer.header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
}

fn page(status: StatusCode, document: &Value) -> String {
    let heading = if status.is_success() {
        heading(document)
    } else {
        format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"))
    };
    let title = escaped(&heading);
    let mut body = String::new();
    if let Value::Object(members) = document {
        write_members(members, 0, &mut body);
    } else {
        write_value(document, 0, &mut body);
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head>\n<body>\n\
         <h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}

/// What a document is: as its link to itself says, or its name.
fn heading(document: &Value) -> String {
    let this = document.pointer("/_links/self");
    let this = this.and_then(|link| link.get(0)).or(this);
    let told = |member: &str| this.and_then(|link| link.get(member)).and_then(Value::as_str);
    told("name")
        .or_else(|| told("title"))
        .or_else(|| document.get("name").and_then(Value::as_str))
        .unwrap_or("Pact Broker")
        .to_owned()
}

/// Plain members first, then what is embedded, then links.
fn write_members(members: &Map<String, Value>, depth: usize, page: &mut String) {
    let plain: Vec<_> = members.iter().filter(|(name, _)| !name.starts_with('_')).collect();
    if !plain.is_empty() {
        page.push_str("<table>\n");
        for (name, value) in plain {
            page.push_str(&format!("<tr><th>{}</th><td>", escaped(name)));
            write_value(value, depth + 1, page);
            page.push_str("</td></tr>\n");
        }
        page.push_str("</table>\n");
    }
    if let Some(Value::Object(embedded)) = members.get("_embedded") {
        for (name, value) in embedded {
            page.push_str(&format!("<h2>{}</h2>\n", escaped(name)));
            write_value(value, depth + 1, page);
        }
    }
    if let Some(Value::Object(links)) = members.get("_links") {
        write_links(links, page);
    }
}

fn write_value(value: &Value, depth: usize, page: &mut String) {
    match value {
        Value::Null => page.push('–'),
        Value::String(text) => write_text(text, page),
        Value::Bool(_) | Value::Number(_) => page.push_str(&value.to_string()),
        Value::Array(items) if items.is_empty() => page.push_str("none"),
        Value::Object(members) if members.is_empty() => page.push_str("none"),
        Value::Array(items) if depth < DEEPEST => {
            page.push_str("<ul>\n");
            for item in items {
                page.push_str("<li>");
                write_value(item, depth + 1, page);
                page.push_str("</li>\n");
            }
            page.push_str("</ul>\n");
        }
        Value::Object(members) if depth < DEEPEST => write_members(members, depth, page),
        _ => {
            let text = serde_json::to_string_pretty(value).unwrap_or_default();
            page.push_str(&format!("<pre>{}</pre>", escaped(&text)));
        }
    }
}

/// A text; an address as a link.
fn write_text(text: &str, page: &mut String) {
    match web_address(text) {
        Some(address) => page.push_str(&format!("<a href=\"{0}\">{0}</a>", escaped(address))),
        None => page.push_str(&escaped(text)),
    }
}

/// Only addresses that a browser may go to: what people send could be a script.
fn web_address(text: &str) -> Option<&str> {
    let is_address = text.starts_with("http://") || text.starts_with("https://");
    (is_address && !text.contains(char::is_whitespace)).then_some(text)
}

fn write_links(links: &Map<String, Value>, page: &mut String) {
    let listed = links.iter().filter(|(relation, _)| *relation != "curies").flat_map(|(relation, value)| {
        let links: Vec<&Value> = match value {
            Value::Array(links) => links.iter().collect(),
            link => vec![link],
        };
        links.into_iter().map(move |link| (relation, link))
    });
    let mut rows = String::new();
    for (relation, link) in listed {
        let text = |member: &str| link.get(member).and_then(Value::as_str);
        let Some(href) = text("href") else { continue };
        let label = text("name").or_else(|| text("title")).unwrap_or(href);
        let is_template = link.get("templated").and_then(Value::as_bool) == Some(true);
        let shown = match web_address(href).or_else(|| href.starts_with('/').then_some(href)) {
            Some(address) if !is_template => {
                format!("<a href=\"{}\">{}</a>", escaped(address), escaped(label))
            }
            _ => format!("{} <code>{}</code>", escaped(label), escaped(href)),
        };
        rows.push_str(&format!("<tr><th>{}</th><td>{shown}</td></tr>\n", escaped(relation)));
    }
    if !rows.is_empty() {
        page.push_str(&format!("<details open><summary>Links</summary><table>\n{rows}</table></details>\n"));
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use serde_json::json;

    use super::page;

    #[test]
    fn a_document_can_be_read_and_its_links_followed() {
        let document = json!({
            "name": "web",
            "mainBranch": null,
            "_embedded": { "labels": [{ "name": "ios", "_links": {} }] },
            "_links": {
                "self": { "href": "http://broker/pacticipants/web", "title": "Pacticipant", "name": "web" },
                "pb:version": { "href": "http://broker/x/{version}", "templated": true },
                "curies": [{ "name": "pb", "href": "http://broker/doc/{rel}", "templated": true }],
            },
        });
        let page = page(StatusCode::OK, &document);
        for part in [
            "<title>web</title>",
            "<tr><th>mainBranch</th><td>–</td></tr>",
            "<h2>labels</h2>",
            "<a href=\"http://broker/pacticipants/web\">web</a>",
            "<code>http://broker/x/{version}</code>",
        ] {
            assert!(page.contains(part), "{part} is missing in\n{page}");
        }
        assert!(!page.contains("/doc/"), "{page}");
    }

    #[test]
    fn what_people_send_does_not_become_markup_or_a_script() {
        let document = json!({
            "name": "<img src=x onerror=alert(1)>",
            "buildUrl": "javascript:alert(1)",
            "_links": { "self": { "href": "javascript:alert(2)", "title": "\"><script>" } },
        });
        let page = page(StatusCode::OK, &document);
        for bad in ["<img", "href=\"javascript:", "<script>"] {
            assert!(!page.contains(bad), "{bad} is in\n{page}");
        }
    }

    #[test]
    fn a_refusal_says_its_status() {
        let page = page(StatusCode::NOT_FOUND, &json!({ "error": "No pacticipant with name 'x' found" }));
        assert!(page.contains("<h1>404 Not Found</h1>"), "{page}");
        assert!(page.contains("No pacticipant with name &#39;x&#39; found"), "{page}");
    }
}
