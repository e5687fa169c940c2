//! All routes, as a table.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{RawPathParams, Request, rejection::RawPathParamsRejection},
    routing::any,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header, uri::PathAndQuery};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tower::ServiceExt as _;

use super::{
    answer::Answer,
    badges,
    base_url::base_url,
    branches,
    call::Call,
    canonical, contracts, dashboard, deployments, diagnostics, docs, environments,
    errors::{Failure, FieldErrors},
    events, index, integrations, matrix,
    media::{self, Media},
    metrics, network, openapi, pacts, page, participants,
    paths::Paths,
    query::Params,
    tags, verification_results, versions, webhooks,
};
use crate::Broker;

/// The version of the Pact Broker whose API this is: clients decide by it what they may use.
const COMPATIBLE_WITH: &str = "2.120.0";

type Outcome = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send>>;
type Handler = Box<dyn Fn(Call) -> Outcome + Send + Sync>;

/// What the body of a request may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing is looked at.
    Nothing,
    /// `application/json`.
    Json,
    /// `application/merge-patch+json`.
    MergePatch,
    /// Either.
    JsonOrMergePatch,
}

impl Takes {
    /// The media types that a body may have; none for all of them, as nobody looks at it.
    pub(super) fn media_types(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::Json => &["application/json"],
            Self::MergePatch => &["application/merge-patch+json"],
            Self::JsonOrMergePatch => &["application/json", "application/merge-patch+json"],
        }
    }

    fn allows(self, body_type: Option<&str>) -> bool {
        self == Self::Nothing || body_type.is_some_and(|name| self.media_types().contains(&name))
    }

    /// What to say about a body of another type.
    fn refusal(self, body_type: Option<&str>) -> Failure {
        let wanted = self.media_types().join(" or ");
        let found = body_type.map_or_else(|| "is missing".to_owned(), |found| format!("is '{found}'"));
        let why = format!("The header Content-Type {found}; it has to be {wanted}.");
        Failure::Told(StatusCode::UNSUPPORTED_MEDIA_TYPE, why)
    }
}

/// One thing that can be done at a path.
pub(super) struct Endpoint {
    pub(super) method: Method,
    pub(super) takes: Takes,
    pub(super) gives: &'static [Media],
    handler: Handler,
}

const HAL: &[Media] = &[Media::Hal];
const HAL_OR_JSON: &[Media] = &[Media::Hal, Media::Json];
const HAL_OR_TEXT: &[Media] = &[Media::Hal, Media::Text];
const PACT: &[Media] = &[Media::Hal, Media::Json, Media::Extended];
const JSON: &[Media] = &[Media::Json];
const HTML: &[Media] = &[Media::Html];
const TEXT: &[Media] = &[Media::Text];
const TEXT_OR_HAL: &[Media] = &[Media::Text, Media::Hal];
const CSV: &[Media] = &[Media::Csv];
const HTML_ONLY: &[Media] = &[Media::Html];
const SVG: &[Media] = &[Media::Svg];
const GRAPH_OR_HAL: &[Media] = &[Media::Graphviz, Media::Hal];
const RESULT: &[Media] = &[Media::Hal, Media::Json, Media::Extended];

