//! What plugins bring: rules for fields, and media types.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::sync::Arc;

use pactwright_core::extension::{
    Configuration, ContentMatcher, Contents, Difference, Extension, ExtensionError, Extensions, FieldMatcher,
    Generation, Judgement, PlacedRules, Refusal,
};
use pactwright_core::format::{self, read_message, read_request, read_response};
use pactwright_core::generators::Context;
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompileError, CompiledMessage, CompiledRequest,
    CompiledResponse,
};
use pactwright_core::model::{Body, ContentType, SpecVersion};
use pactwright_core::report::{Detail, Mismatch};
use pactwright_core::rules::{Subject, Unknown};

fn json(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}

fn sentences(mismatches: &[Mismatch]) -> Vec<String> {
    mismatches.iter().map(ToString::to_string).collect()
}

const NONE: [&str; 0] = [];

/// `{"match": "even"}`: a whole number that two divides. `"of"` may be another divisor. `{"match": "broken"}` never works.
struct Numbers;

struct Divisible(u64);

struct Broken;

impl Extension for Numbers {
    fn name(&self) -> &'static str {
        "numbers"
    }

    fn field_matcher(
        &self,
        rule: &Unknown,
        configuration: Configuration<'_>,
    ) -> Result<Option<Arc<dyn FieldMatcher>>, ExtensionError> {
        let configured = configuration.interaction.and_then(|configured| configured.get("of"));
        match (rule.name.as_str(), rule.definition.get("of").or(configured)) {
            ("even", None) => Ok(Some(Arc::new(Divisible(2)))),
            ("even", Some(of)) => match of.as_u64() {
                Some(0) | None => Err(ExtensionError::new(format!("`of` cannot be {of}"))),
                Some(of) => Ok(Some(Arc::new(Divisible(of)))),
            },
            ("broken", _) => Ok(Some(Arc::new(Broken))),
            _ => Ok(None),
        }
    }
}

impl FieldMatcher for Divisible {
    fn check(&self, _: Option<Subject<'_>>, actual: Subject<'_>) -> Result<(), Refusal> {
        let holds = |text: &str| text.parse::<u64>().is_ok_and(|number| number.is_multiple_of(self.0));
        match actual {
            // A list as a whole: how many items there are.
            Subject::Json(Json::Array(items)) if (items.len() as u64).is_multiple_of(self.0) => Ok(()),
            other if other.as_text().is_some_and(holds) => Ok(()),
            other => Err(Refusal::mismatch(format!("{} is not divisible by {}", other.to_json(), self.0))),
        }
    }
}

impl FieldMatcher for Broken {
    fn check(&self, _: Option<Subject<'_>>, _: Subject<'_>) -> Result<(), Refusal> {
        Err(ExtensionError::new("nobody answers"))?
    }
}

/// `application/x-lines`: lines in any case, with rules for each by its index. Contents with `!` cannot be read.
struct Lines;

struct ExpectedLines {
    lines: Vec<String>,
    rules: PlacedRules,
    strict: bool,
}

fn lines(bytes: &[u8]) -> Result<Vec<String>, ExtensionError> {
    let text = String::from_utf8_lossy(bytes);
    if text.contains('!') {
        return Err(ExtensionError::new("there is a `!`"));
    }
    Ok(text.lines().map(str::to_lowercase).collect())
}

impl Extension for Lines {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn content_matcher(
        &self,
        contents: &Contents<'_>,
    ) -> Result<Option<Arc<dyn ContentMatcher>>, ExtensionError> {
        if contents.content_type.essence() != "application/x-lines" {
            return Ok(None);
        }
        let prefix = contents.configuration.pact.and_then(|configured| configured.get("prefix"));
        let prefix = prefix.and_then(Json::as_str).unwrap_or_default();
        let lines = lines(contents.expected)?.into_iter().map(|line| format!("{prefix}{line}")).collect();
        let (rules, strict) = (contents.rules.clone(), contents.strict);
        Ok(Some(Arc::new(ExpectedLines { lines, rules, strict })))
    }

    fn generate(&self, generation: &Generation<'_>) -> Result<Option<Vec<u8>>, ExtensionError> {
        if generation.content_type.essence() != "application/x-lines" {
            return Ok(None);
        }
        let example = lines(generation.example)?;
        let value = generation.context.state_values.get("name").and_then(Json::as_str).unwrap_or_default();
        let line = |(at, line): (usize, String)| {
            let made = generation.generators.iter().any(|(path, _)| *path == format!("$[{at}]"));
            if made { value.to_owned() } else { line }
        };
        Ok(Some(example.into_iter().enumerate().map(line).collect::<Vec<_>>().join("\n").into_bytes()))
    }
}

