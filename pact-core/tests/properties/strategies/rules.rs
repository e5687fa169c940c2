//! Rules and generators with any parameters, also where they make no sense.

use pactwright_core::generators::Generator;
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::model::{Combine, RuleList};
use pactwright_core::rules::Rule;
use proptest::prelude::*;

use super::json::{json, text};

/// A path expression that may lead somewhere, in the spelling that is written.
pub(crate) fn path() -> impl Strategy<Value = String> {
    let step = prop::sample::select(vec![
        ".a",
        ".b",
        ".c",
        ".*",
        "[*]",
        "[0]",
        "[1]",
        ".n:a",
        ".@d",
        ".#text",
        "['a b']",
        r"['it\'s']",
        "['$price']",
        "['urn:m:a/b']",
        "['']",
        "['@n.e']",
    ]);
    prop::collection::vec(step, 0..4).prop_map(|steps| format!("${}", steps.concat()))
}

/// An object from names and values.
fn definition(kind: &str, name: &str, attributes: Vec<(&str, JsonBuf)>) -> JsonBuf {
    let kind = (kind.to_owned(), Json::from(name.to_owned()));
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
    Json::Object([kind].into_iter().chain(attributes).collect())
}

fn rule_definition(name: &str, attributes: Vec<(&str, JsonBuf)>) -> JsonBuf {
    definition("match", name, attributes)
}

/// An expression that can be used.
pub(crate) fn regex() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        r"[a-c0-9]+",
        r"\d{1,3}",
        r"(a|bc?)*",
        r"^x\w{2}$",
        r"(?=[a-c])[b-z]\d",
        r"\Qa.b\E?",
        "",
        r"[^']*",
        r"(\w)\1",
        r"\p{L}+",
    ])
    .prop_map(str::to_owned)
}

/// A date format that can be used.
pub(crate) fn format() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec![
            "yyyy-MM-dd",
            "uuuu",
            "D",
            "EEE",
            "d MMM",
            "HH:mm",
            "hh a",
            "ss.SSS",
            "XXX",
            "xx",
            "Z",
            "'T'",
            "''",
            "[ HH]",
            "YYYY-'W'ww",
            "QQQ",
            "G",
            "n",
            "A",
            " ",
            "/",
        ]),
        1..4,
    )
    .prop_map(|parts| parts.join(" "))
}

fn simple_rule() -> impl Strategy<Value = JsonBuf> {
    let size = || prop::option::of(0..4_u64);
    let plain = vec![
        "type", "equality", "number", "integer", "decimal", "boolean", "null", "values", "notEmpty", "semver",
    ];
    let moment = prop::sample::select(vec!["date", "time", "datetime"]);
    prop_oneof![
        4 => prop::sample::select(plain).prop_map(|name| rule_definition(name, vec![])),
        2 => (size(), size()).prop_map(|(min, max)| {
            let bound = |name, bound: Option<u64>| bound.map(|bound| (name, Json::from(bound)));
            rule_definition("type", bound("min", min).into_iter().chain(bound("max", max)).collect())
        }),
        2 => regex().prop_map(|regex| rule_definition("regex", vec![("regex", Json::from(regex))])),
        1 => text().prop_map(|text| rule_definition("include", vec![("value", Json::from(text))])),
        1 => (moment, prop::option::of(format())).prop_map(|(name, format)| {
            rule_definition(name, format.map(|format| ("format", Json::from(format))).into_iter().collect())
        }),
        1 => prop::sample::select(vec!["image/png", "application/json", "text/plain", "nonsense"])
            .prop_map(|name| rule_definition("contentType", vec![("value", Json::from(name))])),
        1 => prop::sample::select(vec!["info", "success", "redirect", "clientError", "serverError", "nonError", "error"])
            .prop_map(|class| rule_definition("statusCode", vec![("status", Json::from(class))])),
        1 => prop::collection::vec(100..600_u64, 0..3).prop_map(|codes| {
            rule_definition("statusCode", vec![("status", Json::Array(codes.into_iter().map(Json::from).collect()))])
        }),
        1 => json().prop_map(|value| rule_definition("unheard-of", vec![("b", value)])),
    ]
}

