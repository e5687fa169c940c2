//! The HTTP side: HAL documents over the domain's commands and queries.
//!
//! `routes.rs` is the table of all routes, with one folder per noun behind it, and `router.rs` what happens before and
//! after each of them; `paths.rs` builds every address;
//! `errors.rs` is the one envelope for refusals. Handlers are thin: they read a request into a command or a question,
//! and write the answer into a document.

pub(crate) mod access;
mod admission;
mod answer;
mod badges;
mod base_url;
mod branches;
mod call;
mod canonical;
mod connection;
mod contracts;
mod cors;
mod dashboard;
mod deployments;
mod diagnostics;
mod docs;
mod environments;
mod errors;
mod events;
mod fields;
mod hal;
mod health;
mod housekeeping;
mod http2;
mod index;
mod integrations;
mod matrix;
mod media;
pub(crate) mod metadata;
mod metrics;
mod network;
mod observe;
mod openapi;
mod pacts;
mod page;
pub(crate) mod participants;
mod past;
pub(crate) mod paths;
mod patient;
mod query;
mod request_id;
mod router;
mod routes;
mod security;
mod serve;
mod tags;
mod tls;
#[cfg(feature = "otel")]
mod trace;
mod verification_results;
mod versions;
mod webhooks;

pub use router::router;
pub use serve::{serve, serve_tls};
pub use tls::{Tls, TlsError, TlsWarning};
