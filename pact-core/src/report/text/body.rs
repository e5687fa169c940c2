//! What is different between the body that a contract expects and the one that came.

use std::collections::{HashMap, HashSet};

use super::diff::{self, Line};
use super::wrong::Wrong;
use super::{Options, escape, hex, json, xml};
use crate::json::Json;
use crate::model::{Body, Content, ContentType, Data, parse_pairs};
use crate::report::{Detail, Mismatch, Part};
use crate::xml::Element;

/// The bodies that were compared.
#[derive(Debug, Clone)]
pub(super) struct Bodies<'b> {
    content_type: ContentType,
    expected: &'b Body,
    actual: &'b [u8],
}

/// What there is to show of bodies.
#[derive(Debug, PartialEq)]
pub(super) enum Comparison {
    /// Nothing: they do not differ, or cannot be compared line by line. The mismatches say it all.
    Nothing,
    /// They are too large, or too different.
    TooMuch,
    /// The lines that differ, and some around them.
    Lines(Vec<Line>),
}

impl<'b> Bodies<'b> {
    /// `stated` is the media type that headers or metadata give.
    pub(super) fn new(expected: &'b Body, stated: Option<ContentType>, actual: &'b [u8]) -> Self {
        let content_type = stated.or_else(|| expected.own_content_type()).unwrap_or_else(ContentType::json);
        Self { content_type, expected, actual }
    }

    pub(super) fn compare(&self, mismatches: &[Mismatch], options: &Options) -> Comparison {
        let in_body = |mismatch: &&Mismatch| mismatch.part == Part::Body;
        let details = || mismatches.iter().filter(in_body).map(|mismatch| &mismatch.detail);
        // Lines of a document and of something else have nothing to do with each other.
        let unlike = |detail: &Detail| {
            matches!(
                detail,
                Detail::ContentType { .. } | Detail::NotJson(_) | Detail::NotXml(_) | Detail::NotMultipart(_)
            )
        };
        let Some(content) = self.expected.content() else { return Comparison::Nothing };
        if details().next().is_none() || details().any(unlike) || self.actual.is_empty() {
            return Comparison::Nothing;
        }
        let bytes = content.bytes();
        let binary = details().any(|detail| matches!(detail, Detail::OtherBytes { .. }));
        if !binary && bytes.len().max(self.actual.len()) > options.largest_body {
            return Comparison::TooMuch;
        }
        let sides = if binary {
            // Parts of a multipart body are not shown: which of them differs is in the mismatch.
            (!self.content_type.is_multipart()).then(|| hex::rows(&bytes, self.actual))
        } else {
            self.sides(content, &bytes, mismatches)
        };
        let Some((left, right)) = sides else { return Comparison::Nothing };
        let Some(lines) = diff::compare(&left, &right) else { return Comparison::TooMuch };
        let lines = if binary { lines } else { diff::paired(lines, |line| self.label(content, line)) };
        match diff::around(lines, options.context, options.most_lines) {
            lines if lines.is_empty() || is_said(&lines, mismatches) => Comparison::Nothing,
            lines => Comparison::Lines(lines),
        }
    }

    fn is_json(&self, content: &Content) -> bool {
        self.content_type.is_json() || matches!(content.data, Data::Json(_))
    }

    /// What names the member, element or field that begins with a line.
    fn label<'l>(&self, content: &Content, line: &'l str) -> Option<&'l str> {
        if self.is_json(content) {
            json::label(line)
        } else if self.content_type.is_xml() {
            xml::label(line)
        } else if self.content_type.is_form() {
            line.split_once('=').map(|(name, _)| name)
        } else {
            None
        }
    }

    /// Both sides as lines, the expected one with what rules accepted.
    fn sides(
        &self,
        content: &Content,
        bytes: &[u8],
        mismatches: &[Mismatch],
    ) -> Option<(Vec<String>, Vec<String>)> {
        let wrong = Wrong::new(mismatches);
        if self.is_json(content) {
            let (expected, actual) = (content.as_json()?, Json::parse(self.actual).ok()?);
            return Some((json::accepted(&expected, &actual, &wrong), json::lines(&actual)));
        }
        if self.content_type.is_xml() {
            let (expected, actual) = (Element::parse(bytes).ok()?, Element::parse(self.actual).ok()?);
            return Some((xml::accepted(&expected, &actual, &wrong), xml::lines(&actual)));
        }
        if self.content_type.is_multipart() {
            return None;
        }
        let (expected, actual) = (std::str::from_utf8(bytes).ok()?, std::str::from_utf8(self.actual).ok()?);
        if self.content_type.is_form() {
            return Some(form(expected, actual, &wrong));
        }
        // An example that only has to follow a rule is nothing to compare with.
        let equal = wrong.here.iter().any(|detail| matches!(detail, Detail::NotEqual { .. }));
        let lines = |text: &str| text.lines().map(str::to_owned).collect();
        equal.then(|| (lines(expected), lines(actual)))
    }
}

/// Whether the one sentence about a body has all that two lines would show.
fn is_said(lines: &[Line], mismatches: &[Mismatch]) -> bool {
    let [Line::Expected(expected), Line::Actual(actual)] = lines else { return false };
    let mut in_body = mismatches.iter().filter(|mismatch| mismatch.part == Part::Body);
    let (Some(mismatch), None) = (in_body.next(), in_body.next()) else { return false };
    // Other sentences leave out one side: bytes are only counted, rules are named in place of the example.
    matches!(mismatch.detail, Detail::NotEqual { .. })
        && matches!(mismatch.location.as_str(), "" | "$")
        && [expected, actual].into_iter().all(|line| escape::is_short(line))
}

/// Fields of forms, one value a line.
fn form(expected: &str, actual: &str, wrong: &Wrong<'_>) -> (Vec<String>, Vec<String>) {
    let (expected, actual) = (parse_pairs(expected), parse_pairs(actual));
    let lines = |name: &str, values: &[Option<String>]| -> Vec<String> {
        let line = |value: &Option<String>| match value {
            Some(value) => format!("{name}={value}"),
            None => name.to_owned(),
        };
        values.iter().map(line).collect()
    };
    let examples: HashMap<&str, &Vec<Option<String>>> =
        expected.iter().map(|(name, values)| (name.as_str(), values)).collect();
    let (mut left, mut right, mut came) = (Vec::new(), Vec::new(), HashSet::new());
    for (name, values) in &actual {
        came.insert(name.as_str());
        right.extend(lines(name, values));
        match (wrong.field(name), examples.get(name.as_str())) {
            (Some(_), Some(example)) => left.extend(lines(name, example)),
            (Some(_), None) => {}
            (None, _) => left.extend(lines(name, values)),
        }
    }
    for (name, values) in expected.iter().filter(|(name, _)| !came.contains(name.as_str())) {
        left.extend(lines(name, values));
    }
    (left, right)
}
