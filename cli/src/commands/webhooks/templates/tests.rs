use std::collections::BTreeMap;

use pactwright_broker::domain::{
    model::{RequestHeader, Secret, WebhookEvent, WebhookRequest},
    webhooks::{template::render, vault::Vault},
};
use serde_json::{Value, json};

use super::{Template, TemplateError, names};

fn filled(name: &str, values: &[(&str, &str)]) -> serde_json::Map<String, Value> {
    let values: Vec<_> =
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Template::named(name).unwrap().fill(name, &values).unwrap()
}

/// What the receiver gets: method and address, headers, and body.
fn sent(name: &str, values: &[(&str, &str)]) -> (String, Vec<(String, String)>, Value) {
    let webhook = filled(name, values);
    let request = &webhook["request"];
    let text = |member: &str| request[member].as_str().map(str::to_owned);
    let headers = request["headers"].as_object().into_iter().flatten();
    let request = WebhookRequest {
        method: text("method").unwrap(),
        url: text("url").unwrap(),
        headers: headers
            .map(|(name, value)| RequestHeader {
                name: name.to_lowercase(),
                value: Secret::new(value.as_str().unwrap()),
            })
            .collect(),
        body: request.get("body").cloned(),
        username: text("username"),
        password: text("password").map(Secret::new),
        signing_secret: None,
    };
    let known = [
        ("consumerName", "web"),
        ("consumerVersionNumber", "c0ffee"),
        ("consumerVersionBranch", "main"),
        ("providerName", "orders"),
        ("providerVersionNumber", "7"),
        ("providerVersionBranch", "trunk"),
        ("providerVersionTags", "prod"),
        ("providerVersionDescriptions", "deployed in production"),
        ("pactUrl", "https://broker/pact?a=b"),
        ("verificationResultUrl", "https://broker/result"),
        ("githubVerificationStatus", "success"),
        ("gitlabVerificationStatus", "failed"),
        ("bitbucketVerificationStatus", "INPROGRESS"),
        ("eventName", "provider_verification_failed"),
    ];
    let known: BTreeMap<_, _> =
        known.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let opened = Vault::default().open_request(&"0123456789abcdef".parse().unwrap(), &request).unwrap();
    let rendered = render(&request, &opened, &known);
    let headers = rendered.headers.iter().map(|(name, value)| (name.clone(), value.reveal().to_owned()));
    let body = rendered.body.map_or(Value::Null, |body| serde_json::from_str(&body).unwrap());
    let sent = (format!("{} {}", rendered.method, rendered.url), headers.collect(), body);
    let everything = format!("{sent:?}");
    assert!(!everything.contains("{{") && !everything.contains("${"), "{name} has gaps: {everything}");
    sent
}

#[track_caller]
fn has(headers: &[(String, String)], name: &str, value: &str) {
    assert!(
        headers.contains(&(name.to_owned(), value.to_owned())),
        "{name}: {value} is not among {headers:?}"
    );
}

#[test]
fn github_gets_the_status_of_a_commit() {
    let (target, headers, body) =
        sent("github-status", &[("owner", "acme"), ("repository", "web shop"), ("token", "t0ken")]);
    assert_eq!(target, "POST https://api.github.com/repos/acme/web%20shop/statuses/c0ffee");
    has(&headers, "authorization", "Bearer t0ken");
    has(&headers, "accept", "application/vnd.github+json");
    assert_eq!(
        body,
        json!({
            "state": "success", "context": "pact/orders", "description": "Pact with orders prod",
            "target_url": "https://broker/result",
        })
    );
}

#[test]
fn github_gets_an_event_that_starts_workflows() {
    let (target, headers, body) =
        sent("github-dispatch", &[("owner", "acme"), ("repository", "orders"), ("token", "t0ken")]);
    assert_eq!(target, "POST https://api.github.com/repos/acme/orders/dispatches");
    has(&headers, "authorization", "Bearer t0ken");
    assert_eq!(body["event_type"], "contract_requiring_verification_published");
    let payload = body["client_payload"].as_object().unwrap();
    assert_eq!(payload["pact_url"], "https://broker/pact?a=b");
    assert!(payload.len() <= 10, "GitHub takes ten at most");
}

