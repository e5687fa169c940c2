//! What other verifiers are known to do wrong, each with a test of what is right.
//!
//! | what is wrong elsewhere | what shows that it is right here |
//! |---|---|
//! | one interaction at a time, whatever the machine can do | `concurrency::interactions_without_states_run_together_up_to_the_limit`, `concurrency::eight_jobs_wait_an_eighth_as_long_as_one` |
//! | a new HTTP client, and a new connection, for each interaction | [`all_requests_of_a_run_share_connections`] |
//! | nothing is shown before the end | [`outcomes_are_shown_as_they_come`] |
//! | contracts in sub-folders are passed over | [`folders_are_searched_through_and_other_files_are_left_alone`] |
//! | files that are no contracts are read as some | the same, and [`a_broken_file_in_a_folder_is_named_and_the_others_are_verified`] |
//! | notices of failure are shown after success, and one contract's failure chooses the notices of the next | `publishing::notices_depend_on_each_contract_alone` |
//! | the outcome of a filtered run is published as one about the whole contract | `publishing::a_filtered_run_is_not_published_and_says_so` |
//! | a filter that is no regular expression ends in a panic | [`a_filter_that_is_no_expression_is_an_error_and_no_panic`] |
//! | a result that cannot be published is a line in a log, and the exit code that of success | `publishing::a_result_that_cannot_be_published_fails_the_run` |
//! | a set-up that fails hides what the handler said | `states::after_a_failed_setup_what_was_set_up_is_torn_down_and_the_reason_is_told` |
//! | after it nothing is torn down | the same |
//! | what setting up a state gives is not used for messages | `messages::provider_states_are_set_up_for_messages_and_their_values_are_expected`, `messages::values_of_states_go_into_the_message_that_is_answered` |
//! | a selector that is none is dropped without a word | [`selectors_that_make_no_sense_are_errors`] |
//! | an answer of the broker that cannot be read counts as "no contracts" | [`an_answer_that_is_no_list_of_contracts_is_not_taken_for_an_empty_one`] |
//! | what failed last is looked for by a key that contracts in files do not have | [`what_failed_last_is_found_in_contracts_without_keys`] |
//! | a list of consumers with commas is taken for one name | [`several_consumers_can_be_chosen`]; the commas are the command line's, see `lists_are_taken_apart` there |
//! | without a filter for requests the program ends where it should begin | [`a_run_needs_no_request_filter`] |
//! | a provider that is down is published as one that fails | `publishing::a_provider_that_is_down_is_not_published_as_one_that_fails` |
//! | the state handler is called with an empty name where there is no state | [`no_state_means_no_call_to_the_state_handler`] |
//! | a report that cannot be written is noticed by nobody | [`a_report_that_cannot_be_written_is_an_error_and_others_hear_everything`] |

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pactwright_verifier::events::{Event, Reporter};
use pactwright_verifier::report::{JsonReporter, TerminalReporter};
use pactwright_verifier::sources::{BrokerSource, FolderSource, Selection, parse_selectors};
use pactwright_verifier::states::ParametersIn;
use pactwright_verifier::{ExitCode, FailedBefore, Filter, RunError, Verifier};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Given, access, calls, folder, get, pact, provider, report, verifier};

#[tokio::test]
async fn folders_are_searched_through_and_other_files_are_left_alone() {
    let provider = provider(&[("/a", json!({ "id": 7 })), ("/b", json!({ "id": 7 }))]).await;
    let (_keep, path) = folder(&[
        ("b/deep/web.JSON", pact(&[get("/b")]).to_string()),
        ("a.json", pact(&[get("/a")]).to_string()),
        ("README.md", "no contract".to_owned()),
        ("schema.json.bak", "{".to_owned()),
    ]);
    let verifier = Verifier::new("orders-api").source(FolderSource::new(path)).base_url(provider.uri());
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert_eq!(calls(&provider).await, ["GET /a", "GET /b"]);
}

