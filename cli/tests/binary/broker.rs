//! The broker as a process: what was acknowledged stays, however the process ends.

use crate::support::{BrokerProcess, fixture, get, outcome, run};

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
