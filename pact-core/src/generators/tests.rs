use super::*;
use crate::datetime::{Date as Day, Time};
use crate::rules::{self, Subject};

fn now() -> Moment {
    Moment::new(Day::new(2024, 1, 31).unwrap(), Time::new(9, 0, 0, 0).unwrap())
}

fn generator(definition: &str) -> Generator {
    Generator::parse(&Json::parse(definition.as_bytes()).unwrap()).unwrap()
}

fn error(definition: &str) -> GeneratorError {
    Generator::parse(&Json::parse(definition.as_bytes()).unwrap()).unwrap_err()
}

/// What a generator makes in place of an example, with state values and a mock server.
fn try_make(definition: &str, example: &str, values: &str) -> Result<JsonBuf, GenerateError> {
    let example = Json::parse(example.as_bytes()).unwrap();
    let values = Json::parse(values.as_bytes()).unwrap().into_owned();
    let context = Context {
        mock_server_url: Some("http://127.0.0.1:4711/".to_owned()),
        ..Context::provider(values.as_object().unwrap().clone())
    };
    generator(definition).generate(&example, &context, &mut Seeded::new(7, now()))
}

fn make(definition: &str, example: &str) -> JsonBuf {
    try_make(definition, example, "{}").unwrap()
}

#[test]
fn every_definition_is_written_as_it_is_read() {
    for definition in [
        r#"{"type":"RandomInt","min":-1,"max":18446744073709551616}"#,
        r#"{"type":"RandomInt"}"#,
        r#"{"type":"RandomDecimal","digits":6}"#,
        r#"{"type":"RandomHexadecimal","digits":6}"#,
        r#"{"type":"RandomString","size":0}"#,
        r#"{"type":"RandomBoolean"}"#,
        r#"{"type":"Regex","regex":"\\d+"}"#,
        r#"{"type":"Uuid"}"#,
        r#"{"type":"Uuid","format":"simple"}"#,
        r#"{"type":"Uuid","format":"lower-case-hyphenated"}"#,
        r#"{"type":"Uuid","format":"upper-case-hyphenated"}"#,
        r#"{"type":"Uuid","format":"URN"}"#,
        r#"{"type":"Date","format":"yyyy","expression":"tomorrow"}"#,
        r#"{"type":"Time"}"#,
        r#"{"type":"DateTime","expression":"today @ noon"}"#,
        r#"{"type":"ProviderState","expression":"/api/${id}","dataType":"STRING"}"#,
        r#"{"type":"MockServerURL","regex":".*(/a)$","example":"http://localhost/a"}"#,
        r#"{"type":"FromAPlugin","how":[1]}"#,
    ] {
        assert_eq!(Json::Object(generator(definition).definition()).to_compact(), definition);
    }
}

