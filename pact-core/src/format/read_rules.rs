//! Matching rules in files: V2 has a flat list of paths, V3 and V4 have categories.

use super::ProblemKind;
use super::attributes::{Attributes, Findings, RuleOrGenerator};
use crate::json::{Json, JsonBuf, Object, Pointer};
use crate::model::{Category, Combine, MatchingRules, RuleList};
use crate::path::{DocPath, Step};
use crate::rules::Rule;

/// Reads `matchingRules`, in whichever of the two forms they are.
pub(super) fn rules(attributes: &mut Attributes<'_>, findings: &mut Findings) -> MatchingRules {
    let at = attributes.at;
    match attributes.take(&["matchingRules"]) {
        Some(rules) => rules_at(rules, at.name("matchingRules"), findings),
        None => MatchingRules::default(),
    }
}

/// Reads rules that stand at a place of their own.
pub(super) fn rules_at(value: JsonBuf, at: Pointer<'_>, findings: &mut Findings) -> MatchingRules {
    let mut rules = MatchingRules::default();
    let Json::Object(object) = value else {
        findings.unexpected(&at, "an object", &value);
        return rules;
    };
    for (name, value) in object.iter() {
        let at = at.name(name);
        if name.starts_with('$') {
            if let Some((category, place)) = v2_place(name, &at, findings)
                && let Some(rule) = rule(value, at, findings)
            {
                findings.place(&at, category, &place, || RuleOrGenerator::Rule(rule.clone()));
                rules.insert(category, place, rule);
            }
        } else if let Some(category) = Category::parse(name) {
            v3_category(category, value, at, &mut rules, findings);
        }
    }
    rules
}

/// What a V2 path such as `$.body.items[*].id` or `$.header.Accept` is about.
fn v2_place(path: &str, at: &Pointer<'_>, findings: &mut Findings) -> Option<(Category, String)> {
    // Rails-style parameters (`$.query.ids[]`) are names, not path expressions.
    if let Some(name) = path.strip_prefix("$.query.").filter(|name| name.ends_with("[]")) {
        return Some((Category::Query, name.to_owned()));
    }
    let parsed = match path.parse::<DocPath>() {
        Ok(parsed) => parsed,
        Err(error) => {
            findings.add(at, ProblemKind::Path(error));
            return None;
        }
    };
    let (first, rest) = parsed.steps().split_first()?;
    let Step::Field(first) = first else {
        return Some((Category::Body, path.to_owned()));
    };
    let name = || match rest.first() {
        Some(Step::Field(name)) => Some(name.clone()),
        _ => None,
    };
    match first.as_str() {
        "body" => Some((Category::Body, DocPath::from_steps(rest.to_vec()).to_string())),
        "header" | "headers" => Some((Category::Header, name()?)),
        "query" => Some((Category::Query, name()?)),
        "path" => Some((Category::Path, String::new())),
        "method" => Some((Category::Method, String::new())),
        "status" => Some((Category::Status, String::new())),
        _ => Some((Category::Body, path.to_owned())),
    }
}

fn v3_category(
    category: Category,
    value: &JsonBuf,
    at: Pointer<'_>,
    rules: &mut MatchingRules,
    findings: &mut Findings,
) {
    let Some(entries) = value.as_object() else {
        findings.unexpected(&at, "an object", value);
        return;
    };
    // A header or parameter may be called `matchers`, but then it has an object.
    let is_list = |matchers: &Json<'_>| category.is_single() || matchers.as_object().is_none();
    if entries.get("matchers").is_some_and(is_list) {
        let name = if category == Category::Body { "$" } else { "" };
        if let Some(list) = list(entries, (category, name), at, findings) {
            rules.insert(category, name, list);
        }
        return;
    }
    for (name, value) in entries.iter() {
        let at = at.name(name);
        if let (Category::Body, Err(error)) = (category, name.parse::<DocPath>()) {
            findings.add(&at, ProblemKind::Path(error));
            continue;
        }
        match value {
            Json::Object(entries) => {
                let name = if category.is_single() { "" } else { name };
                if let Some(list) = list(entries, (category, name), at, findings) {
                    rules.insert(category, name, list);
                }
            }
            other => findings.unexpected(&at, "an object with `matchers`", other),
        }
    }
}

fn list(
    entries: &Object<'_>,
    (category, place): (Category, &str),
    at: Pointer<'_>,
    findings: &mut Findings,
) -> Option<RuleList> {
    let combine = match entries.get("combine") {
        None => Combine::And,
        Some(Json::String(text)) if text.eq_ignore_ascii_case("and") => Combine::And,
        Some(Json::String(text)) if text.eq_ignore_ascii_case("or") => Combine::Or,
        Some(other) => {
            findings.unexpected(&at.name("combine"), "AND or OR", other);
            Combine::And
        }
    };
    match entries.get("matchers") {
        None => {
            findings.add(&at, ProblemKind::Missing("matchers"));
            None
        }
        Some(Json::Array(items)) => {
            let at = at.name("matchers");
            let read = items.iter().enumerate().filter_map(|(index, item)| {
                let at = at.index(index);
                let rule = rule(item, at, findings)?;
                findings.place(&at, category, place, || RuleOrGenerator::Rule(rule.clone()));
                Some(rule)
            });
            // Nearly every list has one rule, of which there are many: no room for more than there are.
            let mut rules = Vec::with_capacity(items.len());
            rules.extend(read);
            Some(RuleList { combine, rules })
        }
        Some(other) => {
            findings.unexpected(&at.name("matchers"), "a list of rules", other);
            None
        }
    }
}

fn rule(definition: &Json<'_>, at: Pointer<'_>, findings: &mut Findings) -> Option<Rule> {
    match findings.prepared(definition) {
        Ok(rule) => return Some(rule),
        // What is wrong inside is said of the place where it is, one by one.
        Err(_) if broken_inside(definition, at, findings) => {}
        Err(error) => findings.add(&at, ProblemKind::Rule(error)),
    }
    None
}

/// Whether rules inside a rule are broken, each of which is then among the findings.
fn broken_inside(definition: &Json<'_>, at: Pointer<'_>, findings: &mut Findings) -> bool {
    let before = findings.count();
    let list = |definition: &Json<'_>, name: &'static str, at: Pointer<'_>, findings: &mut Findings| {
        let at = at.name(name);
        for (index, item) in definition.get(name).and_then(Json::as_array).into_iter().flatten().enumerate() {
            rule(item, at.index(index), findings);
        }
    };
    list(definition, "rules", at, findings);
    let at = at.name("variants");
    for (index, variant) in
        definition.get("variants").and_then(Json::as_array).into_iter().flatten().enumerate()
    {
        let at = at.index(index);
        let at = at.name("rules");
        for (path, matchers) in
            variant.get("rules").and_then(Json::as_object).into_iter().flat_map(Object::iter)
        {
            list(matchers, "matchers", at.name(path), findings);
        }
    }
    findings.count() > before
}
