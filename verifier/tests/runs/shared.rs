//! What several contracts demand alike is verified once.

use std::sync::Arc;

use pactwright_verifier::events::Event;
use pactwright_verifier::states::ParametersIn;
use pactwright_verifier::{InteractionResult, Verifier};
use serde_json::{Value, json};

use crate::support::{Given, calls, events, get, given, pact, provider, results, serve, state, wrong};

/// Contracts of several consumers with these interactions.
fn contracts(of: &[(&str, Vec<Value>)]) -> Verifier {
    let contract = |(consumer, interactions): &(&str, Vec<Value>)| {
        let mut contract = pact(interactions);
        contract["consumer"]["name"] = (*consumer).into();
        contract
    };
    Verifier::new("orders-api").source(Given(of.iter().map(contract).collect()))
}

/// In other words, the same.
fn described(mut interaction: Value, description: &str) -> Value {
    interaction["description"] = description.into();
    interaction
}

fn whose(result: &Arc<InteractionResult>) -> Option<(&str, &str)> {
    let same = result.same_as.as_ref()?;
    Some((&same.pact.consumer, &same.interaction.interaction.description))
}

#[tokio::test]
async fn the_same_demand_of_several_contracts_is_met_once_and_told_for_each() {
    let server = provider(&[("/a", json!({ "id": 7 })), ("/b", json!({ "id": "x" }))]).await;
    let run = contracts(&[
        ("web", vec![get("/a"), get("/b")]),
        ("app", vec![described(get("/b"), "another view of b"), described(get("/a"), "another view of a")]),
        ("cli", vec![get("/a")]),
    ])
    .base_url(server.uri());
    for jobs in [1, 8] {
        let before = calls(&server).await.len();
        let results = results(run.clone().jobs(jobs)).await;
        assert_eq!(calls(&server).await.len() - before, 2);
        let passed: Vec<_> = results.iter().map(|result| result.passed()).collect();
        assert_eq!(passed, [true, false, false, true, true]);
        let same: Vec<_> = results.iter().map(whose).collect();
        let (a, b) = (Some(("web", "a request for /a")), Some(("web", "a request for /b")));
        assert_eq!(same, [None, None, b, a, a]);
        assert_eq!(wrong(&results[2]), wrong(&results[1]));
        assert!(results[2].exchange.is_some());
    }
    let (summary, _) = events(run).await;
    assert_eq!(summary.response_times.unwrap().answers, 2);
    assert_eq!(summary.pacts[1].response_times.as_ref().unwrap().answers, 2);
}

#[tokio::test]
async fn demands_that_differ_in_anything_are_met_one_by_one() {
    let server = provider(&[("/a", json!({ "id": 7 }))]).await;
    serve(&server, "POST", "/states", json!({})).await;
    let with = |params: Value| given(get("/a"), &[json!({ "name": "s", "params": params })]);
    let mut looser = get("/a");
    looser["response"]["matchingRules"] =
        json!({ "body": { "$.id": { "matchers": [{ "match": "type" }] } } });
    let run = contracts(&[
        ("web", vec![get("/a")]),
        ("app", vec![given(get("/a"), &[state("s")])]),
        ("cli", vec![with(json!({ "id": 1 }))]),
        ("job", vec![with(json!({ "id": 2 }))]),
        ("bot", vec![looser]),
    ])
    .base_url(server.uri())
    .states_url(format!("{}/states", server.uri()), ParametersIn::Body, false);
    let results = results(run).await;
    assert!(results.iter().all(|result| result.same_as.is_none()));
    assert_eq!(calls(&server).await.iter().filter(|call| *call == "GET /a").count(), 5);
}

#[tokio::test]
async fn one_contract_may_ask_twice() {
    let server = provider(&[("/a", json!({ "id": 7 }))]).await;
    let run =
        contracts(&[("web", vec![get("/a"), get("/a")]), ("app", vec![get("/a")])]).base_url(server.uri());
    let results = results(run).await;
    assert_eq!(
        results.iter().map(|result| result.same_as.is_some()).collect::<Vec<_>>(),
        [false, false, true]
    );
    assert_eq!(calls(&server).await.len(), 2);
}

#[tokio::test]
async fn pending_is_a_matter_of_each_contract() {
    let server = provider(&[]).await;
    let v4 = |pending: bool| {
        let mut interaction = get("/a");
        interaction["type"] = "Synchronous/HTTP".into();
        interaction["response"] = json!({ "status": 200 });
        interaction["pending"] = pending.into();
        interaction
    };
    let mut of: Vec<_> =
        [("web", true), ("app", false)].map(|(name, pending)| (name, vec![v4(pending)])).into();
    for _ in 0..2 {
        let run = Verifier::new("orders-api").base_url(server.uri()).source(Given(
            of.iter()
                .map(|(consumer, interactions)| {
                    let mut contract = pact(interactions);
                    contract["consumer"]["name"] = (*consumer).into();
                    contract["metadata"]["pactSpecification"]["version"] = "4.0".into();
                    contract
                })
                .collect(),
        ));
        let (summary, told) = events(run).await;
        assert_eq!((summary.counts().pending, summary.counts().failed), (1, 1));
        let shared = |event: &Event| matches!(event, Event::InteractionFinished { result, .. } if result.same_as.is_some());
        assert_eq!(told.iter().filter(|event| shared(event)).count(), 1);
        of.reverse();
    }
}
