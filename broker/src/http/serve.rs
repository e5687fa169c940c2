use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};

use super::{patient::Patient, router};
use crate::{Broker, delivery::Deliveries, housekeeping::Schedule};

/// How long to wait before accepting again, when the system has no more connections to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves a broker on a listener, and tells webhooks what they have to be told, until `shutdown` is done; then finishes
/// what was accepted, and closes the broker.
///
/// Once `shutdown` is done, the broker says that it is not ready, and still takes requests for as long as
/// [`drain`](crate::config::HttpConfig::drain) says; then it takes no more connections, and what is under way has
/// [`grace`](crate::config::HttpConfig::grace) to end, however slow a client is.
pub async fn serve(
    broker: Broker,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let router = router(broker.clone());
    let deliveries = Deliveries::start(broker.clone());
    let schedule = Schedule::start(broker.clone());
    let connections = GracefulShutdown::new();
    let config = broker.config().http.clone();
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
        let (place, stream) = tokio::select! {
            () = &mut shutdown => break,
            (place, accepted) = accepted => match accepted {
                Ok((stream, _)) => (place, stream),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        // Small answers should not wait for more; where that cannot be had, they do.
        let _ = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(config.head_timeout)
            .serve_connection(
                TokioIo::new(Patient::new(stream, config.write_timeout)),
                TowerToHyperService::new(router.clone()),
            );
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // A client that goes away, or is too slow, has nobody left to be told.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(config.grace, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests were still being sent; they are given up");
    }
    schedule.stop().await;
    deliveries.stop().await;
    broker.close().await;
}
