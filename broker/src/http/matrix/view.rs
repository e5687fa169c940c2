//! The matrix as a document, and as a table for people.

use std::collections::{HashMap, hash_map::Entry};

use pactwright_core::broker_api::{
    Environment as EnvironmentDocument, Link, Links, Matrix, MatrixBranch, MatrixPact, MatrixParty,
    MatrixResult, MatrixRow, MatrixTag, MatrixVersion, Notice, NoticeKind, Summary,
};

use crate::{
    domain::{
        access::Owned,
        model::{EnvironmentId, Participant, ParticipantId, Version, VersionId},
        queries::matrix::{self, Answer as Found, Deployable, Query, Reason, Row, Verdict},
        state::State,
    },
    http::{
        answer::Answer, call::Call, environments, errors::Failure, media::Media, metadata::Metadata,
        paths::Paths, verification_results::interactions,
    },
};

/// Asks, and answers as it is wanted.
pub(super) fn answer(call: &Call, question: &Query) -> Result<Answer, Failure> {
    let found = &matrix::answer(&call.state, question);
    let owners = owners(&call.state, question, found);
    if call.media == Media::Text {
        return Ok(Answer::text(table(&call.state, found, &owners)));
    }
    let verdict = &found.verdict;
    let counts = verdict.counts;
    let reasons: Vec<&str> = verdict.reasons.iter().map(|(_, text)| text.as_str()).collect();
    let summary = Summary {
        deployable: deployable(verdict.deployable),
        reason: reasons.join("\n"),
        success: counts.success,
        failed: counts.failed,
        unknown: counts.unknown,
        ignored: counts.ignored,
    };
    let notices = verdict
        .reasons
        .iter()
        .map(|(reason, text)| {
            let kind = match reason {
                Reason::Warning => NoticeKind::Warning,
                Reason::Error => NoticeKind::Error,
                Reason::Success => NoticeKind::Success,
            };
            Notice::new(kind, text.clone())
        })
        .chain(owners.iter().map(|owned| Notice::new(NoticeKind::Info, owned.to_string())))
        .collect();
    let environments = Environments::of(call);
    let parties = Parties::of(call, &environments, &found.rows);
    let matrix = found.rows.iter().filter_map(|row| row_document(call, &parties, row)).collect();
    Answer::document(&Matrix { summary, notices, matrix })
}

/// Whom to ask where the answer is no, or not yet: the owners of those that it is about, and of where it was to go.
fn owners(state: &State, question: &Query, found: &Found) -> Vec<Owned> {
    let Verdict { deployable, concerned, .. } = &found.verdict;
    if *deployable == Deployable::Yes {
        return Vec::new();
    }
    let access = state.access();
    let of_participants = concerned.iter().filter_map(|id| access.owned(&state.participant_by_id(*id)?.name));
    let environment = question.other_side.environment.as_deref();
    let environment = environment.and_then(|name| state.environment_by_name(name));
    let of_environment =
        environment.and_then(|known| access.owned_environment(known.uuid, known.name.as_str()));
    of_participants.chain(of_environment).collect()
}

type Party<'a> = MatrixParty<&'a EnvironmentDocument>;

/// The sides of all rows. Many rows are about the same versions.
struct Parties<'a>(HashMap<(ParticipantId, Option<VersionId>), Party<'a>>);

impl<'a> Parties<'a> {
    fn of(call: &Call, environments: &'a Environments, rows: &[Row]) -> Self {
        let mut parties = HashMap::new();
        for row in rows {
            let sides =
                [(row.pact.consumer, Some(row.pact.version)), (row.pact.provider, row.provider_version)];
            for (participant, version) in sides {
                if let Entry::Vacant(unknown) = parties.entry((participant, version))
                    && let Some(participant) = call.state.participant_by_id(participant)
                {
                    unknown.insert(party(call, environments, participant, version));
                }
            }
        }
        Self(parties)
    }

    fn get(&self, participant: ParticipantId, version: Option<VersionId>) -> Option<&Party<'a>> {
        self.0.get(&(participant, version))
    }
}

fn deployable(verdict: Deployable) -> Option<bool> {
    match verdict {
        Deployable::Yes => Some(true),
        Deployable::No => Some(false),
        Deployable::Unknown => None,
    }
}

fn row_document<'a>(call: &Call, parties: &'a Parties<'a>, row: &Row) -> Option<MatrixRow<&'a Party<'a>>> {
    let state = &call.state;
    let paths = &call.paths;
    let consumer = state.participant_by_id(row.pact.consumer)?;
    let provider = state.participant_by_id(row.pact.provider)?;
    let version = state.version_by_id(row.pact.version)?;
    let content = state.content_by_id(row.pact.content)?;
    let pact = paths.pact(&provider.name, &consumer.name, &version.number);
    let verification_result = row.result.as_ref().map(|result| {
        let metadata = Metadata { consumer_versions: vec![version.number.clone()], ..Metadata::default() };
        let by_content =
            paths.content(&provider.name, &consumer.name, &content.sha, Some(&metadata.encode()));
        let address = format!("{by_content}/verification-results/{}", result.number.get());
        MatrixResult {
            success: result.success,
            verified_at: result.created_at.to_wire(),
            links: Links::new().with("self", Link::to(address)),
            failed_interactions: interactions::failed_documents(state, result),
        }
    });
    Some(MatrixRow {
        consumer: parties.get(row.pact.consumer, Some(row.pact.version))?,
        provider: parties.get(row.pact.provider, row.provider_version)?,
        pact: MatrixPact {
            created_at: row.pact.created_at.to_wire(),
            links: Links::new().with("self", Link::to(pact)),
        },
        verification_result,
        ignored: row.ignored,
    })
}

