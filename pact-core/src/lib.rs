//! Pact contracts: model, file formats, matching rules, matching and digests.
pub mod broker_api;
pub mod digest;
pub mod format;
pub mod json;
pub mod matching;
pub mod model;
pub mod names;
pub mod path;
pub mod report;
pub mod rules;
