//! A short notation for JSON Schemas: documents are written down as they look.
//!
//! `{ "name": "string", "createdAt?": "date", "tags": "Tag[]", "branch": "string|null", "_links": ["self", "next?"] }`
//! is an object with these members, those with a question mark being optional. A word that begins with a capital is
//! another document. `"//"` is a description, and under `"$"` stand keywords of JSON Schema as they are.

use serde_json::{Map, Value, json};

/// The address of a schema inside the document.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The JSON Schema of what is written in the notation.
pub(super) fn schema(shape: &Value) -> Value {
    match shape {
        Value::String(word) => of_word(word),
        Value::Array(items) => json!({ "type": "array", "items": items.first().map_or(json!({}), schema) }),
        Value::Object(members) => of_members(members),
        other => other.clone(),
    }
}

fn of_word(word: &str) -> Value {
    if let Some(word) = word.strip_suffix("[]") {
        return json!({ "type": "array", "items": of_word(word) });
    }
    if let Some(word) = word.strip_suffix("|null") {
        let mut schema = of_word(word);
        return match schema.get_mut("type") {
            Some(kind) => {
                *kind = json!([kind.take(), "null"]);
                schema
            }
            None => json!({ "anyOf": [schema, { "type": "null" }] }),
        };
    }
    match word {
        "string" | "boolean" | "integer" | "number" => json!({ "type": word }),
        "count" => json!({ "type": "integer", "minimum": 0 }),
        "date" => json!({ "type": "string", "format": "date-time" }),
        "uuid" => json!({ "type": "string", "format": "uuid" }),
        "any" => json!({}),
        name => reference(name),
    }
}

fn of_members(members: &Map<String, Value>) -> Value {
    let keywords = members.get("$").and_then(Value::as_object);
    if let (Some(keywords), 1) = (keywords, members.len()) {
        return Value::Object(keywords.clone());
    }
    let mut schema = Map::new();
    if let Some(description) = members.get("//") {
        schema.insert("description".to_owned(), description.clone());
    }
    schema.insert("type".to_owned(), json!("object"));
    let mut required = Vec::new();
    let mut properties = Map::new();
    for (name, shape) in members.iter().filter(|(name, _)| !matches!(name.as_str(), "//" | "$")) {
        let (name, is_required) = told(name);
        if is_required {
            required.push(name);
        }
        let property = match shape {
            Value::Array(relations) if name == "_links" => of_links(relations),
            shape => self::schema(shape),
        };
        properties.insert(name.to_owned(), property);
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.extend(keywords.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    Value::Object(schema)
}

/// The links of a document: those that are always there, and more.
fn of_links(relations: &[Value]) -> Value {
    let relations: Vec<_> = relations.iter().filter_map(Value::as_str).map(told).collect();
    let property = |relation: &str| match relation.strip_suffix("[]") {
        Some(relation) => (relation.to_owned(), of_word("Link[]")),
        None => (relation.to_owned(), reference("Link")),
    };
    let required: Vec<_> = relations
        .iter()
        .filter(|(_, is_required)| *is_required)
        .map(|(relation, _)| relation.trim_end_matches("[]"))
        .collect();
    let properties: Map<_, _> = relations.iter().map(|(relation, _)| property(relation)).collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": { "anyOf": [reference("Link"), of_word("Link[]")] },
    })
}

/// A member's name, and whether it has to be there.
fn told(name: &str) -> (&str, bool) {
    name.strip_suffix('?').map_or((name, true), |name| (name, false))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::schema;

    #[test]
    fn documents_are_written_as_they_look() {
        let shape = json!({
            "//": "A tag.", "name": "string|null", "at?": "date", "on": "Version|null", "all": "Tag[]",
            "_links": ["self", "next[]?"], "$": { "minProperties": 1 },
        });
        let link = json!({ "$ref": "#/components/schemas/Link" });
        let links = json!({ "type": "array", "items": link });
        let expected = json!({
            "description": "A tag.",
            "type": "object",
            "required": ["_links", "all", "name", "on"],
            "properties": {
                "name": { "type": ["string", "null"] },
                "at": { "type": "string", "format": "date-time" },
                "on": { "anyOf": [{ "$ref": "#/components/schemas/Version" }, { "type": "null" }] },
                "all": { "type": "array", "items": { "$ref": "#/components/schemas/Tag" } },
                "_links": {
                    "type": "object",
                    "required": ["self"],
                    "properties": { "self": link, "next": links },
                    "additionalProperties": { "anyOf": [link, links] },
                },
            },
            "minProperties": 1,
        });
        assert_eq!(schema(&shape), expected);
        assert_eq!(schema(&json!({ "$": { "enum": ["a"] } })), json!({ "enum": ["a"] }));
    }
}
