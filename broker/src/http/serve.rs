use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};

use super::{connection::Connections, router, tls::Tls};
use crate::{Broker, delivery::Deliveries, housekeeping::Schedule};

/// How long to wait before accepting again, when the system has no more connections to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves a broker on a listener, and tells webhooks what they have to be told, until `shutdown` is done; then finishes
/// what was accepted, and closes the broker.
///
/// Once `shutdown` is done, the broker says that it is not ready, and still takes requests for as long as
/// [`drain`](crate::config::HttpConfig::drain) says; then it takes no more connections, and what is under way has
/// [`grace`](crate::config::HttpConfig::grace) to end, however slow a client is.
///
/// Connections are plain, whatever [`Config::tls`](crate::Config::tls) says, which is for whoever starts a process: see
/// [`serve_tls`]. Clients speak HTTP/1 or, if they know that they can, HTTP/2.
pub async fn serve(
    broker: Broker,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    serve_connections(broker, listener, None, shutdown).await;
}

/// The same as [`serve`], on connections that nobody else can read. Clients speak HTTP/2 or HTTP/1, as they like; those that
/// do not speak TLS are left.
pub async fn serve_tls(
    broker: Broker,
    listener: TcpListener,
    tls: Tls,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    serve_connections(broker, listener, Some(tls), shutdown).await;
}

async fn serve_connections(
    broker: Broker,
    listener: TcpListener,
    tls: Option<Tls>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let router = router(broker.clone());
    let deliveries = Deliveries::start(broker.clone());
    let schedule = Schedule::start(broker.clone());
    let config = broker.config().http.clone();
    let watching = tls.clone().map(|tls| tokio::spawn(tls.watch()));
    let (stop, stopping) = watch::channel(());
    let connections = Connections::new(router, tls, &config, stopping);
    let places = Arc::new(Semaphore::new(config.connections));
    let mut shutdown = pin!(async {
        shutdown.await;
        broker.announce_stop();
        tokio::time::sleep(config.drain).await;
    });
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream, peer) = tokio::select! {
            () = &mut shutdown => break,
            (place, accepted) = accepted => match accepted {
                Ok((stream, peer)) => (place, stream, peer),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        let served = connections.clone().serve(stream, peer);
        tokio::spawn(async move {
            served.await;
            drop(place);
        });
    }
    drop((listener, connections));
    if let Some(watching) = watching {
        watching.abort();
    }
    // Whoever waits for it learns it; the last of them gone, it is closed.
    let _ = stop.send(());
    if tokio::time::timeout(config.grace, stop.closed()).await.is_err() {
        tracing::warn!("some requests were still being sent; they are given up");
    }
    schedule.stop().await;
    deliveries.stop().await;
    broker.close().await;
}
