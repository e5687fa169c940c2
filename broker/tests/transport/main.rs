//! What a broker speaks, with whom, and how much of it: over sockets, to clients that others made.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod browsers;
mod http2;
mod rates;
mod support;
mod tls;
