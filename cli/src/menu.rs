//! The commands, in groups that a person finds one in.

use std::fmt::Write;

use clap::builder::Styles;
use clap::{Command as ClapCommand, Subcommand};
use tokio::runtime::Builder;

use crate::commands::broker::BrokerCommand;
use crate::commands::completions::Completions;
use crate::commands::contracts::get_pacts::GetPacts;
use crate::commands::contracts::list_latest::ListLatestPactVersions;
use crate::commands::contracts::provider_states::ProviderStates;
use crate::commands::decisions::can_i_deploy::CanIDeploy;
use crate::commands::decisions::can_i_merge::CanIMerge;
use crate::commands::demo::Demo;
use crate::commands::deployments::record_deployment::RecordDeployment;
use crate::commands::deployments::record_release::RecordRelease;
use crate::commands::deployments::record_support_ended::RecordSupportEnded;
use crate::commands::deployments::record_undeployment::RecordUndeployment;
use crate::commands::describe_verification::DescribeVerification;
use crate::commands::environments::create::CreateEnvironment;
use crate::commands::environments::delete::DeleteEnvironment;
use crate::commands::environments::describe::DescribeEnvironment;
use crate::commands::environments::list::ListEnvironments;
use crate::commands::environments::update::UpdateEnvironment;
use crate::commands::generate_uuid::GenerateUuid;
use crate::commands::lint::Lint;
use crate::commands::mock::Mock;
use crate::commands::participants::create_or_update::CreateOrUpdatePacticipant;
use crate::commands::participants::describe::DescribePacticipant;
use crate::commands::participants::list::ListPacticipants;
use crate::commands::publish::Publish;
use crate::commands::stub::Stub;
use crate::commands::verify::Verify;
use crate::commands::versions::create_or_update::CreateOrUpdateVersion;
use crate::commands::versions::create_tag::CreateVersionTag;
use crate::commands::versions::delete_branch::DeleteBranch;
use crate::commands::versions::delete_tag::DeleteVersionTag;
use crate::commands::versions::describe::DescribeVersion;
use crate::commands::webhooks::create::CreateWebhook;
use crate::commands::webhooks::create_or_update::CreateOrUpdateWebhook;
use crate::commands::webhooks::dead_letters::ListDeadLetters;
use crate::commands::webhooks::delete::DeleteWebhook;
use crate::commands::webhooks::list::ListWebhooks;
use crate::commands::webhooks::retry::RetryWebhook;
use crate::commands::webhooks::test::TestWebhook;
use crate::exit::{Exit, Failure};
use crate::printer::Printer;

/// Everything that can be done. A group is an enum; a new command is a variant of its group and a line in its `run`, a
/// new group is a variant here and a line in [`help_template`].
#[derive(Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Contracts(Contracts),
    #[command(flatten)]
    Decisions(Decisions),
    #[command(flatten)]
    Applications(Applications),
    #[command(flatten)]
    Places(Places),
    #[command(flatten)]
    Webhooks(Webhooks),
    #[command(flatten)]
    Program(Program),
}

/// Contracts, and those who keep them.
#[derive(Subcommand)]
pub(crate) enum Contracts {
    /// Start mock servers for consumers' tests in any language
    Mock(Mock),
    /// Serve the responses of contracts
    Stub(Box<Stub>),
    /// Say what is wrong with pact files
    Lint(Lint),
    /// Check a running provider against its contracts
    #[command(disable_help_flag = true, disable_version_flag = true, version)]
    Verify(Box<Verify>),
    /// Give contracts to the broker
    #[command(disable_help_flag = true)]
    Publish(Publish),
    /// Show which interactions failed, since when, and why
    DescribeVerification(DescribeVerification),
    /// Show the contracts of a provider, or write them into files
    GetPacts(GetPacts),
    /// Show the latest contract of each consumer with each provider
    ListLatestPactVersions(ListLatestPactVersions),
    /// Show what a provider has to be able to set up
    #[command(subcommand)]
    ProviderStates(ProviderStates),
}

/// Questions before a merge or a release, and what the broker is told after it.
#[derive(Subcommand)]
pub(crate) enum Decisions {
    /// Ask whether a version can be deployed
    #[command(name = "can-i-deploy")]
    CanIDeploy(CanIDeploy),
    /// Ask whether a version agrees with the main branches of the others
    #[command(name = "can-i-merge")]
    CanIMerge(CanIMerge),
    /// Tell the broker that a version is deployed
    RecordDeployment(RecordDeployment),
    /// Tell the broker that an application is gone from an environment
    RecordUndeployment(RecordUndeployment),
    /// Tell the broker that a version is released, beside those before it
    RecordRelease(RecordRelease),
    /// Tell the broker that a released version is no longer supported
    RecordSupportEnded(RecordSupportEnded),
}

