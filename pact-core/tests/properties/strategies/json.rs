//! Documents and texts.

use pactwright_core::json::{Json, JsonBuf, Number, ObjectBuf};
use proptest::prelude::*;

/// A name that comes up often, so that documents and paths meet, or any other.
pub(crate) fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[abc]", 1 => "\\PC{0,6}"]
}

/// Text of any kind.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{0,8}",
        2 => "\\PC{0,8}",
        1 => prop::collection::vec(any::<char>(), 0..5).prop_map(|characters| characters.into_iter().collect()),
        1 => prop::sample::select(vec!["", "null", "true", "7", "\"x\"", "{}", "[1]", "{", "$.body", "a=1&b", "AAEC", "<a/>"])
            .prop_map(str::to_owned),
    ]
}

fn number() -> impl Strategy<Value = JsonBuf> {
    let number = |text: String| Number::parse(&text).map(|number| Json::Number(number.into_owned()));
    prop_oneof![
        (0..10_u64).prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<i64>().prop_filter_map("is a number", move |value| number(value.to_string())),
        any::<f64>().prop_filter_map("JSON has no such number", move |value| number(format!("{value:e}"))),
        "-?[1-9][0-9]{20,40}(\\.[0-9]{1,30})?".prop_filter_map("is a number", number),
        prop::sample::select(vec!["1.0", "1.50", "-0", "0.0", "1e400", "18446744073709551617"])
            .prop_filter_map("is a number", move |text| number(text.to_owned())),
    ]
}

/// Any document.
pub(crate) fn json() -> impl Strategy<Value = JsonBuf> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        number(),
        text().prop_map(Json::from)
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            prop::collection::vec((name(), inner), 0..5)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// A small object whose names are from a list or any.
pub(crate) fn object(names: &'static [&'static str]) -> impl Strategy<Value = ObjectBuf> {
    let name = prop_oneof![3 => prop::sample::select(names).prop_map(str::to_owned), 1 => "x-[a-z]{1,3}"];
    prop::collection::btree_map(name, json(), 0..3).prop_map(|members| members.into_iter().collect())
}
