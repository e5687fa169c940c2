//! How values of settings are written: in the environment and on the command line as text, in a file as TOML.

use std::{fmt, net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use jiff::SignedDuration;
use url::Url;

use super::{Hidden, OidcConfig};

/// A value as somebody wrote it. Text can stand for everything: that is all an environment has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// Text.
    Text(String),
    /// A truth value.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// A list.
    List(Vec<Given>),
    /// Something that no setting is, such as a fraction or a date.
    Other(String),
}

/// The value as TOML has it. Passwords in addresses are stars.
impl fmt::Display for Given {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // What JSON makes of text, TOML reads.
            Self::Text(text) => {
                formatter.write_str(&serde_json::Value::from(without_passwords(text)).to_string())
            }
            Self::Truth(truth) => truth.fmt(formatter),
            Self::Number(number) => number.fmt(formatter),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::to_string).collect();
                write!(formatter, "[{}]", items.join(", "))
            }
            Self::Other(text) => formatter.write_str(text),
        }
    }
}

/// The text with stars for the user and password of every address in it.
fn without_passwords(text: &str) -> String {
    let word = |word: &str| match word.split_once("://") {
        Some((scheme, rest)) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            match authority.rfind('@') {
                Some(end) => format!("{scheme}://***{}", &rest[end..]),
                None => word.to_owned(),
            }
        }
        None => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

impl Given {
    /// What stands in the place of a value that is for nobody to see.
    pub(super) const HIDDEN: &str = "***";

    /// As text, where that is what it is or could be.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.trim().to_owned()),
            Self::Number(number) => Some(number.to_string()),
            Self::Truth(truth) => Some(truth.to_string()),
            Self::List(_) | Self::Other(_) => None,
        }
    }

    /// The items of a list, or the words of a text.
    fn words(&self) -> Option<Vec<String>> {
        match self {
            Self::List(items) => items.iter().map(Self::text).collect(),
            Self::Text(text) => Some(text.split_whitespace().map(str::to_owned).collect()),
            Self::Number(number) => Some(vec![number.to_string()]),
            _ => None,
        }
    }
}

/// A way to write values of a type.
pub(super) trait Form<T> {
    /// What a value looks like.
    fn expected(&self) -> String;
    /// The value, if it is one.
    fn read(&self, given: &Given) -> Option<T>;
    /// The value as a file has it.
    fn write(&self, value: &T) -> Given;
    /// Whether nobody is shown what was given.
    fn is_secret(&self) -> bool {
        false
    }
}