fn party<'a>(
    call: &Call,
    environments: &'a Environments,
    participant: &Participant,
    version: Option<VersionId>,
) -> Party<'a> {
    let version = version.and_then(|id| call.state.version_by_id(id));
    MatrixParty {
        name: participant.name.to_string(),
        version: version.map(|version| version_document(call, environments, participant, version)),
        links: Links::new().with("self", Link::to(call.paths.participant(&participant.name))),
    }
}

fn version_document<'a>(
    call: &Call,
    environments: &'a Environments,
    participant: &Participant,
    version: &Version,
) -> MatrixVersion<&'a EnvironmentDocument> {
    let state = &call.state;
    let paths = &call.paths;
    let name = &participant.name;
    let branches = branches(paths, state, participant, version);
    let tags = version
        .tags
        .iter()
        .map(|used| MatrixTag {
            name: used.tag.to_string(),
            latest: state.tag_head(participant.id, used.tag.as_str()) == Some(version.id),
            links: Links::new().with("self", Link::to(paths.tag(name, &version.number, &used.tag))),
        })
        .collect();
    MatrixVersion {
        number: version.number.to_string(),
        branch: branches.last().map(|branch| branch.name.clone()),
        branches: branches.clone(),
        branch_versions: branches,
        environments: environments.with(&call.state, participant.id, version.id),
        links: Links::new().with("self", Link::to(paths.version(name, &version.number))),
        tags,
    }
}

fn branches(paths: &Paths, state: &State, participant: &Participant, version: &Version) -> Vec<MatrixBranch> {
    version
        .branches
        .iter()
        .filter_map(|membership| {
            let branch = state.branch_by_id(membership.branch)?;
            let address = paths.branch_version(&participant.name, &branch.name, &version.number);
            let link = Link::to(address).titled("Branch version").named(branch.name.to_string());
            Some(MatrixBranch {
                name: branch.name.to_string(),
                latest: state.branch_head(branch.id) == Some(version.id),
                links: Links::new().with("self", link),
            })
        })
        .collect()
}

/// All environments as documents.
struct Environments(Vec<(EnvironmentId, EnvironmentDocument)>);

impl Environments {
    fn of(call: &Call) -> Self {
        let known = call.state.environments();
        Self(known.map(|environment| (environment.id, environments::document(call, environment))).collect())
    }

    /// Those that a version is live in.
    fn with(
        &self,
        state: &State,
        participant: ParticipantId,
        version: VersionId,
    ) -> Vec<&EnvironmentDocument> {
        let live = self.0.iter().filter(|(id, _)| state.is_live(*id, participant, version));
        live.map(|(_, document)| document).collect()
    }
}

const COLUMNS: [&str; 7] =
    ["CONSUMER", "C_VERSION", "REVISION", "PROVIDER", "P_VERSION", "NUMBER", "SUCCESS"];

fn table(state: &State, found: &Found, owners: &[Owned]) -> String {
    let name = |id| state.participant_by_id(id).map_or_else(String::new, |known| known.name.to_string());
    let number = |id| state.version_by_id(id).map_or_else(String::new, |version| version.number.to_string());
    let rows: Vec<[String; 7]> = found
        .rows
        .iter()
        .map(|row| {
            [
                name(row.pact.consumer),
                number(row.pact.version),
                row.pact.revision.to_string(),
                name(row.pact.provider),
                row.provider_version.map_or_else(String::new, number),
                row.result.as_ref().map_or_else(String::new, |result| result.number.get().to_string()),
                row.success().map_or_else(String::new, |success| success.to_string()),
            ]
        })
        .collect();
    let mut widths = COLUMNS.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String]| {
        let padded: Vec<_> =
            cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        padded.join(" | ")
    };
    let rule: Vec<_> = widths
        .iter()
        .enumerate()
        .map(|(at, width)| "-".repeat(width + usize::from(at > 0) + usize::from(at < COLUMNS.len() - 1)))
        .collect();
    let mut text = String::new();
    if !rows.is_empty() {
        text.push_str(&line(&COLUMNS.map(str::to_owned)));
        text.push('\n');
        text.push_str(&rule.join("|"));
        text.push('\n');
        for row in &rows {
            text.push_str(&line(row));
            text.push('\n');
        }
        text.push('\n');
    }
    let deployable = match deployable(found.verdict.deployable) {
        Some(deployable) => deployable.to_string(),
        None => "nil".to_owned(),
    };
    let reasons: Vec<&str> = found.verdict.reasons.iter().map(|(_, text)| text.as_str()).collect();
    text.push_str(&format!("Deployable: {deployable}\nReason: {}\n", reasons.join("\n")));
    for owned in owners {
        text.push_str(&format!("Ask: {owned}\n"));
    }
    text
}
