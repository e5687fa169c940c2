use base64::Engine;
use pactwright_verifier::client::{ClientOptions, HttpClient};
use pactwright_verifier::report::JsonReporter;
use pactwright_verifier::states::{ParametersIn, StateFunctions, StateValues};
use pactwright_verifier::transport::{HttpMessages, MessageFunctions, ProvidedMessage};
use pactwright_verifier::{InteractionError, Verdict, Verifier};
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Given, bodies, calls, get, pact, provider, report, results, serve, state, wrong};

/// A V4 contract with those interactions.
fn v4(interactions: &[Value]) -> Value {
    let mut contract = pact(interactions);
    contract["metadata"]["pactSpecification"]["version"] = "4.0".into();
    contract
}

fn content(value: &Value) -> Value {
    json!({ "content": value, "contentType": "application/json", "encoded": false })
}

/// A message about order 7, with a topic.
fn placed() -> Value {
    json!({
        "type": "Asynchronous/Messages",
        "description": "an order was placed",
        "contents": content(&json!({ "id": 7 })),
        "metadata": { "topic": "orders" },
    })
}

/// A question, and the answer to it.
fn asked() -> Value {
    json!({
        "type": "Synchronous/Messages",
        "description": "a question about stock",
        "request": { "contents": content(&json!({ "sku": "A" })), "metadata": { "topic": "questions" } },
        "response": [{ "contents": content(&json!({ "left": 3 })) }],
    })
}

fn verifier(interactions: &[Value]) -> Verifier {
    Verifier::new("orders-api").source(Given(vec![v4(interactions)]))
}

fn metadata(value: &Value) -> String {
    base64::engine::general_purpose::STANDARD.encode(value.to_string())
}

/// Answers a request for a message.
async fn publish(server: &MockServer, at: &str, description: &str, body: Value, beside: Value) {
    let answer = ResponseTemplate::new(200)
        .set_body_json(body)
        .insert_header("Pact-Message-Metadata", metadata(&beside));
    Mock::given(method("POST"))
        .and(path(at))
        .and(body_partial_json(json!({ "description": description })))
        .respond_with(answer)
        .mount(server)
        .await;
}

#[tokio::test]
async fn a_message_is_asked_for_over_http() {
    let server = MockServer::start().await;
    publish(&server, "/", "an order was placed", json!({ "id": 7, "more": 1 }), json!({ "topic": "orders" }))
        .await;
    let mut message = placed();
    message["providerStates"] = json!([{ "name": "order exists", "params": { "id": 7 } }, { "name": "s" }]);
    let (summary, text) = report(verifier(&[message]).base_url(server.uri())).await;
    assert!(summary.passed(), "{text}");
    assert_eq!(
        bodies(&server, "/").await,
        [json!({
            "description": "an order was placed",
            "providerStates": [{ "name": "order exists", "params": { "id": 7 } }, { "name": "s" }],
        })]
    );
}

#[tokio::test]
async fn messages_of_v3_contracts_are_verified_beside_requests() {
    let server = provider(&[("/a", json!({ "id": 7 }))]).await;
    publish(&server, "/", "an event", json!({ "id": 8 }), json!({})).await;
    let mut contract = pact(&[get("/a")]);
    contract["messages"] = json!([{ "description": "an event", "contents": { "id": 7 } }]);
    contract.as_object_mut().unwrap().remove("interactions");
    let contracts = vec![pact(&[get("/a")]), contract];
    let verifier = Verifier::new("orders-api").source(Given(contracts)).base_url(server.uri());
    let results = results(verifier).await;
    assert!(results[0].passed());
    assert_eq!(wrong(&results[1]), ["body $.id: expected 7 but was 8"]);
}

#[tokio::test]
async fn what_differs_in_contents_and_metadata_is_told_with_what_came() {
    let server = MockServer::start().await;
    publish(&server, "/", "an order was placed", json!({ "id": "x" }), json!({ "topic": "other" })).await;
    let results = results(verifier(&[placed()]).base_url(server.uri())).await;
    assert_eq!(results[0].verdict(), Verdict::Failed);
    let wrong = wrong(&results[0]);
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].contains("topic") && wrong[0].contains("other"), "{wrong:?}");
    assert!(wrong[1].starts_with("body $.id: "), "{wrong:?}");
    let exchange = results[0].exchange.as_ref().unwrap();
    assert_eq!(exchange.messages()[0].contents, br#"{"id":"x"}"#);
    assert!(exchange.request().is_none());
}

