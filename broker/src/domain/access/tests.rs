use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use pactwright_core::{
    broker_api::{Contact, OnConflict},
    names::ParticipantName,
};
use uuid::Uuid;

use super::{
    Access, Asker, Backoff, BackoffSource, Basis, Denied, Grant, Identity, Need, Object, Ownership,
    PasswordHash, Permission, Principal, Role, TeamDetails, TeamName, TokenDetails, TokenHash, UserDetails,
    UserName, may,
};
use crate::domain::{
    commands::{
        AddTag, Command, CreateParticipant, CreateToken, OwnerOf, Rejection, RemoveTeam, RemoveUser,
        RevokeToken, SaveTeam, SaveUser, SetMember, SetOwner, Work,
    },
    event::Event,
    model::{Profile, Timestamp},
    rules::VersionOrder,
    state::{
        InvalidSnapshot, State,
        tests::{Story, publication},
    },
};

fn team(name: &str) -> TeamName {
    name.parse().unwrap()
}

fn participant(name: &str) -> Object {
    Object::Participant(ParticipantName::new(name).unwrap())
}

fn environment(uuid: Uuid) -> Object {
    Object::Environment { uuid, name: None }
}

const ENVIRONMENT: Uuid = Uuid::from_u128(7);

/// The teams web and orders, which own something of the same name; orders lets web deploy and publish for it; an
/// environment of the team platform, which lets web deploy there.
fn access() -> Access {
    let mut access = Access::default();
    let mut tell = |event: Event| access.apply(Timestamp::from_micros(0), &event);
    for name in ["web", "orders", "platform"] {
        let contacts = vec![Contact { name: format!("#{name}"), details: None }];
        tell(Event::TeamSaved { team: team(name), details: TeamDetails { display_name: None, contacts } });
    }
    let ownership = |owner: &str, delegates: &[&str]| Ownership {
        team: team(owner),
        contacts: Vec::new(),
        delegates: delegates.iter().map(|name| team(name)).collect(),
        basis: Basis::Said,
    };
    for (name, delegates) in [("web", &[][..]), ("orders", &["platform"])] {
        let participant = ParticipantName::new(name).unwrap();
        tell(Event::ParticipantOwned { participant, ownership: ownership(name, delegates) });
    }
    tell(Event::EnvironmentOwned { environment: ENVIRONMENT, ownership: ownership("platform", &["web"]) });
    access
}

fn somebody(grants: &[Grant]) -> Principal {
    Principal::new(Identity::User { name: "ann".parse().unwrap() }, grants.to_vec())
}

fn check(grants: &[Grant], permission: Permission, object: Object) -> Result<(), Box<Denied>> {
    may(&access(), &somebody(grants), &Need::new(permission, object))
}

#[test]
fn a_role_counts_for_what_its_team_owns_and_everywhere_for_everything() {
    let of = |name: &str, role| [Grant::of(team(name), role)];
    for permission in Permission::ALL {
        for role in Role::ALL {
            let web = check(&of("web", role), permission, participant("web"));
            assert_eq!(web.is_ok(), role.allows(permission), "{role:?} {permission:?} of its own team");
            let everywhere = check(&[Grant::everywhere(role)], permission, participant("web"));
            assert_eq!(everywhere.is_ok(), role.allows(permission), "{role:?} {permission:?} everywhere");
            let other = check(&of("orders", role), permission, participant("web"));
            assert!(other.is_err(), "{role:?} of another team may not {permission:?}");
            let whole = check(&of("web", role), permission, Object::Broker);
            assert!(whole.is_err(), "{role:?} of a team may not {permission:?} the broker");
        }
        assert!(check(&[], permission, Object::Anything).is_err(), "without a role: {permission:?}");
    }
}

#[test]
fn reading_is_for_whoever_has_a_role_and_the_audit_trail_for_roles_everywhere() {
    let viewer = [Grant::of(team("web"), Role::Viewer)];
    assert!(check(&viewer, Permission::Read, Object::Anything).is_ok());
    assert!(check(&viewer, Permission::Audit, Object::Broker).is_err());
    assert!(check(&[Grant::everywhere(Role::Viewer)], Permission::Audit, Object::Broker).is_ok());
    let reader = Principal::reader();
    let reads = |permission| may(&access(), &reader, &Need::new(permission, Object::Anything)).is_ok();
    assert!(reads(Permission::Read) && reads(Permission::Badge) && reads(Permission::Heartbeat));
    for permission in Permission::ALL.into_iter().filter(|one| !one.only_reads() || *one == Permission::Audit)
    {
        assert!(!reads(permission), "{permission:?}");
    }
}

