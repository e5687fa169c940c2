//! Mocks and stubs that are made from pact files, as real clients see them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::error::Error;

use pactwright::pactwright_core::format;
use pactwright::pactwright_core::model::{Category, InteractionKind, Pact};
use pactwright::pactwright_core::rules::{self, Rule};
use pactwright::standalone::{Cors, MockOptions, PactMock, States, Stub, StubOptions};
use pactwright::{Failure, StartError};
use regex::Regex;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode, Version};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type TestResult = Result<(), Box<dyn Error>>;

fn client() -> reqwest::Result<Client> {
    Client::builder().no_proxy().build()
}

fn pact(interactions: &Value) -> Pact {
    let document = json!({
        "consumer": { "name": "web" },
        "provider": { "name": "orders" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } },
    });
    format::read(document.to_string().as_bytes()).unwrap()
}

/// An interaction whose response says its description.
fn interaction(description: &str, state: Option<&str>, request: &Value) -> Value {
    let states: Vec<_> = state.iter().map(|name| json!({ "name": name })).collect();
    json!({
        "type": "Synchronous/HTTP", "description": description, "providerStates": states, "request": request,
        "response": { "status": 200, "body": { "content": description, "contentType": "text/plain", "encoded": false } },
    })
}

fn ping() -> Pact {
    pact(&json!([interaction("ping", None, &json!({ "method": "GET", "path": "/ping" }))]))
}

#[tokio::test]
async fn a_mock_from_a_pact_is_verified_and_goes_on() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock =
        PactMock::start(ping(), MockOptions::default().output_dir(folder.path()).cors_preflight(true))?;
    let url = format!("{}/ping", mock.url());
    assert!(matches!(mock.problems().unwrap().failures(), [Failure::NeverRequested(_)]));
    assert!(mock.save().is_err());
    assert!(std::fs::read_dir(folder.path())?.next().is_none(), "nothing is written before it is verified");

    assert_eq!(client()?.get(&url).send().await?.text().await?, "ping");
    let ahead = client()?.request(Method::OPTIONS, &url).header("origin", "http://x");
    let ahead = ahead.header("access-control-request-method", "GET").send().await?;
    assert_eq!(ahead.status(), StatusCode::NO_CONTENT);
    assert!(mock.problems().is_none());
    let file = mock.save()?;
    assert_eq!(format::read(&std::fs::read(file.path)?)?.interactions.len(), 1);

    client()?.delete(&url).send().await?;
    assert!(matches!(mock.save().unwrap_err().failures(), [Failure::Unmatched(_)]));
    let address = mock.address();
    mock.stop().await;
    assert!(std::net::TcpListener::bind(address).is_ok(), "the port is free again");
    Ok(())
}

