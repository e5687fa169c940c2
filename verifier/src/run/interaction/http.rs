//! A request that is sent, and the response to it.

use std::sync::Arc;
use std::time::Instant;

use pactwright_core::generators::{Context, apply_to_request, makes_anew};
use pactwright_core::json::ObjectBuf;
use pactwright_core::matching::{ActualRequest, CompiledResponse};
use pactwright_core::model::{Request, Response};

use crate::outcome::{Exchange, InteractionError, InteractionResult, Traffic};
use crate::run::chance;
use crate::secrets;
use crate::transport::{HttpTransport, RequestFilters, Transports};

pub(super) struct HttpExchange<'a> {
    transport: &'a dyn HttpTransport,
    filters: &'a RequestFilters,
    request: &'a Request,
    expected: CompiledResponse,
}

impl<'a> HttpExchange<'a> {
    pub(super) fn new(
        transport: Option<&str>,
        request: &'a Request,
        response: &Response,
        transports: &'a Transports,
    ) -> Result<Self, InteractionError> {
        let expected = CompiledResponse::new(response.clone())?;
        let way = transports.http(transport);
        let way = way.ok_or_else(|| InteractionError::NoTransport { name: transport.map(str::to_owned) })?;
        Ok(Self { transport: way.as_ref(), filters: &transports.filters, request, expected })
    }

    pub(super) async fn replay(&self, state_values: ObjectBuf) -> InteractionResult {
        let context = Context::provider(state_values);
        let mut result = InteractionResult::default();
        let request = if makes_anew(&self.request.generators, &self.request.rules, context.mode) {
            let generated = apply_to_request(self.request, &context, &mut chance::source());
            result.not_generated = generated.skipped;
            ActualRequest::from(&generated.example)
        } else {
            ActualRequest::from(self.request)
        };
        let request = match self.filters.apply(request).await {
            Ok(request) => request,
            Err(error) => {
                result.add(error);
                return result;
            }
        };
        let start = Instant::now();
        let answer = self.transport.send(&request).await;
        let response_time = start.elapsed();
        let response = match answer {
            Ok(response) => {
                result.response_time = Some(response_time);
                result.mismatches = self.expected.mismatches(&response);
                secrets::conceal(&mut result.mismatches);
                Some(response)
            }
            Err(error) => {
                result.add(error);
                None
            }
        };
        if !result.passed() {
            let traffic = Traffic::Http { request, response };
            result.exchange = Some(Arc::new(Exchange { traffic, state_values: context.state_values }));
        }
        result
    }
}
