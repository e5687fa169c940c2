//! What a provider is to verify, rule by rule.

mod question;

pub(crate) use question::{Choice, Question, Selector, question};

use std::collections::BTreeSet;

use crate::{
    names::{BRANCHES, Name, TAGS, is_in_range, semantic},
    world::{Content, Moment, Pact, VerificationResult, World},
};

/// Something to verify: what one consumer asks, whichever of its versions.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Selected {
    pub(crate) consumer: Name,
    /// The latest of the versions that were selected and ask this.
    pub(crate) number: Name,
    pub(crate) why: BTreeSet<Why>,
    pub(crate) wip: bool,
    /// Where that was asked: whether it is pending, and for which of the provider's tags.
    pub(crate) pending: Option<(bool, Vec<Name>)>,
}

/// What selected a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Why {
    pub(crate) number: Name,
    pub(crate) reason: Reason,
    /// Whether it is told as that consumer's.
    pub(crate) of_consumer: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    Latest,
    LatestTagged { tag: Name, instead_of: Option<Name> },
    Tagged(Name),
    Range { range: Name, latest: bool },
    Branch { branch: Name, instead_of: Option<Name>, matching: bool },
    Deployed(Name),
    Released(Name),
    MainBranch(Name),
}

/// For how long a success elsewhere keeps a contract from being work in progress.
const LOOKBACK: Moment = 30 * 86_400;

/// What a provider is to verify, in the order of consumers' names and their versions; work in progress comes last.
pub(crate) fn answer(world: &World, question: &Question) -> Vec<Selected> {
    let asked = Asked { world, question };
    let found = if question.selectors.is_empty() {
        asked.usual()
    } else {
        question.selectors.iter().flat_map(|selector| asked.select(selector)).collect()
    };
    let selected = asked.by_content(&found);
    let mut answer: Vec<Selected> = selected
        .iter()
        .map(|(content, selected)| Selected {
            pending: question.with_pending.then(|| asked.pending(selected.consumer, content)),
            ..selected.clone()
        })
        .collect();
    let wip = asked.work_in_progress();
    // What was selected anyway is not told again.
    let is_new = |content: &Content, wip: &Selected| {
        !selected.iter().any(|(known, other)| (known, other.consumer) == (content, wip.consumer))
    };
    answer.extend(asked.by_content(&wip).into_iter().filter(|(content, wip)| is_new(content, wip)).map(
        |(_, wip)| Selected {
            wip: true,
            // It is pending for whomever it is asked.
            pending: question.with_pending.then(|| {
                let tags = if question.branch.is_none() { question.tags.clone() } else { Vec::new() };
                (true, tags)
            }),
            ..wip
        },
    ));
    answer
}

struct Asked<'a> {
    world: &'a World,
    question: &'a Question,
}

type Found<'a> = (&'a Pact, Why);

