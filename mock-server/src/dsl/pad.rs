//! What is written down while a part of an interaction is put together.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::panic::Location;

use pactwright_core::generators::Generator;
use pactwright_core::integration::{self, Finding, Reading};
use pactwright_core::json::JsonBuf;
use pactwright_core::model::{Category, Combine, Generators, MatchingRules, RuleList};
use pactwright_core::path::{DocPath, Step};
use pactwright_core::rules::Rule;

use super::mistake::{Mistake, Part, Place, Problem};
use super::value::{TextValue, Written};
use crate::matchers::line_in;

/// The rules, generators and mistakes of one request, response or message.
pub(super) struct Pad<'m> {
    interaction: &'m str,
    place: fn(Part) -> Place,
    mistakes: &'m mut Vec<Mistake>,
    /// Whether there are headers.
    http: bool,
    /// What holds for the values of headers and query parameters so far.
    named: BTreeMap<(Category, String), Option<RuleList>>,
    pub(super) rules: MatchingRules,
    pub(super) generators: Generators,
}

impl<'m> Pad<'m> {
    /// For a part of an exchange over HTTP; `place` says which.
    pub(super) fn http(
        interaction: &'m str,
        place: fn(Part) -> Place,
        mistakes: &'m mut Vec<Mistake>,
    ) -> Self {
        Self { http: true, ..Self::message(interaction, place, mistakes) }
    }

    /// For a message; `place` says which.
    pub(super) fn message(
        interaction: &'m str,
        place: fn(Part) -> Place,
        mistakes: &'m mut Vec<Mistake>,
    ) -> Self {
        let (named, rules, generators) = Default::default();
        Self { interaction, place, mistakes, http: false, named, rules, generators }
    }

    pub(super) fn is_http(&self) -> bool {
        self.http
    }

    pub(super) fn mistake(&mut self, part: Part, problem: Problem, source: &Location<'_>) {
        self.mistakes.push(Mistake {
            interaction: self.interaction.to_owned(),
            place: (self.place)(part),
            problem,
            source_line: Some(source.to_string()),
        });
    }

    /// How many mistakes there are so far.
    pub(super) fn count(&self) -> usize {
        self.mistakes.len()
    }

    pub(super) fn finding(&mut self, part: Part, finding: Finding, source: &Location<'_>) {
        self.mistakes.push(Mistake {
            interaction: self.interaction.to_owned(),
            place: (self.place)(part),
            problem: finding.problem.into(),
            source_line: finding.source.or_else(|| Some(source.to_string())),
        });
    }

    /// The example values of something that travels as text (one, unless it is a list). What holds for them is written
    /// down under their name.
    pub(super) fn text(
        &mut self,
        category: Category,
        part: &Part,
        name: &str,
        value: &Written<TextValue>,
    ) -> Vec<String> {
        let (values, rules, generator) = self.single(part, value);
        // The provider's value is put in when the request is replayed; until then the example is what is sent.
        let sent = self.http && (self.place)(Part::Whole) == Place::Request(Part::Whole);
        let free = matches!(generator, Some(Generator::ProviderState(_))) && sent;
        let rules = rules.filter(|rules| !(free && is_plain_type(rules)));
        let key = (category, name.to_ascii_lowercase());
        match self.named.insert(key, rules.clone()) {
            // A contract has one place for what holds for all values of a name.
            Some(other) if other != rules && !bounds(other.as_ref()) && !bounds(rules.as_ref()) => {
                self.mistake(part.clone(), Problem::MatcherInList, value.source);
            }
            _ => {}
        }
        if let Some(rules) = rules {
            self.rules.insert(category, name, rules);
        }
        if let Some(generator) = generator {
            self.generators.insert(category, name, generator);
        }
        values
    }

