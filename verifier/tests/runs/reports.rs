use std::collections::BTreeMap;
use std::path::PathBuf;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pactwright_core::broker_api::VerificationNotice;
use pactwright_core::format;
use pactwright_core::matching::{ActualRequest, ActualResponse};
use pactwright_verifier::events::{Event, Reporter};
use pactwright_verifier::report::{
    GithubReporter, HtmlReporter, JsonReporter, JunitReporter, ProgressReporter, TerminalReporter, chain,
};
use pactwright_verifier::sources::{
    FolderSource, LoadContext, Loaded, LoadedPact, Origin, PactContext, PactSource, SourceError,
};
use pactwright_verifier::states::StateFunctions;
use pactwright_verifier::transport::{HttpTransport, TransportError};
use pactwright_verifier::{Filter, ProviderVersion, Verifier};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{get, given, pact, state};

/// A provider that gives these answers, by path.
#[derive(Debug, Default)]
struct Answers(BTreeMap<&'static str, (u16, &'static str, Value)>);

impl HttpTransport for Answers {
    fn send<'a>(
        &'a self,
        request: &'a ActualRequest,
    ) -> BoxFuture<'a, Result<ActualResponse, TransportError>> {
        let answer = match self.0.get(request.path.as_str()) {
            Some((status, kind, body)) => Ok(ActualResponse {
                status: *status,
                headers: vec![("content-type".to_owned(), (*kind).to_owned())],
                body: body.as_str().map_or_else(|| body.to_string(), str::to_owned).into_bytes(),
            }),
            None => Err(TransportError::Other("the cable is out".into())),
        };
        std::future::ready(answer).boxed()
    }

    fn target(&self) -> String {
        "http://provider:8080".to_owned()
    }
}

#[derive(Debug)]
struct Contracts(Vec<LoadedPact>);

impl PactSource for Contracts {
    fn name(&self) -> String {
        "a test".to_owned()
    }

    fn load<'a>(&'a self, _: &'a LoadContext) -> BoxFuture<'a, Loaded> {
        let error = SourceError::Other("contracts could not be fetched from http://other".to_owned());
        std::future::ready(Loaded { pacts: self.0.clone(), failures: vec![error] }).boxed()
    }
}

fn order() -> Value {
    json!({
        "description": "a request for an order",
        "_id": "0rder",
        "providerStates": [{ "name": "order exists", "params": { "id": 7 } }],
        "request": { "method": "GET", "path": "/orders/7", "query": { "expand": ["lines"] } },
        "response": {
            "status": 200,
            "headers": { "Content-Type": "application/json" },
            "body": {
                "id": 7,
                "placed": "2024-01-31",
                "lines": [{ "sku": "A-1", "qty": 1 }],
                "total": 9.5,
            },
            "matchingRules": {
                "body": {
                    "$.placed": { "matchers": [{ "match": "regex", "regex": "\\d{4}-\\d\\d-\\d\\d" }] },
                    "$.lines": { "matchers": [{ "match": "type", "min": 1 }] },
                    "$.lines[*].sku": { "matchers": [{ "match": "regex", "regex": "[A-Z]-\\d" }] },
                    "$.lines[*].qty": { "matchers": [{ "match": "integer" }] },
                },
            },
        },
    })
}

fn missing() -> Value {
    let mut interaction = get("/orders/404");
    interaction["response"] = json!({ "status": 404, "body": { "error": "no such order" } });
    interaction
}

/// A run in which everything happens.
fn everything() -> Verifier {
    let json_type = "application/json; charset=utf-8";
    let placed = json!({
        "id": 7,
        "placed": "2026-11-21",
        "lines": [{ "sku": "B-2", "qty": 3 }, { "sku": "oops", "qty": 1, "more": true }],
        "total": 9.5,
        "links": [],
    });
    let answers = Answers(BTreeMap::from([
        ("/ok", (200, json_type, json!({ "id": 7 }))),
        ("/orders/7", (200, json_type, placed)),
        ("/orders/404", (500, "text/plain", json!("java.lang.NullPointerException\n  at Orders.java:7"))),
        ("/pending", (200, json_type, json!({ "id": "7" }))),
    ]));
    let read = |interactions: &[Value]| format::read(pact(interactions).to_string().as_bytes()).unwrap();
    let first = read(&[
        get("/ok"),
        order(),
        missing(),
        given(get("/unreachable"), &[state("first"), state("second")]),
        given(get("/ok"), &[state("nobody knows it")]),
    ]);
    let notice = |when: &str, text: &str| VerificationNotice { when: when.into(), text: text.into() };
    let context = PactContext {
        short_description: Some("latest from main branch".to_owned()),
        consumer_version: Some("1.4.2".to_owned()),
        pending: true,
        wip: true,
        notices: vec![
            notice("before_verification", "Chosen because of\n    * a test"),
            notice("after_verification:success_false_published_false", "Still pending"),
        ],
        ..PactContext::default()
    };
    let second = LoadedPact {
        pact: read(&[get("/pending")]),
        origin: Origin::Broker { broker: "http://broker".into(), url: "http://broker/pacts/2".into() },
        context,
    };
    let states = StateFunctions::new()
        .setup("order exists", async |_| Ok(()))
        .setup("first", async |_| Ok(()))
        .setup("second", async |_| Ok(()));
    Verifier::new("orders-api")
        .source(Contracts(vec![
            LoadedPact::new(first, Origin::File(PathBuf::from("pacts/web.json"))),
            second,
        ]))
        .http_transport(answers)
        .states(states)
        .publish(ProviderVersion::new(pactwright_core::names::VersionNumber::new("2.0.0").unwrap()))
}

