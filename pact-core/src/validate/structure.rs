//! What JSON Schemas say about the structure of a pact file.

use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};

use super::{Kind, Problem};
use crate::format::{self, ProblemKind};
use crate::json::Json;
use crate::model::SpecVersion;
use crate::report::shortened;

/// The JSON Schema (draft 2020-12) of pact files of a version. V1.1 has the structure of V1.
pub fn schema(version: SpecVersion) -> &'static str {
    match version {
        SpecVersion::V1 | SpecVersion::V1_1 => include_str!("schemas/v1.json"),
        SpecVersion::V2 => include_str!("schemas/v2.json"),
        SpecVersion::V3 => include_str!("schemas/v3.json"),
        SpecVersion::V4 => include_str!("schemas/v4.json"),
    }
}

fn validator(version: SpecVersion) -> Option<&'static Validator> {
    static VALIDATORS: [OnceLock<Option<Validator>>; 4] = [const { OnceLock::new() }; 4];
    let index = match version {
        SpecVersion::V1 | SpecVersion::V1_1 => 0,
        SpecVersion::V2 => 1,
        SpecVersion::V3 => 2,
        SpecVersion::V4 => 3,
    };
    let build = || {
        let schema = serde_json::from_str(schema(version)).ok()?;
        jsonschema::validator_for(&schema).ok()
    };
    VALIDATORS.get(index)?.get_or_init(build).as_ref()
}

/// What the schema of the version finds and reading has not found.
pub(super) fn problems(
    document: &Json<'_>,
    version: SpecVersion,
    broken: &[format::Problem],
) -> Vec<Problem> {
    // Serialising our own tree cannot fail: its names are text.
    let (Ok(value), Some(validator)) = (serde_json::to_value(document), validator(version)) else {
        return Vec::new();
    };
    let mut found: Vec<Problem> = Vec::new();
    for error in validator.iter_errors(&value) {
        let problem = Problem::at(error.instance_path().to_string(), kind(&error));
        if !broken.iter().any(|known| is_same(known, &problem)) && !found.contains(&problem) {
            found.push(problem);
        }
    }
    found
}

/// Whether reading has said it already: about this very place, or one inside, or about one that this is in.
fn is_same(known: &format::Problem, new: &Problem) -> bool {
    let within =
        |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    match (&known.kind, &new.kind) {
        (ProblemKind::Missing(name), Kind::MissingAttribute(new_name)) => {
            known.pointer == new.pointer && name == new_name
        }
        (ProblemKind::Missing(_), _) => false,
        (_, Kind::MissingAttribute(_)) => {
            known.pointer == new.pointer || within(&new.pointer, &known.pointer)
        }
        _ => {
            known.pointer == new.pointer
                || within(&known.pointer, &new.pointer)
                || within(&new.pointer, &known.pointer)
        }
    }
}

fn kind(error: &ValidationError<'_>) -> Kind {
    let found = match error.instance().as_ref() {
        serde_json::Value::Object(_) => "an object".to_owned(),
        serde_json::Value::Array(_) => "a list".to_owned(),
        scalar => format!("`{}`", shortened(&scalar.to_string())),
    };
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            Kind::MissingAttribute(property.as_str().unwrap_or_default().to_owned())
        }
        ValidationErrorKind::Type { kind } => {
            let types = match kind {
                jsonschema::error::TypeKind::Single(one) => one.to_string(),
                jsonschema::error::TypeKind::Multiple(several) => {
                    let names: Vec<_> = several.iter().map(|one| one.to_string()).collect();
                    names.join(" or ")
                }
            };
            Kind::Structure(format!("this should be of type {types}, but it is {found}; change it"))
        }
        ValidationErrorKind::Enum { options } => {
            Kind::Structure(format!("this should be one of {options}, but it is {found}; change it"))
        }
        ValidationErrorKind::Minimum { limit } => {
            Kind::Structure(format!("this should be at least {limit}, but it is {found}; change it"))
        }
        ValidationErrorKind::Maximum { limit } => {
            Kind::Structure(format!("this should be at most {limit}, but it is {found}; change it"))
        }
        _ => Kind::Structure(shortened(&error.to_string())),
    }
}
