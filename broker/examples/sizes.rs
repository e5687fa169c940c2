//! How long questions take, and how much memory a state has, at two sizes.
//!
//! ```sh
//! cargo run --release -p pactwright-broker --example sizes -- 10000 1000000
//! cargo run --release -p pactwright-broker --example sizes -- start 1000000
//! ```
//!
//! The numbers are verification results; a tenth as many versions, a twentieth as many distinct contracts, and always 200
//! participants with 400 integrations. What is measured are pure questions to a state, without HTTP. Between two sizes the
//! history differs, not what is asked. Beside them: how long a snapshot of the state takes, and a state of a snapshot. With
//! `start` before the numbers, everything is written to a log on the disk too, and what is measured is how long a broker
//! takes to start: with the whole log, and with a snapshot.
#![expect(clippy::print_stdout, reason = "it says what it measured")]
#![expect(clippy::unwrap_used, reason = "a program for developers: a failed expectation should stop it")]

use std::{
    hint::black_box,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use pactwright_broker::{
    Broker, Config,
    domain::{
        event::{Commit, EnvironmentDetails, Event},
        model::{FailedInteraction, Participant, Profile, ResultNumber, Timestamp},
        queries::{
            can_i_deploy::{Destination, ask},
            dashboard, integrations,
            interactions::History,
            matrix::{self, LatestBy, Query, Selector},
            metrics,
            pacts::{self, Among},
            pacts_for_verification::{self, Choice, Question, Selector as Wanted},
        },
        rules::{Rules, VersionOrder},
        state::{InvalidSnapshot, State},
    },
    store::{BlobKey, Position, SledStore, Store as _},
};
use pactwright_core::{
    digest::ContentSha,
    names::{BranchName, EnvironmentName, ParticipantName, TagName, VersionNumber},
};
use uuid::Uuid;

/// The same as the program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PARTICIPANTS: usize = 200;
/// How many providers each participant has, and so how many consumers.
const PROVIDERS: usize = 2;
/// How many contracts of each of its consumers a version verifies.
const VERIFIED: usize = 5;
const SECOND: i64 = 1_000_000;

fn participant(number: usize) -> ParticipantName {
    ParticipantName::new(format!("service-{}", number % PARTICIPANTS)).unwrap()
}

fn provider_of(consumer: usize, which: usize) -> usize {
    (consumer + 1 + which * 7) % PARTICIPANTS
}

fn version(owner: usize, round: usize) -> VersionNumber {
    VersionNumber::new(format!("{owner:03x}{round:013x}")).unwrap()
}

/// The content that a consumer's version has with a provider: it changes every fourth version.
fn content(consumer: usize, provider: usize, round: usize) -> (ContentSha, BlobKey) {
    let text = format!("{consumer}-{provider}-{}", round / 4);
    (format!("{:0>40}", format!("{:x}", md(&text))).parse().unwrap(), BlobKey::of(text.as_bytes()))
}

fn md(text: &str) -> u128 {
    text.bytes().fold(7, |sum, byte| sum.wrapping_mul(1_000_003).wrapping_add(u128::from(byte)))
}

/// A state in the making.
struct Builder {
    state: State,
    now: i64,
    results: u32,
    log: Option<Log>,
}

/// A log in the making.
struct Log {
    store: SledStore,
    end: Position,
    records: Vec<Vec<u8>>,
}

impl Log {
    fn add(&mut self, commit: &Commit) {
        self.records.push(serde_json::to_vec(commit).unwrap());
        if self.records.len() == 4096 {
            self.write();
        }
    }

    fn write(&mut self) {
        self.end = self.store.append(self.end, &std::mem::take(&mut self.records), &[]).unwrap();
    }
}

impl Builder {
    fn tell(&mut self, event: &Event) {
        self.now += SECOND;
        let at = Timestamp::from_micros(self.now);
        self.state.apply(at, event).unwrap();
        if let Some(log) = &mut self.log {
            log.add(&Commit { at, events: vec![event.clone()] });
        }
    }

    fn begin(&mut self) {
        for number in 0..PARTICIPANTS {
            let profile =
                Profile { main_branch: Some(BranchName::new("main").unwrap()), ..Profile::default() };
            self.tell(&Event::ParticipantCreated { participant: participant(number), profile });
        }
        for (number, name) in ["test", "production"].into_iter().enumerate() {
            let name = EnvironmentName::new(name).unwrap();
            let details =
                EnvironmentDetails { name, display_name: None, production: true, contacts: Vec::new() };
            self.tell(&Event::EnvironmentCreated { environment: Uuid::from_u128(number as u128), details });
        }
    }

    /// A version of a participant, on a branch, perhaps with a tag, perhaps deployed; and its contracts.
    fn build(&mut self, owner: usize, round: usize) {
        let (name, number) = (participant(owner), version(owner, round));
        let build_url = Some(format!("https://ci.example.org/{name}/builds/{round}"));
        self.tell(&Event::VersionCreated { participant: name.clone(), version: number.clone(), build_url });
        let branch = if round % 5 == 3 { format!("feature/{}", round / 25) } else { "main".to_owned() };
        self.tell(&Event::BranchVersionAdded {
            participant: name.clone(),
            branch: BranchName::new(branch).unwrap(),
            version: number.clone(),
            auto_created: false,
        });
        if round.is_multiple_of(10) {
            self.tell(&Event::TagAdded {
                participant: name.clone(),
                version: number.clone(),
                tag: TagName::new("prod").unwrap(),
            });
        }
        for which in 0..PROVIDERS {
            let provider = provider_of(owner, which);
            let (sha, body) = content(owner, provider, round);
            self.tell(&Event::ContractPublished {
                consumer: name.clone(),
                version: number.clone(),
                provider: participant(provider),
                sha,
                body,
            });
        }
        for (environment, every) in [(0, 5), (1, 20)] {
            if round.is_multiple_of(every) {
                self.tell(&Event::DeploymentRecorded {
                    deployment: Uuid::from_u128(((owner << 40) + (round << 4) + environment + 16) as u128),
                    participant: name.clone(),
                    version: number.clone(),
                    environment: Uuid::from_u128(environment as u128),
                    instance: None,
                    auto_created: false,
                });
            }
        }
    }

    /// A version verifies the newest contracts of its consumers, and the first one, which is never replaced.
    fn verify(&mut self, provider: usize, round: usize) {
        for which in 0..PROVIDERS {
            let consumer = (provider + PARTICIPANTS - 1 - which * 7) % PARTICIPANTS;
            for back in 0..VERIFIED {
                let verified = if back + 1 == VERIFIED { 0 } else { round.saturating_sub(back * 4) };
                self.record((consumer, verified), (provider, round));
            }
        }
    }

    fn record(&mut self, (consumer, verified): (usize, usize), (provider, round): (usize, usize)) {
        self.results += 1;
        let (number, success) = (self.results, !self.results.is_multiple_of(10));
        let failed =
            FailedInteraction { id: "a1".to_owned(), description: "a request for an order".to_owned() };
        self.tell(&Event::VerificationRecorded {
            number: ResultNumber::new(number),
            consumer: participant(consumer),
            provider: participant(provider),
            sha: content(consumer, provider, verified).0,
            version: version(provider, round),
            success,
            wip: false,
            pending: false,
            consumer_versions: Vec::new(),
            build_url: Some(format!("https://ci.example.org/{}/builds/{round}", participant(provider))),
            verified_by: Some(serde_json::json!({
                "implementation": "pactwright", "version": "0.1.0", "clientLanguage": { "name": "rust" },
            })),
            response_times: None,
            test_results: number.is_multiple_of(3).then(|| BlobKey::of(&number.to_be_bytes())),
            failed: if success { Vec::new() } else { vec![failed] },
        });
    }
}

/// What the process has in memory, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok());
    kibibytes.unwrap_or_default() * 1024
}

