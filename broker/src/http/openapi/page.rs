//! The document as a page. It is plain HTML: what is folded is folded by the browser.

use pactwright_core::report::markup::escaped;
use serde_json::{Map, Value};

use super::operations::Operation;

/// The page has it as it is here: its digest says that it may.
pub(super) const STYLE: &str = include_str!("page.css");

/// How deep documents inside of documents are shown.
const DEEPEST: usize = 6;

/// The page for a document. The operations say the order, which the document has not.
pub(super) fn render(document: &Value, operations: &[Operation]) -> String {
    let mut groups: Vec<(&str, Vec<&Operation>)> = Vec::new();
    for operation in operations {
        match groups.last_mut() {
            Some((group, members)) if *group == operation.group => members.push(operation),
            _ => groups.push((operation.group, vec![operation])),
        }
    }
    let contents: String = groups
        .iter()
        .map(|(group, _)| format!("<a href=\"#{}\">{}</a>\n", anchor(group), escaped(group)))
        .collect();
    let sections: String = groups.iter().map(|(group, members)| section(document, group, members)).collect();
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let title = escaped(text("/info/title"));
    let description = prose(text("/info/description"));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{title}: API</title>\n<style>{STYLE}</style></head>\n<body>\n\
         <nav><strong>{title}</strong>\n{contents}<a href=\"#refusals\">Refusals</a>\n<a \
         href=\"#documents\">Documents</a>\n</nav>\n<main>\n<h1>{title}: API</h1>\n\
         <p>{description}</p>\n<p>For programs: <a href=\"openapi.json\">openapi.json</a>.</p>\n{sections}{}{}</main>\n</body>\n\
         </html>\n",
        refusals(document),
        documents(document),
    )
}

/// The name of a place on the page.
fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

/// Text with `code` in it.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(place, part)| {
            let part = escaped(part);
            if place % 2 == 1 { format!("<code>{part}</code>") } else { part.to_string() }
        })
        .collect()
}

fn section(document: &Value, group: &str, operations: &[&Operation]) -> String {
    let entries: String = operations.iter().map(|operation| entry(document, operation)).collect();
    format!("<h2 id=\"{}\">{}</h2>\n{entries}", anchor(group), escaped(group))
}

fn entry(document: &Value, operation: &Operation) -> String {
    let method = operation.method.as_str();
    let class = method.to_lowercase();
    let item = &document["paths"][operation.path];
    let entry = &item[class.as_str()];
    let old = if operation.deprecated { " class=\"old\"" } else { "" };
    let mut inside = String::new();
    let lists = [&item["parameters"], &entry["parameters"]].into_iter().filter_map(Value::as_array);
    let rows: String = lists.flatten().map(parameter).collect();
    if !rows.is_empty() {
        inside.push_str(&format!("<h4>Parameters</h4>\n<table>\n{rows}</table>\n"));
    }
    if let Some(Value::Object(content)) = entry.pointer("/requestBody/content") {
        let media: Vec<_> = content.keys().map(|name| format!("<code>{}</code>", escaped(name))).collect();
        let first = content.values().next().unwrap_or(&Value::Null);
        let needed = if entry.pointer("/requestBody/required") == Some(&Value::Bool(true)) {
            ""
        } else {
            ", optional"
        };
        inside.push_str(&format!(
            "<h4>Body: {}, {}{needed}</h4>\n",
            kind(&first["schema"], 0),
            media.join(" or ")
        ));
        if let Some(example) = first.get("example") {
            let example = serde_json::to_string_pretty(example).unwrap_or_default();
            inside.push_str(&format!("<pre>{}</pre>\n", escaped(&example)));
        }
    }
    // What everything may be refused with is explained once.
    let (refusals, answers): (Vec<_>, Vec<_>) = entry["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .partition(|(_, response)| response.get("$ref").is_some());
    let rows: String = answers.iter().map(|(status, response)| answer(status, response)).collect();
    inside.push_str(&format!("<h4>Answers</h4>\n<table>\n{rows}</table>\n"));
    let statuses: Vec<_> = refusals.iter().map(|(status, _)| status.as_str()).collect();
    inside.push_str(&format!("<p><a href=\"#refusals\">Refusals</a>: {}</p>\n", statuses.join(", ")));
    format!(
        "<details id=\"{id}\"{old}><summary><b class=\"method {class}\">{method}</b><code>{path}</code><span>{summary}</span>\
         </summary><div class=\"inside\">\n{inside}</div></details>\n",
        id = operation.id,
        path = escaped(operation.path),
        summary = escaped(operation.summary),
    )
}

fn parameter(parameter: &Value) -> String {
    let text = |member: &str| parameter[member].as_str().unwrap_or_default();
    let needed = if parameter["required"] == Value::Bool(true) { "" } else { ", optional" };
    let example = match parameter.get("example") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let example = if example.is_empty() {
        example
    } else {
        format!(" <span class=\"dim\">e.g.</span> <code>{}</code>", escaped(&example))
    };
    format!(
        "<tr><th>{} <span class=\"dim\">{}{needed}</span></th><td>{}</td><td>{}{example}</td></tr>\n",
        escaped(text("name")),
        escaped(text("in")),
        kind(&parameter["schema"], 0),
        prose(text("description")),
    )
}

fn answer(status: &str, response: &Value) -> String {
    // Most media types of an answer have the same schema: it is shown once.
    let mut shown: Vec<(String, Vec<String>)> = Vec::new();
    for (media, content) in response["content"].as_object().into_iter().flatten() {
        let kind = kind(&content["schema"], 0);
        let media = format!("<code>{}</code>", escaped(media));
        match shown.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, all)) => all.push(media),
            None => shown.push((kind, vec![media])),
        }
    }
    let content: Vec<_> = shown
        .iter()
        .map(|(kind, media)| format!("{kind} <span class=\"dim\">as</span> {}", media.join(", ")))
        .collect();
    let headers: Vec<_> = response["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| format!("<br><span class=\"dim\">Header</span> <code>{}</code>", escaped(name)))
        .collect();
    let description = response["description"].as_str().unwrap_or_default();
    format!(
        "<tr><th>{}</th><td>{}{}</td><td>{}</td></tr>\n",
        escaped(status),
        escaped(description),
        headers.concat(),
        content.join("<br>"),
    )
}