fn endpoint<F, R>(method: Method, takes: Takes, gives: &'static [Media], handler: F) -> Endpoint
where
    F: Fn(Call) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Failure>> + Send + 'static,
{
    Endpoint { method, takes, gives, handler: Box::new(move |call| Box::pin(handler(call))) }
}

/// `rows! { "/path" => GET HAL handler, POST(Json) HAL handler; ... }`
macro_rules! rows {
    ($($path:literal => $($method:ident $(($takes:ident))? $gives:ident $handler:expr),+;)+) => {
        vec![$(($path, vec![$(
            endpoint(Method::$method, rows!(@takes $($takes)?), $gives, $handler)
        ),+])),+]
    };
    (@takes) => { Takes::Nothing };
    (@takes $takes:ident) => { Takes::$takes };
}

#[expect(clippy::too_many_lines, reason = "it is a table: one entry for each path")]
pub(super) fn table() -> Vec<(&'static str, Vec<Endpoint>)> {
    rows! {
        "/" => GET HAL_OR_JSON index::read;
        "/openapi.json" => GET JSON openapi::document;
        "/openapi" => GET HTML openapi::page;
        "/diagnostic/status/heartbeat" => GET HAL diagnostics::heartbeat;
        "/diagnostic/status/dependencies" => GET HAL diagnostics::dependencies;

        "/contracts/publish" => POST(Json) HAL contracts::publish;
        "/pacts/latest" => GET HAL pacts::lists::latest_of_all;
        "/pacts/provider/{provider}" => GET HAL pacts::lists::all;
        "/pacts/provider/{provider}/latest" => GET HAL pacts::lists::latest;
        "/pacts/provider/{provider}/latest/{tag}" => GET HAL pacts::lists::latest_tagged;
        "/pacts/provider/{provider}/tag/{tag}" => GET HAL pacts::lists::tagged;
        "/pacts/provider/{provider}/branch" => GET HAL pacts::lists::main_branch;
        "/pacts/provider/{provider}/branch/latest" => GET HAL pacts::lists::latest_main_branch;
        "/pacts/provider/{provider}/branch/{branch}" => GET HAL pacts::lists::branch;
        "/pacts/provider/{provider}/branch/{branch}/latest" => GET HAL pacts::lists::latest_branch;
        "/pacts/provider/{provider}/provider-states" => GET HAL_OR_JSON pacts::provider_states::all;
        "/pacts/provider/{provider}/provider-states/branch/{branch}" =>
            GET HAL_OR_JSON pacts::provider_states::branch;
        "/pacts/provider/{provider}/provider-states/environment/{environment}" =>
            GET HAL_OR_JSON pacts::provider_states::environment;
        "/pacts/provider/{provider}/for-verification" =>
            GET HAL pacts::for_verification::read, POST(Json) HAL pacts::for_verification::ask;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}" =>
            GET PACT pacts::read, PUT(Json) PACT pacts::put, DELETE HAL pacts::remove, PATCH(Json) PACT pacts::merge;
        "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}" =>
            GET PACT pacts::read, PUT(Json) PACT pacts::put, DELETE HAL pacts::remove, PATCH(Json) PACT pacts::merge;
        "/pact/provider/{provider}/consumer/{consumer}/version/{version}" =>
            GET PACT pacts::read, PUT(Json) PACT pacts::put, DELETE HAL pacts::remove, PATCH(Json) PACT pacts::merge;
        "/pact/provider/{provider}/consumer/{consumer}/latest" => GET PACT pacts::latest;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks" =>
            GET HAL pacts::triggered_webhooks;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks" =>
            GET HAL verification_results::triggered_webhooks;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct" =>
            GET PACT pacts::previous_distinct;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct" =>
            GET TEXT pacts::diff::previous_distinct;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}" =>
            GET TEXT pacts::diff::version;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}" =>
            GET TEXT pacts::diff::content;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/previous-distinct" =>
            GET TEXT pacts::diff::content_previous_distinct;
        "/pacts/provider/{provider}/consumer/{consumer}/latest" => GET PACT pacts::latest;
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}" => GET PACT pacts::latest_tagged;
        "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged" => GET PACT pacts::latest_untagged;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest" => GET PACT pacts::latest_of_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/versions" =>
            GET HAL pacts::versions::all, DELETE HAL pacts::versions::remove_all;
        "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}" =>
            GET HAL pacts::versions::tagged, DELETE HAL pacts::versions::remove_tagged;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}" =>
            GET HAL pacts::versions::branch, DELETE HAL pacts::versions::remove_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/versions" => GET HAL pacts::versions::main_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions" =>
            GET HAL pacts::versions::latest_main_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions" =>
            GET HAL pacts::versions::latest_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}" => GET PACT pacts::by_content;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}" =>
            GET PACT pacts::by_content;

        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results" =>
            POST(Json) HAL verification_results::record;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results" =>
            POST(Json) HAL verification_results::record;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest" =>
            GET RESULT verification_results::latest_of_content;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}" =>
            GET RESULT verification_results::read, DELETE HAL verification_results::remove;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}" =>
            GET RESULT verification_results::read, DELETE HAL verification_results::remove;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/interactions" =>
            GET HAL_OR_JSON verification_results::interactions::of_result;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}/interactions" =>
            GET HAL_OR_JSON verification_results::interactions::of_result;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest" =>
            GET RESULT verification_results::latest_of_version;
        "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest" =>
            GET RESULT verification_results::latest_of_latest;
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest" =>
            GET RESULT verification_results::latest_of_tagged;
        "/verification-results/consumer/{consumer}/version/{version}/latest" =>
            GET HAL verification_results::of_consumer_version;

        "/pacticipants" => GET HAL_OR_JSON participants::list, POST(Json) HAL participants::create;
        "/pacticipants/label/{label}" => GET HAL participants::with_label;
        "/pacticipants/{pacticipant}" =>
            GET HAL_OR_JSON participants::read, PUT(Json) HAL participants::replace,
            PATCH(JsonOrMergePatch) HAL participants::change, DELETE HAL participants::remove;
        "/pacticipants/{pacticipant}/labels/{label}" =>
            GET HAL participants::labels::read, PUT(Json) HAL participants::labels::add,
            DELETE HAL participants::labels::remove;
        "/labels" => GET HAL participants::labels::list;

        "/pacticipants/{pacticipant}/versions" => GET HAL versions::list;
        "/pacticipants/{pacticipant}/versions/{version}" =>
            GET HAL_OR_JSON versions::read, PUT(Json) HAL versions::put, PATCH(MergePatch) HAL versions::change,
            DELETE HAL versions::remove;
        "/pacticipants/{pacticipant}/latest-version" => GET HAL_OR_JSON versions::latest;
        "/pacticipants/{pacticipant}/latest-version/{tag}" => GET HAL_OR_JSON versions::latest_tagged;
        "/pacticipants/{pacticipant}/tags/{tag}/versions" => GET HAL versions::tagged;
        "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}" =>
            GET HAL tags::read, PUT(Json) HAL tags::add, DELETE HAL tags::remove;
        "/pacticipants/{pacticipant}/environments/{uuid}/versions" => GET HAL versions::in_environment;
        "/pacticipants/{pacticipant}/branches" => GET HAL branches::list, DELETE HAL branches::remove_others;
        "/pacticipants/{pacticipant}/branches/{branch}" => GET HAL branches::read, DELETE HAL branches::remove;
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version" => GET HAL_OR_JSON branches::latest_version;
        "/pacticipants/{pacticipant}/branches/{branch}/versions" => GET HAL branches::versions;
        "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}" =>
            GET HAL branches::read_version, PUT(Json) HAL branches::add_version, DELETE HAL branches::remove_version;

        "/environments" => GET HAL environments::list, POST(Json) HAL environments::create;
        "/environments/{uuid}" =>
            GET HAL environments::read, PUT(Json) HAL environments::replace, DELETE HAL environments::remove;
        "/environments/{uuid}/versions" => GET HAL environments::versions;
        "/environments/{uuid}/deployed-versions/currently-deployed" => GET HAL deployments::deployed_now;
        "/environments/{uuid}/released-versions/currently-supported" => GET HAL deployments::supported_now;
        "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{uuid}" =>
            GET HAL deployments::deployed_of_version, POST(Json) HAL deployments::deploy;
        "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{uuid}" =>
            GET HAL deployments::released_of_version, POST(Json) HAL deployments::release;
        "/deployed-versions/{uuid}" => GET HAL deployments::read_deployed, PATCH(MergePatch) HAL deployments::change_deployed;
        "/released-versions/{uuid}" => GET HAL deployments::read_released, PATCH(MergePatch) HAL deployments::change_released;

        "/pacts/provider/{provider}/consumer/{consumer}/latest/badge" => GET SVG badges::latest;
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge" => GET SVG badges::latest_tagged;
        "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge" => GET SVG badges::latest_untagged;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/badge" => GET SVG badges::branch;
        "/matrix/provider/{provider}/latest/{provider_tag}/consumer/{consumer}/latest/{tag}/badge" =>
            GET SVG badges::matrix;
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge" =>
            GET SVG badges::decisions::can_i_deploy_to_tag;
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge" =>
            GET SVG badges::decisions::can_i_deploy_to_environment;
        "/pacticipants/{pacticipant}/main-branch/can-i-merge/badge" => GET SVG badges::decisions::can_i_merge;

        "/events" => GET HAL_OR_JSON events::list;
        "/dashboard" => GET HAL_OR_TEXT dashboard::all;
        "/dashboard/provider/{provider}/consumer/{consumer}" => GET HAL_OR_TEXT dashboard::of_pair;
        "/integrations" => GET GRAPH_OR_HAL integrations::list, DELETE HAL integrations::remove_all;
        "/integrations/provider/{provider}/consumer/{consumer}" => DELETE HAL integrations::remove;
        "/ui/relationships" => GET HAL integrations::list;
        "/pacticipants/{pacticipant}/network" => GET HAL integrations::network;
        "/doc/{rel}" => GET HTML_ONLY docs::relation;
        "/hal-browser/browser.html" => GET HTML_ONLY docs::browser;
        "/relationships" => GET CSV network::relationships;
        "/groups/{pacticipant}" => GET CSV network::group;
        "/webhooks" => GET HAL webhooks::list, POST(Json) HAL webhooks::create;
        "/webhooks/execute" => POST(Json) HAL webhooks::execute::given;
        "/webhooks/{uuid}" => GET HAL webhooks::read, PUT(Json) HAL webhooks::put, DELETE HAL webhooks::remove;
        "/webhooks/{uuid}/execute" => POST HAL webhooks::execute::known;
        "/webhooks/provider/{provider}" => GET HAL webhooks::list, POST(Json) HAL webhooks::create;
        "/webhooks/provider/{provider}/status" => GET HAL webhooks::triggered::status;
        "/webhooks/consumer/{consumer}" => GET HAL webhooks::list, POST(Json) HAL webhooks::create;
        "/webhooks/consumer/{consumer}/status" => GET HAL webhooks::triggered::status;
        "/webhooks/provider/{provider}/consumer/{consumer}" =>
            GET HAL webhooks::list, POST(Json) HAL webhooks::create;
        "/webhooks/provider/{provider}/consumer/{consumer}/status" => GET HAL webhooks::triggered::status;
        "/pacts/provider/{provider}/consumer/{consumer}/webhooks" =>
            GET HAL webhooks::list, POST(Json) HAL webhooks::create;
        "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status" => GET HAL webhooks::triggered::status;
        "/triggered-webhooks/{uuid}/logs" => GET TEXT_OR_HAL webhooks::triggered::logs;

        "/metrics" => GET HAL_OR_JSON metrics::read;

        "/matrix" => GET HAL_OR_TEXT matrix::read;
        "/matrix/provider/{provider}/consumer/{consumer}" => GET HAL_OR_TEXT matrix::of_pair;
        "/can-i-deploy" => GET HAL_OR_TEXT matrix::can_i_deploy::version;
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}" =>
            GET HAL_OR_TEXT matrix::can_i_deploy::tagged;
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}" =>
            GET HAL_OR_TEXT matrix::can_i_deploy::branch;
    }
}

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
    let mut routes = Router::new();
    for (path, endpoints) in table() {
        let endpoints = Arc::new(endpoints);
        let broker = broker.clone();
        let answer = move |variables: Variables, request: Request| {
            answer(broker.clone(), endpoints.clone(), variables, request)
        };
        routes = routes.route(path, any(answer));
    }
    let unknown = {
        let broker = broker.clone();
        move |request: Request| async move { refuse(&broker, &request, Failure::NotFound) }
    };
    let routes = routes.fallback(unknown);
    // Paths are looked at, and put right, before they are looked up.
    Router::new().fallback(move |request: Request| enter(broker.clone(), routes.clone(), request))
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

