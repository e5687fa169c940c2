//! Expressions as the libraries of other languages write them, in the spelling of `fancy-regex`.
//!
//! Contracts are written by Java, JavaScript, Ruby, Python and more, each with its own expressions. What means the same in all
//! of them but is spelt otherwise here, or has no meaning here, is respelt. Nothing is respelt that would come to mean something
//! else; what remains unknown is an error when it is compiled.

use std::borrow::Cow;

/// What `[` means inside a character class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brackets {
    /// Another class, as in Java and Ruby.
    Nested,
    /// Itself, as in JavaScript and Python, where `[^]` is any character.
    Literal,
}

/// An expression in the spelling of `fancy-regex`.
#[derive(Debug)]
pub(super) struct Respelt<'p> {
    pub(super) pattern: Cow<'p, str>,
    /// Whether it ends within a comment (`(?x)a # b`), so that what is put after it has to be on a line of its own.
    pub(super) ends_in_comment: bool,
}

/// Respells an expression. It need not be one: what cannot be read is left as it is.
pub(super) fn respell(pattern: &str, brackets: Brackets) -> Respelt<'_> {
    if !pattern.contains(['\\', '[', '#', '?']) {
        return Respelt { pattern: Cow::Borrowed(pattern), ends_in_comment: false };
    }
    let mut speller = Speller {
        rest: pattern,
        out: String::with_capacity(pattern.len()),
        brackets,
        verbose: vec![false],
        classes: Vec::new(),
        ends_in_comment: false,
    };
    while let Some(character) = speller.rest.chars().next() {
        if speller.classes.is_empty() { speller.outside(character) } else { speller.inside(character) }
    }
    Respelt { pattern: Cow::Owned(speller.out), ends_in_comment: speller.ends_in_comment }
}

struct Speller<'p> {
    rest: &'p str,
    out: String,
    brackets: Brackets,
    /// Whether the flag `x` is set, in each of the groups around.
    verbose: Vec<bool>,
    /// What came last, in each of the character classes around.
    classes: Vec<Item>,
    ends_in_comment: bool,
}

/// What a `-` in a character class may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// Nothing that a range could start with.
    Other,
    /// A character.
    Character,
    /// A `-` that makes a range of the characters around it.
    Dash,
}

