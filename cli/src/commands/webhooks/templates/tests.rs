use pactwright_broker::{
    delivery::values,
    domain::{
        model::{NamedSecret, RequestHeader, Secret, WebhookEvent, WebhookRequest},
        webhooks::{
            context::Context,
            template::{Rendered, Values, render},
            vault::Vault,
        },
    },
};
use serde_json::{Value, json};

use super::{Template, TemplateError, names};

fn filled(name: &str, values: &[(&str, &str)]) -> serde_json::Map<String, Value> {
    let values: Vec<_> =
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Template::named(name).unwrap().fill(name, &values).unwrap()
}

/// What the receiver of a webhook gets of an event, and its body.
fn told(name: &str, values: &[(&str, &str)], known: &Values) -> (Rendered, Value) {
    let webhook = filled(name, values);
    let request = &webhook["request"];
    let text = |member: &str| request[member].as_str().map(str::to_owned);
    let members = |member: &str| {
        let members = request[member].as_object().cloned().unwrap_or_default().into_iter();
        members.map(|(name, value)| (name, Secret::new(value.as_str().unwrap())))
    };
    let request = WebhookRequest {
        method: text("method").unwrap(),
        url: text("url").unwrap(),
        headers: members("headers")
            .map(|(name, value)| RequestHeader { name: name.to_lowercase(), value })
            .collect(),
        body: request.get("body").cloned(),
        username: text("username"),
        password: text("password").map(Secret::new),
        signing_secret: None,
        named_secrets: members("secrets").map(|(name, value)| NamedSecret { name, value }).collect(),
    };
    let opened = Vault::default().open_request(&"0123456789abcdef".parse().unwrap(), &request).unwrap();
    let rendered = render(&request, &opened, known);
    let body =
        rendered.body.as_ref().map_or(Value::Null, |body| serde_json::from_str(body.reveal()).unwrap());
    let everything = format!("{} {body}", rendered.url.reveal());
    assert!(!everything.contains("{{") && !everything.contains("${"), "{name} has gaps: {everything}");
    (rendered, body)
}

/// Method and address, headers, and body, of a verification that failed.
fn sent(name: &str, values: &[(&str, &str)]) -> (String, Vec<(String, String)>, Value) {
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
    let known: Values = known.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (rendered, body) = told(name, values, &known);
    let headers = rendered.headers.iter().map(|(name, value)| (name.clone(), value.reveal().to_owned()));
    (format!("{} {}", rendered.method, rendered.url.reveal()), headers.collect(), body)
}

/// What a broker says of an event: as little as it may.
fn said_of(event: WebhookEvent, web: &str) -> Values {
    let mut context = Context::placeholder("https://broker");
    for value in context.values.values_mut() {
        value.clear();
    }
    let mut set = |name: &str, value: &str| context.values.insert(name.to_owned(), value.to_owned());
    set("consumerName", web);
    set("consumerVersionNumber", "1");
    set("consumerOwner", "web-team (#web)");
    match event {
        WebhookEvent::DeploymentRecorded | WebhookEvent::CanIDeployTurnedToNo => {
            set("pacticipantName", web);
            set("pacticipantVersionNumber", "1");
            set("environmentName", "production");
            set("reason", "Because.");
        }
        _ => {
            set("providerName", "orders");
            set("reason", "Because.");
        }
    }
    if event == WebhookEvent::DeploymentRecorded {
        set("pactUrl", "");
    }
    values(&context, event.name())
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
fn people_are_told_of_every_event_in_slack_and_teams_with_a_link() {
    for event in WebhookEvent::ALL {
        let known = said_of(event, "web");
        let (_, body) = told("slack", &[("url", "https://hooks.slack.com/services/T/B/x")], &known);
        let text = body["text"].as_str().unwrap();
        assert!(text.contains("web 1") && text.contains(" <https://broker/"), "{event:?}: {text}");
        assert!(!text.contains("<|") && !text.contains("  "), "{event:?}: {text}");
        let (_, body) = told("teams", &[("url", "https://example.org/a?sig=b")], &known);
        let card = &body["attachments"][0];
        assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
        let text = card["content"]["body"][0]["inlines"][0]["text"].as_str().unwrap();
        assert!(text.contains("web 1") && !text.contains("  "), "{event:?}: {text}");
        let url = card["content"]["actions"][0]["url"].as_str().unwrap();
        assert!(
            url.starts_with("https://broker/") && url.len() > "https://broker/".len(),
            "{event:?}: {url}"
        );
    }
    let known = said_of(WebhookEvent::ProviderVerificationFailed, "web");
    let (_, body) = told("slack", &[("url", "https://hooks.slack.com/services/T/B/x")], &known);
    assert!(body["text"].as_str().unwrap().contains("web belongs to web-team (#web)"), "{body}");
}

#[test]
fn what_somebody_called_something_mentions_nobody() {
    for event in WebhookEvent::ALL {
        let known = said_of(event, "<!channel> <https://evil.example.org|web>");
        let (_, body) = told("slack", &[("url", "https://hooks.slack.com/services/T/B/x")], &known);
        let text = body["text"].as_str().unwrap();
        assert!(text.contains("&lt;!channel&gt;"), "{event:?}: {text}");
        assert_eq!(text.matches('<').count(), 1, "only the link is one: {text}");
    }
}

#[test]
fn addresses_that_are_secrets_are_kept_as_secrets() {
    let teams = "https://prod.logic.azure.com:443/workflows/7/invoke?api-version=1&sig=a%2Fb";
    for (name, url, shown) in [
        ("slack", "https://hooks.slack.com/services/T/B/x", "https://hooks.slack.com/**********"),
        ("teams", teams, "https://prod.logic.azure.com:443/**********"),
    ] {
        let known = said_of(WebhookEvent::ContractPublished, "web");
        let (rendered, _) = told(name, &[("url", url)], &known);
        assert_eq!((rendered.url.reveal(), rendered.shown_url.as_str()), (url, shown));
        for nonsense in
            ["https://hooks.slack.com", "hooks.slack.com/services", "https://hooks.slack.com/", "/x"]
        {
            let values = [("url".to_owned(), nonsense.to_owned())];
            let error = Template::named(name).unwrap().fill(name, &values).unwrap_err();
            assert!(matches!(error, TemplateError::NoAddress { .. }), "{nonsense}: {error}");
            assert!(!error.to_string().contains("hooks.slack"), "{error}");
        }
    }
}

#[test]
fn no_template_leaves_a_gap_for_any_event() {
    for name in names() {
        let template = Template::named(name).unwrap();
        let needed = template.values.iter().filter(|gap| gap.default.is_none());
        let values: Vec<_> = needed
            .map(|gap| {
                let is_address = gap.secret_path || gap.raw;
                (gap.name.as_str(), if is_address { "https://example.org/x" } else { "x" })
            })
            .collect();
        for event in WebhookEvent::ALL {
            told(name, &values, &said_of(event, "web"));
        }
    }
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
