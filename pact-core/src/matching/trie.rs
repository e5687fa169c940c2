//! Rules by place.

use std::collections::BTreeMap;

use smallvec::{SmallVec, smallvec};

use crate::model::{Combine, RuleList};
use crate::path::{DocPath, Step};
use crate::rules::Rule;

/// Rules by the paths they are given for, so that walking a document finds those for each place without comparing
/// paths.
///
/// Where several paths lead to a place, or above it, the most specific one decides ([`DocPath::specificity`]). That
/// order does not depend on the document, so it is settled here once: a list's index is its rank.
#[derive(Debug, Clone, Default)]
pub struct RuleTrie {
    nodes: Vec<Node>,
    lists: Vec<RuleList>,
    /// Which of the given lists each list is, or comes from.
    sources: Vec<usize>,
    /// The path that each list is given for, as reports show it.
    paths: Vec<String>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    fields: BTreeMap<String, usize>,
    indices: BTreeMap<usize, usize>,
    any_field: Option<usize>,
    any_index: Option<usize>,
    /// The list that is given for this place.
    list: Option<usize>,
    /// Lists that hold here beside it, because an `eachValue` above says so.
    each: Vec<Each>,
}

/// A list that an `eachValue` gives for the values inside.
#[derive(Debug, Clone, Copy)]
struct Each {
    list: usize,
    /// The alternative that it is a part of: it holds only where that is tried.
    alternative: Option<Alternative>,
}

/// One of the rules of a list of which one is enough: the list as it was given, and the rule in it.
type Alternative = (usize, usize);

/// A list on its way to its place.
struct Entry {
    path: DocPath,
    /// The path as text, which settles ties.
    text: String,
    list: RuleList,
    /// Which of the given lists it is, or comes from.
    source: usize,
    /// How many `eachValue` around each other give it, and the alternative that the outermost is.
    each: usize,
    alternative: Option<Alternative>,
}

impl Entry {
    /// What the `eachValue` among the rules say about the values inside, at any depth.
    fn each_value(&self, entries: &mut Vec<Self>) {
        for (index, rule) in self.list.rules.iter().enumerate() {
            let Rule::EachValue(each) = rule else { continue };
            let path =
                DocPath::from_steps(self.path.steps().iter().cloned().chain([Step::AnyField]).collect());
            let optional = self.list.combine == Combine::Or && self.list.rules.len() > 1;
            let inside = Self {
                text: path.to_string(),
                path,
                list: RuleList { combine: Combine::And, rules: each.rules.clone() },
                source: self.source,
                each: self.each + 1,
                alternative: self.alternative.or(optional.then_some((self.source, index))),
            };
            inside.each_value(entries);
            entries.push(inside);
        }
    }
}

impl RuleTrie {
    /// Puts rules where they belong.
    pub(crate) fn new(rules: &[(DocPath, RuleList)]) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        for (source, (path, list)) in rules.iter().enumerate() {
            let (text, path, list) = (path.to_string(), path.clone(), list.clone());
            let entry = Entry { path, text, list, source, each: 0, alternative: None };
            entry.each_value(&mut entries);
            entries.push(entry);
        }
        entries.sort_by(|left, right| {
            left.path.specificity_but_text(&right.path).then_with(|| left.text.cmp(&right.text))
        });
        let nodes = vec![Node::default()];
        let mut trie = Self { nodes, lists: Vec::new(), sources: Vec::new(), paths: Vec::new() };
        for (rank, Entry { path, list, source, each, alternative, .. }) in entries.into_iter().enumerate() {
            trie.lists.push(list);
            trie.sources.push(source);
            // Rules for each value are given where the container is.
            let given_for = &path.steps()[..path.steps().len() - each];
            trie.paths.push(DocPath::from_steps(given_for.to_vec()).to_string());
            let node = path.steps().iter().fold(0, |node, step| trie.child(node, step));
            if each > 0 {
                trie.nodes[node].each.push(Each { list: rank, alternative });
            } else {
                trie.nodes[node].list = Some(rank);
            }
        }
        trie
    }

    fn child(&mut self, node: usize, step: &Step) -> usize {
        let next = self.nodes.len();
        let child = match step {
            Step::Field(name) => *self.nodes[node].fields.entry(name.clone()).or_insert(next),
            Step::Index(index) => *self.nodes[node].indices.entry(*index).or_insert(next),
            Step::AnyField => *self.nodes[node].any_field.get_or_insert(next),
            Step::AnyIndex => *self.nodes[node].any_index.get_or_insert(next),
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }

    pub(super) fn list(&self, id: usize) -> &RuleList {
        &self.lists[id]
    }

    /// The rules at the root of a document.
    pub(crate) fn root(&self) -> Place<'_> {
        Place::new(self, if self.nodes.is_empty() { Nodes::new() } else { smallvec![0] }, None, Tried::new())
    }
}

