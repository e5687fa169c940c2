//! What a webhook is to be like, with the names that users of the existing clients know.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use serde_json::{Map, Value, json};

use super::WebhookError;
use super::templates::{self, Template};
use crate::broker::named;
use crate::options::BrokerOptions;

/// Which broker, and as whom. `-u` means the user that the webhook's receiver is told.
#[derive(Debug, Clone)]
pub(crate) struct WebhookBroker(pub(crate) BrokerOptions);

impl WebhookBroker {
    fn without_short_user(command: Command) -> Command {
        command.mut_arg("username", |argument: Arg| argument.short(None::<char>))
    }
}

impl Args for WebhookBroker {
    fn augment_args(command: Command) -> Command {
        Self::without_short_user(BrokerOptions::augment_args(command))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::without_short_user(BrokerOptions::augment_args_for_update(command))
    }
}

impl FromArgMatches for WebhookBroker {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        BrokerOptions::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// What it sends, of what, and for whom.
#[derive(Clone, Args)]
pub(crate) struct WebhookOptions {
    /// Where it goes; `${pactbroker.NAME}` is filled in behind the host
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// A webhook that is ready for a receiver, but for values that --set gives
    #[arg(long, value_name = "NAME", value_parser = templates::names())]
    template: Option<String>,
    /// A value of the template; as `NAME=@FILE`, it is read from a file, so that no other process sees it
    #[arg(long, value_name = "NAME=VALUE", requires = "template")]
    set: Vec<String>,
    /// The method
    #[arg(short = 'X', long, value_name = "METHOD", default_value = "POST")]
    request: String,
    /// A header; can be repeated
    #[arg(short = 'H', long, value_name = "NAME: VALUE", num_args = 1..)]
    header: Vec<String>,
    /// The body; as `@FILE`, it is read from a file. What is JSON is sent as JSON
    #[arg(short = 'd', long, value_name = "TEXT")]
    data: Option<String>,
    /// User name and password for basic authentication at the receiver
    #[arg(short = 'u', long, value_name = "NAME:PASSWORD")]
    user: Option<String>,
    /// What requests are signed with; as `@FILE`, it is read from a file. The header
    /// `X-Pactwright-Signature: t=SECONDS,v1=DIGITS` then has the HMAC-SHA-256 of the time, the value of
    /// `Idempotency-Key` and the body, with full stops between them
    #[arg(long, value_name = "SECRET")]
    signing_secret: Option<String>,
    /// A secret that the address (behind the host), headers and the body speak of as `${secret.NAME}`; as `NAME=@FILE`,
    /// it is read from a file. It is shown as stars, and kept as passwords are; can be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    secret: Vec<String>,
    /// What people call it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Create it disabled: it is told nothing
    #[arg(long)]
    disabled: bool,
    #[command(flatten)]
    parties: Parties,
    #[command(flatten)]
    events: Events,
    /// A team of PactFlow; of no meaning here
    #[arg(long, value_name = "UUID", hide = true)]
    team_uuid: Option<String>,
}

/// Whom it is about; all, where nothing is said.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Whom it is about")]
struct Parties {
    /// Only this consumer
    #[arg(long, value_name = "NAME", conflicts_with = "consumer_label")]
    consumer: Option<String>,
    /// Only consumers with this label
    #[arg(long, value_name = "LABEL")]
    consumer_label: Option<String>,
    /// Only this provider
    #[arg(long, value_name = "NAME", conflicts_with = "provider_label")]
    provider: Option<String>,
    /// Only providers with this label
    #[arg(long, value_name = "LABEL")]
    provider_label: Option<String>,
}

/// What it is told of.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What it is told of")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that existing clients have")]
struct Events {
    /// A contract was published that says something new
    #[arg(long)]
    contract_content_changed: bool,
    /// A contract was published
    #[arg(long)]
    contract_published: bool,
    /// A contract was published that provider versions which matter have no result for
    #[arg(long)]
    contract_requiring_verification_published: bool,
    /// A result was published
    #[arg(long)]
    provider_verification_published: bool,
    /// A result was published, and it is a failure
    #[arg(long)]
    provider_verification_failed: bool,
    /// A result was published, and it is a success
    #[arg(long)]
    provider_verification_succeeded: bool,
    /// An event by its name; can be repeated. Beside those above there are `deployment_recorded`,
    /// `can_i_deploy_turned_to_no` and `contract_verification_overdue`
    #[arg(long, value_name = "NAME")]
    event: Vec<String>,
}

impl std::fmt::Debug for WebhookOptions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("WebhookOptions(..)")
    }
}

