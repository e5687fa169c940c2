//! What people are shown of what others sent: text, never a part of the page.

use pactwright_broker::Config;
use serde_json::{Value, json};

use crate::{
    crawler::{FORMS, crawl},
    target::{JSON, Target},
};

/// What would run, were it taken for a part of the page.
const SCRIPTS: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</title></pre></td><script>alert(1)</script>",
    "&lt;script&gt;&#x3C;script&#x3E;",
    "javascript:alert(1)",
];

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn tell(target: &Target, method: &str, path: &str, body: &Value) -> Value {
    let answer = target.ask(method, path, &[("content-type", JSON)], body.to_string().as_bytes()).await;
    assert!(answer.status < 300, "{method} {path} {body}: {} {}", answer.status, answer.text());
    answer.json()
}

/// What is told with a text in every place that takes it.
async fn told(target: &Target, number: usize, script: &str) {
    let (consumer, provider) = (format!("c{number}{script}"), format!("p{number}{script}"));
    let (in_consumer, in_provider, in_path) =
        (encoded(&consumer), encoded(&provider), encoded(script).replace("%20", ""));
    let pact = json!({
        "interactions": [{
            "description": script, "providerStates": [{ "name": script, "params": { script: script } }],
            "request": { "method": "GET", "path": script, "headers": { "x": script }, "body": { script: script } },
            "response": { "status": 200, "body": script },
        }],
    });
    let published = tell(
        target,
        "PUT",
        &format!("/pacts/provider/{in_provider}/consumer/{in_consumer}/version/1{in_path}"),
        &pact,
    )
    .await;
    tell(
        target,
        "PUT",
        &format!("/pacts/provider/{in_provider}/consumer/{in_consumer}/version/2{in_path}"),
        &json!({ "interactions": [] }),
    )
    .await;
    let results = published["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let result = json!({
        "success": false, "providerApplicationVersion": format!("9{script}"), "buildUrl": "https://ci.example.org/\"><script>",
        "testResults": { "tests": [{ "testDescription": script, "interactionDescription": script, "success": false, "mismatches": [{ "description": script }] }] },
        "verifiedBy": { "implementation": script, "version": script },
    });
    let answer = target
        .ask(
            "POST",
            results.strip_prefix("http://broker").unwrap(),
            &[("content-type", JSON)],
            result.to_string().as_bytes(),
        )
        .await;
    assert!(answer.status < 500, "{}", answer.text());
    tell(
        target,
        "POST",
        results.strip_prefix("http://broker").unwrap(),
        &json!({ "success": false, "providerApplicationVersion": format!("9{script}") }),
    )
    .await;
    let described = json!({ "name": consumer, "displayName": script, "repositoryUrl": script, "repositoryName": script, "repositoryNamespace": script });
    let answer = target
        .ask(
            "PUT",
            &format!("/pacticipants/{in_consumer}"),
            &[("content-type", JSON)],
            described.to_string().as_bytes(),
        )
        .await;
    assert!(answer.status < 500, "{}", answer.text());
    // Where names may have no spaces, it is refused; the rest of them goes on.
    for (method, path) in [
        ("PUT", format!("/pacticipants/{in_consumer}/branches/{in_path}/versions/1{in_path}")),
        ("PUT", format!("/pacticipants/{in_consumer}/versions/1{in_path}/tags/{in_path}")),
        ("PUT", format!("/pacticipants/{in_consumer}/labels/{in_path}")),
    ] {
        let answer = target.ask(method, &path, &[("content-type", JSON)], b"{}").await;
        assert!(answer.status < 500, "{path}: {}", answer.text());
    }
    let environment = json!({ "name": format!("e{number}"), "displayName": script, "production": false, "contacts": [{ "name": script, "details": { "email": script } }] });
    let environment = tell(target, "POST", "/environments", &environment).await;
    let deployed = format!(
        "/pacticipants/{in_consumer}/versions/1{in_path}/deployed-versions/environment/{}",
        environment["uuid"].as_str().unwrap()
    );
    let answer = target
        .ask(
            "POST",
            &deployed,
            &[("content-type", JSON)],
            json!({ "applicationInstance": script }).to_string().as_bytes(),
        )
        .await;
    assert!(answer.status < 500, "{}", answer.text());
    let webhook = json!({ "description": script, "request": { "method": "POST", "url": "https://ci.example.org/", "body": script, "headers": { "x": "y" } } });
    tell(target, "POST", "/webhooks", &webhook).await;
}

#[tokio::test]
async fn names_and_descriptions_are_text() {
    let mut config = Config::default();
    // Nobody is told of anything.
    config.rules.retry_schedule = Vec::new();
    let target = Target::start(config).await;
    for (number, script) in SCRIPTS.iter().enumerate() {
        told(&target, number, script).await;
    }
    let begin = [
        "/",
        "/pacticipants",
        "/dashboard",
        "/integrations",
        "/environments",
        "/webhooks",
        "/labels",
        "/pacts/latest",
        "/ui/relationships",
        "/matrix?q[][pacticipant]=c0",
        "/events",
    ];
    let pages = crawl(&target, "", &FORMS, begin.map(str::to_owned)).await;
    let (mut html, mut shown) = (0, 0);
    for page in &pages {
        let (text, kind) = (page.answer.text(), page.answer.header("content-type").to_owned());
        assert!(page.answer.status < 500, "{}: {text}", page.path);
        // What is not a page is not taken for one.
        assert_eq!(page.answer.header("x-content-type-options"), "nosniff", "{}", page.path);
        for broken in ["<script", "<img", "href=\"javascript", "href='javascript"] {
            let is_markup = kind.contains("html") || kind.contains("svg");
            assert!(!is_markup || !text.contains(broken), "{} as {}: {text}", page.path, page.form);
        }
        if kind.contains("html") {
            html += 1;
            shown += usize::from(text.contains("&lt;script&gt;alert(1)"));
            assert!(
                page.answer.header("content-security-policy").contains("default-src 'none'"),
                "{}",
                page.path
            );
        }
    }
    assert!(html > 100 && shown > 20, "{html} pages, {shown} of which show what was sent");
    target.calm().await;
}
