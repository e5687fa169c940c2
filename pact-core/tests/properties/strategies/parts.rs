//! Requests, responses and messages of a version of the format, as reading a file of it gives them.

use pactwright_core::json::{Json, ObjectBuf};
use pactwright_core::model::{
    Body, Category, Content, ContentHint, ContentType, Data, Generators, Headers, MatchingRules, Message,
    Query, Request, Response, RuleList, SpecVersion,
};
use proptest::prelude::*;

use super::json::{json, object, text};
use super::rules::{generator, list, path, rule};

const TYPES: [&str; 8] = [
    "application/json",
    "application/json;charset=utf-8",
    "application/hal+json",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/mixed;boundary=x",
    "image/png",
];

/// A media type, mostly a known one.
fn kind() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::weighted(0.8, prop::sample::select(&TYPES[..]))
}

fn data() -> impl Strategy<Value = Data> {
    prop_oneof![
        3 => json().prop_map(Data::Json),
        2 => text().prop_map(Data::Text),
        1 => prop::sample::select(vec!["a=1&b=2", "<a b='c'>d</a>", "--x\r\n\r\na\r\n--x--"]).prop_map(|text| Data::Text(text.to_owned())),
        1 => prop::collection::vec(any::<u8>(), 1..8).prop_map(Data::Binary),
    ]
}

/// Whether files before version 4 have bodies of this type as base64.
fn in_bytes(kind: &ContentType) -> bool {
    kind.is_binary() || kind.is_multipart()
}

/// Whether reading a file gives this body: the same content can often be said in one way only.
fn is_read_so(data: &Data, kind: Option<&ContentType>, version: SpecVersion) -> bool {
    let is_json = kind.is_some_and(ContentType::is_json);
    let v4 = version >= SpecVersion::V4;
    match data {
        Data::Json(Json::Null) => v4,
        Data::Json(Json::String(text)) => {
            let in_quotes = matches!(
                Json::parse(text.as_bytes()),
                Ok(Json::String(_) | Json::Object(_) | Json::Array(_))
            );
            v4 || (is_json && !text.is_empty() && !in_quotes)
        }
        Data::Json(_) => true,
        Data::Text(text) if text.is_empty() => false,
        Data::Text(text) if is_json => {
            let parsed = Json::parse(text.as_bytes());
            !v4 && matches!(parsed, Ok(Json::String(_) | Json::Object(_) | Json::Array(_)))
        }
        // What looks like base64 is bytes there.
        Data::Text(text) => v4 || !kind.is_some_and(in_bytes) || text.contains(['{', '<', '=']),
        Data::Binary(_) => v4 || kind.is_some_and(in_bytes),
    }
}

fn body(stated: Option<&'static str>, version: SpecVersion) -> BoxedStrategy<Body> {
    let stated = stated.and_then(ContentType::parse);
    let hint = prop::option::of(prop::sample::select(vec![
        ContentHint::Default,
        ContentHint::Binary,
        ContentHint::Text,
    ]));
    let present =
        (data(), kind(), hint).prop_filter_map("cannot be said in this version", move |(data, own, hint)| {
            let v4 = version >= SpecVersion::V4;
            let content_type = own.filter(|_| v4).and_then(ContentType::parse);
            let kind = content_type.as_ref().or(stated.as_ref());
            is_read_so(&data, kind, version)
                .then(|| Body::Present(Content { data, content_type, hint: hint.filter(|_| v4) }))
        });
    prop_oneof![1 => Just(Body::Missing), 1 => Just(Body::Empty), 1 => Just(Body::Null), 5 => present].boxed()
}

fn headers(kind: Option<&'static str>, version: SpecVersion) -> impl Strategy<Value = Headers> {
    let most = if version < SpecVersion::V3 { 2 } else { 3 };
    let name = prop_oneof![3 => prop::sample::select(vec!["accept", "x-a.b", "set-cookie", "matchers", "type"]).prop_map(str::to_owned), 1 => "[a-z-]{1,6}"];
    prop::collection::btree_map(name, prop::collection::vec(text(), 1..most), 0..3).prop_map(move |all| {
        let kind = kind.map(|kind| ("Content-Type".to_owned(), kind.to_owned()));
        let all = all
            .into_iter()
            .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)));
        kind.into_iter().chain(all).collect()
    })
}

