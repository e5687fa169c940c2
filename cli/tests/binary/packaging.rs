//! What the files for operators say about the program, held to the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use pactwright_broker::Config;
use pactwright_broker::config::{Setting, settings};

use crate::support::{outcome, run};

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../broker/packaging").join(name)).unwrap()
}

/// The lines that begin with a word, without it; what is commented out would be taken for what it says, too.
fn lines<'a>(text: &'a str, begin: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| line.trim_start_matches("# ").strip_prefix(begin)).collect()
}

fn only<'a>(text: &'a str, begin: &str) -> &'a str {
    let found = lines(text, begin);
    assert_eq!(found.len(), 1, "{begin}");
    found[0]
}

#[test]
fn variables_are_those_of_settings() {
    let known: BTreeSet<_> =
        settings().iter().flat_map(Setting::variables).chain(["PACTWRIGHT_CONFIG".to_owned()]).collect();
    let mut seen = 0;
    for (name, begin) in [("pactwright-broker.service", "Environment="), ("Containerfile", "ENV ")] {
        for line in lines(&file(name), begin) {
            let (variable, value) = line.split_once('=').unwrap();
            assert!(known.contains(variable), "{name}: {variable}");
            // What names a file of the operator's can be used there only.
            let is_file = value.starts_with("/etc/") || value.starts_with("%d/");
            if !is_file {
                Config::default().with_settings([(variable, value)]).unwrap();
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 9);
}

#[test]
fn commands_are_those_of_the_program() {
    let service = file("pactwright-broker.service");
    let container = file("Containerfile");
    let words = |list: &str| -> Vec<String> { serde_json::from_str(list).unwrap() };
    let mut commands = vec![only(&service, "ExecStart=").split(' ').map(str::to_owned).collect::<Vec<_>>()];
    let ping = only(&container, "HEALTHCHECK ").split_once("CMD ").unwrap().1;
    commands.push(words(ping));
    commands.push([words(only(&container, "ENTRYPOINT ")), words(only(&container, "CMD "))].concat());
    for command in commands {
        let (program, arguments) = command.split_first().unwrap();
        assert!(program.ends_with("/pactwright"), "{program}");
        assert!(arguments.len() >= 2, "{arguments:?}");
        let arguments: Vec<_> = arguments.iter().map(String::as_str).chain(["--help"]).collect();
        let (status, text) = outcome(&run(&arguments));
        assert_eq!(status, Some(0), "{arguments:?}: {text}");
        assert!(text.contains(&format!("pactwright {}", arguments[..2].join(" "))), "{text}");
    }
}

#[test]
fn what_fits_to_defaults_fits_to_them() {
    let service = file("pactwright-broker.service");
    let container = file("Containerfile");
    let config = Config::default();
    let stopping = config.http.drain + config.http.grace + config.webhooks.grace;
    let number = |begin: &str| only(&service, begin).parse::<u64>().unwrap();
    assert!(Duration::from_secs(number("TimeoutStopSec=")) > stopping * 2);
    assert!(number("LimitNOFILE=") > 2 * config.http.connections as u64);
    assert!(stopping < Duration::from_secs(20), "the container file says how long to wait");
    assert_eq!(only(&container, "EXPOSE "), config.process.listen.port().to_string());
    let toolchain = env!("CARGO_PKG_RUST_VERSION");
    assert!(only(&container, "FROM docker.io/library/rust:").starts_with(&format!("{toolchain}-")));
    let folder = only(&service, "StateDirectory=");
    assert!(lines(&service, "Environment=").contains(&format!("PACTWRIGHT_DATA=/var/lib/{folder}").as_str()));
}
