//! The forms of time zone ids, abbreviations and names.

use super::pattern::ZoneStyle;

/// No zone id or name is longer than this many bytes.
const MAX_LENGTH: usize = 64;

const AREAS: [&str; 17] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "SystemV",
    "US",
];

/// Ids of one part.
const SINGLE: [&str; 40] = [
    "CET",
    "CST6CDT",
    "Cuba",
    "EET",
    "EST5EDT",
    "Egypt",
    "Eire",
    "GB",
    "GB-Eire",
    "GMT",
    "GMT0",
    "Greenwich",
    "Hongkong",
    "Iceland",
    "Iran",
    "Israel",
    "Jamaica",
    "Japan",
    "Kwajalein",
    "Libya",
    "MET",
    "MST7MDT",
    "NZ",
    "NZ-CHAT",
    "Navajo",
    "PRC",
    "PST8PDT",
    "Poland",
    "Portugal",
    "ROK",
    "Singapore",
    "Turkey",
    "UCT",
    "UT",
    "UTC",
    "Universal",
    "W-SU",
    "WET",
    "Zulu",
    "Factory",
];

/// Names that an offset may follow, as in `UTC+01:00`.
const OFFSET_PREFIXES: [&str; 3] = ["UTC", "GMT", "UT"];

/// Whether the text has the form of a region's id: `Europe/Paris`, `America/Argentina/Buenos_Aires`, `UTC`, `Etc/GMT+3`.
pub(super) fn is_region(text: &str) -> bool {
    if text.len() > MAX_LENGTH {
        return false;
    }
    let Some((area, places)) = text.split_once('/') else {
        return SINGLE.contains(&text);
    };
    if area == "Etc" && is_etc(places) || area == "SystemV" && is_system_v(places) {
        return true;
    }
    AREAS.contains(&area) && places.split('/').count() <= 2 && places.split('/').all(is_place)
}

/// `UTC`, `GMT+3` and what else stands behind `Etc/`.
fn is_etc(text: &str) -> bool {
    let hours = text.strip_prefix("GMT").and_then(|rest| rest.strip_prefix(['+', '-']));
    hours.is_some_and(|hours| {
        (1..=2).contains(&hours.len()) && hours.bytes().all(|byte| byte.is_ascii_digit())
    }) || SINGLE.contains(&text)
}

/// `AST4`, `PST8PDT` and their like.
fn is_system_v(text: &str) -> bool {
    (4..=7).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// `Paris`, `Port-au-Prince`, `St_Johns`: words joined by hyphens or underscores, the first one capitalised.
fn is_place(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase())
        && text
            .split(['-', '_'])
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// How many bytes at the start of the text name a zone in this style: as many as possible, but where that can be, so
/// that `following` comes next. (`Europe/ParisT12` ends at `T` when the pattern has one.)
pub(super) fn read(style: ZoneStyle, text: &str, following: &str) -> Option<usize> {
    longest(style, text, following).or_else(|| longest(style, text, ""))
}

fn longest(style: ZoneStyle, text: &str, following: &str) -> Option<usize> {
    let ends_well = |end: usize| text.get(end..).is_some_and(|rest| rest.starts_with(following));
    let name = match style {
        ZoneStyle::Id => None,
        ZoneStyle::Short => read_abbreviation(text, ends_well),
        ZoneStyle::Full => read_full_name(text, following),
    };
    let id = read_id(text, ends_well);
    // Ids are known, abbreviations only by their form: `UTCTue` is `UTC` when a `T` follows.
    if following.is_empty() { name.max(id) } else { id.or(name) }
}

fn read_id(text: &str, ends_well: impl Fn(usize) -> bool) -> Option<usize> {
    if text.starts_with(['+', '-']) {
        return read_offset(text);
    }
    let prefixed = OFFSET_PREFIXES
        .iter()
        .find_map(|prefix| Some(prefix.len() + read_offset(text.strip_prefix(prefix)?)?));
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'+');
    let run = text.bytes().take(MAX_LENGTH).take_while(|byte| is_part(byte)).count();
    let is_id =
        |end: &usize| ends_well(*end) && text.get(..*end).is_some_and(|id| id == "Z" || is_region(id));
    prefixed.filter(|&end| ends_well(end)).max((1..=run).rev().find(is_id))
}

/// `+01:00` or `+01:00:30`, up to 18 hours.
fn read_offset(text: &str) -> Option<usize> {
    let digits = |at: usize| {
        let digits = text.get(at..at + 2)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok())?
    };
    let colon = |at: usize| text.get(at..=at).filter(|&found| found == ":");
    text.strip_prefix(['+', '-'])?;
    let hours = digits(1)?;
    colon(3)?;
    let minutes = digits(4).filter(|&minutes| minutes < 60)?;
    let seconds = colon(6).and_then(|_| digits(7)).filter(|&seconds| seconds < 60);
    let total = hours * 3_600 + minutes * 60 + seconds.unwrap_or(0);
    (total <= 18 * 3_600).then_some(if seconds.is_some() { 9 } else { 6 })
}

