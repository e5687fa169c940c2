//! Messages without a broker of them: the consumer's handler gets what the provider would publish.

mod error;
mod exchange;
mod received;
mod verify;

pub use error::{HandlerError, MessageError};
pub use exchange::{Exchange, Refused};
pub use received::{ContentsError, ReceivedMessage};
