//! Contracts that others wrote, said again with our DSL: they must demand the same.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::path::Path;

use pactwright::dsl::{Contract, Mistakes, ResponseBuilder};
use pactwright::prelude::*;
use pactwright_core::digest::{self, ObligationDigest};
use pactwright_core::format;
use pactwright_core::integration;
use pactwright_core::json::Json;
use pactwright_core::model::{Body, Category, Data, Interaction, Pact, RuleList};
use pactwright_core::rules::Rule;
use pactwright_tests::{conformance, fixtures};
use serde_json::Value;

/// What a contract demands, by interaction.
fn obligations(pacts: &[Pact]) -> BTreeMap<String, ObligationDigest> {
    let interactions = pacts.iter().flat_map(|pact| &pact.interactions);
    let name = |one: &Interaction| {
        let states: Vec<_> = one.states.iter().map(|state| state.name.as_str()).collect();
        format!("{} given {}", one.description, states.join(" and "))
    };
    interactions.map(|one| (name(one), digest::obligation(one))).collect()
}

fn read(path: &Path) -> Pact {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    format::read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every interaction of the original is among ours, demands the same, and there is no other.
#[track_caller]
fn assert_same(original: &Pact, ours: Vec<Result<Pact, Mistakes>>) {
    let ours: Vec<Pact> = ours.into_iter().map(Result::unwrap).collect();
    for pact in &ours {
        assert_eq!(pact.version, original.version);
        assert_eq!(
            (&pact.consumer.name, &pact.provider.name),
            (&original.consumer.name, &original.provider.name)
        );
    }
    let (expected, found) = (obligations(std::slice::from_ref(original)), obligations(&ours));
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, digest) in &expected {
        let written = ours.iter().map(|pact| format::write(pact).unwrap()).collect::<String>();
        assert_eq!(&found[name], digest, "{name} demands something else:\n{written}");
    }
}

/// A contract like that of a file.
fn contract(original: &Pact) -> Contract {
    consumer(&*original.consumer.name).provider(&*original.provider.name).spec_version(original.version)
}

#[test]
fn our_own_in_the_manner_of_pact_js() {
    let original = read(&fixtures().join("interop").join("checkout-web-orders-api.json"));
    let mock = contract(&original)
        .given_with("order exists", json!({ "id": 11 }))
        .upon_receiving("reading an order")
        .request(get(regex("/orders/11", r"/orders/\d+")).header("Accept", "application/json"))
        .respond(ok().header("Content-Type", regex("application/json", "application/json.*")).json(json!({
            "id": integer(11),
            "total": decimal(1.5),
            "due": date("2026-01-01", "yyyy-MM-dd"),
            "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "qty": integer(1) })),
        })))
        .given("no order exists")
        .upon_receiving("reading an order that is not there")
        .request(get("/orders/12"))
        .respond(
            not_found()
                .header("Content-Type", "application/problem+json")
                .json(json!({ "title": like("none") })),
        )
        .given("customer is signed in")
        .upon_receiving("placing an order")
        .request(post("/orders").header("Authorization", "Bearer t").json(json!({ "customer": "c" })))
        .respond(created().header("Location", regex("/orders/1", r"/orders/\d+")));
    assert_same(&original, vec![mock.to_pact()]);
}

#[test]
fn our_own_with_bodies_and_messages() {
    let original = read(&fixtures().join("rebuilt").join("web-orders.json"));
    let orders = contract(&original);
    let http = orders
        .given_with("order exists", json!({ "id": 7, "of": { "name": "Ada" } }))
        .upon_receiving("a picture of an order")
        .request(
            get("/orders/7/picture")
                .header("accept", "image/gif")
                .query("size", integer(64))
                .query_flag("debug"),
        )
        .respond(status(200).any_status_in(StatusClass::Success).bytes_like("image/gif", *b"GIF89a"))
        .upon_receiving("a sign-in")
        .pending()
        .request(post("/token").form([("user", "ada"), ("remember", "true")]))
        .respond(ok().json(json!({
            "token": nullable(regex("a7", "[0-9a-f]+")),
            "roles": map_of(regex("clerk", "[a-z]+"), json!({ "since": date("2026-01-01", "yyyy-MM-dd") })),
            "links": array_containing([json!({ "rel": include("self") })]),
        })));
    let event = orders.upon_receiving("an order was paid").message(
        message()
            .json(json!({ "id": integer(7), "tags": unordered(["b", "a"]) }))
            .metadata("topic", regex("orders.paid", r"orders\.[a-z]+")),
    );
    let question = orders
        .upon_receiving("a question for a rate")
        .request(message().json(json!({ "pair": regex("EURUSD", "[A-Z]{6}") })))
        .respond(message().text("wait"))
        .respond(message().json(json!({ "rate": number(1.09) })));
    assert_same(&original, vec![http.to_pact(), event.to_pact(), question.to_pact()]);
}

