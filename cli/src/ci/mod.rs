//! What can be found out about the build that runs: its version, its branch and where it can be looked at.
//!
//! The build server is asked first, through its environment variables, because it checks out commits and not branches:
//! git alone would often know no branch there. What the server does not say, git does.

mod git;
mod services;

use std::fmt;

use thiserror::Error;

use self::services::SERVICES;

/// What is known of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Build {
    pub(crate) commit: Option<Found>,
    pub(crate) branch: Option<Found>,
    pub(crate) url: Option<Found>,
    /// Why git, which was asked, knows no commit.
    pub(crate) complaint: Option<String>,
}

/// Something that was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) value: String,
    pub(crate) source: Source,
}

/// Who said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The build server of that name.
    Service(&'static str),
    Git,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Service(name) => name,
            Self::Git => "git",
        })
    }
}

impl fmt::Display for Found {
    /// `main (from GitHub Actions)`
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (from {})", self.value, self.source)
    }
}

/// Nobody knows the branch, and it was to be a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "the branch is not known, so it cannot be a tag: no build server says it, and git is not on one. Give the tag itself with --tag"
)]
pub(crate) struct NoBranch;

/// What a checkout knows by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Checkout {
    commit: Option<String>,
    /// None where `HEAD` is detached.
    branch: Option<String>,
    /// Why it knows no commit.
    complaint: Option<String>,
}

impl Build {
    /// What can be found out here and now.
    pub(crate) fn detect() -> Self {
        let said = Self::from_variables(|name| std::env::var(name).ok());
        if said.commit.is_some() && said.branch.is_some() {
            return said;
        }
        said.or_git(git::checkout())
    }

    /// What the build server says. Where no known server runs the build, perhaps because it runs in a container that was
    /// given only some of the variables, whatever any of them would say.
    fn from_variables(get: impl Fn(&str) -> Option<String>) -> Self {
        // A pipeline that sets a variable to nothing means none.
        let get = |name: &str| get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let running: Vec<_> = SERVICES.iter().filter(|service| service.runs(&get)).collect();
        let asked = if running.is_empty() { SERVICES.iter().collect() } else { running };
        let first = |property: &dyn Fn(&services::Service) -> Option<String>| {
            asked.iter().find_map(|service| {
                Some(Found { value: property(service)?, source: Source::Service(service.name) })
            })
        };
        Self {
            commit: first(&|service| service.commit(&get)),
            branch: first(&|service| service.branch(&get)),
            url: first(&|service| service.url(&get)),
            complaint: None,
        }
    }

    fn or_git(self, checkout: Checkout) -> Self {
        let found = |value| Found { value, source: Source::Git };
        Self {
            commit: self.commit.or(checkout.commit.map(found)),
            branch: self.branch.or(checkout.branch.map(found)),
            url: self.url,
            complaint: checkout.complaint,
        }
    }
}

#[cfg(test)]
mod tests;
