//! `stub`: where its contracts come from, and how it chooses.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{BrokerProcess, ServerProcess, ask, fixture, outcome, run, trusting};

/// A contract with one interaction for each of these: path, provider state, and what is answered.
fn write(path: &Path, provider: &str, interactions: &[(&str, &str, &str)]) {
    let interactions: Vec<_> = interactions
        .iter()
        .map(|(path, state, answer)| {
            json!({
                "description": answer, "providerStates": [{ "name": state }],
                "request": { "method": "GET", "path": path },
                "response": { "status": 200, "headers": { "Content-Type": "text/plain" }, "body": answer },
            })
        })
        .collect();
    let pact = json!({
        "consumer": { "name": "web" }, "provider": { "name": provider }, "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    std::fs::write(path, pact.to_string()).unwrap();
}

fn answer(server: &ServerProcess, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    ask("GET", &format!("{}{path}", server.url), headers, "")
}

fn said(text: &str) -> (u16, String) {
    (200, text.to_owned())
}

#[test]
fn files_folders_and_addresses_are_served_together() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("some").join("below");
    std::fs::create_dir_all(&below).unwrap();
    write(&below.join("a.pact"), "orders", &[("/orders", "", "orders")]);
    write(&below.join("b.json"), "other", &[("/other", "", "other")]);
    let file = folder.path().join("c.json");
    write(&file, "customers", &[("/customers", "", "customers")]);
    // One stub's answer is another's contract.
    let pact: Value = serde_json::from_slice(&std::fs::read(below.join("b.json")).unwrap()).unwrap();
    let host = folder.path().join("host.json");
    let interaction = json!({
        "description": "the pact", "request": { "method": "GET", "path": "/pact" }, "response": { "status": 200, "body": pact },
    });
    let pact =
        json!({ "consumer": { "name": "x" }, "provider": { "name": "y" }, "interactions": [interaction] });
    std::fs::write(&host, pact.to_string()).unwrap();
    let host = ServerProcess::start(&["stub", "-f", host.to_str().unwrap()]);

    let server = ServerProcess::start(&[
        "stub",
        "--dir",
        folder.path().join("some").to_str().unwrap(),
        "--extension",
        "pact",
        "--file",
        file.to_str().unwrap(),
        "--url",
        &format!("{}/pact", host.url),
        "--cors",
    ]);
    assert_eq!(answer(&server, "/orders", &[]), said("orders"));
    assert_eq!(answer(&server, "/customers", &[]), said("customers"));
    assert_eq!(answer(&server, "/other", &[]), said("other"));
    assert_eq!(answer(&server, "/nothing", &[]).0, 404);
    assert_eq!(ask("OPTIONS", &server.url, &[], "").0, 204);
}

#[test]
fn a_request_says_which_provider_state_it_means() {
    let folder = tempfile::tempdir().unwrap();
    let interactions = [("/7", "order 7 exists", "there"), ("/7", "order 7 was removed", "gone")];
    write(&folder.path().join("a.json"), "orders", &interactions);
    let server = ServerProcess::start(&[
        "stub",
        "-d",
        folder.path().to_str().unwrap(),
        "-s",
        "removed",
        "--provider-state-header-name",
        "X-State",
    ]);
    assert_eq!(answer(&server, "/7", &[]), said("gone"));
    assert_eq!(answer(&server, "/7", &[("x-state", "exists")]), said("there"));
    assert_eq!(answer(&server, "/7", &[("x-state", "unknown")]).0, 404);
    let (status, text) = outcome(&run(&[
        "stub",
        "-d",
        folder.path().to_str().unwrap(),
        "--provider-state-header-name",
        "X State",
    ]));
    assert_eq!((status, text.as_str()), (Some(2), "error: `X State` cannot be the name of a header\n"));
}

#[test]
fn contracts_of_a_broker_are_chosen_by_their_names() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(&data.path().join("broker"));
    for provider in ["orders", "customers"] {
        let file = data.path().join("pact.json");
        write(&file, provider, &[(&format!("/{provider}"), "", provider)]);
        let publish = ["publish", file.to_str().unwrap(), "-a", "1.0.0", "-b", &broker.url];
        assert_eq!(outcome(&run(&publish)).0, Some(0));
    }
    let server = ServerProcess::start(&["stub", "-b", &broker.url, "--provider-name", "^ord"]);
    assert_eq!(answer(&server, "/orders", &[]), said("orders"));
    assert_eq!(answer(&server, "/customers", &[]).0, 404);
    let (status, text) = outcome(&run(&["stub", "-b", &broker.url, "--consumer-name", "nobody"]));
    assert_eq!((status, text), (Some(2), format!("error: no contracts were found in {}\n", broker.url)));
}

