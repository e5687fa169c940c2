//! `stub`: where its contracts come from, and how it chooses.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{BrokerProcess, ServerProcess, ask, fixture, outcome, run};

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
    assert!(server.complains().starts_with("  because: this is not a JSON document"));
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
    assert!(text.contains("not-json.json is not a pact that can be read"), "{text}");
    let mut server = ServerProcess::start(&["stub", "-f", fixture("pacts/v4-mixed.json").to_str().unwrap()]);
    assert!(server.complains().ends_with("interactions are messages, which a stub does not serve"));
}
