//! What holds for every XML document, form and body made of parts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use pactwright_core::datetime::Moment;
use pactwright_core::generators::{Context, Generator, Seeded, apply_to_response};
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use pactwright_core::model::{Body, Category, Content, ContentType, Data, Request, Response};
use pactwright_core::rules::Rule;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn json(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}

fn rule(definition: &str) -> Rule {
    Rule::parse(&json(definition)).unwrap()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&apos;")
}

fn xml() -> impl Strategy<Value = String> {
    let text = || "[ -~äß€]{0,6}".prop_map(|text| escaped(&text));
    let data = || "[ -~]{0,6}".prop_map(|text| format!("<![CDATA[{}]]>", text.replace("]]>", "")));
    let tag = || select(vec!["a", "b", "c", "n:a", "n:b"]);
    let leaf = (tag(), text(), prop_oneof![text(), data()])
        .prop_map(|(tag, value, text)| format!("<{tag} d='{value}'>{text}</{tag}>"));
    let element = leaf.prop_recursive(3, 16, 4, move |inner| {
        (tag(), text(), prop::collection::vec(prop_oneof![4 => inner, 1 => text()], 0..4)).prop_map(
            |(tag, value, inside)| {
                format!("<{tag} n:e='{value}'>\n<!-- <x> -->{}<?p x?></{tag}>", inside.concat())
            },
        )
    });
    element.prop_map(|element| element.replacen(' ', " xmlns:n='urn:n' ", 1))
}

/// The paths to elements, and those to attributes and text.
fn paths(document: &str) -> (Vec<String>, Vec<String>) {
    fn walk(node: roxmltree::Node<'_, '_>, at: &str, elements: &mut Vec<String>, values: &mut Vec<String>) {
        let name = match node.tag_name().namespace() {
            Some(uri) => format!("['{uri}:{}']", node.tag_name().name()),
            None => format!(".{}", node.tag_name().name()),
        };
        let before = node.prev_siblings().skip(1);
        let occurrence =
            before.filter(|other| other.is_element() && other.tag_name() == node.tag_name()).count();
        for here in [format!("{at}{name}"), format!("{at}{name}[{occurrence}]"), format!("{at}.*")] {
            values.push(format!("{here}['#text']"));
            for attribute in node.attributes() {
                let prefix = if attribute.namespace().is_some() { "n:" } else { "" };
                values.push(format!("{here}['@{prefix}{}']", attribute.name()));
            }
            elements.push(here);
        }
        for child in node.children().filter(roxmltree::Node::is_element) {
            walk(child, &format!("{at}{name}"), elements, values);
        }
    }
    let document = roxmltree::Document::parse(document).unwrap();
    let (mut elements, mut values) = (vec!["$".to_owned()], Vec::new());
    walk(document.root_element(), "$", &mut elements, &mut values);
    (elements, values)
}

fn response(kind: &str, text: &str) -> Response {
    let mut response = Response::default();
    response.headers.append("Content-Type", kind);
    response.body = Body::Present(Content {
        data: Data::Text(text.to_owned()),
        content_type: ContentType::parse(kind),
        hint: None,
    });
    response
}

/// The mismatches of an example with itself, held to the letter.
fn with_itself(response: Response) -> Vec<String> {
    let Response { headers, body, rules, .. } = response;
    let request = Request { headers, body, rules, ..Request::default() };
    let actual = ActualRequest::from(&request);
    let found = CompiledRequest::new(request).unwrap().mismatches(&actual);
    found.iter().map(ToString::to_string).collect()
}

