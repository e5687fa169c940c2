use proptest::prelude::*;

use super::{ExpressionError, apply_date, apply_datetime, apply_time};
use crate::datetime::{Date, Moment, Pattern, Time};

fn moment(year: u16, month: u8, day: u8, hour: u8, minute: u8) -> Moment {
    Moment::new(Date::new(year, month, day).unwrap(), Time::new(hour, minute, 0, 0).unwrap())
}

/// Thursday, leap day.
fn base() -> Moment {
    moment(2024, 2, 29, 9, 30)
}

fn show(moment: &Moment) -> String {
    Pattern::parse("yyyy-MM-dd HH:mm:ss.SSS").unwrap().format(moment).unwrap()
}

#[track_caller]
fn dates(base: &Moment, cases: &[(&str, &str)]) {
    for (expression, date) in cases {
        let moved = apply_date(base.clone(), expression).map(|moment| show(&moment));
        assert_eq!(moved, Ok(format!("{date} 09:30:00.000")), "{expression}");
    }
}

#[track_caller]
fn times(base: &Moment, cases: &[(&str, &str)]) {
    for (expression, time) in cases {
        assert_eq!(
            apply_time(base.clone(), expression).map(|moment| show(&moment)).as_deref(),
            Ok(*time),
            "{expression}"
        );
    }
}

#[test]
fn dates_start_at_a_named_day() {
    dates(
        &base(),
        &[
            ("now", "2024-02-29"),
            ("today", "2024-02-29"),
            ("yesterday", "2024-02-28"),
            ("tomorrow", "2024-03-01"),
            ("  Today  ", "2024-02-29"),
            ("", "2024-02-29"),
        ],
    );
}

#[test]
fn months_and_years_stop_at_the_last_day_of_the_month() {
    dates(
        &moment(2024, 1, 31, 9, 30),
        &[
            ("+ 1 month", "2024-02-29"),
            ("+ 13 months", "2025-02-28"),
            ("+ 3 months", "2024-04-30"),
            ("- 2 months", "2023-11-30"),
            ("+ 1 month + 1 month", "2024-03-29"),
            ("next february", "2024-02-29"),
            ("last month", "2023-12-31"),
        ],
    );
    dates(
        &base(),
        &[
            ("+ 1 year", "2025-02-28"),
            ("- 1 year", "2023-02-28"),
            ("+ 4 years", "2028-02-29"),
            ("next year", "2025-02-28"),
        ],
    );
}

#[test]
fn durations_add_up() {
    dates(
        &base(),
        &[
            ("+1day", "2024-03-01"),
            ("today+1 day", "2024-03-01"),
            ("tomorrow + 2 weeks - 3 days", "2024-03-12"),
            ("+ 1 fortnight", "2024-03-14"),
            ("- 1 week", "2024-02-22"),
            ("yesterday - 0 days", "2024-02-28"),
            ("+ 1 year + 1 day", "2025-03-01"),
            ("next day + 1 week last day", "2024-03-07"),
        ],
    );
}

#[test]
fn next_and_last_find_the_nearest_other_one() {
    dates(
        &base(),
        &[
            ("next day", "2024-03-01"),
            ("last day", "2024-02-28"),
            ("next week", "2024-03-07"),
            ("last fortnight", "2024-02-15"),
            ("next month", "2024-03-29"),
            ("next friday", "2024-03-01"),
            ("next thursday", "2024-03-07"),
            ("last thursday", "2024-02-22"),
            ("next wed", "2024-03-06"),
            ("last wed", "2024-02-28"),
            ("last fri", "2024-02-23"),
            ("next MON", "2024-03-04"),
            ("next march", "2024-03-29"),
            ("next february", "2025-02-28"),
            ("last february", "2023-02-28"),
            ("next jan", "2025-01-29"),
            ("last dec", "2023-12-29"),
            ("next may + 2 days", "2024-05-31"),
            ("today next sunday", "2024-03-03"),
        ],
    );
}