/// Nodes whose paths lead to the same place: rarely more than one or two, and asked for at every place of a document.
type Nodes = SmallVec<[usize; 4]>;

/// The alternatives that are being tried where a place is: nearly always none.
type Tried = SmallVec<[Alternative; 1]>;

/// The rules for one place of a document.
#[derive(Debug, Clone)]
pub(crate) struct Place<'t> {
    trie: &'t RuleTrie,
    spot: Spot,
}

/// What a [`Place`] is without its trie, to be kept beside that.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// The nodes whose paths lead here.
    nodes: Nodes,
    /// The list that decides here.
    deciding: Option<usize>,
    /// Whether it is given for this very place, not for one above.
    direct: bool,
    /// The list that decides below, unless a more specific one turns up.
    cascading: Option<usize>,
    /// The one that would if the deciding one said nothing about what is below.
    above: Option<usize>,
    tried: Tried,
}

/// Rules that hold at a place, and whether they are given for it or cascade from above.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holding<'t> {
    /// Which of the trie's lists it is.
    pub(super) id: usize,
    pub(crate) list: &'t RuleList,
    pub(crate) direct: bool,
    /// The path that they are given for.
    pub(crate) path: &'t str,
}

/// Rules with their rank: those of the higher rank are given by the more specific path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranked<'t> {
    pub(crate) rank: usize,
    pub(crate) list: &'t RuleList,
    /// The path that they are given for.
    pub(crate) path: &'t str,
}

impl Each {
    fn holds(&self, tried: &[Alternative]) -> bool {
        self.alternative.is_none_or(|alternative| tried.contains(&alternative))
    }
}

impl<'t> Place<'t> {
    fn new(trie: &'t RuleTrie, nodes: Nodes, cascading: Option<usize>, tried: Tried) -> Self {
        let cascades = |list: usize| trie.lists[list].rules.iter().any(Rule::cascades);
        let (mut own, mut below) = (None, cascading);
        for node in nodes.iter().map(|node| &trie.nodes[*node]) {
            own = own.max(node.list);
            for each in node.each.iter().filter(|each| each.holds(&tried) && cascades(each.list)) {
                below = below.max(Some(each.list));
            }
        }
        let (direct, above) = (own > cascading, below);
        below = below.max(own.filter(|own| cascades(*own)));
        let spot = Spot { deciding: own.max(cascading), direct, cascading: below, above, nodes, tried };
        Self { trie, spot }
    }

    /// The place as one rule sees it, of a list given for it of which one is enough. A rule that does not go on below leaves what is
    /// inside to the rules above, not to the other alternatives; what an `eachValue` says about the values inside
    /// holds only here.
    pub(super) fn trying(&self, list: usize, rule: usize) -> Self {
        let mut place = self.clone();
        if !self.trie.lists[list].rules[rule].cascades() {
            place.spot.cascading = self.spot.above;
            place.spot.tried.push((self.trie.sources[list], rule));
        }
        place
    }

