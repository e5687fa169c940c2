//! The broker as a process: what was acknowledged stays, however the process ends.

use std::io::Write;
use std::net::TcpStream;

use crate::support::{BrokerProcess, fixture, get, outcome, pactwright, post, run};

const PACT: &str = "/pacts/provider/orders-api/consumer/checkout-web/version/1.0.0";

fn publish(broker: &BrokerProcess, version: &str) {
    let pact = fixture("interop/checkout-web-orders-api.json");
    let arguments = [
        "publish",
        pact.to_str().unwrap(),
        "--consumer-app-version",
        version,
        "--branch",
        "main",
        "-b",
        &broker.url,
    ];
    let (status, text) = outcome(&run(&arguments));
    assert_eq!(status, Some(0), "{text}");
}

#[test]
fn kill_9_right_after_a_publish_loses_nothing() {
    let data = tempfile::tempdir().unwrap();
    for round in 0..3 {
        let broker = BrokerProcess::start(data.path());
        publish(&broker, &format!("1.0.{round}"));
        broker.kill();
        let broker = BrokerProcess::start(data.path());
        for published in 0..=round {
            let (status, pact) = get(&format!("{}{}{published}", broker.url, PACT.trim_end_matches('0')));
            assert_eq!(status, 200, "version 1.0.{published} after round {round}");
            assert_eq!(pact["interactions"].as_array().unwrap().len(), 3);
        }
        let (_, branch) =
            get(&format!("{}/pacticipants/checkout-web/branches/main/latest-version", broker.url));
        assert_eq!(branch["number"], format!("1.0.{round}"));
        broker.kill();
    }
}

#[test]
fn sigterm_ends_it_cleanly() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(data.path());
    publish(&broker, "1.0.0");
    assert_eq!(broker.terminate(), Some(0));
    let broker = BrokerProcess::start(data.path());
    assert_eq!(get(&format!("{}{PACT}", broker.url)).0, 200);
}

#[test]
fn a_second_broker_on_the_same_folder_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let _broker = BrokerProcess::start(data.path());
    let second = ["broker", "start", "--listen", "127.0.0.1:0", "--data", data.path().to_str().unwrap()];
    let (status, text) = outcome(&run(&second));
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains(data.path().to_str().unwrap()), "{text}");
}

#[test]
fn an_occupied_port_is_a_clear_error() {
    let data = tempfile::tempdir().unwrap();
    let occupied = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = occupied.local_addr().unwrap().to_string();
    let (status, text) =
        outcome(&run(&["broker", "start", "--listen", &address, "--data", data.path().to_str().unwrap()]));
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains(&address), "{text}");
}

#[test]
fn sigterm_does_not_wait_for_clients_that_never_finish() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(data.path());
    let address = broker.url.trim_start_matches("http://").to_owned();
    let open = |text: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    };
    let _clients = [
        open(""),
        open("GET / HTTP/1.1\r\nhost: a"),
        open(
            "POST /environments HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
        ),
    ];
    // The broker has seen them when it answers somebody who came later.
    assert_eq!(get(&broker.url).0, 200);
    assert_eq!(broker.terminate(), Some(0));
}

#[test]
fn what_is_acknowledged_can_be_read_again_however_deep_it_is() {
    let data = tempfile::tempdir().unwrap();
    let mut broker = BrokerProcess::start(data.path());
    let mut kept = 0;
    for depth in [10, 50, 58, 59, 60, 61, 62, 100, 127] {
        let details = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let body = format!(
            r#"{{"name": "e{depth}", "production": false, "contacts": [{{"name": "x", "details": {{"a": {details}}}}}]}}"#
        );
        let status = post(&format!("{}/environments", broker.url), body);
        assert!(status == 201 || status == 400, "{depth}: {status}");
        kept += usize::from(status == 201);
        broker.kill();
        broker = BrokerProcess::start(data.path());
    }
    let (_, environments) = get(&format!("{}/environments", broker.url));
    assert_eq!(environments["_embedded"]["environments"].as_array().map(Vec::len), Some(kept));
    assert!(kept > 0);
}

