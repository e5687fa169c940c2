//! What is in the broker: who works with whom, and what happens in which round. Pure, and the same every time.
//!
//! Time goes in rounds. In each one every participant builds one version: eight of ten on its main branch, two on a
//! feature branch of their own. A consumer publishes its contracts with each build; what they say changes now and then. A
//! provider verifies the newest contents of each of its consumers with each build. Some builds of main branches are
//! deployed, or released.

use clap::Args;
use pactwright_tests::chance::Chance;

/// The main branch of everybody.
pub(crate) const MAIN: &str = "main";
/// Where versions go, in this order; the last is production.
pub(crate) const ENVIRONMENTS: [&str; 3] = ["test", "staging", "production"];
/// Every so many builds go to each of them.
const DEPLOYED_EVERY: [usize; 3] = [5, 10, 20];
/// How many builds there are until the next feature branch, and how many of them are on it.
const CYCLE: usize = 10;
const ON_FEATURE: usize = 2;
/// Every so many participants are released to customers who keep old versions, not deployed to production.
const RELEASED: usize = 10;
/// How many contracts' results out of a hundred are failures.
const FAILURES: u64 = 4;
/// A provider looks at so many of the newest contents of a consumer, at most.
pub(crate) const LOOK_BACK: usize = 12;

/// How much there is.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Sizes {
    /// Applications
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) participants: u32,
    /// Versions of all applications together
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) versions: u32,
    /// Different contents of contracts
    #[arg(long, default_value_t = 50_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) contracts: u32,
    /// Verification results
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) results: u32,
}

/// A consumer and a provider.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) number: usize,
    pub(crate) consumer: usize,
    pub(crate) provider: usize,
}

/// A result that a round brings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    pub(crate) pair: Pair,
    pub(crate) content: usize,
    pub(crate) success: bool,
}

/// Who works with whom, and when.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) sizes: Sizes,
    pub(crate) pairs: Vec<Pair>,
    /// The pairs of each consumer.
    by_consumer: Vec<Vec<Pair>>,
}

impl Plan {
    pub(crate) fn new(sizes: Sizes) -> Self {
        let participants = sizes.participants as usize;
        let mut chance = Chance::begun(7);
        let mut by_consumer: Vec<Vec<Pair>> = vec![Vec::new(); participants];
        let mut pairs = Vec::new();
        // The last fifth only provides. Nobody asks what comes before it, so that nobody works with itself in a circle.
        let consumers = (participants * 4 / 5).max(1);
        for (consumer, own) in by_consumer.iter_mut().enumerate().take(consumers) {
            let mut providers: Vec<usize> = Vec::new();
            for _ in 0..=chance.below(4) {
                let later = participants - consumer - 1;
                // A few at the end are what everybody needs: customers, payments, mail.
                let core = (participants / 20).clamp(1, later);
                let provider = if chance.below(4) == 0 {
                    participants - 1 - chance.place(core)
                } else {
                    consumer + 1 + chance.place(later)
                };
                if !providers.contains(&provider) {
                    providers.push(provider);
                }
            }
            for provider in providers {
                let pair = Pair { number: pairs.len(), consumer, provider };
                pairs.push(pair);
                own.push(pair);
            }
        }
        Self { sizes, pairs, by_consumer }
    }

    pub(crate) fn participants(&self) -> usize {
        self.by_consumer.len()
    }

    pub(crate) fn rounds(&self) -> usize {
        (self.sizes.versions as usize).div_ceil(self.participants())
    }

    /// How many results there are when a round is over.
    pub(crate) fn results_after(&self, round: usize) -> usize {
        share(self.sizes.results as usize, round + 1, self.rounds())
    }

    pub(crate) fn pairs_of(&self, consumer: usize) -> &[Pair] {
        &self.by_consumer[consumer]
    }

