//! What is wrong elsewhere with dates and times.

use pactwright_core::datetime::expression::{apply_date, apply_datetime, apply_time};
use pactwright_core::datetime::{Moment, Offset, Pattern, ZoneName};

use super::moment;

#[track_caller]
fn written(pattern: &str, moment: &Moment, text: &str) {
    let pattern = Pattern::parse(pattern).unwrap();
    assert_eq!(pattern.format(moment).unwrap(), text);
    assert_eq!(pattern.check(text), Ok(()));
}

#[track_caller]
fn accepted(pattern: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(Pattern::parse(pattern).unwrap().check(text), Ok(()), "`{pattern}` and `{text}`");
    }
}

#[track_caller]
fn refused(pattern: &str, texts: &[&str]) {
    for text in texts {
        assert!(Pattern::parse(pattern).unwrap().check(text).is_err(), "`{pattern}` and `{text}`");
    }
}

/// Elsewhere it is noon.
#[test]
fn twelve_o_clock_am_is_midnight() {
    let moved = apply_time(moment(2024, 2, 29, 9, 30), "12 o'clock am").unwrap();
    written("HH:mm", &moved, "00:00");
}

/// Elsewhere it is the time that it was before.
#[test]
fn twelve_o_clock_pm_is_noon() {
    let moved = apply_time(moment(2024, 2, 29, 9, 30), "12 o'clock pm").unwrap();
    written("HH:mm", &moved, "12:00");
}

/// Elsewhere the half of the day that is named is mistaken.
#[test]
fn hours_of_both_halves_of_the_day_are_told_apart() {
    for (expression, text) in [
        ("1 o'clock am", "01:00"),
        ("1 o'clock pm", "13:00"),
        ("11 o'clock am", "11:00"),
        ("11 o'clock pm", "23:00"),
    ] {
        for hour in [0, 9, 12, 20] {
            written("HH:mm", &apply_time(moment(2024, 2, 29, hour, 30), expression).unwrap(), text);
        }
    }
    let moved = apply_datetime(moment(2024, 2, 29, 9, 30), "tomorrow @ 3 o'clock pm").unwrap();
    written("yyyy-MM-dd HH:mm", &moved, "2024-03-01 15:00");
}

/// Elsewhere the day stays, and 31 January is followed by 1 February.
#[test]
fn a_month_after_the_last_of_january_is_the_last_of_february() {
    for (year, expression, text) in [
        (2024, "+ 1 month", "2024-02-29"),
        (2023, "+ 1 month", "2023-02-28"),
        (2024, "next month", "2024-02-29"),
        (2024, "+ 3 months", "2024-04-30"),
        (2024, "- 2 months", "2023-11-30"),
        (2024, "+ 11 months", "2024-12-31"),
        (2024, "+ 12 months", "2025-01-31"),
    ] {
        written("yyyy-MM-dd", &apply_date(moment(year, 1, 31, 9, 30), expression).unwrap(), text);
    }
}

/// Elsewhere the date stays as it is.
#[test]
fn a_year_after_a_leap_day_is_the_last_of_february() {
    for (expression, text) in
        [("+ 1 year", "2025-02-28"), ("- 1 year", "2023-02-28"), ("+ 4 years", "2028-02-29")]
    {
        written("yyyy-MM-dd", &apply_date(moment(2024, 2, 29, 9, 30), expression).unwrap(), text);
    }
}

/// Elsewhere offsets of twelve hours and more are refused.
#[test]
fn offsets_reach_from_minus_to_plus_eighteen_hours() {
    accepted(
        "HH:mmXXX",
        &["10:00+12:00", "10:00+13:45", "10:00+14:00", "10:00-12:00", "10:00+18:00", "10:00Z"],
    );
    accepted("HH:mmZ", &["10:00+1200", "10:00+1400", "10:00-1200"]);
    refused("HH:mmXXX", &["10:00+18:01", "10:00+19:00", "10:00+12:60"]);
    let far = moment(2024, 2, 29, 9, 30).with_offset(Offset::from_minutes(14 * 60).unwrap());
    written("HH:mmxxx", &far, "09:30+14:00");
}

