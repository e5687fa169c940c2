//! How typical mistakes read in the output of a test.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use pactwright::dsl::Mock;
use pactwright::prelude::*;
use pactwright::{BlockingMockServer, Report};
use tempfile::TempDir;

fn mock(folder: &TempDir) -> Mock {
    consumer("web")
        .provider("orders")
        .output_dir(folder.path())
        .given_with("an order exists", json!({ "id": 7 }))
        .upon_receiving("a request for order 7")
        .request(get("/orders/7").header("accept", "application/json").query("fields", "id"))
        .respond(ok().json(json!({ "id": integer(7) })))
        .given("there are no orders")
        .upon_receiving("an order")
        .request(post("/orders").json(json!({
            "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": integer(2) })),
        })))
        .respond(created())
}

/// Sends requests as they stand, and ends the mock.
fn report(mock: Mock, requests: &[&str]) -> Report {
    let mock = mock.start_blocking().unwrap();
    for request in requests {
        send(&mock, request);
    }
    mock.finish().unwrap_err()
}

fn send(mock: &BlockingMockServer, request: &str) {
    use std::io::{Read, Write};
    let (head, body) = request.split_once('|').unwrap_or((request, ""));
    let mut stream = std::net::TcpStream::connect(mock.address()).unwrap();
    let length = body.len();
    let head = head.replacen('\n', " HTTP/1.1\nHost: mock\nConnection: close\n", 1).replace('\n', "\r\n");
    write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
}

const FETCH: &str = "GET /orders/7?fields=id\nAccept: application/json\n";
const PLACE: &str =
    "POST /orders\nContent-Type: application/json\n|{\"lines\":[{\"sku\":\"SKU-9\",\"count\":1}]}";

#[test]
fn what_was_agreed_passes() {
    let folder = tempfile::tempdir().unwrap();
    let mock = mock(&folder).start_blocking().unwrap();
    send(&mock, FETCH);
    send(&mock, PLACE);
    assert_eq!(mock.finish().unwrap().interactions, 2);
}

#[test]
fn a_wrong_path_and_a_forgotten_header() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(report(mock(&folder), &["GET /order/7?fields=id,state&page=1\n", PLACE]));
}

#[test]
fn a_wrong_body() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = "POST /orders\nContent-Type: application/json\n|{\"lines\":[{\"sku\":\"4711\",\"count\":\"1\"}],\"note\":\"x\"}";
    insta::assert_snapshot!(report(mock(&folder), &[FETCH, wrong]));
}

#[test]
fn something_that_was_never_requested() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(report(mock(&folder), &[FETCH]));
}

#[test]
fn a_wrong_method() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = "PUT /orders\nContent-Type: application/json\n|{\"lines\":[{\"sku\":\"SKU-9\",\"count\":1}]}";
    insta::assert_snapshot!(report(mock(&folder), &[FETCH, wrong]));
}

#[test]
fn a_forgotten_header() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(report(mock(&folder), &["GET /orders/7?fields=id\n", PLACE]));
}

#[test]
fn a_header_with_another_value() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(report(
        mock(&folder),
        &["GET /orders/7?fields=id\nAccept: application/xml\n", PLACE]
    ));
}

#[test]
fn a_wrong_query() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(report(
        mock(&folder),
        &["GET /orders/7?fields=state&page=2\nAccept: application/json\n", PLACE]
    ));
}

/// The report on an order that is placed with this body.
fn placed(body: &str) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let request = format!("POST /orders\nContent-Type: application/json\n|{body}");
    report(mock(&folder), &[FETCH, &request])
}

