use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::time::{Instant, sleep_until};

/// A clock that rings so much too late was not heard: this process had something else to do.
const LATE: Duration = Duration::from_millis(50);

/// Waits for something, for at most so long; none where that was not enough.
///
/// Only time in which somebody looked counts. Where a report blocks, because nobody reads what it writes, answers that
/// came meanwhile have not been seen yet, and nobody may say that they did not come.
pub(super) async fn within<T>(limit: Duration, awaited: impl Future<Output = T>) -> Option<T> {
    let Some(mut deadline) = Instant::now().checked_add(limit) else { return Some(awaited.await) };
    let mut awaited = pin!(awaited);
    loop {
        match select(awaited.as_mut(), pin!(sleep_until(deadline))).await {
            Either::Left((outcome, _)) => return Some(outcome),
            Either::Right(_) => {
                let late = Instant::now().saturating_duration_since(deadline);
                if late < LATE {
                    return None;
                }
                deadline += late;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::io::Write;

    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_does_not_come_in_time_does_not_come() {
        let start = Instant::now();
        assert_eq!(within(Duration::from_secs(5), pending::<()>()).await, None);
        assert_eq!(start.elapsed().as_secs(), 5);
        assert_eq!(within(Duration::ZERO, async { 1 }).await, Some(1));
        assert_eq!(within(Duration::MAX, async { 1 }).await, Some(1));
    }

    #[tokio::test]
    async fn what_came_while_nobody_looked_is_seen() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut provider = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut connection, _) = listener.accept().await.unwrap();
        let (passed_on, awaited) = oneshot::channel();
        // As an answer comes: by way of whoever reads the connection.
        tokio::spawn(async move { passed_on.send(connection.read_u8().await) });
        let blocked = async {
            tokio::task::yield_now().await;
            provider.write_all(&[7]).unwrap();
            std::thread::sleep(Duration::from_millis(400));
        };
        let (outcome, ()) = tokio::join!(within(Duration::from_millis(100), awaited), blocked);
        assert_eq!(outcome.unwrap().unwrap().unwrap(), 7);
    }
}
