//! Whole runs, against a provider, a state handler and a broker that are played by a mock server.

mod broker;
mod concurrency;
mod defects;
mod files;
mod provider;
mod publishing;
mod reports;
mod states;
mod support;
