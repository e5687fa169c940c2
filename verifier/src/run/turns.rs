//! Which interactions may run at the same time.

use std::collections::BTreeMap;

use pactwright_core::json::Json;
use pactwright_core::model::ProviderState;
use tokio::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Hands out turns.
pub(super) enum Turns {
    /// An interaction that changes the provider's state runs alone: one that needs no state may still see what another
    /// has set up.
    OneStateAtATime(RwLock<()>),
    /// Different states do not disturb each other. The same one would be set up, used and torn down by two at once, so
    /// there is a turn for each.
    Independent(BTreeMap<String, Mutex<()>>),
}

/// Lasts for as long as an interaction runs.
#[expect(dead_code, reason = "guards are held, not used")]
pub(super) enum Turn<'a> {
    Alone(RwLockWriteGuard<'a, ()>),
    Together(RwLockReadGuard<'a, ()>),
    States(Vec<MutexGuard<'a, ()>>),
}

impl Turns {
    /// For interactions with these states, of which there may be any number that are the same.
    pub(super) fn new<'s>(independent: bool, states: impl Iterator<Item = &'s ProviderState>) -> Self {
        if independent {
            Self::Independent(states.map(|state| (key(state), Mutex::default())).collect())
        } else {
            Self::OneStateAtATime(RwLock::default())
        }
    }

    /// Waits until an interaction that needs these states may run.
    pub(super) async fn take(&self, states: &[ProviderState]) -> Turn<'_> {
        match self {
            Self::OneStateAtATime(lock) if states.is_empty() => Turn::Together(lock.read().await),
            Self::OneStateAtATime(lock) => Turn::Alone(lock.write().await),
            Self::Independent(locks) => {
                let mut keys: Vec<_> = states.iter().map(key).collect();
                // Whoever needs several takes them in the same order, so that no two wait for each other.
                keys.sort_unstable();
                keys.dedup();
                let mut guards = Vec::with_capacity(keys.len());
                for lock in keys.iter().filter_map(|key| locks.get(key)) {
                    guards.push(lock.lock().await);
                }
                Turn::States(guards)
            }
        }
    }
}

/// The same for states that are the same: name and parameters, in any order.
fn key(state: &ProviderState) -> String {
    format!(
        "{} {}",
        Json::from(state.name.as_str()),
        Json::Object(state.params.clone()).sorted().to_compact()
    )
}
