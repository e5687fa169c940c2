//! How a request comes to its handler: its path is put right, its route looked up, what it brings and wants is held
//! against what the route takes and gives, and whatever comes of it is answered in one form.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{RawPathParams, Request, rejection::RawPathParamsRejection},
    routing::any,
};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header, request::Parts, uri::PathAndQuery,
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tower::ServiceExt as _;

use super::{
    access::{Gate, needs},
    admission::Admission,
    answer::Answer,
    badges,
    base_url::{Secure, base_url},
    call::Call,
    canonical, cors,
    errors::{Failure, FieldErrors},
    media::{self, Media},
    observe::{Route, observe},
    openapi, page, past,
    paths::Paths,
    query::Params,
    routes::{Endpoint, table},
    security,
};
use crate::{Broker, config::HttpConfig};

/// The version of the Pact Broker whose API this is: clients decide by it what they may use.
const COMPATIBLE_WITH: &str = "2.120.0";

/// The variables of a path, or why they cannot be read.
type Variables = Result<RawPathParams, RawPathParamsRejection>;

/// The variables of a path, decoded.
fn decoded(variables: Variables) -> Result<Vec<(String, String)>, Failure> {
    match variables {
        Ok(variables) => {
            Ok(variables.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
        }
        Err(rejection) => {
            // Which variable it is stands in the sentence, between backticks, and nowhere else.
            let sentence = rejection.body_text();
            let variable = sentence.split('`').nth(1).unwrap_or("path");
            let mut errors = FieldErrors::default();
            errors.add(variable, "is not UTF-8 when its percent-encoding is undone");
            Err(Failure::Invalid(errors.in_parameters()))
        }
    }
}

/// The whole API over a broker, as a service.
pub fn router(broker: Broker) -> Router {
    let gate = Arc::new(Gate::new(&broker.config().access));
    let mut routes = Router::new();
    for (path, endpoints) in table() {
        let endpoints = Arc::new(endpoints);
        let (broker, gate) = (broker.clone(), gate.clone());
        let answer = move |variables: Variables, request: Request| {
            let answered = answer(broker.clone(), gate.clone(), endpoints.clone(), variables, request);
            async move {
                let mut response = answered.await;
                response.extensions_mut().insert(Route(path));
                response
            }
        };
        routes = routes.route(path, any(answer));
    }
    let unknown = {
        let broker = broker.clone();
        move |request: Request| not_there(broker.clone(), gate.clone(), request)
    };
    let routes = routes.fallback(unknown);
    let admission = Arc::new(Admission::new(&broker.config().http, broker.telemetry().clone()));
    let hsts = strict_transport_security(broker.config().tls.hsts_days);
    Router::new().fallback(move |request: Request| {
        let (broker, routes, admission) = (broker.clone(), routes.clone(), admission.clone());
        let hsts = hsts.clone().filter(|_| request.extensions().get::<Secure>().is_some());
        let origin = cors::allowed(&broker.config().http.cors_origins, request.headers()).cloned();
        async move {
            let answer = |request| admit(broker.clone(), routes, admission, request);
            let mut response = observe(broker.clone(), request, answer).await;
            let headers = response.headers_mut();
            cors::show(&broker.config().http.cors_origins, origin, headers);
            headers.extend(hsts.map(|value| (header::STRICT_TRANSPORT_SECURITY, value)));
            response
        }
    })
}

/// What happens between the network and the routes, in this order: [`observe`] names and measures every request,
/// [`Admission`] lets in as many as can be answered, [`enter`] puts their paths right. Who asks is to be found out between
/// the last two: where too many ask, nobody's password is looked at.
async fn admit(
    broker: Broker,
    routes: Router,
    admission: Arc<Admission>,
    request: Request,
) -> Response<Body> {
    let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
    let (base, method) = (paths_of(&broker, &request).base, request.method().clone());
    match admission.admit(&path, enter(broker, routes, request)).await {
        Ok(response) => response,
        Err(failure) => finish(failure.into_answer(&headers, &base), Media::Hal, &method, &base),
    }
}

/// That something is not there is for those to know who may read.
async fn not_there(broker: Broker, gate: Arc<Gate>, request: Request) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let caller = gate.caller(&broker, &parts, needs::READ).await;
    let failure = caller.err().unwrap_or(Failure::NotFound);
    refuse(&broker, &Request::from_parts(parts, Body::empty()), failure)
}

