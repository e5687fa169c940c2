//! What a team keeps to itself, sought by another one with everything that it may use.

use std::collections::BTreeSet;

use axum::{Router, body::Body, http::Response};
use pactwright_broker::Config;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    crawler::{FORMS, Page, crawl, filled, operations},
    target::{ADMIN, Answer, JSON, PATIENCE, Target, asking},
};

/// What the team orders keeps to itself, as it stands in what it sends. Its administrators see it ...
const SEEN_BY_ITS_TEAM: [&str; 6] =
    ["mark-path", "mark-query", "mark-header", "mark-body", "mark-answer", "mark-token-name"];
/// ... these, whoever looks after the whole broker ...
const SEEN_BY_THE_BROKERS: [&str; 2] = ["mark-person", "mark-description"];
/// ... and these nobody, once they are sent.
const SEEN_BY_NOBODY: [&str; 6] =
    ["mark-password", "mark-signing", "mark-authorization", "mark-sealed-body", "argon2", ADMIN];

/// A receiver that refuses what it is told, in words of its own.
async fn receiver() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let refuse = || async {
        let mut answer = Response::new(Body::from(r#"{"because": "mark-answer"}"#));
        *answer.status_mut() = http::StatusCode::BAD_REQUEST;
        answer
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(refuse)).await.unwrap() });
    format!("http://{address}")
}

fn settings(more: &[(&str, &str)]) -> Config {
    let fixed = [
        ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http"),
        ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "127.0.0.1/32"),
    ];
    let mut config = asking().with_settings(fixed.into_iter().chain(more.iter().copied())).unwrap();
    // What fails is given up at once.
    config.rules.retry_schedule = Vec::new();
    config
}

