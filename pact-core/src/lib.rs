//! Pact contracts: model, file formats, matching rules, matching and digests.
pub mod datetime;
pub mod digest;
pub mod json;
