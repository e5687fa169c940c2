//! The order-dependent options of the questions: `--version` and its like belong to the participant before them.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use pactwright_core::names::{BranchName, InvalidName, ParticipantName, TagName, VersionNumber};
use thiserror::Error;

/// The variable that names participants to leave out, separated by commas.
pub(super) const IGNORED_BY_VARIABLE: &str = "PACT_BROKER_CAN_I_DEPLOY_IGNORE";

/// Which versions are asked about, and which are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selectors {
    pub(super) asked: Vec<Selector>,
    pub(super) ignored: Vec<Ignored>,
}

/// Some version of a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector {
    pub(super) participant: ParticipantName,
    pub(super) which: Which,
}

/// A participant, or one version of it, that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ignored {
    pub(super) participant: String,
    pub(super) version: Option<VersionNumber>,
}

/// Which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Which {
    /// Every one
    Unspecified,
    Version(VersionNumber),
    Latest,
    LatestWithTag(TagName),
    AllWithTag(TagName),
    LatestOnBranch(BranchName),
    MainBranch,
    /// Every one in a range of semantic versions
    InRange(String),
    LatestInRange(String),
}

/// Options that do not go together.
#[derive(Debug, Error)]
enum SelectorError {
    #[error(
        "`--{0}` says which version of an application is meant, so it must come after a `--pacticipant NAME`"
    )]
    Orphan(&'static str),
    #[error(
        "`--{first}` and `--{second}` both say which version of {participant} is meant; give one of them"
    )]
    TwoVersions { participant: String, first: &'static str, second: &'static str },
    #[error("`--ignore {participant}` can be followed by `--version` only, not by `--{option}`")]
    IgnoredBy { participant: String, option: &'static str },
    #[error("`--{option}` needs another value")]
    Name { option: &'static str, source: InvalidName },
}

/// What was said of one participant, as it comes.
#[derive(Debug)]
struct Draft {
    participant: String,
    ignored: bool,
    latest: bool,
    /// The option, and its value.
    version: Option<(&'static str, String)>,
}

/// The options that say which version, in `--help` and on the command line.
const VERSIONS: [&str; 5] = ["version", "version-range", "tag", "branch", "main-branch"];

impl Args for Selectors {
    fn augment_args(command: Command) -> Command {
        let repeated = |id: &'static str, value: &'static str, help: &'static str| {
            Arg::new(id).long(id).value_name(value).action(ArgAction::Append).help(help)
        };
        let flag = |id: &'static str, help: &'static str| {
            Arg::new(id)
                .long(id)
                .num_args(0)
                .default_missing_value("true")
                .action(ArgAction::Append)
                .help(help)
        };
        let latest = repeated("latest", "TAG", "The latest version, or the latest with a tag");
        command.next_help_heading("Question").args([
            repeated("pacticipant", "NAME", "An application to ask about; the options below follow it")
                .short('a')
                .visible_alias("participant")
                .required(true),
            repeated("version", "VERSION", "This version").short('e'),
            repeated("version-range", "RANGE", "The versions in this range of semantic versions, such as '>=1.4, <2'; with --latest, the greatest of them"),
            latest.short('l').num_args(0..=1).default_missing_value(""),
            repeated("tag", "TAG", "The versions with this tag; with --latest, the latest of them").alias("all"),
            repeated("branch", "BRANCH", "The latest version from this branch"),
            flag("main-branch", "The latest version from the main branch"),
            // The existing clients take them, as the opposite of --main-branch.
            flag("no-main-branch", "No version from the main branch").num_args(0..=1).alias("skip-main-branch").hide(true),
            repeated("ignore", "NAME", "An application to leave out [env: PACT_BROKER_CAN_I_DEPLOY_IGNORE]; can be followed by --version"),
        ])
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Selectors {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let others = ["pacticipant", "latest", "no-main-branch", "ignore"];
        let mut options: Vec<(usize, &'static str, String)> = Vec::new();
        for id in VERSIONS.into_iter().chain(others) {
            let values = matches.get_many::<String>(id).into_iter().flatten().cloned();
            let indices = matches.indices_of(id).into_iter().flatten();
            options.extend(indices.zip(values).map(|(index, value)| (index, id, value)));
        }
        options.sort();
        let options: Vec<_> = options.into_iter().map(|(_, id, value)| (id, value)).collect();
        Self::gather(options).map_err(|error| {
            let mut text = error.to_string();
            if let Some(cause) = std::error::Error::source(&error) {
                text.push_str(&format!(": {cause}"));
            }
            clap::Error::raw(clap::error::ErrorKind::ValueValidation, format!("{text}\n"))
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Selectors {
    /// Reads the options in the order in which they were given.
    fn gather(options: Vec<(&'static str, String)>) -> Result<Self, SelectorError> {
        let mut drafts: Vec<Draft> = Vec::new();
        for (id, value) in options {
            if matches!(id, "pacticipant" | "ignore") {
                let ignored = id == "ignore";
                drafts.push(Draft { participant: value, ignored, latest: false, version: None });
            } else {
                drafts.last_mut().ok_or(SelectorError::Orphan(id))?.add(id, value)?;
            }
        }
        let mut selectors = Self::default();
        for draft in drafts {
            if draft.ignored {
                selectors.ignored.push(draft.into_ignored()?);
            } else {
                selectors.asked.push(draft.into_selector()?);
            }
        }
        Ok(selectors)
    }

    /// With the participants that a variable of the environment names.
    pub(super) fn and_ignored(mut self, variable: &str) -> Self {
        let names = std::env::var(variable).unwrap_or_default();
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        self.ignored.extend(names.map(|name| Ignored { participant: name.to_owned(), version: None }));
        self
    }

    /// What is asked about: `orders-api 2.0.0 with web from its main branch`.
    pub(super) fn in_words(&self) -> String {
        let one = |Selector { participant, which }: &Selector| match which {
            Which::Unspecified => participant.to_string(),
            Which::Version(version) => format!("{participant} {version}"),
            Which::Latest => format!("the latest {participant}"),
            Which::LatestWithTag(tag) => format!("the latest {participant} with tag {tag}"),
            Which::AllWithTag(tag) => format!("{participant} with tag {tag}"),
            Which::LatestOnBranch(branch) => format!("{participant} from branch {branch}"),
            Which::MainBranch => format!("{participant} from its main branch"),
            Which::InRange(range) => format!("{participant} {range}"),
            Which::LatestInRange(range) => format!("the greatest {participant} {range}"),
        };
        self.asked.iter().map(one).collect::<Vec<_>>().join(" with ")
    }

    /// The parameters of a matrix query.
    pub(super) fn query(&self) -> Vec<(String, String)> {
        let mut query = Vec::new();
        for Selector { participant, which } in &self.asked {
            let mut add = |key: &str, value: &str| query.push((format!("q[][{key}]"), value.to_owned()));
            add("pacticipant", participant.as_str());
            match which {
                Which::Unspecified => {}
                Which::Version(version) => add("version", version.as_str()),
                Which::Latest => add("latest", "true"),
                Which::AllWithTag(tag) => add("tag", tag.as_str()),
                Which::LatestWithTag(tag) => {
                    add("latest", "true");
                    add("tag", tag.as_str());
                }
                Which::LatestOnBranch(branch) => {
                    add("branch", branch.as_str());
                    add("latest", "true");
                }
                Which::MainBranch => add("mainBranch", "true"),
                Which::InRange(range) => add("versionRange", range),
                Which::LatestInRange(range) => {
                    add("versionRange", range);
                    add("latest", "true");
                }
            }
        }
        for Ignored { participant, version } in &self.ignored {
            query.push(("ignore[][pacticipant]".to_owned(), participant.clone()));
            query.extend(version.iter().map(|version| ("ignore[][version]".to_owned(), version.to_string())));
        }
        query
    }
}

impl Draft {
    fn add(&mut self, option: &'static str, value: String) -> Result<(), SelectorError> {
        if self.ignored && option != "version" {
            return Err(SelectorError::IgnoredBy { participant: self.participant.clone(), option });
        }
        let said = match option {
            "no-main-branch" => {
                self.version.take_if(|(option, _)| *option == "main-branch");
                return Ok(());
            }
            "latest" => {
                self.latest = true;
                if value.is_empty() {
                    return Ok(());
                }
                "tag"
            }
            option => option,
        };
        if let Some((first, _)) = &self.version {
            let participant = self.participant.clone();
            return Err(SelectorError::TwoVersions { participant, first, second: option });
        }
        self.version = Some((said, value));
        Ok(())
    }

    fn into_ignored(self) -> Result<Ignored, SelectorError> {
        let version = self.version.map(|(option, value)| named(option, &value)).transpose()?;
        Ok(Ignored { participant: self.participant, version })
    }

    fn into_selector(self) -> Result<Selector, SelectorError> {
        let latest = self.latest;
        let which = match self.version {
            None if latest => Which::Latest,
            None => Which::Unspecified,
            Some(("version", _)) if latest => {
                let participant = self.participant;
                return Err(SelectorError::TwoVersions { participant, first: "version", second: "latest" });
            }
            Some((option @ "version", value)) => Which::Version(named(option, &value)?),
            Some(("version-range", range)) if latest => Which::LatestInRange(range),
            Some(("version-range", range)) => Which::InRange(range),
            Some((option @ "tag", value)) if latest => Which::LatestWithTag(named(option, &value)?),
            Some((option @ "tag", value)) => Which::AllWithTag(named(option, &value)?),
            Some((option @ "branch", value)) => Which::LatestOnBranch(named(option, &value)?),
            Some(_) => Which::MainBranch,
        };
        Ok(Selector { participant: named("pacticipant", &self.participant)?, which })
    }
}

fn named<N: std::str::FromStr<Err = InvalidName>>(
    option: &'static str,
    value: &str,
) -> Result<N, SelectorError> {
    value.parse().map_err(|source| SelectorError::Name { option, source })
}

#[cfg(test)]
mod tests;
