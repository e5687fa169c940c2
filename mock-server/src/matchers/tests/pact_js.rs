//! pact-js is the yardstick: what its matchers write, ours write.

use pactwright_core::integration::{GENERATOR, MATCHER};

use super::*;
use crate::prelude::*;

/// A matcher of pact-js (`MatchersV3`) beside ours.
struct Row {
    /// The call in JavaScript.
    pact_js: &'static str,
    /// What it returns there.
    theirs: Value,
    /// What we say.
    ours: Value,
    /// The rules and generators that are in the pact, by path.
    written: &'static [&'static str],
    /// Where we say something else on purpose: why.
    differs: Option<&'static str>,
}

fn theirs(kind: &str, attributes: &Value) -> Value {
    let mut marker = attributes.as_object().cloned().unwrap_or_default();
    marker.insert(MATCHER.to_owned(), kind.into());
    Value::Object(marker)
}

fn made(kind: &str, generator: &str, attributes: &Value) -> Value {
    let mut marker = theirs(kind, attributes);
    marker[GENERATOR] = generator.into();
    marker
}

macro_rules! rows {
    ($($pact_js:literal = $theirs:expr => $ours:expr, [$($written:literal),*] $(unless $why:literal)?;)+) => {
        vec![$(Row {
            pact_js: $pact_js,
            theirs: $theirs,
            ours: json!($ours),
            written: &[$($written),*],
            differs: None$(.or(Some($why)))?,
        }),+]
    };
}

const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const ID: &str = "e2490de5-5bd3-43d5-b7c4-526e33f71304";

