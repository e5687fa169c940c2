//! Pages for people: every document, as HTML. Whoever opens an address of the API in a browser sees what programs see,
//! and can follow the links. What people look at most, the dashboard and the matrix, are tables.

mod document;
mod tables;

use std::sync::LazyLock;

use http::{StatusCode, header};
use pactwright_core::report::markup::escaped;
use serde_json::Value;

use super::{answer::Answer, media::Media, security};

/// Colours only repeat what words say. Long names break rather than push the page wide, and wide tables scroll.
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:80rem;padding:0 1rem;color:#222;\
    background:#fff;overflow-wrap:anywhere}nav{border-bottom:1px solid #ddd;padding-bottom:.5rem}nav a{margin-right:1rem}\
    a{color:#0b57a4}.wide{overflow-x:auto}table{border-collapse:collapse;margin:.25rem 0}th,td{text-align:left;\
    vertical-align:top;padding:.2rem .75rem .2rem 0;border-bottom:1px solid #ddd;min-width:4rem}\
    th{font-weight:600;overflow-wrap:normal}pre{background:#f5f5f5;padding:.75rem;overflow:auto}h1{font-size:1.4rem}\
    h2{font-size:1.1rem}.good{color:#0a6b2b}.bad{color:#b3261e}.open{color:#8a5300}code{overflow-wrap:anywhere}\
    @media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#ddd}a{color:#7db8f0}pre{background:#2a2a2a}\
    nav,th,td{border-color:#444}.good{color:#6fd28b}.bad{color:#ff9a90}.open{color:#f0b860}}";

/// Where pages lead to from everywhere: address below the broker's, and what it is called.
const WAYS: [(&str, &str); 6] = [
    ("/", "Start"),
    ("/dashboard", "Dashboard"),
    ("/pacticipants", "Applications"),
    ("/environments", "Environments"),
    ("/integrations", "Integrations"),
    ("/metrics", "Metrics"),
];

static POLICY: LazyLock<String> = LazyLock::new(|| security::policy_of_page(STYLE));

/// Whether an answer is a document that can be shown as a page.
pub(super) fn can_show(answer: &Answer) -> bool {
    let is_json = answer.content_type.as_deref().is_none_or(|name| name.contains("json"));
    is_json && !answer.body.is_empty()
}

/// The same answer as a page. `base` is the address that the client knows the broker by.
pub(super) fn of(mut answer: Answer, base: &str) -> Answer {
    // A number keeps its digits as long as it is not read as one.
    let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    answer.body = page(answer.status, &document, base).into_bytes();
    answer.content_type = Some(Media::Html.content_type());
    answer.header(header::CONTENT_SECURITY_POLICY, POLICY.as_str())
}

fn page(status: StatusCode, document: &Value, base: &str) -> String {
    let heading = if status.is_success() {
        heading(document)
    } else {
        format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"))
    };
    let title = escaped(&heading);
    let ways: String =
        WAYS.iter().map(|(path, name)| format!("<a href=\"{}{path}\">{name}</a>\n", escaped(base))).collect();
    let body = tables::write(document).unwrap_or_else(|| document::write(document));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head>\n<body>\n\
         <nav>\n{ways}</nav>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}

/// What a document is: as its link to itself says, or its name.
fn heading(document: &Value) -> String {
    if document.get("matrix").is_some() {
        return "Matrix".to_owned();
    }
    let this = document::this(document);
    let told = |member: &str| this.and_then(|link| link.get(member)).and_then(Value::as_str);
    told("name")
        .or_else(|| told("title"))
        .or_else(|| document.get("name").and_then(Value::as_str))
        .unwrap_or("Pact Broker")
        .to_owned()
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
        let page = page(StatusCode::OK, &document, "");
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
        let page = page(StatusCode::OK, &document, "");
        for bad in ["<img", "href=\"javascript:", "<script>"] {
            assert!(!page.contains(bad), "{bad} is in\n{page}");
        }
    }

    #[test]
    fn a_refusal_says_its_status() {
        let page = page(StatusCode::NOT_FOUND, &json!({ "error": "No pacticipant with name 'x' found" }), "");
        assert!(page.contains("<h1>404 Not Found</h1>"), "{page}");
        assert!(page.contains("No pacticipant with name &#39;x&#39; found"), "{page}");
    }

    #[test]
    fn every_page_leads_to_the_others_below_the_known_address() {
        let page = page(StatusCode::OK, &json!({}), "https://example.org/pacts");
        assert!(page.contains("<a href=\"https://example.org/pacts/dashboard\">Dashboard</a>"), "{page}");
    }
}
