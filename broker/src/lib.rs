//! Placeholder docs.

mod broker;
pub mod config;
pub mod domain;
pub mod http;
pub mod store;
mod writer;

pub use broker::{Broker, OpenError};
pub use config::Config;
pub use writer::{Done, Refusal, Source};
