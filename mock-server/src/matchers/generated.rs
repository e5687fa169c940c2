//! Matchers that make a value of their own: another one for every answer and every message.
//!
//! The pact file has an example that stays the same, so that its bytes do not change from run to run.

use std::ops::{Bound, RangeBounds};
use std::panic::Location;

use pactwright_core::generators::UuidFormat;
use pactwright_core::integration::GENERATOR;
use serde_json::Value;

use super::text::{HEXADECIMAL, UUID};
use super::{Matcher, VALUE};

impl Matcher {
    /// The same matcher, whose value is made anew by a generator.
    pub(super) fn made_by(self, generator: &str) -> Self {
        self.with(GENERATOR, generator)
    }
}

/// Any integer; the mock gives one of this range. Without a bound, a random integer starts at 0 and ends at 10, or 10
/// away from the bound there is.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "dice": random_integer(1..=6), "place": random_integer(1..) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn random_integer(range: impl RangeBounds<i64>) -> Matcher {
    within(Matcher::new("integer", Location::caller()), &range)
}

/// Any number, also one with a fraction; the mock gives an integer of this range, as [`random_integer`] does.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "celsius": random_number(-20..=40) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn random_number(range: impl RangeBounds<i64>) -> Matcher {
    within(Matcher::new("number", Location::caller()), &range)
}

fn within(matcher: Matcher, range: &impl RangeBounds<i64>) -> Matcher {
    let min = match range.start_bound() {
        Bound::Included(min) => Some(i128::from(*min)),
        Bound::Excluded(below) => Some(i128::from(*below) + 1),
        Bound::Unbounded => None,
    };
    let max = match range.end_bound() {
        Bound::Included(max) => Some(i128::from(*max)),
        Bound::Excluded(above) => Some(i128::from(*above) - 1),
        Bound::Unbounded => None,
    };
    let matcher = matcher.made_by("RandomInt");
    [("min", min), ("max", max)].into_iter().fold(matcher, |matcher, (name, bound)| match bound {
        // As text where it does not fit: generators read both.
        Some(bound) => {
            matcher.with(name, i64::try_from(bound).map_or_else(|_| bound.to_string().into(), Value::from))
        }
        None => matcher,
    })
}

/// Any number that is written with a fraction; the mock gives one of so many digits.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "price": random_decimal(4) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn random_decimal(digits: usize) -> Matcher {
    Matcher::new("decimal", Location::caller()).made_by("RandomDecimal").with("digits", digits)
}

/// `true` or `false`; the mock gives either.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "gift": random_boolean() });
/// # let _ = body;
/// ```
#[track_caller]
pub fn random_boolean() -> Matcher {
    Matcher::new("boolean", Location::caller()).made_by("RandomBoolean")
}

/// Any text; the mock gives letters and digits of this length.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "token": random_string(20) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn random_string(length: usize) -> Matcher {
    Matcher::new("type", Location::caller()).made_by("RandomString").with("size", length)
}

/// Hexadecimal digits in either case; the mock gives so many.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "digest": random_hexadecimal(64) });
/// # let _ = body;
/// ```
#[track_caller]
pub fn random_hexadecimal(digits: usize) -> Matcher {
    let matcher = Matcher::new("regex", Location::caller()).with("regex", HEXADECIMAL);
    matcher.made_by("RandomHexadecimal").with("digits", digits)
}

/// A UUID with hyphens, in upper or lower case; the mock gives a new one.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "id": random_uuid() });
/// # let _ = body;
/// ```
#[track_caller]
pub fn random_uuid() -> Matcher {
    Matcher::new("regex", Location::caller()).with("regex", UUID).made_by("Uuid")
}

/// A UUID in one of its spellings; the mock gives a new one.
///
/// ```
/// # use pactwright::prelude::*;
/// let id = random_uuid_as(UuidFormat::Urn);
/// # let _ = id;
/// ```
#[track_caller]
pub fn random_uuid_as(format: UuidFormat) -> Matcher {
    let pattern = match format {
        UuidFormat::Simple => "[0-9a-f]{32}".to_owned(),
        UuidFormat::LowerHyphenated => UUID.replace("A-F", ""),
        UuidFormat::UpperHyphenated => UUID.replace("a-f", ""),
        UuidFormat::Urn => format!("urn:uuid:{}", UUID.replace("A-F", "")),
    };
    let matcher = Matcher::new("regex", Location::caller()).with("regex", pattern);
    matcher.made_by("Uuid").with("format", format.as_str())
}

