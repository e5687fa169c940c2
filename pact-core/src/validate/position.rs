//! Lines and columns of places in a document.

use std::collections::HashMap;

use super::Problem;
use crate::json::{Json, JsonError, Pointer};

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
}

impl Position {
    pub(super) fn of_error(error: &JsonError) -> Option<Self> {
        match error {
            JsonError::Syntax { line, column, .. } => Some(Self { line: *line, column: *column }),
            JsonError::TooLong { .. } | JsonError::TooDeep { .. } | JsonError::TooMany { .. } => None,
        }
    }
}

/// Gives problems of a document that can be read their positions, in one walk over its text.
pub(super) fn locate(bytes: &[u8], problems: &mut [Problem]) {
    if problems.is_empty() {
        return;
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let wanted = problems.iter().map(|problem| (problem.pointer.clone(), None)).collect();
    let mut walk = Walk { text, at: 0, line: 1, column: 1, found: wanted };
    walk.value(&Pointer::root());
    for problem in problems {
        problem.position = walk.found.get(&problem.pointer).copied().flatten();
    }
}

/// A walk over text that is known to be JSON, and not too deep. On other text it ends early.
struct Walk<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
    column: u64,
    found: HashMap<String, Option<Position>>,
}

impl Walk<'_> {
    fn value(&mut self, pointer: &Pointer<'_>) {
        self.skip_space();
        let position = Position { line: self.line, column: self.column };
        if let Some(found) = self.found.get_mut(&pointer.to_string()) {
            *found = Some(position);
        }
        match self.peek() {
            Some(b'{') => self.items(b'}', |walk: &mut Self, _| {
                let start = walk.at;
                walk.string();
                let name = Json::parse(walk.text.get(start..walk.at).unwrap_or_default());
                let name = name.ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
                walk.skip_space();
                walk.step();
                walk.value(&pointer.name(&name));
            }),
            Some(b'[') => self.items(b']', |walk: &mut Self, index| walk.value(&pointer.index(index))),
            Some(b'"') => self.string(),
            _ => {
                while self.peek().is_some_and(|byte| !matches!(byte, b',' | b']' | b'}')) {
                    self.step();
                }
            }
        }
    }

    fn items(&mut self, end: u8, mut item: impl FnMut(&mut Self, usize)) {
        self.step();
        let mut index = 0;
        loop {
            self.skip_space();
            match self.peek() {
                None => return,
                Some(byte) if byte == end => return self.step(),
                Some(b',') => self.step(),
                Some(_) => {
                    item(self, index);
                    index += 1;
                }
            }
        }
    }

    fn string(&mut self) {
        self.step();
        while let Some(byte) = self.peek() {
            self.step();
            match byte {
                b'"' => return,
                b'\\' => self.step(),
                _ => {}
            }
        }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.step();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn step(&mut self) {
        match self.peek() {
            Some(b'\n') => (self.line, self.column) = (self.line + 1, 1),
            // The further bytes of a character are no columns.
            Some(byte) if byte & 0xC0 == 0x80 => {}
            _ => self.column += 1,
        }
        self.at += 1;
    }
}
