//! The broker's matrix, told in the words of the model.

use pactwright_broker::domain::{
    model::{ParticipantId, VersionId},
    queries::matrix::{self as query, Deployable, Ignore, LatestBy, OtherSide, Query},
    state::State,
};

use crate::matrix::{self, Answer, Kind, Question, Which};

/// What is compared.
#[derive(Debug, PartialEq)]
pub(crate) struct Told {
    deployable: Option<bool>,
    /// Successful, failed, unknown, ignored.
    counts: (usize, usize, usize, Option<usize>),
    reasons: Vec<(Kind, String)>,
    rows: Vec<Row>,
}

#[derive(Debug, PartialEq)]
struct Row {
    consumer: (String, String),
    provider: (String, Option<String>),
    result: Option<u32>,
    success: Option<bool>,
    ignored: bool,
}

/// What the model says.
pub(crate) fn expected(answer: &Answer) -> Told {
    let row = |row: &matrix::Row| Row {
        consumer: (row.consumer.to_owned(), row.consumer_version.to_owned()),
        provider: (row.provider.to_owned(), row.provider_version.map(str::to_owned)),
        result: row.result,
        success: row.success,
        ignored: row.ignored,
    };
    Told {
        deployable: answer.deployable,
        counts: (answer.success, answer.failed, answer.unknown, answer.ignored),
        reasons: answer.reasons.iter().map(|reason| (reason.kind(), reason.text())).collect(),
        rows: answer.rows.iter().map(row).collect(),
    }
}

/// What the broker says.
pub(crate) fn found(state: &State, question: &Question) -> Told {
    let answer = query::answer(state, &asked(question));
    let name = |id: ParticipantId| state.participant_by_id(id).unwrap().name.to_string();
    let number = |id: VersionId| state.version_by_id(id).unwrap().number.to_string();
    let row = |row: &query::Row| Row {
        consumer: (name(row.pact.consumer), number(row.pact.version)),
        provider: (name(row.pact.provider), row.provider_version.map(number)),
        result: row.result.as_ref().map(|result| result.number.get()),
        success: row.success(),
        ignored: row.ignored,
    };
    let counts = answer.verdict.counts;
    let count = |many: u64| usize::try_from(many).unwrap();
    let kind = |reason: query::Reason| match reason {
        query::Reason::Warning => Kind::Warning,
        query::Reason::Error => Kind::Error,
        query::Reason::Success => Kind::Success,
    };
    Told {
        deployable: match answer.verdict.deployable {
            Deployable::Yes => Some(true),
            Deployable::No => Some(false),
            Deployable::Unknown => None,
        },
        counts: (
            count(counts.success),
            count(counts.failed),
            count(counts.unknown),
            counts.ignored.map(count),
        ),
        reasons: answer.verdict.reasons.iter().map(|(reason, text)| (kind(*reason), text.clone())).collect(),
        rows: answer.rows.iter().map(row).collect(),
    }
}

fn asked(question: &Question) -> Query {
    let other_side = match question.others {
        Which::Latest => OtherSide { latest: true, ..OtherSide::default() },
        Which::Tag { tag, latest } => OtherSide { tag: Some(tag.to_owned()), latest, ..OtherSide::default() },
        Which::MainBranch { latest } => OtherSide { main_branch: true, latest, ..OtherSide::default() },
        Which::Environment(name) => OtherSide { environment: Some(name.to_owned()), ..OtherSide::default() },
        Which::Any | Which::Number(_) | Which::Known(_) | Which::Range { .. } | Which::Branch { .. } => {
            OtherSide::default()
        }
    };
    let ignore = |(participant, version): &(&str, Option<&str>)| Ignore {
        participant: (*participant).to_owned(),
        version: version.map(str::to_owned),
    };
    Query {
        selectors: question.selectors.iter().map(selector).collect(),
        other_side,
        ignore: question.ignore.as_ref().map(|ignored| ignored.iter().map(ignore).collect()),
        latest_by: question.latest_by.map(|latest_by| match latest_by {
            matrix::LatestBy::PairOfVersions => LatestBy::ConsumerVersionAndProviderVersion,
            matrix::LatestBy::ConsumerVersion => LatestBy::ConsumerVersionAndProvider,
            matrix::LatestBy::Pair => LatestBy::ConsumerAndProvider,
        }),
        success: question.success.clone(),
        limit: question.limit,
        history: false,
    }
}

fn selector(selector: &matrix::Selector) -> query::Selector {
    let named =
        query::Selector { participant: selector.participant.to_owned(), ..query::Selector::default() };
    match selector.which {
        Which::Any | Which::Known(_) => named,
        Which::Number(number) => query::Selector { version: Some(number.to_owned()), ..named },
        Which::Latest => query::Selector { latest: true, ..named },
        Which::Tag { tag, latest } => query::Selector { tag: Some(tag.to_owned()), latest, ..named },
        Which::Range { range, latest } => {
            query::Selector { range: Some(range.parse().unwrap()), latest, ..named }
        }
        Which::Branch { branch, latest } => {
            query::Selector { branch: Some(branch.to_owned()), latest, ..named }
        }
        Which::MainBranch { latest } => query::Selector { main_branch: true, latest, ..named },
        Which::Environment(name) => query::Selector { environment: Some(name.to_owned()), ..named },
    }
}
