//! The README's commands do what it says. (Its Rust is compiled and run by the tests crate.)

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;

use crate::support::{BrokerProcess, ServerProcess, outcome, pactwright, untouched};

/// From here on the broker asks who calls.
const ACCESS: &str = "### Who may do what";

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap()
}

fn snippets(text: &str) -> impl Iterator<Item = &str> {
    text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next())
}

/// The lines of all shell snippets before that one that call `pactwright`, continuation lines joined, without what is said
/// about them.
fn commands() -> Vec<String> {
    let readme = readme();
    let (before, _) = readme.split_once(ACCESS).unwrap();
    let lines: String = snippets(before).collect::<String>().replace("\\\n", " ");
    let commands = lines.lines().filter(|line| line.starts_with("pactwright "));
    commands.map(|line| line.split(" #").next().unwrap_or(line).to_owned()).collect()
}

/// Splits a command as a shell does, as far as the README needs it.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in command.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// The provider that the README speaks of: it answers every order, and agrees to every state.
fn provider() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || answer(&stream));
        }
    });
    port
}

/// One request per connection is enough for a handful of interactions.
fn answer(stream: &TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    for line in reader.by_ref().lines().map_while(Result::ok) {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = r#"{"id": 7, "items": [{"sku": "SKU-2"}]}"#;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    let mut stream = stream;
    let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
}

const PACT: &str = r#"{"consumer": {"name": "web"}, "provider": {"name": "orders-api"}, "interactions": [{
  "description": "a request for order 7", "providerStates": [{"name": "an order exists", "params": {"id": 7}}],
  "request": {"method": "GET", "path": "/orders/7"},
  "response": {"status": 200, "body": {"id": 1}, "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}}}}],
  "metadata": {"pactSpecification": {"version": "3.0.0"}}}"#;

#[test]
fn the_commands_of_the_readme_work_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("target/pacts")).unwrap();
    std::fs::write(folder.path().join("target/pacts/web-orders-api.json"), PACT).unwrap();
    let broker = BrokerProcess::start(&folder.path().join("data"));
    let port = provider().to_string();
    let mut seen = Vec::new();
    for command in commands() {
        let command = command.replace("http://127.0.0.1:9292", &broker.url).replace("8080", &port);
        let words = words(&command);
        seen.push(words[1].clone());
        let asked: Vec<_> = words[1..].iter().map(String::as_str).collect();
        if asked.starts_with(&["broker", "config"]) {
            let (arguments, file) = match asked.split_last_chunk() {
                Some((arguments, [">", file])) => (arguments, Some(*file)),
                _ => (&asked[..], None),
            };
            let output = pactwright(arguments).current_dir(folder.path()).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{command}: {output:?}");
            if let Some(file) = file {
                std::fs::write(folder.path().join(file), output.stdout).unwrap();
            }
            continue;
        }
        if words[1] == "broker" && (["start", "check"].contains(&&*words[2]) || command.contains("https://"))
        {
            // It runs already, started in the same way; to be checked, it would have to be stopped (see `broker.rs`).
            // There is no other one to import from (see `operate.rs`).
            continue;
        }
        let words: Vec<_> = words.iter().map(|word| word.replace("./pactwright-data", "data")).collect();
        let arguments: Vec<_> = words[1..].iter().map(String::as_str).collect();
        if let ["stub", ..] | ["mock", "start", ..] = arguments[..] {
            // They run until they are stopped; a free port keeps tests apart.
            let here = folder.path().join("target/pacts");
            let free = |word: &&str| match *word {
                "8090" => "0".to_owned(),
                "target/pacts" => here.display().to_string(),
                word => word.to_owned(),
            };
            let arguments: Vec<_> = arguments.iter().map(free).collect();
            ServerProcess::start(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
            continue;
        }
        let (status, text) = outcome(&pactwright(&arguments).current_dir(folder.path()).output().unwrap());
        assert_eq!(status, Some(0), "{command}\n{text}");
    }
    seen.dedup();
    assert_eq!(
        seen,
        [
            "lint",
            "publish",
            "stub",
            "mock",
            "verify",
            "create-environment",
            "can-i-deploy",
            "record-deployment",
            "broker"
        ]
    );
}

#[test]
fn who_may_do_what_is_set_up_as_the_readme_says() {
    let folder = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(&folder.path().join("pactwright-data"));
    let readme = readme();
    let section = readme.split_once(ACCESS).unwrap().1;
    let script = snippets(section).next().unwrap().replace("http://127.0.0.1:9292", &broker.url);
    let program = Path::new(env!("CARGO_BIN_EXE_pactwright")).parent().unwrap();
    let path = std::env::join_paths(
        [program.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let mut shell = Command::new("sh");
    untouched(&mut shell);
    shell.args(["-euc", &script]).env("PATH", path.unwrap()).current_dir(folder.path());
    let (status, text) = outcome(&shell.output().unwrap());
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("pactw_"), "the token is shown:\n{text}");
    let (status, text) = outcome(&pactwright(&["list-environments", "-b", &broker.url]).output().unwrap());
    assert_ne!(status, Some(0), "from then on it is asked who calls:\n{text}");
}
