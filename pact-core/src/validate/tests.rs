use super::*;

/// Severity, pointer, code and position of everything that is wrong.
fn found(text: &str) -> Vec<(Severity, String, &'static str)> {
    validate(text.as_bytes())
        .into_iter()
        .map(|problem| (problem.severity(), problem.pointer.clone(), problem.kind.code()))
        .collect()
}

fn pact(version: &str, interactions: &str) -> String {
    format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"orders"}},"interactions":[{interactions}],
        "metadata":{{"pactSpecification":{{"version":"{version}"}}}}}}"#
    )
}

fn http(response: &str) -> String {
    let one = format!(
        r#"{{"description":"d","request":{{"method":"GET","path":"/"}},"response":{{"status":200,{response}}}}}"#
    );
    pact("3.0.0", &one)
}

fn warned(text: &str) -> Vec<(String, &'static str)> {
    found(text)
        .into_iter()
        .map(|(severity, pointer, code)| {
            assert_eq!(severity, Severity::Warning, "{pointer}: {code}");
            (pointer, code)
        })
        .collect()
}

fn rules(body: &str, rules: &str) -> Vec<(String, &'static str)> {
    warned(&http(&format!(
        r#""headers":{{"Content-Type":"application/json"}},"body":{body},"matchingRules":{rules}"#
    )))
}

const RULES: &str = "/interactions/0/response/matchingRules";

#[test]
fn positions_are_lines_and_columns_of_the_text() {
    let text = "{\"consumer\": {\"name\": \"wéb\"}, \"provider\": {\n  \"näme\": 1, \"name\": \"\"}, \"interactions\": []}";
    let problems = validate(text.as_bytes());
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].position, Some(Position { line: 2, column: 22 }));
}

#[test]
fn what_is_no_json_has_a_position_too() {
    let problems = validate(b"{\n  nope");
    assert_eq!(problems[0].kind.code(), "not-json");
    assert_eq!(problems[0].position.map(|position| position.line), Some(2));
}

