//! `eachKey` and `eachValue`: rules for the name, or the value, of every member.

use super::{Kind, Rule, RuleError, Shape, Subject, named, same_shape};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};

/// Every name of an object satisfies the rules; which names there are is free.
#[derive(Debug, Clone, PartialEq)]
pub struct EachKey {
    /// The rules for names.
    pub rules: Vec<Rule>,
    /// An example of a name.
    pub example: Option<JsonBuf>,
}

/// Every value of an object, or item of a list, satisfies the rules; names are free.
#[derive(Debug, Clone, PartialEq)]
pub struct EachValue {
    /// The rules for values.
    pub rules: Vec<Rule>,
    /// An example of a value.
    pub example: Option<JsonBuf>,
}

fn parse(definition: &Object<'_>) -> Result<(Vec<Rule>, Option<JsonBuf>), RuleError> {
    let rules = Rule::parse_all(definition.get("rules"), "rules")?;
    Ok((rules, definition.get("value").cloned().map(Json::into_owned)))
}

fn definition(name: &'static str, rules: &[Rule], example: Option<&JsonBuf>) -> ObjectBuf {
    let mut definition = named(name);
    definition
        .insert("rules", Json::Array(rules.iter().map(|rule| Json::Object(rule.definition())).collect()));
    if let Some(example) = example {
        definition.insert("value", example.clone());
    }
    definition
}

fn explain(actual: Subject<'_>) -> String {
    format!("Expected {} to be an object or a list", actual.described())
}

impl Kind for EachKey {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        parse(definition).map(|(rules, example)| Self { rules, example })
    }

    fn definition(&self) -> ObjectBuf {
        definition("eachKey", &self.rules, self.example.as_ref())
    }

    fn prepare(&self) -> Result<(), RuleError> {
        self.rules.iter().try_for_each(Rule::prepare)
    }

    fn cascades(&self) -> bool {
        false
    }

    fn shape(&self) -> Shape<'_> {
        Shape::NamesMatch(&self.rules)
    }

    fn check(&self, _: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        matches!(actual, Subject::Json(Json::Object(_)))
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        explain(actual)
    }
}

impl Kind for EachValue {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        parse(definition).map(|(rules, example)| Self { rules, example })
    }

    fn definition(&self) -> ObjectBuf {
        definition("eachValue", &self.rules, self.example.as_ref())
    }

    fn prepare(&self) -> Result<(), RuleError> {
        self.rules.iter().try_for_each(Rule::prepare)
    }

    fn cascades(&self) -> bool {
        false
    }

    fn shape(&self) -> Shape<'_> {
        Shape::AnyNames
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        let container = matches!(actual, Subject::Json(Json::Object(_) | Json::Array(_)));
        container && same_shape(expected, actual)
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        explain(actual)
    }
}
