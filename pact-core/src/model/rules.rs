//! Which rules apply where.

use std::collections::BTreeMap;

use crate::rules::Rule;

/// The part of a request, response or message that rules are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// The method of a request.
    Method,
    /// The path of a request.
    Path,
    /// Headers, by name.
    Header,
    /// Query parameters, by name.
    Query,
    /// Body or message contents, by path expression.
    Body,
    /// The status of a response.
    Status,
    /// Message metadata, by name.
    Metadata,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Method, Self::Path, Self::Header, Self::Query, Self::Body, Self::Status, Self::Metadata];

    /// As V3 and V4 files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::Header => "header",
            Self::Query => "query",
            Self::Body => "body",
            Self::Status => "status",
            Self::Metadata => "metadata",
        }
    }

    /// Reads what files write. `contents` and `content` stand for a body, as some writers of messages have it.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "contents" | "content" => Some(Self::Body),
            "headers" => Some(Self::Header),
            _ => Self::ALL.into_iter().find(|category| category.as_str() == text),
        }
    }

    /// Whether there is only one thing it can be about, so that rules carry no name.
    pub fn is_single(self) -> bool {
        matches!(self, Self::Method | Self::Path | Self::Status)
    }
}

/// How the rules for one place work together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// All must hold.
    #[default]
    And,
    /// One is enough.
    Or,
}

impl Combine {
    /// As files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::And => "AND",
            Self::Or => "OR",
        }
    }
}

/// The rules for one place.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleList {
    /// How they work together.
    pub combine: Combine,
    /// The rules.
    pub rules: Vec<Rule>,
}

impl RuleList {
    /// Rules that all must hold.
    pub fn all(rules: Vec<Rule>) -> Self {
        Self { combine: Combine::And, rules }
    }
}

impl From<Rule> for RuleList {
    fn from(rule: Rule) -> Self {
        Self { combine: Combine::And, rules: vec![rule] }
    }
}

/// All rules of a request, response or message: by part, then by name (headers, query, metadata) or path expression
/// (body). Parts that can only be one thing have the empty name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatchingRules {
    categories: BTreeMap<Category, BTreeMap<String, RuleList>>,
}

impl MatchingRules {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.categories.is_empty()
    }

    /// The rules for a part, in order of their names or paths.
    pub fn category(&self, category: Category) -> impl Iterator<Item = (&str, &RuleList)> {
        self.categories.get(&category).into_iter().flatten().map(|(name, list)| (name.as_str(), list))
    }

    /// The rules of all places.
    pub(crate) fn lists_mut(&mut self) -> impl Iterator<Item = &mut RuleList> {
        self.categories.values_mut().flat_map(BTreeMap::values_mut)
    }

    /// The parts that have rules.
    pub fn categories(&self) -> impl Iterator<Item = Category> {
        self.categories.keys().copied()
    }

    /// Sets the rules for a place.
    pub fn insert(&mut self, category: Category, name: impl Into<String>, list: impl Into<RuleList>) {
        self.categories.entry(category).or_default().insert(name.into(), list.into());
    }
}
