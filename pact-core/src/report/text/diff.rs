//! Which lines differ.
//!
//! This is the greedy algorithm of Myers ("An O(ND) Difference Algorithm and Its Variations", 1986) with a bound on the
//! number of differing lines. Crates that do the same (`similar` is the best kept) are fifteen thousand lines that every
//! consumer's test would compile, and bound their work by a clock, which this crate does not read.

use std::fmt;

use super::escape::escaped;

/// More differing lines than these are not sorted out.
const MOST_EDITS: usize = 600;
/// Where diagonals are counted from, so that none is negative.
const CENTRE: usize = MOST_EDITS + 1;

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The same on both sides.
    Same(String),
    /// Only in what is expected.
    Expected(String),
    /// Only in what came.
    Actual(String),
    /// So many lines are left out.
    Skipped(usize),
}

impl fmt::Display for Line {
    /// With a mark for the side that it is on, safe to be written to a terminal: `- expected`, `+ actual`, `  both`,
    /// `… 3 lines`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same(text) => write!(formatter, "  {}", escaped(text)),
            Self::Expected(text) => write!(formatter, "- {}", escaped(text)),
            Self::Actual(text) => write!(formatter, "+ {}", escaped(text)),
            Self::Skipped(1) => formatter.write_str("… 1 line"),
            Self::Skipped(count) => write!(formatter, "… {count} lines"),
        }
    }
}

/// Both sides, line by line; nothing when too much differs.
///
/// Takes time in proportion to the number of lines times the number of those that differ, of which there are at most
/// 600.
pub(super) fn compare(expected: &[String], actual: &[String]) -> Option<Vec<Line>> {
    let before = expected.iter().zip(actual).take_while(|(left, right)| left == right).count();
    let (left, right) = (&expected[before..], &actual[before..]);
    let after = left.iter().rev().zip(right.iter().rev()).take_while(|(left, right)| left == right).count();
    let (left, right) = (&left[..left.len() - after], &right[..right.len() - after]);
    let mut lines: Vec<_> = expected[..before].iter().cloned().map(Line::Same).collect();
    lines.extend(script(left, right)?);
    lines.extend(expected[expected.len() - after..].iter().cloned().map(Line::Same));
    Some(lines)
}

/// The shortest way from one side to the other.
///
/// A diagonal is where `x - y` stays the same, `x` being the position on the left and `y` that on the right; the lower
/// diagonals are those on which the right side is ahead.
fn script(left: &[String], right: &[String]) -> Option<Vec<Line>> {
    // The greatest `x` that is reached on each diagonal, and what it was before each further edit.
    let mut furthest = vec![0_usize; 2 * CENTRE + 1];
    let mut trace: Vec<Reached> = Vec::new();
    for edits in 0..=MOST_EDITS.min(left.len() + right.len()) {
        let reached = Reached { edits, furthest: furthest[CENTRE - edits..=CENTRE + edits].to_vec() };
        for diagonal in (CENTRE - edits..=CENTRE + edits).step_by(2) {
            let (from, down) = reached.step(diagonal);
            let mut x = furthest[from] + usize::from(!down);
            let mut y = x + CENTRE - diagonal;
            while x < left.len() && y < right.len() && left[x] == right[y] {
                (x, y) = (x + 1, y + 1);
            }
            furthest[diagonal] = x;
            if x >= left.len() && y >= right.len() {
                trace.push(reached);
                return Some(retraced(left, right, &trace));
            }
        }
        trace.push(reached);
    }
    None
}

/// How far each diagonal was reached before an edit.
struct Reached {
    edits: usize,
    furthest: Vec<usize>,
}

impl Reached {
    fn at(&self, diagonal: usize) -> usize {
        self.furthest[diagonal + self.edits - CENTRE]
    }

    /// The diagonal from which one more edit leads furthest on this one, and whether that edit goes down (takes a line
    /// of the right side) or to the right (leaves out a line of the left side).
    fn step(&self, diagonal: usize) -> (usize, bool) {
        let (lowest, highest) = (CENTRE - self.edits, CENTRE + self.edits);
        let down =
            diagonal == lowest || (diagonal != highest && self.at(diagonal - 1) < self.at(diagonal + 1));
        if down { (diagonal + 1, true) } else { (diagonal - 1, false) }
    }
}

