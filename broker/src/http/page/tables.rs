//! The documents that people look at most, as tables: the dashboard and the matrix.

use pactwright_core::report::markup::escaped;
use serde_json::Value;

use super::document::{brief, linked};

/// The document as tables, if it is one of these.
pub(super) fn write(document: &Value) -> Option<String> {
    let list = |member: &str| document.get(member).and_then(Value::as_array);
    if let (Some(summary), Some(rows)) = (document.get("summary"), list("matrix")) {
        return Some(matrix(summary, document.get("notices").unwrap_or(&Value::Null), rows));
    }
    if let Some(pairs) = document.pointer("/_embedded/integrations").and_then(Value::as_array) {
        return Some(integrations(pairs) + &ways(document));
    }
    let items = list("items")?;
    Some(dashboard(items) + &ways(document))
}

/// Where the pages before and after are.
fn ways(document: &Value) -> String {
    let way = |(relation, name): (&str, &str)| {
        let link = document.pointer(&format!("/_links/{relation}"))?;
        Some(format!("<p>{}</p>\n", link_to(link, name)))
    };
    [("previous", "Previous page"), ("next", "Next page")].into_iter().filter_map(way).collect()
}

/// A link of the broker's own, under a name.
fn link_to(link: &Value, name: &str) -> String {
    let address = link.get("href").and_then(Value::as_str).unwrap_or_default();
    format!("<a href=\"{}\">{name}</a>", escaped(address))
}

fn integrations(pairs: &[Value]) -> String {
    if pairs.is_empty() {
        return "<p>There are no contracts between applications.</p>\n".to_owned();
    }
    let row = |pair: &Value| {
        let way = |relation: &str, name| {
            pair.pointer(&format!("/_links/{relation}")).map(|link| link_to(link, name))
        };
        let ways = [("pb:dashboard", "dashboard"), ("pb:matrix", "matrix"), ("pb:group", "consumer")];
        let ways: Vec<_> = ways.into_iter().filter_map(|(relation, name)| way(relation, name)).collect();
        [brief(at(pair, "/consumer")), brief(at(pair, "/provider")), ways.join(" ")]
    };
    table(["Consumer", "Provider", "More"], pairs.iter().map(row))
}

fn table<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let row = |cell: &str, cells: &[String]| {
        let cells: String = cells.iter().map(|text| format!("<{cell}>{text}</{cell}>")).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.map(|cells| row("td", &cells)).collect();
    let head = row("th", &head.map(str::to_owned));
    format!("<div class=\"wide\"><table>\n{head}{rows}</table></div>\n")
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    value.pointer(path).unwrap_or(&Value::Null)
}

/// A word with a colour that says the same.
fn coloured(class: &str, word: &str) -> String {
    format!("<strong class=\"{class}\">{word}</strong>")
}

/// Names in a list, as they are; nothing where there are none.
fn names(lists: &[&Value]) -> String {
    let items = lists.iter().filter_map(|list| list.as_array()).flatten();
    items.map(brief).collect::<Vec<_>>().join(", ")
}

fn dashboard(items: &[Value]) -> String {
    if items.is_empty() {
        return "<p>No contract has been published yet.</p>\n".to_owned();
    }
    let row = |item: &Value| {
        let result = at(item, "/latestVerificationResult");
        let status = match at(item, "/verificationStatus").as_str() {
            Some("success") => coloured("good", "verified"),
            Some("failed") => coloured("bad", "failed"),
            Some("failed_pending") => coloured("open", "failed (pending)"),
            Some("stale") => coloured("open", "changed since it was verified"),
            _ => coloured("open", "never verified"),
        };
        let number = at(item, "/consumer/version/number").as_str().unwrap_or_default();
        [
            brief(at(item, "/consumer")),
            linked(number, at(item, "/pact")),
            names(&[at(item, "/consumer/version/headBranchNames"), at(item, "/pactTags")]),
            brief(at(item, "/provider")),
            brief(at(item, "/provider/version/number")),
            names(&[
                at(item, "/provider/version/headBranchNames"),
                at(item, "/latestVerificationResultTags"),
            ]),
            status,
            result
                .get("verifiedAt")
                .and_then(Value::as_str)
                .map_or("–".to_owned(), |at| linked(at, result)),
        ]
    };
    let head = [
        "Consumer",
        "Contract of version",
        "Branches, tags",
        "Provider",
        "Version",
        "Branches, tags",
        "Contract is",
        "Verified at",
    ];
    table(head, items.iter().map(row))
}