impl Events {
    fn names(&self) -> Vec<&str> {
        let flags = [
            (self.contract_content_changed, "contract_content_changed"),
            (self.contract_published, "contract_published"),
            (self.contract_requiring_verification_published, "contract_requiring_verification_published"),
            (self.provider_verification_published, "provider_verification_published"),
            (self.provider_verification_failed, "provider_verification_failed"),
            (self.provider_verification_succeeded, "provider_verification_succeeded"),
        ];
        let chosen = flags.into_iter().filter(|(chosen, _)| *chosen).map(|(_, name)| name);
        chosen.chain(self.event.iter().map(String::as_str)).collect()
    }
}

/// A text, or that of the file whose name stands behind `@`.
fn given(text: &str) -> Result<String, WebhookError> {
    match text.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path)
            .map(|text| text.trim_end_matches(['\n', '\r']).to_owned())
            .map_err(|source| WebhookError::File { path: PathBuf::from(path), source }),
        None => Ok(text.to_owned()),
    }
}

impl WebhookOptions {
    /// The document that the broker is given.
    pub(super) fn document(mut self) -> Result<Value, WebhookError> {
        // `--header` takes as many as there are, as it does elsewhere; an address behind them is none of them.
        if self.url.is_none()
            && self.header.last().is_some_and(|last| last.contains("://") && !last.contains(": "))
        {
            self.url = self.header.pop();
        }
        let mut webhook = match &self.template {
            Some(name) => self.template_document(name)?,
            None => self.own_document()?,
        };
        if let Some(description) = &self.description {
            webhook.insert("description".to_owned(), json!(description));
        }
        webhook.insert("enabled".to_owned(), json!(!self.disabled));
        let Parties { consumer, consumer_label, provider, provider_label } = &self.parties;
        for (role, name, label) in
            [("consumer", consumer, consumer_label), ("provider", provider, provider_label)]
        {
            match (name, label) {
                (Some(name), _) => webhook.insert(role.to_owned(), json!({ "name": name })),
                (None, Some(label)) => webhook.insert(role.to_owned(), json!({ "label": label })),
                (None, None) => None,
            };
        }
        let chosen = self.events.names();
        if !chosen.is_empty() {
            webhook.insert("events".to_owned(), chosen.into_iter().collect());
        }
        // Files of templates name events; the broker wants documents.
        let events = webhook.get("events").and_then(Value::as_array).ok_or(WebhookError::NoEvents)?;
        let events: Value = events.iter().map(|name| json!({ "name": name })).collect();
        webhook.insert("events".to_owned(), events);
        if let Some(secret) = &self.signing_secret {
            webhook["request"]["signingSecret"] = json!(given(secret)?);
        }
        for (index, secret) in self.secret.iter().enumerate() {
            let (name, value) = secret.split_once('=').ok_or(WebhookError::Secret { place: index + 1 })?;
            webhook["request"]["secrets"][name] = json!(given(value)?);
        }
        Ok(Value::Object(webhook))
    }

    fn template_document(&self, name: &str) -> Result<Map<String, Value>, WebhookError> {
        let beside = [
            (self.url.is_some(), "the address"),
            (self.data.is_some(), "--data"),
            (!self.header.is_empty(), "--header"),
            (self.user.is_some(), "--user"),
        ];
        if let Some((_, what)) = beside.into_iter().find(|(given, _)| *given) {
            return Err(WebhookError::BesideTemplate { what });
        }
        let mut values = Vec::new();
        for (index, set) in self.set.iter().enumerate() {
            let (name, value) = set.split_once('=').ok_or(WebhookError::Set { place: index + 1 })?;
            values.push((name.to_owned(), given(value)?));
        }
        Ok(Template::named(name)?.fill(name, &values)?)
    }

    fn own_document(&self) -> Result<Map<String, Value>, WebhookError> {
        let url = self.url.as_ref().ok_or(WebhookError::NoAddress)?;
        let mut request = json!({ "method": self.request, "url": url });
        for (index, header) in self.header.iter().enumerate() {
            let (name, value) = named(header, ':').ok_or(WebhookError::Header { place: index + 1 })?;
            request["headers"][name] = json!(value);
        }
        if let Some(data) = &self.data {
            let text = given(data)?;
            request["body"] = serde_json::from_str(&text).unwrap_or(Value::String(text));
        }
        if let Some(user) = &self.user {
            let (name, password) = user.split_once(':').unwrap_or((user.as_str(), ""));
            request["username"] = json!(name);
            request["password"] = json!(password);
        }
        Ok(Map::from_iter([("request".to_owned(), request)]))
    }
}
