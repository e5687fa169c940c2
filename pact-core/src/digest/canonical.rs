//! One way to write each demand.

use std::collections::BTreeMap;

use crate::generators::{Generator, Mode};
use crate::json::{Json, JsonBuf, Number, ObjectBuf};
use crate::matching::{name_of, separate_header};
use crate::model::{
    Body, Category, Combine, Content, ContentType, Data, Generators, Headers, MatchingRules, RuleList,
    encode_base64,
};
use crate::path::DocPath;
use crate::rules::{Like, Rule, StatusClass};

/// Members in order of their names, every number in one spelling.
pub(super) fn value(value: &Json<'_>) -> JsonBuf {
    match value {
        Json::Number(number) => Json::Number(Number::from_text(number.canonical_text())),
        Json::Array(items) => Json::Array(items.iter().map(self::value).collect()),
        Json::Object(object) => {
            let members: BTreeMap<&str, &Json<'_>> = object.iter().collect();
            let member = |(name, member): (&str, &Json<'_>)| (name.to_owned(), self::value(member));
            Json::Object(members.into_iter().map(member).collect())
        }
        scalar => scalar.clone().into_owned(),
    }
}

pub(super) fn headers(headers: &Headers) -> JsonBuf {
    let mut written: BTreeMap<String, JsonBuf> = BTreeMap::new();
    for (name, lines) in headers.iter() {
        let values = separate_header(name, lines.iter().map(String::as_str));
        let values = values.into_iter().map(Json::from).collect();
        written.insert(name.to_ascii_lowercase(), Json::Array(values));
    }
    Json::Object(written.into_iter().collect())
}

/// A body with its media type: the one that is stated beside it, or the one that it states or shows itself.
pub(super) fn body(body: &Body, stated: Option<ContentType>) -> JsonBuf {
    let content = match body {
        Body::Missing => return "missing".into(),
        Body::Empty => return "empty".into(),
        Body::Null | Body::Present(Content { data: Data::Json(Json::Null), .. }) => return "null".into(),
        Body::Present(content) => content,
    };
    let content_type = stated.or_else(|| body.own_content_type());
    let is_json = content_type.as_ref().is_some_and(ContentType::is_json);
    let data = match &content.data {
        Data::Json(document) => ("json", value(document)),
        _ => match content.as_json().filter(|_| is_json) {
            Some(document) => ("json", value(&document)),
            None => ("bytes", encode_base64(&content.bytes()).into()),
        },
    };
    let kind = content_type.map(|kind| ("type", JsonBuf::from(kind.to_string())));
    // A hint is about how the bytes are written in the file.
    Json::Object([data].into_iter().chain(kind).collect())
}

/// What the bounds of rules are about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// Items of lists, of which there are never fewer than none.
    Items,
    /// Elements of XML, which must be there unless none is said to be enough.
    Elements,
}

impl Counted {
    fn of(body: &Body, stated: Option<ContentType>) -> Self {
        let content_type = stated.or_else(|| body.own_content_type());
        if content_type.is_some_and(|kind| kind.is_xml()) { Self::Elements } else { Self::Items }
    }
}

/// The rules for these parts, in one spelling, and for the body that they are about. Parts without rules are not there.
pub(super) fn rules(
    rules: &MatchingRules,
    categories: &[Category],
    body: &Body,
    stated: Option<ContentType>,
) -> JsonBuf {
    let counted = Counted::of(body, stated);
    let mut written = ObjectBuf::new();
    for category in categories {
        let lists =
            rules.category(*category).map(|(name, rules)| (place(*category, name), list(rules, counted)));
        let lists: BTreeMap<String, JsonBuf> = lists.collect();
        if !lists.is_empty() {
            written.insert(category.as_str(), lists.into_iter().collect::<ObjectBuf>());
        }
    }
    Json::Object(written)
}