/// A state of that many results, with what it takes in memory.
fn state(results: usize, log: Option<Log>) -> State {
    let rounds = results / (PARTICIPANTS * PROVIDERS * VERIFIED);
    let mut builder = Builder { state: State::default(), now: 1_700_000_000 * SECOND, results: 0, log };
    builder.begin();
    let (before, begun) = (resident(), Instant::now());
    for round in 0..rounds {
        for owner in 0..PARTICIPANTS {
            builder.build(owner, round);
        }
    }
    let (versions, built) = (resident(), Instant::now());
    for round in 0..rounds {
        for owner in 0..PARTICIPANTS {
            builder.verify(owner, round);
        }
    }
    let (all, done) = (resident(), Instant::now());
    let totals = builder.state.totals();
    println!(
        "\n{} results, {} versions, {} contracts of {} contents",
        totals.results, totals.versions, totals.publications, totals.contents
    );
    println!(
        "memory: {} MB; a version with its contracts {} bytes, a result {} bytes",
        all / 1_000_000,
        versions.saturating_sub(before) / totals.versions.max(1),
        all.saturating_sub(versions) / totals.results.max(1),
    );
    println!(
        "applied: a version with its contracts in {:?}, a result in {:?}",
        (built - begun) / u32::try_from(totals.versions.max(1)).unwrap(),
        (done - built) / u32::try_from(totals.results.max(1)).unwrap(),
    );
    let cloned = Instant::now();
    for _ in 0..1000 {
        black_box(builder.state.clone());
    }
    println!("a clone: {:?}", cloned.elapsed() / 1000);
    if let Some(log) = &mut builder.log {
        log.write();
    }
    builder.state
}