    /// What a contract of a build says, as a number that grows.
    pub(crate) fn content(&self, pair: Pair, round: usize) -> usize {
        let all = self.sizes.contracts as usize;
        let contents =
            share(all, pair.number + 1, self.pairs.len()) - share(all, pair.number, self.pairs.len());
        // No more than there are builds, so that each is published.
        share(contents.clamp(1, self.rounds()), round.min(self.rounds() - 1), self.rounds())
    }

    /// The results that a round brings.
    pub(crate) fn outcomes(&self, round: usize) -> Vec<Outcome> {
        let before = round.checked_sub(1).map_or(0, |last| self.results_after(last));
        let count = self.results_after(round) - before;
        let mut chance = Chance::begun(0x5eed ^ round as u64);
        let outcome = |index: usize| {
            let pair = self.pairs[index % self.pairs.len()];
            let newest = self.content(pair, round);
            let back = index / self.pairs.len();
            let content = newest - back % (newest.min(LOOK_BACK - 1) + 1);
            Outcome { pair, content, success: chance.below(100) >= FAILURES }
        };
        (0..count).map(outcome).collect()
    }

    /// Where a build goes: environments by their places, and whether it is released there.
    pub(crate) fn destinations(participant: usize, round: usize) -> Vec<(usize, bool)> {
        // At the beginning everybody is everywhere once.
        let goes = |every: usize| round == 0 || (round + participant).is_multiple_of(every);
        let places =
            DEPLOYED_EVERY.iter().enumerate().filter(|(_, every)| goes(**every)).map(|(place, _)| place);
        let last = ENVIRONMENTS.len() - 1;
        places.map(|place| (place, place == last && participant.is_multiple_of(RELEASED))).collect()
    }
}

/// The branch of a build.
pub(crate) fn branch(participant: usize, round: usize) -> String {
    let build = round + participant;
    if round > 0 && build % CYCLE >= CYCLE - ON_FEATURE {
        format!("feat/{}", build / CYCLE)
    } else {
        MAIN.to_owned()
    }
}

/// A part of a whole, so that all parts together are the whole.
fn share(whole: usize, part: usize, parts: usize) -> usize {
    whole * part / parts
}

/// The name of a participant.
pub(crate) fn participant(number: usize) -> String {
    const KINDS: [&str; 8] = ["orders", "stock", "web", "mail", "billing", "search", "users", "reports"];
    format!("{}-{number:03}", KINDS[number % KINDS.len()])
}

/// The version of a build.
pub(crate) fn version(round: usize) -> String {
    format!("1.{round}.0")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{ENVIRONMENTS, MAIN, Plan, Sizes, branch};

    #[test]
    fn a_plan_has_what_was_asked_for() {
        let sizes = Sizes { participants: 20, versions: 1000, contracts: 300, results: 5000 };
        let plan = Plan::new(sizes);
        assert_eq!(plan.rounds() * plan.participants(), 1000);
        let mut contents = HashSet::new();
        let mut results = 0;
        for round in 0..plan.rounds() {
            contents.extend(plan.pairs.iter().map(|pair| (pair.number, plan.content(*pair, round))));
            let outcomes = plan.outcomes(round);
            results += outcomes.len();
            for outcome in outcomes {
                assert!(outcome.content <= plan.content(outcome.pair, round));
            }
        }
        assert_eq!((contents.len(), results), (300, 5000));
        assert!(plan.pairs.iter().all(|pair| pair.consumer < pair.provider));
    }

    #[test]
    fn what_is_deployed_was_built_on_the_main_branch() {
        for participant in 0..40 {
            let mut deployed = [0; ENVIRONMENTS.len()];
            for round in 0..100 {
                for (place, _) in Plan::destinations(participant, round) {
                    assert_eq!(branch(participant, round), MAIN);
                    deployed[place] += 1;
                }
            }
            assert!(deployed.iter().all(|count| (5..=21).contains(count)), "{deployed:?}");
        }
    }
}
