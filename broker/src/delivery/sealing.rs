//! Secrets that were kept as they were given, or sealed with a key of before, are sealed when the broker starts.
//!
//! What was written to the log before stays there until the log is compacted.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
};

use crate::{
    Broker,
    domain::{
        commands::SealSecrets,
        model::{Secret, Timestamp, Webhook, WebhookKey, WebhookRequest},
        state::State,
    },
};

/// Seals what is not sealed with the key of now, or says that there is no key.
pub(super) async fn seal_known(broker: &Broker) {
    let state = broker.state();
    let vault = &broker.config().webhooks.secrets();
    for webhook in state.webhooks() {
        if let Err(locked) = vault.open_request(&webhook.key, &webhook.details.request) {
            tracing::error!(
                "this webhook is told nothing until its secrets can be read, and given up when that takes longer than \
                 deliveries are tried again: {locked}"
            );
        }
    }
    if !vault.is_open() {
        if versions(&state).any(|webhook| has_plain_secrets(&webhook.details.request)) {
            warn_of_plain_secrets(broker);
        }
        return;
    }
    let known: BTreeMap<(WebhookKey, Timestamp), Arc<Webhook>> =
        versions(&state).map(|webhook| ((webhook.key.clone(), webhook.since()), webhook.clone())).collect();
    for ((webhook, since), version) in known {
        let before = &version.details.request;
        let Some(request) = vault.reseal_request(&webhook, before, || broker.random()) else { continue };
        let command = SealSecrets { webhook, since, before: before.clone(), request };
        if let Err(refusal) = broker.submit(command).await {
            tracing::warn!(%refusal, "the secrets of webhooks could not be sealed; this is tried again at the next start");
            return;
        }
    }
}

/// Webhooks as they are, and as they are owed or were told.
fn versions(state: &State) -> impl Iterator<Item = &Arc<Webhook>> {
    state.webhooks().chain(state.triggers().map(|trigger| &trigger.webhook))
}

fn has_plain_secrets(request: &WebhookRequest) -> bool {
    request.secrets().any(|(_, secret)| matches!(secret, Secret::Plain(_)))
}

/// Says, once, that secrets are kept as they were given.
pub(crate) fn warn_of_plain_secrets(broker: &Broker) {
    if !broker.warned().swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "secrets of webhooks are kept as they were given, because there is no key to seal them with: set \
             PACTWRIGHT_SECRET_KEY, or PACTWRIGHT_SECRET_KEY_FILE, to a key that `openssl rand -base64 32` makes"
        );
    }
}
