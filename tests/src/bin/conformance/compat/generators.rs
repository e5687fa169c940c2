//! Making examples anew.

use pactwright_core::datetime::{Date, Moment, MomentError, Time};
use pactwright_core::generators::{
    Context, Generated, Generator, Mode, Reason, Seeded, Skipped, apply_to_message, apply_to_request,
    apply_to_response,
};
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::model::{Body, Category, Generators, Headers, Message, Request, Response};
use pactwright_core::path::{DocPath, Step};
use regex::Regex;

use super::steps::{Call, Failure, Steps, World};

/// Examples, before and after.
#[derive(Debug, Default)]
pub(super) struct State {
    request: Request,
    response: Response,
    message: Message,
    mode: Option<Mode>,
    /// What was made, and of what.
    made: Option<Made>,
}

#[derive(Debug)]
enum Made {
    Request { from: Request, to: Request },
    Response { from: Response, to: Response },
    Message { from: Message, to: Message },
}

pub(super) const STEPS: Steps = &[
    ("a request configured with the following generators:", configure_request),
    ("a response configured with the following generators:", configure_response),
    ("a message configured with the following generators:", configure_message),
    ("the generator test mode is set as {string}", set_mode),
    ("the request is prepared for use", prepare_request),
    ("the request is prepared for use with a(n) {string} context:", prepare_request),
    ("the response is prepared for use", prepare_response),
    ("the response is prepared for use with a(n) {string} context:", prepare_response),
    ("the message is prepared for use", prepare_message),
    ("the message is prepared for use with a(n) {string} context:", prepare_message),
    ("the body value for {string} will have been replaced with a(n) {string}", replaced_with_kind),
    ("the body value for {string} will have been replaced with {string}", replaced_with),
    ("the request {string} will be set as {string}", part_is),
    ("the response {string} will be set as {string}", part_is),
    ("the message {string} will be set as {string}", part_is),
    ("the request {string} will match {string}", part_matches),
    ("the response {string} will match {string}", part_matches),
    ("the message {string} will match {string}", part_matches),
    ("the request {string} will not be {string}", part_is_not),
    ("the response {string} will not be {string}", part_is_not),
    ("the message {string} will not be {string}", part_is_not),
];

