//! Bodies that are not JSON (XML, forms, parts, text, bytes) under any rules: nothing panics, the same question gets the
//! same answer, and a body matches itself where nothing is ruled.
//!
//! The input is a byte for the media type, then the body of the contract, a byte 0xFF, what came, and after a further
//! byte 0xFF lines of paths that rules are given for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwright_core::json::Json;
use pactwright_core::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use pactwright_core::model::{Body, Category, Content, Data, Headers, Request, Response};
use pactwright_core::rules::Rule;
use pactwright_core_fuzz::shown;

const TYPES: [&str; 8] = [
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "multipart/mixed",
    "text/plain",
    "image/png",
    "application/soap+xml;charset=utf-8",
    "application/json",
];

const RULES: [&str; 12] = [
    r#"{"match":"type"}"#,
    r#"{"match":"type","min":2}"#,
    r#"{"match":"type","max":1}"#,
    r#"{"match":"equality"}"#,
    r#"{"match":"regex","regex":"[a-c0-9]+"}"#,
    r#"{"match":"include","value":"a"}"#,
    r#"{"match":"integer"}"#,
    r#"{"match":"values"}"#,
    r#"{"match":"contentType","value":"application/xml"}"#,
    r#"{"match":"notEmpty"}"#,
    r#"{"match":"eachKey","rules":[{"match":"regex","regex":"[ab]"}]}"#,
    r#"{"match":"eachValue","rules":[{"match":"integer"}]}"#,
];

fuzz_target!(|input: &[u8]| {
    let Some((kind, rest)) = input.split_first() else { return };
    let kind = TYPES[usize::from(*kind) % TYPES.len()];
    let mut parts = rest.splitn(3, |byte| *byte == 0xFF);
    let mut part = || parts.next().unwrap_or_default();
    let (expected, actual, paths) = (part(), part(), String::from_utf8_lossy(part()));
    let headers: Headers = [("Content-Type", kind)].into_iter().collect();
    let data = match std::str::from_utf8(expected) {
        Ok(text) => Data::Text(text.to_owned()),
        Err(_) => Data::Binary(expected.to_vec()),
    };
    let body = Body::Present(Content { data, content_type: None, hint: None });
    let mut request = Request { headers: headers.clone(), body: body.clone(), ..Request::default() };
    let mut response = Response { headers, body, ..Response::default() };
    let itself = (ActualRequest::from(&request), ActualResponse::from(&response));
    assert_eq!(CompiledRequest::new(request.clone()).unwrap().mismatches(&itself.0), []);
    assert_eq!(CompiledResponse::new(response.clone()).unwrap().mismatches(&itself.1), []);
    for line in paths.lines() {
        let (which, path) = line.split_at_checked(1).unwrap_or_default();
        let which = which.bytes().next().map_or(0, |byte| usize::from(byte) % RULES.len());
        let rule = Rule::parse(&Json::parse(RULES[which].as_bytes()).unwrap()).unwrap();
        request.rules.insert(Category::Body, path, rule.clone());
        response.rules.insert(Category::Body, path, rule);
    }
    let (Ok(strict), Ok(lenient)) = (CompiledRequest::new(request), CompiledResponse::new(response)) else {
        return;
    };
    shown(&strict.mismatches(&itself.0));
    let sent = ActualRequest { body: actual.to_vec(), ..itself.0 };
    let came = ActualResponse { body: actual.to_vec(), ..itself.1 };
    let (strictly, leniently) = (strict.mismatches(&sent), lenient.mismatches(&came));
    shown(&strictly);
    shown(&leniently);
    assert_eq!(lenient.mismatches(&came), leniently);
    assert!(
        leniently.is_empty() || !strictly.is_empty(),
        "a request may do what a response may not: {leniently:?}"
    );
});
