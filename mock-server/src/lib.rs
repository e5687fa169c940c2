//! Consumer-driven contract tests.
//!
//! Your application (the *consumer*) calls a service (the *provider*). A contract test runs your own client against a
//! mock of that service, and writes down what it asked and what it needs back: the *pact*. The team of the provider
//! replays the pact against the real service. Nobody needs the other's service running.
//!
//! This page is a tutorial of ten minutes. Complete projects, each an application with its client and its contract tests,
//! are in the `examples` folder: `consumer` (asynchronous, with reqwest), `blocking` (plain `#[test]`s, with ureq) and
//! `messages`. `cargo test -p pactwright --examples` runs their tests.
//!
//! # A first test
//!
//! One dev-dependency, and a runtime if your tests are asynchronous:
//!
//! ```toml
//! [dev-dependencies]
//! pactwright = "0.1"
//! tokio = { version = "1", features = ["macros", "rt"] }
//! ```
//!
//! ```
//! use pactwright::prelude::*;
//! # use serde::Deserialize;
//! # #[derive(Deserialize)]
//! # struct Order { id: u64 }
//! # struct OrderClient { base: String }
//! # impl OrderClient {
//! #     fn new(base: String) -> Self { Self { base } }
//! #     async fn fetch(&self, id: u64) -> Result<Order, reqwest::Error> {
//! #         let client = reqwest::Client::builder().no_proxy().build()?;
//! #         let request = client.get(format!("{}/orders/{id}", self.base)).header("accept", "application/json");
//! #         request.send().await?.json().await
//! #     }
//! # }
//!
//! # /*
//! #[tokio::test]
//! # */
//! async fn an_order_can_be_fetched() -> Result<(), Box<dyn std::error::Error>> {
//!     let orders = consumer("web").provider("orders");
//! #   let folder = tempfile::tempdir()?;
//! #   let orders = orders.output_dir(folder.path());
//!     let mock = orders
//!         .given("order 7 exists")
//!         .upon_receiving("a request for order 7")
//!         .request(get("/orders/7").header("accept", "application/json"))
//!         .respond(ok().json(json!({
//!             "id": integer(7),
//!             "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+") })),
//!         })))
//!         .start()
//!         .await?;
//!
//!     let order = OrderClient::new(mock.url()).fetch(7).await?;
//!     assert_eq!(order.id, 7);
//!
//!     mock.finish().await?;
//!     Ok(())
//! }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(an_order_can_be_fetched())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `OrderClient` is your application's own code: it is what the test is about. [`MockServer::finish`] says whether it
//! kept to the contract, and writes `target/pacts/web-orders.json`, which goes to the provider's team (through a
//! broker, most of the time).
//!
//! A test without a runtime is a plain `#[test]` that ends in `.start_blocking()?` and `mock.finish()?`.
//!
//! # Say what you need, and no more
//!
//! A plain value in a response means exactly that value. Most of the time any value of its kind will do: that is what
//! [`matchers`] say. They are values that serialise, and stand anywhere in `json!` or in your own `Serialize` types.
//!
//! | matcher | accepts |
//! |---|---|
//! | [`like`](matchers::like), [`string`](matchers::string) | the same type, all the way down |
//! | [`integer`](matchers::integer), [`decimal`](matchers::decimal), [`number`](matchers::number), [`boolean`](matchers::boolean) | numbers and truth |
//! | [`regex`](matchers::regex), [`include`](matchers::include), [`uuid`](matchers::uuid), [`semver`](matchers::semver) | text |
//! | [`email`](matchers::email), [`ipv4`](matchers::ipv4), [`ipv6`](matchers::ipv6), [`hexadecimal`](matchers::hexadecimal) | text in well-known formats |
//! | [`date`](matchers::date), [`time`](matchers::time), [`datetime`](matchers::datetime) | moments in a format |
//! | [`iso8601_datetime`](matchers::iso8601_datetime) and its kin, [`rfc1123_datetime`](matchers::rfc1123_datetime) | moments as standards write them |
//! | [`each_like`](fn@matchers::each_like), [`array_containing`](matchers::array_containing) | lists |
//! | [`unordered`](matchers::unordered) | lists whose order does not count |
//! | [`map_like`](matchers::map_like), [`map_of`](matchers::map_of), [`each_key`](matchers::each_key), [`each_value`](matchers::each_value) | objects with free names |
//! | [`nullable`](matchers::nullable), [`null_value`](matchers::null_value), [`not_empty`](matchers::not_empty), [`equal_to`](matchers::equal_to) | presence and identity |
//! | [`any_of`](matchers::any_of), [`all_of`](matchers::all_of) | combinations |
//! | [`content_type`](matchers::content_type) | whatever looks like a media type |
//!
//! Those who know pact-js find its words beside ours in [`pact_js`].
//!
//! Matchers work in paths, headers, query parameters, the status and metadata, too:
//! `get(regex("/orders/7", r"/orders/\d+"))`.
//!
//! In a *request*, be exact where your client is: a query parameter or a member that is not in the contract is a
//! mismatch, because the provider may not be prepared for it.
//!
//! An example may be a value of your own types, as it is. Then say for which places there is more to say:
//!
//! ```
//! # use pactwright::prelude::*;
//! #[derive(serde::Serialize)]
//! struct Order { id: u64, tags: Vec<String> }
//!
//! let order = Order { id: 7, tags: vec!["new".to_owned()] };
//! let response = ok().json(&order).matching("$.id", integer(0)).matching("$.tags", each_like(string("")));
//! # let _ = response;
//! ```
//!
//! # Values that are different every time
//!
//! An example stands still, but some values must not. These matchers give another value with every answer (the pact file
//! keeps one example):
//!
//! | matcher | gives |
//! |---|---|
//! | [`random_integer`](matchers::random_integer), [`random_number`](matchers::random_number), [`random_decimal`](matchers::random_decimal), [`random_boolean`](matchers::random_boolean) | numbers and truth: `random_integer(1..=6)` |
//! | [`random_string`](matchers::random_string), [`random_hexadecimal`](matchers::random_hexadecimal), [`random_uuid`](matchers::random_uuid), [`random_regex`](matchers::random_regex) | text |
//! | [`relative_date`](matchers::relative_date), [`relative_time`](matchers::relative_time), [`relative_datetime`](matchers::relative_datetime) | moments as seen from now: `relative_date("today + 2 weeks", "yyyy-MM-dd")` |
//! | [`url`](matchers::url), [`mock_server_url`](matchers::mock_server_url) | links that lead back to the mock |
//!
//! Other values only the provider knows: the id of the order that it made for the test.
//! [`from_provider_state`](matchers::from_provider_state) has it put into the request when that is replayed there.
//!
//! ```
//! # use pactwright::prelude::*;
//! let mock = consumer("web")
//!     .provider("orders")
//!     .given_with("an order exists", json!({ "state": "open" }))
//!     .upon_receiving("a cancellation")
//!     .request(delete(from_provider_state("/orders/${id}", "/orders/7")))
//!     .respond(ok().json(json!({ "state": "cancelled", "at": relative_datetime("now", "yyyy-MM-dd'T'HH:mm:ssXXX") })));
//! # mock.to_pact()?;
//! # Ok::<(), pactwright::dsl::Mistakes>(())
//! ```
//!
//! # Bodies of every kind
//!
//! Requests, responses and messages have the same words for what they carry:
//!
//! ```
//! # use pactwright::prelude::*;
//! let login = post("/login").form(json!({ "user": string("ada"), "remember": true }));
//! let upload = post("/labels").multipart(
//!     multipart().field("order", integer(7)).file("label", "label.pdf", "application/pdf", *b"%PDF-1.7"),
//! );
//! let report = ok().xml(
//!     element("orders").child(element("order").occurs(1..).attribute("id", integer(7)).text(string("open"))),
//! );
//! let export = ok().text_as("text/csv", regex("id;state\n7;open\n", r"id;state\n(\d+;[a-z]+\n)*"));
//! let picture = ok().bytes_like("image/gif", *b"GIF89a");
//! let question = post("/graphql").graphql(
//!     graphql("query Order($id: ID!) { order(id: $id) { state } }").variables(json!({ "id": string("7") })),
//! );
//! # let _ = (login, upload, report, export, picture, question);
//! ```
//!
//! # Messages
//!
//! Where the provider publishes and the consumer handles, there is no server. The message goes straight to the handler;
//! the pact is written when the handler succeeds.
//!
//! ```
//! # use pactwright::prelude::*;
//! # #[derive(serde::Deserialize)]
//! # struct Order { id: u64 }
//! # fn reserve(order: &Order) -> Result<(), std::io::Error> { assert_eq!(order.id, 7); Ok(()) }
//! # let folder = tempfile::tempdir()?;
//! let orders = consumer("warehouse").provider("orders");
//! # let orders = orders.output_dir(folder.path());
//! orders
//!     .given("an order was placed")
//!     .upon_receiving("an order")
//!     .message(message().json(json!({ "id": integer(7) })).metadata("topic", "orders"))
//!     .verify(|message| {
//!         let order: Order = message.json()?;
//!         Ok(reserve(&order)?)
//!     })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`verify_async`](dsl::MessageTest::verify_async) takes an `async` closure. A message that is answered by others is
//! `.request(message()..).respond(message()..)`: see [`ExchangeTest::verify`](dsl::ExchangeTest::verify).
//!
//! # Several interactions
//!
//! After `.respond(..)` the next interaction follows. All of them must be requested; each may be, any number of times.
//! Where several match a request, the one that says most about it answers. Those with the same request take turns, and
//! the last one stays: that plays a retry.
//!
//! ```
//! # use pactwright::prelude::*;
//! let mock = consumer("web")
//!     .provider("orders")
//!     .given("the service is starting")
//!     .upon_receiving("a ping")
//!     .request(get("/ping"))
//!     .respond(service_unavailable())
//!     .given("the service is up")
//!     .upon_receiving("a ping")
//!     .request(get("/ping"))
//!     .respond(ok());
//! assert_eq!(mock.to_pact()?.interactions.len(), 2);
//! # Ok::<(), pactwright::dsl::Mistakes>(())
//! ```
//!
//! # When something is wrong
//!
//! - A mistake in the contract (an example that its own matcher refuses, a broken regular expression) is an error of
//!   `start`, with the line it was written in: [`dsl::Mistakes`].
//! - A request that was not agreed is answered with status 500 and a JSON body that shows the closest interaction and
//!   everything in which it differs. So your client's own log explains it.
//! - [`MockServer::finish`] fails with a [`Report`]: requests that match nothing, interactions that were never
//!   requested. No pact is written then.
//! - A mock that is dropped without `finish` panics with the same report, unless the test is failing already.
//!
//! # The pact file
//!
//! It is written to [`output_dir`](dsl::Contract::output_dir), or the folder in `PACTWRIGHT_OUTPUT_DIR`, or that in
//! `PACT_OUTPUT_DIR`, or `target/pacts` of the workspace. Its name is `{consumer}-{provider}.json`; characters that no
//! file name may have are percent-encoded.
//!
//! Any number of tests and processes may write it at once. The result is complete, and its bytes do not depend on their
//! order. An interaction is known by its description, its provider states and their values:
//!
//! - The same content again changes nothing.
//! - Other content *replaces* what an earlier test run wrote: the test was changed.
//! - Other content than another test of the *same run* wrote is a conflict. It fails the test that comes second, and says
//!   what differs.
//!
//! A run is one process, or everything under one `NEXTEST_RUN_ID` (`cargo nextest` sets it) or `PACTWRIGHT_RUN_ID`. The
//! hidden lock file beside the pact remembers it. `cargo test` starts a process per test binary: set
//! `PACTWRIGHT_RUN_ID` in CI if several binaries share a contract, and conflicts between them are found, too.
//!
//! Interactions of tests that no longer exist stay in the file: a run of one test must not lose the others. Delete the
//! file, or set `PACT_OVERWRITE=true` ([`overwrite`](dsl::Contract::overwrite)), to keep only what this run writes.
//!
//! # What earlier versions cannot say
//!
//! Pacts are written in version 4 of the specification. For tools that know no more,
//! [`spec_version`](dsl::Contract::spec_version) chooses version 3 or 2; what those have no words for (a `semver`, a
//! pending interaction, ...) is a mistake when the test starts, not silently left out. Before version 4 a pact holds
//! either requests or messages.
//!
//! # Limits
//!
//! The values of one query parameter or header share one matcher, and where they have one there is no bound to their
//! number.
//!
//! On the loopback interface. Request bodies up to [`body_limit`](dsl::Contract::body_limit) (16 MiB). A client has 30
//! seconds for the head of a request, 60 for its body, or [`client_timeout`](dsl::Contract::client_timeout) for each.
//! Of requests that were not agreed a mock keeps the first 1000, with up to 64 MiB of bodies, and counts the others.
//!
//! # Features
//!
//! - `http2` (on by default): mocks answer clients that speak HTTP/2, too: those that begin with it (prior knowledge),
//!   and those that choose it over TLS. Without it there is only HTTP/1.1, and seven packages less to compile.
//! - `tls`: mocks behind `https://`: [`dsl::Mock::start_tls`]. Needs a C compiler, as `rustls` of reqwest does.
//! - `standalone`: mocks and stubs that are made from pact files, for tools: [`standalone`].

