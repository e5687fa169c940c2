//! The places that versions are deployed and released to: one file per command, and what they share.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod describe;
pub(crate) mod list;
pub(crate) mod update;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use pactwright_core::broker_api::{Contact, Environment};
use pactwright_core::names::EnvironmentName;

use crate::broker::{Broker, BrokerError, EntryPoint, Whole};

/// Which environment is meant.
#[derive(Debug, Clone, Args)]
#[group(id = "which_environment", required = true, multiple = false)]
pub(crate) struct Which {
    /// What identifies it, as `list-environments` shows it
    #[arg(long, value_name = "UUID", value_parser = NonEmptyStringValueParser::new())]
    uuid: Option<String>,
    /// Its name, instead of its UUID
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,
}

/// Whether customers use it.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Production {
    /// It is what customers use
    #[arg(long)]
    production: bool,
    /// It is not what customers use
    #[arg(long, visible_alias = "skip-production", conflicts_with = "production")]
    no_production: bool,
}

/// Whom to ask about it.
#[derive(Debug, Clone, Args)]
pub(crate) struct ContactOptions {
    /// Who answers for it: a person or a team
    #[arg(long, value_name = "NAME")]
    contact_name: Option<String>,
    /// How to reach them
    #[arg(long, value_name = "ADDRESS")]
    contact_email_address: Option<String>,
}

impl Which {
    /// The environment, and where it is.
    async fn find(
        &self,
        broker: &Broker,
        index: &EntryPoint,
    ) -> Result<(String, Whole<Environment>), BrokerError> {
        let uuid = match (&self.uuid, &self.environment) {
            (Some(uuid), _) => uuid.clone(),
            (None, Some(name)) => broker.environment(index, name).await?.uuid,
            // Clap sees to it that there is one.
            (None, None) => String::new(),
        };
        let address = index.address("pb:environment", &[("uuid", &uuid)])?;
        let found = broker.find(&address).await?;
        Ok((address, found.ok_or(BrokerError::NoSuchEnvironmentUuid { uuid })?))
    }
}

impl Production {
    /// What was said, if anything.
    fn wanted(self) -> Option<bool> {
        (self.production || self.no_production).then_some(self.production)
    }
}

impl ContactOptions {
    /// The contact, if one was named. What is not said of it is as before.
    pub(crate) fn contact(self, before: Option<&Contact>) -> Option<Contact> {
        if self.contact_name.is_none() && self.contact_email_address.is_none() {
            return None;
        }
        let known = before.map(|contact| contact.name.clone());
        let name = self.contact_name.or(known).unwrap_or_else(|| "unnamed".to_owned());
        let details = match self.contact_email_address {
            Some(address) => Some(serde_json::json!({ "emailAddress": address })),
            None => before.and_then(|contact| contact.details.clone()),
        };
        Some(Contact { name, details })
    }
}

/// `test (7c9e6679-7425-40de-944b-e07fc1f90ae7)`.
fn shown(environment: &Environment) -> String {
    format!("{} ({})", environment.name, environment.uuid)
}

fn yes_or_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_keeps_what_is_not_said() {
        let options = |name: Option<&str>, address: Option<&str>| ContactOptions {
            contact_name: name.map(str::to_owned),
            contact_email_address: address.map(str::to_owned),
        };
        let before = options(Some("Team A"), Some("a@example.org")).contact(None).unwrap();
        assert_eq!(before.details.as_ref().unwrap()["emailAddress"], "a@example.org");
        assert_eq!(options(None, None).contact(Some(&before)), None);
        let renamed = options(Some("Team B"), None).contact(Some(&before)).unwrap();
        assert_eq!((renamed.name.as_str(), &renamed.details), ("Team B", &before.details));
        let moved = options(None, Some("b@example.org")).contact(Some(&before)).unwrap();
        assert_eq!(moved.name, "Team A");
        assert_eq!(options(None, Some("b@example.org")).contact(None).unwrap().name, "unnamed");
    }
}