#[test]
fn a_difference_is_not_overlooked() {
    let original = read(&fixtures().join("rebuilt").join("web-orders.json"));
    let event = |id| {
        let message = message().json(json!({ "id": id, "tags": unordered(["b", "a"]) }));
        let message = message.metadata("topic", regex("orders.paid", r"orders\.[a-z]+"));
        contract(&original).upon_receiving("an order was paid").message(message).to_pact().unwrap()
    };
    let expected = digest::obligation(&original.interactions[2]);
    assert_eq!(digest::obligation(&event(integer(7)).interactions[0]), expected);
    assert_ne!(digest::obligation(&event(number(7)).interactions[0]), expected);
}

/// By pact-js: every matcher of its V3 DSL, provider states with values, values of provider states.
#[test]
fn checkout_web() {
    let Some(folder) = conformance("real-pacts") else { return };
    let original = read(&folder.join("checkout-web-orders-api.json"));
    let mock = contract(&original)
        .given_with("order exists", json!({ "customer": "c-1", "id": 7 }))
        .upon_receiving("a request for an order")
        .request(
            get(regex("/orders/7", r"/orders/\d+"))
                .header("Accept", "application/json")
                .query("expand", "lines")
                .query("page", integer(1)),
        )
        .respond(ok().header("Content-Type", "application/json; charset=utf-8").json(json!({
            "attributes": map_like("colour", "red"),
            "contact": regex("a@example.org", ".+@.+"),
            "due": date("2024-02-28", "yyyy-MM-dd"),
            "id": integer(7),
            "lines": each_like(json!({
                "price": decimal(9.95),
                "qty": integer(2),
                "sku": regex("SKU-00001", r"SKU-\d{5}"),
                "tags": each_like("a"),
            })),
            "links": array_containing(json!([
                { "href": like("/orders/7"), "rel": "self" },
                { "href": like("/invoices/7"), "rel": "invoice" },
            ])),
            "note": null_value(),
            "paid": like(true),
            "placedAt": datetime("2024-01-31T10:15:30+01:00", "yyyy-MM-dd'T'HH:mm:ssXXX"),
            "ref": regex(
                "936da01f-9abd-4d9d-80c7-02af85c822a8",
                "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            ),
            "status": regex("paid", "open|paid|sent"),
            "total": decimal(19.9),
        })))
        .given("no order exists")
        .upon_receiving("a request for an unknown order")
        .request(get("/orders/404"))
        .respond(
            not_found()
                .header("Content-Type", "application/problem+json")
                .json(json!({ "status": 404, "title": like("not found") })),
        )
        .given_with("stock for sku", json!({ "sku": "SKU-00001" }))
        .given("customer is signed in")
        .upon_receiving("placing an order")
        .request(post("/orders").header("Authorization", regex("Bearer token", "Bearer .+")).json(json!({
            "customer": like("c-1"),
            "lines": each_like(json!({ "qty": integer(1), "sku": "SKU-00001" })),
        })))
        .respond(
            created()
                .header("Location", from_provider_state("/orders/${id}", "/orders/8"))
                .json(json!({ "id": from_provider_state("${id}", 8) })),
        );
    assert_same(&original, vec![mock.to_pact()]);
}

/// By pact-js, in V4: a file as the body.
#[test]
fn mobile_app() {
    let Some(folder) = conformance("real-pacts") else { return };
    let original = read(&folder.join("mobile-app-orders-api.json"));
    let mock = contract(&original)
        .upon_receiving("a health check")
        .request(get("/health"))
        .respond(ok().bytes_like("text/plain", *b"OK"))
        .given_with("order exists", json!({ "id": 9 }))
        .upon_receiving("a tiny order")
        .request(get("/orders/9").header("Accept", "application/json").query("fields", "id,status"))
        .respond(ok().json(json!({ "id": integer(9), "status": string("open") })));
    assert_same(&original, vec![mock.to_pact()]);
}

/// By pact-js: a message of V3.
#[test]
fn warehouse() {
    let Some(folder) = conformance("real-pacts") else { return };
    let original = read(&folder.join("warehouse-orders-events.json"));
    let event = contract(&original).given("an order was paid").upon_receiving("an order paid event").message(
        message()
            .json(json!({
                "at": like("2024-01-31T10:15:30.000Z"),
                "id": like(7),
                "lines": each_like(json!({ "sku": regex("SKU-00001", r"SKU-\d{5}") })),
            }))
            .metadata("content-type", "application/json")
            .metadata("topic", "orders.paid"),
    );
    assert_same(&original, vec![event.to_pact()]);
}

/// By pact-js: XML. The file has empty text where its own rule asks for a decimal number, because pact-js loses examples
/// that are not text: so it contradicts itself, which our DSL refuses. With an example there it can be said.
#[test]
fn billing_batch() {
    let Some(folder) = conformance("real-pacts") else { return };
    let path = folder.join("billing-batch-ledger-soap.json");
    let rebuilt = |original: &Pact, amount: &str| {
        let text = format!(
            "<?xml version='1.0'?><ns1:ledger id='1' xmlns:ns1='urn:ledger'><ns1:entry id='1' kind='debit'>\
             <ns1:amount currency='EUR'>{amount}</ns1:amount></ns1:entry></ns1:ledger>"
        );
        let response = ok()
            .xml(text)
            .matching("$['ns1:ledger']['ns1:entry']", like("any"))
            .matching("$['ns1:ledger']['ns1:entry']['@id']", integer(1))
            .matching("$['ns1:ledger']['ns1:entry']['@kind']", regex("debit", "debit|credit"))
            .matching("$['ns1:ledger']['ns1:entry']['ns1:amount']['#text']", decimal(9.95));
        contract(original)
            .upon_receiving("a ledger query")
            .request(get("/ledger"))
            .respond(response)
            .to_pact()
    };
    let refused = rebuilt(&read(&path), "").unwrap_err().to_string();
    assert!(refused.contains("ns1:amount") && refused.contains("decimal"), "{refused}");

    let empty = "<ns1:amount currency='EUR'></ns1:amount>";
    let file = std::fs::read_to_string(&path).unwrap();
    assert!(file.contains(empty));
    let mended = file.replace(empty, "<ns1:amount currency='EUR'>9.95</ns1:amount>");
    let mended = format::read(mended.as_bytes()).unwrap();
    assert_same(&mended, vec![rebuilt(&mended, "9.95")]);
    let built = element("ns1:ledger").attribute("id", 1).attribute("xmlns:ns1", "urn:ledger").child(
        element("ns1:entry")
            .occurs(1..)
            .attribute("id", integer(1))
            .attribute("kind", regex("debit", "debit|credit"))
            .child(element("ns1:amount").attribute("currency", "EUR").text(decimal(9.95))),
    );
    let built =
        contract(&mended).upon_receiving("a ledger query").request(get("/ledger")).respond(ok().xml(built));
    let (built, mended) =
        (built.to_pact().unwrap(), mended.interactions[0].as_http().unwrap().1.rules.clone());
    let paths = |rules: &pactwright_core::model::MatchingRules| {
        let plain = |path: &str| path.parse::<pactwright_core::path::DocPath>().unwrap().to_string();
        rules
            .category(Category::Body)
            .map(|(path, list)| (plain(path), list.clone()))
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(paths(&built.interactions[0].as_http().unwrap().1.rules), paths(&mended));
}

/// By pact-python, in V4.
#[test]
fn reporting_py() {
    let Some(folder) = conformance("real-pacts") else { return };
    let original = read(&folder.join("reporting-py-metrics-api.json"));
    let mock = contract(&original)
        .given_with("samples exist", json!({ "count": 3 }))
        .upon_receiving("a page of samples")
        .request(get("/samples").query("from", date("2024-01-01", "yyyy-MM-dd")))
        .respond(ok().header("ETag", regex("\"abc\"", "\".+\"")).json(json!({
            "next": null_value(),
            "samples": each_like(json!({
                "ok": boolean(true),
                "t": datetime("2024-01-01T00:00:00", "yyyy-MM-dd'T'HH:mm:ss"),
                "unit": include("ms"),
                "v": number(1.5),
            })),
            "total": integer(3),
        })))
        .upon_receiving("deleting a sample")
        .request(delete("/samples/1"))
        .respond(no_content());
    assert_same(&original, vec![mock.to_pact()]);
}

/// By pact-python, in V4: a message that is answered.
#[test]
fn pricing_py() {
    let Some(folder) = conformance("real-pacts") else { return };
    let original = read(&folder.join("pricing-py-rates-rpc.json"));
    let question = contract(&original)
        .given("rates are loaded")
        .upon_receiving("a rate question")
        .request(message().json(json!({ "pair": regex("EURUSD", "[A-Z]{6}") })))
        .respond(message().json(json!({ "rate": number(1.09) })));
    assert_same(&original, vec![question.to_pact()]);
}

/// By pact-python, in V2. The file asks for two items and has one as its example: it contradicts itself, which our DSL
/// refuses. With two items there it can be said.
#[test]
fn legacy_py() {
    let Some(folder) = conformance("real-pacts") else { return };
    let mut original = read(&folder.join("legacy-py-metrics-api.json"));
    let rebuilt = |original: &Pact, examples| {
        contract(original)
            .given("samples exist")
            .upon_receiving("a legacy read")
            .request(get("/v1/samples"))
            .respond(
                ok().json(json!({ "items": each_like(json!({ "id": like(1) })).min(2).examples(examples) })),
            )
            .to_pact()
    };
    let refused = rebuilt(&original, 1).unwrap_err().to_string();
    assert!(refused.contains("expected at least 2 items but was 1"), "{refused}");

    let interaction = &mut original.interactions[0];
    let pactwright_core::model::InteractionKind::Http { response, .. } = &mut interaction.kind else {
        panic!()
    };
    let Body::Present(content) = &mut response.body else { panic!() };
    content.data = Data::Json(Json::parse(br#"{"items":[{"id":1},{"id":1}]}"#).unwrap());
    let ours = rebuilt(&original, 2);
    assert_same(&original, vec![ours]);
}

/// By the Ruby client of the broker, in V2: 67 interactions, too many to be told by hand. They are said again by a program
/// that reads the originals and calls the DSL, so what it can say is shown, but not how that looks.
#[test]
fn pact_broker_client() {
    let Some(folder) = conformance("real-pacts") else { return };
    let original = read(&folder.join("pact-broker-client-v2.json"));
    assert!(original.interactions.len() > 60);
    let ours = original.interactions.iter().map(|one| said_again(&contract(&original), one)).collect();
    assert_same(&original, ours);
}

fn said_again(contract: &Contract, original: &Interaction) -> Result<Pact, Mistakes> {
    let (request, response) = original.as_http().unwrap();
    let mut states = original.states.iter().map(|state| state.name.as_str());
    let mut asking = self::request(&request.method, &request.path);
    for (name, values) in request.query.as_ref().map(|query| query.pairs().into_owned()).unwrap_or_default() {
        for value in values {
            asking = match value {
                Some(value) => asking.query(&name, value),
                None => asking.query_flag(&name),
            };
        }
    }
    for (name, values) in request.headers.iter() {
        for value in values {
            asking = asking.header(name, value);
        }
    }
    if let Some(body) = tree(&request.body, &request.rules) {
        asking = asking.json(body);
    }
    let mut answering: ResponseBuilder = status(response.status);
    for (name, values) in response.headers.iter() {
        let mut rules = response.rules.category(Category::Header);
        let rule =
            rules.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, list)| list.rules.as_slice());
        for value in values {
            answering = match rule {
                None => answering.header(name, value),
                Some([Rule::Regex(rule)]) => answering.header(name, regex(value, rule.pattern())),
                Some([Rule::Like(_)]) => answering.header(name, like(value)),
                Some(other) => panic!("{name}: {other:?}"),
            };
        }
    }
    if let Some(body) = tree(&response.body, &response.rules) {
        answering = answering.json(body);
    }
    let receiving = match states.next() {
        Some(state) => states
            .fold(contract.given(state), |given, state| given.given(state))
            .upon_receiving(&original.description),
        None => contract.upon_receiving(&original.description),
    };
    receiving.request(asking).respond(answering).to_pact()
}

/// A JSON body with matchers in it.
fn tree(body: &Body, rules: &pactwright_core::model::MatchingRules) -> Option<Value> {
    let example = match body {
        Body::Missing => return None,
        Body::Null => Json::Null,
        Body::Present(content) => match &content.data {
            Data::Json(example) => example.clone(),
            other => panic!("{other:?}"),
        },
        Body::Empty => panic!("an empty body"),
    };
    let rules: Vec<(_, RuleList)> =
        rules.category(Category::Body).map(|(path, list)| (path.parse().unwrap(), list.clone())).collect();
    let tree = integration::write(&example, &rules, &[]).unwrap();
    Some(serde_json::from_str(&tree.to_compact()).unwrap())
}
