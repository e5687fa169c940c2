//! `create-webhook`: a request that the broker sends when something happens.

use clap::Args;
use serde_json::Value;

use super::options::{WebhookBroker, WebhookOptions};
use super::{WebhookError, shown, templates, text};
use crate::broker::Broker;
use crate::exit::Exit;
use crate::output::OutputOrId;
use crate::printer::Printer;

/// Examples of what `create-webhook` and `create-or-update-webhook` share.
pub(super) const EXAMPLES: &str = "\
Examples:
  pactwright create-webhook https://ci.example.org/build -H 'Authorization: Bearer abc' \\
    -d '{\"pact\": \"${pactbroker.pactUrl}\"}' --provider orders \\
    --contract-requiring-verification-published
  pactwright create-webhook --template github-status --set owner=acme --set repository=web \\
    --set token=@github-token.txt --consumer web
  pactwright create-webhook --template slack --set url=@slack-url.txt \\
    --event can_i_deploy_turned_to_no --event contract_verification_overdue
  pactwright create-webhook 'https://chat.example.org/hook?key=${secret.key}' --secret key=@key.txt \\
    -d '{\"text\": \"${pactbroker.eventSummary}\"}' --event deployment_recorded

Passwords, signing secrets, headers whose names say that they are secret, and what --secret gives are
shown as stars, and kept encrypted where the broker has a key (PACTWRIGHT_SECRET_KEY). Addresses and
bodies are not: what is secret in them stands there as ${secret.NAME}.
";

#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n{}", templates::listed()))]
pub(crate) struct CreateWebhook {
    #[command(flatten)]
    webhook: WebhookOptions,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: OutputOrId,
    #[command(flatten)]
    broker: WebhookBroker,
}

impl CreateWebhook {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, WebhookError> {
        let webhook = self.webhook.document()?;
        let broker = Broker::new(&self.broker.0)?;
        let address = broker.index().await?.address("pb:webhooks", &[])?;
        let created: Value = broker.post(&address, &webhook).await?;
        printer.answer_or_id(self.output, &created, text(&created, "uuid"), || {
            format!("Created the webhook {}.", shown(&created))
        });
        Ok(Exit::Yes)
    }
}
