use std::sync::{Arc, Mutex};
use std::time::Duration;

use pactwright_verifier::states::{ParametersIn, StateFunctions, StateValues};
use pactwright_verifier::{ExitCode, Party, Verdict, Verifier};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{body_partial_json, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{
    Given, bodies, calls, get, given, provider, report, results, serve, state, verifier, wrong,
};

/// A provider that answers `/a` and changes states at `/states`.
async fn stateful() -> MockServer {
    let server = provider(&[("/a", json!({ "id": 7 }))]).await;
    serve(&server, "POST", "/states", json!({})).await;
    server
}

fn url(server: &MockServer) -> String {
    format!("{}/states", server.uri())
}

fn order(id: u64) -> Value {
    json!({ "name": "order exists", "params": { "id": id, "kind": "open" } })
}

#[tokio::test]
async fn each_state_is_set_up_before_and_torn_down_after_in_reverse_order() {
    let server = stateful().await;
    let interactions = [given(get("/a"), &[order(7), state("it is paid")])];
    let verifier = verifier(&interactions, &server).states_url(url(&server), ParametersIn::Body, true);
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    let asked = calls(&server).await;
    assert_eq!(asked, ["POST /states", "POST /states", "GET /a", "POST /states", "POST /states"]);
    let params = json!({ "id": 7, "kind": "open" });
    assert_eq!(
        bodies(&server, "/states").await,
        [
            json!({ "state": "order exists", "params": params, "action": "setup" }),
            json!({ "state": "it is paid", "params": {}, "action": "setup" }),
            json!({ "state": "it is paid", "params": {}, "action": "teardown" }),
            json!({ "state": "order exists", "params": params, "action": "teardown" }),
        ]
    );
}

#[tokio::test]
async fn states_can_be_named_in_the_query() {
    let server = stateful().await;
    let mut state = order(7);
    state["params"]["tags"] = json!(["a", 1]);
    let interactions = [given(get("/a"), &[state])];
    let verifier = verifier(&interactions, &server).states_url(url(&server), ParametersIn::Query, false);
    assert_eq!(report(verifier).await.0.exit_code(), ExitCode::Verified);
    let query = "state=order+exists&id=7&kind=open&tags=%5B%22a%22%2C1%5D&action=setup";
    assert_eq!(calls(&server).await, [format!("POST /states?{query}"), "GET /a".to_owned()]);
}

#[tokio::test]
async fn without_a_handler_states_are_passed_over_and_the_report_says_so() {
    let server = stateful().await;
    let (summary, text) = report(verifier(&[given(get("/a"), &[order(7)])], &server)).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified);
    assert!(text.contains("(states were not set up: there is no state handler)"), "{text}");
}

#[tokio::test]
async fn functions_set_up_and_tear_down() {
    let server = stateful().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = {
        let seen = Arc::clone(&seen);
        move |text: String| seen.lock().unwrap().push(text)
    };
    let (up, down) = (note.clone(), note);
    let states = StateFunctions::new()
        .setup("order exists", move |params| {
            let up = up.clone();
            async move {
                up(format!("up {}", params.get("id").unwrap()));
                Ok(StateValues::new().with("token", "t"))
            }
        })
        .teardown("order exists", move |params| {
            let down = down.clone();
            async move {
                down(format!("down {}", params.get("id").unwrap()));
                Ok(())
            }
        });
    let interactions = [given(get("/a"), &[order(1)]), given(get("/a"), &[order(2)])];
    let (summary, _) = report(verifier(&interactions, &server).states(states)).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified);
    assert_eq!(*seen.lock().unwrap(), ["up 1", "down 1", "up 2", "down 2"]);
}

#[tokio::test]
async fn a_state_without_a_function_is_an_error_that_names_those_that_have_one() {
    let server = stateful().await;
    let states = StateFunctions::new().setup("order exists", async |_| Ok(()));
    let interactions = [given(get("/a"), &[state("order is paid")])];
    let results = results(verifier(&interactions, &server).states(states)).await;
    assert_eq!(
        wrong(&results[0]),
        [
            "the setup of the provider state \"order is paid\" failed: there is no handler for it; handlers exist for \"order exists\""
        ]
    );
    assert_eq!(results[0].verdict(), Verdict::Errored);
    assert!(calls(&server).await.is_empty(), "the provider is left alone");
}

