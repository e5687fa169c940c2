//! What is to be sent now. The outbox itself is part of the state: what was triggered, and neither delivered nor given
//! up. So it is there after a restart, and it does not have to fit into any queue.

use std::{
    collections::{BTreeMap, BTreeSet},
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
pub fn plan(state: &State, now: Timestamp, under_way: &UnderWay, limits: Limits) -> Plan {
    let mut plan = Plan::default();
    let mut room = limits.total.saturating_sub(under_way.values().map(BTreeSet::len).sum());
    let mut receiver = state.next_receiver(None);
    while let Some(current) = receiver {
        let busy = under_way.get(&current);
        let mut share = limits.per_receiver.saturating_sub(busy.map_or(0, BTreeSet::len));
        for (at, id) in state.owed_to(&current) {
            if busy.is_some_and(|busy| busy.contains(&id)) {
                continue;
            }
            if at > now {
                plan.look_again_at = Some(plan.look_again_at.map_or(at, |earlier| earlier.min(at)));
                break;
            }
            if share == 0 || room == 0 {
                // Something is under way, and whenever it ends, the plan is made again.
                break;
            }
            share -= 1;
            room -= 1;
            plan.send.push((current.clone(), id));
        }
        receiver = state.next_receiver(Some(&current));
    }
    plan
}

#[cfg(test)]
mod tests;
