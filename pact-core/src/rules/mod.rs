//! Matching rules: what holds for a value in place of equality.
//!
//! There is one file per rule: how it is read and written, what it accepts, and how a refusal is put into words. A
//! new rule is a new file and a line in the list below.

mod array_contains;
mod boolean;
mod content_type;
mod date;
mod each;
mod equality;
mod ignore_order;
mod include;
mod like;
mod not_empty;
mod null;
mod number;
mod regex;
mod semver;
mod status_code;
mod unknown;
mod values;

use thiserror::Error;

pub use array_contains::{ArrayContains, Variant};
pub use boolean::Boolean;
pub use content_type::ContentTypeRule;
pub use date::{Date, Moment};
pub use each::{EachKey, EachValue};
pub use equality::Equality;
pub use ignore_order::IgnoreOrder;
pub use include::Include;
pub use like::Like;
pub use not_empty::NotEmpty;
pub use null::Null;
pub use number::{Number, NumberKind};
pub use regex::Regex;
pub(crate) use regex::{compile as compile_regex, respelt as respelt_regex};
pub use semver::Semver;
pub use status_code::{StatusClass, StatusCode};
pub use unknown::Unknown;
pub use values::Values;

use crate::generators::GeneratorError;
use crate::json::{Json, JsonBuf, Object, ObjectBuf};
use crate::report::Detail;

/// How many bytes of a body stand for it in a sentence.
const BEGINNING: usize = 16;