#[test]
fn surroundings_that_are_not_text_are_no_reason_to_panic() {
    use std::os::unix::ffi::OsStrExt;

    let data = tempfile::tempdir().unwrap();
    // The port is taken, so that a broker that gets this far ends.
    let occupied = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = occupied.local_addr().unwrap().to_string();
    let arguments = ["broker", "start", "--listen", &address, "--data", data.path().to_str().unwrap()];
    let strange = std::ffi::OsStr::from_bytes(b"\xff");
    let (status, text) = outcome(&pactwright(&arguments).env("FOO", strange).output().unwrap());
    assert_eq!(status, Some(2), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    let named = pactwright(&arguments).env("PACT_BROKER_BASE_URL", strange).output().unwrap();
    assert!(outcome(&named).1.contains("PACT_BROKER_BASE_URL"));
}

#[test]
fn a_folder_is_checked_and_what_is_whole_is_saved() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data");
    let broker = BrokerProcess::start(&folder);
    publish(&broker, "1.0.0");
    assert_eq!(broker.terminate(), Some(0));
    let check = |folder: &std::path::Path, more: &[&str]| {
        let arguments = [&["broker", "check", "--data", folder.to_str().unwrap()], more].concat();
        outcome(&run(&arguments))
    };
    let (status, text) = check(&folder, &[]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.starts_with("all 1 changes of the log are whole\n"), "{text}");

    // As if the database had lost its end, and not noticed.
    let five_with_checksum = [0, 0, 0, 0, 0, 0, 0, 5, 0x15, 0x48, 0x2b, 0xe6];
    std::fs::write(folder.join("acknowledged"), five_with_checksum).unwrap();
    let (status, text) = check(&folder, &[]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("the log ends at position 1, but everything before 5 was acknowledged"), "{text}");
    assert!(text.contains("the 1 changes before position 1 are whole and can be saved"), "{text}");

    let saved = data.path().join("saved");
    let (status, text) = check(&folder, &["--save-to", saved.to_str().unwrap()]);
    assert_eq!(status, Some(1), "{text}");
    let broker = BrokerProcess::start(&saved);
    assert_eq!(get(&format!("{}{PACT}", broker.url)).0, 200);

    let (status, text) = check(&data.path().join("nowhere"), &[]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("there is no data folder"), "{text}");
}

/// A command of `broker` for a data folder; what it says as JSON.
fn tidied(data: &std::path::Path, arguments: &[&str]) -> serde_json::Value {
    let data = ["--data", data.to_str().unwrap(), "--json"];
    let output = pactwright(&[&["broker"], arguments, &data].concat()).output().unwrap();
    let (status, text) = outcome(&output);
    assert_eq!(status, Some(0), "{arguments:?}: {text}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_folder_is_tidied_up_whether_a_broker_uses_it_or_not() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(data.path());
    for version in ["1.0.0", "1.0.1", "1.0.2"] {
        publish(&broker, version);
    }
    let keep = ["clean-up", "--keep", "tag=none"];
    let told = tidied(data.path(), &[&keep[..], &["--dry-run"]].concat());
    assert_eq!((&told["removed"]["versions"], &told["kept"]), (&2.into(), &1.into()), "{told}");
    let done = tidied(data.path(), &[&keep[..], &["--limit", "1"]].concat());
    assert_eq!((&done["removed"]["versions"], &done["left"]), (&1.into(), &1.into()), "{done}");
    assert_eq!(done["versions"][0]["number"], "1.0.0", "{done}");
    assert_eq!(get(&format!("{}{PACT}", broker.url)).0, 404);
    let done = tidied(data.path(), &["compact", "--history", "0d"]);
    assert!(done["horizon"]["before"].as_u64().unwrap() > 3, "{done}");
    assert_eq!(broker.terminate(), Some(0));

    assert_eq!(tidied(data.path(), &keep)["removed"]["versions"], 1);
    assert_eq!(tidied(data.path(), &["compact"])["shortened"], 0);
    let wrong = ["broker", "clean-up", "--data", data.path().to_str().unwrap(), "--keep", "newest"];
    let (status, text) = outcome(&run(&wrong));
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("'newest' is no word of a rule"), "{text}");
}
