//! `provider-states list`: what a provider has to be able to set up.

use clap::{Args, Subcommand};
use pactwright_core::broker_api::Link;
use pactwright_core::names::{BranchName, EnvironmentName, ParticipantName};
use serde::Deserialize;
use serde_json::Value;

use crate::broker::{Broker, BrokerError, Whole};
use crate::exit::Exit;
use crate::options::BrokerOptions;
use crate::output::{Output, Table};
use crate::printer::Printer;

/// What can be done with provider states.
#[derive(Debug, Subcommand)]
pub(crate) enum ProviderStates {
    /// Show the provider states that consumers expect of a provider
    List(ListProviderStates),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  pactwright provider-states list --provider orders-api
  pactwright provider-states list --provider orders-api --environment production --output json

Each is shown once, with those of the consumers' latest contracts that name it.")]
pub(crate) struct ListProviderStates {
    /// The provider
    #[arg(short = 'r', long, value_name = "NAME")]
    provider: ParticipantName,
    /// Of the latest contracts from this branch of the consumers; without it, from their main branches
    #[arg(long, value_name = "NAME", conflicts_with = "environment")]
    branch: Option<BranchName>,
    /// Of the contracts of the consumers' versions that are deployed or released there
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,
    /// The same as `--output json`
    #[arg(long)]
    json: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Output,
    #[command(flatten)]
    broker: BrokerOptions,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    #[serde(default)]
    provider_states: Vec<State>,
}

#[derive(Debug, Deserialize)]
struct State {
    name: String,
    #[serde(default)]
    params: Option<Value>,
    #[serde(default)]
    consumers: Vec<String>,
}

impl ProviderStates {
    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        match self {
            Self::List(command) => command.run(printer).await,
        }
    }
}

impl ListProviderStates {
    async fn run(self, printer: Printer) -> Result<Exit, BrokerError> {
        let broker = Broker::new(&self.broker)?;
        let provider = ("provider", self.provider.as_str());
        // The index does not name it.
        let place = Link::to(broker.below("pacts/provider/{provider}/provider-states"));
        let below = |more: &str| Link::to(format!("{}{more}", place.href));
        let address = match (&self.branch, &self.environment) {
            (Some(branch), _) => below("/branch/{branch}").expand(&[provider, ("branch", branch.as_str())]),
            (None, Some(name)) => {
                below("/environment/{environment}").expand(&[provider, ("environment", name.as_str())])
            }
            (None, None) => place.expand(&[provider]),
        };
        let found: Option<Whole<Found>> = broker.find(&address).await?;
        let Some(found) = found else { return Err(self.missing(&broker, address).await) };
        let output = if self.json { Output::Json } else { self.output };
        let table = Table::new(["PROVIDER STATE", "PARAMETERS", "CONSUMERS"]);
        let table = table.rows(found.known.provider_states.iter().map(row));
        printer.answer(output, &found, || table.to_string());
        if found.known.provider_states.is_empty() {
            printer.note(&format!("No contract with {} names a provider state there.", self.provider));
        }
        Ok(Exit::Yes)
    }

    /// What the broker does not know: the provider, or the environment.
    async fn missing(&self, broker: &Broker, address: String) -> BrokerError {
        let look = async {
            let index = broker.index().await?;
            broker.participant(&index, &self.provider).await?;
            if let Some(environment) = &self.environment {
                broker.environment(&index, environment).await?;
            }
            Ok::<_, BrokerError>(())
        };
        match look.await {
            Err(error) => error,
            // Then it is the broker that cannot do this.
            Ok(()) => BrokerError::NoLink { base: address, relation: "provider-states" },
        }
    }
}

fn row(state: &State) -> [String; 3] {
    let params = state.params.as_ref().filter(|params| !params.is_null());
    [state.name.clone(), params.map(ToString::to_string).unwrap_or_default(), state.consumers.join(", ")]
}