    /// The example values of something that travels as text, and what holds for them.
    pub(super) fn single(
        &mut self,
        part: &Part,
        Written { value, source }: &Written<TextValue>,
    ) -> (Vec<String>, Option<RuleList>, Option<Generator>) {
        let tree = value.shared().unwrap_or_else(|| {
            self.mistake(part.clone(), Problem::BoundsAndMatcher, source);
            Cow::Owned(String::new().into())
        });
        let single = integration::read_single(JsonBuf::from(tree.into_owned()));
        for finding in single.findings {
            self.finding(part.clone(), finding, source);
        }
        if let Some(generator) = &single.generator {
            self.check_state_value(part.clone(), generator, || {
                line_in(value.tree(), &[]).unwrap_or_else(|| source.to_string())
            });
        }
        (single.values, single.rules, single.generator)
    }

    /// What a tree says about a place in the body and all below it; its example is given back.
    pub(super) fn tree(&mut self, base: &[Step], tree: &serde_json::Value, source: &Location<'_>) -> JsonBuf {
        let Reading { example, rules, generators, findings } = integration::read(JsonBuf::from(tree.clone()));
        for finding in findings {
            let path = below(base, &finding.path);
            self.finding(Part::Body(path), finding, source);
        }
        for (path, list) in rules {
            self.body_rules(&below(base, &path), list, source);
        }
        for (path, generator) in generators {
            let place = below(base, &path);
            self.check_state_value(Part::Body(place.clone()), &generator, || {
                line_in(tree, path.steps()).unwrap_or_else(|| source.to_string())
            });
            self.generators.insert(Category::Body, place.to_string(), generator);
        }
        example
    }

    /// An expression without `${..}` is the name of a value. Nobody calls a value `/orders/{id}`.
    fn check_state_value(&mut self, part: Part, generator: &Generator, line: impl FnOnce() -> String) {
        let Generator::ProviderState(state) = generator else { return };
        let expression = state.expression();
        if !expression.contains("${") && expression.contains(['/', '{', '}']) {
            self.mistakes.push(Mistake {
                interaction: self.interaction.to_owned(),
                place: (self.place)(part),
                problem: Problem::StateValueName(expression.to_owned()),
                source_line: Some(line()),
            });
        }
    }

    /// What holds for a place in the body, besides what holds already.
    pub(super) fn body_rules(&mut self, path: &DocPath, list: RuleList, source: &Location<'_>) {
        let name = path.to_string();
        let known = self.rules.category(Category::Body).find(|(other, _)| *other == name);
        match known.map(|(_, known)| known.clone()) {
            None => self.rules.insert(Category::Body, name, list),
            Some(known) if known == list => {}
            Some(mut known) if known.combine == Combine::And && list.combine == Combine::And => {
                known.rules.extend(list.rules);
                self.rules.insert(Category::Body, name, known);
            }
            Some(_) => self.mistake(Part::Body(path.clone()), Problem::RulesCollide, source),
        }
    }

    /// Something in the body that is written as text, such as an attribute or a field. Its values are given back.
    pub(super) fn body_text(&mut self, path: &DocPath, value: &Written<TextValue>) -> Vec<String> {
        let (values, rules, generator) = self.single(&Part::Body(path.clone()), value);
        if let Some(list) = rules {
            self.body_rules(path, list, value.source);
        }
        if let Some(generator) = generator {
            self.generators.insert(Category::Body, path.to_string(), generator);
        }
        values
    }
}

/// A path in something that stands at another path.
fn below(base: &[Step], path: &DocPath) -> DocPath {
    DocPath::from_steps(base.iter().chain(path.steps()).cloned().collect())
}

/// Whether rules are about how many values there are, not only about each of them.
fn bounds(list: Option<&RuleList>) -> bool {
    let bounded = |rule: &Rule| matches!(rule, Rule::Like(like) if like.min.or(like.max).is_some());
    list.is_some_and(|list| list.rules.iter().any(bounded))
}

fn is_plain_type(list: &RuleList) -> bool {
    matches!(list.rules.as_slice(), [Rule::Like(like)] if like.min.is_none() && like.max.is_none())
}
