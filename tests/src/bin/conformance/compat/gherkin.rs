//! Feature files: the part of Gherkin that the suite is written in.
//!
//! Feature, Background, Scenario, Scenario Outline with Examples, and steps with data tables and doc strings. Tags and
//! descriptions are skipped; rules and other spoken languages are not known.

use std::collections::VecDeque;

use thiserror::Error;

/// The scenarios of a feature file, the steps of its background at the beginning of each.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Feature {
    pub(super) scenarios: Vec<Scenario>,
}

/// One scenario; an outline gives one per line of its examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scenario {
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// What it says, without its keyword.
    pub(super) text: String,
    /// The lines of its table.
    pub(super) table: Vec<Vec<String>>,
    /// Its doc string.
    pub(super) doc_string: Option<String>,
}

/// Why text is no feature file.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub(crate) struct GherkinError {
    line: usize,
    problem: Problem,
}

#[derive(Debug, PartialEq, Eq, Error)]
enum Problem {
    #[error("a step must stand in a scenario or a background")]
    StepOutside,
    #[error("a table must stand under a step or under examples")]
    TableOutside,
    #[error("a doc string must stand under a step")]
    DocStringOutside,
    #[error("the doc string is not closed")]
    OpenDocString,
    #[error("the table does not end with `|`")]
    OpenTable,
    #[error("this line of the examples has {found} cells, their header {expected}")]
    Examples { expected: usize, found: usize },
    #[error("this is neither a keyword, nor a step, nor a table")]
    Unknown,
}

const STEPS: [&str; 6] = ["Given ", "When ", "Then ", "And ", "But ", "* "];
const SECTIONS: [(&str, Section); 8] = [
    ("Feature:", Section::Feature),
    ("Background:", Section::Background),
    ("Scenario Outline:", Section::Scenario),
    ("Scenario Template:", Section::Scenario),
    ("Scenario:", Section::Scenario),
    ("Example:", Section::Scenario),
    ("Examples:", Section::Examples),
    ("Scenarios:", Section::Examples),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Feature,
    Background,
    Scenario,
    Examples,
}

/// A scenario as it stands, with the tables of its examples.
struct Draft {
    scenario: Scenario,
    examples: Vec<Vec<(usize, Vec<String>)>>,
}

impl Feature {
    /// Reads a feature file.
    pub(super) fn parse(text: &str) -> Result<Self, GherkinError> {
        let mut background = Vec::new();
        let mut drafts: Vec<Draft> = Vec::new();
        let mut section = Section::Feature;
        // Free text may stand between a heading and what belongs under it.
        let mut may_describe = true;
        let mut lines: VecDeque<(usize, &str)> =
            text.lines().enumerate().map(|(at, line)| (at + 1, line)).collect();
        while let Some((number, line)) = lines.pop_front() {
            let fail = |problem| GherkinError { line: number, problem };
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with(['#', '@']) {
                continue;
            }
            let heading =
                SECTIONS.iter().find_map(|(word, found)| Some((*found, trimmed.strip_prefix(word)?)));
            if let Some((found, name)) = heading {
                (section, may_describe) = (found, true);
                match (found, drafts.last_mut()) {
                    (Section::Scenario, _) => drafts.push(Draft {
                        scenario: Scenario { name: name.trim().to_owned(), steps: Vec::new() },
                        examples: Vec::new(),
                    }),
                    (Section::Examples, Some(draft)) => draft.examples.push(Vec::new()),
                    (Section::Examples, None) => return Err(fail(Problem::TableOutside)),
                    (Section::Feature | Section::Background, _) => {}
                }
                continue;
            }
            let steps = match (section, drafts.last_mut()) {
                (Section::Background, _) => Some(&mut background),
                (Section::Scenario, Some(draft)) => Some(&mut draft.scenario.steps),
                _ => None,
            };
            if let Some(text) = STEPS.iter().find_map(|word| trimmed.strip_prefix(word)) {
                let step = Step { text: text.trim().to_owned(), table: Vec::new(), doc_string: None };
                steps.ok_or_else(|| fail(Problem::StepOutside))?.push(step);
                may_describe = false;
            } else if trimmed.starts_with('|') {
                let cells = cells(trimmed).ok_or_else(|| fail(Problem::OpenTable))?;
                if section == Section::Examples {
                    let examples = drafts.last_mut().and_then(|draft| draft.examples.last_mut());
                    examples.ok_or_else(|| fail(Problem::TableOutside))?.push((number, cells));
                } else {
                    let step = steps.and_then(|steps| steps.last_mut());
                    step.ok_or_else(|| fail(Problem::TableOutside))?.table.push(cells);
                }
            } else if let Some(fence) = ["\"\"\"", "```"].into_iter().find(|fence| trimmed.starts_with(fence))
            {
                let step = steps.and_then(|steps| steps.last_mut());
                let step = step.ok_or_else(|| fail(Problem::DocStringOutside))?;
                let indent = line.len() - line.trim_start().len();
                let text = doc_string(&mut lines, fence, indent);
                step.doc_string = Some(text.ok_or_else(|| fail(Problem::OpenDocString))?);
            } else if !may_describe {
                return Err(fail(Problem::Unknown));
            }
        }
        let mut scenarios = Vec::new();
        for draft in drafts {
            for mut scenario in draft.written_out()? {
                scenario.steps.splice(0..0, background.iter().cloned());
                scenarios.push(scenario);
            }
        }
        Ok(Self { scenarios })
    }
}

