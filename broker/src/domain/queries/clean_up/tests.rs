use std::{collections::BTreeSet, sync::Arc};

use pactwright_core::broker_api::OnConflict;
use proptest::prelude::*;

use super::{CleanUpRules, KeepRule, Plan, plan};
use crate::domain::{
    commands::{AttemptOutcome, CleanUp, EndDeployment, RecordAttempt, RecordRelease, Removed},
    model::{Timestamp, VersionId},
    queries::{
        can_i_deploy::{self, Destination},
        matrix::{self, Answer, Query, Selector},
    },
    state::{State, tests::Story},
};

/// Rules of words, with nothing else.
fn rules(words: &[&str]) -> CleanUpRules {
    CleanUpRules {
        keep: words.iter().map(|words| words.parse().unwrap()).collect(),
        deliveries_days: None,
        superseded_days: None,
    }
}

fn days_later(story: &Story, days: i64) -> Timestamp {
    story.now().minus_days(-days)
}

fn plan_of(story: &Story, rules: &CleanUpRules) -> Plan {
    plan(&story.state, rules, days_later(story, 365))
}

/// What is said about versions of a participant: `1: goes`, or why it stays.
fn told(story: &Story, plan: &Plan, participant: &str) -> Vec<String> {
    let owner = story.participant(participant).id;
    let line = |version: VersionId| {
        let number = &story.state.version_by_id(version).unwrap().number;
        match plan.stay.get(&version) {
            Some(reasons) => {
                let reasons: Vec<_> = reasons.iter().map(ToString::to_string).collect();
                format!("{number}: {}", reasons.join("; "))
            }
            None => format!("{number}: goes"),
        }
    };
    story.state.version_ids(owner).map(line).collect()
}

fn clean_up(story: &mut Story, plan: &Plan) -> Removed {
    let then = Arc::new(story.state.clone());
    let Plan { versions, results, deliveries, .. } = plan.clone();
    let results_before = story.now().minus_days(-365);
    story.tell(CleanUp { then, versions, results, results_before, deliveries }).unwrap()
}

fn release(story: &mut Story, participant: &str, version: &str, environment: uuid::Uuid) {
    story
        .tell(RecordRelease {
            participant: participant.parse().unwrap(),
            version: version.parse().unwrap(),
            environment,
        })
        .unwrap();
}

/// Versions 1 to 6 of `web` and `api`, of which 1 is deployed, 2 is released, 3 has a tag, 4 is on a branch of its own.
fn story() -> Story {
    let mut story = Story::default();
    for version in ["1", "2", "3", "4", "5", "6"] {
        story.publish("web", version, "api", "a");
        story.branch("api", "main", version);
    }
    let production = story.environment("production");
    story.deploy("web", "1", production, None);
    release(&mut story, "web", "2", production);
    story.tag("web", "3", "prod");
    story.branch("web", "feat", "4");
    story
}

#[test]
fn what_lives_somewhere_stays_with_the_heads_whatever_the_rules_say() {
    let mut story = story();
    let none = rules(&[]);
    assert_eq!(
        told(&story, &plan_of(&story, &none), "web"),
        [
            "1: deployed in production",
            "2: released and supported in production",
            "3: goes",
            "4: goes",
            "5: goes",
            "6: the newest contract with api; the latest of branch main; the latest version; the newest contract of branch main with api",
        ]
    );
    assert_eq!(
        told(&story, &plan_of(&story, &none), "api")[5],
        "6: the latest of branch main; the latest version"
    );
    let deployment = story.state.deployments().next().unwrap().uuid;
    story.tell(EndDeployment { deployment }).unwrap();
    assert_eq!(told(&story, &plan_of(&story, &none), "web")[0], "1: goes");
}

