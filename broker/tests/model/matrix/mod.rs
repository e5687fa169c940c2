//! What the matrix means, rule by rule.

mod question;
mod words;

pub(crate) use question::{LatestBy, Question, Selector, Which, question};
pub(crate) use words::{Kind, Reason};

use std::cmp::Reverse;

use crate::{
    names::{Name, is_in_range, semantic},
    world::{Moment, Pact, VerificationResult, World},
};

/// A contract of a consumer version, with what is known of it and one provider version.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) consumer: Name,
    pub(crate) consumer_version: Name,
    pub(crate) provider: Name,
    /// None where no provider version that is meant verified the contract.
    pub(crate) provider_version: Option<Name>,
    pub(crate) result: Option<u32>,
    pub(crate) success: Option<bool>,
    pub(crate) ignored: bool,
    /// When the last thing happened to it.
    last_action: Moment,
}

/// What the matrix says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    pub(crate) deployable: Option<bool>,
    pub(crate) success: usize,
    pub(crate) failed: usize,
    pub(crate) unknown: usize,
    pub(crate) ignored: Option<usize>,
    pub(crate) reasons: Vec<Reason>,
}

/// A selector, and the versions that it means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Meaning {
    pub(crate) selector: Selector,
    /// Whether the question named the participant; otherwise a contract led to it.
    pub(crate) named: bool,
    /// As they were first seen.
    pub(crate) versions: Vec<Name>,
    /// What the participant's main branch is called.
    pub(crate) main_branch: Option<Name>,
}

/// A consumer and a provider between which contracts count.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pair {
    consumer: Name,
    provider: Name,
    /// Whether the consumer needs a result: a version that is meant has a contract with the provider.
    required: bool,
}

/// What the matrix says to a question. Everybody whom the question names is there.
pub(crate) fn answer(world: &World, question: &Question) -> Answer {
    let matrix = Matrix::new(world, question);
    let rows = matrix.rows();
    matrix.verdict(rows)
}

struct Matrix<'a> {
    world: &'a World,
    question: &'a Question,
    meanings: Vec<Meaning>,
    pairs: Vec<Pair>,
}

/// The versions that a selector means, as they were first seen.
fn versions(world: &World, participant: Name, which: Which) -> Vec<Name> {
    let all = world.versions_of(participant);
    // "Latest" is the last in the order of versions.
    let last = |versions: Vec<Name>, latest: bool| match versions.last() {
        Some(last) if latest => vec![*last],
        _ => versions,
    };
    // The latest of a branch is the one that was put there last.
    let on_branch = |branch, latest| last(world.versions_on(participant, branch), latest);
    let tagged = |tag, latest| last(world.versions_tagged(participant, tag), latest);
    let mut versions = match which {
        Which::Any => all,
        Which::Known(_) => unreachable!("it was made concrete"),
        Which::Number(wanted) => all.into_iter().filter(|number| *number == wanted).collect(),
        Which::Latest => last(all, true),
        Which::Tag { tag, latest } => tagged(tag, latest),
        // The latest of a range is the greatest number; of equal ones, the last in the order of versions.
        Which::Range { range, latest } => {
            let mut found: Vec<Name> = all.into_iter().filter(|number| is_in_range(range, number)).collect();
            found.sort_by_key(|number| semantic(number));
            last(found, latest)
        }
        Which::Branch { branch, latest } => on_branch(branch, latest),
        // Where there is no branch of that name, versions with a tag of that name are meant.
        Which::MainBranch { latest } => match world.participant(participant).unwrap().main_branch {
            None => Vec::new(),
            Some(main) if world.branch(participant, main).is_some() => on_branch(main, latest),
            Some(main) => tagged(main, latest),
        },
        Which::Environment(environment) => world.live(environment, participant),
    };
    versions.sort_by_key(|number| world.seen(participant, number));
    versions
}

impl<'a> Matrix<'a> {
    fn new(world: &'a World, question: &'a Question) -> Self {
        let mean = |selector: &Selector, named| Meaning {
            selector: *selector,
            named,
            versions: versions(world, selector.participant, selector.which),
            main_branch: world.participant(selector.participant).and_then(|known| known.main_branch),
        };
        let mut meanings: Vec<Meaning> =
            question.selectors.iter().map(|selector| mean(selector, true)).collect();
        let pairs = pairs(world, question, &meanings);
        // Of those whom nobody named, but a contract led to, what the question says of the others is meant.
        for participant in pairs.iter().flat_map(|pair| [pair.consumer, pair.provider]) {
            if !meanings.iter().any(|meaning| meaning.selector.participant == participant) {
                meanings.push(mean(&Selector { participant, which: question.others }, false));
            }
        }
        Self { world, question, meanings, pairs }
    }

