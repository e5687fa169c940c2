//! A broker on its own: `serve 127.0.0.1:9292 DIR`, with settings from `PACT_BROKER_*` in the environment.

use std::{error::Error, path::Path, sync::Arc};

use pactwright_broker::{Broker, Config, http, store::SledStore};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(listen), Some(data)) = (arguments.next(), arguments.next()) else {
        return Err("usage: serve LISTEN DIR".into());
    };
    let config = Config::default().with_settings(std::env::vars())?;
    let broker = Broker::open(Arc::new(SledStore::open(Path::new(&data))?), config)?;
    let listener = TcpListener::bind(&listen).await?;
    let mut terminated = signal(SignalKind::terminate())?;
    http::serve(broker, listener, async move {
        terminated.recv().await;
    })
    .await?;
    Ok(())
}