/// Two to five capital letters: `CET`, `AEST`, `ACWST`.
fn read_abbreviation(text: &str, ends_well: impl Fn(usize) -> bool) -> Option<usize> {
    let letters = text.bytes().take(5).take_while(u8::is_ascii_uppercase).count();
    (2..=letters).rev().find(|&end| ends_well(end))
}

/// Words of which the last is `Time`, up to its first occurrence: `Central European Time`.
fn read_full_name(text: &str, following: &str) -> Option<usize> {
    const LAST: &str = " Time";
    let is_part = |character: char| {
        character.is_alphabetic() || matches!(character, ' ' | '-' | '.' | '\'' | '’' | '&')
    };
    if !text.starts_with(|first: char| first.is_uppercase()) {
        return None;
    }
    let ends_well = |end: usize| match text.get(end..) {
        Some(rest) if following.is_empty() => !rest.starts_with(char::is_alphabetic),
        Some(rest) => rest.starts_with(following),
        None => false,
    };
    let part = text.find(|character| !is_part(character)).unwrap_or(text.len());
    let ends = text.get(..part)?.match_indices(LAST).map(|(at, _)| at + LAST.len());
    let length = ends.take_while(|&end| end <= MAX_LENGTH).find(|&end| ends_well(end))?;
    (!text.get(..length)?.contains("  ")).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_known_by_their_form() {
        for region in [
            "Europe/Paris",
            "America/Argentina/Buenos_Aires",
            "America/North_Dakota/New_Salem",
            "America/Port-au-Prince",
            "Etc/GMT-14",
            "Etc/UTC",
            "SystemV/PST8PDT",
            "UTC",
            "GMT",
            "US/East-Indiana",
        ] {
            assert!(is_region(region), "{region}");
            assert_eq!(read(ZoneStyle::Id, region, ""), Some(region.len()), "{region}");
        }
        for no_region in [
            "",
            "Z",
            "Paris",
            "Europe",
            "Europe/",
            "Europe//Paris",
            "Europe/paris",
            "Middle/Earth",
            "Etc/GMT+100",
            "A/B/C/D",
        ] {
            assert!(!is_region(no_region), "{no_region}");
        }
    }

    #[test]
    fn the_longest_zone_at_the_start_is_read() {
        for (style, text, length) in [
            (ZoneStyle::Id, "Z", Some(1)),
            (ZoneStyle::Id, "Zulu", Some(4)),
            (ZoneStyle::Id, "+01:00", Some(6)),
            (ZoneStyle::Id, "-17:59:30", Some(9)),
            (ZoneStyle::Id, "+18:00", Some(6)),
            (ZoneStyle::Id, "+18:01", None),
            (ZoneStyle::Id, "UTC+01:00", Some(9)),
            (ZoneStyle::Id, "GMT+1", Some(3)),
            (ZoneStyle::Id, "Europe/Paris-2024", Some(12)),
            (ZoneStyle::Id, "Europe/Paris]", Some(12)),
            (ZoneStyle::Id, "PST", None),
            (ZoneStyle::Short, "PST", Some(3)),
            (ZoneStyle::Short, "EST5EDT", Some(7)),
            (ZoneStyle::Short, "ABCDEFG", Some(5)),
            (ZoneStyle::Short, "pst", None),
            (ZoneStyle::Full, "Pacific Standard Time 2024", Some(21)),
            (ZoneStyle::Full, "Coordinated Universal Time", Some(26)),
            (ZoneStyle::Full, "Summer Timetable Time", Some(21)),
            (ZoneStyle::Full, "Time", None),
            (ZoneStyle::Full, "UTC", Some(3)),
        ] {
            assert_eq!(read(style, text, ""), length, "{text}");
        }
    }

    #[test]
    fn a_zone_ends_where_the_text_after_it_starts() {
        assert_eq!(read(ZoneStyle::Id, "Europe/ParisT12", "T"), Some(12));
        assert_eq!(read(ZoneStyle::Id, "Europe/ParisX12", "T"), Some(13));
        assert_eq!(read(ZoneStyle::Short, "PSTAT", "AT"), Some(3));
        assert_eq!(read(ZoneStyle::Id, "UTCZ", "Z"), Some(3));
        assert_eq!(read(ZoneStyle::Short, "UTCTTue", "T"), Some(3));
        assert_eq!(read(ZoneStyle::Short, "NZST|", "|"), Some(4));
    }
}
