//! Matchers that make values of their own, and those for well-known formats.

use pactwright_core::generators::{DataType, UuidFormat};

use super::*;

/// What a matcher says: the example, the rule, and what makes the value.
#[track_caller]
fn said(matcher: Matcher) -> [String; 3] {
    let reading = taken_apart(matcher);
    assert_eq!(reading.findings, [], "{}", reading.example);
    let definition = |definition| Json::Object(definition).to_compact();
    let rule = reading.rules.first().map(|(_, list)| definition(list.rules[0].definition()));
    let made = reading.generators.first().map(|(_, generator)| definition(generator.definition()));
    [reading.example.to_compact(), rule.unwrap_or_default(), made.unwrap_or_default()]
}

#[test]
fn every_generator_stands_beside_its_rule() {
    for (matcher, rule, generator) in [
        (random_integer(1..=6), r#"{"match":"integer"}"#, r#"{"type":"RandomInt","min":1,"max":6}"#),
        (random_integer(1..7), r#"{"match":"integer"}"#, r#"{"type":"RandomInt","min":1,"max":6}"#),
        (random_integer(..), r#"{"match":"integer"}"#, r#"{"type":"RandomInt"}"#),
        (
            random_integer(..=i64::MAX),
            r#"{"match":"integer"}"#,
            r#"{"type":"RandomInt","max":9223372036854775807}"#,
        ),
        (random_decimal(4), r#"{"match":"decimal"}"#, r#"{"type":"RandomDecimal","digits":4}"#),
        (random_boolean(), r#"{"match":"boolean"}"#, r#"{"type":"RandomBoolean"}"#),
        (random_string(5), r#"{"match":"type"}"#, r#"{"type":"RandomString","size":5}"#),
        (
            random_hexadecimal(8),
            r#"{"match":"regex","regex":"[0-9a-fA-F]+"}"#,
            r#"{"type":"RandomHexadecimal","digits":8}"#,
        ),
        (
            random_regex(r"SKU-\d+"),
            r#"{"match":"regex","regex":"SKU-\\d+"}"#,
            r#"{"type":"Regex","regex":"SKU-\\d+"}"#,
        ),
        (
            random_uuid_as(UuidFormat::Simple),
            r#"{"match":"regex","regex":"[0-9a-f]{32}"}"#,
            r#"{"type":"Uuid","format":"simple"}"#,
        ),
        (
            relative_date("today + 1 day", "yyyy-MM-dd"),
            r#"{"match":"date","format":"yyyy-MM-dd"}"#,
            r#"{"type":"Date","format":"yyyy-MM-dd","expression":"today + 1 day"}"#,
        ),
        (
            relative_time("", "HH:mm"),
            r#"{"match":"time","format":"HH:mm"}"#,
            r#"{"type":"Time","format":"HH:mm"}"#,
        ),
        (
            relative_datetime("tomorrow @ noon", "yyyy-MM-dd HH:mm"),
            r#"{"match":"datetime","format":"yyyy-MM-dd HH:mm"}"#,
            r#"{"type":"DateTime","format":"yyyy-MM-dd HH:mm","expression":"tomorrow @ noon"}"#,
        ),
        (
            from_provider_state("${id}", 7),
            r#"{"match":"type"}"#,
            r#"{"type":"ProviderState","expression":"${id}"}"#,
        ),
        (
            from_provider_state_as(DataType::String, "id", "7"),
            r#"{"match":"type"}"#,
            r#"{"type":"ProviderState","expression":"id","dataType":"STRING"}"#,
        ),
        (
            integer(7).with_state_value("id"),
            r#"{"match":"integer"}"#,
            r#"{"type":"ProviderState","expression":"id"}"#,
        ),
        (
            url("/orders/7", r"/orders/\d+"),
            r#"{"match":"regex","regex":".*(/orders/\\d+)$"}"#,
            r#"{"type":"MockServerURL","regex":".*(/orders/\\d+)$","example":"http://localhost:8080/orders/7"}"#,
        ),
    ] {
        let [_, said_rule, said_generator] = said(matcher);
        assert_eq!((said_rule.as_str(), said_generator.as_str()), (rule, generator));
    }
}

#[test]
fn an_example_that_nobody_gave_is_always_the_same() {
    for matcher in [
        random_integer as fn(std::ops::RangeFull) -> Matcher,
        |_| random_uuid(),
        |_| random_uuid_as(UuidFormat::Urn),
        |_| random_uuid_as(UuidFormat::UpperHyphenated),
        |_| random_uuid_as(UuidFormat::LowerHyphenated),
        |_| random_string(3),
        |_| relative_datetime("now", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
    ] {
        let [example, ..] = said(matcher(..));
        assert_eq!([example], [said(matcher(..))[0].clone()]);
    }
}

#[test]
fn a_generator_that_makes_no_sense_is_a_mistake() {
    let problems = |matcher: Matcher| -> Vec<String> {
        mistakes(matcher).into_iter().map(|(_, problem)| problem.to_string()).collect()
    };
    for (matcher, expected) in [
        (random_integer(RangeFrom(7, 3)), "there is no number from 7 to 3"),
        (random_regex("("), "cannot be used"),
        (relative_date("the day after", "yyyy-MM-dd"), "is not understood"),
        (relative_date("today", "bb"), "the date format `bb` cannot be used"),
        (random_hexadecimal(1_000_000), "must be from"),
        (mock_server_url("http://localhost/a", "http://localhost/a"), "needs a group"),
        (from_provider_state("${id", 7), "must be the name of a value"),
    ] {
        let found = problems(matcher);
        assert!(found.iter().any(|problem| problem.contains(expected)), "{expected}: {found:?}");
    }
}

/// Bounds in the wrong order, which a range literal cannot have without a lint saying so.
struct RangeFrom(i64, i64);

impl std::ops::RangeBounds<i64> for RangeFrom {
    fn start_bound(&self) -> std::ops::Bound<&i64> {
        std::ops::Bound::Included(&self.0)
    }

    fn end_bound(&self) -> std::ops::Bound<&i64> {
        std::ops::Bound::Included(&self.1)
    }
}

/// A matcher for a format, with what it accepts and what it refuses.
type Format = (fn(String) -> Matcher, &'static [&'static str], &'static [&'static str]);

#[test]
fn well_known_formats_know_their_own() {
    let formats: [Format; 9] = [
        (
            |example| email(example),
            &["ada@example.org", "a.b+c@x.y.z"],
            &["ada", "ada@", "@x.y", "a b@x.y", "a@x"],
        ),
        (
            |example| ipv4(example),
            &["127.0.0.13", "255.255.255.255"],
            &["256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4"],
        ),
        (
            |example| ipv6(example),
            &["::1", "::", "2001:db8:0:0:0:ff00:42:8329", "fe80::1:2", "1::"],
            &["1:2:3:4:5:6:7", ":::", "1::2::3", "12345::", "g::"],
        ),
        (|example| hexadecimal(example), &["0aF9"], &["", "0x1", "g"]),
        (|example| iso8601_date(example), &["2026-11-21"], &["2026-13-01", "2026-11-32", "21.11.2026"]),
        (
            |example| iso8601_time(example),
            &["14:30:00", "T14:30:00.5Z", "14:30:00+01:00"],
            &["24:00:00", "14:30"],
        ),
        (
            |example| iso8601_datetime(example),
            &["2026-11-21T14:30:00", "2026-11-21T14:30:00.125+0100"],
            &["2026-11-21", "2026-11-21 14:30:00"],
        ),
        (
            |example| iso8601_datetime_millis(example),
            &["2026-11-21T14:30:00.125Z", "2026-11-21T14:30:00.125000+01:00"],
            &["2026-11-21T14:30:00Z", "2026-11-21T14:30:00.12Z"],
        ),
        (
            |example| rfc1123_datetime(example),
            &["Sat, 21 Nov 2026 14:30:00 GMT", "Sat, 21 Nov 2026 14:30:00 +0100"],
            &["21 Nov 2026 14:30:00 GMT", "Sat, 21 Nov 2026 14:30:00"],
        ),
    ];
    for (format, good, bad) in formats {
        for example in good {
            said(format((*example).to_owned()));
        }
        for example in bad {
            assert!(!mistakes(format((*example).to_owned())).is_empty(), "{example} was accepted");
        }
    }
    said(content_type("image/gif", "R0lGODlhAQABAAAAACw="));
    assert!(!mistakes(content_type("image/png", "R0lGODlhAQABAAAAACw=")).is_empty());
}