#[test]
fn rules_keep_what_they_say() {
    let story = story();
    let kept = |words: &[&str]| -> Vec<String> {
        let all = told(&story, &plan_of(&story, &rules(words)), "web");
        // 1, 2 and 6 stay in any case.
        let others = all[2..5].iter().filter(|line| !line.ends_with(": goes"));
        others.map(|line| line.split_once(':').unwrap().0.to_owned()).collect()
    };
    assert_eq!(kept(&["tag"]), ["3"]);
    assert_eq!(kept(&["tag=prod latest"]), ["3"]);
    assert_eq!(kept(&["tag=dev"]), [""; 0]);
    assert_eq!(kept(&["branch"]), ["3", "4", "5"]);
    assert_eq!(kept(&["branch=feat"]), ["4"]);
    assert_eq!(kept(&["branch latest"]), ["4"]);
    assert_eq!(kept(&["main-branch latest"]), [""; 0]);
    assert_eq!(kept(&["main-branch"]), ["3", "4", "5"]);
    assert_eq!(kept(&["participant=api branch"]), [""; 0]);
    assert_eq!(kept(&["max-age=366d"]), ["3", "4", "5"]);
    assert_eq!(kept(&["max-age=364d", "tag"]), ["3"]);
    assert_eq!(kept(&["tag max-age=364d"]), [""; 0]);
    assert_eq!(kept(&["deployed=production", "released", "environment=production", "latest"]), [""; 0]);
}

#[test]
fn the_first_success_with_a_contract_that_stays_is_kept() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "old");
    story.publish("web", "2", "api", "a");
    for version in ["1", "2", "3", "4"] {
        story.branch("api", if version == "3" { "feat" } else { "main" }, version);
        story.verify(("web", "2"), ("api", version), version != "1");
        story.verify(("web", "1"), ("api", version), true);
    }
    story.branch("api", "main", "5");
    assert_eq!(
        told(&story, &plan_of(&story, &rules(&[])), "api"),
        [
            "1: goes",
            "2: the first success with a contract of web that stays",
            "3: the first success with a contract of web that stays; the latest of branch feat",
            "4: goes",
            "5: the latest of branch main; the latest version",
        ]
    );
}

#[test]
fn results_between_the_first_and_the_last_that_say_the_same_are_superseded() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    let numbers: Vec<_> = [true, false, true, false, false, true, true]
        .map(|success| story.verify(("web", "1"), ("api", "9"), success).get())
        .to_vec();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    let with = CleanUpRules { superseded_days: Some(30), ..rules(&["latest"]) };
    let plan = plan_of(&story, &with);
    assert_eq!(plan.results.iter().map(|number| number.get()).collect::<Vec<_>>(), [3, 4, 6]);
    assert_eq!(clean_up(&mut story, &plan), Removed { results: 3, ..Removed::default() });
    assert_eq!(super::plan(&story.state, &with, story.now()).results, [], "young ones stay");
    assert_eq!(plan_of(&story, &with).results, []);
    assert_eq!(story.verify(("web", "1"), ("api", "9"), true).get(), 8, "numbers are not used again");
}

#[test]
fn of_what_webhooks_were_told_the_newest_stays() {
    let mut story = Story::default();
    story.webhook("https://ci.example.org", &["contract_published"]);
    for version in ["1", "2", "3", "4"] {
        story.publish("web", version, "api", "a");
    }
    let triggers: Vec<_> = story.state.triggers().map(|trigger| (trigger.id, trigger.uuid)).collect();
    for (_, trigger) in &triggers[1..] {
        let outcome = AttemptOutcome::Delivered;
        story.tell(RecordAttempt { trigger: *trigger, outcome, log: String::new() }).unwrap();
    }
    let with = CleanUpRules { deliveries_days: Some(7), ..rules(&["latest"]) };
    let plan = plan_of(&story, &with);
    assert_eq!(plan.deliveries, [triggers[1].0, triggers[2].0], "what is owed stays, and the newest");
    assert_eq!(clean_up(&mut story, &plan).deliveries, 2);
    let left: Vec<_> = story.state.triggers().map(|trigger| trigger.id).collect();
    assert_eq!(left, [triggers[0].0, triggers[3].0]);
    assert!(story.state.trigger(triggers[1].1).is_none());
}