#[test]
fn delegates_publish_verify_and_deploy_but_remove_nothing() {
    let admin = [Grant::of(team("platform"), Role::Admin)];
    for permission in Permission::ALL {
        let expected = permission.only_reads()
            || matches!(permission, Permission::Publish | Permission::Verify | Permission::Deploy);
        assert_eq!(check(&admin, permission, participant("orders")).is_ok(), expected, "{permission:?}");
        assert!(check(&admin, permission, participant("web")).is_err(), "{permission:?}");
    }
    let deployer = [Grant::of(team("web"), Role::Deployer)];
    assert!(check(&deployer, Permission::Deploy, environment(ENVIRONMENT)).is_ok());
    let deployer = [Grant::of(team("orders"), Role::Deployer)];
    assert!(check(&deployer, Permission::Deploy, environment(ENVIRONMENT)).is_err());
}

#[test]
fn what_nobody_owns_can_be_published_by_any_team_and_removed_by_none() {
    let admin = [Grant::of(team("web"), Role::Admin)];
    for object in [participant("new"), environment(Uuid::nil())] {
        for permission in [Permission::Publish, Permission::Verify, Permission::Deploy] {
            assert!(check(&admin, permission, object.clone()).is_ok(), "{permission:?}");
        }
        for permission in [Permission::Delete, Permission::Administer, Permission::ManageWebhooks] {
            assert!(check(&admin, permission, object.clone()).is_err(), "{permission:?}");
        }
    }
}

#[test]
fn a_webhook_needs_one_of_the_two_that_it_is_about() {
    let names = ["web", "orders"].map(|name| ParticipantName::new(name).unwrap());
    let admin = |name: &str| [Grant::of(team(name), Role::Admin)];
    let both = || Object::OneOf(names.to_vec());
    assert!(check(&admin("web"), Permission::ManageWebhooks, both()).is_ok());
    assert!(check(&admin("orders"), Permission::ManageWebhooks, both()).is_ok());
    assert!(check(&admin("platform"), Permission::ManageWebhooks, both()).is_err());
}

#[test]
fn a_refusal_says_who_what_whose_and_what_to_do() {
    let contributor = [Grant::of(team("orders"), Role::Contributor)];
    let denied = check(&contributor, Permission::Publish, participant("web")).unwrap_err();
    assert_eq!(
        denied.to_string(),
        "the user 'ann' may not publish for 'web'; 'web' belongs to the team 'web' (#web); an administrator of 'web' can \
         give the role contributor"
    );
    let denied = check(&contributor, Permission::Delete, participant("new")).unwrap_err();
    assert_eq!(
        denied.to_string(),
        "the user 'ann' may not delete what belongs to 'new'; nobody owns it yet: the role admin would be needed everywhere"
    );
    let denied = check(&contributor, Permission::Operate, Object::Broker).unwrap_err();
    assert_eq!(
        denied.to_string(),
        "the user 'ann' may not operate the whole broker; the role admin everywhere would be needed, which an \
         administrator of the broker can give"
    );
}

/// A command, by a user who needs nothing for it.
fn tell_as<C: Command>(story: &mut Story, principal: Principal, command: C) -> Result<C::Answer, Rejection> {
    let user = SaveUser {
        user: "ann".parse().unwrap(),
        display_name: None,
        password: None,
        grants: Some(principal.grants.clone()),
        must_exist: false,
        has_administrator: true,
    };
    story.tell(user).unwrap();
    story.tell(As { asker: Asker { principal, from: None, needs: Vec::new() }, command })
}

struct As<C> {
    asker: Asker,
    command: C,
}

impl<C: Command> Command for As<C> {
    type Answer = C::Answer;

    fn decide(self, work: &mut Work<'_>) -> Result<C::Answer, Rejection> {
        let principal = work.asked_by(&self.asker)?;
        let answer = self.command.decide(work)?;
        work.give_to(&principal);
        Ok(answer)
    }
}

fn create(name: &str) -> CreateParticipant {
    CreateParticipant { participant: ParticipantName::new(name).unwrap(), profile: Profile::default() }
}

