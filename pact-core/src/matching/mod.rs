//! Holding what really travelled against what a contract expects.
//!
//! A contract is compiled once ([`CompiledRequest`], [`CompiledResponse`], [`CompiledMessage`]): rule paths become a
//! trie, names are made comparable, expressions are checked. Matching then walks the expected tree, the actual tree
//! and the trie together, borrowing all three; a place becomes text only when something is wrong there. For JSON there is
//! a quicker way to find that nothing is wrong: along a plan of example and trie, while the document is read.
//!
//! Requests are held to the letter (nothing that was not agreed may be sent), responses and messages may say more
//! than was asked, as the specification has it.

mod address;
mod body;
mod effort;
mod form;
mod framing;
mod headers;
mod json;
mod multipart;
mod query;
mod reading;
mod trie;
mod unordered;
mod wire;
mod xml;

use std::collections::HashMap;

use thiserror::Error;

use reading::Sent;

pub(crate) use body::NESTING;
pub(crate) use headers::separate as separate_header;
pub(crate) use json::matches_variant;
pub use reading::Reading;
pub use trie::RuleTrie;
pub use wire::{ActualMessage, ActualRequest, ActualResponse};

use crate::extension::{ExtensionError, Scope};
use crate::json::Json;
use crate::model::{Category, Combine, ContentType, MatchingRules, Message, Request, Response, RuleList};
use crate::path::{DocPath, PathError, Step};
use crate::report::{Detail, Location, Mismatch, Part};
use crate::rules::{RuleError, Subject};

/// Why rules cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CompileError {
    /// The path of a rule is no path expression.
    #[error("the path `{path}` of a matching rule for the {category} cannot be used: {source}", category = category.as_str())]
    Path {
        /// The part that the rule is for.
        category: Category,
        /// The text.
        path: String,
        /// What is wrong with it.
        source: PathError,
    },
    /// A rule is broken.
    #[error("the matching rule for `{path}` of the {category} cannot be used: {source}", category = category.as_str())]
    Rule {
        /// The part that the rule is for.
        category: Category,
        /// The path or name that it is for.
        path: String,
        /// What is wrong with it.
        source: RuleError,
    },
    /// An extension cannot use something that is its business.
    #[error("the plugin `{extension}` cannot use the contract: {source}")]
    Extension {
        /// The name of the extension.
        extension: String,
        /// What is wrong.
        source: ExtensionError,
    },
}

/// The rules of one request, response or message, ready to be matched with.
#[derive(Debug, Clone)]
struct CompiledRules {
    /// For the parts that can only be one thing.
    single: HashMap<Category, RuleList>,
    /// By name in lower case.
    headers: HashMap<String, RuleList>,
    query: HashMap<String, RuleList>,
    /// By name in lower case.
    metadata: HashMap<String, RuleList>,
    body: RuleTrie,
}

impl CompiledRules {
    fn compile(rules: &MatchingRules) -> Result<Self, CompileError> {
        for category in Category::ALL {
            for (path, list) in rules.category(category) {
                list.rules
                    .iter()
                    .try_for_each(crate::rules::Rule::prepare)
                    .map_err(|source| CompileError::Rule { category, path: path.to_owned(), source })?;
            }
        }
        // A place without a single rule is a place without rules: equality holds there.
        let given = |category| rules.category(category).filter(|(_, list)| !list.rules.is_empty());
        let lowered = |category| {
            given(category).map(|(name, list)| (name_of(name).to_ascii_lowercase(), list.clone())).collect()
        };
        let body = given(Category::Body).map(|(path, list)| match path.parse::<DocPath>() {
            Ok(parsed) => Ok((parsed, list.clone())),
            Err(source) => {
                Err(CompileError::Path { category: Category::Body, path: path.to_owned(), source })
            }
        });
        let single = Category::ALL.into_iter().filter(|category| category.is_single());
        Ok(Self {
            single: single
                .filter_map(|category| Some((category, given(category).next()?.1.clone())))
                .collect(),
            headers: lowered(Category::Header),
            query: given(Category::Query).map(|(name, list)| (name_of(name), list.clone())).collect(),
            metadata: lowered(Category::Metadata),
            body: RuleTrie::new(&body.collect::<Result<Vec<_>, _>>()?),
        })
    }
}

