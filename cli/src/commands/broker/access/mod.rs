//! Who may ask the broker: teams, users, service tokens and owners. These commands ask a running broker, as somebody who
//! administers it.

pub(super) mod owner;
pub(super) mod team;
pub(super) mod token;
pub(super) mod user;

use clap::{Args, ValueEnum};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Reads
    Viewer,
    /// Reads, publishes contracts and verification results
    Contributor,
    /// Reads, records deployments and releases
    Deployer,
    /// Does everything
    Admin,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
            Self::Deployer => "deployer",
            Self::Admin => "admin",
        }
    }
}

/// What is granted. Where something has to be, `role` is required.
#[derive(Debug, Clone, Args)]
pub(crate) struct GrantOptions {
    /// What it may do; can be repeated
    #[arg(long, value_enum, requires = "scope")]
    role: Vec<Role>,
    /// For what this team owns
    #[arg(long, value_name = "TEAM", group = "scope", requires = "role")]
    team: Option<String>,
    /// For everything, also for what concerns no team
    #[arg(long, group = "scope", requires = "role")]
    everywhere: bool,
}

impl GrantOptions {
    /// As the broker takes it.
    fn grants(&self) -> Vec<Value> {
        let grant = |role: &Role| match &self.team {
            Some(team) => json!({ "team": team, "role": role.name() }),
            None => json!({ "everywhere": true, "role": role.name() }),
        };
        self.role.iter().map(grant).collect()
    }
}

/// A name as one segment of an address.
fn segment(name: &str) -> String {
    utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
}

/// A member that is a text; nothing where it is missing.
fn text(document: &Value, member: &str) -> String {
    document[member].as_str().unwrap_or_default().to_owned()
}

/// Grants in a few words: `web: contributor, everywhere: admin`.
fn in_words(grants: &Value) -> String {
    let grants = grants.as_array().map(Vec::as_slice).unwrap_or_default();
    let words = grants.iter().map(|grant| {
        let team = grant["team"].as_str().unwrap_or("everywhere");
        format!("{team}: {}", grant["role"].as_str().unwrap_or_default())
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The things in a list.
fn listed<'a>(document: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    document[member].as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_are_sent_and_shown() {
        let options = |team: Option<&str>, role: &[Role]| GrantOptions {
            role: role.to_vec(),
            team: team.map(str::to_owned),
            everywhere: team.is_none(),
        };
        let of_team = options(Some("web"), &[Role::Contributor, Role::Deployer]).grants();
        assert_eq!(of_team[1], json!({ "team": "web", "role": "deployer" }));
        assert_eq!(in_words(&json!(of_team)), "web: contributor, web: deployer");
        let everywhere = options(None, &[Role::Admin]).grants();
        assert_eq!(everywhere, [json!({ "everywhere": true, "role": "admin" })]);
        assert_eq!(in_words(&json!(everywhere)), "everywhere: admin");
        assert_eq!(segment("a/b c"), "a%2Fb%20c");
    }
}
