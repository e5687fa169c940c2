//! Rules that say which versions are kept: typed, and read from text or JSON.
//!
//! As text, a rule is words that all have to be true: `branch=main latest`, `tag max-age=30d`, `deployed=test`. As JSON
//! it is what the Pact Broker takes in `PACT_BROKER_DATABASE_CLEAN_KEEP_VERSION_SELECTORS`:
//! `{"branch": "main", "latest": true}`, `{"tag": true, "max_age": 30}`, `{"environment": "test", "deployed": true}`.

use std::{fmt, str::FromStr};

use pactwright_core::names::{BranchName, EnvironmentName, ParticipantName, TagName};
use serde_json::{Map, Value};

/// Versions that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeepRule {
    /// Of which participant; none is all.
    pub participant: Option<ParticipantName>,
    /// Which of them.
    pub which: Which,
    /// Only the latest of them: of each branch or tag, where it is about those.
    pub latest: bool,
    /// Only those that were first seen in the last so many days.
    pub max_age_days: Option<u32>,
}

/// What versions have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Which {
    /// Nothing.
    #[default]
    Any,
    /// They are on that branch, or on any.
    Branch(Option<BranchName>),
    /// They are on their participant's main branch.
    MainBranch,
    /// They have that tag, or any.
    Tag(Option<TagName>),
    /// They are deployed there, or anywhere. (Those are kept in any case.)
    Deployed(Option<EnvironmentName>),
    /// They are released there, or anywhere, and supported. (Those are kept in any case.)
    Released(Option<EnvironmentName>),
    /// They are deployed there, or released and supported. (Those are kept in any case.)
    Environment(EnvironmentName),
}

/// A rule that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRule(String);

fn invalid(why: impl Into<String>) -> InvalidRule {
    InvalidRule(why.into())
}

const WORDS: &str = "`latest`, `max-age=30d`, `branch`, `branch=NAME`, `main-branch`, `tag`, `tag=NAME`, \
     `deployed`, `deployed=ENVIRONMENT`, `released`, `released=ENVIRONMENT`, `environment=NAME`, `participant=NAME`";

impl KeepRule {
    /// The rule of all that were first seen in the last so many days.
    pub fn younger_than(days: u32) -> Self {
        Self { max_age_days: Some(days), ..Self::default() }
    }

    /// The rule of the latest of what versions have in common.
    pub fn latest(which: Which) -> Self {
        Self { which, latest: true, ..Self::default() }
    }

    /// What is kept where nobody says otherwise: what is younger than 90 days, the latest of each participant, of each
    /// branch and of each tag.
    pub fn usual() -> Vec<Self> {
        let latest = [Which::Any, Which::Branch(None), Which::Tag(None)].map(Self::latest);
        std::iter::once(Self::younger_than(90)).chain(latest).collect()
    }

    /// Reads rules: a JSON array of rules, one as a JSON object, or one as words.
    ///
    /// # Errors
    /// What cannot be understood, and what could.
    pub fn read_all(text: &str) -> Result<Vec<Self>, InvalidRule> {
        let trimmed = text.trim();
        if !trimmed.starts_with(['[', '{']) {
            return Ok(vec![trimmed.parse()?]);
        }
        let value: Value = serde_json::from_str(trimmed)
            .map_err(|error| invalid(format!("the rules are not JSON: {error}")))?;
        match value {
            Value::Array(rules) => rules.iter().map(Self::from_json).collect(),
            rule => Ok(vec![Self::from_json(&rule)?]),
        }
    }

    /// Reads a rule as the Pact Broker has it, or as words in a JSON string.
    ///
    /// # Errors
    /// What cannot be understood, and what could.
    pub fn from_json(value: &Value) -> Result<Self, InvalidRule> {
        match value {
            Value::String(words) => words.parse(),
            Value::Object(members) => from_members(members),
            _ => Err(invalid("a rule is an object such as {\"branch\": \"main\", \"latest\": true}")),
        }
    }

    /// The rule as JSON; it is read again by [`KeepRule::from_json`].
    pub fn to_json(&self) -> Value {
        let mut members = Map::new();
        let any_or_name = |name: Option<String>| name.map_or(Value::Bool(true), Value::String);
        let place = |name: &Option<EnvironmentName>| name.as_ref().map(ToString::to_string);
        match &self.which {
            Which::Any => {}
            Which::Branch(name) => {
                members.insert("branch".to_owned(), any_or_name(name.as_ref().map(ToString::to_string)));
            }
            Which::Tag(name) => {
                members.insert("tag".to_owned(), any_or_name(name.as_ref().map(ToString::to_string)));
            }
            Which::MainBranch => _ = members.insert("main_branch".to_owned(), true.into()),
            Which::Deployed(name) => {
                members.insert("deployed".to_owned(), true.into());
                members.extend(place(name).map(|name| ("environment".to_owned(), name.into())));
            }
            Which::Released(name) => {
                members.insert("released".to_owned(), true.into());
                members.extend(place(name).map(|name| ("environment".to_owned(), name.into())));
            }
            Which::Environment(name) => _ = members.insert("environment".to_owned(), name.to_string().into()),
        }
        members.extend(
            self.participant.as_ref().map(|name| ("pacticipant".to_owned(), name.to_string().into())),
        );
        members.extend(self.latest.then(|| ("latest".to_owned(), true.into())));
        members.extend(self.max_age_days.map(|days| ("max_age".to_owned(), days.into())));
        Value::Object(members)
    }

