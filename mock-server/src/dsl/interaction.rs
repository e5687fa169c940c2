//! One interaction after another: given, upon receiving, request, respond.

use pactwright_core::model::Pact;
use serde::Serialize;
use serde_json::{Map, Value};

use super::draft::{self, Compiled, Draft, HttpKind, Kind, State};
use super::head::{Head, Reference};
use super::message::{MessageAsked, MessageBuilder, MessageTest};
use super::mistake::Mistakes;
use super::value::Written;
use super::{Contract, RequestBuilder, ResponseBuilder};
use crate::matchers::tree;

/// A contract, and what must be true at the provider before the next interaction.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::Given;
///
/// let ready: Given = consumer("web").provider("orders").given("order 7 exists");
/// # let _ = ready;
/// ```
#[derive(Debug, Clone)]
#[must_use = "go on with `.upon_receiving(..)`"]
pub struct Given {
    contract: Contract,
    finished: Vec<Draft>,
    states: Vec<State>,
}

/// An interaction that lacks its request, or a message that lacks its contents.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::Receiving;
///
/// let asking: Receiving = consumer("web").provider("orders").upon_receiving("a request for order 7");
/// # let _ = asking;
/// ```
#[derive(Debug, Clone)]
#[must_use = "go on with `.request(..)` or `.message(..)`"]
pub struct Receiving {
    before: Given,
    head: Head,
}

/// An interaction that lacks its response.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::Asked;
///
/// let receiving = consumer("web").provider("orders").upon_receiving("a request for order 7");
/// let asked: Asked = receiving.request(get("/orders/7"));
/// # let _ = asked;
/// ```
#[derive(Debug, Clone)]
#[must_use = "go on with `.respond(..)`"]
pub struct Asked {
    before: Given,
    head: Head,
    request: RequestBuilder,
}

/// One or more interactions, ready to be started, or to be followed by another one.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::Mock;
///
/// fn pings() -> Mock {
///     let ping = consumer("web").provider("orders").upon_receiving("a ping");
///     ping.request(get("/ping")).respond(ok())
/// }
/// assert_eq!(pings().to_pact()?.interactions.len(), 1);
/// # Ok::<(), pactwright::dsl::Mistakes>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a mock does nothing until it is started: go on with `.start().await?` or `.start_blocking()?`"]
pub struct Mock {
    contract: Contract,
    drafts: Vec<Draft>,
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for crate::dsl::RequestBuilder {}
    impl Sealed for crate::dsl::MessageBuilder {}
}

/// What asks for a response: a request over HTTP ([`get`](super::get), [`post`](super::post), ...) or a
/// [`message`](fn@super::message).
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::{Asks, Receiving};
///
/// /// What all our questions have in common.
/// fn ask<Q: Asks>(receiving: Receiving, question: Q) -> Q::Asked {
///     receiving.reference("OpenAPI", "document", "orders.yaml").request(question)
/// }
/// let orders = consumer("web").provider("orders");
/// let asked = ask(orders.upon_receiving("a ping"), get("/ping")).respond(ok());
/// # let _ = asked;
/// ```
pub trait Asks: sealed::Sealed {
    /// What lacks the response.
    type Asked;

    #[doc(hidden)]
    fn ask(self, receiving: Receiving) -> Self::Asked;
}

impl Asks for RequestBuilder {
    type Asked = Asked;

    fn ask(self, Receiving { before, head }: Receiving) -> Asked {
        Asked { before, head, request: self }
    }
}

impl Asks for MessageBuilder {
    type Asked = MessageAsked;

    fn ask(self, Receiving { before, head }: Receiving) -> MessageAsked {
        MessageAsked::new(before.contract, before.finished, head, before.states, self)
    }
}

impl Given {
    pub(super) fn first(contract: Contract) -> Self {
        Self { contract, finished: Vec::new(), states: Vec::new() }
    }

    /// Something else that must be true at the provider before, such as `"order 7 exists"`. The provider's tests have a
    /// handler of that name.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").given("order 7 exists").given("the user is a clerk");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn given(mut self, state: impl Into<String>) -> Self {
        self.states.push(Written::here((state.into(), Value::Object(Map::new()))));
        self
    }

    /// Something that must be true at the provider before, with values for the provider's handler: anything that
    /// serialises to an object.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let given = pactwright::consumer("web")
    ///     .provider("orders")
    ///     .given_with("an order exists", json!({ "id": 7, "state": "open" }));
    /// # let _ = given;
    /// ```
    #[track_caller]
    pub fn given_with(mut self, state: impl Into<String>, params: impl Serialize) -> Self {
        self.states.push(Written::here((state.into(), tree(&params))));
        self
    }

    /// What happens, in the consumer's words. Together with the provider states it names the interaction.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").given("order 7 exists").upon_receiving("a request for order 7");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn upon_receiving(self, description: impl Into<String>) -> Receiving {
        Receiving { before: self, head: Head::new(description.into()) }
    }
}