#[test]
fn what_is_new_belongs_to_the_only_team_that_somebody_contributes_to() {
    let mut story = Story::default();
    for name in ["web", "orders"] {
        story.tell(SaveTeam { team: team(name), details: TeamDetails::default() }).unwrap();
    }
    let owner = |story: &Story, name: &str| {
        let owner = story.state.access().owner(&ParticipantName::new(name).unwrap());
        owner.map(|owner| (owner.team.to_string(), owner.basis))
    };
    let web = Grant::of(team("web"), Role::Contributor);
    tell_as(&mut story, somebody(&[web.clone(), Grant::of(team("orders"), Role::Deployer)]), create("a"))
        .unwrap();
    assert_eq!(owner(&story, "a"), Some(("web".to_owned(), Basis::Made)));
    let both = [web, Grant::of(team("orders"), Role::Admin)];
    tell_as(&mut story, somebody(&both), create("b")).unwrap();
    assert_eq!(owner(&story, "b"), None, "it is not said for which team");
    tell_as(&mut story, somebody(&[Grant::everywhere(Role::Admin)]), create("c")).unwrap();
    assert_eq!(owner(&story, "c"), None);
    let by = story.log.last().unwrap().by.clone().unwrap();
    assert_eq!(by.who, Identity::User { name: "ann".parse().unwrap() });
}

#[test]
fn whoever_was_removed_meanwhile_may_do_nothing_any_more() {
    let mut story = Story::default();
    story.tell(SaveTeam { team: team("web"), details: TeamDetails::default() }).unwrap();
    let grants = vec![Grant::of(team("web"), Role::Contributor)];
    let id = story.tell(token(&[Grant::everywhere(Role::Admin)])).unwrap();
    let (name, prefix) = ("ci".to_owned(), "pactw_0123456789".to_owned());
    let everything = vec![Grant::everywhere(Role::Admin)];
    let by_token = Principal::new(Identity::Token { token: id, name, prefix }, everything);
    let needs = vec![Need::new(Permission::Publish, participant("web"))];
    let asker =
        |principal: &Principal| Asker { principal: principal.clone(), from: None, needs: needs.clone() };
    assert!(asker(&by_token).check(story.state.access()).is_ok());
    story.tell(RevokeToken { token: id }).unwrap();
    assert!(asker(&by_token).check(story.state.access()).is_err());
    let ann = somebody(&grants);
    assert!(asker(&ann).check(story.state.access()).is_err(), "there is no such user");
    tell_as(&mut story, ann.clone(), create("web")).unwrap();
    assert_eq!(asker(&ann).check(story.state.access()), Ok(ann.clone()));
    tell_as(&mut story, somebody(&[]), create("other")).unwrap();
    assert!(asker(&ann).check(story.state.access()).is_err(), "what was granted was taken away");
}

#[test]
fn what_others_may_have_made_is_not_taken_over_by_whoever_uses_it_first() {
    let mut story = Story::default();
    story.publish("payments", "1", "orders", "a");
    story.tell(SaveTeam { team: team("web"), details: TeamDetails::default() }).unwrap();
    let web = || somebody(&[Grant::of(team("web"), Role::Admin)]);
    let payments = || ParticipantName::new("payments").unwrap();
    let tag = AddTag { participant: payments(), version: "1".parse().unwrap(), tag: "mine".parse().unwrap() };
    tell_as(&mut story, web(), tag).unwrap();
    assert_eq!(story.state.access().owner(&payments()), None, "a tag is neither a contract nor a result");
    let contract = publication("payments", "2", Some("main"), &[("orders", "b")], OnConflict::Overwrite);
    tell_as(&mut story, web(), contract).unwrap();
    let owner = story.state.access().owner(&payments()).cloned().unwrap();
    assert_eq!((owner.team.as_str(), owner.basis), ("web", Basis::Used));
    for permission in Permission::ALL.into_iter().filter(|one| *one != Permission::Operate) {
        let need = Need::new(permission, participant("payments"));
        let allowed = may(story.state.access(), &web(), &need);
        assert_eq!(allowed.is_ok(), permission.is_delegated(), "{permission:?}");
    }
    let refused = may(story.state.access(), &web(), &Need::new(Permission::Delete, participant("payments")));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "the user 'ann' may not delete what belongs to 'payments'; 'payments' belongs to the team 'web'; that was \
         concluded from what 'web' published or verified first, and an administrator of the broker has to confirm it before \
         more can be done"
    );
    let confirmed = Some(Ownership::of(team("web"), Basis::Said));
    story.tell(SetOwner { of: OwnerOf::Participant(payments()), ownership: confirmed }).unwrap();
    let need = Need::new(Permission::Delete, participant("payments"));
    assert_eq!(may(story.state.access(), &web(), &need), Ok(()));
}

