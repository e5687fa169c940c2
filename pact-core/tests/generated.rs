//! What holds for every generator and every seed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use pactwright_core::datetime::{Moment, Pattern};
use pactwright_core::generators::{Context, Generator, Seeded, apply_to_response};
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::matching::{ActualResponse, CompiledResponse};
use pactwright_core::model::{Body, Category, Response};
use pactwright_core::rules::{Regex, Rule};
use proptest::prelude::*;

fn json(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}

fn make(definition: &str, seed: u64, seconds: i64) -> JsonBuf {
    let now = Moment::from_unix(seconds, 123_456_789).unwrap();
    let generator = Generator::parse(&json(definition)).unwrap();
    generator.generate(&Json::Null, &Context::consumer(None), &mut Seeded::new(seed, now)).unwrap()
}

/// Seconds from 1970 within the years 1970 to 2100.
fn seconds() -> impl Strategy<Value = i64> {
    0..4_102_444_800_i64
}

/// Any attributes, those that generators know among them.
fn definition() -> impl Strategy<Value = JsonBuf> {
    let names = prop::sample::select(vec![
        "RandomInt",
        "RandomDecimal",
        "RandomHexadecimal",
        "RandomString",
        "RandomBoolean",
        "Regex",
        "Uuid",
        "Date",
        "Time",
        "DateTime",
        "ProviderState",
        "MockServerURL",
        "Other",
    ]);
    let attributes = prop::sample::select(vec![
        "min",
        "max",
        "digits",
        "size",
        "regex",
        "format",
        "expression",
        "dataType",
        "example",
    ]);
    let value = prop_oneof![
        any::<i64>().prop_map(|number| json(&number.to_string())),
        (0..40_u64).prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
        "[abc(|)*+?{},0-9^$.\\[\\]\\\\dws=!<>:-]{0,16}".prop_map(Json::from),
        "[yMdHhmsSaEXxz'\\[\\]:. -]{0,10}".prop_map(Json::from),
        "(now|today|noon|tomorrow|next|last|monday|month|\\+|-|[0-9]{1,5}| |day|years?|hours?|o'clock|pm|@){0,6}"
            .prop_map(Json::from),
        "(\\$\\{|\\}|a|b|/| |é){0,6}".prop_map(Json::from),
        prop::sample::select(vec!["STRING", "INTEGER", "DECIMAL", "RAW", "BOOLEAN", "simple", "URN"])
            .prop_map(Json::from),
    ];
    (names, prop::collection::vec((attributes, value), 0..5)).prop_map(|(name, attributes)| {
        let mut definition: ObjectBuf = attributes.into_iter().collect();
        definition.insert("type", name);
        Json::Object(definition)
    })
}