#[test]
fn a_member_that_is_missing() {
    insta::assert_snapshot!(placed(r#"{"lines":[{"sku":"SKU-9"}]}"#));
}

#[test]
fn a_member_of_another_type() {
    insta::assert_snapshot!(placed(r#"{"lines":[{"sku":"SKU-9","count":"two"}]}"#));
}

#[test]
fn text_that_does_not_match() {
    insta::assert_snapshot!(placed(r#"{"lines":[{"sku":"4711","count":2}]}"#));
}

#[test]
fn a_member_that_was_not_agreed() {
    insta::assert_snapshot!(placed(r#"{"lines":[{"sku":"SKU-9","count":2}],"note":"by noon"}"#));
}

#[test]
fn a_list_that_is_too_short() {
    insta::assert_snapshot!(placed(r#"{"lines":[]}"#));
}

#[test]
fn a_body_that_is_no_json() {
    insta::assert_snapshot!(placed(r#"{"lines":["#));
}

#[test]
fn two_tests_that_say_different_things() {
    let folder = tempfile::tempdir().unwrap();
    let ping = |code: u16| {
        let mock = consumer("web")
            .provider("orders")
            .output_dir(folder.path())
            .given("the service is up")
            .upon_receiving("a ping")
            .request(get("/ping"))
            .respond(status(code).json(json!({ "code": integer(code) })));
        let mock = mock.start_blocking().unwrap();
        send(&mock, "GET /ping\n");
        mock.finish()
    };
    ping(200).unwrap();
    let text = ping(202).unwrap_err().to_string();
    let text = text.replace(&*folder.path().to_string_lossy(), "target/pacts");
    insta::assert_snapshot!(text);
}

#[test]
fn debug_reads_like_display() {
    let folder = tempfile::tempdir().unwrap();
    let report = report(mock(&folder), &[]);
    assert_eq!(format!("{report:?}"), report.to_string());
    let error =
        consumer("web").provider("").upon_receiving("x").request(get("/")).respond(ok()).start_blocking();
    let error = error.unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    assert!(error.to_string().contains("failures.rs:"), "{error}");
}

#[test]
fn a_mock_that_is_dropped_fails_the_test() {
    let folder = tempfile::tempdir().unwrap();
    for requests in [&[FETCH, PLACE][..], &["GET /other\n"]] {
        let text = panic_of(|| {
            let mock = mock(&folder).start_blocking().unwrap();
            for request in requests {
                send(&mock, request);
            }
        });
        assert!(text.contains("was dropped without `finish()`"), "{text}");
        assert!(text.contains("failures.rs:"), "{text}");
        assert_eq!(text.contains("GET /other matches no interaction"), requests.len() == 1, "{text}");
    }
    assert!(!folder.path().join("web-orders.json").exists());
}

#[test]
fn a_test_that_fails_already_does_not_panic_twice() {
    let folder = tempfile::tempdir().unwrap();
    let text = panic_of(|| {
        let mock = mock(&folder).start_blocking().unwrap();
        send(&mock, "GET /other\n");
        panic!("the test's own failure");
    });
    assert_eq!(text, "the test's own failure");
}

/// On every kind of runtime, and where the test gives up in the middle.
#[test]
fn an_asynchronous_mock_that_is_dropped_fails_the_test() {
    use tokio::runtime::Builder;
    for mut runtime in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        let runtime = runtime.enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let text = panic_of(|| {
            runtime.block_on(async {
                let _mock = mock(&folder).start().await.unwrap();
            });
        });
        assert!(text.contains("was dropped without `finish()`"), "{text}");
        assert!(text.contains("\"an order\" given \"there are no orders\" was never requested"), "{text}");

        let text = panic_of(|| {
            runtime.block_on(async {
                let _mock = mock(&folder).start().await.unwrap();
                panic!("the test's own failure");
            });
        });
        assert_eq!(text, "the test's own failure");

        // In a task of its own: the panic ends the task, and is seen by whoever waits for it.
        let task = runtime.block_on(async {
            let mock = mock(&folder).start().await.unwrap();
            tokio::spawn(async move { drop(mock) }).await
        });
        assert!(task.unwrap_err().is_panic());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

/// `?` gives up before `finish`: what the mock knows is shown all the same.
#[test]
fn a_test_that_returns_early_shows_what_the_mock_knows() {
    let folder = tempfile::tempdir().unwrap();
    let text = panic_of(|| {
        let test = || -> Result<(), std::num::ParseIntError> {
            let _mock = mock(&folder).start_blocking().unwrap();
            "x".parse::<u8>().map(drop)
        };
        assert!(test().is_err());
    });
    assert!(text.contains("a test that returned an error does not show it"), "{text}");
}

/// The text of the panic of a closure.
fn panic_of(closure: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(closure)).unwrap_err();
    payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}
