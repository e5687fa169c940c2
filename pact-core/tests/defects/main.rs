//! What existing implementations get wrong, and what is right: one test for each defect. The name of a test says what is
//! right, its comment what happens elsewhere.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod dates;
mod matching;
mod model;

use std::path::Path;

use pactwright_core::datetime::{Date, Moment, Time};
use pactwright_core::format::read_response;
use pactwright_core::json::Json;
use pactwright_core::matching::{ActualResponse, CompiledResponse};
use pactwright_core::model::SpecVersion;

const NONE: [&str; 0] = [];

/// The mismatches of a response body against an expected response, as sentences.
fn response(expected: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<String> {
    let json = Json::parse(expected.as_bytes()).unwrap().into_owned();
    let expected = CompiledResponse::new(read_response(json, SpecVersion::V3).unwrap()).unwrap();
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let actual = ActualResponse { status: 200, headers, body: body.to_vec() };
    expected.mismatches(&actual).iter().map(ToString::to_string).collect()
}

/// The mismatches of a JSON body against an example with V3 rules.
fn body(example: &str, rules: &str, actual: &str) -> Vec<String> {
    let expected = format!(r#"{{"status":200,"body":{example},"matchingRules":{{"body":{rules}}}}}"#);
    response(&expected, &[], actual.as_bytes())
}

fn moment(year: u16, month: u8, day: u8, hour: u8, minute: u8) -> Moment {
    Moment::new(Date::new(year, month, day).unwrap(), Time::new(hour, minute, 0, 0).unwrap())
}

/// Which of these words the sources of the core have in their code, and where. Tests and comments do not count.
fn mentions(words: &[&str]) -> Vec<String> {
    fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, visit);
            } else if path.file_name().is_some_and(|name| name != "tests.rs") {
                visit(&path);
            }
        }
    }
    let (mut found, mut seen) = (Vec::new(), 0);
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            seen += 1;
            let said = words.iter().filter(|word| line.contains(**word));
            found.extend(said.map(|word| format!("{}: {word}", path.display())));
        }
    });
    assert!(seen > 1000, "only {seen} lines were looked at");
    found
}
