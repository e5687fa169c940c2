//! Generators: parts of an example that are made anew each time it is used.
//!
//! A contract's examples stand still, but some of their values must not: an id that the provider has just made, a date
//! that lies in the future, a link that leads back to the mock server. Generators say which and how.
//! [`apply_to_request`], [`apply_to_response`] and [`apply_to_message`] give an example with such values in it, and
//! say what could not be made.
//!
//! There is one file per generator: how it is read and written, and how it makes a value. A new generator is a new file
//! and a line in the list below.
//!
//! ```
//! use pactwright_core::datetime::{Date, Moment, Time};
//! use pactwright_core::generators::{Context, Generator, RandomHexadecimal, Seeded, apply_to_response};
//! use pactwright_core::json::Json;
//! use pactwright_core::model::{Body, Category, Response};
//!
//! let mut example = Response { body: Body::json(Json::parse(br#"{"token": "0A"}"#)?.into_owned()), ..Response::default() };
//! let token = Generator::RandomHexadecimal(RandomHexadecimal::new(Some(40))?);
//! example.generators.insert(Category::Body, "$.token", token);
//!
//! let mut source = Seeded::new(7, Moment::new(Date::new(2024, 2, 29)?, Time::NOON));
//! let made = apply_to_response(&example, &Context::consumer(None), &mut source);
//! assert!(made.skipped.is_empty());
//! let body = Json::parse(&made.example.body.bytes())?.into_owned();
//! assert_eq!(body.get("token").and_then(Json::as_str).map(str::len), Some(40));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Compatibility
//!
//! - Chance and time come from a [`Source`], so that a seed repeats a run; elsewhere a run cannot be repeated.
//! - Whatever cannot be made is reported ([`Skipped`]) and its example stays; elsewhere it is logged, or a panic.
//! - `RandomHexadecimal` gives as many digits as it is asked for (elsewhere at most 16), `RandomInt` any bounds up to
//!   127 bits (elsewhere 32), `RandomDecimal` always a decimal point, also for one digit.
//! - `Regex` makes text for everything that the rule of that name reads, except conditions, subroutine calls and the
//!   like; anchors and look-around are no obstacle.
//! - A query parameter that the example does not have is added, as elsewhere; everything else that a generator is for
//!   must be there.
//! - Inside XML and multipart bodies nothing is made yet; each such generator is reported.
//! - Where several generators are for the same place, the one with the most specific path has its way.

mod apply;
mod date;
mod mock_server_url;
mod provider_state;
mod random_boolean;
mod random_decimal;
mod random_hexadecimal;
mod random_int;
mod random_string;
mod regex;
mod source;
mod unknown;
mod uuid;

use std::borrow::Cow;

use thiserror::Error;

pub use apply::{
    Generated, Reason, Skipped, apply_to_message, apply_to_request, apply_to_response, makes_anew,
};
pub use date::Date;
pub use mock_server_url::MockServerUrl;
pub use provider_state::{DataType, ProviderState};
pub use random_boolean::RandomBoolean;
pub use random_decimal::RandomDecimal;
pub use random_hexadecimal::RandomHexadecimal;
pub use random_int::RandomInt;
pub use random_string::RandomString;
pub use regex::Regex;
pub use source::{Seeded, Source};
pub use unknown::Unknown;
pub use uuid::{Uuid, UuidFormat};

use crate::datetime::expression::ExpressionError;
use crate::datetime::{FormatError, Moment, PatternError};
use crate::json::{Json, JsonBuf, Number, Object, ObjectBuf};

/// How many digits, characters or bytes a generator makes at most.
pub const MAX_LENGTH: usize = 65_536;
/// How many digits or characters there are when nobody says.
const DEFAULT_LENGTH: usize = 10;

/// On which side of a contract an example is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The consumer is tested: a mock answers it.
    Consumer,
    /// The provider is tested: the consumer's part is replayed.
    Provider,
}