#[test]
fn twelve_o_clock_is_noon_or_midnight() {
    times(
        &base(),
        &[
            ("12 o'clock am", "2024-02-29 00:00:00.000"),
            ("12 o'clock pm", "2024-02-29 12:00:00.000"),
            ("midnight", "2024-02-29 00:00:00.000"),
            ("noon", "2024-02-29 12:00:00.000"),
            ("1 o'clock am", "2024-02-29 01:00:00.000"),
            ("1 o'clock pm", "2024-02-29 13:00:00.000"),
            ("11 o'clock pm", "2024-02-29 23:00:00.000"),
            ("11 O'Clock PM", "2024-02-29 23:00:00.000"),
            ("3 o'clock", "2024-02-29 15:00:00.000"),
            ("12 o'clock", "2024-02-29 12:00:00.000"),
            ("17 o'clock", "2024-02-29 17:00:00.000"),
            ("0 o'clock", "2024-02-29 00:00:00.000"),
        ],
    );
    times(
        &moment(2024, 2, 29, 12, 0),
        &[("3 o'clock", "2024-02-29 03:00:00.000"), ("12 o'clock", "2024-02-29 00:00:00.000")],
    );
}

#[test]
fn times_move_and_take_the_date_along() {
    times(
        &base(),
        &[
            ("now", "2024-02-29 09:30:00.000"),
            ("", "2024-02-29 09:30:00.000"),
            ("+ 1 hour", "2024-02-29 10:30:00.000"),
            ("- 10 hours", "2024-02-28 23:30:00.000"),
            ("now + 1 minute - 1 second", "2024-02-29 09:30:59.000"),
            ("noon+5milliseconds", "2024-02-29 12:00:00.005"),
            ("midnight - 1 millisecond", "2024-02-28 23:59:59.999"),
            ("11 o'clock pm + 2 hours", "2024-03-01 01:00:00.000"),
            ("next hour", "2024-02-29 10:30:00.000"),
            ("last minute", "2024-02-29 09:29:00.000"),
            ("next second + 1 millisecond", "2024-02-29 09:30:01.001"),
            ("last millisecond", "2024-02-29 09:29:59.999"),
        ],
    );
}

#[test]
fn date_and_time_are_joined_by_an_at_sign() {
    for (expression, moved) in [
        ("now", "2024-02-29 09:30:00.000"),
        ("tomorrow", "2024-03-01 09:30:00.000"),
        ("tomorrow @ noon", "2024-03-01 12:00:00.000"),
        ("@ noon", "2024-02-29 12:00:00.000"),
        ("today + 1 day @ 1 o'clock pm + 90 minutes", "2024-03-01 14:30:00.000"),
        ("+ 1 month@+ 1 hour", "2024-03-29 10:30:00.000"),
        ("last monday @ midnight - 1 second", "2024-02-25 23:59:59.000"),
        ("now @ now", "2024-02-29 09:30:00.000"),
        ("today @", "2024-02-29 09:30:00.000"),
    ] {
        assert_eq!(
            apply_datetime(base(), expression).map(|moment| show(&moment)).as_deref(),
            Ok(moved),
            "{expression}"
        );
    }
}

#[test]
fn what_is_not_understood_is_named_with_its_place() {
    type Apply = fn(Moment, &str) -> Result<Moment, ExpressionError>;
    let cases: [(Apply, &str, usize, &str); 18] = [
        (apply_date, "not valid", 0, "not"),
        (apply_date, "now today", 4, "today"),
        (apply_date, "now 1 day", 4, "1"),
        (apply_date, "+ day", 2, "day"),
        (apply_date, "+ 1 hour", 4, "hour"),
        (apply_date, "+ 1 monday", 4, "monday"),
        (apply_date, "next days", 5, "days"),
        (apply_date, "next fortnights", 5, "fortnights"),
        (apply_date, "tomorrow @ noon", 9, "@"),
        (apply_date, "am Übermorgen", 0, "am"),
        (apply_date, "now Übermorgen", 4, "Übermorgen"),
        (apply_time, "today", 0, "today"),
        (apply_time, "5 clock", 2, "clock"),
        (apply_time, "5 o'clock xm", 10, "xm"),
        (apply_time, "+ 1 day", 4, "day"),
        (apply_time, "next noon", 5, "noon"),
        (apply_datetime, "today @ noon @ noon", 13, "@"),
        (apply_datetime, "é", 0, "é"),
    ];
    for (apply, expression, place, word) in cases {
        match apply(base(), expression) {
            Err(ExpressionError::Unexpected { at, found, .. }) => {
                assert_eq!((at, &*found), (place, word), "{expression}");
            }
            other => panic!("{expression}: {other:?}"),
        }
    }
    for (expression, place) in [("+", 1), ("+ 1", 3), ("next", 4), ("today - ", 8)] {
        let error = apply_date(base(), expression).unwrap_err();
        assert!(
            matches!(error, ExpressionError::Incomplete { at, .. } if at == place),
            "{expression}: {error}"
        );
    }
    assert_eq!(
        apply_date(base(), "+ 2 hours").unwrap_err().to_string(),
        "`hours` at offset 4 is not understood; write day, week, fortnight, month or year",
    );
}

