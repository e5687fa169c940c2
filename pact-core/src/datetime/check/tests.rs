use proptest::prelude::*;

use super::{Expected, Refusal};
use crate::datetime::Pattern;

fn check(pattern: &str, text: &str) -> Result<(), Refusal> {
    Pattern::parse(pattern).expect(pattern).check(text)
}

/// Cases of one pattern: texts that are accepted, and texts that are refused with the offset of the fault.
#[track_caller]
fn cases(pattern: &str, accepted: &[&str], refused: &[(&str, usize)]) {
    for text in accepted {
        assert_eq!(check(pattern, text), Ok(()), "`{pattern}` should accept `{text}`");
    }
    for &(text, at) in refused {
        match check(pattern, text) {
            Ok(()) => panic!("`{pattern}` should refuse `{text}`"),
            Err(refusal) => assert_eq!(refusal.at, at, "`{pattern}` with `{text}`: {refusal}"),
        }
    }
}

#[test]
fn dates_exist_or_are_refused() {
    cases(
        "yyyy-MM-dd",
        &["2024-02-29", "2000-02-29", "2023-12-31", "+12345-01-01", "0001-01-01"],
        &[
            ("2023-02-29", 8),
            ("1900-02-29", 8),
            ("2024-02-30", 8),
            ("2024-04-31", 8),
            ("2024-00-10", 5),
            ("2024-13-10", 5),
            ("2024-01-00", 8),
            ("2024-01-32", 8),
            ("2024-1-01", 5),
            ("2024-01-1", 8),
            ("0000-01-01", 0),
            ("-2024-01-01", 0),
            ("12345-01-01", 0),
            ("+2024-01-01", 0),
            ("2024-01-01 ", 10),
            (" 2024-01-01", 0),
            ("2024/01/01", 4),
            ("23/07/19", 0),
            ("٢٠٢٤-01-01", 0),
            ("", 0),
        ],
    );
    cases(
        "uuuu-MM-dd",
        &["0000-02-29", "-0004-02-29", "-12345-01-01"],
        &[("-0000-01-01", 0), ("-0001-02-29", 9)],
    );
    cases("d.M.u", &["1.2.2024", "31.12.1", "01.02.2024", "1.1.-5"], &[("29.2.2023", 0), ("001.1.2024", 0)]);
}

#[test]
fn days_without_a_year_exist_in_some_year() {
    cases("MM-dd", &["02-29", "12-31"], &[("02-30", 3), ("04-31", 3)]);
    cases("dd", &["31"], &[("32", 0)]);
    cases("D", &["1", "60", "366"], &[("0", 0), ("367", 0)]);
    cases("MM D", &["12 366", "02 60"], &[("12 1", 3), ("03 59", 3)]);
    cases("EEE dd MMM", &["Thu 29 Feb", "Mon 29 Feb"], &[("Mon 30 Feb", 4)]);
}

#[test]
fn days_of_the_year_follow_leap_years() {
    cases(
        "yyyy-DDD",
        &["2024-366", "2023-365", "2024-001"],
        &[("2023-366", 5), ("2024-367", 5), ("2024-60", 5)],
    );
    cases("yyyyDDD", &["2024366"], &[("2023366", 4)]);
    cases("yyyy-MM-dd DD", &["2024-12-31 366", "2024-01-05 05"], &[("2024-12-31 365", 11)]);
}

#[test]
fn years_have_the_digits_that_their_letters_say() {
    cases("y", &["1", "2024", "999999999"], &[("1000000000", 0), ("0", 0), ("+2024", 0), ("", 0)]);
    cases("yy", &["24", "00"], &[("2024", 2), ("4", 0), ("+4", 0)]);
    cases("yyy", &["024", "2024", "20245"], &[("24", 0)]);
    cases("yyyyy", &["02024", "+123456"], &[("2024", 0), ("123456", 0)]);
    cases("GGG y", &["AD 2024", "BC 44"], &[("CE 2024", 0), ("ad 2024", 0)]);
    cases("y-MM-dd GGGG", &["5-02-29 Before Christ", "4-02-29 Anno Domini"], &[("4-02-29 Before Christ", 5)]);
    cases("uuuu y G", &["2024 2024 AD", "-0043 44 BC"], &[("2024 2023 AD", 10), ("2024 2024 BC", 10)]);
}

