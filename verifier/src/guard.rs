//! Calling functions of whoever uses this crate.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::error::Elapsed;

use crate::transport::BoxError;

/// A function panicked.
#[derive(Debug, thiserror::Error)]
#[error("it panicked: {0}")]
struct Panicked(String);

/// Calls a function, for at most so long. `assert!` is how tests say that something is wrong: a panic is a failure of
/// this function, and no end of the run.
pub(crate) async fn call<T>(
    limit: Duration,
    function: impl FnOnce() -> BoxFuture<'static, Result<T, BoxError>>,
) -> Result<Result<T, BoxError>, Elapsed> {
    let called = AssertUnwindSafe(async { function().await }).catch_unwind();
    let outcome = tokio::time::timeout(limit, called).await?;
    Ok(outcome.unwrap_or_else(|panic| Err(Panicked(text(&*panic)).into())))
}

fn text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it did not say why").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_failure_wherever_it_happens() {
        let limit = Duration::from_secs(60);
        let before: Result<(), _> = call(limit, || panic!("number {}", 1)).await.unwrap();
        assert_eq!(before.unwrap_err().to_string(), "it panicked: number 1");
        let within: Result<(), _> = call(limit, || async { panic!("later") }.boxed()).await.unwrap();
        assert_eq!(within.unwrap_err().to_string(), "it panicked: later");
        let odd: Result<(), _> = call(limit, || async { std::panic::panic_any(7) }.boxed()).await.unwrap();
        assert_eq!(odd.unwrap_err().to_string(), "it panicked: it did not say why");
        assert_eq!(call(limit, || async { Ok(1) }.boxed()).await.unwrap().unwrap(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_too_long_is_not_waited_for() {
        let never = || std::future::pending::<Result<(), BoxError>>().boxed();
        assert!(call(Duration::from_secs(1), never).await.is_err());
    }
}
