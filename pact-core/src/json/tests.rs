use super::*;

fn parse(text: &str) -> Json<'_> {
    Json::parse(text.as_bytes()).unwrap()
}

#[test]
fn keeps_the_digits_and_the_order() {
    let text = r#"{"b":1.0e+20,"a":18446744073709551617,"c":-0.10}"#;
    assert_eq!(parse(text).to_compact(), text);
}

#[test]
fn a_name_written_twice_keeps_its_last_value() {
    assert_eq!(parse(r#"{"a":1,"b":2,"a":3}"#).to_compact(), r#"{"a":3,"b":2}"#);
    let many: String = (0..40).map(|n| format!("\"k{}\":{n},", n % 20)).collect();
    let object = format!("{{{}}}", many.trim_end_matches(','));
    assert_eq!(parse(&object).get("k3").and_then(Json::as_u64), Some(23));
    assert_eq!(parse(&object).as_object().map(Object::len), Some(20));
}

#[test]
fn equality_ignores_the_order_of_members_and_compares_numbers_exactly() {
    assert_eq!(parse(r#"{"a":1,"b":[1.50]}"#), parse(r#"{"b":[1.5],"a":1}"#));
    assert_ne!(parse("100"), parse("100.0"));
    assert_ne!(parse("18446744073709551617"), parse("18446744073709551618"));
    assert_eq!(parse("1e2"), parse("100.0"));
    assert_eq!(parse("-0"), parse("0"));
    assert_ne!(parse(r#"{"a":1}"#), parse(r#"{"a":1,"b":2}"#));
}

#[test]
fn numbers_are_equal_when_they_stand_for_the_same_value() {
    for (one, other) in [
        ("0.10", "0.1"),
        ("10.0", "1e1"),
        ("0.0", "0e5"),
        ("-0.0", "0.0"),
        ("1200.00", "0.12e4"),
        ("-5e-1", "-0.50"),
        ("100e-2", "1.0"),
        ("0.001e3", "1e0"),
    ] {
        assert_eq!(parse(one), parse(other));
        let text = |text| Number::parse(text).unwrap().canonical_text();
        assert_eq!(text(one), text(other));
    }
    for (one, other) in [("1.0", "-1.0"), ("1.0", "10.0"), ("0.1", "0.01"), ("1e1", "1e2"), ("1200", "12e2")]
    {
        assert_ne!(parse(one), parse(other));
    }
}

#[test]
fn errors_say_where() {
    let error = Json::parse(b"{\n  \"a\": nope}").unwrap_err();
    assert!(matches!(error, JsonError::Syntax { line: 2, .. }), "{error}");
    assert!(Json::parse(b"").is_err());
    assert!(Json::parse(b"{} {}").is_err());
    assert!(Json::parse(b"\xff").is_err());
}

#[test]
fn what_is_not_json_is_refused_where_it_goes_wrong() {
    for (text, column, message) in [
        ("", 1, "a value was expected"),
        ("nul", 1, "a value was expected"),
        ("[1,]", 4, "a value was expected"),
        ("[1 2]", 4, "`,` or `]` was expected"),
        ("[1}", 3, "`,` or `]` was expected"),
        ("[", 2, "a value was expected"),
        (r#"{"a":1,}"#, 8, "a name in double quotes was expected"),
        (r#"{"a":1 "b"}"#, 8, "`,` or `}` was expected"),
        (r#"{"a" 1}"#, 6, "`:` was expected after a name"),
        ("{a:1}", 2, "a name in double quotes was expected"),
        ("1 2", 3, "the end of the document was expected"),
        ("]", 1, "a value was expected"),
        ("01", 2, "a number does not start with zeroes"),
        ("-", 2, "a digit was expected"),
        ("+1", 1, "a value was expected"),
        ("1.", 3, "a digit was expected"),
        (".5", 1, "a value was expected"),
        ("1e+", 4, "a digit was expected"),
        ("\"\u{e4}", 3, "a text is not closed"),
        ("\"a\nb\"", 3, "a control character must be escaped"),
        (r#""\x""#, 2, "not an escape that JSON has"),
        (r#""\u12g4""#, 4, "four hexadecimal digits were expected"),
        (r#""\u12"#, 4, "four hexadecimal digits were expected"),
        (r#""\ud800""#, 2, "half of a surrogate pair is not a character"),
        (r#""\ud800\n""#, 2, "half of a surrogate pair is not a character"),
        (r#""\ud800\u0041""#, 2, "half of a surrogate pair is not a character"),
        (r#""\udc00""#, 2, "half of a surrogate pair is not a character"),
        ("\"\\", 2, "not an escape that JSON has"),
    ] {
        let expected = JsonError::Syntax { message: message.to_owned(), line: 1, column };
        assert_eq!(Json::parse(text.as_bytes()), Err(expected), "{text}");
    }
    let error = Json::parse(b"[1,\n \"\xC3\xA4\xFF\"]").unwrap_err();
    assert_eq!(error.to_string(), "not UTF-8 at line 2 column 4");
}

#[test]
fn escapes_are_resolved() {
    let text = r#"["\"\\\/\b\f\n\r\t","\u00e4\ud83d\ude00!","a\u0000b"]"#;
    assert_eq!(
        parse(text),
        Json::Array(vec!["\"\\/\u{8}\u{c}\n\r\t".into(), "\u{e4}\u{1f600}!".into(), "a\0b".into()])
    );
}

#[test]
fn text_without_escapes_is_not_copied() {
    let Json::String(text) = parse(r#" "plain" "#) else { unreachable!() };
    assert!(matches!(text, Cow::Borrowed("plain")));
}

#[test]
fn depth_is_limited() {
    let deep = "[".repeat(129) + &"]".repeat(129);
    assert_eq!(Json::parse(deep.as_bytes()), Err(JsonError::TooDeep { limit: 128 }));
    let fine = "[".repeat(128) + &"]".repeat(128);
    assert!(Json::parse(fine.as_bytes()).is_ok());
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_document() {
    assert_eq!(Json::parse(b"\xEF\xBB\xBF1"), Ok(Json::Number(1.into())));
}

#[test]
fn pretty_text_has_a_line_for_each_member() {
    assert_eq!(
        parse(r#"{"a":[],"b":{"c":[1,2]}}"#).to_pretty(),
        "{\n  \"a\": [],\n  \"b\": {\n    \"c\": [\n      1,\n      2\n    ]\n  }\n}"
    );
}

#[test]
fn control_characters_are_escaped() {
    assert_eq!(Json::from("a\u{1}\"\\\n/é").to_compact(), r#""a\u0001\"\\\n/é""#);
}

#[test]
fn numbers_in_text() {
    for good in ["1", "-1", "1.5", "1e5", "007"] {
        assert!(Number::parse(good).is_some(), "{good}");
    }
    for bad in ["", "-", "+1", "1.", ".5", "1e", "0x1", "1 "] {
        assert!(Number::parse(bad).is_none(), "{bad}");
    }
}

#[test]
fn the_number_of_values_is_limited() {
    let limits = Limits { values: 3, ..Limits::default() };
    assert!(Json::parse_with(b"[1,2]", limits).is_ok());
    assert_eq!(Json::parse_with(b"[1,2,3]", limits), Err(JsonError::TooMany { limit: 3 }));
}

#[test]
fn the_length_is_limited_before_anything_is_read() {
    let limits = Limits { bytes: 3, ..Limits::default() };
    assert!(Json::parse_with(b"[1]", limits).is_ok());
    let refusal = Json::parse_with(b"nonsense", limits).unwrap_err();
    assert_eq!(refusal, JsonError::TooLong { limit: 3 });
    assert_eq!(refusal.to_string(), "more than 3 bytes");
}

#[test]
fn large_objects_are_equal_in_any_order() {
    for count in [2, 24, 25, 100] {
        let members = || (0..count).map(|at: u64| (format!("m{at}"), Json::from(at)));
        let (forwards, backwards): (Object<'_>, Object<'_>) =
            (members().collect(), members().rev().collect());
        assert_eq!(forwards, backwards);
        let mut other = backwards.clone();
        other.insert("m1", 0_u64);
        assert_ne!(forwards, other);
        other.remove("m1");
        other.insert("x", 1_u64);
        assert_ne!(forwards, other);
    }
}

#[test]
fn adding_members_replaces_those_of_the_same_name_in_their_place() {
    for count in [2, 50] {
        let mut object: Object<'_> = (0..count).map(|at: u64| (format!("m{at}"), at)).collect();
        object.extend([("new", 1_u64), ("m0", 7), ("new", 2)]);
        assert_eq!(object.names().next(), Some("m0"));
        assert_eq!((object.get("m0"), object.get("new")), (Some(&Json::from(7)), Some(&Json::from(2))));
        assert_eq!(object.len(), usize::try_from(count).unwrap() + 1);
    }
}
