//! Webhooks by the command line, and a broker that is killed before it has told what it owes.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{BrokerProcess, ServerProcess, fixture, outcome, run};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A broker that may tell receivers on this machine, once.
fn start(data: &Path) -> BrokerProcess {
    start_with(data, &[])
}

fn start_with(data: &Path, more: &[(&str, &str)]) -> BrokerProcess {
    let mut variables = vec![
        ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http https"),
        ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "127.0.0.1"),
        ("PACTWRIGHT_WEBHOOK_TIMEOUT", "600"),
        ("PACTWRIGHT_SECRET_KEY", KEY),
    ];
    variables.extend(more);
    BrokerProcess::start_with(data, &["webhook.retry_schedule="], &variables)
}

fn asks(broker: &BrokerProcess, arguments: &[&str]) -> (i32, String) {
    let all: Vec<&str> = arguments.iter().copied().chain(["-b", &broker.url]).collect();
    let (status, text) = outcome(&run(&all));
    (status.unwrap(), text)
}

#[track_caller]
fn done(broker: &BrokerProcess, arguments: &[&str]) -> String {
    let (status, text) = asks(broker, arguments);
    assert_eq!(status, 0, "{arguments:?}\n{text}");
    text
}

/// What is meant for machines.
#[track_caller]
fn document(broker: &BrokerProcess, arguments: &[&str]) -> Value {
    let all: Vec<&str> = arguments.iter().copied().chain(["-b", &broker.url]).collect();
    let output = run(&all);
    assert!(output.status.success(), "{arguments:?}\n{}", outcome(&output).1);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A request that came, and the connection to answer it on.
struct Came {
    head: String,
    body: String,
    connection: TcpStream,
}

impl Came {
    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        });
        line.unwrap_or_default()
    }

    fn answer(mut self, status: u16) {
        write!(self.connection, "HTTP/1.1 {status} Told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .unwrap();
    }
}

/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

fn next(listener: &TcpListener) -> Came {
    listener.set_nonblocking(true).unwrap();
    let begin = Instant::now();
    let connection = loop {
        match listener.accept() {
            Ok((connection, _)) => break connection,
            Err(error) if error.kind() == ErrorKind::WouldBlock && begin.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => panic!("nothing came: {error}"),
        }
    };
    connection.set_nonblocking(false).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "the request ended early: {head}");
    }
    let mut came = Came { head, body: String::new(), connection };
    let length: usize = came.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    came.body = String::from_utf8(body).unwrap();
    came
}

fn uuid(text: &str) -> String {
    text.trim().to_owned()
}

