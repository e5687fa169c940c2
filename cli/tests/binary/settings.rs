//! Settings of a broker, as its operator meets them.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use insta::assert_snapshot;

use crate::support::{BrokerProcess, get, outcome, pactwright, run};

#[test]
fn the_default_file_can_be_used_and_everything_of_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broker.toml");
    let (status, text) = outcome(&run(&["broker", "config"]));
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("\n[http]\n") && text.contains("\n#body_limit = \"16 MiB\"\n"), "{text}");
    fs::write(&path, text.replace("#requests = 512", "requests = 7")).unwrap();
    let path = path.to_str().unwrap();
    let mut command = pactwright(&["broker", "config", "--config", path, "--effective", "--listen", "80"]);
    let (status, text) = outcome(&command.env("PACTWRIGHT_HTTP_WAITING", "8").output().unwrap());
    assert_eq!(status, Some(0), "{text}");
    for line in [
        "listen = \"127.0.0.1:80\" # --listen",
        "waiting = 8 # PACTWRIGHT_HTTP_WAITING",
        "body_limit = \"16 MiB\" # default",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let requests = text.lines().find(|line| line.starts_with("requests = 7 # ")).unwrap();
    assert!(requests.contains(path), "{requests}");
}

#[test]
fn what_is_wrong_is_said_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("broker.toml"), "[http]\nbody_limt = 1\nrequests = 0\n").unwrap();
    let arguments = ["--config", "broker.toml", "--set", "queue.length=many", "--log", "a=b=c"];
    let in_folder = |command: &[&str]| {
        let mut process = pactwright(&[command, &arguments].concat());
        outcome(&process.current_dir(folder.path()).env("PACT_BROKER_DATABASE_URL", "x").output().unwrap())
    };
    let (status, text) = in_folder(&["broker", "config", "--check"]);
    assert_eq!(status, Some(1), "{text}");
    assert_snapshot!("settings-wrong", text);
    let (status, text) = in_folder(&["broker", "start"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("broker.toml:2: there is no setting http.body_limt"), "{text}");
    assert!(!folder.path().join("pactwright-data").exists());
    let (status, text) = outcome(&run(&["broker", "config", "--check", "--log", "a=b=c"]));
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("a=b=c"), "{text}");
    let (status, text) = outcome(&run(&["broker", "start", "--config", "/there/is/none"]));
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("/there/is/none"), "{text}");
}

#[test]
fn a_running_broker_is_ready_and_a_stopped_one_is_silent() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(data.path());
    let url = broker.url.clone();
    assert_eq!(outcome(&run(&["broker", "ping", "--url", &url])).0, Some(0));
    let listen = url.trim_start_matches("http://");
    let by_settings = pactwright(&["broker", "ping"]).env("PACTWRIGHT_LISTEN", listen).output().unwrap();
    assert_eq!(outcome(&by_settings), (Some(0), "The broker is ready.\n".to_owned()));
    assert_eq!(broker.terminate(), Some(0));
    let (status, text) = outcome(&run(&["broker", "ping", "--url", &url]));
    assert_eq!(status, Some(2), "{text}");
}

/// A broker with more arguments and surroundings, asked once; gives what it logged.
fn logged(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let data = tempfile::tempdir().unwrap();
    let start = ["broker", "start", "--listen", "127.0.0.1:0", "--data", data.path().to_str().unwrap()];
    let mut command = pactwright(&[&start, arguments].concat());
    for (name, value) in variables {
        command.env(name, value);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let url = &line[line.find("http://").unwrap()..];
    assert_eq!(get(&format!("{}/pacticipants", url.trim())).0, 200);
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{text}");
    text
}

#[test]
fn lines_of_the_log_are_text_or_json() {
    let text = logged(&["--log", "info"], &[]);
    let line = text.lines().find(|line| line.contains("answered")).unwrap();
    assert!(line.contains("request{id=\"") && line.contains("route=\"/pacticipants\""), "{line}");
    let text = logged(&["--log", "info", "--log-format", "json"], &[("PACT_BROKER_SQL_LOG_LEVEL", "debug")]);
    let lines: Vec<serde_json::Value> =
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let answered = lines.iter().find(|line| line["message"] == "answered").unwrap();
    assert_eq!((&answered["route"], &answered["status"]), (&"/pacticipants".into(), &200.into()));
    assert_eq!(answered["span"]["id"].as_str().unwrap().len(), 32);
    let warned = lines.iter().find(|line| line["level"] == "WARN").unwrap();
    assert!(warned["message"].as_str().unwrap().starts_with("PACT_BROKER_SQL_LOG_LEVEL does nothing here"));
}

#[cfg(not(feature = "otel"))]
#[test]
fn nobody_is_left_to_believe_that_something_is_exported() {
    let text = logged(&[], &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")]);
    assert!(text.contains("OTEL_EXPORTER_OTLP_ENDPOINT does nothing"), "{text}");
}

#[cfg(feature = "otel")]
#[tokio::test(flavor = "multi_thread")]
async fn a_collector_is_told_what_was_asked() {
    use wiremock::matchers::{method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    let collector = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/traces"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&collector)
        .await;
    let endpoint = collector.uri();
    let text =
        tokio::task::spawn_blocking(move || logged(&[], &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]))
            .await
            .unwrap();
    let told = collector.received_requests().await.unwrap();
    assert!(!told.is_empty(), "{text}");
    let header = told[0].headers.get("content-type").unwrap();
    assert_eq!(header, "application/x-protobuf");
    let bodies: Vec<u8> = told.iter().flat_map(|request| request.body.clone()).collect();
    let has = |text: &str| bodies.windows(text.len()).any(|window| window == text.as_bytes());
    for text in ["pactwright-broker", "GET /pacticipants", "http.route", "http.response.status_code"] {
        assert!(has(text), "{text} was not told");
    }
}
