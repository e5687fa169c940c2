use super::InvalidSetting;
use crate::domain::{model::Secret, webhooks::egress::Network};

/// Who may ask the broker something. Where nothing of it is set, and there are neither users nor tokens, anybody may do
/// anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessConfig {
    /// Who may do everything (`basic_auth_username`, `basic_auth_password`).
    pub read_write: Option<Login>,
    /// Who may read everything (`basic_auth_read_only_username`, `basic_auth_read_only_password`).
    pub read_only: Option<Login>,
    /// Whether anybody may read (`allow_public_read`: no).
    pub public_read: bool,
    /// Whether anybody may ask whether the broker is there (`public_heartbeat`: no).
    pub public_heartbeat: bool,
    /// Whether anybody may see badges (`enable_public_badge_access`: yes).
    pub public_badges: bool,
    /// A token that may do everything, to begin with (`PACTWRIGHT_ADMIN_TOKEN`).
    pub admin_token: Option<Secret>,
    /// Networks of proxies that are believed when they say where a request comes from (`PACTWRIGHT_TRUSTED_PROXIES`).
    pub trusted_proxies: Vec<Network>,
}

/// A user name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: Secret,
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            read_write: None,
            read_only: None,
            public_read: false,
            public_heartbeat: false,
            public_badges: true,
            admin_token: None,
            trusted_proxies: Vec::new(),
        }
    }
}

impl AccessConfig {
    /// Whether the settings name anybody who is asked for.
    pub fn names_anybody(&self) -> bool {
        self.read_write.is_some() || self.read_only.is_some() || self.admin_token.is_some()
    }

    /// Whether the settings name somebody who may do everything.
    pub fn names_administrator(&self) -> bool {
        self.read_write.is_some() || self.admin_token.is_some()
    }
}

/// User names and passwords as they are set: each comes alone, in any order.
#[derive(Default)]
pub(super) struct Logins {
    read_write: [Option<String>; 2],
    read_only: [Option<String>; 2],
}

impl Logins {
    /// Takes a setting, if it is one of these.
    pub(super) fn take(&mut self, name: &str, value: &str) -> bool {
        let place = match name {
            "basic_auth_username" => &mut self.read_write[0],
            "basic_auth_password" => &mut self.read_write[1],
            "basic_auth_read_only_username" => &mut self.read_only[0],
            "basic_auth_read_only_password" => &mut self.read_only[1],
            _ => return false,
        };
        *place = Some(value.to_owned()).filter(|value| !value.is_empty());
        true
    }
}

impl AccessConfig {
    /// Takes over what was set.
    pub(super) fn take_logins(&mut self, logins: Logins) -> Result<(), InvalidSetting> {
        let Logins { read_write, read_only } = logins;
        if let Some(login) = login(read_write, "PACT_BROKER_BASIC_AUTH")? {
            self.read_write = Some(login);
        }
        if let Some(login) = login(read_only, "PACT_BROKER_BASIC_AUTH_READ_ONLY")? {
            self.read_only = Some(login);
        }
        Ok(())
    }
}

/// Half of it is no login, and whoever set it believes that there is one.
fn login([user, password]: [Option<String>; 2], name: &str) -> Result<Option<Login>, InvalidSetting> {
    let missing = |part: &str, expected| InvalidSetting {
        name: format!("{name}_{part}"),
        value: String::new(),
        expected,
    };
    match (user, password) {
        (Some(user), Some(password)) => Ok(Some(Login { user, password: Secret::new(password) })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing("PASSWORD", "a password, because there is a user name")),
        (None, Some(_)) => Err(missing("USERNAME", "a user name, because there is a password")),
    }
}

/// How many characters the administrator's token has at least.
const SHORTEST_TOKEN: usize = 32;

/// A token that can be guessed would be worse than none.
pub(super) fn admin_token(name: &str, value: &str) -> Result<Option<Secret>, InvalidSetting> {
    match value.chars().count() {
        0 => Ok(None),
        SHORTEST_TOKEN.. => Ok(Some(Secret::new(value))),
        _ => Err(InvalidSetting {
            name: name.to_owned(),
            value: Secret::STARS.to_owned(),
            expected: "at least 32 random characters, such as `openssl rand -hex 32` gives",
        }),
    }
}