#[test]
fn a_broker_that_is_killed_before_a_delivery_makes_it_after_its_restart_as_it_was_recorded() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook/${{pactbroker.consumerVersionNumber}}", listener.local_addr().unwrap());
    let broker = start(data.path());
    let create = [
        "create-webhook",
        &url,
        "-H",
        "X-Token: hidden",
        "-d",
        r#"{"v": "${pactbroker.consumerVersionNumber}"}"#,
        "--contract-published",
        "--output",
        "id",
    ];
    let webhook = uuid(&done(&broker, &create));
    let pact = fixture("interop/checkout-web-orders-api.json");
    let publish = ["publish", pact.to_str().unwrap(), "-a", "1.0.0", "--branch", "main"];
    done(&broker, &publish);
    // It is on its way, and nobody says that it arrived.
    let cut_off = next(&listener);
    let update =
        ["create-or-update-webhook", "--uuid", &webhook, "http://127.0.0.1:1/other", "--contract-published"];
    done(&broker, &update);
    broker.kill();

    let broker = start(data.path());
    let came = next(&listener);
    assert_eq!(came.head.lines().next(), cut_off.head.lines().next());
    assert!(came.head.starts_with("POST /hook/1.0.0 "), "{}", came.head);
    assert_eq!((came.header("x-token"), came.body.as_str()), ("hidden", r#"{"v":"1.0.0"}"#));
    assert_eq!(came.body, cut_off.body);
    assert_eq!(came.header("idempotency-key"), cut_off.header("idempotency-key"));
    came.answer(200);
    assert_eq!(broker.terminate(), Some(0), "what is on its way is finished first");
    let broker = start(data.path());
    let letters = document(&broker, &["list-dead-letters", "--output", "json"]);
    assert_eq!(letters["page"]["totalElements"], 0);
}

#[test]
fn webhooks_are_made_tried_listed_and_deleted() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let broker = start(data.path());
    let (status, told) = asks(&broker, &["list-webhooks"]);
    assert!(status == 0 && told.contains("no webhooks yet"), "{told}");
    let token = data.path().join("token.txt");
    std::fs::write(&token, "hidden\n").unwrap();
    let token = format!("token=@{}", token.display());
    let server = format!("api={server}");
    let create = [
        "create-webhook",
        "--template",
        "github-status",
        "--set",
        "owner=acme",
        "--set",
        "repository=web",
        "--set",
        &token,
        "--set",
        &server,
        "--output",
        "json",
    ];
    let created = document(&broker, &create);
    assert_eq!(created["request"]["headers"]["authorization"], "**********");
    assert_eq!(created["description"], "GitHub status of acme/web");
    let uuid = created["uuid"].as_str().unwrap();
    assert!(done(&broker, &["list-webhooks"]).contains(uuid));
    std::thread::scope(|scope| {
        let received = scope.spawn(|| {
            let came = next(&listener);
            let head = came.head.clone();
            let token = came.header("authorization").to_owned();
            came.answer(201);
            let refused = next(&listener);
            refused.answer(500);
            (head, token)
        });
        let (status, told) = asks(&broker, &["test-webhook", "--uuid", uuid]);
        assert!(status == 0 && told.contains("The receiver took it."), "{told}");
        assert!(!told.contains("hidden"), "{told}");
        let (status, told) = asks(&broker, &["test-webhook", "--uuid", uuid]);
        assert!(status == 1 && told.contains("did not take it"), "{told}");
        let (head, token) = received.join().unwrap();
        assert!(head.starts_with("POST /repos/acme/web/statuses/"), "{head}");
        assert_eq!(token, "Bearer hidden");
    });
    assert!(done(&broker, &["delete-webhook", "--uuid", uuid]).contains("Deleted the webhook GitHub status"));
    let (status, told) = asks(&broker, &["test-webhook", "--uuid", uuid]);
    assert!(status == 1 && told.contains("list-webhooks"), "{told}");
}

#[test]
fn what_was_given_up_is_listed_and_tried_again() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let broker = start(data.path());
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let create = ["create-webhook", &url, "--event", "contract_published", "--description", "Builds"];
    done(&broker, &create);
    let pact = fixture("interop/checkout-web-orders-api.json");
    done(&broker, &["publish", pact.to_str().unwrap(), "-a", "1.0.0", "--branch", "main"]);
    let failed = next(&listener);
    let key = failed.header("idempotency-key").to_owned();
    failed.answer(500);
    let listed = loop {
        let listed = done(&broker, &["list-dead-letters"]);
        if listed.contains(&key) {
            break listed;
        }
    };
    assert!(listed.contains("contract_published") && listed.contains("Builds"), "{listed}");
    assert!(done(&broker, &["retry-webhook", "--delivery", &key]).contains("Builds"));
    let again = next(&listener);
    assert_eq!(again.header("idempotency-key"), key);
    again.answer(200);
    let (status, told) = asks(&broker, &["retry-webhook", "--uuid", "0123456789abcdef"]);
    assert_eq!(status, 1, "{told}");
}

#[test]
fn what_several_webhooks_were_given_up_to_be_told_is_tried_again_at_once() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let broker = start(data.path());
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut webhooks = Vec::new();
    for _ in 0..3 {
        let create = ["create-webhook", &url, "--event", "contract_published", "--output", "id"];
        webhooks.push(uuid(&done(&broker, &create)));
    }
    let pact = fixture("interop/checkout-web-orders-api.json");
    done(&broker, &["publish", pact.to_str().unwrap(), "-a", "1.0.0", "--branch", "main"]);
    for _ in &webhooks {
        next(&listener).answer(500);
    }
    while document(&broker, &["list-dead-letters", "--output", "json"])["page"]["totalElements"] != 3 {}
    let update =
        ["create-or-update-webhook", "--uuid", &webhooks[2], &url, "--contract-published", "--disabled"];
    done(&broker, &update);
    let told = done(&broker, &["retry-webhook", "--all"]);
    assert!(told.contains("Tries 2 deliveries again."), "{told}");
    assert!(told.contains(&format!("{} is left out", webhooks[2])) && told.contains("disabled"), "{told}");
    for _ in 0..2 {
        next(&listener).answer(200);
    }
}