#[test]
fn a_rule_that_leads_nowhere() {
    let list = |path: &str| format!(r#"{{"body":{{"{path}":{{"matchers":[{{"match":"type"}}]}}}}}}"#);
    for path in ["$", "$.a", "$.a[*].id", "$.a[0].id", "$.*", "$['a']"] {
        assert_eq!(rules(r#"{"a":[{"id":1}]}"#, &list(path)), [], "{path}");
    }
    for path in ["$.b", "$.a[1]", "$.a.id", "$.a[*].name"] {
        let expected = (format!("{RULES}/body/{path}/matchers/0"), "rule-leads-nowhere");
        assert_eq!(rules(r#"{"a":[{"id":1}]}"#, &list(path)), [expected], "{path}");
    }
    let headers = r#"{"header":{"content-type":{"matchers":[{"match":"regex","regex":".*"}]},
        "X-Other":{"matchers":[{"match":"type"}]}}}"#;
    assert_eq!(rules("1", headers), [(format!("{RULES}/header/X-Other/matchers/0"), "rule-leads-nowhere")]);
}

#[test]
fn an_example_that_breaks_its_own_rules() {
    let refused =
        rules(r#"{"a":[{"id":"x"}]}"#, r#"{"body":{"$.a[*].id":{"matchers":[{"match":"integer"}]}}}"#);
    assert_eq!(refused, [("/interactions/0/response/body/a/0/id".to_owned(), "example-refused")]);
    let either = r#"{"body":{"$.a":{"combine":"OR","matchers":[{"match":"integer"},{"match":"null"}]}}}"#;
    assert_eq!(rules(r#"{"a":null}"#, either), []);
}

#[test]
fn an_example_of_v4_that_breaks_its_own_rules() {
    let one = r#"{"type":"Asynchronous/Messages","description":"d","contents":{"content":{"a":1},
        "contentType":"application/json","encoded":false},
        "matchingRules":{"body":{"$.a":{"matchers":[{"match":"regex","regex":"x"}]}}}}"#;
    assert_eq!(
        warned(&pact("4.0", one)),
        [("/interactions/0/contents/content/a".to_owned(), "example-refused")]
    );
}

#[test]
fn names_that_nobody_knows() {
    let unknown = rules(r#"{"a":1}"#, r#"{"body":{"$.a":{"matchers":[{"match":"tpye"}]}}}"#);
    assert_eq!(unknown, [(format!("{RULES}/body/$.a/matchers/0"), "unknown-rule")]);
    let generators =
        http(r#""body":{"a":1},"generators":{"body":{"$.a":{"type":"UUID4"},"$.b":{"type":"Uuid"}}}"#);
    assert_eq!(
        warned(&generators),
        [
            ("/interactions/0/response/generators/body/$.a".to_owned(), "unknown-generator"),
            ("/interactions/0/response/generators/body/$.b".to_owned(), "generator-leads-nowhere"),
        ]
    );
    assert_eq!(
        warned(&pact("4.0", r#"{"type":"Odd","description":"d"}"#)),
        [("/interactions/0/type".to_owned(), "unknown-type")]
    );
}

#[test]
fn expressions_that_not_everybody_understands() {
    let regex = |pattern: &str, example: &str| {
        rules(
            &format!(r#"{{"a":"{example}"}}"#),
            &format!(r#"{{"body":{{"$.a":{{"matchers":[{{"match":"regex","regex":"{pattern}"}}]}}}}}}"#),
        )
    };
    assert_eq!(regex(r"\\Qa.b\\E", "a.b"), [(format!("{RULES}/body/$.a/matchers/0"), "regex-not-portable")]);
    assert_eq!(regex(r"\\\\Q|a", "a"), []);
}

#[test]
fn interactions_of_one_name() {
    let one = r#"{"description":"d","request":{"method":"GET","path":"/"},"response":{"status":200}}"#;
    let other = one.replace(r#""d","#, r#""d","providerStates":[{"name":"s"}],"#);
    let nameless = one.replace(r#""d""#, r#"" ""#);
    assert_eq!(
        warned(&pact("3.0.0", &[one, one, &other, &nameless].join(","))),
        [("/interactions/1".to_owned(), "duplicate"), ("/interactions/3".to_owned(), "no-description")]
    );
}

#[test]
fn what_is_broken_is_said_once_and_nothing_follows_from_it() {
    let broken = http(
        r#""status":"many","body":{"a":1},"matchingRules":{"body":{"$.b":{"matchers":[{"match":"regex"}]}}}"#,
    );
    let codes: Vec<_> = found(&broken).into_iter().map(|(_, pointer, code)| (pointer, code)).collect();
    assert_eq!(
        codes,
        [
            ("/interactions/0/response/status".to_owned(), "broken"),
            (format!("{RULES}/body/$.b/matchers/0"), "broken"),
        ]
    );
}

#[test]
fn attributes_that_nobody_knows_are_fine() {
    let one = r#"{"description":"d","x-mine":1,"request":{"method":"GET","path":"/","y":[]},"response":{"status":200}}"#;
    assert_eq!(found(&pact("2.0.0", one)), []);
}

/// The paths of rules that lead nowhere, in a body of that type.
fn nowhere(kind: &str, body: &str, paths: &[&str]) -> Vec<String> {
    let lists: Vec<_> = paths
        .iter()
        .map(|path| format!(r#"{}:{{"matchers":[{{"match":"type"}}]}}"#, Json::from(*path)))
        .collect();
    let text = http(&format!(
        r#""headers":{{"Content-Type":"{kind}"}},"body":{},"matchingRules":{{"body":{{{}}}}}"#,
        Json::from(body),
        lists.join(",")
    ));
    let found = validate(text.as_bytes()).into_iter().filter_map(|problem| match problem.kind {
        Kind::RuleLeadsNowhere { place, .. } => Some(place),
        _ => None,
    });
    found.collect()
}

#[test]
fn rules_for_xml_lead_to_elements_attributes_and_text() {
    let body =
        "<l:ledger xmlns:l='urn:l'><entry id='1'>a</entry><entry id='2'/><total l:sum='3'/></l:ledger>";
    let good = [
        "$",
        "$.l:ledger",
        "$['urn:l:ledger'].entry",
        "$.l:ledger.entry[1]['@id']",
        "$.l:ledger.entry[*].@id",
        "$.l:ledger.entry['#text']",
        "$.l:ledger.total['@l:sum']",
        "$.l:ledger.total['@urn:l:sum']",
        "$.l:ledger.*",
        "$.l:ledger[2]",
        "$[0]",
        "$.*.entry",
    ];
    assert_eq!(nowhere("application/xml", body, &good), Vec::<String>::new());
    let bad = [
        "$.ledger",
        "$.l:ledger.entry[2]",
        "$.l:ledger.entry['@name']",
        "$.l:ledger.total.entry",
        "$.l:ledger.sum",
        "$.l:ledger[3]",
        "$.entry",
    ];
    assert_eq!(nowhere("application/xml", body, &bad), bad);
}

#[test]
fn rules_for_parts_lead_into_them() {
    let body = concat!(
        "--x\r\nContent-Disposition: form-data; name=\"one\"\r\nContent-Type: application/json\r\n\r\n{\"id\":1}\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"two\"\r\n\r\na\r\n--x--\r\n"
    );
    let good = ["$.one", "$.one.id", "$.two", "$[1]", "$.one['Content-Type']"];
    assert_eq!(nowhere("multipart/form-data; boundary=x", body, &good), Vec::<String>::new());
    let bad = ["$.three", "$.one.name", "$[2]"];
    let mut found = nowhere("multipart/form-data; boundary=x", body, &bad);
    found.sort_by_key(|path| bad.iter().position(|other| other == path));
    assert_eq!(found, bad);
}

#[test]
fn rules_for_forms_lead_to_fields() {
    let kind = "application/x-www-form-urlencoded";
    assert_eq!(nowhere(kind, "a=1&a=2&b[]=3", &["$.a", "$.a[1]", "$['b[]']"]), Vec::<String>::new());
    assert_eq!(nowhere(kind, "a=1&a=2", &["$.a[2]", "$.b"]), ["$.a[2]", "$.b"]);
}

#[test]
fn parts_that_nobody_knows_have_no_rules() {
    let lists = r#"{"$.a":{"matchers":[{"match":"type"}]}}"#;
    let text = http(&format!(
        r#""body":{{"a":1}},"matchingRules":{{"bdoy":{lists}}},"generators":{{"heder":{{"X":{{"type":"Uuid"}}}}}}"#
    ));
    assert_eq!(
        warned(&text),
        [
            (format!("{RULES}/bdoy"), "unknown-category"),
            ("/interactions/0/response/generators/heder".to_owned(), "unknown-category"),
        ]
    );
}

#[test]
fn rules_beside_request_and_response_are_shown_where_they_stand() {
    let one = |rules: &str| {
        let one = format!(
            r#"{{"description":"d","request":{{"method":"GET","path":"/"}},"requestMatchingRules":{rules},
            "response":{{"status":200,"body":{{"a":1}}}},"responseMatchingRules":{rules}}}"#
        );
        pact("2.0.0", &one)
    };
    let broken = validate(one(r#"{"$.body.a":{"match":"regex","regex":"("}}"#).as_bytes());
    let places: Vec<_> = broken.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(
        places,
        ["/interactions/0/requestMatchingRules/$.body.a", "/interactions/0/responseMatchingRules/$.body.a"]
    );
    assert!(broken.iter().all(|problem| problem.position.is_some() && problem.kind.code() == "broken"));
    assert_eq!(
        warned(&one(r#"{"$.body.b":{"match":"type"}}"#)),
        [
            ("/interactions/0/requestMatchingRules/$.body.b".to_owned(), "rule-leads-nowhere"),
            ("/interactions/0/responseMatchingRules/$.body.b".to_owned(), "rule-leads-nowhere"),
        ]
    );
    let no_rules = validate(one("7").as_bytes());
    assert_eq!(no_rules[0].pointer, "/interactions/0/requestMatchingRules");
}

#[test]
fn interactions_of_one_key() {
    let one = |description: &str| format!(r#"{{"type":"Odd","description":"{description}","key":"k"}}"#);
    let found = warned(&pact("4.0", &[one("a"), one("b")].join(",")));
    assert!(found.contains(&("/interactions/1/key".to_owned(), "duplicate-key")), "{found:?}");
}

#[test]
fn every_broken_rule_and_generator_is_named() {
    let text = http(
        r#""body":{"a":1},"matchingRules":{"body":{
            "a":{"matchers":[{"match":"type"}]},"$.b":{"matchers":[{"match":"regex","regex":"("},{"match":"date","format":"BBB"},7]},
            "$.c":{"matchers":[{"match":"type","min":-1}]},"$.d":{"matchers":[{"min":1},{}],"combine":"XOR"}}},
            "generators":{"body":{"$.e":{"type":"RandomInt","min":2,"max":1},"$[":{"type":"Uuid"},"$.f":{"type":"Date","format":"BBB"},
            "$.g":{"type":"Date","expression":"someday"},"$.h":{}}}"#,
    );
    let places: Vec<_> = found(&text)
        .into_iter()
        .map(|(severity, pointer, _)| {
            assert_eq!(severity, Severity::Error, "{pointer}");
            pointer.replace("/interactions/0/response/", "")
        })
        .collect();
    assert_eq!(
        places,
        [
            "matchingRules/body/a",
            "matchingRules/body/$.b/matchers/0",
            "matchingRules/body/$.b/matchers/1",
            "matchingRules/body/$.b/matchers/2",
            "matchingRules/body/$.c/matchers/0",
            "matchingRules/body/$.d/matchers/1",
            "matchingRules/body/$.d/combine",
            "generators/body/$.e",
            "generators/body/$[",
            "generators/body/$.f",
            "generators/body/$.g",
            "generators/body/$.h",
        ]
    );
}

#[cfg(feature = "schema")]
mod structure {
    use super::*;

    #[test]
    fn what_a_reader_forgives_is_still_named() {
        let one = r#"{"request":{"path":"/","headers":{"a":"b"}},"response":{"status":1000}}"#;
        for version in ["1.0.0", "1.1.0", "2.0.0", "3.0.0"] {
            let codes: Vec<_> =
                found(&pact(version, one)).into_iter().map(|(_, at, code)| (at, code)).collect();
            assert_eq!(
                codes,
                [
                    ("/interactions/0".to_owned(), "missing-attribute"),
                    ("/interactions/0/request".to_owned(), "missing-attribute"),
                    ("/interactions/0/response/status".to_owned(), "structure"),
                ],
                "{version}"
            );
        }
        let v4 = found(&pact("4.0", &one.replacen('{', r#"{"type":"Synchronous/HTTP","#, 1)));
        assert_eq!(v4.len(), 3, "{v4:?}");
    }

    #[test]
    fn sentences_say_what_to_do() {
        let text = pact("4.0", r#"{"type":"Synchronous/Messages","description":"d","response":[]}"#);
        let said: Vec<_> = validate(text.as_bytes()).iter().map(ToString::to_string).collect();
        assert_eq!(said, ["the attribute `request` is missing; add it"]);
    }

    #[test]
    fn a_file_without_interactions_misses_them() {
        let text = r#"{"consumer":{"name":"a"},"provider":{"name":"b"}}"#;
        assert_eq!(found(text), [(Severity::Error, String::new(), "missing-attribute")]);
    }
}

#[test]
fn every_problem_inside_a_rule_is_found_where_it_is() {
    let file = |rule: &str| {
        format!(
            r#"{{"consumer":{{"name":"a"}},"provider":{{"name":"b"}},"interactions":[{{"description":"d",
            "request":{{"method":"GET","path":"/"}},"response":{{"status":200,"body":{{"a":[1]}},
            "matchingRules":{{"body":{{"$.a":{{"matchers":[{rule}]}}}}}}}}}}],
            "metadata":{{"pactSpecification":{{"version":"3.0.0"}}}}}}"#
        )
    };
    let broken = |rule: &str| -> Vec<String> {
        let problems = validate(file(rule).as_bytes()).into_iter();
        let at = "/interactions/0/response/matchingRules/body/$.a/matchers/0";
        let broken = problems.filter(|problem| problem.kind.code() == "broken");
        broken.map(|problem| problem.pointer.strip_prefix(at).unwrap().to_owned()).collect()
    };
    let (bad, worse) = (r#"{"match":"regex","regex":"["}"#, r#"{"match":"date","format":"'"}"#);
    let each = format!(r#"{{"match":"eachKey","rules":[{bad},{{"match":"type"}},{worse}]}}"#);
    assert_eq!(broken(&each), ["/rules/0", "/rules/2"]);
    let nested = format!(r#"{{"match":"eachValue","rules":[{each},{bad}]}}"#);
    assert_eq!(broken(&nested), ["/rules/0/rules/0", "/rules/0/rules/2", "/rules/1"]);
    let variants = format!(
        r#"{{"match":"arrayContains","variants":[{{"index":0,"rules":{{"$.x":{{"matchers":[{worse}]}},"$.y":{{"matchers":[{bad}]}}}}}}]}}"#
    );
    assert_eq!(broken(&variants), ["/variants/0/rules/$.x/matchers/0", "/variants/0/rules/$.y/matchers/0"]);
    assert_eq!(broken(bad), [""]);
    // What is only too large when it is compiled is found as well.
    assert_eq!(broken(r#"{"match":"regex","regex":"(\\w{1000}){1000}"}"#), [""]);
}

#[test]
fn a_content_type_that_cannot_be_read_is_found() {
    let file = r#"{"consumer":{"name":"a"},"provider":{"name":"b"},"interactions":[{"type":"Synchronous/HTTP","description":"d",
        "request":{"method":"GET","path":"/"},"response":{"status":200,"body":{"content":"x","contentType":"no type"}}}],
        "metadata":{"pactSpecification":{"version":"4.0"}}}"#;
    let problems = validate(file.as_bytes());
    let found: Vec<_> =
        problems.iter().map(|problem| (problem.pointer.as_str(), problem.kind.code())).collect();
    assert_eq!(found, [("/interactions/0/response/body/contentType", "unreadable-content-type")]);
}
