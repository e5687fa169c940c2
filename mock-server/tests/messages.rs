//! Messages as a consumer's handlers see them.

use std::error::Error;

use pactwright::MessageError;
use pactwright::dsl::Contract;
use pactwright::prelude::*;
use serde::Deserialize;
use tempfile::TempDir;

type TestResult = Result<(), Box<dyn Error>>;

#[derive(Debug, Deserialize, PartialEq)]
struct Order {
    id: u64,
    token: String,
}

fn orders(folder: &TempDir) -> Contract {
    consumer("warehouse").provider("orders").output_dir(folder.path())
}

#[test]
fn a_handler_gets_what_generators_make_and_the_pact_keeps_the_example() -> TestResult {
    let folder = tempfile::tempdir()?;
    let mut tokens = Vec::new();
    let mut bytes = Vec::new();
    for _ in 0..2 {
        let file = orders(&folder)
            .given_with("an order was placed", json!({ "id": 7 }))
            .upon_receiving("an order")
            .message(
                message()
                    .json(json!({ "id": integer(7), "token": random_hexadecimal(24) }))
                    .metadata("topic", "orders")
                    .metadata("key", random_uuid())
                    .metadata("partition", random_integer(0..=3)),
            )
            .verify(|message| {
                assert_eq!(message.metadata()["topic"], "orders");
                assert_eq!(message.metadata()["key"].as_str().map(str::len), Some(36));
                assert!(message.metadata()["partition"].as_u64().is_some_and(|number| number <= 3));
                assert_eq!(message.content_type().as_deref(), Some("application/json"));
                assert!(message.text()?.starts_with('{'));
                assert_eq!(message.text()?.as_bytes(), message.bytes());
                let order: Order = message.json()?;
                assert_eq!((order.id, order.token.len()), (7, 24));
                tokens.push(order.token);
                Ok(())
            })?;
        assert_eq!(file.interactions, 1);
        bytes.push(std::fs::read(file.path)?);
    }
    assert_ne!(tokens[0], tokens[1]);
    assert_eq!(bytes[0], bytes[1], "the pact is the same in every run");
    Ok(())
}

#[tokio::test]
async fn a_handler_may_be_asynchronous() -> TestResult {
    async fn handle(order: Order) -> Result<u64, std::io::Error> {
        tokio::task::yield_now().await;
        Ok(order.id)
    }
    let folder = tempfile::tempdir()?;
    let mut seen = 0;
    orders(&folder)
        .upon_receiving("an order")
        .message(message().json(json!({ "id": integer(7), "token": "x" })))
        .verify_async(async |message| {
            seen = handle(message.json()?).await?;
            Ok(())
        })
        .await?;
    assert_eq!(seen, 7);
    let test = orders(&folder).upon_receiving("a cancellation").message(message().json(json!(7)));
    let spawned = tokio::spawn(async move {
        test.verify_async(async |message| {
            tokio::task::yield_now().await;
            Ok(message.json::<u64>()?)
        })
        .await
    });
    assert_eq!(spawned.await??.interactions, 2);
    Ok(())
}

#[test]
fn a_handler_that_fails_leaves_no_pact() -> TestResult {
    #[derive(Debug, thiserror::Error)]
    #[error("the order cannot be stored")]
    struct NotStored(#[source] std::io::Error);

    let folder = tempfile::tempdir()?;
    let placed = || {
        orders(&folder)
            .given("order 7 was placed")
            .upon_receiving("an order")
            .message(message().json(json!({ "id": string("seven") })))
    };
    let error = placed()
        .verify(|_| Err::<(), _>(NotStored(std::io::Error::other("the disk is full")).into()))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the handler of \"an order\" given \"order 7 was placed\" failed, and no pact was written: the order cannot be stored\n  caused by: the disk is full"
    );
    assert_eq!(format!("{error:?}"), error.to_string());
    assert!(Error::source(&error).is_some_and(<dyn Error>::is::<NotStored>));

    let error = placed().verify(|message| Ok(message.json::<Order>()?)).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("cannot be read as `messages::Order`") && text.contains("seven"), "{text}");

    let panicked = std::panic::catch_unwind(|| placed().verify(|_| -> Result<(), _> { panic!("no") }));
    assert!(panicked.is_err());
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}

#[test]
fn a_broken_contract_is_not_handed_to_anybody() {
    let error = consumer("warehouse")
        .provider("orders")
        .upon_receiving("an order")
        .message(message().json(json!({ "sku": regex("4711", r"SKU-\d+") })))
        .verify(|_| -> Result<(), _> { panic!("the handler was called") })
        .unwrap_err();
    assert!(matches!(error, MessageError::Mistakes(_)), "{error}");
    let error = consumer("warehouse")
        .provider("orders")
        .spec_version(SpecVersion::V2)
        .upon_receiving("an order")
        .message(message().text("x"))
        .verify(|_| Ok(()))
        .unwrap_err();
    assert!(error.to_string().contains("spec_version"), "{error}");
}

