//! Input that is made to hurt: it meets a limit, and is told which, or is dealt with in bounded work. Nothing here measures
//! time; without the limits these tests would not end, or not within the memory there is.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use pactwright_core::datetime::{Date, Moment, Pattern, Time};
use pactwright_core::definition::Definition;
use pactwright_core::format::{read, read_request, read_response, write};
use pactwright_core::generators::{Context, Generator, Seeded, apply_to_response};
use pactwright_core::json::{Json, JsonBuf, Number};
use pactwright_core::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use pactwright_core::model::{Body, Category, Content, Data, Request, Response, SpecVersion};
use pactwright_core::path::DocPath;
use pactwright_core::rules::Rule;
use pactwright_core::validate::validate;
use pactwright_core::{digest, integration};

const MEBIBYTE: usize = 1024 * 1024;

fn json(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}

/// A response with a body of this type, which need not be what the type says.
fn response(content_type: &str, body: &str) -> Response {
    let content = Content { data: Data::Text(body.to_owned()), content_type: None, hint: None };
    let headers = [("Content-Type", content_type)].into_iter().collect();
    Response { headers, body: Body::Present(content), ..Response::default() }
}

/// The mismatches of a response with this body and the same type, as sentences.
fn mismatches(expected: &Response, body: impl Into<Vec<u8>>) -> Vec<String> {
    let actual = ActualResponse { body: body.into(), ..ActualResponse::from(expected) };
    let found = CompiledResponse::new(expected.clone()).unwrap().mismatches(&actual);
    found.iter().map(ToString::to_string).collect()
}