#[test]
fn what_something_has_happened_to_in_the_meantime_stays() {
    let mut story = Story::default();
    for version in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        story.publish("web", version, "api", version);
        story.branch("api", "main", version);
    }
    let place = story.environment("test");
    let plan = plan_of(&story, &rules(&[]));
    assert_eq!(plan.versions.len(), 14);
    let then = Arc::new(story.state.clone());
    story.deploy("web", "1", place, None);
    release(&mut story, "web", "2", place);
    story.tag("web", "3", "prod");
    story.branch("web", "feat", "4");
    story.try_publish("web", "5", None, &[("stock", "b")], OnConflict::Overwrite).unwrap();
    story.verify(("web", "8"), ("api", "6"), true);
    let Plan { versions, .. } = plan;
    let command =
        CleanUp { then, versions, results: Vec::new(), results_before: story.now(), deliveries: Vec::new() };
    assert_eq!(story.tell(command.clone()).unwrap().versions, 14 - 6);
    assert_eq!(story.tell(command).unwrap(), Removed::default(), "what is gone is gone");
    let left = |name: &str| -> Vec<_> {
        let owner = story.participant(name).id;
        story.state.versions_of(owner).map(|version| version.number.to_string()).collect()
    };
    assert_eq!(left("web"), ["1", "2", "3", "4", "5", "8"]);
    assert_eq!(left("api"), ["6", "8"]);
}

/// What happens, in small numbers.
#[derive(Debug, Clone)]
enum Happens {
    Publish { consumer: u8, provider: u8, version: u8, content: u8, branch: u8 },
    Verify { consumer: u8, version: u8, provider: u8, by: u8, success: bool },
    Branch { participant: u8, branch: u8, version: u8 },
    Tag { participant: u8, tag: u8, version: u8 },
    Deploy { participant: u8, version: u8, instance: bool },
    Release { participant: u8, version: u8 },
}

fn happens() -> impl Strategy<Value = Happens> {
    let (few, version) = (0..3_u8, 0..8_u8);
    prop_oneof![
        5 => (few.clone(), few.clone(), version.clone(), 0..4_u8, few.clone()).prop_map(
            |(consumer, provider, version, content, branch)| {
                Happens::Publish { consumer, provider, version, content, branch }
            }
        ),
        6 => (few.clone(), version.clone(), few.clone(), version.clone(), any::<bool>()).prop_map(
            |(consumer, version, provider, by, success)| {
                Happens::Verify { consumer, version, provider, by, success }
            }
        ),
        2 => (few.clone(), few.clone(), version.clone())
            .prop_map(|(participant, branch, version)| Happens::Branch { participant, branch, version }),
        2 => (few.clone(), few.clone(), version.clone())
            .prop_map(|(participant, tag, version)| Happens::Tag { participant, tag, version }),
        2 => (few.clone(), version.clone(), any::<bool>())
            .prop_map(|(participant, version, instance)| Happens::Deploy { participant, version, instance }),
        1 => (few, version).prop_map(|(participant, version)| Happens::Release { participant, version }),
    ]
}

const NAMES: [&str; 3] = ["web", "orders", "stock"];
const BRANCHES: [&str; 3] = ["main", "feat", "fix"];

fn tell(all: &[Happens]) -> Story {
    let mut story = Story::default();
    story.rules.allow_contract_modification = true;
    let place = story.environment("production");
    for one in all {
        match *one {
            Happens::Publish { consumer, provider, version, content, branch } => {
                let (consumer, provider) = (NAMES[usize::from(consumer)], NAMES[usize::from(provider)]);
                let contract = (provider, &*content.to_string());
                let branch = Some(BRANCHES[usize::from(branch)]);
                let version = version.to_string();
                story.try_publish(consumer, &version, branch, &[contract], OnConflict::Overwrite).unwrap();
            }
            Happens::Verify { consumer, version, provider, by, success } => {
                let (consumer, provider) = (NAMES[usize::from(consumer)], NAMES[usize::from(provider)]);
                let state = &story.state;
                let pact = state.participant(consumer).zip(state.participant(provider)).and_then(
                    |(consumer, provider)| {
                        let version = state.version(consumer.id, &version.to_string())?;
                        state.pact(version.id, provider.id)
                    },
                );
                if pact.is_some() {
                    let (version, by) = (version.to_string(), by.to_string());
                    story.verify((consumer, &version), (provider, &by), success);
                }
            }
            Happens::Branch { participant, branch, version } => {
                let branch = BRANCHES[usize::from(branch)];
                story.branch(NAMES[usize::from(participant)], branch, &version.to_string());
            }
            Happens::Tag { participant, tag, version } => {
                let tag = ["dev", "prod", "test"][usize::from(tag)];
                story.tag(NAMES[usize::from(participant)], &version.to_string(), tag);
            }
            Happens::Deploy { participant, version, instance } => {
                let instance = instance.then_some("blue");
                let (name, version) = (NAMES[usize::from(participant)], version.to_string());
                story.branch(name, "main", &version);
                story.deploy(name, &version, place, instance);
            }
            Happens::Release { participant, version } => {
                let (name, version) = (NAMES[usize::from(participant)], version.to_string());
                story.branch(name, "fix", &version);
                release(&mut story, name, &version, place);
            }
        }
    }
    story
}

