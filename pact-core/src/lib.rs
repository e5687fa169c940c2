//! Pact contracts: model, file formats, matching rules, matching and digests.
pub mod broker_api;
pub mod digest;
pub mod json;
pub mod names;