    fn set_which(&mut self, which: Which) -> Result<(), InvalidRule> {
        self.which = match (std::mem::take(&mut self.which), which) {
            (Which::Any, which) => which,
            // `{"environment": "test", "deployed": true}`, in whichever order.
            (Which::Environment(place), Which::Deployed(None))
            | (Which::Deployed(None), Which::Environment(place)) => Which::Deployed(Some(place)),
            (Which::Environment(place), Which::Released(None))
            | (Which::Released(None), Which::Environment(place)) => Which::Released(Some(place)),
            (one, other) => {
                return Err(invalid(format!(
                    "a rule says one thing about versions, not `{one}` and `{other}`: make two rules of it"
                )));
            }
        };
        Ok(())
    }

    fn checked(self) -> Result<Self, InvalidRule> {
        if self.latest
            && matches!(self.which, Which::Deployed(_) | Which::Released(_) | Which::Environment(_))
        {
            return Err(invalid(format!(
                "`latest` goes with branches and tags, or alone, not with `{}`",
                self.which
            )));
        }
        if self == Self::default() {
            return Err(invalid(format!(
                "a rule without words would keep everything; the words are {WORDS}"
            )));
        }
        Ok(self)
    }
}

fn name<N: FromStr<Err: fmt::Display>>(what: &str, text: &str) -> Result<N, InvalidRule> {
    text.parse().map_err(|error| invalid(format!("{what} '{text}': {error}")))
}

fn days(text: &str) -> Result<u32, InvalidRule> {
    let number = text.trim().strip_suffix(['d', 'D']).unwrap_or(text.trim());
    number.parse().map_err(|_| invalid(format!("the age '{text}' is no number of days, such as 30d")))
}

fn from_members(members: &Map<String, Value>) -> Result<KeepRule, InvalidRule> {
    let mut rule = KeepRule::default();
    for (key, value) in members {
        let wrong = |expected: &str| invalid(format!("`{key}` has to be {expected}"));
        let text = || value.as_str().ok_or_else(|| wrong("a name"));
        let truth = || value.as_bool().ok_or_else(|| wrong("true or false"));
        // `true` for any of them, or which one.
        let any_or_name = || match value {
            Value::Bool(true) => Ok(Some(None)),
            Value::Bool(false) => Ok(None),
            Value::String(name) => Ok(Some(Some(name.as_str()))),
            _ => Err(wrong("true or a name")),
        };
        match key.as_str() {
            "pacticipant" | "pacticipant_name" | "pacticipantName" | "participant" => {
                rule.participant = Some(name(key, text()?)?);
            }
            "latest" => rule.latest = truth()?,
            "max_age" | "maxAge" => {
                let age = value.as_u64().and_then(|age| u32::try_from(age).ok());
                rule.max_age_days = Some(age.ok_or_else(|| wrong("a number of days"))?);
            }
            "branch" => {
                if let Some(branch) = any_or_name()? {
                    rule.set_which(Which::Branch(branch.map(|text| name(key, text)).transpose()?))?;
                }
            }
            "tag" => {
                if let Some(tag) = any_or_name()? {
                    rule.set_which(Which::Tag(tag.map(|text| name(key, text)).transpose()?))?;
                }
            }
            "main_branch" | "mainBranch" if truth()? => rule.set_which(Which::MainBranch)?,
            "deployed" if truth()? => rule.set_which(Which::Deployed(None))?,
            "released" if truth()? => rule.set_which(Which::Released(None))?,
            "main_branch" | "mainBranch" | "deployed" | "released" => {}
            "environment" | "environment_name" | "environmentName" => {
                rule.set_which(Which::Environment(name(key, text()?)?))?;
            }
            _ => {
                return Err(invalid(format!(
                    "a rule has no `{key}`; it can have pacticipant, branch, main_branch, tag, latest, max_age, \
                     environment, deployed, released"
                )));
            }
        }
    }
    rule.checked()
}

