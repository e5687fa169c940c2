//! Mismatches in words for people.
//!
//! A [`Report`] lists what is wrong, part by part and in the order of the documents, one line each: where, what the
//! contract expects or which rule it gives, and what came. Where bodies differ, it shows the lines in which they do.
//!
//! ```
//! use pactwright_core::format;
//! use pactwright_core::matching::{ActualResponse, CompiledResponse};
//! use pactwright_core::report::text::Report;
//!
//! let file = br#"{
//!   "consumer": {"name": "web"}, "provider": {"name": "orders"},
//!   "interactions": [{
//!     "description": "a request for an order",
//!     "request": {"method": "GET", "path": "/order"},
//!     "response": {
//!       "status": 200, "body": {"at": "09:30", "lines": [{"id": 7}]},
//!       "matchingRules": {"body": {
//!         "$.at": {"matchers": [{"match": "type"}]},
//!         "$.lines[*].id": {"matchers": [{"match": "integer"}]}
//!       }}
//!     }
//!   }]
//! }"#;
//! let pact = format::read(file)?;
//! let (_, expected) = pact.interactions[0].as_http().unwrap();
//! let compiled = CompiledResponse::new(expected.clone())?;
//! let actual = ActualResponse {
//!     status: 201,
//!     body: br#"{"at": "23:59", "lines": [{"id": "x"}]}"#.to_vec(),
//!     ..Default::default()
//! };
//! let mismatches = compiled.mismatches(&actual);
//! assert_eq!(Report::of_response(expected, &actual, &mismatches).to_string(), "\
//! status: expected 200 but was 201
//! body $.lines[0].id: expected an integer but was 'x' (String) (by the rule for $.lines[*].id)
//! body (- expected, + actual):
//!       \"at\": \"23:59\"
//!       \"lines\": [
//!         {
//!   -       \"id\": 7
//!   +       \"id\": \"x\"
//!         }
//!       ]
//!     }");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Bodies
//!
//! The expected side of a comparison has what came wherever that was accepted, so that only what is wrong differs: an
//! example that a rule frees is not held against anybody, and neither is the order of members. JSON and XML are laid
//! out anew, forms have a value a line, text is compared as it is, and of other bytes the rows around the first
//! difference are shown. Parts of multipart bodies are not shown side by side.
//!
//! # Limits
//!
//! Both bodies may come from anywhere. Text and work are bounded ([`Options`]): bodies that are too large or too
//! different are not compared line by line (more than 600 differing lines, before cutting), and the report says so. Where
//! one sentence has all of two short bodies, they are not shown again.
//! Values in sentences are cut at 200 characters, where two long texts differ around the first difference. Characters
//! that would act on a terminal are written as escapes ([`escaped`]).

mod body;
mod diff;
mod escape;
mod hex;
mod json;
mod sentence;
mod words;
mod wrong;
mod xml;

use std::fmt::{self, Write as _};

pub use diff::Line;
pub use escape::escaped;

use self::body::{Bodies, Comparison};
use self::sentence::{Style, paint};
use super::{Detail, Mismatch, Part};
use crate::matching::{ActualMessage, ActualRequest, ActualResponse};
use crate::model::{Message, Request, Response};

/// How a [`Report`] looks, and how long it may get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether to use colour (ANSI escape sequences). Whether there is a terminal, and what `NO_COLOR` says, the caller
    /// knows.
    pub colour: bool,
    /// The longest line in characters: longer sentences are broken, longer lines of bodies are cut. Without it,
    /// sentences stay on one line.
    pub width: Option<usize>,
    /// How many lines are shown around each difference of bodies.
    pub context: usize,
    /// How many mismatches are listed.
    pub most_mismatches: usize,
    /// How many lines of bodies are shown.
    pub most_lines: usize,
    /// Bodies beyond this, in bytes, are not compared line by line.
    pub largest_body: usize,
}

impl Default for Options {
    /// No colour, any width, 3 lines of context, 50 mismatches, 120 lines, bodies of up to 1 MiB.
    fn default() -> Self {
        Self {
            colour: false,
            width: None,
            context: 3,
            most_mismatches: 50,
            most_lines: 120,
            largest_body: 1024 * 1024,
        }
    }
}

/// Mismatches as text, with what differs in the bodies where those are known. [`fmt::Display`] writes it, without a line
/// break at the end.
#[derive(Debug, Clone)]
pub struct Report<'r> {
    mismatches: &'r [Mismatch],
    bodies: Option<Bodies<'r>>,
    options: Options,
}

/// Lists mismatches without the bodies.
pub fn render(mismatches: &[Mismatch], options: Options) -> String {
    Report::new(mismatches).with(options).to_string()
}

