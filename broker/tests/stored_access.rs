//! Teams, users, tokens, owners and who changed what, as they are stored: `stored_access.jsonl` has every kind of fact about
//! them as it was first written. What it says does not change; facts that are written otherwise get lines of their own.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failed expectation should stop them")]

use pactwright_broker::domain::{
    access::{Access, Basis, Grant, Identity, Role, TokenHash},
    event::Commit,
    model::Timestamp,
    rules::VersionOrder,
    state::{InvalidSnapshot, State},
};
use pactwright_core::names::ParticipantName;
use serde_json::Value;
use uuid::Uuid;

fn commits() -> Vec<(Value, Commit)> {
    let read = |line| (serde_json::from_str(line).unwrap(), serde_json::from_str(line).unwrap());
    include_str!("stored_access.jsonl").lines().map(read).collect()
}

fn state() -> State {
    let mut state = State::default();
    for (_, commit) in commits() {
        state.apply_commit(&commit).unwrap();
    }
    state
}

fn check(access: &Access) {
    let names: Vec<_> = access.teams().map(|team| team.name.as_str()).collect();
    assert_eq!(names, ["orders", "web"]);
    let web = access.team("web").unwrap();
    assert_eq!((web.details.display_name.as_deref(), web.details.contacts.len()), (Some("Web"), 1));
    let ann = access.user("ann").unwrap();
    assert!(ann.details.password.as_ref().unwrap().reveal().starts_with("$argon2id$"));
    let of_web = Grant::of("web".parse().unwrap(), Role::Admin);
    assert_eq!(
        ann.details.grants,
        [of_web, Grant::everywhere(Role::Viewer)],
        "nothing of a team that is gone"
    );
    assert!(access.user("bob").is_none());
    let token = access.token_by_prefix("pactw_0123456789").unwrap();
    assert_eq!((token.details.name.as_str(), token.details.hash), ("ci", TokenHash([7; 32])));
    let at = |text| Timestamp::parse(text).unwrap();
    assert!(token.is_valid_at(at("2026-12-31")) && !token.is_valid_at(at("2027-01-01")));
    assert_eq!(token.last_used_at, Some(at("2026-01-01T00:03:00Z")));
    assert!(access.token_by_prefix("pactw_9876543210").unwrap().revoked_at.is_some());
    let owner = |name: &str| access.owner(&ParticipantName::new(name).unwrap());
    assert!(owner("shop").unwrap().basis == Basis::Made && owner("nobodys").is_none());
    let orders = owner("orders").unwrap();
    assert_eq!((orders.delegates.len(), orders.contacts.len()), (1, 1));
    let environment =
        |last: u128| access.environment_owner(Uuid::from_u128(0x4000_8000_0000_0000_0000 | last));
    assert_eq!(environment(7).unwrap().team.as_str(), "orders");
    assert!(environment(8).is_none());
}

#[test]
fn what_was_stored_says_the_same_and_is_stored_the_same() {
    for (line, commit) in commits() {
        assert_eq!(serde_json::to_value(&commit).unwrap(), line);
    }
    check(state().access());
    let who: Vec<_> = commits().into_iter().map(|(_, commit)| commit.by.map(|by| by.who)).collect();
    assert!(matches!(who[4], Some(Identity::Token { .. })) && who[7].is_none(), "{who:?}");
}

#[test]
fn a_snapshot_says_the_same() {
    let state = state();
    let parts = state.parts().map(|part| part.map_err(InvalidSnapshot::from));
    let copy = State::of_parts(VersionOrder::FirstSeen, parts).unwrap();
    check(copy.access());
    assert!(copy == state);
}
