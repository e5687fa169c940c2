//! `mock`: the commands, and the API behind them.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{ServerProcess, ask, fixture, get, outcome, run};

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
    let words: Vec<&str> = created.split_whitespace().collect();
    let (id, port) = (words[3], words[7]);
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
    let described = json!({
        "id": id, "port": port, "url": format!("http://127.0.0.1:{port}"), "consumer": "web", "provider": "orders",
        "status": "error",
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
