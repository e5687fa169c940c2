//! What can be asked: pure functions of a state.

pub mod can_i_deploy;
pub mod matrix;
pub mod pacts;
pub mod pacts_for_verification;
