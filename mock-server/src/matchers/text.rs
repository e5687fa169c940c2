//! Matchers for text.

use std::panic::Location;

use super::{Matcher, VALUE};

pub(super) const HEXADECIMAL: &str = "[0-9a-fA-F]+";
pub(super) const UUID: &str = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

/// Any text.
#[track_caller]
pub fn string(example: impl Into<String>) -> Matcher {
    Matcher::new("type", Location::caller()).with(VALUE, example.into())
}

/// Text that matches a regular expression as a whole: `\d+` accepts `42`, not `no. 42`.
///
/// The syntax is that of the `fancy-regex` crate: what `regex` knows, with look-around and back-references.
#[track_caller]
pub fn regex(example: impl Into<String>, pattern: impl Into<String>) -> Matcher {
    Matcher::new("regex", Location::caller()).with(VALUE, example.into()).with("regex", pattern.into())
}

/// Text that contains this fragment. The fragment is the example, too; [`Matcher::example`] sets a longer one.
#[track_caller]
pub fn include(fragment: impl Into<String>) -> Matcher {
    // The rule's own attribute has the name that examples have in a matcher.
    let fragment = fragment.into();
    Matcher::new("include", Location::caller()).with(VALUE, fragment.clone()).with("include", fragment)
}

/// A date in a format, such as `yyyy-MM-dd`.
///
/// Formats are those of Java's `DateTimeFormatter`, which Pact tools of all languages use.
#[track_caller]
pub fn date(example: impl Into<String>, format: impl Into<String>) -> Matcher {
    Matcher::new("date", Location::caller()).with(VALUE, example.into()).with("format", format.into())
}

/// A time of the day in a format, such as `HH:mm:ss`. The format is as in [`date`].
#[track_caller]
pub fn time(example: impl Into<String>, format: impl Into<String>) -> Matcher {
    Matcher::new("time", Location::caller()).with(VALUE, example.into()).with("format", format.into())
}

/// A date with a time in a format, such as `yyyy-MM-dd'T'HH:mm:ssXXX`. The format is as in [`date`].
#[track_caller]
pub fn datetime(example: impl Into<String>, format: impl Into<String>) -> Matcher {
    Matcher::new("datetime", Location::caller()).with(VALUE, example.into()).with("format", format.into())
}

/// A UUID with hyphens, in upper or lower case.
#[track_caller]
pub fn uuid(example: impl Into<String>) -> Matcher {
    Matcher::new("regex", Location::caller()).with(VALUE, example.into()).with("regex", UUID)
}

/// A semantic version, such as `1.4.0-rc.1`.
#[track_caller]
pub fn semver(example: impl Into<String>) -> Matcher {
    Matcher::new("semver", Location::caller()).with(VALUE, example.into())
}
