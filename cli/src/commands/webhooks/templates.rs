//! Webhooks for common receivers, ready but for a few values. Each is a file of data beside this one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

/// All of them, by their names.
static FILES: [(&str, &str); 9] = [
    ("azure-devops-pipeline", include_str!("templates/azure-devops-pipeline.json")),
    ("bitbucket-status", include_str!("templates/bitbucket-status.json")),
    ("github-dispatch", include_str!("templates/github-dispatch.json")),
    ("github-status", include_str!("templates/github-status.json")),
    ("gitlab-pipeline", include_str!("templates/gitlab-pipeline.json")),
    ("gitlab-status", include_str!("templates/gitlab-status.json")),
    ("jenkins-job", include_str!("templates/jenkins-job.json")),
    ("slack", include_str!("templates/slack.json")),
    ("teams", include_str!("templates/teams.json")),
];

/// What stays as it is in an address: the unreserved characters of RFC 3986.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Their names.
pub(super) fn names() -> [&'static str; 9] {
    FILES.map(|(name, _)| name)
}

/// The names, with what each is for, for help.
pub(super) fn listed() -> String {
    let lines = names().map(|name| format!("  {name:width$}  {}", about(name), width = 21));
    format!("Templates:\n{}", lines.join("\n"))
}

fn about(name: &str) -> String {
    Template::named(name).map(|template| template.about).unwrap_or_default()
}

/// A webhook with gaps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Template {
    about: String,
    /// Where the receiver says what it expects.
    see: String,
    values: Vec<Gap>,
    webhook: Map<String, Value>,
}

/// A value that is needed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    name: String,
    about: String,
    default: Option<String>,
    /// It is a part of an address as it is; others are escaped where they stand in an address.
    #[serde(default)]
    raw: bool,
    /// It is an address of which all behind the host is a secret, which the template names `path`.
    #[serde(default)]
    secret_path: bool,
}

/// Why a template cannot be filled in.
#[derive(Debug, Error)]
pub(crate) enum TemplateError {
    #[error("there is no template `{0}`; there are {known}", known = names().join(", "))]
    Unknown(String),
    #[error("the template {name} cannot be read")]
    Broken { name: &'static str, source: serde_json::Error },
    #[error(
        "the template {name} needs more values:\n{}\nSee {see} for what they are.",
        missing.iter().map(|(gap, about)| format!("  --set {gap}=...   {about}")).collect::<Vec<_>>().join("\n")
    )]
    Missing { name: String, missing: Vec<(String, String)>, see: String },
    #[error("the template {name} has no value `{value}`; it has {known}")]
    NoSuchValue { name: String, value: String, known: String },
    // Not with what was given: it is a secret.
    #[error("the value `{value}` of the template {name} is no address such as https://HOST/PATH")]
    NoAddress { name: String, value: String },
}

impl Template {
    pub(super) fn named(name: &str) -> Result<Self, TemplateError> {
        let known = FILES.iter().find(|(known, _)| *known == name);
        let &(name, text) = known.ok_or_else(|| TemplateError::Unknown(name.to_owned()))?;
        serde_json::from_str(text).map_err(|source| TemplateError::Broken { name, source })
    }

    /// The webhook, with values in the gaps. All that are missing are named.
    pub(super) fn fill(
        self,
        name: &str,
        given: &[(String, String)],
    ) -> Result<Map<String, Value>, TemplateError> {
        if let Some((value, _)) =
            given.iter().find(|(value, _)| self.values.iter().all(|gap| gap.name != *value))
        {
            let known: Vec<_> = self.values.iter().map(|gap| gap.name.as_str()).collect();
            let (value, known) = (value.clone(), known.join(", "));
            return Err(TemplateError::NoSuchValue { name: name.to_owned(), value, known });
        }
        let mut missing = Vec::new();
        let mut values = Vec::new();
        for gap in &self.values {
            let given = given.iter().rev().find(|(name, _)| *name == gap.name).map(|(_, value)| value);
            match given.filter(|value| !value.is_empty()).or(gap.default.as_ref()) {
                Some(value) if gap.secret_path => {
                    let wrong =
                        || TemplateError::NoAddress { name: name.to_owned(), value: gap.name.clone() };
                    let (host, path) = split(value).ok_or_else(wrong)?;
                    values.push(Filler { name: gap.name.clone(), value: host, is_raw: true });
                    let name = format!("{}.path", gap.name);
                    values.push(Filler { name, value: path.to_owned(), is_raw: true });
                }
                Some(value) => {
                    let value = if gap.raw { value.trim_end_matches('/') } else { value };
                    let (name, value) = (gap.name.clone(), value.to_owned());
                    values.push(Filler { name, value, is_raw: gap.raw });
                }
                None => missing.push((gap.name.clone(), gap.about.clone())),
            }
        }
        if !missing.is_empty() {
            return Err(TemplateError::Missing { name: name.to_owned(), missing, see: self.see });
        }
        let webhook =
            self.webhook.iter().map(|(member, value)| (member.clone(), filled(value, member, &values)));
        Ok(webhook.collect())
    }
}

/// What comes into a gap.
struct Filler {
    name: String,
    value: String,
    /// In an address, too, it stands as it is.
    is_raw: bool,
}

/// An address without what is secret in it, and that.
fn split(address: &str) -> Option<(String, &str)> {
    let (scheme, rest) = address.trim().split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let fits = !scheme.is_empty() && !host.is_empty() && !path.is_empty();
    fits.then(|| (format!("{scheme}://{host}/${{secret.path}}"), path))
}

/// A value of the template with its gaps filled; `member` is what it is called.
fn filled(value: &Value, member: &str, values: &[Filler]) -> Value {
    match value {
        Value::String(text) => Value::String(values.iter().fold(text.clone(), |text, filler| {
            let place = format!("{{{{{}}}}}", filler.name);
            if member == "url" && !filler.is_raw {
                text.replace(&place, &utf8_percent_encode(&filler.value, &UNRESERVED).to_string())
            } else {
                text.replace(&place, &filler.value)
            }
        })),
        Value::Array(items) => items.iter().map(|item| filled(item, member, values)).collect(),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| (name.clone(), filled(value, name, values))).collect(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests;
