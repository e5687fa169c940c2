//! Matching rules in files: V2 has a flat list of paths, V3 and V4 have categories.

use super::Inexpressible;
use crate::json::{Json, JsonBuf, ObjectBuf};
use crate::model::{Category, MatchingRules, RuleList, SpecVersion};
use crate::path::{DocPath, Step};

/// Writes `matchingRules` where there are any.
pub(super) fn rules(
    rules: &MatchingRules,
    version: SpecVersion,
    object: &mut ObjectBuf,
) -> Result<(), Inexpressible> {
    if rules.is_empty() {
        return Ok(());
    }
    let written = match version {
        SpecVersion::V1 | SpecVersion::V1_1 => return Err(Inexpressible::Rules),
        SpecVersion::V2 => v2(rules)?,
        SpecVersion::V3 | SpecVersion::V4 => v3(rules),
    };
    object.insert("matchingRules", written);
    Ok(())
}

fn v2(rules: &MatchingRules) -> Result<ObjectBuf, Inexpressible> {
    let mut written = ObjectBuf::new();
    for category in rules.categories() {
        for (name, list) in rules.category(category) {
            let [rule] = list.rules.as_slice() else { return Err(Inexpressible::SeveralRules) };
            let path = match category {
                Category::Body => format!("$.body{}", name.strip_prefix('$').unwrap_or(name)),
                single if single.is_single() => format!("$.{}", category.as_str()),
                // The name is one step of the path, whatever is in it.
                _ => {
                    let steps = [category.as_str(), name].map(|name| Step::Field(name.to_owned()));
                    DocPath::from_steps(steps.to_vec()).to_string()
                }
            };
            written.insert(path, rule.definition());
        }
    }
    Ok(written)
}

fn v3(rules: &MatchingRules) -> ObjectBuf {
    let category = |category: Category| {
        let mut lists = rules.category(category).map(|(name, list)| (name.to_owned(), v3_list(list)));
        let written = match lists.next().filter(|_| category.is_single()) {
            Some((_, only)) => only,
            None => Json::Object(
                rules.category(category).map(|(name, list)| (name.to_owned(), v3_list(list))).collect(),
            ),
        };
        (category.as_str(), written)
    };
    rules.categories().map(category).collect()
}

fn v3_list(list: &RuleList) -> JsonBuf {
    let matchers = list.rules.iter().map(|rule| Json::Object(rule.definition())).collect();
    let combine = JsonBuf::from(list.combine.as_str());
    Json::Object([("matchers", Json::Array(matchers)), ("combine", combine)].into_iter().collect())
}