/// Those who take part in contracts, their versions, branches and tags.
#[derive(Subcommand)]
pub(crate) enum Applications {
    /// Tell the broker about an application
    CreateOrUpdatePacticipant(CreateOrUpdatePacticipant),
    /// Show what the broker knows of an application
    DescribePacticipant(DescribePacticipant),
    /// Show all applications
    ListPacticipants(ListPacticipants),
    /// Tell the broker about a version, its branch and its tags
    CreateOrUpdateVersion(CreateOrUpdateVersion),
    /// Show what is known of a version, or which are in an environment
    DescribeVersion(DescribeVersion),
    /// Put a tag on a version
    CreateVersionTag(CreateVersionTag),
    /// Take a tag off a version
    DeleteVersionTag(DeleteVersionTag),
    /// Delete a branch; its versions stay
    DeleteBranch(DeleteBranch),
}

/// Places that versions are deployed and released to.
#[derive(Subcommand)]
pub(crate) enum Places {
    /// Tell the broker about an environment
    CreateEnvironment(CreateEnvironment),
    /// Change what the broker knows of an environment
    UpdateEnvironment(UpdateEnvironment),
    /// Show what the broker knows of an environment
    DescribeEnvironment(DescribeEnvironment),
    /// Show all environments
    ListEnvironments(ListEnvironments),
    /// Delete an environment, and what was recorded there
    DeleteEnvironment(DeleteEnvironment),
}

/// Requests that the broker sends when something happens.
#[derive(Subcommand)]
pub(crate) enum Webhooks {
    /// Have the broker send a request when something happens
    CreateWebhook(Box<CreateWebhook>),
    /// The same, under an identifier of one's own
    CreateOrUpdateWebhook(Box<CreateOrUpdateWebhook>),
    /// Send the request of a webhook now
    TestWebhook(TestWebhook),
    /// Show all webhooks
    ListWebhooks(ListWebhooks),
    /// Delete a webhook
    DeleteWebhook(DeleteWebhook),
    /// Show what webhooks could not be told
    ListDeadLetters(ListDeadLetters),
    /// Try again what was given up
    RetryWebhook(RetryWebhook),
}

/// The program and its server.
#[derive(Subcommand)]
pub(crate) enum Program {
    /// Play the whole loop in a few seconds, with a yes and a no
    Demo(Demo),
    /// Host the broker that keeps contracts, results and deployments
    #[command(subcommand)]
    Broker(Box<BrokerCommand>),
    /// Print what a shell needs to complete commands and options
    Completions(Completions),
    /// Print a new UUID
    GenerateUuid(GenerateUuid),
}

impl Command {
    /// Servers use all processors. Clients wait most of the time, and waking another thread for each answer would cost
    /// them more than what they do with it.
    pub(crate) fn threads(&self) -> Builder {
        match self {
            Self::Program(Program::Demo(_) | Program::Broker(_))
            | Self::Contracts(Contracts::Mock(_) | Contracts::Stub(_)) => Builder::new_multi_thread(),
            Self::Contracts(
                Contracts::Lint(_)
                | Contracts::Verify(_)
                | Contracts::Publish(_)
                | Contracts::DescribeVerification(_)
                | Contracts::GetPacts(_)
                | Contracts::ListLatestPactVersions(_)
                | Contracts::ProviderStates(_),
            )
            | Self::Decisions(_)
            | Self::Applications(_)
            | Self::Places(_)
            | Self::Webhooks(_)
            | Self::Program(Program::Completions(_) | Program::GenerateUuid(_)) => {
                Builder::new_current_thread()
            }
        }
    }

    pub(crate) async fn run(self, printer: Printer) -> Result<Exit, Failure> {
        match self {
            Self::Contracts(command) => command.run(printer).await,
            Self::Decisions(command) => command.run(printer).await,
            Self::Applications(command) => command.run(printer).await,
            Self::Places(command) => command.run(printer).await,
            Self::Webhooks(command) => command.run(printer).await,
            Self::Program(command) => command.run(printer).await,
        }
    }
}

impl Contracts {
    async fn run(self, printer: Printer) -> Result<Exit, Failure> {
        match self {
            Self::Mock(command) => command.run(printer).await,
            Self::Stub(command) => command.run(printer).await.map_err(Failure::from),
            Self::Lint(command) => command.run(printer).map_err(Failure::from),
            Self::Verify(command) => command.run(printer).await.map_err(Failure::from),
            Self::Publish(command) => command.run(printer).await.map_err(Failure::from),
            Self::DescribeVerification(command) => command.run(printer).await.map_err(Failure::from),
            Self::GetPacts(command) => command.run(printer).await.map_err(Failure::from),
            Self::ListLatestPactVersions(command) => command.run(printer).await.map_err(Failure::from),
            Self::ProviderStates(command) => command.run(printer).await.map_err(Failure::from),
        }
    }
}

