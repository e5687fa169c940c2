use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};

use super::router;
use crate::{Broker, delivery::Deliveries, housekeeping::Schedule};

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long answers that are under way may take once the broker is told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How many connections are served at once. More wait in the system's queue.
const MOST_CONNECTIONS: usize = 2048;
/// How long to wait before accepting again, when the system has no more connections to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves a broker on a listener, and tells webhooks what they have to be told, until `shutdown` is done; then finishes
/// what was accepted, and closes the broker.
///
/// A request whose head does not come within 30 seconds, or whose body does not come within 60, is given up.
/// Ten seconds after `shutdown` no request is waited for any longer, however slow its client is.
pub async fn serve(
    broker: Broker,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let router = router(broker.clone());
    let deliveries = Deliveries::start(broker.clone());
    let schedule = Schedule::start(broker.clone());
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut shutdown = pin!(shutdown);
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
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // A client that goes away, or is too slow, has nobody left to be told.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(GRACE, connections.shutdown()).await.is_err() {
        tracing::warn!("some requests were still being sent; they are given up");
    }
    schedule.stop().await;
    deliveries.stop().await;
    broker.close().await;
}
