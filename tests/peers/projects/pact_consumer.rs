use pact_consumer::prelude::*;
use pact_consumer::*;

async fn fetch(base: &str, id: u64) -> Result<serde_json::Value, reqwest::Error> {
    let request = reqwest::Client::new().get(format!("{base}/orders/{id}"));
    request.header("accept", "application/json").send().await?.error_for_status()?.json().await
}

#[tokio::test]
async fn an_order_can_be_fetched() -> Result<(), Box<dyn std::error::Error>> {
    // Not `new_v4`: only this one installs what its reqwest needs for TLS, and so ours, which is built with the same
    // features, can be made at all.
    let mock = PactBuilder::new("web", "orders")
        .interaction("a request for order 7", "", |mut i| {
            i.given("order 7 exists");
            i.request.get().path("/orders/7").header("accept", "application/json");
            i.response.ok().json_body(json_pattern!({
                "id": like!(7),
                "state": term!("open|paid|cancelled", "open"),
                "lines": each_like!({ "sku": term!(r"SKU-\d+", "SKU-1"), "count": like!(2) }),
            }));
            i
        })
        .start_mock_server(None, None);

    let order = fetch(mock.url().as_str().trim_end_matches('/'), 7).await?;
    assert_eq!(order["id"], 7);
    assert_eq!(order["lines"][0]["sku"], "SKU-1");
    Ok(())
}
