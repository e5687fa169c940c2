//! Whatever is asked for in whatever order: brokers over both stores do the same, and are the same when started again.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

#[path = "support/moved.rs"]
mod moved;
#[path = "support/rebuilt.rs"]
mod rebuilt;
#[path = "support/slow.rs"]
mod slow;
#[path = "support/story.rs"]
#[expect(dead_code, reason = "the story is told elsewhere")]
mod story;

use std::sync::Arc;

use moved::assert_moved;
use pactwright_broker::{
    Broker, Config,
    delivery::SystemResolver,
    domain::{
        commands::{
            AddBranchVersion, AddLabel, AddTag, AttemptOutcome, ChangeVersion, CreateEnvironment,
            EndDeployment, EndSupport, NewContract, PublishContracts, RecordAttempt, RecordDeployment,
            RecordRelease, RecordVerification, RemoveBranch, RemoveBranchVersion, RemoveContracts,
            RemoveEnvironment, RemoveIntegration, RemoveLabel, RemoveParticipant, RemoveResult, RemoveTag,
            RemoveVersion, RemoveWebhook, SaveWebhook, VersionChange,
        },
        event::EnvironmentDetails,
        model::{ResultNumber, Side, WebhookDetails, WebhookEvent, WebhookKey},
        state::State,
    },
    housekeeping::CleanUpOrder,
    store::{MemoryStore, SledStore},
};
use pactwright_core::{broker_api::OnConflict, json::Json};
use proptest::prelude::*;
use rebuilt::assert_rebuilt;
use slow::assert_indexed;
use story::name;

/// What is asked for, with small numbers for names, so that the same are met again.
#[derive(Debug, Clone)]
enum Asked {
    Publish { consumer: u8, version: u8, providers: Vec<u8>, content: u8, merge: bool },
    Verify { pact: u8, version: u8, success: bool },
    Branch { participant: u8, branch: u8, version: u8 },
    Tag { participant: u8, tag: u8, version: u8 },
    Change { participant: u8, version: u8, tags: Vec<u8> },
    Label { participant: u8, label: u8, on: bool },
    Environment { name: u8 },
    Deploy { participant: u8, version: u8, environment: u8, instance: Option<u8> },
    Release { participant: u8, version: u8, environment: u8 },
    End { number: u8 },
    Remove { what: u8, participant: u8, version: u8 },
    Webhook { key: u8, consumer: Option<u8>, enabled: bool },
    Attempt { trigger: u8, outcome: u8 },
    CleanUp { rule: u8 },
    Compact { hours: u8 },
    Restart,
}

fn asked() -> impl Strategy<Value = Asked> {
    let few = 0..4_u8;
    prop_oneof![
        4 => (few.clone(), few.clone(), prop::collection::vec(0..4_u8, 1..4), 0..4_u8, any::<bool>()).prop_map(
            |(consumer, version, providers, content, merge)| {
                Asked::Publish { consumer, version, providers, content, merge }
            }
        ),
        3 => (any::<u8>(), few.clone(), any::<bool>())
            .prop_map(|(pact, version, success)| Asked::Verify { pact, version, success }),
        2 => (few.clone(), few.clone(), few.clone())
            .prop_map(|(participant, branch, version)| Asked::Branch { participant, branch, version }),
        2 => (few.clone(), few.clone(), few.clone())
            .prop_map(|(participant, tag, version)| Asked::Tag { participant, tag, version }),
        1 => (few.clone(), few.clone(), prop::collection::vec(0..4_u8, 0..3))
            .prop_map(|(participant, version, tags)| Asked::Change { participant, version, tags }),
        1 => (few.clone(), few.clone(), any::<bool>())
            .prop_map(|(participant, label, on)| Asked::Label { participant, label, on }),
        1 => few.clone().prop_map(|name| Asked::Environment { name }),
        2 => (few.clone(), few.clone(), few.clone(), prop::option::of(0..2_u8)).prop_map(
            |(participant, version, environment, instance)| {
                Asked::Deploy { participant, version, environment, instance }
            }
        ),
        1 => (few.clone(), few.clone(), few.clone())
            .prop_map(|(participant, version, environment)| Asked::Release { participant, version, environment }),
        1 => any::<u8>().prop_map(|number| Asked::End { number }),
        2 => (0..10_u8, few.clone(), few.clone()).prop_map(|(what, participant, version)| {
            Asked::Remove { what, participant, version }
        }),
        2 => (0..3_u8, prop::option::of(few.clone()), prop::bool::weighted(0.8))
            .prop_map(|(key, consumer, enabled)| Asked::Webhook { key, consumer, enabled }),
        3 => (any::<u8>(), 0..3_u8).prop_map(|(trigger, outcome)| Asked::Attempt { trigger, outcome }),
        1 => (0..4_u8).prop_map(|rule| Asked::CleanUp { rule }),
        2 => (0..3_u8).prop_map(|hours| Asked::Compact { hours }),
        1 => Just(Asked::Restart),
    ]
}

