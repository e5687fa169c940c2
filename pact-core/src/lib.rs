//! Pact contracts: what consumer and provider agreed, read from files of every version, matched against what really
//! travels, and named so that results can be found again.
//!
//! ```
//! use pactwright_core::format;
//! use pactwright_core::matching::{ActualResponse, CompiledResponse};
//!
//! let file = br#"{
//!   "consumer": {"name": "web"}, "provider": {"name": "orders"},
//!   "interactions": [{
//!     "description": "a request for order 7",
//!     "request": {"method": "GET", "path": "/orders/7"},
//!     "response": {
//!       "status": 200, "body": {"id": 7},
//!       "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}
//!     }
//!   }]
//! }"#;
//! let pact = format::read(file)?;
//! let (_, expected) = pact.interactions[0].as_http().unwrap();
//! let expected = CompiledResponse::new(expected.clone())?;
//!
//! let mut actual = ActualResponse { status: 200, body: br#"{"id": 8, "more": true}"#.to_vec(), ..Default::default() };
//! assert!(expected.mismatches(&actual).is_empty());
//! actual.body = br#"{"id": "8"}"#.to_vec();
//! let mismatch = &expected.mismatches(&actual)[0];
//! assert_eq!(mismatch.to_string(), "body $.id: expected an integer but was '8' (String)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The shape
//!
//! ```text
//! bytes -> format::read -> model::Pact -> matching::Compiled* -> mismatches(actual) -> report::Mismatch
//! ```
//!
//! - [`json`]: documents with their digits and their order; [`xml`]: documents with their namespaces;
//! - [`model`]: what a contract says, in one vocabulary for all versions; [`rules`] and [`path`] are part of it;
//! - [`mod@format`]: files, in and out, and from version to version; [`merge`]: several in one;
//! - [`matching`]: compile once, match many times;
//! - [`extension`]: what plugins bring, for rules and media types that this crate does not know;
//! - [`generators`]: values that are made anew for each use of an example;
//! - [`datetime`]: patterns and expressions for dates and times;
//! - [`definition`]: rules as text; [`integration`]: examples with rules in them;
//! - [`report`]: what was wrong, as data, and in words;
//! - [`digest`]: names for content; [`validate`]: everything that is wrong with a file;
//! - [`broker_api`] and [`names`]: what travels between brokers and their clients.
//!
//! The crate is pure and synchronous: no I/O, no clock, no environment, no chance. Whoever needs them does them, and
//! hands in bytes.
//!
//! # Speed
//!
//! A contract is compiled once and matched many times. JSON is matched while it is read, and what fits is neither built
//! nor kept, so that the cost of an item does not depend on how many there are. Only a document with a mismatch is read
//! again, into a tree, to say what is wrong. `cargo bench -p pactwright-core` prints how long matching takes, in relation
//! to parsing with `serde_json`, and how much memory it asks for;
//! `cargo run --release --manifest-path tests/peers/Cargo.toml` how long it takes in relation to the reference
//! implementation. Each figure stands beside its target.
//!
//! # How it is checked
//!
//! All from the root of the repository; `.ci/run` does most of it before every change.
//!
//! | what | how |
//! |---|---|
//! | unit, property, defect and round-trip tests (`PROPTEST_CASES=10000` for longer) | `cargo test -p pactwright-core` |
//! | the cases of the specification, from a folder with its `v1` to `v4` | `cargo run --release -p pactwright-tests --bin conformance -- spec DIR` |
//! | the stories of the compatibility suite | `cargo run --release -p pactwright-tests --bin conformance -- compat DIR --only=V4/matching_rules` |
//! | speed and memory, beside their targets | `cargo bench -p pactwright-core` |
//! | speed beside that of the reference implementation | `cargo run --release --manifest-path tests/peers/Cargo.toml` |
//! | fuzzing (after `cargo install cargo-fuzz`); `cargo fuzz list --fuzz-dir pact-core/fuzz` names the targets | `cargo fuzz run --fuzz-dir pact-core/fuzz --sanitizer none read_pact -- -max_total_time=30` |
//!
//! # Limits
//!
//! Contracts and bodies come from elsewhere. What is beyond a limit is refused with an error or a mismatch that says so:
//!
//! | of | limit |
//! |---|---|
//! | a JSON document ([`json::Limits`]) | 64 MiB, 128 levels, 10 million values |
//! | an XML document ([`xml::Limits`]) | 64 MiB, 128 levels, 2 million nodes, 256 attributes of one element, no document type |
//! | a body made of parts | 1,000 parts, 64 headers each, 4 of them inside each other |
//! | headers of a request or response in a pact | 1,000 |
//! | steps of a path | [`path::MAX_STEPS`] |
//! | a regular expression | 10 MB when compiled; a million steps back for those with look-around or back-references |
//! | values compared on trial, for rules joined by `OR` inside each other | a million per document |
//! | values compared with one another, for lists in any order | 500,000 per document |
//! | a definition | [`definition::MAX_LENGTH`], [`definition::MAX_DEPTH`] |
//! | what a generator makes | [`generators::MAX_LENGTH`] |
//!
//! # Compatibility
//!
//! Everything that the Pact specification defines is meant to behave as it says. Where existing implementations differ
//! from it or from each other, or are unsafe, this crate differs on purpose:
//!
//! | here | elsewhere | why |
//! |---|---|---|
//! | which of two equally specific paths wins is settled ([`path::DocPath::specificity`]) | at random | the same contract must always give the same answer |
//! | an empty example list still holds its items to the rules for them | everything passes | a false yes |
//! | rules may join alternatives for objects and lists (`type` OR `null`) | objects and lists fail before rules are asked | nullable objects exist |
//! | an alternative speaks of what is inside only where it is the one that holds; those that go on below (`type`, `regex`, ...) go on together | rules for objects ignore `OR` | `eachKey` OR `semver` are two ways to be right |
//! | rules below an `eachValue` hold | they are ignored | a false yes |
//! | XML paths may have the prefixes of the contract, namespaces, or for elements neither | namespaces only | writers use prefixes |
//! | generators have their way in XML, multipart and form bodies, which are otherwise left as they are, byte by byte | in JSON, and in XML and forms that are written anew | users put them there |
//! | `values`, `eachKey`, `eachValue`, `arrayContains`, `notEmpty` mean something for XML elements, forms and parts; where a rule means nothing, it is a mismatch | they are passed over | a false yes |
//! | parts may have rules for their headers (`$.part['Content-Type']`), and `type` frees how many of a name there are | headers are as in the contract | uploads differ in them |
//! | text is compared decoded: UTF-8, UTF-16, ISO-8859-1 and -15, Windows-1252, by byte order mark, content type or XML declaration; other encodings byte by byte | byte by byte | the encoding is not the text |
//! | values of forms and queries that are no text stay percent-encoded | they are all replaced by the same character | `%FE` is not `%FF` |
//! | a form in a response may have more fields than the contract | it may not | responses may say more than was asked |
//! | parts that are not expected are mismatches in requests | they are ignored | requests are held to the letter |
//! | a rule for an XML element is about its text | about its name, or refused | the name is the path already |
//! | every variant of `arrayContains` needs an item of its own | one item may stand for several | a false yes |
//! | what separates the parts of a multipart body does not count | it does, but for rules | it is made anew every time |
//! | an empty list of rules is no rule: equality holds | anything passes | a false yes |
//! | `eachKey` alone leaves the values of other names free | as here | it is about names; `eachValue` is about values |
//! | an unknown rule is a mismatch, unless an [`extension`] knows it | as here, or it passes | what is not understood cannot be confirmed |
//! | `ignore-order` pairs items in polynomial time, within a bound | in exponential time, or it is refused | contracts come from elsewhere |
//! | the bounds of `ignore-order` hold for the list that it is given for | for lists inside, too | an example would break its own rule |
//! | what `ignore-order` allows in addition is held to the rules for all items, and for what is inside them | to the former only | a false yes |
//! | `integer` and the like take `+7`, `007` and numbers of any size where values travel as text | negative or large ones are refused | they are numbers |
//! | an expression is understood as the language that wrote it spells it ([`rules::Regex`]) | as one library has it, or it is refused | `[\w-.]` and `\<` are common |
//! | names of metadata are the same in any case, for rules too | rules are found by the exact name | they are headers elsewhere |
//! | a regular expression in a file is checked when it is read, and compiled when it is first needed; one that is only too large is refused by `Compiled*::new` and [`validate`] | compiled for every value | many contracts are read without being matched with |
//! | a conversion that would change what is demanded is refused ([`format::Inexpressible`]): a transport of its own, a content type that only the body of a response states | they are dropped | the digests stay |
//! | a conversion to V2 refuses rules that V2 does not have | they are written | readers of V2 take them for something else |
//! | a mismatch reads the same everywhere ([`report::text`]), brokers included; the compatibility suite's sentences are kept apart ([`report::suite`]) | each tool has its own words | people read them in several places, and no known client parses them |
//! | a comparison of bodies shows what came where a rule accepted it | the example is held against it | only what is wrong should differ |
//! | numbers are compared digit by digit | beyond 64 bits they are rounded | 18446744073709551617 is not 18446744073709551618 |
//! | a broken file is reported with every problem and its JSON pointer | the first problem, or a panic | it has to be mended |
//! | a file is written back with the spelling it was read in | attributes are lost or renamed | other tools read it too |
//! | expressions run in linear time, or within a bound on backtracking | without bound | contracts come from elsewhere |
//!
//! Dates and times in rules are given in the letters of Java's `DateTimeFormatter` ([`datetime`] lists what differs),
//! expressions in the syntax of the `fancy-regex` crate, which has look-around, back-references and possessive quantifiers.

pub mod broker_api;
pub mod datetime;
pub mod definition;
pub mod digest;
pub mod extension;
pub mod format;
pub mod generators;
pub mod integration;
pub mod json;
pub mod matching;
pub mod merge;
pub mod model;
pub mod multipart;
pub mod names;
pub mod path;
pub mod report;
pub mod rules;
pub mod validate;
pub mod xml;
