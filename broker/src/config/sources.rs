//! Where settings come from, and what is wrong with them.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
};

use super::{
    Config, Given, Hidden, Setting, Warning, environment, file,
    nearest::nearest,
    settings,
    table::{OWN_PREFIX, setting},
};

/// Where a value comes from; the later ones count more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// From nowhere: it is what it is where nothing is said.
    Default,
    /// From a file.
    File {
        /// Which.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// From a variable of the environment.
    Variable(String),
    /// From the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File { path, line } => write!(formatter, "{}:{line}", path.display()),
            Self::Variable(name) | Self::Flag(name) => formatter.write_str(name),
        }
    }
}

/// What is wrong with a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Its value makes no sense.
    #[error("{name} is {value}, but {expected} is expected")]
    Value {
        /// Its name, as it was given.
        name: String,
        /// Its value, without what is secret.
        value: String,
        /// What it should be.
        expected: String,
    },
    /// There is no such setting.
    #[error("there is no setting {name}{}", did_you_mean(*.nearest))]
    Unknown {
        /// Its name.
        name: String,
        /// The known one that is nearest.
        nearest: Option<&'static str>,
    },
    /// It is no text.
    #[error("the value of {name} is not UTF-8")]
    NotText {
        /// Its name.
        name: String,
    },
    /// The file is not TOML.
    #[error("this is no TOML: {0}")]
    Syntax(String),
    /// Settings that do not fit to each other.
    #[error("{one} is {one_value}, which is more than {other} with {other_value}")]
    MoreThan {
        /// The one that should be less.
        one: &'static str,
        /// Its value.
        one_value: String,
        /// The one that should be more.
        other: &'static str,
        /// Its value.
        other_value: String,
    },
    /// Half of something: whoever said it believes that it does something.
    #[error("{one} is set, and {other} is not: each is of use only with the other")]
    Half {
        /// The one that is set.
        one: &'static str,
        /// The one that is not.
        other: &'static str,
    },
}

fn did_you_mean(nearest: Option<&'static str>) -> String {
    nearest.map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}

/// Something that is wrong, with where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{flaw}", place(.origin))]
pub struct InvalidSetting {
    /// Where it stands.
    pub origin: Origin,
    /// What is wrong.
    pub flaw: Flaw,
}

/// The name of a variable or a flag is in what is wrong with it.
fn place(origin: &Origin) -> String {
    match origin {
        Origin::File { .. } => format!("{origin}: "),
        Origin::Default | Origin::Variable(_) | Origin::Flag(_) => String::new(),
    }
}

/// All that is wrong with settings: at least one thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct InvalidSettings(pub Vec<InvalidSetting>);

fn lines(settings: &[InvalidSetting]) -> String {
    match settings {
        [only] => only.to_string(),
        several => {
            let told = several.iter().map(|setting| format!("\n  {setting}"));
            format!("{} settings cannot be used:{}", several.len(), told.collect::<String>())
        }
    }
}

/// Settings on their way to a [`Config`]: what comes later counts more, so begin with the file.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    config: Config,
    origins: BTreeMap<&'static str, Origin>,
    flaws: Vec<InvalidSetting>,
    warnings: Vec<Warning>,
}

/// Settings that are what they are in a configuration where nothing else is said.
impl From<Config> for Settings {
    fn from(config: Config) -> Self {
        Self { config, ..Self::default() }
    }
}

impl Settings {
    /// Takes over what a file says, in TOML. The path is for telling where something stands.
    pub fn file(&mut self, path: &Path, text: &str) {
        let file::Found { values, flaws } = file::read(text);
        let origin = |line| Origin::File { path: path.to_owned(), line };
        self.flaws
            .extend(flaws.into_iter().map(|(line, flaw)| InvalidSetting { origin: origin(line), flaw }));
        for (line, key, value) in values {
            match setting(&key) {
                Some(setting) => self.set(setting, setting.key(), origin(line), &value),
                None => {
                    let nearest = nearest(&key, settings().iter().map(Setting::key));
                    self.wrong(origin(line), Flaw::Unknown { name: key, nearest });
                }
            }
        }
    }

