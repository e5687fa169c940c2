//! Who may do what, through the HTTP side.
//!
//! `access.table` says of every route and every role whether it is allowed; the test walks all of it over a
//! socket. When it is meant to change: `cargo test -p pactwright-broker --test access -- --ignored`, and read what
//! changed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests: a failed expectation should stop them"
)]

#[path = "access/credentials.rs"]
mod credentials;
#[path = "access/owners.rs"]
mod owners;
mod support;
#[path = "access/world.rs"]
mod world;

use std::{collections::BTreeSet, fmt::Write as _, future::pending, path::Path};

use pactwright_broker::{Config, http::serve};
use reqwest::{Client, redirect::Policy};
use serde_json::{Value, json};
use support::{App, JSON, pact};
use tokio::{net::TcpListener, task::JoinHandle};
use world::{ADMIN, World, ask, basic, bearer, publication, tell, tell_as, token};

/// What only the body says is asked for with a body; everything else with a header that nothing can be answered to, so that
/// nothing is changed by asking.
fn body_that_counts(method: &str, path: &str) -> Option<Value> {
    match (method, path) {
        ("POST", "/contracts/publish") => Some(publication("web", "1", "orders")),
        ("POST", "/pacticipants") => Some(json!({ "name": "web" })),
        ("POST", "/access/tokens") => {
            Some(json!({ "name": "more", "grants": [{ "team": "web", "role": "viewer" }] }))
        }
        // Where it goes is refused before anything is sent.
        ("POST", "/webhooks/execute") => Some(json!({
            "consumer": { "name": "web" }, "request": { "method": "POST", "url": "https://127.0.0.1/hook" },
        })),
        ("POST" | "PUT", path) if path.contains("webhooks") && !path.contains("{uuid}/") => Some(json!({
            "consumer": { "name": "web" }, "events": [{ "name": "contract_published" }],
            "request": { "method": "POST", "url": "https://ci.example.org/hook" },
        })),
        ("PUT", "/access/users/{user}") => Some(json!({ "password": "correct horse battery staple" })),
        _ => None,
    }
}

/// The broker of a world, on a socket.
struct Running {
    url: String,
    client: Client,
    serving: JoinHandle<()>,
}

impl Running {
    async fn with(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(serve(world.app.broker().clone(), listener, pending()));
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { url, client, serving }
    }

