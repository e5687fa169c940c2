//! All that was found, line by line, in the order of an export.

use std::collections::{BTreeMap, HashMap, HashSet};

use pactwright_core::{digest::ContentSha, json::Json};
use serde_json::Value;

use super::{
    Journal, JournalError, Lost,
    documents::{Found, Member, NOT_UNDERSTOOD, Pair, Publication, owned, time},
};
use crate::{
    domain::{
        model::{ResultNumber, Timestamp},
        queries::interactions,
    },
    export::{self, Line},
};

type Key = (Pair, String, u32);

impl Found {
    /// Tells all of it; texts come from the journal. Answers with what is lost.
    pub(super) fn tell<E: From<JournalError>>(
        mut self,
        journal: &mut Journal,
        tell: &mut dyn FnMut(Line) -> Result<(), E>,
    ) -> Result<Vec<Lost>, E> {
        for line in std::mem::take(&mut self.participants) {
            tell(Line::Participant(line))?;
        }
        let mut environments = std::mem::take(&mut self.environments);
        environments.sort_by_key(|known| known.created_at);
        for line in environments {
            tell(Line::Environment(line))?;
        }
        let mut versions = std::mem::take(&mut self.versions);
        versions.sort_by_key(|(place, _)| *place);
        for (_, line) in versions {
            tell(Line::Version(line))?;
        }
        self.tell_branches(tell)?;
        self.tell_contracts(journal, tell)?;
        self.tell_results(journal, tell)?;
        let mut deployments = std::mem::take(&mut self.deployments);
        // Of those of one second, the one that is still there was the last one.
        deployments
            .sort_by_key(|known| (known.created_at, known.undeployed_at.is_none(), known.undeployed_at));
        for line in deployments {
            tell(Line::Deployment(line))?;
        }
        let mut releases = std::mem::take(&mut self.releases);
        releases.sort_by_key(|known| known.created_at);
        for line in releases {
            tell(Line::Release(line))?;
        }
        let mut webhooks = std::mem::take(&mut self.webhooks);
        webhooks.sort_by_key(|known| known.created_at);
        for line in webhooks {
            tell(Line::Webhook(Box::new(line)))?;
        }
        Ok(self.lost)
    }

    fn tell_branches<E>(&mut self, tell: &mut dyn FnMut(Line) -> Result<(), E>) -> Result<(), E> {
        let mut members = std::mem::take(&mut self.members);
        members.sort_by_key(|member| member.line.at);
        let mut branches: BTreeMap<_, _> = std::mem::take(&mut self.branches)
            .into_iter()
            .map(|branch| ((branch.participant.clone(), branch.branch.clone()), branch))
            .collect();
        for Member { line, .. } in &members {
            let known = branches.entry((line.participant.clone(), line.branch.clone()));
            let known = known.or_insert_with(|| export::Branch {
                participant: line.participant.clone(),
                branch: line.branch.clone(),
                auto_created: false,
                created_at: line.at,
                updated_at: line.at,
            });
            known.updated_at = known.updated_at.max(line.at);
        }
        for line in branches.into_values() {
            tell(Line::Branch(line))?;
        }
        // The head of a branch is the last one on it.
        let (heads, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| member.is_head);
        let mut last: HashMap<_, Timestamp> = HashMap::new();
        for member in &others {
            let line = &member.line;
            last.insert((line.participant.clone(), line.branch.clone()), line.at);
        }
        let is_late = |member: &Member| {
            let key = (member.line.participant.clone(), member.line.branch.clone());
            last.get(&key).is_some_and(|last| *last > member.line.at)
        };
        let (late, heads): (Vec<_>, Vec<_>) = heads.into_iter().partition(is_late);
        let mut ordered: Vec<_> = others.into_iter().chain(heads).collect();
        ordered.sort_by_key(|member| member.line.at);
        for member in ordered.into_iter().chain(late) {
            tell(Line::BranchVersion(member.line))?;
        }
        Ok(())
    }

    fn tell_contracts<E: From<JournalError>>(
        &mut self,
        journal: &mut Journal,
        tell: &mut dyn FnMut(Line) -> Result<(), E>,
    ) -> Result<(), E> {
        let publications = std::mem::take(&mut self.publications);
        let mut contents: BTreeMap<(&Pair, &String), Vec<&Publication>> = BTreeMap::new();
        for publication in publications.values().flatten() {
            if let Some(sha) = self.digests.get(&(publication.pair.clone(), publication.version.clone())) {
                contents.entry((&publication.pair, sha)).or_default().push(publication);
            }
        }
        let mut lost = Vec::new();
        for ((pair, sha), published) in &contents {
            let Some(text) = text(published, journal)? else {
                let what = format!("the contract {sha} between {} and {}", pair.0, pair.1);
                lost.push(Lost { what, why: "its text could not be had".to_owned() });
                continue;
            };
            let created_at = published.iter().filter_map(|publication| publication.created_at).min();
            let line = || {
                Some(export::Content {
                    consumer: pair.0.parse().ok()?,
                    provider: pair.1.parse().ok()?,
                    sha: digest(sha)?,
                    created_at: created_at.unwrap_or(Timestamp::from_micros(0)),
                    text,
                })
            };
            match line() {
                Some(line) => tell(Line::Content(line))?,
                None => lost.push(Lost { what: format!("content {sha}"), why: NOT_UNDERSTOOD.to_owned() }),
            }
        }
        for ((pair, sha), published) in contents {
            for publication in published {
                let line = || {
                    Some(export::Contract {
                        consumer: pair.0.parse().ok()?,
                        version: publication.version.parse().ok()?,
                        provider: pair.1.parse().ok()?,
                        sha: digest(sha)?,
                        revision: 1,
                        created_at: publication.created_at.unwrap_or(Timestamp::from_micros(0)),
                    })
                };
                match line() {
                    Some(line) => tell(Line::Contract(line))?,
                    None => {
                        lost.push(Lost { what: publication.address.clone(), why: NOT_UNDERSTOOD.to_owned() });
                    }
                }
            }
        }
        self.lost.append(&mut lost);
        self.publications = publications;
        Ok(())
    }