/// A value that a rule is held against.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'v> {
    /// A value in a JSON document or in message metadata.
    Json(&'v Json<'v>),
    /// A value that travels as text (path, query, header, form field): numbers and Booleans are read from it.
    Text(&'v str),
    /// A whole body that is not text.
    Bytes(&'v [u8]),
}

/// What a rule changes in the way that the members or items of a container are compared.
#[derive(Debug)]
pub(crate) enum Shape<'r> {
    /// Exactly as without rules.
    Exact,
    /// Every item is compared with the example item of the same index, or with the first.
    Like,
    /// Members may have any name.
    AnyNames,
    /// Every name of a member must satisfy these rules.
    NamesMatch(&'r [Rule]),
    /// The array contains an item for each of these, in any order.
    Contains(&'r [Variant]),
    /// Every item of the example has an item of its own that is like it, in any order.
    Unordered {
        /// Whether there may be further items.
        additional: bool,
    },
    /// The rule has judged all of it; only further rules speak.
    Judged,
}

/// Why the definition of a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RuleError {
    /// The definition is not an object.
    #[error("a matching rule is an object such as {{\"match\": \"type\"}}, but this is {0}")]
    NotAnObject(&'static str),
    /// It does not say which rule it is.
    #[error("the rule does not say what it is: add \"match\", such as {{\"match\": \"type\"}}")]
    NoName,
    /// An attribute that the rule needs is not there.
    #[error("the rule `{rule}` needs the attribute `{attribute}`")]
    Missing {
        /// The name of the rule.
        rule: &'static str,
        /// The attribute.
        attribute: &'static str,
    },
    /// An attribute has a value that makes no sense there.
    #[error("the attribute `{attribute}` of a matching rule must be {expected}, but it is {found}")]
    Invalid {
        /// The attribute.
        attribute: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// A regular expression does not compile.
    #[error("the regular expression `{pattern}` cannot be used: {reason}")]
    Regex {
        /// The expression.
        pattern: String,
        /// What the compiler says.
        reason: String,
    },
    /// A date format is broken.
    #[error("the date format `{format}` cannot be used: {source}")]
    DateFormat {
        /// The format.
        format: String,
        /// What is wrong with it.
        source: crate::datetime::PatternError,
    },
    /// A generator inside the rule is broken.
    #[error("the generator for `{path}` cannot be used: {source}")]
    Generator {
        /// The place that it is for.
        path: String,
        /// What is wrong with it.
        source: Box<GeneratorError>,
    },
    /// A path expression inside the rule is broken.
    #[error("the path `{path}` cannot be used: {source}")]
    Path {
        /// The text.
        path: String,
        /// What is wrong with it.
        source: crate::path::PathError,
    },
}

/// What every rule can do.
trait Kind: Sized {
    /// Reads the attributes of a definition whose `match` is `name`.
    fn parse(name: &str, definition: &Object<'_>) -> Result<Self, RuleError>;

    /// The definition as V3 and V4 files write it.
    fn definition(&self) -> ObjectBuf;

    /// Compiles what needs compiling, so that a broken definition is found before anything is matched.
    fn prepare(&self) -> Result<(), RuleError> {
        Ok(())
    }

    /// Whether the rule also holds for everything below the place that it is given for.
    fn cascades(&self) -> bool {
        true
    }

    /// Whether only an object can stand for an object, and a list for a list. Without this, a rule for the scalars
    /// inside would also be satisfied by a scalar in place of their container.
    fn keeps_containers(&self) -> bool {
        true
    }

    /// How the members or items of a container that satisfies the rule are compared.
    fn shape(&self) -> Shape<'_> {
        Shape::Like
    }

    /// Whether `actual` satisfies the rule, given the example of the contract where there is one. `direct` is
    /// whether the rule is given for this very place, not for one above. What is inside containers is compared
    /// elsewhere, as [`Kind::shape`] says.
    fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, direct: bool) -> bool;

    /// Why `actual` was refused, in the words of the compatibility suite; for [`crate::report::suite`] alone.
    fn explain(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> String;
}

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident($kind:ty) = $($name:literal)|+;)+) => {
        /// A matching rule.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Rule {
            $($(#[$doc])* $variant($kind),)+
            /// A rule that this crate does not know. It is kept, and nothing satisfies it.
            Unknown(Unknown),
        }

        impl Rule {
            fn parse_named(name: &str, definition: &Object<'_>) -> Result<Self, RuleError> {
                match name {
                    $($($name)|+ => <$kind>::parse(name, definition).map(Self::$variant),)+
                    _ => Unknown::parse(name, definition).map(Self::Unknown),
                }
            }

            /// The definition as V3 and V4 files write it.
            pub fn definition(&self) -> ObjectBuf {
                match self { $(Self::$variant(kind) => kind.definition(),)+ Self::Unknown(kind) => kind.definition() }
            }

            /// Compiles what needs compiling: regular expressions and date formats.
            ///
            /// # Errors
            /// When the definition cannot be used.
            pub fn prepare(&self) -> Result<(), RuleError> {
                match self { $(Self::$variant(kind) => kind.prepare(),)+ Self::Unknown(kind) => kind.prepare() }
            }

            /// Whether the rule also holds for everything below the place that it is given for.
            pub(crate) fn cascades(&self) -> bool {
                match self { $(Self::$variant(kind) => kind.cascades(),)+ Self::Unknown(kind) => kind.cascades() }
            }

            pub(crate) fn shape(&self) -> Shape<'_> {
                match self { $(Self::$variant(kind) => kind.shape(),)+ Self::Unknown(kind) => kind.shape() }
            }

            fn keeps_containers(&self) -> bool {
                match self {
                    $(Self::$variant(kind) => kind.keeps_containers(),)+
                    Self::Unknown(kind) => kind.keeps_containers(),
                }
            }

            /// Whether `actual` satisfies the rule, leaving aside what is inside containers.
            pub(crate) fn check(&self, expected: Option<Subject<'_>>, actual: Subject<'_>, direct: bool) -> bool {
                if self.lost_container(expected, actual).is_some() {
                    return false;
                }
                match self {
                    $(Self::$variant(kind) => kind.check(expected, actual, direct),)+
                    Self::Unknown(kind) => kind.check(expected, actual, direct),
                }
            }

            /// Why `actual` was refused, in the words of the compatibility suite, leaving aside whether it is another
            /// kind of container; for [`crate::report::suite`] alone. People read [`Detail`].
            pub(crate) fn explain(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> String {
                match self {
                    $(Self::$variant(kind) => kind.explain(expected, actual),)+
                    Self::Unknown(kind) => kind.explain(expected, actual),
                }
            }
        }
    };
}

rules! {
    /// Equal, whatever rules hold above.
    Equality(Equality) = "equality";
    /// The whole text matches a regular expression.
    Regex(Regex) = "regex";
    /// The same JSON type; lists within a size.
    Like(Like) = "type" | "min" | "max";
    /// The text contains another.
    Include(Include) = "include";
    /// A number, an integer or a decimal.
    Number(Number) = "number" | "integer" | "decimal" | "real";
    /// True or false.
    Boolean(Boolean) = "boolean";
    /// Null.
    Null(Null) = "null";
    /// A date, a time or both, in a format.
    Date(Date) = "date" | "time" | "datetime" | "timestamp";
    /// The values of an object, whatever their names.
    Values(Values) = "values";
    /// The content type that the bytes show.
    ContentType(ContentTypeRule) = "contentType" | "content-type";
    /// An array that has certain items, in any order.
    ArrayContains(ArrayContains) = "arrayContains" | "array-contains";
    /// A list with the items of the example, in any order.
    IgnoreOrder(IgnoreOrder) = "ignore-order" | "equals-ignore-order" | "min-equals-ignore-order"
        | "max-equals-ignore-order" | "min-max-equals-ignore-order" | "min-ignore-order" | "max-ignore-order"
        | "min-max-ignore-order";
    /// A class of HTTP status codes, or some of them.
    StatusCode(StatusCode) = "statusCode" | "status-code";
    /// Not null, and not empty.
    NotEmpty(NotEmpty) = "notEmpty" | "not-empty";
    /// A semantic version.
    Semver(Semver) = "semver";
    /// Rules for the name of every member.
    EachKey(EachKey) = "eachKey" | "each-key";
    /// Rules for the value of every member or item.
    EachValue(EachValue) = "eachValue" | "each-value";
}

impl Rule {
    /// Reads a definition such as `{"match": "regex", "regex": "\\d+"}`. Definitions without `match`, as early
    /// writers had them, are told by their attributes.
    ///
    /// # Errors
    /// When it is not an object, does not say which rule it is, or lacks what that rule needs. Regular expressions
    /// are compiled by [`Rule::prepare`].
    pub fn parse(definition: &Json<'_>) -> Result<Self, RuleError> {
        let object = definition.as_object().ok_or(RuleError::NotAnObject(definition.type_name()))?;
        let name = match object.get("match") {
            Some(Json::String(name)) => name.as_ref(),
            Some(other) => return Err(invalid("match", "the name of a rule", other)),
            None => ["regex", "min", "max", "timestamp", "datetime", "date", "time"]
                .into_iter()
                .find(|name| object.get(name).is_some())
                .ok_or(RuleError::NoName)?,
        };
        Self::parse_named(name, object)
    }

    /// The object or list that was expected, where something else came that the rule does not take for it.
    pub(crate) fn lost_container<'e>(
        &self,
        expected: Option<Subject<'e>>,
        actual: Subject<'_>,
    ) -> Option<Subject<'e>> {
        expected.filter(|expected| {
            expected.is_container() && !same_container(Some(*expected), actual) && self.keeps_containers()
        })
    }

    /// Whether the example of a contract satisfies the contract's own rule, leaving aside what is inside containers.
    ///
    /// # Errors
    /// The sentence that says why it does not, as people read it of a mismatch.
    pub fn judge_example(&self, example: Subject<'_>) -> Result<(), String> {
        if self.check(Some(example), example, true) {
            Ok(())
        } else {
            Err(Detail::refused(self, Some(example), example).to_string())
        }
    }

    /// Reads a list of definitions, for rules that hold further rules.
    fn parse_all(definitions: Option<&Json<'_>>, attribute: &'static str) -> Result<Vec<Self>, RuleError> {
        match definitions {
            None => Ok(Vec::new()),
            Some(Json::Array(items)) => items.iter().map(Self::parse).collect(),
            Some(other) => Err(invalid(attribute, "a list of rules", other)),
        }
    }
}

