//! Drawing badges.

use pactwright_core::report::markup::escaped;

use crate::domain::queries::badge::{Badge, Colour};

/// How wide a text is in a sans-serif face of 11 pixels, in tenths of a pixel; about, the image says it to the viewer.
fn width(text: &str) -> u32 {
    let of = |character: char| match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 35,
        ' ' | 'f' | 'r' | 't' | '(' | ')' | '/' | '-' => 43,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 98,
        character if character.is_ascii_uppercase() => 78,
        character if character.is_ascii() => 67,
        _ => 115,
    };
    text.chars().map(of).fold(0, u32::saturating_add)
}

/// A badge as SVG, with its text for people who do not see it.
pub(super) fn draw(badge: &Badge) -> String {
    const MARGIN: u32 = 5;
    let colour = match badge.colour {
        Colour::Green => "#2f8a1e",
        Colour::Orange => "#b8570e",
        Colour::Red => "#c0362c",
        Colour::Grey => "#6b6b6b",
    };
    let (left_text, right_text) = (width(&badge.label), width(&badge.message));
    let (left, right) = (left_text.div_ceil(10) + 2 * MARGIN, right_text.div_ceil(10) + 2 * MARGIN);
    let all = left + right;
    let (label, message) = (escaped(&badge.label), escaped(&badge.message));
    let (label_length, message_length) = (left - 2 * MARGIN, right - 2 * MARGIN);
    let (label_at, message_at) = (MARGIN, left + MARGIN);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="20" role="img" aria-label="{label}: {message}">
<title>{label}: {message}</title>
<clipPath id="r"><rect width="{all}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#444"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
<text x="{label_at}" y="14" textLength="{label_length}" lengthAdjust="spacingAndGlyphs">{label}</text>
<text x="{message_at}" y="14" textLength="{message_length}" lengthAdjust="spacingAndGlyphs">{message}</text>
</g>
</svg>
"##
    )
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::domain::queries::badge::{Badge, Colour};

    fn badge(label: &str, message: &str, colour: Colour) -> String {
        draw(&Badge { label: label.to_owned(), message: message.to_owned(), colour })
    }

    #[test]
    fn a_badge_says_what_and_how() {
        let drawn = badge("web/api pact", "verified", Colour::Green);
        assert!(drawn.contains("<title>web/api pact: verified</title>"), "{drawn}");
        assert!(drawn.contains("fill=\"#2f8a1e\""), "{drawn}");
    }

    #[test]
    fn names_do_not_become_markup() {
        let drawn = badge("<script>\"&'\u{7}</script>", "x", Colour::Red);
        assert!(drawn.contains("&lt;script&gt;&quot;&amp;&#39;\u{fffd}&lt;/script&gt;"), "{drawn}");
        assert!(!drawn.contains("<script") && !drawn.contains('\u{7}'), "{drawn}");
    }

    #[test]
    fn a_longer_text_is_wider() {
        let wide = |text: &str| {
            let drawn = badge(text, "x", Colour::Grey);
            let begin = drawn.split_once("width=\"").unwrap().1;
            begin.split('"').next().unwrap().parse::<u32>().unwrap()
        };
        assert!(wide("a long name of something") > wide("a name"));
    }
}
