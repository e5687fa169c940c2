//! Messages without a broker of them: the consumer's handler gets what the provider would publish.
//!
//! ```
//! use pactwright::prelude::*;
//!
//! # let folder = tempfile::tempdir()?;
//! let orders = consumer("warehouse").provider("orders");
//! # let orders = orders.output_dir(folder.path());
//! let event = orders.upon_receiving("an order").message(message().json(json!({ "id": integer(7) })));
//! event.verify(|message| {
//!     let order: serde_json::Value = message.json()?;
//!     assert_eq!(order["id"], 7);
//!     Ok(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod exchange;
mod received;
mod verify;

pub use error::{HandlerError, MessageError};
pub use exchange::{Exchange, Refused};
pub use received::{ContentsError, ReceivedMessage};
