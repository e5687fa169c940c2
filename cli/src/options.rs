//! Options that several commands share, with the names that users of the existing clients know.

use std::path::PathBuf;

use clap::builder::{FalseyValueParser, NonEmptyStringValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use pactwright_core::names::{ParticipantName, VersionNumber};
use pactwright_verifier::client::ClientOptions;

use crate::broker::{BrokerError, client_options};
use crate::logging::LogLevel;

/// Which broker, and as whom.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Broker")]
pub(crate) struct BrokerOptions {
    /// Where the broker is
    #[arg(
        short = 'b',
        long,
        visible_alias = "broker-url",
        env = "PACT_BROKER_BASE_URL",
        value_name = "URL",
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub(crate) broker_base_url: String,
    #[command(flatten)]
    pub(crate) credentials: Credentials,
    /// A header to send with every request; can be repeated
    #[arg(long, value_name = "NAME: VALUE")]
    pub(crate) custom_header: Vec<String>,
    /// How often a request is tried again when the broker is busy or failing
    #[arg(long, env = "PACT_BROKER_HTTP_RETRIES", default_value_t = 8, value_name = "N")]
    pub(crate) retries: u32,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// Say on standard error what the broker is asked; the same as --log-level debug
    #[arg(short = 'v', long)]
    verbose: bool,
    /// How much is logged to standard error
    #[arg(long, value_enum, default_value = "none", value_name = "LEVEL", hide_possible_values = true)]
    log_level: LogLevel,
}

impl BrokerOptions {
    /// Logs from here on as much as was asked for.
    pub(crate) fn start_logging(&self) {
        let level = if self.verbose { LogLevel::Debug } else { self.log_level };
        level.start(std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()));
    }
}

/// Which certificates a broker behind https may show.
#[derive(Debug, Clone, Args)]
pub(crate) struct Trust {
    /// Trust the certificates in this file (PEM) beside those of the system, which the variables `SSL_CERT_FILE` and
    /// `SSL_CERT_DIR` replace
    #[arg(short = 'c', long, visible_alias = "ca-file", value_name = "FILE")]
    ssl_certificate: Vec<PathBuf>,
    /// Whether the certificates of the system are trusted
    #[arg(
        long,
        env = "SSL_TRUST_STORE",
        default_value_t = true,
        action = ArgAction::Set,
        value_name = "true|false",
        hide_possible_values = true
    )]
    ssl_trust_store: bool,
    /// Accept any certificate: whoever is on the way can read and change everything
    #[arg(long, env = "SSL_SKIP_VERIFICATION", value_parser = FalseyValueParser::new())]
    skip_ssl_verification: bool,
    /// The same, as other clients have it
    #[arg(long, env = "PACT_DISABLE_SSL_VERIFICATION", value_parser = FalseyValueParser::new(), hide = true)]
    disable_ssl_verification: bool,
}

impl Trust {
    /// How connections are made.
    pub(crate) fn client_options(&self) -> Result<ClientOptions, BrokerError> {
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|source| BrokerError::Certificates { path: path.clone(), source })
        };
        Ok(ClientOptions {
            accept_any_certificate: self.skip_ssl_verification || self.disable_ssl_verification,
            trusted_certificates: self.ssl_certificate.iter().map(read).collect::<Result<_, _>>()?,
            system_certificates: self.ssl_trust_store,
            ..client_options()
        })
    }
}

/// As whom the broker is asked. What is given here never appears in any output.
#[derive(Clone, Default, Args)]
pub(crate) struct Credentials {
    /// User name for basic authentication
    #[arg(
        short = 'u',
        long = "broker-username",
        env = "PACT_BROKER_USERNAME",
        hide_env_values = true,
        value_name = "NAME"
    )]
    pub(crate) username: Option<String>,
    /// Password for basic authentication
    #[arg(
        short = 'p',
        long = "broker-password",
        env = "PACT_BROKER_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    pub(crate) password: Option<String>,
    /// Bearer token; where there is one, user name and password are not used
    #[arg(
        short = 'k',
        long = "broker-token",
        env = "PACT_BROKER_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub(crate) token: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Credentials(..)")
    }
}

/// The same under the names that users of `pact_verifier_cli` know, where `-u` and `-p` mean other things.
#[derive(Debug, Clone, Default)]
pub(crate) struct VerifierCredentials(pub(crate) Credentials);

impl VerifierCredentials {
    fn renamed(command: Command) -> Command {
        let names = |short: Option<char>, long: &'static str, alias: &'static str| {
            move |argument: Arg| argument.short(short).long(long).visible_alias(alias)
        };
        command
            .mut_arg("username", names(None, "user", "broker-username"))
            .mut_arg("password", names(None, "password", "broker-password"))
            .mut_arg("token", names(Some('t'), "token", "broker-token"))
    }
}

impl Args for VerifierCredentials {
    fn augment_args(command: Command) -> Command {
        Self::renamed(Credentials::augment_args(command))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::renamed(Credentials::augment_args_for_update(command))
    }
}

impl FromArgMatches for VerifierCredentials {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Credentials::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// A version of a participant.
#[derive(Debug, Clone, Args)]
pub(crate) struct ParticipantVersion {
    /// The application
    #[arg(short = 'a', long, visible_alias = "participant", value_name = "NAME")]
    pub(crate) pacticipant: ParticipantName,
    /// Its version
    #[arg(short = 'e', long, value_name = "VERSION")]
    pub(crate) version: VersionNumber,
}
