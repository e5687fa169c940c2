//! Bodies that are too large, too deep, or that parsers disagree about.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pactwright_broker::Config;
use serde_json::{Value, json};

use crate::{
    crawler::{FORMS, crawl, filled, operations},
    target::{ADMIN, JSON, Target, asking},
};

fn nested(open: &str, close: &str, depth: usize) -> String {
    open.repeat(depth) + &close.repeat(depth)
}

/// Texts that are JSON, nearly JSON, or that nobody should read.
fn texts() -> Vec<Vec<u8>> {
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for depth in [40, 49, 50, 51, 127, 128, 129, 1000, 100_000, 1_000_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"name\":", "}]"), ("[", ""), ("{\"a\":", "")]
        {
            texts.push(nested(open, close, depth).into_bytes());
            texts.push(format!("{{\"name\": \"web\", \"x\": {}}}", nested(open, close, depth)).into_bytes());
        }
    }
    for value in [
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
        "1E400",
        "-0",
        "-0.0",
        "00",
        "01",
        "+1",
        ".5",
        "1.",
        "0x10",
        "NaN",
        "Infinity",
        "-Infinity",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
        "9007199254740993",
        "1.7976931348623159e308",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\u0000\"",
        "\"\\x41\"",
        "\"\u{1}\"",
        "\"\\u12\"",
        "'a'",
        "True",
        "undefined",
        "[1,]",
        "{,}",
        "{\"a\" 1}",
        "/**/1",
        "\"a\" \"b\"",
        "{}{}",
        "{} x",
        "",
        " ",
        "\u{feff}{}",
        "\u{2028}",
        "\\",
        "\"",
        "{\"a\":1,\"a\":2}",
        "{\"__proto__\":{\"x\":1},\"constructor\":1}",
    ] {
        texts.push(value.as_bytes().to_vec());
        for member in [
            "name",
            "success",
            "events",
            "grants",
            "production",
            "password",
            "contracts",
            "consumerVersionSelectors",
        ] {
            texts.push(format!("{{\"{member}\": {value}}}").into_bytes());
        }
    }
    texts.push("9".repeat(100_000).into_bytes());
    texts.push(
        format!("{{\"name\": -{}.{}e{}}}", "9".repeat(1000), "9".repeat(1000), "9".repeat(1000)).into_bytes(),
    );
    texts.push(format!("{{\"name\": \"{}\"}}", "x".repeat(1_000_000)).into_bytes());
    texts.push(format!("{{\"{}\": 1}}", "x".repeat(1_000_000)).into_bytes());
    texts.push(
        format!(
            "{{{}}}",
            (0..100_000).map(|number| format!("\"a{number}\":1")).collect::<Vec<_>>().join(",")
        )
        .into_bytes(),
    );
    texts.push(format!("{{{}}}", vec!["\"name\":\"web\""; 50_000].join(",")).into_bytes());
    texts.push(format!("[{}1]", "1,".repeat(1_100_000)).into_bytes());
    texts.push(br#"{"name": "web", "name": "other", "mainBranch": "a", "mainBranch": "b"}"#.to_vec());
    // Not UTF-8: cut off, overlong, a surrogate, beyond Unicode, other encodings.
    for wrong in [
        &b"\xff"[..],
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xc3",
        b"\x80",
    ] {
        texts.push([b"{\"name\": \"", wrong, b"\"}"].concat());
        texts.push([b"{\"", wrong, b"\": 1}"].concat());
    }
    texts.push("{\"name\": \"web\"}".encode_utf16().flat_map(u16::to_le_bytes).collect());
    texts.push(b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec());
    texts
}

