//! The order-dependent options of `can-i-deploy`: `--version` and its like belong to the participant before them.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use thiserror::Error;

/// Which versions are asked about, and which are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selectors {
    pub(crate) asked: Vec<Selector>,
    pub(crate) ignored: Vec<Selector>,
}

/// Some version of a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) participant: String,
    pub(crate) which: Which,
}

/// Which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Which {
    /// Every one, or the latest, as the question has it
    Unspecified,
    Version(String),
    Latest,
    LatestWithTag(String),
    AllWithTag(String),
    LatestOnBranch(String),
    MainBranch,
}

/// A version option that belongs to nobody.
#[derive(Debug, Error)]
#[error("`--{0}` says which version of a participant is meant, so it must come after a `--pacticipant NAME`")]
struct Orphan(&'static str);

impl Args for Selectors {
    fn augment_args(command: Command) -> Command {
        let repeated = |id: &'static str, value: &'static str, help: &'static str| {
            Arg::new(id).long(id).value_name(value).action(ArgAction::Append).help(help)
        };
        let flag = Arg::new("main-branch")
            .long("main-branch")
            .num_args(0)
            .default_missing_value("true")
            .action(ArgAction::Append)
            .help("The latest version from the main branch");
        let latest = repeated("latest", "TAG", "The latest version, or the latest with a tag");
        command.next_help_heading("Question").args([
            repeated("pacticipant", "NAME", "An application to ask about; the options below follow it")
                .short('a')
                .visible_alias("participant")
                .required(true),
            repeated("version", "VERSION", "This version").short('e'),
            latest.short('l').num_args(0..=1).default_missing_value(""),
            repeated("tag", "TAG", "The versions with this tag"),
            repeated("branch", "BRANCH", "The latest version from this branch"),
            flag,
            repeated("ignore", "NAME", "An application to leave out [env: PACT_BROKER_CAN_I_DEPLOY_IGNORE]; can be followed by --version"),
        ])
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Selectors {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let ids = ["pacticipant", "version", "latest", "tag", "branch", "main-branch", "ignore"];
        let mut options: Vec<(usize, &'static str, String)> = Vec::new();
        for id in ids {
            let values = matches.get_many::<String>(id).into_iter().flatten().cloned();
            let indices = matches.indices_of(id).into_iter().flatten();
            options.extend(indices.zip(values).map(|(index, value)| (index, id, value)));
        }
        options.sort();
        let options: Vec<_> = options.into_iter().map(|(_, id, value)| (id, value)).collect();
        Self::gather(options).map_err(|orphan| {
            clap::Error::raw(clap::error::ErrorKind::ValueValidation, format!("{orphan}\n"))
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Selectors {
    /// Reads the options in the order in which they were given.
    fn gather(options: Vec<(&'static str, String)>) -> Result<Self, Orphan> {
        let mut selectors = Self::default();
        let mut ignoring = false;
        for (id, value) in options {
            let which = match id {
                "pacticipant" | "ignore" => {
                    ignoring = id == "ignore";
                    let list = if ignoring { &mut selectors.ignored } else { &mut selectors.asked };
                    list.push(Selector { participant: value, which: Which::Unspecified });
                    continue;
                }
                "version" => Which::Version(value),
                "latest" if value.is_empty() => Which::Latest,
                "latest" => Which::LatestWithTag(value),
                "tag" => Which::AllWithTag(value),
                "branch" => Which::LatestOnBranch(value),
                _ => Which::MainBranch,
            };
            let list = if ignoring { &mut selectors.ignored } else { &mut selectors.asked };
            let selector = list.last_mut().ok_or(Orphan(id))?;
            // `--latest --tag x` and `--tag x --latest` both mean the latest with that tag.
            selector.which = match (&selector.which, which) {
                (Which::AllWithTag(tag), Which::Latest) => Which::LatestWithTag(tag.clone()),
                (Which::Latest, Which::AllWithTag(tag)) => Which::LatestWithTag(tag),
                (Which::LatestOnBranch(branch), Which::Latest) => Which::LatestOnBranch(branch.clone()),
                (_, which) => which,
            };
        }
        Ok(selectors)
    }

    /// The parameters of a matrix query.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let mut query = Vec::new();
        for (list, name) in [(&self.asked, "q"), (&self.ignored, "ignore")] {
            for selector in list {
                let mut add =
                    |key: &str, value: &str| query.push((format!("{name}[][{key}]"), value.to_owned()));
                add("pacticipant", &selector.participant);
                match &selector.which {
                    Which::Unspecified => {}
                    Which::Version(version) => add("version", version),
                    Which::Latest => add("latest", "true"),
                    Which::AllWithTag(tag) => add("tag", tag),
                    Which::LatestWithTag(tag) => {
                        add("latest", "true");
                        add("tag", tag);
                    }
                    Which::LatestOnBranch(branch) => {
                        add("branch", branch);
                        add("latest", "true");
                    }
                    Which::MainBranch => add("mainBranch", "true"),
                }
            }
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Selectors, clap::Error> {
        let command = Selectors::augment_args(Command::new("can-i-deploy").no_binary_name(true));
        Selectors::from_arg_matches(&command.try_get_matches_from(arguments)?)
    }

    fn selector(participant: &str, which: Which) -> Selector {
        Selector { participant: participant.to_owned(), which }
    }

    #[test]
    fn options_belong_to_the_participant_before_them() {
        let parsed = parse(&[
            "-a",
            "A",
            "--version",
            "1",
            "-a",
            "B",
            "--latest",
            "prod",
            "-a",
            "C",
            "--main-branch",
            "-a",
            "D",
            "--latest",
        ])
        .unwrap();
        assert_eq!(
            parsed.asked,
            [
                selector("A", Which::Version("1".to_owned())),
                selector("B", Which::LatestWithTag("prod".to_owned())),
                selector("C", Which::MainBranch),
                selector("D", Which::Latest),
            ]
        );
    }

    #[test]
    fn tag_and_latest_mean_the_same_in_either_order() {
        let expected = [selector("A", Which::LatestWithTag("t".to_owned()))];
        assert_eq!(parse(&["-a", "A", "--tag", "t", "--latest"]).unwrap().asked, expected);
        assert_eq!(parse(&["-a", "A", "--latest", "--tag", "t"]).unwrap().asked, expected);
    }

    #[test]
    fn a_version_can_be_ignored() {
        let parsed =
            parse(&["-a", "A", "-e", "1", "--ignore", "B", "--version", "2", "--ignore", "C"]).unwrap();
        assert_eq!(parsed.asked, [selector("A", Which::Version("1".to_owned()))]);
        assert_eq!(
            parsed.ignored,
            [selector("B", Which::Version("2".to_owned())), selector("C", Which::Unspecified)]
        );
        let query: Vec<_> =
            parsed.query().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            query.join("&"),
            "q[][pacticipant]=A&q[][version]=1&ignore[][pacticipant]=B&ignore[][version]=2&ignore[][pacticipant]=C"
        );
    }

    #[test]
    fn a_version_without_participant_is_an_error() {
        assert!(parse(&["--version", "1", "-a", "A"]).unwrap_err().to_string().contains("must come after"));
    }
}
