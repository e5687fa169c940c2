//! How text for a regular expression is made.

use fancy_regex::Expr;
use regex_syntax::hir::{Class, HirKind};

use super::super::source::{below, one_of, up_to};
use super::super::{MAX_LENGTH, Source};

/// How often an item is repeated beyond what it must be.
const MORE: usize = 16;
/// How many pieces are written for one text, so that empty items in repetitions end, too.
const MAX_PIECES: usize = 1 << 18;
/// Classes with more characters than this say what must not be there, rather than what must.
const WIDE: u32 = 128;

/// The parts of an expression that become text, ready to be written again and again.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    root: Piece,
    groups: usize,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    OneOf { plain: Vec<(char, char)>, all: Vec<(char, char)> },
    All(Vec<Piece>),
    Any(Vec<Piece>),
    Repeat { piece: Box<Piece>, least: usize, most: usize },
    Group { index: usize, piece: Box<Piece> },
    Again(usize),
}

/// Why no text can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It has something that text cannot be made for.
    Unsupported(&'static str),
    /// The text would be longer than anyone needs.
    TooLong,
    /// Checking takes too long.
    TooHard,
    /// What is made does not satisfy what the expression asks for around it.
    NeverMatches,
}

impl Failure {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Unsupported(what) => what,
            Self::TooLong => "the text would be too long",
            Self::TooHard => "checking a text takes too long",
            Self::NeverMatches => {
                "no attempt satisfied its look-around, boundaries or anchors; write it without them"
            }
        }
    }
}

impl Plan {
    pub(super) fn new(pattern: &str) -> Result<Self, Failure> {
        let tree = Expr::parse_tree(pattern).map_err(|_| Failure::Unsupported("the expression is broken"))?;
        let mut plan = Self { root: Piece::All(Vec::new()), groups: 0 };
        plan.root = plan.piece(&tree.expr)?;
        Ok(plan)
    }

    fn piece(&mut self, expression: &Expr) -> Result<Piece, Failure> {
        let unsupported = |what| Err(Failure::Unsupported(what));
        Ok(match expression {
            // What has no width is checked when the text is there.
            Expr::Empty
            | Expr::Assertion(_)
            | Expr::LookAround(..)
            | Expr::KeepOut
            | Expr::ContinueFromPreviousMatchEnd => Piece::Text(String::new()),
            Expr::Any { .. } => class(".")?,
            Expr::GeneralNewline { .. } => Piece::Text("\n".to_owned()),
            Expr::Literal { val, .. } => Piece::Text(val.clone()),
            Expr::LiteralBytes { .. } => return unsupported("it asks for bytes that are no text"),
            Expr::Concat(children) => Piece::All(self.pieces(children)?),
            Expr::Alt(children) => Piece::Any(self.pieces(children)?),
            Expr::Group(child) => {
                self.groups += 1;
                let index = self.groups;
                Piece::Group { index, piece: Box::new(self.piece(child)?) }
            }
            Expr::AtomicGroup(child) => self.piece(child)?,
            Expr::Repeat { child, lo, hi, .. } => Piece::Repeat {
                piece: Box::new(self.piece(child)?),
                least: *lo,
                most: (*hi).min(lo.saturating_add(MORE)).max(*lo),
            },
            Expr::Delegate { inner, .. } => class(inner)?,
            Expr::Backref { group, .. } => Piece::Again(*group),
            Expr::SubroutineCall(_) | Expr::DefineGroup { .. } => {
                return unsupported("text cannot be made for subroutine calls");
            }
            Expr::Conditional { .. } | Expr::BackrefExistsCondition { .. } => {
                return unsupported("text cannot be made for conditions");
            }
            Expr::BacktrackingControlVerb(_) => {
                return unsupported("text cannot be made for backtracking control");
            }
            Expr::Absent(_) => return unsupported("text cannot be made for what must be absent"),
            Expr::BackrefWithRelativeRecursionLevel { .. } | Expr::AstNode(..) => {
                return unsupported("text cannot be made for recursive references");
            }
        })
    }

    fn pieces(&mut self, expressions: &[Expr]) -> Result<Vec<Piece>, Failure> {
        expressions.iter().map(|expression| self.piece(expression)).collect()
    }