impl ContentMatcher for ExpectedLines {
    fn compare(&self, actual: &[u8], _: Option<&ContentType>) -> Result<Vec<Difference>, ExtensionError> {
        let actual = lines(actual)?;
        let mut found = Vec::new();
        for (at, (expected, line)) in self.lines.iter().zip(&actual).enumerate() {
            let place = format!("$[{at}]");
            match self.rules.judge(
                &place.parse().unwrap(),
                Some(Subject::Text(expected)),
                Subject::Text(line),
            ) {
                Judgement::NoRules if expected != line => {
                    let explanation = format!("expected '{expected}' but was '{line}'");
                    found.push(Difference {
                        expected: Some(expected.as_str().into()),
                        actual: Some(line.as_str().into()),
                        ..Difference::new(place, explanation)
                    });
                }
                Judgement::Refused(sentences) => {
                    found.extend(sentences.into_iter().map(|one| Difference::new(place.clone(), one)));
                }
                Judgement::NoRules | Judgement::Holds => {}
            }
        }
        if self.strict && actual.len() > self.lines.len() {
            found.push(Difference::new("$", "there are further lines"));
        }
        Ok(found)
    }
}

fn all() -> Extensions {
    Extensions::new().with(Numbers).with(Lines)
}

fn compiled(response: &str) -> Result<CompiledResponse, CompileError> {
    let response = read_response(json(response), SpecVersion::V4).unwrap();
    CompiledResponse::compile_with(response, &all().scope())
}

/// The sentences about a JSON body, with one rule at a path.
fn body(example: &str, path: &str, rules: &str, actual: &str) -> Vec<String> {
    let response = format!(
        r#"{{"status":200,"body":{{"content":{example},"contentType":"application/json"}},"matchingRules":{{"body":{{"{path}":{{"matchers":[{rules}]}}}}}}}}"#
    );
    let actual = ActualResponse { status: 200, body: actual.as_bytes().to_vec(), ..Default::default() };
    sentences(&compiled(&response).unwrap().mismatches(&actual))
}

const EVEN: &str = r#"{"match":"even"}"#;