fn participant<N: std::str::FromStr<Err: std::fmt::Debug>>(number: u8) -> N {
    name(["web", "orders", "stock", "mail"][usize::from(number)])
}

fn short<N: std::str::FromStr<Err: std::fmt::Debug>>(number: u8) -> N {
    name(["1.0", "main", "dev", "production"][usize::from(number)])
}

fn hook(number: u8) -> WebhookKey {
    name(&format!("webhook-number-{number}"))
}

/// Carries out what is asked for; answers in words, so that answers can be compared.
macro_rules! submit {
    ($broker:expr, $command:expr) => {
        match $broker.submit($command).await {
            Ok(done) => format!("{:?}", done.answer),
            Err(refusal) => format!("refused: {refusal}"),
        }
    };
}

#[expect(clippy::too_many_lines, reason = "one arm for each thing that can be asked")]
async fn ask(broker: &Broker, asked: &Asked) -> String {
    let state = broker.state();
    match asked.clone() {
        Asked::Publish { consumer, version, providers, content, merge } => {
            let text = format!(
                r#"{{"interactions":[{{"description":"{content}","request":{{"path":"/{content}"}},"response":{{}}}}]}}"#
            );
            let contract = |provider: &u8| {
                NewContract::new(
                    participant(*provider),
                    text.as_bytes(),
                    &Json::parse(text.as_bytes()).unwrap(),
                    if merge { OnConflict::Merge } else { OnConflict::Overwrite },
                )
            };
            let command = PublishContracts {
                consumer: participant(consumer),
                version: short(version),
                branch: (content % 2 == 0).then(|| short(content)),
                tags: vec![short(content)],
                build_url: None,
                contracts: providers.iter().map(contract).collect(),
            };
            submit!(broker, command)
        }
        Asked::Verify { pact, version, success } => {
            let Some(content) = some(state.contents(), pact) else { return String::new() };
            let known = |id| state.participant_by_id(id).unwrap().name.clone();
            let command = RecordVerification {
                consumer: known(content.consumer),
                provider: known(content.provider),
                sha: content.sha.clone(),
                version: short(version),
                success,
                wip: false,
                pending: !success,
                consumer_versions: Vec::new(),
                build_url: None,
                verified_by: None,
                response_times: None,
                test_results: success.then(|| vec![b'[', b']']),
                failed: Vec::new(),
            };
            submit!(broker, command)
        }
        Asked::Branch { participant: owner, branch, version } => {
            let command = AddBranchVersion {
                participant: participant(owner),
                branch: short(branch),
                version: short(version),
            };
            submit!(broker, command)
        }
        Asked::Tag { participant: owner, tag, version } => {
            submit!(
                broker,
                AddTag { participant: participant(owner), version: short(version), tag: short(tag) }
            )
        }
        Asked::Change { participant: owner, version, tags } => {
            let tags = Some(tags.into_iter().map(short).collect());
            let change = VersionChange { build_url: Some(None), tags };
            submit!(
                broker,
                ChangeVersion { participant: participant(owner), version: short(version), change }
            )
        }
        Asked::Label { participant: owner, label, on } => {
            let (owner, label) = (participant(owner), label.to_string());
            if on {
                submit!(broker, AddLabel { participant: owner, label })
            } else {
                submit!(broker, RemoveLabel { participant: owner, label })
            }
        }
        Asked::Environment { name } => {
            let details = EnvironmentDetails {
                name: short(name),
                display_name: None,
                production: name == 3,
                contacts: Vec::new(),
            };
            submit!(broker, CreateEnvironment { details })
        }
        Asked::Deploy { participant: owner, version, environment, instance } => {
            let Some(environment) = some(state.environments(), environment) else { return String::new() };
            let command = RecordDeployment {
                participant: participant(owner),
                version: short(version),
                environment: environment.uuid,
                instance: instance.map(|number| number.to_string()),
            };
            submit!(broker, command)
        }
        Asked::Release { participant: owner, version, environment } => {
            let Some(environment) = some(state.environments(), environment) else { return String::new() };
            let command = RecordRelease {
                participant: participant(owner),
                version: short(version),
                environment: environment.uuid,
            };
            submit!(broker, command)
        }
        Asked::End { number } => {
            if number % 2 == 0 {
                let Some(deployment) = some(state.deployments(), number) else { return String::new() };
                submit!(broker, EndDeployment { deployment: deployment.uuid })
            } else {
                let Some(release) = some(state.releases(), number) else { return String::new() };
                submit!(broker, EndSupport { release: release.uuid })
            }
        }
        Asked::Remove { what, participant: owner, version } => {
            remove(broker, &state, what, owner, version).await
        }
        Asked::Webhook { key, consumer, enabled } => {
            let url = format!("https://{key}.example.org/hook");
            let consumer = consumer.map(|number| Side::Name(participant(number)));
            let details = WebhookDetails {
                enabled,
                consumer,
                provider: None,
                ..story::webhook(&url, None, WebhookEvent::ALL[usize::from(key) * 2])
            };
            submit!(broker, SaveWebhook { webhook: Some(hook(key)), details })
        }
        Asked::Attempt { trigger, outcome } => {
            let Some(trigger) = some(state.triggers(), trigger) else { return String::new() };
            let outcome = match outcome {
                0 => AttemptOutcome::Delivered,
                1 => AttemptOutcome::Failed { retry_after: None },
                _ => AttemptOutcome::Refused,
            };
            submit!(broker, RecordAttempt { trigger: trigger.uuid, outcome, log: "sent".to_owned() })
        }
        Asked::CleanUp { rule } => {
            let keep = ["latest", "tag=dev latest", "main-branch", "max-age=1d"][usize::from(rule)];
            let keep = vec![serde_json::json!(keep)];
            let order = CleanUpOrder {
                keep: Some(keep),
                deliveries_max_age: Some(0),
                superseded_max_age: Some(0),
                ..CleanUpOrder::default()
            };
            let request = order.request(&broker.config().housekeeping).unwrap();
            format!("{:?}", broker.clean_up(request).await.unwrap())
        }
        Asked::Compact { hours } => {
            // The two may have snapshots at different places, so that other records are spared.
            let history = format!("{hours}h").parse().unwrap();
            let horizon = broker.compact(history).await.unwrap().horizon;
            format!("{horizon:?}")
        }
        Asked::Restart => String::new(),
    }
}