#[tokio::test]
async fn values_from_setting_up_lie_over_the_parameters() {
    let server = MockServer::start().await;
    serve(&server, "POST", "/states", json!({ "id": 8, "token": "t" })).await;
    let interactions = [given(get("/missing"), &[order(7)])];
    let verifier = verifier(&interactions, &server).states_url(url(&server), ParametersIn::Body, false);
    let results = results(verifier).await;
    let values = &results[0].exchange.as_ref().unwrap().state_values;
    assert_eq!(serde_json::to_value(values).unwrap(), json!({ "id": 8, "kind": "open", "token": "t" }));
}

#[tokio::test]
async fn a_handler_that_cannot_be_reached_is_named() {
    let server = stateful().await;
    let interactions = [given(get("/a"), &[order(7)])];
    let verifier =
        verifier(&interactions, &server).states_url("http://127.0.0.1:1/states", ParametersIn::Body, false);
    let wrong = wrong(&results(verifier).await[0]).join("\n");
    assert!(
        wrong.starts_with(
            "the setup of the provider state \"order exists\" failed: the state handler gave no answer: could not connect to http://127.0.0.1:1/states"
        ),
        "{wrong}"
    );
}

/// A state handler that refuses what matches.
async fn refuse(server: &MockServer, body: Value) {
    Mock::given(method("POST"))
        .and(path("/states"))
        .and(body_partial_json(body))
        .respond_with(ResponseTemplate::new(500).set_body_string("no database"))
        .with_priority(1)
        .mount(server)
        .await;
}

#[tokio::test]
async fn after_a_failed_setup_what_was_set_up_is_torn_down_and_the_reason_is_told() {
    let server = stateful().await;
    refuse(&server, json!({ "state": "second", "action": "setup" })).await;
    let interactions = [given(get("/a"), &[state("first"), state("second"), state("third")])];
    let verifier = verifier(&interactions, &server).states_url(url(&server), ParametersIn::Body, true);
    let results = results(verifier).await;
    let wrong = wrong(&results[0]);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    let expected = "the setup of the provider state \"second\" failed: the state handler at http";
    assert!(wrong[0].starts_with(expected), "{wrong:?}");
    assert!(wrong[0].ends_with("answered with status 500: no database"), "{wrong:?}");
    let told: Vec<_> = bodies(&server, "/states").await;
    let told: Vec<_> = told.iter().map(|body| format!("{} {}", body["action"], body["state"])).collect();
    assert_eq!(told, [r#""setup" "first""#, r#""setup" "second""#, r#""teardown" "first""#]);
    assert!(!calls(&server).await.contains(&"GET /a".to_owned()), "nothing is replayed in the wrong state");
}

#[tokio::test]
async fn a_failed_teardown_does_not_hide_what_else_was_wrong() {
    let server = provider(&[("/a", json!({ "id": "x" }))]).await;
    serve(&server, "POST", "/states", json!({})).await;
    refuse(&server, json!({ "action": "teardown" })).await;
    let interactions = [given(get("/a"), &[state("first")])];
    let verifier = verifier(&interactions, &server).states_url(url(&server), ParametersIn::Body, true);
    let results = results(verifier).await;
    let wrong = wrong(&results[0]);
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].starts_with("body $.id: "), "{wrong:?}");
    assert!(wrong[1].starts_with("the teardown of the provider state \"first\" failed"), "{wrong:?}");
}

#[tokio::test]
async fn values_from_setting_up_go_into_the_request() {
    let server = provider(&[("/orders/33", json!({ "id": 7 }))]).await;
    serve(&server, "POST", "/states", json!({ "id": 33 })).await;
    let mut interaction = get("/orders/1");
    interaction["request"]["generators"] =
        json!({ "path": { "type": "ProviderState", "expression": "/orders/${id}" } });
    let verifier = verifier(&[given(interaction, &[state("an order exists")])], &server);
    let (summary, text) = report(verifier.states_url(url(&server), ParametersIn::Body, false)).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert_eq!(calls(&server).await, ["POST /states", "GET /orders/33"]);
}