/// Elsewhere days after the 356th are refused.
#[test]
fn a_leap_year_has_366_days() {
    accepted("yyyy-D", &["2024-366", "2023-365", "2024-1"]);
    accepted("D", &["357", "366"]);
    refused("yyyy-D", &["2023-366", "2024-367", "2024-0"]);
    written("yyyy-DDD", &moment(2024, 12, 31, 0, 0), "2024-366");
}

/// Elsewhere names such as `UTC` are no zones.
#[test]
fn utc_and_z_are_zones() {
    accepted("HH:mm z", &["10:00 UTC", "10:00 GMT", "10:00 CET", "10:00 Z"]);
    accepted("HH:mm VV", &["10:00 UTC", "10:00 Z", "10:00 Europe/Paris"]);
}

/// Elsewhere a zone has two parts at most.
#[test]
fn a_zone_may_have_three_parts() {
    accepted("HH:mm VV", &["10:00 America/Argentina/Buenos_Aires", "10:00 America/Indiana/Knox"]);
    refused("HH:mm VV", &["10:00 Europe/", "10:00 /Paris"]);
}

/// Elsewhere the letter for the name of a zone writes its offset.
#[test]
fn the_name_of_a_zone_is_written_where_it_is_known() {
    let paris = moment(2024, 2, 29, 9, 30)
        .with_offset(Offset::from_minutes(60).unwrap())
        .with_zone(ZoneName::new("Europe/Paris").unwrap());
    written("HH:mm VV", &paris, "09:30 Europe/Paris");
}

/// Elsewhere twenty letters for a fraction are a panic.
#[test]
fn a_fraction_may_have_any_number_of_letters_or_is_an_error() {
    for count in 1..=64 {
        let pattern = "S".repeat(count);
        match Pattern::parse(&format!("ss.{pattern}")) {
            Ok(pattern) => {
                let text = pattern.format(&moment(2024, 2, 29, 9, 30)).unwrap();
                assert_eq!(pattern.check(&text), Ok(()));
                assert!(count <= 9, "{count}");
            }
            Err(error) => assert!(count > 9, "{count}: {error}"),
        }
    }
}

/// Elsewhere brackets are not understood.
#[test]
fn sections_in_brackets_may_be_missing() {
    accepted("yyyy-MM-dd[ HH:mm[:ss]]", &["2024-02-29", "2024-02-29 10:00", "2024-02-29 10:00:59"]);
    refused("yyyy-MM-dd[ HH:mm[:ss]]", &["2024-02-29 10", "2024-02-29:59"]);
}

/// Elsewhere weeks are counted by another calendar than their year.
#[test]
fn weeks_and_their_year_belong_together() {
    written("YYYY-'W'ww", &moment(2021, 1, 3, 0, 0), "2020-W53");
    written("YYYY-'W'ww", &moment(2021, 1, 4, 0, 0), "2021-W01");
    written("YYYY-'W'ww", &moment(2024, 12, 31, 0, 0), "2025-W01");
}

/// Elsewhere nothing is written for two letters.
#[test]
fn quarters_are_written_with_two_digits() {
    written("yyyy-QQ", &moment(2024, 2, 29, 0, 0), "2024-01");
    written("yyyy-QQQ", &moment(2024, 12, 1, 0, 0), "2024-Q4");
}

/// Elsewhere one letter writes two digits.
#[test]
fn an_hour_of_one_letter_has_no_zero_in_front() {
    written("h:mm a", &moment(2024, 2, 29, 9, 5), "9:05 AM");
    written("hh:mm a", &moment(2024, 2, 29, 21, 5), "09:05 PM");
    written("h a", &moment(2024, 2, 29, 0, 0), "12 AM");
}
