//! The interactions over HTTP that a feature defines in a table, by their numbers.

use pactwright_core::model::{Body, Interaction, InteractionKind, Pact, SpecVersion};

use super::fixtures::{Fixtures, is_plain_text};
use super::steps::{Call, Failure, Row, Steps, World};

/// The lines of the table.
#[derive(Debug, Default)]
pub(super) struct State {
    lines: Vec<Line>,
}

/// A line of the table, as names of columns and cells.
type Line = Vec<(String, String)>;

pub(super) const STEPS: Steps = &[("the following HTTP interactions have been defined:", define)];

/// Columns of the response, and what the same thing is called where there is only a response.
const OF_RESPONSE: [(&str, &str); 5] = [
    ("response", "status"),
    ("response headers", "headers"),
    ("response content", "content type"),
    ("response body", "body"),
    ("response matching rules", "matching rules"),
];

fn define(world: &mut World, call: &Call<'_>) -> Result<(), Failure> {
    let owned = |row: Row<'_>| row.cells().map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect();
    world.interactions.lines = call.rows()?.into_iter().map(owned).collect();
    Ok(())
}

/// What people call an interaction of the table.
pub(super) fn description(number: &str) -> String {
    format!("interaction {number}")
}

/// A contract with some of the interactions.
pub(super) fn pact(consumer: &str, version: SpecVersion, interactions: Vec<Interaction>) -> Pact {
    let mut pact = Pact::new(consumer, "p", version);
    pact.interactions = interactions;
    pact
}

impl State {
    /// The interaction of that number.
    pub(super) fn interaction(&self, number: &str, fixtures: &Fixtures) -> Result<Interaction, Failure> {
        self.changed(number, None, fixtures)
    }

    /// The interaction of that number with other cells.
    pub(super) fn changed(
        &self,
        number: &str,
        changes: Option<&Row<'_>>,
        fixtures: &Fixtures,
    ) -> Result<Interaction, Failure> {
        let line = self.line(number)?;
        let base = Row::new(line.iter().map(|(name, cell)| (name.as_str(), cell.as_str())));
        let (asked, answered) = (request_columns(&base), response_columns(&base));
        let (mut request, mut response) = (fixtures.request(&asked)?, fixtures.response(&answered)?);
        if let Some(changes) = changes {
            let media_type = |body: &Body| body.own_content_type().map(|own| own.to_string());
            let (of_request, of_response) = (media_type(&request.body), media_type(&response.body));
            let asked = overlaid(&asked, &request_columns(changes), of_request.as_deref());
            let answered = overlaid(&answered, &response_columns(changes), of_response.as_deref());
            (request, response) = (fixtures.request(&asked)?, fixtures.response(&answered)?);
        }
        // Before version 4 only a header says what a body is.
        for (headers, body) in
            [(&mut request.headers, &request.body), (&mut response.headers, &response.body)]
        {
            if let (None, Some(own)) = (headers.content_type(), body.own_content_type()) {
                headers.append("Content-Type", own.to_string());
            }
        }
        let kind = InteractionKind::Http { request: Box::new(request), response: Box::new(response) };
        Ok(Interaction::new(description(number), kind))
    }

    /// The numbers of all interactions.
    pub(super) fn numbers(&self) -> Vec<String> {
        let number = |line: &Line| line.iter().find(|(name, _)| name == "No").map(|(_, cell)| cell.clone());
        self.lines.iter().filter_map(number).collect()
    }

    fn line(&self, number: &str) -> Result<&Line, Failure> {
        let is_wanted = |line: &&Line| line.iter().any(|(name, cell)| name == "No" && cell == number);
        let found = self.lines.iter().find(is_wanted);
        found.ok_or_else(|| Failure::Unusable(format!("interaction {number}, which is not defined")))
    }
}

/// The cells about the request.
fn request_columns<'r>(row: &Row<'r>) -> Row<'r> {
    let of_response = |name: &str| OF_RESPONSE.iter().any(|(column, _)| *column == name);
    Row::new(row.cells().filter(|(name, _)| *name != "No" && !of_response(name)))
}

/// The cells about the response.
fn response_columns<'r>(row: &Row<'r>) -> Row<'r> {
    let of_response = |name: &str| OF_RESPONSE.iter().find(|(column, _)| *column == name);
    Row::new(row.cells().filter_map(|(name, cell)| Some((of_response(name)?.1, cell))))
}

/// The cells with others in place of some. Mere text keeps the media type of the body that it takes the place of.
fn overlaid<'r>(base: &Row<'r>, changes: &Row<'r>, media_type: Option<&'r str>) -> Row<'r> {
    let replaced = |name: &str| {
        changes.get(name).is_some() || (name == "headers" && changes.get("raw headers").is_some())
    };
    let is_plain = changes.get("body").is_some_and(is_plain_text);
    let kept = media_type.filter(|_| is_plain && base.get("content type").is_none());
    let kept = kept.map(|media_type| ("content type", media_type));
    Row::new(base.cells().filter(|(name, _)| !replaced(name)).chain(changes.cells()).chain(kept))
}

/// The numbers in `"1, 2"`.
pub(super) fn numbers(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|number| !number.is_empty())
}

#[cfg(test)]
mod tests;