#[test]
fn whoever_is_only_named_in_a_contract_belongs_to_nobody() {
    let mut story = Story::default();
    story.publish("web", "1", "orders", "a");
    let events = story.log.last().unwrap().events.clone();
    let given = super::derive_owners(&State::default(), &team("web"), &events);
    let names: Vec<_> = given
        .iter()
        .map(|event| match event {
            Event::ParticipantOwned { participant, .. } => participant.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["web"]);
    story.verify(("web", "1"), ("orders", "9"), true);
    let events = story.log.last().unwrap().events.clone();
    let given = super::derive_owners(&State::default(), &team("orders"), &events);
    assert!(
        matches!(&given[..], [Event::ParticipantOwned { participant, .. }] if *participant == *"orders"),
        "{given:?}"
    );
}

#[test]
fn a_team_takes_its_grants_with_it_and_goes_only_when_it_owns_nothing() {
    let mut story = Story::default();
    for name in ["web", "orders"] {
        story.tell(SaveTeam { team: team(name), details: TeamDetails::default() }).unwrap();
    }
    let web = || Grant::of(team("web"), Role::Contributor);
    let ann: UserName = "ann".parse().unwrap();
    let details = UserDetails { grants: vec![Grant::everywhere(Role::Admin)], ..UserDetails::default() };
    let mut state = story.state.clone();
    state.apply(story.now(), &Event::UserSaved { user: ann.clone(), details }).unwrap();
    story.state = state;
    story.tell(SetMember { team: team("web"), user: ann, roles: vec![Role::Contributor] }).unwrap();
    tell_as(&mut story, somebody(&[web()]), create("shop")).unwrap();
    let refused = story.tell(RemoveTeam { team: team("web") }).unwrap_err();
    assert!(matches!(refused, Rejection::TeamOwns { count: 1, .. }), "{refused}");
    assert!(story.state.access().user("ann").unwrap().details.grants.contains(&web()));
    story.tell(RemoveTeam { team: team("orders") }).unwrap();
    let mut state = story.state.clone();
    state.apply(story.now(), &Event::TeamRemoved { team: team("web") }).unwrap();
    assert_eq!(state.access().user("ann").unwrap().details.grants, []);
    assert!(state.access().owner(&ParticipantName::new("shop").unwrap()).is_none());
}

fn token(grants: &[Grant]) -> CreateToken {
    let details = TokenDetails {
        name: "ci".to_owned(),
        prefix: "pactw_0123456789".to_owned(),
        hash: TokenHash([7; 32]),
        grants: grants.to_vec(),
        expires_at: Some(Timestamp::from_micros(1_000)),
    };
    CreateToken { details, has_administrator: false }
}

#[test]
fn the_first_token_is_an_administrators_and_grants_are_for_teams_that_are_there() {
    let mut story = Story::default();
    let refused = story.tell(token(&[Grant::everywhere(Role::Viewer)])).unwrap_err();
    assert_eq!(refused, Rejection::FirstIsNoAdministrator);
    let refused = story.tell(token(&[Grant::of(team("web"), Role::Viewer)])).unwrap_err();
    assert!(matches!(refused, Rejection::UnknownTeam { .. }), "{refused}");
    let id = story.tell(token(&[Grant::everywhere(Role::Admin)])).unwrap();
    let known = story.state.access().token(id).unwrap();
    assert!(
        known.is_valid_at(Timestamp::from_micros(999)) && !known.is_valid_at(Timestamp::from_micros(1_000))
    );
    assert_eq!(story.state.access().token_by_prefix("pactw_0123456789").unwrap().id, id);
    assert!(story.state.access().is_used());
    story.tell(token(&[Grant::everywhere(Role::Viewer)])).unwrap();
}

#[test]
fn whoever_removes_the_last_user_does_not_open_the_door() {
    let mut story = Story::default();
    assert!(!story.state.access().is_used());
    let user: UserName = "ann".parse().unwrap();
    let grants = Some(vec![Grant::everywhere(Role::Admin)]);
    let ann = SaveUser {
        user: user.clone(),
        display_name: None,
        password: None,
        grants,
        must_exist: false,
        has_administrator: false,
    };
    assert!(matches!(story.tell(ann.clone()), Err(Rejection::FirstHasNoPassword)));
    story.tell(SaveUser { password: Some(PasswordHash::new("$argon2id$".to_owned())), ..ann }).unwrap();
    story.tell(RemoveUser { user }).unwrap();
    assert!(story.state.access().users().next().is_none() && story.state.access().is_used());
    let parts = story.state.parts().map(|part| part.map_err(InvalidSnapshot::from));
    let copy = State::of_parts(VersionOrder::FirstSeen, parts).unwrap();
    assert!(copy.access().is_used());
}

#[test]
fn whom_to_ask_is_told_in_a_few_words_that_do_nothing_to_a_terminal() {
    let contact = |name: &str| Contact { name: name.to_owned(), details: None };
    let contacts =
        std::iter::once(contact("\u{1b}[31mAnn")).chain((0..1_000).map(|_| contact(&"x".repeat(1_000))));
    let mut access = Access::default();
    let owner = Ownership {
        team: team("web"),
        contacts: contacts.collect(),
        delegates: Vec::new(),
        basis: Basis::Said,
    };
    access.put_owner(ParticipantName::new("shop").unwrap(), owner);
    let told = access.owned(&ParticipantName::new("shop").unwrap()).unwrap().to_string();
    assert!(told.starts_with("'shop' belongs to the team 'web' ( [31mAnn, xxx"), "{told}");
    assert!(told.len() < 1_100, "{}", told.len());
}

#[test]
fn a_stored_digest_is_read_back_and_never_shown() {
    let hash = TokenHash(std::array::from_fn(|place| u8::try_from(place * 8).unwrap()));
    let text = serde_json::to_string(&hash).unwrap();
    assert_eq!(serde_json::from_str::<TokenHash>(&text).unwrap(), hash);
    for wrong in ["\"\"", "\"zz\"", "7", "\"äääääääääääääääääääääääääääääääää\""]
    {
        assert!(serde_json::from_str::<TokenHash>(wrong).is_err(), "{wrong}");
    }
    assert!(!format!("{hash:?}").contains('8'));
}

#[test]
fn names_of_teams_and_users_fit_into_addresses() {
    for right in ["a", "Team-1", "ann@example.org", "0.x_y"] {
        assert!(right.parse::<TeamName>().is_ok(), "{right}");
    }
    for wrong in ["", " ", "-a", ".", "a b", "a/b", "ä", "a\n", &"a".repeat(65)] {
        assert!(wrong.parse::<UserName>().is_err(), "{wrong:?}");
    }
}

#[test]
fn guessing_gets_slower_and_slower() {
    let after = |seconds: i64| Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000);
    let now = after(0);
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let login = || BackoffSource::Login(Some(address), "ann".to_owned());
    let mut backoff = Backoff::default();
    for _ in 0..9 {
        backoff.failed(login(), now);
    }
    assert_eq!(backoff.pause(&login(), now), None, "a person may mistype a few times");
    let mut pauses = Vec::new();
    for _ in 0..10 {
        backoff.failed(login(), now);
        pauses.push(backoff.pause(&login(), now).unwrap().as_secs());
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    assert_eq!(backoff.pause(&login(), after(299)), Some(Duration::from_secs(1)));
    assert_eq!(backoff.pause(&login(), after(300)), None);
    let other = BackoffSource::Login(None, "ann".to_owned());
    assert_eq!(backoff.pause(&other, now), None, "nobody is locked out by somebody elsewhere");
    backoff.succeeded(&login());
    assert_eq!(backoff.pause(&login(), now), None);
    for _ in 0..49 {
        backoff.failed(BackoffSource::Address(address), now);
    }
    assert_eq!(backoff.pause(&BackoffSource::Address(address), now), None, "many may be behind one address");
    backoff.failed(BackoffSource::Address(address), now);
    assert!(backoff.pause(&BackoffSource::Address(address), now).is_some());
}

#[test]
fn whoever_has_a_network_has_no_more_attempts_than_who_has_an_address() {
    let source = |address: &str| {
        let address = address.parse().unwrap();
        (BackoffSource::address(address), BackoffSource::login(Some(address), "ann"))
    };
    assert_eq!(source("2001:db8:0:1::1"), source("2001:db8:0:1:ffff::2"));
    assert_ne!(source("2001:db8:0:1::1"), source("2001:db8:0:2::1"));
    assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
    assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    let long = |last: char| BackoffSource::login(None, &format!("{}{last}", "a".repeat(64)));
    assert_eq!(long('b'), long('c'), "what is remembered of a name is bounded");
}

#[test]
fn what_is_remembered_of_guesses_is_bounded() {
    let now = Timestamp::from_micros(1_700_000_000_000_000);
    let login = |number: i64| BackoffSource::Login(None, number.to_string());
    let mut backoff = Backoff::remembering(16);
    for number in 0..1_000 {
        for _ in 0..11 {
            backoff.failed(login(number), now.plus_millis(number));
        }
    }
    let last = now.plus_millis(1_000);
    let known = (0..1_000).filter(|number| backoff.pause(&login(*number), last).is_some()).count();
    assert!((1..=16).contains(&known), "{known}");
    assert!(backoff.pause(&login(999), last).is_some(), "the latest is among them");
}
