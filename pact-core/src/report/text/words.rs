//! What is wrong, in words for people.

use std::fmt;

use super::escape::{contrast, short};
use super::sentence::{Sentence, Style};
use crate::json::Json;
use crate::report::{Detail, Mismatch, Part, Undecided};
use crate::rules::{Moment, NumberKind, Rule, StatusClass};

/// How many reasons a sentence gives why an item of a list is not the one that is wanted.
const MOST_REASONS: usize = 3;

impl fmt::Display for Mismatch {
    /// One sentence with the place. It is one line, of bounded length, and safe to be written to a terminal.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sentence = sentence(self);
        reasons(&self.detail, &mut sentence);
        sentence.fmt(formatter)
    }
}

impl fmt::Display for Detail {
    /// The sentence without the place.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sentence = Sentence::default();
        say(Part::Body, self, &mut sentence);
        reasons(self, &mut sentence);
        sentence.fmt(formatter)
    }
}

/// The place, and what is wrong there.
pub(super) fn sentence(mismatch: &Mismatch) -> Sentence {
    let mut sentence = Sentence::default();
    let place = match (mismatch.part, mismatch.location.as_str()) {
        (part @ (Part::Method | Part::Path | Part::Status), _) | (part, "") | (part @ Part::Body, "$") => {
            part.as_str().to_owned()
        }
        (Part::Body, path) => format!("body {}", short(&path)),
        (Part::Query, name) => format!("query parameter '{}'", short(&name)),
        (part, name) => format!("{} '{}'", part.as_str(), short(&name)),
    };
    sentence.add(Style::Place, &place).say(": ");
    say(mismatch.part, &mismatch.detail, &mut sentence);
    sentence
}

/// Why the closest item is not the one that is wanted, on the same line.
fn reasons(detail: &Detail, sentence: &mut Sentence) {
    let Detail::NoVariant { closest: Some((_, mismatches)), .. } = detail else { return };
    for (index, mismatch) in mismatches.iter().take(MOST_REASONS).enumerate() {
        sentence.say(if index == 0 { " " } else { "; " }).say(&mismatch.to_string());
    }
    if mismatches.len() > MOST_REASONS {
        sentence.say(&format!("; and {} more", mismatches.len() - MOST_REASONS));
    }
}

fn say(part: Part, detail: &Detail, sentence: &mut Sentence) {
    let shown = if part == Part::Body { value } else { listed };
    let mut contrary = |expected: &str, actual: &str| {
        sentence.say("expected ").add(Style::Expected, expected).say(" but was ").add(Style::Actual, actual);
    };
    match detail {
        Detail::NotEqual { expected: Json::String(expected), actual: Json::String(actual) } => {
            let (expected, actual) = contrast(expected, actual);
            match part {
                Part::Method | Part::Status => contrary(&expected, &actual),
                _ => contrary(&format!("'{expected}'"), &format!("'{actual}'")),
            }
        }
        Detail::NotEqual { expected, actual } if part != Part::Body && part != Part::Metadata => {
            contrary(&listed(expected), &listed(actual));
        }
        Detail::NotEqual { expected, actual } if expected.type_name() == actual.type_name() => {
            contrary(&value(expected), &value(actual));
        }
        Detail::NotEqual { expected, actual } => contrary(&typed(expected), &typed(actual)),
        Detail::Refused { rule, expected, actual, given_for, explanation } => {
            match rule.as_ref() {
                // Nobody here knows better what it asks for.
                Rule::Unknown(unknown) if unknown.supplied.is_some() => {
                    sentence.say(&short(explanation));
                }
                _ => refused(part, rule, expected.as_ref(), actual, sentence),
            }
            if let Some(path) = given_for {
                sentence.add(Style::Dim, &format!(" (by the rule for {})", short(path)));
            }
        }
        Detail::Undecided { actual, reason } => undecided(actual, reason, sentence),
        Detail::Meaningless { rule, what } => {
            sentence.say(&format!("{} means nothing for {what}; give the rule for an element", meant(rule)));
        }
        Detail::ByExtension { explanation, .. } => {
            sentence.say(&short(explanation));
        }
        Detail::ExtensionFailed { extension, error } => {
            sentence.say(&format!("the plugin '{}' could not compare the body: ", short(extension)));
            sentence.say(&short(error));
        }
        Detail::OtherBytes { expected, actual, first } => {
            contrary(&counted(*expected, "byte"), &actual.to_string());
            sentence.say(&format!("; the first difference is at byte {first}"));
        }
        Detail::Missing { expected } => {
            sentence.say("expected ").add(Style::Expected, &shown(expected)).say(" but it is missing");
        }
        Detail::Unexpected { actual } => {
            sentence.add(Style::Actual, &shown(actual)).say(" was not expected");
        }
        Detail::Length { expected, actual } => {
            let what = if part == Part::Body { "item" } else { "value" };
            contrary(&counted(*expected, what), &actual.to_string());
        }
        Detail::NoVariant { index, expected, closest } => {
            sentence.say(&format!("no item is like item [{index}] of the contract, "));
            sentence.add(Style::Expected, &value(expected));
            match closest {
                None => sentence.say("; the list is empty"),
                Some((at, reasons)) if reasons.is_empty() => {
                    sentence.say(&format!("; item [{at}] is, but another item of the contract needs it"))
                }
                Some((at, _)) => sentence.say(&format!("; the closest is item [{at}], but")),
            };
        }
        Detail::NoExample { index, items } => {
            let items = counted(*items, "item");
            sentence.say(&format!("the rule asks for something like item [{index}] of the contract, "));
            sentence.say(&format!("which has only {items} here; correct the contract"));
        }
        Detail::ContentType { expected, actual } => {
            contrary(&format!("content of type '{}'", short(expected)), &format!("'{}'", short(actual)));
        }
        Detail::MissingChild { expected } => {
            sentence.say("expected ").add(Style::Expected, &short(expected)).say(" but it is missing");
        }
        Detail::UnexpectedChild { actual } => {
            sentence.add(Style::Actual, &short(actual)).say(" was not expected");
        }
        Detail::NotJson(error) => broken(sentence, "a JSON document", error),
        Detail::NotXml(error) => broken(sentence, "an XML document", error),
        Detail::NotMultipart(error) => broken(sentence, "a body made of parts", error),
    }
}

