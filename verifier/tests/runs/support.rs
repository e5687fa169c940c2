use std::path::PathBuf;
use std::time::Duration;

use pactwright_core::format;
use pactwright_verifier::client::{Access, Retries};
use pactwright_verifier::events::Event;
use pactwright_verifier::report::TerminalReporter;
use pactwright_verifier::sources::{LoadContext, Loaded, LoadedPact, Origin, PactSource};
use pactwright_verifier::{InteractionResult, RunSummary, Verifier};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// A contract between `web` and `orders-api` with those interactions.
pub(crate) fn pact(interactions: &[Value]) -> Value {
    json!({
        "consumer": { "name": "web" },
        "provider": { "name": "orders-api" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    })
}

/// A request for a path that expects `{"id": 7}`.
pub(crate) fn get(path: &str) -> Value {
    json!({
        "description": format!("a request for {path}"),
        "request": { "method": "GET", "path": path },
        "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "id": 7 } },
    })
}

/// The same interaction, with a provider state.
pub(crate) fn given(mut interaction: Value, states: &[Value]) -> Value {
    interaction["providerStates"] = states.into();
    interaction
}

pub(crate) fn state(name: &str) -> Value {
    json!({ "name": name })
}

/// Gives contracts that were made up in a test.
#[derive(Debug)]
pub(crate) struct Given(pub(crate) Vec<Value>);

impl PactSource for Given {
    fn name(&self) -> String {
        "a test".to_owned()
    }

    fn load<'a>(&'a self, _: &'a LoadContext) -> futures_util::future::BoxFuture<'a, Loaded> {
        let pacts = self.0.iter().map(|pact| {
            let pact = format::read(pact.to_string().as_bytes()).unwrap();
            LoadedPact::new(pact, Origin::Other("a test".to_owned()))
        });
        Box::pin(std::future::ready(Loaded { pacts: pacts.collect(), failures: Vec::new() }))
    }
}

/// A verifier of `orders-api` for one contract.
pub(crate) fn verifier(interactions: &[Value], provider: &MockServer) -> Verifier {
    Verifier::new("orders-api").source(Given(vec![pact(interactions)])).base_url(provider.uri())
}

/// A provider that answers each of these paths with a JSON body.
pub(crate) async fn provider(answers: &[(&str, Value)]) -> MockServer {
    let server = MockServer::start().await;
    for (at, body) in answers {
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(method("GET")).and(path(*at)).respond_with(answer).mount(&server).await;
    }
    server
}

/// A broker is asked once again at most, without waiting.
pub(crate) fn access() -> Access {
    let retries = Retries { times: 1, first: Duration::ZERO, longest: Duration::ZERO };
    Access { retries, ..Access::default() }
}

/// Runs, and gives what happened.
pub(crate) async fn events(verifier: Verifier) -> (RunSummary, Vec<Event>) {
    let mut events = Vec::new();
    let summary = verifier.run(&mut events).await.unwrap();
    (summary, events)
}

/// What came of the interactions, in the order in which it was reported.
pub(crate) async fn results(verifier: Verifier) -> Vec<std::sync::Arc<InteractionResult>> {
    let finished = |event| match event {
        Event::InteractionFinished { result, .. } => Some(result),
        _ => None,
    };
    events(verifier).await.1.into_iter().filter_map(finished).collect()
}

/// Runs, and gives the report for people.
pub(crate) async fn report(verifier: Verifier) -> (RunSummary, String) {
    let mut reporter = TerminalReporter::new(Vec::new());
    let summary = verifier.run(&mut reporter).await.unwrap();
    (summary, String::from_utf8(reporter.into_inner()).unwrap())
}

/// Sentences about everything that was wrong with an interaction.
pub(crate) fn wrong(result: &InteractionResult) -> Vec<String> {
    let errors = result.errors.iter().map(|error| pactwright_verifier::report::chain(error));
    result.mismatches.iter().map(ToString::to_string).chain(errors).collect()
}

/// The requests that a server got, as `METHOD /path?query`.
pub(crate) async fn calls(server: &MockServer) -> Vec<String> {
    let line = |request: &Request| {
        let query = request.url.query().map_or(String::new(), |query| format!("?{query}"));
        format!("{} {}{query}", request.method, request.url.path())
    };
    server.received_requests().await.unwrap().iter().map(line).collect()
}

/// The bodies that a server got for a path, as JSON.
pub(crate) async fn bodies(server: &MockServer, at: &str) -> Vec<Value> {
    let requests = server.received_requests().await.unwrap();
    let at = requests.iter().filter(|request| request.url.path() == at);
    at.map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

/// Writes files into a folder.
pub(crate) fn folder(files: &[(&str, String)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let path = folder.path().to_owned();
    (folder, path)
}

/// A broker with contracts for `orders-api`.
pub(crate) struct Broker {
    pub(crate) server: MockServer,
}

impl Broker {
    /// With these contracts, each with the properties that the list for verification says about it.
    pub(crate) async fn with(pacts: &[(Value, Value)]) -> Self {
        let server = MockServer::start().await;
        let uri = server.uri();
        let link = |path: &str| json!({ "href": format!("{uri}{path}") });
        serve(
            &server,
            "GET",
            "/",
            json!({ "_links": {
                "pb:latest-provider-pacts": link("/pacts/provider/{provider}/latest"),
                "pb:provider-pacts-for-verification": link("/pacts/provider/{provider}/for-verification"),
            }}),
        )
        .await;
        serve(
            &server,
            "GET",
            "/pacticipants/orders-api",
            json!({ "name": "orders-api", "_links": {
                "pb:branch-version": link("/branches/{branch}/versions/{version}"),
                "pb:version-tag": link("/versions/{version}/tags/{tag}"),
            }}),
        )
        .await;
        serve(&server, "GET", "/v", json!({ "_embedded": { "branchVersions": [{ "name": "feat/x" }] } }))
            .await;
        let web = json!({ "name": "web", "owner": "Checkout team", "repositoryUrl": "https://git/web" });
        serve(&server, "GET", "/pacticipants/web", web).await;
        let mut listed = Vec::new();
        for (index, (pact, properties)) in pacts.iter().enumerate() {
            let mut document = pact.clone();
            document["_links"] = json!({
                "pb:publish-verification-results": link(&format!("/results/{index}")),
                "pb:provider": link("/pacticipants/orders-api"),
                "pb:consumer-version": { "href": format!("{uri}/v"), "name": format!("1.{index}") },
                "pb:consumer": link("/pacticipants/web"),
            });
            serve(&server, "GET", &format!("/pact/{index}"), document).await;
            listed.push(json!({
                "shortDescription": "latest from main branch",
                "verificationProperties": properties,
                "_links": { "self": link(&format!("/pact/{index}")) },
            }));
            serve(&server, "POST", &format!("/results/{index}"), json!({})).await;
        }
        let all: Vec<_> = (0..pacts.len()).map(|index| link(&format!("/pact/{index}"))).collect();
        let (latest, chosen) =
            ("/pacts/provider/orders-api/latest", "/pacts/provider/orders-api/for-verification");
        serve(&server, "GET", latest, json!({ "_links": { "pb:pacts": all } })).await;
        serve(&server, "POST", chosen, json!({ "_embedded": { "pacts": listed } })).await;
        Mock::given(method("PUT")).respond_with(ResponseTemplate::new(201)).mount(&server).await;
        Self { server }
    }

    pub(crate) fn uri(&self) -> String {
        self.server.uri()
    }
}

pub(crate) async fn serve(server: &MockServer, verb: &str, at: &str, document: Value) {
    let answer = ResponseTemplate::new(200).set_body_json(document);
    Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(server).await;
}
