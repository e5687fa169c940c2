//! Messages that are answered.

use std::sync::{Arc, Mutex, PoisonError};

use pactwright_core::matching::{ActualMessage, CompiledMessage};
use pactwright_core::model::Message;
use pactwright_core::report::{Mismatch, Part};
use thiserror::Error;

use super::ReceivedMessage;
use crate::report::InteractionName;

/// A request and its responses, as the consumer's client is to send and receive them.
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
    pub fn request(&self) -> &ReceivedMessage {
        self.write(|log| log.asked = true);
        &self.request
    }

    /// The responses of the contract, in their order.
    pub fn responses(&self) -> &[ReceivedMessage] {
        &self.responses
    }

    /// Plays the provider: what the consumer's client sends is held against the contract (the contents, not the
    /// metadata), and the responses are given for what was agreed. A request that was not agreed fails the test, also
    /// where the client goes on after the error.
    ///
    /// # Errors
    /// When the contents differ from what was agreed.
    pub fn send(&self, contents: impl AsRef<[u8]>) -> Result<&[ReceivedMessage], Refused> {
        self.write(|log| log.asked = true);
        let contents = contents.as_ref().to_vec();
        // What the client says about the media type is not known here.
        let content_type = self.expected.expected().content_type();
        let actual = ActualMessage { contents, content_type, ..ActualMessage::default() };
        let mut mismatches = self.expected.mismatches(&actual);
        mismatches.retain(|mismatch| mismatch.part != Part::Metadata);
        if mismatches.is_empty() {
            Ok(&self.responses)
        } else {
            let refused = Refused { interaction: self.name.clone(), mismatches };
            self.write(|log| {
                log.refused.get_or_insert_with(|| refused.clone());
            });
            Err(refused)
        }
    }
}
