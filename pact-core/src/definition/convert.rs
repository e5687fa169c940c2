//! From rules to a definition.

use thiserror::Error;

use super::{Definition, Example, Term};
use crate::generators::Generator;
use crate::json::{Json, JsonBuf};
use crate::rules::{Like, Rule};

/// Why rules have no text in the definition language.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Inexpressible {
    /// There is nothing to write.
    #[error("a definition needs at least one rule")]
    NoRules,
    /// Something has no form in the language, or not with this example.
    #[error("the definition language has no form for `{0}` here")]
    Rule(String),
    /// The generator is neither the one of a date nor a value from a provider state.
    #[error("the definition language has no form for the generator `{0}` here")]
    Generator(String),
}

impl Definition {
    /// The definition with these rules (all of which hold), this example and this generator.
    ///
    /// # Errors
    /// When the language has no form for it: for `values`, `statusCode`, `null` and `ignore-order`, for lists and objects as
    /// examples, for most generators.
    pub fn new(
        rules: &[Rule],
        example: Option<&JsonBuf>,
        generator: Option<&Generator>,
    ) -> Result<Self, Inexpressible> {
        let from_state = match generator {
            Some(Generator::ProviderState(state)) => Some(state.clone()),
            _ => None,
        };
        let example = example.map(|value| Example { value: value.clone(), from_state });
        let mut terms = Vec::new();
        for rule in rules {
            terms.extend(self::terms(rule, example.as_ref())?);
        }
        let definition = Self { terms };
        // What is written must say the same; the language has no way to say everything.
        let read: Option<Self> = definition.to_string().parse().ok();
        if rules.is_empty() {
            Err(Inexpressible::NoRules)
        } else if read.is_none_or(|read| read != definition) || definition.rules() != rules {
            let all: Vec<_> = rules.iter().map(|rule| Json::Object(rule.definition()).to_compact()).collect();
            Err(Inexpressible::Rule(all.join(", ")))
        } else if definition.generator().as_ref() != generator {
            let other = generator.cloned().or(definition.generator());
            let text = other.map(|other| Json::Object(other.definition()).to_compact());
            Err(Inexpressible::Generator(text.unwrap_or_default()))
        } else {
            Ok(definition)
        }
    }
}

fn terms(rule: &Rule, example: Option<&Example>) -> Result<Vec<Term>, Inexpressible> {
    let refused = || Inexpressible::Rule(Json::Object(rule.definition()).to_compact());
    let inner = |rules: &[Rule], example: Option<&JsonBuf>| Definition::new(rules, example, None);
    Ok(match rule {
        Rule::EachKey(each) => vec![Term::EachKey(inner(&each.rules, each.example.as_ref())?)],
        Rule::EachValue(each) => vec![Term::EachValue(inner(&each.rules, each.example.as_ref())?)],
        Rule::Like(Like { min, max }) if min.is_some() || max.is_some() => {
            min.map(Term::AtLeast).into_iter().chain(max.map(Term::AtMost)).collect()
        }
        Rule::NotEmpty(_) => vec![Term::NotEmpty(example.ok_or_else(refused)?.clone())],
        Rule::Values(_)
        | Rule::Null(_)
        | Rule::StatusCode(_)
        | Rule::ArrayContains(_)
        | Rule::IgnoreOrder(_) => {
            return Err(refused());
        }
        single => vec![Term::Matching(single.clone(), example.ok_or_else(refused)?.clone())],
    })
}
