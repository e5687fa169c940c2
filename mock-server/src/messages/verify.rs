//! Handing messages to the consumer, and writing the pact when it can handle them.

use std::sync::{Mutex, PoisonError};
use std::thread;

use pactwright_core::generators::{Context, apply_to_message};
use pactwright_core::matching::CompiledMessage;
use pactwright_core::model::{Interaction, InteractionKind, Message, Pact};

use super::exchange::Log;
use super::{Exchange, HandlerError, MessageError, ReceivedMessage};
use crate::chance;
use crate::dsl::{Compiled, Contract, ExchangeTest, MessageTest};
use crate::pact_file::{self, PactFile};
use crate::report::InteractionName;
use crate::settings::Output;

impl MessageTest {
    /// Hands the message to the consumer's handler, and writes the pact if it succeeds. No runtime is needed.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # #[derive(serde::Deserialize)]
    /// # struct Order { id: u64 }
    /// # struct Stock;
    /// # impl Stock { fn reserve(&self, order: &Order) -> Result<(), std::io::Error> { assert_eq!(order.id, 7); Ok(()) } }
    /// # let (stock, folder) = (Stock, tempfile::tempdir()?);
    /// let orders = consumer("warehouse").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// orders
    ///     .upon_receiving("an order")
    ///     .message(message().json(json!({ "id": integer(7) })).metadata("topic", "orders"))
    ///     .verify(|message| {
    ///         assert_eq!(message.metadata()["topic"], "orders");
    ///         let order: Order = message.json()?;
    ///         Ok(stock.reserve(&order)?)
    ///     })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When something in the contract cannot be meant, when the handler fails, or when the pact cannot be written. A
    /// handler that panics fails the test, too, and nothing is written.
    pub fn verify<T>(
        self,
        handler: impl FnOnce(ReceivedMessage) -> Result<T, HandlerError>,
    ) -> Result<PactFile, MessageError> {
        let (message, act) = message_of(&self)?;
        let watch = Watch(&act.name);
        let outcome = handler(message);
        drop(watch);
        act.conclude(outcome)
    }

    /// Hands the message to the consumer's asynchronous handler, and writes the pact if it succeeds.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # #[derive(serde::Deserialize)]
    /// # struct Order { id: u64 }
    /// # async fn reserve(order: Order) -> Result<(), std::io::Error> { assert_eq!(order.id, 7); Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("warehouse").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// orders
    ///     .upon_receiving("an order")
    ///     .message(message().json(json!({ "id": integer(7) })))
    ///     .verify_async(async |message| Ok(reserve(message.json()?).await?))
    ///     .await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub async fn verify_async<T>(
        self,
        handler: impl AsyncFnOnce(ReceivedMessage) -> Result<T, HandlerError>,
    ) -> Result<PactFile, MessageError> {
        let (message, act) = message_of(&self)?;
        let watch = Watch(&act.name);
        let outcome = handler(message).await;
        drop(watch);
        act.conclude(outcome)
    }
}

impl ExchangeTest {
    /// Hands the exchange to the consumer's client, and writes the pact if it succeeds. No runtime is needed.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let prices = consumer("web").provider("prices");
    /// # let prices = prices.output_dir(folder.path());
    /// prices
    ///     .upon_receiving("a question for a price")
    ///     .request(message().json(json!({ "sku": regex("SKU-1", r"SKU-\d+") })))
    ///     .respond(message().json(json!({ "cents": integer(995) })))
    ///     .verify(|exchange| {
    ///         // The application's client, with the exchange in place of the network.
    ///         let question = r#"{"sku": "SKU-7"}"#;
    ///         let answers = exchange.send(question)?;
    ///         let price: serde_json::Value = answers[0].json()?;
    ///         assert_eq!(price["cents"], 995);
    ///         Ok(())
    ///     })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`MessageTest::verify`], and when the client sends something else than was agreed, or nothing.
    pub fn verify<T>(
        self,
        client: impl FnOnce(Exchange) -> Result<T, HandlerError>,
    ) -> Result<PactFile, MessageError> {
        let (exchange, act) = exchange_of(&self)?;
        let log = exchange.log();
        let watch = Watch(&act.name);
        let outcome = client(exchange);
        drop(watch);
        act.conclude_exchange(outcome, &log)
    }

