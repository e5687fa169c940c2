use std::net::SocketAddr;
use std::time::Duration;

use pactwright_verifier::client::{ClientOptions, HttpClient};
use pactwright_verifier::states::{HttpStates, ParametersIn};
use pactwright_verifier::{ExitCode, InteractionError, Party, RunError, Verdict, Verifier};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Given, calls, get, pact, provider, report, results, verifier, wrong};

/// A provider that treats each connection as it likes.
async fn rude<F, R>(treat: F) -> SocketAddr
where
    F: Fn(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            tokio::spawn(treat(stream));
        }
    });
    address
}

fn at(address: SocketAddr) -> Verifier {
    Verifier::new("orders-api").source(Given(vec![pact(&[get("/a")])])).base_url(format!("http://{address}"))
}

#[tokio::test]
async fn the_request_is_sent_as_the_contract_has_it() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/api/orders"))
        .and(header("content-type", "application/json"))
        .and(header("x-extra", "from the caller"))
        .respond_with(ResponseTemplate::new(201))
        .mount(&server)
        .await;
    let interaction = json!({
        "description": "a new order",
        "request": {
            "method": "POST",
            "path": "/orders",
            "query": { "dry": ["yes"], "tag": ["a b", "c"] },
            "headers": { "Content-Type": "application/json", "X-Extra": "from the contract" },
            "body": { "sku": "A", "price": 10.50 },
        },
        "response": { "status": 201 },
    });
    let verifier = Verifier::new("orders-api")
        .source(Given(vec![pact(&[interaction])]))
        .base_url(format!("{}/api/", server.uri()))
        .header("x-extra", "from the caller");
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert_eq!(calls(&server).await, ["POST /api/orders?dry=yes&tag=a%20b&tag=c"]);
    let body = String::from_utf8(server.received_requests().await.unwrap()[0].body.clone()).unwrap();
    assert_eq!(body, r#"{"price":10.5,"sku":"A"}"#);
}

#[tokio::test]
async fn redirects_are_answers() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(302).insert_header("Location", "/elsewhere");
    Mock::given(path("/a")).respond_with(answer).mount(&server).await;
    let interaction = json!({
        "description": "a request that is redirected",
        "request": { "method": "GET", "path": "/a" },
        "response": { "status": 302, "headers": { "Location": "/elsewhere" } },
    });
    let (summary, text) = report(verifier(&[interaction], &server)).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert_eq!(calls(&server).await, ["GET /a"]);
}

#[tokio::test]
async fn a_provider_that_is_down_is_named_for_each_interaction_and_nothing_is_said_about_it() {
    let verifier = Verifier::new("orders-api")
        .source(Given(vec![pact(&[get("/a"), get("/b")])]))
        .base_url("http://127.0.0.1:1");
    assert_eq!(report(verifier.clone()).await.0.exit_code(), ExitCode::CouldNotRun);
    let results = results(verifier).await;
    assert_eq!(results.len(), 2);
    for result in results {
        assert_eq!(result.verdict(), Verdict::Errored);
        assert_eq!(result.errors[0].party(), Party::Provider);
        let wrong = wrong(&result).join("\n");
        let expected =
            "the provider gave no answer that can be verified: could not connect to http://127.0.0.1:1/";
        assert!(wrong.starts_with(expected), "{wrong}");
        assert!(wrong.contains("refused"), "{wrong}");
    }
}

/// What is said of a provider that was reached and did not answer as it should: that is a failure.
async fn failure(verifier: Verifier) -> String {
    let (summary, text) = report(verifier.clone()).await;
    assert_eq!(summary.exit_code(), ExitCode::Failed, "{text}");
    let results = results(verifier).await;
    assert_eq!(results[0].errors[0].party(), Party::Provider);
    wrong(&results[0]).join("\n")
}

#[tokio::test]
async fn a_provider_that_hangs_up_or_talks_nonsense_is_named() {
    for said in ["", "hello\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"] {
        let address = rude(move |mut stream| async move {
            let _ = stream.write_all(said.as_bytes()).await;
        })
        .await;
        let wrong = failure(at(address)).await;
        assert!(wrong.contains("gave no proper HTTP answer"), "{said:?}: {wrong}");
    }
}

#[tokio::test]
async fn a_provider_that_resets_the_connection_is_named() {
    let address = rude(|stream| async move {
        // What lies unread when a connection is closed resets it.
        stream.set_zero_linger().unwrap();
    })
    .await;
    let wrong = failure(at(address)).await;
    assert!(wrong.contains("gave no proper HTTP answer"), "{wrong}");
}

#[tokio::test]
async fn a_provider_that_hangs_is_not_waited_for() {
    let address = rude(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let wrong = failure(at(address).request_timeout(Duration::from_secs(1))).await;
    assert!(wrong.ends_with("/a did not answer within 1s"), "{wrong}");
}

#[tokio::test]
async fn a_provider_that_never_stops_is_cut_off() {
    let address = rude(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    let wrong = failure(at(address).body_limit(100_000)).await;
    assert!(wrong.ends_with("/a answered with more than 100000 bytes, which is the limit"), "{wrong}");
}

#[tokio::test]
async fn headers_without_end_are_cut_off() {
    let address = rude(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"x-more: and more\r\n").await.is_ok() {}
    })
    .await;
    let wrong = failure(at(address)).await;
    assert!(wrong.contains("gave no proper HTTP answer"), "{wrong}");
}

#[tokio::test]
async fn a_gigabyte_is_not_even_begun() {
    let address = rude(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n").await;
        // Nothing follows: whoever wanted to read it would wait.
        std::future::pending::<()>().await;
    })
    .await;
    let wrong = failure(at(address)).await;
    assert!(wrong.ends_with("/a answered with more than 33554432 bytes, which is the limit"), "{wrong}");
}