/// Rules that every element satisfies as its own example.
const FOR_ELEMENTS: [&str; 3] =
    [r#"{"match":"type"}"#, r#"{"match":"equality"}"#, r#"{"match":"type","min":0,"max":100}"#];
/// Rules that every text satisfies as its own example.
const FOR_TEXT: [&str; 4] = [
    r#"{"match":"type"}"#,
    r#"{"match":"equality"}"#,
    r#"{"match":"include","value":""}"#,
    r#"{"match":"regex","regex":"(?s).*"}"#,
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[abc]", 1 => "[a-z]\\[\\]", 1 => "[ -!#-~]{1,5}"]
}

/// Names in brackets, as paths have them.
fn step(name: &str) -> String {
    format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn form() -> impl Strategy<Value = (Vec<String>, String)> {
    let encoded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b' ' => "+".to_owned(),
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    prop::collection::vec((name(), "[ -~äß€]{0,6}"), 1..6).prop_map(move |pairs| {
        let text: Vec<_> =
            pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        (pairs.into_iter().map(|(name, _)| name).collect(), text.join("&"))
    })
}

fn parts() -> impl Strategy<Value = (Vec<String>, String)> {
    let content = prop_oneof![
        "[a-zäß€ ]{0,8}".prop_map(|text| ("text/plain; charset=utf-8", text)),
        "[0-9]{1,3}".prop_map(|number| (
            "application/json",
            format!("{{\"a\": [{}]}}", number.trim_start_matches('0').len())
        )),
        xml().prop_map(|text| ("application/xml", text)),
    ];
    prop::collection::vec((name(), content), 1..5).prop_map(|parts| {
        let mut text = "preamble\r\n".to_owned();
        for (name, (kind, content)) in &parts {
            text += &format!(
                "--x-x\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n{content}\r\n"
            );
        }
        text += "--x-x--\r\n";
        (parts.into_iter().map(|(name, _)| name).collect(), text)
    })
}

const PARTS: &str = "multipart/form-data; boundary=x-x";
const FORM: &str = "application/x-www-form-urlencoded";

/// Generators with rules that go with them. What they make is longer than any example, and so never the same.
const PAIRS: [(&str, &str); 5] = [
    (r#"{"type":"RandomInt","min":1000000000,"max":2000000000}"#, r#"{"match":"integer"}"#),
    (r#"{"type":"Regex","regex":"[a<&]{9}]>"}"#, r#"{"match":"regex","regex":"[a<&]{9}]>"}"#),
    (r#"{"type":"Uuid"}"#, r#"{"match":"regex","regex":"[0-9a-f-]{36}"}"#),
    (r#"{"type":"RandomDecimal"}"#, r#"{"match":"decimal"}"#),
    (r#"{"type":"DateTime"}"#, r#"{"match":"datetime"}"#),
];

/// Applies generators with their rules; what is made must match the contract, and the rest be as it was.
fn made_matches(mut response: Response, places: &[(String, usize)], seed: u64) -> Result<(), TestCaseError> {
    for (path, pair) in places {
        let (generator, given) = PAIRS[*pair];
        response.generators.insert(
            Category::Body,
            path.as_str(),
            Generator::parse(&json(generator)).unwrap(),
        );
        response.rules.insert(Category::Body, path.as_str(), rule(given));
    }
    let now = Moment::from_unix(1_700_000_000, 0).unwrap();
    let made = apply_to_response(&response, &Context::consumer(None), &mut Seeded::new(seed, now));
    prop_assert_eq!(&made.skipped, &vec![]);
    prop_assert_ne!(made.example.body.bytes(), response.body.bytes());
    let found = CompiledResponse::new(response).unwrap().mismatches(&ActualResponse::from(&made.example));
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    prop_assert!(found.is_empty(), "{:?} {}", found, String::from_utf8_lossy(&made.example.body.bytes()));
    Ok(())
}

proptest! {
    #[test]
    fn an_xml_example_matches_itself(
        example in xml(),
        picks in prop::collection::vec((any::<Index>(), any::<Index>(), any::<bool>()), 0..6),
    ) {
        let (elements, values) = paths(&example);
        let mut response = response("application/xml", &example);
        for (place, given, of_element) in picks {
            let (paths, rules) = if of_element { (&elements, &FOR_ELEMENTS[..]) } else { (&values, &FOR_TEXT[..]) };
            response.rules.insert(Category::Body, place.get::<String>(paths).as_str(), rule(given.get::<&str>(rules)));
        }
        prop_assert_eq!(with_itself(response), Vec::<String>::new(), "{}", example);
    }

    #[test]
    fn an_xml_example_with_free_names_matches_itself(example in xml(), place: Index, given: Index) {
        let rules = [
            r#"{"match":"values"}"#,
            r#"{"match":"eachKey","rules":[{"match":"regex","regex":"[a-e]"}]}"#,
            r#"{"match":"eachValue","rules":[{"match":"type"}]}"#,
        ];
        // Every element here has an attribute, and so an inside.
        let (elements, _) = paths(&example);
        let place = place.get::<String>(&elements[1..]).as_str();
        let mut response = response("application/xml", &example);
        response.rules.insert(Category::Body, place, rule(given.get::<&str>(&rules)));
        prop_assert_eq!(with_itself(response), Vec::<String>::new(), "{} {}", example, place);
    }

    #[test]
    fn what_is_made_in_xml_matches(example in xml(), place: Index, pair in 0..PAIRS.len(), seed: u64) {
        let (_, values) = paths(&example);
        let exact: Vec<_> = values.into_iter().filter(|path| !path.contains('*')).collect();
        let place = place.get::<String>(&exact).clone();
        made_matches(response("application/xml", &example), &[(place, pair)], seed)?;
    }

    #[test]
    fn a_form_matches_itself(
        (names, example) in form(),
        picks in prop::collection::vec((any::<Index>(), any::<Index>()), 0..4),
    ) {
        let mut response = response(FORM, &example);
        for (place, given) in picks {
            let path = format!("${}", step(place.get::<String>(&names)));
            response.rules.insert(Category::Body, path, rule(given.get::<&str>(&FOR_TEXT)));
        }
        prop_assert_eq!(with_itself(response), Vec::<String>::new(), "{}", example);
    }

    #[test]
    fn what_is_made_in_forms_matches((names, example) in form(), place: Index, pair in 0..PAIRS.len(), seed: u64) {
        let path = format!("${}", step(place.get::<String>(&names)));
        made_matches(response(FORM, &example), &[(path, pair)], seed)?;
    }

    #[test]
    fn a_body_made_of_parts_matches_itself(
        (names, example) in parts(),
        picks in prop::collection::vec((any::<Index>(), any::<Index>()), 0..4),
    ) {
        let mut response = response(PARTS, &example);
        for (place, given) in picks {
            let path = format!("${}", step(place.get::<String>(&names)));
            response.rules.insert(Category::Body, path, rule(given.get::<&str>(&FOR_ELEMENTS)));
        }
        prop_assert_eq!(with_itself(response), Vec::<String>::new(), "{}", example);
    }

    #[test]
    fn what_is_made_in_parts_matches(contents in prop::collection::vec("[a-zäß€ ]{0,8}", 1..5), place: Index, pair in 0..PAIRS.len(), seed: u64) {
        let mut example = "preamble\r\n".to_owned();
        for (at, content) in contents.iter().enumerate() {
            example += &format!("--x-x\r\nContent-Disposition: form-data; name=p{at}\r\n\r\n{content}\r\n");
        }
        example += "--x-x--\r\nepilogue";
        let path = format!("$.p{}", place.index(contents.len()));
        made_matches(response(PARTS, &example), &[(path, pair)], seed)?;
    }
}
