//! What can be asked: pure functions of a state.

pub mod badge;
pub mod can_i_deploy;
pub mod clean_up;
pub mod dashboard;
pub mod diff;
pub mod integrations;
pub mod interactions;
pub mod matrix;
pub mod metrics;
pub mod network;
pub mod pacts;
pub mod pacts_for_verification;
pub mod provider_states;