/// Whether an answer says that; identifiers of versions are never used twice.
fn said(answer: &Answer) -> String {
    format!("{:?} {:?}", answer.rows, answer.verdict)
}

fn every_result(state: &State, stay: &BTreeSet<VersionId>) -> Vec<String> {
    let mut all = Vec::new();
    for (consumer, provider) in state.pairs() {
        let name = |id| state.participant_by_id(id).unwrap().name.to_string();
        let selector = |participant| Selector { participant, ..Selector::default() };
        let selectors = vec![selector(name(consumer)), selector(name(provider))];
        let answer = matrix::answer(state, &Query { selectors, limit: usize::MAX, ..Query::default() });
        for row in answer.rows {
            let provider_stays = row.result.as_ref().is_none_or(|result| stay.contains(&result.version));
            // A row without result stands for a contract that nobody has verified; there may be more of these.
            if row.result.is_some() && stay.contains(&row.pact.version) && provider_stays {
                all.push(format!("{row:?}"));
            }
        }
    }
    all
}

/// What can be asked about versions that stay.
fn answers(state: &State, stay: &BTreeSet<VersionId>, with_tags: bool) -> Vec<String> {
    let mut all = Vec::new();
    for id in stay {
        let version = state.version_by_id(*id).unwrap();
        let owner = state.participant_by_id(version.participant).unwrap();
        let mut destinations =
            vec![Destination::Environment("production".to_owned()), Destination::MainBranches];
        if with_tags {
            destinations.extend(["dev", "prod", "test"].map(|tag| Destination::Tag(tag.to_owned())));
        }
        for destination in destinations {
            let asked = format!("{} {} {destination:?}", owner.name, version.number);
            let selector = Selector {
                participant: owner.name.to_string(),
                version: Some(version.number.to_string()),
                ..Selector::default()
            };
            let answer = can_i_deploy::ask(state, selector, destination, None);
            all.push(format!("{asked}: {}", said(&answer)));
        }
    }
    all
}

fn some_rules() -> impl Strategy<Value = Vec<KeepRule>> {
    let words = prop::sample::select(vec![
        "latest",
        "branch=feat",
        "branch=feat latest",
        "tag latest",
        "tag=dev",
        "branch latest",
        "participant=web max-age=1d",
        "max-age=1d",
        "main-branch",
    ]);
    prop::collection::vec(words.prop_map(|words| words.parse().unwrap()), 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn what_stays_has_the_same_answers_as_before(
        all in prop::collection::vec(happens(), 1..60),
        keep in some_rules(),
        usual in any::<bool>(),
        superseded in any::<bool>(),
    ) {
        let mut story = tell(&all);
        let keep = if usual {
            [KeepRule::usual()[1..].to_vec(), keep].concat()
        } else {
            keep
        };
        let rules = CleanUpRules { keep, deliveries_days: Some(0), superseded_days: superseded.then_some(0) };
        let now = story.now();
        let plan = plan(&story.state, &rules, now);
        let before = story.state.clone();
        let stay: BTreeSet<_> = plan.stay.keys().copied().collect();
        let removed = clean_up(&mut story, &plan);
        assert_eq!(removed.versions, plan.versions.len());
        assert_eq!(removed.results, plan.results.len());
        let left: BTreeSet<_> = story.state.versions().map(|version| version.id).collect();
        assert_eq!(left, stay);
        // Where results went, rows are fewer; but what is answered is the same.
        if !superseded {
            assert_eq!(every_result(&before, &stay), every_result(&story.state, &stay));
        }
        for (was, is) in answers(&before, &stay, usual).iter().zip(answers(&story.state, &stay, usual)) {
            assert_eq!(*was, is);
        }
        assert_eq!(super::plan(&story.state, &rules, now).versions, [], "there is nothing left to be removed");
    }
}