/// Text, or nothing.
#[derive(Clone, Copy)]
pub(super) struct MaybeText(pub(super) &'static str);

impl Form<Option<String>> for MaybeText {
    fn expected(&self) -> String {
        self.0.to_owned()
    }

    fn read(&self, given: &Given) -> Option<Option<String>> {
        given.text().map(|text| Some(text).filter(|text| !text.is_empty()))
    }

    fn write(&self, value: &Option<String>) -> Given {
        Given::Text(value.clone().unwrap_or_default())
    }
}

/// A name that has to be there.
#[derive(Clone, Copy)]
pub(super) struct Word(pub(super) &'static str);

impl Form<String> for Word {
    fn expected(&self) -> String {
        self.0.to_owned()
    }

    fn read(&self, given: &Given) -> Option<String> {
        given.text().filter(|text| !text.is_empty())
    }

    fn write(&self, value: &String) -> Given {
        Given::Text(value.clone())
    }
}

/// An address that can be believed, kept to the letter; or nothing.
#[derive(Clone, Copy)]
pub(super) struct SafeAddress;

impl Form<Option<String>> for SafeAddress {
    fn expected(&self) -> String {
        "an https address (http only on this machine), or nothing".to_owned()
    }

    fn read(&self, given: &Given) -> Option<Option<String>> {
        match given.text()? {
            text if text.is_empty() => Some(None),
            text => OidcConfig::is_safe(&text).then_some(Some(text)),
        }
    }

    fn write(&self, value: &Option<String>) -> Given {
        Given::Text(value.clone().unwrap_or_default())
    }
}

/// A text that nobody is shown, with at least so many characters; or nothing.
#[derive(Clone, Copy)]
pub(super) struct Secret {
    pub(super) least: usize,
}

impl Form<Option<Hidden>> for Secret {
    fn expected(&self) -> String {
        match self.least {
            0 | 1 => "text, or nothing".to_owned(),
            least => format!("at least {least} random characters, or nothing"),
        }
    }

    fn read(&self, given: &Given) -> Option<Option<Hidden>> {
        // Spaces belong to it, whoever put them there.
        let text = match given {
            Given::Text(text) => text.clone(),
            other => other.text()?,
        };
        match text.chars().count() {
            0 => Some(None),
            count => (count >= self.least).then(|| Some(Hidden::new(text))),
        }
    }

    fn write(&self, value: &Option<Hidden>) -> Given {
        Given::Text(value.as_ref().map_or("", |_| Hidden::STARS).to_owned())
    }

    fn is_secret(&self) -> bool {
        true
    }
}

/// `true` or `false`.
#[derive(Clone, Copy)]
pub(super) struct Truth;

impl Form<bool> for Truth {
    fn expected(&self) -> String {
        "true or false".to_owned()
    }

    fn read(&self, given: &Given) -> Option<bool> {
        match given.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "on" => Some(true),
            "false" | "no" | "0" | "off" => Some(false),
            _ => None,
        }
    }

    fn write(&self, value: &bool) -> Given {
        Given::Truth(*value)
    }
}

/// The opposite of what is kept.
#[derive(Clone, Copy)]
pub(super) struct Not;

impl Form<bool> for Not {
    fn expected(&self) -> String {
        Truth.expected()
    }

    fn read(&self, given: &Given) -> Option<bool> {
        Truth.read(given).map(|truth| !truth)
    }

    fn write(&self, value: &bool) -> Given {
        Given::Truth(!value)
    }
}

/// A whole number within bounds.
#[derive(Clone, Copy)]
pub(super) struct Whole {
    pub(super) least: i64,
    pub(super) most: i64,
}

impl<T: TryFrom<i64> + TryInto<i64> + Copy> Form<T> for Whole {
    fn expected(&self) -> String {
        format!("a whole number from {} to {}", self.least, self.most)
    }

    fn read(&self, given: &Given) -> Option<T> {
        let number = match given {
            Given::Number(number) => *number,
            Given::Text(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        (self.least..=self.most).contains(&number).then(|| T::try_from(number).ok()).flatten()
    }

    fn write(&self, value: &T) -> Given {
        Given::Number((*value).try_into().unwrap_or(i64::MAX))
    }
}

/// A time such as `30 s` or `2 min`; a number alone has seconds.
#[derive(Clone, Copy)]
pub(super) struct Time {
    pub(super) least: Duration,
    pub(super) most: Duration,
}

/// A time as people write it.
fn plain_time(time: Duration) -> String {
    let (seconds, milliseconds) = (time.as_secs(), time.as_millis());
    match seconds {
        0 if milliseconds == 0 => "0 s".to_owned(),
        _ if milliseconds % 1000 != 0 => format!("{milliseconds} ms"),
        _ if seconds % 3600 == 0 => format!("{} h", seconds / 3600),
        _ if seconds % 60 == 0 => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

impl Form<Duration> for Time {
    fn expected(&self) -> String {
        let (least, most) = (plain_time(self.least), plain_time(self.most));
        format!("a time from {least} to {most}, such as 30 s or 2 min")
    }

    fn read(&self, given: &Given) -> Option<Duration> {
        let text = given.text()?;
        let time = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => Duration::try_from(text.parse::<SignedDuration>().ok()?).ok()?,
        };
        (self.least..=self.most).contains(&time).then_some(time)
    }

    fn write(&self, value: &Duration) -> Given {
        Given::Text(plain_time(*value))
    }
}

/// A number of bytes, such as `16 MiB`.
#[derive(Clone, Copy)]
pub(super) struct Bytes {
    pub(super) least: u64,
    pub(super) most: u64,
}

const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];

fn plain_bytes(bytes: u64) -> String {
    let unit = UNITS.iter().find(|(_, size)| bytes >= *size && bytes.is_multiple_of(*size));
    unit.map_or_else(|| bytes.to_string(), |(name, size)| format!("{} {name}", bytes / size))
}

impl<T: TryFrom<u64> + TryInto<u64> + Copy> Form<T> for Bytes {
    fn expected(&self) -> String {
        let (least, most) = (plain_bytes(self.least), plain_bytes(self.most));
        format!("a number of bytes from {least} to {most}, such as 16 MiB")
    }

    fn read(&self, given: &Given) -> Option<T> {
        let text = given.text()?;
        let lower = text.to_ascii_lowercase();
        let unit = UNITS.iter().find_map(|(name, size)| {
            lower.strip_suffix(&name.to_ascii_lowercase()).map(|number| (number, *size))
        });
        let (number, size) = unit.unwrap_or((&lower, 1));
        let bytes = number.trim().parse::<u64>().ok()?.checked_mul(size)?;
        (self.least..=self.most).contains(&bytes).then(|| T::try_from(bytes).ok()).flatten()
    }

    fn write(&self, value: &T) -> Given {
        let bytes = (*value).try_into().unwrap_or(u64::MAX);
        Given::Text(plain_bytes(bytes))
    }
}

/// The path of a folder or file.
#[derive(Clone, Copy)]
pub(super) struct Path(pub(super) &'static str);

impl Form<PathBuf> for Path {
    fn expected(&self) -> String {
        self.0.to_owned()
    }

    fn read(&self, given: &Given) -> Option<PathBuf> {
        given.text().filter(|text| !text.is_empty()).map(PathBuf::from)
    }

    fn write(&self, value: &PathBuf) -> Given {
        Given::Text(value.to_string_lossy().into_owned())
    }
}

/// The path of a file, or nothing.
#[derive(Clone, Copy)]
pub(super) struct MaybePath(pub(super) &'static str);

impl Form<Option<PathBuf>> for MaybePath {
    fn expected(&self) -> String {
        self.0.to_owned()
    }

    fn read(&self, given: &Given) -> Option<Option<PathBuf>> {
        given.text().map(|text| Some(text).filter(|text| !text.is_empty()).map(PathBuf::from))
    }

    fn write(&self, value: &Option<PathBuf>) -> Given {
        Given::Text(value.as_ref().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default())
    }
}

/// What can be the value of a header.
#[derive(Clone, Copy)]
pub(super) struct Header;

impl Form<String> for Header {
    fn expected(&self) -> String {
        "the value of a header".to_owned()
    }

    fn read(&self, given: &Given) -> Option<String> {
        let text = given.text()?;
        http::HeaderValue::from_str(&text).is_ok().then_some(text)
    }

    fn write(&self, value: &String) -> Given {
        Given::Text(value.clone())
    }
}

/// A list, or words with spaces between.
#[derive(Clone, Copy)]
pub(super) struct List(pub(super) &'static str);

impl<T: FromStr + ToString> Form<Vec<T>> for List {
    fn expected(&self) -> String {
        self.0.to_owned()
    }

    fn read(&self, given: &Given) -> Option<Vec<T>> {
        given.words()?.iter().map(|word| word.parse().ok()).collect()
    }

    fn write(&self, value: &Vec<T>) -> Given {
        let item = |item: &T| {
            let text = item.to_string();
            text.parse().map_or(Given::Text(text), Given::Number)
        };
        Given::List(value.iter().map(item).collect())
    }
}

/// A list of words that are kept in capitals, or in small letters.
#[derive(Clone, Copy)]
pub(super) struct Letters {
    pub(super) capital: bool,
    pub(super) expected: &'static str,
}

impl Form<Vec<String>> for Letters {
    fn expected(&self) -> String {
        self.expected.to_owned()
    }

    fn read(&self, given: &Given) -> Option<Vec<String>> {
        let letters = |word: &String| {
            if self.capital { word.to_ascii_uppercase() } else { word.to_ascii_lowercase() }
        };
        Some(given.words()?.iter().map(letters).collect())
    }

    fn write(&self, value: &Vec<String>) -> Given {
        List("").write(value)
    }
}

/// Addresses, which are kept without a slash at the end.
#[derive(Clone, Copy)]
pub(super) struct Addresses;

fn address(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_usable = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_usable.then(|| text.trim_end_matches('/').to_owned())
}

impl Form<Vec<String>> for Addresses {
    fn expected(&self) -> String {
        "a list of http or https addresses".to_owned()
    }

    fn read(&self, given: &Given) -> Option<Vec<String>> {
        given.words()?.iter().map(|word| address(word)).collect()
    }

    fn write(&self, value: &Vec<String>) -> Given {
        Given::List(value.iter().cloned().map(Given::Text).collect())
    }
}

/// An address, or nothing.
#[derive(Clone, Copy)]
pub(super) struct MaybeAddress;

impl Form<Option<String>> for MaybeAddress {
    fn expected(&self) -> String {
        "an http or https address, or nothing".to_owned()
    }

    fn read(&self, given: &Given) -> Option<Option<String>> {
        match given.text()? {
            text if text.is_empty() => Some(None),
            text => address(&text).map(Some),
        }
    }

    fn write(&self, value: &Option<String>) -> Given {
        Given::Text(value.clone().unwrap_or_default())
    }
}

/// Where to listen: an address and a port, or a port of this machine alone.
#[derive(Clone, Copy)]
pub(super) struct Listen;

impl Form<SocketAddr> for Listen {
    fn expected(&self) -> String {
        "an address and a port, such as 0.0.0.0:9292, or a port of 127.0.0.1".to_owned()
    }

    fn read(&self, given: &Given) -> Option<SocketAddr> {
        let text = given.text()?;
        let port = || Some(SocketAddr::from(([127, 0, 0, 1], text.parse().ok()?)));
        text.parse().ok().or_else(port)
    }

    fn write(&self, value: &SocketAddr) -> Given {
        Given::Text(value.to_string())
    }
}

/// One of several words; of those for the same value, the first is the usual one.
#[derive(Clone, Copy)]
pub(super) struct Choice<T: 'static>(pub(super) &'static [(&'static str, T)]);

impl<T: Copy + PartialEq> Form<T> for Choice<T> {
    fn expected(&self) -> String {
        let mut words: Vec<&str> = Vec::new();
        for (place, (word, value)) in self.0.iter().enumerate() {
            if self.0[..place].iter().all(|(_, other)| other != value) {
                words.push(word);
            }
        }
        words.join(" or ")
    }

    fn read(&self, given: &Given) -> Option<T> {
        let text = given.text()?.to_ascii_lowercase();
        self.0.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
    }

    fn write(&self, value: &T) -> Given {
        let word = self.0.iter().find(|(_, known)| known == value).map_or("", |(word, _)| *word);
        Given::Text(word.to_owned())
    }
}

/// Words that stand for other words, before a text is looked at.
#[derive(Clone, Copy)]
pub(super) struct Filter;

impl Form<String> for Filter {
    fn expected(&self) -> String {
        "a level (error, warn, info, debug, trace, off) or a filter such as pactwright_broker=debug"
            .to_owned()
    }

    fn read(&self, given: &Given) -> Option<String> {
        let text = given.text().filter(|text| !text.is_empty())?;
        // As the Pact Broker has them.
        Some(match text.to_ascii_lowercase().as_str() {
            "fatal" => "error".to_owned(),
            "none" => "off".to_owned(),
            "error" | "warn" | "info" | "debug" | "trace" | "off" => text.to_ascii_lowercase(),
            _ => text,
        })
    }

    fn write(&self, value: &String) -> Given {
        Given::Text(value.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Bytes, Choice, Form, Given, Listen, MaybeAddress, Time, Whole};

    fn text(text: &str) -> Given {
        Given::Text(text.to_owned())
    }

    #[test]
    fn times_have_units_and_bounds() {
        let form = Time { least: Duration::from_secs(1), most: Duration::from_secs(7200) };
        for (given, expected) in [
            ("30", Some(30_000)),
            ("30s", Some(30_000)),
            ("2 min", Some(120_000)),
            ("1500 ms", Some(1500)),
            ("2 h", Some(7_200_000)),
            ("2h 1s", None),
            ("0 s", None),
            ("-5 s", None),
            ("soon", None),
            ("99999999999999999999", None),
        ] {
            let read = form.read(&text(given));
            assert_eq!(read, expected.map(Duration::from_millis), "{given}");
            if let Some(time) = read {
                assert_eq!(form.read(&form.write(&time)), Some(time));
            }
        }
        assert_eq!(form.read(&Given::Number(5)), Some(Duration::from_secs(5)));
        assert_eq!(form.expected(), "a time from 1 s to 2 h, such as 30 s or 2 min");
    }

    #[test]
    fn bytes_have_units_and_bounds() {
        let form = Bytes { least: 1024, most: 1 << 30 };
        for (given, expected) in [
            ("16 MiB", Some(16 << 20)),
            ("16mib", Some(16 << 20)),
            ("1 GiB", Some(1 << 30)),
            ("2 GiB", None),
            ("1025", Some(1025)),
            ("1 KiB", Some(1024)),
            ("1 MB", None),
            ("-1", None),
            ("99999999999 GiB", None),
        ] {
            let read: Option<usize> = form.read(&text(given));
            assert_eq!(read, expected, "{given}");
            if let Some(bytes) = read {
                assert_eq!(form.read(&form.write(&bytes)), Some(bytes));
            }
        }
    }

    #[test]
    fn numbers_choices_and_places_are_read() {
        assert_eq!(Form::<u16>::read(&Whole { least: 1, most: 70_000 }, &Given::Number(70_000)), None);
        assert_eq!(Form::<u16>::read(&Whole { least: 1, most: 70_000 }, &text("443")), Some(443));
        assert_eq!(Form::<i64>::read(&Whole { least: 0, most: 5 }, &text("6")), None);
        let form = Choice(&[("text", 1), ("plain", 1), ("json", 2)]);
        assert_eq!((form.read(&text("PLAIN")), form.write(&1)), (Some(1), text("text")));
        assert_eq!(form.expected(), "text or json");
        assert_eq!(Listen.read(&text("[::1]:80")).unwrap().to_string(), "[::1]:80");
        assert_eq!(Listen.read(&Given::Number(80)).unwrap().to_string(), "127.0.0.1:80");
        assert_eq!(Listen.read(&text("localhost")), None);
        assert_eq!(MaybeAddress.read(&text("")), Some(None));
        assert_eq!(MaybeAddress.read(&text("badges.example.org")), None);
    }

    #[test]
    fn what_is_shown_has_no_passwords() {
        for (given, shown) in [
            ("https://me:hush@example.org/a@b", r#""https://***@example.org/a@b""#),
            ("https://example.org/ http://hush@b", r#""https://example.org/ http://***@b""#),
            ("say \"hi\"", r#""say \"hi\"""#),
        ] {
            assert_eq!(text(given).to_string(), shown);
        }
        assert_eq!(Given::List(vec![Given::Number(1), text("a")]).to_string(), "[1, \"a\"]");
    }
}