impl Draft {
    /// The scenario for each line of its examples; without examples, as it stands.
    fn written_out(self) -> Result<Vec<Scenario>, GherkinError> {
        if self.examples.is_empty() {
            return Ok(vec![self.scenario]);
        }
        let mut scenarios = Vec::new();
        for table in &self.examples {
            let mut lines = table.iter();
            let Some((_, header)) = lines.next() else { continue };
            for (line, cells) in lines {
                if cells.len() != header.len() {
                    let problem = Problem::Examples { expected: header.len(), found: cells.len() };
                    return Err(GherkinError { line: *line, problem });
                }
                let filled = |text: &str| {
                    header.iter().zip(cells).fold(text.to_owned(), |text, (name, value)| {
                        text.replace(&format!("<{name}>"), value)
                    })
                };
                let steps = self.scenario.steps.iter().map(|step| Step {
                    text: filled(&step.text),
                    table: step
                        .table
                        .iter()
                        .map(|line| line.iter().map(|cell| filled(cell)).collect())
                        .collect(),
                    doc_string: step.doc_string.as_deref().map(filled),
                });
                scenarios.push(Scenario { name: filled(&self.scenario.name), steps: steps.collect() });
            }
        }
        Ok(scenarios)
    }
}

/// The cells of a line such as `| a | b \| c |`; none when its last cell is open.
fn cells(line: &str) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut characters = line.strip_prefix('|')?.chars();
    while let Some(character) = characters.next() {
        match character {
            '|' => cells.push(std::mem::take(&mut cell).trim_matches([' ', '\t']).to_owned()),
            '\\' => match characters.next() {
                Some('n') => cell.push('\n'),
                Some(escaped @ ('|' | '\\')) => cell.push(escaped),
                other => cell.extend(['\\'].into_iter().chain(other)),
            },
            other => cell.push(other),
        }
    }
    cell.is_empty().then_some(cells)
}

/// The lines up to the closing fence, without the indentation of the opening one.
fn doc_string(lines: &mut VecDeque<(usize, &str)>, fence: &str, indent: usize) -> Option<String> {
    let mut text = Vec::new();
    while let Some((_, line)) = lines.pop_front() {
        if line.trim() == fence {
            return Some(text.join("\n"));
        }
        let own = line.len() - line.trim_start().len();
        text.push(line.get(indent.min(own)..).unwrap_or_default());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(feature: &Feature) -> Vec<Vec<&str>> {
        feature
            .scenarios
            .iter()
            .map(|scenario| scenario.steps.iter().map(|step| step.text.as_str()).collect())
            .collect()
    }

    #[test]
    fn every_scenario_begins_with_the_background() {
        let feature = Feature::parse(
            "@tag\nFeature: F\n  Some words\n\n  Background:\n    Given a\n\n  Scenario: one\n    # why\n    When b\n    \
             Then c\n  Scenario: two\n    When d\n",
        )
        .unwrap();
        assert_eq!(steps(&feature), [vec!["a", "b", "c"], vec!["a", "d"]]);
        assert_eq!(feature.scenarios[1].name, "two");
    }

    #[test]
    fn tables_and_doc_strings_belong_to_their_step() {
        let feature = Feature::parse(
            "Feature: F\n Scenario: s\n  Given t\n   | a | b \\| c |\n   |  | \\d\\n |\n  And u\n   \"\"\"\n   x\n     y\n   \"\"\"\n",
        )
        .unwrap();
        let [first, second] = feature.scenarios[0].steps.as_slice() else { panic!("two steps") };
        assert_eq!(first.table, [["a", "b | c"], ["", "\\d\n"]]);
        assert_eq!(second.doc_string.as_deref(), Some("x\n  y"));
    }

    #[test]
    fn an_outline_is_a_scenario_for_each_line_of_its_examples() {
        let feature = Feature::parse(
            "Feature: F\n Scenario Outline: <n> is <w>\n  Given <n>\n   | <w> |\n  Examples:\n   | n | w |\n   | 1 | one |\n   | 2 | two |\n",
        )
        .unwrap();
        let names: Vec<_> = feature.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
        assert_eq!(names, ["1 is one", "2 is two"]);
        assert_eq!(feature.scenarios[1].steps[0].text, "2");
        assert_eq!(feature.scenarios[1].steps[0].table, [["two"]]);
    }

    #[test]
    fn what_is_not_understood_is_an_error_with_its_line() {
        for (text, line, problem) in [
            ("Feature: F\nGiven a", 2, Problem::StepOutside),
            ("Feature: F\n| a |", 2, Problem::TableOutside),
            ("Feature: F\nScenario: s\n Given a\n | a", 4, Problem::OpenTable),
            ("Feature: F\nScenario: s\n Given a\n \"\"\"\n x", 4, Problem::OpenDocString),
            ("Feature: F\nScenario: s\n Given a\n Whatever", 4, Problem::Unknown),
            (
                "Scenario: s\nGiven a\nExamples:\n| a | b |\n| 1 |",
                5,
                Problem::Examples { expected: 2, found: 1 },
            ),
        ] {
            assert_eq!(Feature::parse(text), Err(GherkinError { line, problem }), "{text}");
        }
    }
}
