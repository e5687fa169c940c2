use super::{Operation, delete, get, post, put};

pub(super) fn webhooks() -> Vec<Operation> {
    let mut operations = of("/webhooks", ["listWebhooks", "createWebhook"]);
    operations.extend([
        get("/webhooks/{uuid}", "readWebhook", "Read a webhook; its secrets are stars").gives("Webhook"),
        put(
            "/webhooks/{uuid}",
            "replaceWebhook",
            "Create or replace a webhook; stars keep a secret as it is",
        )
        .takes("NewWebhook")
        .gives("Webhook")
        .creates("Webhook")
        .refuses(410),
        delete("/webhooks/{uuid}", "removeWebhook", "Remove a webhook").gives_nothing(),
        post(
            "/webhooks/{uuid}/execute",
            "executeWebhook",
            "Send the request of a webhook now, about the latest of its pacts; nothing of it is recorded",
        )
        .gives("WebhookExecution"),
        post(
            "/webhooks/{uuid}/retry",
            "retryWebhook",
            "Try again to deliver all that was given up of a webhook, at most 1000 at once",
        )
        .answers(202, Some("Retried"))
        .refuses(409),
        post(
            "/webhooks/execute",
            "executeGivenWebhook",
            "Send the request of a webhook that is not saved, to try it out",
        )
        .takes("NewWebhook")
        .gives("WebhookExecution"),
    ]);
    operations
        .extend(of("/webhooks/provider/{provider}", ["listWebhooksOfProvider", "createWebhookOfProvider"]));
    operations
        .extend(of("/webhooks/consumer/{consumer}", ["listWebhooksOfConsumer", "createWebhookOfConsumer"]));
    operations.extend(of(
        "/webhooks/provider/{provider}/consumer/{consumer}",
        ["listWebhooksOfPair", "createWebhookOfPair"],
    ));
    operations.extend(of(
        "/pacts/provider/{provider}/consumer/{consumer}/webhooks",
        ["listWebhooksOfPact", "createWebhookOfPact"],
    ));
    operations
}

/// What can be done with the webhooks for all, for one pacticipant or for a pair: the path says for whom.
fn of(path: &'static str, [list, create]: [&'static str; 2]) -> Vec<Operation> {
    vec![
        get(path, list, "List webhooks").gives("Webhooks"),
        post(path, create, "Create a webhook").takes("NewWebhook").creates("Webhook").refuses(410),
    ]
}

pub(super) fn deliveries() -> Vec<Operation> {
    let status = |path, id| {
        get(path, id, "See what became of the last delivery of each webhook").gives("WebhookStatus")
    };
    vec![
        status("/webhooks/provider/{provider}/status", "webhookStatusOfProvider"),
        status("/webhooks/consumer/{consumer}/status", "webhookStatusOfConsumer"),
        status("/webhooks/provider/{provider}/consumer/{consumer}/status", "webhookStatusOfPair"),
        status("/pacts/provider/{provider}/consumer/{consumer}/webhooks/status", "webhookStatusOfPact"),
        get(
            "/webhooks/dead-letters",
            "listDeadLetters",
            "List the deliveries that were given up, the newest first",
        )
        .query(&["page", "size", "webhook", "consumer", "provider", "event"])
        .gives("DeadLetters"),
        post(
            "/triggered-webhooks/{uuid}/retry",
            "retryDelivery",
            "Try a delivery again that was given up: about the same, under the same key, by the webhook as it is now",
        )
        .answers(202, Some("DeadLetter"))
        .refuses(409),
        get(
            "/triggered-webhooks/{uuid}/logs",
            "webhookLogs",
            "Read what was sent and answered, without what is secret",
        )
        .gives("WebhookLogs"),
    ]
}
