//! What a handler gets.

use pactwright_core::matching::ActualMessage;
use pactwright_core::model::{ContentType, Message};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;

/// A message as the consumer receives it: the example of the contract, in which generators have made their values.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::messages::{ContentsError, ReceivedMessage};
///
/// fn id(message: &ReceivedMessage) -> Result<u64, ContentsError> {
///     Ok(message.json::<serde_json::Value>()?["id"].as_u64().unwrap_or_default())
/// }
/// # let folder = tempfile::tempdir()?;
/// # let orders = consumer("warehouse").provider("orders").output_dir(folder.path());
/// let event = orders.upon_receiving("an order").message(message().json(json!({ "id": 7 })).metadata("topic", "orders"));
/// event.verify(|message| {
///     assert_eq!(id(&message)?, 7);
///     Ok(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReceivedMessage {
    contents: Vec<u8>,
    content_type: Option<ContentType>,
    metadata: Map<String, Value>,
}

/// Why the contents of a message are not what a handler takes them for.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::messages::ContentsError;
///
/// # let folder = tempfile::tempdir()?;
/// # let orders = consumer("warehouse").provider("orders").output_dir(folder.path());
/// let event = orders.upon_receiving("an order").message(message().json(json!({ "id": 7 })).metadata("topic", "orders"));
/// event.verify(|message| {
///     let error = message.json::<Vec<u8>>().unwrap_err();
///     assert!(matches!(error, ContentsError::Json { .. }));
///     Ok(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ContentsError {
    /// They are not JSON, or not of that type.
    #[error("the contents of the message cannot be read as `{wanted}`: {source}; they are {contents}")]
    Json {
        /// The type that they should be.
        wanted: &'static str,
        /// The contents, shortened.
        contents: String,
        /// What is wrong with them.
        source: serde_json::Error,
    },
    /// They are no text.
    #[error("the contents of the message are not text: {0}")]
    NotText(#[from] std::str::Utf8Error),
}

impl ReceivedMessage {
    pub(super) fn new(message: &Message) -> Self {
        let ActualMessage { contents, content_type, metadata } = ActualMessage::from(message);
        let value = |text: String| serde_json::from_str(&text).unwrap_or_default();
        let metadata =
            metadata.iter().map(|(name, wanted)| (name.to_owned(), value(wanted.to_compact()))).collect();
        Self { contents, content_type, metadata }
    }

    /// The contents as they travel; empty where there are none.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// # let orders = consumer("warehouse").provider("orders").output_dir(folder.path());
    /// let event = orders.upon_receiving("an order").message(message().json(json!({ "id": 7 })).metadata("topic", "orders"));
    /// event.verify(|message| {
    ///     assert_eq!(message.bytes(), br#"{"id":7}"#);
    ///     Ok(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn bytes(&self) -> &[u8] {
        &self.contents
    }

    /// The contents as text.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// # let orders = consumer("warehouse").provider("orders").output_dir(folder.path());
    /// let event = orders.upon_receiving("an order").message(message().json(json!({ "id": 7 })).metadata("topic", "orders"));
    /// event.verify(|message| {
    ///     assert_eq!(message.text()?, r#"{"id":7}"#);
    ///     Ok(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When they are not text.
    pub fn text(&self) -> Result<&str, ContentsError> {
        Ok(std::str::from_utf8(&self.contents)?)
    }

    /// The contents as a type of the application.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// #[derive(serde::Deserialize)]
    /// struct Order { id: u64 }
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let orders = consumer("warehouse").provider("orders").output_dir(folder.path());
    /// let event = orders.upon_receiving("an order").message(message().json(json!({ "id": 7 })).metadata("topic", "orders"));
    /// event.verify(|message| {
    ///     let order: Order = message.json()?;
    ///     assert_eq!(order.id, 7);
    ///     Ok(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When they are not JSON, or not what the type needs.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ContentsError> {
        serde_json::from_slice(&self.contents).map_err(|source| ContentsError::Json {
            wanted: std::any::type_name::<T>(),
            contents: String::from_utf8_lossy(&self.contents).chars().take(SHOWN).collect(),
            source,
        })
    }

    /// The media type of the contents, such as `application/json`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// # let orders = consumer("warehouse").provider("orders").output_dir(folder.path());
    /// let event = orders.upon_receiving("an order").message(message().json(json!({ "id": 7 })).metadata("topic", "orders"));
    /// event.verify(|message| {
    ///     assert_eq!(message.content_type().as_deref(), Some("application/json"));
    ///     Ok(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn content_type(&self) -> Option<String> {
        self.content_type.as_ref().map(ToString::to_string)
    }

    /// What goes beside the contents: `message.metadata()["topic"]`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// # let orders = consumer("warehouse").provider("orders").output_dir(folder.path());
    /// let event = orders.upon_receiving("an order").message(message().json(json!({ "id": 7 })).metadata("topic", "orders"));
    /// event.verify(|message| {
    ///     assert_eq!(message.metadata()["topic"], "orders");
    ///     Ok(())
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }
}

/// How many characters of contents stand for them in a sentence.
const SHOWN: usize = 200;
