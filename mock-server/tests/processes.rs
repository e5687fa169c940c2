//! Several processes that write one pact, as `cargo nextest` has it.

use std::error::Error;
use std::process::{Command, Stdio};

use pactwright::prelude::*;

const PROCESSES: usize = 6;
const INDEX: &str = "PACTWRIGHT_TEST_INDEX";

/// What each of the processes does: this very binary, asked for this test.
#[test]
#[ignore = "is run by the other test of this file, once per process"]
fn one_of_many() {
    let index = std::env::var(INDEX).expect("the number of the process");
    for interaction in ["first", "second", "third"] {
        let description = format!("{interaction} of process {index}");
        let mock = consumer("web")
            .provider("orders")
            .upon_receiving("what all have in common")
            .request(get("/ping"))
            .respond(ok())
            .upon_receiving(description)
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
}

#[test]
fn many_processes_write_one_complete_file() -> Result<(), Box<dyn Error>> {
    let mut texts = Vec::new();
    for at_once in [true, false] {
        let folder = tempfile::tempdir()?;
        let spawn = |index: usize| {
            Command::new(std::env::current_exe()?)
                .args(["--exact", "one_of_many", "--ignored"])
                .env(INDEX, index.to_string())
                .env("PACTWRIGHT_OUTPUT_DIR", folder.path())
                .env("PACTWRIGHT_RUN_ID", "one run")
                .stdout(Stdio::null())
                .spawn()
        };
        if at_once {
            let children = (0..PROCESSES).map(spawn).collect::<Result<Vec<_>, _>>()?;
            for mut child in children {
                assert!(child.wait()?.success());
            }
        } else {
            for index in (0..PROCESSES).rev() {
                assert!(spawn(index)?.wait()?.success());
            }
        }
        texts.push(std::fs::read_to_string(folder.path().join("web-orders.json"))?);
    }
    let pact = pactwright_core::format::read(texts[0].as_bytes())?;
    assert_eq!(pact.interactions.len(), 3 * PROCESSES + 1);
    assert_eq!(texts[0], texts[1], "the order of the processes does not show");
    Ok(())
}