fn matrix(summary: &Value, notices: &Value, rows: &[Value]) -> String {
    let verdict = match summary.get("deployable") {
        Some(Value::Bool(true)) => coloured("good", "yes"),
        Some(Value::Bool(false)) => coloured("bad", "no"),
        _ => coloured("open", "unknown"),
    };
    let reasons: String = notices
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|notice| notice.get("text").and_then(Value::as_str))
        .map(|text| format!("<li>{}</li>\n", escaped(text)))
        .collect();
    let row = |row: &Value| {
        let result = at(row, "/verificationResult");
        let mut told = match result.get("success").and_then(Value::as_bool) {
            Some(true) => coloured("good", "success"),
            Some(false) => coloured("bad", "failed"),
            None => coloured("open", "not verified"),
        };
        if row.get("ignored") == Some(&Value::Bool(true)) {
            told.push_str(" (ignored)");
        }
        let failed = at(result, "/failedInteractions").as_array().into_iter().flatten();
        let failed: Vec<_> = failed
            .filter_map(|interaction| interaction.get("description").and_then(Value::as_str))
            .map(|description| escaped(description).into_owned())
            .collect();
        let number = at(row, "/consumer/version/number").as_str().unwrap_or_default();
        [
            brief(at(row, "/consumer")),
            linked(number, at(row, "/pact")),
            brief(at(row, "/provider")),
            brief(at(row, "/provider/version")),
            told,
            failed.join(", "),
            result
                .get("verifiedAt")
                .and_then(Value::as_str)
                .map_or("–".to_owned(), |at| linked(at, result)),
        ]
    };
    let rows = if rows.is_empty() {
        "<p>No contract is concerned.</p>\n".to_owned()
    } else {
        let head = [
            "Consumer",
            "Version",
            "Provider",
            "Version",
            "Verification",
            "Failed interactions",
            "Verified at",
        ];
        table(head, rows.iter().map(row))
    };
    format!("<p>Deployable: {verdict}</p>\n<ul>\n{reasons}</ul>\n{rows}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::write;

    #[test]
    fn the_matrix_says_its_verdict_and_what_failed() {
        let page = write(&json!({
            "summary": { "deployable": false },
            "notices": [{ "type": "error", "text": "between <a> and b" }],
            "matrix": [{
                "consumer": { "name": "web", "version": { "number": "1" } },
                "provider": { "name": "api", "version": { "number": "9", "_links": { "self": { "href": "http://b/9" } } } },
                "verificationResult": { "success": false, "verifiedAt": "now",
                    "failedInteractions": [{ "description": "an <order>" }] },
            }, { "consumer": { "name": "web" }, "provider": { "name": "x", "version": null }, "verificationResult": null }],
        }))
        .unwrap();
        for part in [
            "<strong class=\"bad\">no</strong>",
            "between &lt;a&gt; and b",
            "<a href=\"http://b/9\">9</a>",
            "<td>an &lt;order&gt;</td>",
            "not verified",
        ] {
            assert!(page.contains(part), "{part} is missing in\n{page}");
        }
    }

    #[test]
    fn an_empty_dashboard_says_so() {
        assert!(write(&json!({ "items": [] })).unwrap().contains("No contract"));
        assert_eq!(write(&json!({ "name": "web" })), None);
    }
}
