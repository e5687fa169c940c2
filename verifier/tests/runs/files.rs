use pactwright_verifier::sources::{FileSource, FolderSource, UrlSource};
use pactwright_verifier::{ExitCode, Filter, RunError, Verifier};
use serde_json::json;

use crate::support::{access, calls, folder, get, given, pact, provider, report, serve, state};

#[tokio::test]
async fn a_file_is_verified() {
    let provider = provider(&[("/api/orders/7", json!({ "id": 7, "more": true }))]).await;
    let (_keep, path) = folder(&[("web.json", pact(&[get("/orders/7")]).to_string())]);
    let verifier = Verifier::new("orders-api")
        .source(FileSource::new(path.join("web.json")))
        .base_url(format!("{}/api", provider.uri()));
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
    assert_eq!(calls(&provider).await, ["GET /api/orders/7"]);
}

#[tokio::test]
async fn a_file_that_names_another_provider_is_verified_and_the_report_says_so() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let mut other = pact(&[get("/a")]);
    other["provider"]["name"] = "stock-api".into();
    let (_keep, path) = folder(&[("other.json", other.to_string())]);
    let source = FileSource::new(path.join("other.json"));
    let verifier = Verifier::new("orders-api").source(source.clone()).base_url(provider.uri());
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified);
    assert!(text.contains("this is a contract with stock-api, not with orders-api"), "{text}");
    let (_, text) = report(Verifier::any_provider().source(source).base_url(provider.uri())).await;
    assert!(!text.contains("not with"), "{text}");
}

#[tokio::test]
async fn a_file_that_is_missing_is_named() {
    let verifier = Verifier::new("orders-api").source(FileSource::new("no/such.json"));
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::CouldNotRun);
    assert!(text.contains("no/such.json could not be read: No such file"), "{text}");
}

#[tokio::test]
async fn a_file_at_an_address_is_verified() {
    let provider = provider(&[("/orders/7", json!({ "id": 7 }))]).await;
    serve(&provider, "GET", "/web.json", pact(&[get("/orders/7")])).await;
    let source = UrlSource::new(format!("{}/web.json", provider.uri())).access(access());
    let verifier = Verifier::new("orders-api").source(source).base_url(provider.uri());
    let (summary, text) = report(verifier).await;
    assert_eq!(summary.exit_code(), ExitCode::Verified, "{text}");
}

#[tokio::test]
async fn folders_are_for_the_provider_in_question() {
    let provider = provider(&[("/a", json!({ "id": 7 }))]).await;
    let mut other = pact(&[get("/other")]);
    other["provider"]["name"] = "stock-api".into();
    let (_keep, path) =
        folder(&[("web.json", pact(&[get("/a")]).to_string()), ("other.json", other.to_string())]);
    let verifier = Verifier::new("orders-api").source(FolderSource::new(path)).base_url(provider.uri());
    let (summary, _) = report(verifier).await;
    assert_eq!((summary.pacts.len(), summary.exit_code()), (1, ExitCode::Verified));
}

#[tokio::test]
async fn nothing_to_verify_is_an_error_unless_that_is_fine() {
    assert!(matches!(Verifier::new("x").run(&mut ()).await, Err(RunError::NoSource)));
    let (_keep, path) = folder(&[]);
    let verifier = Verifier::new("orders-api").source(FolderSource::new(&path));
    let error = verifier.run(&mut ()).await.unwrap_err();
    assert!(error.to_string().starts_with("no contracts for the provider \"orders-api\" were found in "));
    assert_eq!(error.exit_code(), ExitCode::CouldNotRun);
    let summary = verifier.ignore_no_pacts(true).run(&mut ()).await.unwrap();
    assert_eq!(summary.exit_code(), ExitCode::Verified);
}

#[tokio::test]
async fn filters_choose_interactions_and_consumers() {
    let provider = provider(&[("/a", json!({ "id": 7 })), ("/b", json!({ "id": 7 }))]).await;
    let interactions = [get("/a"), given(get("/b"), &[state("b is there")]), get("/c")];
    let (_keep, path) = folder(&[("web.json", pact(&interactions).to_string())]);
    let verifier = Verifier::new("orders-api").source(FolderSource::new(path)).base_url(provider.uri());
    for (filter, expected) in [
        (Filter::default().description("/[ab]$").unwrap(), vec!["GET /a", "GET /b"]),
        (Filter::default().state("^b is").unwrap(), vec!["GET /b"]),
        (Filter::default().without_state().description("/a").unwrap(), vec!["GET /a"]),
        (Filter::default().state("").unwrap().description("/a").unwrap(), vec!["GET /a"]),
        (Filter::default().consumers(["web", "x"]).description("/a").unwrap(), vec!["GET /a"]),
    ] {
        let before = calls(&provider).await.len();
        let summary = verifier.clone().filter(filter.clone()).run(&mut ()).await.unwrap();
        assert_eq!(calls(&provider).await[before..], expected, "{filter:?}");
        assert_eq!(summary.exit_code(), ExitCode::Verified);
    }
    let filter = Filter::default().consumers(["nobody"]);
    let error = verifier.filter(filter).run(&mut ()).await.unwrap_err();
    assert_eq!(error.to_string(), "no interaction is left to verify: consumer is nobody");
}
