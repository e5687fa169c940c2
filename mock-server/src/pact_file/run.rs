//! What the current test run has written already.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use pactwright_core::json::{Json, JsonBuf, ObjectBuf};

use super::Identity;

/// The interactions that a test run has written, as the lock file keeps them.
#[derive(Debug)]
pub(super) struct Memory {
    run: String,
    written: BTreeSet<Identity>,
}

impl Memory {
    /// From the text of a lock file. What another run has written, or what cannot be read, is forgotten.
    pub(super) fn read(text: &str, run: Option<&str>) -> Self {
        let run = run.map_or_else(this_process, str::to_owned);
        let written = match Json::parse(text.as_bytes()) {
            Ok(document) if document.get("run").and_then(Json::as_str) == Some(&run) => document
                .get("written")
                .and_then(Json::as_array)
                .unwrap_or_default()
                .iter()
                .filter_map(Json::as_str)
                .map(Identity::from_text)
                .collect(),
            _ => BTreeSet::new(),
        };
        Self { run, written }
    }

    pub(super) fn to_text(&self) -> String {
        let mut document = ObjectBuf::new();
        document.insert("run", self.run.as_str());
        let written = self.written.iter().map(|identity| JsonBuf::from(identity.as_str())).collect();
        document.insert("written", Json::Array(written));
        Json::Object(document).to_pretty() + "\n"
    }

    pub(super) fn contains(&self, identity: &Identity) -> bool {
        self.written.contains(identity)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// Adds what is written now. Whether any of it is new.
    pub(super) fn add(&mut self, identities: impl Iterator<Item = Identity>) -> bool {
        let before = self.written.len();
        self.written.extend(identities);
        self.written.len() > before
    }
}

/// A name for this process that no other one has: process numbers alone come again.
fn this_process() -> String {
    static NAME: OnceLock<String> = OnceLock::new();
    let name = || {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        format!("process {} at {started}", std::process::id())
    };
    NAME.get_or_init(name).clone()
}
