//! Taking a JSON object apart, attribute by attribute.

use std::collections::HashMap;

use super::{Problem, ProblemKind};
use crate::generators::Generator;
use crate::json::{Json, JsonBuf, ObjectBuf, Pointer};
use crate::model::Category;
use crate::rules::{Regex, Rule, RuleError};

/// Everything that is wrong so far, and where rules and generators stand that are not.
#[derive(Debug, Default)]
pub(super) struct Findings {
    problems: Vec<Problem>,
    /// Only when somebody wants to know: most readers do not.
    placed: Option<Vec<Placed>>,
    /// Contracts say the same about many places; each expression is compiled once.
    expressions: HashMap<String, Regex>,
}

/// A rule or generator with the place that it was read from.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// The JSON pointer of its definition.
    pub(crate) pointer: String,
    /// The part that it is for.
    pub(crate) category: Category,
    /// The name or path that it is for.
    pub(crate) place: String,
    /// What it is.
    pub(crate) what: RuleOrGenerator,
}

/// What can be placed.
#[derive(Debug, Clone)]
pub(crate) enum RuleOrGenerator {
    Rule(Rule),
    Generator(Generator),
}

impl Findings {
    pub(super) fn add(&mut self, at: &Pointer<'_>, kind: ProblemKind) {
        self.problems.push(Problem { pointer: at.to_string(), kind });
    }

    pub(super) fn unexpected(&mut self, at: &Pointer<'_>, expected: &'static str, found: &Json<'_>) {
        let found = match found {
            Json::Object(_) => "an object".to_owned(),
            Json::Array(_) => "a list".to_owned(),
            scalar => format!("`{}`", crate::report::shortened(&scalar.to_compact())),
        };
        self.add(at, ProblemKind::Unexpected { expected, found });
    }

    /// How many problems there are so far.
    pub(super) fn count(&self) -> usize {
        self.problems.len()
    }

    /// One that also keeps what [`Self::place`] is told.
    pub(super) fn with_places() -> Self {
        Self { placed: Some(Vec::new()), ..Self::default() }
    }

    /// Reads a rule, and finds out whether it can be used. Regular expressions that surely can are compiled when they are
    /// first needed: many contracts are read without being matched with.
    pub(super) fn prepared(&mut self, definition: &Json<'_>) -> Result<Rule, RuleError> {
        let mut rule = Rule::parse(definition)?;
        let Rule::Regex(regex) = &mut rule else { return rule.prepare().map(|()| rule) };
        match self.expressions.get(regex.pattern()) {
            Some(known) => regex.share(known),
            None => {
                // Whoever wants to know everything also wants to know which are too large.
                if self.placed.is_some() || !regex.is_sound() {
                    rule.prepare()?;
                }
                if let Rule::Regex(regex) = &rule {
                    self.expressions.insert(regex.pattern().to_owned(), regex.clone());
                }
            }
        }
        Ok(rule)
    }

    /// Notes where a rule or generator stands.
    pub(super) fn place(
        &mut self,
        at: &Pointer<'_>,
        category: Category,
        place: &str,
        what: impl FnOnce() -> RuleOrGenerator,
    ) {
        if let Some(placed) = &mut self.placed {
            placed.push(Placed { pointer: at.to_string(), category, place: place.to_owned(), what: what() });
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub(super) fn into_both(self) -> (Vec<Problem>, Vec<Placed>) {
        (self.problems, self.placed.unwrap_or_default())
    }
}

/// An object whose attributes are taken out one by one; what is left is what nobody knows.
pub(super) struct Attributes<'p> {
    pub(super) rest: ObjectBuf,
    pub(super) at: Pointer<'p>,
}

impl<'p> Attributes<'p> {
    /// The attributes of a value, or none when it is not an object.
    pub(super) fn of(value: JsonBuf, at: Pointer<'p>, findings: &mut Findings) -> Self {
        let rest = match value {
            Json::Object(object) => object,
            other => {
                findings.unexpected(&at, "an object", &other);
                ObjectBuf::new()
            }
        };
        Self { rest, at }
    }

    /// An attribute, under the first of its names that is there. `null` counts as not there.
    pub(super) fn take(&mut self, names: &[&str]) -> Option<JsonBuf> {
        names.iter().find_map(|name| match self.rest.get(name) {
            None | Some(Json::Null) => None,
            Some(_) => self.rest.remove(name),
        })
    }

    /// An attribute that must be text where it is there.
    pub(super) fn text(&mut self, name: &str, findings: &mut Findings) -> Option<String> {
        match self.take(&[name])? {
            Json::String(text) => Some(text.into_owned()),
            other => {
                findings.unexpected(&self.at.name(name), "text", &other);
                None
            }
        }
    }

    /// An attribute that must be true or false where it is there.
    pub(super) fn flag(&mut self, name: &str, findings: &mut Findings) -> Option<bool> {
        match self.take(&[name])? {
            Json::Bool(value) => Some(value),
            other => {
                findings.unexpected(&self.at.name(name), "true or false", &other);
                None
            }
        }
    }

    /// An attribute that must be an object where it is there; otherwise an empty one.
    pub(super) fn object(&mut self, names: &[&str], findings: &mut Findings) -> ObjectBuf {
        match self.take(names) {
            None => ObjectBuf::new(),
            Some(Json::Object(object)) => object,
            Some(other) => {
                findings.unexpected(&self.at.name(names[0]), "an object", &other);
                ObjectBuf::new()
            }
        }
    }

    /// An attribute that must be a list where it is there; otherwise an empty one.
    pub(super) fn list(&mut self, name: &str, findings: &mut Findings) -> Option<Vec<JsonBuf>> {
        match self.take(&[name])? {
            Json::Array(items) => Some(items),
            other => {
                findings.unexpected(&self.at.name(name), "a list", &other);
                None
            }
        }
    }
}
