//! Sentences whose parts have a meaning, so that they can be coloured.

use std::fmt;

use super::escape::escaped;

/// What a piece of text is; with colour, how it looks. Without, the words alone have to say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Our own words.
    Plain,
    /// Where something is.
    Place,
    /// What the contract has.
    Expected,
    /// What came.
    Actual,
    /// What helps, but can be passed over.
    Dim,
}

impl Style {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Place => Some("1"),
            Self::Expected => Some("32"),
            Self::Actual => Some("31"),
            Self::Dim => Some("2"),
        }
    }
}

/// Writes text in its style, or as it is.
pub(super) fn paint(out: &mut dyn fmt::Write, colour: bool, style: Style, text: &str) -> fmt::Result {
    match style.code().filter(|_| colour) {
        Some(code) => write!(out, "\u{1b}[{code}m{text}\u{1b}[0m"),
        None => out.write_str(text),
    }
}

/// A sentence on one line. Whatever is put into it is made safe for a terminal.
#[derive(Debug, Default)]
pub(super) struct Sentence {
    pieces: Vec<(Style, String)>,
}

impl Sentence {
    pub(super) fn add(&mut self, style: Style, text: &str) -> &mut Self {
        self.pieces.push((style, escaped(text).into_owned()));
        self
    }

    pub(super) fn say(&mut self, text: &str) -> &mut Self {
        self.add(Style::Plain, text)
    }

    /// Writes the sentence; beyond `width` characters it goes on in further lines, which start with `hanging`.
    pub(super) fn write(
        &self,
        out: &mut dyn fmt::Write,
        colour: bool,
        width: Option<usize>,
        hanging: &str,
    ) -> fmt::Result {
        let characters: Vec<(Style, char)> = self
            .pieces
            .iter()
            .flat_map(|(style, text)| text.chars().map(move |character| (*style, character)))
            .collect();
        let mut rest = &characters[..];
        let mut room = width;
        while !rest.is_empty() {
            let (line, next) = broken(rest, room);
            for run in line.chunk_by(|(left, _), (right, _)| left == right) {
                let text: String = run.iter().map(|(_, character)| character).collect();
                paint(out, colour, run[0].0, &text)?;
            }
            if !next.is_empty() {
                write!(out, "\n{hanging}")?;
            }
            rest = next;
            room = width.map(|width| width.saturating_sub(hanging.chars().count()));
        }
        Ok(())
    }
}

type Styled = (Style, char);

/// The first line and what is left, cut at a space where there is one.
fn broken(characters: &[Styled], room: Option<usize>) -> (&[Styled], &[Styled]) {
    // Narrower than this, nothing can be read anyway.
    let Some(room) = room.map(|room| room.max(20)).filter(|room| characters.len() > *room) else {
        return (characters, &[]);
    };
    match characters[..=room].iter().rposition(|(_, character)| *character == ' ') {
        Some(space) if space > 0 => (&characters[..space], &characters[space + 1..]),
        _ => characters.split_at(room),
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(formatter, false, None, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(width: usize) -> String {
        let mut sentence = Sentence::default();
        sentence.add(Style::Place, "body $.name:").say(" expected ").add(Style::Expected, "a String");
        let mut text = String::new();
        sentence.write(&mut text, true, Some(width), "  ").unwrap();
        text
    }

    #[test]
    fn long_sentences_go_on_in_another_line() {
        assert_eq!(written(80), "\u{1b}[1mbody $.name:\u{1b}[0m expected \u{1b}[32ma String\u{1b}[0m");
        assert_eq!(
            written(25),
            "\u{1b}[1mbody $.name:\u{1b}[0m expected \u{1b}[32ma\u{1b}[0m\n  \u{1b}[32mString\u{1b}[0m"
        );
    }

    #[test]
    fn words_longer_than_a_line_are_cut() {
        let mut sentence = Sentence::default();
        sentence.say(&"x".repeat(50));
        let mut text = String::new();
        sentence.write(&mut text, false, Some(30), "").unwrap();
        assert_eq!(text, format!("{}\n{}", "x".repeat(30), "x".repeat(20)));
    }
}