    /// The rules for a member.
    pub(crate) fn field(&self, name: &str) -> Self {
        self.below(|node| [node.fields.get(name).copied(), node.any_field, None])
    }

    /// The rules for an item.
    pub(crate) fn index(&self, index: usize) -> Self {
        self.below(|node| [node.indices.get(&index).copied(), node.any_index, node.any_field])
    }

    /// The rules for an XML element: by one of its names, any name, or its position among all children; after a name
    /// there may be an index among its namesakes. Without position and occurrence, the rules for all such elements.
    pub(crate) fn element(&self, names: &[&str], position: Option<usize>, occurrence: Option<usize>) -> Self {
        let index = |node: &Node, at: Option<usize>| {
            let exact = at.and_then(|at| node.indices.get(&at).copied());
            [exact, node.any_index].into_iter().flatten()
        };
        let names = distinct(names);
        let mut nodes = Nodes::new();
        for node in self.spot.nodes.iter().map(|node| &self.trie.nodes[*node]) {
            let exact = names.iter().filter_map(|name| node.fields.get(*name).copied());
            for child in exact.chain(node.any_field) {
                nodes.push(child);
                nodes.extend(index(&self.trie.nodes[child], occurrence));
            }
            nodes.extend(index(node, position));
        }
        Self::new(self.trie, nodes, self.spot.cascading, self.spot.tried.clone())
    }

    /// The rules for an XML attribute, by one of its names or any.
    pub(crate) fn attribute(&self, names: &[&str]) -> Self {
        let names = distinct(names);
        let nodes = self.spot.nodes.iter().map(|node| &self.trie.nodes[*node]);
        let children = nodes.flat_map(|node| {
            names.iter().filter_map(|name| node.fields.get(*name).copied()).chain(node.any_field)
        });
        Self::new(self.trie, children.collect(), self.spot.cascading, self.spot.tried.clone())
    }

    /// The rules for the text of an XML element. A wildcard does not mean it: not every element has text.
    pub(crate) fn text(&self) -> Self {
        self.below(|node| [node.fields.get("#text").copied(), None, None])
    }

    /// The most specific rules that are given for this very place.
    pub(crate) fn own(&self) -> Option<Ranked<'t>> {
        let rank = self.spot.nodes.iter().filter_map(|node| self.trie.nodes[*node].list).max()?;
        Some(self.ranked(rank))
    }

    /// The rules that an `eachValue` above gives for this very place, beside those that decide.
    pub(crate) fn each(&self) -> impl Iterator<Item = Ranked<'t>> {
        let ranks = self.spot.nodes.iter().flat_map(|node| &self.trie.nodes[*node].each);
        ranks.filter(|each| each.holds(&self.spot.tried)).map(|each| self.ranked(each.list))
    }

    /// The rules from here or above that go on below.
    pub(crate) fn cascading(&self) -> Option<Ranked<'t>> {
        self.spot.cascading.map(|rank| self.ranked(rank))
    }

    fn ranked(&self, rank: usize) -> Ranked<'t> {
        Ranked { rank, list: &self.trie.lists[rank], path: &self.trie.paths[rank] }
    }

    fn below(&self, children: impl Fn(&Node) -> [Option<usize>; 3]) -> Self {
        let mut nodes = Nodes::new();
        for node in &self.spot.nodes {
            for child in children(&self.trie.nodes[*node]).into_iter().flatten() {
                nodes.push(child);
            }
        }
        Self::new(self.trie, nodes, self.spot.cascading, self.spot.tried.clone())
    }

    /// All rules that hold here.
    pub(crate) fn holding(&self) -> impl Iterator<Item = Holding<'t>> {
        let trie = self.trie;
        let holding =
            |id: usize, direct| Holding { id, list: &trie.lists[id], direct, path: &trie.paths[id] };
        let each = self.spot.nodes.iter().flat_map(|node| &trie.nodes[*node].each);
        let each = each.filter(|each| each.holds(&self.spot.tried));
        let deciding = self.spot.deciding.map(|id| holding(id, self.spot.direct));
        deciding.into_iter().chain(each.map(move |each| holding(each.list, true)))
    }

    pub(super) fn trie(&self) -> &'t RuleTrie {
        self.trie
    }

    pub(super) fn spot(&self) -> Spot {
        self.spot.clone()
    }

    /// The place in this trie, from which the spot was taken.
    pub(super) fn at(trie: &'t RuleTrie, spot: &Spot) -> Self {
        Self { trie, spot: spot.clone() }
    }

    /// Whether the rules for all items are the same, so that any index stands for all.
    pub(super) fn items_are_alike(&self) -> bool {
        self.spot.nodes.iter().all(|node| self.trie.nodes[*node].indices.is_empty())
    }

    /// Whether no rule holds here or below.
    pub(crate) fn is_free(&self) -> bool {
        self.spot.nodes.is_empty() && self.spot.deciding.is_none()
    }
}

