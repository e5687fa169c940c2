//! The binary as people and pipelines run it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod access;
mod broker;
mod decisions;
mod lint;
mod manage;
mod mock;
mod operate;
mod output;
mod packaging;
mod places;
mod publish;
mod readme;
mod secrets;
mod settings;
mod stub;
mod support;
mod tls;
mod verify;
mod webhooks;
