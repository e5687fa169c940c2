//! Version numbers that are semantic versions (<https://semver.org>), read as leniently as people write them.

use std::{cmp::Ordering, fmt, str::FromStr};

use semver::{BuildMetadata, Prerelease, Version, VersionReq};

/// Reads a number as a semantic version: `1.2.3-beta.1+5`; but also `v1.2.3`, `1.2`, `1` (what is missing is 0), and
/// `1.2.3.rc1` and `1.2.3rc1` as the pre-releases they are meant to be.
///
/// ```
/// use pactwright_broker::domain::model::semantic_version;
/// assert!(semantic_version("1.10") > semantic_version("1.9.3"));
/// assert!(semantic_version("2.0.0.rc1") < semantic_version("2"));
/// assert_eq!(semantic_version("6c3f1e2"), None);
/// ```
pub fn semantic_version(number: &str) -> Option<Version> {
    let number = number.trim();
    let number = number.strip_prefix(['v', 'V']).unwrap_or(number);
    if let Ok(version) = Version::parse(number) {
        return Some(version);
    }
    let end = number.find(|character: char| !character.is_ascii_digit() && character != '.');
    let end = end.unwrap_or(number.len());
    let (digits, rest) = number.split_at(end);
    let digits = digits.trim_end_matches('.');
    let mut parts = digits.split('.').map(str::parse::<u64>);
    let major = parts.next()?.ok()?;
    let minor = parts.next().transpose().ok()?;
    let patch = parts.next().transpose().ok()?;
    if parts.next().is_some() || (!rest.is_empty() && patch.is_none()) {
        // A commit's digest may begin with digits; only what has three of them may have something behind.
        return None;
    }
    let (pre, build) = rest.split_once('+').unwrap_or((rest, ""));
    let pre = pre.trim_start_matches(['-', '.']);
    Some(Version {
        pre: Prerelease::new(pre).ok()?,
        build: BuildMetadata::new(build).ok()?,
        ..Version::new(major, minor.unwrap_or(0), patch.unwrap_or(0))
    })
}

/// A range of semantic versions, as Cargo writes it: `>=1.4, <2`, `^1.4`, `~1.4.2`, `1.*`.
///
/// A pre-release is only in a range that names a pre-release of the same version: `>=2.0.0-beta, <3` has `2.0.0-rc.1`,
/// but not `2.1.0-rc.1`. Numbers that are no semantic versions are in no range.
#[derive(Debug, Clone)]
pub struct VersionRange {
    text: String,
    range: VersionReq,
}

/// A text that is no range.
#[derive(Debug, thiserror::Error)]
#[error("'{text}' is not a range of versions, such as \">=1.4, <2\" or \"^1.4\": {source}")]
pub struct InvalidRange {
    text: String,
    source: semver::Error,
}

impl VersionRange {
    /// Whether a version number is in it.
    pub fn has(&self, number: &str) -> bool {
        semantic_version(number).is_some_and(|version| self.range.matches(&version))
    }
}

impl FromStr for VersionRange {
    type Err = InvalidRange;

    fn from_str(text: &str) -> Result<Self, InvalidRange> {
        match VersionReq::parse(text) {
            Ok(range) => Ok(Self { text: text.trim().to_owned(), range }),
            Err(source) => Err(InvalidRange { text: text.to_owned(), source }),
        }
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl PartialEq for VersionRange {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for VersionRange {}

impl PartialOrd for VersionRange {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for VersionRange {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{VersionRange, semantic_version};

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (number, expected) in [
            ("1.2.3", Some("1.2.3")),
            ("v1.2.3", Some("1.2.3")),
            ("1.2", Some("1.2.0")),
            ("1", Some("1.0.0")),
            ("1.2.3-beta.1+build.5", Some("1.2.3-beta.1+build.5")),
            ("2.0.4.rc1", Some("2.0.4-rc1")),
            ("2.0.4rc1", Some("2.0.4-rc1")),
            ("1.2.3+6c3f1e2", Some("1.2.3+6c3f1e2")),
            ("01.2.3", Some("1.2.3")),
            ("1.2.3.4", None),
            ("6c3f1e2", None),
            ("1.2-beta", None),
            ("abc", None),
            ("", None),
            ("v", None),
            ("1..2", None),
            ("99999999999999999999", None),
        ] {
            let read = semantic_version(number).map(|version| version.to_string());
            assert_eq!(read.as_deref(), expected, "{number}");
        }
    }

    #[test]
    fn versions_have_an_order() {
        let sorted = ["1", "1.2.9", "1.10", "2.0.0-beta.1", "2.0.0-rc.1", "2", "10.0.0"];
        assert!(sorted.is_sorted_by_key(|number| semantic_version(number)), "{sorted:?}");
    }

    #[test]
    fn ranges_have_versions() {
        let range = |text: &str| text.parse::<VersionRange>().unwrap();
        for (text, inside, outside) in [
            (
                ">=1.4, <2",
                &["1.4", "1.4.0", "1.99.1", "v1.5"][..],
                &["1.3.9", "2.0.0", "1.5.0-rc.1", "abc"][..],
            ),
            ("^1.4", &["1.4.0", "1.9"], &["2.0.0", "1.3"]),
            ("~1.4.2", &["1.4.2", "1.4.9"], &["1.5.0", "1.4.1"]),
            ("1.*", &["1", "1.9.9"], &["2", "0.9"]),
            (">=2.0.0-beta, <3", &["2.0.0-rc.1", "2.0.0", "2.9"], &["2.0.0-alpha", "2.1.0-rc.1", "3"]),
        ] {
            for number in inside {
                assert!(range(text).has(number), "{number} should be in {text}");
            }
            for number in outside {
                assert!(!range(text).has(number), "{number} should not be in {text}");
            }
        }
    }

    #[test]
    fn what_is_no_range_is_refused_with_an_example() {
        for text in ["", "abc", ">=", "1.2.3.4", ">=1 <2"] {
            let told = text.parse::<VersionRange>().unwrap_err().to_string();
            assert!(told.contains("such as"), "{told}");
        }
    }
}
