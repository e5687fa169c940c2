//! Messages that are answered.

use std::sync::{Arc, Mutex, PoisonError};

use pactwright_core::json::{Json, JsonBuf, ObjectBuf};
use pactwright_core::matching::{ActualMessage, CompiledMessage};
use pactwright_core::model::Message;
use pactwright_core::report::{Detail, Mismatch, Part};
use serde::Serialize;
use thiserror::Error;

use super::ReceivedMessage;
use crate::matchers::tree;
use crate::report::InteractionName;

/// A request and its responses, as the consumer's client is to send and receive them.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::messages::{Exchange, HandlerError};
///
/// /// The application's client, with the exchange in place of the network.
/// fn price(exchange: &Exchange, sku: &str) -> Result<u64, HandlerError> {
///     Ok(exchange.send(sku)?[0].text()?.parse()?)
/// }
/// # let folder = tempfile::tempdir()?;
/// # let prices = consumer("web").provider("prices").output_dir(folder.path());
/// let question = prices.upon_receiving("a question").request(message().text("SKU-1")).respond(message().text("995"));
/// question.verify(|exchange| price(&exchange, "SKU-1"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Exchange {
    name: InteractionName,
    request: ReceivedMessage,
    responses: Vec<ReceivedMessage>,
    expected: CompiledMessage,
    log: Arc<Mutex<Log>>,
}

/// What has become of an exchange, however many clones of it there are.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Whether the request was sent, or at least looked at.
    pub(super) asked: bool,
    /// The first request that was not what was agreed.
    pub(super) refused: Option<Refused>,
}

/// A request that is not what was agreed.
///
/// ```
/// # use pactwright::prelude::*;
/// # let folder = tempfile::tempdir()?;
/// # let prices = consumer("web").provider("prices").output_dir(folder.path());
/// let question = prices.upon_receiving("a question").request(message().text("SKU-1")).respond(message().text("995"));
/// let error = question.verify(|exchange| Ok(exchange.send("SKU-2")?.len())).unwrap_err();
/// assert!(error.to_string().contains("is not what was agreed"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Error)]
#[error(
    "the request of {interaction} is not what was agreed:{}",
    mismatches.iter().map(|mismatch| format!("\n  {mismatch}")).collect::<String>()
)]
pub struct Refused {
    /// The interaction.
    pub interaction: InteractionName,
    /// Everything in which the request differs; at least one thing.
    pub mismatches: Vec<Mismatch>,
}

impl Exchange {
    pub(super) fn new(
        name: InteractionName,
        request: &Message,
        responses: &[Message],
        expected: CompiledMessage,
    ) -> Self {
        let responses = responses.iter().map(ReceivedMessage::new).collect();
        Self { name, request: ReceivedMessage::new(request), responses, expected, log: Arc::default() }
    }

    /// What has become of it is written there.
    pub(super) fn log(&self) -> Arc<Mutex<Log>> {
        Arc::clone(&self.log)
    }

    fn write(&self, write: impl FnOnce(&mut Log)) {
        write(&mut self.log.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The request of the contract, for a client that is compared with it by other means than [`send`](Self::send).
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// # let prices = consumer("web").provider("prices").output_dir(folder.path());
    /// let question = prices.upon_receiving("a question").request(message().text("SKU-1")).respond(message().text("995"));
    /// question.verify(|exchange| {
    ///     assert_eq!(exchange.request().text()?, "SKU-1");
    ///     Ok(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn request(&self) -> &ReceivedMessage {
        self.write(|log| log.asked = true);
        &self.request
    }

    /// The responses of the contract, in their order.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// # let prices = consumer("web").provider("prices").output_dir(folder.path());
    /// let question = prices.upon_receiving("a question").request(message().text("SKU-1")).respond(message().text("995"));
    /// question.verify(|exchange| {
    ///     exchange.send("SKU-1")?;
    ///     assert_eq!(exchange.responses()[0].text()?, "995");
    ///     Ok(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn responses(&self) -> &[ReceivedMessage] {
        &self.responses
    }

    /// Plays the provider: what the consumer's client sends, without metadata, is held against the contract, and the
    /// responses are given for what was agreed. A request that was not agreed fails the test, also where the client goes
    /// on after the error. See [`send_with`](Self::send_with) for a request that has metadata.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// # let ping = consumer("web").provider("prices").output_dir(folder.path()).upon_receiving("a ping");
    /// let ping = ping.request(message().text("ping")).respond(message().text("pong"));
    /// ping.verify(|exchange| {
    ///     assert_eq!(exchange.send("ping")?[0].text()?, "pong");
    ///     Ok(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the contents differ from what was agreed, or metadata were agreed.
    pub fn send(&self, contents: impl AsRef<[u8]>) -> Result<&[ReceivedMessage], Refused> {
        self.exchanged(contents.as_ref(), ObjectBuf::new())
    }

    /// As [`send`](Self::send), with the metadata that the client sends beside the contents: anything that serialises to
    /// an object. Metadata that are not in the contract do not matter.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// # let ping = consumer("web").provider("prices").output_dir(folder.path()).upon_receiving("a ping");
    /// let ping = ping
    ///     .request(message().text("ping").metadata("reply-to", regex("web.7", r"web\.\d+")))
    ///     .respond(message().text("pong"));
    /// ping.verify(|exchange| {
    ///     assert_eq!(exchange.send_with("ping", json!({ "reply-to": "web.42" }))?.len(), 1);
    ///     Ok(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When contents or metadata differ from what was agreed, or the metadata are no object.
    pub fn send_with(
        &self,
        contents: impl AsRef<[u8]>,
        metadata: impl Serialize,
    ) -> Result<&[ReceivedMessage], Refused> {
        let metadata = match JsonBuf::from(tree(&metadata)) {
            Json::Object(metadata) => metadata,
            other => {
                let expected = JsonBuf::Object(self.expected.expected().metadata.clone());
                let detail = Detail::NotEqual { expected, actual: other };
                return Err(self.refuse(vec![Mismatch::new(Part::Metadata, "", detail)]));
            }
        };
        self.exchanged(contents.as_ref(), metadata)
    }

    fn exchanged(&self, contents: &[u8], metadata: ObjectBuf) -> Result<&[ReceivedMessage], Refused> {
        let stated = Message { metadata: metadata.clone(), ..Message::default() }.content_type();
        // Where the client does not say, its contents are what the contract has.
        let content_type = stated.or_else(|| self.expected.expected().content_type());
        let actual = ActualMessage { contents: contents.to_vec(), content_type, metadata };
        let mismatches = self.expected.mismatches(&actual);
        if mismatches.is_empty() {
            self.write(|log| log.asked = true);
            Ok(&self.responses)
        } else {
            Err(self.refuse(mismatches))
        }
    }

    fn refuse(&self, mismatches: Vec<Mismatch>) -> Refused {
        let refused = Refused { interaction: self.name.clone(), mismatches };
        self.write(|log| {
            log.asked = true;
            log.refused.get_or_insert_with(|| refused.clone());
        });
        refused
    }
}