mod chance;
pub mod dsl;
pub mod matchers;
pub mod messages;
mod pact_file;
#[doc = include_str!("pact_js.md")]
pub mod pact_js {}
mod report;
mod serve;
mod settings;

pub use dsl::consumer;
pub use messages::MessageError;
pub use pact_file::{Conflict, Difference, MergeError, PactFile, SaveError};
/// The contract itself: what [`dsl::Mock::to_pact`] gives, and what mismatches and errors are made of.
pub use pactwright_core;
pub use report::{Closest, Failure, InteractionName, Report, Unmatched};
#[cfg(feature = "standalone")]
pub use serve::standalone;
pub use serve::{BlockingMockServer, MockServer, StartError};
#[cfg(feature = "tls")]
pub use serve::{Tls, TlsError};

/// Everything that a contract test needs.
///
/// ```
/// use pactwright::prelude::*;
///
/// let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
/// # let _ = ping;
/// ```
pub mod prelude {
    pub use pactwright_core::generators::{DataType, UuidFormat};
    pub use pactwright_core::model::SpecVersion;
    pub use pactwright_core::rules::StatusClass;
    pub use serde_json::json;

    pub use crate::consumer;
    pub use crate::dsl::{
        accepted, bad_request, conflict, created, delete, element, forbidden, get, gone, graphql, head,
        internal_server_error, message, multipart, no_content, not_found, not_modified, ok, options, patch,
        post, put, request, service_unavailable, status, too_many_requests, unauthorized, unprocessable,
    };
    pub use crate::matchers::{
        all_of, any_of, array_containing, boolean, content_type, date, datetime, decimal, each_key,
        each_like, each_value, email, equal_to, from_provider_state, from_provider_state_as, hexadecimal,
        include, integer, ipv4, ipv6, iso8601_date, iso8601_datetime, iso8601_datetime_millis, iso8601_time,
        like, map_like, map_of, mock_server_url, not_empty, null_value, nullable, number, random_boolean,
        random_decimal, random_hexadecimal, random_integer, random_number, random_regex, random_string,
        random_uuid, random_uuid_as, regex, relative_date, relative_datetime, relative_time,
        rfc1123_datetime, semver, string, time, unordered, url, url_at, uuid,
    };
}
