//! What is where: one file per command, and what they share.

pub(crate) mod record_deployment;
pub(crate) mod record_release;
pub(crate) mod record_support_ended;
pub(crate) mod record_undeployment;

use pactwright_core::broker_api::{Link, Version};
use pactwright_core::names::{EnvironmentName, ParticipantName, VersionNumber};
use thiserror::Error;

use crate::broker::BrokerError;
use crate::exit::{CommandError, Exit};

/// Why nothing was recorded.
#[derive(Debug, Error)]
pub(crate) enum RecordError {
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error("{participant} is not deployed to {environment}{}; nothing was recorded{}", on(instance.as_deref()), elsewhere(instances))]
    NotDeployed {
        participant: ParticipantName,
        environment: EnvironmentName,
        instance: Option<String>,
        /// Where it is; none for the instance without a name.
        instances: Vec<Option<String>>,
    },
    #[error(
        "{participant} {version} is not released to {environment}, or its support ended before; nothing was recorded{}",
        beside(supported)
    )]
    NotSupported {
        participant: ParticipantName,
        version: VersionNumber,
        environment: EnvironmentName,
        /// The versions that are.
        supported: Vec<String>,
    },
}

impl CommandError for RecordError {
    fn exit(&self) -> Exit {
        match self {
            Self::Broker(error) => error.exit(),
            Self::NotDeployed { .. } | Self::NotSupported { .. } => Exit::No,
        }
    }
}

/// ` on the instance blue`, or nothing.
fn on(instance: Option<&str>) -> String {
    instance.map(|name| format!(" on the instance {name}")).unwrap_or_default()
}

fn elsewhere(instances: &[Option<String>]) -> String {
    if instances.is_empty() {
        return String::new();
    }
    let name = |instance: &Option<String>| match instance {
        Some(name) => format!("with --application-instance {name}"),
        None => "without --application-instance".to_owned(),
    };
    let names: Vec<_> = instances.iter().map(name).collect();
    format!(". It is deployed there {}", names.join(", "))
}

fn beside(supported: &[String]) -> String {
    if supported.is_empty() {
        return String::new();
    }
    format!(". Supported there: {}", supported.join(", "))
}

/// Where a version is recorded to be in that environment: the link of that name.
fn place<'v>(
    version: &'v Version,
    relation: &str,
    environment: &EnvironmentName,
) -> Result<&'v Link, BrokerError> {
    let places = version.links.all(relation);
    let known = || places.iter().filter_map(|link| link.name.as_deref());
    places.iter().find(|link| link.name.as_deref() == Some(environment.as_str())).ok_or_else(|| {
        let known = known().collect::<Vec<_>>().join(", ");
        BrokerError::NoSuchEnvironment { name: environment.clone(), known }
    })
}

/// What a pipeline passes when a variable is not set means nothing.
fn given(instance: Option<String>) -> Option<String> {
    instance.filter(|name| !name.trim().is_empty())
}
