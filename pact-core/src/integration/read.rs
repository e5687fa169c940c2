//! From a tree with matchers in it to an example and the rules that hold in its places.

use std::borrow::Cow;

use super::marker::{canonical, definition, example_of, generator, is_definition, is_marker};
use super::{BROKEN, COMBINE, Finding, GENERATOR, MATCHER, Problem, Reading, SOURCE, VALUE};
use crate::definition::Definition;
use crate::generators::Generator;
use crate::json::{Json, JsonBuf, ObjectBuf};
use crate::model::{Combine, RuleList};
use crate::path::{DocPath, Step};
use crate::rules::{ArrayContains, IgnoreOrder, Like, Rule, Subject, Variant};

/// Takes a tree with matchers apart. What cannot be meant is collected, not returned at the first: a contract is better
/// mended in one go.
pub fn read(tree: JsonBuf) -> Reading {
    let mut walk = Walk::default();
    let example = walk.value(tree);
    let rules = walk.rules.into_iter().map(|(steps, list)| (DocPath::from_steps(steps), list)).collect();
    let generators =
        walk.generators.into_iter().map(|(steps, made)| (DocPath::from_steps(steps), made)).collect();
    Reading { example, rules, generators, findings: walk.findings }
}

#[derive(Default)]
struct Walk {
    steps: Vec<Step>,
    rules: Vec<(Vec<Step>, RuleList)>,
    generators: Vec<(Vec<Step>, Generator)>,
    findings: Vec<Finding>,
    /// The line of the innermost matcher around.
    source: Option<String>,
}

/// What a matcher says about its own place, and what its example is.
struct Parts {
    list: RuleList,
    example: Option<JsonBuf>,
    /// Whether there is no example only because what should make it is broken.
    unmade: bool,
}