impl Speller<'_> {
    /// Writes the next bytes as they are.
    fn copy(&mut self, bytes: usize) {
        let (copied, rest) = self.rest.split_at(bytes);
        self.out.push_str(copied);
        self.rest = rest;
    }

    /// Leaves out the next bytes, and writes something else.
    fn replace(&mut self, bytes: usize, by: &str) {
        self.out.push_str(by);
        self.rest = &self.rest[bytes..];
    }

    fn outside(&mut self, character: char) {
        match character {
            '\\' => {
                self.escape();
            }
            '[' => self.open_class(),
            '(' => self.group(),
            ')' => {
                if self.verbose.len() > 1 {
                    self.verbose.pop();
                }
                self.copy(1);
            }
            '#' if self.verbose.last() == Some(&true) => {
                let end = self.rest.find('\n');
                self.ends_in_comment = end.is_none();
                self.copy(end.unwrap_or(self.rest.len()));
            }
            other => self.copy(other.len_utf8()),
        }
    }

    fn group(&mut self) {
        let verbose = self.verbose.last().copied().unwrap_or_default();
        let Some(inner) = self.rest.strip_prefix("(?") else {
            self.verbose.push(verbose);
            return self.copy(1);
        };
        if inner.starts_with('#') {
            return self.copy(self.rest.find(')').map_or(self.rest.len(), |end| end + 1));
        }
        let length = inner
            .find(|character: char| !character.is_ascii_alphabetic() && character != '-')
            .unwrap_or(inner.len());
        let (flags, after) = inner.split_at(length);
        let Some(end @ (')' | ':')) = after.chars().next() else {
            self.verbose.push(verbose);
            return self.copy(1);
        };
        let (on, off) = flags.split_once('-').unwrap_or((flags, ""));
        let verbose = (verbose || on.contains('x')) && !off.contains('x');
        if end == ':' {
            self.verbose.push(verbose);
        } else if let Some(group) = self.verbose.last_mut() {
            *group = verbose;
        }
        // Java's flags for line ends and for the breadth of `\w`: the former hold here, and so does the latter.
        let kept: String = flags.chars().filter(|flag| !"dU".contains(*flag)).collect();
        let written = match (kept.as_str(), end) {
            ("" | "-", ')') if !flags.is_empty() => String::new(),
            ("-", ':') => "(?:".to_owned(),
            (kept, end) => format!("(?{kept}{end}"),
        };
        self.replace("(?".len() + length + 1, &written);
    }

    fn open_class(&mut self) {
        if self.brackets == Brackets::Literal {
            for (empty, meaning) in [("[^]", r"[\s\S]"), ("[]", r"[^\s\S]")] {
                if self.rest.starts_with(empty) {
                    return self.replace(empty.len(), meaning);
                }
            }
        }
        self.classes.push(Item::Other);
        self.copy(if self.rest.starts_with("[^") { 2 } else { 1 });
        if self.rest.starts_with(']') {
            self.replace(1, r"\]");
            self.last(Item::Character);
        }
    }

    fn last(&mut self, item: Item) {
        if let Some(last) = self.classes.last_mut() {
            *last = match (*last, item) {
                // The end of a range starts no other one.
                (Item::Dash, _) => Item::Other,
                (_, item) => item,
            };
        }
    }

    fn inside(&mut self, character: char) {
        match character {
            ']' => {
                self.classes.pop();
                self.copy(1);
                self.last(Item::Other);
            }
            '[' => match posix_class(self.rest) {
                Some(length) => {
                    self.copy(length);
                    self.last(Item::Other);
                }
                None if self.brackets == Brackets::Nested => self.open_class(),
                None => {
                    self.replace(1, r"\[");
                    self.last(Item::Character);
                }
            },
            '\\' => {
                let item = self.escape();
                self.last(item);
            }
            '-' => self.dash(),
            '&' if self.rest.starts_with("&&") => {
                self.copy(2);
                self.last(Item::Other);
            }
            // Two of them would be an operator, and a comment might start.
            '~' | '#' => {
                self.replace(1, if character == '~' { r"\~" } else { r"\#" });
                self.last(Item::Character);
            }
            space if space.is_whitespace() && self.verbose.last() == Some(&true) => {
                self.copy(space.len_utf8());
            }
            other => {
                self.copy(other.len_utf8());
                self.last(Item::Character);
            }
        }
    }

    /// A `-` between characters makes a range, any other stands for itself: `[\w-.]`, `[a-]`, `[+--]`.
    fn dash(&mut self) {
        let after = &self.rest[1..];
        let is_set = |escape: &str| escape.starts_with(|next: char| "dDwWsShHpPRQ".contains(next));
        let nothing_follows = after.is_empty() || after.starts_with(']') || after.starts_with("&&");
        let class_follows = after.strip_prefix('\\').is_some_and(is_set)
            || (after.starts_with('[') && self.brackets == Brackets::Nested);
        let starts = self.classes.last() == Some(&Item::Character);
        if starts && !nothing_follows && !class_follows {
            self.copy(1);
            self.last(Item::Dash);
        } else {
            self.replace(1, r"\-");
            self.last(Item::Character);
        }
    }

    /// An escape, inside or outside of a character class. Returns what it is there.
    fn escape(&mut self) -> Item {
        let Some(escaped) = self.rest[1..].chars().next() else {
            self.copy(1);
            return Item::Character;
        };
        let inside = !self.classes.is_empty();
        let after = &self.rest[1 + escaped.len_utf8()..];
        match escaped {
            'Q' => {
                let (quoted, rest) = after.split_once(r"\E").unwrap_or((after, ""));
                self.out.push_str(&regex_syntax::escape(quoted));
                self.rest = rest;
            }
            // There is nothing to end.
            'E' => self.replace(2, ""),
            // The beginning and the end of a word here, the characters everywhere else.
            '<' => self.replace(2, "<"),
            '>' => self.replace(2, ">"),
            'h' => {
                self.replace(2, if inside { "0-9a-fA-F" } else { "[0-9a-fA-F]" });
                return Item::Other;
            }
            'H' => {
                self.replace(2, "[^0-9a-fA-F]");
                return Item::Other;
            }
            'c' => match after.chars().next().filter(char::is_ascii_alphabetic) {
                Some(letter) => self.character(3, u32::from(letter.to_ascii_uppercase()) & 0x1f),
                None => self.copy(2),
            },
            '0' => {
                let digits = after.bytes().take(3).take_while(|byte| (b'0'..b'8').contains(byte)).count();
                let code = u32::from_str_radix(&after[..digits], 8).unwrap_or_default();
                self.character(2 + digits, code);
            }
            'x' => self.copy(2 + hexadecimal(after, 2)),
            'u' => match surrogates(after) {
                Some(code) => self.character(r"\ud83e\udd80".len(), code),
                None => self.copy(2 + hexadecimal(after, 4)),
            },
            'p' | 'P' => {
                self.property(escaped == 'P');
                return Item::Other;
            }
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => {
                self.copy(2);
                return Item::Other;
            }
            other => self.copy(1 + other.len_utf8()),
        }
        Item::Character
    }

    fn character(&mut self, bytes: usize, code: u32) {
        self.replace(bytes, &format!("\\x{{{code:x}}}"));
    }

    /// A class by name: those of POSIX and Java that have none in Unicode.
    fn property(&mut self, negated: bool) {
        let braced = self.rest[2..].strip_prefix('{').and_then(|name| before(name, "}"));
        let Some(name) = braced else { return self.copy(2) };
        let (plain, inverted) = name.strip_prefix('^').map_or((name, negated), |name| (name, !negated));
        let class = PROPERTIES.iter().find(|(known, _)| *known == plain).map(|(_, class)| *class);
        let bytes = r"\p{}".len() + name.len();
        match class {
            Some(class) => self.replace(bytes, &format!("[{}{class}]", if inverted { "^" } else { "" })),
            None => self.copy(bytes),
        }
    }
}