impl<'v> Subject<'v> {
    /// The text that regular expressions and the like are held against: none for null, objects and lists, and for bytes
    /// that are not UTF-8.
    pub fn as_text(&self) -> Option<&'v str> {
        match self {
            Self::Json(Json::String(text)) => Some(text),
            Self::Json(Json::Number(number)) => Some(number.as_str()),
            Self::Json(Json::Bool(true)) => Some("true"),
            Self::Json(Json::Bool(false)) => Some("false"),
            Self::Json(_) => None,
            Self::Text(text) => Some(text),
            Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
        }
    }

    fn is_container(&self) -> bool {
        matches!(self, Self::Json(Json::Array(_) | Json::Object(_)))
    }

    /// The value as JSON, for reports: bytes that are no text are described.
    pub fn to_json(self) -> JsonBuf {
        match self {
            Self::Json(value) => value.clone().into_owned(),
            Self::Text(text) => Json::from(text),
            Self::Bytes(_) => Json::from(self.described()),
        }
    }

    /// The value as it reads in a sentence, with its type: `'100' (String)`, `[ffd8ff…] (30922 bytes)`.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Json(value) => crate::report::described(value),
            Self::Text(text) => format!("'{text}' (String)"),
            Self::Bytes(bytes) => {
                let start: String = bytes.iter().take(BEGINNING).map(|byte| format!("{byte:02x}")).collect();
                let rest = if bytes.len() > BEGINNING { "…" } else { "" };
                format!("[{start}{rest}] ({} bytes)", bytes.len())
            }
        }
    }

    /// The value as it reads in a sentence, without its type: `'100'`.
    fn quoted(&self) -> String {
        match self {
            Self::Json(value) => crate::report::quoted(value),
            Self::Text(text) => format!("'{text}'"),
            Self::Bytes(bytes) => format!("{} bytes", bytes.len()),
        }
    }
}