/// The name of a header, parameter or metadata value, from the name itself or from a path such as `$.name[0]`.
pub(crate) fn name_of(path: &str) -> String {
    match path.parse::<DocPath>() {
        Ok(parsed) => match parsed.steps().first() {
            Some(Step::Field(name)) => name.clone(),
            _ => path.to_owned(),
        },
        Err(_) => path.to_owned(),
    }
}

/// A request that a contract expects, ready to be matched with.
#[derive(Debug, Clone)]
pub struct CompiledRequest {
    expected: Request,
    rules: CompiledRules,
    body: body::Prepared,
}

/// A response that a contract expects, ready to be matched with.
#[derive(Debug, Clone)]
pub struct CompiledResponse {
    expected: Response,
    rules: CompiledRules,
    body: body::Prepared,
}

/// A message that a contract expects, ready to be matched with.
#[derive(Debug, Clone)]
pub struct CompiledMessage {
    expected: Message,
    rules: CompiledRules,
    body: body::Prepared,
    /// Whether the contents may have nothing that is not expected.
    strict: bool,
}

impl CompiledRequest {
    /// Compiles the rules of a request.
    ///
    /// # Errors
    /// When a rule or its path is broken.
    pub fn new(expected: Request) -> Result<Self, CompileError> {
        Self::compile_with(expected, &Scope::none())
    }

    /// Compiles the rules of a request, with what [extensions](crate::extension) supply.
    ///
    /// # Errors
    /// When a rule or its path is broken, or an extension cannot use what is its business.
    pub fn compile_with(expected: Request, scope: &Scope<'_>) -> Result<Self, CompileError> {
        let rules = scope.supply(&expected.rules)?;
        let body = body::Prepared::new(&expected.body, expected.headers.content_type());
        let body = body.supply(&expected.body, &rules, true, scope)?;
        let rules = CompiledRules::compile(&rules)?;
        Ok(Self { body: body.planned(&expected.body, &rules.body), expected, rules })
    }

    /// What is expected.
    pub fn expected(&self) -> &Request {
        &self.expected
    }

    /// Everything in which a request differs from what is expected; nothing when it matches.
    pub fn mismatches(&self, actual: &ActualRequest) -> Vec<Mismatch> {
        self.mismatches_of(&Reading::new(actual))
    }

    /// The same, for a request that is held against other contracts, too.
    pub fn mismatches_of(&self, reading: &Reading<'_>) -> Vec<Mismatch> {
        let mut found = Vec::new();
        self.compare_head(reading.request(), &mut found);
        self.compare_body(reading, &mut found);
        found
    }

    /// Whether a request matches. Its body is only looked at where nothing else differs.
    pub fn matches(&self, reading: &Reading<'_>) -> bool {
        let mut found = Vec::new();
        self.compare_head(reading.request(), &mut found);
        if found.is_empty() {
            self.compare_body(reading, &mut found);
        }
        found.is_empty()
    }

    fn compare_head(&self, actual: &ActualRequest, found: &mut Vec<Mismatch>) {
        let (expected, rules) = (&self.expected, &self.rules);
        let same_method = expected.method.eq_ignore_ascii_case(&actual.method);
        text(
            Part::Method,
            rules.single.get(&Category::Method),
            &expected.method,
            &actual.method,
            same_method,
            found,
        );
        let same_path = expected.path == actual.path;
        text(Part::Path, rules.single.get(&Category::Path), &expected.path, &actual.path, same_path, found);
        query::compare(expected.query.as_ref(), actual.query.as_deref(), &rules.query, found);
        headers::compare(&expected.headers, &actual.headers, &rules.headers, found);
    }

