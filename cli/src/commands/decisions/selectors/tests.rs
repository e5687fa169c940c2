use super::*;

fn parse(arguments: &[&str]) -> Result<Selectors, clap::Error> {
    let command = Selectors::augment_args(Command::new("can-i-deploy").no_binary_name(true));
    Selectors::from_arg_matches(&command.try_get_matches_from(arguments)?)
}

fn selector(participant: &str, which: Which) -> Selector {
    Selector { participant: participant.parse().unwrap(), which }
}

fn tag(name: &str) -> TagName {
    name.parse().unwrap()
}

fn version(number: &str) -> VersionNumber {
    number.parse().unwrap()
}

fn query(arguments: &[&str]) -> String {
    let query = parse(arguments).unwrap().query();
    query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[test]
fn options_belong_to_the_participant_before_them() {
    let parsed = parse(&[
        "-a",
        "A",
        "--version",
        "1",
        "-a",
        "B",
        "--latest",
        "prod",
        "-a",
        "C",
        "--main-branch",
        "-a",
        "D",
        "--latest",
    ]);
    assert_eq!(
        parsed.unwrap().asked,
        [
            selector("A", Which::Version(version("1"))),
            selector("B", Which::LatestWithTag(tag("prod"))),
            selector("C", Which::MainBranch),
            selector("D", Which::Latest),
        ]
    );
}

#[test]
fn latest_means_the_same_before_and_after_what_it_is_the_latest_of() {
    for (option, value, expected) in [
        ("--tag", "t", Which::LatestWithTag(tag("t"))),
        ("--all", "t", Which::LatestWithTag(tag("t"))),
        ("--branch", "b", Which::LatestOnBranch("b".parse().unwrap())),
        ("--version-range", "^1", Which::LatestInRange("^1".to_owned())),
    ] {
        let expected = [selector("A", expected)];
        assert_eq!(parse(&["-a", "A", option, value, "--latest"]).unwrap().asked, expected);
        assert_eq!(parse(&["-a", "A", "--latest", option, value]).unwrap().asked, expected);
    }
}

#[test]
fn the_query_is_that_of_the_matrix() {
    assert_eq!(
        query(&["-a", "A", "--version-range", ">=1.4, <2", "-a", "B", "--branch", "b", "-a", "C"]),
        "q[][pacticipant]=A&q[][versionRange]=>=1.4, <2&q[][pacticipant]=B&q[][branch]=b&q[][latest]=true&q[][pacticipant]=C"
    );
    assert_eq!(
        query(&[
            "-a",
            "A",
            "--tag",
            "t",
            "-a",
            "B",
            "-l",
            "t",
            "-a",
            "C",
            "--latest",
            "--version-range",
            "1"
        ]),
        "q[][pacticipant]=A&q[][tag]=t&q[][pacticipant]=B&q[][latest]=true&q[][tag]=t&q[][pacticipant]=C&q[][versionRange]=1&q[][latest]=true"
    );
}

#[test]
fn a_version_can_be_ignored() {
    let arguments = ["-a", "A", "-e", "1", "--ignore", "B", "--version", "2", "--ignore", "C"];
    let parsed = parse(&arguments).unwrap();
    assert_eq!(parsed.asked, [selector("A", Which::Version(version("1")))]);
    let ignored = |name: &str, version| Ignored { participant: name.to_owned(), version };
    assert_eq!(parsed.ignored, [ignored("B", Some(version("2"))), ignored("C", None)]);
    assert_eq!(
        query(&arguments),
        "q[][pacticipant]=A&q[][version]=1&ignore[][pacticipant]=B&ignore[][version]=2&ignore[][pacticipant]=C"
    );
}

#[test]
fn the_main_branch_can_be_unsaid() {
    for no in ["--no-main-branch", "--skip-main-branch"] {
        let parsed = parse(&["-a", "A", "--main-branch", no, "-a", "B", no, "--version", "1"]).unwrap();
        assert_eq!(
            parsed.asked,
            [selector("A", Which::Unspecified), selector("B", Which::Version(version("1")))]
        );
    }
}

#[test]
fn what_does_not_go_together_is_said() {
    for (arguments, complaint) in [
        (
            &["--version", "1", "-a", "A"][..],
            "`--version` says which version of an application is meant, so it must come after",
        ),
        (
            &["-a", "A", "-e", "1", "--branch", "b"],
            "`--version` and `--branch` both say which version of A is meant",
        ),
        (&["-a", "A", "-e", "1", "-e", "2"], "`--version` and `--version` both say"),
        (&["-a", "A", "-e", "1", "--latest"], "`--version` and `--latest` both say"),
        (&["-a", "A", "--tag", "t", "--latest", "u"], "`--tag` and `--latest` both say"),
        (
            &["-a", "A", "--version-range", "1", "--main-branch"],
            "`--version-range` and `--main-branch` both say",
        ),
        (
            &["-a", "A", "--ignore", "B", "--branch", "b"],
            "`--ignore B` can be followed by `--version` only, not by `--branch`",
        ),
        (&["-a", "A", "-e", ""], "`--version` needs another value: "),
        (&["-a", " "], "`--pacticipant` needs another value: "),
    ] {
        let error = parse(arguments).unwrap_err().to_string();
        assert!(error.contains(complaint), "{arguments:?}: {error}");
    }
}

#[test]
fn the_subject_is_in_words() {
    let words = parse(&[
        "-a",
        "A",
        "-e",
        "1",
        "-a",
        "B",
        "--latest",
        "t",
        "-a",
        "C",
        "--version-range",
        "^2",
        "-a",
        "D",
        "--main-branch",
    ]);
    assert_eq!(
        words.unwrap().in_words(),
        "A 1 with the latest B with tag t with C ^2 with D from its main branch"
    );
}
