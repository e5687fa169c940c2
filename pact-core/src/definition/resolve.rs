//! References, with what they refer to in their place.

use thiserror::Error;

use super::{Definition, MAX_DEPTH, Term};

/// Resolved definitions with more terms than this are refused: a few names that refer to each other twice make many.
pub const MAX_TERMS: usize = 4_096;

/// Why references cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReferenceError {
    /// Nothing has that name.
    #[error("`$'{0}'` refers to a definition that does not exist; define it, or correct the name")]
    Unknown(String),
    /// A definition refers to itself, straight away or through others.
    #[error("the definitions {} refer to each other in a circle", shown(.0))]
    Circular(Vec<String>),
    /// An item of `arrayContains` is one rule, and the definition has several, which could not be told from several items.
    #[error(
        "`$'{0}'` is an item of `arrayContains`, so its definition must have one part, but it has several"
    )]
    SeveralInItem(String),
    /// Definitions are inside each other too often.
    #[error("with its references, the definition is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// There is too much.
    #[error("with its references, the definition has more than {MAX_TERMS} parts")]
    TooLong,
}

fn shown(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl Definition {
    /// The definition with what its references mean in their place, also inside `eachKey`, `eachValue` and `arrayContains`,
    /// and in what they refer to. `definitions` finds a definition by its name.
    ///
    /// A reference to something else than a definition, such as a type of a plugin, is for the caller:
    /// [`references`](Self::references) has those.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use pactwright_core::definition::{Definition, ReferenceError};
    ///
    /// let mut known: BTreeMap<&str, Definition> = BTreeMap::new();
    /// known.insert("sku", r"matching(regex, 'SKU-\d+', 'SKU-1')".parse()?);
    ///
    /// let list: Definition = "atLeast(1), eachValue(matching($'sku'))".parse()?;
    /// let resolved = list.resolve(|name| known.get(name))?;
    /// assert_eq!(resolved.to_string(), r"atLeast(1), eachValue(matching(regex, 'SKU-\\d+', 'SKU-1'))");
    ///
    /// let other: Definition = "matching($'price')".parse()?;
    /// assert_eq!(other.resolve(|name| known.get(name)), Err(ReferenceError::Unknown("price".to_owned())));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When a name is unknown, definitions refer to each other in a circle, or the result is beyond a limit.
    pub fn resolve<'d>(
        &self,
        definitions: impl Fn(&str) -> Option<&'d Definition>,
    ) -> Result<Definition, ReferenceError> {
        Resolution { definitions: &definitions, open: Vec::new(), terms: 0 }.definition(self, 1)
    }
}

struct Resolution<'r, 'd> {
    definitions: &'r dyn Fn(&str) -> Option<&'d Definition>,
    /// The names whose definitions are being put in.
    open: Vec<String>,
    /// How many terms there are so far.
    terms: usize,
}

impl Resolution<'_, '_> {
    fn definition(&mut self, definition: &Definition, depth: usize) -> Result<Definition, ReferenceError> {
        // References nest, too, while they are followed.
        if depth + self.open.len() > 2 * MAX_DEPTH || depth > MAX_DEPTH {
            return Err(ReferenceError::TooDeep);
        }
        let mut terms = Vec::new();
        for term in &definition.terms {
            self.terms += 1;
            if self.terms > MAX_TERMS {
                return Err(ReferenceError::TooLong);
            }
            match term {
                Term::Reference(name) => terms.extend(self.reference(name, depth)?.terms),
                Term::EachKey(inner) => terms.push(Term::EachKey(self.definition(inner, depth + 1)?)),
                Term::EachValue(inner) => terms.push(Term::EachValue(self.definition(inner, depth + 1)?)),
                Term::ArrayContains(items) => {
                    let items = items.iter().map(|item| self.item(item, depth + 1));
                    terms.push(Term::ArrayContains(items.collect::<Result<_, _>>()?));
                }
                Term::Matching(..) | Term::NotEmpty(_) | Term::AtLeast(_) | Term::AtMost(_) => {
                    terms.push(term.clone());
                }
            }
        }
        Ok(Definition { terms })
    }

    fn reference(&mut self, name: &str, depth: usize) -> Result<Definition, ReferenceError> {
        if let Some(start) = self.open.iter().position(|open| open == name) {
            return Err(ReferenceError::Circular(self.open.split_off(start)));
        }
        let found = (self.definitions)(name).ok_or_else(|| ReferenceError::Unknown(name.to_owned()))?;
        self.open.push(name.to_owned());
        let resolved = self.definition(found, depth)?;
        self.open.pop();
        Ok(resolved)
    }

    fn item(&mut self, item: &Definition, depth: usize) -> Result<Definition, ReferenceError> {
        let resolved = self.definition(item, depth)?;
        match item.terms.as_slice() {
            [Term::Reference(name)] if resolved.terms.len() > 1 => {
                Err(ReferenceError::SeveralInItem(name.clone()))
            }
            _ => Ok(resolved),
        }
    }
}