fn refusals(document: &Value) -> String {
    let responses = document.pointer("/components/responses").and_then(Value::as_object);
    let rows: String =
        responses.into_iter().flatten().map(|(status, response)| answer(status, response)).collect();
    format!("<h2 id=\"refusals\">Refusals</h2>\n<table>\n{rows}</table>\n")
}

fn documents(document: &Value) -> String {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let all: String = schemas
        .into_iter()
        .flatten()
        .map(|(name, schema)| {
            let described = schema["description"].as_str().map(|text| format!("<p>{}</p>\n", prose(text)));
            let name = escaped(name);
            format!(
                "<h3 id=\"document-{name}\">{name}</h3>\n{}{}\n",
                described.unwrap_or_default(),
                kind(schema, 0)
            )
        })
        .collect();
    format!("<h2 id=\"documents\">Documents</h2>\n{all}")
}

/// What a schema says, in a few words or as a table.
fn kind(schema: &Value, depth: usize) -> String {
    if depth > DEEPEST {
        return "…".to_owned();
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|address| address.rsplit('/').next()) {
        let name = escaped(name);
        return format!("<a href=\"#document-{name}\">{name}</a>");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(literal).collect();
        return values.join(" or ");
    }
    if let Some(value) = schema.get("const") {
        return literal(value);
    }
    if let Some(Value::Object(properties)) = schema.get("properties") {
        return members(schema, properties, depth);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let choices: Vec<_> = choices.iter().map(|choice| kind(choice, depth + 1)).collect();
        return choices.join(" or ");
    }
    let told = match &schema["type"] {
        Value::String(name) if name == "array" => format!("list of {}", kind(&schema["items"], depth + 1)),
        Value::String(name) if name == "object" => match schema.get("additionalProperties") {
            Some(inner @ Value::Object(_)) => format!("object of {}", kind(inner, depth + 1)),
            _ => "object".to_owned(),
        },
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            let names: Vec<_> = names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| match (name, schema.get("items")) {
                    ("array", Some(items)) => format!("list of {}", kind(items, depth + 1)),
                    _ => name.to_owned(),
                })
                .collect();
            names.join(" or ")
        }
        _ => "anything".to_owned(),
    };
    let mut notes: Vec<String> = Vec::new();
    for (keyword, word) in
        [("format", ""), ("minimum", "from "), ("maximum", "to "), ("maxLength", "at most ")]
    {
        match schema.get(keyword) {
            Some(Value::String(text)) => notes.push(format!("{word}{}", escaped(text))),
            Some(other) => notes.push(format!("{word}{other}")),
            None => {}
        }
    }
    if notes.is_empty() { told } else { format!("{told} <span class=\"dim\">({})</span>", notes.join(" ")) }
}

fn literal(value: &Value) -> String {
    format!("<code>{}</code>", escaped(&value.to_string()))
}

fn members(schema: &Value, properties: &Map<String, Value>, depth: usize) -> String {
    let required = schema["required"].as_array();
    let rows: String = properties
        .iter()
        .map(|(name, property)| {
            let is_required = required.is_some_and(|names| names.iter().any(|known| known == name.as_str()));
            let optional = if is_required { "" } else { " <span class=\"dim\">optional</span>" };
            format!("<tr><th>{}{optional}</th><td>{}</td></tr>\n", escaped(name), kind(property, depth + 1))
        })
        .collect();
    format!("<table>\n{rows}</table>")
}