fn query(version: SpecVersion) -> BoxedStrategy<Option<Query>> {
    let name = prop_oneof![2 => "[ab]", 1 => "[a-c]\\[\\]", 1 => text().prop_filter("has a name", |name| !name.is_empty())];
    let least = usize::from(version < SpecVersion::V3);
    let values = prop::collection::vec(prop::option::weighted(0.9, text()), least..3);
    let pairs = prop::collection::btree_map(name, values, 0..3);
    let query = match version {
        SpecVersion::V1 => "[a-c=&%+ ]{0,8}".prop_map(Query::Text).boxed(),
        _ => pairs.prop_map(|pairs| Query::Pairs(pairs.into_iter().collect())).boxed(),
    };
    prop::option::of(query).boxed()
}

/// Names for the rules and generators of a part.
fn place(category: Category) -> BoxedStrategy<String> {
    match category {
        Category::Body => path().boxed(),
        single if single.is_single() => Just(String::new()).boxed(),
        _ => {
            prop::sample::select(vec!["a", "b", "accept", "a[]", "x-a.b", "type", "matchers", "it's", "a b"])
                .prop_map(str::to_owned)
                .boxed()
        }
    }
}

fn located() -> impl Strategy<Value = (Category, String)> {
    prop::sample::select(&Category::ALL[..]).prop_flat_map(|category| (Just(category), place(category)))
}

fn rules(version: SpecVersion) -> BoxedStrategy<MatchingRules> {
    let gathered = |all: Vec<((Category, String), RuleList)>| {
        let mut rules = MatchingRules::default();
        for ((category, name), list) in all {
            rules.insert(category, name, list);
        }
        rules
    };
    match version {
        SpecVersion::V1 | SpecVersion::V1_1 => Just(MatchingRules::default()).boxed(),
        // There, it is told from the path what a rule is for.
        SpecVersion::V2 => {
            let located =
                located().prop_filter("has a place in V2", |(category, _)| *category != Category::Metadata);
            prop::collection::vec((located, rule().prop_map(RuleList::from)), 0..4).prop_map(gathered).boxed()
        }
        SpecVersion::V3 | SpecVersion::V4 => {
            prop::collection::vec((located(), list()), 0..4).prop_map(gathered).boxed()
        }
    }
}

fn generators(version: SpecVersion) -> BoxedStrategy<Generators> {
    if version < SpecVersion::V3 {
        return Just(Generators::default()).boxed();
    }
    prop::collection::vec((located(), generator()), 0..3)
        .prop_map(|all| {
            let mut generators = Generators::default();
            for ((category, name), one) in all {
                generators.insert(category, name, one);
            }
            generators
        })
        .boxed()
}

/// What goes with every part: rules, generators and attributes that nobody knows.
fn beside(version: SpecVersion) -> impl Strategy<Value = (MatchingRules, Generators, ObjectBuf)> {
    (rules(version), generators(version), object(&["x", "_links", "bodyType"]))
}

pub(crate) fn request(version: SpecVersion) -> impl Strategy<Value = Request> {
    kind().prop_flat_map(move |kind| {
        let method = prop::sample::select(vec!["GET", "post", "PATCH", "X"]);
        let path = prop_oneof!["/[a-z/]{0,6}", text()];
        (method, path, query(version), headers(kind, version), body(kind, version), beside(version)).prop_map(
            |(method, path, query, headers, body, (rules, generators, extra))| Request {
                method: method.to_owned(),
                path,
                query,
                headers,
                body,
                rules,
                generators,
                extra,
            },
        )
    })
}

pub(crate) fn response(version: SpecVersion) -> impl Strategy<Value = Response> {
    kind().prop_flat_map(move |kind| {
        (100..600_u16, headers(kind, version), body(kind, version), beside(version)).prop_map(
            |(status, headers, body, (rules, generators, extra))| Response {
                status,
                headers,
                body,
                rules,
                generators,
                extra,
            },
        )
    })
}

pub(crate) fn message(version: SpecVersion) -> impl Strategy<Value = Message> {
    kind().prop_flat_map(move |kind| {
        let metadata = object(&["key", "topic", "n"]).prop_map(move |mut metadata| {
            if let Some(kind) = kind {
                metadata.insert("contentType", kind);
            }
            metadata
        });
        (metadata, body(kind, version), beside(version)).prop_map(
            |(metadata, contents, (rules, generators, extra))| Message {
                contents,
                metadata,
                rules,
                generators,
                extra,
            },
        )
    })
}