/// The names without one that repeats the first: a node that is reached twice would be reached four times a level deeper.
fn distinct<'n>(names: &'n [&'n str]) -> &'n [&'n str] {
    match names {
        [first, second] if first == second => &names[..1],
        _ => names,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Equality, Like, Null, Values};

    fn trie(rules: &[(&str, Rule)]) -> RuleTrie {
        let rules: Vec<_> =
            rules.iter().map(|(path, rule)| (path.parse().unwrap(), rule.clone().into())).collect();
        RuleTrie::new(&rules)
    }

    fn deciding(place: &Place<'_>) -> Option<(Rule, bool)> {
        place.holding().next().map(|holding| (holding.list.rules[0].clone(), holding.direct))
    }

    #[test]
    fn rules_cascade_until_a_more_specific_path() {
        let like = Rule::Like(Like::default());
        let trie = trie(&[("$", like.clone()), ("$.a.b", Rule::Equality(Equality))]);
        let a = trie.root().field("a");
        assert_eq!(deciding(&a), Some((like.clone(), false)));
        assert_eq!(deciding(&a.field("b")), Some((Rule::Equality(Equality), true)));
        assert_eq!(deciding(&a.field("b").index(0)), Some((Rule::Equality(Equality), false)));
        assert_eq!(deciding(&a.field("c")), Some((like, false)));
    }

    #[test]
    fn values_stays_where_it_is() {
        let trie = trie(&[("$", Rule::Like(Like::default())), ("$.a", Rule::Values(Values))]);
        let a = trie.root().field("a");
        assert_eq!(deciding(&a), Some((Rule::Values(Values), true)));
        assert_eq!(deciding(&a.field("x")), Some((Rule::Like(Like::default()), false)));
    }

    #[test]
    fn a_tie_is_always_decided_the_same_way() {
        let rules = [("$.*.b", Rule::Null(Null)), ("$.a.*", Rule::Equality(Equality))];
        let reversed: Vec<_> = rules.iter().rev().cloned().collect();
        for rules in [&rules[..], &reversed[..]] {
            assert_eq!(deciding(&trie(rules).root().field("a").field("b")), Some((Rule::Null(Null), true)));
        }
    }

    #[test]
    fn an_element_whose_names_are_the_same_is_found_once() {
        let trie = trie(&[("$.a.a.a", Rule::Null(Null))]);
        let place = (0..3).fold(trie.root(), |place, _| place.element(&["a", "a"], Some(0), Some(0)));
        assert_eq!(place.spot.nodes.len(), 1);
        assert_eq!(deciding(&place), Some((Rule::Null(Null), true)));
    }

    #[test]
    fn wildcards_lead_to_items() {
        let trie = trie(&[("$.a[*].id", Rule::Null(Null))]);
        let a = trie.root().field("a");
        assert_eq!(deciding(&a.index(7).field("id")), Some((Rule::Null(Null), true)));
        assert!(a.field("x").is_free());
    }
}
