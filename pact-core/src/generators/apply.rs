//! Applying the generators of an example.

mod body;
mod form;
mod json;
mod multipart;
mod xml;

use thiserror::Error;

use super::{Context, GenerateError, Generator, Mode, Run, Source, as_text};
use crate::json::{Json, JsonBuf};
use crate::matching::name_of;
use crate::model::{Category, ContentType, Generators, MatchingRules, Message, Query, Request, Response};
use crate::multipart::MultipartError;
use crate::path::PathError;
use crate::xml::XmlError;

/// An example with new values in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated<T> {
    /// The example.
    pub example: T,
    /// The generators that had something to do and could not: their values are those of the contract.
    pub skipped: Vec<Skipped>,
}

/// A generator that was not applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the generator for the {category}{space}{place} was not applied: {reason}",
    category = category.as_str(),
    space = if place.is_empty() { "" } else { " " }
)]
pub struct Skipped {
    /// The part that it is for.
    pub category: Category,
    /// Where in that part: a name, or a path in a body; empty where there is only one thing.
    pub place: String,
    /// Why.
    #[source]
    pub reason: Reason,
}

/// Why a generator was not applied.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Reason {
    /// The example has nothing at that place. Contracts may say more than an example shows, so this is mostly harmless.
    #[error("the example has nothing there")]
    NotThere,
    /// Such bodies, or their inside, cannot be made anew.
    #[error("generators cannot be applied to {0} bodies")]
    ContentType(ContentType),
    /// The body is not what its content type says.
    #[error("the body is not JSON, as its content type says")]
    NotJson,
    /// The body is not what its content type says.
    #[error("the body is not XML, as its content type says: {0}")]
    NotXml(#[source] XmlError),
    /// The body is not what its content type says.
    #[error("the body is not made of parts, as its content type says: {0}")]
    NotMultipart(#[source] MultipartError),
    /// The new value has a character that XML documents cannot have.
    #[error("the new value has the character {0:?}, which XML documents cannot have")]
    Character(char),
    /// The new content of a part has a line that ends the part.
    #[error("the new content has a line with the boundary of the body")]
    Boundary,
    /// The place is no path expression.
    #[error("its path cannot be used: {0}")]
    Path(#[source] PathError),
    /// No value could be made.
    #[error("{0}")]
    Failed(#[source] GenerateError),
}

/// Whether an example with these generators and rules has values that are made anew when that side is tested. (The rules
/// for lists that contain something have generators of their own.)
pub fn makes_anew(generators: &Generators, rules: &MatchingRules, mode: Mode) -> bool {
    let own = Category::ALL
        .into_iter()
        .any(|category| generators.category(category).any(|(_, generator)| generator.applies(mode)));
    own || rules.category(Category::Body).any(|(_, list)| json::has_generators(list, mode))
}

/// A request with new values, as the consumer's mock server expects it or as it is sent to the provider.
pub fn apply_to_request(example: &Request, context: &Context, source: &mut dyn Source) -> Generated<Request> {
    let mut applier = Applier::new(&example.generators, context, source);
    let mut made = example.clone();
    applier.text(Category::Method, &mut made.method);
    applier.text(Category::Path, &mut made.path);
    applier.query(&mut made.query);
    applier.headers(&mut made.headers);
    applier.body(&mut made.body, example.headers.content_type(), &example.rules);
    Generated { example: made, skipped: applier.skipped }
}

/// A response with new values, as the mock server gives it.
pub fn apply_to_response(
    example: &Response,
    context: &Context,
    source: &mut dyn Source,
) -> Generated<Response> {
    let mut applier = Applier::new(&example.generators, context, source);
    let mut made = example.clone();
    applier.status(&mut made.status);
    applier.headers(&mut made.headers);
    applier.body(&mut made.body, example.headers.content_type(), &example.rules);
    Generated { example: made, skipped: applier.skipped }
}

/// A message with new values in contents and metadata, as it is handed to the consumer, or sent to the provider.
pub fn apply_to_message(example: &Message, context: &Context, source: &mut dyn Source) -> Generated<Message> {
    let mut applier = Applier::new(&example.generators, context, source);
    let mut made = example.clone();
    applier.body(&mut made.contents, example.content_type(), &example.rules);
    for (place, generator) in applier.generators(Category::Metadata) {
        let value = made.metadata.get_mut(&name_of(place));
        applier.replace(Category::Metadata, place, generator, value);
    }
    Generated { example: made, skipped: applier.skipped }
}

struct Applier<'a> {
    all: &'a Generators,
    run: Run<'a>,
    skipped: Vec<Skipped>,
}

impl<'a> Applier<'a> {
    fn new(all: &'a Generators, context: &'a Context, source: &'a mut dyn Source) -> Self {
        Self { all, run: Run::new(context, source), skipped: Vec::new() }
    }

    /// The generators for a part that have something to do.
    fn generators(&self, category: Category) -> impl Iterator<Item = (&'a str, &'a Generator)> + use<'a> {
        let mode = self.run.context.mode;
        self.all.category(category).filter(move |(_, generator)| generator.applies(mode))
    }

    fn skip(&mut self, category: Category, place: &str, reason: Reason) {
        self.skipped.push(Skipped { category, place: place.to_owned(), reason });
    }

    /// A new value; none when it could not be made.
    fn make(
        &mut self,
        category: Category,
        place: &str,
        generator: &Generator,
        example: &Json<'_>,
    ) -> Option<JsonBuf> {
        let made = generator.make(example, &mut self.run);
        made.map_err(|error| self.skip(category, place, Reason::Failed(error))).ok()
    }

    fn replace(
        &mut self,
        category: Category,
        place: &str,
        generator: &Generator,
        value: Option<&mut JsonBuf>,
    ) {
        match value {
            None => self.skip(category, place, Reason::NotThere),
            Some(value) => {
                if let Some(made) = self.make(category, place, generator, value) {
                    *value = made;
                }
            }
        }
    }

    /// New text in place of text.
    fn replace_text(&mut self, category: Category, place: &str, generator: &Generator, text: &mut String) {
        let example = JsonBuf::from(text.as_str());
        if let Some(made) = self.make(category, place, generator, &example) {
            *text = as_text(&made).into_owned();
        }
    }

    /// A part that is one text.
    fn text(&mut self, category: Category, text: &mut String) {
        for (place, generator) in self.generators(category) {
            self.replace_text(category, place, generator, text);
        }
    }

    fn status(&mut self, status: &mut u16) {
        for (place, generator) in self.generators(Category::Status) {
            let example = JsonBuf::from(u64::from(*status));
            let Some(made) = self.make(Category::Status, place, generator, &example) else { continue };
            let made = as_text(&made);
            match made.parse() {
                Ok(code @ 100..1000) => *status = code,
                _ => {
                    let error = GenerateError::Status(crate::report::shortened(&made));
                    self.skip(Category::Status, place, Reason::Failed(error));
                }
            }
        }
    }

    fn headers(&mut self, headers: &mut crate::model::Headers) {
        for (place, generator) in self.generators(Category::Header) {
            let name = name_of(place);
            let values = headers.get_mut(&name);
            if values.is_empty() {
                // As for the parameters of a query: a generator may be all that is known of a header.
                let made = self.make(Category::Header, place, generator, &JsonBuf::from(""));
                if let Some(made) = made {
                    headers.append(name, as_text(&made));
                }
                continue;
            }
            for value in values {
                self.replace_text(Category::Header, place, generator, value);
            }
        }
    }

    fn query(&mut self, query: &mut Option<Query>) {
        if self.generators(Category::Query).next().is_none() {
            return;
        }
        let mut pairs = query.as_ref().map_or_else(Vec::new, |query| query.pairs().into_owned());
        for (place, generator) in self.generators(Category::Query) {
            let name = name_of(place);
            match pairs.iter_mut().find(|(other, _)| *other == name) {
                Some((_, values)) => {
                    self.values(Category::Query, place, generator, values);
                }
                // The compatibility suite asks for parameters that only their generators know.
                None => {
                    let made = self.make(Category::Query, place, generator, &JsonBuf::from(""));
                    pairs.extend(made.map(|made| (name, vec![Some(as_text(&made).into_owned())])));
                }
            }
        }
        if query.is_some() || !pairs.is_empty() {
            *query = Some(Query::Pairs(pairs));
        }
    }

    /// New values of one name in a query or a form.
    fn values(
        &mut self,
        category: Category,
        place: &str,
        generator: &Generator,
        values: &mut [Option<String>],
    ) {
        for value in values {
            let mut text = value.take();
            let example = JsonBuf::from(text.as_deref().unwrap_or_default());
            if let Some(made) = self.make(category, place, generator, &example) {
                text = Some(as_text(&made).into_owned());
            }
            *value = text;
        }
    }
}
