//! GraphQL over HTTP: a document, the name of an operation, variables.

mod document;

use serde::Serialize;
use serde_json::{Map, Value};

use super::super::mistake::Problem;
use super::super::pad::Pad;
use super::super::value::Written;
use crate::matchers::{Matcher, regex, tree};

pub use document::GraphQlProblem;

/// A GraphQL request: a document, and perhaps the name of an operation and variables. Made by [`graphql`].
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::GraphQl;
///
/// let shop: GraphQl = graphql("{ shop { name } }");
/// # let _ = post("/graphql").graphql(shop);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a GraphQL request says something only where it is a body: pass it to `.graphql(..)`"]
pub struct GraphQl {
    document: Written<String>,
    operation: Option<Written<String>>,
    variables: Option<Written<Value>>,
}

/// A GraphQL document (a query, a mutation, a subscription) as clients post it.
///
/// Clients differ in where they put white space and commas, so that does not count. Comments are left out by most; the
/// document that the client sends must have none.
///
/// ```
/// # use pactwright::prelude::*;
/// let request = post("/graphql").graphql(
///     graphql("query Order($id: ID!) { order(id: $id) { id state } }")
///         .operation("Order")
///         .variables(json!({ "id": string("7") })),
/// );
/// let response = ok().json(json!({ "data": { "order": { "id": string("7"), "state": regex("open", "open|paid") } } }));
/// # let _ = (request, response);
/// ```
#[track_caller]
pub fn graphql(document: impl Into<String>) -> GraphQl {
    GraphQl { document: Written::here(document.into()), operation: None, variables: None }
}

impl GraphQl {
    /// Which operation of the document is to run, by its name.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let request = graphql("query Shop { shop { name } }").operation("Shop");
    /// # let _ = request;
    /// ```
    #[track_caller]
    pub fn operation(self, name: impl Into<String>) -> Self {
        Self { operation: Some(Written::here(name.into())), ..self }
    }

    /// The variables of the operation: an object, with matchers in it.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let request = graphql("query ($first: Int) { orders(first: $first) { id } }")
    ///     .variables(json!({ "first": integer(10) }));
    /// # let _ = request;
    /// ```
    #[track_caller]
    pub fn variables(self, variables: impl Serialize) -> Self {
        Self { variables: Some(Written::here(tree(&variables))), ..self }
    }

    /// The body, with matchers in it.
    pub(super) fn tree(&self) -> Value {
        let Self { document, operation, variables } = self;
        let mut body = Map::new();
        if let Some(operation) = operation {
            body.insert("operationName".to_owned(), operation.value.as_str().into());
        }
        let pattern = document::pattern(&document.value).unwrap_or_default();
        let query: Matcher = regex(document.value.as_str(), pattern).written_at(document.source);
        body.insert("query".to_owned(), query.into());
        if let Some(variables) = variables {
            body.insert("variables".to_owned(), variables.value.clone());
        }
        Value::Object(body)
    }

    /// Says what cannot be meant. Whether there is anything.
    pub(super) fn check(&self, pad: &mut Pad<'_>) -> bool {
        let Self { document, operation, variables } = self;
        let before = pad.count();
        let mut mistake = |problem, source| pad.mistake(super::whole(), Problem::GraphQl(problem), source);
        match document::operations(&document.value) {
            Err(problem) => mistake(problem, document.source),
            Ok(names) => {
                if let Some(operation) = operation.as_ref().filter(|name| !names.contains(&&*name.value)) {
                    mistake(GraphQlProblem::NoOperation(operation.value.clone()), operation.source);
                }
            }
        }
        if let Some(variables) = variables.as_ref().filter(|variables| !variables.value.is_object()) {
            mistake(GraphQlProblem::Variables, variables.source);
        }
        pad.count() > before
    }
}