    /// Whether somebody is let through to what a route does.
    async fn verdict(&self, world: &World, authorization: &str, method: &str, path: &str) -> &'static str {
        let url = format!("{}{}", self.url, world.address(path));
        let mut request = self.client.request(method.parse().unwrap(), url);
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        request = match body_that_counts(method, path) {
            Some(body) => request.header("content-type", JSON).body(body.to_string()),
            None => request.header("accept", "application/x-nothing"),
        };
        let found = request.send().await.unwrap();
        match found.status().as_u16() {
            401 => "who?",
            403 => "no",
            status if status < 500 => "yes",
            status => panic!("{method} {path}: {status} {}", found.text().await.unwrap()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn table() -> String {
    let world = World::new().await;
    let running = Running::with(&world).await;
    let document = ask(&world.app, world.by("web viewer"), "GET", "/openapi.json", None).await.json();
    let mut routes = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["GET", "PUT", "POST", "PATCH", "DELETE"] {
            if item.get(method.to_lowercase()).is_some() {
                routes.insert((path.clone(), method));
            }
        }
    }
    assert!(routes.len() > 100, "{}", routes.len());
    let mut text = String::from(
        "Every route, and who is let through: yes, no (403), or who? (401).\n\
         What the paths name: the consumer and pacticipant web, its environment, webhook and token are the team web's,\n\
         the provider orders is the team orders'.\n\n",
    );
    let names: Vec<_> = world.callers.iter().map(|(name, _)| *name).collect();
    let _ = writeln!(text, "{}", names.iter().map(|name| format!("{name:19}")).collect::<String>());
    for (path, method) in &routes {
        for (_, authorization) in &world.callers {
            let verdict = running.verdict(&world, authorization, method, path).await;
            let _ = write!(text, "{verdict:19}");
        }
        let _ = writeln!(text, "{method} {path}");
    }
    text
}

fn written() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/access.table")
}

#[tokio::test]
async fn every_route_lets_through_whom_the_table_says() {
    let expected = std::fs::read_to_string(written()).unwrap();
    let found = table().await;
    for (expected, found) in expected.lines().zip(found.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "a route is in one of them only");
}

#[tokio::test]
#[ignore = "writes the table"]
async fn write() {
    std::fs::write(written(), table().await).unwrap();
}

#[tokio::test]
async fn a_team_cannot_speak_for_another() {
    let world = World::new().await;
    let (app, orders) = (&world.app, world.by("orders contributor"));
    let body = publication("web", "2", "orders");
    let found = ask(app, orders, "POST", "/contracts/publish", Some(&body)).await;
    assert_eq!(found.status, 403, "{}", found.text);
    let why = found.json()["error"].as_str().unwrap().to_owned();
    for words in [
        "the token 'orders contributor' (pactw_",
        "may not publish for 'web'",
        "belongs to the team 'web'",
        "contributor",
    ] {
        assert!(why.contains(words), "{words}: {why}");
    }
    let pact = "/pacts/provider/orders/consumer/web/version/2";
    assert_eq!(ask(app, orders, "PUT", pact, Some(&self::pact(&["a"]))).await.status, 403);
    assert_eq!(ask(app, orders, "GET", pact, None).await.status, 404, "nothing was published");
    let results =
        format!("/pacts/provider/orders/consumer/web/pact-version/{}/verification-results", world.sha);
    let result = json!({ "success": true, "providerApplicationVersion": "10" });
    let by_web = ask(app, world.by("web contributor"), "POST", &results, Some(&result)).await;
    assert_eq!(by_web.status, 403, "{}", by_web.text);
    let tag = ask(app, orders, "PUT", "/pacticipants/web/versions/1/tags/x", Some(&json!({}))).await;
    assert_eq!(tag.status, 403, "{}", tag.text);
}

#[tokio::test]
async fn what_is_new_belongs_to_the_team_of_whoever_came_first() {
    let world = &World::new().await;
    let app = &world.app;
    let owner = |name: &'static str| async move {
        let found =
            ask(app, world.by("web viewer"), "GET", &format!("/pacticipants/{name}/owner"), None).await;
        found.json()["team"].as_str().map(str::to_owned)
    };
    assert_eq!(owner("web").await.as_deref(), Some("web"));
    assert_eq!(owner("orders").await.as_deref(), Some("orders"), "by its first result");
    let body = publication("shop", "1", "prices");
    tell_as(app, world.by("orders contributor"), "POST", "/contracts/publish", &body).await;
    assert_eq!(owner("shop").await.as_deref(), Some("orders"));
    assert_eq!(owner("prices").await, None, "being named in somebody's contract is not being owned");
    // It is corrected by hand, by whoever administers it.
    let web = json!({ "team": "web", "delegates": ["orders"] });
    assert_eq!(
        ask(app, world.by("web admin"), "PUT", "/pacticipants/shop/owner", Some(&web)).await.status,
        403
    );
    tell_as(app, world.by("orders admin"), "PUT", "/pacticipants/shop/owner", &web).await;
    assert_eq!(owner("shop").await.as_deref(), Some("web"));
    let body = publication("shop", "2", "prices");
    tell_as(app, world.by("orders contributor"), "POST", "/contracts/publish", &body).await;
    let unknown = json!({ "team": "nobody" });
    let refused = ask(app, world.by("web admin"), "PUT", "/pacticipants/shop/owner", Some(&unknown)).await;
    assert_eq!((refused.status, refused.text.contains("nobody")), (400, true), "{}", refused.text);
}

#[tokio::test]
async fn a_tag_that_is_a_deployment_needs_whoever_may_deploy() {
    let world = World::new().await;
    let tag = "/pacticipants/web/versions/1/tags/test";
    let app = &world.app;
    let found = ask(app, world.by("web contributor"), "PUT", tag, Some(&json!({}))).await;
    assert_eq!(found.status, 403, "{}", found.text);
    let mut body = publication("web", "3", "orders");
    body["tags"] = json!(["test"]);
    let found = ask(app, world.by("web contributor"), "POST", "/contracts/publish", Some(&body)).await;
    assert_eq!(found.status, 403, "{}", found.text);
    tell_as(app, world.by("web admin"), "PUT", tag, &json!({})).await;
}

#[tokio::test]
async fn deployments_need_the_application_and_the_environment() {
    let world = World::new().await;
    let app = &world.app;
    let orders = token(app, "orders deployer", json!([{ "team": "orders", "role": "deployer" }])).await;
    let deploy =
        format!("/pacticipants/orders/versions/9/deployed-versions/environment/{}", world.environment);
    let found = ask(app, &orders, "POST", &deploy, Some(&json!({}))).await;
    assert_eq!(found.status, 403, "{}", found.text);
    let delegates = json!({ "team": "web", "delegates": ["orders"] });
    let owner = format!("/environments/{}/owner", world.environment);
    tell_as(app, world.by("web admin"), "PUT", &owner, &delegates).await;
    tell_as(app, &orders, "POST", &deploy, &json!({})).await;
    let web = format!("/pacticipants/web/versions/1/deployed-versions/environment/{}", world.environment);
    assert_eq!(ask(app, &orders, "POST", &web, Some(&json!({}))).await.status, 403, "not the application");
}

