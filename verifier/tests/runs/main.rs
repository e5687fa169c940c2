//! Whole runs, against a provider, a state handler and a broker that are played by a mock server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod broker;
mod concurrency;
mod defects;
mod files;
mod messages;
mod provider;
mod publishing;
mod reports;
mod states;
mod support;