/// What generators have to know about the run that they are applied in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Which side is tested.
    pub mode: Mode,
    /// Where the mock server is, such as `http://127.0.0.1:4711`.
    pub mock_server_url: Option<String>,
    /// What setting up provider states gave, by name: parameters of the states and answers of their handlers.
    pub state_values: ObjectBuf,
}

impl Context {
    /// A test of the consumer, with a mock server at this URL.
    pub fn consumer(mock_server_url: Option<String>) -> Self {
        Self { mode: Mode::Consumer, mock_server_url, state_values: ObjectBuf::new() }
    }

    /// A test of the provider, whose states gave these values.
    pub fn provider(state_values: ObjectBuf) -> Self {
        Self { mode: Mode::Provider, mock_server_url: None, state_values }
    }
}

/// Why the definition of a generator is broken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GeneratorError {
    /// The definition is not an object.
    #[error("a generator is an object such as {{\"type\": \"Uuid\"}}, but this is {0}")]
    NotAnObject(&'static str),
    /// It does not say which generator it is.
    #[error("the generator does not say what it is: add \"type\", such as {{\"type\": \"Uuid\"}}")]
    NoType,
    /// An attribute that the generator needs is not there.
    #[error("the generator `{generator}` needs the attribute `{attribute}`")]
    Missing {
        /// The name of the generator.
        generator: &'static str,
        /// The attribute.
        attribute: &'static str,
    },
    /// An attribute has a value that makes no sense there.
    #[error("the attribute `{attribute}` of a generator must be {expected}, but it is {found}")]
    Invalid {
        /// The attribute.
        attribute: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The bounds leave nothing between them.
    #[error("there is no number from {min} to {max}: `min` must not be greater than `max`")]
    Range {
        /// The lower bound.
        min: i128,
        /// The upper bound.
        max: i128,
    },
    /// A length is out of bounds.
    #[error("`{attribute}` is {length}, but it must be from {least} to {MAX_LENGTH}")]
    Length {
        /// The attribute.
        attribute: &'static str,
        /// What it is.
        length: usize,
        /// The least that makes sense.
        least: usize,
    },
    /// A regular expression does not compile.
    #[error("the regular expression `{pattern}` cannot be used: {reason}")]
    Regex {
        /// The expression.
        pattern: String,
        /// What the compiler says.
        reason: String,
    },
    /// The expression of a `MockServerURL` does not say what stays of the example.
    #[error(
        "the regular expression `{pattern}` needs a group, such as `.*(/orders)$`, for the part that stays"
    )]
    NoGroup {
        /// The expression.
        pattern: String,
    },
    /// A date format is broken.
    #[error("the date format `{format}` cannot be used: {source}")]
    DateFormat {
        /// The format.
        format: String,
        /// What is wrong with it.
        source: PatternError,
    },
    /// The expression of a date or time is broken.
    #[error("the expression `{expression}` cannot be used: {source}")]
    Expression {
        /// The expression.
        expression: String,
        /// What is wrong with it.
        source: ExpressionError,
    },
    /// The expression of a `ProviderState` is broken.
    #[error("the expression `{expression}` must be the name of a value, or text with names in `${{...}}`")]
    Placeholder {
        /// The expression.
        expression: String,
    },
}