async fn enter(broker: Broker, routes: Router, mut request: Request) -> Response<Body> {
    const KNOWN: [Method; 8] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
    ];
    if !KNOWN.contains(request.method()) {
        let mut answer = Answer::text(format!("{} method is not supported", request.method()));
        answer.content_type = Some(String::new());
        return finish(answer.status(StatusCode::NOT_IMPLEMENTED), Media::Text, request.method(), "");
    }
    let path = request.uri().path().to_owned();
    if path.contains("//") {
        return refuse(&broker, &request, Failure::Path(StatusCode::NOT_FOUND, "Empty path component found"));
    }
    for (escape, message) in [
        ("%0A", "URL path cannot contain a new line character."),
        ("%09", "URL path cannot contain a tab character."),
    ] {
        if path.to_ascii_uppercase().contains(escape) {
            return refuse(&broker, &request, Failure::Path(StatusCode::UNPROCESSABLE_ENTITY, message));
        }
    }
    if let Some(failure) = undecodable(&path) {
        return refuse(&broker, &request, failure);
    }
    let mut plain = path.as_str();
    if plain.len() > 1 {
        plain = plain.trim_end_matches('/');
    }
    if let Some((short, wanted)) = without_extension(plain, request.method(), request.headers()) {
        plain = short;
        if let Some(wanted) = wanted {
            request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(wanted.name()));
        }
    }
    if plain != path
        && let Ok(target) = with_path(request.uri(), plain)
    {
        *request.uri_mut() = target;
    }
    match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// A path whose escapes stand for nothing names nothing. (What they stand for is looked at once it is known which part of
/// the address it is.)
fn undecodable(path: &str) -> Option<Failure> {
    let is_escape =
        |rest: &str| rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if !path.split('%').skip(1).all(is_escape) {
        let why =
            "The URL path has a % that is not followed by two hexadecimal digits; a % itself is written %25.";
        return Some(Failure::Path(StatusCode::NOT_FOUND, why));
    }
    None
}

/// An extension says what is wanted, more clearly than a header; but names may end like extensions, so it is only taken
/// for one where that form exists, or where nothing else was said.
fn without_extension<'a>(
    path: &'a str,
    method: &Method,
    headers: &HeaderMap,
) -> Option<(&'a str, Option<Media>)> {
    let (short, extension) = path.rsplit_once('.')?;
    match extension {
        "svg" if short.ends_with("/badge") => Some((short, Some(Media::Svg))),
        "csv" if short.starts_with("/groups/") || short == "/relationships" => {
            Some((short, Some(Media::Csv)))
        }
        // What is written keeps its whole name.
        "json"
            if path != openapi::ADDRESS
                && matches!(*method, Method::GET | Method::HEAD)
                && !headers.contains_key(header::ACCEPT) =>
        {
            Some((short, None))
        }
        _ => None,
    }
}

fn with_path(uri: &Uri, path: &str) -> Result<Uri, http::Error> {
    let path = if path.is_empty() { "/" } else { path };
    let target = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target)?);
    Ok(Uri::from_parts(parts)?)
}

fn paths_of(broker: &Broker, request: &Request) -> Paths {
    Paths { base: base_url(broker.config(), request.headers(), request.uri(), request.extensions()) }
}

fn paths(broker: &Broker, parts: &Parts) -> Paths {
    Paths { base: base_url(broker.config(), &parts.headers, &parts.uri, &parts.extensions) }
}

/// What tells browsers to come by https only, from now on for so many days.
fn strict_transport_security(days: u32) -> Option<HeaderValue> {
    let seconds = u64::from(days) * 24 * 60 * 60;
    HeaderValue::try_from(format!("max-age={seconds}")).ok().filter(|_| days > 0)
}

fn refuse(broker: &Broker, request: &Request, failure: Failure) -> Response<Body> {
    let base = paths_of(broker, request).base;
    let in_problem = match failure {
        // The path may be anything; the address is kept out of it.
        Failure::Path(..) | Failure::NotFound => "",
        _ => &base,
    };
    let media = if media::wants_page(request.headers()) { Media::Html } else { Media::Hal };
    finish(failure.into_answer(request.headers(), in_problem), media, request.method(), &base)
}

fn finish(mut answer: Answer, media: Media, method: &Method, base: &str) -> Response<Body> {
    if media == Media::Html && page::can_show(&answer) {
        answer = page::of(answer, base);
    }
    let answer_status = answer.status;
    let mut response = answer.into_response(&media.content_type());
    let headers = response.headers_mut();
    headers.insert("x-pact-broker-version", HeaderValue::from_static(COMPATIBLE_WITH));
    headers.insert("x-pactwright-version", HeaderValue::from_static(env!("CARGO_PKG_VERSION")));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    security::protect(headers, answer_status);
    if *method == Method::GET || *method == Method::HEAD {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    }
    response
}

fn allowed(endpoints: &[Endpoint]) -> String {
    let methods: Vec<_> = endpoints.iter().map(|endpoint| endpoint.method.as_str()).collect();
    let head = methods.contains(&"GET").then_some("HEAD");
    methods.into_iter().chain(["OPTIONS"]).chain(head).collect::<Vec<_>>().join(", ")
}