#[tokio::test]
async fn every_change_says_who_made_it_and_nothing_secret() {
    let world = World::new().await;
    let app = &world.app;
    let ann = json!({ "password": "correct horse battery staple", "grants": [] });
    tell(app, "PUT", "/access/users/ann", &ann).await;
    let found = ask(app, world.by("viewer everywhere"), "GET", "/events?size=1000", None).await;
    let events = found.json()["events"].as_array().unwrap().clone();
    assert!(events.len() > 20);
    for event in &events {
        assert!(event["by"]["who"]["kind"].is_string(), "{event}");
    }
    let published = events.iter().find(|event| event["event"]["type"] == "ContractPublished").unwrap();
    assert_eq!(published["by"]["who"]["name"], "web contributor");
    assert!(published["by"]["who"]["prefix"].as_str().unwrap().starts_with("pactw_"));
    for secret in ["argon2", "correct horse", ADMIN] {
        assert!(!found.text.contains(secret), "{secret}");
    }
    for (name, authorization) in &world.callers {
        let text = authorization.trim_start_matches("Bearer ");
        assert!(text.is_empty() || !found.text.contains(text), "{name}");
    }
    let of =
        |kind: &str| events.iter().find(|event| event["event"]["type"] == kind).unwrap()["event"].clone();
    assert_eq!(
        (&of("TokenCreated")["hash"], &of("UserSaved")["password"]),
        (&json!("**********"), &json!("**********"))
    );
    assert_eq!(
        ask(app, world.by("web admin"), "GET", "/events", None).await.status,
        403,
        "it says of all teams"
    );
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_and_says_so() {
    let world = World::new().await;
    let app = &world.app;
    let made =
        json!({ "name": "short", "grants": [{ "team": "web", "role": "viewer" }], "expiresInDays": 1 });
    let made = tell_as(app, world.by("web admin"), "POST", "/access/tokens", &made).await;
    let short = bearer(made["token"].as_str().unwrap());
    assert!(made["expiresAt"].is_string() && made["valid"] == true, "{made}");
    assert_eq!(ask(app, &short, "GET", "/pacticipants", None).await.status, 200);
    let at = format!("/access/tokens/{}", made["uuid"].as_str().unwrap());
    assert_eq!(ask(app, world.by("orders admin"), "DELETE", &at, None).await.status, 403);
    assert_eq!(ask(app, world.by("web admin"), "DELETE", &at, None).await.status, 204);
    let refused = ask(app, &short, "GET", "/pacticipants", None).await;
    assert_eq!((refused.status, refused.header("www-authenticate").starts_with("Bearer")), (401, true));
    assert!(refused.text.contains("revoked"), "{}", refused.text);
    let known = ask(app, world.by("web admin"), "GET", &at, None).await;
    assert_eq!(known.json()["valid"], false);
    assert!(!known.text.contains(short.trim_start_matches("Bearer ")), "{}", known.text);
    for wrong in ["pactw_0000000000_x", "x", &format!("{}x", short.trim_start_matches("Bearer ")), "a.b.c"] {
        assert_eq!(ask(app, &bearer(wrong), "GET", "/", None).await.status, 401, "{wrong}");
    }
}

#[tokio::test]
async fn what_a_team_keeps_to_itself_is_not_shown_to_others() {
    let world = World::new().await;
    let app = &world.app;
    // The address of a webhook may be a secret.
    let webhook = format!("/webhooks/{}", world.webhook);
    assert_eq!(ask(app, world.by("web viewer"), "GET", &webhook, None).await.status, 200);
    let orders = world.by("orders admin");
    assert_eq!(ask(app, orders, "GET", &webhook, None).await.status, 403);
    for path in ["/webhooks", "/webhooks/consumer/web", "/access/tokens", "/access/teams", "/"] {
        let found = ask(app, orders, "GET", path, None).await;
        assert_eq!(found.status, 200, "{path}");
        for secret in ["ci.example.org/hook", "web contributor", "argon2"] {
            assert!(!found.text.contains(secret), "{path} shows {secret}: {}", found.text);
        }
    }
    for path in ["/events", "/access/users", &format!("/access/tokens/{}", world.token)] {
        assert_eq!(ask(app, orders, "GET", path, None).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn what_a_team_kept_to_itself_is_not_shown_when_it_is_gone() {
    let world = World::new().await;
    let app = &world.app;
    let webhook = format!("/webhooks/{}", world.webhook);
    let saved = ask(app, &bearer(ADMIN), "GET", "/events?type=WebhookCreated", None).await.json();
    let then = format!("{webhook}?asOf={}", saved["events"][0]["at"].as_str().unwrap());
    assert_eq!(ask(app, world.by("web admin"), "DELETE", &webhook, None).await.status, 204);
    let found = ask(app, world.by("web viewer"), "GET", &then, None).await;
    assert_eq!((found.status, found.text.contains("ci.example.org/hook")), (200, true), "{}", found.text);
    for other in ["orders admin", "orders contributor"] {
        let found = ask(app, world.by(other), "GET", &then, None).await;
        assert_eq!(found.status, 403, "{other}: {}", found.text);
    }
    // It says nothing that it was removed since with all that it was about.
    assert_eq!(ask(app, world.by("web admin"), "DELETE", "/pacticipants/web", None).await.status, 204);
    assert_eq!(ask(app, world.by("orders admin"), "GET", &then, None).await.status, 403);
}

#[tokio::test]
async fn names_to_log_in_with_are_not_for_the_public() {
    let settings = [("PACTWRIGHT_ADMIN_TOKEN", ADMIN), ("PACT_BROKER_ALLOW_PUBLIC_READ", "true")];
    let app = App::new(Config::default().with_settings(settings).unwrap());
    tell(&app, "PUT", "/access/teams/web", &json!({ "displayName": "Web" })).await;
    let ann = json!({ "grants": [{ "team": "web", "role": "viewer" }] });
    tell(&app, "PUT", "/access/users/ann", &ann).await;
    for path in ["/access/teams", "/access/teams/web"] {
        let public = ask(&app, "", "GET", path, None).await;
        assert_eq!((public.status, public.text.contains("Web")), (200, true), "{}", public.text);
        assert!(!public.text.contains("ann"), "{}", public.text);
        assert!(ask(&app, &bearer(ADMIN), "GET", path, None).await.text.contains("ann"));
    }
}

#[tokio::test]
async fn an_administrator_of_a_team_gives_nothing_beyond_it() {
    let world = World::new().await;
    let app = &world.app;
    let admin = world.by("web admin");
    for grants in [
        json!([{ "team": "orders", "role": "viewer" }]),
        json!([{ "everywhere": true, "role": "viewer" }]),
        json!([{ "team": "web", "role": "admin" }, { "team": "orders", "role": "viewer" }]),
    ] {
        let body = json!({ "name": "more", "grants": grants });
        assert_eq!(ask(app, admin, "POST", "/access/tokens", Some(&body)).await.status, 403, "{body}");
    }
    for unclear in [
        json!({ "everywhere": true, "team": {}, "role": "viewer" }),
        json!({ "everywhere": true, "team": "web", "role": "viewer" }),
        json!({ "everywhere": false, "team": "web", "role": "viewer" }),
        json!({ "team": null, "role": "viewer" }),
        json!({ "everywhere": true, "role": "king" }),
    ] {
        let body = json!({ "name": "more", "grants": [unclear] });
        assert_eq!(
            ask(app, &bearer(ADMIN), "POST", "/access/tokens", Some(&body)).await.status,
            400,
            "{body}"
        );
    }
    let listed = ask(app, admin, "GET", "/access/tokens", None).await.json();
    let names: Vec<_> =
        listed["tokens"].as_array().unwrap().iter().map(|token| token["name"].clone()).collect();
    assert_eq!(names.len(), 4, "those of its team: {names:?}");
    assert_eq!(ask(app, admin, "PUT", "/access/users/eve", Some(&json!({}))).await.status, 403);
    assert_eq!(ask(app, admin, "PUT", "/access/teams/more", Some(&json!({}))).await.status, 403);
}

#[tokio::test]
async fn the_first_administrator_closes_the_door() {
    let mut config = Config::default();
    config.http.base_urls = vec!["http://broker".to_owned()];
    let app = App::new(config);
    assert_eq!(app.get("/access/me").await["asksWhoCalls"], false);
    let some = json!({ "name": "ci", "grants": [{ "everywhere": true, "role": "contributor" }] });
    let refused = app.send("POST", "/access/tokens", JSON, &some).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(refused.text.contains("administrator"), "{}", refused.text);
    let grants = json!([{ "everywhere": true, "role": "admin" }]);
    let refused = app.send("PUT", "/access/users/ann", JSON, &json!({ "grants": grants })).await;
    assert_eq!((refused.status, refused.text.contains("password")), (400, true), "{}", refused.text);
    // What only this machine reaches, a page that somebody looks at here reaches as well.
    let by_a_page = [("sec-fetch-site", "cross-site"), ("content-type", JSON)];
    let body = json!({ "name": "shop" }).to_string();
    assert_eq!(app.ask("POST", "/pacticipants", &by_a_page, body.as_bytes()).await.status, 403);
    assert_eq!(app.ask("GET", "/pacticipants", &by_a_page, b"").await.status, 200);
    let admin = json!({ "name": "first", "grants": grants });
    let made = app.tell("POST", "/access/tokens", &admin).await;
    assert_eq!(app.ask("GET", "/access/me", &[], b"").await.status, 401);
    let authorization = bearer(made["token"].as_str().unwrap());
    assert_eq!(ask(&app, &authorization, "GET", "/access/me", None).await.json()["isAdministrator"], true);
    // It stays closed when nobody is left.
    let at = format!("/access/tokens/{}", made["uuid"].as_str().unwrap());
    assert_eq!(ask(&app, &authorization, "DELETE", &at, None).await.status, 204);
    assert_eq!(ask(&app, &authorization, "GET", "/", None).await.status, 401);
    assert_eq!(app.ask("GET", "/", &[], b"").await.status, 401);
}

#[tokio::test]
async fn settings_of_the_pact_broker_open_what_they_say() {
    let config = |more: &[(&str, &str)]| {
        let logins = [
            ("PACT_BROKER_BASIC_AUTH_USERNAME", "rw"),
            ("PACT_BROKER_BASIC_AUTH_PASSWORD", "one"),
            ("PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME", "ro"),
            ("PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD", "two"),
        ];
        Config::default().with_settings(logins.iter().chain(more).copied()).unwrap()
    };
    let app = App::new(config(&[]));
    let (write, read) = (basic("rw", "one"), basic("ro", "two"));
    let shop = json!({ "name": "shop" });
    for (authorization, reading, writing) in
        [("", 401, 401), (read.as_str(), 200, 401), (write.as_str(), 200, 201)]
    {
        assert_eq!(ask(&app, authorization, "GET", "/pacticipants", None).await.status, reading);
        let found = ask(&app, authorization, "POST", "/pacticipants", Some(&shop)).await;
        assert_eq!(found.status, writing, "{}", found.text);
    }
    let question = ask(&app, &read, "POST", "/pacts/provider/shop/for-verification", Some(&json!({}))).await;
    assert_eq!(question.status, 200, "asking is reading: {}", question.text);
    assert_eq!(ask(&app, "", "GET", "/nowhere", None).await.status, 401);
    assert_eq!(ask(&app, "", "OPTIONS", "/pacticipants", None).await.status, 401);
    assert_eq!(ask(&app, "", "GET", "/diagnostic/status/heartbeat", None).await.status, 401);
    for wrong in ["Basic !!!", "Basic", "Digest x", "Bearer ", &basic("rw", "two"), &basic("ro", "one")] {
        assert_eq!(ask(&app, wrong, "GET", "/", None).await.status, 401, "{wrong}");
    }

    let remove = [("authorization", write.as_str()), ("sec-fetch-site", "cross-site")];
    let by_a_page = app.ask("DELETE", "/pacticipants/shop", &remove, b"").await;
    assert_eq!(by_a_page.status, 403, "{}", by_a_page.text);

    let app = App::new(config(&[
        ("PACT_BROKER_ALLOW_PUBLIC_READ", "true"),
        ("PACT_BROKER_PUBLIC_HEARTBEAT", "true"),
    ]));
    assert_eq!(ask(&app, "", "GET", "/pacticipants", None).await.status, 200);
    assert_eq!(ask(&app, "", "POST", "/pacticipants", Some(&shop)).await.status, 401);
    assert_eq!(ask(&app, "", "GET", "/events", None).await.status, 401, "who did what is not for the public");
    assert_eq!(
        ask(&app, &basic("x", "y"), "GET", "/pacticipants", None).await.status,
        401,
        "a mistake is told"
    );
    let heartbeat = ask(&app, &basic("x", "y"), "GET", "/diagnostic/status/heartbeat", None).await;
    assert_eq!(heartbeat.status, 200, "monitors send what they have");
}
