//! Webhooks over the whole way: from a publication to a receiver on the loopback device, and across restarts.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests: a failed expectation should stop them"
)]

mod app;
mod arrival;
mod clock;
mod dead_letters;
mod egress;
mod queue;
#[path = "../support/rebuilt.rs"]
mod rebuilt;
mod receiver;
mod secrets;