    /// Takes over what variables of the environment say; those that are about something else are left alone. An empty
    /// variable says nothing.
    pub fn environment<N, V>(&mut self, variables: impl IntoIterator<Item = (N, V)>)
    where
        N: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let mut given = BTreeMap::new();
        for (name, value) in variables {
            let Some(name) = name.as_ref().to_str() else { continue };
            if !(name.starts_with(OWN_PREFIX) || name.starts_with(environment::PREFIX)) {
                continue;
            }
            if value.as_ref().to_str().is_none_or(|value| !value.trim().is_empty()) {
                given.insert(name.to_owned(), value.as_ref().to_str().map(str::to_owned));
            }
        }
        for setting in settings() {
            let mut found = setting.variables().filter_map(|name| given.remove_entry(&name));
            // The rest of its names have been looked at by that, too.
            let Some((name, value)) = found.next() else { continue };
            found.for_each(drop);
            let origin = Origin::Variable(name.clone());
            match value {
                Some(value) => self.set(setting, &name, origin, &Given::Text(value)),
                None => self.wrong(origin, Flaw::NotText { name }),
            }
        }
        self.certificates(&mut given);
        for name in given.into_keys() {
            self.warnings.extend(environment::warning(name));
        }
    }

    /// Takes over the Pact Broker's numbered certificates, unless there is a list of them.
    fn certificates(&mut self, given: &mut BTreeMap<String, Option<String>>) {
        const KEY: &str = "webhook.certificates";
        let Some(certificates) = setting(KEY) else { return };
        let numbered = environment::numbered_certificates(given);
        if matches!(self.origins.get(KEY), Some(Origin::Variable(_))) {
            return;
        }
        let mut items = Vec::new();
        let mut first = None;
        for (name, value) in numbered {
            let origin = Origin::Variable(name.clone());
            let Some(value) = value else {
                self.wrong(origin, Flaw::NotText { name });
                continue;
            };
            let item = Given::Text(value.trim().to_owned());
            // Each for itself, so that the one that is wrong is named.
            if certificates.set(&mut Config::default(), &Given::List(vec![item.clone()])) {
                items.push(item);
                first.get_or_insert((name, origin));
            } else {
                let is_path = name.ends_with("__PATH");
                let value = if is_path { item.to_string() } else { Given::HIDDEN.to_owned() };
                let expected = certificates.expected().to_owned();
                self.wrong(origin, Flaw::Value { name, value, expected });
            }
        }
        if let Some((name, origin)) = first {
            self.set(certificates, &name, origin, &Given::List(items));
        }
    }

    /// Takes over what was said on the command line for the setting with that key.
    pub fn flag(&mut self, flag: &str, key: &str, value: &str) {
        let origin = Origin::Flag(flag.to_owned());
        match setting(key) {
            Some(setting) => self.set(setting, flag, origin, &Given::Text(value.to_owned())),
            None => {
                let nearest = nearest(key, settings().iter().map(Setting::key));
                self.wrong(origin, Flaw::Unknown { name: key.to_owned(), nearest });
            }
        }
    }

    /// What is not wrong, but probably not meant, either.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Where the value of a setting comes from.
    pub fn origin(&self, setting: &Setting) -> Origin {
        self.origins.get(setting.key()).cloned().unwrap_or(Origin::Default)
    }

    /// The configuration.
    ///
    /// # Errors
    /// All that is wrong with what was said.
    pub fn config(&self) -> Result<Config, InvalidSettings> {
        let mut flaws = self.flaws.clone();
        flaws.extend(self.contradictions());
        flaws.extend(self.halves());
        if flaws.is_empty() { Ok(self.config.clone()) } else { Err(InvalidSettings(flaws)) }
    }

    fn set(&mut self, setting: &'static Setting, name: &str, origin: Origin, value: &Given) {
        if setting.set(&mut self.config, value) {
            self.origins.insert(setting.key(), origin);
            return;
        }
        let value = if setting.is_secret() { Hidden::STARS.to_owned() } else { value.to_string() };
        let expected = setting.expected().to_owned();
        self.wrong(origin, Flaw::Value { name: name.to_owned(), value, expected });
    }

    fn wrong(&mut self, origin: Origin, flaw: Flaw) {
        self.flaws.push(InvalidSetting { origin, flaw });
    }

    /// What is of no use alone. A password that nobody is asked for is worse than none.
    fn halves(&self) -> impl Iterator<Item = InvalidSetting> {
        let Config { access, tls, .. } = &self.config;
        let pairs = [
            ("access.user", access.user.is_some(), "access.password", access.password.is_some()),
            (
                "access.read_only_user",
                access.read_only_user.is_some(),
                "access.read_only_password",
                access.read_only_password.is_some(),
            ),
            ("tls.certificate", tls.certificate.is_some(), "tls.key", tls.key.is_some()),
            ("oidc.issuer", access.oidc.issuer.is_some(), "oidc.audience", access.oidc.audience.is_some()),
        ];
        pairs.into_iter().filter(|(_, one, _, other)| one != other).map(|(one, is_set, other, _)| {
            let (one, other) = if is_set { (one, other) } else { (other, one) };
            let origin = self.origins.get(one).cloned().unwrap_or(Origin::Default);
            InvalidSetting { origin, flaw: Flaw::Half { one, other } }
        })
    }

    /// What makes no sense together.
    fn contradictions(&self) -> impl Iterator<Item = InvalidSetting> {
        let window = self.config.rules.wip_window;
        let limits = self.config.webhooks.limits;
        let pairs = [
            (window.least > window.most, "rules.wip_window_least_days", "rules.wip_window_most_days"),
            (limits.per_receiver > limits.total, "webhook.at_once_per_receiver", "webhook.at_once"),
        ];
        pairs.into_iter().filter(|(wrong, ..)| *wrong).map(|(_, one, other)| {
            let [one_value, other_value] = [one, other].map(|key| {
                setting(key).map(|setting| setting.value(&self.config).to_string()).unwrap_or_default()
            });
            let origin = [one, other].iter().filter_map(|key| self.origins.get(key)).max().cloned();
            let flaw = Flaw::MoreThan { one, one_value, other, other_value };
            InvalidSetting { origin: origin.unwrap_or(Origin::Default), flaw }
        })
    }
}
