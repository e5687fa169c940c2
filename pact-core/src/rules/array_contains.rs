//! `arrayContains`: an array that has certain items, in any order.

use super::{Kind, Rule, RuleError, Shape, Subject, invalid, named};
use crate::generators::Generator;
use crate::json::{Json, JsonBuf, Number, Object, ObjectBuf};
use crate::matching::RuleTrie;
use crate::model::{Combine, RuleList};
use crate::path::DocPath;

/// For each variant the array must have an item that matches it, and another one for each: an item that would do for
/// two variants counts for one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrayContains {
    /// What must be there.
    pub variants: Vec<Variant>,
}

/// One item that an array must have.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Which item of the example it is.
    pub index: usize,
    /// What holds inside the item, by path from the item.
    pub rules: Vec<(DocPath, RuleList)>,
    /// What is made anew inside the item, by path from the item.
    pub generators: Vec<(DocPath, Generator)>,
    trie: RuleTrie,
}

impl Variant {
    /// The item at `index` of the example, with rules by path from the item.
    pub fn new(index: usize, rules: Vec<(DocPath, RuleList)>) -> Self {
        let trie = RuleTrie::new(&rules);
        Self { index, rules, generators: Vec::new(), trie }
    }

    /// Puts the rules where they belong again, after they changed.
    pub(crate) fn place_again(&mut self) {
        self.trie = RuleTrie::new(&self.rules);
    }

    pub(crate) fn trie(&self) -> &RuleTrie {
        &self.trie
    }

    fn parse(definition: &Json<'_>) -> Result<Self, RuleError> {
        let object =
            definition.as_object().ok_or_else(|| invalid("variants", "a list of objects", definition))?;
        let index = super::size_attribute(object, "index")?.unwrap_or(0);
        let path_of = |path: &str| -> Result<DocPath, RuleError> {
            path.parse().map_err(|source| RuleError::Path { path: path.to_owned(), source })
        };
        let mut rules = Vec::new();
        for (path, list) in object.get("rules").and_then(Json::as_object).into_iter().flat_map(Object::iter) {
            let combine = match list.get("combine").and_then(Json::as_str) {
                Some("OR") => Combine::Or,
                _ => Combine::And,
            };
            rules.push((
                path_of(path)?,
                RuleList { combine, rules: Rule::parse_all(list.get("matchers"), "matchers")? },
            ));
        }
        let mut generators = Vec::new();
        for (path, generator) in
            object.get("generators").and_then(Json::as_object).into_iter().flat_map(Object::iter)
        {
            let generator = Generator::parse(generator)
                .map_err(|source| RuleError::Generator { path: path.to_owned(), source: Box::new(source) })?;
            generators.push((path_of(path)?, generator));
        }
        Ok(Self { generators, ..Self::new(index, rules) })
    }

    fn definition(&self) -> JsonBuf {
        let list = |list: &RuleList| {
            let matchers = list.rules.iter().map(|rule| Json::Object(rule.definition())).collect();
            let combine = ("combine", JsonBuf::from(list.combine.as_str()));
            Json::Object([combine, ("matchers", Json::Array(matchers))].into_iter().collect())
        };
        let rules: ObjectBuf =
            self.rules.iter().map(|(path, rules)| (path.to_string(), list(rules))).collect();
        let mut definition = ObjectBuf::new();
        definition.insert("index", Json::Number(Number::from(self.index as u64)));
        definition.insert("rules", rules);
        if !self.generators.is_empty() {
            let generators: ObjectBuf =
                self.generators.iter().map(|(path, one)| (path.to_string(), one.definition())).collect();
            definition.insert("generators", generators);
        }
        Json::Object(definition)
    }
}

impl PartialEq for Variant {
    fn eq(&self, other: &Self) -> bool {
        // The trie is made of the rules.
        self.index == other.index && self.rules == other.rules && self.generators == other.generators
    }
}

impl Kind for ArrayContains {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        match definition.get("variants") {
            // Without a variant any list would do.
            Some(Json::Array(items)) if !items.is_empty() => {
                Ok(Self { variants: items.iter().map(Variant::parse).collect::<Result<_, _>>()? })
            }
            Some(other) => Err(invalid("variants", "a list of at least one variant", other)),
            None => Err(RuleError::Missing { rule: "arrayContains", attribute: "variants" }),
        }
    }

    fn definition(&self) -> ObjectBuf {
        let mut definition = named("arrayContains");
        definition.insert("variants", Json::Array(self.variants.iter().map(Variant::definition).collect()));
        definition
    }

    fn prepare(&self) -> Result<(), RuleError> {
        let lists = self.variants.iter().flat_map(|variant| &variant.rules);
        lists.flat_map(|(_, list)| &list.rules).try_for_each(Rule::prepare)
    }

    fn cascades(&self) -> bool {
        false
    }

    fn shape(&self) -> Shape<'_> {
        Shape::Contains(&self.variants)
    }

    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        is_list(actual) && expected.is_none_or(is_list)
    }

    fn explain(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        match expected {
            Some(expected) if !is_list(expected) => {
                format!("Expected items of {}, which is no list", expected.described())
            }
            _ => format!("Expected {} to be a list", actual.described()),
        }
    }
}

fn is_list(subject: Subject<'_>) -> bool {
    matches!(subject, Subject::Json(Json::Array(_)))
}