/// The way that was found, from its end to its start and turned round.
fn retraced(left: &[String], right: &[String], trace: &[Reached]) -> Vec<Line> {
    let (mut x, mut y) = (left.len(), right.len());
    let mut lines = Vec::new();
    for reached in trace[1..].iter().rev() {
        let (from, down) = reached.step(x + CENTRE - y);
        let start = reached.at(from);
        let (start_x, start_y) = (start, start + CENTRE - from);
        while x > start_x && y > start_y {
            (x, y) = (x - 1, y - 1);
            lines.push(Line::Same(left[x].clone()));
        }
        if down {
            y -= 1;
            lines.push(Line::Actual(right[y].clone()));
        } else {
            x -= 1;
            lines.push(Line::Expected(left[x].clone()));
        }
    }
    lines.extend(left[..x].iter().rev().cloned().map(Line::Same));
    lines.reverse();
    // Where lines take the place of others, what was expected comes first.
    for run in lines.chunk_by_mut(|left, right| !is_same(left) && !is_same(right)) {
        run.sort_by_key(|line| matches!(line, Line::Actual(_)));
    }
    lines
}

/// The same lines, with those of a member next to those that came in its place.
///
/// `label` is what a line begins with that names the member; lines without belong to the member before them. In both
/// sides the members that they share come in the same order.
pub(super) fn paired(mut lines: Vec<Line>, label: impl Fn(&str) -> Option<&str>) -> Vec<Line> {
    for run in lines.chunk_by_mut(|left, right| !is_same(left) && !is_same(right)) {
        let Some(paired) = paired_run(run, &label) else { continue };
        run.clone_from_slice(&paired);
    }
    lines
}

fn paired_run(run: &[Line], label: &impl Fn(&str) -> Option<&str>) -> Option<Vec<Line>> {
    let (expected, actual) = run.split_at(run.partition_point(|line| matches!(line, Line::Expected(_))));
    let indent = run.iter().filter_map(text).map(indentation).min()?;
    let (expected, actual) = (members(expected, indent, label)?, members(actual, indent, label)?);
    let mut paired = Vec::with_capacity(run.len());
    let mut rest = &actual[..];
    for (name, lines) in expected {
        let found = rest.iter().position(|(other, _)| *other == name);
        let (before, from) = rest.split_at(found.unwrap_or(0));
        paired.extend(before.iter().flat_map(|(_, lines)| *lines).cloned());
        paired.extend_from_slice(lines);
        rest = from;
        if let (Some(_), Some(((_, lines), others))) = (found, from.split_first()) {
            paired.extend_from_slice(lines);
            rest = others;
        }
    }
    paired.extend(rest.iter().flat_map(|(_, lines)| *lines).cloned());
    Some(paired)
}

type Member<'l> = (&'l str, &'l [Line]);

/// The members whose lines these are; nothing where they do not begin with one.
fn members<'l>(
    lines: &'l [Line],
    indent: usize,
    label: &impl Fn(&str) -> Option<&str>,
) -> Option<Vec<Member<'l>>> {
    let begins = |line: &Line| begins(line, indent, label).is_some();
    let members = lines.chunk_by(|_, next| !begins(next));
    members.map(|lines| Some((self::begins(lines.first()?, indent, label)?, lines))).collect()
}

/// The name of the member that a line begins with.
fn begins<'l>(line: &'l Line, indent: usize, label: &impl Fn(&str) -> Option<&str>) -> Option<&'l str> {
    text(line).filter(|text| indentation(text) == indent).and_then(label)
}

fn text(line: &Line) -> Option<&str> {
    match line {
        Line::Same(text) | Line::Expected(text) | Line::Actual(text) => Some(text),
        Line::Skipped(_) => None,
    }
}