impl Walk {
    fn value(&mut self, value: JsonBuf) -> JsonBuf {
        match value {
            Json::Object(marker) if is_marker(&marker) => self.matcher(marker),
            Json::Object(object) => {
                if let Some(Json::String(reason)) = object.get(BROKEN) {
                    self.mistake(Problem::NotSerialisable(reason.to_string()));
                    return Json::Null;
                }
                let member = |(name, member): (Cow<'static, str>, JsonBuf)| {
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
        let Parts { list, example, unmade } = self.parts(marker);
        let example = example.unwrap_or(Json::Null);
        if !unmade {
            self.judge(&list, &example);
        }
        if !list.rules.is_empty() {
            self.add(before, list);
        }
        self.source = outer;
        example
    }

    /// Reads a matcher without adding what it says about its own place; what makes it anew is added.
    fn parts(&mut self, mut marker: ObjectBuf) -> Parts {
        let made = self.generator(&marker);
        let unmade = made.is_none() && marker.get(GENERATOR).is_some();
        let value = marker.remove(VALUE);
        let kind = marker.remove(MATCHER);
        if made.is_some() && !matches!(value, Some(Json::Array(_))) {
            // They are the bounds of a number.
            marker.remove("min");
            marker.remove("max");
        }
        let (list, own) = match kind {
            Some(Json::Array(parts)) => {
                let combine = match marker.remove(COMBINE).as_ref().and_then(Json::as_str) {
                    Some(combine) if combine.eq_ignore_ascii_case("or") => Combine::Or,
                    _ => Combine::And,
                };
                self.combined(parts, combine, &marker, value.as_ref())
            }
            Some(Json::String(kind)) => self.named(&kind, marker, value.as_ref(), made.is_none()),
            None if made.is_some() => (RuleList::all(Vec::new()), None),
            _ => {
                self.mistake(Problem::NoKind);
                (RuleList::all(Vec::new()), None)
            }
        };
        let example = match value {
            Some(Json::Null) if made.is_some() => None,
            Some(value) => Some(self.example(value, &list)),
            None => own,
        };
        let example = example.or_else(|| made.as_ref().and_then(example_of));
        let unmade = unmade && example.is_none();
        Parts { list, example, unmade }
    }

    fn generator(&mut self, marker: &ObjectBuf) -> Option<Generator> {
        match generator(marker)? {
            Ok(made) => {
                self.make_anew(made.clone());
                Some(made)
            }
            Err(error) => {
                self.mistake(Problem::Generator(error));
                None
            }
        }
    }

    /// Of several generators for a place, the outermost has its way.
    fn make_anew(&mut self, made: Generator) {
        if !self.generators.iter().any(|(steps, _)| *steps == self.steps) {
            self.generators.push((self.steps.clone(), made));
        }
    }

    /// What a matcher of one kind says about its place, and its example if it has one beside `value`.
    fn named(
        &mut self,
        kind: &str,
        mut marker: ObjectBuf,
        value: Option<&JsonBuf>,
        free: bool,
    ) -> (RuleList, Option<JsonBuf>) {
        if is_definition(kind) {
            return self.defined(kind, free);
        }
        if canonical(kind) == "arrayContains" {
            return self.array_contains(marker.remove("variants"));
        }
        let rule = self.rule(kind, value, marker);
        (RuleList::all(rule.into_iter().collect()), None)
    }

    fn defined(&mut self, text: &str, free: bool) -> (RuleList, Option<JsonBuf>) {
        let definition: Definition = match text.parse() {
            Ok(definition) => definition,
            Err(source) => {
                self.mistake(Problem::Definition { text: crate::report::shortened(text), source });
                return (RuleList::all(Vec::new()), None);
            }
        };
        for reference in definition.references() {
            self.mistake(Problem::Reference(reference.name.to_owned()));
        }
        if let Some(made) = definition.generator().filter(|_| free) {
            self.make_anew(made);
        }
        let rules = definition.rules();
        for rule in &rules {
            self.check(rule);
        }
        let example = definition.example().cloned();
        (RuleList::all(rules), example.or_else(|| definition.items().map(Json::Array)))
    }

    /// The example of a matcher, with what the matchers inside it say.
    fn example(&mut self, value: JsonBuf, list: &RuleList) -> JsonBuf {
        let bounded =
            |rule: &Rule| matches!(rule, Rule::Like(like) if like.min.is_some() || like.max.is_some());
        let any_item = |rule: &Rule| matches!(rule, Rule::Like(_) | Rule::EachValue(_));
        let any_name = |rule: &Rule| matches!(rule, Rule::Values(_) | Rule::EachValue(_));
        match value {
            Json::Array(items)
                if list.rules.iter().any(bounded)
                    || (items.len() == 1 && list.rules.iter().any(any_item)) =>
            {
                Json::Array(self.alike(items, &Step::AnyIndex))
            }
            Json::Object(object) if !is_marker(&object) && list.rules.iter().any(any_name) => {
                let (names, members): (Vec<_>, Vec<_>) = object.into_iter().unzip();
                Json::Object(names.into_iter().zip(self.alike(members, &Step::AnyField)).collect())
            }
            // A matcher directly inside another one is among them: both hold.
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

    /// Names stand for matchers with the attributes and the example of the whole.
    fn combined(
        &mut self,
        parts: Vec<JsonBuf>,
        combine: Combine,
        shared: &ObjectBuf,
        value: Option<&JsonBuf>,
    ) -> (RuleList, Option<JsonBuf>) {
        let (mut rules, mut first) = (Vec::new(), None);
        for part in parts {
            let marker = match part {
                Json::Object(marker) => marker,
                Json::String(kind) => {
                    let (list, example) = self.named(&kind, shared.clone(), value, true);
                    first = first.or(example);
                    rules.extend(list.rules);
                    continue;
                }
                _ => {
                    self.mistake(Problem::NoKind);
                    continue;
                }
            };
            let known = std::mem::take(&mut self.rules);
            let Parts { list, example, .. } = self.parts(marker);
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
        let none = RuleList::all(Vec::new());
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
            let mut variant = Variant::new(index, rules.collect());
            let generators = inner.generators.into_iter();
            variant.generators = generators.map(|(steps, made)| (DocPath::from_steps(steps), made)).collect();
            variants.push(variant);
            for finding in inner.findings {
                let steps = self.steps.iter().cloned().chain([Step::Index(index)]);
                let steps = steps.chain(finding.path.steps().iter().cloned()).collect();
                self.findings.push(Finding { path: DocPath::from_steps(steps), ..finding });
            }
        }
        let rule = Rule::ArrayContains(ArrayContains { variants });
        (RuleList { combine: Combine::And, rules: vec![rule] }, Some(Json::Array(examples)))
    }

    /// A rule from the attributes of a matcher: they have the same names, but for the kind.
    fn rule(&mut self, kind: &str, example: Option<&JsonBuf>, attributes: ObjectBuf) -> Option<Rule> {
        let parsed = Rule::parse(&Json::Object(definition(kind, example, attributes)));
        let rule = parsed.map_err(|error| self.mistake(Problem::Rule(error))).ok()?;
        self.check(&rule).then_some(rule)
    }

    /// Whether a rule can be used. An unknown one can, though nothing satisfies it: it may be that of a plugin.
    fn check(&mut self, rule: &Rule) -> bool {
        let problem = match rule {
            Rule::Unknown(unknown) => {
                self.mistake(Problem::UnknownMatcher(unknown.name.clone()));
                return true;
            }
            Rule::Like(Like { min, max }) | Rule::IgnoreOrder(IgnoreOrder { min, max }) => {
                min.zip(*max).filter(|(min, max)| min > max).map(|(min, max)| Problem::Bounds { min, max })
            }
            other => other.prepare().err().map(Problem::Rule),
        };
        let usable = problem.is_none();
        if let Some(problem) = problem {
            self.mistake(problem);
        }
        usable
    }

    /// An example must be what its matcher accepts, or the contract contradicts itself.
    fn judge(&mut self, list: &RuleList, example: &JsonBuf) {
        let known = list.rules.iter().filter(|rule| !matches!(rule, Rule::Unknown(_)));
        let refusals: Vec<_> = known
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
        self.findings.push(Finding { path, problem, source: self.source.clone() });
    }
}