/// Why a generator could not make a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GenerateError {
    /// This crate does not know the generator.
    #[error("the generator `{0}` is not known here")]
    Unknown(String),
    /// Setting up provider states did not give a value.
    #[error("the provider states gave no value `{name}` for `{expression}`")]
    MissingValue {
        /// The name of the value.
        name: String,
        /// The expression that asks for it.
        expression: String,
    },
    /// Setting up provider states gave a value of another type.
    #[error("`{expression}` should give {wanted}, but the provider states gave {found}", wanted = data_type.as_str())]
    WrongType {
        /// The expression.
        expression: String,
        /// What was asked for.
        data_type: DataType,
        /// What there is, shortened.
        found: String,
    },
    /// Nobody said where the mock server is.
    #[error("the URL of the mock server is not known")]
    NoMockServerUrl,
    /// The expression of a `MockServerURL` does not find anything in its example.
    #[error("the regular expression `{regex}` does not find its group in the example `{example}`")]
    ExampleUrl {
        /// The expression.
        regex: String,
        /// The example.
        example: String,
    },
    /// Text for a regular expression cannot be made.
    #[error("no text for the regular expression `{pattern}` can be made: {reason}")]
    Regex {
        /// The expression.
        pattern: String,
        /// Why not.
        reason: &'static str,
    },
    /// A date or time is out of reach.
    #[error("the date or time cannot be reckoned: {0}")]
    Expression(#[from] ExpressionError),
    /// A date or time cannot be written in its format.
    #[error("the date or time cannot be written: {0}")]
    Format(#[from] FormatError),
    /// What was made is no status code.
    #[error("{0} is no status code; those are from 100 to 999")]
    Status(String),
}

/// What generators work with while they are applied.
struct Run<'r> {
    context: &'r Context,
    source: &'r mut dyn Source,
    now: Option<Moment>,
}

impl<'r> Run<'r> {
    fn new(context: &'r Context, source: &'r mut dyn Source) -> Self {
        Self { context, source, now: None }
    }

    fn source(&mut self) -> &mut dyn Source {
        self.source
    }

    /// What time it is: the same for everything in one example.
    fn now(&mut self) -> Moment {
        self.now.get_or_insert_with(|| self.source.now()).clone()
    }
}

