//! Generators in files, from V3.

use super::ProblemKind;
use super::attributes::{Attributes, Findings, RuleOrGenerator};
use crate::generators::Generator;
use crate::json::{Json, Pointer};
use crate::model::{Category, Generators};
use crate::path::DocPath;

/// Reads `generators`: parts that can only be one thing have theirs without a name, the others by name or path.
pub(super) fn generators(attributes: &mut Attributes<'_>, findings: &mut Findings) -> Generators {
    let at = attributes.at;
    let at = at.name("generators");
    let mut generators = Generators::default();
    for (name, value) in attributes.object(&["generators"], findings).iter() {
        // Parts that are not known here stay in the spelling of the interaction.
        if let Some(category) = Category::parse(name) {
            read_category(category, value, at.name(name), &mut generators, findings);
        }
    }
    generators
}

fn read_category(
    category: Category,
    value: &Json<'_>,
    at: Pointer<'_>,
    generators: &mut Generators,
    findings: &mut Findings,
) {
    let Some(entries) = value.as_object() else {
        findings.unexpected(&at, "an object", value);
        return;
    };
    // A parameter or header may be called `type`, but then it has an object.
    if matches!(entries.get("type"), Some(Json::String(_))) {
        let name = if category == Category::Body { "$" } else { "" };
        if let Some(generator) = generator(value, at, findings) {
            findings.place(&at, category, name, || RuleOrGenerator::Generator(generator.clone()));
            generators.insert(category, name, generator);
        }
        return;
    }
    for (name, value) in entries.iter() {
        let at = at.name(name);
        if let (Category::Body, Err(error)) = (category, name.parse::<DocPath>()) {
            findings.add(&at, ProblemKind::GeneratorPath(error));
            continue;
        }
        if let Some(generator) = generator(value, at, findings) {
            let name = if category.is_single() { "" } else { name };
            findings.place(&at, category, name, || RuleOrGenerator::Generator(generator.clone()));
            generators.insert(category, name, generator);
        }
    }
}

fn generator(definition: &Json<'_>, at: Pointer<'_>, findings: &mut Findings) -> Option<Generator> {
    Generator::parse(definition).map_err(|error| findings.add(&at, ProblemKind::Generator(error))).ok()
}
