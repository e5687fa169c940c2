//! Matchers for text.

use std::panic::Location;

use super::{Matcher, VALUE};

pub(super) const HEXADECIMAL: &str = "[0-9a-fA-F]+";
pub(super) const UUID: &str = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

/// Any text.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "name": string("Ada") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn string(example: impl Into<String>) -> Matcher {
    Matcher::new("type", Location::caller()).with(VALUE, example.into())
}

/// Text that matches a regular expression as a whole: `\d+` accepts `42`, not `no. 42`.
///
/// The syntax is that of the `fancy-regex` crate: what `regex` knows, with look-around and back-references.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "sku": regex("SKU-1", r"SKU-\d+") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn regex(example: impl Into<String>, pattern: impl Into<String>) -> Matcher {
    Matcher::new("regex", Location::caller()).with(VALUE, example.into()).with("regex", pattern.into())
}

/// Text that contains this fragment. The fragment is the example, too; [`Matcher::example`] sets a longer one.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "reason": include("out of stock").example("SKU-1 is out of stock") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn include(fragment: impl Into<String>) -> Matcher {
    // The rule's own attribute has the name that examples have in a matcher.
    let fragment = fragment.into();
    Matcher::new("include", Location::caller()).with(VALUE, fragment.clone()).with("include", fragment)
}

/// A date in a format, such as `yyyy-MM-dd`.
///
/// Formats are those of Java's `DateTimeFormatter`, which Pact tools of all languages use.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "due": date("2026-11-21", "yyyy-MM-dd") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn date(example: impl Into<String>, format: impl Into<String>) -> Matcher {
    Matcher::new("date", Location::caller()).with(VALUE, example.into()).with("format", format.into())
}

/// A time of the day in a format, such as `HH:mm:ss`. The format is as in [`date`].
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "opens": time("09:30", "HH:mm") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn time(example: impl Into<String>, format: impl Into<String>) -> Matcher {
    Matcher::new("time", Location::caller()).with(VALUE, example.into()).with("format", format.into())
}

/// A date with a time in a format, such as `yyyy-MM-dd'T'HH:mm:ssXXX`. The format is as in [`date`].
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "at": datetime("2026-11-21T14:30:00+01:00", "yyyy-MM-dd'T'HH:mm:ssXXX") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn datetime(example: impl Into<String>, format: impl Into<String>) -> Matcher {
    Matcher::new("datetime", Location::caller()).with(VALUE, example.into()).with("format", format.into())
}

/// A UUID with hyphens, in upper or lower case.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "id": uuid("936da01f-9abd-4d9d-80c7-02af85c822a8") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn uuid(example: impl Into<String>) -> Matcher {
    Matcher::new("regex", Location::caller()).with(VALUE, example.into()).with("regex", UUID)
}

/// A semantic version, such as `1.4.0-rc.1`.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "version": semver("1.4.0-rc.1") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn semver(example: impl Into<String>) -> Matcher {
    Matcher::new("semver", Location::caller()).with(VALUE, example.into())
}