#[tokio::test]
async fn the_media_type_of_a_message_is_that_of_its_metadata_or_of_the_answer() {
    let mut message = placed();
    message["metadata"] = json!({ "contentType": "text/plain" });
    message["contents"] = json!({ "content": "hello", "contentType": "text/plain", "encoded": false });
    for (answered, beside, passes) in [
        ("text/plain", json!({}), true),
        // Frameworks answer everything as JSON; the metadata know better.
        ("application/json", json!({ "contentType": "text/plain" }), true),
        ("application/json", json!({ "Content-Type": "text/plain" }), true),
        ("application/json", json!({}), false),
    ] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200)
            .set_body_raw("hello", answered)
            .insert_header("Pact-Message-Metadata", metadata(&beside));
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        let results = results(verifier(std::slice::from_ref(&message)).base_url(server.uri())).await;
        assert_eq!(results[0].passed(), passes, "{answered}, {beside}: {:?}", wrong(&results[0]));
    }
}

#[tokio::test]
async fn a_message_that_answers_another_is_asked_for_with_it() {
    let server = MockServer::start().await;
    publish(&server, "/", "a question about stock", json!({ "left": 3 }), json!({})).await;
    let (summary, text) = report(verifier(&[asked()]).base_url(server.uri())).await;
    assert!(summary.passed(), "{text}");
    assert_eq!(
        bodies(&server, "/").await,
        [json!({
            "description": "a question about stock",
            "request": {
                "contents": { "content": { "sku": "A" }, "contentType": "application/json", "encoded": false },
                "metadata": { "topic": "questions" },
            },
        })]
    );
}

#[tokio::test]
async fn a_provider_that_has_no_such_message_or_garbles_it_is_named() {
    let broken = ResponseTemplate::new(200).insert_header("Pact-Message-Metadata", "not base64!");
    let list = ResponseTemplate::new(200).insert_header("Pact-Message-Metadata", metadata(&json!([1])));
    let missing = ResponseTemplate::new(404).set_body_string("no such message");
    for (answer, expected) in [
        (missing, "was asked for the message and answered with status 404: no such message"),
        (broken, "`Pact-Message-Metadata` is not a JSON object in base64: not base64!"),
        (list, "`Pact-Message-Metadata` is not a JSON object in base64"),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        let wrong = wrong(&results(verifier(&[placed()]).base_url(server.uri())).await[0]).join("\n");
        assert!(wrong.contains(expected), "{wrong}");
    }
}

#[tokio::test]
async fn functions_make_messages() {
    let messages = MessageFunctions::new()
        .message("an order was placed", async |_| {
            Ok(ProvidedMessage::json(&json!({ "id": 7 }))?.metadata("topic", "orders"))
        })
        .message("a question about stock", async |wanted| {
            let question: Value = serde_json::from_slice(&wanted.request_contents())?;
            let left = if question["sku"] == "A" { 3 } else { 0 };
            Ok(ProvidedMessage::json(&json!({ "left": left }))?)
        });
    let (summary, text) = report(verifier(&[placed(), asked()]).messages(messages)).await;
    assert!(summary.passed(), "{text}");
    assert!(text.contains("at message handlers in this process"), "{text}");
}

#[tokio::test]
async fn a_message_without_a_function_and_a_function_that_fails_are_named() {
    let messages = MessageFunctions::new()
        .message::<_, _, ProvidedMessage>("a question about stock", async |_| Err("no database".into()));
    let results = results(verifier(&[placed(), asked()]).messages(messages)).await;
    assert_eq!(
        wrong(&results[0]),
        [
            "nothing could be asked of the provider: there is no message handler for \"an order was placed\"; handlers exist for \"a question about stock\""
        ]
    );
    assert_eq!(
        wrong(&results[1]),
        ["the provider gave no answer that can be verified: the message handler failed: no database"]
    );
}

#[tokio::test]
async fn every_response_is_held_against_its_own_and_their_number_counts() {
    let mut interaction = asked();
    interaction["response"] = json!([{ "contents": content(&json!({ "left": 3 })) }, { "contents": content(&json!({ "left": 2 })) }]);
    let giving = |numbers: &'static [u64]| {
        MessageFunctions::new().message("a question about stock", async move |_| {
            let messages = numbers.iter().map(|left| ProvidedMessage::json(&json!({ "left": left })));
            Ok(messages.collect::<Result<Vec<_>, _>>()?)
        })
    };
    let verifier = verifier(&[interaction]);
    assert!(results(verifier.clone().messages(giving(&[3, 2]))).await[0].passed());
    let swapped = results(verifier.clone().messages(giving(&[2, 3]))).await;
    assert_eq!(swapped[0].mismatches.len(), 2);
    assert_eq!(swapped[0].per_response, [1, 1]);
    let fewer = results(verifier.clone().messages(giving(&[3]))).await;
    assert_eq!(wrong(&fewer[0]), ["the contract expects 2 responses, but the provider gave 1"]);
    // Over HTTP there is no place for a second one.
    let results = results(verifier.base_url("http://127.0.0.1:1")).await;
    assert!(wrong(&results[0])[0].contains("over HTTP there is only one: give a message handler"));
}