#[tokio::test]
async fn a_value_that_setting_up_did_not_give_is_named_when_the_interaction_fails() {
    let server = stateful().await;
    let mut interaction = get("/orders/1");
    interaction["request"]["generators"] =
        json!({ "path": { "type": "ProviderState", "expression": "/orders/${id}" } });
    let verifier = verifier(&[given(interaction, &[state("an order exists")])], &server);
    let (summary, text) = report(verifier.states_url(url(&server), ParametersIn::Body, false)).await;
    assert_eq!(summary.exit_code(), ExitCode::Failed, "{text}");
    assert!(text.contains("GET /orders/1") && text.contains("generator for the path"), "{text}");
}

/// The verdict, the exit code and what is said, when states are changed at an address.
async fn with_states_at(address: &str) -> (Verdict, ExitCode, String) {
    let server = provider(&[("/a", json!({ "id": 7 })), ("/b", json!({ "id": 7 }))]).await;
    let interactions = [given(get("/a"), &[state("s")]), get("/b")];
    let run = verifier(&interactions, &server)
        .states_url(address, ParametersIn::Body, false)
        .states_timeout(Duration::from_secs(2));
    let code = report(run.clone()).await.0.exit_code();
    let results = results(run).await;
    assert!(results[1].passed(), "what needs no state is verified all the same");
    assert_eq!(results[0].errors[0].party(), Party::StateHandler);
    assert!(!calls(&server).await.contains(&"GET /a".to_owned()));
    (results[0].verdict(), code, wrong(&results[0]).join("\n"))
}

#[tokio::test]
async fn however_a_state_handler_fails_it_is_named_and_the_provider_is_not_blamed() {
    let said = |said: &'static [u8], hold: bool| async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/states", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 1024]).await;
                let _ = stream.write_all(said).await;
                if hold {
                    tokio::spawn(async move {
                        std::future::pending::<()>().await;
                        drop(stream);
                    });
                }
            }
        });
        address
    };
    for (address, expected) in [
        ("http://127.0.0.1:1/states".to_owned(), "could not connect to http://127.0.0.1:1/states"),
        (said(b"", false).await, "gave no proper HTTP answer"),
        (said(b"nonsense\r\n\r\n", false).await, "gave no proper HTTP answer"),
        (said(b"", true).await, "did not answer within 2s"),
        (
            said(b"HTTP/1.1 500 No\r\ncontent-length: 5\r\n\r\nno db", false).await,
            "answered with status 500: no db",
        ),
        (
            said(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n", true).await,
            "answered with more than 4194304 bytes",
        ),
    ] {
        let (verdict, code, wrong) = with_states_at(&address).await;
        assert_eq!((verdict, code), (Verdict::Errored, ExitCode::CouldNotRun), "{wrong}");
        assert!(
            wrong.starts_with("the setup of the provider state \"s\" failed: the state handler"),
            "{wrong}"
        );
        assert!(wrong.contains(expected), "{wrong}");
    }
}

#[tokio::test]
async fn an_answer_of_a_state_handler_that_is_no_json_object_has_no_values() {
    for answer in ["", "ok", "[1]", "{\"half\":"] {
        let server = provider(&[("/a", json!({ "id": 7 }))]).await;
        let answer = ResponseTemplate::new(200).set_body_string(answer);
        Mock::given(method("POST")).and(path("/states")).respond_with(answer).mount(&server).await;
        let interactions = [given(get("/a"), &[order(7)])];
        let verifier = verifier(&interactions, &server).states_url(url(&server), ParametersIn::Body, false);
        assert!(report(verifier).await.0.passed());
    }
}

