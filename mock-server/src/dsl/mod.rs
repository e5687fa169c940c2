//! The words that a contract is written in.
//!
//! Everything here is a plain value. Nothing fails while a contract is put together: mistakes are found when the mock
//! is started, all of them, each with the line that it was written in.
//!
//! ```
//! use pactwright::prelude::*;
//!
//! let mock = consumer("web")
//!     .provider("orders")
//!     .given("order 7 exists")
//!     .upon_receiving("a request for order 7")
//!     .request(get("/orders/7"))
//!     .respond(ok().json(json!({ "id": integer(7) })));
//! assert_eq!(mock.to_pact()?.interactions.len(), 1);
//! # Ok::<(), pactwright::dsl::Mistakes>(())
//! ```

mod body;
mod draft;
mod head;
mod headers;
mod interaction;
mod message;
mod mistake;
mod pad;
mod proof;
mod request;
mod response;
mod value;
mod version;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use pactwright_core::model::SpecVersion;

use crate::serve::Limits;

pub(crate) use draft::Compiled;

pub use body::{Element, GraphQl, GraphQlProblem, Multipart, XmlBody, element, graphql, multipart};
pub use interaction::{Asked, Asks, Given, Mock, Receiving};
pub use message::{ExchangeTest, MessageAsked, MessageBuilder, MessageTest, message};
pub use mistake::{Mistake, Mistakes, Part, PathProblem, Place, Problem};
pub use request::{RequestBuilder, delete, get, head, options, patch, post, put, request};
pub use response::{
    ResponseBuilder, accepted, bad_request, conflict, created, forbidden, gone, internal_server_error,
    no_content, not_found, not_modified, ok, service_unavailable, status, too_many_requests, unauthorized,
    unprocessable,
};
pub use value::{StatusValue, TextValue};

/// Who asks. Made by [`consumer`].
///
/// ```
/// let web: pactwright::dsl::Consumer = pactwright::consumer("web");
/// # let _ = web;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a consumer has a contract with a provider: go on with `.provider(..)`"]
pub struct Consumer {
    name: String,
}

/// Starts a contract: the name of the application whose tests these are, as brokers know it.
///
/// ```
/// let orders = pactwright::consumer("web").provider("orders");
/// # let _ = orders;
/// ```
pub fn consumer(name: impl Into<String>) -> Consumer {
    Consumer { name: name.into() }
}

impl Consumer {
    /// The application that answers.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let orders = consumer("web").provider("orders");
    /// # let _ = orders;
    /// ```
    pub fn provider(self, name: impl Into<String>) -> Contract {
        Contract {
            consumer: self.name,
            provider: name.into(),
            version: SpecVersion::V4,
            output_dir: None,
            overwrite: None,
            limits: Limits::default(),
            cors_preflight: false,
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
        }
    }
}

/// The contract between a consumer and a provider, to which tests add interactions. It can be shared by many tests:
/// each starts a mock of its own, and all of them write to one pact file.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::Contract;
///
/// /// What all tests of this consumer share.
/// fn orders() -> Contract {
///     consumer("web").provider("orders").cors_preflight(true)
/// }
/// let ping = orders().upon_receiving("a ping").request(get("/ping")).respond(ok());
/// # let _ = ping;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a contract without interactions says nothing: go on with `.upon_receiving(..)`"]
pub struct Contract {
    pub(crate) consumer: String,
    pub(crate) provider: String,
    pub(crate) version: SpecVersion,
    pub(crate) output_dir: Option<PathBuf>,
    pub(crate) overwrite: Option<bool>,
    pub(crate) limits: Limits,
    pub(crate) cors_preflight: bool,
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
}

impl Contract {
    /// Something that must be true at the provider before the interaction. See [`Given::given`].
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").given("order 7 exists");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn given(&self, state: impl Into<String>) -> Given {
        Given::first(self.clone()).given(state)
    }

    /// Something that must be true at the provider before, with values. See [`Given::given_with`].
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").given_with("an order exists", json!({ "id": 7 }));
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn given_with(&self, state: impl Into<String>, params: impl serde::Serialize) -> Given {
        Given::first(self.clone()).given_with(state, params)
    }

    /// What happens, in the consumer's words. Together with the provider states it names the interaction.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").upon_receiving("a ping");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn upon_receiving(&self, description: impl Into<String>) -> Receiving {
        Given::first(self.clone()).upon_receiving(description)
    }

    /// The folder of the pact file. Without it, `PACTWRIGHT_OUTPUT_DIR` decides, then `PACT_OUTPUT_DIR`, then it is
    /// `target/pacts` in the workspace of the tests.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").output_dir("target/contracts");
    /// # let _ = built;
    /// ```
    pub fn output_dir(self, folder: impl Into<PathBuf>) -> Self {
        Self { output_dir: Some(folder.into()), ..self }
    }

    /// The version of the pact file: [`SpecVersion::V4`] where nothing is said. V2 and V3 are for tools that know no
    /// more; what they have no words for is an error when the mock is started.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").spec_version(SpecVersion::V3);
    /// # let _ = built;
    /// ```
    pub fn spec_version(self, version: SpecVersion) -> Self {
        Self { version, ..self }
    }

    /// Whether interactions that are in the pact file, but are not written by this test run, are dropped. Without it,
    /// `PACT_OVERWRITE` decides. They are kept otherwise: a run of one test must not lose the others.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").overwrite(true);
    /// # let _ = built;
    /// ```
    pub fn overwrite(self, overwrite: bool) -> Self {
        Self { overwrite: Some(overwrite), ..self }
    }

    /// The port that the mock listens on. Without it, the system gives a free one, so that tests can run at once.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").port(8089);
    /// # let _ = built;
    /// ```
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// The address of this machine that the mock listens on: `127.0.0.1` where nothing is said, so that nobody else can
    /// reach it.
    ///
    /// ```
    /// let orders = pactwright::consumer("web").provider("orders").host(std::net::Ipv6Addr::LOCALHOST);
    /// # let _ = orders;
    /// ```
    pub fn host(self, address: impl Into<IpAddr>) -> Self {
        Self { host: address.into(), ..self }
    }

    /// Whether the mock answers the `OPTIONS` requests that browsers send ahead of others (CORS), unless an interaction
    /// expects them. They are not part of the contract.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").cors_preflight(true);
    /// # let _ = built;
    /// ```
    pub fn cors_preflight(self, answer: bool) -> Self {
        Self { cors_preflight: answer, ..self }
    }

    /// How many bytes of a request body are accepted; 16 MiB where nothing is said. Longer ones are answered with 413,
    /// and fail the test.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").body_limit(100 * 1024 * 1024);
    /// # let _ = built;
    /// ```
    pub fn body_limit(self, bytes: usize) -> Self {
        Self { limits: Limits { body: bytes, ..self.limits }, ..self }
    }

    /// How long a client may take to send the head of a request, and as long again for its body; 30 and 60 seconds where
    /// nothing is said. A client that is slower is not waited for, so that the test ends.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// use std::time::Duration;
    ///
    /// let built = consumer("web").provider("orders").client_timeout(Duration::from_secs(5));
    /// # let _ = built;
    /// ```
    pub fn client_timeout(self, time: Duration) -> Self {
        Self { limits: self.limits.client_timeout(time), ..self }
    }
}

#[cfg(test)]
mod tests;
