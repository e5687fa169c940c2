use pactwright_core::format;

use super::*;

#[test]
fn links_of_a_contract_say_where_results_go() {
    let text = br#"{
        "consumer": { "name": "web" }, "provider": { "name": "orders" }, "interactions": [],
        "_links": {
            "self": { "href": "http://b/1" },
            "pb:provider": { "href": "http://b/p" },
            "pb:consumer-version": { "href": "http://b/v", "name": "1.0" },
            "pb:publish-verification-results": { "href": "http://b/r" },
            "odd": null
        }
    }"#;
    let loaded = read_remote(text, Origin::Url("http://b/1".into()), &Access::default()).unwrap();
    let results = loaded.context.results.unwrap();
    assert_eq!((results.results.as_str(), results.provider.as_deref()), ("http://b/r", Some("http://b/p")));
    assert_eq!(loaded.context.consumer_version.as_deref(), Some("1.0"));
}

#[test]
fn a_contract_without_links_is_fine() {
    for links in ["", r#", "_links": null"#, r#", "_links": [1]"#] {
        let text = format!(
            r#"{{"consumer": {{"name": "a"}}, "provider": {{"name": "b"}}, "interactions": []{links}}}"#
        );
        let loaded = read_remote(text.as_bytes(), Origin::Other("x".into()), &Access::default()).unwrap();
        assert!(loaded.context.results.is_none(), "{links}");
    }
}

#[test]
fn selectors_are_one_or_many() {
    assert_eq!(parse_selectors(r#"{"deployed": true, "environment": "prod"}"#).unwrap().len(), 1);
    assert_eq!(
        parse_selectors(r#"[{"branch": "x", "fallbackBranch": "main"}, {"tag": "t"}]"#).unwrap().len(),
        2
    );
    assert!(parse_selectors("[]").unwrap().is_empty());
}

#[test]
fn contracts_of_other_providers_are_not_wanted() {
    let pact = format::read(br#"{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": []}"#)
        .unwrap();
    let client = HttpClient::new(&crate::client::ClientOptions::default()).unwrap();
    let context =
        |provider: Option<&str>| LoadContext { client: client.clone(), provider: provider.map(Into::into) };
    assert!(context(None).wants(&pact));
    assert!(context(Some("b")).wants(&pact));
    assert!(!context(Some("B")).wants(&pact));
}
