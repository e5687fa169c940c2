//! The words of an expression, and a place among them.

use std::ops::Range;

use super::{ExpressionError, MAX_LENGTH};

/// A word of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word<'a> {
    Plus,
    Minus,
    At,
    /// Digits; so many that they do not fit stand for the largest number, which leads out of every range.
    Number(u64),
    /// Letters and apostrophes in lower case, or a character that no expression has.
    Name(&'a str),
}

/// An expression, and the word in it that comes next.
pub(super) struct Cursor {
    text: String,
    lower: String,
    words: Vec<Range<usize>>,
    next: usize,
}

impl Cursor {
    pub(super) fn new(text: &str) -> Result<Self, ExpressionError> {
        if text.len() > MAX_LENGTH {
            return Err(ExpressionError::TooLong { length: text.len() });
        }
        let mut words: Vec<Range<usize>> = Vec::new();
        let mut kind_before = Kind::Space;
        for (at, character) in text.char_indices() {
            let (kind, end) = (Kind::of(character), at + character.len_utf8());
            match words.last_mut() {
                _ if kind == Kind::Space => {}
                Some(word) if kind == kind_before && kind != Kind::Single => word.end = end,
                _ => words.push(at..end),
            }
            kind_before = kind;
        }
        // Only ASCII letters change case here, so that both texts have the same offsets.
        Ok(Self { text: text.to_owned(), lower: text.to_ascii_lowercase(), words, next: 0 })
    }

    /// The next word.
    pub(super) fn peek(&self) -> Option<Word<'_>> {
        let word = self.lower.get(self.words.get(self.next)?.clone())?;
        Some(match word {
            "+" => Word::Plus,
            "-" => Word::Minus,
            "@" => Word::At,
            digits if digits.starts_with(|first: char| first.is_ascii_digit()) => {
                Word::Number(digits.parse().unwrap_or(u64::MAX))
            }
            name => Word::Name(name),
        })
    }

    pub(super) fn advance(&mut self) {
        self.next += 1;
    }

    /// Where the next word starts, in characters.
    pub(super) fn at(&self) -> usize {
        let byte = self.words.get(self.next).map_or(self.text.len(), |word| word.start);
        self.text.get(..byte).unwrap_or_default().chars().count()
    }

    /// Takes a number.
    pub(super) fn number(&mut self, understood: &'static str) -> Result<u64, ExpressionError> {
        let Some(Word::Number(number)) = self.peek() else { return Err(self.unexpected(understood)) };
        self.advance();
        Ok(number)
    }

    /// Makes sure that no word is left.
    pub(super) fn end(&self, understood: &'static str) -> Result<(), ExpressionError> {
        if self.peek().is_none() { Ok(()) } else { Err(self.unexpected(understood)) }
    }

    /// The error that something else is understood in place of the next word.
    pub(super) fn unexpected(&self, understood: &'static str) -> ExpressionError {
        let at = self.at();
        match self.words.get(self.next).and_then(|word| self.text.get(word.clone())) {
            Some(found) => ExpressionError::Unexpected { at, found: found.to_owned(), understood },
            None => ExpressionError::Incomplete { at, understood },
        }
    }
}

/// What a character belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Digits,
    Letters,
    /// A word of one character.
    Single,
}

impl Kind {
    fn of(character: char) -> Self {
        match character {
            '0'..='9' => Self::Digits,
            '+' | '-' | '@' => Self::Single,
            '\'' => Self::Letters,
            _ if character.is_whitespace() => Self::Space,
            _ if character.is_alphabetic() => Self::Letters,
            _ => Self::Single,
        }
    }
}
