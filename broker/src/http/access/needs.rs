//! What whoever asks has to be allowed: one of these stands beside each entry of the table of routes.

use std::sync::Arc;

use pactwright_core::names::ParticipantName;
use uuid::Uuid;

use crate::domain::{
    access::{Grant, Need, Object, Permission},
    model::{Environment, EnvironmentId, ParticipantId, Side, Webhook, WebhookDetails, WebhookKey},
    rules::Rules,
    state::State,
};

/// A permission, and where in the request it stands what it is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) struct Needs {
    pub(in crate::http) permission: Permission,
    on: On,
}

/// Where it stands what something is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On {
    /// Nothing is looked at.
    Nothing,
    Anything,
    Broker,
    /// A variable of the path that names a participant.
    Participant(&'static str),
    /// Consumer and provider of the path, both.
    Pair,
    /// The environment of the path, or none that is there yet.
    Environment,
    /// The participant and the environment of the path.
    Place,
    /// The participant, and what a tag says where tags are deployments.
    Tag,
    /// What a deployment of the path is of.
    Deployment,
    /// What a release of the path is of.
    Release,
    /// Whom the webhook is about that the delivery of the path is of.
    Delivery,
    /// Whom the webhook of the path is about.
    Webhook,
    /// The same, and what the body says.
    WebhookAndBody,
    /// The team of the path.
    Team,
    /// The teams of the token of the path.
    Token,
    /// One of the teams of the token of the path: whoever is responsible for any of what it can do can take it away.
    AnyOfToken,
    /// A variable of the path that names a participant, and the consumers whose contracts with it go with it.
    WithConsumers(&'static str),
    /// The body says it: the handler asks with [`Call::needing`](crate::http::call::Call::needing) before it changes anything.
    Body,
}

const fn needs(permission: Permission, on: On) -> Needs {
    Needs { permission, on }
}

/// Anybody, without saying who.
pub(in crate::http) const PUBLIC: Needs = needs(Permission::Heartbeat, On::Nothing);
pub(in crate::http) const HEARTBEAT: Needs = needs(Permission::Heartbeat, On::Anything);
pub(in crate::http) const BADGE: Needs = needs(Permission::Badge, On::Anything);
pub(in crate::http) const READ: Needs = needs(Permission::Read, On::Anything);
pub(in crate::http) const READ_WEBHOOK: Needs = needs(Permission::Read, On::Webhook);
pub(in crate::http) const RETRY_DELIVERY: Needs = needs(Permission::ManageWebhooks, On::Delivery);
pub(in crate::http) const READ_DELIVERY: Needs = needs(Permission::Read, On::Delivery);
pub(in crate::http) const AUDIT: Needs = needs(Permission::Audit, On::Broker);
pub(in crate::http) const PUBLISH: Needs = needs(Permission::Publish, On::Participant("pacticipant"));
pub(in crate::http) const PUBLISH_CONSUMER: Needs = needs(Permission::Publish, On::Participant("consumer"));
pub(in crate::http) const PUBLISH_BODY: Needs = needs(Permission::Publish, On::Body);
pub(in crate::http) const TAG: Needs = needs(Permission::Publish, On::Tag);
pub(in crate::http) const VERIFY: Needs = needs(Permission::Verify, On::Participant("provider"));
pub(in crate::http) const DEPLOY: Needs = needs(Permission::Deploy, On::Place);
pub(in crate::http) const DEPLOYMENT: Needs = needs(Permission::Deploy, On::Deployment);
pub(in crate::http) const RELEASE: Needs = needs(Permission::Deploy, On::Release);
pub(in crate::http) const REMOVE: Needs = needs(Permission::Delete, On::Participant("pacticipant"));
pub(in crate::http) const REMOVE_PARTICIPANT: Needs =
    needs(Permission::Delete, On::WithConsumers("pacticipant"));
pub(in crate::http) const REMOVE_CONSUMER: Needs = needs(Permission::Delete, On::Participant("consumer"));
pub(in crate::http) const REMOVE_RESULT: Needs = needs(Permission::Delete, On::Participant("provider"));
pub(in crate::http) const REMOVE_PAIR: Needs = needs(Permission::Delete, On::Pair);
pub(in crate::http) const REMOVE_ENVIRONMENT: Needs = needs(Permission::Delete, On::Environment);
pub(in crate::http) const CREATE_ENVIRONMENT: Needs = needs(Permission::ManageEnvironments, On::Anything);
pub(in crate::http) const ENVIRONMENT: Needs = needs(Permission::ManageEnvironments, On::Environment);
pub(in crate::http) const WEBHOOK: Needs = needs(Permission::ManageWebhooks, On::Webhook);
pub(in crate::http) const WEBHOOK_BODY: Needs = needs(Permission::ManageWebhooks, On::WebhookAndBody);
pub(in crate::http) const OWNER: Needs = needs(Permission::Administer, On::Participant("pacticipant"));
pub(in crate::http) const ENVIRONMENT_OWNER: Needs = needs(Permission::Administer, On::Environment);
pub(in crate::http) const TEAM: Needs = needs(Permission::Administer, On::Team);
pub(in crate::http) const TOKEN: Needs = needs(Permission::Administer, On::Token);
pub(in crate::http) const REVOKE: Needs = needs(Permission::Administer, On::AnyOfToken);
pub(in crate::http) const USERS: Needs = needs(Permission::Administer, On::Broker);
/// To administer users, unless it is one's own password: the handler asks.
pub(in crate::http) const USER_BODY: Needs = needs(Permission::Read, On::Body);
pub(in crate::http) const TOKENS: Needs = needs(Permission::Administer, On::Anything);
pub(in crate::http) const TOKEN_BODY: Needs = needs(Permission::Administer, On::Body);
pub(in crate::http) const OPERATE: Needs = needs(Permission::Operate, On::Broker);

/// The variables of a path.
pub(in crate::http) type Variables = [(String, String)];

impl Needs {
    /// Whether nobody has to say who asks.
    pub(in crate::http) fn is_public(self) -> bool {
        self.on == On::Nothing
    }

    /// Whether the handler has to ask for what only the body says.
    pub(in crate::http) fn is_open(self) -> bool {
        matches!(self.on, On::Body | On::WebhookAndBody)
    }

    /// What the path says. What it names and nobody knows is left to the handler, which says so to whoever has the
    /// permission for anything.
    pub(in crate::http) fn of_path(self, state: &State, rules: &Rules, variables: &Variables) -> Vec<Need> {
        let permission = self.permission;
        let need = |object| Need::new(permission, object);
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let uuid = || Uuid::parse_str(variable("uuid")).ok();
        let participant = |role: &str| match ParticipantName::new(variable(role)) {
            Ok(name) => Object::Participant(name),
            Err(_) => Object::Anything,
        };
        let environment = || {
            uuid().map_or(Object::Anything, |uuid| Object::Environment {
                uuid,
                name: state.environment(uuid).map(|known| known.name.clone()),
            })
        };
        match self.on {
            On::Nothing => Vec::new(),
            On::Anything | On::Body => vec![need(Object::Anything)],
            On::Broker => vec![need(Object::Broker)],
            On::Participant(role) => vec![need(participant(role))],
            On::Pair => vec![need(participant("consumer")), need(participant("provider"))],
            On::Environment => vec![need(environment())],
            On::Place => vec![need(participant("pacticipant")), need(environment())],
            On::Tag => {
                let mut needs = vec![need(participant("pacticipant"))];
                if let Ok(name) = ParticipantName::new(variable("pacticipant")) {
                    needs.extend(of_tag(state, rules, &name, variable("tag")));
                }
                needs
            }
            On::Deployment => {
                let known = uuid().and_then(|uuid| state.deployment(uuid));
                of_live(state, permission, known.map(|known| (known.participant, known.environment)))
            }
            On::Release => {
                let known = uuid().and_then(|uuid| state.release(uuid));
                of_live(state, permission, known.map(|known| (known.participant, known.environment)))
            }
            On::Webhook | On::WebhookAndBody => {
                let key = variable("uuid").parse::<WebhookKey>().ok();
                let known: Option<&Arc<Webhook>> = key.and_then(|key| state.webhook(&key));
                vec![known.map_or(need(Object::Anything), |known| need(about(&known.details)))]
            }
            On::Delivery => {
                let known = uuid().and_then(|uuid| state.trigger(uuid));
                vec![known.map_or(need(Object::Anything), |known| need(about(&known.webhook.details)))]
            }
            On::Team => vec![need(variable("team").parse().map_or(Object::Broker, Object::Team))],
            On::Token => {
                let known = uuid().and_then(|uuid| state.access().token(uuid));
                known.map_or_else(|| vec![need(Object::Anything)], |known| of_grants(&known.details.grants))
            }
            On::AnyOfToken => {
                let known = uuid().and_then(|uuid| state.access().token(uuid));
                let teams = known.map(|known| known.details.grants.iter().map(Grant::team).collect());
                vec![need(match teams {
                    None => Object::Anything,
                    Some(None) => Object::Broker,
                    Some(Some(teams)) => Object::OneOfTeams(Vec::into_iter(teams).cloned().collect()),
                })]
            }
            On::WithConsumers(role) => {
                let name = variable(role);
                let known = state.participant(name);
                let consumers = known.into_iter().flat_map(|known| state.consumers_of_provider(known.id));
                let consumers = consumers.filter_map(|id| Some(state.participant_by_id(id)?.name.clone()));
                let others = consumers.filter(|consumer| *consumer != *name).map(Object::Participant);
                std::iter::once(participant(role)).chain(others).map(need).collect()
            }
        }
    }
}

/// What is needed to give something: to administer all the teams that it is for.
pub(in crate::http) fn of_grants(grants: &[Grant]) -> Vec<Need> {
    let object = |grant: &Grant| grant.team().map_or(Object::Broker, |team| Object::Team(team.clone()));
    let mut needs: Vec<_> =
        grants.iter().map(|grant| Need::new(Permission::Administer, object(grant))).collect();
    if needs.is_empty() {
        needs.push(Need::new(Permission::Administer, Object::Broker));
    }
    needs
}

/// What is needed for a webhook: to manage those of one of the two that it names. One that names nobody is about all.
pub(in crate::http) fn of_webhook(details: &WebhookDetails) -> Need {
    Need::new(Permission::ManageWebhooks, about(details))
}

/// What is needed to see where a webhook goes, and what it was told.
pub(in crate::http) fn to_see_webhook(details: &WebhookDetails) -> Need {
    Need::new(Permission::Read, about(details))
}

/// Whom a webhook is about. Its address may be a secret, so that others do not see it, either.
fn about(details: &WebhookDetails) -> Object {
    let sides = [&details.consumer, &details.provider];
    let names: Vec<_> = sides
        .into_iter()
        .filter_map(|side| match side {
            Some(Side::Name(name)) => Some(name.clone()),
            Some(Side::Label(_)) | None => None,
        })
        .collect();
    if names.is_empty() { Object::Broker } else { Object::OneOf(names) }
}

/// What is needed besides for a tag: where tags are deployments, one that is called as an environment records one there.
pub(in crate::http) fn of_tag(
    state: &State,
    rules: &Rules,
    participant: &ParticipantName,
    tag: &str,
) -> Vec<Need> {
    let environment = state.environment_by_name(tag).filter(|_| rules.tags_are_deployments);
    environment.map_or_else(Vec::new, |environment| {
        let objects = [Object::Participant(participant.clone()), of_environment(environment)];
        objects.into_iter().map(|object| Need::new(Permission::Deploy, object)).collect()
    })
}

fn of_environment(environment: &Arc<Environment>) -> Object {
    Object::Environment { uuid: environment.uuid, name: Some(environment.name.clone()) }
}

fn of_live(
    state: &State,
    permission: Permission,
    known: Option<(ParticipantId, EnvironmentId)>,
) -> Vec<Need> {
    let Some((participant, environment)) = known else {
        return vec![Need::new(permission, Object::Anything)];
    };
    let participant =
        state.participant_by_id(participant).map(|known| Object::Participant(known.name.clone()));
    let environment = state.environment_by_id(environment).map(of_environment);
    participant.into_iter().chain(environment).map(|object| Need::new(permission, object)).collect()
}
