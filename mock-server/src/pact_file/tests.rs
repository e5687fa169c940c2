use std::sync::Arc;

use pactwright_core::model::{InteractionKind, ProviderState, Request, Response};
use tempfile::TempDir;

use super::*;

fn output(folder: &TempDir, run: &str) -> Output {
    Output { folder: folder.path().to_owned(), overwrite: false, run: Some(run.to_owned()) }
}

fn pact(interactions: &[(&str, u16)]) -> Pact {
    let mut pact = Pact::new("web", "orders", SpecVersion::V4);
    for (description, status) in interactions {
        let response = Response { status: *status, ..Response::default() };
        pact.interactions.push(Interaction::new(
            *description,
            InteractionKind::Http { request: Box::new(Request::default()), response: Box::new(response) },
        ));
    }
    pact
}

fn saved(file: &PactFile) -> String {
    fs::read_to_string(&file.path).unwrap()
}

#[test]
fn the_order_of_tests_does_not_show() {
    let texts: Vec<String> = [["a", "b", "a b"], ["a b", "a", "b"], ["b", "a b", "a"]]
        .into_iter()
        .map(|order| {
            let folder = tempfile::tempdir().unwrap();
            let files = order.map(|name| save(&pact(&[(name, 200)]), &output(&folder, "1")).unwrap());
            assert_eq!(files[2].interactions, 3);
            saved(&files[2])
        })
        .collect();
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[0], texts[2]);
    let descriptions: Vec<_> = format::read(texts[0].as_bytes())
        .unwrap()
        .interactions
        .into_iter()
        .map(|interaction| interaction.description)
        .collect();
    assert_eq!(descriptions, ["a", "a b", "b"]);
}

#[test]
fn the_same_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    assert!(save(&pact(&[("a", 200)]), &output(&folder, "1")).unwrap().changed);
    let again = save(&pact(&[("a", 200)]), &output(&folder, "1")).unwrap();
    assert_eq!((again.changed, again.interactions), (false, 1));
}

#[test]
fn bodies_of_every_kind_are_recognised_when_they_come_again() {
    use crate::prelude::*;
    let folder = tempfile::tempdir().unwrap();
    for (index, response) in [
        ok().json(json!({ "price": 8.4, "big": 12_345_678_901_u64, "none": null })),
        ok().json(json!(null)),
        ok().text_as("application/json", "{\"a\": 1}"),
        ok().text_as("application/xml", "<a/>"),
        ok().text(""),
        ok().bytes("text/plain", *b"abc"),
        ok().bytes("image/png", *b"\x89PNG"),
        ok().without_body(),
        ok(),
    ]
    .into_iter()
    .enumerate()
    {
        let mock = consumer("web")
            .provider("orders")
            .upon_receiving(format!("a request {index}"))
            .request(get("/"))
            .respond(response);
        let pact = mock.to_pact().unwrap();
        save(&pact, &output(&folder, "1")).unwrap();
        assert!(!save(&pact, &output(&folder, "1")).unwrap().changed, "interaction {index}");
    }
}

#[test]
fn provider_states_with_their_values_name_an_interaction() {
    let folder = tempfile::tempdir().unwrap();
    for id in ["7", "8"] {
        let mut one = pact(&[("a", 200)]);
        let mut state = ProviderState::new("an order exists");
        state.params.insert("id", id);
        one.interactions[0].states.push(state);
        let file = save(&one, &output(&folder, "1")).unwrap();
        assert_eq!(file.interactions, if id == "7" { 1 } else { 2 });
    }
}

#[test]
fn a_changed_test_replaces_what_an_earlier_run_wrote() {
    let folder = tempfile::tempdir().unwrap();
    save(&pact(&[("a", 200), ("b", 200)]), &output(&folder, "1")).unwrap();
    let file = save(&pact(&[("a", 201)]), &output(&folder, "2")).unwrap();
    assert_eq!((file.changed, file.interactions), (true, 2));
    assert!(saved(&file).contains("201"));
}