#[tokio::test]
async fn a_stub_is_generous_with_what_clients_leave_out() -> TestResult {
    let order = json!({ "content": { "id": 1 }, "contentType": "application/json", "encoded": false });
    let stub = Stub::start(
        &[pact(&json!([
            interaction("any", None, &json!({ "method": "GET", "path": "/orders" })),
            interaction(
                "german",
                None,
                &json!({ "method": "GET", "path": "/orders", "headers": { "Accept-Language": ["de"], "X-Trace": ["1"] } })
            ),
            interaction(
                "open",
                None,
                &json!({ "method": "GET", "path": "/orders", "query": { "state": ["open"] } })
            ),
            interaction("created", None, &json!({ "method": "POST", "path": "/orders", "body": order })),
        ]))],
        StubOptions::default(),
    )?;
    assert_eq!(stub.interactions(), 4);
    let client = client()?;
    let ask = async |method: Method, path: &str, headers: &[(&str, &str)], body: Option<Value>| {
        let mut request = client.request(method, format!("{}{path}", stub.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = if let Some(body) = body { request.json(&body) } else { request };
        let answer = request.send().await?;
        Ok::<_, reqwest::Error>((answer.status().as_u16(), answer.text().await?))
    };
    let said = |text: &str| (200, text.to_owned());
    assert_eq!(ask(Method::GET, "/orders", &[], None).await?, said("any"));
    // Nothing is verified: a stub that was asked twice is asked twice.
    assert_eq!(ask(Method::GET, "/orders", &[], None).await?, said("any"));
    let german = [("accept-language", "de"), ("x-trace", "1")];
    assert_eq!(ask(Method::GET, "/orders", &german, None).await?, said("german"));
    assert_eq!(ask(Method::GET, "/orders?state=open", &[], None).await?, said("open"));
    assert_eq!(ask(Method::POST, "/orders", &[], Some(json!({ "id": 1 }))).await?, said("created"));
    assert_eq!(ask(Method::POST, "/orders", &[], None).await?, said("created"), "it brings no body");

    let (status, text) = ask(Method::POST, "/orders", &[], Some(json!({ "id": 2 }))).await?;
    let explanation: Value = serde_json::from_str(&text)?;
    assert_eq!((status, &explanation["error"]), (404, &json!("No-Response")));
    assert_eq!(explanation["closest"]["description"], "created");
    assert_eq!(explanation["closest"]["mismatches"][0]["path"], "$.id");
    assert_eq!(ask(Method::GET, "/orders?state=paid", &[], None).await?.0, 404);
    assert_eq!(ask(Method::PUT, "/orders", &[], None).await?.0, 404);
    Ok(())
}

#[tokio::test]
async fn a_stub_chooses_by_provider_state() -> TestResult {
    let request = json!({ "method": "GET", "path": "/orders/7" });
    let pacts = [pact(&json!([
        interaction("there", Some("order 7 exists"), &request),
        interaction("gone", Some("order 7 was removed"), &request),
        interaction("whatever", None, &request),
    ]))];
    let ask = async |states: States, header: Option<&str>| {
        let stub = Stub::start(&pacts, StubOptions::default().states(states))?;
        let mut request = client()?.get(format!("{}/orders/7", stub.url()));
        if let Some(state) = header {
            request = request.header("X-State", state);
        }
        let answer = request.send().await?;
        Ok::<_, Box<dyn Error>>((answer.status().as_u16(), answer.text().await?))
    };
    let said = |text: &str| (200, text.to_owned());
    let fixed = |expression: &str| States { expression: Regex::new(expression).ok(), ..States::default() };
    let free = || States { header: Some("x-state".to_owned()), ..fixed("removed") };
    assert_eq!(ask(States::default(), None).await?, said("there"));
    assert_eq!(ask(fixed("removed$"), None).await?, said("gone"));
    assert_eq!(ask(fixed("unknown"), None).await?.0, 404);
    assert_eq!(ask(States { stateless: true, ..fixed("unknown") }, None).await?, said("whatever"));
    assert_eq!(ask(free(), None).await?, said("gone"));
    assert_eq!(ask(free(), Some("order . exists")).await?, said("there"));
    let (status, text) = ask(free(), Some("order (")).await?;
    assert_eq!(status, 400);
    assert!(text.contains("the provider state in the header `x-state` is no expression"), "{text}");
    // What comes closest is sought among those that were asked.
    let (_, text) = ask(fixed("unknown"), None).await?;
    let explanation: Value = serde_json::from_str(&text)?;
    assert_eq!(explanation["closest"], Value::Null);
    assert!(text.contains("a provider state that `unknown` is found in"), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_stub_tells_browsers_what_they_may() -> TestResult {
    let ask = async |cors: Cors, method: Method| {
        let stub = Stub::start(&[ping()], StubOptions::default().cors(cors))?;
        let request = client()?.request(method, format!("{}/ping", stub.url()));
        let answer = request.header("referer", "http://shop.example:81/cart?id=1").send().await?;
        let allowed =
            |headers: &HeaderMap| headers["access-control-allow-origin"].to_str().unwrap().to_owned();
        Ok::<_, Box<dyn Error>>((answer.status().as_u16(), allowed(answer.headers())))
    };
    let all = |status| (status, "*".to_owned());
    assert_eq!(ask(Cors::AsAgreed, Method::GET).await?, all(200));
    assert_eq!(ask(Cors::AsAgreed, Method::OPTIONS).await?, all(404));
    assert_eq!(ask(Cors::Preflight, Method::OPTIONS).await?, all(204));
    assert_eq!(ask(Cors::Referer, Method::OPTIONS).await?, (204, "http://shop.example:81".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_stub_changes_its_pacts_while_it_answers() -> TestResult {
    let stub = Stub::start(&[ping()], StubOptions::default())?;
    let other = pact(&json!([interaction("pong", None, &json!({ "method": "GET", "path": "/ping" }))]));
    stub.replace(&[other])?;
    assert_eq!(client()?.get(format!("{}/ping", stub.url())).send().await?.text().await?, "pong");

    let mut broken = ping();
    if let InteractionKind::Http { request, .. } = &mut broken.interactions[0].kind {
        request.rules.insert(Category::Path, "", Rule::Regex(rules::Regex::new("(")));
    }
    let error = stub.replace(&[broken]).unwrap_err();
    assert!(matches!(error, StartError::Unusable { .. }), "{error}");
    assert!(error.to_string().starts_with("the interaction \"ping\" cannot be served"), "{error}");
    assert_eq!(client()?.get(format!("{}/ping", stub.url())).send().await?.text().await?, "pong");
    Ok(())
}

#[tokio::test]
async fn an_occupied_port_is_an_error_at_the_start() -> TestResult {
    let other = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = other.local_addr()?;
    let error = Stub::start(&[ping()], StubOptions::default().address(address)).unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }), "{error}");
    Ok(())
}

#[cfg(feature = "http2")]
#[tokio::test(flavor = "multi_thread")]
async fn clients_may_begin_with_http_2() -> TestResult {
    let mock = PactMock::start(ping(), MockOptions::default())?;
    let client = Client::builder().no_proxy().http2_prior_knowledge().build()?;
    let requests: Vec<_> =
        (0..100).map(|_| tokio::spawn(client.get(format!("{}/ping", mock.url())).send())).collect();
    for request in requests {
        let answer = request.await??;
        assert_eq!((answer.version(), answer.status()), (Version::HTTP_2, StatusCode::OK));
        assert_eq!(answer.text().await?, "ping");
    }
    assert!(mock.problems().is_none());
    Ok(())
}

#[tokio::test]
async fn one_connection_carries_many_requests() -> TestResult {
    let stub = Stub::start(&[ping()], StubOptions::default())?;
    let mut stream = TcpStream::connect(stub.address()).await?;
    for last in [false, false, true] {
        let connection = if last { "Connection: close\r\n" } else { "" };
        let request = format!("GET /ping HTTP/1.1\r\nHost: stub\r\n{connection}\r\n");
        stream.write_all(request.as_bytes()).await?;
    }
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await?;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 3, "{answers}");
    Ok(())
}