    fn meanings_of(&self, participant: Name) -> impl Iterator<Item = &Meaning> {
        self.meanings.iter().filter(move |meaning| meaning.selector.participant == participant)
    }

    /// Whether any selector means a version.
    fn means(&self, participant: Name, number: Name) -> bool {
        self.meanings_of(participant).any(|meaning| meaning.versions.contains(&number))
    }

    /// Whether any selector of a participant means all its versions.
    fn means_any(&self, participant: Name) -> bool {
        self.meanings_of(participant).any(|meaning| meaning.selector.which == Which::Any)
    }

    /// Whether a participant, or all of one version, is to be ignored.
    fn ignores(&self, participant: Name, number: Option<Name>) -> bool {
        self.question.ignore.iter().flatten().any(|(ignored, version)| {
            *ignored == participant
                && (version.is_none() || (*version == number && self.exists(ignored, *version)))
        })
    }

    fn exists(&self, participant: Name, number: Option<Name>) -> bool {
        number.is_some_and(|number| self.world.version(participant, number).is_some())
    }

    /// Whether it is asked what there is. Where it is asked whether something fits, nothing is cut: neither where it is
    /// said which rows belong together, nor where a place to go to is named.
    fn is_history(&self) -> bool {
        self.question.latest_by.is_none() && !self.is_place_given()
    }

    /// The latest of the others is no place.
    fn is_place_given(&self) -> bool {
        !matches!(self.question.others, Which::Any | Which::Latest)
    }

    fn rows(&self) -> Vec<Row> {
        let mut pacts = self.pacts();
        if self.is_history() {
            // History is shown as far as the limit goes: the contracts of the newest consumer versions.
            pacts.sort_by_key(|pact| Reverse(self.world.place(pact.consumer, pact.number)));
            pacts.truncate(self.question.limit);
        }
        let mut rows: Vec<Row> = pacts.iter().flat_map(|pact| self.rows_of(pact)).collect();
        // Asked for one participant and nothing else, what others ask of it counts only as far as it verified it:
        // which of its versions should have verified what was not said.
        if let ([alone], Which::Any) = (self.question.selectors.as_slice(), self.question.others) {
            rows.retain(|row| row.result.is_some() || row.consumer == alone.participant);
        }
        if self.is_history() {
            // And of those, the rows that something happened to last.
            rows.sort_by_key(|row| {
                Reverse((row.last_action, row.result, self.world.seen(row.consumer, row.consumer_version)))
            });
            rows.truncate(self.question.limit);
        }
        rows = self.latest(rows);
        if !self.question.success.is_empty() {
            rows.retain(|row| self.question.success.contains(&row.success));
        }
        for row in &mut rows {
            row.ignored = self.ignores(row.consumer, Some(row.consumer_version))
                || self.ignores(row.provider, row.provider_version);
        }
        // By the name of the consumer, its latest versions first; by the name of the provider, its latest versions
        // first, and of those the latest results.
        rows.sort_by_key(|row| {
            let provider_place = row.provider_version.map(|number| self.world.place(row.provider, number));
            (
                row.consumer,
                Reverse(self.world.place(row.consumer, row.consumer_version)),
                row.provider,
                Reverse(provider_place),
                Reverse(row.result),
            )
        });
        rows
    }

    /// The contracts of consumer versions that are meant with providers that count.
    fn pacts(&self) -> Vec<&Pact> {
        let mut found = Vec::new();
        for pair in &self.pairs {
            let between = self.world.pacts.iter().filter(|pact| {
                (pact.consumer, pact.provider) == (pair.consumer, pair.provider)
                    && self.means(pact.consumer, pact.number)
            });
            let mut between: Vec<&Pact> = between.collect();
            between.sort_by_key(|pact| Reverse(self.world.place(pact.consumer, pact.number)));
            // Where any version of the consumer is meant, the newest are, as many as the limit says.
            if self.means_any(pair.consumer) {
                between.truncate(self.question.limit);
            }
            found.extend(between);
        }
        found
    }