#[test]
fn a_rule_for_a_value_in_a_body() {
    assert_eq!(body(r#"{"a":2}"#, "$.a", EVEN, r#"{"a":4}"#), NONE);
    assert_eq!(body(r#"{"a":2}"#, "$.a", EVEN, r#"{"a":5}"#), ["body $.a: 5 is not divisible by 2"]);
    assert_eq!(
        body(r#"{"a":3}"#, "$.a", r#"{"match":"even","of":3}"#, r#"{"a":5}"#),
        ["body $.a: 5 is not divisible by 3"]
    );
    assert_eq!(
        body(r#"{"a":3}"#, "$.a", r#"{"match":"odd"}"#, r#"{"a":3}"#),
        ["body $.a: the rule 'odd' is not known, so 3 cannot be checked; a plugin may supply it"]
    );
}

#[test]
fn a_rule_does_not_go_on_below_its_place() {
    assert_eq!(body("[2,3]", "$", EVEN, "[7,8]"), NONE);
    assert_eq!(body("[2,3]", "$", EVEN, "[7]").len(), 1);
    // Together with another rule, that one says how the inside is compared.
    assert_eq!(body("[2,3]", "$", &format!(r#"{EVEN},{{"match":"type"}}"#), r#"[7,"8"]"#).len(), 1);
}

#[test]
fn rules_inside_rules() {
    let each = format!(r#"{{"match":"eachValue","rules":[{EVEN}]}}"#);
    assert_eq!(body(r#"{"a":2}"#, "$", &each, r#"{"x":4}"#), NONE);
    assert_eq!(
        body(r#"{"a":2}"#, "$", &each, r#"{"x":5}"#),
        ["body $.x: 5 is not divisible by 2 (by the rule for $)"]
    );
    let keys = format!(r#"{{"match":"eachKey","rules":[{EVEN}]}}"#);
    assert_eq!(body(r#"{"2":0}"#, "$", &keys, r#"{"4":0}"#), NONE);
    assert_eq!(body(r#"{"2":0}"#, "$", &keys, r#"{"5":0}"#).len(), 1);
    let contains = format!(
        r#"{{"match":"arrayContains","variants":[{{"index":0,"rules":{{"$":{{"matchers":[{EVEN}]}}}}}}]}}"#
    );
    assert_eq!(body("[2]", "$", &contains, "[1,4]"), NONE);
    assert_eq!(body("[2]", "$", &contains, "[1,5]").len(), 1);
}

#[test]
fn rules_for_path_query_and_headers() {
    let request = format!(
        r#"{{"method":"GET","path":"2","query":{{"n":["2"]}},"headers":{{"X-N":["2"]}},"matchingRules":{{
            "path":{{"matchers":[{EVEN}]}},"query":{{"n":{{"matchers":[{EVEN}]}}}},"header":{{"X-N":{{"matchers":[{EVEN}]}}}}}}}}"#
    );
    let request = read_request(json(&request), SpecVersion::V4).unwrap();
    let compiled = CompiledRequest::compile_with(request, &all().scope()).unwrap();
    let actual = |number: &str| ActualRequest {
        method: "GET".to_owned(),
        path: number.to_owned(),
        query: Some(format!("n={number}")),
        headers: vec![("x-n".to_owned(), number.to_owned())],
        body: Vec::new(),
    };
    assert_eq!(sentences(&compiled.mismatches(&actual("4"))), NONE);
    assert_eq!(
        sentences(&compiled.mismatches(&actual("5"))),
        [
            "path: \"5\" is not divisible by 2",
            "query parameter 'n': \"5\" is not divisible by 2",
            "header 'X-N': \"5\" is not divisible by 2"
        ]
    );
}

#[test]
fn rules_for_metadata_and_contents_of_messages() {
    let message = format!(
        r#"{{"contents":{{"content":"a\nb","contentType":"application/x-lines","encoded":false}},"metadata":{{"n":2}},
            "matchingRules":{{"metadata":{{"n":{{"matchers":[{EVEN}]}}}},"body":{{"$[1]":{{"matchers":[{EVEN}]}}}}}}}}"#
    );
    let message = read_message(json(&message), SpecVersion::V4).unwrap();
    let actual = |number: u64, contents: &str| ActualMessage {
        contents: contents.as_bytes().to_vec(),
        content_type: ContentType::parse("application/x-lines"),
        metadata: [("n", JsonBuf::from(number))].into_iter().collect(),
    };
    let compiled = CompiledMessage::compile_with(message.clone(), &all().scope()).unwrap();
    assert_eq!(sentences(&compiled.mismatches(&actual(4, "A\n10\nmore"))), NONE);
    assert_eq!(
        sentences(&compiled.mismatches(&actual(5, "x\n11"))),
        [
            "metadata 'n': 5 is not divisible by 2",
            "body $[0]: expected 'a' but was 'x'",
            "body $[1]: \"11\" is not divisible by 2"
        ]
    );
    let request = CompiledMessage::request_with(message, &all().scope()).unwrap();
    assert_eq!(sentences(&request.mismatches(&actual(4, "A\n10\nmore"))), ["body: there are further lines"]);
}

const LINES: &str = r#"{"status":200,"headers":{"Content-Type":["application/x-lines"]},
    "body":{"content":"a\nb","contentType":"application/x-lines","encoded":false}}"#;

fn lines_response(bytes: &[u8]) -> ActualResponse {
    let headers = vec![("Content-Type".to_owned(), "application/x-lines".to_owned())];
    ActualResponse { status: 200, headers, body: bytes.to_vec() }
}

#[test]
fn the_body_of_a_response() {
    let compiled = compiled(LINES).unwrap();
    assert_eq!(compiled.mismatches(&lines_response(b"A\nB")), []);
    let mismatches = compiled.mismatches(&lines_response(b"A\nC"));
    let [Mismatch { location, detail: Detail::ByExtension { extension, expected, actual, .. }, .. }] =
        mismatches.as_slice()
    else {
        panic!("{mismatches:?}")
    };
    assert_eq!((location.as_str(), extension.as_str()), ("$[1]", "lines"));
    assert_eq!((expected.clone(), actual.clone()), (Some("b".into()), Some("c".into())));
    // Without the extension, it is text like any other.
    let plain = CompiledResponse::new(read_response(json(LINES), SpecVersion::V4).unwrap()).unwrap();
    assert_eq!(plain.mismatches(&lines_response(b"A\nB")).len(), 1);
    // A body of another type is not its business.
    let mut other = lines_response(b"a\nb");
    other.headers[0].1 = "text/plain".to_owned();
    let mismatches = compiled.mismatches(&other);
    assert!(mismatches.iter().any(|mismatch| matches!(mismatch.detail, Detail::ContentType { .. })));
}

#[test]
fn what_goes_wrong_in_an_extension_is_a_mismatch_or_an_error() {
    assert_eq!(
        body(r#"{"a":2}"#, "$.a", r#"{"match":"broken"}"#, r#"{"a":2}"#),
        ["body $.a: The plugin 'numbers' could not check it: nobody answers"]
    );
    let mismatches = compiled(LINES).unwrap().mismatches(&lines_response(b"!"));
    assert_eq!(
        sentences(&mismatches),
        ["body: the plugin 'lines' could not compare the body: there is a `!`"]
    );
    let rule = LINES.replace(
        r#""status":200,"#,
        r#""status":200,"matchingRules":{"status":{"matchers":[{"match":"even","of":0}]}},"#,
    );
    let error = compiled(&rule).unwrap_err();
    assert_eq!(error.to_string(), "the plugin `numbers` cannot use the contract: `of` cannot be 0");
    let contents = LINES.replace(r"a\nb", "!");
    assert!(
        matches!(compiled(&contents), Err(CompileError::Extension { extension, .. }) if extension == "lines")
    );
}

#[test]
fn the_configuration_of_a_contract_reaches_its_extension() {
    let pact = format!(
        r#"{{"consumer":{{"name":"a"}},"provider":{{"name":"b"}},"interactions":[{{
            "type":"Synchronous/HTTP","description":"d","pluginConfiguration":{{"numbers":{{"of":5}}}},
            "request":{{"method":"GET","path":"5","matchingRules":{{"path":{{"matchers":[{EVEN}]}}}}}},"response":{LINES}}}],
            "metadata":{{"pactSpecification":{{"version":"4.0"}},"plugins":[
                {{"name":"other","configuration":{{"prefix":"no"}}}},{{"name":"lines","configuration":{{"prefix":"yes "}}}}]}}}}"#
    );
    let pact = format::read(pact.as_bytes()).unwrap();
    let (request, response) = pact.interactions[0].as_http().unwrap();
    let extensions = all();
    let scope = extensions.scope_of(&pact, &pact.interactions[0]);
    let compiled = CompiledRequest::compile_with(request.clone(), &scope).unwrap();
    let actual = |path: &str| ActualRequest {
        method: "GET".to_owned(),
        path: path.to_owned(),
        ..ActualRequest::default()
    };
    assert_eq!(compiled.mismatches(&actual("10")), []);
    assert_eq!(sentences(&compiled.mismatches(&actual("4"))), ["path: \"4\" is not divisible by 5"]);
    let compiled = CompiledResponse::compile_with(response.clone(), &scope).unwrap();
    assert_eq!(compiled.mismatches(&lines_response(b"yes a\nyes b")), []);
}

#[test]
fn the_first_extension_that_knows_a_rule_supplies_it() {
    struct Never;
    struct No;
    impl Extension for Never {
        fn name(&self) -> &'static str {
            "never"
        }

        fn field_matcher(
            &self,
            rule: &Unknown,
            _: Configuration<'_>,
        ) -> Result<Option<Arc<dyn FieldMatcher>>, ExtensionError> {
            Ok((rule.name == "even").then(|| Arc::new(No) as Arc<dyn FieldMatcher>))
        }
    }
    impl FieldMatcher for No {
        fn check(&self, _: Option<Subject<'_>>, _: Subject<'_>) -> Result<(), Refusal> {
            Err(Refusal::mismatch("never"))
        }
    }
    let response = format!(r#"{{"status":200,"matchingRules":{{"status":{{"matchers":[{EVEN}]}}}}}}"#);
    let response = read_response(json(&response), SpecVersion::V4).unwrap();
    let actual = ActualResponse { status: 200, ..Default::default() };
    for (extensions, count) in
        [(Extensions::new().with(Never).with(Numbers), 1), (Extensions::new().with(Numbers).with(Never), 0)]
    {
        let compiled = CompiledResponse::compile_with(response.clone(), &extensions.scope()).unwrap();
        assert_eq!(compiled.mismatches(&actual).len(), count, "{extensions:?}");
    }
}

#[test]
fn contents_are_made_anew_by_the_extension_that_knows_them() {
    let message = r#"{"contents":{"content":"a\nb","contentType":"application/x-lines","encoded":false},
        "generators":{"body":{"$[1]":{"type":"ProviderState","expression":"${name}"}}}}"#;
    let message = read_message(json(message), SpecVersion::V4).unwrap();
    let context = Context::provider([("name", JsonBuf::from("Ada"))].into_iter().collect());
    let extensions = all();
    let mut contents = message.contents.clone();
    let stated = message.content_type();
    let made = extensions.scope().generate(&mut contents, stated, &message.generators, &context);
    assert_eq!(made, Ok(true));
    assert_eq!(contents.bytes().as_ref(), b"a\nAda");
    // Nobody knows plain text.
    let mut text = Body::json("x");
    let made = extensions.scope().generate(&mut text, None, &message.generators, &context);
    assert_eq!((made, text), (Ok(false), Body::json("x")));
    // Provider states give nothing on the consumer's side.
    let consumer = Context::consumer(None);
    let mut contents = message.contents.clone();
    let made = extensions.scope().generate(&mut contents, None, &message.generators, &consumer);
    assert_eq!((made, contents), (Ok(false), message.contents.clone()));
}
