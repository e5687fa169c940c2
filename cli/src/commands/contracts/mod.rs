//! What the broker keeps of contracts: one file per command.

pub(crate) mod get_pacts;
pub(crate) mod list_latest;
pub(crate) mod provider_states;
