//! Text is compared, not the bytes that it comes in.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use pactwright_core::json::Json;
use pactwright_core::matching::{ActualResponse, CompiledResponse};
use pactwright_core::model::{Body, Category, Content, ContentType, Data, Response};
use pactwright_core::rules::Rule;

/// How many mismatches there are between text of a type and bytes of another.
fn mismatches(text: &str, kind: &str, bytes: &[u8], actual_kind: &str) -> usize {
    let mut response = Response::default();
    response.headers.append("Content-Type", kind);
    let content_type = ContentType::parse(kind);
    response.body = Body::Present(Content { data: Data::Text(text.to_owned()), content_type, hint: None });
    let rule = Json::parse(br#"{"match":"regex","regex":"f\\p{L}r"}"#).unwrap();
    response.rules.insert(Category::Body, "$.a.b", Rule::parse(&rule).unwrap());
    let headers = vec![("Content-Type".to_owned(), actual_kind.to_owned())];
    let actual = ActualResponse { status: 200, headers, body: bytes.to_vec() };
    CompiledResponse::new(response).unwrap().mismatches(&actual).len()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn plain_text() {
    let compare = |bytes: &[u8], kind: &str| mismatches("für 5 €", "text/plain", bytes, kind);
    assert_eq!(compare("für 5 €".as_bytes(), "text/plain"), 0);
    assert_eq!(compare(b"f\xFCr 5 \xA4", "text/plain; charset=ISO-8859-15"), 0);
    assert_eq!(compare(b"f\xFCr 5 \x80", "text/plain; charset=windows-1252"), 0);
    assert_eq!(compare(&utf16("für 5 €"), "text/plain; charset=utf-16be"), 0);
    assert_eq!(compare(&utf16("\u{feff}für 5 €"), "text/plain"), 0);
    assert_eq!(compare(b"f\xFCr 5 \xA4", "text/plain; charset=ISO-8859-1"), 1);
    assert_eq!(compare(b"f\xFCr 5 \xA4", "text/plain; charset=x-unheard-of"), 1);
    assert_eq!(compare(b"f\xFCr 5 \xA4", "text/plain"), 1);
}

#[test]
fn documents() {
    let example = "<a><b>fur</b>ß</a>";
    let compare = |bytes: &[u8], kind: &str| mismatches(example, "application/xml", bytes, kind);
    assert_eq!(compare(b"<a><b>f\xFCr</b>\xDF</a>", "application/xml; charset=iso-8859-1"), 0);
    assert_eq!(
        compare(b"<?xml version='1.0' encoding=\"latin1\"?><a><b>f\xFCr</b>\xDF</a>", "application/xml"),
        0
    );
    assert_eq!(compare(&utf16("<a><b>für</b>ß</a>"), "application/xml"), 0);
    assert_eq!(compare(&utf16("\u{feff}<a><b>für</b>ß</a>"), "application/xml; charset=utf-8"), 0);
    assert_eq!(compare(b"<a><b>f\xFCr</b>\xDF</a>", "application/xml"), 1);
    let json = |bytes: &[u8], kind: &str| mismatches(r#"{"a":{"b":"fur"}}"#, "application/json", bytes, kind);
    assert_eq!(json(b"{\"a\":{\"b\":\"f\xFCr\"}}", "application/json; charset=iso-8859-1"), 0);
    assert_eq!(json(b"{\"a\":{\"b\":\"f\xFCr\"}}", "application/json"), 1);
}
