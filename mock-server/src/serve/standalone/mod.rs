//! Servers that are made from pact files, for tools. Needs the feature `standalone`.
//!
//! A [`PactMock`] holds its clients to a pact, as the mock of a test does; a [`Stub`] only answers. Both are served by
//! the tokio runtime that they are started in, until they are stopped or dropped. A server that was stopped has freed its
//! port and ended its connections; one that was dropped does so as soon as the runtime gets to it, with answers cut short.
//!
//! What becomes of requests is logged with `tracing`: answers at `info`, what was refused at `warn`, with methods, paths
//! and the names of interactions, never with queries, headers or bodies.
//!
//! ```
//! use pactwright::pactwright_core::format;
//! use pactwright::standalone::{Stub, StubOptions};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let pact = format::read(br#"{
//!     "consumer": {"name": "web"},
//!     "provider": {"name": "orders"},
//!     "interactions": [{
//!         "description": "a ping",
//!         "request": {"method": "GET", "path": "/ping"},
//!         "response": {"status": 200, "body": "pong"}
//!     }]
//! }"#)?;
//! let stub = Stub::start(&[pact], StubOptions::default())?;
//! // Clients call `stub.url()`.
//! # let client = reqwest::Client::builder().no_proxy().build()?;
//! # assert_eq!(client.get(format!("{}/ping", stub.url())).send().await?.text().await?, "pong");
//! stub.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod mock;
mod stub;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use pactwright_core::matching::CompiledRequest;
use pactwright_core::model::Pact;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Secure;
use super::connection::{Play, serve};
use super::open::{Open, StartError};
use super::select::Scene;

pub use mock::{MockOptions, PactMock};
pub use stub::{Cors, States, Stub, StubOptions};

/// A free port of this machine, for this machine.
const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A server that runs until it is stopped or dropped.
#[derive(Debug)]
struct Served {
    address: SocketAddr,
    url: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Served {
    fn start(open: Open, secure: Secure, play: Arc<impl Play>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let Open { listener, address, url } = open;
        Self { address, url, stop, task: tokio::spawn(serve(listener, secure, play, stopped)) }
    }

    async fn stop(self) {
        // A server that has stopped by itself hears nothing, which is as well.
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

/// The interactions of a pact that go over HTTP, ready to be served.
fn scenes<'p>(pact: &'p Pact, url: &'p str) -> impl Iterator<Item = Result<Scene, StartError>> + 'p {
    pact.interactions.iter().filter_map(move |interaction| {
        let (request, response) = interaction.as_http()?;
        let compiled = CompiledRequest::new(request.clone())
            .map_err(|source| StartError::Unusable { interaction: interaction.description.clone(), source });
        Some(compiled.map(|request| Scene::new(interaction, request, response, url)))
    })
}
