//! From a tree with matchers in it to an example and the rules that hold in its places.

use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::model::{Combine, RuleList};
use pactwright_core::path::{DocPath, Step};
use pactwright_core::rules::{ArrayContains, Rule, Subject, Variant};

use super::{BROKEN, COMBINE, SOURCE, TYPE, VALUE};
use crate::dsl::Problem;

/// What a tree with matchers says.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// The tree with every matcher replaced by its example.
    pub(crate) example: JsonBuf,
    /// The rules that the matchers are, by place.
    pub(crate) rules: Vec<(DocPath, RuleList)>,
    /// What cannot be meant.
    pub(crate) mistakes: Vec<Finding>,
}

/// Something that cannot be meant, and where.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) path: DocPath,
    pub(crate) problem: Problem,
    /// The line of the matcher, where it is one of ours.
    pub(crate) source: Option<String>,
}

/// Takes a tree with matchers apart. Mistakes are collected, not returned at the first: a contract is better mended in
/// one go.
pub(crate) fn split(tree: JsonBuf) -> Split {
    let mut walk = Walk::default();
    let example = walk.value(tree);
    let rules = walk.rules.into_iter().map(|(steps, list)| (DocPath::from_steps(steps), list)).collect();
    Split { example, rules, mistakes: walk.mistakes }
}

#[derive(Default)]
struct Walk {
    steps: Vec<Step>,
    rules: Vec<(Vec<Step>, RuleList)>,
    mistakes: Vec<Finding>,
    /// The line of the innermost matcher around.
    source: Option<String>,
}

/// What a matcher says about its own place, and what its example is.
struct Parts {
    list: RuleList,
    example: Option<JsonBuf>,
}