proptest! {
    #[test]
    fn integers_lie_between_their_bounds(one: i64, other: i64, seed: u64) {
        let (min, max) = (one.min(other), one.max(other));
        let made = make(&format!(r#"{{"type":"RandomInt","min":{min},"max":{max}}}"#), seed, 0).to_compact();
        prop_assert!((min..=max).contains(&made.parse().unwrap()));
    }

    #[test]
    fn there_are_as_many_digits_as_asked_for(digits in 1..200_usize, seed: u64) {
        let made = make(&format!(r#"{{"type":"RandomHexadecimal","digits":{digits}}}"#), seed, 0);
        let pattern = format!("[0-9A-F]{{{digits}}}");
        prop_assert!(Regex::new(pattern).is_match(made.as_str().unwrap()));
        let made = make(&format!(r#"{{"type":"RandomDecimal","digits":{digits}}}"#), seed, 0);
        let text = made.to_compact();
        prop_assert_eq!(Json::parse(text.as_bytes()).unwrap().type_name(), "Decimal");
        let significant = text.trim_start_matches("0.").bytes().filter(u8::is_ascii_digit).count();
        prop_assert_eq!(significant, digits);
        let made = make(&format!(r#"{{"type":"RandomString","size":{digits}}}"#), seed, 0);
        let pattern = format!("[0-9A-Za-z]{{{digits}}}");
        prop_assert!(Regex::new(pattern).is_match(made.as_str().unwrap()));
    }

    #[test]
    fn dates_are_in_their_format(
        format in prop::sample::select(vec![
            "yyyy-MM-dd", "EEE, d MMM yyyy HH:mm:ss.SSS Z", "dd.MM.uu h:mm a", "yyyy-'W'ww-e", "HH:mm:ssXXX", "D/yyyy[ SSSSSS]",
        ]),
        expression in prop::sample::select(vec!["", "tomorrow", "+ 1 month", "last monday - 3 years"]),
        seconds in seconds(),
    ) {
        let definition = format!(r#"{{"type":"DateTime","format":"{format}","expression":"{expression}"}}"#);
        let made = make(&definition, 0, seconds);
        let check = Pattern::parse(format).unwrap().check(made.as_str().unwrap()).map_err(|error| error.to_string());
        prop_assert_eq!(check, Ok(()), "{}", made);
    }

    #[test]
    fn text_matches_the_expression_that_it_is_made_for(
        pattern in "([abc]|[a-c]\\+|\\[x-z0-9\\]\\{1,3\\}|\\(a\\|bc?\\)\\*|\\\\d\\?|\\.|\\\\w\\{2\\}|\\^){0,6}",
        seed: u64,
    ) {
        let definition = Json::Object([("type", Json::from("Regex")), ("regex", Json::from(pattern.as_str()))].into_iter().collect());
        let Ok(generator) = Generator::parse(&definition) else { return Ok(()) };
        let now = Moment::from_unix(0, 0).unwrap();
        let made = generator.generate(&Json::Null, &Context::consumer(None), &mut Seeded::new(seed, now));
        match made {
            Ok(made) => prop_assert!(Regex::new(&pattern).is_match(made.as_str().unwrap()), "{}", made),
            // Nothing matches an anchor in the middle.
            Err(error) => prop_assert!(pattern.trim_start_matches('^').contains('^'), "{}: {}", pattern, error),
        }
    }

    #[test]
    fn what_is_made_satisfies_the_rule_that_goes_with_it(seed: u64, seconds in seconds()) {
        let pairs = [
            (r#"{"type":"RandomInt"}"#, r#"{"match":"integer"}"#, "1"),
            (r#"{"type":"RandomDecimal","digits":1}"#, r#"{"match":"decimal"}"#, "1.5"),
            (r#"{"type":"RandomBoolean"}"#, r#"{"match":"boolean"}"#, "true"),
            (r#"{"type":"Regex","regex":"\\w+@\\w+"}"#, r#"{"match":"regex","regex":"\\w+@\\w+"}"#, "\"a@b\""),
            (r#"{"type":"Date"}"#, r#"{"match":"date"}"#, "\"2024-01-01\""),
            (r#"{"type":"Time"}"#, r#"{"match":"time"}"#, "\"10:00:00\""),
            (r#"{"type":"DateTime"}"#, r#"{"match":"datetime"}"#, "\"2024-01-01T10:00:00Z\""),
            (r#"{"type":"Uuid"}"#, r#"{"match":"regex","regex":"[0-9a-f-]{36}"}"#, "\"936da01f-9abd-4d9d-80c7-02af85c822a8\""),
        ];
        let members = pairs.iter().enumerate().map(|(at, (.., example))| (format!("m{at}"), json(example)));
        let mut response = Response { body: Body::json(Json::Object(members.collect())), ..Response::default() };
        for (at, (generator, rule, _)) in pairs.iter().enumerate() {
            let path = format!("$.m{at}");
            response.generators.insert(Category::Body, path.as_str(), Generator::parse(&json(generator)).unwrap());
            response.rules.insert(Category::Body, path, Rule::parse(&json(rule)).unwrap());
        }
        let now = Moment::from_unix(seconds, 0).unwrap();
        let made = apply_to_response(&response, &Context::consumer(None), &mut Seeded::new(seed, now));
        prop_assert_eq!(made.skipped, vec![]);
        let found = CompiledResponse::new(response).unwrap().mismatches(&ActualResponse::from(&made.example));
        prop_assert_eq!(found, vec![]);
    }

    #[test]
    fn nothing_panics_and_a_seed_repeats_a_run(definition in definition(), seed: u64, seconds in seconds()) {
        let Ok(generator) = Generator::parse(&definition) else { return Ok(()) };
        let values: ObjectBuf = [("a", json("1")), ("b", json("\"x\""))].into_iter().collect();
        let context = Context { mock_server_url: Some("http://h".to_owned()), ..Context::provider(values) };
        let now = Moment::from_unix(seconds, 0).unwrap();
        for example in ["null", "1", "\"a\"", "{\"a\":[]}"] {
            let make = || generator.generate(&json(example), &context, &mut Seeded::new(seed, now.clone()));
            prop_assert_eq!(make(), make());
        }
        let written = Generator::parse(&Json::Object(generator.definition())).unwrap();
        prop_assert_eq!(written, generator);
    }
}
