//! The mock server as real clients see it.

use std::error::Error;

use pactwright::Failure;
use pactwright::dsl::Contract;
use pactwright::prelude::*;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

type TestResult = Result<(), Box<dyn Error>>;

fn client() -> reqwest::Result<Client> {
    Client::builder().no_proxy().build()
}

fn orders(folder: &TempDir) -> Contract {
    consumer("web").provider("orders").output_dir(folder.path())
}

#[tokio::test]
async fn every_method_and_part_of_a_request_is_matched() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = orders(&folder)
        .upon_receiving("a search")
        .request(
            get("/orders")
                .query("state", regex("open", "open|paid"))
                .query("page", integer(1))
                .query("tag", "a b")
                .query("tag", "c&d")
                .header("accept", "application/json"),
        )
        .respond(ok().header("x-total", 3).json(json!([])))
        .upon_receiving("a check")
        .request(head("/orders/7"))
        .respond(ok())
        .upon_receiving("a replacement")
        .request(put(regex("/orders/7", r"/orders/\d+")).json(json!({ "state": string("open") })))
        .respond(no_content())
        .upon_receiving("a removal")
        .request(delete("/orders/7").without_body())
        .respond(no_content())
        .upon_receiving("an upload")
        .request(post("/labels").bytes("image/png", *b"\x89PNG"))
        .respond(created().text("stored"))
        .start()
        .await?;
    let (client, url) = (client()?, mock.url());

    let found = client
        .get(format!("{url}/orders"))
        .query(&[("page", "9"), ("tag", "a b"), ("tag", "c&d"), ("state", "paid")])
        .header("Accept", "application/json")
        .send()
        .await?;
    assert_eq!(found.status(), StatusCode::OK);
    assert_eq!(found.headers()["x-total"], "3");
    assert_eq!(found.headers()["content-type"], "application/json");
    assert_eq!(found.headers()["access-control-allow-origin"], "*");
    assert_eq!(found.text().await?, "[]");

    assert_eq!(client.head(format!("{url}/orders/7")).send().await?.status(), StatusCode::OK);
    let replaced = client.put(format!("{url}/orders/12")).json(&json!({ "state": "paid" })).send().await?;
    assert_eq!(replaced.status(), StatusCode::NO_CONTENT);
    let removed = client.delete(format!("{url}/orders/7")).send().await?;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    let stored =
        client.post(format!("{url}/labels")).header("content-type", "image/png").body(&b"\x89PNG"[..]);
    assert_eq!(stored.send().await?.text().await?, "stored");

    let file = mock.finish().await?;
    assert_eq!(file.interactions, 5);
    let pact = pactwright_core::format::read(&std::fs::read(&file.path)?)?;
    assert_eq!((pact.consumer.name.as_str(), pact.provider.name.as_str()), ("web", "orders"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_at_once_are_answered() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mut mock =
        orders(&folder).upon_receiving("order 0").request(get("/orders/0")).respond(ok().json(json!(0)));
    for id in 1..50 {
        let description = format!("order {id}");
        let path = format!("/orders/{id}");
        mock = mock.upon_receiving(description).request(get(path)).respond(ok().json(json!(id)));
    }
    let mock = mock.start().await?;
    let client = client()?;
    let requests: Vec<_> = (0..50)
        .map(|id| {
            let request = client.get(format!("{}/orders/{id}", mock.url()));
            tokio::spawn(async move { request.send().await?.json::<u64>().await })
        })
        .collect();
    for (id, request) in (0..).zip(requests) {
        assert_eq!(request.await??, id);
    }
    assert_eq!(mock.finish().await?.interactions, 50);
    Ok(())
}

#[test]
fn a_test_needs_no_runtime() -> TestResult {
    use std::io::{Read, Write};
    let folder = tempfile::tempdir()?;
    let mock = orders(&folder)
        .upon_receiving("a ping")
        .request(get("/ping"))
        .respond(ok().text("pong"))
        .start_blocking()?;
    let mut stream = std::net::TcpStream::connect(mock.address())?;
    stream.write_all(b"GET /ping HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("pong"), "{answer}");
    assert!(mock.finish()?.changed);
    Ok(())
}

#[tokio::test]
async fn an_answer_that_was_not_agreed_explains_itself() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = orders(&folder)
        .given("order 7 exists")
        .upon_receiving("a change of order 7")
        .request(patch("/orders/7").json(json!({ "state": regex("open", "open|paid"), "count": integer(1) })))
        .respond(ok())
        .start()
        .await?;
    let url = mock.url();
    let body = json!({ "state": "lost", "count": 1, "note": "x" });
    let answer = client()?.patch(format!("{url}/orders/7")).json(&body).send().await?;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.headers()["x-pact"], "Request-Mismatch");
    let body: Value = answer.json().await?;
    assert_eq!(body["closest"]["description"], "a change of order 7");
    assert_eq!(body["closest"]["providerStates"], json!(["order 7 exists"]));
    let state = &body["closest"]["mismatches"][0];
    assert_eq!(
        (&state["path"], &state["expected"], &state["actual"]),
        (&json!("$.state"), &json!("open"), &json!("lost"))
    );
    assert_eq!(state["rule"], json!({ "match": "regex", "regex": "open|paid" }));
    assert_eq!(body["closest"]["mismatches"][1]["path"], "$.note");
    let diff: Vec<_> = body["closest"]["diff"].as_array().into_iter().flatten().collect();
    for line in ["-   \"state\": \"open\"", "+   \"state\": \"lost\"", "+   \"note\": \"x\""] {
        assert!(diff.contains(&&json!(line)), "{line} is not in {diff:?}");
    }
    assert!(body["message"].as_str().is_some_and(|text| text.contains("open|paid")), "{body}");

    let answer = client()?.get(format!("{url}/customers?page=1")).send().await?;
    assert_eq!(answer.headers()["x-pact"], "Unexpected-Request");

    let report = mock.finish().await.unwrap_err();
    assert!(matches!(
        report.failures(),
        [Failure::Unmatched(_), Failure::Unmatched(_), Failure::NeverRequested(_)]
    ));
    assert!(!folder.path().join("web-orders.json").exists(), "nothing is written when something was wrong");
    Ok(())
}

