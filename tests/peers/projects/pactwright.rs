use pactwright::prelude::*;

async fn fetch(base: &str, id: u64) -> Result<serde_json::Value, reqwest::Error> {
    let request = reqwest::Client::new().get(format!("{base}/orders/{id}"));
    request.header("accept", "application/json").send().await?.error_for_status()?.json().await
}

#[tokio::test]
async fn an_order_can_be_fetched() -> Result<(), Box<dyn std::error::Error>> {
    let mock = consumer("web")
        .provider("orders")
        .given("order 7 exists")
        .upon_receiving("a request for order 7")
        .request(get("/orders/7").header("accept", "application/json"))
        .respond(ok().json(json!({
            "id": integer(7),
            "state": regex("open", "open|paid|cancelled"),
            "lines": each_like(json!({ "sku": regex("SKU-1", r"SKU-\d+"), "count": integer(2) })),
        })))
        .start()
        .await?;

    let order = fetch(&mock.url(), 7).await?;
    assert_eq!(order["id"], 7);
    assert_eq!(order["lines"][0]["sku"], "SKU-1");

    mock.finish().await?;
    Ok(())
}