/// A broker with something at every address, and what its addresses are filled with.
async fn told(target: &Target) -> Vec<(&'static str, String)> {
    let pact = json!({ "interactions": [{ "description": "a", "request": { "path": "/" }, "response": { "status": 200 } }] });
    target.tell("PUT", "/pacts/provider/api/consumer/web/version/1", &pact).await;
    let pact = target
        .tell("PUT", "/pacts/provider/api/consumer/web/version/2", &json!({ "interactions": [] }))
        .await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let results = results.strip_prefix("http://broker").unwrap().to_owned();
    target.tell("POST", &results, &json!({ "success": true, "providerApplicationVersion": "9" })).await;
    target.tell("PUT", "/pacticipants/web/branches/main/versions/1", &json!({})).await;
    target.tell("PUT", "/access/teams/web", &json!({})).await;
    target.tell("PUT", "/access/users/ann", &json!({})).await;
    let environment =
        target.tell("POST", "/environments", &json!({ "name": "test", "production": false })).await;
    let sha = results.split('/').nth(7).unwrap().to_owned();
    let names = [
        ("consumer", "web"),
        ("pacticipant", "web"),
        ("provider", "api"),
        ("version", "1"),
        ("branch", "main"),
        ("number", "1"),
        ("other", "2"),
        ("environment", "test"),
        ("team", "web"),
        ("user", "ann"),
    ];
    let mut names: Vec<_> = names.map(|(name, value)| (name, value.to_owned())).to_vec();
    names.push(("sha", sha));
    names.push(("uuid", environment["uuid"].as_str().unwrap().to_owned()));
    names
}

#[tokio::test]
async fn whatever_stands_in_a_body_is_taken_or_refused() {
    let target = Target::start(asking()).await;
    let authorization = format!("Bearer {ADMIN}");
    let names = told(&target).await;
    let names: Vec<_> = names.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let document = target.ask("GET", "/openapi.json", &[("authorization", &authorization)], b"").await.json();
    let texts = texts();
    let mut asked = 0;
    for (method, path, operation) in operations(&document) {
        let Some(taken) = operation["requestBody"]["content"].as_object() else { continue };
        let kind = taken.keys().next().unwrap();
        let path = filled(&path, &names);
        for (place, text) in texts.iter().enumerate() {
            // What is large goes to some of them: all read in the same way.
            if text.len() > 100_000 && !(place + asked).is_multiple_of(12) {
                continue;
            }
            let headers = [("content-type", kind.as_str()), ("authorization", &authorization)];
            let answer = target.ask(method, &path, &headers, text).await;
            let shown = String::from_utf8_lossy(&text[..text.len().min(80)]);
            assert!(answer.status < 500, "{method} {path} {shown}: {}", answer.text());
            if answer.status >= 400 {
                assert!(
                    answer.body.len() < 4096,
                    "{method} {path} {shown}: {} bytes say what is wrong",
                    answer.body.len()
                );
            }
        }
        asked += 1;
    }
    assert!(asked > 25, "{asked}");
    for status in [200, 201, 400] {
        assert!(target.seen().contains(&status), "{status} was never said");
    }
    target.calm().await;
}