#[tokio::test]
async fn the_interaction_that_says_most_answers() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = orders(&folder)
        .upon_receiving("any order")
        .request(get(regex("/orders/1", r"/orders/\d+")))
        .respond(ok().text("any"))
        .upon_receiving("order 7")
        .request(get("/orders/7"))
        .respond(ok().text("seven"))
        .upon_receiving("order 7 in German")
        .request(get("/orders/7").header("accept-language", "de"))
        .respond(ok().text("sieben"))
        .start()
        .await?;
    let client = client()?;
    let get = |path: &str| client.get(format!("{}{path}", mock.url()));
    assert_eq!(get("/orders/7").header("accept-language", "de").send().await?.text().await?, "sieben");
    assert_eq!(get("/orders/7").send().await?.text().await?, "seven");
    assert_eq!(get("/orders/8").send().await?.text().await?, "any");
    mock.finish().await?;
    Ok(())
}

#[tokio::test]
async fn interactions_with_the_same_request_take_turns() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = orders(&folder)
        .given("the service is starting")
        .upon_receiving("a ping")
        .request(get("/ping"))
        .respond(service_unavailable())
        .given("the service is up")
        .upon_receiving("a ping")
        .request(get("/ping"))
        .respond(ok())
        .start()
        .await?;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(client()?.get(format!("{}/ping", mock.url())).send().await?.status().as_u16());
    }
    assert_eq!(seen, [503, 200, 200]);
    mock.finish().await?;
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_and_reported() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = orders(&folder)
        .body_limit(1000)
        .upon_receiving("an upload")
        .request(post("/labels"))
        .respond(created())
        .start()
        .await?;
    let request = client()?.post(format!("{}/labels", mock.url()));
    let answer = request.body(vec![b'x'; 8 * 1024 * 1024]).send().await?;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().await?.contains("more than 1000 bytes"));
    let report = mock.finish().await.unwrap_err();
    assert!(matches!(report.failures(), [Failure::TooLarge { limit: 1000, .. }, Failure::NeverRequested(_)]));
    Ok(())
}

