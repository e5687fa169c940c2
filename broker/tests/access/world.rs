//! Who asks, what for, and what there is to ask about.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pactwright_broker::{
    Config,
    config::Hidden,
    domain::commands::{AttemptOutcome, RecordAttempt},
};
use serde_json::{Value, json};

use crate::support::{App, Found, JSON, pact, path};

pub(crate) const ADMIN: &str = "0123456789abcdef0123456789abcdef";

/// A broker that has an administrator's token.
pub(crate) fn asking() -> App {
    let mut config = Config::default();
    config.access.admin_token = Some(Hidden::new(ADMIN));
    App::new(config)
}

pub(crate) fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// A request by somebody; nobody where there is no authorization.
pub(crate) async fn ask(
    app: &App,
    authorization: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Found {
    let body = body.map(Value::to_string);
    let mut headers = Vec::new();
    if !authorization.is_empty() {
        headers.push(("authorization", authorization));
    }
    if body.is_some() {
        let kind = if method == "PATCH" { "application/merge-patch+json" } else { JSON };
        headers.push(("content-type", kind));
    }
    app.ask(method, path, &headers, body.unwrap_or_default().as_bytes()).await
}

/// A request by the administrator, which has to be done.
pub(crate) async fn tell(app: &App, method: &str, path: &str, body: &Value) -> Value {
    tell_as(app, &bearer(ADMIN), method, path, body).await
}

pub(crate) async fn tell_as(app: &App, authorization: &str, method: &str, path: &str, body: &Value) -> Value {
    let found = ask(app, authorization, method, path, Some(body)).await;
    assert!(found.status < 300, "{method} {path} {body}: {} {}", found.status, found.text);
    found.json()
}

/// The authorization of a new token.
pub(crate) async fn token(app: &App, name: &str, grants: Value) -> String {
    let made = tell(app, "POST", "/access/tokens", &json!({ "name": name, "grants": grants })).await;
    bearer(made["token"].as_str().unwrap())
}

pub(crate) fn publication(consumer: &str, version: &str, provider: &str) -> Value {
    json!({
        "pacticipantName": consumer, "pacticipantVersionNumber": version, "branch": "main",
        "contracts": [{
            "consumerName": consumer, "providerName": provider, "specification": "pact",
            "contentType": JSON, "content": STANDARD.encode(pact(&["a"]).to_string()),
        }],
    })
}

/// The teams web and orders, with a contract between what they own, a result and a deployment; and by whom requests come.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) callers: Vec<(&'static str, String)>,
    pub(crate) environment: String,
    deployment: String,
    release: String,
    pub(crate) sha: String,
    pub(crate) webhook: String,
    pub(crate) delivery: String,
    pub(crate) token: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let app = asking();
        let mut callers = vec![("nobody", String::new())];
        for team in ["web", "orders"] {
            tell(&app, "PUT", &format!("/access/teams/{team}"), &json!({})).await;
        }
        for (name, team, role) in [
            ("web viewer", "web", "viewer"),
            ("web contributor", "web", "contributor"),
            ("web deployer", "web", "deployer"),
            ("web admin", "web", "admin"),
            ("orders contributor", "orders", "contributor"),
            ("orders admin", "orders", "admin"),
        ] {
            callers.push((name, token(&app, name, json!([{ "team": team, "role": role }])).await));
        }
        for (name, role) in [("viewer everywhere", "viewer"), ("admin everywhere", "admin")] {
            callers.push((name, token(&app, name, json!([{ "everywhere": true, "role": role }])).await));
        }
        let by = |name: &str| callers.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        tell_as(
            &app,
            &by("web contributor"),
            "POST",
            "/contracts/publish",
            &publication("web", "1", "orders"),
        )
        .await;
        let pact = "/pacts/provider/orders/consumer/web/version/1";
        let contract = ask(&app, &by("web viewer"), "GET", pact, None).await.json();
        let results = path(&contract, "pb:publish-verification-results");
        let sha = results.split('/').nth(7).unwrap().to_owned();
        let result = json!({ "success": true, "providerApplicationVersion": "9" });
        tell_as(&app, &by("orders contributor"), "POST", &results, &result).await;
        let environment = json!({ "name": "test", "production": false });
        let environment = tell_as(&app, &by("web admin"), "POST", "/environments", &environment).await;
        let environment = environment["uuid"].as_str().unwrap().to_owned();
        let deploy = format!("/pacticipants/web/versions/1/deployed-versions/environment/{environment}");
        let deployed = tell_as(&app, &by("web deployer"), "POST", &deploy, &json!({})).await;
        let deployment = deployed["uuid"].as_str().unwrap().to_owned();
        let release = format!("/pacticipants/web/versions/1/released-versions/environment/{environment}");
        let released = tell_as(&app, &by("web deployer"), "POST", &release, &json!({})).await;
        let release = released["uuid"].as_str().unwrap().to_owned();
        let webhook = json!({
            "consumer": { "name": "web" }, "events": [{ "name": "contract_published" }],
            "request": { "method": "POST", "url": "https://ci.example.org/hook" },
        });
        let webhook = tell_as(&app, &by("web admin"), "POST", "/webhooks", &webhook).await;
        let webhook = webhook["uuid"].as_str().unwrap().to_owned();
        let again = publication("web", "1.1", "orders");
        tell_as(&app, &by("web contributor"), "POST", "/contracts/publish", &again).await;
        let delivery = app.broker().state().triggers().next().unwrap().uuid;
        let (outcome, log) = (AttemptOutcome::Refused, "refused\n".to_owned());
        app.broker().submit(RecordAttempt { trigger: delivery, outcome, log }).await.unwrap();
        let tokens = ask(&app, &bearer(ADMIN), "GET", "/access/tokens", None).await.json();
        let tokens = tokens["tokens"].as_array().unwrap().clone();
        let of_web = tokens.iter().find(|token| token["name"] == "web viewer").unwrap();
        let token = of_web["uuid"].as_str().unwrap().to_owned();
        Self {
            app,
            callers,
            environment,
            deployment,
            release,
            sha,
            webhook,
            delivery: delivery.to_string(),
            token,
        }
    }

    pub(crate) fn by(&self, name: &str) -> &str {
        &self.callers.iter().find(|(known, _)| *known == name).unwrap().1
    }

    /// A path of the description, about what is there.
    pub(crate) fn address(&self, path: &str) -> String {
        let uuid = if path.starts_with("/webhooks/") {
            &self.webhook
        } else if path.starts_with("/triggered-webhooks/") {
            &self.delivery
        } else if path.starts_with("/access/tokens/") {
            &self.token
        } else if path.starts_with("/deployed-versions/") {
            &self.deployment
        } else if path.starts_with("/released-versions/") {
            &self.release
        } else {
            &self.environment
        };
        let mut path = path.replace("{uuid}", uuid).replace("{sha}", &self.sha);
        for (variable, value) in [
            ("pacticipant", "web"),
            ("consumer", "web"),
            ("provider", "orders"),
            ("version", "1"),
            ("other", "1"),
            ("branch", "main"),
            ("team", "web"),
            ("user", "ann"),
            ("number", "1"),
            ("environment", "test"),
        ] {
            path = path.replace(&format!("{{{variable}}}"), value);
        }
        path.split('/')
            .map(|segment| if segment.starts_with('{') { "x" } else { segment })
            .collect::<Vec<_>>()
            .join("/")
    }
}