    /// One row for each result that a meant provider version has for what the contract says, or one without result.
    fn rows_of(&self, pact: &Pact) -> Vec<Row> {
        let provider = pact.provider;
        let is_of_pact = |result: &&VerificationResult| {
            (result.consumer, result.provider, &result.content) == (pact.consumer, provider, &pact.content)
        };
        let results = self.world.results.iter().filter(is_of_pact);
        let results: Vec<_> = results.filter(|result| self.means(provider, result.version)).collect();
        let row = |provider_version, result: Option<&VerificationResult>| Row {
            consumer: pact.consumer,
            consumer_version: pact.number,
            provider,
            provider_version,
            result: result.map(|result| result.number),
            success: result.map(|result| result.success),
            ignored: false,
            last_action: result.map_or(pact.at, |result| result.at.max(pact.at)),
        };
        if results.is_empty() {
            return vec![row(None, None)];
        }
        let mut rows: Vec<Row> =
            results.iter().map(|result| row(Some(result.version), Some(result))).collect();
        // Of the versions that are live in an environment each has to be right: one without result has a row too.
        for meaning in self.meanings_of(provider) {
            if let Which::Environment(_) = meaning.selector.which {
                for live in &meaning.versions {
                    if !rows.iter().any(|row| row.provider_version == Some(live)) {
                        rows.push(row(Some(live), None));
                    }
                }
            }
        }
        rows
    }

    /// Of the rows that belong together, the one with the latest provider version counts, of its results the last, and
    /// of several consumer versions with that the latest.
    fn latest(&self, rows: Vec<Row>) -> Vec<Row> {
        let Some(latest_by) = self.question.latest_by else { return rows };
        let weight = |row: &Row| {
            let place = row.provider_version.map(|number| self.world.place(row.provider, number));
            (place, row.result, self.world.place(row.consumer, row.consumer_version))
        };
        let belong_together = |one: &Row, other: &Row| {
            let is_same_pair = (one.consumer, one.provider) == (other.consumer, other.provider);
            let is_same_version = one.consumer_version == other.consumer_version;
            let is_same_provider_version = one.provider_version == other.provider_version;
            // Versions that are live in one environment never hide one another.
            let is_live = self.is_in_environment(one.consumer) || self.is_in_environment(one.provider);
            is_same_pair
                && match latest_by {
                    LatestBy::PairOfVersions => is_same_version && is_same_provider_version,
                    _ if is_live => is_same_version && is_same_provider_version,
                    LatestBy::ConsumerVersion => is_same_version,
                    LatestBy::Pair => true,
                }
        };
        let counts =
            |row: &&Row| !rows.iter().any(|other| belong_together(row, other) && weight(other) > weight(row));
        rows.iter().filter(counts).cloned().collect()
    }

    fn is_in_environment(&self, participant: Name) -> bool {
        self.meanings_of(participant).any(|meaning| matches!(meaning.selector.which, Which::Environment(_)))
    }

    fn verdict(&self, rows: Vec<Row>) -> Answer {
        let count = |success| rows.iter().filter(|row| !row.ignored && row.success == success).count();
        // What was named has to be there.
        let absent: Vec<&Meaning> = self
            .meanings
            .iter()
            .filter(|meaning| meaning.named && meaning.selector.which != Which::Any)
            .filter(|meaning| meaning.versions.is_empty())
            .filter(|meaning| !self.ignores(meaning.selector.participant, None))
            .collect();
        // What is required has to have a row: rows may have been left out because of what they say.
        let missing: Vec<&Pair> = self
            .pairs
            .iter()
            .filter(|pair| pair.required)
            .filter(|pair| !self.ignores(pair.consumer, None) && !self.ignores(pair.provider, None))
            .filter(|pair| {
                !rows.iter().any(|row| (row.consumer, row.provider) == (pair.consumer, pair.provider))
            })
            .collect();
        let (success, failed, unknown) = (count(Some(true)), count(Some(false)), count(None) + missing.len());
        let deployable = if !absent.is_empty() {
            Some(false)
        } else if unknown > 0 {
            None
        } else {
            Some(failed == 0)
        };
        let mut reasons = self.warnings();
        if !absent.is_empty() {
            reasons.extend(absent.into_iter().map(|meaning| Reason::Absent(meaning.selector)));
        } else if deployable == Some(true) {
            reasons.push(if success == 0 { Reason::NothingNeeded } else { Reason::AllSuccessful });
        } else {
            reasons.extend(missing.iter().map(|pair| {
                let provider = self.meant(pair.provider, None);
                Reason::Unverified { consumer: self.meant(pair.consumer, None), provider }
            }));
            let considered = |success| rows.iter().filter(move |row| !row.ignored && row.success == success);
            let both = |row: &Row| {
                let consumer = self.meant(row.consumer, Some(row.consumer_version));
                (consumer, self.meant(row.provider, row.provider_version))
            };
            reasons.extend(considered(Some(false)).map(|row| {
                let (consumer, provider) = both(row);
                Reason::Failed { consumer, provider }
            }));
            reasons.extend(considered(None).map(|row| {
                let (consumer, provider) = both(row);
                Reason::Unverified { consumer, provider }
            }));
        }
        let ignored = rows.iter().filter(|row| row.ignored).count();
        let ignored = self.question.ignore.as_ref().map(|_| ignored);
        Answer { rows, deployable, success, failed, unknown, ignored, reasons }
    }

