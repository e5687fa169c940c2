//! What is to be sent now. The outbox itself is part of the state: what was triggered, and neither delivered nor given
//! up. So it is there after a restart, and it does not have to fit into any queue.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use crate::domain::{
    model::{Timestamp, TriggerId},
    state::State,
};

/// How much is sent at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To one receiver.
    pub per_receiver: usize,
    /// To all of them.
    pub total: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_receiver: 4, total: 64 }
    }
}

/// What is being sent, by receiver.
pub type UnderWay = BTreeMap<Arc<str>, BTreeSet<TriggerId>>;

/// What to do next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// What to send now, in order.
    pub send: Vec<(Arc<str>, TriggerId)>,
    /// When to look again, if nothing happens before.
    pub look_again_at: Option<Timestamp>,
}

/// Says what to send now. Its price is that of what is sent and of the receivers, not of all that waits; and a receiver
/// that does not answer takes no more than its share.
///
/// Receivers take turns: the first place goes to the one after `last`, which was sent something last, and nobody gets a
/// second one before everybody had a first. So those that never answer cannot keep all the places to themselves for ever,
/// whatever they are called.
pub fn plan(
    state: &State,
    now: Timestamp,
    under_way: &UnderWay,
    limits: Limits,
    last: Option<&Arc<str>>,
) -> Plan {
    let mut plan = Plan::default();
    let room = limits.total.saturating_sub(under_way.values().map(BTreeSet::len).sum());
    let mut waiting = Vec::new();
    for receiver in in_turn(state, last) {
        let busy = under_way.get(&receiver);
        let share = limits.per_receiver.saturating_sub(busy.map_or(0, BTreeSet::len)).min(room);
        let mut due = VecDeque::new();
        for (at, id) in state.owed_to(&receiver) {
            if busy.is_some_and(|busy| busy.contains(&id)) {
                continue;
            }
            if at > now {
                plan.look_again_at = Some(plan.look_again_at.map_or(at, |earlier| earlier.min(at)));
                break;
            }
            if due.len() == share {
                // Something is under way, and whenever it ends, the plan is made again.
                break;
            }
            due.push_back(id);
        }
        if !due.is_empty() {
            waiting.push((receiver, due));
        }
    }
    while plan.send.len() < room && !waiting.is_empty() {
        for (receiver, due) in &mut waiting {
            if plan.send.len() < room {
                plan.send.extend(due.pop_front().map(|id| (receiver.clone(), id)));
            }
        }
        waiting.retain(|(_, due)| !due.is_empty());
    }
    plan
}

/// Those that something is owed to, beginning after the one that was sent something last.
fn in_turn(state: &State, last: Option<&Arc<str>>) -> impl Iterator<Item = Arc<str>> {
    let after = |known: Option<&Arc<str>>| {
        std::iter::successors(state.next_receiver(known), |known| state.next_receiver(Some(known)))
    };
    let before = after(None).take_while(move |receiver| last.is_some_and(|last| receiver <= last));
    after(last).chain(before)
}

#[cfg(test)]
mod tests;
