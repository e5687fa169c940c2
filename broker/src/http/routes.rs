//! All routes, as a table.

use std::{future::Future, pin::Pin};

use http::{Method, StatusCode};

use super::{
    access::{
        needs::{self, Needs},
        owners, people, tokens,
    },
    answer::Answer,
    badges, branches,
    call::Call,
    contracts, dashboard, deployments, diagnostics, docs, environments,
    errors::Failure,
    events, health, housekeeping, index, integrations, matrix,
    media::Media,
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
    /// What whoever asks has to be allowed.
    pub(super) needs: Needs,
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

fn endpoint<F, R>(method: Method, takes: Takes, needs: Needs, gives: &'static [Media], handler: F) -> Endpoint
where
    F: Fn(Call) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Failure>> + Send + 'static,
{
    Endpoint { method, takes, needs, gives, handler: Box::new(move |call| Box::pin(handler(call))) }
}

/// `rows! { "/path" => GET NEEDS HAL handler, POST(Json) NEEDS HAL handler; ... }`, where `NEEDS` is one of those in
/// `access/needs.rs`: what whoever asks has to be allowed.
macro_rules! rows {
    ($($path:literal => $($method:ident $(($takes:ident))? $needs:ident $gives:ident $handler:expr),+;)+) => {
        vec![$(($path, vec![$(
            endpoint(Method::$method, rows!(@takes $($takes)?), needs::$needs, $gives, $handler)
        ),+])),+]
    };
    (@takes) => { Takes::Nothing };
    (@takes $takes:ident) => { Takes::$takes };
}

#[expect(clippy::too_many_lines, reason = "it is a table: one entry for each path")]
pub(super) fn table() -> Vec<(&'static str, Vec<Endpoint>)> {
    rows! {
        "/" => GET READ HAL_OR_JSON index::read;
        "/openapi.json" => GET READ JSON openapi::document;
        "/openapi" => GET READ HTML openapi::page;
        "/diagnostic/status/heartbeat" => GET HEARTBEAT HAL diagnostics::heartbeat;
        "/diagnostic/status/dependencies" => GET READ HAL diagnostics::dependencies;
        "/health/live" => GET PUBLIC JSON_OR_HAL health::live;
        "/health/ready" => GET PUBLIC JSON_OR_HAL health::ready;

        "/contracts/publish" => POST(Json) PUBLISH_BODY HAL contracts::publish;
        "/pacts/latest" => GET READ HAL pacts::lists::latest_of_all;
        "/pacts/provider/{provider}" => GET READ HAL pacts::lists::all;
        "/pacts/provider/{provider}/latest" => GET READ HAL pacts::lists::latest;
        "/pacts/provider/{provider}/latest/{tag}" => GET READ HAL pacts::lists::latest_tagged;
        "/pacts/provider/{provider}/tag/{tag}" => GET READ HAL pacts::lists::tagged;
        "/pacts/provider/{provider}/branch" => GET READ HAL pacts::lists::main_branch;
        "/pacts/provider/{provider}/branch/latest" => GET READ HAL pacts::lists::latest_main_branch;
        "/pacts/provider/{provider}/branch/{branch}" => GET READ HAL pacts::lists::branch;
        "/pacts/provider/{provider}/branch/{branch}/latest" => GET READ HAL pacts::lists::latest_branch;
        "/pacts/provider/{provider}/provider-states" => GET READ HAL_OR_JSON pacts::provider_states::all;
        "/pacts/provider/{provider}/provider-states/branch/{branch}" =>
            GET READ HAL_OR_JSON pacts::provider_states::branch;
        "/pacts/provider/{provider}/provider-states/environment/{environment}" =>
            GET READ HAL_OR_JSON pacts::provider_states::environment;
        "/pacts/provider/{provider}/for-verification" =>
            GET READ HAL pacts::for_verification::read, POST(Json) READ HAL pacts::for_verification::ask;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}" =>
            GET READ PACT pacts::read, PUT(Json) PUBLISH_CONSUMER PACT pacts::put, DELETE REMOVE_CONSUMER HAL pacts::remove, PATCH(Json) PUBLISH_CONSUMER PACT pacts::merge;
        "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}" =>
            GET READ PACT pacts::read, PUT(Json) PUBLISH_CONSUMER PACT pacts::put, DELETE REMOVE_CONSUMER HAL pacts::remove, PATCH(Json) PUBLISH_CONSUMER PACT pacts::merge;
        "/pact/provider/{provider}/consumer/{consumer}/version/{version}" =>
            GET READ PACT pacts::read, PUT(Json) PUBLISH_CONSUMER PACT pacts::put, DELETE REMOVE_CONSUMER HAL pacts::remove, PATCH(Json) PUBLISH_CONSUMER PACT pacts::merge;
        "/pact/provider/{provider}/consumer/{consumer}/latest" => GET READ PACT pacts::latest;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks" =>
            GET READ HAL pacts::triggered_webhooks;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks" =>
            GET READ HAL verification_results::triggered_webhooks;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct" =>
            GET READ PACT pacts::previous_distinct;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct" =>
            GET READ TEXT pacts::diff::previous_distinct;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/version/{other}" =>
            GET READ TEXT pacts::diff::version;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/pact-version/{other}" =>
            GET READ TEXT pacts::diff::content;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/diff/previous-distinct" =>
            GET READ TEXT pacts::diff::content_previous_distinct;
        "/pacts/provider/{provider}/consumer/{consumer}/latest" => GET READ PACT pacts::latest;
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}" => GET READ PACT pacts::latest_tagged;
        "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged" => GET READ PACT pacts::latest_untagged;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest" => GET READ PACT pacts::latest_of_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/versions" =>
            GET READ HAL pacts::versions::all, DELETE REMOVE_CONSUMER HAL pacts::versions::remove_all;
        "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}" =>
            GET READ HAL pacts::versions::tagged, DELETE REMOVE_CONSUMER HAL pacts::versions::remove_tagged;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}" =>
            GET READ HAL pacts::versions::branch, DELETE REMOVE_CONSUMER HAL pacts::versions::remove_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/versions" => GET READ HAL pacts::versions::main_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions" =>
            GET READ HAL pacts::versions::latest_main_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions" =>
            GET READ HAL pacts::versions::latest_branch;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}" => GET READ PACT pacts::by_content;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}" =>
            GET READ PACT pacts::by_content;

        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results" =>
            POST(Json) VERIFY HAL verification_results::record;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results" =>
            POST(Json) VERIFY HAL verification_results::record;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/latest" =>
            GET READ RESULT verification_results::latest_of_content;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}" =>
            GET READ RESULT verification_results::read, DELETE REMOVE_RESULT HAL verification_results::remove;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}" =>
            GET READ RESULT verification_results::read, DELETE REMOVE_RESULT HAL verification_results::remove;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/interactions" =>
            GET READ HAL_OR_JSON verification_results::interactions::of_result;
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/metadata/{metadata}/verification-results/{number}/interactions" =>
            GET READ HAL_OR_JSON verification_results::interactions::of_result;
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/verification-results/latest" =>
            GET READ RESULT verification_results::latest_of_version;
        "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest" =>
            GET READ RESULT verification_results::latest_of_latest;
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest" =>
            GET READ RESULT verification_results::latest_of_tagged;
        "/verification-results/consumer/{consumer}/version/{version}/latest" =>
            GET READ HAL verification_results::of_consumer_version;

        "/pacticipants" => GET READ HAL_OR_JSON participants::list, POST(Json) PUBLISH_BODY HAL participants::create;
        "/pacticipants/label/{label}" => GET READ HAL participants::with_label;
        "/pacticipants/{pacticipant}" =>
            GET READ HAL_OR_JSON participants::read, PUT(Json) PUBLISH HAL participants::replace,
            PATCH(JsonOrMergePatch) PUBLISH HAL participants::change, DELETE REMOVE_PARTICIPANT HAL participants::remove;
        "/pacticipants/{pacticipant}/labels/{label}" =>
            GET READ HAL participants::labels::read, PUT(Json) PUBLISH HAL participants::labels::add,
            DELETE REMOVE HAL participants::labels::remove;
        "/labels" => GET READ HAL participants::labels::list;

        "/pacticipants/{pacticipant}/versions" => GET READ HAL versions::list;
        "/pacticipants/{pacticipant}/versions/{version}" =>
            GET READ HAL_OR_JSON versions::read, PUT(Json) PUBLISH HAL versions::put, PATCH(MergePatch) PUBLISH HAL versions::change,
            DELETE REMOVE HAL versions::remove;
        "/pacticipants/{pacticipant}/latest-version" => GET READ HAL_OR_JSON versions::latest;
        "/pacticipants/{pacticipant}/latest-version/{tag}" => GET READ HAL_OR_JSON versions::latest_tagged;
        "/pacticipants/{pacticipant}/tags/{tag}/versions" => GET READ HAL versions::tagged;
        "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}" =>
            GET READ HAL tags::read, PUT(Json) TAG HAL tags::add, DELETE REMOVE HAL tags::remove;
        "/pacticipants/{pacticipant}/environments/{uuid}/versions" => GET READ HAL versions::in_environment;
        "/pacticipants/{pacticipant}/branches" => GET READ HAL branches::list, DELETE REMOVE HAL branches::remove_others;
        "/pacticipants/{pacticipant}/branches/{branch}" => GET READ HAL branches::read, DELETE REMOVE HAL branches::remove;
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version" => GET READ HAL_OR_JSON branches::latest_version;
        "/pacticipants/{pacticipant}/branches/{branch}/versions" => GET READ HAL branches::versions;
        "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}" =>
            GET READ HAL branches::read_version, PUT(Json) PUBLISH HAL branches::add_version, DELETE REMOVE HAL branches::remove_version;

        "/environments" => GET READ HAL environments::list, POST(Json) CREATE_ENVIRONMENT HAL environments::create;
        "/environments/{uuid}" =>
            GET READ HAL environments::read, PUT(Json) ENVIRONMENT HAL environments::replace, DELETE REMOVE_ENVIRONMENT HAL environments::remove;
        "/environments/{uuid}/versions" => GET READ HAL environments::versions;
        "/environments/{uuid}/deployed-versions/currently-deployed" => GET READ HAL deployments::deployed_now;
        "/environments/{uuid}/released-versions/currently-supported" => GET READ HAL deployments::supported_now;
        "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{uuid}" =>
            GET READ HAL deployments::deployed_of_version, POST(Json) DEPLOY HAL deployments::deploy;
        "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{uuid}" =>
            GET READ HAL deployments::released_of_version, POST(Json) DEPLOY HAL deployments::release;
        "/deployed-versions/{uuid}" => GET READ HAL deployments::read_deployed, PATCH(MergePatch) DEPLOYMENT HAL deployments::change_deployed;
        "/released-versions/{uuid}" => GET READ HAL deployments::read_released, PATCH(MergePatch) RELEASE HAL deployments::change_released;

        "/pacts/provider/{provider}/consumer/{consumer}/latest/badge" => GET BADGE SVG badges::latest;
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge" => GET BADGE SVG badges::latest_tagged;
        "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge" => GET BADGE SVG badges::latest_untagged;
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/badge" => GET BADGE SVG badges::branch;
        "/matrix/provider/{provider}/latest/{provider_tag}/consumer/{consumer}/latest/{tag}/badge" =>
            GET BADGE SVG badges::matrix;
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge" =>
            GET BADGE SVG badges::decisions::can_i_deploy_to_tag;
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge" =>
            GET BADGE SVG badges::decisions::can_i_deploy_to_environment;
        "/pacticipants/{pacticipant}/main-branch/can-i-merge/badge" => GET BADGE SVG badges::decisions::can_i_merge;

        "/clean-up" => POST(Json) OPERATE HAL housekeeping::clean_up;
        "/events" => GET AUDIT HAL_OR_JSON events::list;
        "/dashboard" => GET READ HAL_OR_TEXT dashboard::all;
        "/dashboard/provider/{provider}/consumer/{consumer}" => GET READ HAL_OR_TEXT dashboard::of_pair;
        "/integrations" => GET READ GRAPH_OR_HAL integrations::list, DELETE OPERATE HAL integrations::remove_all;
        "/integrations/provider/{provider}/consumer/{consumer}" => DELETE REMOVE_PAIR HAL integrations::remove;
        "/ui/relationships" => GET READ HAL integrations::list;
        "/pacticipants/{pacticipant}/network" => GET READ HAL integrations::network;
        "/doc/{rel}" => GET READ HTML_ONLY docs::relation;
        "/hal-browser/browser.html" => GET READ HTML_ONLY docs::browser;
        "/relationships" => GET READ CSV network::relationships;
        "/groups/{pacticipant}" => GET READ CSV network::group;
        "/webhooks" => GET READ HAL webhooks::list, POST(Json) WEBHOOK_BODY HAL webhooks::create;
        "/webhooks/dead-letters" => GET READ HAL webhooks::dead_letters::list;
        "/webhooks/execute" => POST(Json) WEBHOOK_BODY HAL webhooks::execute::given;
        "/webhooks/{uuid}" => GET READ_WEBHOOK HAL webhooks::read, PUT(Json) WEBHOOK_BODY HAL webhooks::put, DELETE WEBHOOK HAL webhooks::remove;
        "/webhooks/{uuid}/execute" => POST WEBHOOK HAL webhooks::execute::known;
        "/webhooks/{uuid}/retry" => POST WEBHOOK HAL webhooks::dead_letters::retry_all;
        "/webhooks/provider/{provider}" => GET READ HAL webhooks::list, POST(Json) WEBHOOK_BODY HAL webhooks::create;
        "/webhooks/provider/{provider}/status" => GET READ HAL webhooks::triggered::status;
        "/webhooks/consumer/{consumer}" => GET READ HAL webhooks::list, POST(Json) WEBHOOK_BODY HAL webhooks::create;
        "/webhooks/consumer/{consumer}/status" => GET READ HAL webhooks::triggered::status;
        "/webhooks/provider/{provider}/consumer/{consumer}" =>
            GET READ HAL webhooks::list, POST(Json) WEBHOOK_BODY HAL webhooks::create;
        "/webhooks/provider/{provider}/consumer/{consumer}/status" => GET READ HAL webhooks::triggered::status;
        "/pacts/provider/{provider}/consumer/{consumer}/webhooks" =>
            GET READ HAL webhooks::list, POST(Json) WEBHOOK_BODY HAL webhooks::create;
        "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status" => GET READ HAL webhooks::triggered::status;
        "/triggered-webhooks/{uuid}/retry" => POST RETRY_DELIVERY HAL webhooks::dead_letters::retry;
        "/triggered-webhooks/{uuid}/logs" => GET READ_DELIVERY TEXT_OR_HAL webhooks::triggered::logs;

        "/access/me" => GET READ HAL_OR_JSON people::me;
        "/access/teams" => GET READ HAL_OR_JSON people::list_teams;
        "/access/teams/{team}" =>
            GET READ HAL_OR_JSON people::read_team, PUT(Json) TEAM HAL people::save_team,
            DELETE USERS HAL people::remove_team;
        "/access/teams/{team}/members/{user}" =>
            PUT(Json) TEAM HAL people::save_member, DELETE TEAM HAL people::remove_member;
        "/access/users" => GET USERS HAL_OR_JSON people::list_users;
        "/access/users/{user}" =>
            GET USERS HAL_OR_JSON people::read_user, PUT(Json) USER_BODY HAL people::save_user,
            DELETE USERS HAL people::remove_user;
        "/access/tokens" => GET TOKENS HAL_OR_JSON tokens::list, POST(Json) TOKEN_BODY HAL tokens::create;
        "/access/tokens/{uuid}" => GET TOKEN HAL_OR_JSON tokens::read, DELETE REVOKE HAL tokens::revoke;
        "/pacticipants/{pacticipant}/owner" =>
            GET READ HAL_OR_JSON owners::read_participant, PUT(Json) OWNER HAL owners::save_participant,
            DELETE OWNER HAL owners::remove_participant;
        "/environments/{uuid}/owner" =>
            GET READ HAL_OR_JSON owners::read_environment, PUT(Json) ENVIRONMENT_OWNER HAL owners::save_environment,
            DELETE ENVIRONMENT_OWNER HAL owners::remove_environment;

        "/metrics" => GET READ HAL_OR_JSON metrics::read;
        "/metrics/prometheus" => GET READ MEASURES health::prometheus;

        "/matrix" => GET READ HAL_OR_TEXT matrix::read;
        "/matrix/provider/{provider}/consumer/{consumer}" => GET READ HAL_OR_TEXT matrix::of_pair;
        "/can-i-deploy" => GET READ HAL_OR_TEXT matrix::can_i_deploy::version;
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}" =>
            GET READ HAL_OR_TEXT matrix::can_i_deploy::tagged;
        "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}" =>
            GET READ HAL_OR_TEXT matrix::can_i_deploy::branch;
    }
}