impl<'r> Report<'r> {
    /// Of mismatches alone.
    pub fn new(mismatches: &'r [Mismatch]) -> Self {
        Self { mismatches, bodies: None, options: Options::default() }
    }

    /// Of what is wrong with a request.
    pub fn of_request(expected: &'r Request, actual: &'r ActualRequest, mismatches: &'r [Mismatch]) -> Self {
        let bodies = Bodies::new(&expected.body, expected.headers.content_type(), &actual.body);
        Self { bodies: Some(bodies), ..Self::new(mismatches) }
    }

    /// Of what is wrong with a response.
    pub fn of_response(
        expected: &'r Response,
        actual: &'r ActualResponse,
        mismatches: &'r [Mismatch],
    ) -> Self {
        let bodies = Bodies::new(&expected.body, expected.headers.content_type(), &actual.body);
        Self { bodies: Some(bodies), ..Self::new(mismatches) }
    }

    /// Of what is wrong with a message.
    pub fn of_message(expected: &'r Message, actual: &'r ActualMessage, mismatches: &'r [Mismatch]) -> Self {
        let bodies = Bodies::new(&expected.contents, expected.content_type(), &actual.contents);
        Self { bodies: Some(bodies), ..Self::new(mismatches) }
    }

    /// With other options than the default ones.
    #[must_use]
    pub fn with(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// The lines in which the bodies differ, with some around them, not escaped; empty when there are none to show.
    pub fn lines(&self) -> Vec<Line> {
        match self.comparison() {
            Comparison::Lines(lines) => lines,
            Comparison::Nothing | Comparison::TooMuch => Vec::new(),
        }
    }

    fn comparison(&self) -> Comparison {
        self.bodies
            .as_ref()
            .map_or(Comparison::Nothing, |bodies| bodies.compare(self.mismatches, &self.options))
    }

    fn list(&self, mismatches: &[&Mismatch], indent: &str, out: &mut dyn fmt::Write) -> fmt::Result {
        let Options { colour, width, most_mismatches, .. } = self.options;
        let hanging = format!("{indent}    ");
        let room = width.map(|width| width.saturating_sub(indent.len()));
        for (index, mismatch) in mismatches.iter().take(most_mismatches).enumerate() {
            if index > 0 {
                out.write_char('\n')?;
            }
            out.write_str(indent)?;
            words::sentence(mismatch).write(out, colour, room, &hanging)?;
            if let Detail::NoVariant { closest: Some((_, reasons)), .. } = &mismatch.detail
                && !reasons.is_empty()
            {
                out.write_char('\n')?;
                self.list(&reasons.iter().collect::<Vec<_>>(), &format!("{indent}  "), out)?;
            }
        }
        if mismatches.len() > most_mismatches {
            let more = format!("and {} more", mismatches.len() - most_mismatches);
            write!(out, "\n{indent}")?;
            paint(out, colour, Style::Dim, &more)?;
        }
        Ok(())
    }

    fn diff(&self, lines: &[Line], out: &mut dyn fmt::Write) -> fmt::Result {
        let colour = self.options.colour;
        out.write_char('\n')?;
        paint(out, colour, Style::Place, "body")?;
        out.write_str(" (")?;
        paint(out, colour, Style::Expected, "- expected")?;
        out.write_str(", ")?;
        paint(out, colour, Style::Actual, "+ actual")?;
        out.write_str("):")?;
        for line in lines {
            let style = match line {
                Line::Same(_) => Style::Plain,
                Line::Expected(_) => Style::Expected,
                Line::Actual(_) => Style::Actual,
                Line::Skipped(_) => Style::Dim,
            };
            let most = self.options.width.map_or(LONGEST_LINE, |width| width.saturating_sub(3).max(20));
            out.write_str("\n  ")?;
            paint(out, colour, style, &escape::cut(&line.to_string(), most))?;
        }
        Ok(())
    }
}

/// Lines of bodies are cut here when no width is given, in characters.
const LONGEST_LINE: usize = 400;

/// Where a part comes in a report: what is short and decides most first, the body last.
fn place(part: Part) -> usize {
    match part {
        Part::Method => 0,
        Part::Path => 1,
        Part::Query => 2,
        Part::Status => 3,
        Part::Header => 4,
        Part::Metadata => 5,
        Part::Body => 6,
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut by_part: Vec<&Mismatch> = self.mismatches.iter().collect();
        by_part.sort_by_key(|mismatch| place(mismatch.part));
        self.list(&by_part, "", formatter)?;
        match self.comparison() {
            Comparison::Nothing => Ok(()),
            Comparison::TooMuch => {
                let note = "the bodies are too large or too different to be shown side by side";
                formatter.write_char('\n')?;
                paint(formatter, self.options.colour, Style::Dim, note)
            }
            Comparison::Lines(lines) => self.diff(&lines, formatter),
        }
    }
}
