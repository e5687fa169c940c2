//! Imports everything from another broker, over its HTTP API.
//!
//! Only what every Pact Broker has is used: the index, the relations of its documents (`pb:pacticipants`, `pb:versions`,
//! `pb:all-pact-versions` and so on), and `/matrix`. What was fetched is kept in a [`journal`](Journal), so that an import
//! that was cut off goes on where it was; in the end the facts are recorded as those of an export are.
//!
//! # What a broker does not tell
//!
//! - what was removed, and results for contents that no version has any more;
//! - secrets of webhooks: those that had any are imported disabled;
//! - whether a result is of work in progress, or was pending: it is taken for neither;
//! - how often a contract was changed, and whether a branch or a deployment came of a tag;
//! - fractions of seconds.

mod crawl;
mod documents;
mod journal;
mod links;
mod tell;

pub use crawl::{Phase, Progress};
pub use journal::{Journal, JournalError};

use std::{future::Future, sync::Arc};

use crawl::Crawl;

use super::{
    ImportError, Imported,
    plan::{Flaw, Plan},
};
use crate::{domain::rules::VersionOrder, store::Store};

/// The file in which a journal is kept while a folder is filled.
pub const JOURNAL: &str = "fetched";

/// What is at an address of the other broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// A document.
    Found(Vec<u8>),
    /// Nothing that can be used, and why.
    Missing(String),
}

/// Asks the other broker. What may be better in a moment is tried again in here.
pub trait Fetch: Send + Sync + 'static {
    /// Why it cannot be asked any more: nobody is there, or nobody who may ask.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The document at an address, as `application/hal+json` where it can be had.
    fn fetch(&self, address: &str) -> impl Future<Output = Result<Fetched, Self::Error>> + Send;
}

/// Something that could not be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What: an address, or a fact in words.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What became of an import.
#[derive(Debug)]
pub struct Report {
    /// What was imported.
    pub imported: Imported,
    /// What was not.
    pub lost: Vec<Lost>,
    /// Of how many contents, results and other kinds there are: the words and the counts.
    pub counts: Vec<(&'static str, usize)>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError<E: std::error::Error + 'static> {
    /// The other broker cannot be asked.
    #[error("the other broker cannot be asked any more; what was fetched is kept: begin again to go on")]
    Fetch(#[source] E),
    /// What is there is no broker.
    #[error("{address} is needed, and cannot be had: {why}")]
    Needed {
        /// The address.
        address: String,
        /// Why it cannot be had.
        why: String,
    },
    /// What is there is no broker.
    #[error("{base} has no link `{relation}`: is it a Pact broker, and recent enough?")]
    NoLink {
        /// The address of the broker.
        base: String,
        /// The relation.
        relation: &'static str,
    },
    /// What was fetched cannot be kept.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What was fetched cannot be recorded.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// How another broker is imported.
pub struct Remote<F> {
    /// Asks it.
    pub fetch: Arc<F>,
    /// Its address.
    pub base: String,
    /// How many questions are asked at once.
    pub concurrency: usize,
}

impl<F: Fetch> Remote<F> {
    /// Fetches everything that the journal does not have, and puts it into an empty store.
    ///
    /// # Errors
    /// When the other broker cannot be asked; when the store is not empty or fails. What was fetched is in the journal.
    pub async fn import(
        &self,
        journal: &mut Journal,
        store: &dyn Store,
        order: VersionOrder,
        progress: &mut (dyn FnMut(&Progress) + Send),
    ) -> Result<Report, RemoteError<F::Error>> {
        let crawl = Crawl::new(self, journal, progress);
        let (found, mut lost) = crawl.everything().await?;
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        let mut plan = Plan::begin(store)?;
        let mut refused = Vec::new();
        let mut take = |line| {
            let (kind, what) = documents::named(&line);
            match plan.take(line) {
                Ok(()) => match counts.iter_mut().find(|(known, _)| *known == kind) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((kind, 1)),
                },
                Err(Flaw::Fault(fault)) => refused.push(Lost { what, why: fault.to_string() }),
                Err(flaw) => return Err(RemoteError::from(flaw.at(0))),
            }
            Ok(())
        };
        lost.extend(found.tell(journal, &mut take)?);
        lost.append(&mut refused);
        let imported = plan.carry_out(order)?;
        Ok(Report { imported, lost, counts })
    }
}

#[cfg(test)]
mod tests;