#[tokio::test]
async fn a_broken_file_in_a_folder_is_named_and_the_others_are_verified() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let (_keep, path) =
        folder(&[("a.json", pact(&[get("/a")]).to_string()), ("broken.json", "{\"consumer\":".to_owned())]);
    let verifier = Verifier::new("orders-api").source(FolderSource::new(path)).base_url(provider.uri());
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::CouldNotRun);
    assert_eq!(summary.counts().passed, 1);
    assert!(
        text.contains("broken.json is not a pact that can be read: this is not a JSON document"),
        "{text}"
    );
}

#[test]
fn a_filter_that_is_no_expression_is_an_error_and_no_panic() {
    for error in [Filter::default().description("a(").unwrap_err(), Filter::default().state("[").unwrap_err()]
    {
        assert!(error.to_string().contains("is not a regular expression"), "{error}");
    }
}

#[tokio::test]
async fn a_filter_that_leaves_nothing_is_not_a_success() {
    let provider = provider(&[]).await;
    let filter = Filter::default().description("mistyped").unwrap();
    let error = verifier(&[get("/a")], &provider).filter(filter).run(&mut ()).await.unwrap_err();
    assert_eq!(error.to_string(), "no interaction is left to verify: description matches /mistyped/");
}

#[test]
fn selectors_that_make_no_sense_are_errors() {
    for (text, expected) in [
        (r#"{"mainBranch": true"#, "is not a consumer version selector"),
        (r#"[{"mainBranch": true}, 7]"#, "is not a consumer version selector"),
        (r#"{"mainBrunch": true}"#, "has the member `mainBrunch`, which no selector has"),
        (r#"{"branch": "x", "envrionment": "prod"}"#, "`envrionment`"),
        ("{}", "selects nothing"),
    ] {
        let error = parse_selectors(text).unwrap_err();
        assert!(error.to_string().contains(expected), "{text}: {error}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_list_of_contracts_is_not_taken_for_an_empty_one() {
    let server = MockServer::start().await;
    let index = json!({ "_links": {
        "pb:provider-pacts-for-verification": { "href": format!("{}/list", server.uri()) },
    }});
    Mock::given(path("/")).respond_with(ResponseTemplate::new(200).set_body_json(index)).mount(&server).await;
    Mock::given(method("POST"))
        .and(path("/list"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "_embedded": { "pacts": 7 } })))
        .mount(&server)
        .await;
    let source = BrokerSource::new(server.uri()).access(access()).select(Selection::default());
    let (summary, text) = report(Verifier::new("orders-api").source(source).ignore_no_pacts(true)).await;
    assert_eq!(summary.exit_code(), ExitCode::CouldNotRun);
    assert!(text.contains("did not answer with a list of contracts"), "{text}");
}

#[tokio::test]
async fn no_state_means_no_call_to_the_state_handler() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let states = format!("{}/states", provider.uri());
    let verifier = verifier(&[get("/a")], &provider).states_url(states, ParametersIn::Body, true);
    assert_eq!(report(verifier).await.0.exit_code(), ExitCode::Verified);
    assert_eq!(calls(&provider).await, ["GET /a"]);
}

#[tokio::test]
async fn interactions_of_unknown_types_are_errors_and_never_passed_over() {
    let provider = provider(&[]).await;
    let mut contract = pact(&[json!({ "type": "Carrier/Pigeon", "description": "a letter" })]);
    contract["metadata"]["pactSpecification"]["version"] = "4.0".into();
    let verifier = Verifier::new("orders-api").source(Given(vec![contract])).base_url(provider.uri());
    let (summary, text) = report(verifier).await;
    assert!(!summary.passed());
    assert_eq!(summary.counts().errored, 1);
    assert!(text.contains("\"Carrier/Pigeon\" cannot be verified yet"), "{text}");
}

#[tokio::test]
async fn all_requests_of_a_run_share_connections() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let mut line = String::new();
                while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                    if line == "\r\n" {
                        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
                        stream.get_mut().write_all(answer).await.unwrap();
                    }
                    line.clear();
                }
            });
        }
    });
    let interactions: Vec<_> = (0..20)
        .map(|index| {
            let mut interaction = get(&format!("/{index}"));
            interaction["response"] = json!({ "status": 204 });
            interaction
        })
        .collect();
    let verifier = Verifier::new("orders-api")
        .source(Given(vec![pact(&interactions)]))
        .base_url(format!("http://{address}"));
    assert_eq!(report(verifier).await.0.counts().passed, 20);
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