impl FromStr for KeepRule {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        let mut rule = Self::default();
        for word in text.split_whitespace() {
            let (key, value) = match word.split_once(['=', ':']) {
                Some((key, value)) => (key, Some(value)),
                None => (word, None),
            };
            match (key, value) {
                ("latest", None) => rule.latest = true,
                ("max-age", Some(value)) => rule.max_age_days = Some(days(value)?),
                ("participant" | "pacticipant", Some(value)) => rule.participant = Some(name(key, value)?),
                ("branch", value) => {
                    rule.set_which(Which::Branch(value.map(|value| name(key, value)).transpose()?))?;
                }
                ("main-branch", None) => rule.set_which(Which::MainBranch)?,
                ("tag", value) => {
                    rule.set_which(Which::Tag(value.map(|value| name(key, value)).transpose()?))?;
                }
                ("deployed", value) => {
                    rule.set_which(Which::Deployed(value.map(|value| name(key, value)).transpose()?))?;
                }
                ("released", value) => {
                    rule.set_which(Which::Released(value.map(|value| name(key, value)).transpose()?))?;
                }
                ("environment", Some(value)) => rule.set_which(Which::Environment(name(key, value)?))?,
                _ => return Err(invalid(format!("'{word}' is no word of a rule; the words are {WORDS}"))),
            }
        }
        rule.checked()
    }
}

impl fmt::Display for Which {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut with = |word: &str, name: Option<&dyn fmt::Display>| match name {
            Some(name) => write!(formatter, "{word}={name}"),
            None => formatter.write_str(word),
        };
        match self {
            Self::Any => Ok(()),
            Self::Branch(name) => with("branch", name.as_ref().map(|name| name as _)),
            Self::MainBranch => with("main-branch", None),
            Self::Tag(name) => with("tag", name.as_ref().map(|name| name as _)),
            Self::Deployed(place) => with("deployed", place.as_ref().map(|name| name as _)),
            Self::Released(place) => with("released", place.as_ref().map(|name| name as _)),
            Self::Environment(place) => with("environment", Some(place)),
        }
    }
}

/// As words.
impl fmt::Display for KeepRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        words.extend(self.participant.as_ref().map(|name| format!("participant={name}")));
        words.extend(Some(self.which.to_string()).filter(|which| !which.is_empty()));
        words.extend(self.latest.then(|| "latest".to_owned()));
        words.extend(self.max_age_days.map(|days| format!("max-age={days}d")));
        formatter.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::KeepRule;

    #[test]
    fn words_and_json_say_the_same() {
        for (words, json) in [
            ("latest", r#"{"latest": true}"#),
            ("max-age=90d", r#"{"max_age": 90}"#),
            ("branch latest", r#"{"branch": true, "latest": true}"#),
            ("branch=main latest", r#"{"latest": true, "branch": "main"}"#),
            ("main-branch max-age=30d", r#"{"main_branch": true, "max_age": 30}"#),
            ("participant=web tag=prod", r#"{"pacticipant": "web", "tag": "prod"}"#),
            ("tag", r#"{"tag": true, "branch": false, "released": false}"#),
            ("deployed", r#"{"deployed": true}"#),
            ("deployed=test", r#"{"deployed": true, "environment": "test"}"#),
            ("released=test", r#"{"environment_name": "test", "released": true}"#),
            ("environment=test", r#"{"environment": "test"}"#),
        ] {
            let rule: KeepRule = words.parse().unwrap();
            assert_eq!(rule.to_string(), words);
            assert_eq!(KeepRule::read_all(json), Ok(vec![rule.clone()]), "{json}");
            assert_eq!(KeepRule::from_json(&rule.to_json()), Ok(rule.clone()), "{json}");
            assert_eq!(KeepRule::read_all(&format!("[{json}, \"{words}\"]")), Ok(vec![rule.clone(), rule]));
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused_with_what_could() {
        for (text, said) in [
            ("", "would keep everything"),
            ("{}", "would keep everything"),
            (r#"{"branch": false}"#, "would keep everything"),
            ("newest", "'newest' is no word"),
            ("max-age=old", "no number of days"),
            ("branch=main tag=prod", "make two rules"),
            ("deployed=a deployed=b", "make two rules"),
            ("deployed latest", "goes with branches and tags"),
            (r#"{"latest": "yes"}"#, "true or false"),
            (r#"{"max_age": -1}"#, "a number of days"),
            (r#"{"max_age": 4294967296}"#, "a number of days"),
            (r#"{"branches": true}"#, "no `branches`"),
            (r#"{"branch": 1}"#, "true or a name"),
            ("[1]", "an object such as"),
            ("[{", "not JSON"),
        ] {
            let error = KeepRule::read_all(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn the_usual_rules_are_the_pact_brokers() {
        let words: Vec<_> = KeepRule::usual().iter().map(ToString::to_string).collect();
        assert_eq!(words, ["max-age=90d", "latest", "branch latest", "tag latest"]);
    }
}
