//! Values that the provider makes while a provider state is set up.

use std::panic::Location;

use pactwright_core::generators::DataType;
use serde::Serialize;

use super::{Matcher, VALUE, tree};

impl Matcher {
    /// What the request has in this place when it is replayed at the provider: the value that setting up the provider
    /// states gave under this name (`id`), or text with such values in it (`/orders/${id}`). The consumer's test goes on
    /// with the example.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let request = get(regex("/orders/7", r"/orders/\d+").with_state_value("/orders/${id}"));
    /// # let _ = request;
    /// ```
    pub fn with_state_value(self, expression: impl Into<String>) -> Self {
        self.made_by("ProviderState").with("expression", expression.into())
    }
}

/// A value that setting up the provider states gives: its name (`id`), or text with such values in it
/// (`/orders/${id}`), and an example for the consumer's test. It has the type of the example, where it can.
///
/// In the path, the query or the headers of a request, the consumer must send the example;
/// [`Matcher::with_state_value`] allows more. Elsewhere any value of its type will do.
///
/// ```
/// # use pactwright::prelude::*;
/// let mock = consumer("web")
///     .provider("orders")
///     .given("an order exists")
///     .upon_receiving("a request for an order")
///     .request(get(from_provider_state("/orders/${id}", "/orders/7")))
///     .respond(ok().json(json!({ "id": from_provider_state("id", 7) })));
/// # let _ = mock;
/// ```
#[track_caller]
pub fn from_provider_state(expression: impl Into<String>, example: impl Serialize) -> Matcher {
    let matcher = Matcher::new("type", Location::caller()).with(VALUE, tree(&example));
    matcher.with_state_value(expression)
}

/// [`from_provider_state`] for a value that is to be of a type, whatever the provider gives.
///
/// ```
/// # use pactwright::prelude::*;
/// let body = json!({ "id": from_provider_state_as(DataType::String, "id", "7") });
/// # let _ = body;
/// ```
#[track_caller]
pub fn from_provider_state_as(
    data_type: DataType,
    expression: impl Into<String>,
    example: impl Serialize,
) -> Matcher {
    let matcher = Matcher::new("type", Location::caller()).with(VALUE, tree(&example));
    matcher.with_state_value(expression).with("dataType", data_type.as_str())
}