impl Walk {
    fn value(&mut self, value: JsonBuf) -> JsonBuf {
        match value {
            Json::Object(marker) if marker.get(TYPE).is_some() => self.matcher(marker),
            Json::Object(object) => {
                if let Some(Json::String(reason)) = object.get(BROKEN) {
                    self.mistake(Problem::NotSerialisable(reason.to_string()));
                    return Json::Null;
                }
                let member = |(name, member): (std::borrow::Cow<'static, str>, JsonBuf)| {
                    let value = self.below(Step::Field(name.to_string()), member);
                    (name, value)
                };
                Json::Object(object.into_iter().map(member).collect())
            }
            Json::Array(items) => Json::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(index, item)| self.below(Step::Index(index), item))
                    .collect(),
            ),
            scalar => scalar,
        }
    }

    fn below(&mut self, step: Step, value: JsonBuf) -> JsonBuf {
        self.steps.push(step);
        let example = self.value(value);
        self.steps.pop();
        example
    }

    fn matcher(&mut self, marker: ObjectBuf) -> JsonBuf {
        let outer = self.source.clone();
        if let Some(source) = marker.get(SOURCE).and_then(Json::as_str) {
            self.source = Some(source.to_owned());
        }
        let before = self.rules.len();
        let Parts { list, example } = self.parts(marker);
        let example = example.unwrap_or(Json::Null);
        self.judge(&list, &example);
        if !list.rules.is_empty() {
            self.add(before, list);
        }
        self.source = outer;
        example
    }

    /// Reads a matcher without adding what it says about its own place.
    fn parts(&mut self, mut marker: ObjectBuf) -> Parts {
        marker.remove(SOURCE);
        let kind = marker.remove(TYPE);
        let value = marker.remove(VALUE);
        let (list, own) = match kind {
            Some(Json::Array(parts)) => {
                let combine = match marker.remove(COMBINE).as_ref().and_then(Json::as_str) {
                    Some("OR") => Combine::Or,
                    _ => Combine::And,
                };
                self.combined(parts, combine)
            }
            Some(Json::String(kind)) if kind == "arrayContains" || kind == "array-contains" => {
                self.array_contains(marker.remove("variants"))
            }
            Some(Json::String(kind)) => {
                if kind == "include" {
                    let fragment = marker.remove("include").or_else(|| value.clone());
                    marker.insert(VALUE, fragment.unwrap_or(Json::Null));
                }
                let rule = self.rule(&kind, marker);
                (RuleList { combine: Combine::And, rules: rule.into_iter().collect() }, None)
            }
            _ => {
                self.mistake(Problem::NoKind);
                (RuleList { combine: Combine::And, rules: Vec::new() }, None)
            }
        };
        let example = match value {
            Some(value) => Some(self.example(value, &list)),
            None => own,
        };
        Parts { list, example }
    }

    /// The example of a matcher, with what the matchers inside it say.
    fn example(&mut self, value: JsonBuf, list: &RuleList) -> JsonBuf {
        let bounded =
            |rule: &Rule| matches!(rule, Rule::Like(like) if like.min.is_some() || like.max.is_some());
        let any_name = |rule: &Rule| matches!(rule, Rule::Values(_) | Rule::EachValue(_));
        match value {
            Json::Array(items) if list.rules.iter().any(bounded) => {
                Json::Array(self.alike(items, &Step::AnyIndex))
            }
            Json::Object(object) if object.get(TYPE).is_none() && list.rules.iter().any(any_name) => {
                let (names, members): (Vec<_>, Vec<_>) = object.into_iter().unzip();
                Json::Object(names.into_iter().zip(self.alike(members, &Step::AnyField)).collect())
            }
            // A matcher directly inside another one: both hold.
            Json::Object(marker) if marker.get(TYPE).is_some() => self.matcher(marker),
            other => self.value(other),
        }
    }

    /// Values that share their rules: those of the first count, the others are further examples.
    fn alike(&mut self, values: Vec<JsonBuf>, step: &Step) -> Vec<JsonBuf> {
        let mut examples = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            if index == 0 {
                examples.push(self.below(step.clone(), value));
            } else {
                let mut apart = Self { steps: self.steps.clone(), ..Self::default() };
                examples.push(apart.below(step.clone(), value));
            }
        }
        examples
    }

    fn combined(&mut self, parts: Vec<JsonBuf>, combine: Combine) -> (RuleList, Option<JsonBuf>) {
        let (mut rules, mut first) = (Vec::new(), None);
        for part in parts {
            let Json::Object(marker) = part else {
                self.mistake(Problem::NoKind);
                continue;
            };
            let known = std::mem::take(&mut self.rules);
            let Parts { list, example } = self.parts(marker);
            let inside = std::mem::replace(&mut self.rules, known);
            if list.rules.len() > 1 && list.combine != combine {
                self.mistake(Problem::NestedCombination);
            }
            for (steps, list) in inside {
                if steps == self.steps {
                    self.mistake(Problem::NestedCombination);
                } else if self.rules.iter().any(|(other, known)| *other == steps && *known != list) {
                    // Rules are kept by place, not by alternative.
                    self.mistake(Problem::RulesCollide);
                } else {
                    self.rules.push((steps, list));
                }
            }
            // Each alternative has its own example, and is checked against it: another would do for none of them.
            if let (Combine::Or, Some(example)) = (combine, &example) {
                self.judge(&list, example);
            }
            first = first.or(example);
            rules.extend(list.rules);
        }
        if rules.is_empty() {
            self.mistake(Problem::NothingToCombine);
        }
        (RuleList { combine, rules }, first)
    }

    fn array_contains(&mut self, variants: Option<JsonBuf>) -> (RuleList, Option<JsonBuf>) {
        let none = RuleList { combine: Combine::And, rules: Vec::new() };
        let items = match variants {
            Some(Json::Array(items)) if !items.is_empty() => items,
            _ => {
                self.mistake(Problem::NoVariants);
                return (none, None);
            }
        };
        let (mut examples, mut variants) = (Vec::new(), Vec::new());
        for (index, item) in items.into_iter().enumerate() {
            let mut inner = Self { source: self.source.clone(), ..Self::default() };
            examples.push(inner.value(item));
            let rules = inner.rules.into_iter().map(|(steps, list)| (DocPath::from_steps(steps), list));
            variants.push(Variant::new(index, rules.collect()));
            for finding in inner.mistakes {
                let steps = self.steps.iter().cloned().chain([Step::Index(index)]);
                let steps = steps.chain(finding.path.steps().iter().cloned()).collect();
                self.mistakes.push(Finding { path: DocPath::from_steps(steps), ..finding });
            }
        }
        let rule = Rule::ArrayContains(ArrayContains { variants });
        (RuleList { combine: Combine::And, rules: vec![rule] }, Some(Json::Array(examples)))
    }

    /// A rule from the attributes of a matcher: they have the same names, but for the kind.
    fn rule(&mut self, kind: &str, attributes: ObjectBuf) -> Option<Rule> {
        let definition = definition(kind, attributes);
        match Rule::parse(&Json::Object(definition)) {
            Ok(Rule::Unknown(_)) => {
                self.mistake(Problem::UnknownMatcher(kind.to_owned()));
                None
            }
            Ok(Rule::Like(like)) if like.min.zip(like.max).is_some_and(|(min, max)| min > max) => {
                self.mistake(Problem::Bounds {
                    min: like.min.unwrap_or_default(),
                    max: like.max.unwrap_or_default(),
                });
                None
            }
            Ok(rule) => match rule.prepare() {
                Ok(()) => Some(rule),
                Err(error) => {
                    self.mistake(Problem::Rule(error));
                    None
                }
            },
            Err(error) => {
                self.mistake(Problem::Rule(error));
                None
            }
        }
    }

    /// An example must be what its matcher accepts, or the contract contradicts itself.
    fn judge(&mut self, list: &RuleList, example: &JsonBuf) {
        let refusals: Vec<_> = list
            .rules
            .iter()
            .filter_map(|rule| rule.judge_example(Subject::Json(example)).err())
            .map(|explanation| Problem::ExampleRefused { explanation })
            .collect();
        if list.combine == Combine::And || refusals.len() == list.rules.len() {
            for problem in refusals {
                self.mistake(problem);
            }
        }
    }

    /// Adds rules for this place, before those of the places inside it.
    fn add(&mut self, at: usize, list: RuleList) {
        match self.rules.iter_mut().find(|(steps, _)| *steps == self.steps) {
            None => self.rules.insert(at, (self.steps.clone(), list)),
            Some((_, known)) if *known == list => {}
            Some((_, known)) if known.combine == Combine::And && list.combine == Combine::And => {
                known.rules.extend(list.rules);
            }
            Some(_) => self.mistake(Problem::RulesCollide),
        }
    }

    fn mistake(&mut self, problem: Problem) {
        let path = DocPath::from_steps(self.steps.clone());
        self.mistakes.push(Finding { path, problem, source: self.source.clone() });
    }
}

/// The definition of a rule, as pact files write it, from that of a matcher.
fn definition(kind: &str, attributes: ObjectBuf) -> ObjectBuf {
    let mut definition = ObjectBuf::new();
    definition.insert("match", kind);
    for (name, value) in attributes {
        match (name.as_ref(), value) {
            (SOURCE, _) => {}
            ("rules", Json::Array(rules)) => {
                definition.insert("rules", Json::Array(rules.into_iter().map(inner).collect()));
            }
            (_, value) => definition.insert(name, value),
        }
    }
    definition
}

/// The definition of a rule that stands inside another. Its example belongs to the outer one.
fn inner(marker: JsonBuf) -> JsonBuf {
    let Json::Object(mut marker) = marker else { return marker };
    let Some(Json::String(kind)) = marker.remove(TYPE) else { return Json::Object(marker) };
    let example = marker.remove(VALUE);
    if kind == "include" {
        let fragment = marker.remove("include").or(example);
        marker.insert(VALUE, fragment.unwrap_or(Json::Null));
    }
    Json::Object(definition(&kind, marker))
}

#[cfg(test)]
mod tests;