#[test]
fn numbers_may_stand_in_quotes() {
    let quoted = generator(r#"{"type":"RandomInt","min":"3","max":" 4"}"#);
    assert_eq!(quoted, generator(r#"{"type":"RandomInt","min":3,"max":4}"#));
    assert_eq!(
        generator(r#"{"type":"RandomString","size":"3"}"#),
        generator(r#"{"type":"RandomString","size":3}"#)
    );
}

#[test]
fn a_single_bound_leaves_room_for_the_other() {
    let bounds = |definition| match generator(definition) {
        Generator::RandomInt(random) => (random.min(), random.max()),
        other => panic!("{other:?}"),
    };
    assert_eq!(bounds(r#"{"type":"RandomInt"}"#), (0, 10));
    assert_eq!(bounds(r#"{"type":"RandomInt","min":100}"#), (100, 110));
    assert_eq!(bounds(r#"{"type":"RandomInt","max":-5}"#), (-15, -5));
}

#[test]
fn broken_definitions_say_what_is_wrong() {
    assert_eq!(error("1"), GeneratorError::NotAnObject("Integer"));
    assert_eq!(error("{}"), GeneratorError::NoType);
    assert_eq!(error(r#"{"type":"RandomInt","min":2,"max":1}"#), GeneratorError::Range { min: 2, max: 1 });
    for (definition, name) in [
        (r#"{"type":"RandomInt","min":1.5}"#, "min"),
        (r#"{"type":"RandomInt","max":1e400}"#, "max"),
        (r#"{"type":"RandomDecimal","digits":-1}"#, "digits"),
        (r#"{"type":"Uuid","format":"long"}"#, "format"),
        (r#"{"type":"ProviderState","expression":"a","dataType":"DATE"}"#, "dataType"),
        (r#"{"type":"Date","format":1}"#, "format"),
        (r#"{"type":1}"#, "type"),
    ] {
        assert!(
            matches!(error(definition), GeneratorError::Invalid { attribute, .. } if attribute == name),
            "{definition}"
        );
    }
    for definition in [
        r#"{"type":"RandomHexadecimal","digits":0}"#,
        r#"{"type":"RandomDecimal","digits":0}"#,
        r#"{"type":"RandomString","size":70000}"#,
    ] {
        assert!(matches!(error(definition), GeneratorError::Length { .. }), "{definition}");
    }
    assert!(matches!(error(r#"{"type":"Regex","regex":"["}"#), GeneratorError::Regex { .. }));
    assert!(matches!(error(r#"{"type":"Regex"}"#), GeneratorError::Missing { attribute: "regex", .. }));
    assert!(matches!(
        error(r#"{"type":"MockServerURL","example":"a","regex":".*"}"#),
        GeneratorError::NoGroup { .. }
    ));
    assert!(matches!(error(r#"{"type":"Date","format":"yyyy-'MM"}"#), GeneratorError::DateFormat { .. }));
    assert!(matches!(error(r#"{"type":"Time","expression":"tomorrow"}"#), GeneratorError::Expression { .. }));
    for expression in ["", "/a/${id", "${}", "a ${ } b"] {
        let definition = format!(r#"{{"type":"ProviderState","expression":"{expression}"}}"#);
        assert!(matches!(error(&definition), GeneratorError::Placeholder { .. }), "{expression}");
    }
}

#[test]
fn numbers_take_the_form_of_the_example() {
    let definition = r#"{"type":"RandomInt","min":5,"max":5}"#;
    assert_eq!(make(definition, "1").to_compact(), "5");
    assert_eq!(make(definition, "null").to_compact(), "5");
    assert_eq!(make(definition, r#""1""#).to_compact(), r#""5""#);
    assert!(make(r#"{"type":"RandomDecimal"}"#, r#""1.5""#).as_str().is_some());
}

#[test]
fn integers_reach_their_bounds_and_go_beyond_64_bits() {
    let random = generator(r#"{"type":"RandomInt","min":-1,"max":1}"#);
    let mut source = Seeded::new(1, now());
    let context = Context::consumer(None);
    let drawn: std::collections::BTreeSet<_> =
        (0..100).map(|_| random.generate(&Json::Null, &context, &mut source).unwrap().to_compact()).collect();
    assert_eq!(drawn.into_iter().collect::<Vec<_>>(), ["-1", "0", "1"]);
    let huge = make(
        r#"{"type":"RandomInt","min":170141183460469231731687303715884105726,"max":170141183460469231731687303715884105726}"#,
        "1",
    );
    assert_eq!(huge.to_compact(), "170141183460469231731687303715884105726");
    make(
        r#"{"type":"RandomInt","min":-170141183460469231731687303715884105728,"max":170141183460469231731687303715884105727}"#,
        "1",
    );
}

#[test]
fn uuids_are_of_version_4_in_every_format() {
    for (format, pattern) in [
        ("simple", "[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}"),
        ("lower-case-hyphenated", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("upper-case-hyphenated", "[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}"),
        ("urn", "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    ] {
        let made = make(&format!(r#"{{"type":"Uuid","format":"{format}"}}"#), "null");
        assert!(rules::Regex::new(pattern).is_match(made.as_str().unwrap()), "{made}");
    }
}

#[test]
fn dates_are_reckoned_from_now() {
    for (definition, expected) in [
        (r#"{"type":"Date"}"#, "2024-01-31"),
        (r#"{"type":"Time"}"#, "09:00:00"),
        (r#"{"type":"DateTime"}"#, "2024-01-31T09:00:00Z"),
        (r#"{"type":"Date","expression":"+ 1 month"}"#, "2024-02-29"),
        (r#"{"type":"Time","format":"HH:mm","expression":"12 o'clock am"}"#, "00:00"),
        (
            r#"{"type":"DateTime","format":"yyyy-MM-dd HH:mm","expression":"tomorrow @ 3 o'clock pm"}"#,
            "2024-02-01 15:00",
        ),
    ] {
        assert_eq!(make(definition, "null").as_str(), Some(expected), "{definition}");
    }
    let far = try_make(r#"{"type":"Date","expression":"+ 7990 years"}"#, "null", "{}");
    assert!(matches!(far, Err(GenerateError::Expression(_))));
}

#[test]
fn state_values_keep_or_take_a_type() {
    let values = r#"{"id":7,"text":"8","on":true,"price":1.50,"all":{"a":[1]}}"#;
    for (expression, data_type, example, expected) in [
        ("${id}", "", "1", "7"),
        ("id", "", "1", "7"),
        ("${ id }", "", r#""1""#, r#""7""#),
        ("${text}", "", "1", "8"),
        ("${text}", "", "null", r#""8""#),
        ("${on}", "", r#""false""#, r#""true""#),
        ("${all}", "", r#""x""#, r#"{"a":[1]}"#),
        ("/a/${id}/${text}?${on}", "", "null", r#""/a/7/8?true""#),
        ("${text}", "RAW", "1", r#""8""#),
        ("${id}", "STRING", "1", r#""7""#),
        ("${text}", "integer", "null", "8"),
        ("${id}${text}", "INTEGER", "null", "78"),
        ("${id}", "DECIMAL", "null", "7.0"),
        ("${price}", "FLOAT", "null", "1.50"),
        ("${on}", "BOOLEAN", "null", "true"),
    ] {
        let data_type =
            if data_type.is_empty() { String::new() } else { format!(r#","dataType":"{data_type}""#) };
        let definition = format!(r#"{{"type":"ProviderState","expression":"{expression}"{data_type}}}"#);
        assert_eq!(try_make(&definition, example, values).unwrap().to_compact(), expected, "{definition}");
    }
    let missing = try_make(r#"{"type":"ProviderState","expression":"/${other}"}"#, "1", values);
    assert_eq!(missing.unwrap_err().to_string(), "the provider states gave no value `other` for `/${other}`");
    for (expression, data_type) in
        [("on", "INTEGER"), ("price", "INTEGER"), ("all", "DECIMAL"), ("id", "BOOLEAN")]
    {
        let definition =
            format!(r#"{{"type":"ProviderState","expression":"{expression}","dataType":"{data_type}"}}"#);
        assert!(
            matches!(try_make(&definition, "1", values), Err(GenerateError::WrongType { .. })),
            "{definition}"
        );
    }
}

#[test]
fn urls_lead_to_the_mock_server() {
    for (example, regex, expected) in [
        ("http://1234:8080/a", ".*(/a)", "http://127.0.0.1:4711/a"),
        ("http://localhost/a/b?c", r"localhost/(.*)", "http://127.0.0.1:4711/a/b?c"),
        ("http://h/p/{x}", r".*(\/\\Qp\\E\/\\Q{x}\\E)$", "http://127.0.0.1:4711/p/{x}"),
    ] {
        let regex = regex.replace(r"\/", r"\\/");
        let definition = format!(r#"{{"type":"MockServerURL","example":"{example}","regex":"{regex}"}}"#);
        assert_eq!(make(&definition, "null").as_str(), Some(expected), "{definition}");
    }
    let other = try_make(r#"{"type":"MockServerURL","example":"http://h/a","regex":"(/b)"}"#, "null", "{}");
    assert!(matches!(other, Err(GenerateError::ExampleUrl { .. })));
    let nowhere = generator(r#"{"type":"MockServerURL","example":"http://h/a","regex":"(/a)"}"#);
    let made = nowhere.generate(&Json::Null, &Context::consumer(None), &mut Seeded::new(1, now()));
    assert_eq!(made, Err(GenerateError::NoMockServerUrl));
}

#[test]
fn text_matches_its_expression() {
    let context = Context::consumer(None);
    for pattern in [
        r"\d{1,8}",
        "^abc",
        "^$",
        r"^[\w.-]+@[a-z]+\.(com|org)$",
        r"(?i)straße-[c-e]{3,}",
        r"(a|b)(c|d)\2?\1",
        r"(?<word>\w+) \k<word>",
        r"\Aab*?(?>cd|c)++e\z",
        r"[^\n/]{3}\s\S\W\D\p{Lu}\R.",
        r"[[:alpha:]&&[^a-y]]\x41\u{e4}\/",
        r"\Q{a.b}\E{2}|\\Q",
        r"\bfoo\b.+\bbar\b",
        r"(?=.*\d)(?=.*[A-Z])[A-Za-z\d]{8,}(?<!x)",
        r"(?!0)\d{3}",
        "[ä-ö]+",
        "",
    ] {
        let generator = Generator::Regex(Regex::new(pattern).unwrap());
        for seed in 0..50 {
            let made = generator.generate(&Json::Null, &context, &mut Seeded::new(seed, now())).unwrap();
            let rule = rules::Rule::Regex(rules::Regex::new(pattern));
            assert!(rule.check(None, Subject::Json(&made), true), "{pattern} made {made}");
        }
    }
}

#[test]
fn expressions_without_text_are_refused_in_bounded_time() {
    let context = Context::consumer(None);
    for (pattern, reason) in [
        ("a^b", "look-around"),
        ("(?=x)y", "look-around"),
        (r"(a)?(?(1)b|c)", "conditions"),
        (r"(?<n>a\g<n>?)", "subroutine"),
        (r"[^\x{0}-\x{10ffff}]", "empty character class"),
        (r"(a)(?:(?:\1{900}){900}){900}", "too long"),
        (r"(b?)(?:(?:(?:\1|){900}){900}){900}", "too long"),
    ] {
        let generator = Generator::Regex(Regex::new(pattern).unwrap());
        let made = generator.generate(&Json::Null, &context, &mut Seeded::new(1, now()));
        let error = made.map_err(|error| error.to_string()).unwrap_err();
        assert!(error.contains(reason), "{pattern}: {error}");
    }
}

#[test]
fn unknown_generators_are_kept_and_refuse_to_make_anything() {
    let made = try_make(r#"{"type":"FromAPlugin","how":1}"#, "1", "{}");
    assert_eq!(made, Err(GenerateError::Unknown("FromAPlugin".to_owned())));
}