#[test]
fn names_are_english() {
    cases("MMM", &["Jan", "Sep", "Sept", "May"], &[("jan", 0), ("Jann", 3), ("Mai", 0)]);
    cases("MMMM", &["January", "December"], &[("Jan", 0)]);
    cases("MMMMM", &["J", "S"], &[("X", 0)]);
    cases("LLLL d", &["February 29"], &[("February 30", 9)]);
    cases("EEEE", &["Monday"], &[("Mon", 0)]);
    cases("E, d MMM yyyy", &["Thu, 29 Feb 2024"], &[("Fri, 29 Feb 2024", 12), ("Thur, 29 Feb 2024", 3)]);
    cases("EEEEE d/M/y", &["T 29/2/2024"], &[("F 29/2/2024", 7)]);
    cases("QQQ QQQQ q", &["Q1 1st quarter 1"], &[("Q1 2nd quarter 1", 3), ("Q5 1st quarter 1", 0)]);
    cases("QQQ MM", &["Q2 06"], &[("Q2 07", 3)]);
    cases(
        "EEE yy-MM-dd",
        &["Mon 99-02-01", "Mon 24-01-01", "Sat 00-01-01"],
        &[("Mon 98-02-30", 10), ("Tue 00-01-01", 10)],
    );
}

#[test]
fn times_of_day_are_in_range() {
    cases(
        "HH:mm:ss",
        &["00:00:00", "23:59:59"],
        &[("24:00:00", 0), ("12:60:00", 3), ("12:00:60", 6), ("1:00:00", 0)],
    );
    cases("H:m:s", &["0:0:0", "23:59:59", "03:04:05"], &[("123:0:0", 2), ("-1:0:0", 0)]);
    cases("kk", &["01", "24"], &[("00", 0), ("25", 0)]);
    cases("KK a", &["00 AM", "11 PM"], &[("12 AM", 0)]);
    cases(
        "h:mm a",
        &["12:00 AM", "1:30 pm", "01:30 p.m."],
        &[("0:30 AM", 0), ("13:30 PM", 0), ("1:30 XM", 5)],
    );
    cases("HH:mm a", &["13:00 PM", "00:00 AM"], &[("13:00 AM", 6)]);
    cases("HH hh", &["13 01", "00 12"], &[("13 02", 3)]);
    cases(
        "h B",
        &["3 at night", "3 in the afternoon", "12 noon", "12 midnight"],
        &[("3 noon", 2), ("9 in the", 2)],
    );
    cases("HH:mm B", &["12:00 noon", "12:01 in the afternoon"], &[("12:01 noon", 6)]);
    cases("ss.SSS", &["00.000", "59.999"], &[("00.00", 3), ("00.0000", 6), ("00.-01", 3)]);
    cases("S", &["9"], &[("12", 1)]);
    cases("SSSSSSSSS", &["123456789"], &[("12345678", 0)]);
    cases(
        "SSS SSSSSS n",
        &["123 123456 123456789", "000 000000 7"],
        &[("123 124456 0", 4), ("123 123456 123457000", 11)],
    );
    cases("A", &["0", "86399999"], &[("86400000", 0)]);
    cases("N", &["86399999999999"], &[("86400000000000", 0), ("99999999999999999999", 0)]);
    cases(
        "HH:mm:ss.SSS A",
        &["01:01:01.001 3661001"],
        &[("01:01:01.002 3661001", 13), ("01:02:01.001 3661001", 13)],
    );
}

#[test]
fn offsets_reach_eighteen_hours_either_way() {
    cases(
        "X",
        &["Z", "+00", "-18", "+0530", "+13"],
        &[("+1", 0), ("+19", 0), ("+1801", 0), ("z", 0), ("+05:30", 3)],
    );
    cases("XX", &["Z", "+1200", "+1400", "-1800"], &[("+12", 0), ("+12:00", 0), ("+1260", 0)]);
    cases(
        "XXX",
        &["Z", "+12:00", "+14:00", "-18:00", "+00:00", "-00:00"],
        &[("+1200", 0), ("+18:01", 0), ("12:00", 0)],
    );
    cases("XXXX", &["Z", "+0100", "+010030"], &[("+01", 0), ("+18:00", 0)]);
    cases("XXXXX", &["Z", "+01:00", "+01:00:30", "+18:00:00"], &[("+18:00:01", 0), ("+01:00:3", 6)]);
    cases("x", &["+00", "+0530"], &[("Z", 0)]);
    cases("xxx", &["+00:00", "-09:30"], &[("Z", 0)]);
    cases("Z", &["+0000", "-0800", "+1345"], &[("Z", 0), ("+00:00", 0), ("GMT", 0)]);
    cases(
        "ZZZZ",
        &["GMT", "GMT+08:00", "GMT-08:00:30"],
        &[("GMT+8", 3), ("+08:00", 0), ("GMT08", 3), ("GMT+18:30", 0)],
    );
    cases("ZZZZZ", &["Z", "+08:00"], &[("+0800", 0)]);
    cases("O", &["GMT", "GMT+8", "GMT+08", "GMT-9:30"], &[("GMT+19", 0), ("UTC", 0), ("GMT+010", 6)]);
    cases("OOOO", &["GMT", "GMT+08:00"], &[("GMT+8", 3)]);
    cases("OOOO-HH", &["GMT-10", "GMT+01:00-10"], &[("GMT-1", 4)]);
    cases("XXX Z", &["+01:00 +0100", "Z +0000"], &[("+01:00 +0200", 7)]);
}

