//! The mock server.

mod answer;
mod connection;
mod select;
mod server;

pub use server::{BlockingMockServer, MockServer, StartError};
