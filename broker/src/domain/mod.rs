//! What the broker knows and decides. Pure: no clock, no I/O, no async; time and identifiers come in with a command.

pub mod commands;
pub mod event;
pub mod forgetting;
pub mod model;
pub mod queries;
pub mod rules;
pub mod state;
pub mod webhooks;
