//! What is read is written back, and what is written is read back.

use std::fmt::Debug;

use pactwright_core::digest::{obligation, stimulus};
use pactwright_core::format::{self, convert, read, write};
use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::merge::merge;
use pactwright_core::model::{Pact, SpecVersion};
use pactwright_core::validate::validate;
use proptest::prelude::*;

use crate::cases;
use crate::strategies::pacts::{AsFile, VERSIONS, pact, pact_of, version};

fn reread(pact: &Pact) -> Result<Pact, TestCaseError> {
    let text = write(pact).map_err(|error| TestCaseError::fail(error.to_string()))?;
    read(text.as_bytes()).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))
}

/// Fails where two differ, and shows what is around.
fn same<T: PartialEq + Debug>(left: &T, right: &T) -> Result<(), TestCaseError> {
    if left == right {
        return Ok(());
    }
    let (left, right) = (format!("{left:?}"), format!("{right:?}"));
    let at = left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count();
    let around = |text: &str| text.chars().skip(at.saturating_sub(200)).take(500).collect::<String>();
    Err(TestCaseError::fail(format!("\n  one: …{}…\nother: …{}…", around(&left), around(&right))))
}

fn object_mut(value: &mut JsonBuf) -> Option<&mut ObjectBuf> {
    if let Json::Object(object) = value { Some(object) } else { None }
}

fn rename(object: &mut ObjectBuf, from: &str, to: &'static str) {
    if object.get(to).is_none()
        && let Some(value) = object.remove(from)
    {
        object.insert(to, value);
    }
}

/// The same contract as another writer would spell it: each bit of `how` is a habit of some writer.
fn respelt(mut file: JsonBuf, version: SpecVersion, how: u16) -> JsonBuf {
    let habit = |bit: u16| how & (1 << bit) != 0;
    let Some(file) = object_mut(&mut file) else { return file };
    if let Some(metadata) = file.get_mut("metadata").and_then(object_mut) {
        if habit(0) {
            rename(metadata, "pactSpecification", "pact-specification");
        } else if habit(1) {
            metadata.remove("pactSpecification");
            metadata.insert("pactSpecificationVersion", version.as_str());
        } else if habit(2) && version == SpecVersion::V3 {
            metadata.remove("pactSpecification");
        }
    }
    for name in ["interactions", "messages"] {
        let Some(Json::Array(items)) = file.get_mut(name) else { continue };
        for one in items.iter_mut().filter_map(object_mut) {
            respell_interaction(one, version, &habit);
        }
    }
    Json::Object(std::mem::take(file))
}

fn respell_interaction(one: &mut ObjectBuf, version: SpecVersion, habit: &dyn Fn(u16) -> bool) {
    if version < SpecVersion::V3 && habit(3) {
        rename(one, "providerState", "provider_state");
    }
    if version >= SpecVersion::V3 && habit(3) {
        let single = one.get("providerStates").and_then(Json::as_array).and_then(|states| match states {
            [state] if state.get("params").is_none() => state.get("name").cloned(),
            _ => None,
        });
        if let Some(name) = single.filter(|name| name.as_str() != Some("")) {
            one.remove("providerStates");
            one.insert("providerState", name);
        }
    }
    if habit(4) && one.get("contents").is_some() {
        rename(one, "metadata", "metaData");
    }
    if habit(5) && one.get("pending") == Some(&Json::Bool(false)) {
        one.remove("pending");
    }
    let is_http = one
        .get("type")
        .and_then(Json::as_str)
        .is_none_or(|kind| kind == "Synchronous/HTTP" || version < SpecVersion::V4);
    for (part, rules) in [("request", "requestMatchingRules"), ("response", "responseMatchingRules")] {
        let Some(object) = one.get_mut(part).and_then(object_mut) else { continue };
        if habit(6)
            && let Some(headers) = object.get_mut("headers").and_then(object_mut)
        {
            for values in headers.values_mut() {
                if let Json::Array(items) = values
                    && let [single] = items.as_slice()
                {
                    *values = single.clone();
                }
            }
        }
        if habit(7)
            && let Some(body) = object.get_mut("body").and_then(object_mut)
            && version == SpecVersion::V4
            && body.get("encoded") == Some(&Json::Bool(false))
        {
            body.remove("encoded");
        }
        if habit(8)
            && is_http
            && let Some(own) = object.remove("matchingRules")
        {
            one.insert(rules, own);
        }
    }
}

