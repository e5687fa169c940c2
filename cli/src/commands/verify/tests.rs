//! Everything that `pact_verifier_cli` 1.4 can be told, can be told here, and does something.

use clap::{CommandFactory, Parser};
use pactwright_verifier::client::Auth;

use super::*;
use crate::Cli;
use crate::menu::{Command, Contracts};

/// What an option changes.
#[derive(Debug, Clone, Copy)]
enum Effect {
    /// What is verified, and how.
    Verifier,
    /// As whom brokers are asked. Secrets show nowhere, so it is looked at by itself.
    Auth,
    /// Which reports there are.
    Reports,
    /// Whether there are colours.
    Colour,
    /// What is logged.
    Logging,
    /// A test of its own shows it.
    Elsewhere,
    /// It is documented to have none.
    None,
}

/// An option of `pact_verifier_cli` 1.4.
#[derive(Clone, Copy)]
struct Known {
    names: &'static str,
    env: Option<&'static str>,
    value: &'static [&'static str],
    /// What has to be said beside it.
    with: &'static [&'static str],
    effect: Effect,
}

const fn known(names: &'static str, value: &'static [&'static str], effect: Effect) -> Known {
    Known { names, env: None, value, with: &[], effect }
}

const fn with_env(
    names: &'static str,
    env: &'static str,
    value: &'static [&'static str],
    effect: Effect,
) -> Known {
    Known { names, env: Some(env), value, with: &[], effect }
}

const fn beside(with: &'static [&'static str], known: Known) -> Known {
    Known { with, ..known }
}

const BROKER: &[&str] = &["--broker-url", "http://broker", "--provider-name", "orders"];
const VERSION: &[&str] = &["--broker-url", "http://broker", "--publish", "--provider-version", "1"];
const STATES: &[&str] = &["--state-change-url", "http://states"];