/// The generators that change what the provider gets.
pub(super) fn generators(generators: &Generators) -> JsonBuf {
    let mut written = ObjectBuf::new();
    for category in generators.categories() {
        let applied = generators.category(category).filter(|(_, made)| made.applies(Mode::Provider));
        let made = |made: &Generator| value(&Json::Object(made.definition()));
        let places: BTreeMap<String, JsonBuf> =
            applied.map(|(name, one)| (place(category, name), made(one))).collect();
        if !places.is_empty() {
            written.insert(category.as_str(), places.into_iter().collect::<ObjectBuf>());
        }
    }
    Json::Object(written)
}

fn place(category: Category, name: &str) -> String {
    match category {
        Category::Method | Category::Path | Category::Status => String::new(),
        Category::Header | Category::Metadata => name_of(name).to_ascii_lowercase(),
        Category::Query => name_of(name),
        Category::Body => name.parse::<DocPath>().map_or_else(|_| name.to_owned(), |path| path.to_string()),
    }
}

/// The order of rules means nothing, and neither does saying the same twice.
fn list(list: &RuleList, counted: Counted) -> JsonBuf {
    let combine = if list.rules.len() < 2 { Combine::And } else { list.combine };
    let mut rules = list.rules.clone();
    if combine == Combine::And {
        join_bounds(&mut rules);
    }
    let rules = all(&rules, counted);
    let combine = if rules.len() < 2 { Combine::And } else { combine };
    Json::Object([("combine", combine.as_str().into()), ("rules", Json::Array(rules))].into_iter().collect())
}

/// `type` with one bound and `type` with another, both of which hold, are `type` with both.
fn join_bounds(rules: &mut Vec<Rule>) {
    let (mut joined, mut any) = (Like::default(), false);
    rules.retain(|rule| match rule {
        Rule::Like(Like { min, max }) => {
            joined.min = joined.min.max(*min);
            joined.max = joined.max.into_iter().chain(*max).min();
            any = true;
            false
        }
        _ => true,
    });
    if any {
        rules.push(Rule::Like(joined));
    }
}

fn all(rules: &[Rule], counted: Counted) -> Vec<JsonBuf> {
    let mut written: BTreeMap<String, JsonBuf> = BTreeMap::new();
    for rule in rules {
        let definition = rule_definition(rule, counted);
        written.insert(definition.to_compact(), definition);
    }
    written.into_values().collect()
}

fn rule_definition(rule: &Rule, counted: Counted) -> JsonBuf {
    let each = |name: &str, rules: &[Rule]| {
        // An example of a name or a value is there for people.
        let mut rules = rules.to_vec();
        join_bounds(&mut rules);
        [("match", name.into()), ("rules", Json::Array(all(&rules, counted)))].into_iter().collect()
    };
    let definition: ObjectBuf = match rule {
        Rule::Like(Like { min, max }) if counted == Counted::Items => {
            Rule::Like(Like { min: min.filter(|min| *min > 0), max: *max }).definition()
        }
        Rule::Date(date) => {
            let mut definition = rule.definition();
            definition.insert("format", date.format());
            definition
        }
        Rule::EachKey(rule) => each("eachKey", &rule.rules),
        Rule::EachValue(rule) => each("eachValue", &rule.rules),
        Rule::ContentType(kind) => {
            let mut definition = rule.definition();
            definition.insert("value", kind.value.to_ascii_lowercase());
            definition
        }
        Rule::StatusCode(status) => {
            let mut status = status.clone();
            if let StatusClass::OneOf(codes) = &mut status.class {
                codes.sort_unstable();
                codes.dedup();
            }
            Rule::StatusCode(status).definition()
        }
        Rule::ArrayContains(rule) => {
            let variant = |variant: &crate::rules::Variant| {
                let rules: BTreeMap<String, JsonBuf> = variant
                    .rules
                    .iter()
                    .map(|(path, rules)| (path.to_string(), list(rules, counted)))
                    .collect();
                let index = JsonBuf::from(variant.index as u64);
                let rules = JsonBuf::Object(rules.into_iter().collect());
                Json::Object([("index", index), ("rules", rules)].into_iter().collect())
            };
            let variants = Json::Array(rule.variants.iter().map(variant).collect());
            [("match", "arrayContains".into()), ("variants", variants)].into_iter().collect()
        }
        other => other.definition(),
    };
    value(&Json::Object(definition))
}
