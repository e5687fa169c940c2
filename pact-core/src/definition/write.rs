//! From a definition to text.

use std::fmt;

use super::parse::ESCAPES;
use super::{Definition, Example, Term};
use crate::json::Json;
use crate::rules::{Moment, NumberKind, Rule};

impl fmt::Display for Definition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(&self.terms, formatter)
    }
}

fn joined<T: fmt::Display>(parts: &[T], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        formatter.write_str(if index == 0 { "" } else { ", " })?;
        part.fmt(formatter)?;
    }
    Ok(())
}

impl fmt::Display for Term {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matching(rule, example) => {
                write!(formatter, "matching({}, ", name(rule))?;
                match rule {
                    Rule::Regex(regex) => write!(formatter, "{}, ", Quoted(regex.pattern()))?,
                    Rule::Include(include) => write!(formatter, "{}, ", Quoted(&include.value))?,
                    Rule::Date(date) => write!(formatter, "{}, ", Quoted(date.format()))?,
                    Rule::ContentType(kind) => write!(formatter, "{}, ", Quoted(&kind.value))?,
                    _ => {}
                }
                write!(formatter, "{example})")
            }
            Self::Reference(name) => write!(formatter, "matching(${})", Quoted(name)),
            Self::NotEmpty(example) => write!(formatter, "notEmpty({example})"),
            Self::EachKey(definition) => write!(formatter, "eachKey({definition})"),
            Self::EachValue(definition) => write!(formatter, "eachValue({definition})"),
            Self::AtLeast(size) => write!(formatter, "atLeast({size})"),
            Self::AtMost(size) => write!(formatter, "atMost({size})"),
            Self::ArrayContains(items) => {
                formatter.write_str("arrayContains(")?;
                joined(items, formatter)?;
                formatter.write_str(")")
            }
        }
    }
}

/// The name of a rule for one value; others have terms of their own.
fn name(rule: &Rule) -> &str {
    match rule {
        Rule::Equality(_) => "equalTo",
        Rule::Regex(_) => "regex",
        Rule::Include(_) => "include",
        Rule::Boolean(_) => "boolean",
        Rule::Semver(_) => "semver",
        Rule::ContentType(_) => "contentType",
        Rule::Number(number) => match number.kind {
            NumberKind::Any => "number",
            NumberKind::Integer => "integer",
            NumberKind::Decimal => "decimal",
        },
        Rule::Date(date) => match date.moment() {
            Moment::Date => "date",
            Moment::Time => "time",
            Moment::DateTime => "datetime",
        },
        Rule::Unknown(unknown) => &unknown.name,
        _ => "type",
    }
}

impl fmt::Display for Example {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |formatter: &mut fmt::Formatter<'_>| match &self.value {
            Json::String(text) => Quoted(text).fmt(formatter),
            other => other.fmt(formatter),
        };
        match &self.from_state {
            None => value(formatter),
            Some(state) => {
                write!(formatter, "fromProviderState({}, ", Quoted(state.expression()))?;
                value(formatter)?;
                formatter.write_str(")")
            }
        }
    }
}

/// Text in single quotes.
struct Quoted<'t>(&'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("'")?;
        for character in self.0.chars() {
            match ESCAPES.iter().find(|(_, escaped)| *escaped == character) {
                Some((letter, _)) => write!(formatter, "\\{letter}")?,
                None if character.is_control() => write!(formatter, "\\u{{{:x}}}", u32::from(character))?,
                None => write!(formatter, "{character}")?,
            }
        }
        formatter.write_str("'")
    }
}
