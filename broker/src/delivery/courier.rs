use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::{Certificate, Client, Proxy, Response};
use serde_json::Value;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout, timeout_at},
};
use url::{Host, Url};
use uuid::Uuid;

use super::{
    connector::{Guard, Resolver},
    masking::Mask,
    report::{Report, ShownRequest, ShownResponse},
};
use crate::{
    config::WebhookConfig,
    domain::{
        commands::AttemptOutcome,
        model::{Revealed, Secret, Timestamp, is_sensitive_header},
        webhooks::{egress::Refused, signature, template::Rendered},
    },
};

/// How much of a text is shown, and of an answer is read.
const MOST_SHOWN: usize = 64 * 1024;
/// How long is waited for the rest of an answer once it is known whether the receiver took it.
const LONGEST_READ: Duration = Duration::from_secs(5);
/// How often a receiver may send on.
const MOST_REDIRECTS: usize = 5;
/// A receiver can tell by it that it got something before.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

type Clock<'a> = dyn Fn() -> Timestamp + Send + Sync + 'a;

/// Carries requests to receivers.
pub(crate) struct Courier {
    config: WebhookConfig,
    resolver: Arc<dyn Resolver>,
    client: OnceLock<Client>,
    tries: Semaphore,
}

/// Why no answer came.
enum Trouble {
    /// It must not or cannot be sent.
    Refused(String),
    /// It went wrong on the way.
    Failed(String),
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        if let Refused::Address { host, address } = &refused {
            // Whoever runs the broker has to know it; whoever may try a webhook out must not learn how the network is
            // made.
            tracing::warn!(%host, %address, "a webhook may not go there: this is not a public address");
        }
        Self::Refused(refused.to_string())
    }
}

impl Courier {
    pub(crate) fn new(config: WebhookConfig, resolver: Arc<dyn Resolver>) -> Self {
        let tries = Semaphore::new(config.tries);
        Self { config, resolver, client: OnceLock::new(), tries }
    }