    fn tell_results<E: From<JournalError>>(
        &mut self,
        journal: &mut Journal,
        tell: &mut dyn FnMut(Line) -> Result<(), E>,
    ) -> Result<(), E> {
        let results = std::mem::take(&mut self.results);
        let numbers = numbers(&results, journal)?;
        let mut pact: Option<((&Pair, &String), String)> = None;
        for (key, address) in &results {
            let Some(bytes) = journal.get(address)? else { continue };
            let (pair, sha, said) = key;
            if pact.as_ref().is_none_or(|(known, _)| *known != (pair, sha)) {
                let same = |publication: &&Publication| self.digest_of(publication) == Some(sha);
                let published: Vec<_> =
                    self.publications.get(pair).into_iter().flatten().filter(same).collect();
                pact = Some(((pair, sha), text(&published, journal)?.unwrap_or_default()));
            }
            let number = numbers.get(key).copied().unwrap_or(*said);
            let contract = pact.as_ref().map_or("", |(_, text)| text);
            match result(pair, sha, number, &bytes, contract) {
                Some(line) => tell(Line::Result(Box::new(line)))?,
                None => {
                    self.lost.push(Lost { what: address.clone(), why: NOT_UNDERSTOOD.to_owned() });
                }
            }
        }
        Ok(())
    }
}

fn digest(sha: &str) -> Option<ContentSha> {
    ContentSha::try_from(sha.to_owned()).ok()
}

/// The text of a contract as it was kept: what the broker says, without what it adds.
fn text(published: &[&Publication], journal: &mut Journal) -> Result<Option<String>, JournalError> {
    for publication in published {
        let Some(bytes) = journal.get(&publication.address)? else { continue };
        if let Ok(Json::Object(mut members)) = Json::parse(&bytes) {
            members.remove("createdAt");
            members.remove("_links");
            return Ok(Some(Json::Object(members).to_compact()));
        }
    }
    Ok(None)
}

/// The numbers of results, where those that the broker has are not distinct: then they are counted in order of time.
fn numbers(
    results: &BTreeMap<Key, String>,
    journal: &mut Journal,
) -> Result<HashMap<Key, u32>, JournalError> {
    let mut seen = HashSet::new();
    if results.keys().all(|(.., number)| *number > 0 && *number < u32::MAX && seen.insert(*number)) {
        return Ok(HashMap::new());
    }
    let mut ordered = Vec::new();
    for (key, address) in results {
        let Some(bytes) = journal.get(address)? else { continue };
        let said: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        ordered.push((time(&said, "verificationDate"), key.2, key.clone()));
    }
    ordered.sort();
    Ok(ordered.into_iter().zip(1..).map(|((.., key), number)| (key, number)).collect())
}

fn result(
    pair: &Pair,
    sha: &str,
    number: u32,
    bytes: &[u8],
    contract: &str,
) -> Option<export::VerificationResult> {
    let said: Value = serde_json::from_slice(bytes).ok()?;
    let exact = Json::parse(bytes).ok()?;
    let tests = exact.get("testResults").filter(|tests| **tests != Json::Null);
    let failed = tests
        .zip(Json::parse(contract.as_bytes()).ok())
        .map(|(tests, contract)| interactions::failed(&contract, tests));
    Some(export::VerificationResult {
        number: ResultNumber::new(number),
        consumer: pair.0.parse().ok()?,
        provider: pair.1.parse().ok()?,
        sha: digest(sha)?,
        version: said.get("providerApplicationVersion")?.as_str()?.parse().ok()?,
        success: said.get("success")?.as_bool()?,
        wip: false,
        pending: false,
        created_at: time(&said, "verificationDate").unwrap_or(Timestamp::from_micros(0)),
        build_url: owned(&said, "buildUrl"),
        verified_by: verified_by(&said),
        response_times: said.get("responseTimes").filter(|times| !times.is_null()).cloned(),
        test_results: tests.map(Json::to_compact),
        failed: failed.unwrap_or_default(),
    })
}

/// What did the verification, without what brokers repeat of it in older members.
fn verified_by(said: &Value) -> Option<Value> {
    let mut told = said.get("verifiedBy")?.as_object()?.clone();
    let language = told.get("clientLanguage").cloned().unwrap_or_default();
    for (old, member) in [
        ("client_implementation", "name"),
        ("client_test_framework", "testFramework"),
        ("client_version", "version"),
    ] {
        if told.get(old).is_some() && told.get(old) == language.get(member) {
            told.remove(old);
        }
    }
    (!told.is_empty()).then_some(Value::Object(told))
}
