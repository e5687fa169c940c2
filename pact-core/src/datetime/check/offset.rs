//! Offsets from UTC in a text.

use crate::datetime::pattern::OffsetStyle;

/// The largest offset, in seconds.
const MAX_SECONDS: i64 = 18 * 3_600;

/// The length of the offset at the start of the text, and its seconds.
pub(super) fn read(style: OffsetStyle, text: &str) -> Option<(usize, i64)> {
    let (length, seconds) = match style {
        OffsetStyle::Iso { colons, short_minutes, seconds, zero } => {
            match iso(text, colons, short_minutes, seconds) {
                Some(offset) => offset,
                None => (text.strip_prefix(zero).map(|_| zero.len())?, 0),
            }
        }
        OffsetStyle::GmtShort | OffsetStyle::GmtFull => {
            let rest = text.strip_prefix("GMT")?;
            let offset =
                if style == OffsetStyle::GmtFull { iso(rest, true, false, true) } else { short(rest) };
            // A sign that starts no offset belongs to what follows.
            let (length, seconds) = offset.unwrap_or((0, 0));
            ("GMT".len() + length, seconds)
        }
    };
    (seconds.abs() <= MAX_SECONDS).then_some((length, seconds))
}

/// An offset in the style.
pub(super) fn example(style: OffsetStyle) -> &'static str {
    match style {
        OffsetStyle::Iso { short_minutes: true, .. } => "+01",
        OffsetStyle::Iso { colons: true, .. } => "+01:00",
        OffsetStyle::Iso { .. } => "+0100",
        OffsetStyle::GmtShort => "GMT+1",
        OffsetStyle::GmtFull => "GMT+01:00",
    }
}

fn sign(text: &str) -> Option<i64> {
    match text.bytes().next()? {
        b'+' => Some(1),
        b'-' => Some(-1),
        _ => None,
    }
}

/// Two digits at a byte.
fn two_digits(text: &str, at: usize) -> Option<i64> {
    let digits = text.get(at..at + 2)?;
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// Two digits below 60, behind a colon if there are any; and the byte after them.
fn sixtieths(text: &str, at: usize, colon: bool) -> Option<(i64, usize)> {
    let at = if colon { at + text.get(at..)?.strip_prefix(':').map(|_| 1)? } else { at };
    two_digits(text, at).filter(|&value| value < 60).map(|value| (value, at + 2))
}

fn iso(text: &str, colons: bool, short_minutes: bool, seconds: bool) -> Option<(usize, i64)> {
    let sign = sign(text)?;
    let hours = two_digits(text, 1)?;
    let (minutes, end) = match sixtieths(text, 3, colons) {
        Some(minutes) => minutes,
        None if short_minutes => (0, 3),
        None => return None,
    };
    let (seconds, end) = sixtieths(text, end, colons).filter(|_| seconds).unwrap_or((0, end));
    Some((end, sign * (hours * 3_600 + minutes * 60 + seconds)))
}

/// `+1`, `+10`, `+1:30`, `+1:30:15`.
fn short(text: &str) -> Option<(usize, i64)> {
    let sign = sign(text)?;
    let digits = text.bytes().skip(1).take(2).take_while(u8::is_ascii_digit).count();
    let end = 1 + digits;
    let hours: i64 = text.get(1..end)?.parse().ok()?;
    let (minutes, end) = sixtieths(text, end, true).unwrap_or((0, end));
    let (seconds, end) = sixtieths(text, end, true).filter(|_| end > 1 + digits).unwrap_or((0, end));
    Some((end, sign * (hours * 3_600 + minutes * 60 + seconds)))
}