impl<'a> Asked<'a> {
    fn pact(&self, consumer: Name, number: Name) -> Option<&'a Pact> {
        self.world.pact(consumer, number, self.question.provider)
    }

    /// Those who have contracts with the provider.
    fn consumers(&self) -> Vec<Name> {
        let all = self.world.participants.iter().map(|known| known.name);
        let has_contract = |name: &Name| {
            let wanted = (*name, self.question.provider);
            self.world.pacts.iter().any(|pact| (pact.consumer, pact.provider) == wanted)
        };
        all.filter(has_contract).collect()
    }

    /// The contracts that versions of a consumer have, each with the reason; versions without one are passed over.
    fn contracts_of(
        &self,
        consumer: Name,
        numbers: Vec<Name>,
        reason: Reason,
        of_consumer: bool,
    ) -> Vec<Found<'a>> {
        let found = numbers.into_iter().filter_map(|number| Some((self.pact(consumer, number)?, number)));
        found.map(|(pact, number)| (pact, Why { number, reason, of_consumer })).collect()
    }

    fn select(&self, selector: &Selector) -> Vec<Found<'a>> {
        let is_wanted = |name: &Name| selector.consumer.is_none_or(|wanted| wanted == *name);
        let consumers: Vec<Name> = self.consumers().into_iter().filter(is_wanted).collect();
        let of_consumer = selector.consumer.is_some();
        let of_all = |choice| -> Vec<Found<'a>> {
            consumers.iter().flat_map(|consumer| self.choose(consumer, choice, of_consumer)).collect()
        };
        let found = of_all(selector.choice);
        match selector.choice {
            // Another tag counts where nobody has a contract with the wanted one.
            Choice::LatestTagged { tag, fallback: Some(fallback) } if found.is_empty() => {
                let mut found = of_all(Choice::LatestTagged { tag: fallback, fallback: None });
                for (_, why) in &mut found {
                    why.reason = Reason::LatestTagged { tag: fallback, instead_of: Some(tag) };
                }
                found
            }
            _ => found,
        }
    }

    /// What a choice means of one consumer.
    fn choose(&self, consumer: Name, choice: Choice, of_consumer: bool) -> Vec<Found<'a>> {
        let world = self.world;
        let only_last = |numbers: Vec<Name>| numbers.last().map(|last| vec![*last]).unwrap_or_default();
        let has_contract = |number: &Name| self.pact(consumer, number).is_some();
        let contracts = |numbers, reason| self.contracts_of(consumer, numbers, reason, of_consumer);
        // The head of a branch, and the latest with a tag, is one version: without a contract, there is none.
        let branch_head = |branch| only_last(world.versions_on(consumer, branch));
        let tag_head = |tag| only_last(world.versions_tagged(consumer, tag));
        match choice {
            // But the latest at all is the latest that has a contract.
            Choice::Latest => {
                let numbers = world.versions_of(consumer).into_iter().filter(has_contract).collect();
                contracts(only_last(numbers), Reason::Latest)
            }
            Choice::LatestTagged { tag, .. } => {
                contracts(tag_head(tag), Reason::LatestTagged { tag, instead_of: None })
            }
            Choice::Tagged(tag) => contracts(world.versions_tagged(consumer, tag), Reason::Tagged(tag)),
            // So is the greatest in a range; of equal numbers, the last in the order of versions.
            Choice::Range { range, latest } => {
                let mut numbers = world.versions_of(consumer);
                numbers.retain(|number| is_in_range(range, number) && has_contract(number));
                numbers.sort_by_key(|number| semantic(number));
                let numbers = if latest { only_last(numbers) } else { numbers };
                contracts(numbers, Reason::Range { range, latest })
            }
            // Another branch counts, consumer by consumer, where there is no contract on the wanted one.
            Choice::Branch { branch, fallback } => {
                let wanted = Reason::Branch { branch, instead_of: None, matching: false };
                let found = contracts(branch_head(branch), wanted);
                match fallback {
                    Some(fallback) if found.is_empty() => {
                        let instead_of = Some(branch);
                        let reason = Reason::Branch { branch: fallback, instead_of, matching: false };
                        contracts(branch_head(fallback), reason)
                    }
                    _ => found,
                }
            }
            Choice::MatchingBranch(branch) => {
                contracts(branch_head(branch), Reason::Branch { branch, instead_of: None, matching: true })
            }
            Choice::EveryBranch => self.branch_heads(consumer, of_consumer),
            Choice::MainBranch => match world.participant(consumer).unwrap().main_branch {
                None => Vec::new(),
                Some(main) if world.branch(consumer, main).is_some() => {
                    contracts(branch_head(main), Reason::MainBranch(main))
                }
                Some(main) => contracts(tag_head(main), Reason::MainBranch(main)),
            },
            Choice::Deployed(wanted) => {
                let deployed = world.deployed.iter().filter(|known| known.owner == consumer);
                let there = deployed.filter(|known| wanted.is_none_or(|name| name == known.environment));
                there
                    .flat_map(|known| contracts(vec![known.number], Reason::Deployed(known.environment)))
                    .collect()
            }
            Choice::Released(wanted) => {
                let supported = world.supported.iter().filter(|known| known.owner == consumer);
                let there = supported.filter(|known| wanted.is_none_or(|name| name == known.environment));
                there
                    .flat_map(|known| contracts(vec![known.number], Reason::Released(known.environment)))
                    .collect()
            }
        }
    }

    /// Of each consumer the head of the main branch, or the latest where there is no contract; and what is live.
    fn usual(&self) -> Vec<Found<'a>> {
        let of_one = |consumer| {
            let mut found = self.choose(consumer, Choice::MainBranch, true);
            if found.is_empty() {
                found = self.choose(consumer, Choice::Latest, true);
            }
            found.extend(self.choose(consumer, Choice::Deployed(None), false));
            found.extend(self.choose(consumer, Choice::Released(None), false));
            found
        };
        self.consumers().into_iter().flat_map(of_one).collect()
    }

    fn branch_heads(&self, consumer: Name, of_consumer: bool) -> Vec<Found<'a>> {
        let names: BTreeSet<Name> = BRANCHES.into_iter().chain(TAGS).collect();
        let heads = names.into_iter().flat_map(|branch| {
            let head: Vec<Name> =
                self.world.versions_on(consumer, branch).last().copied().into_iter().collect();
            let reason = Reason::Branch { branch, instead_of: None, matching: false };
            self.contracts_of(consumer, head, reason, of_consumer)
        });
        heads.collect()
    }

    /// What is the same for a consumer is verified once, for the latest of the versions that ask it.
    fn by_content(&self, found: &[Found<'a>]) -> Vec<(Content, Selected)> {
        let world = self.world;
        let mut selected: Vec<(Content, Selected)> = Vec::new();
        for (pact, why) in found {
            let is_same = |(content, other): &(Content, Selected)| {
                other.consumer == pact.consumer && *content == pact.content
            };
            if let Some(place) = selected.iter().position(is_same) {
                let known = &mut selected[place].1;
                known.why.insert(why.clone());
                if world.place(pact.consumer, pact.number) > world.place(pact.consumer, known.number) {
                    known.number = pact.number;
                }
            } else {
                let (consumer, number) = (pact.consumer, pact.number);
                let why = BTreeSet::from([why.clone()]);
                selected.push((
                    pact.content.clone(),
                    Selected { consumer, number, why, wip: false, pending: None },
                ));
            }
        }
        selected.sort_by_key(|(_, known)| (known.consumer, world.place(known.consumer, known.number)));
        selected
    }

    /// The successes of the provider with a content of a consumer.
    fn successes(&self, consumer: Name, content: &Content) -> Vec<&'a VerificationResult> {
        let wanted = (consumer, self.question.provider, content);
        let results = self.world.results.iter();
        let of_it = results.filter(|result| (result.consumer, result.provider, &result.content) == wanted);
        of_it.filter(|result| result.success).collect()
    }

    /// Whether a success is one of a branch of the provider: it is of a version on it; or of a version on another, and
    /// from before the branch began. A branch that did not begin yet will begin with what there is.
    fn counts_for_branch(&self, result: &VerificationResult, branch: Name) -> bool {
        let provider = self.question.provider;
        let is_on_it = self.world.versions_on(provider, branch).contains(&result.version);
        let began = self.world.branch(provider, branch).map(|known| known.since);
        let is_older = began.is_none_or(|began| result.at < began);
        is_on_it || (is_older && self.world.is_on_any_branch(provider, result.version))
    }

    /// The same with tags: a tag began when the provider used it first.
    fn counts_for_tag(&self, result: &VerificationResult, tag: Name) -> bool {
        let provider = self.question.provider;
        let has_it = self.world.has_tag(provider, result.version, tag);
        let began = self.world.tags_ever.iter().find(|(user, used, _)| (*user, *used) == (provider, tag));
        let is_older = began.is_none_or(|(.., began)| result.at < *began);
        has_it || (is_older && self.world.has_any_tag(provider, result.version))
    }

    /// What the provider never succeeded with is pending: for its branch, or for any of its tags, or at all.
    fn pending(&self, consumer: Name, content: &Content) -> (bool, Vec<Name>) {
        let successes = self.successes(consumer, content);
        if let Some(branch) = self.question.branch {
            (!successes.iter().any(|result| self.counts_for_branch(result, branch)), Vec::new())
        } else if self.question.tags.is_empty() {
            (successes.is_empty(), Vec::new())
        } else {
            let is_pending = |tag: &Name| !successes.iter().any(|result| self.counts_for_tag(result, tag));
            let tags: Vec<Name> = self.question.tags.iter().copied().filter(is_pending).collect();
            (!tags.is_empty(), tags)
        }
    }

    /// Contracts at the heads of consumers' branches and tags that are new enough, and that this branch of the provider
    /// (or one of its tags) did not succeed with when they were asked for, not sent along as work in progress.
    fn work_in_progress(&self) -> Vec<Found<'a>> {
        let (world, question) = (self.world, self.question);
        let Some(age) = question.with_wip else { return Vec::new() };
        let is_done = |pact: &Pact| {
            let mut successes = self.successes(pact.consumer, &pact.content);
            successes.retain(|result| !result.wip);
            match question.branch {
                // What succeeded long ago is looked at again.
                Some(branch) => successes.iter().any(|result| {
                    result.at >= world.now - LOOKBACK && self.counts_for_branch(result, branch)
                }),
                None => {
                    let is_done =
                        |tag: &Name| successes.iter().any(|result| self.counts_for_tag(result, tag));
                    question.tags.iter().all(is_done)
                }
            }
        };
        if question.branch.is_none() && question.tags.is_empty() {
            return Vec::new();
        }
        let heads = |consumer| {
            let mut heads = self.branch_heads(consumer, true);
            for tag in TAGS {
                let head = world.versions_tagged(consumer, tag).last().copied().into_iter().collect();
                let reason = Reason::LatestTagged { tag, instead_of: None };
                heads.extend(self.contracts_of(consumer, head, reason, true));
            }
            heads
        };
        let found = self.consumers().into_iter().flat_map(heads);
        found.filter(|(pact, _)| pact.at > world.now - age && !is_done(pact)).collect()
    }
}
