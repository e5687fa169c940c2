//! A state of the parts of another one: what a start reads instead of the whole log.
//!
//! There may be a million rows, and each is in ten indexes. So the parts are parsed by several threads, and the indexes of
//! what there is very much of are made at once, of sorted keys, when all rows are there: a node of a tree is then touched
//! while it is at hand, and filled. What there is little of is put in row by row.

mod bulk;
mod pacts;
mod parse;
mod results;
mod versions;

use std::{collections::HashMap, sync::Arc};

use super::{InvalidSnapshot, State, Tag, snapshot::Part};
use crate::domain::{
    model::{Content, Pact, ResultSource, VerificationResult, Version},
    rules::VersionOrder,
};

/// A part can only be of use with those that it speaks of.
fn require<T>(known: Option<T>, what: &str) -> Result<T, InvalidSnapshot> {
    known.ok_or_else(|| InvalidSnapshot::unknown(what))
}

impl State {
    /// The state that parts were made of, with an order. They are parsed by several threads.
    ///
    /// # Errors
    /// The first error among the parts; that a part cannot be understood, or speaks of something that is in no part.
    pub fn of_parts<E: From<InvalidSnapshot> + Send>(
        order: VersionOrder,
        parts: impl Iterator<Item = Result<Vec<u8>, E>> + Send,
    ) -> Result<Self, E> {
        let mut restoring = Restoring { state: Self::ordered(order), ..Restoring::default() };
        parse::in_order(parts, |part| restoring.take(part))?;
        Ok(restoring.finish()?)
    }
}

/// A state in the making.
#[derive(Default)]
struct Restoring {
    state: State,
    versions: Vec<Arc<Version>>,
    contents: Vec<Arc<Content>>,
    pacts: Vec<Pact>,
    results: Vec<Arc<VerificationResult>>,
    /// With how many results came from there.
    sources: HashMap<Arc<ResultSource>, u32>,
}

impl Restoring {
    fn take(&mut self, part: Part) {
        let state = &mut self.state;
        match part {
            Part::Next(next) => state.next = next,
            Part::Participants(rows) => rows.into_iter().for_each(|row| state.put_participant(row)),
            Part::Versions(rows) => {
                self.versions.extend(rows.into_iter().map(|row| Arc::new(state.with_known_names(row))));
            }
            Part::Branches(rows) => rows.into_iter().for_each(|row| state.put_branch(row)),
            Part::Tags(rows) => {
                for (id, owner, tag, first_used) in rows {
                    state.tags.insert((owner, tag), Tag { id, first_used, uses: 0 });
                }
            }
            Part::Contents(rows) => self.contents.extend(rows.into_iter().map(Arc::new)),
            Part::Pacts(rows) => self.pacts.extend(rows),
            Part::Results(rows) => self.take_results(rows),
            Part::Environments(rows) => rows.into_iter().for_each(|row| state.put_environment(row)),
            Part::Deployments(rows) => rows.into_iter().for_each(|row| state.put_deployment(row)),
            Part::Releases(rows) => rows.into_iter().for_each(|row| state.put_release(row)),
            Part::Webhooks(rows) => rows.into_iter().for_each(|row| state.put_webhook(row)),
            Part::Triggers(groups) => {
                for (webhook, rows) in groups {
                    // Most are of a webhook that is still the same.
                    let same = state.webhooks.get(&webhook.id).filter(|known| ***known == webhook).cloned();
                    let webhook = same.unwrap_or_else(|| Arc::new(webhook));
                    for row in rows {
                        state.put_trigger(row.by(webhook.clone()));
                    }
                }
            }
            Part::Overdue(rows) => state.overdue.extend(rows),
            Part::Attempts(count) => state.attempts = count,
            Part::AccessUsed(used) => state.access.used = used,
            Part::Teams(rows) => rows.into_iter().for_each(|row| state.access.put_team(row)),
            Part::Users(rows) => rows.into_iter().for_each(|row| state.access.put_user(row)),
            Part::Tokens(rows) => rows.into_iter().for_each(|row| state.access.put_token(row)),
            Part::Owners(rows) => {
                for (name, row) in rows {
                    state.access.put_owner(name, row);
                }
            }
            Part::EnvironmentOwners(rows) => {
                for (uuid, row) in rows {
                    state.access.put_environment_owner(uuid, row);
                }
            }
            Part::Horizon(horizon) => state.horizon = Some(horizon),
        }
    }

    /// Where results came from is kept once. Those of one build stand together.
    fn take_results(&mut self, rows: Vec<VerificationResult>) {
        let mut last: Option<Arc<ResultSource>> = None;
        for mut row in rows {
            if let Some(source) = row.source.take() {
                let same = last.take().filter(|last| *last == source);
                let known = || self.sources.get_key_value(&source).map(|(known, _)| known.clone());
                let kept = same.or_else(known).unwrap_or(source);
                *self.sources.entry(kept.clone()).or_insert(0) += 1;
                last = Some(kept.clone());
                row.source = Some(kept);
            }
            self.results.push(Arc::new(row));
        }
    }

    fn finish(self) -> Result<State, InvalidSnapshot> {
        let Self { mut state, versions, contents, pacts, results, sources } = self;
        state.put_versions(versions);
        state.put_contents(contents);
        let known = &state;
        let (pacts, results) = std::thread::scope(|scope| {
            let pacts = scope.spawn(|| pacts::Indexed::of(known, pacts));
            let results = results::Indexed::of(known, &results, sources);
            (bulk::joined(pacts), results)
        });
        state.put_pacts(pacts?);
        state.put_results(results?);
        Ok(state)
    }
}

#[cfg(test)]
mod tests;
