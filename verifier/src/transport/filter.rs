use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::matching::ActualRequest;

use super::{BoxError, TransportError};

type Function =
    Arc<dyn Fn(ActualRequest) -> BoxFuture<'static, Result<ActualRequest, BoxError>> + Send + Sync>;

/// What changes requests before they are sent, in order.
#[derive(Clone, Default)]
pub(crate) struct RequestFilters(Vec<Function>);

impl RequestFilters {
    pub(crate) fn add<F, R>(&mut self, filter: F)
    where
        F: Fn(ActualRequest) -> R + Send + Sync + 'static,
        R: Future<Output = Result<ActualRequest, BoxError>> + Send + 'static,
    {
        self.0.push(Arc::new(move |request| filter(request).boxed()));
    }

    pub(crate) async fn apply(&self, mut request: ActualRequest) -> Result<ActualRequest, TransportError> {
        for filter in &self.0 {
            request = filter(request).await.map_err(TransportError::Filter)?;
        }
        Ok(request)
    }
}

impl fmt::Debug for RequestFilters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} request filters", self.0.len())
    }
}
