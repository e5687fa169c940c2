//! Telling an OpenTelemetry collector what a server does: only where the feature `otel` is built in, and only where
//! `OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) says where it is.

#[cfg(feature = "otel")]
mod otlp;

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

/// The variables that say where a collector is.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// What is told to a collector, while this is kept.
#[derive(Debug, Default)]
pub(crate) struct Export {
    /// What could not be done, to be said once there is a log.
    trouble: Option<String>,
    #[cfg(feature = "otel")]
    provider: Option<opentelemetry_sdk::trace::SdkTracerProvider>,
}

type Traces<S> = Option<Box<dyn Layer<S> + Send + Sync>>;

/// Begins to tell a collector, if there is one.
pub(crate) fn start<S>() -> (Export, Traces<S>)
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let Some(name) = ENDPOINTS.into_iter().find(is_set) else { return (Export::default(), None) };
    #[cfg(feature = "otel")]
    let started = match otlp::start() {
        Ok((provider, layer)) => (Export { trouble: None, provider: Some(provider) }, Some(layer)),
        Err(error) => {
            let trouble = format!("nothing is exported to what {name} says: {error}");
            (Export { trouble: Some(trouble), provider: None }, None)
        }
    };
    #[cfg(not(feature = "otel"))]
    let started = {
        let trouble = format!("{name} does nothing: this program was built without the feature `otel`");
        (Export { trouble: Some(trouble) }, None)
    };
    started
}

impl Export {
    /// Says what could not be done.
    pub(crate) fn announce(&self) {
        if let Some(trouble) = &self.trouble {
            tracing::warn!("{trouble}");
        }
    }

    /// Tells what has not been told yet.
    #[cfg_attr(
        not(feature = "otel"),
        expect(
            clippy::unused_async,
            reason = "there is something to wait for where the feature is built in"
        )
    )]
    pub(crate) async fn finish(self) {
        #[cfg(feature = "otel")]
        if let Some(provider) = self.provider {
            // It waits for the network, and for threads of its own.
            let _ = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        }
    }
}