#[test]
fn an_address_that_is_a_secret_is_shown_nowhere() {
    let data = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let broker = start(data.path());
    let file = data.path().join("url.txt");
    let address = format!("http://{}/services/hidden?sig=hidden\n", listener.local_addr().unwrap());
    std::fs::write(&file, address).unwrap();
    let url = format!("url=@{}", file.display());
    let create = ["create-webhook", "--template", "slack", "--set", &url, "--output", "json"];
    let created = document(&broker, &create);
    assert_eq!(created["request"]["secrets"]["path"], "**********");
    assert!(!created.to_string().contains("hidden"), "{created}");
    let webhook = created["uuid"].as_str().unwrap();
    std::thread::scope(|scope| {
        let received = scope.spawn(|| {
            let came = next(&listener);
            let head = came.head.clone();
            came.answer(500);
            head
        });
        let (_, told) = asks(&broker, &["test-webhook", "--uuid", webhook]);
        assert!(!told.contains("hidden") && told.contains("/**********"), "{told}");
        assert!(received.join().unwrap().starts_with("POST /services/hidden?sig=hidden "));
    });
}

#[test]
fn a_receiver_may_have_a_certificate_that_only_the_broker_was_told_of() {
    let data = tempfile::tempdir().unwrap();
    let file = |name: &str| data.path().join(name).to_str().unwrap().to_owned();
    let pact = r#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": [
        {"description": "a hook", "request": {"method": "POST", "path": "/hook"}, "response": {"status": 200}}]}"#;
    std::fs::write(file("pact.json"), pact).unwrap();
    let certificate = file("certificate.pem");
    let stub = ["stub", "--file", &file("pact.json"), "--tls", "--tls-write-certificate", &certificate];
    let receiver = ServerProcess::start(&stub);
    let hook = format!("{}/hook", receiver.url);
    let create = ["create-webhook", &hook, "--contract-published", "--output", "id"];
    let broker = start(&data.path().join("data"));
    let webhook = uuid(&done(&broker, &create));
    let (status, told) = asks(&broker, &["test-webhook", "--uuid", &webhook]);
    assert_eq!(status, 1, "{told}");
    assert_eq!(broker.terminate(), Some(0));
    let trusted = [("PACT_BROKER_WEBHOOK_CERTIFICATES__0__PATH", certificate.as_str())];
    let broker = start_with(&data.path().join("data"), &trusted);
    done(&broker, &["test-webhook", "--uuid", &webhook]);
}

#[test]
fn what_is_missing_is_said() {
    for (arguments, expected) in [
        (&["create-webhook", "--contract-published"][..], "Give an address, or a --template"),
        (&["create-webhook", "https://ci.example.org"][..], "at least one event"),
        (&["create-webhook", "--template", "github-status", "--set", "owner=a"][..], "--set repository="),
        (&["create-webhook", "--template", "slack", "-d", "x"][..], "leave out --data"),
        (&["create-webhook", "--template", "slack", "--set", "url"][..], "NAME=VALUE"),
        (
            &["create-webhook", "-H", "no header", "https://a", "--contract-published"][..],
            "--header number 1",
        ),
        (
            &["create-webhook", "https://a", "-d", "@nowhere.json", "--contract-published"][..],
            "cannot be read",
        ),
        (&["retry-webhook"][..], "--delivery"),
    ] {
        let all: Vec<&str> = arguments.iter().copied().chain(["-b", "http://127.0.0.1:1"]).collect();
        let (status, text) = outcome(&run(&all));
        assert!(status == Some(2) && text.contains(expected), "{arguments:?}: {status:?}\n{text}");
    }
}
