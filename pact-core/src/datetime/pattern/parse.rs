//! From text to the parts of a pattern.

use super::{MAX_DEPTH, MAX_LENGTH, Node, PatternError, letters};

/// Parts that are being collected.
#[derive(Default)]
struct Section {
    /// Where the section starts; for the whole pattern, 0.
    at: usize,
    nodes: Vec<Node>,
    /// The part to which digits of later fields of fixed width belong.
    adjacent: Option<usize>,
}

impl Section {
    /// Adds a part. Fields of digits that follow each other share out a run of digits: those of fixed width take
    /// theirs from the end, and the first one takes the rest.
    fn push(&mut self, node: Node) {
        let mut adjacent = None;
        if let Node::Number(number) = &node {
            adjacent = Some(self.nodes.len());
            if let Some(first) = self.adjacent
                && number.is_fixed()
                && let Some(Node::Number(taker)) = self.nodes.get_mut(first)
            {
                taker.following += number.max_digits;
                adjacent = Some(first);
            }
        }
        self.adjacent = adjacent;
        self.nodes.push(node);
    }

    fn push_literal(&mut self, text: &str) {
        self.adjacent = None;
        if text.is_empty() {
            return;
        }
        if let Some(Node::Literal(before)) = self.nodes.last_mut() {
            *before = format!("{before}{text}").into();
        } else {
            self.nodes.push(Node::Literal(text.into()));
        }
    }
}

/// Reads a whole pattern.
pub(super) fn parse(source: &str) -> Result<Vec<Node>, PatternError> {
    if source.is_empty() {
        return Err(PatternError::Empty);
    }
    if source.len() > MAX_LENGTH {
        return Err(PatternError::TooLong { length: source.len() });
    }
    let characters: Vec<char> = source.chars().collect();
    let mut open = Vec::new();
    let mut section = Section::default();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        match character {
            '\'' => {
                let (text, end) = quoted(&characters, at)?;
                section.push_literal(&text);
                at = end;
            }
            '[' if open.len() == MAX_DEPTH => return Err(PatternError::TooDeep { at }),
            '[' => {
                section.adjacent = None;
                open.push(std::mem::replace(&mut section, Section { at, ..Section::default() }));
                at += 1;
            }
            ']' => {
                let outer = open.pop().ok_or(PatternError::UnopenedSection { at })?;
                let inner = std::mem::replace(&mut section, outer);
                section.push(Node::Optional(inner.nodes));
                at += 1;
            }
            '{' | '}' | '#' => return Err(PatternError::Reserved { character, at }),
            letter if letter.is_ascii_alphabetic() => {
                let (node, end) = field(&characters, at, letter)?;
                section.push(node);
                at = end;
            }
            literal => {
                section.push_literal(literal.encode_utf8(&mut [0; 4]));
                at += 1;
            }
        }
    }
    if open.is_empty() { Ok(section.nodes) } else { Err(PatternError::UnclosedSection { at: section.at }) }
}

/// The text of the quotes that open at `at`, and the offset after them.
fn quoted(characters: &[char], at: usize) -> Result<(String, usize), PatternError> {
    let mut text = String::new();
    let mut next = at + 1;
    loop {
        match (characters.get(next), characters.get(next + 1)) {
            (Some('\''), Some('\'')) => {
                text.push('\'');
                next += 2;
            }
            (Some('\''), _) => {
                let text = if text.is_empty() { "'".to_owned() } else { text };
                return Ok((text, next + 1));
            }
            (Some(&character), _) => {
                text.push(character);
                next += 1;
            }
            (None, _) => return Err(PatternError::UnclosedQuote { at }),
        }
    }
}

/// The field, perhaps padded, that starts at `at`, and the offset after it.
fn field(characters: &[char], at: usize, letter: char) -> Result<(Node, usize), PatternError> {
    let run =
        |at: usize, letter: char| characters.iter().skip(at).take_while(|&&next| next == letter).count();
    let count = run(at, letter);
    let end = at + count;
    if letter != 'p' {
        return Ok((letters::node(letter, count, at)?, end));
    }
    match characters.get(end) {
        Some(&padded) if padded.is_ascii_alphabetic() => {
            let padded_count = run(end, padded);
            let node = letters::node(padded, padded_count, end)?;
            Ok((Node::Padded(count, Box::new(node)), end + padded_count))
        }
        _ => Err(PatternError::LonePadding { at }),
    }
}
