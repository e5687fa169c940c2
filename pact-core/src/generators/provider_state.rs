//! `ProviderState`: a value that the provider made while a provider state was set up.

use super::{GenerateError, GeneratorError, Kind, Mode, Run, invalid, named, text_attribute};
use crate::json::{Json, JsonBuf, Number, Object, ObjectBuf};

/// A value from setting up provider states (`id`), or text with such values in it (`/orders/${id}`). It applies on the
/// provider's side only, where these values are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderState {
    expression: String,
    parts: Vec<Part>,
    data_type: Option<DataType>,
}

/// What an expression is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(String),
}

/// What the value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// Text.
    String,
    /// A number without a fraction.
    Integer,
    /// A number with a fraction; an integer gets one.
    Decimal,
    /// The same as [`DataType::Decimal`].
    Float,
    /// Whatever it is.
    Raw,
    /// True or false.
    Boolean,
}

impl DataType {
    const ALL: [Self; 6] =
        [Self::String, Self::Integer, Self::Decimal, Self::Float, Self::Raw, Self::Boolean];

    /// As files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "STRING",
            Self::Integer => "INTEGER",
            Self::Decimal => "DECIMAL",
            Self::Float => "FLOAT",
            Self::Raw => "RAW",
            Self::Boolean => "BOOLEAN",
        }
    }

    /// The value as this type; none when it cannot be.
    fn convert(self, value: &Json<'_>) -> Option<JsonBuf> {
        let text = super::as_text(value);
        let number = || Number::parse(text.trim()).map(Number::into_owned);
        match self {
            Self::Raw => Some(value.clone().into_owned()),
            Self::String => Some(Json::from(text.as_ref())),
            Self::Integer => number().filter(Number::is_integer).map(Json::Number),
            Self::Decimal | Self::Float => number().map(|number| {
                let written =
                    if number.is_integer() { format!("{number}.0") } else { number.as_str().to_owned() };
                Json::Number(Number::from_text(written))
            }),
            Self::Boolean => match text.trim() {
                "true" => Some(Json::Bool(true)),
                "false" => Some(Json::Bool(false)),
                _ => None,
            },
        }
    }
}

impl ProviderState {
    /// A generator for the value of this name, or for text with `${name}` where values go.
    ///
    /// Without a data type, a value stays as it is, but text, numbers and Booleans take the type of the example where
    /// they can be read as such: an example `"1"` gives `"7"`, an example `1` gives `7`.
    ///
    /// # Errors
    /// When there is no name in the expression, or no `}` behind a `${`.
    pub fn new(expression: impl Into<String>, data_type: Option<DataType>) -> Result<Self, GeneratorError> {
        let expression = expression.into();
        let Some(parts) = parse(&expression) else {
            return Err(GeneratorError::Placeholder { expression });
        };
        Ok(Self { expression, parts, data_type })
    }

    /// The expression as it was written.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// What the value has to be.
    pub fn data_type(&self) -> Option<DataType> {
        self.data_type
    }

    /// The expression with values in place of their names.
    fn resolved(&self, values: &ObjectBuf) -> Result<JsonBuf, GenerateError> {
        let value = |name: &str| {
            values.get(name).ok_or_else(|| GenerateError::MissingValue {
                name: name.to_owned(),
                expression: self.expression.clone(),
            })
        };
        if let [Part::Value(name)] = self.parts.as_slice() {
            return value(name).cloned();
        }
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(name) => text.push_str(&super::as_text(value(name)?)),
            }
        }
        Ok(Json::from(text))
    }
}

fn parse(expression: &str) -> Option<Vec<Part>> {
    let name = |text: &str| Some(text.trim().to_owned()).filter(|name| !name.is_empty());
    if !expression.contains("${") {
        return name(expression).map(|name| vec![Part::Value(name)]);
    }
    let mut parts = Vec::new();
    let mut rest = expression;
    while let Some((text, placeholder)) = rest.split_once("${") {
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
        let (value, after) = placeholder.split_once('}')?;
        parts.push(Part::Value(name(value)?));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Some(parts)
}

/// A scalar as the type that a scalar example has, where it can be.
fn like(example: &Json<'_>, value: JsonBuf) -> JsonBuf {
    let converted = match (example, &value) {
        (_, Json::Array(_) | Json::Object(_) | Json::Null) => None,
        (Json::String(_), _) => DataType::String.convert(&value),
        (Json::Bool(_), Json::String(_)) => DataType::Boolean.convert(&value),
        (Json::Number(_), Json::String(text)) => {
            Number::parse(text.trim()).map(|number| Json::Number(number.into_owned()))
        }
        _ => None,
    };
    converted.unwrap_or(value)
}

impl Kind for ProviderState {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        let expected = "STRING, INTEGER, DECIMAL, FLOAT, RAW or BOOLEAN";
        let data_type = match definition.get("dataType") {
            None | Some(Json::Null) => None,
            Some(stated) => {
                let known = DataType::ALL.into_iter().find(|known| {
                    stated.as_str().is_some_and(|name| name.eq_ignore_ascii_case(known.as_str()))
                });
                Some(known.ok_or_else(|| invalid("dataType", expected, stated))?)
            }
        };
        Self::new(text_attribute(definition, "ProviderState", "expression")?, data_type)
    }

    fn definition(&self) -> ObjectBuf {
        let mut definition = named("ProviderState");
        definition.insert("expression", self.expression.clone());
        if let Some(data_type) = self.data_type {
            definition.insert("dataType", data_type.as_str());
        }
        definition
    }

    fn applies(&self, mode: Mode) -> bool {
        mode == Mode::Provider
    }

    fn generate(&self, example: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        let value = self.resolved(&run.context.state_values)?;
        match self.data_type {
            None => Ok(like(example, value)),
            Some(data_type) => data_type.convert(&value).ok_or_else(|| GenerateError::WrongType {
                expression: self.expression.clone(),
                data_type,
                found: crate::report::shortened(&value.to_compact()),
            }),
        }
    }
}