    /// Hands the exchange to the consumer's asynchronous client, and writes the pact if it succeeds.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let folder = tempfile::tempdir()?;
    /// # let prices = consumer("web").provider("prices").output_dir(folder.path());
    /// let question = prices.upon_receiving("a question").request(message().text("SKU-1")).respond(message().text("995"));
    /// question
    ///     .verify_async(async |exchange| {
    ///         assert_eq!(exchange.send("SKU-1")?[0].text()?, "995");
    ///         Ok(())
    ///     })
    ///     .await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub async fn verify_async<T>(
        self,
        client: impl AsyncFnOnce(Exchange) -> Result<T, HandlerError>,
    ) -> Result<PactFile, MessageError> {
        let (exchange, act) = exchange_of(&self)?;
        let log = exchange.log();
        let watch = Watch(&act.name);
        let outcome = client(exchange).await;
        drop(watch);
        act.conclude_exchange(outcome, &log)
    }
}

/// What a test of a message is about, and what comes of it.
struct Act {
    name: InteractionName,
    pact: Pact,
    output: Output,
}

impl Act {
    fn new(compiled: Compiled, contract: &Contract, name: InteractionName) -> Self {
        let output = Output::of(contract, |name| std::env::var_os(name));
        Self { name, pact: compiled.pact, output }
    }

    fn conclude<T>(self, outcome: Result<T, HandlerError>) -> Result<PactFile, MessageError> {
        match outcome {
            Ok(_) => Ok(pact_file::save(&self.pact, &self.output)?),
            Err(error) => Err(MessageError::handler(self.name, error)),
        }
    }

    fn conclude_exchange<T>(
        self,
        outcome: Result<T, HandlerError>,
        log: &Mutex<Log>,
    ) -> Result<PactFile, MessageError> {
        let Log { asked, refused } = std::mem::take(&mut *log.lock().unwrap_or_else(PoisonError::into_inner));
        match (&outcome, refused) {
            (Ok(_), Some(refused)) => Err(refused.into()),
            (Ok(_), None) if !asked => Err(MessageError::NeverRequested(self.name)),
            _ => self.conclude(outcome),
        }
    }
}

fn message_of(test: &MessageTest) -> Result<(ReceivedMessage, Act), MessageError> {
    let compiled = test.compile()?;
    compiled.check_version()?;
    let last = compiled.pact.interactions.last();
    let Some((interaction, InteractionKind::AsyncMessage(message))) = last.map(|one| (one, &one.kind)) else {
        return Err(MessageError::NoMessage);
    };
    let (received, name) = (ReceivedMessage::new(&made(message)), name_of(interaction));
    Ok((received, Act::new(compiled, test.contract(), name)))
}

fn exchange_of(test: &ExchangeTest) -> Result<(Exchange, Act), MessageError> {
    let compiled = test.compile()?;
    compiled.check_version()?;
    let last = compiled.pact.interactions.last();
    let Some((interaction, InteractionKind::SyncMessage { request, responses })) =
        last.map(|one| (one, &one.kind))
    else {
        return Err(MessageError::NoMessage);
    };
    let name = name_of(interaction);
    let request = made(request);
    let expected = CompiledMessage::request(request.clone()).map_err(|_| MessageError::NoMessage)?;
    let responses: Vec<Message> = responses.iter().map(made).collect();
    let exchange = Exchange::new(name.clone(), &request, &responses, expected);
    Ok((exchange, Act::new(compiled, test.contract(), name)))
}

/// The message with values that are made anew. What cannot be made was found out before.
fn made(message: &Message) -> Message {
    apply_to_message(message, &Context::consumer(None), &mut chance::source()).example
}

fn name_of(interaction: &Interaction) -> InteractionName {
    InteractionName {
        description: interaction.description.clone(),
        states: interaction.states.clone(),
        request: String::new(),
    }
}

/// Says which message it was, should its handler panic.
struct Watch<'a>(&'a InteractionName);

impl Drop for Watch<'_> {
    #[expect(
        clippy::print_stderr,
        reason = "a failing test shows what it printed, and a second panic would abort it"
    )]
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the handler of {} panicked, and no pact was written", self.0);
        }
    }
}
