//! Consumer-driven contract tests.
//!
//! Your application (the *consumer*) calls a service (the *provider*). A contract test runs your own client against a
//! mock of that service, and writes down what it asked and what it needs back: the *pact*. The team of the provider
//! replays the pact against the real service. Nobody needs the other's service running.
//!
//! # A first test
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
//! In a test without a runtime, end with `.start_blocking()?` and `mock.finish()?`.
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
//! | [`date`](matchers::date), [`time`](matchers::time), [`datetime`](matchers::datetime) | moments in a format |
//! | [`each_like`](fn@matchers::each_like), [`array_containing`](matchers::array_containing) | lists |
//! | [`each_key`](matchers::each_key), [`each_value`](matchers::each_value), [`map_of`](matchers::map_of) | objects with free names |
//! | [`nullable`](matchers::nullable), [`null_value`](matchers::null_value), [`not_empty`](matchers::not_empty), [`equal_to`](matchers::equal_to) | presence and identity |
//! | [`any_of`](matchers::any_of), [`all_of`](matchers::all_of) | combinations |
//!
//! Matchers work in paths, headers and query parameters, too: `get(regex("/orders/7", r"/orders/\d+"))`.
//!
//! In a *request*, be exact where your client is: a query parameter or a member that is not in the contract is a
//! mismatch, because the provider may not be prepared for it.
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
//! # Limits
//!
//! HTTP/1.1 without TLS, on the loopback interface. Request bodies up to
//! [`body_limit`](dsl::Contract::body_limit). A client has 30 seconds for the head of a request, 60 for its body.

mod chance;
pub mod dsl;
pub mod matchers;
pub mod messages;
mod pact_file;
mod report;
mod serve;
mod settings;

pub use dsl::consumer;
pub use messages::MessageError;
pub use pact_file::{Conflict, Difference, MergeError, PactFile, SaveError};
/// The contract itself: what [`dsl::Mock::to_pact`] gives, and what mismatches and errors are made of.
pub use pactwright_core;
pub use report::{Closest, Failure, InteractionName, Report, Unmatched};
pub use serve::{BlockingMockServer, MockServer, StartError};

/// Everything that a contract test needs: `use pactwright::prelude::*;`.
pub mod prelude {
    pub use pactwright_core::generators::{DataType, UuidFormat};
    pub use pactwright_core::model::SpecVersion;
    pub use pactwright_core::rules::StatusClass;
    pub use serde_json::json;

    pub use crate::consumer;
    pub use crate::dsl::{
        accepted, bad_request, conflict, created, delete, element, forbidden, get, gone, head,
        internal_server_error, message, multipart, no_content, not_found, not_modified, ok, options, patch,
        post, put, request, service_unavailable, status, too_many_requests, unauthorized, unprocessable,
    };
    pub use crate::matchers::{
        all_of, any_of, array_containing, boolean, content_type, date, datetime, decimal, each_key,
        each_like, each_value, email, equal_to, from_provider_state, from_provider_state_as, hexadecimal,
        include, integer, ipv4, ipv6, iso8601_date, iso8601_datetime, iso8601_datetime_millis, iso8601_time,
        like, map_of, mock_server_url, not_empty, null_value, nullable, number, random_boolean,
        random_decimal, random_hexadecimal, random_integer, random_regex, random_string, random_uuid,
        random_uuid_as, regex, relative_date, relative_datetime, relative_time, rfc1123_datetime, semver,
        string, time, url, uuid,
    };
}