async fn answer(
    broker: Broker,
    gate: Arc<Gate>,
    endpoints: Arc<Vec<Endpoint>>,
    variables: Variables,
    request: Request,
) -> Response<Body> {
    let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
    let endpoint = endpoints.iter().find(|endpoint| endpoint.method == method);
    let (parts, body) = request.into_parts();
    if cors::is_preflight(&broker.config().http.cors_origins, &method, &parts.headers) {
        // A browser asks without saying who asks.
        let methods = header::ACCESS_CONTROL_ALLOW_METHODS;
        let answer = Answer::empty(StatusCode::NO_CONTENT).header(methods, allowed(&endpoints));
        return finish(cors::permit(answer), Media::Hal, &method, "");
    }
    // Asking what can be done, and asking for what cannot, is reading.
    let needs = endpoint.map_or(needs::READ, |endpoint| endpoint.needs);
    let caller = match gate.caller(&broker, &parts, needs).await {
        Ok(caller) => caller,
        Err(failure) => return refuse(&broker, &Request::from_parts(parts, body), failure),
    };
    if method == Method::OPTIONS {
        let methods = header::ACCESS_CONTROL_ALLOW_METHODS;
        let answer = Answer::empty(StatusCode::OK).header(methods, allowed(&endpoints));
        return finish(answer.header(header::ALLOW, allowed(&endpoints)), Media::Hal, &method, "");
    }
    let Some(endpoint) = endpoint else {
        let allowed = allowed(&endpoints);
        let why = format!("{method} cannot be done here; what can be done is {allowed}.");
        let base = paths(&broker, &parts).base;
        let answer = Failure::Told(StatusCode::METHOD_NOT_ALLOWED, why).into_answer(&parts.headers, &base);
        return finish(answer.header(header::ALLOW, allowed), Media::Hal, &method, &base);
    };
    let paths = paths(&broker, &parts);
    let base = paths.base.clone();
    let page = method == Method::GET && media::wants_page(&parts.headers);
    let media = match endpoint.gives {
        // An image is shown in other people's pages: whatever they accept, it is better than nothing.
        [Media::Svg] => Some(Media::Svg),
        gives if page && gives.contains(&Media::Hal) => Some(Media::Html),
        gives => media::negotiate(&parts.headers, gives),
    };
    let outcome = async {
        let mut variables = decoded(variables)?;
        // Who may do what is what is so now, also where the past is asked for.
        let current = broker.state();
        if broker.config().http.names_in_any_case {
            canonical::variables(&current, &mut variables);
        }
        let needed = needs.of_path(&current, &broker.config().rules, &variables);
        caller.check(current.access(), &needed)?;
        let media = media.ok_or_else(|| not_acceptable(endpoint.gives))?;
        let body_type = media::body_type(&parts.headers);
        if !endpoint.takes.allows(body_type.as_deref()) {
            return Err(endpoint.takes.refusal(body_type.as_deref()));
        }
        let body = collect(body, &broker.config().http).await?;
        let query = Params::parse(parts.uri.query().unwrap_or_default());
        let past::Known { state, now } = past::known(&broker, &method, parts.uri.path(), &query).await?;
        if !Arc::ptr_eq(&state, &current) {
            // What is gone by now belonged to somebody: what that needed then is needed to look at it.
            let then = needs.of_path(&state, &broker.config().rules, &variables);
            caller.check(current.access(), &then)?;
            caller.check(state.access(), &then)?;
        }
        if broker.config().http.names_in_any_case {
            canonical::variables(&state, &mut variables);
        }
        let target = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
        let is_open = endpoint.needs.is_open();
        let call = Call {
            broker,
            state,
            now,
            variables,
            query,
            body,
            paths,
            target,
            media,
            caller,
            needs: needed,
            is_open,
        };
        (endpoint.handler)(call).await
    };
    let answer = match outcome.await {
        Ok(answer) => answer,
        Err(failure) if media == Some(Media::Svg) => badges::of_failure(failure),
        Err(failure) => failure.into_answer(&parts.headers, &base),
    };
    let media = match media {
        Some(media) if answer.status.is_success() => media,
        _ if page => Media::Html,
        _ => Media::Hal,
    };
    finish(answer, media, &method, &base)
}

fn not_acceptable(gives: &[Media]) -> Failure {
    let names: Vec<_> = gives.iter().map(|media| media.name()).collect();
    let why =
        format!("The header Accept leaves nothing that could be sent; this comes as {}.", names.join(" or "));
    Failure::Told(StatusCode::NOT_ACCEPTABLE, why)
}

async fn collect(body: Body, config: &HttpConfig) -> Result<Bytes, Failure> {
    let (limit, patience) = (config.body_limit, config.body_timeout);
    let too_large = || {
        let sentence = format!("The request body is larger than the limit of {limit} bytes.");
        Failure::Told(StatusCode::PAYLOAD_TOO_LARGE, sentence)
    };
    // What is announced to be too large is not waited for.
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let collected = tokio::time::timeout(patience, Limited::new(body, limit).collect()).await;
    let Ok(collected) = collected else {
        let sentence = format!("The request body did not come within {} seconds.", patience.as_secs_f64());
        return Err(Failure::Told(StatusCode::REQUEST_TIMEOUT, sentence));
    };
    match collected {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(error) => Err(Failure::bad_request(format!("The request body could not be read: {error}"))),
    }
}
