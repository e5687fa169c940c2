use std::future::Future;

use tokio::net::TcpListener;

use super::router;
use crate::Broker;

/// Serves a broker on a listener until `shutdown` is done; then finishes what was accepted, and closes the broker.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    broker: Broker,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let served = axum::serve(listener, router(broker.clone())).with_graceful_shutdown(shutdown).await;
    broker.close().await;
    served
}
