//! What holds for every contract, whatever it says, and for every answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod examples;
mod files;
mod made;
mod matching;
mod strategies;

use proptest::test_runner::Config;

/// How often to try: contracts are big, and a debug build is slow.
fn cases(count: u32) -> Config {
    Config { cases: count, max_shrink_time: 5000, failure_persistence: None, ..Config::default() }
}