#[test]
fn two_tests_of_one_run_that_disagree_are_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let file = save(&pact(&[("a", 200)]), &output(&folder, "1")).unwrap();
    let before = saved(&file);
    let error = save(&pact(&[("a", 201), ("b", 200)]), &output(&folder, "1")).unwrap_err();
    let SaveError::Merge { source: MergeError::Conflict(conflict), .. } = &error else { panic!("{error}") };
    assert_eq!(conflict.differences.len(), 1);
    assert_eq!(conflict.differences[0].path, "$.response.status");
    assert!(error.to_string().contains("$.response.status: 200 there, 201 here"), "{error}");
    assert_eq!(saved(&file), before);
}

#[test]
fn two_tests_of_one_run_that_share_a_key_are_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let keyed = |description| {
        let mut pact = pact(&[(description, 200)]);
        pact.interactions[0].key = Some("k".to_owned());
        pact
    };
    save(&keyed("a"), &output(&folder, "1")).unwrap();
    assert!(save(&keyed("b"), &output(&folder, "1")).is_err());
    // In the next run it is the same interaction under another description.
    assert_eq!(save(&keyed("b"), &output(&folder, "2")).unwrap().interactions, 1);
}

#[test]
fn overwriting_drops_what_this_run_did_not_write() {
    let folder = tempfile::tempdir().unwrap();
    let overwriting = |run| Output { overwrite: true, ..output(&folder, run) };
    save(&pact(&[("a", 200), ("b", 200)]), &overwriting("1")).unwrap();
    save(&pact(&[("b", 200)]), &overwriting("2")).unwrap();
    let file = save(&pact(&[("c", 200)]), &overwriting("2")).unwrap();
    assert_eq!(file.interactions, 2);
    assert!(!saved(&file).contains("\"a\""));
}

#[test]
fn a_broken_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web-orders.json");
    fs::write(&path, "{\"consumer\"").unwrap();
    let error = save(&pact(&[("a", 200)]), &output(&folder, "1")).unwrap_err();
    assert!(matches!(error, SaveError::Broken { .. }), "{error}");
    assert!(error.to_string().contains("web-orders.json"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"consumer\"");
}

#[test]
fn a_file_of_others_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let other = Pact { consumer: pactwright_core::model::Party::new("web-orders"), ..pact(&[]) };
    let other = Pact { provider: pactwright_core::model::Party::new("api"), ..other };
    save(&other, &output(&folder, "1")).unwrap();
    let mut clash = pact(&[("a", 200)]);
    clash.provider.name = "orders-api".to_owned();
    let error = save(&clash, &output(&folder, "1")).unwrap_err();
    assert!(matches!(error, SaveError::Merge { source: MergeError::OtherContract { .. }, .. }), "{error}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let output = Output { folder: folder.path().join("file").join("pacts"), ..output(&folder, "1") };
    let error = save(&pact(&[("a", 200)]), &output).unwrap_err();
    assert!(error.to_string().starts_with("cannot create the folder"), "{error}");
}

#[test]
fn a_hundred_writers_at_once_lose_nothing() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let writers: Vec<_> = (0..100)
        .map(|index| {
            let folder = Arc::clone(&folder);
            std::thread::spawn(move || {
                let own = format!("interaction {index:02}");
                save(&pact(&[("shared", 200), (&own, 200)]), &output(&folder, "1")).unwrap();
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let at_once = fs::read_to_string(folder.path().join("web-orders.json")).unwrap();

    let apart = tempfile::tempdir().unwrap();
    let names: Vec<_> = (0..100).map(|index| format!("interaction {index:02}")).collect();
    let mut all: Vec<_> = names.iter().map(|name| (name.as_str(), 200)).collect();
    all.push(("shared", 200));
    assert_eq!(at_once, saved(&save(&pact(&all), &output(&apart, "1")).unwrap()));
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("tmp"))
        .collect();
    assert_eq!(left, [""; 0]);
}
