//! Which lines differ.
//!
//! This is the greedy algorithm of Myers ("An O(ND) Difference Algorithm and Its Variations", 1986) with a bound on the
//! number of differing lines. Crates that do the same (`similar` is the best kept) are fifteen thousand lines that every
//! consumer's test would compile, and bound their work by a clock, which this crate does not read.

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