    /// A place among those that may be tried out at once, if one is free.
    pub(crate) fn try_out(&self) -> Option<SemaphorePermit<'_>> {
        self.tries.try_acquire().ok()
    }

    fn proxy_host(&self) -> Option<String> {
        let proxy = Url::parse(self.config.proxy.as_deref()?).ok()?;
        proxy.host_str().map(str::to_owned)
    }

    /// Behind a proxy the connection is made by somebody else: what can be looked at is where the name leads from here.
    async fn check_behind_proxy(&self, url: &Url) -> Result<(), Trouble> {
        let (Some(_), Some(Host::Domain(host))) = (&self.config.proxy, url.host()) else { return Ok(()) };
        let addresses = self.resolver.resolve(host.to_owned()).await;
        for address in addresses.map_err(|error| Trouble::Failed(told(&error)))? {
            self.config.egress.check_address(host, address)?;
        }
        Ok(())
    }

    /// Whether people may see what receivers answer: only where those who run the broker said which there are.
    pub(crate) fn shows_responses(&self) -> bool {
        !self.config.egress.hosts.is_empty()
    }

    fn client(&self) -> Result<&Client, Trouble> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let proxy = self.config.proxy.as_deref().map(Proxy::all).transpose();
        let proxy = proxy.map_err(|error| Trouble::Failed(told(&error)))?;
        let guard = Guard {
            egress: self.config.egress.clone(),
            resolver: self.resolver.clone(),
            proxy: self.proxy_host(),
        };
        let mut builder = Client::builder()
            // Only the proxy that was named for this: others would go where they like.
            .no_proxy();
        for text in self.config.certificates.texts() {
            let found = Certificate::from_pem_bundle(text);
            builder = builder.tls_certs_merge(found.map_err(|error| Trouble::Failed(told(&error)))?);
        }
        if let Some(proxy) = proxy {
            builder = builder.proxy(proxy);
        }
        let client = builder
            // A kept connection may lead where its name no longer does.
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(guard))
            .tls_danger_accept_invalid_certs(!self.config.verify_certificates)
            .build()
            .map_err(|error| Trouble::Failed(told(&error)))?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Makes one attempt, and tells what came of it. `key` is the same for every attempt to tell the same.
    pub(crate) async fn send(
        &self,
        rendered: &Rendered,
        key: Uuid,
        about: &str,
        clock: &Clock<'_>,
    ) -> Report {
        let mask = &Mask::of(&rendered.secrets);
        let mut log = Log { text: String::new(), clock, mask };
        log.debug(about);
        let key = key.to_string();
        let mut shown = ShownRequest::default();
        let exchanged = match self.prepare(rendered, &key, clock) {
            Ok((method, url, headers)) => {
                shown = shown_request(rendered, &headers, mask);
                log.info(&format!("HTTP/1.1 {method} {}", mask.text(&rendered.shown_url)));
                log.message(&shown.headers, shown.body.as_ref());
                let exchange = self.exchange(method, url, headers, rendered, &mut log);
                let seconds = self.config.timeout.as_secs();
                timeout(self.config.timeout, exchange).await.unwrap_or_else(|_| {
                    Err(Trouble::Failed(format!("no answer came within {seconds} seconds")))
                })
            }
            Err(trouble) => Err(trouble),
        };
        let (outcome, response, error) = match exchanged {
            Ok(response) => {
                // From here on nothing changes what became of it.
                let outcome = if self.is_success(&response) {
                    AttemptOutcome::Delivered
                } else {
                    AttemptOutcome::Failed { retry_after: retry_after(&response, clock) }
                };
                let response = self.shown_response(response, mask).await;
                self.log_response(&response, &mut log);
                (outcome, Some(response), None)
            }
            Err(Trouble::Refused(why)) => (AttemptOutcome::Refused, None, Some(why)),
            Err(Trouble::Failed(why)) => (AttemptOutcome::Failed { retry_after: None }, None, Some(why)),
        };
        let error = error.map(|why| mask.text(&why));
        if let Some(why) = &error {
            log.error(why);
        }
        Report { outcome, request: shown, response, error, log: log.text }
    }

    /// What is sent, with the headers that every request has.
    fn prepare(
        &self,
        rendered: &Rendered,
        key: &str,
        clock: &Clock<'_>,
    ) -> Result<(Method, Url, HeaderMap), Trouble> {
        if !self.config.egress.methods.contains(&rendered.method) {
            return Err(Trouble::Refused(format!(
                "the method {} is not allowed for webhooks",
                rendered.method
            )));
        }
        let method = Method::from_bytes(rendered.method.as_bytes())
            .map_err(|_| Trouble::Refused(format!("{} is no method", rendered.method)))?;
        let url = Url::parse(rendered.url.reveal())
            .map_err(|error| Trouble::Refused(format!("the address cannot be used: {error}")))?;
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &str| match HeaderValue::from_bytes(value.as_bytes()) {
            Ok(value) => {
                headers.insert(name, value);
                Ok(())
            }
            Err(_) => Err(Trouble::Refused(format!("the header {name} cannot have its value"))),
        };
        set(header::ACCEPT, "*/*")?;
        set(header::USER_AGENT, &self.config.user_agent)?;
        for (name, value) in &rendered.headers {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| Trouble::Refused(format!("{name} is no name of a header")))?;
            set(name, value.reveal())?;
        }
        set(IDEMPOTENCY_KEY, key)?;
        if let Some(secret) = &rendered.signing_secret {
            let body = rendered.body.as_ref().map(Revealed::reveal).unwrap_or_default().as_bytes();
            let signature = signature::sign(secret, clock(), key, body);
            set(HeaderName::from_static(signature::HEADER), &signature)?;
        }
        Ok((method, url, headers))
    }

    fn is_success(&self, response: &Response) -> bool {
        self.config.success_codes.contains(&response.status().as_u16())
    }

    /// Sends, and follows where the receiver sends on to: with the same method and body, and without what is secret once
    /// it is another receiver. It ends when an answer begins: its body is still to be read.
    async fn exchange(
        &self,
        method: Method,
        mut url: Url,
        mut headers: HeaderMap,
        rendered: &Rendered,
        log: &mut Log<'_>,
    ) -> Result<Response, Trouble> {
        let client = self.client()?;
        for _ in 0..=MOST_REDIRECTS {
            self.config.egress.check_target(&url)?;
            self.check_behind_proxy(&url).await?;
            let mut request = client.request(method.clone(), url.clone()).headers(headers.clone());
            if let Some(body) = &rendered.body {
                request = request.body(body.reveal().to_owned());
            }
            let response = request.send().await.map_err(trouble)?;
            let is_taken = self.is_success(&response);
            let Some(next) = redirect(&response, &url).filter(|_| !is_taken) else {
                return Ok(response);
            };
            log.info(&format!("{} sends on to {}", response.status(), log.mask.text(next.as_str())));
            if next.origin() != url.origin() {
                if rendered.has_secret_body() {
                    let why =
                        "the receiver sends on to another one, which must not get the secrets in the body";
                    return Err(Trouble::Refused(why.to_owned()));
                }
                let secret: Vec<_> =
                    headers.keys().filter(|name| is_secret_header(name, rendered)).cloned().collect();
                for name in secret {
                    headers.remove(name);
                }
                headers.remove(signature::HEADER);
            }
            url = next;
        }
        Err(Trouble::Failed(format!("the receiver sent on more than {MOST_REDIRECTS} times")))
    }

    /// An answer, as people may see it; its body as far as it comes in time, and only where anybody may see it.
    async fn shown_response(&self, mut response: Response, mask: &Mask) -> ShownResponse {
        let status = response.status().as_u16();
        let header = |(name, value)| shown_header(name, value, mask);
        let headers = response.headers().iter().map(header).collect();
        let mut bytes = Vec::new();
        let deadline = Instant::now() + self.config.timeout.min(LONGEST_READ);
        while self.shows_responses() && bytes.len() < MOST_SHOWN {
            let Ok(Ok(Some(chunk))) = timeout_at(deadline, response.chunk()).await else { break };
            bytes.extend_from_slice(&chunk);
        }
        bytes.truncate(MOST_SHOWN);
        let text = String::from_utf8_lossy(&bytes);
        let body = (!text.is_empty()).then(|| mask.document(document(&text)));
        ShownResponse { status, headers, body }
    }

    fn log_response(&self, response: &ShownResponse, log: &mut Log<'_>) {
        if !self.shows_responses() {
            log.info("The answer is not shown, because no hosts were named that webhooks may go to.");
            return;
        }
        let reason =
            http::StatusCode::from_u16(response.status).ok().and_then(|code| code.canonical_reason());
        log.info(&format!("HTTP/1.1 {} {}", response.status, reason.unwrap_or_default()));
        log.message(&response.headers, response.body.as_ref());
    }
}

