//! Extensions at work for one interaction.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{
    ContentMatcher, Contents, Difference, Extension, ExtensionError, FieldMatcher, Generation, PlacedRules,
    Refusal,
};
use crate::generators::Context;
use crate::json::JsonBuf;
use crate::matching::CompileError;
use crate::model::{
    Body, Category, ContentType, Data, Generators, Interaction, MatchingRules, Pact, RuleList,
};
use crate::rules::{Rule, Subject};

/// What a contract has configured for one extension.
#[derive(Debug, Clone, Copy, Default)]
pub struct Configuration<'c> {
    /// What `pluginConfiguration` of the interaction has under its name.
    pub interaction: Option<&'c JsonBuf>,
    /// What `configuration` of its entry in `metadata.plugins` of the pact has.
    pub pact: Option<&'c JsonBuf>,
}

/// Extensions, and what one interaction of a contract has configured for them.
#[derive(Clone, Copy)]
pub struct Scope<'e> {
    extensions: &'e [Arc<dyn Extension>],
    contract: Option<(&'e Pact, &'e Interaction)>,
}

impl<'e> Scope<'e> {
    pub(super) fn new(
        extensions: &'e [Arc<dyn Extension>],
        contract: Option<(&'e Pact, &'e Interaction)>,
    ) -> Self {
        Self { extensions, contract }
    }

    /// Without any extension.
    pub(crate) fn none() -> Self {
        Self { extensions: &[], contract: None }
    }

