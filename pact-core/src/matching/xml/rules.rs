//! The rules for places in a document.

use smallvec::SmallVec;

use crate::json::Json;
use crate::matching::trie::{Place, Ranked};
use crate::model::{Combine, RuleList};
use crate::report::{Detail, Location, Mismatch, Part};
use crate::rules::{Like, Rule, Subject};
use crate::xml::{Element, Name};

/// The rules for a place in a document, with those from above that go on below.
#[derive(Clone)]
pub(super) struct Spot<'t> {
    pub(super) place: Place<'t>,
    inherited: Option<Ranked<'t>>,
    /// Whether the place itself is named, not only a wildcard that leads to it.
    exact: bool,
    /// Whether the rule that is tried here says nothing about what is below.
    silent: bool,
}

/// The rules that decide at a place.
#[derive(Clone, Copy)]
pub(super) struct Deciding<'t> {
    pub(super) list: &'t RuleList,
    /// The path that they are given for.
    pub(super) path: &'t str,
    /// Whether they are given for this very place.
    pub(super) direct: bool,
    /// Whether they are given for it by name, not by a wildcard.
    pub(super) exact: bool,
    /// Whether an `eachValue` gives them.
    pub(super) each: bool,
    /// The one that is looked at, where one of several is enough.
    pub(super) only: Option<&'t Rule>,
}

/// What kind of thing a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// An element and everything below it.
    Structure,
    /// The elements or attributes inside an element.
    Inside,
    /// Text, or the element as such.
    Value,
}

impl Role {
    pub(super) fn of(rule: &Rule) -> Self {
        match rule {
            Rule::Like(_) | Rule::Equality(_) => Self::Structure,
            Rule::Values(_) | Rule::EachKey(_) | Rule::EachValue(_) | Rule::ArrayContains(_) => Self::Inside,
            _ => Self::Value,
        }
    }
}

/// Whether a list has something to say about everything below.
fn is_structural(list: &RuleList) -> bool {
    list.rules.iter().any(|rule| Role::of(rule) == Role::Structure)
}

impl<'t> Spot<'t> {
    /// The rules at the root of a document.
    pub(super) fn root(place: Place<'t>) -> Self {
        let inherited = place.cascading().filter(|above| is_structural(above.list));
        Self { place, inherited, exact: false, silent: false }
    }

    /// The place as one rule sees it, of the list given for it of which one is enough.
    pub(super) fn trying(&self, rule: usize) -> Self {
        let Some(own) = self.place.own() else { return self.clone() };
        let silent = own.list.rules.get(rule).is_none_or(|rule| Role::of(rule) != Role::Structure);
        Self { place: self.place.trying(own.rank, rule), silent, ..self.clone() }
    }