/// A request, as people may see it.
fn shown_request(rendered: &Rendered, headers: &HeaderMap, mask: &Mask) -> ShownRequest {
    let shown = headers.iter().map(|(name, value)| {
        if is_secret_header(name, rendered) {
            (name.to_string(), Secret::STARS.to_owned())
        } else {
            shown_header(name, value, mask)
        }
    });
    let mut shown: Vec<_> = shown.collect();
    let url = Url::parse(&rendered.shown_url).ok();
    if let Some(url) = &url {
        shown.push(("host".to_owned(), url.authority().to_owned()));
    }
    if let Some(body) = &rendered.body {
        shown.push(("content-length".to_owned(), body.reveal().len().to_string()));
    }
    let target = url.map(|url| mask.text(&url[url::Position::BeforePath..]));
    let body = rendered.shown_body.as_deref();
    ShownRequest {
        target: target.unwrap_or_default(),
        headers: shown,
        body: body.map(|body| document(&mask.text(cut(body)))),
    }
}

/// Whether the value of a header that is sent is for nobody else to see.
fn is_secret_header(name: &HeaderName, rendered: &Rendered) -> bool {
    is_sensitive_header(name.as_str()) || rendered.secret_headers.contains(name.as_str())
}

/// A header, as people may see it.
fn shown_header(name: &HeaderName, value: &HeaderValue, mask: &Mask) -> (String, String) {
    let value = if is_sensitive_header(name.as_str()) {
        Secret::STARS.to_owned()
    } else {
        mask.text(&String::from_utf8_lossy(value.as_bytes()))
    };
    (name.to_string(), value)
}

/// Lines of a log, with the time at which each was written.
struct Log<'a> {
    text: String,
    clock: &'a Clock<'a>,
    mask: &'a Mask,
}

impl Log<'_> {
    fn line(&mut self, level: &str, text: &str) {
        let now = (self.clock)();
        self.text.push_str(&format!("[{now}] {level}: {text}\n"));
    }

    fn debug(&mut self, text: &str) {
        let text = self.mask.text(text);
        self.line("DEBUG", &text);
    }

    fn info(&mut self, text: &str) {
        self.line("INFO", text);
    }

    fn error(&mut self, text: &str) {
        self.line("ERROR", text);
    }

    fn message(&mut self, headers: &[(String, String)], body: Option<&Value>) {
        for (name, value) in headers {
            self.info(&format!("{name}: {value}"));
        }
        match body {
            Some(Value::String(text)) => self.info(text),
            Some(document) => self.info(&document.to_string()),
            None => {}
        }
    }
}

/// A text as the document that it is, or as text.
fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(MOST_SHOWN)).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

/// Where an answer sends on to, where the same request can be sent.
fn redirect(response: &Response, from: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    from.join(location).ok()
}

/// How many seconds a receiver asks to wait: as a number, or until a time. More than can be said is as much as can be.
fn retry_after(response: &Response, clock: &Clock<'_>) -> Option<u32> {
    let value = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().unwrap_or(u32::MAX));
    }
    let at = httpdate::parse_http_date(value).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    let now = clock().as_micros().div_euclid(1_000_000);
    let seconds = i64::try_from(at.as_secs()).ok()?.saturating_sub(now).max(0);
    Some(u32::try_from(seconds).unwrap_or(u32::MAX))
}

fn trouble(error: reqwest::Error) -> Trouble {
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return refused.clone().into();
        }
        source = cause.source();
    }
    // The address has been told, and may have something in it that is not to be seen.
    Trouble::Failed(told(&error.without_url()))
}

/// An error with its causes.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}
