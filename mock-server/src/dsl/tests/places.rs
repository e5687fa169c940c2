//! Paths, queries, headers and what is said about an interaction as a whole.

use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::model::{Category, Query};

use super::*;

#[test]
fn parameters_without_value_and_with_several() {
    let mock = orders()
        .upon_receiving("a search")
        .request(
            get("/orders")
                .query_flag("debug")
                .query("tag", "a")
                .query("tag", "b")
                .query("id", each_like(7).examples(2)),
        )
        .respond(ok().header("set-cookie", "a=1").header("set-cookie", "b=2"));
    let pact = mock.to_pact().unwrap();
    let (request, response) = pact.interactions[0].as_http().unwrap();
    assert_eq!(request.query.as_ref().map(Query::to_text).as_deref(), Some("debug&tag=a&tag=b&id=7&id=7"));
    assert_eq!(response.headers.get("Set-Cookie"), ["a=1".to_owned(), "b=2".to_owned()]);
}

#[test]
fn values_of_one_name_share_a_matcher() {
    let request = |request: crate::dsl::RequestBuilder| {
        orders().upon_receiving("a search").request(request).respond(ok())
    };
    for mixed in [
        get("/").query("tag", string("a")).query("tag", "b"),
        get("/").query("tag", "b").query("tag", string("a")),
        get("/").header("x-tag", regex("a", "[a-z]")).header("X-Tag", regex("1", "[0-9]")),
    ] {
        let text = mistakes(&request(mixed));
        assert!(text.contains("all values here share one matcher"), "{text}");
    }
    let alike =
        get("/").query("tag", string("a")).query("tag", string("b")).header("x", "a").header("x", "b");
    assert!(request(alike).to_pact().is_ok());
}

#[test]
fn values_of_provider_states_in_a_request() {
    let mock = orders()
        .given("an order exists")
        .upon_receiving("a request for an order")
        .request(
            get(from_provider_state("/orders/${id}", "/orders/7"))
                .query("version", regex("3", r"\d+").with_state_value("version"))
                .header("x-token", from_provider_state("token", "abc"))
                .json(json!({ "id": from_provider_state("id", 7) })),
        )
        .respond(ok().header("location", url("/orders/7", r"/orders/\d+")));
    let pact = mock.to_pact().unwrap();
    let (request, response) = pact.interactions[0].as_http().unwrap();
    let generators: Vec<_> = Category::ALL
        .into_iter()
        .flat_map(|category| request.generators.category(category).map(move |(name, _)| (category, name)))
        .collect();
    assert_eq!(
        generators,
        [
            (Category::Path, ""),
            (Category::Header, "x-token"),
            (Category::Query, "version"),
            (Category::Body, "$.id")
        ]
    );
    // The consumer sends the example, unless more is allowed.
    assert!(request.rules.category(Category::Path).next().is_none());
    assert!(request.rules.category(Category::Header).next().is_none());
    assert!(request.rules.category(Category::Query).next().is_some());
    assert!(response.generators.category(Category::Header).next().is_some());
}

#[test]
fn a_status_that_a_matcher_describes() {
    let mock = orders().upon_receiving("a").request(get("/")).respond(status(random_integer(200..=204)));
    let pact = mock.to_pact().unwrap();
    let response = pact.interactions[0].as_http().unwrap().1;
    assert!(response.generators.category(Category::Status).next().is_some());
    let mock = orders().upon_receiving("a").request(get("/")).respond(status(string("fine")));
    assert!(mistakes(&mock).contains("`fine` cannot be the status"), "{}", mistakes(&mock));
}

#[test]
fn everything_about_an_interaction_as_a_whole() {
    let receiving = orders()
        .given_with("a customer", json!({ "name": "Ada" }))
        .upon_receiving("a request")
        .key("k")
        .pending()
        .comment("one")
        .comment("two")
        .test_name("module::test")
        .reference("Jira", "ticket", "SHOP-42")
        .reference("Jira", "epic", 7)
        .reference("OpenAPI", "operation", "getOrder")
        .transport("https")
        .markup("*an* order");
    let mock = receiving.clone().request(get("/")).respond(ok());
    let pact = mock.to_pact().unwrap();
    let interaction = &pact.interactions[0];
    assert_eq!(
        Json::Object(interaction.comments.clone()).to_compact(),
        concat!(
            r#"{"text":["one","two"],"testname":"module::test","#,
            r#""references":{"Jira":{"ticket":"SHOP-42","epic":7},"OpenAPI":{"operation":"getOrder"}}}"#
        )
    );
    assert_eq!(interaction.transport.as_deref(), Some("https"));
    let markup = interaction.extra.get("interactionMarkup").map(JsonBuf::to_compact);
    assert_eq!(markup.as_deref(), Some(r#"{"markup":"*an* order","markupType":"COMMON_MARK"}"#));
    let text = pactwright_core::format::write(&pact).unwrap();
    assert_eq!(pactwright_core::format::read(text.as_bytes()).unwrap(), pact);
}

#[test]
fn what_an_earlier_version_would_lose_is_a_mistake() {
    let contract = |version| orders().spec_version(version);
    let whole = contract(SpecVersion::V3)
        .upon_receiving("a request")
        .key("k")
        .comment("c")
        .test_name("t")
        .reference("a", "b", "c")
        .transport("http")
        .markup("m")
        .request(get("/").query("v", semver("1.0.0")))
        .respond(status(200).any_status_in(StatusClass::Success));
    assert_eq!(mistakes(&whole).lines().count(), 8, "{}", mistakes(&whole));
    let mock = |version, body| {
        contract(version).upon_receiving("a").request(get("/")).respond(ok().json(json!({ "a": body })))
    };
    assert!(mistakes(&mock(SpecVersion::V2, integer(1))).contains("the matching rule `integer`"));
    assert!(mock(SpecVersion::V2, string("x")).to_pact().is_ok());
    assert!(mock(SpecVersion::V3, integer(1)).to_pact().is_ok());
    assert!(mock(SpecVersion::V4, semver("1.0.0")).to_pact().is_ok());
}

#[test]
fn a_mock_listens_where_it_is_told() {
    let ping = |contract: crate::dsl::Contract| {
        let folder = tempfile::tempdir().unwrap();
        let contract = contract.output_dir(folder.path());
        let mock = contract.upon_receiving("a ping").request(get("/ping")).respond(ok());
        let mock = mock.start_blocking().unwrap();
        let (address, url) = (mock.address(), mock.url());
        assert_eq!(ureq::get(format!("{url}/ping")).call().unwrap().status().as_u16(), 200);
        mock.finish().unwrap();
        (address.ip(), url)
    };
    let (usual, _) = ping(orders());
    assert!(usual.is_loopback());
    let (everywhere, url) = ping(orders().host(std::net::Ipv4Addr::UNSPECIFIED));
    assert!(everywhere.is_unspecified());
    assert!(url.starts_with("http://127.0.0.1:"), "a client can use {url}");
}
