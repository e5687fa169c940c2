//! The binary as people and pipelines run it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod broker;
mod decisions;
mod lint;
mod manage;
mod mock;
mod output;
mod places;
mod publish;
mod readme;
mod stub;
mod support;
mod verify;
mod webhooks;