/// A report for people without what differs from run to run.
fn without_times(text: &str) -> String {
    let measured = regex::Regex::new(r"within \S+ \S+ \(median\) and \S+ \S+ \(at worst: .*\)").unwrap();
    measured.replace(text, "within M (median) and W (at worst: S)").into_owned()
}

async fn terminal(verifier: Verifier, colour: bool) -> String {
    let mut reporter = TerminalReporter::new(Vec::new()).colour(colour);
    verifier.run(&mut reporter).await.unwrap();
    without_times(&String::from_utf8(reporter.into_inner()).unwrap())
}

#[tokio::test]
async fn people_read_everything_there_is_to_know() {
    insta::assert_snapshot!(terminal(everything(), false).await);
}

#[tokio::test]
async fn people_read_a_good_run_at_a_glance() {
    let verifier = everything().filter(Filter::default().description("/ok").unwrap().without_state());
    insta::assert_snapshot!(terminal(verifier, false).await);
}

#[tokio::test]
async fn colour_adds_nothing_but_colour() {
    let (plain, coloured) = (terminal(everything(), false).await, terminal(everything(), true).await);
    assert!(coloured.contains("\u{1b}[31m"));
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        stripped.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
}

#[tokio::test]
async fn text_from_elsewhere_cannot_control_the_terminal() {
    let mut interaction = get("/ok");
    interaction["description"] = "evil \u{1b}]0;title\u{7}".into();
    let contract = format::read(pact(&[interaction]).to_string().as_bytes()).unwrap();
    let origin = Origin::Other("\u{1b}[2J".to_owned());
    let verifier = everything().source(Contracts(vec![LoadedPact::new(contract, origin)]));
    let text = terminal(verifier, false).await;
    assert!(text.contains(r"evil \u{1b}]0;title"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text}");
}

#[tokio::test]
async fn programs_read_one_document() {
    let mut reporter = JsonReporter::new(Vec::new());
    everything().run(&mut reporter as &mut dyn Reporter).await.unwrap();
    let mut document: Value = serde_json::from_slice(&reporter.into_inner()).unwrap();
    // What takes time differs from run to run.
    for place in ["/responseTimes", "/contracts/0/responseTimes", "/contracts/1/responseTimes"] {
        let times = document.pointer_mut(place).unwrap();
        assert!(times["medianMs"].is_f64() && times["worstMs"].is_f64() && times["slowest"].is_string());
        *times = json!({ "answers": times["answers"] });
    }
    for line in document["output"].as_array_mut().unwrap() {
        *line = json!(without_times(line.as_str().unwrap()));
    }
    for result in document["interactionResults"].as_array_mut().unwrap() {
        assert!(result["duration"].is_string() && result["durationMs"].is_f64(), "{result}");
        result["duration"] = json!("some time");
        result["durationMs"] = json!(0);
        if let Some(time) = result.get_mut("responseTimeMs") {
            *time = json!(0);
        }
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}

#[tokio::test]
async fn remarks_of_the_consumer_are_shown_with_their_interaction() {
    let mut interaction = get("/a");
    interaction["type"] = "Synchronous/HTTP".into();
    interaction["response"]["body"] = json!({ "content": { "id": 7 } });
    interaction["comments"] = json!({ "text": ["ask\nAda", "\u{1b}[2Jtwice"], "testname": "orders::fetch" });
    let mut contract = pact(&[interaction]);
    contract["metadata"]["pactSpecification"]["version"] = "4.0".into();
    let contract = format::read(contract.to_string().as_bytes()).unwrap();
    let answers = Answers([("/a", (200, "application/json", json!({ "id": 7 })))].into());
    let verifier = Verifier::new("orders-api")
        .source(Contracts(vec![LoadedPact::new(contract, Origin::Other("a test".to_owned()))]))
        .http_transport(answers);
    let mut reporter = TerminalReporter::new(Vec::new());
    verifier.run(&mut reporter).await.unwrap();
    let text = String::from_utf8(reporter.into_inner()).unwrap();
    let lines: Vec<_> = text.lines().skip_while(|line| !line.contains("ok ")).take(5).collect();
    assert_eq!(lines[0], "  ok      a request for /a");
    assert_eq!(&lines[1..3], ["          ask", "          Ada"]);
    assert!(lines[3].ends_with("twice") && !lines[3].contains('\u{1b}'), "{text}");
    assert_eq!(lines[4], "          test: orders::fetch");
}

/// A report of the run in which everything happens, without what takes time.
async fn everything_in<R: Reporter>(mut reporter: R, written: impl FnOnce(R) -> Vec<u8>) -> String {
    everything().run(&mut reporter).await.unwrap();
    let text = String::from_utf8(written(reporter)).unwrap();
    regex::Regex::new(r#"time="\d+\.\d{3}""#).unwrap().replace_all(&text, r#"time="T""#).into_owned()
}

#[tokio::test]
async fn build_servers_read_junit() {
    insta::assert_snapshot!(everything_in(JunitReporter::new(Vec::new()), JunitReporter::into_inner).await);
}

#[tokio::test]
async fn pull_requests_get_annotations() {
    insta::assert_snapshot!(everything_in(GithubReporter::new(Vec::new()), GithubReporter::into_inner).await);
}

#[tokio::test]
async fn there_is_a_page_for_browsers() {
    insta::assert_snapshot!(everything_in(HtmlReporter::new(Vec::new()), HtmlReporter::into_inner).await);
}

#[tokio::test]
async fn who_waits_sees_one_line_that_is_taken_away_in_the_end() {
    let reporter = ProgressReporter::new(Vec::new()).at_once();
    let text = everything_in(reporter, ProgressReporter::into_inner).await;
    let lines: Vec<_> = text.split("\r\u{1b}[2K").collect();
    assert_eq!(
        lines,
        [
            "",
            "0/6  web: a request for /ok",
            "1/6  web: a request for an order, given order exists",
            "2/6, 1 not passed  web: a request for /orders/404",
            "3/6, 2 not passed  web: a request for /unreachable, given first and second",
            "4/6, 3 not passed  web: a request for /ok, given nobody knows it",
            "5/6, 4 not passed  web 1.4.2: a request for /pending",
            "",
        ]
    );
    let quick = everything_in(ProgressReporter::new(Vec::new()), ProgressReporter::into_inner).await;
    assert_eq!(quick, "", "a run that is over at once needs no such line");
}

#[tokio::test]
async fn markup_in_contracts_stays_text() {
    let mut interaction = get("/orders/404");
    interaction["description"] = "<script>\"&\u{1b}".into();
    let contract = format::read(pact(&[interaction]).to_string().as_bytes()).unwrap();
    let verifier =
        everything().source(Contracts(vec![LoadedPact::new(contract, Origin::Other("<x>".into()))]));
    let mut junit = JunitReporter::new(Vec::new());
    let mut html = HtmlReporter::new(Vec::new());
    {
        let mut both: Vec<Box<dyn Reporter + '_>> = vec![Box::new(&mut junit), Box::new(&mut html)];
        verifier.run(&mut both).await.unwrap();
    }
    for text in [junit.into_inner(), html.into_inner()] {
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("&lt;script&gt;&quot;&amp;\u{fffd}"), "{text}");
        assert!(!text.contains("<script>") && !text.contains("<x>"), "{text}");
    }
}

#[tokio::test]
async fn a_run_can_stop_at_its_first_failure_and_says_what_was_left_out() {
    let text = terminal(everything().stop_at_first_failure(true), false).await;
    assert!(text.contains("1 passed, 1 failed, 4 not run after the first failure"), "{text}");
    assert!(!text.contains("/orders/404"), "{text}");
}

#[tokio::test]
async fn every_report_says_why_nothing_could_be_verified() {
    let verifier = Verifier::new("<orders-api>").source(FolderSource::new("no/such/folder"));
    let verifier = verifier.filter(Filter::default().description("x").unwrap()).base_url("nowhere");
    let mut terminal = TerminalReporter::new(Vec::new());
    let mut json = JsonReporter::new(Vec::new());
    let mut junit = JunitReporter::new(Vec::new());
    let mut github = GithubReporter::new(Vec::new());
    let mut html = HtmlReporter::new(Vec::new());
    let error = {
        let mut all: Vec<Box<dyn Reporter + '_>> = vec![
            Box::new(&mut terminal),
            Box::new(&mut json),
            Box::new(&mut junit),
            Box::new(&mut github),
            Box::new(&mut html),
        ];
        verifier.run(&mut all).await.unwrap_err()
    };
    let reason = "the address of the provider cannot be used: `nowhere` is not an address that can be called: \
                  relative URL without a base";
    assert_eq!(chain(&error), reason);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert_eq!(text(terminal.into_inner()), format!("Nothing could be verified: {reason}\n"));
    let document: Value = serde_json::from_slice(&json.into_inner()).unwrap();
    assert_eq!(document["error"], json!({ "message": reason }));
    assert_eq!((&document["result"], &document["exitCode"]), (&json!(false), &json!(2)));
    assert_eq!(document["interactionResults"], json!([]));
    let junit = text(junit.into_inner());
    assert!(
        junit.contains("<testsuites name=\"&lt;orders-api&gt;\" tests=\"1\" failures=\"0\" errors=\"1\""),
        "{junit}"
    );
    assert!(junit.contains(reason), "{junit}");
    assert_eq!(text(github.into_inner()), format!("::error title=nothing could be verified::{reason}\n"));
    let html = text(html.into_inner());
    assert!(html.contains("Nothing could be verified") && html.contains(reason), "{html}");
    assert!(html.contains("&lt;orders-api&gt;") && html.ends_with("</html>\n"), "{html}");
}

#[tokio::test]
async fn a_run_that_could_not_begin_is_one_event() {
    let mut events = Vec::new();
    let error = Verifier::new("orders-api").run(&mut events).await.unwrap_err();
    let [Event::NotRun(not_run)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(not_run.provider.as_deref(), Some("orders-api"));
    assert_eq!(not_run.reason, error.to_string());
}

#[tokio::test]
async fn secrets_are_in_no_report_no_log_and_no_result() {
    let mut interaction = get("/login");
    interaction["request"]["headers"] =
        json!({ "Authorization": "Bearer hush", "Cookie": "id=hush", "Accept": "text/plain" });
    interaction["response"]["headers"] = json!({ "Set-Cookie": "id=1", "X-Api-Key": "k", "X-Version": "1" });
    let provider = MockServer::start().await;
    let answer = ResponseTemplate::new(200)
        .insert_header("Set-Cookie", "id=hush")
        .insert_header("X-Api-Key", "hush")
        .insert_header("X-Version", "2");
    Mock::given(path("/login")).respond_with(answer).mount(&provider).await;
    let verifier = crate::support::verifier(&[interaction], &provider).header("X-Custom", "hush-hush");
    assert!(!format!("{verifier:?}").contains("hush-hush"), "{verifier:?}");
    let mut written = Vec::new();
    let mut events = Vec::new();
    macro_rules! hears {
        ($reporter:ident) => {
            let mut reporter = $reporter::new(Vec::new());
            verifier.run(&mut reporter).await.unwrap();
            written.push(String::from_utf8(reporter.into_inner()).unwrap());
        };
    }
    hears!(TerminalReporter);
    hears!(JsonReporter);
    hears!(JunitReporter);
    hears!(GithubReporter);
    hears!(HtmlReporter);
    for text in &written {
        assert!(
            text.contains("Set-Cookie") && text.contains("X-Api-Key") && text.contains("X-Version"),
            "{text}"
        );
        assert!(text.contains("***") && !text.contains("hush"), "{text}");
    }
    verifier.run(&mut events).await.unwrap();
    let result = events.iter().find_map(|event| match event {
        Event::InteractionFinished { result, .. } => Some(result),
        _ => None,
    });
    let shown = format!("{:?}", result.unwrap());
    assert!(!shown.contains("hush"), "{shown}");
    assert!(shown.contains("GET /login") && shown.contains(r#"("Authorization", "***")"#), "{shown}");
    assert!(shown.contains("text/plain"), "{shown}");
    // What travels has them.
    let sent = &provider.received_requests().await.unwrap()[0];
    assert_eq!(
        (&sent.headers["authorization"], &sent.headers["x-custom"]),
        (&"Bearer hush".parse().unwrap(), &"hush-hush".parse().unwrap())
    );
}