type Ask = Box<dyn Fn(&State, &Participant)>;

fn deploy(destination: fn() -> Destination) -> Ask {
    Box::new(move |state, participant| {
        let newest = state.version_ids(participant.id).next_back().unwrap();
        let selector = Selector {
            participant: participant.name.to_string(),
            version: Some(state.version_by_id(newest).unwrap().number.to_string()),
            ..Selector::default()
        };
        black_box(ask(state, selector, destination(), None));
    })
}

fn rows(latest_by: Option<LatestBy>, with_provider: bool) -> Ask {
    Box::new(move |state, participant| {
        let named =
            |name: &ParticipantName| Selector { participant: name.to_string(), ..Selector::default() };
        let mut selectors = vec![named(&participant.name)];
        if with_provider {
            let provider = state.providers_of_consumer(participant.id).next().unwrap();
            selectors.push(named(&state.participant_by_id(provider).unwrap().name));
        }
        let query = Query { selectors, latest_by, limit: 100, history: true, ..Query::default() };
        let answer = matrix::answer(state, &query);
        for result in answer.rows.iter().filter_map(|row| row.result.as_ref()) {
            for failed in result.failed() {
                black_box(History::of(state, result).failing_since(&failed.id));
            }
        }
        black_box(answer);
    })
}

fn for_verification(selectors: fn() -> Vec<Choice>) -> Ask {
    Box::new(move |state, participant| {
        let selectors = selectors().into_iter().map(|choice| Wanted { choice, consumer: None });
        let question = Question {
            provider_branch: Some(BranchName::new("main").unwrap()),
            include_pending: true,
            include_wip_since: Some(Timestamp::from_micros(0)),
            selectors: selectors.collect(),
            ..Question::default()
        };
        let now = state.results().next_back().unwrap().created_at;
        black_box(pacts_for_verification::answer(state, &Rules::default(), now, participant, &question));
    })
}

fn questions() -> Vec<(&'static str, Ask)> {
    vec![
        ("can-i-deploy to production", deploy(|| Destination::Environment("production".to_owned()))),
        ("can-i-deploy to a tag", deploy(|| Destination::Tag("prod".to_owned()))),
        ("can-i-deploy to the main branches", deploy(|| Destination::MainBranches)),
        ("matrix of a pair", rows(None, true)),
        (
            "matrix of a pair, each version once",
            rows(Some(LatestBy::ConsumerVersionAndProviderVersion), true),
        ),
        ("matrix of a participant", rows(None, false)),
        ("pacts for verification", for_verification(|| vec![Choice::MainBranch, Choice::Deployed(None)])),
        ("pacts for verification, the usual ones", for_verification(Vec::new)),
        ("dashboard", Box::new(|state, _| drop(black_box(dashboard::page(state, 0, 100))))),
        ("integrations", Box::new(|state, _| drop(black_box(integrations::find(state, None))))),
        ("metrics", Box::new(|state, _| drop(black_box(metrics::count(state))))),
        (
            "latest contracts of a provider",
            Box::new(|state, known| drop(black_box(pacts::of_provider(state, known.id, &Among::All, true)))),
        ),
    ]
}