fn any_rule() -> impl Strategy<Value = JsonBuf> {
    simple_rule().prop_recursive(2, 6, 3, |inner| {
        let several = || prop::collection::vec(inner.clone(), 0..3).prop_map(Json::Array);
        let each = (prop::sample::select(vec!["eachKey", "eachValue"]), several(), prop::option::of(json()))
            .prop_map(|(name, rules, example)| {
                let example = example.map(|example| ("value", example));
                rule_definition(name, [("rules", rules)].into_iter().chain(example).collect())
            });
        let lists = prop::collection::btree_map(path(), (any::<bool>(), several()), 0..3).prop_map(|lists| {
            let list = |(or, matchers)| {
                let combine = Json::from(if or { "OR" } else { "AND" });
                Json::Object([("combine", combine), ("matchers", matchers)].into_iter().collect())
            };
            Json::Object(lists.into_iter().map(|(path, rules)| (path, list(rules))).collect())
        });
        let made = prop::collection::btree_map(path(), generator_definition(), 0..2);
        let variant = (0..3_u64, lists, made).prop_map(|(index, rules, made)| {
            let mut parts = vec![("index", Json::from(index)), ("rules", rules)];
            if !made.is_empty() {
                parts.push(("generators", Json::Object(made.into_iter().collect())));
            }
            Json::Object(parts.into_iter().collect())
        });
        let contains = prop::collection::vec(variant, 1..3)
            .prop_map(|variants| rule_definition("arrayContains", vec![("variants", Json::Array(variants))]));
        prop_oneof![each, contains]
    })
}

/// Any rule.
pub(crate) fn rule() -> impl Strategy<Value = Rule> {
    any_rule().prop_map(|definition| Rule::parse(&definition).unwrap())
}

/// Any rules for one place.
pub(crate) fn list() -> impl Strategy<Value = RuleList> {
    (any::<bool>(), prop::collection::vec(rule(), 0..3))
        .prop_map(|(or, rules)| RuleList { combine: if or { Combine::Or } else { Combine::And }, rules })
}

fn generator_definition() -> impl Strategy<Value = JsonBuf> {
    let made = |name: &str, attributes| definition("type", name, attributes);
    let number = |number: i64| Json::parse(number.to_string().as_bytes()).unwrap().into_owned();
    let sized = prop::sample::select(vec![
        ("RandomDecimal", "digits"),
        ("RandomHexadecimal", "digits"),
        ("RandomString", "size"),
    ]);
    let moment = (
        prop::sample::select(vec!["Date", "Time", "DateTime"]),
        prop::option::of(format()),
        prop::option::of(Just("")),
    );
    prop_oneof![
        (any::<i64>(), any::<i64>()).prop_map(move |(one, other)| {
            made("RandomInt", vec![("min", number(one.min(other))), ("max", number(one.max(other)))])
        }),
        (sized, 1..50_u64)
            .prop_map(move |((name, attribute), size)| made(name, vec![(attribute, Json::from(size))])),
        prop::sample::select(vec!["RandomInt", "RandomDecimal", "RandomBoolean", "Uuid"])
            .prop_map(move |name| made(name, vec![])),
        prop::sample::select(vec!["simple", "lower-case-hyphenated", "upper-case-hyphenated", "URN"])
            .prop_map(move |format| made("Uuid", vec![("format", Json::from(format))])),
        prop::sample::select(vec![r"\d{1,3}", "[a-c]+", "^x$"])
            .prop_map(move |regex| made("Regex", vec![("regex", Json::from(regex))])),
        moment.prop_map(move |(name, format, expression)| {
            let attribute = |name, value: Option<JsonBuf>| value.map(|value| (name, value));
            let attributes = attribute("format", format.map(Json::from)).into_iter();
            made(name, attributes.chain(attribute("expression", expression.map(Json::from))).collect())
        }),
        (
            prop::sample::select(vec!["id", "/a/${id}", "${a b}-${c}"]),
            prop::option::of(prop::sample::select(vec!["STRING", "INTEGER", "RAW"]))
        )
            .prop_map(move |(expression, kind)| {
                let kind = kind.map(|kind| ("dataType", Json::from(kind)));
                made(
                    "ProviderState",
                    [("expression", Json::from(expression))].into_iter().chain(kind).collect(),
                )
            }),
        text().prop_map(move |example| made(
            "MockServerURL",
            vec![("example", Json::from(example)), ("regex", Json::from(".*(/a)$"))]
        )),
        json().prop_map(move |value| made("Unheard", vec![("b", value)])),
    ]
}

/// Any generator.
pub(crate) fn generator() -> impl Strategy<Value = Generator> {
    generator_definition().prop_map(|definition| Generator::parse(&definition).unwrap())
}
