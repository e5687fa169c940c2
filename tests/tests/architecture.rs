//! The house rules that a compiler does not check.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

/// Which of our crates each of our crates may build on. Everything else that an arrow could point at is a mistake.
const ARROWS: [(&str, &[&str]); 6] = [
    ("pactwright-core", &[]),
    ("pactwright", &["pactwright-core"]),
    ("pactwright-verifier", &["pactwright-core"]),
    ("pactwright-broker", &["pactwright-core"]),
    ("pactwright-cli", &["pactwright-core", "pactwright", "pactwright-verifier", "pactwright-broker"]),
    (
        "pactwright-tests",
        &["pactwright-core", "pactwright", "pactwright-verifier", "pactwright-broker", "pactwright-cli"],
    ),
];

#[test]
fn arrows_point_one_way() {
    let metadata = metadata();
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let ours: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(ours, allowed.keys().copied().collect(), "the list of arrows names every crate");
    for package in &metadata.packages {
        for dependency in
            package.dependencies.iter().filter(|dependency| ours.contains(dependency.name.as_str()))
        {
            assert!(
                allowed[package.name.as_str()].contains(&dependency.name.as_str()),
                "{} must not depend on {} ({} dependency)",
                package.name,
                dependency.name,
                dependency.kind
            );
        }
    }
}

/// Every consumer team builds the core, so it stays small, and needs no compiler but Rust's.
const MOST_CRATES: usize = 60;

#[test]
fn the_core_is_quick_to_build() {
    // Metadata has the features that the whole workspace asks for; the tree has those of a crate that is built alone.
    let tree =
        cargo(&["tree", "-p", "pactwright-core", "-e", "normal,build", "--prefix", "none", "-f", "{p}"]);
    let needed: BTreeSet<(&str, &str)> = tree
        .lines()
        .filter_map(|line| line.split_once(" v"))
        .map(|(name, rest)| (name, rest.split(' ').next().unwrap()))
        .collect();
    assert!(needed.len() < MOST_CRATES, "the core needs {} crates: {needed:?}", needed.len());
    let version = cargo(&["--version", "--verbose"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // What other platforms need may not have been downloaded.
    let options = ["--filter-platform", host].map(str::to_owned);
    let manifest = root().join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).other_options(options).exec().unwrap();
    let mut known = 0;
    for package in &metadata.packages {
        if needed.contains(&(package.name.as_str(), package.version.to_string().as_str())) {
            known += 1;
            let native = package.links.is_some() || package.name.as_str().ends_with("-sys");
            assert!(!native, "{} brings code that is not Rust", package.name);
        }
    }
    assert_eq!(known, needed.len(), "all that is needed has been looked at");
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What would bring I/O, time or chance into the core.
const IMPURE: [&str; 9] =
    ["tokio", "hyper", "reqwest", "axum", "sled", "rand", "tempfile", "chrono", "tracing"];

#[test]
fn the_core_stays_pure() {
    let metadata = metadata();
    let core = metadata.packages.iter().find(|package| package.name.as_str() == "pactwright-core").unwrap();
    for dependency in core.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal)
    {
        assert!(
            !IMPURE.contains(&dependency.name.as_str()),
            "the core must not depend on {}",
            dependency.name
        );
    }
    let banned = [
        "std::fs",
        "std::net",
        "std::env::",
        "std::thread",
        "SystemTime",
        "Instant::now",
        "std::process",
        "async fn",
    ];
    for file in rust_files(&root().join("pact-core/src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for word in banned {
            assert!(!text.contains(word), "{} uses {word}", file.display());
        }
    }
}

#[test]
fn only_the_store_names_its_database() {
    for file in rust_files(&root().join("broker/src")) {
        let shown = file.strip_prefix(root()).unwrap().display().to_string();
        if shown.starts_with("broker/src/store") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("sled::"), "{shown} names sled");
    }
}

#[test]
fn every_crate_takes_the_shared_lints_and_edition() {
    for package in metadata().packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{} has lints of its own", package.name);
        assert_eq!(package.edition, cargo_metadata::Edition::E2024, "{}", package.name);
        assert!(package.rust_version.is_some(), "{}", package.name);
    }
}

#[test]
fn nothing_else_stands_at_the_top() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "README.md",
        "broker",
        "cli",
        "fixtures",
        "mock-server",
        "pact-core",
        "target",
        "tests",
        "verifier",
    ];
    for entry in std::fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name.starts_with('.') || allowed.contains(&name.as_str()), "{name} stands at the top");
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
