//! Date patterns, texts and expressions. What is written in a pattern is accepted by it.
//!
//! The input is lines: a pattern, a text to check, an expression, seconds since 1970, minutes from UTC.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwright_core::datetime::expression::{apply_date, apply_datetime, apply_time};
use pactwright_core::datetime::{Moment, Offset, Pattern};

fuzz_target!(|input: &str| {
    let mut lines = input.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (pattern, text, expression) = (line(), line(), line());
    let seconds = line().parse().unwrap_or(1_709_208_000);
    let offset = Offset::from_minutes(line().parse().unwrap_or_default()).unwrap_or_default();
    let Ok(moment) = Moment::from_unix(seconds, 123_456_789).map(|moment| moment.with_offset(offset)) else {
        return;
    };
    let moved = [apply_date, apply_time, apply_datetime].map(|apply| apply(moment.clone(), expression));
    let moments = moved.into_iter().filter_map(|moved| match moved {
        Ok(moment) => {
            assert!((1..=9999).contains(&moment.date().year()));
            Some(moment)
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            None
        }
    });
    let moments: Vec<_> = moments.chain([moment.clone()]).collect();
    match Pattern::parse(pattern) {
        Ok(pattern) => {
            if let Err(refusal) = pattern.check(text) {
                assert!(!refusal.to_string().is_empty());
            }
            for moment in moments {
                match pattern.format(&moment) {
                    Ok(written) => assert_eq!(pattern.check(&written), Ok(()), "{written:?} in {pattern:?}"),
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