fn rows() -> Vec<Row> {
    let values = json!({ "rel": "self", "href": "/a" });
    rows! {
        "like('x')" = theirs("type", &json!({ "value": "x" })) => like("x"), [r#"$.v {"match":"type"}"#];
        "like({id: integer(1)})" = theirs("type", &json!({ "value": { "id": theirs("integer", &json!({ "value": 1 })) } }))
            => like(json!({ "id": integer(1) })), [r#"$.v {"match":"type"}"#, r#"$.v.id {"match":"integer"}"#];
        "eachKeyLike('k', like('x'))" = theirs("values", &json!({ "value": { "k": theirs("type", &json!({ "value": "x" })) } }))
            => map_like("k", "x"), [r#"$.v {"match":"values"}"#, r#"$.v.* {"match":"type"}"#];
        "eachKeyMatches({k: 1}, regex(/[a-z]/, 'k'))"
            = theirs("eachKey", &json!({ "rules": [theirs("regex", &json!({ "regex": "[a-z]", "value": "k" }))], "value": { "k": 1 } }))
            => each_key(regex("k", "[a-z]"), json!({ "k": 1 })),
            [r#"$.v {"match":"eachKey","rules":[{"match":"regex","regex":"[a-z]"}]}"#];
        "eachKeyMatches({k: 1}, [like('k'), includes('k')])"
            = theirs("eachKey", &json!({
                "rules": [theirs("type", &json!({ "value": "k" })), theirs("include", &json!({ "value": "k" }))],
                "value": { "k": 1 }
            }))
            => each_key(all_of([string("k"), include("k")]), json!({ "k": 1 })),
            [r#"$.v {"match":"eachKey","rules":[{"match":"type"},{"match":"include","value":"k"}]}"#];
        "eachValueMatches({k: 1}, integer(1))"
            = theirs("eachValue", &json!({ "rules": [theirs("integer", &json!({ "value": 1 }))], "value": { "k": 1 } }))
            => each_value(integer(1), json!({ "k": 1 })),
            [r#"$.v {"match":"eachValue","rules":[{"match":"integer"}]}"#];
        "eachLike('x')" = theirs("type", &json!({ "min": 1, "value": ["x"] }))
            => each_like("x"), [r#"$.v {"match":"type","min":1}"#];
        "eachLike('x', 2)" = theirs("type", &json!({ "min": 2, "value": ["x", "x"] }))
            => each_like("x").min(2), [r#"$.v {"match":"type","min":2}"#];
        "eachLike({id: integer(1)})" = theirs("type", &json!({ "min": 1, "value": [{ "id": theirs("integer", &json!({ "value": 1 })) }] }))
            => each_like(json!({ "id": integer(1) })),
            [r#"$.v {"match":"type","min":1}"#, r#"$.v[*].id {"match":"integer"}"#];
        "atLeastOneLike('x', 3)" = theirs("type", &json!({ "min": 1, "value": ["x", "x", "x"] }))
            => each_like("x").examples(3), [r#"$.v {"match":"type","min":1}"#];
        "atLeastLike('x', 2, 3)" = theirs("type", &json!({ "min": 2, "value": ["x", "x", "x"] }))
            => each_like("x").min(2).examples(3), [r#"$.v {"match":"type","min":2}"#];
        "atMostLike('x', 5)" = theirs("type", &json!({ "max": 5, "value": ["x"] }))
            => each_like("x").min(0).max(5), [r#"$.v {"match":"type","max":5}"#];
        "constrainedArrayLike('x', 2, 5, 3)" = theirs("type", &json!({ "min": 2, "max": 5, "value": ["x", "x", "x"] }))
            => each_like("x").min(2).max(5).examples(3), [r#"$.v {"match":"type","max":5,"min":2}"#];
        "boolean(true)" = theirs("type", &json!({ "value": true })) => boolean(true), [r#"$.v {"match":"boolean"}"#]
            unless "pact-js writes the rule of `like`; ours says what it is";
        "integer(7)" = theirs("integer", &json!({ "value": 7 })) => integer(7), [r#"$.v {"match":"integer"}"#];
        "integer()" = made("integer", "RandomInt", &json!({ "value": 101 })) => random_integer(..).example(101),
            [r#"$.v {"match":"integer"}"#, r#"$.v {"type":"RandomInt"}"#];
        "decimal(7.5)" = theirs("decimal", &json!({ "value": 7.5 })) => decimal(7.5), [r#"$.v {"match":"decimal"}"#];
        "decimal()" = made("decimal", "RandomDecimal", &json!({ "value": 12.34 })) => random_decimal(10).example(12.34),
            [r#"$.v {"match":"decimal"}"#, r#"$.v {"digits":10,"type":"RandomDecimal"}"#]
            unless "ours says how many digits there are, which is what others take where nothing is said";
        "number(7)" = theirs("number", &json!({ "value": 7 })) => number(7), [r#"$.v {"match":"number"}"#];
        "number()" = made("number", "RandomInt", &json!({ "value": 1234 })) => random_number(..).example(1234),
            [r#"$.v {"match":"number"}"#, r#"$.v {"type":"RandomInt"}"#];
        "string('x')" = theirs("type", &json!({ "value": "x" })) => string("x"), [r#"$.v {"match":"type"}"#];
        "regex(/\\d+/, '7')" = theirs("regex", &json!({ "regex": r"\d+", "value": "7" }))
            => regex("7", r"\d+"), [r#"$.v {"match":"regex","regex":"\\d+"}"#];
        "contentType('image/gif')" = theirs("contentType", &json!({ "value": "image/gif" }))
            => content_type("image/gif", "R0lGODlhAQABAAAAACw="), [r#"$.v {"match":"contentType","value":"image/gif"}"#]
            unless "pact-js has no example beside the media type; ours has one that is checked";
        "equal('x')" = theirs("equality", &json!({ "value": "x" })) => equal_to("x"), [r#"$.v {"match":"equality"}"#];
        "datetime(\"yyyy-MM-dd'T'HH:mm:ssX\", '2026-11-21T14:30:00Z')"
            = theirs("timestamp", &json!({ "format": "yyyy-MM-dd'T'HH:mm:ssX", "value": "2026-11-21T14:30:00Z" }))
            => datetime("2026-11-21T14:30:00Z", "yyyy-MM-dd'T'HH:mm:ssX"),
            [r#"$.v {"format":"yyyy-MM-dd'T'HH:mm:ssX","match":"datetime"}"#];
        "timestamp('yyyy', '2026')" = theirs("timestamp", &json!({ "format": "yyyy", "value": "2026" }))
            => datetime("2026", "yyyy"), [r#"$.v {"format":"yyyy","match":"datetime"}"#];
        "time('HH:mm', '14:30')" = theirs("time", &json!({ "format": "HH:mm", "value": "14:30" }))
            => time("14:30", "HH:mm"), [r#"$.v {"format":"HH:mm","match":"time"}"#];
        "date('yyyy-MM-dd', '2026-11-21')" = theirs("date", &json!({ "format": "yyyy-MM-dd", "value": "2026-11-21" }))
            => date("2026-11-21", "yyyy-MM-dd"), [r#"$.v {"format":"yyyy-MM-dd","match":"date"}"#];
        "includes('x')" = theirs("include", &json!({ "value": "x" })) => include("x"), [r#"$.v {"match":"include","value":"x"}"#];
        "nullValue()" = theirs("null", &json!({ "value": null })) => null_value(), [r#"$.v {"match":"null"}"#];
        "url(['orders', /\\d+/])"
            = made("regex", "MockServerURL", &json!({
                "regex": r".*(\/orders\/\d+)$", "value": "http://localhost:8080/orders/7", "example": "http://localhost:8080/orders/7"
            }))
            => url("/orders/7", r"\/orders\/\d+"),
            [
                r#"$.v {"match":"regex","regex":".*(\\/orders\\/\\d+)$"}"#,
                r#"$.v {"example":"http://localhost:8080/orders/7","regex":".*(\\/orders\\/\\d+)$","type":"MockServerURL"}"#
            ];
        "url2('https://cdn', ['orders', /\\d+/])"
            = theirs("regex", &json!({ "regex": r".*(\/orders\/\d+)$", "value": "https://cdn/orders/7" }))
            => url_at("https://cdn", "/orders/7", r"\/orders\/\d+"), [r#"$.v {"match":"regex","regex":".*(\\/orders\\/\\d+)$"}"#];
        "arrayContaining({rel: 'self', href: like('/a')})"
            = theirs("arrayContains", &json!({ "variants": [{ "rel": "self", "href": theirs("type", &json!({ "value": "/a" })) }] }))
            => array_containing([json!({ "rel": values["rel"], "href": like(&values["href"]) })]),
            [r#"$.v {"match":"arrayContains","variants":[{"index":0,"rules":{"$.href":{"combine":"AND","matchers":[{"match":"type"}]}}}]}"#];
        "fromProviderState('${id}', 7)" = made("type", "ProviderState", &json!({ "expression": "${id}", "value": 7 }))
            => from_provider_state("${id}", 7),
            [r#"$.v {"match":"type"}"#, r#"$.v {"expression":"${id}","type":"ProviderState"}"#];
        "uuid('e2490de5-...')" = theirs("regex", &json!({ "regex": UUID, "value": ID })) => regex(ID, UUID),
            [r#"$.v {"match":"regex","regex":"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"}"#];
        "uuid('e2490de5-...') " = theirs("regex", &json!({ "regex": UUID, "value": ID })) => uuid(ID),
            [r#"$.v {"match":"regex","regex":"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"}"#]
            unless "upper case is as good";
        "uuid()" = made("regex", "Uuid", &json!({ "regex": UUID, "value": ID }))
            => random_uuid().example(ID),
            [r#"$.v {"match":"regex","regex":"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"}"#, r#"$.v {"type":"Uuid"}"#]
            unless "upper case is as good";
    }
}

/// The rules and generators for the body of the response, as the file has them.
fn written(body: &Value) -> (Value, Vec<String>) {
    let pact = consumer("web")
        .provider("orders")
        .upon_receiving("a request")
        .request(get("/"))
        .respond(ok().json(json!({ "v": body })));
    let pact = pact.to_pact().unwrap_or_else(|mistakes| panic!("{body}: {mistakes}"));
    let file: Value = serde_json::from_str(&format::write(&pact).unwrap()).unwrap();
    let response = &file["interactions"][0]["response"];
    let paths = |part: &str| response[part]["body"].as_object().cloned().unwrap_or_default().into_iter();
    let rules = paths("matchingRules").flat_map(|(path, list)| {
        let rules = list["matchers"].as_array().cloned().unwrap_or_default();
        rules.into_iter().map(move |rule| format!("{path} {rule}"))
    });
    let generators = paths("generators").map(|(path, generator)| format!("{path} {generator}"));
    (response["body"]["content"]["v"].clone(), rules.chain(generators).collect())
}

#[test]
fn every_matcher_of_pact_js_has_its_like() {
    for Row { pact_js, theirs, ours, written: expected, differs } in rows() {
        let (example, lines) = written(&ours);
        assert_eq!(lines, expected, "{pact_js}");
        if differs.is_none() {
            let reading = read(JsonBuf::from(json!({ "v": theirs })));
            assert_eq!(reading, read_again(&ours), "{pact_js} says something else");
            assert_eq!(written(&theirs), (example, lines), "{pact_js} is written differently");
        }
    }
}

fn read_again(ours: &Value) -> Reading {
    let reading = read(JsonBuf::from(json!({ "v": ours })));
    Reading { findings: Vec::new(), ..reading }
}

/// The differences are real ones: a row that says so without need is a mistake of this table.
#[test]
fn what_is_said_to_differ_differs() {
    for Row { pact_js, theirs, ours, differs, .. } in rows() {
        let same = read(JsonBuf::from(json!({ "v": theirs }))).rules == read_again(&ours).rules
            && read(JsonBuf::from(json!({ "v": theirs }))).generators == read_again(&ours).generators
            && read(JsonBuf::from(json!({ "v": theirs }))).example == read_again(&ours).example;
        assert_eq!(same, differs.is_none(), "{pact_js}: {differs:?}");
    }
}