fn undecided(actual: &Json<'_>, reason: &Undecided, sentence: &mut Sentence) {
    sentence.say("it could not be decided whether ").add(Style::Actual, &value(actual));
    match reason {
        Undecided::Expression { pattern } => {
            sentence.say(" matches ").add(Style::Expected, &format!("'{}'", short(pattern)));
            sentence.say(", which goes back too often; write it without nested repetitions")
        }
        Undecided::Alternatives { limit } => sentence.say(&format!(
            " is one of the alternatives: that would take more than {limit} comparisons; use fewer of them inside each other"
        )),
        Undecided::AnyOrder { limit } => sentence.say(&format!(
            " has the same items in any order: that would take more than {limit} comparisons; make the example shorter"
        )),
    };
}

/// A rule as a thing.
fn meant(rule: &Rule) -> String {
    match rule {
        Rule::Like(like) if like.min.or(like.max).is_some() => "a bound on the number of items".to_owned(),
        rule => {
            format!("the rule '{}'", short(&rule.definition().get("match").map_or_else(String::new, value)))
        }
    }
}

fn broken(sentence: &mut Sentence, wanted: &str, error: &dyn fmt::Display) {
    sentence.say("expected ").add(Style::Expected, wanted).say(" but it cannot be read: ");
    sentence.add(Style::Actual, &short(error));
}

fn refused(part: Part, rule: &Rule, expected: Option<&Json<'_>>, actual: &Json<'_>, sentence: &mut Sentence) {
    if let Rule::Unknown(unknown) = rule {
        sentence.say(&format!("the rule '{}' is not known, so ", short(&unknown.name)));
        sentence.add(Style::Actual, &value(actual)).say(" cannot be checked; a plugin may supply it");
        return;
    }
    let text_only = matches!(part, Part::Method | Part::Path | Part::Query | Part::Header | Part::Status);
    let came = match (rule, actual) {
        (Rule::StatusCode(_), Json::String(status)) => short(status),
        (Rule::Like(like), Json::Array(items)) if like.min.or(like.max).is_some() => items.len().to_string(),
        (Rule::IgnoreOrder(rule), Json::Array(items)) if rule.min.or(rule.max).is_some() => {
            items.len().to_string()
        }
        // Where everything is text, that need not be said, nor where text is asked for.
        (Rule::Regex(_) | Rule::Include(_) | Rule::Date(_) | Rule::Semver(_), Json::String(_)) => {
            value(actual)
        }
        (Rule::NotEmpty(_) | Rule::ContentType(_), _) => value(actual),
        _ if text_only => listed(actual),
        _ => typed(actual),
    };
    sentence.say("expected ").add(Style::Expected, &wanted(rule, expected, actual));
    sentence.say(" but was ").add(Style::Actual, &came);
}

