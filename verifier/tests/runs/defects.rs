//! What other verifiers are known to do wrong, each with a test of what is right. Others of the kind stand with their
//! subject: publishing filtered runs, results that cannot be published, notices and tear-down.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pactwright_verifier::events::{Event, Reporter};
use pactwright_verifier::report::TerminalReporter;
use pactwright_verifier::sources::{BrokerSource, FolderSource, Selection, parse_selectors};
use pactwright_verifier::states::ParametersIn;
use pactwright_verifier::{ExitCode, Filter, RunError, Verifier};
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