#[test]
fn a_request_with_several_responses() -> TestResult {
    let folder = tempfile::tempdir()?;
    let question = orders(&folder)
        .upon_receiving("a question for a price")
        .request(message().json(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "id": random_uuid() })))
        .respond(message().json(json!({ "state": "asking" })))
        .respond(message().json(json!({ "cents": integer(995) })).metadata("last", true));
    let wrong = question.clone().verify(|exchange| {
        exchange.send(r#"{"sku": 7, "page": 1}"#)?;
        Ok(())
    });
    let text = wrong.unwrap_err().to_string();
    assert!(text.contains("is not what was agreed") && text.contains("SKU-"), "{text}");
    assert!(text.contains("$.page"), "a request is held to the letter: {text}");
    let hidden = question.clone().verify(|exchange| {
        let _ = exchange.send("[]");
        Ok(())
    });
    assert!(matches!(hidden, Err(MessageError::Refused(_))), "{hidden:?}");
    let idle = question.clone().verify(|_| Ok(()));
    assert!(idle.unwrap_err().to_string().contains("was never requested"));
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);

    let file = question.verify(|exchange| {
        let request: serde_json::Value = exchange.request().json()?;
        let sent = json!({ "sku": "SKU-99", "id": request["id"] });
        let answers = exchange.send(sent.to_string())?;
        assert_eq!(answers.len(), 2);
        assert_eq!(answers, exchange.responses());
        assert_eq!(answers[1].json::<serde_json::Value>()?["cents"], 995);
        assert_eq!(answers[1].metadata()["last"], true);
        Ok(())
    })?;
    let pact = pactwright_core::format::read(&std::fs::read(file.path)?)?;
    assert_eq!(pact.interactions[0].kind.type_name(), "Synchronous/Messages");
    Ok(())
}

#[test]
fn what_goes_beside_a_request_counts() -> TestResult {
    let folder = tempfile::tempdir()?;
    let ping = orders(&folder)
        .upon_receiving("a ping")
        .request(message().text("ping").metadata("reply-to", regex("web.7", r"web\.\d+")).metadata("hop", 1))
        .respond(message().text("pong"));
    for (metadata, expected) in [
        (json!({ "hop": 1 }), "metadata 'reply-to': expected 'web.7' but it is missing"),
        (json!({ "hop": 1, "reply-to": "app.7" }), "metadata 'reply-to': expected text that matches"),
        (json!({ "hop": 2, "reply-to": "web.7" }), "metadata 'hop': expected 1 but was 2"),
        (json!(["hop"]), "metadata: expected"),
    ] {
        let wrong = ping.clone().verify(|exchange| {
            exchange.send_with("ping", &metadata)?;
            Ok(())
        });
        let text = wrong.unwrap_err().to_string();
        assert!(text.contains(expected), "{metadata}: {text}");
    }
    let forgotten = ping.clone().verify(|exchange| {
        let _ = exchange.send("ping");
        Ok(())
    });
    assert!(matches!(forgotten, Err(MessageError::Refused(_))), "{forgotten:?}");
    ping.verify(|exchange| {
        let sent = json!({ "hop": 1, "reply-to": "web.42", "trace": "abc" });
        assert_eq!(exchange.send_with("ping", sent)?[0].text()?, "pong");
        Ok(())
    })?;
    Ok(())
}

#[tokio::test]
async fn an_exchange_may_be_asynchronous() -> TestResult {
    let folder = tempfile::tempdir()?;
    orders(&folder)
        .upon_receiving("a ping")
        .request(message().text("ping"))
        .respond(message().text("pong"))
        .verify_async(async |exchange| {
            tokio::task::yield_now().await;
            assert_eq!(exchange.send("ping")?[0].text()?, "pong");
            Ok(())
        })
        .await?;
    Ok(())
}

#[test]
fn before_v4_a_pact_holds_requests_or_messages() -> TestResult {
    let folder = tempfile::tempdir()?;
    let contract = |version| orders(&folder).spec_version(version);
    let message = |version| {
        contract(version)
            .upon_receiving("an order")
            .message(message().json(json!({ "id": integer(7) })))
            .verify(|message| Ok(message.json::<serde_json::Value>()?))
    };
    let file = message(SpecVersion::V3)?;
    assert!(std::fs::read_to_string(&file.path)?.contains("\"messages\""));
    let mock = contract(SpecVersion::V3).upon_receiving("a ping").request(get("/ping")).respond(ok());
    let mock = mock.start_blocking()?;
    let mut stream = std::net::TcpStream::connect(mock.address())?;
    std::io::Write::write_all(&mut stream, b"GET /ping HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n")?;
    std::io::Read::read_to_end(&mut stream, &mut Vec::new())?;
    let report = mock.finish().unwrap_err();
    assert!(report.to_string().contains("would hold both requests and messages"), "{report}");
    Ok(())
}