#[test]
fn zones_have_ids_abbreviations_and_names() {
    cases(
        "VV",
        &[
            "UTC",
            "GMT",
            "Z",
            "Europe/Paris",
            "America/Argentina/Buenos_Aires",
            "Etc/GMT+3",
            "+01:00",
            "UTC-05:00",
        ],
        &[("PST", 0), ("Paris", 0), ("Middle/Earth", 0), ("Europe/Paris/", 12), ("+19:00", 0), ("", 0)],
    );
    cases(
        "z",
        &["UTC", "Z", "GMT", "PST", "CEST", "AEST", "+01:00", "Europe/Paris"],
        &[("pst", 0), ("Pacific Time", 0)],
    );
    cases(
        "zzzz",
        &["Pacific Standard Time", "Coordinated Universal Time", "UTC"],
        &[("Pacific", 0), ("PST", 0)],
    );
    cases("v", &["PT", "UTC"], &[("P", 0)]);
    cases("vvvv", &["Pacific Time"], &[("Pacific", 0)]);
    cases(
        "yyyy-MM-dd'T'HH:mm:ssXXX'['VV']'",
        &["2024-02-29T12:00:00+01:00[Europe/Paris]"],
        &[("2024-02-29T12:00:00+01:00[Europe/Paris", 38)],
    );
}

#[test]
fn fields_of_digits_may_follow_each_other() {
    cases(
        "yyyyMMdd",
        &["20240229", "+120240229"],
        &[("20230229", 6), ("2024022", 6), ("120240229", 0), ("20241301", 4)],
    );
    cases("HHmmss", &["235959"], &[("236059", 2), ("23595", 4)]);
    cases(
        "yyyyMMddHHmmssSSS",
        &["20240229235959999"],
        &[("2024022923595999", 14), ("202402292359599999", 0)],
    );
    cases("yyMMdd", &["240229"], &[("230229", 4)]);
    cases("Hmm", &["905", "1205"], &[("05", 1), ("2405", 0)]);
    cases("dMMyy", &["10224", "290224"], &[("300224", 0)]);
    cases("yyyyww", &["202053"], &[("202453", 4), ("202454", 4)]);
}

#[test]
fn weeks_are_counted_from_monday_or_from_sunday() {
    cases(
        "YYYY-'W'ww-e",
        &["2020-W53-4", "2024-W01-1"],
        &[("2023-W53-4", 9), ("2024-W54-1", 6), ("2024-W01-8", 9)],
    );
    cases("yyyy-MM-dd w", &["2024-12-30 1", "2024-12-29 52", "2024-12-29 1"], &[("2024-12-29 2", 11)]);
    cases("yyyy-MM-dd W", &["2024-09-01 0", "2024-09-01 1"], &[("2024-09-01 2", 11), ("2024-09-01 7", 11)]);
    cases("yyyy-MM-dd e", &["2024-09-01 7", "2024-09-01 1"], &[("2024-09-01 3", 11)]);
    cases("yyyy-MM-dd F", &["2024-09-08 2", "2024-09-07 1"], &[("2024-09-07 2", 11), ("2024-09-07 6", 11)]);
    cases("YY-ww", &["20-53", "26-53"], &[("19-54", 3)]);
    cases("yyyy-MM-dd g", &["1970-01-01 40587"], &[("1970-01-01 40588", 11)]);
}

#[test]
fn optional_sections_are_tried_once_in_order() {
    cases(
        "yyyy[-MM[-dd]]",
        &["2024", "2024-02", "2024-02-29"],
        &[("2024-", 5), ("2024-02-30", 8), ("2024-13", 5)],
    );
    cases(
        "HH:mm[:ss[.SSS]][XXX][Z]",
        &["12:00", "12:00:01.123Z", "12:00+0100"],
        &[("12:00:0", 6), ("12:00.123", 5)],
    );
    cases("dd.MM.yyyy[ HH:mm][ z]", &["29.02.2024 UTC"], &[("30.02.2024 UTC", 0), ("29.02.2024 12:60", 14)]);
    cases("[yyyy-MM-dd][yyyyMMdd]", &["2024-02-29", "20240229", ""], &[("2024-0229", 7)]);
    cases("[[[HH]]]", &["12", ""], &[("1", 0)]);
    cases("['a']['a']'a'", &["aaa"], &[("aa", 2)]);
}