    fn compare_body(&self, reading: &Reading<'_>, found: &mut Vec<Mismatch>) {
        let content = body::Expectation {
            body: &self.expected.body,
            prepared: &self.body,
            rules: self.rules.body.root(),
            type_is_free: self.rules.headers.contains_key("content-type"),
            strict: true,
            at: Location::root(),
            nesting: NESTING,
        };
        content.compare(Sent::of(reading), headers::content_type(&reading.request().headers), found);
    }
}

impl CompiledResponse {
    /// Compiles the rules of a response.
    ///
    /// # Errors
    /// When a rule or its path is broken.
    pub fn new(expected: Response) -> Result<Self, CompileError> {
        Self::compile_with(expected, &Scope::none())
    }

    /// Compiles the rules of a response, with what [extensions](crate::extension) supply.
    ///
    /// # Errors
    /// When a rule or its path is broken, or an extension cannot use what is its business.
    pub fn compile_with(expected: Response, scope: &Scope<'_>) -> Result<Self, CompileError> {
        let rules = scope.supply(&expected.rules)?;
        let body = body::Prepared::new(&expected.body, expected.headers.content_type());
        let body = body.supply(&expected.body, &rules, false, scope)?;
        let rules = CompiledRules::compile(&rules)?;
        Ok(Self { body: body.planned(&expected.body, &rules.body), expected, rules })
    }

    /// What is expected.
    pub fn expected(&self) -> &Response {
        &self.expected
    }

    /// Everything in which a response differs from what is expected; nothing when it matches.
    pub fn mismatches(&self, actual: &ActualResponse) -> Vec<Mismatch> {
        let (expected, rules) = (&self.expected, &self.rules);
        let mut found = Vec::new();
        let (wanted, got) = (expected.status.to_string(), actual.status.to_string());
        text(Part::Status, rules.single.get(&Category::Status), &wanted, &got, wanted == got, &mut found);
        headers::compare(&expected.headers, &actual.headers, &rules.headers, &mut found);
        let content = body::Expectation {
            body: &expected.body,
            prepared: &self.body,
            rules: rules.body.root(),
            type_is_free: rules.headers.contains_key("content-type"),
            strict: false,
            at: Location::root(),
            nesting: NESTING,
        };
        content.compare(actual.body.as_slice().into(), headers::content_type(&actual.headers), &mut found);
        found
    }
}

impl CompiledMessage {
    /// Compiles the rules of a message that is received: it may say more than was asked.
    ///
    /// # Errors
    /// When a rule or its path is broken.
    pub fn new(expected: Message) -> Result<Self, CompileError> {
        Self::compile_with(expected, &Scope::none())
    }

    /// Compiles the rules of a message that is received, with what [extensions](crate::extension) supply.
    ///
    /// # Errors
    /// When a rule or its path is broken, or an extension cannot use what is its business.
    pub fn compile_with(expected: Message, scope: &Scope<'_>) -> Result<Self, CompileError> {
        Self::compile(expected, false, scope)
    }

    /// Compiles the rules of a message that asks for an answer: like every request, it is held to the letter.
    ///
    /// # Errors
    /// When a rule or its path is broken.
    pub fn request(expected: Message) -> Result<Self, CompileError> {
        Self::request_with(expected, &Scope::none())
    }

    /// Compiles the rules of a message that asks for an answer, with what [extensions](crate::extension) supply.
    ///
    /// # Errors
    /// When a rule or its path is broken, or an extension cannot use what is its business.
    pub fn request_with(expected: Message, scope: &Scope<'_>) -> Result<Self, CompileError> {
        Self::compile(expected, true, scope)
    }

    fn compile(expected: Message, strict: bool, scope: &Scope<'_>) -> Result<Self, CompileError> {
        let rules = scope.supply(&expected.rules)?;
        let body = body::Prepared::new(&expected.contents, expected.content_type());
        let body = body.supply(&expected.contents, &rules, strict, scope)?;
        let rules = CompiledRules::compile(&rules)?;
        Ok(Self { body: body.planned(&expected.contents, &rules.body), expected, rules, strict })
    }

