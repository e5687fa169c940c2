//! From bytes to what they mean, one value or separator at a time.

use std::borrow::Cow;

use super::{Json, Number, Object};

/// What went wrong.
pub(crate) enum Fault {
    /// At which byte.
    Syntax {
        message: &'static str,
        at: usize,
    },
    TooMany,
    TooDeep,
}

/// How a value starts: scalars and empty containers are whole.
pub(crate) enum Start<'a> {
    Whole(Json<'a>),
    Array,
    /// With the name of its first member.
    Object(Cow<'a, str>),
}

pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not white space.
    fn next_token(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    fn fault<T>(&self, message: &'static str) -> Result<T, Fault> {
        Err(Fault::Syntax { message, at: self.at })
    }

    pub(super) fn value(&mut self) -> Result<Start<'a>, Fault> {
        let value = match self.next_token() {
            Some(b'"') => Json::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Json::Number(Number::from_text(self.number()?)),
            Some(b'{') => {
                self.at += 1;
                if self.next_token() != Some(b'}') {
                    return self.name().map(Start::Object);
                }
                self.at += 1;
                Json::Object(Object::new())
            }
            Some(b'[') => {
                self.at += 1;
                if self.next_token() != Some(b']') {
                    return Ok(Start::Array);
                }
                self.at += 1;
                Json::Array(Vec::new())
            }
            Some(b't') => self.word("true", Json::Bool(true))?,
            Some(b'f') => self.word("false", Json::Bool(false))?,
            Some(b'n') => self.word("null", Json::Null)?,
            _ => return self.fault("a value was expected"),
        };
        Ok(Start::Whole(value))
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, Fault> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            self.fault("a value was expected")
        }
    }

    /// The name of a member and the colon behind it.
    fn name(&mut self) -> Result<Cow<'a, str>, Fault> {
        if self.next_token() != Some(b'"') {
            return self.fault("a name in double quotes was expected");
        }
        let name = self.string()?;
        if self.next_token() != Some(b':') {
            return self.fault("`:` was expected after a name");
        }
        self.at += 1;
        Ok(name)
    }

    /// Whether another item follows, or the array ends.
    pub(super) fn after_item(&mut self) -> Result<bool, Fault> {
        let more = match self.next_token() {
            Some(b',') => true,
            Some(b']') => false,
            _ => return self.fault("`,` or `]` was expected"),
        };
        self.at += 1;
        Ok(more)
    }

    /// The name of the member that follows, unless the object ends.
    pub(super) fn after_member(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        let more = match self.next_token() {
            Some(b',') => true,
            Some(b'}') => false,
            _ => return self.fault("`,` or `}` was expected"),
        };
        self.at += 1;
        if more { self.name().map(Some) } else { Ok(None) }
    }

    pub(super) fn end(&mut self) -> Result<(), Fault> {
        if self.next_token().is_none() { Ok(()) } else { self.fault("the end of the document was expected") }
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.fault("a digit was expected") } else { Ok(()) }
    }

    fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return self.fault("a number does not start with zeroes");
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    /// The text that starts at a quotation mark.
    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let mut written = Cow::Borrowed(self.plain());
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(written);
                }
                Some(b'\\') => {
                    let text = written.to_mut();
                    text.push(self.escape()?);
                    text.push_str(self.plain());
                }
                Some(_) => return self.fault("a control character must be escaped"),
                None => return self.fault("a text is not closed"),
            }
        }
    }

    /// The text up to the next character that means something.
    fn plain(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let length = plain_length(rest.as_bytes());
        self.at += length;
        &rest[..length]
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        let refuse = |message| Err(Fault::Syntax { message, at: start });
        self.at += 2;
        Ok(match self.text.as_bytes().get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let high = self.hexadecimal()?;
                if !(0xD800..0xE000).contains(&high) {
                    return char::from_u32(high).map_or_else(|| refuse("not a character"), Ok);
                }
                if high >= 0xDC00 || !self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                    return refuse("half of a surrogate pair is not a character");
                }
                self.at += 2;
                let low = self.hexadecimal()?;
                if !(0xDC00..0xE000).contains(&low) {
                    return refuse("half of a surrogate pair is not a character");
                }
                let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return char::from_u32(code).map_or_else(|| refuse("not a character"), Ok);
            }
            _ => return refuse("not an escape that JSON has"),
        })
    }

    fn hexadecimal(&mut self) -> Result<u32, Fault> {
        let Some(digits) = self.text.as_bytes().get(self.at..self.at + 4) else {
            return self.fault("four hexadecimal digits were expected");
        };
        let digit = |&byte: &u8| char::from(byte).to_digit(16);
        let code = digits.iter().try_fold(0, |code, byte| Some(code * 16 + digit(byte)?));
        let Some(code) = code else { return self.fault("four hexadecimal digits were expected") };
        self.at += 4;
        Ok(code)
    }
}

/// How many bytes stand before the first quotation mark, backslash or control character.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let words = bytes.chunks_exact(WORD);
    let whole = bytes.len() - words.remainder().len();
    for (at, word) in words.enumerate() {
        let special = special_bytes(u64::from_le_bytes(word.try_into().unwrap_or_default()));
        if special != 0 {
            return at * WORD + special.trailing_zeros() as usize / 8;
        }
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
    bytes[whole..].iter().position(special).map_or(bytes.len(), |at| whole + at)
}

/// The bytes that are looked at together.
const WORD: usize = 8;

/// The highest bit of each byte that is special; above the first such byte there may be bits too many.
///
/// A byte below `n` borrows when `n` is taken from it, which shows in its highest bit unless that was set before.
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; WORD]);
    const HIGHS: u64 = ONES << 7;
    let below = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\')) & HIGHS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_ends_at_the_first_special_byte() {
        let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
        for length in [0, 1, 7, 8, 9, 16, 23] {
            for at in 0..length {
                for (byte, around) in
                    (0..=u8::MAX).flat_map(|byte| [(byte, b'a'), (byte, 0x20), (byte, 0xFF)])
                {
                    let mut bytes = vec![around; length];
                    bytes[at] = byte;
                    let expected = if special(byte) { at } else { length };
                    assert_eq!(plain_length(&bytes), expected, "{byte} at {at} of {length} between {around}");
                }
            }
        }
        assert_eq!(plain_length(b"01234567\"\\"), 8);
    }
}