/// Whether both are containers of the same kind. Rules for scalars that are given for a container, or cascade into
/// one, are about the scalars inside.
fn same_container(expected: Option<Subject<'_>>, actual: Subject<'_>) -> bool {
    matches!(
        (expected, actual),
        (Some(Subject::Json(Json::Array(_))), Subject::Json(Json::Array(_)))
            | (Some(Subject::Json(Json::Object(_))), Subject::Json(Json::Object(_)))
    )
}

/// Whether `actual` has the shape of the example: a list for a list, an object for an object, a scalar for a scalar.
/// Without an example any shape will do.
fn same_shape(expected: Option<Subject<'_>>, actual: Subject<'_>) -> bool {
    let Some(expected) = expected else { return true };
    same_container(Some(expected), actual) || !(expected.is_container() || actual.is_container())
}

/// Whether both are the same value. Without an example anything is.
fn equal(expected: Option<Subject<'_>>, actual: Subject<'_>) -> bool {
    match (expected, actual) {
        (None, _) => true,
        (Some(Subject::Json(expected)), Subject::Json(actual)) => expected == actual,
        (Some(Subject::Bytes(expected)), Subject::Bytes(actual)) => expected == actual,
        (Some(expected), actual) => expected.as_text() == actual.as_text(),
    }
}

/// A definition that has only its name.
fn named(name: &'static str) -> ObjectBuf {
    [("match", JsonBuf::from(name))].into_iter().collect()
}

fn text_attribute(
    definition: &Object<'_>,
    rule: &'static str,
    attribute: &'static str,
) -> Result<String, RuleError> {
    match definition.get(attribute) {
        None => Err(RuleError::Missing { rule, attribute }),
        Some(Json::String(text)) => Ok(text.as_ref().to_owned()),
        Some(other) => Err(invalid(attribute, "text", other)),
    }
}

fn size_attribute(definition: &Object<'_>, attribute: &'static str) -> Result<Option<usize>, RuleError> {
    match definition.get(attribute) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => {
            // Some writers put numbers into quotes.
            let size = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
            let size = size.and_then(|size| usize::try_from(size).ok());
            size.map(Some).ok_or_else(|| invalid(attribute, "a whole number from 0", value))
        }
    }
}

fn invalid(attribute: &'static str, expected: &'static str, found: &Json<'_>) -> RuleError {
    RuleError::Invalid { attribute, expected, found: crate::report::shortened(&found.to_compact()) }
}

#[cfg(test)]
mod tests;