    fn warnings(&self) -> Vec<Reason> {
        let mut warnings = Vec::new();
        for (participant, version) in self.question.ignore.iter().flatten() {
            let participant_exists = self.world.participant(participant).is_some();
            let exists = participant_exists && (version.is_none() || self.exists(participant, *version));
            if !exists {
                warnings.push(Reason::CannotIgnore { participant, version: *version, participant_exists });
            }
        }
        // Who asks for one participant should say where it is to go.
        if self.question.selectors.len() == 1 && !self.is_place_given() {
            warnings.push(Reason::NoEnvironment);
        }
        // Who asks for what moves, and names no version, may be told of another version than the one he means.
        let asks =
            |what: fn(&Which) -> bool| self.question.selectors.iter().any(|selector| what(&selector.which));
        let names_version = asks(|which| matches!(which, Which::Number(_)));
        let moves = asks(|which| {
            matches!(which, Which::Latest | Which::Tag { .. } | Which::Range { .. } | Which::Branch { .. })
        });
        if moves && !names_version {
            warnings.push(Reason::NoVersion);
        }
        warnings
    }

    /// The selector that stands for a version in a sentence, and the version that the sentence names: the first selector
    /// that means it. Where no version is spoken of, the only one that the selector means, or the last.
    fn meant(&self, participant: Name, version: Option<Name>) -> (Meaning, Option<Name>) {
        let means = |meaning: &&Meaning| version.is_some_and(|number| meaning.versions.contains(&number));
        let found = self.meanings_of(participant).find(means);
        let meaning = found.or_else(|| self.meanings_of(participant).next()).unwrap();
        let its = match meaning.selector.which {
            Which::Any => None,
            _ => meaning.versions.last().copied(),
        };
        (meaning.clone(), version.or(its))
    }
}

/// The pairs that count.
///
/// - Of those who are named, the providers that versions that are meant have contracts with. They are required: a
///   consumer does not work without its provider.
/// - And those who have contracts with whoever is named. They are not required: a provider works without consumers.
/// - Where one participant alone is named, or it is said what is meant of others, the other side may be anybody;
///   otherwise it has to be named too.
fn pairs(world: &World, question: &Question, named: &[Meaning]) -> Vec<Pair> {
    let anybody = question.selectors.len() == 1 || question.others != Which::Any;
    let is_named = |name| named.iter().any(|meaning| meaning.selector.participant == name);
    let has_contract = |consumer: Name, provider: Name, versions: Option<&Vec<Name>>| {
        world.pacts.iter().any(|pact| {
            (pact.consumer, pact.provider) == (consumer, provider)
                && versions.is_none_or(|versions| versions.contains(&pact.number))
        })
    };
    let mut pairs = Vec::new();
    for consumer in world.participants.iter().map(|known| known.name) {
        for provider in world.participants.iter().map(|known| known.name) {
            let meanings = named.iter().filter(|meaning| meaning.selector.participant == consumer);
            let required =
                meanings.clone().any(|meaning| has_contract(consumer, provider, Some(&meaning.versions)))
                    && (anybody || is_named(provider));
            let is_asked_of_named = is_named(provider)
                && has_contract(consumer, provider, None)
                && (anybody || is_named(consumer));
            if required || is_asked_of_named {
                pairs.push(Pair { consumer, provider, required });
            }
        }
    }
    pairs
}
