//! Broken files: one clear error, exit status 2, and nothing is stored. Versions and branches that are detected.

use std::path::Path;
use std::process::Command;

use crate::support::{BrokerProcess, fixture, get, outcome, pactwright, run};

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

/// Publishes in a folder, on a machine with these variables and no others that count.
fn publish_in(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let pact = fixture("interop/checkout-web-orders-api.json").canonicalize().unwrap();
    let all: Vec<&str> =
        ["publish", pact.to_str().unwrap()].into_iter().chain(arguments.iter().copied()).collect();
    let mut command = pactwright(&all);
    command.env_clear().current_dir(folder);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    // Whatever is above the folder is no checkout of its own.
    command.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap());
    command.envs(variables.iter().copied());
    outcome(&command.output().unwrap())
}

/// A checkout with one commit, and its name.
fn checkout(folder: &Path) -> String {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder).env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "a").env(format!("GIT_{role}_EMAIL"), "a@example.org");
        }
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", outcome(&output).1);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet"]);
    git(&["symbolic-ref", "HEAD", "refs/heads/feat/x"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "a"]);
    git(&["rev-parse", "HEAD"])
}

#[test]
fn version_and_branch_come_from_git_and_from_the_build_server() {
    let data = tempfile::tempdir().unwrap();
    let broker = BrokerProcess::start(data.path());
    let folder = data.path().join("checkout");
    std::fs::create_dir(&folder).unwrap();
    let commit = checkout(&folder);
    let stored =
        |version: &str| get(&format!("{}/pacticipants/checkout-web/versions/{version}", broker.url)).1;

    let (status, text) = publish_in(&folder, &[], &["-r", "-g", "-b", &broker.url]);
    assert_eq!(status, Some(0), "{text}");
    for said in [
        format!("Detected version {commit} (from git)."),
        "Detected branch feat/x (from git).".to_owned(),
        "Detected tag feat/x (from git).".to_owned(),
    ] {
        assert!(text.contains(&said), "{text}");
    }
    let version = stored(&commit);
    assert_eq!(version["_embedded"]["branches"][0]["name"], "feat/x");
    assert_eq!(version["_embedded"]["tags"][0]["name"], "feat/x");

    let server = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_SHA", "abc"),
        ("GITHUB_REF", "refs/heads/main"),
        ("GITHUB_SERVER_URL", "https://git.example"),
        ("GITHUB_REPOSITORY", "o/r"),
        ("GITHUB_RUN_ID", "7"),
    ];
    let (status, text) = publish_in(&folder, &server, &["-r", "-b", &broker.url]);
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("Detected branch main (from GitHub Actions)."), "{text}");
    let version = stored("abc");
    assert_eq!(version["_embedded"]["branches"][0]["name"], "main");
    assert_eq!(version["buildUrl"], "https://git.example/o/r/actions/runs/7");
}

#[test]
fn a_detached_head_has_no_branch() {
    let folder = tempfile::tempdir().unwrap();
    let commit = checkout(folder.path());
    std::fs::write(folder.path().join(".git/HEAD"), format!("{commit}\n")).unwrap();
    let nobody = ["-b", "http://127.0.0.1:1", "--dry-run"];
    let (status, text) = publish_in(folder.path(), &[], &[&["-r"], &nobody[..]].concat());
    assert_eq!(status, Some(0), "{text}");
    assert!(
        text.contains(&format!("Detected version {commit}")) && text.contains("No branch was detected"),
        "{text}"
    );
    let (status, text) = publish_in(folder.path(), &[], &[&["-a", "1", "-g"], &nobody[..]].concat());
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("--tag"), "{text}");
}

#[test]
fn where_nothing_is_detected_the_error_says_what_to_give() {
    let folder = tempfile::tempdir().unwrap();
    let (status, text) = publish_in(folder.path(), &[], &["-r", "-b", "http://127.0.0.1:1"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("--consumer-app-version") && text.contains("git says"), "{text}");
}

#[test]
fn files_with_what_lint_finds_can_be_refused() {
    let folder = tempfile::tempdir().unwrap();
    let pact = std::fs::read_to_string(fixture("interop/checkout-web-orders-api.json")).unwrap();
    let mut pact: serde_json::Value = serde_json::from_str(&pact).unwrap();
    let path = folder.path().join("pact.json");
    let attempt = |pact: &serde_json::Value, flag: &str| {
        std::fs::write(&path, pact.to_string()).unwrap();
        let nobody = "http://127.0.0.1:1";
        outcome(&run(&["publish", path.to_str().unwrap(), "-a", "1", "-b", nobody, "--dry-run", flag]))
    };
    assert_eq!(attempt(&pact, "--strict").0, Some(0));
    pact["interactions"][0]["response"]["status"] = serde_json::json!(42);
    let (status, text) = attempt(&pact, "--merge");
    assert_eq!(status, Some(0), "{text}");
    let (status, text) = attempt(&pact, "--strict");
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("/interactions/0/response/status"), "{text}");
}
