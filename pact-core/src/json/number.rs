//! Numbers that keep their digits.

use std::borrow::Cow;

/// A JSON number as it was written.
///
/// Two numbers are equal when both are integers, or both are not, and they stand for exactly the same value:
/// `1.50` equals `1.5`, `100` does not equal `100.0` (a contract that says `100` asks for an integer), and numbers
/// beyond 64 bits are compared digit by digit.
#[derive(Debug, Clone)]
pub struct Number<'a> {
    text: Cow<'a, str>,
}

impl<'a> Number<'a> {
    /// From text that is known to be a JSON number.
    pub(crate) fn from_text(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into() }
    }

    /// Reads a number from plain text, for the places where numbers travel as text (headers, queries, forms).
    /// A leading `+` and surrounding white space are not part of a number.
    pub fn parse(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        let well_formed = match mantissa.split_once('.') {
            Some((whole, fraction)) => digits(whole) && digits(fraction),
            None => digits(mantissa),
        } && exponent
            .is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)));
        well_formed.then(|| Self::from_text(text))
    }

    /// The number as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is written without fraction and exponent.
    pub fn is_integer(&self) -> bool {
        !self.text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
    }

    /// The value, when it is an integer from 0 to 2^64 - 1.
    pub fn as_u64(&self) -> Option<u64> {
        self.text.parse().ok()
    }

    /// The nearest value that fits into 64 bits of floating point.
    pub fn as_f64(&self) -> Option<f64> {
        self.text.parse().ok()
    }

    /// The number without ties to the bytes it was parsed from.
    pub fn into_owned(self) -> Number<'static> {
        Number { text: Cow::Owned(self.text.into_owned()) }
    }

    /// The same text for all numbers that are equal to this one.
    pub(crate) fn canonical_text(&self) -> String {
        let canonical = self.canonical();
        let digits: String = canonical.digits().map(char::from).collect();
        let sign = if canonical.negative { "-" } else { "" };
        match (digits.as_str(), self.is_integer()) {
            ("", true) => "0".to_owned(),
            ("", false) => "0e0".to_owned(),
            // All digits were written, so they are no more than there were.
            (_, true) => self.text.as_ref().to_owned(),
            (digits, false) => format!("{sign}{digits}e{}", canonical.power),
        }
    }

    /// An exponent too large for 64 bits saturates.
    fn canonical(&self) -> Canonical<'_> {
        let negative = self.text.starts_with('-');
        let unsigned = self.text.trim_start_matches('-');
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let exponent: i64 = exponent
            .parse()
            .unwrap_or_else(|_| if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 });
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let zeroes = |part: &str| part.len() - part.trim_end_matches('0').len();
        let trailing = zeroes(fraction);
        let dropped = trailing + if trailing == fraction.len() { zeroes(whole) } else { 0 };
        let mut canonical = Canonical { negative, whole, fraction, dropped, power: 0 };
        if canonical.digits().next().is_none() {
            return Canonical { negative: false, ..canonical };
        }
        let signed = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        canonical.power = exponent.saturating_sub(signed(fraction.len())).saturating_add(signed(dropped));
        canonical
    }
}

/// A number in the parts that count.
struct Canonical<'n> {
    /// Never for zero.
    negative: bool,
    whole: &'n str,
    fraction: &'n str,
    /// How many zeroes the digits end with.
    dropped: usize,
    /// The power of ten of the last digit that counts; 0 for zero.
    power: i64,
}

impl Canonical<'_> {
    /// The digits without zeroes at either end.
    fn digits(&self) -> impl Iterator<Item = u8> {
        let all = self.whole.len() + self.fraction.len();
        let digits = self.whole.bytes().chain(self.fraction.bytes()).take(all - self.dropped);
        digits.skip_while(|digit| *digit == b'0')
    }
}

impl PartialEq for Canonical<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.negative == other.negative && self.power == other.power && self.digits().eq(other.digits())
    }
}

impl PartialEq for Number<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
            || (self.is_integer() == other.is_integer() && self.canonical() == other.canonical())
    }
}

impl Eq for Number<'_> {}

impl From<u64> for Number<'_> {
    fn from(value: u64) -> Self {
        Self::from_text(value.to_string())
    }
}

impl std::fmt::Display for Number<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl serde::Serialize for Number<'_> {
    /// As an integer where it fits into 64 bits, otherwise as the nearest floating-point number: `serde` knows no
    /// others. Where every digit counts, write with [`super::Json::to_compact`].
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(value) = self.text.parse::<u64>() {
            serializer.serialize_u64(value)
        } else if let Ok(value) = self.text.parse::<i64>() {
            serializer.serialize_i64(value)
        } else {
            serializer.serialize_f64(self.as_f64().unwrap_or(f64::NAN))
        }
    }
}
