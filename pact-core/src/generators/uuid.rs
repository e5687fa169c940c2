//! `Uuid`: a universally unique identifier.

use super::{GenerateError, GeneratorError, Kind, Run, invalid, named};
use crate::json::{Json, JsonBuf, Object, ObjectBuf};

/// A random UUID (version 4 of RFC 9562).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uuid {
    /// How it is written; [`UuidFormat::LowerHyphenated`] when it is not given.
    pub format: Option<UuidFormat>,
}

/// How a UUID is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UuidFormat {
    /// `936da01f9abd4d9d80c702af85c822a8`
    Simple,
    /// `936da01f-9abd-4d9d-80c7-02af85c822a8`
    LowerHyphenated,
    /// `936DA01F-9ABD-4D9D-80C7-02AF85C822A8`
    UpperHyphenated,
    /// `urn:uuid:936da01f-9abd-4d9d-80c7-02af85c822a8`
    Urn,
}

impl UuidFormat {
    const ALL: [Self; 4] = [Self::Simple, Self::LowerHyphenated, Self::UpperHyphenated, Self::Urn];

    /// As files name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::LowerHyphenated => "lower-case-hyphenated",
            Self::UpperHyphenated => "upper-case-hyphenated",
            Self::Urn => "URN",
        }
    }

    fn write(self, bits: u128) -> String {
        let simple = format!("{bits:032x}");
        let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
        let hyphenated = || groups.map(|range| &simple[range]).join("-");
        match self {
            Self::Simple => simple,
            Self::LowerHyphenated => hyphenated(),
            Self::UpperHyphenated => hyphenated().to_ascii_uppercase(),
            Self::Urn => format!("urn:uuid:{}", hyphenated()),
        }
    }
}

impl Kind for Uuid {
    fn parse(_: &str, definition: &Object<'_>) -> Result<Self, GeneratorError> {
        let expected = "simple, lower-case-hyphenated, upper-case-hyphenated or URN";
        let format = match definition.get("format") {
            None | Some(Json::Null) => return Ok(Self { format: None }),
            Some(format) => format,
        };
        let known = UuidFormat::ALL
            .into_iter()
            .find(|known| format.as_str().is_some_and(|name| name.eq_ignore_ascii_case(known.as_str())));
        known.map(|known| Self { format: Some(known) }).ok_or_else(|| invalid("format", expected, format))
    }

    fn definition(&self) -> ObjectBuf {
        let mut definition = named("Uuid");
        if let Some(format) = self.format {
            definition.insert("format", format.as_str());
        }
        definition
    }

    fn generate(&self, _: &Json<'_>, run: &mut Run<'_>) -> Result<JsonBuf, GenerateError> {
        let random = u128::from(run.source().next_u64()) << 64 | u128::from(run.source().next_u64());
        let version = random & !(0xf << 76) | 0x4 << 76;
        let variant = version & !(0x3 << 62) | 0x2 << 62;
        Ok(self.format.unwrap_or(UuidFormat::LowerHyphenated).write(variant).into())
    }
}