#[test]
fn gitlab_gets_a_pipeline_and_a_status() {
    let (target, headers, body) = sent("gitlab-pipeline", &[("project", "acme/orders"), ("token", "t0ken")]);
    assert_eq!(target, "POST https://gitlab.com/api/v4/projects/acme%2Forders/pipeline");
    has(&headers, "private-token", "t0ken");
    assert_eq!(body["ref"], "main");
    assert_eq!(body["variables"][0], json!({ "key": "PACT_URL", "value": "https://broker/pact?a=b" }));
    let own = [("project", "3"), ("token", "t"), ("api", "https://git.example.org/api/v4/")];
    let (target, _, body) = sent("gitlab-status", &own);
    assert_eq!(target, "POST https://git.example.org/api/v4/projects/3/statuses/c0ffee");
    assert_eq!((&body["state"], &body["name"]), (&json!("failed"), &json!("pact/orders")));
}

#[test]
fn bitbucket_gets_the_status_of_a_build() {
    let (target, headers, body) =
        sent("bitbucket-status", &[("workspace", "acme"), ("repository", "web"), ("token", "t0ken")]);
    assert_eq!(
        target,
        "POST https://api.bitbucket.org/2.0/repositories/acme/web/commit/c0ffee/statuses/build"
    );
    has(&headers, "authorization", "Bearer t0ken");
    assert_eq!((&body["state"], &body["key"]), (&json!("INPROGRESS"), &json!("pact-orders")));
    assert!(body["url"].is_string(), "Bitbucket wants one");
}

#[test]
fn azure_devops_gets_the_run_of_a_pipeline() {
    let values =
        [("organization", "acme"), ("project", "Order desk"), ("pipeline", "12"), ("token", "t0ken")];
    let (target, headers, body) = sent("azure-devops-pipeline", &values);
    assert_eq!(
        target,
        "POST https://dev.azure.com/acme/Order%20desk/_apis/pipelines/12/runs?api-version=7.1"
    );
    has(&headers, "authorization", "Basic OnQwa2Vu");
    assert_eq!(body["resources"]["repositories"]["self"]["refName"], "refs/heads/main");
    assert_eq!(body["variables"]["PACT_URL"]["value"], "https://broker/pact?a=b");
}

#[test]
fn jenkins_gets_a_build_with_parameters() {
    let values = [
        ("server", "https://ci.example.org/"),
        ("job", "team/job/verify"),
        ("user", "robot"),
        ("token", "t0ken"),
    ];
    let (target, headers, body) = sent("jenkins-job", &values);
    assert_eq!(
        target,
        "POST https://ci.example.org/job/team/job/verify/buildWithParameters?PACT_URL=https%3A%2F%2Fbroker%2Fpact%3Fa%3Db&\
         PACT_CONSUMER=web&PACT_CONSUMER_VERSION=c0ffee&PACT_PROVIDER_VERSION=7"
    );
    has(&headers, "authorization", "Basic cm9ib3Q6dDBrZW4=");
    assert_eq!(body, Value::Null);
}

#[test]
fn people_are_told_in_slack_and_teams() {
    let (target, _, body) = sent("slack", &[("url", "https://hooks.slack.com/services/T/B/x")]);
    assert_eq!(target, "POST https://hooks.slack.com/services/T/B/x");
    let text = "provider_verification_failed: web c0ffee with orders 7";
    assert!(body["text"].as_str().unwrap().starts_with(text), "{body}");
    let (target, _, body) = sent("teams", &[("url", "https://example.webhook.office.com/a?sig=b")]);
    assert_eq!(target, "POST https://example.webhook.office.com/a?sig=b");
    let card = &body["attachments"][0];
    assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!(card["content"]["body"][0]["text"], text);
}

#[test]
fn every_template_can_be_read_and_is_told_of_known_events() {
    for name in names() {
        let template = Template::named(name).unwrap();
        assert!(template.see.starts_with("https://") && !template.about.is_empty(), "{name}");
        for event in template.webhook["events"].as_array().unwrap() {
            assert!(WebhookEvent::named(event.as_str().unwrap()).is_some(), "{name}: {event}");
        }
    }
}

#[test]
fn what_is_missing_and_what_is_not_known_is_named() {
    let fill = |values: &[(&str, &str)]| {
        let values: Vec<_> =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Template::named("github-status").unwrap().fill("github-status", &values).unwrap_err()
    };
    let told = fill(&[("owner", "acme"), ("token", "")]).to_string();
    assert!(told.contains("--set repository=") && told.contains("--set token="), "{told}");
    assert!(!told.contains("--set owner=") && !told.contains("--set api="), "{told}");
    let told = fill(&[("owners", "acme")]);
    assert!(matches!(&told, TemplateError::NoSuchValue { value, .. } if value == "owners"), "{told}");
    let told = Template::named("github").unwrap_err().to_string();
    assert!(told.contains("github-status"), "{told}");
}
