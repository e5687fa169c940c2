//! A broker, and somebody who wishes it ill: every test is a storm, after which the broker is as well as before.
//!
//! Whatever is sent, no answer has a status of 5xx, nothing hangs, nothing panics, and nobody sees or changes what another
//! team keeps to itself.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests: a failed expectation should stop them"
)]

mod addresses;
mod bodies;
mod crawler;
mod heads;
mod pages;
#[path = "../support/rebuilt.rs"]
mod rebuilt;
mod slow;
mod smuggling;
mod target;
mod teams;
