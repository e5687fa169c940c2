//! `mock`: the commands, and the API behind them.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{ServerProcess, ask, fixture, get, outcome, pactwright, run, trusting};

/// The checkout's contract: one file, several interactions.
fn contract() -> String {
    fixture("interop/checkout-web-orders-api.json").to_str().unwrap().to_owned()
}

fn ping() -> Value {
    json!({
        "consumer": { "name": "web" },
        "provider": { "name": "orders" },
        "interactions": [{
            "description": "a ping",
            "request": { "method": "GET", "path": "/ping", "query": "a=1" },
            "response": { "status": 200, "body": "pong" },
        }],
    })
}

/// Runs a command of `mock`. Answers the status and what was printed.
fn mock(server: &ServerProcess, arguments: &[&str]) -> String {
    let all: Vec<&str> = ["mock"].iter().chain(arguments).copied().chain(["--port", server.port()]).collect();
    let (status, text) = outcome(&run(&all));
    format!("{}\n{text}", status.unwrap())
}

/// The ID and the port of a mock server that was created.
fn words(created: &str) -> (&str, &str) {
    let words: Vec<&str> = created.split_whitespace().collect();
    (words[3], words[7])
}

#[test]
fn from_the_start_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("pacts");
    let mut server = ServerProcess::start(&[
        "mock",
        "start",
        "--port",
        "0",
        "--output",
        output.to_str().unwrap(),
        "--server-key",
        "secret",
    ]);
    assert_eq!(server.says(), "Server key: secret");
    let file = folder.path().join("ping.json");
    std::fs::write(&file, ping().to_string()).unwrap();
    let created = mock(&server, &["create", "-f", file.to_str().unwrap(), "--specification", "V4"]);
    let (id, port) = words(&created);
    assert_eq!(created, format!("0\nMock server {id} started on port {port}\n"));
    let anonymous =
        |text: String| text.replace(id, "ID").replace(port, "PORT").replace(server.port(), "MASTER");

    assert_snapshot!("mock-list", anonymous(mock(&server, &["list"])));
    assert_eq!(ask("GET", &format!("http://127.0.0.1:{port}/pong"), &[], "").0, 500);
    assert_snapshot!("mock-verify-failed", anonymous(mock(&server, &["verify", "-i", id])));
    assert!(!output.exists(), "nothing is written before a mock server is verified");

    // What went wrong once stays wrong: another mock server is needed.
    assert_eq!(mock(&server, &["shutdown", "-m", port]), format!("0\nMock server {port} shut down ok\n"));
    assert_snapshot!("mock-unknown", anonymous(mock(&server, &["verify", "-i", id])));
    let created = mock(&server, &["create", "-f", file.to_str().unwrap(), "--specification", "V4"]);
    let port = created.split_whitespace().nth(7).unwrap();
    assert_eq!(ask("GET", &format!("http://127.0.0.1:{port}/ping?a=1"), &[], ""), (200, "pong".to_owned()));
    assert_eq!(mock(&server, &["verify", "-m", port]), format!("0\nMock server {port} verified ok\n"));
    let pact: Value =
        serde_json::from_slice(&std::fs::read(output.join("web-orders.json")).unwrap()).unwrap();
    assert_eq!(pact["metadata"]["pactSpecification"]["version"], "4.0");

    assert_snapshot!(
        "mock-wrong-key",
        mock(&server, &["shutdown-master", "-k", "other"]).replace(server.port(), "MASTER")
    );
    assert!(mock(&server, &["shutdown-master", "-k", "secret"]).starts_with("0\n"));
    assert_eq!(server.end(), Some(0));
}

#[test]
fn the_api_answers_as_its_clients_expect() {
    let folder = tempfile::tempdir().unwrap();
    let server =
        ServerProcess::start(&["mock", "start", "--port", "0", "-o", folder.path().to_str().unwrap()]);
    let at = |path: &str| format!("{}{path}", server.url);
    for nonsense in ["", "no pact", "{}"] {
        let (status, text) = ask("POST", &at("/"), &[], nonsense);
        assert_eq!(status, 422, "{text}");
        assert!(serde_json::from_str::<Value>(&text).unwrap()["error"].is_string(), "{text}");
    }
    let (status, text) = ask("POST", &at("/"), &[], &ping().to_string());
    let created: Value = serde_json::from_str(&text).unwrap();
    let (id, port) = (created["mockServer"]["id"].as_str().unwrap(), &created["mockServer"]["port"]);
    assert_eq!(status, 200);
    // What clients of other mock servers accept as an ID.
    let sign = |sign: char| sign.is_ascii_uppercase() || sign.is_ascii_digit();
    assert!(id.len() == 8 && id.chars().all(sign) && id.parse::<u32>().is_err(), "{id}");
    let described = json!({
        "id": id, "port": port, "address": format!("127.0.0.1:{port}"), "scheme": "http",
        "url": format!("http://127.0.0.1:{port}"), "consumer": "web", "provider": "orders", "status": "error",
    });
    assert_eq!(get(&at("/")), (200, json!({ "mockServers": [described] })));
    assert_eq!(get(&at(&format!("/mockserver/{id}"))), (200, described.clone()));
    assert_eq!(get(&at(&format!("/mockserver/{port}"))), (200, described));
    assert_eq!(get(&at("/mockserver/unknown")).0, 404);

    let url = format!("http://127.0.0.1:{port}");
    ask("GET", &format!("{url}/ping?a=2"), &[("x-trace", "7")], "");
    ask("POST", &format!("{url}/other"), &[], "hello");
    let (status, text) = ask("POST", &at(&format!("/mockserver/{id}/verify")), &[], "");
    assert_eq!(status, 422);
    let verification: Value = serde_json::from_str(&text).unwrap();
    let mismatches = serde_json::to_string_pretty(&verification["mismatches"]).unwrap();
    assert_snapshot!("mock-verification", mismatches.replace(&port.to_string(), "PORT"));

    assert_eq!(ask("DELETE", &at(&format!("/mockserver/{id}")), &[], "").0, 204);
    assert_eq!(ask("DELETE", &at(&format!("/mockserver/{id}")), &[], "").0, 404);
    assert_eq!(ask("POST", &at("/shutdown"), &[], "").0, 403);
}

