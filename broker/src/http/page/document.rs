//! Any document: its members, then what is embedded, then its links. What is deprecated is left to programs.

use pactwright_core::report::markup::escaped;
use serde_json::{Map, Value};

/// How deep lists and objects are shown as such; below, they are shown as text.
const DEEPEST: usize = 6;
/// The members that things are known by; they come first.
const NAMES: [&str; 3] = ["name", "number", "uuid"];

/// The document, as HTML.
pub(super) fn write(document: &Value) -> String {
    let mut page = String::new();
    if let Value::Object(members) = document {
        write_members(members, 0, &mut page);
    } else {
        write_value(document, 0, &mut page);
    }
    page
}

/// The link of a document to itself.
pub(super) fn this(document: &Value) -> Option<&Value> {
    let this = document.pointer("/_links/self")?;
    Some(this.get(0).unwrap_or(this))
}

/// A text, as a link to where a document is, if it says so.
pub(super) fn linked(text: &str, document: &Value) -> String {
    let href = this(document).and_then(|link| link.get("href")).and_then(Value::as_str);
    match href.and_then(web_address) {
        Some(address) => format!("<a href=\"{}\">{}</a>", escaped(address), escaped(text)),
        None => escaped(text).into_owned(),
    }
}

/// A value in one line: things by their names.
pub(super) fn brief(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => {
            let mut shown = String::new();
            write_text(text, &mut shown);
            shown
        }
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(brief).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let name = NAMES.iter().find_map(|member| members.get(*member)).and_then(Value::as_str);
            name.map_or_else(|| escaped(&value.to_string()).into_owned(), |name| linked(name, value))
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn is_deprecated(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.first().is_some_and(is_deprecated),
        value => ["name", "title"].iter().any(|member| {
            let text = value.get(member).and_then(Value::as_str);
            text.is_some_and(|text| text.to_ascii_uppercase().starts_with("DEPRECATED"))
        }),
    }
}

fn write_members(members: &Map<String, Value>, depth: usize, page: &mut String) {
    let plain: Vec<_> =
        members.iter().filter(|(name, value)| !name.starts_with('_') && !is_deprecated(value)).collect();
    if !plain.is_empty() {
        page.push_str("<div class=\"wide\"><table>\n");
        for (name, value) in plain {
            page.push_str(&format!("<tr><th>{}</th><td>", escaped(name)));
            write_value(value, depth + 1, page);
            page.push_str("</td></tr>\n");
        }
        page.push_str("</table></div>\n");
    }
    if let Some(Value::Object(embedded)) = members.get("_embedded") {
        for (name, value) in embedded.iter().filter(|(_, value)| !is_deprecated(value)) {
            page.push_str(&format!("<h2>{}</h2>\n", escaped(name)));
            write_value(value, depth + 1, page);
        }
    }
    if let Some(Value::Object(links)) = members.get("_links") {
        write_links(links, depth, page);
    }
}

fn write_value(value: &Value, depth: usize, page: &mut String) {
    match value {
        Value::Null => page.push('–'),
        Value::String(text) => write_text(text, page),
        Value::Bool(_) | Value::Number(_) => page.push_str(&value.to_string()),
        Value::Array(items) if items.is_empty() => page.push_str("none"),
        Value::Object(members) if members.is_empty() => page.push_str("none"),
        Value::Array(items) if items.iter().all(|item| this(item).is_some()) => write_rows(items, page),
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

/// The members of a thing in a list, with those that are embedded in it.
fn cells(item: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let own = item.as_object().into_iter().flatten().filter(|(name, _)| !name.starts_with('_'));
    let embedded = item.get("_embedded").and_then(Value::as_object).into_iter().flatten();
    own.chain(embedded).filter(|(_, value)| !is_deprecated(value))
}

/// Things that have addresses of their own: a row for each.
fn write_rows(items: &[Value], page: &mut String) {
    let mut columns: Vec<&String> = Vec::new();
    for (name, _) in items.iter().flat_map(cells) {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    columns.sort_by_key(|name| NAMES.iter().position(|known| known == name).unwrap_or(NAMES.len()));
    let head: String = columns.iter().map(|name| format!("<th>{}</th>", escaped(name))).collect();
    page.push_str(&format!("<div class=\"wide\"><table>\n<tr>{head}</tr>\n"));
    for item in items {
        page.push_str("<tr>");
        for (place, column) in columns.iter().enumerate() {
            let value = cells(item).find(|(name, _)| name == column).map_or(&Value::Null, |(_, value)| value);
            let shown = match value {
                Value::String(text) if place == 0 => linked(text, item),
                value => brief(value),
            };
            page.push_str(&format!("<td>{shown}</td>"));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table></div>\n");
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

/// All links of a document; of what is inside of it, only the one to itself.
fn write_links(links: &Map<String, Value>, depth: usize, page: &mut String) {
    let is_shown = |relation: &str| relation != "curies" && (depth == 0 || relation == "self");
    let listed = links.iter().filter(|(relation, _)| is_shown(relation)).flat_map(|(relation, value)| {
        let links: Vec<&Value> = match value {
            Value::Array(links) => links.iter().collect(),
            link => vec![link],
        };
        links.into_iter().map(move |link| (relation, link))
    });
    let mut rows = String::new();
    for (relation, link) in listed.filter(|(_, link)| !is_deprecated(link)) {
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
        if depth == 0 {
            rows.push_str(&format!("<tr><th>{}</th><td>{shown}</td></tr>\n", escaped(relation)));
        } else {
            page.push_str(&format!("<p>{shown}</p>\n"));
        }
    }
    if !rows.is_empty() {
        page.push_str(&format!(
            "<details open><summary>Links</summary><div class=\"wide\"><table>\n{rows}</table></div></details>\n"
        ));
    }
}
