//! What teams tell a broker, over HTTP.

use serde_json::{Value, json};

use crate::support::{ask, get};

/// How many parts the story has.
pub(super) const PARTS: usize = 4;

/// Sends JSON that has to be taken; answers with what comes back.
#[track_caller]
fn send(method: &str, url: &str, kind: &str, body: &Value) -> Value {
    let (status, text) = ask(method, url, &[("content-type", kind)], &body.to_string());
    assert!((200..300).contains(&status), "{method} {url}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

#[track_caller]
fn post(url: &str, body: &Value) -> Value {
    send("POST", url, "application/json", body)
}

#[track_caller]
fn put(url: &str, body: &Value) -> Value {
    send("PUT", url, "application/json", body)
}

/// A contract in which that number is all that matters.
fn pact(content: usize) -> Value {
    json!({
        "interactions": [{
            "description": format!("a request for order {content}"),
            "request": { "method": "GET", "path": format!("/orders/{content}") },
            "response": { "status": 200, "body": { "total": 1.10, "name": "a \"b\" \u{e9}" } },
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    })
}

pub(super) fn publish(url: &str, consumer: &str, version: &str, branch: &str, content: usize) {
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(pact(content).to_string());
    let contract = json!({
        "consumerName": consumer, "providerName": "orders", "specification": "pact",
        "contentType": "application/json", "content": encoded,
    });
    let body = json!({
        "pacticipantName": consumer, "pacticipantVersionNumber": version, "branch": branch,
        "buildUrl": format!("https://ci.example.org/{version}"), "tags": ["dev"], "contracts": [contract],
    });
    post(&format!("{url}/contracts/publish"), &body);
}

/// The provider says whether it does what the consumer's version asks.
fn verify(url: &str, consumer: &str, version: &str, provider_version: &str, success: bool) {
    let (_, pact) = get(&format!("{url}/pacts/provider/orders/consumer/{consumer}/version/{version}"));
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let id = pact["interactions"][0]["_id"].as_str().unwrap();
    let body = json!({
        "success": success, "providerApplicationVersion": provider_version,
        "buildUrl": "https://ci.example.org/orders",
        "verifiedBy": { "implementation": "pactwright", "version": "0.1.0", "clientLanguage": { "name": "rust", "version": "1" } },
        "testResults": [{ "interactionId": id, "success": success, "took": 1.50 }],
    });
    post(results, &body);
}

/// The UUID of an environment.
fn environment(url: &str, name: &str) -> String {
    let (_, known) = get(&format!("{url}/environments?name={name}"));
    known["_embedded"]["environments"][0]["uuid"].as_str().unwrap().to_owned()
}

fn deploy(url: &str, version: &str, environment: &str, instance: Option<&str>) -> String {
    let address =
        format!("{url}/pacticipants/orders/versions/{version}/deployed-versions/environment/{environment}");
    let deployed = post(&address, &json!({ "applicationInstance": instance }));
    deployed["_links"]["self"]["href"].as_str().unwrap().to_owned()
}

/// When the last change was made.
pub(super) fn last_change(url: &str) -> String {
    let (mut address, mut last) = (format!("{url}/events?size=100"), String::new());
    loop {
        let (_, events) = get(&address);
        if let Some(event) = events["events"].as_array().unwrap().last() {
            event["at"].as_str().unwrap().clone_into(&mut last);
        }
        match events["_links"]["next"]["href"].as_str() {
            Some(next) => next.clone_into(&mut address),
            None => return last,
        }
    }
}

/// Tells one part of the story; each rests on those before it.
pub(super) fn tell(url: &str, part: usize) {
    match part {
        0 => begin(url),
        1 => verified(url),
        2 => live(url),
        _ => webhooks(url),
    }
}

fn begin(url: &str) {
    for (name, production) in [("test", false), ("production", true)] {
        let body = json!({ "name": name, "displayName": format!("The {name}"), "production": production,
            "contacts": [{ "name": "team", "details": { "email": "a@example.org" } }] });
        post(&format!("{url}/environments"), &body);
    }
    for version in ["1", "2", "3", "4"] {
        publish(
            url,
            "web",
            version,
            if version == "3" { "feature/x y" } else { "main" },
            version.len() + usize::from(version == "4"),
        );
    }
    publish(url, "mobile app", "1.0", "main", 9);
    let profile = json!({ "displayName": "The web shop", "repositoryUrl": "https://example.org/web", "mainBranch": "main" });
    send("PATCH", &format!("{url}/pacticipants/web"), "application/json", &profile);
    put(&format!("{url}/pacticipants/web/labels/shop"), &json!({}));
    put(&format!("{url}/pacticipants/web/branches/late/versions/2"), &json!({}));
    put(&format!("{url}/pacticipants/web/branches/late/versions/1"), &json!({}));
    put(&format!("{url}/pacticipants/web/versions/1/tags/a%2Fb"), &json!({}));
}

fn verified(url: &str) {
    for version in ["7", "8", "9"] {
        put(&format!("{url}/pacticipants/orders/branches/main/versions/{version}"), &json!({}));
    }
    verify(url, "web", "1", "7", true);
    verify(url, "web", "4", "7", false);
    verify(url, "web", "4", "8", true);
    verify(url, "mobile app", "1.0", "9", true);
    let change = json!({ "buildUrl": "https://ci.example.org/again" });
    send("PATCH", &format!("{url}/pacticipants/orders/versions/9"), "application/merge-patch+json", &change);
}

fn live(url: &str) {
    let (test, production) = (environment(url, "test"), environment(url, "production"));
    deploy(url, "7", &production, None);
    deploy(url, "8", &production, None);
    deploy(url, "7", &test, Some("blue"));
    let green = deploy(url, "9", &test, Some("green"));
    send("PATCH", &green, "application/merge-patch+json", &json!({ "currentlyDeployed": false }));
    for version in ["1", "2"] {
        let address =
            format!("{url}/pacticipants/web/versions/{version}/released-versions/environment/{production}");
        let released = post(&address, &json!({}));
        if version == "1" {
            let this = released["_links"]["self"]["href"].as_str().unwrap();
            send("PATCH", this, "application/merge-patch+json", &json!({ "currentlySupported": false }));
        }
    }
}

fn webhooks(url: &str) {
    let events = json!([{ "name": "contract_content_changed" }]);
    let open = json!({ "events": events, "enabled": false, "provider": { "name": "orders" },
        "request": { "method": "POST", "url": "https://ci.example.org/build", "headers": { "Accept": "text/plain" } } });
    post(&format!("{url}/webhooks"), &open);
    let secret = json!({ "events": events, "description": "Builds", "consumer": { "label": "shop" },
        "request": { "method": "POST", "url": "https://chat.example.org", "body": { "a": 1 },
            "username": "robot", "password": "hidden secret" } });
    post(&format!("{url}/webhooks"), &secret);
}
