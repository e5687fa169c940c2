//! Taking a JSON object apart, attribute by attribute.

use super::{Problem, ProblemKind};
use crate::json::{Json, JsonBuf, ObjectBuf, Pointer};

/// Everything that is wrong so far.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Problem>);

impl Findings {
    pub(super) fn add(&mut self, at: &Pointer<'_>, kind: ProblemKind) {
        self.0.push(Problem { pointer: at.to_string(), kind });
    }

    pub(super) fn unexpected(&mut self, at: &Pointer<'_>, expected: &'static str, found: &Json<'_>) {
        let found = match found {
            Json::Object(_) => "an object".to_owned(),
            Json::Array(_) => "a list".to_owned(),
            scalar => format!("`{}`", crate::report::shortened(&scalar.to_compact())),
        };
        self.add(at, ProblemKind::Unexpected { expected, found });
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.0
    }
}

/// An object whose attributes are taken out one by one; what is left is what nobody knows.
pub(super) struct Attributes<'p> {
    pub(super) rest: ObjectBuf,
    pub(super) at: Pointer<'p>,
}

impl<'p> Attributes<'p> {
    /// The attributes of a value, or none when it is not an object.
    pub(super) fn of(value: JsonBuf, at: Pointer<'p>, findings: &mut Findings) -> Self {
        let rest = match value {
            Json::Object(object) => object,
            other => {
                findings.unexpected(&at, "an object", &other);
                ObjectBuf::new()
            }
        };
        Self { rest, at }
    }

    /// An attribute, under the first of its names that is there. `null` counts as not there.
    pub(super) fn take(&mut self, names: &[&str]) -> Option<JsonBuf> {
        names.iter().find_map(|name| match self.rest.get(name) {
            None | Some(Json::Null) => None,
            Some(_) => self.rest.remove(name),
        })
    }

    /// An attribute that must be text where it is there.
    pub(super) fn text(&mut self, name: &str, findings: &mut Findings) -> Option<String> {
        match self.take(&[name])? {
            Json::String(text) => Some(text.into_owned()),
            other => {
                findings.unexpected(&self.at.name(name), "text", &other);
                None
            }
        }
    }

    /// An attribute that must be true or false where it is there.
    pub(super) fn flag(&mut self, name: &str, findings: &mut Findings) -> Option<bool> {
        match self.take(&[name])? {
            Json::Bool(value) => Some(value),
            other => {
                findings.unexpected(&self.at.name(name), "true or false", &other);
                None
            }
        }
    }

    /// An attribute that must be an object where it is there; otherwise an empty one.
    pub(super) fn object(&mut self, names: &[&str], findings: &mut Findings) -> ObjectBuf {
        match self.take(names) {
            None => ObjectBuf::new(),
            Some(Json::Object(object)) => object,
            Some(other) => {
                findings.unexpected(&self.at.name(names[0]), "an object", &other);
                ObjectBuf::new()
            }
        }
    }

    /// An attribute that must be a list where it is there; otherwise an empty one.
    pub(super) fn list(&mut self, name: &str, findings: &mut Findings) -> Option<Vec<JsonBuf>> {
        match self.take(&[name])? {
            Json::Array(items) => Some(items),
            other => {
                findings.unexpected(&self.at.name(name), "a list", &other);
                None
            }
        }
    }
}