#[tokio::test]
async fn what_could_run_is_told_beside_what_could_not() {
    let server = provider(&[("/a", json!({ "id": 7 })), ("/c", json!({ "id": "x" }))]).await;
    let late = ResponseTemplate::new(200).set_delay(Duration::from_secs(600));
    Mock::given(path("/b")).respond_with(late).mount(&server).await;
    let interactions = [get("/a"), get("/b"), get("/c")];
    let run = verifier(&interactions, &server).request_timeout(Duration::from_secs(3));
    let verdicts: Vec<_> = results(run).await.iter().map(|result| result.verdict()).collect();
    assert_eq!(verdicts, [Verdict::Passed, Verdict::Failed, Verdict::Failed]);
}

#[tokio::test]
async fn the_other_interactions_are_verified_all_the_same() {
    let server = provider(&[("/b", json!({ "id": 7 }))]).await;
    let mut bad = get("/a");
    bad["request"]["headers"] = json!({ "X-Bad": "line\nbreak" });
    let results = results(verifier(&[bad, get("/b")], &server)).await;
    assert_eq!(
        wrong(&results[0]),
        [
            "nothing could be asked of the provider: the header `X-Bad` has a name or value that cannot be sent"
        ]
    );
    assert!(results[1].passed());
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_the_fault_of_whoever_added_it() {
    let server = provider(&[("/a", json!({ "id": 7 }))]).await;
    let mut pending = get("/a");
    pending["pending"] = true.into();
    let run = verifier(&[pending], &server);
    let error = run.clone().header("Authorization", "Bearer hush\n").run(&mut ()).await.unwrap_err();
    assert!(matches!(error, RunError::Header(_)), "{error}");
    assert!(!format!("{error:?}").contains("hush"));
    let filtered = run.request_filter(async |mut request| {
        request.headers.push(("X-Token".to_owned(), "hush\n".to_owned()));
        Ok(request)
    });
    let results = results(filtered).await;
    assert_eq!(
        wrong(&results[0]),
        [
            "nothing could be asked of the provider: the request filter failed, so nothing was sent: the header \
             `X-Token` has a name or value that cannot be sent"
        ]
    );
    assert_eq!(results[0].errors[0].party(), Party::Caller);
    assert!(!results[0].can_be_pending());
    assert!(calls(&server).await.is_empty());
}

#[tokio::test]
async fn passwords_in_addresses_are_not_shown() {
    let address = "http://me:hush@orders.example/";
    let verifier =
        Verifier::new("orders-api").base_url(address).states_url(address, ParametersIn::Body, true);
    let verifier = verifier.named_url("events", address);
    let client = HttpClient::new(&ClientOptions::default()).unwrap();
    let states = HttpStates::new(client, address).unwrap().headers(vec![("X".to_owned(), "hush".to_owned())]);
    let shown = format!("{verifier:?} {states:?}");
    assert!(shown.contains("orders.example") && !shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_before_anything_is_fetched() {
    let verifier = Verifier::new("x").source(Given(vec![])).base_url("localhost:8080");
    let error = verifier.run(&mut ()).await.unwrap_err();
    assert!(matches!(error, RunError::Address { what: "provider", .. }), "{error}");
    let verifier = Verifier::new("x").source(Given(vec![]));
    let verifier = verifier.states_url("nowhere", ParametersIn::Body, false);
    let error = verifier.run(&mut ()).await.unwrap_err();
    assert!(matches!(error, RunError::Address { what: "state handler", .. }), "{error}");
}

#[tokio::test]
async fn an_interaction_can_ask_for_another_transport() {
    let server = provider(&[("/a", json!({ "id": 7 }))]).await;
    let mut interaction = get("/a");
    interaction["type"] = "Synchronous/HTTP".into();
    interaction["transport"] = "grpc-web".into();
    interaction["response"] = json!({ "status": 200 });
    let mut contract = pact(&[interaction]);
    contract["metadata"]["pactSpecification"]["version"] = "4.0".into();
    let verifier = Verifier::new("orders-api").source(Given(vec![contract])).base_url("http://127.0.0.1:1");
    let without = results(verifier.clone()).await;
    assert!(matches!(
        &*without[0].errors[0],
        InteractionError::NoTransport { name: Some(name) } if name == "grpc-web"
    ));
    let client = HttpClient::new(&ClientOptions::default()).unwrap();
    let transport = pactwright_verifier::transport::HttpProvider::new(client, &server.uri()).unwrap();
    assert!(results(verifier.named_transport("grpc-web", transport)).await[0].passed());
}

#[tokio::test]
async fn the_time_that_answers_take_is_measured_and_summed_up() {
    let server = provider(&[("/a", json!({ "id": 7 })), ("/b", json!({ "id": 7 }))]).await;
    let late = Duration::from_millis(50);
    let answer = ResponseTemplate::new(200).set_body_json(json!({ "id": 7 })).set_delay(late);
    Mock::given(path("/late")).respond_with(answer).mount(&server).await;
    let run = verifier(&[get("/a"), get("/late"), get("/b")], &server);
    let (summary, _) = report(run.clone()).await;
    let times = summary.response_times.unwrap();
    assert_eq!((times.answers, summary.pacts[0].response_times.as_ref()), (3, Some(&times)));
    assert!(times.worst >= late && times.median <= times.worst, "{times:?}");
    assert!(results(run).await[1].response_time.unwrap() >= late);
    let down =
        Verifier::new("orders-api").source(Given(vec![pact(&[get("/a")])])).base_url("http://127.0.0.1:1");
    assert_eq!(report(down).await.0.response_times, None);
}
