//! Spans by OTLP over HTTP, with the client that the program has anyway.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

/// How long a collector may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// What the program is called unless `OTEL_SERVICE_NAME` says otherwise.
const SERVICE: &str = "pactwright-broker";

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Sends on the program's runtime what is given on a thread that has none.
struct Client {
    client: reqwest::Client,
    runtime: Handle,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client of a collector may know a password.
        formatter.write_str("Client(..)")
    }
}

async fn send(client: reqwest::Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let response = client.execute(request.try_into()?).await?;
    let mut answer = Response::builder().status(response.status());
    if let Some(headers) = answer.headers_mut() {
        headers.clone_from(response.headers());
    }
    Ok(answer.body(response.bytes().await?)?)
}

impl HttpClient for Client {
    fn send_bytes<'client, 'sending>(
        &'client self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sending>>
    where
        'client: 'sending,
        Self: 'sending,
    {
        let sending = self.runtime.spawn(send(self.client.clone(), request));
        Box::pin(async move { sending.await? })
    }
}

/// Begins to export. Where to, and with which headers, the exporter reads from `OTEL_EXPORTER_OTLP_*`.
pub(super) fn start<S>() -> Result<(SdkTracerProvider, Box<dyn Layer<S> + Send + Sync>), Failed>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let client = reqwest::Client::builder().timeout(TIMEOUT).build()?;
    let client = Client { client, runtime: Handle::try_current()? };
    let exporter = SpanExporter::builder().with_http().with_http_client(client).build()?;
    let mut resource = Resource::builder();
    if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name(SERVICE);
    }
    let provider =
        SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer(SERVICE));
    Ok((provider, layer.boxed()))
}
