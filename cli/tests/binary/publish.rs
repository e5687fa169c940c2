//! Broken files: one clear error, exit status 2, and nothing is stored.

use crate::support::{BrokerProcess, fixture, get, outcome, run};

#[test]
fn a_broken_file_is_named_with_its_place_and_nothing_is_stored() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(data.path());
    let good = fixture("interop/checkout-web-orders-api.json");
    let mut checked = 0;
    for entry in std::fs::read_dir(fixture("broken")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let expected = std::fs::read_to_string(path.with_extension("txt")).unwrap();
        let arguments = [
            "publish",
            good.to_str().unwrap(),
            path.to_str().unwrap(),
            "--consumer-app-version",
            "1.0.0",
            "-b",
            &broker.url,
        ];
        let (status, text) = outcome(&run(&arguments));
        assert_eq!(status, Some(2), "{text}");
        assert!(text.contains(path.to_str().unwrap()) && text.contains(expected.trim()), "{text}");
        assert_eq!(text.matches("error:").count(), 1, "{text}");
        checked += 1;
    }
    assert!(checked > 5);
    let (status, participants) = get(&format!("{}/pacticipants", broker.url));
    assert_eq!((status, participants["_embedded"]["pacticipants"].as_array().map(Vec::len)), (200, Some(0)));
}

#[test]
fn without_a_broker_there_is_a_clear_error() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let good = fixture("interop/checkout-web-orders-api.json");
    let broker = format!("http://{unused}");
    let (status, text) = outcome(&run(&["publish", good.to_str().unwrap(), "-a", "1", "-b", &broker]));
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains(&broker), "{text}");
}

#[test]
fn changed_content_for_the_same_version_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(data.path());
    let pact = std::fs::read_to_string(fixture("interop/checkout-web-orders-api.json")).unwrap();
    let file = data.path().join("pact.json");
    let mut outcomes = Vec::new();
    for text in [pact.clone(), pact.replace("/orders/12", "/orders/13")] {
        std::fs::write(&file, text).unwrap();
        outcomes.push(outcome(&run(&["publish", file.to_str().unwrap(), "-a", "1.0.0", "-b", &broker.url])));
    }
    assert_eq!(outcomes[0].0, Some(0), "{}", outcomes[0].1);
    assert_eq!(outcomes[1].0, Some(1), "{}", outcomes[1].1);
}