    pub(super) fn deciding(&self) -> Option<Deciding<'t>> {
        let from = |ranked: Ranked<'t>, direct| {
            let exact = direct && self.exact;
            Some(Deciding { list: ranked.list, path: ranked.path, direct, exact, each: false, only: None })
        };
        match (self.place.own(), self.inherited) {
            (Some(own), Some(above)) if own.rank < above.rank => from(above, false),
            (Some(own), _) => from(own, true),
            (None, above) => from(above?, false),
        }
    }

    /// All rules that hold here.
    pub(super) fn lists(&self) -> SmallVec<[Deciding<'t>; 2]> {
        let each = self.place.each().map(|ranked| Deciding {
            list: ranked.list,
            path: ranked.path,
            direct: true,
            exact: true,
            each: true,
            only: None,
        });
        self.deciding().into_iter().chain(each).collect()
    }

    /// What goes on below.
    fn structural(&self) -> Option<Ranked<'t>> {
        let own = self.place.own().filter(|_| !self.silent);
        let here = own.into_iter().chain(self.place.each());
        here.filter(|own| is_structural(own.list)).chain(self.inherited).max_by_key(|ranked| ranked.rank)
    }

    fn below(&self, place: Place<'t>, wildcard: impl FnOnce() -> Place<'t>) -> Self {
        let own = place.own().map(|own| own.rank);
        let exact = own.is_some() && own != wildcard().own().map(|own| own.rank);
        Self { place, inherited: self.structural(), exact, silent: false }
    }

    /// Without position and occurrence, what is said about all elements of that name.
    pub(super) fn element(&self, name: &Name, position: Option<usize>, occurrence: Option<usize>) -> Self {
        let expanded = name.expanded();
        let expanded = expanded.as_deref().unwrap_or(name.written());
        let all = [name.written(), expanded, name.local()];
        // A name that is written in one way only is to be looked up once.
        let names = if name.local() == name.written() { &all[..2] } else { &all[..] };
        let names = if name.namespace().is_none() { &all[..1] } else { names };
        self.below(self.place.element(names, position, occurrence), || self.place.element(&[], None, None))
    }

    pub(super) fn attribute(&self, name: &Name) -> Self {
        let written = format!("@{}", name.written());
        let expanded = name.expanded().map(|name| format!("@{name}"));
        let names = [written.as_str(), expanded.as_deref().unwrap_or_default()];
        let names = if expanded.is_some() { &names[..] } else { &names[..1] };
        self.below(self.place.attribute(names), || self.place.attribute(&[]))
    }

    /// What is given for the text by `#text`.
    pub(super) fn text(&self) -> Option<Deciding<'t>> {
        let spot =
            Self { place: self.place.text(), inherited: self.structural(), exact: true, silent: false };
        spot.deciding().filter(|rules| rules.direct)
    }
}

impl<'t> Deciding<'t> {
    pub(super) fn rules(self) -> impl Iterator<Item = &'t Rule> {
        let all = if self.only.is_some() { &[][..] } else { &self.list.rules };
        self.only.into_iter().chain(all)
    }

    pub(super) fn combine(self) -> Combine {
        if self.only.is_some() { Combine::And } else { self.list.combine }
    }

    pub(super) fn likes(self) -> impl Iterator<Item = (&'t Rule, &'t Like)> {
        self.rules().filter_map(|rule| if let Rule::Like(like) = rule { Some((rule, like)) } else { None })
    }

    fn allows(self, count: usize) -> bool {
        self.likes().all(|(_, like)| {
            like.min.is_none_or(|min| count >= min) && like.max.is_none_or(|max| count <= max)
        })
    }
}

/// What bounds on a number are about.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// How often the element occurs.
    pub(super) occurrences: bool,
    /// How many elements are inside it.
    pub(super) children: bool,
}

impl Bounds {
    /// `examples` is how often the element occurs in the contract; none for the root.
    pub(super) fn of(deciding: Deciding<'_>, example: &Element, examples: Option<usize>) -> Self {
        let Some(occurrences) = examples else { return Self { occurrences: false, children: true } };
        // Early writers gave bounds for the parent, later ones for the element that is repeated. The contract's own
        // example tells which is meant.
        let inside = !example.children.is_empty() && deciding.allows(example.children.len());
        let only_inside = inside && !deciding.allows(occurrences);
        Self { occurrences: !only_inside, children: only_inside || (inside && is_list(example, examples)) }
    }
}

/// Whether an element for which `type` is given reads as a list of what is inside.
pub(super) fn is_list(example: &Element, examples: Option<usize>) -> bool {
    let mut children = example.children.iter();
    let Some(first) = children.next() else { return false };
    (examples.is_none() || example.children.len() > 1) && children.all(|child| child.name == first.name)
}

/// Holds the bounds of a list against a number of elements.
pub(super) fn count<'e>(
    rules: Deciding<'_>,
    elements: impl Iterator<Item = &'e Element>,
    location: &Location<'_>,
    found: &mut Vec<Mismatch>,
) {
    let elements = Json::Array(elements.map(|element| Json::from(element.to_string())).collect());
    for (rule, _) in rules.likes() {
        if !rule.check(None, Subject::Json(&elements), true) {
            let detail = Detail::refused(rule, None, Subject::Json(&elements));
            found.push(Mismatch::new(Part::Body, location.to_string(), detail).given_for(rules.path));
        }
    }
}
