//! Examples with rules that they satisfy.

use pactwright_core::datetime::{Moment, Pattern};
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::model::{
    Body, Category, Combine, MatchingRules, Message, Query, Request, Response, RuleList,
};
use pactwright_core::path::{DocPath, Step};
use pactwright_core::rules::Rule;
use proptest::prelude::*;

use super::json::json;
use super::rules::format;

fn rule(definition: &str) -> Rule {
    Rule::parse(&Json::parse(definition.as_bytes()).unwrap()).unwrap()
}

fn quoted(text: &str) -> String {
    Json::from(text).to_compact()
}

/// An expression that matches this text and little else.
fn exactly(text: &str) -> String {
    text.chars().map(|character| format!("\\x{{{:x}}}", u32::from(character))).collect()
}

/// Rules that hold for a value, chosen by a number.
fn rules_for(value: &Json<'_>, choice: u8) -> Vec<Rule> {
    let fitting: Vec<String> = match value {
        Json::Null => vec![r#"{"match":"null"}"#.to_owned()],
        Json::Bool(_) => vec![r#"{"match":"boolean"}"#.to_owned()],
        Json::Number(number) => {
            let kind = if number.is_integer() { "integer" } else { "decimal" };
            let pattern = exactly(number.as_str());
            vec![
                format!(r#"{{"match":"{kind}"}}"#),
                r#"{"match":"number"}"#.to_owned(),
                format!(r#"{{"match":"regex","regex":{}}}"#, quoted(&pattern)),
                format!(r#"{{"match":"include","value":"{number}"}}"#),
            ]
        }
        Json::String(text) => {
            let part: String = text.chars().skip(1).take(3).collect();
            vec![
                format!(r#"{{"match":"regex","regex":{}}}"#, quoted(&exactly(text))),
                format!(r#"{{"match":"include","value":{}}}"#, quoted(&part)),
            ]
        }
        Json::Array(items) => {
            let size = items.len();
            let variants: Vec<_> = (0..size).map(|at| format!(r#"{{"index":{at},"rules":{{}}}}"#)).collect();
            let mut all = vec![
                format!(r#"{{"match":"type","min":{size},"max":{size}}}"#),
                format!(r#"{{"match":"type","min":{}}}"#, size.saturating_sub(1)),
                format!(r#"{{"match":"max","max":{}}}"#, size + 1),
            ];
            if size > 0 {
                all.push(format!(r#"{{"match":"arrayContains","variants":[{}]}}"#, variants.join(",")));
            }
            all
        }
        Json::Object(_) => vec![
            r#"{"match":"values"}"#.to_owned(),
            r#"{"match":"eachKey","rules":[{"match":"regex","regex":"(?s).*"}]}"#.to_owned(),
            r#"{"match":"eachValue","rules":[]}"#.to_owned(),
        ],
    };
    let general = [r#"{"match":"type"}"#, r#"{"match":"equality"}"#];
    let mut all: Vec<Rule> =
        general.into_iter().chain(fitting.iter().map(String::as_str)).map(rule).collect();
    let at = usize::from(choice) % all.len();
    vec![all.swap_remove(at)]
}

/// A list that holds for a value: all of it, or one of two.
fn list_for(value: &Json<'_>, choice: u8) -> RuleList {
    let mut rules = rules_for(value, choice >> 1);
    if choice & 1 == 0 {
        return RuleList::all(rules);
    }
    // The other one holds for nothing here.
    rules.push(rule(r#"{"match":"semver"}"#));
    RuleList { combine: Combine::Or, rules }
}

/// Every place of a document, with its value.
fn places<'j>(value: &'j JsonBuf, at: &mut Vec<Step>, found: &mut Vec<(DocPath, &'j JsonBuf)>) {
    found.push((DocPath::from_steps(at.clone()), value));
    let mut inside = |step, value| {
        at.push(step);
        places(value, at, found);
        at.pop();
    };
    match value {
        Json::Object(object) => {
            object.iter().for_each(|(name, value)| inside(Step::Field(name.to_owned()), value));
        }
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| inside(Step::Index(index), value));
        }
        _ => {}
    }
}

/// A document, and rules for some of its places that hold there.
pub(crate) fn ruled() -> impl Strategy<Value = (JsonBuf, MatchingRules)> {
    (json(), prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6)).prop_map(
        |(document, chosen)| {
            let mut rules = MatchingRules::default();
            let mut all = Vec::new();
            places(&document, &mut Vec::new(), &mut all);
            for (index, choice) in chosen {
                let (path, value) = index.get(&all);
                rules.insert(Category::Body, path.to_string(), list_for(value, choice));
            }
            (document, rules)
        },
    )
}

/// Text with a rule that holds for it where values travel as text.
fn ruled_text() -> impl Strategy<Value = (String, Option<Rule>)> {
    let number =
        (-1000..1000_i32).prop_map(|number| (number.to_string(), Some(rule(r#"{"match":"integer"}"#))));
    let word = "[a-z]{1,8}".prop_map(|text| {
        let definition = format!(r#"{{"match":"regex","regex":"[{text}]+"}}"#);
        (text, Some(rule(&definition)))
    });
    let date = (format(), 0..4_102_444_800_i64).prop_filter_map("can be written", |(format, seconds)| {
        let moment = Moment::from_unix(seconds, 123_000_000).unwrap();
        let text = Pattern::parse(&format).ok()?.format(&moment).ok()?;
        let definition = format!(r#"{{"match":"datetime","format":{}}}"#, quoted(&format));
        // Headers lose what is white space around them.
        (text.trim() == text && !text.is_empty()).then(|| (text, Some(rule(&definition))))
    });
    let free = "[a-zA-Z0-9]{1,8}".prop_map(|text| (text, None));
    prop_oneof![number, word, date, free]
}

type Named = Vec<(String, (String, Option<Rule>))>;

fn named() -> impl Strategy<Value = Named> {
    prop::collection::btree_map("[a-c]|x-[a-c]", ruled_text(), 0..4).prop_map(|all| all.into_iter().collect())
}

fn take_rules(named: &Named, category: Category, rules: &mut MatchingRules) {
    for (name, (_, rule)) in named {
        if let Some(rule) = rule {
            rules.insert(category, name.clone(), rule.clone());
        }
    }
}

fn values(named: &Named) -> impl Iterator<Item = (String, String)> {
    named.iter().map(|(name, (value, _))| (name.clone(), value.clone()))
}

pub(crate) fn request() -> impl Strategy<Value = Request> {
    (ruled(), named(), named(), ruled_text()).prop_map(
        |((document, mut rules), headers, query, (path, rule))| {
            take_rules(&headers, Category::Header, &mut rules);
            take_rules(&query, Category::Query, &mut rules);
            if let Some(rule) = rule {
                rules.insert(Category::Path, "", rule);
            }
            let pairs: Vec<_> = values(&query).map(|(name, value)| (name, vec![Some(value)])).collect();
            Request {
                path,
                query: (!pairs.is_empty()).then_some(Query::Pairs(pairs)),
                headers: values(&headers).collect(),
                body: Body::json(document),
                rules,
                ..Request::default()
            }
        },
    )
}

pub(crate) fn response() -> impl Strategy<Value = Response> {
    (ruled(), named(), 100..600_u16, any::<bool>()).prop_map(
        |((document, mut rules), headers, status, ruled)| {
            take_rules(&headers, Category::Header, &mut rules);
            if ruled {
                let class = ["info", "success", "redirect", "clientError", "serverError"]
                    [usize::from(status / 100) - 1];
                rules.insert(
                    Category::Status,
                    "",
                    rule(&format!(r#"{{"match":"statusCode","status":"{class}"}}"#)),
                );
            }
            Response {
                status,
                headers: values(&headers).collect(),
                body: Body::json(document),
                rules,
                ..Response::default()
            }
        },
    )
}

pub(crate) fn message() -> impl Strategy<Value = Message> {
    (ruled(), named(), prop::collection::btree_map("[n-p]", (json(), any::<u8>()), 0..3)).prop_map(
        |((document, mut rules), named, typed)| {
            // Metadata have types: text is no number.
            let named = named.into_iter().filter(|(_, (text, _))| text.parse::<i32>().is_err()).collect();
            take_rules(&named, Category::Metadata, &mut rules);
            let mut message = Message { contents: Body::json(document), ..Message::default() };
            for (name, value) in values(&named) {
                message.metadata.insert(name, value);
            }
            for (name, (value, choice)) in typed {
                if !matches!(value, Json::Array(_) | Json::Object(_)) {
                    rules.insert(Category::Metadata, name.clone(), list_for(&value, choice));
                }
                message.metadata.insert(name, value);
            }
            Message { rules, ..message }
        },
    )
}