/// Notes how much was written by the time each interaction is finished.
struct Growing(TerminalReporter<Vec<u8>>, Vec<usize>);

impl Reporter for Growing {
    fn report(&mut self, event: &Event) -> std::io::Result<()> {
        self.0.report(event)?;
        if matches!(event, Event::InteractionFinished { .. }) {
            self.1.push(self.0.written().len());
        }
        Ok(())
    }
}

#[tokio::test]
async fn outcomes_are_shown_as_they_come() {
    let provider = provider(&[]).await;
    let mut reporter = Growing(TerminalReporter::new(Vec::new()), Vec::new());
    verifier(&[get("/a"), get("/b"), get("/c")], &provider).run(&mut reporter).await.unwrap();
    assert!(reporter.1.is_sorted_by(|before, after| before < after), "{:?}", reporter.1);
}

/// A full disk.
struct Full;

impl Reporter for Full {
    fn report(&mut self, _: &Event) -> std::io::Result<()> {
        Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
    }
}

#[tokio::test]
async fn a_report_that_cannot_be_written_is_an_error_and_others_hear_everything() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let mut heard = Vec::new();
    let result = {
        let mut all: Vec<Box<dyn Reporter + '_>> = vec![Box::new(Full), Box::new(&mut heard)];
        verifier(&[get("/a")], &provider).run(&mut all).await
    };
    let Err(RunError::Report { summary, .. }) = result else { panic!("the run should not pass") };
    assert_eq!(summary.counts().passed, 1);
    assert!(matches!(heard.last(), Some(Event::RunFinished(_))));
}

#[tokio::test]
async fn what_failed_last_is_found_in_contracts_without_keys() {
    let provider = provider(&[("/good", json!({ "id": 7 })), ("/bad", json!({ "id": "seven" }))]).await;
    let (_keep, path) = folder(&[("web.json", pact(&[get("/good"), get("/bad")]).to_string())]);
    let verifier = Verifier::new("orders-api").source(FolderSource::new(path)).base_url(provider.uri());
    let mut json = JsonReporter::new(Vec::new());
    verifier.run(&mut json).await.unwrap();
    let failed = FailedBefore::from_report(&json.into_inner()).unwrap();
    let before = calls(&provider).await.len();
    verifier.filter(Filter::default().failed_before(failed)).run(&mut ()).await.unwrap();
    assert_eq!(calls(&provider).await[before..], ["GET /bad"]);
}

#[tokio::test]
async fn several_consumers_can_be_chosen() {
    let of = |consumer: &str| {
        let mut contract = pact(&[get(&format!("/{consumer}"))]);
        contract["consumer"]["name"] = consumer.into();
        contract
    };
    let provider = provider(&[]).await;
    let verifier = Verifier::new("orders-api")
        .source(Given(["web", "mobile", "batch"].map(of).to_vec()))
        .base_url(provider.uri())
        .filter(Filter::default().consumers(["batch", "web"]));
    verifier.run(&mut ()).await.unwrap();
    assert_eq!(calls(&provider).await, ["GET /web", "GET /batch"]);
}

#[tokio::test]
async fn a_run_needs_no_request_filter() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let without = verifier(&[get("/a")], &provider);
    let with = without.clone().request_filter(async |request| Ok(request));
    for verifier in [without, with] {
        assert_eq!(report(verifier).await.0.exit_code(), ExitCode::Verified);
    }
    assert_eq!(calls(&provider).await, ["GET /a", "GET /a"]);
}