    fn configuration(&self, extension: &str) -> Configuration<'e> {
        let Some((pact, interaction)) = self.contract else { return Configuration::default() };
        let plugins = pact.metadata.get("plugins").and_then(JsonBuf::as_array).unwrap_or_default();
        let named = |plugin: &&JsonBuf| plugin.get("name").and_then(JsonBuf::as_str) == Some(extension);
        Configuration {
            interaction: interaction.plugin_configuration(extension),
            pact: plugins.iter().find(named).and_then(|plugin| plugin.get("configuration")),
        }
    }

    /// What the first extension that supplies something supplies.
    fn first<T>(
        &self,
        ask: impl Fn(&dyn Extension, Configuration<'e>) -> Result<Option<T>, ExtensionError>,
    ) -> Result<Option<(String, T)>, CompileError> {
        for extension in self.extensions {
            let name = extension.name();
            let supplied = ask(extension.as_ref(), self.configuration(name));
            match supplied {
                Ok(None) => {}
                Ok(Some(supplied)) => return Ok(Some((name.to_owned(), supplied))),
                Err(source) => return Err(CompileError::Extension { extension: name.to_owned(), source }),
            }
        }
        Ok(None)
    }

    /// The rules, with matchers for those that extensions know.
    pub(crate) fn supply<'r>(
        &self,
        rules: &'r MatchingRules,
    ) -> Result<Cow<'r, MatchingRules>, CompileError> {
        if self.extensions.is_empty() {
            return Ok(Cow::Borrowed(rules));
        }
        let mut rules = rules.clone();
        for list in rules.lists_mut() {
            self.supply_list(list)?;
        }
        Ok(Cow::Owned(rules))
    }

    fn supply_list(&self, list: &mut RuleList) -> Result<(), CompileError> {
        list.rules.iter_mut().try_for_each(|rule| self.supply_rule(rule))
    }

    fn supply_rule(&self, rule: &mut Rule) -> Result<(), CompileError> {
        match rule {
            Rule::Unknown(unknown) => {
                let supplied =
                    self.first(|extension, configuration| extension.field_matcher(unknown, configuration))?;
                unknown.supplied = supplied.map(|(extension, matcher)| SuppliedField { extension, matcher });
                Ok(())
            }
            Rule::EachKey(each) => each.rules.iter_mut().try_for_each(|rule| self.supply_rule(rule)),
            Rule::EachValue(each) => each.rules.iter_mut().try_for_each(|rule| self.supply_rule(rule)),
            Rule::ArrayContains(contains) => contains.variants.iter_mut().try_for_each(|variant| {
                variant.rules.iter_mut().try_for_each(|(_, list)| self.supply_list(list))?;
                variant.place_again();
                Ok(())
            }),
            _ => Ok(()),
        }
    }

    /// What compares bodies with this one, when an extension does.
    pub(crate) fn content_matcher(
        &self,
        body: &Body,
        content_type: &ContentType,
        rules: &MatchingRules,
        strict: bool,
    ) -> Result<Option<SuppliedContent>, CompileError> {
        let Some(content) = body.content().filter(|_| !self.extensions.is_empty()) else { return Ok(None) };
        let placed = rules.category(Category::Body).filter(|(_, list)| !list.rules.is_empty());
        let placed = placed.filter_map(|(path, list)| Some((path.parse().ok()?, list.clone())));
        let (expected, rules) = (content.bytes(), PlacedRules::new(placed.collect()));
        let supplied = self.first(|extension, configuration| {
            extension.content_matcher(&Contents {
                content_type,
                expected: &expected,
                rules: &rules,
                strict,
                configuration,
            })
        })?;
        Ok(supplied.map(|(extension, matcher)| SuppliedContent { extension, matcher }))
    }

    /// Makes a body anew where an extension knows its media type, and leaves it as it is otherwise. `stated` is the media type
    /// that headers or metadata give. Returns whether an extension did it.
    ///
    /// It is for after [`generators::apply_to_request`](crate::generators::apply_to_request) and its like, which leave the
    /// bodies of media types alone that this crate does not know.
    ///
    /// # Errors
    /// When an extension knows the media type and fails; the body stays as it is.
    pub fn generate(
        &self,
        body: &mut Body,
        stated: Option<ContentType>,
        generators: &Generators,
        context: &Context,
    ) -> Result<bool, ExtensionError> {
        let Some(content_type) = stated.or_else(|| body.own_content_type()) else { return Ok(false) };
        let Body::Present(present) = body else { return Ok(false) };
        let applied = generators.category(Category::Body);
        let applied: Vec<_> = applied.filter(|(_, made)| made.applies(context.mode)).collect();
        if applied.is_empty() {
            return Ok(false);
        }
        let example = present.bytes().into_owned();
        for extension in self.extensions {
            let generation = Generation {
                content_type: &content_type,
                example: &example,
                generators: &applied,
                context,
                configuration: self.configuration(extension.name()),
            };
            if let Some(made) = extension.generate(&generation)? {
                present.data = match String::from_utf8(made) {
                    Ok(text) => Data::Text(text),
                    Err(error) => Data::Binary(error.into_bytes()),
                };
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.extensions.iter().map(|extension| extension.name())).finish()
    }
}

/// What an extension does for a rule.
#[derive(Clone)]
pub(crate) struct SuppliedField {
    extension: String,
    matcher: Arc<dyn FieldMatcher>,
}

impl SuppliedField {
    /// The sentence that says why a value is refused, if it is.
    pub(crate) fn refusal(&self, expected: Option<Subject<'_>>, actual: Subject<'_>) -> Option<String> {
        match self.matcher.check(expected, actual) {
            Ok(()) => None,
            Err(Refusal::Mismatch(sentence)) => Some(sentence),
            Err(Refusal::Failed(error)) => {
                Some(format!("The plugin '{}' could not check it: {error}", self.extension))
            }
        }
    }
}

impl fmt::Debug for SuppliedField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SuppliedField").field(&self.extension).finish()
    }
}

/// What an extension does for a body.
#[derive(Clone)]
pub(crate) struct SuppliedContent {
    pub(crate) extension: String,
    matcher: Arc<dyn ContentMatcher>,
}

impl SuppliedContent {
    pub(crate) fn compare(
        &self,
        actual: &[u8],
        content_type: Option<&ContentType>,
    ) -> Result<Vec<Difference>, ExtensionError> {
        self.matcher.compare(actual, content_type)
    }
}

impl fmt::Debug for SuppliedContent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SuppliedContent").field(&self.extension).finish()
    }
}
