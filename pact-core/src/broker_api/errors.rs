use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Notice;

/// The body of an answer that refuses, in the forms that brokers use.
///
/// Either `error` (one sentence, or an object with a message and a reference to the log) or `errors` (per field, or a
/// list of sentences).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ErrorBody {
    /// One sentence, or `{"message": ..., "reference": ...}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
    /// Sentences per field (nested for fields of fields), or a list of sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Value>,
    /// What a publication said besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
}

impl ErrorBody {
    /// Every sentence in the body, each with the field that it is about.
    ///
    /// ```
    /// use pactwright_core::broker_api::ErrorBody;
    /// let body: ErrorBody = serde_json::from_str(r#"{"errors": {"branch": ["cannot be blank"]}}"#)?;
    /// assert_eq!(body.sentences(), ["branch: cannot be blank"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        match &self.error {
            Some(Value::Object(error)) => {
                sentences.extend(error.get("message").and_then(Value::as_str).map(str::to_owned));
            }
            Some(error) => collect("", error, &mut sentences),
            None => {}
        }
        if let Some(errors) = &self.errors {
            collect("", errors, &mut sentences);
        }
        sentences
    }
}

fn collect(field: &str, value: &Value, sentences: &mut Vec<String>) {
    match value {
        Value::String(text) if field.is_empty() => sentences.push(text.clone()),
        Value::String(text) => sentences.push(format!("{field}: {text}")),
        Value::Array(values) => values.iter().for_each(|value| collect(field, value, sentences)),
        Value::Object(members) => {
            for (name, value) in members {
                let field = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                collect(&field, value, sentences);
            }
        }
        _ => {}
    }
}

/// A refusal as `application/problem+json` (RFC 9457), for clients that accept it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Problem {
    /// The kind of problem, for people.
    pub title: String,
    /// The kind of problem, as an address.
    #[serde(rename = "type")]
    pub kind: String,
    /// What was wrong this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The status code of the answer.
    pub status: u16,
    /// What the problem is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// One entry for each thing that is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemItem>,
}

/// One of the things that are wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProblemItem {
    /// The kind of problem, as an address.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem, for people.
    pub title: String,
    /// What is wrong.
    pub detail: String,
    /// The member of the body that it is about, as a JSON pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The parameter that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// The status code that it alone would give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}
