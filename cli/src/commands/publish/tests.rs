use clap::{FromArgMatches, error::ErrorKind};

use super::*;
use crate::ci::Source;

fn publish(arguments: &[&str]) -> Publish {
    let command = Publish::augment_args(clap::Command::new("publish").disable_help_flag(true));
    let all = ["publish", "x.json", "-b", "http://broker"].into_iter().chain(arguments.iter().copied());
    Publish::from_arg_matches(&command.try_get_matches_from(all).unwrap()).unwrap()
}

fn found(value: &str) -> Found {
    Found { value: value.to_owned(), source: Source::Git }
}

fn build() -> Build {
    Build {
        commit: Some(found("abc")),
        branch: Some(found("main")),
        url: Some(found("http://ci/1")),
        complaint: None,
    }
}

fn told(arguments: &[&str], build: Build) -> (String, Option<String>, Vec<String>, Option<String>, String) {
    let properties = publish(arguments).properties(build).unwrap();
    let tags = properties.tags.iter().map(ToString::to_string).collect();
    let branch = properties.branch.map(|branch| branch.to_string());
    (properties.version.to_string(), branch, tags, properties.build_url, properties.found.join(" "))
}

#[test]
fn what_is_detected_fills_gaps_and_is_said() {
    assert_eq!(
        told(&["-r"], build()),
        (
            "abc".to_owned(),
            Some("main".to_owned()),
            vec![],
            Some("http://ci/1".to_owned()),
            "Detected version abc (from git). Detected branch main (from git). Detected build URL http://ci/1 (from git)."
                .to_owned()
        )
    );
}

#[test]
fn what_is_given_stands() {
    let given = ["-r", "-a", "1", "--branch", "x", "--build-url", "http://y", "--tag", "a,b"];
    let tags = vec!["a".to_owned(), "b".to_owned()];
    let expected = ("1".to_owned(), Some("x".to_owned()), tags, Some("http://y".to_owned()), String::new());
    assert_eq!(told(&given, build()), expected);
}

#[test]
fn nothing_is_detected_unasked() {
    assert_eq!(told(&["-a", "1"], build()), ("1".to_owned(), None, vec![], None, String::new()));
    let error = publish(&[]).properties(build()).unwrap_err();
    assert!(matches!(error, PublishError::NoVersion), "{error}");
}

#[test]
fn where_git_refuses_to_say_anything_its_reason_is_told() {
    let complaint = Some("fatal: detected dubious ownership".to_owned());
    let error = publish(&["-r"]).properties(Build { complaint, ..Build::default() }).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("dubious ownership") && text.contains("--consumer-app-version"), "{text}");
}

#[test]
fn the_branch_can_become_a_tag_alone() {
    let expected = "Detected tag main (from git).".to_owned();
    assert_eq!(
        told(&["-a", "1", "-g"], build()),
        ("1".to_owned(), None, vec!["main".to_owned()], None, expected)
    );
    let detached = Build { branch: None, ..build() };
    let error = publish(&["-a", "1", "-g"]).properties(detached).unwrap_err();
    assert!(error.to_string().contains("--tag"), "{error}");
}

#[test]
fn on_a_tag_or_a_detached_head_there_is_no_branch_and_that_is_said() {
    let (_, branch, _, _, said) = told(&["-r"], Build { branch: None, ..build() });
    assert_eq!(branch, None);
    assert!(said.contains("No branch was detected") && said.contains("--branch"), "{said}");
}

#[test]
fn what_is_detected_may_be_unusable() {
    let odd = Build { commit: Some(found("a\u{7}b")), ..build() };
    let error = publish(&["-r"]).properties(odd).unwrap_err();
    assert!(matches!(error, PublishError::Detected { what: "version", .. }), "{error}");
}

#[test]
fn files_are_needed() {
    let command = Publish::augment_args(clap::Command::new("publish").disable_help_flag(true));
    let error = command.try_get_matches_from(["publish", "-b", "http://broker"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument);
}