async fn remove(broker: &Broker, state: &State, what: u8, owner: u8, number: u8) -> String {
    let (owner, version) = (participant(owner), short(number));
    match what {
        0 => submit!(broker, RemoveParticipant { participant: owner }),
        1 => submit!(broker, RemoveVersion { participant: owner, version }),
        2 => submit!(broker, RemoveBranch { participant: owner, branch: short(number) }),
        3 => {
            let branch = short(number);
            submit!(broker, RemoveBranchVersion { participant: owner, branch, version })
        }
        4 => submit!(broker, RemoveTag { participant: owner, version, tag: short(number) }),
        5 => {
            let (provider, versions) = (participant(number), vec![version]);
            submit!(broker, RemoveContracts { consumer: owner, provider, versions })
        }
        6 => submit!(broker, RemoveResult { number: ResultNumber::new(u32::from(number) + 1) }),
        7 => {
            let Some(environment) = some(state.environments(), number) else { return String::new() };
            submit!(broker, RemoveEnvironment { environment: environment.uuid })
        }
        8 => submit!(broker, RemoveWebhook { webhook: hook(number) }),
        _ => submit!(broker, RemoveIntegration { consumer: owner, provider: participant(number) }),
    }
}

/// One of several things.
fn some<T>(things: impl Iterator<Item = T>, number: u8) -> Option<T> {
    let mut things: Vec<T> = things.collect();
    if things.is_empty() { None } else { Some(things.swap_remove(usize::from(number) % things.len())) }
}

/// Settings that let everything happen, with a snapshot after every few changes.
fn config() -> Config {
    let mut config = Config::default();
    config.rules.allow_contract_modification = true;
    config.rules.check_for_duplicate_names = false;
    config.snapshots.changes = 4;
    config
}

/// How many histories are looked at: `PACTWRIGHT_RANDOM_CASES=1000 cargo test -p pactwright-broker --test random` looks
/// longer than usual.
fn cases() -> ProptestConfig {
    let wanted = std::env::var("PACTWRIGHT_RANDOM_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: wanted.unwrap_or(12), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]
    #[test]
    fn brokers_over_both_stores_do_the_same(asked in prop::collection::vec(asked(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            // One that is never started again, and one that is.
            let memory = Arc::new(MemoryStore::new());
            let steady = story::broker(memory.clone(), config());
            let time = story::Counted::shared();
            let open = || {
                let store = Arc::new(SledStore::open(folder.path()).unwrap());
                Broker::open_with(store, config(), time.clone(), Arc::new(SystemResolver)).unwrap()
            };
            let mut restarted = open();
            for one in &asked {
                if matches!(one, Asked::Restart) {
                    restarted.close().await;
                    drop(restarted);
                    restarted = open();
                }
                assert_eq!(ask(&steady, one).await, ask(&restarted, one).await, "{one:?}");
                assert!(steady.state() == restarted.state(), "after {one:?}");
                assert_indexed(&steady.state());
                if matches!(one, Asked::Restart | Asked::CleanUp { .. } | Asked::Compact { .. }) {
                    assert_rebuilt(&steady);
                    assert_rebuilt(&restarted);
                }
            }
            for broker in [&steady, &restarted] {
                broker.close().await;
                assert_rebuilt(broker);
            }
            assert_moved(memory.as_ref(), &steady.state());
        });
    }
}
