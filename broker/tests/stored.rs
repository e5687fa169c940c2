//! What earlier versions of the broker stored can be opened, and says the same.
//!
//! `stored/` has a folder for every format that was ever written, by the story of `support/story.rs` as it was then:
//! `store-1` is what brokers wrote before there were snapshots, `store-2` has the snapshot and the file that says how far
//! the log was acknowledged, `store-3` has webhooks, `store-4` has tags with identifiers in its snapshot, `store-5` is
//! compressed, `store-6` was cleaned up and compacted, `store-7` has deliveries that were given up, secrets that are
//! sealed, teams, tokens and owners. Beside each stands what it says, as parts of a state of today.
//!
//! When the format of a state changes, `STATE_FORMAT` is raised, and the folder of today is written anew beside the
//! others: `cargo test -p pactwright-broker --test stored -- --ignored`.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

#[path = "support/rebuilt.rs"]
mod rebuilt;
#[path = "support/story.rs"]
mod story;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use pactwright_broker::{
    Broker, Config,
    check::SnapshotReport,
    domain::{
        access::{
            Asker, Basis, Grant, Identity, Ownership, PasswordHash, Principal, Role, TeamDetails, TeamName,
            TokenDetails, TokenHash,
        },
        commands::{AddLabel, CreateToken, NoteTokenUse, OwnerOf, RevokeToken, SaveTeam, SaveUser, SetOwner},
        model::Timestamp,
        state::{STATE_FORMAT, State},
    },
    housekeeping::CleanUpOrder,
    store::{MemoryStore, SledStore, Store as _},
};
use rebuilt::assert_rebuilt;

/// The folder that is written today.
const TODAY: &str = "store-7";
/// The folders with snapshots that are used today.
const STATES_OF_TODAY: [&str; 1] = [TODAY];

fn stored() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stored")
}

/// A copy that may be written to. Empty folders are not kept in the repository.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Teams, somebody, tokens, and what belongs to whom; then something that a token does.
async fn tell_of_teams(broker: &Broker) {
    let (web, orders): (TeamName, TeamName) = (story::name("web"), story::name("orders"));
    for team in [&web, &orders] {
        let details = TeamDetails { display_name: Some(format!("The {team}")), contacts: Vec::new() };
        broker.submit(SaveTeam { team: team.clone(), details }).await.unwrap();
    }
    let ann = SaveUser {
        user: story::name("ann"),
        display_name: Some(Some("Ann".to_owned())),
        password: Some(PasswordHash::new("$argon2id$not-a-hash".to_owned())),
        grants: Some(vec![Grant::everywhere(Role::Admin), Grant::of(orders.clone(), Role::Deployer)]),
        must_exist: false,
        has_administrator: false,
    };
    broker.submit(ann).await.unwrap();
    let mut tokens = Vec::new();
    for (name, byte) in [("web", 7), ("left", 8)] {
        let details = TokenDetails {
            name: format!("ci of {name}"),
            prefix: format!("pactw_{name}"),
            hash: TokenHash([byte; 32]),
            grants: vec![Grant::of(web.clone(), Role::Contributor)],
            expires_at: Some(Timestamp::from_micros(1_860_000_000_000_000)),
        };
        let done = broker.submit(CreateToken { details, has_administrator: true }).await.unwrap();
        tokens.push(done.answer);
    }
    broker.submit(NoteTokenUse { token: tokens[0] }).await.unwrap();
    broker.submit(RevokeToken { token: tokens[1] }).await.unwrap();
    let ownership =
        Ownership { team: orders, contacts: Vec::new(), delegates: vec![web.clone()], basis: Basis::Said };
    let of = OwnerOf::Participant(story::name("orders"));
    broker.submit(SetOwner { of, ownership: Some(ownership.clone()) }).await.unwrap();
    let environment = broker.state().environments().next().unwrap().uuid;
    let of = OwnerOf::Environment(environment);
    broker.submit(SetOwner { of, ownership: Some(ownership) }).await.unwrap();
    let identity = Identity::Token { token: tokens[0], name: "ci of web".into(), prefix: "pactw_web".into() };
    let principal = Principal::new(identity, vec![Grant::of(web, Role::Contributor)]);
    let asker = Asker { principal, from: Some([192, 0, 2, 1].into()), needs: Vec::new() };
    let label = AddLabel { participant: story::name("web"), label: "owned".to_owned() };
    broker.submit_as(label, asker).await.unwrap();
}

