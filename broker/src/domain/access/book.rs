use std::{fmt, sync::Arc};

use data_encoding::HEXLOWER;
use imbl::OrdMap;
use pactwright_core::{broker_api::Contact, names::ParticipantName};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Grant, Owned, TeamName, UserName};
use crate::domain::{event::Event, model::Timestamp};

/// How many contacts are named, and with how many characters each.
const MOST_CONTACTS: usize = 5;
const LONGEST_CONTACT: usize = 200;

/// A password as it is kept: what argon2id makes of it, with its parameters. It is shown nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes what argon2id made (`$argon2id$v=19$...`).
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text: only for comparing a password with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(***)")
    }
}

/// The SHA-256 digest of a token. A token has 256 random bits, so that nothing slower is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TokenHash(***)")
    }
}

impl Serialize for TokenHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("a digest has 64 hexadecimal digits"))
    }
}

/// What is said about a team.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TeamDetails {
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whom to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}

/// A team: those who own something together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// Its name.
    pub name: TeamName,
    /// What is said about it.
    #[serde(flatten)]
    pub details: TeamDetails,
    /// When it was created.
    pub created_at: Timestamp,
}

/// What is said about a user.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct UserDetails {
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The password; without one, the user cannot log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordHash>,
    /// What was granted.
    #[serde(default)]
    pub grants: Vec<Grant>,
}

/// A person with a password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The name to log in with.
    pub name: UserName,
    /// What is said about the user.
    #[serde(flatten)]
    pub details: UserDetails,
    /// When it was created.
    pub created_at: Timestamp,
}

/// What a token is like, and how it is recognised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenDetails {
    /// What it is for.
    pub name: String,
    /// How its text begins: enough to recognise it, not to use it.
    pub prefix: String,
    /// The digest of its text.
    pub hash: TokenHash,
    /// What was granted.
    pub grants: Vec<Grant>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// What a program shows to say who it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// What identifies it.
    pub id: Uuid,
    /// What it is like.
    #[serde(flatten)]
    pub details: TokenDetails,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, to the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

impl Token {
    /// Whether it can be used at a moment.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.details.expires_at.is_none_or(|end| now < end)
    }
}

/// To whom something belongs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ownership {
    /// The owning team.
    pub team: TeamName,
    /// Whom to ask about it; none is whom to ask about the team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Other teams that may publish, verify and deploy it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegates: Vec<TeamName>,
    /// How that came about.
    #[serde(default)]
    pub basis: Basis,
}

impl Ownership {
    /// Of a team, with nothing more to say.
    pub fn of(team: TeamName, basis: Basis) -> Self {
        Self { team, contacts: Vec::new(), delegates: Vec::new(), basis }
    }
}

/// How it came about that something belongs to a team.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Somebody who may say so said so.
    #[default]
    Said,
    /// The team was the first to say anything of it, but perhaps for others who named it in a contract.
    Made,
    /// It had versions before it belonged to anybody, and the team was the first to publish or verify for it since. Others
    /// may have made it: until somebody says so, the team may do no more than a delegate.
    Used,
}

/// All that is known of teams, users, tokens and owners. A clone shares what it has with the original.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Access {
    /// Whether there ever was a user or a token.
    pub(in crate::domain) used: bool,
    pub(in crate::domain) teams: OrdMap<TeamName, Arc<Team>>,
    pub(in crate::domain) users: OrdMap<UserName, Arc<User>>,
    pub(in crate::domain) tokens: OrdMap<Uuid, Arc<Token>>,
    tokens_by_prefix: OrdMap<Arc<str>, Uuid>,
    pub(in crate::domain) participants: OrdMap<ParticipantName, Arc<Ownership>>,
    pub(in crate::domain) environments: OrdMap<Uuid, Arc<Ownership>>,
}

impl Access {
    /// Whether there ever was anybody to ask for: a user or a token. From then on the broker asks who calls, also when they
    /// are gone: whoever removes the last one does not open the door to everybody.
    pub fn is_used(&self) -> bool {
        self.used
    }