#[test]
fn hours_are_on_the_clock() {
    for (expression, hour) in
        [("24 o'clock", 24), ("13 o'clock pm", 13), ("0 o'clock am", 0), ("44 o'clock", 44)]
    {
        assert_eq!(
            apply_time(base(), expression),
            Err(ExpressionError::Hour { at: 0, hour }),
            "{expression}"
        );
    }
}

#[test]
fn changes_stay_in_the_calendar() {
    for expression in [
        "+ 8000 years",
        "- 2024 years",
        "+ 99999999999999999999999999 days",
        "- 9223372036854775807 weeks",
        "+ 18446744073709551615 months",
        "+ 9223372036854775807 fortnights",
    ] {
        assert_eq!(
            apply_date(base(), expression),
            Err(ExpressionError::OutOfRange { at: 0 }),
            "{expression}"
        );
    }
    for expression in ["+ 18446744073709551615 hours", "- 99999999999999 minutes"] {
        assert_eq!(
            apply_time(base(), expression),
            Err(ExpressionError::OutOfRange { at: 0 }),
            "{expression}"
        );
    }
    assert_eq!(
        apply_date(moment(9_999, 12, 31, 0, 0), "tomorrow"),
        Err(ExpressionError::OutOfRange { at: 0 })
    );
    assert_eq!(apply_date(moment(1, 1, 1, 0, 0), "now last day"), Err(ExpressionError::OutOfRange { at: 4 }));
    assert_eq!(apply_date(base(), &" ".repeat(257)), Err(ExpressionError::TooLong { length: 257 }));
}

#[test]
fn offset_and_zone_stay() {
    let base = base()
        .with_offset(crate::datetime::Offset::from_minutes(-300).unwrap())
        .with_zone(crate::datetime::ZoneName::new("America/New_York").unwrap());
    let moved = apply_datetime(base.clone(), "tomorrow @ noon + 20 hours").unwrap();
    assert_eq!((moved.offset(), moved.zone()), (base.offset(), base.zone()));
}

proptest! {
    #[test]
    fn nothing_panics(expression in "(now|today|tomorrow|next|last|noon|[0-9]{1,20}|o'clock|am|pm|[+@-]|days?|months?|years?|hours?|monday|may|é| ){0,12}") {
        for apply in [apply_date, apply_time, apply_datetime] {
            let _ = apply(base(), &expression);
        }
    }

    #[test]
    fn any_text_may_be_given(expression in any::<String>()) {
        for apply in [apply_date, apply_time, apply_datetime] {
            let _ = apply(base(), &expression);
        }
    }

    #[test]
    fn a_named_weekday_is_found_within_a_week(days in 0_i64..3_000_000, weekday in 0_usize..7) {
        let start = Moment::from_unix(days * 86_400 - 62_000_000_000, 0).unwrap();
        let name = super::WEEKDAYS[weekday][0];
        for (word, range) in [("next", 1..=7), ("last", -7..=-1)] {
            let moved = apply_date(start.clone(), &format!("{word} {name}")).unwrap();
            prop_assert!(range.contains(&(moved.date().days() - start.date().days())));
            prop_assert_eq!(crate::datetime::calendar::weekday(moved.date().days()), i64::try_from(weekday).unwrap() + 1);
        }
    }
}
