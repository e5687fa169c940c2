//! All routes, as a table.

use std::{future::Future, pin::Pin};

use http::{Method, StatusCode};

use super::{
    answer::Answer, badges, branches, call::Call, contracts, dashboard, deployments, diagnostics, docs,
    environments, errors::Failure, events, health, housekeeping, index, integrations, matrix, media::Media,
    metrics, network, openapi, pacts, participants, tags, verification_results, versions, webhooks,
};

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

    pub(super) fn allows(self, body_type: Option<&str>) -> bool {
        self == Self::Nothing || body_type.is_some_and(|name| self.media_types().contains(&name))
    }

    /// What to say about a body of another type.
    pub(super) fn refusal(self, body_type: Option<&str>) -> Failure {
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
    pub(super) handler: Handler,
}

const HAL: &[Media] = &[Media::Hal];
const HAL_OR_JSON: &[Media] = &[Media::Hal, Media::Json];
const HAL_OR_TEXT: &[Media] = &[Media::Hal, Media::Text];
const PACT: &[Media] = &[Media::Hal, Media::Json, Media::Extended];
const JSON_OR_HAL: &[Media] = &[Media::Json, Media::Hal];
const MEASURES: &[Media] = &[Media::OpenMetrics, Media::Text];
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
        "/health/live" => GET JSON_OR_HAL health::live;
        "/health/ready" => GET JSON_OR_HAL health::ready;

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

        "/clean-up" => POST(Json) HAL housekeeping::clean_up;
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
        "/webhooks/dead-letters" => GET HAL webhooks::dead_letters::list;
        "/webhooks/execute" => POST(Json) HAL webhooks::execute::given;
        "/webhooks/{uuid}" => GET HAL webhooks::read, PUT(Json) HAL webhooks::put, DELETE HAL webhooks::remove;
        "/webhooks/{uuid}/execute" => POST HAL webhooks::execute::known;
        "/webhooks/{uuid}/retry" => POST HAL webhooks::dead_letters::retry_all;
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
        "/triggered-webhooks/{uuid}/retry" => POST HAL webhooks::dead_letters::retry;
        "/triggered-webhooks/{uuid}/logs" => GET TEXT_OR_HAL webhooks::triggered::logs;

        "/metrics" => GET HAL_OR_JSON metrics::read;
        "/metrics/prometheus" => GET MEASURES health::prometheus;

        "/matrix" => GET HAL_OR_TEXT matrix::read;
        "/matrix/provider/{provider}/consumer/{consumer}" => GET HAL_OR_TEXT matrix::of_pair;
        "/can-i-deploy" => GET HAL_OR_TEXT matrix::can_i_deploy::version;
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}" =>
            GET HAL_OR_TEXT matrix::can_i_deploy::tagged;
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}" =>
            GET HAL_OR_TEXT matrix::can_i_deploy::branch;
    }
}