/// What a rule asks for.
fn wanted(rule: &Rule, expected: Option<&Json<'_>>, actual: &Json<'_>) -> String {
    if let Some(expected) = expected.filter(|expected| {
        let container = matches!(expected, Json::Array(_) | Json::Object(_));
        container
            && expected.type_name() != actual.type_name()
            && !matches!(rule, Rule::Equality(_) | Rule::Null(_))
    }) {
        return such_as(expected);
    }
    match rule {
        Rule::Equality(_) => expected.map_or_else(|| "the same value".to_owned(), typed),
        Rule::Regex(regex) => format!("text that matches '{}'", short(&regex.pattern())),
        Rule::Like(like) => match actual {
            Json::Array(items) if like.min.is_some_and(|min| items.len() < min) => {
                format!("at least {}", counted(like.min.unwrap_or_default(), "item"))
            }
            Json::Array(items) if like.max.is_some_and(|max| items.len() > max) => {
                format!("at most {}", counted(like.max.unwrap_or_default(), "item"))
            }
            _ => expected.map_or_else(|| "a value of another type".to_owned(), such_as),
        },
        Rule::IgnoreOrder(rule) => match actual {
            Json::Array(items) if rule.min.is_some_and(|min| items.len() < min) => {
                format!("at least {}", counted(rule.min.unwrap_or_default(), "item"))
            }
            Json::Array(items) if rule.max.is_some_and(|max| items.len() > max) => {
                format!("at most {}", counted(rule.max.unwrap_or_default(), "item"))
            }
            _ => expected.map_or_else(|| "the same value".to_owned(), typed),
        },
        Rule::Include(include) => format!("text that includes '{}'", short(&include.value)),
        Rule::Number(number) => match number.kind {
            NumberKind::Any => "a number".to_owned(),
            NumberKind::Integer => "an integer".to_owned(),
            NumberKind::Decimal => "a decimal number".to_owned(),
        },
        Rule::Boolean(_) => "true or false".to_owned(),
        Rule::Null(_) => "null".to_owned(),
        Rule::Date(date) => {
            let moment = match date.moment() {
                Moment::Date => "a date",
                Moment::Time => "a time",
                Moment::DateTime => "a date and time",
            };
            format!("{moment} in the format '{}'", short(&date.format()))
        }
        Rule::Values(_) | Rule::EachKey(_) | Rule::EachValue(_) => "an Object or an Array".to_owned(),
        Rule::ContentType(wanted) => format!("content that looks like '{}'", short(&wanted.value)),
        Rule::ArrayContains(_) => "an Array".to_owned(),
        Rule::StatusCode(status) => status_class(&status.class),
        // What is not empty is refused for being a container in place of a scalar.
        Rule::NotEmpty(_) => match (expected, actual) {
            (Some(expected), Json::Array(items)) if !items.is_empty() => such_as(expected),
            (Some(expected), Json::Object(members)) if !members.is_empty() => such_as(expected),
            _ => "something that is not empty".to_owned(),
        },
        Rule::Semver(_) => "a semantic version such as '1.0.0'".to_owned(),
        Rule::Unknown(unknown) => format!("what the rule '{}' asks for", short(&unknown.name)),
    }
}

fn status_class(class: &StatusClass) -> String {
    match class {
        StatusClass::Info => "an informational status (100 to 199)",
        StatusClass::Success => "a success status (200 to 299)",
        StatusClass::Redirect => "a redirect status (300 to 399)",
        StatusClass::ClientError => "a client error status (400 to 499)",
        StatusClass::ServerError => "a server error status (500 to 599)",
        StatusClass::NonError => "a status that is no error (below 400)",
        StatusClass::Error => "an error status (400 or above)",
        StatusClass::OneOf(codes) => {
            let codes: Vec<_> = codes.iter().map(u16::to_string).collect();
            return short(&format!("one of the statuses {}", codes.join(", ")));
        }
    }
    .to_owned()
}

/// A type with an example of it: `a String such as 'x'`.
fn such_as(example: &Json<'_>) -> String {
    match example {
        Json::Null => "null".to_owned(),
        // Whether it is an integer does not matter to rules that ask for a type.
        Json::Number(_) => format!("a number such as {}", value(example)),
        other => {
            let name = other.type_name();
            let article = if name.starts_with(['A', 'O']) { "an" } else { "a" };
            format!("{article} {name} such as {}", value(other))
        }
    }
}

/// A value: strings in quotes, everything else as JSON.
fn value(value: &Json<'_>) -> String {
    match value {
        Json::String(text) => format!("'{}'", short(text)),
        other => short(other),
    }
}

/// A value with its type: `'100' (String)`.
fn typed(json: &Json<'_>) -> String {
    match json {
        Json::Null => "null".to_owned(),
        other => format!("{} ({})", value(other), other.type_name()),
    }
}

/// Several texts, as headers and parameters have them, without the brackets of JSON.
fn listed(json: &Json<'_>) -> String {
    match json {
        Json::Array(items) if !items.is_empty() && items.len() <= 20 => {
            if items.iter().all(|item| matches!(item, Json::String(_))) {
                let items: Vec<_> = items.iter().map(value).collect();
                return short(&items.join(", "));
            }
            value(json)
        }
        other => value(other),
    }
}

fn counted(count: usize, one: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {one}{s}")
}