    /// What is expected.
    pub fn expected(&self) -> &Message {
        &self.expected
    }

    /// Everything in which a message differs from what is expected; nothing when it matches.
    pub fn mismatches(&self, actual: &ActualMessage) -> Vec<Mismatch> {
        let (expected, rules) = (&self.expected, &self.rules);
        let mut found = Vec::new();
        for (name, wanted) in expected.metadata.iter() {
            let rules = rules.metadata.get(&name.to_ascii_lowercase());
            metadata(name, wanted, actual, rules, &mut found);
        }
        let content = body::Expectation {
            body: &expected.contents,
            prepared: &self.body,
            rules: rules.body.root(),
            type_is_free: false,
            strict: self.strict,
            at: Location::root(),
            nesting: NESTING,
        };
        let stated = crate::model::metadata_content_type(&actual.metadata);
        let content_type = actual.content_type.clone().or(stated);
        let contents = framing::unframed(&actual.contents, content_type.as_ref(), &expected.contents.bytes());
        content.compare(contents.into(), content_type, &mut found);
        found
    }
}

/// Compares a part that is one text, by its rules or by `equal`.
fn text(
    part: Part,
    rules: Option<&RuleList>,
    expected: &str,
    actual: &str,
    equal: bool,
    found: &mut Vec<Mismatch>,
) {
    match rules {
        Some(list) => check_text(list, Some(expected), actual, part, "", found),
        None if equal => {}
        None => found.push(Mismatch::new(
            part,
            "",
            Detail::NotEqual { expected: expected.into(), actual: actual.into() },
        )),
    }
}

/// Holds the rules for a place against a value that travels as text.
fn check_text(
    list: &RuleList,
    expected: Option<&str>,
    actual: &str,
    part: Part,
    location: &str,
    found: &mut Vec<Mismatch>,
) {
    check(list, expected.map(Subject::Text), Subject::Text(actual), part, location, found);
}

/// Holds the rules for a place against a value, as the list combines them.
fn check(
    list: &RuleList,
    expected: Option<Subject<'_>>,
    actual: Subject<'_>,
    part: Part,
    location: &str,
    found: &mut Vec<Mismatch>,
) {
    let refused: Vec<_> = list.rules.iter().filter(|rule| !rule.check(expected, actual, true)).collect();
    let holds = match list.combine {
        Combine::And => refused.is_empty(),
        Combine::Or => refused.len() < list.rules.len() || list.rules.is_empty(),
    };
    if !holds {
        found.extend(
            refused
                .into_iter()
                .map(|rule| Mismatch::new(part, location, Detail::refused(rule, expected, actual))),
        );
    }
}

fn metadata(
    name: &str,
    wanted: &Json<'_>,
    actual: &ActualMessage,
    rules: Option<&RuleList>,
    found: &mut Vec<Mismatch>,
) {
    let same_name = |(other, _): &(&str, &Json<'_>)| other.eq_ignore_ascii_case(name);
    let Some((_, value)) = actual.metadata.iter().find(same_name) else {
        // The content type may be stated beside the metadata.
        let is_type = ["contenttype", "content-type"].contains(&name.to_ascii_lowercase().as_str());
        if !(is_type && actual.content_type.is_some()) {
            found.push(Mismatch::new(
                Part::Metadata,
                name,
                Detail::Missing { expected: wanted.clone().into_owned() },
            ));
        }
        return;
    };
    let same_type = || {
        let parse = |value: &Json<'_>| value.as_str().and_then(ContentType::parse);
        parse(wanted).zip(parse(value)).is_some_and(|(wanted, value)| wanted.accepts(&value))
    };
    match rules {
        Some(list) => {
            check(list, Some(Subject::Json(wanted)), Subject::Json(value), Part::Metadata, name, found);
        }
        None if wanted == value || same_type() => {}
        None => found.push(Mismatch::new(
            Part::Metadata,
            name,
            Detail::NotEqual { expected: wanted.clone().into_owned(), actual: value.clone().into_owned() },
        )),
    }
}