fn indentation(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

fn is_same(line: &Line) -> bool {
    matches!(line, Line::Same(_))
}

/// Only the lines that differ, with some around them, and no more than `most`.
pub(super) fn around(lines: Vec<Line>, context: usize, most: usize) -> Vec<Line> {
    let differing: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| !is_same(line)).map(|(at, _)| at).collect();
    let mut shown: Vec<Line> = Vec::new();
    let (mut next, total) = (0, lines.len());
    let mut skipped = 0;
    for (at, line) in lines.into_iter().enumerate() {
        while next < differing.len() && differing[next] + context < at {
            next += 1;
        }
        let near = next < differing.len() && differing[next] <= at + context;
        if shown.len() >= most && near {
            shown.push(Line::Skipped(total - at));
            return shown;
        }
        if !near {
            skipped += 1;
            continue;
        }
        // What comes before the first difference or after the last needs no mark.
        if skipped > 0 && !shown.is_empty() {
            shown.push(Line::Skipped(skipped));
        }
        skipped = 0;
        shown.push(line);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.chars().map(String::from).collect()
    }

    /// The comparison of two texts, one character a line.
    fn compared(left: &str, right: &str) -> String {
        let show = |line: &Line| match line {
            Line::Same(text) => text.clone(),
            Line::Expected(text) => format!("-{text}"),
            Line::Actual(text) => format!("+{text}"),
            Line::Skipped(_) => unreachable!(),
        };
        compare(&lines(left), &lines(right)).unwrap().iter().map(show).collect()
    }

    #[test]
    fn as_little_as_possible_differs() {
        assert_eq!(compared("", ""), "");
        assert_eq!(compared("abc", "abc"), "abc");
        assert_eq!(compared("", "ab"), "+a+b");
        assert_eq!(compared("ab", ""), "-a-b");
        assert_eq!(compared("abcd", "xbcy"), "-a+xbc-d+y");
        assert_eq!(compared("abc", "zabc"), "+zabc");
        assert_eq!(compared("abcabba", "cbabac").matches(['-', '+']).count(), 5);
    }

    #[test]
    fn each_side_can_be_read_from_it() {
        for (left, right) in
            [("kitten", "sitting"), ("aaaabbbb", "bbbbaaaa"), ("xaxcxabc", "abcy"), ("a", "b")]
        {
            let all = compare(&lines(left), &lines(right)).unwrap();
            let side = |other: fn(&Line) -> bool| {
                let text = all.iter().filter(|line| !other(line)).map(|line| match line {
                    Line::Same(text) | Line::Expected(text) | Line::Actual(text) => text.as_str(),
                    Line::Skipped(_) => unreachable!(),
                });
                text.collect::<String>()
            };
            assert_eq!(side(|line| matches!(line, Line::Actual(_))), left);
            assert_eq!(side(|line| matches!(line, Line::Expected(_))), right);
        }
    }

    #[test]
    fn members_are_next_to_what_came_in_their_place() {
        fn label(line: &str) -> Option<&str> {
            line.split_once('=').map(|(label, _)| label)
        }
        let lines = |text: &str| -> Vec<String> { text.split(',').map(str::to_owned).collect() };
        let compared = |left: &str, right: &str| {
            let show = |line: &Line| match line {
                Line::Same(text) => text.clone(),
                Line::Expected(text) => format!("-{text}"),
                Line::Actual(text) => format!("+{text}"),
                Line::Skipped(_) => unreachable!(),
            };
            let all = paired(compare(&lines(left), &lines(right)).unwrap(), label);
            all.iter().map(show).collect::<Vec<_>>().join(",")
        };
        assert_eq!(compared("a=1,b=1,c=1", "a=2,b=2,c=1"), "-a=1,+a=2,-b=1,+b=2,c=1");
        assert_eq!(compared("a=1,c=1,d=1", "a=2,b=2,c=2"), "-a=1,+a=2,+b=2,-c=1,+c=2,-d=1");
        assert_eq!(compared("a=1,b=1", "a=[, 7,],b=2"), "-a=1,+a=[,+ 7,+],-b=1,+b=2");
        assert_eq!(compared("1,2", "3,4"), "-1,-2,+3,+4");
        assert_eq!(compared(" a=1,],[, a=1", " a=2,],[, a=3"), "- a=1,+ a=2,],[,- a=1,+ a=3");
    }

    #[test]
    fn too_many_differences_are_not_sorted_out() {
        let numbered =
            |from: usize, count: usize| (from..from + count).map(|line| line.to_string()).collect();
        let (left, right): (Vec<_>, Vec<_>) = (numbered(0, 100_000), numbered(200_000, 100_000));
        assert_eq!(compare(&left, &right), None);
        let half = MOST_EDITS / 2;
        let (left, right): (Vec<_>, Vec<_>) = (numbered(0, half), numbered(1000, half));
        assert_eq!(compare(&left, &right).unwrap().len(), MOST_EDITS);
    }

    #[test]
    fn only_what_is_near_a_difference_is_shown() {
        let same = |count: usize| (0..count).map(|_| Line::Same("s".into()));
        let lines = |most: usize| {
            let all =
                same(5).chain([Line::Actual("a".into())]).chain(same(9)).chain([Line::Expected("e".into())]);
            around(all.chain(same(5)).collect(), 2, most)
        };
        let show = |line: &Line| match line {
            Line::Same(text) | Line::Expected(text) | Line::Actual(text) => text.clone(),
            Line::Skipped(count) => format!("({count})"),
        };
        let shown = |most| lines(most).iter().map(show).collect::<String>();
        assert_eq!(shown(100), "ssass(5)ssess");
        assert_eq!(shown(7), "ssass(5)s(7)");
    }
}
