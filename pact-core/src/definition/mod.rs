//! The definition language: matching rules as text, such as `matching(regex, '\d+', '100')`.
//!
//! Plugins and the libraries of other languages give rules in it. [`Definition`] reads and writes:
//!
//! | text | meaning |
//! |---|---|
//! | `matching(type, 'ex')` | the same type as the example |
//! | `matching(equalTo, 'ex')` | equal to it |
//! | `matching(number, 100)`, `integer`, `decimal` | a number; text that is one stands where values travel as text |
//! | `matching(boolean, true)`, `matching(semver, '1.0.0')` | true or false; a semantic version |
//! | `matching(regex, '\d+', '100')` | the whole text matches |
//! | `matching(include, 'part')`, `matching(include, 'part', 'ex')` | the text contains the part |
//! | `matching(datetime, 'yyyy-MM-dd HH:mm', 'ex')`, `date`, `time` | a moment in a format, made anew each time |
//! | `matching(contentType, 'image/png', 'ex')` | bytes of a media type |
//! | `matching(other, 'ex')` | a rule that this crate does not know |
//! | `matching($'name')` | what is defined under a name elsewhere; [`Definition::resolve`] puts it in |
//! | `notEmpty('ex')` | neither null nor empty |
//! | `eachKey(...)`, `eachValue(...)` | what holds for every name, for every value |
//! | `atLeast(1)`, `atMost(5)` | how many items there are |
//! | `arrayContains(..., ...)` | an item for each definition, in any order |
//!
//! Several are joined with commas, and all hold; so they may be inside `eachKey` and `eachValue`. Examples are text in single
//! quotes, numbers, `true`, `false` and `null`. `fromProviderState('${id}', 7)` in place of an example has it replaced by
//! what the provider gives. In text, `\b \f \n \r \t \' \\ \u00e4 \u{1f980}` stand for characters; another backslash
//! stands for itself, so that `'\d+'` is an expression.
//!
//! ```
//! use pactwright_core::definition::Definition;
//! use pactwright_core::json::Json;
//!
//! let definition: Definition = r"eachKey(matching(regex, '[A-Z]{3}', 'EUR')), eachValue(matching(decimal, 9.5))".parse()?;
//! assert_eq!(definition.rules().len(), 2);
//!
//! let price: Definition = "matching(decimal, fromProviderState('${price}', 9.5))".parse()?;
//! assert_eq!(price.example().map(Json::to_compact).as_deref(), Some("9.5"));
//! assert!(price.generator().is_some());
//!
//! let error = "matching(regex, '\\d+')".parse::<Definition>().unwrap_err();
//! assert_eq!(error.to_string(), "at character 22: `,` and an example were expected, but found `)`");
//! # Ok::<(), pactwright_core::definition::DefinitionError>(())
//! ```
//!
//! # Compatibility
//!
//! Other implementations leave `\'` in the value as it is and know no `1e5`; both are read here as they are meant. `eachKey` and
//! `eachValue` take several definitions here, elsewhere one.

mod convert;
mod parse;
mod resolve;
mod write;

use thiserror::Error;

pub use convert::Inexpressible;
pub use resolve::{MAX_TERMS, ReferenceError};

use crate::generators::{DataType, Generator, GeneratorError, ProviderState};
use crate::json::{Json, JsonBuf, Object};
use crate::model::RuleList;
use crate::path::DocPath;
use crate::rules::{ArrayContains, EachKey, EachValue, Like, NotEmpty, Rule, RuleError, Variant};

/// Definitions longer than this many bytes are refused.
pub const MAX_LENGTH: usize = 65_536;
/// Definitions nested deeper than this are refused.
pub const MAX_DEPTH: usize = 32;

/// What holds in a place, and an example of it. [The module](self) says how it is written; `Display` writes it so that it
/// reads back to the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    terms: Vec<Term>,
}

/// One of the parts of a definition that are joined with commas.
#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// `matching(...)` with a rule for one value.
    Matching(Rule, Example),
    /// `matching($'...')`
    Reference(String),
    NotEmpty(Example),
    EachKey(Definition),
    EachValue(Definition),
    AtLeast(usize),
    AtMost(usize),
    ArrayContains(Vec<Definition>),
}

/// A value, and the expression of the provider state that replaces it, if one does.
#[derive(Debug, Clone, PartialEq)]
struct Example {
    value: JsonBuf,
    from_state: Option<ProviderState>,
}

/// Why text is no [`Definition`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("at character {at}: {problem}")]
pub struct DefinitionError {
    /// Where, counted in characters from 1.
    pub at: usize,
    /// What is wrong there.
    pub problem: DefinitionProblem,
}

