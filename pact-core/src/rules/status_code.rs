//! `statusCode`: a class of HTTP status codes, or some of them.

use super::{Kind, RuleError, Subject, invalid, named};
use crate::json::{Json, Number, Object, ObjectBuf};

/// The status is of a class, or one of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCode {
    /// Which codes.
    pub class: StatusClass,
}

/// Classes of HTTP status codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusClass {
    /// 100 to 199
    Info,
    /// 200 to 299
    Success,
    /// 300 to 399
    Redirect,
    /// 400 to 499
    ClientError,
    /// 500 to 599
    ServerError,
    /// Below 400
    NonError,
    /// From 400
    Error,
    /// Any of these
    OneOf(Vec<u16>),
}

const CLASSES: [(&str, StatusClass, &str); 7] = [
    ("info", StatusClass::Info, "an Informational response (100–199)"),
    ("success", StatusClass::Success, "a Successful response (200–299)"),
    ("redirect", StatusClass::Redirect, "a Redirect (300–399)"),
    ("clientError", StatusClass::ClientError, "a Client error (400–499)"),
    ("serverError", StatusClass::ServerError, "a Server error (500–599)"),
    ("nonError", StatusClass::NonError, "a Non-error response (< 400)"),
    ("error", StatusClass::Error, "an Error response (>= 400)"),
];

impl StatusClass {
    /// Whether a status is of this class.
    pub fn contains(&self, status: u16) -> bool {
        match self {
            Self::Info => (100..200).contains(&status),
            Self::Success => (200..300).contains(&status),
            Self::Redirect => (300..400).contains(&status),
            Self::ClientError => (400..500).contains(&status),
            Self::ServerError => (500..600).contains(&status),
            Self::NonError => status < 400,
            Self::Error => status >= 400,
            Self::OneOf(codes) => codes.contains(&status),
        }
    }
}

impl Kind for StatusCode {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
        let expected = "a class such as \"success\", or a list of status codes";
        let value =
            definition.get("status").ok_or(RuleError::Missing { rule: "statusCode", attribute: "status" })?;
        let class = match value {
            Json::String(name) => {
                CLASSES.iter().find(|(other, ..)| other == name).map(|(_, class, _)| class.clone())
            }
            Json::Array(codes) => codes
                .iter()
                .map(|code| code.as_u64().and_then(|code| u16::try_from(code).ok()))
                .collect::<Option<_>>()
                .map(StatusClass::OneOf),
            _ => None,
        };
        class.map(|class| Self { class }).ok_or_else(|| invalid("status", expected, value))
    }

    fn definition(&self) -> ObjectBuf {
        let status = match &self.class {
            StatusClass::OneOf(codes) => {
                Json::Array(codes.iter().map(|code| Json::Number(Number::from(u64::from(*code)))).collect())
            }
            class => CLASSES.iter().find(|(_, other, _)| other == class).map_or("", |(name, ..)| name).into(),
        };
        let mut definition = named("statusCode");
        definition.insert("status", status);
        definition
    }

    fn check(&self, _: Option<Subject<'_>>, actual: Subject<'_>, _: bool) -> bool {
        actual.as_text().and_then(|text| text.parse().ok()).is_some_and(|status| self.class.contains(status))
    }

    fn explain(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> String {
        let status = actual.as_text().unwrap_or_default();
        let wanted = match &self.class {
            StatusClass::OneOf(codes) => {
                format!("one of {}", codes.iter().map(u16::to_string).collect::<Vec<_>>().join(", "))
            }
            class => {
                CLASSES.iter().find(|(_, other, _)| other == class).map_or("", |(.., words)| words).to_owned()
            }
        };
        format!("Expected status code {status} to be {wanted}")
    }
}