/// A response with this JSON body under these rules.
fn ruled(body: &str, rules: &str) -> Response {
    let text = format!(r#"{{"status":200,"body":{body},"matchingRules":{{"body":{rules}}}}}"#);
    read_response(json(&text), SpecVersion::V3).unwrap()
}

/// What is wrong with the last of the generators of a definition, or with what it makes.
fn generate(definition: &str) -> Result<JsonBuf, String> {
    let generator = Generator::parse(&json(definition)).map_err(|error| error.to_string())?;
    let now = Moment::new(Date::new(2024, 2, 29).unwrap(), Time::NOON);
    let made = generator.generate(&Json::Null, &Context::consumer(None), &mut Seeded::new(1, now));
    made.map_err(|error| error.to_string())
}

/// So many that comparing each with each would not end.
const PARAMETERS: usize = 200_000;

const NONE: [&str; 0] = [];

#[test]
fn json_that_is_nested_too_deeply_is_refused_in_files_and_bodies() {
    for depth in [10_000, 1_000_000] {
        for (start, middle, end) in [("[", "1", "]"), (r#"{"a":"#, "1", "}"), ("[", "", "")] {
            let deep = format!("{}{middle}{}", start.repeat(depth), end.repeat(depth));
            let refusal = "nested more than 128 levels deep";
            assert_eq!(Json::parse(deep.as_bytes()).unwrap_err().to_string(), refusal);
            assert_eq!(
                read(deep.as_bytes()).unwrap_err().to_string(),
                format!("this is not a JSON document: {refusal}")
            );
            assert_eq!(validate(deep.as_bytes()).len(), 1);
            let found = mismatches(&response("application/json", "{}"), deep.as_str());
            assert_eq!(found, [format!("body: expected a JSON document but it cannot be read: {refusal}")]);
        }
    }
}

#[test]
fn xml_that_is_nested_too_deeply_is_refused() {
    let deep = "<a>".repeat(10_000) + &"</a>".repeat(10_000);
    assert_refused(&deep, "nested more than 128 levels deep");
}

#[test]
fn rules_for_what_is_deep_inside_xml_cost_no_more_than_their_steps() {
    let nested = |text: &str| format!("{}{text}{}", "<a>".repeat(100), "</a>".repeat(100));
    let mut expected = response("application/xml", &nested("1"));
    let rule = Rule::parse(&json(r#"{"match":"integer"}"#)).unwrap();
    expected.rules.insert(Category::Body, format!("${}", ".a".repeat(100)), rule);
    assert_eq!(mismatches(&expected, nested("2")), NONE);
    assert_eq!(mismatches(&expected, nested("x")).len(), 1);
}

#[test]
fn xml_that_grows_when_it_is_read_is_refused() {
    let mut laughs = "<!ENTITY lol0 \"lol\">".to_owned();
    for level in 1..10 {
        laughs += &format!("<!ENTITY lol{level} \"{}\">", format!("&lol{};", level - 1).repeat(10));
    }
    let laughs = format!("<?xml version=\"1.0\"?><!DOCTYPE lolz [{laughs}]><lolz>&lol9;</lolz>");
    assert_refused(&laughs, "document type definitions are not accepted");
    let entity = "a".repeat(100_000);
    let quadratic = format!("<!DOCTYPE q [<!ENTITY a \"{entity}\">]><q>{}</q>", "&a;".repeat(50_000));
    assert_refused(&quadratic, "document type definitions are not accepted");
    let external = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>";
    assert_refused(external, "document type definitions are not accepted");
}

#[test]
fn xml_with_a_million_attributes_or_elements_is_refused_or_read_in_one_go() {
    let attributes: String = (0..1_000_000).map(|at| format!(" a{at}=''")).collect();
    assert_refused(&format!("<a{attributes}/>"), "more than 256 attributes of one element");
    let namespaces: String = (0..1_000_000).map(|at| format!(" xmlns:a{at}='u'")).collect();
    assert_refused(&format!("<a{namespaces}/>"), "more than 256 attributes of one element");
    assert_refused(
        &format!("<a>{}</a>", "=".repeat(2_000_001)),
        "more than 2000000 elements, attributes or pieces of text",
    );
}

/// XML that is refused wherever it is: as what came, as what the contract has, as a part of a body.
#[track_caller]
fn assert_refused(xml: &str, reason: &str) {
    let found = mismatches(&response("application/xml", "<a/>"), xml);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with(reason), "{}", found[0]);
    // In a contract it is text like any other, and is compared as it is.
    let contract = response("application/xml", xml);
    assert_eq!(mismatches(&contract, xml), NONE);
    assert_eq!(mismatches(&contract, "<a/>").len(), 1);
}

#[test]
fn documents_of_a_hundred_megabytes_are_refused_before_they_are_read() {
    let refusal = "more than 67108864 bytes";
    let long = format!("\"{}\"", "a".repeat(100 * MEBIBYTE));
    assert_eq!(
        read(long.as_bytes()).unwrap_err().to_string(),
        format!("this is not a JSON document: {refusal}")
    );
    assert_eq!(validate(long.as_bytes()).len(), 1);
    let found = mismatches(&response("application/json", "{}"), long.as_str());
    assert_eq!(found, [format!("body: expected a JSON document but it cannot be read: {refusal}")]);
    let found = mismatches(&response("application/xml", "<a/>"), format!("<a>{long}</a>"));
    assert_eq!(found, [format!("body: expected an XML document but it cannot be read: {refusal}")]);
}

#[test]
fn a_hundred_megabytes_without_structure_are_compared_as_they_are() {
    let long = "a".repeat(100 * MEBIBYTE);
    let found = mismatches(&response("text/plain", "b"), long.as_str());
    assert_eq!(found.len(), 1);
    assert!(found[0].len() < 1_000, "{}", found[0].len());
    let found = mismatches(&response("application/octet-stream", "b"), vec![0xFF; 100 * MEBIBYTE]);
    assert_eq!(found.len(), 1);
}

#[test]
fn regular_expressions_that_go_back_without_end_are_given_up() {
    let text = "a".repeat(100_000) + "!";
    // In linear time.
    for pattern in ["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*)*x", "(a|a)*?$"] {
        assert_refuses(pattern, &text, &format!("that matches '{pattern}'"));
    }
    // Within a bound on going back.
    for pattern in [r"(a*)(a*)(a*)(a*)(a*)(a*)(a*)(a*)\1\2\3\4b", r"(?:(a|aa)\1?)+(?!a)b"] {
        assert_refuses(pattern, &("a".repeat(40) + "!"), "could not be decided");
    }
}

#[track_caller]
fn assert_refuses(pattern: &str, text: &str, sentence: &str) {
    let rule = Json::from(pattern).to_compact();
    let expected =
        ruled(r#"{"a":"x"}"#, &format!(r#"{{"$.a":{{"matchers":[{{"match":"regex","regex":{rule}}}]}}}}"#));
    let body = format!(r#"{{"a":"{text}"}}"#);
    let found = mismatches(&expected, body);
    assert_eq!(found.len(), 1, "{pattern}");
    assert!(
        found[0].contains(sentence),
        "{pattern}: {}",
        &found[0][found[0].len() - 200.min(found[0].len())..]
    );
}

#[test]
fn regular_expressions_that_would_be_huge_are_refused() {
    let nested = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
    for pattern in
        ["(((a{100}){100}){100})", r"(\w{1000}){1000}", r"((a)\2{1000}){1000}(\w{9999}){9999}", &nested]
    {
        let rule =
            Rule::parse(&json(&format!(r#"{{"match":"regex","regex":{}}}"#, Json::from(pattern)))).unwrap();
        let Err(error) = rule.prepare() else { panic!("{} was compiled", &pattern[..40.min(pattern.len())]) };
        let refusal = error.to_string();
        assert!(refusal.contains("cannot be used"), "{refusal}");
        assert!(generate(&format!(r#"{{"type":"Regex","regex":{}}}"#, Json::from(pattern))).is_err());
    }
}

#[test]
fn regular_expressions_that_count_high_are_decided_or_given_up() {
    let pattern = "((((?=a)a{1000}){1000}){1000})";
    assert_refuses(pattern, &"a".repeat(2_000), "");
    let made = generate(&format!(r#"{{"type":"Regex","regex":"{pattern}"}}"#));
    assert!(made.as_ref().is_err_and(|refusal| refusal.contains("can be made")), "{made:?}");
}

#[test]
fn generators_do_not_make_more_than_they_may() {
    for (definition, reason) in [
        (r#"{"type":"RandomString","size":1000000000000}"#, "from 0 to 65536"),
        (r#"{"type":"RandomHexadecimal","digits":1000000000000}"#, "to 65536"),
        (r#"{"type":"RandomDecimal","digits":1000000000000}"#, "to 65536"),
        (r#"{"type":"RandomString","size":99999999999999999999999999}"#, "must be"),
        (r#"{"type":"RandomInt","min":5,"max":4}"#, "`min` must not be greater than `max`"),
        (r#"{"type":"RandomInt","min":1,"max":1e999999999}"#, "must be"),
        (r#"{"type":"Regex","regex":"a{1000000000}"}"#, "cannot be used"),
        (r#"{"type":"Regex","regex":"((a{200}){200}){200}"}"#, "cannot be used"),
        (r#"{"type":"Date","expression":"today + 99999999999999999999 years"}"#, ""),
        (r#"{"type":"Date","expression":"today + 9999999 years"}"#, ""),
    ] {
        let refusal = generate(definition).unwrap_err();
        assert!(refusal.contains(reason), "{definition}: {refusal}");
    }
}

#[test]
fn a_list_that_must_be_longer_than_anything_is_only_asked_for() {
    let tree = r#"{"a":{"pact:matcher:type":"type","min":1000000000000000,"value":[1]}}"#;
    let read = integration::read(json(tree));
    assert_eq!(read.example.to_compact(), r#"{"a":[1]}"#);
    let expected = ruled(r#"{"a":[1]}"#, r#"{"$.a":{"matchers":[{"match":"type","min":1000000000000000}]}}"#);
    assert_eq!(mismatches(&expected, r#"{"a":[1]}"#).len(), 1);
    let index = ruled(
        "[1]",
        r#"{"$":{"matchers":[{"match":"arrayContains","variants":[{"index":1000000000000000,"rules":{}}]}]}}"#,
    );
    assert_eq!(mismatches(&index, "[1]").len(), 1);
}

#[test]
fn numbers_keep_their_exponents_to_themselves() {
    let huge = json("1e999999999");
    assert_eq!(huge, json("10e999999998"));
    assert_ne!(huge, json("1e999999998"));
    assert_ne!(json("1e-999999999"), json("0.0"));
    let rules = r#"{"$":{"matchers":[{"match":"decimal"}]}}"#;
    assert_eq!(mismatches(&ruled("1.5", rules), "1e999999999"), NONE);
    assert_eq!(digest::content_sha(&huge), digest::content_sha(&json("1e999999999")));
    let digits = "9".repeat(MEBIBYTE);
    assert_eq!(mismatches(&ruled(&digits, "{}"), format!("{digits}8")).len(), 1);
    assert!(Number::parse(&digits).unwrap().as_u64().is_none());
    for rule in ["integer", "number"] {
        let rules = format!(r#"{{"$":{{"matchers":[{{"match":"{rule}"}}]}}}}"#);
        assert_eq!(mismatches(&ruled("1", &rules), digits.as_str()), NONE);
    }
}

#[test]
fn multipart_bodies_of_a_million_parts_are_refused() {
    let part = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
    let body = part.repeat(1_000_000) + "--x--";
    let expected = response("multipart/form-data; boundary=x", &(part.to_owned() + "--x--"));
    let found = mismatches(&expected, body.as_str());
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("more than 1000 parts"), "{}", found[0]);
    // Lines that only begin like boundaries.
    let body = "--xx\r\n".repeat(1_000_000);
    assert_eq!(mismatches(&expected, body.as_str()).len(), 1);
    let headers = format!("--x\r\n{}\r\n\r\n1\r\n--x--", "A: b\r\n".repeat(1_000_000));
    assert!(mismatches(&expected, headers)[0].ends_with("more than 64 headers of one part"));
    // Parts in parts in parts.
    let mut nested = "1".to_owned();
    for level in 0..5_000 {
        nested = format!(
            "--b{level}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n{nested}\r\n--b{level}--",
            level.max(1) - 1
        );
    }
    let nested = response("multipart/mixed; boundary=b4999", &nested);
    let Body::Present(content) = &nested.body else { panic!("a body") };
    assert_eq!(mismatches(&nested, content.bytes().into_owned()), NONE);
}

#[test]
fn very_many_parameters_are_compared_in_one_go() {
    let parameters: Vec<_> = (0..PARAMETERS).map(|at| format!("p{at}={at}")).collect();
    let (forwards, backwards) =
        (parameters.join("&"), parameters.iter().rev().cloned().collect::<Vec<_>>().join("&"));
    let form = response("application/x-www-form-urlencoded", &forwards);
    assert_eq!(mismatches(&form, backwards.as_str()), NONE);
    let definition = format!(r#"{{"method":"GET","path":"/","query":"{forwards}"}}"#);
    let expected = read_request(json(&definition), SpecVersion::V3).unwrap();
    let actual = ActualRequest { query: Some(backwards), ..ActualRequest::from(&expected) };
    assert_eq!(CompiledRequest::new(expected).unwrap().mismatches(&actual), []);
    let one = Request { query: None, ..Request::default() };
    let actual = ActualRequest { query: Some("a=1&".repeat(PARAMETERS)), ..actual };
    assert_eq!(CompiledRequest::new(one).unwrap().mismatches(&actual).len(), 1);
}

#[test]
fn objects_of_many_members_are_compared_in_one_go_whatever_their_order() {
    let member = |at: usize| format!(r#""m{at}":{at}"#);
    let forwards = format!("{{{}}}", (0..100_000).map(member).collect::<Vec<_>>().join(","));
    let backwards = format!("{{{}}}", (0..100_000).rev().map(member).collect::<Vec<_>>().join(","));
    assert_eq!(json(&forwards), json(&backwards));
    for rules in
        ["{}", r#"{"$":{"matchers":[{"match":"equality"}]}}"#, r#"{"$":{"matchers":[{"match":"type"}]}}"#]
    {
        assert_eq!(mismatches(&ruled(&forwards, rules), backwards.as_str()), NONE);
    }
}

#[test]
fn pacts_with_many_unknown_attributes_are_read_in_one_go_and_headers_are_limited() {
    let members = (0..100_000).map(|at| format!(r#""x-{at}":"{at}""#)).collect::<Vec<_>>().join(",");
    let pact = |headers: &str| {
        format!(
            r#"{{"consumer":{{"name":"a"}},"provider":{{"name":"b"}},"interactions":[{{"description":"c",{members},
            "request":{{"method":"GET","path":"/","query":{{{members}}},"headers":{{{headers}}},{members}}},"response":{{"status":200}}}}],{members}}}"#
        )
    };
    let refusal = read(pact(&members).as_bytes()).unwrap_err().to_string();
    assert_eq!(refusal, "at /interactions/0/request/headers: there are more than 1000 headers");
    let pact = read(pact("").as_bytes()).unwrap();
    let (request, _) = pact.interactions[0].as_http().unwrap();
    assert_eq!((request.extra.len(), pact.extra.len()), (100_000, 100_000));
    let actual = ActualRequest::from(request);
    assert_eq!(CompiledRequest::new(request.clone()).unwrap().mismatches(&actual), []);
    digest::obligation(&pact.interactions[0]);
    assert_eq!(read(write(&pact).unwrap().as_bytes()).as_ref(), Ok(&pact));
}

#[test]
fn an_array_that_contains_many_things_takes_as_many_trials_as_there_are_pairs() {
    let variant =
        |at: usize| format!(r#"{{"index":{at},"rules":{{"$":{{"matchers":[{{"match":"equality"}}]}}}}}}"#);
    let variants = (0..50).map(variant).collect::<Vec<_>>().join(",");
    let items = |numbers: std::ops::Range<usize>| {
        let items: Vec<_> = numbers.rev().map(|number| number.to_string()).collect();
        format!("[{}]", items.join(","))
    };
    let rules = format!(r#"{{"$":{{"matchers":[{{"match":"arrayContains","variants":[{variants}]}}]}}}}"#);
    let expected = ruled(&items(0..50), &rules);
    assert_eq!(mismatches(&expected, items(0..300)), NONE);
    assert_eq!(mismatches(&expected, items(1_000..1_300)).len(), 50);
}

#[test]
fn alternatives_inside_alternatives_are_given_up_with_a_reason() {
    // Each level doubles what there is to try; no contract that people write needs more than a few.
    let levels = 60;
    let both = r#"{"combine":"OR","matchers":[{"match":"values"},{"match":"eachKey","rules":[]}]}"#;
    let rules: Vec<_> = (0..levels).map(|level| format!(r#""${}":{both}"#, ".a".repeat(level))).collect();
    let nested = |leaf: &str| format!("{}{leaf}{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    let expected = ruled(&nested("1"), &format!("{{{}}}", rules.join(",")));
    assert_eq!(mismatches(&expected, nested("1")), NONE);
    let found = mismatches(&expected, nested("true"));
    assert!(found.iter().any(|found| found.contains("could not be decided")), "{found:?}");
}

#[test]
fn lists_inside_lists_that_contain_something_are_given_up_with_a_reason() {
    let mut rules = r#"{"$":{"matchers":[{"match":"integer"}]}}"#.to_owned();
    let (mut example, mut actual) = ("1".to_owned(), "true".to_owned());
    for _ in 0..18 {
        rules = format!(
            r#"{{"$":{{"matchers":[{{"match":"arrayContains","variants":[{{"index":0,"rules":{rules}}}]}}]}}}}"#
        );
        (example, actual) = (format!("[{example}]"), format!("[{actual}]"));
    }
    let expected = ruled(&example, &rules);
    assert_eq!(mismatches(&expected, example.as_str()), NONE);
    assert!(!mismatches(&expected, actual).is_empty());
}

#[test]
fn patterns_for_dates_have_a_length() {
    for pattern in
        ["y".repeat(MEBIBYTE), "[".repeat(MEBIBYTE), "'a".repeat(MEBIBYTE), "[yyyy]".repeat(MEBIBYTE)]
    {
        let refusal = Pattern::parse(&pattern).unwrap_err().to_string();
        assert!(refusal.len() < 1_000, "{}", refusal.len());
        let rule = format!(r#"{{"match":"date","date":"{pattern}"}}"#);
        assert!(Rule::parse(&json(&rule)).and_then(|rule| rule.prepare()).is_err());
    }
    let optional = Pattern::parse(&"[y]".repeat(60)).unwrap();
    assert!(optional.check(&"9".repeat(1_000)).is_err());
    assert!(optional.check(&"9".repeat(MEBIBYTE)).is_err());
}

#[test]
fn paths_have_a_length() {
    let deep = "$".to_owned() + &".a".repeat(1_000_000);
    assert_eq!(deep.parse::<DocPath>().unwrap_err().to_string(), "a path has at most 1024 steps");
    let rules = format!(r#"{{"{deep}":{{"matchers":[{{"match":"type"}}]}}}}"#);
    let text = format!(r#"{{"status":200,"body":1,"matchingRules":{{"body":{rules}}}}}"#);
    assert!(read_response(json(&text), SpecVersion::V3).is_err());
}

#[test]
fn definitions_have_a_depth_and_a_length() {
    let deep = "eachValue(".repeat(10_000) + "matching(type, 'a')" + &")".repeat(10_000);
    assert!(
        deep.parse::<Definition>()
            .unwrap_err()
            .to_string()
            .ends_with("goes on after 65536 bytes; make it shorter")
    );
    let deep = "eachKey(".repeat(5_000) + "matching(type, 'a')" + &")".repeat(5_000);
    assert!(deep.parse::<Definition>().unwrap_err().to_string().ends_with("nested more than 32 levels deep"));
    let long = vec!["matching(type, 'a')"; 3_000].join(",");
    assert_eq!(long.parse::<Definition>().unwrap().rules().len(), 3_000);
}

#[test]
fn rules_inside_rules_stay_within_the_depth_of_documents() {
    let mut rule = r#"{"match":"type"}"#.to_owned();
    for _ in 0..60 {
        rule = format!(r#"{{"match":"eachValue","rules":[{rule}]}}"#);
    }
    let text = format!(r#"{{"$":{{"matchers":[{rule}]}}}}"#);
    let expected = ruled("[[1]]", &text);
    mismatches(&expected, "[[[1]]]");
    let made = apply_to_response(
        &expected,
        &Context::consumer(None),
        &mut Seeded::new(1, Moment::from_unix(0, 0).unwrap()),
    );
    assert!(made.skipped.is_empty());
}
