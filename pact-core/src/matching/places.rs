//! Whether the places that rules are given for exist in an example.

use crate::json::Json;
use crate::model::{Body, ContentType, Data, parse_pairs};
use crate::path::{DocPath, Step};
use crate::xml::Element;

/// Whether a path of a rule or a generator leads to something in an example body: a member of a JSON document, an
/// element, attribute or text of an XML document, a field of a form, a part. `stated` is the media type that headers or
/// metadata give. Where the body is not what its media type says, every path will do: that is another mistake.
///
/// ```
/// use pactwright_core::json::Json;
/// use pactwright_core::matching::leads_somewhere;
/// use pactwright_core::model::Body;
///
/// let body = Body::json(Json::parse(br#"{"lines": [{"sku": "SKU-1"}]}"#)?.into_owned());
/// assert!(leads_somewhere(&body, None, &"$.lines[*].sku".parse()?));
/// assert!(!leads_somewhere(&body, None, &"$.lines[*].count".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn leads_somewhere(body: &Body, stated: Option<ContentType>, path: &DocPath) -> bool {
    let Some(content) = body.content() else { return false };
    let steps = path.steps();
    if steps.is_empty() {
        return true;
    }
    let content_type = stated.or_else(|| body.own_content_type()).unwrap_or_else(ContentType::json);
    if content_type.is_json() || matches!(content.data, Data::Json(_)) {
        content.as_json().is_none_or(|document| in_json(&document, steps))
    } else if content_type.is_xml() {
        Element::parse(&content.bytes()).map_or(true, |root| child(std::slice::from_ref(&root), steps))
    } else if content_type.is_form() {
        let pairs = parse_pairs(&String::from_utf8_lossy(&content.bytes()));
        match steps {
            [Step::Field(name), ..] => pairs.iter().any(|(other, _)| other == name),
            _ => true,
        }
    } else if content_type.is_multipart() {
        let bytes = content.bytes();
        let parts = crate::multipart::parse(&bytes, content_type.parameter("boundary"));
        parts.map_or(true, |parts| match &steps[0] {
            Step::Field(name) => parts.iter().any(|part| part.name().as_deref() == Some(name)),
            Step::Index(index) => *index < parts.len(),
            Step::AnyField | Step::AnyIndex => !parts.is_empty(),
        })
    } else {
        false
    }
}

fn in_json(value: &Json<'_>, steps: &[Step]) -> bool {
    let Some((first, rest)) = steps.split_first() else { return true };
    match (first, value) {
        (Step::Field(name), Json::Object(object)) => {
            object.get(name).is_some_and(|value| in_json(value, rest))
        }
        (Step::Index(index), Json::Array(items)) => {
            items.get(*index).is_some_and(|value| in_json(value, rest))
        }
        (Step::AnyField, Json::Object(object)) => object.iter().any(|(_, value)| in_json(value, rest)),
        (Step::AnyField | Step::AnyIndex, Json::Array(items)) => {
            items.iter().any(|value| in_json(value, rest))
        }
        _ => false,
    }
}

/// Whether steps that start with the name of an element, or with a position before it, lead somewhere.
fn child(children: &[Element], steps: &[Step]) -> bool {
    let (candidates, steps) = match steps {
        [Step::Index(position), rest @ ..] => {
            (children.get(*position).map(std::slice::from_ref).unwrap_or_default(), rest)
        }
        [Step::AnyIndex, rest @ ..] => (children, rest),
        _ => (children, steps),
    };
    let Some((name, rest)) = steps.split_first() else { return !candidates.is_empty() };
    let named: Vec<&Element> = candidates.iter().filter(|child| is_called(child, name)).collect();
    match rest {
        // An index after a name counts its namesakes; what is no such index counts what is inside.
        [Step::Index(occurrence), rest @ ..] => {
            named.get(*occurrence).is_some_and(|child| inside(child, rest))
                || named.iter().any(|child| !rest.is_empty() && inside_at(child, *occurrence, rest))
        }
        [Step::AnyIndex, rest @ ..] => named.iter().any(|child| inside(child, rest)),
        rest => named.iter().any(|child| inside(child, rest)),
    }
}

fn inside_at(element: &Element, position: usize, steps: &[Step]) -> bool {
    element.children.get(position).is_some_and(|one| child(std::slice::from_ref(one), steps))
}

fn is_called(element: &Element, step: &Step) -> bool {
    match step {
        Step::Field(name) => {
            element.name.written() == name || element.name.expanded().as_deref() == Some(name)
        }
        Step::AnyField => true,
        Step::Index(_) | Step::AnyIndex => false,
    }
}

fn inside(element: &Element, steps: &[Step]) -> bool {
    match steps {
        [] => true,
        [Step::Field(name)] if name == "#text" => true,
        [Step::Field(name)] if name.starts_with('@') => element.attributes.iter().any(|(other, _)| {
            other.written() == &name[1..] || other.expanded().as_deref() == Some(&name[1..])
        }),
        steps => child(&element.children, steps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Content;

    fn body(content_type: &str, text: &str) -> Body {
        let content_type = ContentType::parse(content_type);
        Body::Present(Content { data: Data::Text(text.to_owned()), content_type, hint: None })
    }

    #[track_caller]
    fn assert_leads(body: &Body, path: &str, expected: bool) {
        assert_eq!(leads_somewhere(body, None, &path.parse().unwrap()), expected, "{path}");
    }

    #[test]
    fn elements_attributes_and_text() {
        let xml = body("application/xml", r#"<ns:a xmlns:ns="urn:x" id="1"><b>t</b><b/><c d="2"/></ns:a>"#);
        for path in [
            "$",
            "$['ns:a']",
            "$['urn:x:a']",
            "$['ns:a']['@id']",
            "$['ns:a']['#text']",
            "$['ns:a'].b",
            "$['ns:a'].b[1]",
            "$['ns:a'].b[*]['#text']",
            "$['ns:a'].c['@d']",
            "$['ns:a'][2].c",
            "$.*.*",
        ] {
            assert_leads(&xml, path, true);
        }
        for path in ["$.a", "$['ns:a']['@x']", "$['ns:a'].b[2]", "$['ns:a'].d", "$['ns:a'][1].c"] {
            assert_leads(&xml, path, false);
        }
    }

    #[test]
    fn other_bodies() {
        let form = body("application/x-www-form-urlencoded", "a=1&b=2");
        assert_leads(&form, "$.a", true);
        assert_leads(&form, "$.c", false);
        let parts = body(
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n",
        );
        assert_leads(&parts, "$.a", true);
        assert_leads(&parts, "$.b", false);
        assert_leads(&parts, "$[0]", true);
        assert_leads(&body("text/plain", "x"), "$.a", false);
        assert_leads(&body("text/plain", "x"), "$", true);
        assert_leads(&Body::Missing, "$", false);
        assert_leads(&body("application/json", "{"), "$.a", true);
    }
}
