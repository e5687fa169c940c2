//! Text within XML and HTML: in reports for build servers, pages, images.

use std::borrow::Cow;

/// Text that can stand between tags and within quoted attributes. Characters that XML cannot have are replaced.
///
/// ```
/// use pactwright_core::report::markup::escaped;
///
/// assert_eq!(escaped("<script> & co\u{1b}"), "&lt;script&gt; &amp; co\u{fffd}");
/// ```
pub fn escaped(text: &str) -> Cow<'_, str> {
    let special = |character: char| {
        matches!(character, '&' | '<' | '>' | '"' | '\'' | '\u{fffe}' | '\u{ffff}')
            || (character.is_control() && !matches!(character, '\n' | '\t'))
    };
    if !text.contains(special) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other if special(other) => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_place() {
        assert_eq!(escaped("plain\n\ttext ä"), "plain\n\ttext ä");
        assert_eq!(escaped("<a b=\"c\">'&"), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;");
        assert_eq!(escaped("\u{1b}[31m\0\u{ffff}"), "\u{fffd}[31m\u{fffd}\u{fffd}");
    }
}