/// What every generator can do.
trait Kind: Sized {
    /// Reads the attributes of a definition whose `type` is `name`, and checks them.
    fn parse(name: &str, definition: &Object<'_>) -> Result<Self, GeneratorError>;

    /// The definition as V3 and V4 files write it.
    fn definition(&self) -> ObjectBuf;

    /// Whether the generator has something to do on that side.
    fn applies(&self, _: Mode) -> bool {
        true
    }

    /// A value in place of `example`.
    fn generate(&self, example: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError>;
}

macro_rules! generators {
    ($($(#[$doc:meta])* $variant:ident($kind:ty) = $($name:literal)|+;)+) => {
        /// A generator.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Generator {
            $($(#[$doc])* $variant($kind),)+
            /// A generator that this crate does not know. It is kept, and reported when it is to be applied.
            Unknown(Unknown),
        }

        impl Generator {
            fn parse_named(name: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
                match name {
                    $($($name)|+ => <$kind>::parse(name, definition).map(Self::$variant),)+
                    _ => Unknown::parse(name, definition).map(Self::Unknown),
                }
            }

            /// The definition as V3 and V4 files write it.
            pub fn definition(&self) -> ObjectBuf {
                match self { $(Self::$variant(kind) => kind.definition(),)+ Self::Unknown(kind) => kind.definition() }
            }

            /// Whether the generator has something to do when that side is tested.
            pub fn applies(&self, mode: Mode) -> bool {
                match self { $(Self::$variant(kind) => kind.applies(mode),)+ Self::Unknown(kind) => kind.applies(mode) }
            }

            fn make(&self, example: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
                match self {
                    $(Self::$variant(kind) => kind.generate(example, run),)+
                    Self::Unknown(kind) => kind.generate(example, run),
                }
            }
        }
    };
}

generators! {
    /// A whole number between two others.
    RandomInt(RandomInt) = "RandomInt";
    /// A number with a decimal point.
    RandomDecimal(RandomDecimal) = "RandomDecimal";
    /// Hexadecimal digits.
    RandomHexadecimal(RandomHexadecimal) = "RandomHexadecimal";
    /// Letters and digits.
    RandomString(RandomString) = "RandomString";
    /// True or false.
    RandomBoolean(RandomBoolean) = "RandomBoolean";
    /// Text that matches a regular expression.
    Regex(Regex) = "Regex";
    /// A universally unique identifier.
    Uuid(Uuid) = "Uuid";
    /// A date, a time or both, in a format.
    Date(Date) = "Date" | "Time" | "DateTime";
    /// A value that the provider made while a provider state was set up.
    ProviderState(ProviderState) = "ProviderState";
    /// A URL of the example, at the mock server.
    MockServerUrl(MockServerUrl) = "MockServerURL";
}

impl Generator {
    /// Reads a definition such as `{"type": "RandomInt", "min": 1, "max": 6}`, and checks everything in it.
    ///
    /// # Errors
    /// When it is not an object, does not say which generator it is, or what it says makes no sense.
    pub fn parse(definition: &Json<'_>) -> Result<Self, GeneratorError> {
        let object = definition.as_object().ok_or(GeneratorError::NotAnObject(definition.type_name()))?;
        match object.get("type") {
            Some(Json::String(name)) => Self::parse_named(name, object),
            Some(other) => Err(invalid("type", "the name of a generator", other)),
            None => Err(GeneratorError::NoType),
        }
    }

    /// Makes a value in place of `example`: for whoever needs a single value. Examples with generators are for
    /// [`apply_to_request`] and its like. Whether the generator [`applies`](Self::applies) is not asked.
    ///
    /// # Errors
    /// When the generator is unknown, or the context does not have what it needs.
    pub fn generate(
        &self,
        example: &Json<'_>,
        context: &Context,
        source: &mut dyn Source,
    ) -> Result<JsonBuf, GenerateError> {
        self.make(example, &mut Run::new(context, source))
    }
}

/// A definition that has only its name.
fn named(name: &'static str) -> ObjectBuf {
    [("type", JsonBuf::from(name))].into_iter().collect()
}

/// A definition that has a length beside its name.
fn sized(name: &'static str, attribute: &'static str, length: Option<usize>) -> ObjectBuf {
    let mut definition = named(name);
    if let Some(length) = length {
        definition.insert(attribute, length as u64);
    }
    definition
}

fn optional_text(definition: &Object<'_>, attribute: &'static str) -> Result<Option<String>, GeneratorError> {
    match definition.get(attribute) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.as_ref().to_owned())),
        Some(other) => Err(invalid(attribute, "text", other)),
    }
}

fn text_attribute(
    definition: &Object<'_>,
    generator: &'static str,
    attribute: &'static str,
) -> Result<String, GeneratorError> {
    optional_text(definition, attribute)?.ok_or(GeneratorError::Missing { generator, attribute })
}

fn length_attribute(
    definition: &Object<'_>,
    attribute: &'static str,
) -> Result<Option<usize>, GeneratorError> {
    match definition.get(attribute) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => {
            // Some writers put numbers into quotes.
            let length = value.as_u64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
            let length = length.and_then(|length| usize::try_from(length).ok());
            length.map(Some).ok_or_else(|| invalid(attribute, "a whole number from 0", value))
        }
    }
}

fn check_length(
    attribute: &'static str,
    length: Option<usize>,
    least: usize,
) -> Result<Option<usize>, GeneratorError> {
    match length {
        Some(length) if length < least || length > MAX_LENGTH => {
            Err(GeneratorError::Length { attribute, length, least })
        }
        length => Ok(length),
    }
}

fn invalid(attribute: &'static str, expected: &'static str, found: &Json<'_>) -> GeneratorError {
    GeneratorError::Invalid { attribute, expected, found: crate::report::shortened(&found.to_compact()) }
}

/// A number, as text where the example is text.
fn like_example(example: &Json<'_>, number: String) -> JsonBuf {
    match example {
        Json::String(_) => Json::from(number),
        _ => Json::Number(Number::from_text(number)),
    }
}

/// A value as it reads where values travel as text.
fn as_text<'t>(value: &'t Json<'_>) -> Cow<'t, str> {
    match value {
        Json::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_compact()),
    }
}

#[cfg(test)]
mod tests;