fn paths(broker: &Broker, headers: &HeaderMap, uri: &Uri) -> Paths {
    Paths { base: base_url(&broker.config().http.base_urls, headers, uri) }
}

fn refuse(broker: &Broker, request: &Request, failure: Failure) -> Response<Body> {
    let base = paths(broker, request.headers(), request.uri()).base;
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
    let mut response = answer.into_response(&media.content_type());
    let headers = response.headers_mut();
    headers.insert("x-pact-broker-version", HeaderValue::from_static(COMPATIBLE_WITH));
    headers.insert("x-pactwright-version", HeaderValue::from_static(env!("CARGO_PKG_VERSION")));
    headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
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
    endpoints: Arc<Vec<Endpoint>>,
    variables: Variables,
    request: Request,
) -> Response<Body> {
    let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
    if method == Method::OPTIONS {
        let methods = header::ACCESS_CONTROL_ALLOW_METHODS;
        let answer = Answer::empty(StatusCode::OK).header(methods, allowed(&endpoints));
        return finish(answer.header(header::ALLOW, allowed(&endpoints)), Media::Hal, &method, "");
    }
    let Some(endpoint) = endpoints.iter().find(|endpoint| endpoint.method == method) else {
        let allowed = allowed(&endpoints);
        let why = format!("{method} cannot be done here; what can be done is {allowed}.");
        let base = paths(&broker, request.headers(), request.uri()).base;
        let answer = Failure::Told(StatusCode::METHOD_NOT_ALLOWED, why).into_answer(request.headers(), &base);
        return finish(answer.header(header::ALLOW, allowed), Media::Hal, &method, &base);
    };
    let (parts, body) = request.into_parts();
    let paths = paths(&broker, &parts.headers, &parts.uri);
    let base = paths.base.clone();
    let page = method == Method::GET && media::wants_page(&parts.headers);
    let media = match endpoint.gives {
        // An image is shown in other people's pages: whatever they accept, it is better than nothing.
        [Media::Svg] => Some(Media::Svg),
        gives if page && gives.contains(&Media::Hal) => Some(Media::Html),
        gives => media::negotiate(&parts.headers, gives),
    };
    let outcome = async {
        let media = media.ok_or_else(|| not_acceptable(endpoint.gives))?;
        let body_type = media::body_type(&parts.headers);
        if !endpoint.takes.allows(body_type.as_deref()) {
            return Err(endpoint.takes.refusal(body_type.as_deref()));
        }
        let mut variables = decoded(variables)?;
        let body = collect(body, broker.config().http.body_limit).await?;
        let query = Params::parse(parts.uri.query().unwrap_or_default());
        let state = match events::time(&query, "asOf")? {
            Some(moment) if method == Method::GET => broker.state_at(moment).await?,
            _ => broker.state(),
        };
        if broker.config().http.names_in_any_case {
            canonical::variables(&state, &mut variables);
        }
        let target = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
        let call = Call { broker, state, variables, query, body, paths, target, media };
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

/// How long a client may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);

async fn collect(body: Body, limit: usize) -> Result<Bytes, Failure> {
    let collected = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, limit).collect()).await;
    let Ok(collected) = collected else {
        let sentence = format!("The request body did not come within {} seconds.", BODY_TIMEOUT.as_secs());
        return Err(Failure::Told(StatusCode::REQUEST_TIMEOUT, sentence));
    };
    match collected {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Failure::Told(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The request body is larger than the limit of {limit} bytes."),
        )),
        Err(error) => Err(Failure::bad_request(format!("The request body could not be read: {error}"))),
    }
}