/// What the kinds of values look like that generators make, as text: a number in place of text is made as text. `random`
/// before a kind says nothing more.
const KINDS: &[(&[&str], &str)] = &[
    (&["integer"], r"-?\d+"),
    (&["decimal", "decimal number"], r"-?\d+\.\d+"),
    (&["boolean"], "true|false"),
    (&["hexadecimal", "hexadecimal number", "hexadecimal string"], "[0-9A-Fa-f]+"),
    (&["string"], r"\w+"),
    (&["date"], r"\d{4}-\d{2}-\d{2}"),
    (&["time"], r"\d{2}:\d{2}:\d{2}"),
    (&["date-time", "datetime"], r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})?"),
    (&["UUID", "lower-case-hyphenated UUID"], "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    (&["simple UUID"], "[0-9a-f]{32}"),
    (&["upper-case-hyphenated UUID"], "[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}"),
    (&["URN UUID"], "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
];
/// What is made from the expression that the contract has.
const FROM_EXPRESSION: &str = "string from the regex";

fn configure_request(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    world.generators.request = call.fixtures.request(&rows[0])?;
    Ok(())
}

fn configure_response(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    world.generators.response = call.fixtures.response(&rows[0])?;
    Ok(())
}

fn configure_message(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let rows = call.rows()?;
    world.generators.message = call.fixtures.message(&rows[0])?;
    Ok(())
}

fn set_mode(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    world.generators.mode = Some(match call.argument(0) {
        "Consumer" => Mode::Consumer,
        "Provider" => Mode::Provider,
        other => return Err(Failure::Unusable(other.to_owned())),
    });
    Ok(())
}

fn prepare_request(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let State { request, mode, made, .. } = &mut world.generators;
    let Generated { example, skipped } = apply_to_request(request, &context(*mode, call)?, &mut source()?);
    *made = Some(Made::Request { from: request.clone(), to: example });
    all_made(&skipped)
}

fn prepare_response(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let State { response, mode, made, .. } = &mut world.generators;
    let Generated { example, skipped } = apply_to_response(response, &context(*mode, call)?, &mut source()?);
    *made = Some(Made::Response { from: response.clone(), to: example });
    all_made(&skipped)
}

fn prepare_message(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let State { message, mode, made, .. } = &mut world.generators;
    let Generated { example, skipped } = apply_to_message(message, &context(*mode, call)?, &mut source()?);
    *made = Some(Made::Message { from: message.clone(), to: example });
    all_made(&skipped)
}

/// Generators for what the example does not have are none of the suite's business.
fn all_made(skipped: &[Skipped]) -> Result<(), Failure> {
    let failed = skipped.iter().filter(|skipped| skipped.reason != Reason::NotThere);
    let complaints: Vec<_> = failed.map(ToString::to_string).collect();
    Failure::unless(complaints.is_empty(), || complaints.join("; "))
}

/// Always the same chance at the same time: a scenario that fails must fail again.
fn source() -> Result<Seeded, Failure> {
    let day = Date::new(2024, 2, 29).map_err(|error: MomentError| Failure::Unusable(error.to_string()))?;
    Ok(Seeded::new(7, Moment::new(day, Time::NOON)))
}

/// What the run knows: the step may give the values of provider states, or of the mock server. Where no mode was set, what
/// is given tells which side this is.
fn context(mode: Option<Mode>, call: &Call<'_>) -> Result<Context, Failure> {
    let mut context = Context::consumer(None);
    if !call.arguments.is_empty() {
        let given = Json::parse(call.cell()?.as_bytes())?.into_owned();
        match (call.argument(0), given) {
            ("mockServer", given) => {
                context.mock_server_url = given.get("href").and_then(Json::as_str).map(str::to_owned);
            }
            ("providerState", Json::Object(values)) => context = Context::provider(values),
            (other, _) => return Err(Failure::Unusable(format!("the context {other}"))),
        }
    }
    context.mode = mode.unwrap_or(context.mode);
    Ok(context)
}

fn replaced_with_kind(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let (place, kind) = (call.argument(0), call.argument(1));
    let made = made(world)?;
    let (before, after) = made.body_values(place)?;
    let is_right = match kind {
        FROM_EXPRESSION => fits(&made.pattern(place)?, &text(&after))?,
        _ => is_of_kind(kind, &after)?,
    };
    Failure::unless(before != after && is_right, || format!("it was {before} and is {after}"))
}

/// Whether a value looks like one of that kind.
pub(super) fn is_of_kind(kind: &str, value: &Json<'_>) -> Result<bool, Failure> {
    let plain = kind.strip_prefix("random ").unwrap_or(kind);
    let known = KINDS.iter().find(|(names, _)| names.contains(&plain));
    let (_, expression) = known.ok_or_else(|| Failure::Unusable(format!("the kind of value {kind}")))?;
    fits(expression, &text(value))
}

/// The value at a place of a document.
pub(super) fn value_at(document: &Json<'_>, place: &str) -> Result<JsonBuf, Failure> {
    let path: DocPath =
        place.parse().map_err(|error| Failure::Unusable(format!("the place {place}: {error}")))?;
    let value = path.steps().iter().try_fold(document, |value, step| match step {
        Step::Field(name) => value.get(name),
        Step::Index(index) => value.as_array()?.get(*index),
        Step::AnyField | Step::AnyIndex => None,
    });
    let value = value.cloned().map(Json::into_owned);
    value.ok_or_else(|| Failure::Unmet(format!("there is nothing at {place}")))
}

fn replaced_with(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let (before, after) = made(world)?.body_values(call.argument(0))?;
    Failure::unless(before != after && text(&after) == call.argument(1), || {
        format!("it was {before} and is {after}")
    })
}

fn part_is(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let part = made(world)?.part(call.argument(0))?;
    Failure::unless(part == call.argument(1), || format!("it is {part}"))
}

fn part_is_not(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let part = made(world)?.part(call.argument(0))?;
    Failure::unless(part != call.argument(1), || "it is".to_owned())
}

fn part_matches(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let part = made(world)?.part(call.argument(0))?;
    Failure::unless(fits(call.argument(1), &part)?, || format!("it is {part}"))
}

fn made(world: &World) -> Result<&Made, Failure> {
    world.generators.made.as_ref().ok_or_else(|| Failure::Unmet("nothing was prepared".to_owned()))
}

/// Whether the whole text is as the expression has it.
fn fits(expression: &str, text: &str) -> Result<bool, Failure> {
    let whole = Regex::new(&format!("^(?:{expression})$"));
    whole.map(|regex| regex.is_match(text)).map_err(|error| Failure::Unusable(error.to_string()))
}

fn text(value: &Json<'_>) -> String {
    value.as_str().map_or_else(|| value.to_compact(), str::to_owned)
}

impl Made {
    fn bodies(&self) -> (&Body, &Body) {
        match self {
            Self::Request { from, to } => (&from.body, &to.body),
            Self::Response { from, to } => (&from.body, &to.body),
            Self::Message { from, to } => (&from.contents, &to.contents),
        }
    }

    /// The value at a place of the body, before and after.
    fn body_values(&self, place: &str) -> Result<(JsonBuf, JsonBuf), Failure> {
        let (from, to) = self.bodies();
        Ok((value_at(&Json::parse(&from.bytes())?, place)?, value_at(&Json::parse(&to.bytes())?, place)?))
    }

    fn generators(&self) -> &Generators {
        match self {
            Self::Request { from, .. } => &from.generators,
            Self::Response { from, .. } => &from.generators,
            Self::Message { from, .. } => &from.generators,
        }
    }

    /// The expression that text at a place of the body is made from.
    fn pattern(&self, place: &str) -> Result<String, Failure> {
        let body = self.generators().category(Category::Body);
        let mut patterns = body.filter_map(|(path, generator)| match generator {
            Generator::Regex(regex) if path == place => Some(regex.pattern().to_owned()),
            _ => None,
        });
        patterns.next().ok_or_else(|| Failure::Unmet(format!("{place} has no generator with an expression")))
    }

    /// What a part of the example is: `method`, `path`, `status`, or one of several by its name, `queryParameter[name]`,
    /// `header[name]` and `metadata[name]`, in quotes or not.
    fn part(&self, part: &str) -> Result<String, Failure> {
        let unusable = || Failure::Unusable(format!("the part {part}"));
        let (kind, name) = match part.split_once('[') {
            Some((kind, rest)) => {
                (kind, rest.strip_suffix(']').ok_or_else(unusable)?.trim_matches(['\'', '"']))
            }
            None => (part, ""),
        };
        let header = |headers: &Headers| match headers.get(name) {
            [] => None,
            values => Some(values.join(", ")),
        };
        let value = match (self, kind) {
            (Self::Request { to, .. }, "method") => Some(to.method.clone()),
            (Self::Request { to, .. }, "path") => Some(to.path.clone()),
            (Self::Request { to, .. }, "query" | "queryParameter") => to.query.as_ref().and_then(|query| {
                let pairs = query.pairs();
                let (_, values) = pairs.iter().find(|(other, _)| other == name)?;
                let values: Vec<_> = values.iter().flatten().map(String::as_str).collect();
                Some(values.join(", "))
            }),
            (Self::Request { to, .. }, "header") => header(&to.headers),
            (Self::Response { to, .. }, "header") => header(&to.headers),
            (Self::Response { to, .. }, "status") => Some(to.status.to_string()),
            (Self::Message { to, .. }, "metadata") => to.metadata_value(name).map(text),
            _ => return Err(unusable()),
        };
        value.ok_or_else(|| Failure::Unmet(format!("there is no {part}")))
    }
}

#[cfg(test)]
mod tests;
