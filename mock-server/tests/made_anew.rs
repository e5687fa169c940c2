//! Values that are made anew for every answer.

use std::error::Error;

use pactwright::prelude::*;
use reqwest::Client;
use serde_json::Value;

type TestResult = Result<(), Box<dyn Error>>;

#[tokio::test]
async fn every_answer_has_values_of_its_own() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mock = consumer("web")
        .provider("orders")
        .output_dir(folder.path())
        .given("an order exists")
        .upon_receiving("a request for an order")
        .request(get(from_provider_state("/orders/${id}", "/orders/7")))
        .respond(
            ok().header("x-request-id", random_uuid())
                .header("location", url("/orders/7", r"/orders/\d+"))
                .json(json!({
                    "id": from_provider_state("id", 7),
                    "token": random_string(32),
                    "dice": random_integer(1..=6),
                    "price": random_decimal(6),
                    "code": random_regex("[A-Z]{8}-[0-9]{8}"),
                    "due": relative_date("today + 1 day", "yyyy-MM-dd"),
                    "links": array_containing(json!([{ "rel": "self", "href": url("/orders/7", "/orders/7") }])),
                })),
        )
        .upon_receiving("a request for a token")
        .request(post("/token").form(json!({ "user": string("ada") })))
        .respond(ok().form(json!({ "token": random_hexadecimal(32), "kind": "bearer" })))
        .upon_receiving("a request for a report")
        .request(get("/report"))
        .respond(ok().xml(
            element("report")
                .attribute("id", random_uuid())
                .child(element("line").occurs(2..).text(random_hexadecimal(16))),
        ))
        .upon_receiving("a request for labels")
        .request(get("/labels"))
        .respond(ok().multipart(multipart().field("id", random_hexadecimal(16)).json("count", random_integer(..))))
        .start()
        .await?;
    let client = Client::builder().no_proxy().build()?;
    let mut seen: Vec<(String, Value)> = Vec::new();
    for _ in 0..2 {
        let answer = client.get(format!("{}/orders/7", mock.url())).send().await?;
        assert_eq!(answer.headers()["location"], format!("{}/orders/7", mock.url()));
        let id = answer.headers()["x-request-id"].to_str()?.to_owned();
        let body: Value = answer.json().await?;
        assert_eq!(body["id"], 7);
        assert!((1..=6).contains(&body["dice"].as_i64().unwrap_or_default()), "{body}");
        assert!(body["price"].is_f64(), "{body}");
        assert_eq!(body["due"].as_str().map(str::len), Some(10));
        assert_eq!(body["links"][0]["href"], format!("{}/orders/7", mock.url()));
        seen.push((id, body));
    }
    assert_ne!(seen[0].0, seen[1].0);
    for name in ["token", "code"] {
        assert_ne!(seen[0].1[name], seen[1].1[name]);
    }
    let token = client
        .post(format!("{}/token", mock.url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("user=grace")
        .send()
        .await?;
    let token = token.text().await?;
    assert!(token.contains("kind=bearer") && !token.contains("token=&"), "{token}");

    let fetch = async |path: &str| client.get(format!("{}{path}", mock.url())).send().await?.text().await;
    assert_ne!(fetch("/labels").await?, fetch("/labels").await?);
    let reports = [fetch("/report").await?, fetch("/report").await?];
    assert_ne!(reports[0], reports[1]);
    assert_eq!(reports[0].matches("<line>").count(), 2, "{}", reports[0]);

    let file = mock.finish().await?;
    let pact = std::fs::read_to_string(&file.path)?;
    assert!(pact.contains("\"MockServerURL\"") && pact.contains("http://localhost:8080/orders/7"), "{pact}");
    assert!(!pact.contains("127.0.0.1"), "what was made is not written");
    Ok(())
}