/// What is wrong with the text of a definition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DefinitionProblem {
    /// Something else should stand there.
    #[error("{expected} expected, but found {found}")]
    Expected {
        /// What would be right, with its verb: `a number was`.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The text is too long.
    #[error("the definition goes on after {MAX_LENGTH} bytes; make it shorter")]
    TooLong,
    /// Definitions are inside each other too often.
    #[error("definitions are nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// A rule cannot be used.
    #[error("{0}")]
    Rule(#[source] RuleError),
    /// A generator cannot be used.
    #[error("{0}")]
    Generator(#[source] GeneratorError),
}

impl Definition {
    /// The first example that is given. The examples inside `eachKey`, `eachValue` and `arrayContains` are not among
    /// them, but `arrayContains` is an example of a list.
    pub fn example(&self) -> Option<&JsonBuf> {
        self.examples().next().map(|example| &example.value)
    }

    /// What all holds. Nothing, for a definition that only refers to others: [`resolve`](Self::resolve) those first.
    ///
    /// References inside `eachKey` and `eachValue` are no rules; [`references`](Self::references) has them.
    pub fn rules(&self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        for rule in self.terms.iter().filter_map(Term::rule) {
            match (rules.iter_mut().find_map(size), &rule) {
                // `atLeast` and `atMost` are one rule.
                (Some(known), Rule::Like(Like { min, max })) if min.is_some() || max.is_some() => {
                    known.min = known.min.max(*min);
                    known.max = known.max.into_iter().chain(*max).min();
                }
                _ => rules.push(rule),
            }
        }
        rules
    }

    /// What makes the example anew: the first generator that is given.
    pub fn generator(&self) -> Option<Generator> {
        self.terms.iter().find_map(Term::generator)
    }

    /// The names that this place is defined under elsewhere, for those who look them up themselves: in a plugin, a name may
    /// stand for a type. [`resolve`](Self::resolve) is for names of definitions.
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        for term in &self.terms {
            let (definition, of) = match term {
                Term::Reference(name) => {
                    found.push(Reference { name, of: Part::Value });
                    continue;
                }
                Term::EachKey(inner) => (inner, Part::EachKey),
                Term::EachValue(inner) => (inner, Part::EachValue),
                _ => continue,
            };
            let names = definition.terms.iter().filter_map(Term::reference);
            found.extend(names.map(|name| Reference { name, of }));
        }
        found
    }

    fn examples(&self) -> impl Iterator<Item = &Example> {
        self.terms.iter().filter_map(|term| match term {
            Term::Matching(_, example) | Term::NotEmpty(example) => Some(example),
            _ => None,
        })
    }

    /// Items for `arrayContains`, each as its definition has it.
    pub fn items(&self) -> Option<Vec<JsonBuf>> {
        self.terms.iter().find_map(|term| match term {
            Term::ArrayContains(items) => {
                Some(items.iter().map(|item| item.example().cloned().unwrap_or_default()).collect())
            }
            _ => None,
        })
    }
}

/// The name of a definition elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'d> {
    /// The name.
    pub name: &'d str,
    /// What is defined there.
    pub of: Part,
}

/// What a [`Reference`] defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The value itself.
    Value,
    /// Every name of its members.
    EachKey,
    /// Every value of its members or items.
    EachValue,
}

fn size(rule: &mut Rule) -> Option<&mut Like> {
    match rule {
        Rule::Like(like) if like.min.is_some() || like.max.is_some() => Some(like),
        _ => None,
    }
}

impl Term {
    fn rule(&self) -> Option<Rule> {
        let each = |definition: &Definition| (definition.rules(), definition.example().cloned());
        Some(match self {
            Self::Matching(rule, _) => rule.clone(),
            Self::Reference(_) => return None,
            Self::NotEmpty(_) => Rule::NotEmpty(NotEmpty),
            Self::EachKey(definition) => {
                let (rules, example) = each(definition);
                Rule::EachKey(EachKey { rules, example })
            }
            Self::EachValue(definition) => {
                let (rules, example) = each(definition);
                Rule::EachValue(EachValue { rules, example })
            }
            Self::AtLeast(min) => Rule::Like(Like { min: Some(*min), max: None }),
            Self::AtMost(max) => Rule::Like(Like { min: None, max: Some(*max) }),
            Self::ArrayContains(items) => Rule::ArrayContains(ArrayContains {
                variants: items.iter().enumerate().map(|(index, item)| variant(index, item)).collect(),
            }),
        })
    }

    fn generator(&self) -> Option<Generator> {
        match self {
            Self::Matching(_, Example { from_state: Some(state), .. })
            | Self::NotEmpty(Example { from_state: Some(state), .. }) => {
                Some(Generator::ProviderState(state.clone()))
            }
            // A format that the rule can be checked with can be written in, too: both were parsed.
            Self::Matching(Rule::Date(date), _) => parse::moment(date).ok().map(Generator::Date),
            _ => None,
        }
    }

    fn reference(&self) -> Option<&str> {
        if let Self::Reference(name) = self { Some(name) } else { None }
    }
}

fn variant(index: usize, item: &Definition) -> Variant {
    let mut variant = Variant::new(index, vec![(DocPath::default(), RuleList::all(item.rules()))]);
    variant.generators = item.generator().map(|made| (DocPath::default(), made)).into_iter().collect();
    variant
}

impl Example {
    fn new(value: JsonBuf) -> Self {
        Self { value, from_state: None }
    }

    /// A value that the provider replaces, by one of the same type.
    fn from_state(expression: String, value: JsonBuf) -> Result<Self, GeneratorError> {
        let data_type = match &value {
            Json::String(_) => Some(DataType::String),
            Json::Number(number) if number.is_integer() => Some(DataType::Integer),
            Json::Number(_) => Some(DataType::Decimal),
            Json::Bool(_) => Some(DataType::Boolean),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        };
        Ok(Self { value, from_state: Some(ProviderState::new(expression, data_type)?) })
    }
}

/// A rule by a name that this crate does not know.
fn unknown(name: &str) -> Result<Rule, RuleError> {
    let definition: Object<'_> = [("match", JsonBuf::from(name))].into_iter().collect();
    Rule::parse(&Json::Object(definition))
}

#[cfg(test)]
mod tests;
