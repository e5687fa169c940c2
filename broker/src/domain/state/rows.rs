//! Verification results as a snapshot has them. There are more of them than of anything else: they have no names for
//! their members, and where the results of a build came from is written once.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::domain::model::{
    ContentId, More, ResultNumber, ResultSource, Timestamp, VerificationResult, VersionId,
};

const SUCCESS: u8 = 1;
const WIP: u8 = 2;
const PENDING: u8 = 4;

/// A result: number, content, version, flags, microseconds since 1970, the place of the source among those of the part,
/// what only some have.
type Row<M> = (ResultNumber, ContentId, VersionId, u8, i64, Option<usize>, Option<M>);

/// Results, to be written.
#[derive(Serialize)]
pub(super) struct Written<'a> {
    sources: Vec<&'a ResultSource>,
    rows: Vec<Row<&'a More>>,
}

impl<'a> Written<'a> {
    pub(super) fn of(results: &[&'a VerificationResult]) -> Self {
        let mut sources = Vec::new();
        let mut places = HashMap::new();
        let mut place = |source: &'a Arc<ResultSource>| {
            *places.entry(&**source).or_insert_with(|| {
                sources.push(&**source);
                sources.len() - 1
            })
        };
        let row = |result: &&'a VerificationResult| {
            let VerificationResult { number, content, version, success, wip, pending, .. } = **result;
            let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
            let flags = flag(success, SUCCESS) | flag(wip, WIP) | flag(pending, PENDING);
            let source = result.source.as_ref().map(&mut place);
            (number, content, version, flags, result.created_at.as_micros(), source, result.more.as_deref())
        };
        let rows = results.iter().map(row).collect();
        Self { sources, rows }
    }
}

/// Results that were read: the same.
#[derive(Deserialize)]
struct Read {
    sources: Vec<ResultSource>,
    rows: Vec<Row<Box<More>>>,
}

/// Results whose sources are shared.
#[derive(Deserialize)]
#[serde(try_from = "Read")]
pub(super) struct Results(pub(super) Vec<VerificationResult>);

impl TryFrom<Read> for Results {
    type Error = &'static str;

    fn try_from(Read { sources, rows }: Read) -> Result<Self, Self::Error> {
        let sources: Vec<_> = sources.into_iter().map(Arc::new).collect();
        let result = |(number, content, version, flags, created_at, source, more): Row<Box<More>>| {
            let source = source.map(|place| {
                let known = sources.get(place).cloned();
                known.ok_or("the source of a result is not known")
            });
            Ok(VerificationResult {
                number,
                content,
                version,
                success: flags & SUCCESS > 0,
                wip: flags & WIP > 0,
                pending: flags & PENDING > 0,
                created_at: Timestamp::from_micros(created_at),
                source: source.transpose()?,
                more,
            })
        };
        rows.into_iter().map(result).collect::<Result<_, _>>().map(Self)
    }
}