/// By their names as written on a command line: long, short, other.
const OPTIONS: [Known; 48] = [
    known("--loglevel -l", &["debug"], Effect::Logging),
    known("--pretty-log", &[], Effect::Logging),
    known("--full-log", &[], Effect::None),
    known("--compact-log", &[], Effect::Logging),
    with_env("--json -j", "PACT_VERIFIER_JSON_REPORT", &["a.json"], Effect::Reports),
    with_env("--junit -x", "PACT_VERIFIER_JUNIT_REPORT", &["a.xml"], Effect::Reports),
    with_env("--html", "PACT_VERIFIER_HTML_REPORT", &["a.html"], Effect::Reports),
    beside(&["--html", "a.html"], known("--xslt", &["a.xsl"], Effect::None)),
    known("--no-colour --no-color", &[], Effect::Colour),
    known("--file -f", &["a.json"], Effect::Verifier),
    known("--dir -d", &["pacts"], Effect::Verifier),
    known("--url -u", &["http://a/b.json"], Effect::Verifier),
    with_env("--broker-url -b", "PACT_BROKER_BASE_URL", &["http://broker"], Effect::Verifier),
    beside(
        BROKER,
        with_env(
            "--webhook-callback-url",
            "PACT_WEBHOOK_CALLBACK_URL",
            &["http://broker/pact"],
            Effect::Verifier,
        ),
    ),
    known("--ignore-no-pacts-error", &[], Effect::Verifier),
    with_env("--user", "PACT_BROKER_USERNAME", &["me"], Effect::Auth),
    beside(&["--user", "me"], with_env("--password", "PACT_BROKER_PASSWORD", &["hush"], Effect::Auth)),
    with_env("--token -t", "PACT_BROKER_TOKEN", &["hush"], Effect::Auth),
    with_env("--hostname -h", "PACT_PROVIDER_HOSTNAME", &["example.org"], Effect::Verifier),
    with_env("--port -p", "PACT_PROVIDER_PORT", &["8080"], Effect::Verifier),
    with_env("--transport --scheme", "PACT_PROVIDER_TRANSPORT", &["https"], Effect::Verifier),
    known("--transport", &["message"], Effect::Verifier),
    known("--transports", &["http:8080 message:8081/messages"], Effect::Verifier),
    known("--transports", &["https:8443", "grpc:5555"], Effect::Verifier),
    with_env("--provider-name -n", "PACT_PROVIDER_NAME", &["orders"], Effect::Verifier),
    with_env("--base-path", "PACT_PROVIDER_BASE_PATH", &["/api"], Effect::Verifier),
    with_env("--request-timeout", "PACT_PROVIDER_REQUEST_TIMEOUT", &["100"], Effect::Verifier),
    known("--header -H", &["X-Key=a=b"], Effect::Verifier),
    known("--disable-ssl-verification", &[], Effect::Verifier),
    with_env("--state-change-url -s", "PACT_PROVIDER_STATE_CHANGE_URL", &["http://states"], Effect::Verifier),
    beside(
        STATES,
        with_env("--state-change-as-query", "PACT_PROVIDER_STATE_CHANGE_AS_QUERY", &[], Effect::Verifier),
    ),
    beside(
        STATES,
        with_env("--state-change-teardown", "PACT_PROVIDER_STATE_CHANGE_TEARDOWN", &[], Effect::Verifier),
    ),
    with_env("--filter-description", "PACT_DESCRIPTION", &["^a"], Effect::Verifier),
    with_env("--filter-state", "PACT_PROVIDER_STATE", &["^a"], Effect::Verifier),
    with_env("--filter-no-state", "PACT_PROVIDER_NO_STATE", &[], Effect::Verifier),
    known("--filter-consumer -c", &["web"], Effect::Verifier),
    beside(
        &["--broker-url", "http://broker", "--provider-version", "1"],
        known("--publish", &[], Effect::Verifier),
    ),
    beside(VERSION, known("--build-url", &["http://ci/1"], Effect::Verifier)),
    beside(VERSION, known("--provider-tags", &["dev,ci"], Effect::Verifier)),
    beside(VERSION, known("--provider-branch", &["main"], Effect::Verifier)),
    // Only together with --publish does a version mean something; see the row of that.
    known("--provider-version", &["1"], Effect::Elsewhere),
    beside(BROKER, known("--consumer-version-tags", &["prod,test"], Effect::Verifier)),
    beside(BROKER, known("--consumer-version-selectors", &[r#"{"branch": "main"}"#], Effect::Verifier)),
    beside(BROKER, known("--enable-pending", &[], Effect::Verifier)),
    beside(BROKER, known("--include-wip-pacts-since", &["2026-01-01"], Effect::Verifier)),
    beside(BROKER, with_env("--retries", "PACT_BROKER_HTTP_RETRIES", &["3"], Effect::Verifier)),
    known("--exit-on-first-error", &[], Effect::Verifier),
    beside(&["--json", "a.json"], known("--last-failed", &[], Effect::Elsewhere)),
];

/// The command line as it is read where no variable is set.
fn read(arguments: &[&str]) -> Result<(Verify, bool), clap::Error> {
    let all = ["pactwright", "verify"].iter().chain(arguments);
    let mut command = Cli::command();
    command = command.mut_subcommand("verify", |verify| {
        verify.mut_args(|argument| argument.env(clap::builder::Resettable::Reset))
    });
    let matches = command.try_get_matches_from(all)?;
    let cli = <Cli as clap::FromArgMatches>::from_arg_matches(&matches)?;
    match cli.command {
        Command::Contracts(Contracts::Verify(verify)) => Ok((*verify, cli.no_colour)),
        _ => unreachable!("that is what was asked for"),
    }
}

/// What a command line comes to, as far as an effect is concerned.
fn comes_to(arguments: &[&str], effect: Effect) -> String {
    let (verify, no_colour) = read(arguments).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
    match effect {
        Effect::Verifier => format!("{:?}", verify.verifier(None).unwrap()),
        Effect::Auth => match verify.connections.access().unwrap().auth {
            Some(Auth::Basic { user, password }) => format!("{user}:{password:?}"),
            Some(Auth::Bearer(token)) => token,
            None => String::new(),
        },
        Effect::Reports => format!("{:?}", verify.outputs.all()),
        Effect::Colour => no_colour.to_string(),
        Effect::Logging | Effect::None => format!("{:?}", verify.logging),
        Effect::Elsewhere => String::new(),
    }
}

#[test]
fn every_option_of_the_existing_verifier_is_taken_and_does_something() {
    for Known { names, value, with, effect, .. } in &OPTIONS {
        for name in names.split(' ') {
            let arguments: Vec<_> = with.iter().chain(&[name]).chain(*value).copied().collect();
            let (before, after) = (comes_to(with, *effect), comes_to(&arguments, *effect));
            match effect {
                Effect::Elsewhere | Effect::None => {}
                _ => assert_ne!(before, after, "{name} changes nothing"),
            }
        }
    }
}

#[test]
fn options_without_effect_say_so() {
    let mut command = Cli::command();
    let verify = command.find_subcommand_mut("verify").unwrap();
    let help = verify.render_long_help().to_string();
    for said in ["Without effect: the page is not made with a style sheet", "(as is done anyway)"] {
        assert!(help.contains(said), "{said}\n{help}");
    }
}

#[test]
fn variables_are_those_of_the_existing_verifier() {
    let mut command = Cli::command();
    command.build();
    let verify = command.find_subcommand("verify").unwrap();
    for Known { names, env, .. } in OPTIONS.iter().filter(|known| known.env.is_some()) {
        let long = names.split(' ').next().unwrap().trim_start_matches("--");
        let argument = verify.get_arguments().find(|argument| argument.get_long() == Some(long)).unwrap();
        assert_eq!(argument.get_env().and_then(std::ffi::OsStr::to_str), *env, "--{long}");
    }
}

#[test]
fn help_and_version_have_their_letters() {
    for (arguments, expected) in [
        (["--help"], clap::error::ErrorKind::DisplayHelp),
        (["--version"], clap::error::ErrorKind::DisplayVersion),
        (["-v"], clap::error::ErrorKind::DisplayVersion),
    ] {
        assert_eq!(read(&arguments).unwrap_err().kind(), expected, "{arguments:?}");
    }
}

#[test]
fn lists_are_taken_apart() {
    let (one, many) = (["-c", "a,b"], ["-c", "a", "--filter-consumer", "b"]);
    assert_eq!(comes_to(&one, Effect::Verifier), comes_to(&many, Effect::Verifier));
    let tags = |tags| comes_to(&[VERSION, &["--provider-tags", tags]].concat(), Effect::Verifier);
    assert!(tags("dev,ci").contains("\"dev\"") && tags("dev,ci").contains("\"ci\""), "{}", tags("dev,ci"));
    let selectors: Vec<_> = BROKER
        .iter()
        .chain(&["--consumer-version-selectors", r#"{"branch": "a"}"#])
        .chain(&["--consumer-version-selectors", r#"[{"branch": "b"}, {"deployed": true}]"#])
        .copied()
        .collect();
    let text = comes_to(&selectors, Effect::Verifier);
    assert_eq!(text.matches("ConsumerVersionSelector {").count(), 3, "{text}");
}

#[test]
fn values_that_make_no_sense_are_wrong_usage() {
    for arguments in [
        &["--port", "1234x"][..],
        &["--port", "3000000"],
        &["--transports", "1234x"],
        &["--transports", ":1234"],
        &["--transports", "x:"],
        &["--transports", "x:1234x"],
        &["--filter-description", ""],
        &["--filter-state", "a", "--filter-no-state"],
        &["--publish"],
        &["--dry-run"],
        &["--enable-pending"],
        &["--consumer-version-tags", "prod"],
        &["--last-failed"],
        &["--xslt", "a.xsl"],
        &["--loglevel", "loud"],
        &["--pretty-log", "--compact-log"],
        &["--webhook-callback-url", "http://a", "--file", "b.json"],
        &["--reporter", "xml"],
    ] {
        assert!(read(arguments).is_err(), "{arguments:?}");
    }
    for arguments in
        [&["--filter-description", "("][..], &["--header", "novalue"], &["--ca-file", "nowhere.pem"]]
    {
        let (verify, _) = read(arguments).unwrap();
        assert!(verify.verifier(None).is_err(), "{arguments:?}");
    }
}

#[test]
fn the_last_run_says_what_failed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("last.json");
    let arguments = ["--json", path.to_str().unwrap(), "--last-failed"];
    let failed = || read(&arguments).unwrap().0.failed_before(Printer::new(true)).map(|failed| failed.len());
    assert_eq!(failed(), None, "there was no last run");
    let report =
        |result: &str| format!(r#"{{"interactionResults": [{{"description": "a", "result": "{result}"}}]}}"#);
    std::fs::write(&path, report("OK")).unwrap();
    assert_eq!(failed(), None, "nothing failed");
    std::fs::write(&path, report("Error")).unwrap();
    assert_eq!(failed(), Some(1));
    std::fs::write(&path, "no report").unwrap();
    assert_eq!(failed(), None);
}

#[test]
fn a_branch_alone_does_not_make_the_broker_choose() {
    let chosen =
        |more: &[&str]| comes_to(&[BROKER, more].concat(), Effect::Verifier).contains("Some(Selection");
    assert!(!chosen(&["--provider-branch", "main", "--provider-tags", "a"]));
    assert!(chosen(&["--provider-branch", "main", "--enable-pending"]));
    assert!(chosen(&["--include-wip-pacts-since", "2026-01-01"]));
}

#[test]
fn variables_that_are_set_to_nothing_are_not_set() {
    let nothing = comes_to(&["--broker-url", "", "--user", "", "--token", "", "-n", ""], Effect::Verifier);
    assert_eq!(nothing, comes_to(&[], Effect::Verifier));
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
    assert!(Cli::try_parse_from(["pactwright", "verify", "--jobs", "4", "--file", "a.json"]).is_ok());
}