#[test]
fn padding_fills_columns_with_spaces() {
    cases("ppH:mm", &[" 9:05", "12:05"], &[("9:05", 0), ("  9:05", 2), ("123:05", 2)]);
    cases("pppppMMM", &["  Jan", " Sept"], &[("Jan", 0), ("Jan  ", 0), ("     ", 5)]);
}

#[test]
fn refusals_say_what_was_expected_and_found() {
    for (pattern, text, words) in [
        (
            "yyyy-MM-dd",
            "23/07/19",
            "at offset 0: expected a year in 4 to 19 digits, 1 to 999999999, but found `23/07/19`",
        ),
        (
            "yyyy-MM-dd",
            "2024-",
            "at offset 5: expected a month in 2 digits, 1 to 12, but found the end of the text",
        ),
        (
            "é MM-dd",
            "é 02-30",
            "at offset 5: expected a day that exists (February in any year has 29), but found `30`",
        ),
        (
            "d/M/y E",
            "29/2/2024 Mon",
            "at offset 10: expected a date whose parts belong together and that exists, but found `Mon`",
        ),
        (
            "yyyy",
            "12024",
            "at offset 0: expected a `+` before a year of more than 4 digits, and none before others, but found `12024`",
        ),
        ("HH:mm", "10.30", "at offset 2: expected `:`, but found `.30`"),
        (
            "HH a",
            "13 AM",
            "at offset 3: expected a half of the day that agrees with what stands before it, but found `AM`",
        ),
        ("MMM", "Foo", "at offset 0: expected a month such as `Jan`, but found `Foo`"),
        ("XXX", "+1", "at offset 0: expected an offset such as `+01:00`, within 18 hours, but found `+1`"),
        ("VV", "?", "at offset 0: expected a time zone such as `Europe/Paris`, but found `?`"),
        ("HH", "10 o'clock", "at offset 2: expected the end of the text, but found ` o'clock`"),
    ] {
        assert_eq!(check(pattern, text).unwrap_err().to_string(), words);
    }
}

#[test]
fn long_texts_are_refused_and_quoted_in_part() {
    let refusal = check("HH", &"1".repeat(1_025)).unwrap_err();
    assert_eq!(refusal.expected, Expected::ShorterText);
    assert_eq!(check("HH", &"é".repeat(500)).unwrap_err().found.chars().count(), 24);
    assert_eq!(check("'a'", &"é".repeat(600)).unwrap_err().expected, Expected::ShorterText);
}

#[test]
fn hostile_patterns_take_bounded_time() {
    let sections = "[H]".repeat(170);
    assert!(check(&sections, &"1".repeat(1_024)).is_err());
    let zones = "[VV]".repeat(128);
    assert!(check(&zones, &"A-".repeat(512)).is_err());
    let nested = format!("{}H{}x", "[d".repeat(16), "]".repeat(16));
    assert!(check(&nested, &"1".repeat(1_024)).is_err());
    // No day fits, whatever the year: the longest search that there is.
    assert!(check("w W F c D d", "53 1 5 1 1 31").is_err());
    assert!(check("YY w E D", "20 9 Mon 366").is_err());
}

proptest! {
    #[test]
    fn nothing_panics(pattern in "[GyuYMLQqdDgwWFEecaBHkKhmsSnANXxZOVzvp'\\[\\] :/.+-]{1,20}", text in "\\PC{0,30}") {
        if let Ok(pattern) = Pattern::parse(&pattern) {
            let _ = pattern.check(&text);
        }
    }

    #[test]
    fn nothing_panics_on_likely_texts(
        pattern in "([GyuYMLQqdDgwWFEecaBHkKhmsSnANXxZOzvp]{1,5}|VV|[:/ -]|\\[H\\]){1,8}",
        text in "([0-9]{1,20}|[+:/ TZ-]|GMT|UTC|Jan|AM|Mon|é|Time){0,12}",
    ) {
        if let Ok(pattern) = Pattern::parse(&pattern) {
            let _ = pattern.check(&text);
        }
    }

    #[test]
    fn any_text_may_be_given_as_a_pattern(pattern in any::<String>(), text in any::<String>()) {
        if let Ok(pattern) = Pattern::parse(&pattern) {
            let _ = pattern.check(&text);
        }
    }

    #[test]
    fn exactly_the_days_of_the_calendar_are_accepted(year in 1_i64..9_999, month in 1_i64..13, day in 1_i64..32) {
        let exists = day <= crate::datetime::calendar::days_in_month(year, month);
        prop_assert_eq!(check("yyyy-MM-dd", &format!("{year:04}-{month:02}-{day:02}")).is_ok(), exists);
        prop_assert_eq!(check("ddMMyyyy", &format!("{day:02}{month:02}{year:04}")).is_ok(), exists);
    }
}
