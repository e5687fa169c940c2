//! What a contract asks of a document, worked out once.

use smallvec::SmallVec;

use crate::json::{Json, Object};
use crate::matching::trie::{Holding, Place, Spot};
use crate::model::Combine;
use crate::rules::Rule;

/// What is asked of one value of a document, with the same shape as the example. It names rules by where the trie has
/// them, so that it can be kept beside that.
///
/// Only what is asked for most is planned: everything else is read as a whole and compared by [`super::Comparison`].
#[derive(Debug, Clone)]
pub(in crate::matching) enum Plan {
    /// A scalar, equal to the example.
    Equal,
    /// A scalar under rules.
    Ruled(Rules),
    /// An object whose members are compared by name.
    Object(Members),
    /// A list whose items are compared one by one.
    List(Box<Items>),
    /// Anything.
    Whole(Box<Spot>),
}

/// Rules that all must hold.
pub(super) type Rules = SmallVec<[RuleId; 1]>;

/// A rule of a trie, and whether it is given for the very place.
#[derive(Debug, Clone, Copy)]
pub(in crate::matching) struct RuleId {
    pub(super) list: usize,
    pub(super) rule: usize,
    pub(super) direct: bool,
}

/// What is asked of the members of an object.
#[derive(Debug, Clone)]
pub(in crate::matching) struct Members {
    /// For each member of the example, in its order.
    pub(super) plans: Vec<Plan>,
    /// Positions in order of the names, where members are so many that they are not found by comparing.
    by_name: Vec<usize>,
}

/// What is asked of the items of a list.
#[derive(Debug, Clone)]
pub(in crate::matching) struct Items {
    /// For each item of the example.
    pub(super) plans: Vec<Plan>,
    /// Whether the first stands for all that the example does not have.
    pub(super) alike: bool,
    /// How many there may be.
    pub(super) fewest: usize,
    pub(super) most: usize,
    /// The place of the list.
    pub(super) spot: Spot,
}

/// Examples nested deeper than documents may be are not planned.
const LEVELS: usize = 128;
/// Members up to this number are found by comparing names.
const FEW: usize = 24;

impl Plan {
    pub(in crate::matching) fn new(expected: &Json<'_>, place: &Place<'_>) -> Self {
        Self::within(LEVELS, expected, place)
    }

    fn within(levels: usize, expected: &Json<'_>, place: &Place<'_>) -> Self {
        let whole = || Self::Whole(Box::new(place.spot()));
        let Some(rules) = rules(place).filter(|_| levels > 0) else { return whole() };
        let mut holding = rules.iter().map(|id| (&place.trie().list(id.list).rules[id.rule], id.direct));
        match expected {
            Json::Object(members) => {
                if !holding.all(|(rule, _)| is_about_scalars(rule)) {
                    return whole();
                }
                let plan = |(name, example)| Self::within(levels - 1, example, &place.field(name));
                Self::Object(Members { plans: members.iter().map(plan).collect(), by_name: by_name(members) })
            }
            Json::Array(items) => {
                let Some((fewest, most)) = bounds(holding, items.len()) else { return whole() };
                let plan = |(index, example)| Self::within(levels - 1, example, &place.index(index));
                Self::List(Box::new(Items {
                    plans: items.iter().enumerate().map(plan).collect(),
                    alike: place.items_are_alike(),
                    fewest,
                    most,
                    spot: place.spot(),
                }))
            }
            _ if rules.is_empty() => Self::Equal,
            _ if holding.all(|(rule, _)| leaves_scalars_alone(rule)) => Self::Ruled(rules),
            _ => whole(),
        }
    }
}

impl Members {
    /// The position of a member of the example, given where it stands most likely.
    pub(super) fn position(&self, expected: &Object<'_>, name: &str, near: usize) -> Option<usize> {
        if expected.at(near).is_some_and(|(other, _)| other == name) {
            return Some(near);
        }
        if self.by_name.is_empty() {
            return expected.names().position(|other| other == name);
        }
        let name_at = |position: &usize| expected.at(*position).map_or("", |(name, _)| name);
        let found = self.by_name.binary_search_by(|position| name_at(position).cmp(name));
        found.ok().map(|at| self.by_name[at])
    }
}

fn by_name(members: &Object<'_>) -> Vec<usize> {
    if members.len() <= FEW {
        return Vec::new();
    }
    let mut positions: Vec<usize> = (0..members.len()).collect();
    positions.sort_by_key(|position| members.at(*position).map(|(name, _)| name));
    positions
}

/// The rules that hold at a place, if all must.
fn rules(place: &Place<'_>) -> Option<Rules> {
    let mut rules = Rules::new();
    for Holding { id, list, direct, .. } in place.holding() {
        let mut applicable =
            list.rules.iter().enumerate().filter(|(_, rule)| direct || rule.cascades()).peekable();
        if applicable.peek().is_some() && list.combine == Combine::Or && list.rules.len() > 1 {
            return None;
        }
        rules.extend(applicable.map(|(rule, _)| RuleId { list: id, rule, direct }));
    }
    Some(rules)
}

/// How many items there may be, by these rules for a list with so many in the example.
fn bounds<'r>(rules: impl Iterator<Item = (&'r Rule, bool)>, items: usize) -> Option<(usize, usize)> {
    let (mut fewest, mut most) = (0, usize::MAX);
    let mut rules = rules.peekable();
    let mut exact = rules.peek().is_none();
    for (rule, direct) in rules {
        if !is_about_scalars(rule) {
            return None;
        }
        if let (Rule::Like(like), true) = (rule, direct) {
            fewest = fewest.max(like.min.unwrap_or(0));
            most = most.min(like.max.unwrap_or(usize::MAX));
        }
        exact |= matches!(rule, Rule::Equality(_));
    }
    if exact {
        (fewest, most) = (fewest.max(items), most.min(items));
    }
    Some((fewest, most))
}

/// Whether the rule, given for a container or above it, asks no more of the container than to be one of that kind (and
/// of a list to have a certain size). Then what is inside is compared as without it.
fn is_about_scalars(rule: &Rule) -> bool {
    matches!(
        rule,
        Rule::Equality(_)
            | Rule::Like(_)
            | Rule::Regex(_)
            | Rule::Include(_)
            | Rule::Number(_)
            | Rule::Boolean(_)
            | Rule::Date(_)
            | Rule::Semver(_)
    )
}

/// Whether there is nothing more to say about a scalar that satisfies the rule.
fn leaves_scalars_alone(rule: &Rule) -> bool {
    is_about_scalars(rule) || matches!(rule, Rule::Null(_) | Rule::NotEmpty(_) | Rule::StatusCode(_))
}