/// The story, what belongs to whom, and the house-keeping after it.
async fn tell(broker: &Broker) {
    story::tell(broker).await;
    tell_of_teams(broker).await;
    let order = CleanUpOrder {
        keep: Some(vec!["latest".into()]),
        deliveries_max_age: Some(0),
        ..CleanUpOrder::default()
    };
    let removed =
        broker.clean_up(order.request(&broker.config().housekeeping).unwrap()).await.unwrap().removed;
    assert!(removed.versions > 0 && removed.deliveries > 0, "{removed:?}");
    let compacted = broker.compact("0d".parse().unwrap()).await.unwrap();
    assert!(compacted.shortened > 0 && compacted.texts > 0, "{compacted}");
    let label = AddLabel { participant: story::name("web"), label: "new".to_owned() };
    broker.submit(label).await.unwrap();
}

/// What a state says, a part on each line.
fn told(state: &State) -> String {
    let parts = state.parts().map(|part| String::from_utf8(part.unwrap()).unwrap() + "\n");
    parts.collect()
}

fn often() -> Config {
    let mut config = Config::default();
    config.snapshots.changes = 20;
    config
}

#[tokio::test]
async fn every_format_that_was_ever_written_can_be_opened() {
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(stored()).unwrap() {
        let entry = entry.unwrap();
        if !entry.file_type().unwrap().is_dir() {
            continue;
        }
        let name = entry.file_name().into_string().unwrap();
        let folder = tempfile::tempdir().unwrap();
        copy(&entry.path(), folder.path());
        let store = Arc::new(SledStore::open(folder.path()).unwrap());
        let broker = Broker::open(store, Config::default()).unwrap();
        let expected = std::fs::read_to_string(stored().join(format!("{name}.state.jsonl"))).unwrap();
        assert_eq!(told(&broker.state()), expected, "{name}");
        assert_rebuilt(&broker);
        let snapshot = broker.check().unwrap().snapshot;
        let used = matches!(snapshot, SnapshotReport::Agrees(_));
        assert_eq!(used, STATES_OF_TODAY.contains(&name.as_str()), "{name}: {snapshot:?}");
        broker.close().await;
        seen.push(name);
    }
    seen.sort_unstable();
    assert_eq!(seen, ["store-1", "store-2", "store-3", "store-4", "store-5", "store-6", "store-7"]);
}

/// What an old snapshot says is taken for true without looking at the log: when this fails, raise `STATE_FORMAT`.
#[tokio::test]
async fn the_format_of_today_is_the_one_that_is_written() {
    let broker = story::broker(Arc::new(MemoryStore::new()), Config::default());
    tell(&broker).await;
    assert_rebuilt(&broker);
    let expected = std::fs::read_to_string(stored().join(format!("{TODAY}.state.jsonl"))).unwrap();
    assert_eq!(told(&broker.state()), expected, "a state says something else than in format {STATE_FORMAT}");
    assert_eq!(STATE_FORMAT, 4, "and the folder of today has snapshots of this format");
}

#[tokio::test]
#[ignore = "writes the folder of today's format"]
async fn write() {
    let folder = stored().join(TODAY);
    std::fs::create_dir_all(&folder).unwrap();
    let store = Arc::new(SledStore::open(&folder).unwrap());
    assert_eq!(store.end().unwrap().0, 0, "what is there stays as it is");
    let broker = story::broker(store, often());
    tell(&broker).await;
    std::fs::write(stored().join(format!("{TODAY}.state.jsonl")), told(&broker.state())).unwrap();
    broker.close().await;
}
