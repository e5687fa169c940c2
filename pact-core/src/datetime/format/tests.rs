use proptest::prelude::*;

use super::FormatError;
use crate::datetime::{Date, Moment, Offset, Pattern, Time, ZoneName};

fn moment(date: (u16, u8, u8), time: (u8, u8, u8, u32)) -> Moment {
    let date = Date::new(date.0, date.1, date.2).unwrap();
    Moment::new(date, Time::new(time.0, time.1, time.2, time.3).unwrap())
}

#[track_caller]
fn writes(moment: &Moment, cases: &[(&str, &str)]) {
    for (pattern, text) in cases {
        assert_eq!(Pattern::parse(pattern).unwrap().format(moment).as_deref(), Ok(*text), "{pattern}");
    }
}

#[test]
fn fields_are_written_as_java_writes_them() {
    let moment = moment((2024, 2, 9), (0, 5, 6, 7_080_900)).with_offset(Offset::from_minutes(330).unwrap());
    writes(
        &moment,
        &[
            ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2024-02-09T00:05:06.007+05:30"),
            ("y yy yyyyy u Y YY", "2024 24 02024 2024 2024 24"),
            ("M MM MMM MMMM MMMMM L", "2 02 Feb February F 2"),
            ("Q QQ QQQ QQQQ QQQQQ q", "1 01 Q1 1st quarter 1 1"),
            ("d dd D DD DDD g", "9 09 40 40 040 60349"),
            ("w ww W F", "6 06 2 2"),
            ("E EEEE EEEEE e ee eee c cccc", "Fri Friday F 5 05 Fri 5 Friday"),
            ("G GGGG GGGGG", "AD Anno Domini A"),
            ("a B", "AM at night"),
            ("H HH k kk K KK h hh", "0 00 24 24 0 00 12 12"),
            ("m mm s ss", "5 05 6 06"),
            ("S SSSSSS SSSSSSSSS n A N", "0 007080 007080900 7080900 306007 306007080900"),
            ("X XX XXX XXXX XXXXX", "+0530 +0530 +05:30 +0530 +05:30"),
            ("x xx xxx Z ZZZZ ZZZZZ", "+0530 +0530 +05:30 +0530 GMT+05:30 +05:30"),
            ("O OOOO", "GMT+5:30 GMT+05:30"),
            ("VV|z|zzzz|v", "+05:30|GMT+05:30|GMT+05:30|GMT+05:30"),
            ("yyyyMMddHHmmssSSS", "20240209000506007"),
            ("h 'o''clock'", "12 o'clock"),
            ("pppd ppHH pppppMMM", "  9 00   Feb"),
        ],
    );
}

#[test]
fn noon_and_midnight_are_twelve() {
    let at = |hour, minute| moment((2024, 1, 1), (hour, minute, 0, 0));
    for (hour, minute, text) in [
        (0, 0, "12:00 AM 24 0 midnight"),
        (0, 1, "12:01 AM 24 0 at night"),
        (11, 59, "11:59 AM 11 11 in the morning"),
        (12, 0, "12:00 PM 12 0 noon"),
        (12, 30, "12:30 PM 12 0 in the afternoon"),
        (18, 0, "6:00 PM 18 6 in the evening"),
        (23, 59, "11:59 PM 23 11 at night"),
    ] {
        writes(&at(hour, minute), &[("h:mm a k K B", text)]);
    }
}

#[test]
fn offsets_and_zones_have_their_own_zero() {
    let utc = moment((2024, 1, 1), (0, 0, 0, 0));
    writes(
        &utc,
        &[
            ("X XXX x xx xxx Z ZZZZZ O", "Z Z +00 +0000 +00:00 +0000 Z GMT"),
            ("VV|z|zzzz", "Z|UTC|Coordinated Universal Time"),
        ],
    );
    writes(
        &utc.clone().with_offset(Offset::from_minutes(-480).unwrap()),
        &[("X x O VV z", "-08 -08 GMT-8 -08:00 GMT-08:00")],
    );
    writes(&utc.clone().with_offset(Offset::from_minutes(-30).unwrap()), &[("X O", "-0030 GMT-0:30")]);
    let paris =
        utc.with_offset(Offset::from_minutes(60).unwrap()).with_zone(ZoneName::new("Europe/Paris").unwrap());
    writes(&paris, &[("XXX'['VV']'", "+01:00[Europe/Paris]"), ("z|zzzz", "Europe/Paris|Europe/Paris")]);
}