/// The same members in another order.
fn reversed(value: JsonBuf) -> JsonBuf {
    match value {
        Json::Object(object) => {
            let members: Vec<_> = object.into_iter().map(|(name, value)| (name, reversed(value))).collect();
            Json::Object(members.into_iter().rev().collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(reversed).collect()),
        other => other,
    }
}

fn digests(pact: &Pact) -> Vec<String> {
    let both = |one| [String::from(stimulus(one)), String::from(obligation(one))];
    pact.interactions.iter().flat_map(both).collect()
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn what_is_written_is_read_back(AsFile(pact) in pact()) {
        let again = reread(&pact)?;
        same(&again, &pact)?;
        prop_assert_eq!(write(&again).unwrap(), write(&pact).unwrap(), "it is not always written the same");
    }

    #[test]
    fn what_is_read_is_written_back_in_its_spelling((AsFile(pact), version) in version().prop_flat_map(|version| (pact_of(version), Just(version))), how: u16) {
        let file = respelt(format::to_json(&pact).unwrap(), version, how);
        let file = if how & (1 << 9) == 0 { file } else { reversed(file) };
        let text = file.to_pretty();
        let bytes = if how & (1 << 10) == 0 { text.into_bytes() } else { format!("\u{feff}{text}").into_bytes() };
        let from_file = read(&bytes).map_err(|error| TestCaseError::fail(format!("{error}\n{}", file.to_pretty())))?;
        if how & (1 << 9) == 0 {
            same(&from_file.interactions, &pact.interactions)?;
        }
        same(&format::to_json(&from_file).unwrap(), &file)?;
        same(&reread(&from_file)?, &from_file)?;
    }

    #[test]
    fn a_change_leaves_everything_else(AsFile(pact) in pact(), how: u16) {
        let version = pact.version;
        let file = respelt(format::to_json(&pact).unwrap(), version, how);
        let mut changed = read(file.to_pretty().as_bytes()).unwrap();
        for one in &mut changed.interactions {
            one.description.push('!');
        }
        same(&reread(&changed)?, &changed)?;
    }

    #[test]
    fn another_version_demands_the_same(AsFile(pact) in pact(), to in version()) {
        let Ok(converted) = convert(pact.clone(), to) else { return Ok(()) };
        prop_assert_eq!(converted.version, to);
        // V1 compares queries as text.
        let query_is_text = [pact.version, to].contains(&SpecVersion::V1) && pact.version != to;
        if !query_is_text {
            prop_assert_eq!(digests(&converted), digests(&pact), "{}", write(&converted).unwrap());
        }
        same(&reread(&converted)?, &converted)?;
    }

    #[test]
    fn every_version_has_words_for_what_an_earlier_one_says(AsFile(mut pact) in pact()) {
        // Attributes that nobody knew may have come to mean something.
        pact.interactions.iter_mut().for_each(|one| one.extra = ObjectBuf::new());
        for to in VERSIONS.into_iter().filter(|to| *to > pact.version) {
            let converted = convert(pact.clone(), to);
            prop_assert!(converted.is_ok(), "{}: {:?}", to, converted.err());
        }
    }

    #[test]
    fn a_contract_merged_with_itself_stays_as_it_is(AsFile(pact) in pact()) {
        if let Ok(once) = merge(Pact { interactions: Vec::new(), ..pact.clone() }, pact.clone()) {
            same(&merge(once.clone(), pact).unwrap(), &once)?;
            same(&merge(once.clone(), once.clone()).unwrap(), &once)?;
        }
    }

    #[test]
    fn any_contract_can_be_validated(AsFile(pact) in pact(), how: u16) {
        let file = respelt(format::to_json(&pact).unwrap(), pact.version, how).to_pretty();
        let problems = validate(file.as_bytes());
        // It can be read, so nothing is broken.
        for problem in problems {
            prop_assert_ne!(problem.kind.code(), "broken", "{} {}\n{}", problem.pointer, problem, file);
            prop_assert_ne!(problem.kind.code(), "structure", "{} {}\n{}", problem.pointer, problem, file);
            prop_assert!(problem.position.is_some() || how & (1 << 8) != 0, "{} {}\n{}", problem.pointer, problem, file);
        }
    }
}
