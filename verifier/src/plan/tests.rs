use pactwright_core::model::{InteractionKind, Pact, Request, Response};

use super::*;

fn interaction(description: &str, states: &[&str]) -> Interaction {
    let kind = InteractionKind::Http {
        request: Box::new(Request::default()),
        response: Box::new(Response::default()),
    };
    let mut interaction = Interaction::new(description, kind);
    interaction.states = states.iter().map(|name| ProviderState::new(*name)).collect();
    interaction
}

fn loaded(consumer: &str, interactions: Vec<Interaction>) -> LoadedPact {
    let mut pact = Pact::new(consumer, "orders", SpecVersion::V3);
    pact.interactions = interactions;
    LoadedPact::new(pact, Origin::Other("a test".to_owned()))
}

fn planned(plan: &Plan) -> Vec<String> {
    let interactions = |pact: &Arc<PlannedPact>| {
        let name = pact.consumer.clone();
        let line =
            move |planned: &Arc<PlannedInteraction>| format!("{name}: {}", planned.interaction.description);
        pact.interactions.iter().map(line).collect::<Vec<_>>()
    };
    plan.pacts.iter().flat_map(interactions).collect()
}

fn two() -> Vec<LoadedPact> {
    vec![
        loaded("web", vec![interaction("b", &["one", "two"]), interaction("a", &[])]),
        loaded("app", vec![interaction("c", &["three"])]),
    ]
}

#[test]
fn everything_is_planned_in_the_order_that_it_came_in() {
    let plan = Plan::new(two(), &Filter::default());
    assert_eq!(planned(&plan), ["web: b", "web: a", "app: c"]);
    assert_eq!(plan.interactions(), 3);
    assert!(!Filter::default().is_narrowing());
    assert_eq!(Filter::default().describe(), "");
}

#[test]
fn any_state_of_an_interaction_may_match() {
    let filter = Filter::default().state("^two$").unwrap();
    let plan = Plan::new(two(), &filter);
    assert_eq!(planned(&plan), ["web: b"]);
    assert_eq!((plan.pacts.len(), plan.pacts[0].left_out), (1, 1));
    assert!(filter.is_narrowing());
}

#[test]
fn filters_work_together() {
    let filter = Filter::default().without_state().description("[ab]").unwrap().consumers(["web"]);
    assert_eq!(planned(&Plan::new(two(), &filter)), ["web: a"]);
    assert_eq!(filter.describe(), "description matches /[ab]/, without a provider state, consumer is web");
}

#[test]
fn a_contract_without_interactions_is_planned_and_one_with_none_left_is_not() {
    let plan = Plan::new(vec![loaded("web", vec![])], &Filter::default());
    assert_eq!(plan.pacts.len(), 1);
    let filter = Filter::default().description("nothing").unwrap();
    assert!(Plan::new(two(), &filter).pacts.is_empty());
}

#[test]
fn pending_comes_from_the_contract_or_from_the_interaction() {
    let mut pacts = two();
    pacts[0].pact.interactions[1].pending = true;
    pacts[1].context.pending = true;
    let plan = Plan::new(pacts, &Filter::default());
    let pending: Vec<_> =
        plan.pacts.iter().flat_map(|pact| pact.interactions.iter().map(|planned| planned.pending)).collect();
    assert_eq!(pending, [false, true, true]);
}