#[test]
fn mock_servers_start_with_the_master_and_may_be_secure() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ping.json");
    std::fs::write(&file, ping().to_string()).unwrap();
    let mut server =
        ServerProcess::start(&["mock", "start", "-p", "0", "-f", file.to_str().unwrap(), "--tls"]);
    assert!(server.says().starts_with("Server key: "));
    let said = server.says();
    assert!(
        said.starts_with("Mock server ") && said.contains(" for orders is at https://127.0.0.1:"),
        "{said}"
    );
    let url = said.rsplit(' ').next().unwrap();
    assert_eq!(ask("GET", &format!("{url}/ping?a=1"), &[], ""), (200, "pong".to_owned()));

    let certificate = folder.path().join("certificate.pem");
    let created = ["create", "-f", file.to_str().unwrap(), "--tls", "--tls-write-certificate"];
    let created = mock(&server, &[&created[..], &[certificate.to_str().unwrap()]].concat());
    let (id, port) = words(&created);
    assert_eq!(trusting(&certificate, &format!("https://127.0.0.1:{port}/ping?a=1")).unwrap(), 200);
    let (_, described) = get(&format!("{}/mockserver/{id}", server.url));
    assert_eq!(described["scheme"], "https");
    assert_eq!(described["certificate"], std::fs::read_to_string(&certificate).unwrap());
    // One certificate is enough for all of them.
    assert_eq!(trusting(&certificate, &format!("{url}/ping?a=1")).unwrap(), 200);
    let (status, text) = ask("POST", &format!("{}/?tls=true", server.url), &[], &ping().to_string());
    let created: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &created["mockServer"]["certificate"]), (200, &described["certificate"]));
}

#[test]
fn clients_say_which_version_of_the_specification_they_want() {
    let folder = tempfile::tempdir().unwrap();
    let server =
        ServerProcess::start(&["mock", "start", "--port", "0", "-o", folder.path().to_str().unwrap()]);
    let create = |version: &str| {
        ask("POST", &format!("{}/?specification={version}", server.url), &[], &ping().to_string())
    };
    let (status, text) = create("9");
    assert_eq!(status, 422);
    assert!(text.contains("`9` is no version of the specification"), "{text}");
    let (_, text) = create("V2");
    let created: Value = serde_json::from_str(&text).unwrap();
    let port = &created["mockServer"]["port"];
    assert_eq!(ask("GET", &format!("http://127.0.0.1:{port}/ping?a=1"), &[], "").0, 200);
    assert_eq!(ask("POST", &format!("{}/mockserver/{port}/verify", server.url), &[], "").0, 204);
    let written = std::fs::read(folder.path().join("web-orders.json")).unwrap();
    let pact: Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(pact["metadata"]["pactSpecification"]["version"], "2.0.0");
}

#[test]
fn a_proxy_has_nothing_to_do_with_the_master_server() {
    let server = ServerProcess::start(&["mock", "start", "--port", "0"]);
    let mut list = pactwright(&["mock", "list", "--port", server.port()]);
    let output = list.env("HTTP_PROXY", "http://127.0.0.1:1").env("ALL_PROXY", "http://127.0.0.1:1").output();
    assert_eq!(outcome(&output.unwrap()).0, Some(0));
}

#[test]
fn a_broken_pact_is_named_with_the_place_that_is_wrong() {
    let broken = fixture("broken/wrong-status.json");
    let (status, text) = outcome(&run(&["mock", "start", "-p", "0", "-f", broken.to_str().unwrap()]));
    assert_eq!(status, Some(2));
    assert!(text.contains("wrong-status.json is not a pact that can be read\n"), "{text}");
    assert!(text.contains("at line 1 column 150, /interactions/0/response/status: "), "{text}");
    let server = ServerProcess::start(&["mock", "start", "--port", "0"]);
    let (status, text) = ask("POST", &server.url, &[], &std::fs::read_to_string(broken).unwrap());
    assert_eq!(status, 422);
    assert!(text.contains("at /interactions/0/response/status: "), "{text}");
}

#[test]
fn ports_are_taken_in_turn_from_the_first() {
    // Somebody has the first port, and nobody knows who has those that follow.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let first = taken.local_addr().unwrap().port();
    let server = ServerProcess::start(&["mock", "start", "-p", "0", "--base-port", &first.to_string()]);
    let (status, text) = ask("POST", &server.url, &[], &ping().to_string());
    let created: Value = serde_json::from_str(&text).unwrap();
    let port = created["mockServer"]["port"].as_u64().unwrap();
    assert!(status == 200 && port > u64::from(first), "{text}");
}

#[test]
fn an_occupied_port_is_a_clear_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (status, text) = outcome(&run(&["mock", "start", "--port", &port]));
    assert_eq!(status, Some(2));
    assert!(text.starts_with("error: the master server cannot listen on 127.0.0.1:"), "{text}");
    let (status, text) = outcome(&run(&["stub", "--file", &contract(), "--port", &port]));
    assert_eq!(status, Some(2));
    assert!(text.contains("cannot listen on 127.0.0.1:"), "{text}");
}
