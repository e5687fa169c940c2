use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::matching::ActualRequest;

use super::{BoxError, TransportError};
use crate::client::header_map;
use crate::guard;

type Function =
    Arc<dyn Fn(ActualRequest) -> BoxFuture<'static, Result<ActualRequest, BoxError>> + Send + Sync>;

/// What changes requests before they are sent, in order.
#[derive(Clone)]
pub(crate) struct RequestFilters {
    functions: Vec<Function>,
    /// How long each may take.
    pub(crate) timeout: Duration,
}

impl Default for RequestFilters {
    fn default() -> Self {
        Self { functions: Vec::new(), timeout: Duration::from_secs(5) }
    }
}

impl RequestFilters {
    pub(crate) fn add<F, R>(&mut self, filter: F)
    where
        F: Fn(ActualRequest) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ActualRequest, BoxError>> + Send + 'static,
    {
        self.functions.push(Arc::new(move |request| filter(request).boxed()));
    }

    pub(crate) async fn apply(&self, mut request: ActualRequest) -> Result<ActualRequest, TransportError> {
        let was_sound = header_map(&request.headers).is_ok();
        for filter in &self.functions {
            let changed = guard::call(self.timeout, || filter(request)).await;
            let changed = changed.map_err(|_| TransportError::FilterTimeout { after: self.timeout })?;
            request = changed.map_err(TransportError::Filter)?;
            // What the contract says cannot be sent is the contract's fault, what a function adds is that of the function.
            if was_sound && let Err(error) = header_map(&request.headers) {
                return Err(TransportError::Filter(error.into()));
            }
        }
        Ok(request)
    }
}

impl fmt::Debug for RequestFilters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} request filters", self.functions.len())
    }
}