impl Decisions {
    async fn run(self, printer: Printer) -> Result<Exit, Failure> {
        match self {
            Self::CanIDeploy(command) => command.run(printer).await.map_err(Failure::from),
            Self::CanIMerge(command) => command.run(printer).await.map_err(Failure::from),
            Self::RecordDeployment(command) => command.run(printer).await.map_err(Failure::from),
            Self::RecordUndeployment(command) => command.run(printer).await.map_err(Failure::from),
            Self::RecordRelease(command) => command.run(printer).await.map_err(Failure::from),
            Self::RecordSupportEnded(command) => command.run(printer).await.map_err(Failure::from),
        }
    }
}

impl Applications {
    async fn run(self, printer: Printer) -> Result<Exit, Failure> {
        match self {
            Self::CreateOrUpdatePacticipant(command) => command.run(printer).await.map_err(Failure::from),
            Self::DescribePacticipant(command) => command.run(printer).await.map_err(Failure::from),
            Self::ListPacticipants(command) => command.run(printer).await.map_err(Failure::from),
            Self::CreateOrUpdateVersion(command) => command.run(printer).await.map_err(Failure::from),
            Self::DescribeVersion(command) => command.run(printer).await.map_err(Failure::from),
            Self::CreateVersionTag(command) => command.run(printer).await.map_err(Failure::from),
            Self::DeleteVersionTag(command) => command.run(printer).await.map_err(Failure::from),
            Self::DeleteBranch(command) => command.run(printer).await.map_err(Failure::from),
        }
    }
}

impl Places {
    async fn run(self, printer: Printer) -> Result<Exit, Failure> {
        match self {
            Self::CreateEnvironment(command) => command.run(printer).await.map_err(Failure::from),
            Self::UpdateEnvironment(command) => command.run(printer).await.map_err(Failure::from),
            Self::DescribeEnvironment(command) => command.run(printer).await.map_err(Failure::from),
            Self::ListEnvironments(command) => command.run(printer).await.map_err(Failure::from),
            Self::DeleteEnvironment(command) => command.run(printer).await.map_err(Failure::from),
        }
    }
}

impl Webhooks {
    async fn run(self, printer: Printer) -> Result<Exit, Failure> {
        match self {
            Self::CreateWebhook(command) => command.run(printer).await.map_err(Failure::from),
            Self::CreateOrUpdateWebhook(command) => command.run(printer).await.map_err(Failure::from),
            Self::TestWebhook(command) => command.run(printer).await.map_err(Failure::from),
            Self::ListWebhooks(command) => command.run(printer).await.map_err(Failure::from),
            Self::DeleteWebhook(command) => command.run(printer).await.map_err(Failure::from),
            Self::ListDeadLetters(command) => command.run(printer).await.map_err(Failure::from),
            Self::RetryWebhook(command) => command.run(printer).await.map_err(Failure::from),
        }
    }
}

impl Program {
    async fn run(self, printer: Printer) -> Result<Exit, Failure> {
        match self {
            Self::Demo(command) => command.run(printer).await.map_err(Failure::from),
            Self::Broker(command) => command.run(printer).await.map_err(Failure::from),
            Self::Completions(command) => Ok(command.run(printer)),
            Self::GenerateUuid(command) => Ok(command.run(printer)),
        }
    }
}

/// Help with the commands in their groups. Clap has one list for them all.
pub(crate) fn help_template() -> String {
    let groups = [
        ("Contracts", of::<Contracts>()),
        ("Deployments and releases", of::<Decisions>()),
        ("Applications", of::<Applications>()),
        ("Environments", of::<Places>()),
        ("Webhooks", of::<Webhooks>()),
        ("This program", of::<Program>()),
    ];
    let names = groups.iter().flat_map(|(_, commands)| commands).map(|command| command.get_name().len());
    let width = names.max().unwrap_or(0);
    let styles = Styles::styled();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut listed = String::new();
    for (heading, commands) in &groups {
        let _ = writeln!(listed, "{header}{heading}:{header:#}");
        for command in commands {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(listed, "  {literal}{:width$}{literal:#}  {about}", command.get_name());
        }
        listed.push('\n');
    }
    format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{listed}{header}Options:{header:#}\n{{options}}{{after-help}}"
    )
}

fn of<Group: Subcommand>() -> Vec<ClapCommand> {
    Group::augment_subcommands(ClapCommand::new("group")).get_subcommands().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_has_every_command_once_on_a_line_of_its_own() {
        let help = help_template();
        for command in of::<Command>() {
            let name = command.get_name();
            let lines: Vec<_> = anstyle_free(&help).lines().map(str::to_owned).collect();
            let found = lines.iter().filter(|line| line.split_whitespace().next() == Some(name)).count();
            assert_eq!(found, 1, "{name} should be in one group");
        }
        for line in anstyle_free(&help).lines() {
            assert!(line.chars().count() <= 100, "too long for help: {line}");
        }
    }

    /// Without the sequences that make text bold.
    fn anstyle_free(text: &str) -> String {
        let mut plain = String::new();
        for (index, part) in text.split('\x1b').enumerate() {
            plain.push_str(if index == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) });
        }
        plain
    }
}
