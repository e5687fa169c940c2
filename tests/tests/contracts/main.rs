//! Contracts of ours for other implementations: everything that the DSL can say, written by consumers that really ask.
//!
//! They are written to `PACT_OUTPUT_DIR`, as in every project, and need nothing else. The interoperability check
//! (`tests/interop`) has other verifiers replay them at a provider of theirs, and compares those of [`twins`] with what
//! pact-js writes for the same interactions.

mod client;
mod messages;
mod shop;
mod twins;

/// How every test here ends.
type TestResult = Result<(), Box<dyn std::error::Error>>;