/// Names of classes that are not known here, and what is in them.
const PROPERTIES: [(&str, &str); 10] = [
    // In Unicode, this leaves out symbols such as `$` and `+`.
    ("Punct", r"[:punct:]\p{P}"),
    ("XDigit", "0-9a-fA-F"),
    ("IsPunctuation", r"\p{P}"),
    ("javaAlphabetic", r"\p{Alphabetic}"),
    ("javaDigit", r"\p{Nd}"),
    ("javaLetter", r"\p{L}"),
    ("javaLetterOrDigit", r"\p{L}\p{Nd}"),
    ("javaLowerCase", r"\p{Lowercase}"),
    ("javaUpperCase", r"\p{Uppercase}"),
    ("javaWhitespace", r"\s"),
];

/// How long a class such as `[:alpha:]` is, if there is one.
fn posix_class(text: &str) -> Option<usize> {
    let name = before(text.strip_prefix("[:")?, ":]")?;
    let letters = name.strip_prefix('^').unwrap_or(name);
    letters.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some("[::]".len() + name.len())
}

/// How long the code of a character is: in braces, or so many digits.
fn hexadecimal(text: &str, digits: usize) -> usize {
    match text.strip_prefix('{') {
        Some(code) => before(code, "}").map_or(0, |code| "{}".len() + code.len()),
        None => text.bytes().take(digits).take_while(u8::is_ascii_hexdigit).count(),
    }
}

/// A name, up to what ends it. Names are short; who looks for their end in all the text may do so for each of many.
fn before<'t>(text: &'t str, end: &str) -> Option<&'t str> {
    let near = text.char_indices().nth(64).map_or(text, |(at, _)| &text[..at]);
    near.split_once(end).map(|(name, _)| name)
}

/// The character of two halves, `\ud83e\udd80` without the first two characters.
fn surrogates(text: &str) -> Option<u32> {
    let half = |digits: Option<&str>, first: u32| {
        let code = u32::from_str_radix(digits?, 16).ok()?;
        (first..first + 0x400).contains(&code).then(|| code - first)
    };
    let high = half(text.get(..4), 0xd800)?;
    let low = half(text.get(4..)?.strip_prefix("\\u")?.get(..4), 0xdc00)?;
    Some(0x10000 + (high << 10) + low)
}
