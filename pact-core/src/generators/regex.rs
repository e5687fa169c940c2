//! `Regex`: text that matches a regular expression.

mod plan;

use std::sync::OnceLock;

use self::plan::{Failure, Plan};
use super::{GenerateError, GeneratorError, Kind, Run, text_attribute};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};
use crate::rules;

/// Text that matches a regular expression, as the rule [`rules::Regex`] understands it.
///
/// Where an expression leaves a choice, text stays short and plain: an item that may be repeated without end is
/// repeated at most 16 times more than it has to be, and characters are ASCII letters and digits where those will do.
/// Look-around, word boundaries and the like cannot be followed while text is made; text is made until one satisfies
/// them, and given up after 256 attempts, half of them with any printable characters.
#[derive(Debug, Clone)]
pub struct Regex {
    rule: rules::Regex,
    plan: OnceLock<Result<Plan, Failure>>,
}

/// How often text is made before it is given up.
const ATTEMPTS: usize = 256;

impl Regex {
    /// A generator for text that matches this expression.
    ///
    /// # Errors
    /// When the expression is broken.
    pub fn new(pattern: impl Into<String>) -> Result<Self, GeneratorError> {
        let rule = rules::Regex::new(pattern);
        match rule.compiled() {
            Err(rules::RuleError::Regex { pattern, reason }) => {
                Err(GeneratorError::Regex { pattern: pattern.clone(), reason: reason.clone() })
            }
            Err(other) => {
                Err(GeneratorError::Regex { pattern: rule.pattern().to_owned(), reason: other.to_string() })
            }
            Ok(_) => Ok(Self { rule, plan: OnceLock::new() }),
        }
    }

    /// The expression as it was written.
    pub fn pattern(&self) -> &str {
        self.rule.pattern()
    }

    fn write(&self, run: &mut Run<'_>) -> Result<String, Failure> {
        let plan = self.plan.get_or_init(|| Plan::new(&rules::respelt_regex(self.pattern())));
        let plan = plan.as_ref().map_err(Clone::clone)?;
        for attempt in 0..ATTEMPTS {
            // Boundaries may be what plain text cannot satisfy.
            let text = plan.write(attempt < ATTEMPTS / 2, run.source())?;
            let matches = self.rule.compiled().map(|regex| regex.is_match(&text));
            match matches {
                Ok(Ok(true)) => return Ok(text),
                Ok(Ok(false)) => {}
                // Trying again would take as long again.
                Ok(Err(_)) | Err(_) => return Err(Failure::TooHard),
            }
        }
        Err(Failure::NeverMatches)
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.rule == other.rule
    }
}

impl Kind for Regex {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        Self::new(text_attribute(definition, "Regex", "regex")?)
    }

    fn definition(&self) -> ObjectBuf {
        let mut definition = super::named("Regex");
        definition.insert("regex", self.pattern().to_owned());
        definition
    }

    fn generate(&self, _: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        self.write(run).map(Json::from).map_err(|failure| GenerateError::Regex {
            pattern: self.pattern().to_owned(),
            reason: failure.reason(),
        })
    }
}