    /// A text, which satisfies everything but what has no width. `plain` text has only letters and digits where those
    /// will do.
    pub(super) fn write(&self, plain: bool, source: &mut dyn Source) -> Result<String, Failure> {
        let groups = vec![0..0; self.groups + 1];
        let mut writer = Writer { source, plain, text: String::new(), groups, left: MAX_PIECES };
        writer.write(&self.root)?;
        Ok(writer.text)
    }
}

/// The characters of an expression that stands for one character.
fn class(pattern: &str) -> Result<Piece, Failure> {
    let broken = Failure::Unsupported("it has a character class that is not understood");
    let hir = regex_syntax::parse(pattern).map_err(|_| broken)?;
    let ranges: Vec<(char, char)> = match hir.into_kind() {
        HirKind::Literal(literal) => {
            let text = String::from_utf8(literal.0.into_vec()).map_err(|_| broken)?;
            return Ok(Piece::Text(text));
        }
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().map(|range| (range.start(), range.end())).collect()
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
        }
        _ => return Err(broken),
    };
    let within = |allowed: &[(char, char)]| -> Vec<(char, char)> {
        let common = |(from, to): &(char, char)| {
            allowed.iter().map(|(first, last)| (*from.max(first), *to.min(last))).collect::<Vec<_>>()
        };
        ranges.iter().flat_map(common).filter(|(from, to)| from <= to).collect()
    };
    let size: u32 = ranges.iter().map(|range| size(*range)).fold(0, u32::saturating_add);
    let plain = if size > WIDE { within(&[('0', '9'), ('A', 'Z'), ('a', 'z')]) } else { Vec::new() };
    let printable = within(&[(' ', '~')]);
    let all = if printable.is_empty() { ranges } else { printable };
    if all.is_empty() {
        return Err(Failure::Unsupported("it has an empty character class, which nothing matches"));
    }
    Ok(Piece::OneOf { plain: if plain.is_empty() { all.clone() } else { plain }, all })
}

/// How many code points there are in a range, both ends included.
fn size((from, to): (char, char)) -> u32 {
    u32::from(to) - u32::from(from) + 1
}

struct Writer<'w> {
    source: &'w mut dyn Source,
    plain: bool,
    text: String,
    groups: Vec<std::ops::Range<usize>>,
    left: usize,
}

impl Writer<'_> {
    fn write(&mut self, piece: &Piece) -> Result<(), Failure> {
        self.left = self.left.checked_sub(1).ok_or(Failure::TooLong)?;
        match piece {
            Piece::Text(text) => self.text.push_str(text),
            Piece::OneOf { plain, all } => self.character(if self.plain { plain } else { all }),
            Piece::All(pieces) => pieces.iter().try_for_each(|piece| self.write(piece))?,
            Piece::Any(pieces) => {
                if let Some(piece) = one_of(self.source, pieces) {
                    self.write(piece)?;
                }
            }
            Piece::Repeat { piece, least, most } => {
                let times = least + below(self.source, most - least);
                (0..times).try_for_each(|_| self.write(piece))?;
            }
            Piece::Group { index, piece } => {
                let start = self.text.len();
                self.write(piece)?;
                self.groups[*index] = start..self.text.len();
            }
            Piece::Again(group) => {
                let found = self.groups.get(*group).and_then(|range| self.text.get(range.clone()));
                let found = found.unwrap_or_default().to_owned();
                self.text.push_str(&found);
            }
        }
        if self.text.len() > MAX_LENGTH { Err(Failure::TooLong) } else { Ok(()) }
    }

    fn character(&mut self, ranges: &[(char, char)]) {
        let total: u32 = ranges.iter().map(|range| size(*range)).fold(0, u32::saturating_add);
        let drawn = up_to(self.source, u128::from(total.saturating_sub(1)));
        let mut left = u32::try_from(drawn).unwrap_or_default();
        for range in ranges {
            if left < size(*range) {
                // Surrogates are no characters; where one is drawn, the range's first character stands in.
                let drawn = char::from_u32(u32::from(range.0) + left);
                self.text.push(drawn.unwrap_or(range.0));
                return;
            }
            left -= size(*range);
        }
    }
}