    /// All teams, by name.
    pub fn teams(&self) -> impl Iterator<Item = &Team> {
        self.teams.values().map(AsRef::as_ref)
    }

    /// The team of that name.
    pub fn team(&self, name: &str) -> Option<&Team> {
        self.teams.get(name).map(AsRef::as_ref)
    }

    /// All users, by name.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values().map(AsRef::as_ref)
    }

    /// The user of that name.
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name).map(AsRef::as_ref)
    }

    /// All tokens, revoked ones too.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.values().map(AsRef::as_ref)
    }

    /// A token.
    pub fn token(&self, id: Uuid) -> Option<&Token> {
        self.tokens.get(&id).map(AsRef::as_ref)
    }

    /// The token whose text begins so.
    pub fn token_by_prefix(&self, prefix: &str) -> Option<&Token> {
        self.tokens_by_prefix.get(prefix).and_then(|id| self.token(*id))
    }

    /// To whom a participant belongs.
    pub fn owner(&self, participant: &ParticipantName) -> Option<&Ownership> {
        self.participants.get(participant).map(AsRef::as_ref)
    }

    /// To whom an environment belongs.
    pub fn environment_owner(&self, environment: Uuid) -> Option<&Ownership> {
        self.environments.get(&environment).map(AsRef::as_ref)
    }

    /// How many participants and environments a team owns.
    pub fn owned_by(&self, team: &TeamName) -> usize {
        let all = self.participants.values().chain(self.environments.values());
        all.filter(|owner| owner.team == *team).count()
    }

    /// Whom to ask about something, in a few words: its own contacts, or those of the team.
    pub fn contacts_of(&self, owner: &Ownership) -> Vec<String> {
        let of_team = || self.team(owner.team.as_str()).map(|team| team.details.contacts.as_slice());
        let contacts =
            if owner.contacts.is_empty() { of_team().unwrap_or_default() } else { &owner.contacts };
        contacts.iter().take(MOST_CONTACTS).map(in_words).collect()
    }

    /// To whom a participant belongs, for people; nothing where nobody owns it.
    pub fn owned(&self, participant: &ParticipantName) -> Option<Owned> {
        Some(self.owned_as(format!("'{participant}'"), self.owner(participant)?))
    }

    /// To whom an environment of some name belongs, for people; nothing where nobody owns it.
    pub fn owned_environment(&self, environment: Uuid, name: &str) -> Option<Owned> {
        let owner = self.environment_owner(environment)?;
        Some(self.owned_as(format!("the environment '{name}'"), owner))
    }

    pub(super) fn owned_as(&self, what: String, owner: &Ownership) -> Owned {
        Owned {
            what,
            team: owner.team.clone(),
            contacts: self.contacts_of(owner),
            delegates: owner.delegates.clone(),
            basis: owner.basis,
        }
    }

    /// Takes note of a fact, if it is about who may do what.
    pub(in crate::domain) fn apply(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::TeamSaved { team, details } => {
                let created_at = self.teams.get(team).map_or(at, |known| known.created_at);
                let row = Team { name: team.clone(), details: details.clone(), created_at };
                self.put_team(row);
            }
            Event::TeamRemoved { team } => self.remove_team(team),
            Event::UserSaved { user, details } => {
                let created_at = self.users.get(user).map_or(at, |known| known.created_at);
                self.put_user(User { name: user.clone(), details: details.clone(), created_at });
            }
            Event::UserRemoved { user } => {
                self.users.remove(user);
            }
            Event::TokenCreated { token, details } => self.put_token(Token {
                id: *token,
                details: details.clone(),
                created_at: at,
                revoked_at: None,
                last_used_at: None,
            }),
            Event::TokenRevoked { token } => self.edit_token(*token, |known| known.revoked_at = Some(at)),
            Event::TokenUsed { token } => self.edit_token(*token, |known| known.last_used_at = Some(at)),
            Event::ParticipantOwned { participant, ownership } => {
                self.put_owner(participant.clone(), ownership.clone());
            }
            Event::EnvironmentOwned { environment, ownership } => {
                self.put_environment_owner(*environment, ownership.clone());
            }
            Event::ParticipantDisowned { participant } | Event::ParticipantRemoved { participant } => {
                self.participants.remove(participant);
            }
            Event::EnvironmentDisowned { environment } | Event::EnvironmentRemoved { environment } => {
                self.environments.remove(environment);
            }
            _ => {}
        }
    }

    pub(in crate::domain) fn put_team(&mut self, row: Team) {
        self.teams.insert(row.name.clone(), Arc::new(row));
    }

    pub(in crate::domain) fn put_user(&mut self, row: User) {
        self.used = true;
        self.users.insert(row.name.clone(), Arc::new(row));
    }

    pub(in crate::domain) fn put_token(&mut self, row: Token) {
        self.used = true;
        self.tokens_by_prefix.insert(row.details.prefix.as_str().into(), row.id);
        self.tokens.insert(row.id, Arc::new(row));
    }

    pub(in crate::domain) fn put_owner(&mut self, participant: ParticipantName, row: Ownership) {
        self.participants.insert(participant, Arc::new(row));
    }

    pub(in crate::domain) fn put_environment_owner(&mut self, environment: Uuid, row: Ownership) {
        self.environments.insert(environment, Arc::new(row));
    }

    fn edit_token(&mut self, id: Uuid, edit: impl FnOnce(&mut Token)) {
        if let Some(known) = self.tokens.get_mut(&id) {
            edit(Arc::make_mut(known));
        }
    }

    /// A team takes with it what was granted for it, so that another one of that name later begins with nothing.
    fn remove_team(&mut self, team: &TeamName) {
        self.teams.remove(team);
        let is_of = |grant: &Grant| grant.team() == Some(team);
        edit_some(
            &mut self.users,
            |user| user.details.grants.iter().any(is_of),
            |user| {
                user.details.grants.retain(|grant| !is_of(grant));
            },
        );
        edit_some(
            &mut self.tokens,
            |token| token.details.grants.iter().any(is_of),
            |token| {
                token.details.grants.retain(|grant| !is_of(grant));
            },
        );
        let without = |owner: &mut Ownership| owner.delegates.retain(|delegate| delegate != team);
        edit_some(&mut self.participants, |owner| owner.delegates.contains(team), without);
        edit_some(&mut self.environments, |owner| owner.delegates.contains(team), without);
        let of_others = |owner: &Arc<Ownership>| owner.team != *team;
        self.participants = std::mem::take(&mut self.participants)
            .into_iter()
            .filter(|(_, owner)| of_others(owner))
            .collect();
        self.environments = std::mem::take(&mut self.environments)
            .into_iter()
            .filter(|(_, owner)| of_others(owner))
            .collect();
    }
}

/// Changes the rows of a table that are of some kind.
fn edit_some<K: Ord + Clone, T: Clone>(
    table: &mut OrdMap<K, Arc<T>>,
    is_meant: impl Fn(&T) -> bool,
    edit: impl Fn(&mut T),
) {
    let keys: Vec<K> = table.iter().filter(|(_, row)| is_meant(row)).map(|(key, _)| key.clone()).collect();
    for key in keys {
        if let Some(row) = table.get_mut(&key) {
            edit(Arc::make_mut(row));
        }
    }
}

/// A contact in words: the name, and what is said about how to reach it.
fn in_words(contact: &Contact) -> String {
    let details = contact.details.as_ref().and_then(serde_json::Value::as_object);
    let known = details.into_iter().flatten().filter_map(|(_, value)| value.as_str());
    let words = std::iter::once(contact.name.as_str()).chain(known).collect::<Vec<_>>().join(" ");
    // Others read it, in their terminals.
    words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST_CONTACT).collect()
}
