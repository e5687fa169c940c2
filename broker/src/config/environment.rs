//! Variables of the environment that are no settings here: those of the original, and those that nobody knows.

use std::{collections::BTreeMap, fmt};

use super::{Setting, nearest::nearest, settings, table::OWN_PREFIX};

/// What the Pact Broker puts before the names of its settings in the environment.
pub(super) const PREFIX: &str = "PACT_BROKER_";

/// A variable that does nothing, although somebody may believe that it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The Pact Broker has that setting; here it is otherwise.
    Unsupported {
        /// The variable.
        name: String,
        /// What there is instead.
        advice: &'static str,
    },
    /// It looks like a setting, and is none.
    Unknown {
        /// The variable.
        name: String,
        /// The variable of a setting that is nearest.
        nearest: Option<String>,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported { name, advice } => write!(formatter, "{name} does nothing here: {advice}"),
            Self::Unknown { name, nearest: Some(nearest) } => {
                write!(formatter, "{name} is no setting; did you mean {nearest}?")
            }
            Self::Unknown { name, nearest: None } => {
                write!(formatter, "{name} is no setting; `pactwright broker config` says which there are")
            }
        }
    }
}

/// Settings of the Pact Broker by what their names begin with after the prefix, and what there is instead. Those of the
/// clients, which share the prefix, have nothing to be told about.
const OF_THE_ORIGINAL: [(&str, Option<&str>); 31] = [
    ("USERNAME", None),
    ("PASSWORD", None),
    ("TOKEN", None),
    ("HTTP_RETRIES", None),
    ("CAN_I_DEPLOY_", None),
    ("ALLOW_MISSING_MIGRATION_FILES", Some(NO_DATABASE)),
    ("AUTO_MIGRATE_DB", Some(NO_DATABASE)),
    ("BADGE_PROVIDER_MODE", Some("badges are drawn here unless PACT_BROKER_SHIELDS_IO_BASE_URL is set")),
    ("BASIC_AUTH_ENABLED", Some("a user name and a password are enough")),
    ("CONF", Some("PACTWRIGHT_CONFIG names the file of settings, which is TOML")),
    ("DATABASE_", Some(NO_DATABASE)),
    ("ENABLE_DIAGNOSTIC_ENDPOINTS", Some("they are always there")),
    ("FEATURES", Some("there is nothing to switch on")),
    ("HIDE_PACTFLOW_MESSAGES", Some("there are none")),
    ("HOST", Some("PACTWRIGHT_LISTEN says where to listen, such as 0.0.0.0:9292")),
    ("HTTP_DEBUG_LOGGING_ENABLED", Some("PACTWRIGHT_LOG_FILTER=debug says more")),
    ("HTTP_SOURCE", Some("the broker fetches nothing")),
    ("LOG_DIR", Some("the log goes to standard error")),
    ("LOG_OTEL_ENABLED", Some("OTEL_EXPORTER_OTLP_ENDPOINT says where to export to")),
    ("LOG_STREAM", Some("the log goes to standard error")),
    ("METRICS_SQL_STATEMENT_TIMEOUT", Some(NO_DATABASE)),
    ("PACT_CONTENT_DIFF_TIMEOUT", Some("PACTWRIGHT_HTTP_REQUEST_TIMEOUT is for all requests")),
    ("SEED_EXAMPLE_DATA", Some("there is no example data")),
    ("SEMVER_FORMATS", Some("PACTWRIGHT_RULES_ORDER_VERSIONS_BY=number orders by semantic versions")),
    ("SQL_", Some(NO_DATABASE)),
    ("USE_HAL_BROWSER", Some("every document can be read in a browser")),
    ("USE_RACK_PROTECTION", Some("what it protects from is not possible here")),
    ("VALIDATE_DATABASE_CONNECTION_CONFIG", Some(NO_DATABASE)),
    ("WEBHOOK_REDACT_SENSITIVE_DATA", Some("secrets are stars everywhere")),
    ("WARNING_ERROR_CLASS_NAMES", Some("there are no Ruby classes here")),
    ("DISABLE_", Some("it is for a Ruby process")),
];

const NO_DATABASE: &str = "there is no database; PACTWRIGHT_DATA is the folder that keeps everything";

/// Variables of our other commands and of our tests, by what their names begin with after the prefix.
const OF_OTHERS: [&str; 8] =
    ["BINARY", "CONFIG", "CONFORMANCE", "MODEL_CASES", "OUTPUT_DIR", "RUN_ID", "TEST_", "UPDATE"];

/// What the variables of the Pact Broker say about certificates that receivers may have: for each number a path or the
/// text, and a description, which is for people.
pub(super) fn numbered_certificates(
    given: &mut BTreeMap<String, Option<String>>,
) -> Vec<(String, Option<String>)> {
    let numbered: Vec<_> = given.keys().filter(|name| certificate_field(name).is_some()).cloned().collect();
    let taken = numbered.into_iter().filter_map(|name| given.remove_entry(&name));
    taken.filter(|(name, _)| certificate_field(name) != Some("DESCRIPTION")).collect()
}

fn certificate_field(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(PREFIX)?.strip_prefix("WEBHOOK_CERTIFICATES__")?;
    let (number, field) = rest.split_once("__")?;
    let is_known = matches!(field, "PATH" | "CONTENT" | "DESCRIPTION");
    (is_known && number.parse::<u32>().is_ok()).then_some(field)
}

/// What to say about a variable that is no setting.
pub(super) fn warning(name: String) -> Option<Warning> {
    if let Some(rest) = name.strip_prefix(PREFIX)
        && let Some((_, advice)) = OF_THE_ORIGINAL.iter().find(|(known, _)| rest.starts_with(known))
    {
        return advice.map(|advice| Warning::Unsupported { name, advice });
    }
    if name.strip_prefix(OWN_PREFIX).is_some_and(|rest| OF_OTHERS.iter().any(|known| rest.starts_with(known)))
    {
        return None;
    }
    let known: Vec<String> = settings().iter().flat_map(Setting::variables).collect();
    let nearest = nearest(&name, known.iter().map(String::as_str)).map(str::to_owned);
    Some(Warning::Unknown { name, nearest })
}

#[cfg(test)]
mod tests {
    use super::{OF_THE_ORIGINAL, PREFIX, Setting, settings};

    #[test]
    fn nothing_is_a_setting_and_none() {
        for variable in settings().iter().flat_map(Setting::variables) {
            let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
            let found = OF_THE_ORIGINAL.iter().find(|(known, _)| *known == rest);
            assert_eq!(found, None, "{variable} is a setting");
        }
    }
}
