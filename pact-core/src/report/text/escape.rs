//! Text from elsewhere, made safe and short.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// The longest value in a sentence, in characters.
const LONGEST: usize = 200;
/// How much is shown before the first difference of long texts, in characters.
const BEFORE: usize = 30;

/// Text in which nothing acts on a terminal: control characters, and those that change the direction of text, are
/// written as escapes such as `\n` and `\u{1b}`. What came in a body decides what it looks like, not what is done.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if acts(character) {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

/// Whether a sentence shows all of a text.
pub(super) fn is_short(text: &str) -> bool {
    text.chars().nth(LONGEST).is_none()
}

/// The start of a text, with `…` where it was cut.
pub(super) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// What something displays, cut to the length of a value in a sentence: no more is written than is shown.
pub(super) fn short(value: &dyn fmt::Display) -> String {
    struct Start(String, usize);
    impl Write for Start {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for character in text.chars() {
                if self.1 == 0 {
                    self.0.push('…');
                    return Err(fmt::Error);
                }
                self.1 -= 1;
                self.0.push(character);
            }
            Ok(())
        }
    }
    let mut start = Start(String::new(), LONGEST);
    // An error only says that there is more.
    let _ = write!(start, "{value}");
    start.0
}

/// Two texts that differ, cut so that the first difference is seen.
pub(super) fn contrast(expected: &str, actual: &str) -> (String, String) {
    let same = expected.chars().zip(actual.chars()).take_while(|(left, right)| left == right).count();
    let long = |text: &str| text.chars().nth(LONGEST).is_some();
    let from = if long(expected) || long(actual) { same.saturating_sub(BEFORE) } else { 0 };
    let window = |text: &str| {
        let dots = if from > 0 { "…" } else { "" };
        let rest = text.char_indices().nth(from).map_or("", |(start, _)| &text[start..]);
        format!("{dots}{}", cut(rest, LONGEST))
    };
    (window(expected), window(actual))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_a_terminal() {
        assert_eq!(escaped("plain ä €"), "plain ä €");
        assert_eq!(escaped("a\n\t\u{1b}[2J\u{9b}\u{202e}b"), "a\\n\\t\\u{1b}[2J\\u{9b}\\u{202e}b");
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(short(&"ab"), "ab");
        assert_eq!(short(&"x".repeat(LONGEST + 1)), format!("{}…", "x".repeat(LONGEST)));
        assert_eq!(short(&"x".repeat(LONGEST)), "x".repeat(LONGEST));
    }

    #[test]
    fn the_first_difference_is_seen() {
        assert_eq!(contrast("ab", "ac"), ("ab".to_owned(), "ac".to_owned()));
        let same = "x".repeat(500);
        let (left, right) = contrast(&format!("{same}1"), &format!("{same}2"));
        assert_eq!((left, right), (format!("…{}1", "x".repeat(BEFORE)), format!("…{}2", "x".repeat(BEFORE))));
        assert_eq!(contrast(&same, "").1, "");
    }
}