#[test]
fn files_that_change_are_loaded_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json");
    write(&file, "orders", &[("/orders", "", "before")]);
    let mut server = ServerProcess::start(&["stub", "--watch", "--dir", folder.path().to_str().unwrap()]);
    assert_eq!(answer(&server, "/orders", &[]), said("before"));

    // In one step: a stub that looks in the middle of a change would see half of it, and say so.
    let draft = tempfile::tempdir().unwrap();
    let draft = draft.path().join("draft");
    let replace = |write: &dyn Fn(&Path)| {
        write(&draft);
        std::fs::rename(&draft, &file).unwrap();
    };
    replace(&|path| std::fs::write(path, "no pact").unwrap());
    assert!(server.complains().contains("is not a pact that can be read"));
    assert_eq!(
        server.complains(),
        "  because: this is not a JSON document: a value was expected at line 1 column 1"
    );
    assert_eq!(server.complains(), "The stub goes on with what it had.");
    assert_eq!(answer(&server, "/orders", &[]), said("before"));

    replace(&|path| write(path, "orders", &[("/orders", "", "after"), ("/more", "", "more")]));
    assert_eq!(server.complains(), "Loaded again: 2 interactions");
    assert_eq!(answer(&server, "/orders", &[]), said("after"));
}

#[test]
fn what_cannot_be_served_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (status, text) = outcome(&run(&["stub", "-d", folder.path().to_str().unwrap()]));
    assert_eq!(
        (status, text),
        (Some(2), format!("error: no contracts were found in {}\n", folder.path().display()))
    );
    let (status, text) = outcome(&run(&["stub", "-f", fixture("broken/not-json.json").to_str().unwrap()]));
    assert_eq!(status, Some(2));
    assert!(text.contains("not-json.json is not a pact that can be read\n  because: "), "{text}");
    assert!(text.contains(" at line 3 column 15"), "{text}");
    let broken = fixture("broken/wrong-status.json");
    for arguments in [["stub", "--file"], ["stub", "-f"]] {
        let (status, text) = outcome(&run(&[arguments[0], arguments[1], broken.to_str().unwrap()]));
        assert_eq!(status, Some(2));
        assert!(text.contains("wrong-status.json is not a pact that can be read\n"), "{text}");
        assert!(text.contains("at line 1 column 150, /interactions/0/response/status: "), "{text}");
    }
    let mut server = ServerProcess::start(&["stub", "-f", fixture("pacts/v4-mixed.json").to_str().unwrap()]);
    assert!(server.complains().ends_with("interactions are messages, which a stub does not serve"));
}

#[test]
fn a_stub_may_be_secure() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    write(&folder.path().join("a.json"), "orders", &[("/orders", "", "orders")]);
    let stub = ["stub", "--file", &file("a.json"), "--tls"];

    let made_up = file("made-up.pem");
    let server = ServerProcess::start(&[&stub[..], &["--tls-write-certificate", &made_up]].concat());
    assert!(server.url.starts_with("https://127.0.0.1:"), "{}", server.url);
    assert_eq!(trusting(Path::new(&made_up), &format!("{}/orders", server.url)).unwrap(), 200);

    let given = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (file("given.pem"), file("key.pem"));
    std::fs::write(&certificate, given.cert.pem()).unwrap();
    std::fs::write(&key, given.signing_key.serialize_pem()).unwrap();
    let files = ["--tls-certificate", &certificate, "--tls-key", &key];
    let server = ServerProcess::start(&[&stub[..], &files].concat());
    let url = format!("{}/orders", server.url);
    assert_eq!(trusting(Path::new(&certificate), &url).unwrap(), 200);
    assert!(trusting(Path::new(&made_up), &url).is_err(), "another certificate is not trusted");

    let files = ["--tls-certificate", &key, "--tls-key", &certificate];
    let (status, text) = outcome(&run(&[&stub[..], &files].concat()));
    assert_eq!(status, Some(2));
    assert!(text.starts_with("error: there is no certificate in the PEM text"), "{text}");
    let files = ["--tls-certificate", &file("none.pem"), "--tls-key", &key];
    let (status, text) = outcome(&run(&[&stub[..], &files].concat()));
    assert_eq!(status, Some(2));
    assert!(text.contains("none.pem cannot be read"), "{text}");
}

#[test]
fn what_becomes_of_requests_is_logged_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json");
    write(&file, "orders", &[("/orders", "", "all orders")]);
    let ask = |level: &str| {
        let mut server = ServerProcess::start(&["stub", "-f", file.to_str().unwrap(), "-l", level]);
        let secret = [("authorization", "Bearer hush")];
        assert_eq!(answer(&server, "/orders", &secret), said("all orders"));
        assert_eq!(answer(&server, "/orders?token=hush", &secret).0, 404);
        let mut log = server.complains();
        if level == "info" {
            log = format!("{log}\n{}", server.complains());
        }
        assert!(!log.contains("hush"), "{log}");
        log
    };
    let info = ask("info");
    assert!(info.contains(r"answered method=GET path=/orders interaction=all orders"), "{info}");
    for log in [info, ask("WARN")] {
        let last = log.lines().last().unwrap();
        assert!(last.contains("WARN no interaction matches method=GET path=/orders"), "{log}");
        assert!(last.contains("closest=all orders differs=query token"), "{log}");
    }
}