/// Contracts that are nothing like contracts.
fn contracts() -> Vec<String> {
    let interaction = |more: &str| {
        format!(
            r#"{{"interactions": [{{"description": "a", "request": {{"method": "GET", "path": "/" {more}}}, "response": {{"status": 200 {more}}}}}], "metadata": {{"pactSpecification": {{"version": "2.0.0"}}}}}}"#
        )
    };
    let mut contracts = Vec::new();
    for depth in [30, 42, 44, 46, 48, 60, 20_000] {
        contracts.push(interaction(&format!(r#", "body": {}"#, nested("[", "]", depth))));
        contracts.push(interaction(&format!(
            r#", "body": {}"#,
            nested("{\"a\":", "1}", depth).replace("1}1}", "}}")
        )));
        contracts.push(interaction(&format!(
            r#", "matchingRules": {{"$.body{}": {{"match": "type"}}}}"#,
            "[*]".repeat(depth)
        )));
        contracts.push(interaction(&format!(
            r#", "matchingRules": {}"#,
            nested("{\"body\":", "{}}", depth).replace("{}}{}}", "{}}}")
        )));
        contracts.push(interaction(&format!(r#", "headers": {{"a": "{}"}}"#, "<a>".repeat(depth))));
        contracts.push(interaction(&format!(
            r#", "body": "{}{}""#,
            "<a>".repeat(depth),
            "</a>".repeat(depth)
        )));
        contracts.push(interaction(&format!(r#", "query": "{}""#, "a[]=b&".repeat(depth))));
    }
    for rule in [
        r#"{"match": "regex", "regex": "(a+)+$"}"#,
        r#"{"match": "regex", "regex": "((((((((((a{1,100}){1,100}){1,100}){1,100}))))))){1,1000}"}"#,
        r#"{"match": "regex", "regex": "(?=.*){99999}["}"#,
        r#"{"match": "regex", "regex": 7}"#,
        r#"{"match": "type", "min": 1e999}"#,
        r#"{"match": "type", "min": -1, "max": 18446744073709551616}"#,
        r#"{"match": "datetime", "format": "'"}"#,
        r#"{"match": "nothing of the kind"}"#,
        "7",
        "null",
        "[]",
    ] {
        contracts.push(interaction(&format!(r#", "body": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "matchingRules": {{"$.body": {rule}}}"#)));
        contracts.push(interaction(&format!(
            r#", "body": [], "matchingRules": {{"body": {{"$": {{"matchers": [{rule}]}}}}}}"#
        )));
        contracts.push(interaction(&format!(r#", "generators": {{"body": {{"$": {rule}}}}}"#)));
    }
    for text in [
        "{}",
        "[]",
        "null",
        "7",
        "\"\"",
        r#"{"interactions": null}"#,
        r#"{"interactions": {}}"#,
        r#"{"interactions": [null, 7, [], "x"]}"#,
        r#"{"interactions": [{}, {}]}"#,
        r#"{"interactions": [{"request": 7, "response": []}]}"#,
        r#"{"messages": [{"contents": null}]}"#,
        r#"{"messages": 7}"#,
        r#"{"interactions": [{"type": "Synchronous/Messages", "request": null, "response": 7}], "metadata": {"pactSpecification": {"version": "4.0"}}}"#,
        r#"{"interactions": [{"type": "nothing"}], "metadata": {"pactSpecification": {"version": "9999999999999999999.0"}}}"#,
        r#"{"interactions": [{"providerStates": 7, "providerState": []}], "metadata": 7}"#,
        r#"{"interactions": [{"description": "a", "request": {"path": "/", "body": {"contentType": "application/json", "encoded": "base64", "content": "!!!"}}}], "metadata": {"pactSpecification": {"version": "4.0"}}}"#,
        r#"{"consumer": {"name": "web", "name": "other"}, "provider": {"name": "api"}, "interactions": []}"#,
        r#"{"interactions": [], "interactions": [{"description": "a", "description": "b"}]}"#,
        r#"{"interactions": [{"description": "<script>alert(1)</script>", "request": {"path": "</pre><script>"}, "response": {}}]}"#,
        r#"{"openapi": "3.0.0"}"#,
    ] {
        contracts.push(text.to_owned());
    }
    contracts.push(interaction(&format!(r#", "body": {}"#, "9".repeat(100_000))));
    contracts.push(format!(
        r#"{{"interactions": [{}]}}"#,
        vec![r#"{"description": "a", "request": {}, "response": {}}"#; 500].join(",")
    ));
    contracts
}

#[tokio::test]
async fn whatever_a_contract_says_can_be_kept_shown_and_compared() {
    let target = Target::start(Config::default()).await;
    let (mut kept, mut refused) = (0, 0);
    for (place, contract) in contracts().iter().enumerate() {
        let pact = format!("/pacts/provider/api/consumer/web/version/{place}");
        let alone = target.ask("PUT", &pact, &[("content-type", JSON)], contract.as_bytes()).await;
        let again = target.ask("PATCH", &pact, &[("content-type", JSON)], contract.as_bytes()).await;
        let publication = json!({
            "pacticipantName": "shop", "pacticipantVersionNumber": format!("1.0.{place}"), "branch": "main",
            "contracts": [{ "consumerName": "shop", "providerName": "api", "specification": "pact", "contentType": JSON, "content": STANDARD.encode(contract) }],
        });
        let published = target
            .ask("POST", "/contracts/publish", &[("content-type", JSON)], publication.to_string().as_bytes())
            .await;
        let shown = &contract[..contract.len().min(150)];
        for answer in [&alone, &again, &published] {
            assert!(answer.status < 500, "{shown}: {} {}", answer.status, answer.text());
        }
        if alone.status >= 300 {
            refused += 1;
            continue;
        }
        kept += 1;
        // It may have numbers that not everybody reads.
        let text = alone.text();
        let results = text.split('"').find(|part| part.ends_with("/verification-results"));
        let results = results.unwrap_or_else(|| panic!("{shown}: {text}"));
        let result = json!({ "success": false, "providerApplicationVersion": "9", "testResults": serde_json::from_str::<Value>(contract).unwrap_or_default() });
        let results = results.strip_prefix("http://broker").unwrap();
        let recorded =
            target.ask("POST", results, &[("content-type", JSON)], result.to_string().as_bytes()).await;
        assert!(recorded.status < 500, "{shown}: {}", recorded.text());
        for path in
            [pact.clone(), format!("{pact}/diff/previous-distinct"), format!("{pact}/previous-distinct")]
        {
            for form in ["application/hal+json", "text/html", "text/plain"] {
                let answer = target.ask("GET", &path, &[("accept", form)], b"").await;
                assert!(answer.status < 500, "{path} of {shown}: {}", answer.text());
                assert!(
                    form != "text/html" || !answer.text().contains("<script"),
                    "{path} of {shown}: {}",
                    answer.text()
                );
            }
        }
    }
    assert!(kept > 30 && refused > 20, "{kept} {refused}");
    // And everything that there is to see of them.
    let pages =
        crawl(&target, "", &FORMS[..1], ["/".to_owned(), "/pacts/provider/api/provider-states".to_owned()])
            .await;
    assert!(pages.iter().all(|page| page.answer.status < 500));
    target.calm().await;
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_not_read() {
    let mut config = Config::default();
    config.http.body_limit = 64 * 1024;
    let target = Target::start(config).await;
    let head = "PUT /pacticipants/large/versions/1 HTTP/1.1\r\nhost: broker\r\nconnection: close\r\ncontent-type: application/json\r\n";
    // What is only announced is refused without being waited for.
    for length in ["65537", "1000000000000", "9223372036854775807"] {
        let answers = target.send(format!("{head}content-length: {length}\r\n\r\n").as_bytes()).await;
        assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [413], "{length}");
    }
    let white = " ".repeat(10 * 1024 * 1024);
    let chunk = format!("{:x}\r\n{white}\r\n", white.len());
    let many = "1\r\n \r\n".repeat(100_000);
    for sample in [
        format!("{head}content-length: {}\r\n\r\n{white}", white.len()),
        format!("{head}transfer-encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n"),
        format!("{head}transfer-encoding: chunked\r\n\r\n{many}0\r\n\r\n"),
        format!("{head}transfer-encoding: chunked\r\n\r\n1;{}\r\n \r\n0\r\n\r\n", "x".repeat(1_000_000)),
        format!("{head}transfer-encoding: chunked\r\n\r\n0\r\n{}\r\n", "x: y\r\n".repeat(100_000)),
    ] {
        // Whoever sends on may not hear it.
        for answer in target.send(sample.as_bytes()).await {
            assert!((400..500).contains(&answer.status), "{} {}", answer.status, answer.text());
        }
        assert!(target.broker.state().participants().next().is_none());
    }
    // Nothing is unpacked: a small body stays small.
    for encoding in ["gzip", "deflate", "br", "zstd", "compress", "gzip, gzip, gzip", "x"] {
        let body = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0C\xbf\xa6\xa3\x02\0\0\0";
        let headers = [("content-type", JSON), ("content-encoding", encoding)];
        let answer = target.ask("PUT", "/pacticipants/large/versions/1", &headers, body).await;
        assert!((400..500).contains(&answer.status), "{encoding}: {}", answer.status);
    }
    target.calm().await;
}