#[tokio::test]
async fn a_mismatch_says_which_of_several_responses_it_is_in() {
    let mut interaction = asked();
    interaction["response"] = json!([
        { "contents": content(&json!({ "left": 3 })) },
        { "contents": content(&json!({ "left": 2, "until": "noon" })) },
    ]);
    let functions = MessageFunctions::new().message("a question about stock", async |_| {
        let messages = [json!({ "left": 3 }), json!({ "left": 1, "until": "night" })];
        let messages = messages.iter().map(ProvidedMessage::json);
        Ok(messages.collect::<Result<Vec<_>, _>>()?)
    });
    let verifier = verifier(&[interaction]).messages(functions);
    let (_, text) = report(verifier.clone()).await;
    assert!(text.contains("in response 2 of 2:"), "{text}");
    assert!(!text.contains("in response 1"), "{text}");
    // What differs is shown, too.
    assert!(text.contains("\"left\": 1") || text.contains("\"left\":1"), "{text}");
    let mut reporter = JsonReporter::new(Vec::new());
    verifier.run(&mut reporter).await.unwrap();
    let document: Value = serde_json::from_slice(&reporter.into_inner()).unwrap();
    let mismatches = document["interactionResults"][0]["mismatch"]["mismatches"].as_array().unwrap();
    assert_eq!(mismatches.len(), 2);
    assert!(mismatches.iter().all(|mismatch| mismatch["response"] == 2), "{mismatches:#?}");
}

#[tokio::test]
async fn each_interaction_goes_over_the_transport_that_it_asks_for() {
    let server = provider(&[("/a", json!({ "id": 7 }))]).await;
    let (order, beside) = (json!({ "id": 7 }), json!({ "topic": "orders" }));
    publish(&server, "/__messages", "an order was placed", order.clone(), beside.clone()).await;
    publish(&server, "/kafka", "an order was placed", order.clone(), beside.clone()).await;
    publish(&server, "/__messages", "a question about stock", json!({ "left": 3 }), json!({})).await;
    let mut request = get("/a");
    request["type"] = "Synchronous/HTTP".into();
    request["response"] = json!({ "status": 200 });
    let (mut kafka, mut rabbit, mut pigeon) = (placed(), placed(), placed());
    kafka["transport"] = "kafka".into();
    rabbit["transport"] = "rabbitmq".into();
    pigeon["transport"] = "pigeon".into();
    let loft = MessageFunctions::new().message("an order was placed", async |_| {
        Ok(ProvidedMessage::json(&json!({ "id": 7 }))?.metadata("topic", "orders"))
    });
    let verifier = verifier(&[request, placed(), kafka, asked(), rabbit, pigeon])
        .base_url(server.uri())
        .named_url("message", format!("{}/__messages", server.uri()))
        .named_url("kafka", format!("{}/kafka/", server.uri()))
        .named_messages("pigeon", loft);
    let (summary, text) = report(verifier).await;
    assert!(summary.passed(), "{text}");
    // A name that nobody has said anything about is how messages travel elsewhere.
    let expected = ["GET /a", "POST /__messages", "POST /kafka", "POST /__messages", "POST /__messages"];
    assert_eq!(calls(&server).await, expected);
}

#[tokio::test]
async fn without_any_transport_a_message_is_an_error() {
    let results = results(verifier(&[placed()])).await;
    assert!(matches!(*results[0].errors[0], InteractionError::NoTransport { name: None }));
}

