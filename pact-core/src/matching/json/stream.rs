//! Whether a document is what a contract asks for, without building it.
//!
//! Most of what is matched is right, and for that no tree is needed: the document is read value by value along the
//! [`Plan`], and what has been compared is forgotten. So the cost of an item does not depend on how many there are, and
//! memory is needed for the largest value that is compared as a whole.
//!
//! What is not settled here (something is wrong, or a name is written twice) is compared by [`Comparison`], which has
//! the last word and finds the words for it.

use smallvec::SmallVec;

use super::plan::{Items, Members, Plan, Rules};
use super::{Comparison, is_scalar};
use crate::json::{Cursor, Fault, Json, Limits, Object, Start};
use crate::matching::trie::{Place, RuleTrie};
use crate::report::Location;
use crate::rules::Subject;

/// It may fit or not: nothing is said about the document.
struct Unsettled;

type Settled = Result<(), Unsettled>;

impl From<Fault> for Unsettled {
    fn from(_: Fault) -> Self {
        Self
    }
}

impl Comparison<'_> {
    /// Whether there is certainly no mismatch. `plan` is that of the example in the trie.
    pub(in crate::matching) fn fits(
        self,
        expected: &Json<'_>,
        bytes: &[u8],
        plan: &Plan,
        trie: &RuleTrie,
    ) -> bool {
        let Ok(cursor) = Cursor::new(bytes, Limits::default()) else { return false };
        let mut walk = Walk { comparison: self, trie, cursor };
        walk.value(expected, plan).is_ok() && walk.cursor.end().is_ok()
    }
}

struct Walk<'t, 'a> {
    comparison: Comparison<'t>,
    trie: &'t RuleTrie,
    cursor: Cursor<'a>,
}

impl<'a> Walk<'_, 'a> {
    fn value(&mut self, expected: &Json<'_>, plan: &Plan) -> Settled {
        match (plan, expected, self.cursor.start()?) {
            (Plan::Equal, _, Start::Whole(actual)) if is_scalar(&actual) => settle(*expected == actual),
            (Plan::Ruled(rules), _, Start::Whole(actual)) if is_scalar(&actual) => {
                self.scalar(rules, expected, &actual)
            }
            (Plan::Object(members), Json::Object(expected), Start::Object(name)) => {
                self.members(members, expected, name.as_ref())
            }
            (Plan::Object(_), Json::Object(expected), Start::Whole(Json::Object(_))) => {
                settle(expected.is_empty())
            }
            (Plan::List(items), Json::Array(expected), Start::Array) => self.items(items, expected),
            (Plan::List(items), Json::Array(_), Start::Whole(Json::Array(_))) => settle(items.fewest == 0),
            (Plan::Whole(spot), _, start) => self.whole(Some(expected), start, &Place::at(self.trie, spot)),
            _ => Err(Unsettled),
        }
    }

    fn scalar(&self, rules: &Rules, expected: &Json<'_>, actual: &Json<'_>) -> Settled {
        settle(rules.iter().all(|id| {
            let rule = &self.trie.list(id.list).rules[id.rule];
            rule.check(Some(Subject::Json(expected)), Subject::Json(actual), id.direct)
        }))
    }

    fn members(&mut self, members: &Members, expected: &Object<'_>, first: &str) -> Settled {
        const BITS: usize = u64::BITS as usize;
        let mut met: SmallVec<[u64; 2]> = SmallVec::from_elem(0, expected.len().div_ceil(BITS));
        let (mut missing, mut near) = (expected.len(), 0);
        let mut next = None;
        loop {
            let name = next.as_deref().unwrap_or(first);
            match members.position(expected, name, near) {
                Some(at) => {
                    let (word, bit) = (&mut met[at / BITS], 1 << (at % BITS));
                    // Of a name that is written twice only the last value counts.
                    settle(*word & bit == 0)?;
                    *word |= bit;
                    missing -= 1;
                    near = at + 1;
                    let (_, example) = expected.at(at).ok_or(Unsettled)?;
                    self.value(example, &members.plans[at])?;
                }
                None => {
                    settle(!self.comparison.strict)?;
                    let start = self.cursor.start()?;
                    self.cursor.skip(start)?;
                }
            }
            next = self.cursor.next_member()?;
            if next.is_none() {
                return settle(missing == 0);
            }
        }
    }

    fn items(&mut self, items: &Items, expected: &[Json<'_>]) -> Settled {
        let place = Place::at(self.trie, &items.spot);
        let mut count = 0;
        loop {
            let planned = expected.get(count).zip(items.plans.get(count));
            let first = || expected.first().zip(items.plans.first()).filter(|_| items.alike);
            match planned.or_else(first) {
                Some((example, plan)) => self.value(example, plan)?,
                None => {
                    let start = self.cursor.start()?;
                    self.whole(expected.first(), start, &place.index(count))?;
                }
            }
            count += 1;
            settle(count <= items.most)?;
            if !self.cursor.next_item()? {
                return settle(count >= items.fewest);
            }
        }
    }

    fn whole(&mut self, expected: Option<&Json<'_>>, start: Start<'a>, place: &Place<'_>) -> Settled {
        let actual = self.cursor.finish(start)?;
        let mut found = Vec::new();
        self.comparison.value(expected, &actual, place, &Location::root(), &mut found);
        settle(found.is_empty())
    }
}

fn settle(fits: bool) -> Settled {
    if fits { Ok(()) } else { Err(Unsettled) }
}

#[cfg(test)]
mod tests;