/// Contracts that were recorded hold the length of the body that was recorded.
#[tokio::test]
async fn the_length_of_a_body_is_counted_whatever_the_contract_says() -> TestResult {
    let folder = tempfile::tempdir()?;
    let long = ok().header("content-length", "300");
    let mock = orders(&folder)
        .upon_receiving("text")
        .request(get("/text"))
        .respond(ok().header("content-length", "3").text("longer than that"))
        .upon_receiving("something new")
        .request(get("/new"))
        .respond(long.clone().text(random_string(12)))
        .upon_receiving("nothing in particular")
        .request(get("/nothing"))
        .respond(long.clone())
        .upon_receiving("a check")
        .request(head("/text"))
        .respond(long)
        .start()
        .await?;
    let text = async |path| client()?.get(format!("{}{path}", mock.url())).send().await?.text().await;

    assert_eq!(text("/text").await?, "longer than that");
    assert_eq!(text("/new").await?.len(), 12);
    assert_eq!(text("/nothing").await?, "");
    let checked = client()?.head(format!("{}/text", mock.url())).send().await?;
    assert_eq!(checked.headers()["content-length"], "300", "that of the body which `HEAD` leaves out");

    mock.finish().await?;
    Ok(())
}

#[tokio::test]
async fn a_conflict_fails_the_test_that_caused_it() -> TestResult {
    let folder = tempfile::tempdir()?;
    for (code, kept) in [(200, true), (202, false)] {
        let mock = orders(&folder)
            .upon_receiving("a ping")
            .request(get("/ping"))
            .respond(status(code))
            .start()
            .await?;
        client()?.get(format!("{}/ping", mock.url())).send().await?;
        let finished = mock.finish().await;
        assert_eq!(finished.is_ok(), kept);
        if let Err(report) = finished {
            let text = report.to_string();
            assert!(
                text.starts_with("the contract between web and orders was kept, but not written"),
                "{text}"
            );
            assert!(text.contains("$.response.status: 200 there, 202 here"), "{text}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn browsers_may_ask_ahead() -> TestResult {
    let folder = tempfile::tempdir()?;
    for allowed in [true, false] {
        let mock = orders(&folder)
            .cors_preflight(allowed)
            .upon_receiving("a ping")
            .request(get("/ping"))
            .respond(ok())
            .start()
            .await?;
        let ahead = client()?
            .request(reqwest::Method::OPTIONS, format!("{}/ping", mock.url()))
            .header("origin", "https://shop.example")
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "accept");
        let answer = ahead.send().await?;
        client()?.get(format!("{}/ping", mock.url())).send().await?;
        assert_eq!(answer.status() == StatusCode::NO_CONTENT, allowed);
        if allowed {
            assert_eq!(answer.headers()["access-control-allow-origin"], "https://shop.example");
            assert_eq!(answer.headers()["access-control-allow-methods"], "GET");
            assert_eq!(answer.headers()["access-control-allow-headers"], "accept");
        }
        assert_eq!(mock.finish().await.is_ok(), allowed);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mock_may_be_used_from_a_spawned_task() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = orders(&folder).upon_receiving("a ping").request(get("/ping")).respond(ok());
    let test = tokio::spawn(async move {
        let mock = mock.start().await.map_err(|error| error.to_string())?;
        let url = format!("{}/ping", mock.url());
        client().and_then(|client| client.get(url).build()).map_err(|error| error.to_string())?;
        mock.finish().await.map_err(|report| report.to_string())
    });
    assert!(test.await?.unwrap_err().contains("was never requested"));
    Ok(())
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error_at_the_start() -> TestResult {
    let folder = tempfile::tempdir()?;
    let other = std::net::TcpListener::bind("127.0.0.1:0")?;
    let port = other.local_addr()?.port();
    let mock = orders(&folder).port(port).upon_receiving("a ping").request(get("/ping")).respond(ok());
    let error = mock.start().await.unwrap_err();
    assert!(error.to_string().contains(&format!("cannot listen on 127.0.0.1:{port}")), "{error}");
    Ok(())
}