#[tokio::test]
async fn provider_states_are_set_up_for_messages_and_their_values_are_expected() {
    let server = MockServer::start().await;
    serve(&server, "POST", "/states", json!({ "id": 33 })).await;
    publish(&server, "/", "an order was placed", json!({ "id": 33 }), json!({ "topic": "orders-33" })).await;
    let mut message = placed();
    message["providerStates"] = json!([state("an order exists")]);
    message["generators"] = json!({
        "body": { "$.id": { "type": "ProviderState", "expression": "${id}", "dataType": "INTEGER" } },
        "metadata": { "topic": { "type": "ProviderState", "expression": "orders-${id}" } },
    });
    let states = format!("{}/states", server.uri());
    let verifier = verifier(&[message]).base_url(server.uri()).states_url(states, ParametersIn::Body, true);
    let (summary, text) = report(verifier).await;
    assert!(summary.passed(), "{text}");
    assert_eq!(calls(&server).await, ["POST /states", "POST /", "POST /states"]);
}

#[tokio::test]
async fn values_of_states_go_into_the_message_that_is_answered() {
    let mut interaction = asked();
    interaction["providerStates"] = json!([{ "name": "a product exists", "params": { "kind": "book" } }]);
    interaction["request"]["generators"] =
        json!({ "body": { "$.sku": { "type": "ProviderState", "expression": "${kind}-${sku}" } } });
    let states =
        StateFunctions::new().setup("a product exists", async |_| Ok(StateValues::new().with("sku", "B-12")));
    let messages = MessageFunctions::new().message("a question about stock", async |wanted| {
        assert_eq!(&*wanted.request_contents(), br#"{"sku":"book-B-12"}"#);
        assert_eq!(wanted.state_values.get("sku").and_then(|sku| sku.as_str()), Some("B-12"));
        assert_eq!(wanted.states[0].name, "a product exists");
        Ok(ProvidedMessage::json(&json!({ "left": 3 }))?)
    });
    let (summary, text) = report(verifier(&[interaction]).states(states).messages(messages)).await;
    assert!(summary.passed(), "{text}");
}

#[tokio::test]
async fn what_is_made_by_chance_for_the_consumer_is_not_expected_of_the_provider() {
    let mut message = placed();
    message["generators"] = json!({ "body": { "$.id": { "type": "RandomInt", "min": 100, "max": 200 } } });
    let messages = MessageFunctions::new().message("an order was placed", async |_| {
        Ok(ProvidedMessage::json(&json!({ "id": 7 }))?.metadata("topic", "orders"))
    });
    let (summary, text) = report(verifier(&[message]).messages(messages)).await;
    assert!(summary.passed(), "{text}");
}

#[tokio::test]
async fn filters_change_requests_before_they_are_sent() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({ "id": 7 }));
    let signed = || Mock::given(header("x-signature", "GET/a"));
    signed().and(path("/a")).respond_with(answer.clone()).mount(&server).await;
    let answer = answer.insert_header("Pact-Message-Metadata", metadata(&json!({ "topic": "orders" })));
    Mock::given(header("x-signature", "POST")).and(path("/")).respond_with(answer).mount(&server).await;
    let mut request = get("/a");
    request["type"] = "Synchronous/HTTP".into();
    request["response"] = json!({ "status": 200 });
    let verifier = verifier(&[request, placed()])
        .base_url(server.uri())
        .request_filter(async |mut request| {
            request.headers.push(("X-Signature".to_owned(), request.method.clone()));
            Ok(request)
        })
        .request_filter(async |mut request| {
            let (_, value) = request.headers.last_mut().ok_or("the first filter comes first")?;
            value.push_str(&request.path);
            Ok(request)
        });
    let (summary, text) = report(verifier).await;
    assert!(summary.passed(), "{text}");
}

#[tokio::test]
async fn a_filter_that_fails_is_named_and_nothing_is_sent() {
    let server = provider(&[("/a", json!({ "id": 7 }))]).await;
    let verifier = crate::support::verifier(&[get("/a")], &server)
        .request_filter(async |_| Err("no key to sign with".into()));
    let wrong = wrong(&results(verifier).await[0]);
    assert!(
        wrong[0].ends_with("the request filter failed, so nothing was sent: no key to sign with"),
        "{wrong:?}"
    );
    assert!(calls(&server).await.is_empty());
}

#[tokio::test]
async fn messages_can_be_asked_for_over_a_transport_of_ones_own() {
    let server = MockServer::start().await;
    publish(&server, "/deep", "an order was placed", json!({ "id": 7 }), json!({ "topic": "orders" })).await;
    let client = HttpClient::new(&ClientOptions::default()).unwrap();
    let place = format!("{}/deep", server.uri());
    let transport = pactwright_verifier::transport::HttpProvider::new(client, &place).unwrap();
    let (summary, text) = report(verifier(&[placed()]).messages(HttpMessages::new(transport))).await;
    assert!(summary.passed(), "{text}");
}