#[tokio::test]
async fn a_function_that_hangs_fails_or_panics_is_named_and_the_others_run() {
    let server = stateful().await;
    let states = StateFunctions::new()
        .timeout(Duration::from_millis(20))
        .setup::<_, _, ()>("hangs", async |_| std::future::pending().await)
        .setup::<_, _, ()>("fails", async |_| Err("no database".into()))
        .setup::<_, _, ()>("panics", async |_| panic!("no clock"))
        .setup("slow to go", async |_| Ok(()))
        .teardown("slow to go", async |_| std::future::pending().await);
    let names = ["hangs", "fails", "panics", "slow to go"];
    let interactions = names.map(|name| given(get("/a"), &[state(name)]));
    let results = results(verifier(&interactions, &server).states(states)).await;
    let wrong: Vec<_> = results.iter().flat_map(|result| wrong(result)).collect();
    assert_eq!(
        wrong,
        [
            "the setup of the provider state \"hangs\" failed: the state handler did not finish within 20ms",
            "the setup of the provider state \"fails\" failed: no database",
            "the setup of the provider state \"panics\" failed: it panicked: no clock",
            "the teardown of the provider state \"slow to go\" failed: the state handler did not finish within 20ms",
        ]
    );
    assert!(results.iter().all(|result| result.verdict() == Verdict::Errored));
}

#[tokio::test]
async fn pending_excuses_a_state_that_is_not_there_yet_but_not_a_handler_that_is_down() {
    let server = stateful().await;
    let mut interaction = given(get("/a"), &[state("something new")]);
    interaction["type"] = "Synchronous/HTTP".into();
    interaction["response"] = json!({ "status": 200 });
    interaction["pending"] = true.into();
    let mut contract = crate::support::pact(&[interaction]);
    contract["metadata"]["pactSpecification"]["version"] = "4.0".into();
    let run = Verifier::new("orders-api").source(Given(vec![contract])).base_url(server.uri());
    let (summary, text) = report(run.clone().states(StateFunctions::new())).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert_eq!(summary.counts().pending, 1);
    let down = run.states_url("http://127.0.0.1:1/states", ParametersIn::Body, false);
    assert_eq!(report(down).await.0.exit_code(), ExitCode::CouldNotRun);
}

#[tokio::test]
async fn interactions_without_a_state_are_announced_when_that_is_asked_for() {
    let server = stateful().await;
    let run = verifier(&[get("/a")], &server)
        .states_url(url(&server), ParametersIn::Body, true)
        .call_without_state(true);
    assert!(report(run).await.0.passed());
    let expected = ["setup", "teardown"].map(|action| json!({ "state": "", "params": {}, "action": action }));
    assert_eq!(bodies(&server, "/states").await, expected);
    // Functions need none for it.
    let run = verifier(&[get("/a")], &server).states(StateFunctions::new()).call_without_state(true);
    assert!(report(run).await.0.passed());
}

#[tokio::test]
async fn every_state_is_listed_with_what_needs_it_and_whether_there_is_a_handler() {
    let interactions = [
        given(get("/a"), &[order(7), state("it is paid")]),
        get("/b"),
        given(get("/c"), &[json!({ "name": "order exists", "params": { "owner": "me", "id": 1 } })]),
    ];
    let server = stateful().await;
    let run = verifier(&interactions, &server);
    let states = StateFunctions::new().setup("order exists", async |_| Ok(()));
    let (needed, failures) = run.clone().states(states).needed_states().await.unwrap();
    assert!(failures.is_empty());
    let told: Vec<_> = needed
        .iter()
        .map(|state| (state.name.as_str(), state.uses.len(), state.parameters(), state.handled))
        .collect();
    assert_eq!(
        told,
        [
            ("it is paid", 1, vec![], Some(false)),
            ("order exists", 2, vec!["id", "kind", "owner"], Some(true)),
        ]
    );
    let place = &needed[1].uses[1];
    assert_eq!((place.consumer.as_str(), place.description.as_str()), ("web", "a request for /c"));
    // Nobody knows without trying; and nobody tries.
    let (needed, _) = run.states_url(url(&server), ParametersIn::Body, false).needed_states().await.unwrap();
    assert!(needed.iter().all(|state| state.handled.is_none()));
    assert!(calls(&server).await.is_empty());
}
