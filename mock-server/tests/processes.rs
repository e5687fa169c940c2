//! Many processes that write one pact, as `cargo nextest` has it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::error::Error;
use std::process::{Command, Stdio};

use pactwright::prelude::*;

const PROCESSES: usize = 100;
const INDEX: &str = "PACTWRIGHT_TEST_INDEX";

/// What each of the processes does: this very binary, asked for this test.
#[test]
#[ignore = "is run by the other test of this file, once per process"]
fn one_of_many() {
    let indices = std::env::var(INDEX).expect("the numbers of the process");
    for index in indices.split(',') {
        keep_a_contract(index);
    }
}

fn keep_a_contract(index: &str) {
    let mock = consumer("web")
        .provider("orders")
        .upon_receiving("what all have in common")
        .request(get("/ping"))
        .respond(ok())
        .upon_receiving(format!("request {index}"))
        .request(get("/orders"))
        .respond(ok().json(json!({ "index": integer(1) })))
        .start_blocking()
        .unwrap();
    for path in ["ping", "orders"] {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(mock.address()).unwrap();
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n").unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    }
    mock.finish().unwrap();
}

/// A hundred at once, and a few one after another in the opposite order. The folder is named in ours and in the usual
/// way, the run in ours and as nextest has it.
#[test]
fn many_processes_write_one_complete_file() -> Result<(), Box<dyn Error>> {
    let mut texts = Vec::new();
    for (at_once, folder_variable, run_variable) in
        [(true, "PACTWRIGHT_OUTPUT_DIR", "PACTWRIGHT_RUN_ID"), (false, "PACT_OUTPUT_DIR", "NEXTEST_RUN_ID")]
    {
        let folder = tempfile::tempdir()?;
        let spawn = |indices: &[usize]| {
            let indices: Vec<_> = indices.iter().map(ToString::to_string).collect();
            Command::new(std::env::current_exe()?)
                .args(["--exact", "one_of_many", "--ignored"])
                .env_remove("PACTWRIGHT_OUTPUT_DIR")
                .env_remove("PACTWRIGHT_RUN_ID")
                .env(INDEX, indices.join(","))
                .env(folder_variable, folder.path())
                .env(run_variable, "one run")
                .stdout(Stdio::null())
                .spawn()
        };
        let mut indices: Vec<usize> = (0..PROCESSES).collect();
        if at_once {
            let children = indices.chunks(1).map(spawn).collect::<Result<Vec<_>, _>>()?;
            for mut child in children {
                assert!(child.wait()?.success());
            }
        } else {
            indices.reverse();
            for some in indices.chunks(PROCESSES / 4) {
                assert!(spawn(some)?.wait()?.success());
            }
        }
        texts.push(std::fs::read_to_string(folder.path().join("web-orders.json"))?);
    }
    let pact = pactwright_core::format::read(texts[0].as_bytes())?;
    assert_eq!(pact.interactions.len(), PROCESSES + 1);
    assert_eq!(texts[0], texts[1], "the order of the processes does not show");
    Ok(())
}

/// Two processes of one run that disagree: the second fails, and says what differs.
#[test]
fn a_conflict_between_processes_fails_the_second() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let run = |status: u16| {
        Command::new(std::env::current_exe()?)
            .args(["--exact", "one_that_disagrees", "--ignored", "--nocapture"])
            .env(INDEX, status.to_string())
            .env("PACTWRIGHT_OUTPUT_DIR", folder.path())
            .env("PACTWRIGHT_RUN_ID", "one run")
            .output()
    };
    assert!(run(200)?.status.success());
    let before = std::fs::read(folder.path().join("web-orders.json"))?;
    let second = run(202)?;
    let text =
        String::from_utf8_lossy(&second.stdout).into_owned() + &String::from_utf8_lossy(&second.stderr);
    assert!(!second.status.success(), "{text}");
    assert!(text.contains("$.contents.content: \"200\" there, \"202\" here"), "{text}");
    assert_eq!(std::fs::read(folder.path().join("web-orders.json"))?, before);
    Ok(())
}

#[test]
#[ignore = "is run by the other test of this file"]
fn one_that_disagrees() {
    let text = std::env::var(INDEX).expect("what it says");
    let event = consumer("web").provider("orders").upon_receiving("an order").message(message().text(text));
    event.verify(|_| Ok(())).unwrap();
}