/// Text that matches a regular expression as a whole; the mock gives such a text. See [`regex`](fn@super::regex).
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "sku": random_regex(r"SKU-\d{5}") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn random_regex(pattern: impl Into<String>) -> Matcher {
    Matcher::new("regex", Location::caller()).with("regex", pattern.into()).made_by("Regex")
}

/// A date in a format; the mock gives the one that an expression leads to from today, such as `today`,
/// `tomorrow`, `today + 1 week` or `next monday` ([all of them](pactwright_core::datetime::expression)).
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "due": relative_date("today + 2 weeks", "yyyy-MM-dd") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn relative_date(expression: impl Into<String>, format: impl Into<String>) -> Matcher {
    relative(["date", "Date"], expression.into(), format.into(), Location::caller())
}

/// A time of the day in a format; the mock gives the one that an expression leads to from now, such as `now`, `noon`
/// or `now + 2 hours`.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "until": relative_time("now + 2 hours", "HH:mm") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn relative_time(expression: impl Into<String>, format: impl Into<String>) -> Matcher {
    relative(["time", "Time"], expression.into(), format.into(), Location::caller())
}

/// A date with a time in a format; the mock gives the one that an expression leads to from now, such as `now` or
/// `tomorrow @ 3 o'clock pm`.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "at": relative_datetime("tomorrow @ noon", "yyyy-MM-dd'T'HH:mm:ssXXX") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn relative_datetime(expression: impl Into<String>, format: impl Into<String>) -> Matcher {
    relative(["datetime", "DateTime"], expression.into(), format.into(), Location::caller())
}

fn relative(
    [rule, generator]: [&str; 2],
    expression: String,
    format: String,
    source: &'static Location<'static>,
) -> Matcher {
    let matcher = Matcher::new(rule, source).with("format", format).made_by(generator);
    // No expression means now; an empty one would only make the pact longer.
    if expression.trim().is_empty() { matcher } else { matcher.with("expression", expression) }
}

/// A URL that leads back to the mock: what the first group of the expression finds in the example is put behind the
/// address of the mock. At the provider, any URL will do that matches the expression.
///
/// ```
/// # use pactwright::prelude::*;
/// let links = json!({ "next": mock_server_url("http://localhost:8080/orders?page=2", r".*(/orders\?page=\d+)$") });
/// # let _ = links;
/// ```
#[track_caller]
pub fn mock_server_url(example: impl Into<String>, pattern: impl Into<String>) -> Matcher {
    let example = example.into();
    let matcher = Matcher::new("regex", Location::caller()).with("regex", pattern.into());
    matcher.made_by("MockServerURL").with("example", example.clone()).with(VALUE, example)
}

/// A URL with a path that matches a regular expression, at whatever address; the mock gives one that leads back to
/// itself. The path starts with a slash.
///
/// ```
/// # use pactwright::prelude::*;
/// let links = json!({ "self": url("/orders/7", r"/orders/\d+") });
/// # let _ = links;
/// ```
#[track_caller]
pub fn url(path: impl Into<String>, pattern: impl Into<String>) -> Matcher {
    mock_server_url(format!("http://localhost:8080{}", path.into()), format!(".*({})$", pattern.into()))
}

/// A URL at an address of its own, such as that of a CDN, with a path that matches a regular expression. At the
/// provider, any address will do. The path starts with a slash.
///
/// ```
/// # use pactwright::prelude::*;
/// let picture = json!({ "href": url_at("https://cdn.example.org", "/pictures/7.png", r"/pictures/\d+\.png") });
/// # let _ = picture;
/// ```
#[track_caller]
pub fn url_at(base: impl Into<String>, path: impl Into<String>, pattern: impl Into<String>) -> Matcher {
    super::regex(base.into() + &path.into(), format!(".*({})$", pattern.into()))
}