/// The times that half of them, and 99 of 100, take at most, after a round that does not count.
fn measured(state: &State, ask: &Ask) -> (Duration, Duration) {
    let mut times = Vec::new();
    for round in 0..6 {
        for participant in state.participants() {
            let begun = Instant::now();
            ask(state, participant);
            if round > 0 {
                times.push(begun.elapsed());
            }
        }
    }
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// What the threads of this process have had of the processors.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let members = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // User and system time, in hundredths of a second on every machine that Linux runs on today.
    let ticks: u64 = members.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// How long it takes to put a state into a snapshot, and to make it of one again.
fn snapshot(state: &State) {
    let (begun, before) = (Instant::now(), processor());
    let parts: Vec<_> = state.parts().map(|part| part.unwrap()).collect();
    let bytes: usize = parts.iter().map(Vec::len).sum();
    println!(
        "a snapshot: {} MB in {:?}, {:?} of processors",
        bytes / 1_000_000,
        begun.elapsed(),
        processor().saturating_sub(before)
    );
    let (begun, before, memory) = (Instant::now(), processor(), resident());
    let parts = parts.into_iter().map(Ok::<_, InvalidSnapshot>);
    let restored = State::of_parts(VersionOrder::FirstSeen, parts).unwrap();
    println!(
        "made of it again: in {:?}, {:?} of processors, {} MB more than the snapshot in memory",
        begun.elapsed(),
        processor().saturating_sub(before),
        (resident() + bytes).saturating_sub(memory) / 1_000_000
    );
    assert!(restored == *state, "it is another one");
}

/// How long a broker takes to start in a folder.
fn start(folder: &Path, with: &str) -> Broker {
    let (begun, before) = (Instant::now(), processor());
    let store = SledStore::open(folder).unwrap();
    let opened = begun.elapsed();
    let broker = Broker::open(Arc::new(store), Config::default()).unwrap();
    println!(
        "a start with {with}: in {:?}, {:?} of processors, {opened:?} of it until the files are open",
        begun.elapsed(),
        processor().saturating_sub(before)
    );
    broker
}

/// Starts with a log of that many results.
fn starts(results: usize) {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    let expected = state(results, Some(Log { store, end: Position(0), records: Vec::new() }));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for with in ["the whole log", "a snapshot", "a snapshot, again"] {
        let broker = start(folder.path(), with);
        assert!(*broker.state() == expected, "it is another state");
        let begun = Instant::now();
        runtime.block_on(broker.close());
        println!("its stop: in {:?}", begun.elapsed());
    }
}

fn main() {
    if std::env::args().nth(1).is_some_and(|first| first == "start") {
        for size in std::env::args().skip(2).filter_map(|size| size.parse().ok()) {
            starts(size);
        }
        return;
    }
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![10_000, 1_000_000] } else { sizes };
    let mut table: Vec<(&str, Vec<(Duration, Duration)>)> =
        questions().iter().map(|(name, _)| (*name, Vec::new())).collect();
    for size in sizes {
        let state = state(size, None);
        snapshot(&state);
        for ((_, ask), (_, times)) in questions().iter().zip(&mut table) {
            times.push(measured(&state, ask));
        }
    }
    println!(
        "\nhalf take at most (how many times as long as in the first column), 99 of 100 take at most, in microseconds"
    );
    for (name, times) in table {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let first = micros(times[0].0);
        let columns = times.iter().map(|(half, most)| {
            format!("{:>8.1} ({:>5.2}) {:>9.1}", micros(*half), micros(*half) / first, micros(*most))
        });
        println!("{name:<40}{}", columns.collect::<Vec<_>>().join("  "));
    }
}