/// The teams web and orders; all that is named here is of orders.
struct Teams {
    target: Target,
    names: Vec<(&'static str, String)>,
    webhook: String,
    delivery: String,
    token: String,
    /// Who asks: whom, and how they say so.
    callers: Vec<(&'static str, String)>,
    /// What nobody is shown again.
    secrets: Vec<String>,
}

impl Teams {
    async fn new(more: &[(&str, &str)]) -> Self {
        let target = Target::start(settings(more)).await;
        for team in ["web", "orders"] {
            target.tell("PUT", &format!("/access/teams/{team}"), &json!({})).await;
        }
        let mut callers = Vec::new();
        let mut secrets = Vec::new();
        for (name, team, role) in [
            ("web viewer", "web", "viewer"),
            ("web contributor", "web", "contributor"),
            ("web deployer", "web", "deployer"),
            ("web admin", "web", "admin"),
            ("mark-token-name", "orders", "admin"),
        ] {
            let grants = json!([{ "team": team, "role": role }]);
            let made =
                target.tell("POST", "/access/tokens", &json!({ "name": name, "grants": grants })).await;
            secrets.push(made["token"].as_str().unwrap().to_owned());
            callers.push((name, format!("Bearer {}", made["token"].as_str().unwrap())));
        }
        let (orders, web) = (callers[4].1.clone(), callers[1].1.clone());
        let person = json!({ "displayName": "mark-person", "password": "mark-password-of-hers", "grants": [{ "team": "orders", "role": "viewer" }] });
        target.tell("PUT", "/access/users/olga", &person).await;
        let webhook = json!({
            "description": "mark-description", "provider": { "name": "orders" }, "events": [{ "name": "contract_published" }],
            "request": {
                "method": "POST", "url": format!("{}/mark-path?key=mark-query", receiver().await),
                "headers": { "x-plain": "mark-header", "authorization": "mark-authorization" }, "body": { "text": "mark-body" },
                "username": "olga", "password": "mark-password", "signingSecret": "mark-signing",
            },
        });
        let pact = json!({ "interactions": [{ "description": "a", "request": { "path": "/" }, "response": { "status": 200 } }] });
        target.tell_as(&orders, "POST", "/pacticipants", &json!({ "name": "orders" })).await;
        target.tell_as(&orders, "POST", "/pacticipants", &json!({ "name": "shop" })).await;
        let webhook =
            target.tell_as(&orders, "POST", "/webhooks", &webhook).await["uuid"].as_str().unwrap().to_owned();
        // One contract is among the team's own, the other one is web's.
        target.tell_as(&orders, "PUT", "/pacts/provider/orders/consumer/shop/version/1", &pact).await;
        let of_pair = target
            .tell_as(
                &orders,
                "PUT",
                "/pacts/provider/orders/consumer/shop/version/2",
                &json!({ "interactions": [] }),
            )
            .await;
        target.tell_as(&web, "PUT", "/pacts/provider/orders/consumer/web/version/1", &pact).await;
        let results = of_pair["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
        let results = results.strip_prefix("http://broker").unwrap().to_owned();
        let result = json!({ "success": true, "providerApplicationVersion": "9" });
        target.tell_as(&orders, "POST", &results, &result).await;
        target.tell_as(&orders, "PUT", "/pacticipants/shop/branches/main/versions/1", &json!({})).await;
        target.tell_as(&orders, "PUT", "/pacticipants/shop/versions/1/tags/x", &json!({})).await;
        target.tell_as(&orders, "PUT", "/pacticipants/shop/labels/x", &json!({})).await;
        let environment = target
            .tell_as(&orders, "POST", "/environments", &json!({ "name": "test", "production": false }))
            .await;
        let environment = environment["uuid"].as_str().unwrap().to_owned();
        let of_version = "/pacticipants/shop/versions/1";
        let deployed = format!("{of_version}/deployed-versions/environment/{environment}");
        let deployed =
            target.tell_as(&orders, "POST", &deployed, &json!({})).await["uuid"].as_str().unwrap().to_owned();
        let released = format!("{of_version}/released-versions/environment/{environment}");
        let released =
            target.tell_as(&orders, "POST", &released, &json!({})).await["uuid"].as_str().unwrap().to_owned();
        let tokens = target.ask("GET", "/access/tokens", &[("authorization", &orders)], b"").await.json();
        let token = tokens["tokens"][0]["uuid"].as_str().unwrap().to_owned();
        let delivery = until_given_up(&target).await;
        let names = [
            ("consumer", "shop"),
            ("pacticipant", "shop"),
            ("provider", "orders"),
            ("version", "1"),
            ("other", "2"),
            ("branch", "main"),
            ("number", "1"),
            ("environment", "test"),
            ("team", "orders"),
            ("user", "olga"),
        ];
        let mut names: Vec<_> = names.map(|(name, value)| (name, value.to_owned())).to_vec();
        let sha = results.split('/').nth(7).unwrap().to_owned();
        names.extend([
            ("sha", sha),
            ("environment uuid", environment),
            ("deployed", deployed),
            ("released", released),
        ]);
        Self { target, names, webhook, delivery, token, callers, secrets }
    }

    fn by(&self, name: &str) -> &str {
        &self.callers.iter().find(|(known, _)| *known == name).unwrap().1
    }

    fn name(&self, name: &str) -> &str {
        &self.names.iter().find(|(known, _)| *known == name).unwrap().1
    }

    /// A path of the description, about what belongs to orders.
    fn address(&self, path: &str) -> String {
        let uuid = match path.split('/').nth(1) {
            Some("webhooks") => &self.webhook,
            Some("triggered-webhooks") => &self.delivery,
            Some("access") => &self.token,
            Some("deployed-versions") => self.name("deployed"),
            Some("released-versions") => self.name("released"),
            _ => self.name("environment uuid"),
        };
        let mut names: Vec<_> = self.names.iter().map(|(name, value)| (*name, value.as_str())).collect();
        names.push(("uuid", uuid));
        filled(path, &names)
    }

    async fn document(&self) -> Value {
        self.target.ask("GET", "/openapi.json", &[("authorization", self.by("web viewer"))], b"").await.json()
    }

    /// Every address of the description, as it is now and as it was at the beginning of the hour.
    async fn addresses(&self) -> Vec<String> {
        let document = self.document().await;
        let read = operations(&document).into_iter().filter(|(method, ..)| *method == "GET");
        let mut addresses: Vec<_> = read.map(|(_, path, _)| self.address(&path)).collect();
        let last = self
            .target
            .ask("GET", "/events?size=1000", &[("authorization", &format!("Bearer {ADMIN}"))], b"")
            .await
            .json();
        let at = last["events"].as_array().unwrap().last().unwrap()["at"].as_str().unwrap().to_owned();
        addresses.extend(addresses.clone().iter().map(|path| format!("{path}?asOf={at}")));
        for question in [
            "/matrix?q[][pacticipant]=shop&q[][pacticipant]=orders",
            "/can-i-deploy?pacticipant=shop&version=1&to=test",
            "/events?pacticipant=orders",
            "/webhooks/dead-letters?provider=orders",
            "/webhooks/provider/orders/consumer/shop/status?size=1",
            "/pacticipants?q=shop",
        ] {
            addresses.push(question.to_owned());
        }
        addresses
    }
}

/// The delivery that was given up last.
async fn until_given_up(target: &Target) -> String {
    // Three contracts are told of.
    let are_given_up = async {
        while target.broker.state().dead_letter_count() < 3 {
            assert_eq!(target.get("/health/live").await.status, 200);
        }
    };
    tokio::time::timeout(PATIENCE, are_given_up).await.expect("they are never given up");
    let authorization = format!("Bearer {ADMIN}");
    let listed =
        target.ask("GET", "/webhooks/dead-letters", &[("authorization", &authorization)], b"").await.json();
    listed["_embedded"]["triggeredWebhooks"][0]["uuid"].as_str().unwrap().to_owned()
}

fn all_marks<'a>() -> impl Iterator<Item = &'a str> {
    SEEN_BY_ITS_TEAM.into_iter().chain(SEEN_BY_THE_BROKERS).chain(SEEN_BY_NOBODY)
}

fn seen(pages: &[Page], mark: &str) -> BTreeSet<String> {
    pages
        .iter()
        .filter(|page| page.answer.says(mark))
        .map(|page| format!("{} as {}", page.path, page.form))
        .collect()
}

#[tokio::test]
async fn nothing_that_a_team_keeps_to_itself_is_found_by_another() {
    let teams = Teams::new(&[]).await;
    let begin = teams.addresses().await;
    for (name, authorization) in &teams.callers[..4] {
        let pages = crawl(&teams.target, authorization, &FORMS, begin.clone()).await;
        assert!(
            pages.iter().filter(|page| page.answer.status == 200).count() > 200,
            "{name} sees hardly anything"
        );
        for mark in all_marks().chain(teams.secrets.iter().map(String::as_str)) {
            assert_eq!(seen(&pages, mark), BTreeSet::new(), "{name} finds {mark}");
        }
    }
    // Whoever says nothing, or something that is wrong, sees nothing at all.
    for nobody in ["", "Bearer pactw_0000000000_x", "Basic eDp5"] {
        for page in crawl(&teams.target, nobody, &FORMS[..1], begin.clone()).await {
            // Badges are for everybody.
            let is_open = page.path.starts_with("/health/") || page.path.contains("/badge");
            assert!(
                is_open || matches!(page.answer.status, 401 | 429),
                "{}: {}",
                page.path,
                page.answer.status
            );
            for mark in all_marks().chain(["shop", "orders"]) {
                assert!(!page.answer.says(mark) || page.path.contains(mark), "{} has {mark}", page.path);
            }
        }
    }
    // They are there to be found.
    let own = crawl(&teams.target, teams.by("mark-token-name"), &FORMS, begin.clone()).await;
    for mark in SEEN_BY_ITS_TEAM {
        assert_ne!(seen(&own, mark), BTreeSet::new(), "{mark} is nowhere");
    }
    let all = crawl(&teams.target, &format!("Bearer {ADMIN}"), &FORMS, begin).await;
    for mark in SEEN_BY_ITS_TEAM.into_iter().chain(SEEN_BY_THE_BROKERS) {
        assert_ne!(seen(&all, mark), BTreeSet::new(), "{mark} is nowhere");
    }
    for mark in SEEN_BY_NOBODY.into_iter().chain(teams.secrets.iter().map(String::as_str)) {
        assert_eq!(seen(&all, mark), BTreeSet::new(), "an administrator finds {mark}");
    }
    teams.target.calm().await;
}

#[tokio::test]
async fn the_public_that_may_read_finds_nothing_of_a_team() {
    let teams = Teams::new(&[("PACT_BROKER_ALLOW_PUBLIC_READ", "true")]).await;
    let pages = crawl(&teams.target, "", &FORMS, teams.addresses().await).await;
    assert!(pages.iter().filter(|page| page.answer.status == 200).count() > 200, "it sees hardly anything");
    for mark in all_marks().chain(["olga"]).chain(teams.secrets.iter().map(String::as_str)) {
        let found = seen(&pages, mark);
        assert!(found.iter().all(|path| path.contains(mark)), "the public finds {mark}: {found:?}");
    }
    teams.target.calm().await;
}

/// What is sent to change something of orders: the examples of the description, which speak of things by other names, and
/// for what only the body names, bodies that name what belongs to orders.
fn bodies(method: &str, path: &str, operation: &Value) -> Vec<(String, Value)> {
    let content = operation["requestBody"]["content"].as_object();
    let Some((kind, content)) = content.and_then(|content| content.iter().next()) else {
        return vec![(JSON.to_owned(), json!({}))];
    };
    let webhook = json!({
        "provider": { "name": "orders" }, "events": [{ "name": "contract_published" }],
        "request": { "method": "POST", "url": "http://127.0.0.1:1/stolen", "password": "**********", "username": "olga" },
    });
    let of = match (method, path) {
        ("POST", "/contracts/publish") => vec![json!({
            "pacticipantName": "shop", "pacticipantVersionNumber": "3", "branch": "main",
            "contracts": [{ "consumerName": "shop", "providerName": "orders", "specification": "pact", "contentType": JSON, "content": "e30=" }],
        })],
        ("POST", "/pacticipants") => {
            vec![json!({ "name": "shop", "mainBranch": "stolen" }), json!({ "name": "orders" })]
        }
        ("POST" | "PUT", path) if path.contains("/webhooks") => {
            let mut others = webhook.clone();
            others["provider"] = Value::Null;
            let mut of_label = webhook.clone();
            of_label["provider"] = json!({ "label": "x" });
            let mut of_shop = webhook.clone();
            (of_shop["provider"], of_shop["consumer"]) = (Value::Null, json!({ "name": "shop" }));
            vec![webhook, others, of_label, of_shop]
        }
        ("POST", "/access/tokens") => vec![
            json!({ "name": "stolen", "grants": [{ "team": "orders", "role": "viewer" }] }),
            json!({ "name": "stolen", "grants": [{ "everywhere": true, "role": "admin" }] }),
            json!({ "name": "stolen", "grants": [{ "team": "web", "role": "viewer" }, { "team": "orders", "role": "viewer" }] }),
        ],
        ("PUT", "/access/users/{user}") => vec![
            json!({ "password": "battery staple correct" }),
            json!({ "grants": [{ "team": "web", "role": "viewer" }] }),
        ],
        ("PUT", path) if path.ends_with("/owner") => vec![json!({ "team": "web" })],
        _ => vec![content["example"].clone(), json!({})],
    };
    of.into_iter().map(|body| (kind.clone(), body)).collect()
}

#[tokio::test]
async fn nothing_of_a_team_is_changed_by_another() {
    let teams = Teams::new(&[]).await;
    let document = teams.document().await;
    // That a token is used for the first time is put on record.
    for (_, authorization) in &teams.callers {
        assert_eq!(teams.target.ask("GET", "/", &[("authorization", authorization)], b"").await.status, 200);
    }
    let before = teams.target.end().await;
    let mut refused = 0;
    for (method, path, operation) in operations(&document) {
        // A question is asked in a body, too, and environments of one's own are no other team's.
        let is_asked = path.ends_with("/for-verification");
        let is_own = (method, path.as_str()) == ("POST", "/environments");
        if method == "GET" || is_asked || is_own {
            continue;
        }
        let address = teams.address(&path);
        for (kind, body) in bodies(method, &path, &operation) {
            for (name, authorization) in teams.callers[..4].iter().chain([&("nobody", String::new())]) {
                let mut headers = vec![("content-type", kind.as_str())];
                if !authorization.is_empty() {
                    headers.push(("authorization", authorization));
                }
                let answer: Answer =
                    teams.target.ask(method, &address, &headers, body.to_string().as_bytes()).await;
                let expected: &[u16] = if authorization.is_empty() { &[401] } else { &[400, 403, 404] };
                assert!(
                    expected.contains(&answer.status),
                    "{method} {address} {body} by {name}: {} {}",
                    answer.status,
                    answer.text()
                );
                refused += usize::from(answer.status == 403);
                for mark in all_marks().filter(|mark| !body.to_string().contains(mark)) {
                    assert!(
                        !answer.says(mark),
                        "{method} {address} by {name} tells {mark}: {}",
                        answer.text()
                    );
                }
                assert_eq!(
                    teams.target.end().await,
                    before,
                    "{method} {address} {body} by {name} changed something"
                );
            }
        }
    }
    assert!(refused > 150, "{refused}");
    teams.target.calm().await;
}

#[tokio::test]
async fn whoever_tries_again_is_on_record() {
    let teams = Teams::new(&[]).await;
    let orders = teams.by("mark-token-name");
    for path in [
        format!("/triggered-webhooks/{}/retry", teams.delivery),
        format!("/webhooks/{}/retry", teams.webhook),
    ] {
        teams.target.tell_as(orders, "POST", &path, &json!({})).await;
    }
    let authorization = format!("Bearer {ADMIN}");
    let found = teams
        .target
        .ask("GET", "/events?type=WebhookRetried&size=1000", &[("authorization", &authorization)], b"")
        .await
        .json();
    let found = found["events"].as_array().unwrap();
    assert!(found.len() >= 2, "{found:?}");
    for event in found {
        assert_eq!(event["by"]["who"]["name"], "mark-token-name", "{event}");
    }
    teams.target.calm().await;
}