#[test]
fn weeks_near_new_year_belong_to_the_right_year() {
    writes(
        &moment((2024, 12, 30), (0, 0, 0, 0)),
        &[("YYYY-'W'ww-e", "2025-W01-1"), ("yyyy-MM-dd", "2024-12-30")],
    );
    writes(&moment((2021, 1, 3), (0, 0, 0, 0)), &[("YYYY-'W'ww-e", "2020-W53-7")]);
}

#[test]
fn optional_sections_are_written_unless_they_say_nothing_new() {
    let moment = moment((2024, 2, 9), (1, 2, 3, 4_000_000));
    writes(
        &moment,
        &[
            ("yyyy[-MM[-dd]]", "2024-02-09"),
            ("ss[.SSS][XXX][X]", "03.004Z"),
            ("[yyyy-MM-dd][yyyyMMdd]", "2024-02-09"),
            ("HH[' o''clock']", "01 o'clock"),
            ("yyyy-MM-dd[ [HH:mm]]", "2024-02-09 01:02"),
        ],
    );
}

#[test]
fn what_cannot_be_read_back_is_not_written() {
    let moment = moment((2024, 12, 10), (10, 20, 30, 0));
    let error = Pattern::parse("yM").unwrap().format(&moment).unwrap_err();
    assert!(matches!(error, FormatError::Unreadable { .. }));
    assert_eq!(
        error.to_string(),
        "`yM` writes `202412`, which it cannot read; separate its fields or give them fixed widths",
    );
    let error = Pattern::parse("pMMM").unwrap().format(&moment).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Dec` does not fit into the 1 columns that `pMMM` pads it to; write more `p`"
    );
}

/// Every letter with every count that is allowed.
const FIELDS: &[&str] = &[
    "G",
    "GG",
    "GGG",
    "GGGG",
    "GGGGG",
    "y",
    "yy",
    "yyy",
    "yyyy",
    "yyyyyy",
    "u",
    "uu",
    "uuu",
    "uuuu",
    "Y",
    "YY",
    "YYYY",
    "M",
    "MM",
    "MMM",
    "MMMM",
    "MMMMM",
    "L",
    "LL",
    "LLL",
    "LLLL",
    "LLLLL",
    "Q",
    "QQ",
    "QQQ",
    "QQQQ",
    "QQQQQ",
    "q",
    "qq",
    "qqq",
    "qqqq",
    "qqqqq",
    "d",
    "dd",
    "D",
    "DD",
    "DDD",
    "g",
    "gggggg",
    "w",
    "ww",
    "W",
    "F",
    "E",
    "EE",
    "EEE",
    "EEEE",
    "EEEEE",
    "e",
    "ee",
    "eee",
    "eeee",
    "eeeee",
    "c",
    "ccc",
    "cccc",
    "ccccc",
    "a",
    "B",
    "BBBB",
    "BBBBB",
    "H",
    "HH",
    "k",
    "kk",
    "K",
    "KK",
    "h",
    "hh",
    "m",
    "mm",
    "s",
    "ss",
    "S",
    "SS",
    "SSS",
    "SSSS",
    "SSSSSS",
    "SSSSSSSSS",
    "n",
    "nnnnnnnnn",
    "A",
    "AAAAAAAA",
    "N",
    "NNNNN",
    "X",
    "XX",
    "XXX",
    "XXXX",
    "XXXXX",
    "x",
    "xx",
    "xxx",
    "xxxx",
    "xxxxx",
    "Z",
    "ZZ",
    "ZZZ",
    "ZZZZ",
    "ZZZZZ",
    "O",
    "OOOO",
    "VV",
    "z",
    "zz",
    "zzz",
    "zzzz",
    "v",
    "vvvv",
];

fn any_moment() -> impl Strategy<Value = Moment> {
    let seconds = -62_135_596_800_i64..=253_402_300_799;
    let zone = prop::option::of(prop::sample::select(vec![
        "UTC",
        "GMT",
        "Europe/Paris",
        "America/Argentina/Buenos_Aires",
        "Etc/GMT+3",
    ]));
    (seconds, 0_u32..1_000_000_000, -1_080_i16..=1_080, zone).prop_map(
        |(seconds, nanosecond, minutes, zone)| {
            let moment = Moment::from_unix(seconds, nanosecond)
                .unwrap()
                .with_offset(Offset::from_minutes(minutes).unwrap());
            match zone {
                Some(zone) => moment.with_zone(ZoneName::new(zone).unwrap()),
                None => moment,
            }
        },
    )
}

/// Fields with something between them that no zone id has, some in optional sections.
fn separated_pattern() -> impl Strategy<Value = String> {
    let field = prop::sample::select(FIELDS).prop_map(str::to_owned);
    let part = prop_oneof![
        6 => field.clone(),
        1 => field.clone().prop_map(|field| format!("[{field}]")),
        1 => (field.clone(), field.clone()).prop_map(|(one, other)| format!("[{one}['~'{other}]]")),
        1 => field.prop_map(|field| format!("{}{field}", "p".repeat(40))),
    ];
    let separator = prop::sample::select(vec!["|", "'=text'", ", ", "''", "[;]"]);
    prop::collection::vec((part, separator), 1..12)
        .prop_map(|parts| parts.into_iter().map(|(part, separator)| part + separator).collect())
}

/// Fields of fixed width right behind each other, after one of any width.
fn adjacent_pattern() -> impl Strategy<Value = String> {
    let fixed =
        ["yy", "MM", "dd", "DDD", "ww", "e", "HH", "kk", "KK", "hh", "mm", "ss", "SSS", "SSSSSS", "W", "F"];
    let first = prop::sample::select(vec!["y", "yyyy", "M", "d", "D", "H", "h", "N", "A", "n", "yyyyMMdd"]);
    (first, prop::collection::vec(prop::sample::select(fixed.to_vec()), 0..8)).prop_map(|(first, fixed)| {
        // Two fields of one letter would be one field of another count.
        fixed.into_iter().fold(first.to_owned(), |pattern, part| {
            if pattern.ends_with(&part[..1]) { pattern } else { pattern + part }
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_accepted(pattern in separated_pattern(), moment in any_moment()) {
        let pattern = Pattern::parse(&pattern).unwrap();
        let text = pattern.format(&moment);
        prop_assert!(text.is_ok(), "{}", text.unwrap_err());
        prop_assert_eq!(pattern.check(&text.unwrap()), Ok(()));
    }

    #[test]
    fn runs_of_digits_are_written_and_accepted(pattern in adjacent_pattern(), moment in any_moment()) {
        let pattern = Pattern::parse(&pattern).unwrap();
        let text = pattern.format(&moment);
        prop_assert!(text.is_ok(), "{}: {:?}", pattern, text);
        prop_assert_eq!(pattern.check(&text.unwrap()), Ok(()));
    }

    #[test]
    fn what_is_written_in_any_pattern_is_accepted(pattern in "([GyuYMLQqdDgwWFEecaBHkKhmsSnANXxZOzvp]{1,4}|VV|'a'|[\\[\\]:/ -]){1,10}", moment in any_moment()) {
        if let Ok(pattern) = Pattern::parse(&pattern)
            && let Ok(text) = pattern.format(&moment)
        {
            prop_assert_eq!(pattern.check(&text), Ok(()));
        }
    }
}