impl Receiving {
    /// A key that names the interaction across renamings (V4).
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").upon_receiving("a ping").key("ping");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.head.key = Some(Written::here(key.into()));
        self
    }

    /// The provider is not expected to honour this yet: its verification reports it, but does not fail (V4).
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").upon_receiving("a refund").pending();
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn pending(mut self) -> Self {
        self.head.pending = Some(Written::here(()));
        self
    }

    /// A remark for whoever reads the pact (V4). There may be several.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").upon_receiving("a refund").comment("agreed on in May");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.head.comments.push(Written::here(text.into()));
        self
    }

    /// A comment under a name of its own (V4), for tools that look for it: anything that serialises.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let receiving = consumer("web")
    ///     .provider("orders")
    ///     .upon_receiving("a request for order 7")
    ///     .comment_as("team", json!({ "name": "checkout", "channel": "#checkout" }));
    /// # let _ = receiving;
    /// ```
    #[track_caller]
    pub fn comment_as(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        self.head.named.push(Written::here((name.into(), tree(&value))));
        self
    }

    /// The name of the test that this belongs to, so that a failing verification leads to it (V4).
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let receiving = consumer("web")
    ///     .provider("orders")
    ///     .upon_receiving("a request for order 7")
    ///     .test_name(concat!(module_path!(), "::an_order_can_be_fetched"))
    ///     .reference("Jira", "ticket", "SHOP-42");
    /// # let _ = receiving;
    /// ```
    #[track_caller]
    pub fn test_name(mut self, name: impl Into<String>) -> Self {
        self.head.test_name = Some(Written::here(name.into()));
        self
    }

    /// Something elsewhere that this has to do with (V4): a value under a name, in a group such as `"OpenAPI"` or `"Jira"`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").upon_receiving("a refund").reference("Jira", "ticket", "SHOP-42");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn reference(
        mut self,
        group: impl Into<String>,
        name: impl Into<String>,
        value: impl Serialize,
    ) -> Self {
        let reference = Reference { group: group.into(), name: name.into(), value: tree(&value) };
        self.head.references.push(Written::here(reference));
        self
    }

    /// Which transport of the provider this goes over (V4), where it has several: the verifier knows their addresses.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").upon_receiving("a ping").transport("https");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn transport(mut self, transport: impl Into<String>) -> Self {
        self.head.transport = Some(Written::here(transport.into()));
        self
    }

    /// A description in `CommonMark` that user interfaces show with the interaction (V4).
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").upon_receiving("a refund").markup("Only *paid* orders.");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn markup(mut self, common_mark: impl Into<String>) -> Self {
        self.head.markup = Some(Written::here(common_mark.into()));
        self
    }

    /// What the consumer sends: a request over HTTP, or a [`message`](fn@super::message) that is answered by others.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping"));
    /// # let _ = built;
    /// ```
    pub fn request<R: Asks>(self, request: R) -> R::Asked {
        request.ask(self)
    }

    /// What the provider publishes, and the consumer handles.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let test = consumer("warehouse")
    ///     .provider("orders")
    ///     .given("order 7 was placed")
    ///     .upon_receiving("an order")
    ///     .message(message().json(json!({ "id": integer(7) })).metadata("topic", "orders"));
    /// # let _ = test;
    /// ```
    pub fn message(self, message: MessageBuilder) -> MessageTest {
        let Given { contract, finished, states } = self.before;
        MessageTest::new(contract, finished, self.head, states, message)
    }
}

impl Asked {
    /// What the consumer needs back.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let built = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// # let _ = built;
    /// ```
    pub fn respond(self, response: ResponseBuilder) -> Mock {
        let Self { before: Given { contract, mut finished, states }, head, request } = self;
        let kind = Kind::Http(Box::new(HttpKind { request, response }));
        finished.push(Draft { head, states, kind });
        Mock { contract, drafts: finished }
    }
}

impl Mock {
    /// Another interaction of the same mock, with something that must be true at the provider before.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let built = ping.given("order 7 exists").upon_receiving("a request for order 7");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn given(self, state: impl Into<String>) -> Given {
        self.another().given(state)
    }

    /// Another interaction of the same mock, with something that must be true at the provider before, and values.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let built = ping.given_with("an order exists", json!({ "id": 7 })).upon_receiving("a request for order 7");
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn given_with(self, state: impl Into<String>, params: impl Serialize) -> Given {
        self.another().given_with(state, params)
    }

    /// Another interaction of the same mock.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// let built = ping.upon_receiving("a request for all orders").request(get("/orders")).respond(ok());
    /// # let _ = built;
    /// ```
    #[track_caller]
    pub fn upon_receiving(self, description: impl Into<String>) -> Receiving {
        self.another().upon_receiving(description)
    }

    fn another(self) -> Given {
        Given { contract: self.contract, finished: self.drafts, states: Vec::new() }
    }

    pub(crate) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The interactions as a pact, without starting anything.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let ping = consumer("web").provider("orders").upon_receiving("a ping").request(get("/ping")).respond(ok());
    /// assert_eq!(ping.to_pact()?.interactions[0].description, "a ping");
    /// # Ok::<(), pactwright::dsl::Mistakes>(())
    /// ```
    ///
    /// # Errors
    /// When something in it cannot be meant: everything that is wrong, each with the line it was written in.
    pub fn to_pact(&self) -> Result<Pact, Mistakes> {
        self.compile().map(|compiled| compiled.pact)
    }

    pub(crate) fn compile(&self) -> Result<Compiled, Mistakes> {
        draft::compile(&self.contract, &self.drafts)
    }
}
