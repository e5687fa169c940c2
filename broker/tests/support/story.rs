//! A story with every kind of event, the same each time: by it, what is stored today is compared with what was stored
//! by earlier versions.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use pactwright_broker::{
    Broker, Config, Source,
    delivery::SystemResolver,
    domain::{
        commands::{
            AddBranchVersion, AddLabel, AddTag, AttemptOutcome, ChangeParticipant, ChangeVersion, Command,
            CreateEnvironment, CreateParticipant, EndDeployment, EndSupport, Linked, NewContract,
            ProfileChange, PublishContracts, RecordAttempt, RecordDeployment, RecordOverdue, RecordRelease,
            RecordVerification, RemoveBranch, RemoveBranchVersion, RemoveContracts, RemoveEnvironment,
            RemoveLabel, RemoveParticipant, RemoveResult, RemoveTag, RemoveVersion, RemoveWebhook,
            ReplaceEnvironment, RetryDelivery, SaveWebhook, SealSecrets, VersionChange,
        },
        event::EnvironmentDetails,
        model::{
            FailedInteraction, NamedSecret, Profile, RequestHeader, ResultNumber, Secret, Side, Timestamp,
            WebhookDetails, WebhookEvent, WebhookKey, WebhookRequest,
        },
        webhooks::vault::Vault,
    },
    store::Store,
};
use pactwright_core::{
    broker_api::{Contact, OnConflict},
    digest::ContentSha,
    json::Json,
};
use serde_json::json;
use uuid::Uuid;

/// Time that passes by a minute with each command, and identifiers that are counted.
#[derive(Default)]
pub(crate) struct Counted(AtomicI64);

impl Counted {
    /// For brokers that come one after the other.
    pub(crate) fn shared() -> Arc<Self> {
        Arc::default()
    }
}

impl Source for Counted {
    fn now(&self) -> Timestamp {
        let minutes = self.0.fetch_add(1, Ordering::SeqCst);
        Timestamp::from_micros(1_760_000_000_000_001 + minutes * 60_000_000)
    }

    fn random(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.load(Ordering::SeqCst).unsigned_abs()) << 64)
    }
}

/// A broker whose time and identifiers are the same each time.
pub(crate) fn broker(store: Arc<dyn Store>, config: Config) -> Broker {
    Broker::open_with(store, unhurried(config), Counted::shared(), Arc::new(SystemResolver)).unwrap()
}

/// Settings for brokers that are told the story: in which no hours pass.
pub(crate) fn unhurried(mut config: Config) -> Config {
    config.rules.unverified_hours = 0;
    config
}

/// A name of any kind.
pub(crate) fn name<N: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> N {
    text.parse().unwrap()
}

/// What the story is told to.
struct Told<'a>(&'a Broker);

impl Told<'_> {
    async fn tell<C: Command>(&self, command: C) -> C::Answer {
        // As whoever asks knows it.
        let base = "http://broker".to_owned();
        self.0.submit(Linked { base, command }).await.unwrap().answer
    }

    async fn publish(&self, version: &str, contracts: &[(&str, &str)]) {
        let contract = |(provider, text): &(&str, &str)| {
            let pact = format!(
                r#"{{"interactions":[{{"description":"{text}","request":{{"path":"/{text}"}},"response":{{"body":{{"price":1.10}}}}}}]}}"#
            );
            NewContract::new(
                name(provider),
                pact.as_bytes(),
                &Json::parse(pact.as_bytes()).unwrap(),
                OnConflict::Overwrite,
            )
        };
        self.tell(PublishContracts {
            consumer: name("web"),
            version: name(version),
            branch: Some(name("main")),
            tags: vec![name("dev")],
            build_url: Some(format!("https://ci.example.org/{version}")),
            contracts: contracts.iter().map(contract).collect(),
        })
        .await;
    }

    fn sha(&self, version: &str, provider: &str) -> ContentSha {
        let state = self.0.state();
        let (web, provider) = (state.participant("web").unwrap(), state.participant(provider).unwrap());
        let version = state.version(web.id, version).unwrap();
        let pact = state.pact(version.id, provider.id).unwrap();
        state.content_by_id(pact.content).unwrap().sha.clone()
    }

    async fn verify(&self, version: &str, provider: &str, by: &str, success: bool) -> ResultNumber {
        let failed = FailedInteraction { id: "f0".to_owned(), description: "an order".to_owned() };
        self.tell(RecordVerification {
            consumer: name("web"),
            provider: name(provider),
            sha: self.sha(version, provider),
            version: name(by),
            success,
            wip: !success,
            pending: !success,
            consumer_versions: vec![name(version)],
            build_url: Some("https://ci.example.org/verify".to_owned()),
            verified_by: Some(json!({ "implementation": "pactwright", "version": "0.1.0" })),
            response_times: success.then(|| json!({ "answers": 2, "medianMs": 1.5 })),
            test_results: Some(br#"[{"n":1}]"#.to_vec()),
            failed: if success { Vec::new() } else { vec![failed] },
        })
        .await
    }
}

/// A webhook with a secret of every kind.
pub(crate) fn webhook(url: &str, consumer: Option<&str>, event: WebhookEvent) -> WebhookDetails {
    let header = |name: &str, value: &str| RequestHeader { name: name.to_owned(), value: Secret::new(value) };
    WebhookDetails {
        description: Some("Builds".to_owned()),
        enabled: true,
        consumer: consumer.map(|consumer| Side::Name(name(consumer))),
        provider: Some(Side::Label("service".to_owned())),
        events: vec![event],
        request: WebhookRequest {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: vec![header("content-type", "application/json"), header("x-token", "hidden token")],
            body: Some(json!({ "version": "${pactbroker.consumerVersionNumber}" })),
            username: Some("robot".to_owned()),
            password: Some(Secret::new("hidden password")),
            signing_secret: Some(Secret::new("hidden key")),
            named_secrets: vec![NamedSecret { name: "word".to_owned(), value: Secret::new("hidden word") }],
        },
    }
}

/// Webhooks that were told, were not told, were changed and are gone.
async fn tell_of_webhooks(told: &Told<'_>) {
    let save = |webhook: Option<WebhookKey>, details| told.tell(SaveWebhook { webhook, details });
    told.tell(AddLabel { participant: name("orders"), label: "service".to_owned() }).await;
    let build = webhook("https://ci.example.org/build", Some("web"), WebhookEvent::ContractPublished);
    let (build_key, _) = save(None, build.clone()).await;
    let chat = webhook("https://chat.example.org", None, WebhookEvent::ProviderVerificationPublished);
    let (chat_key, _) = save(Some(name("chat-of-everybody")), chat).await;
    let gone = webhook("https://gone.example.org", None, WebhookEvent::ContractPublished);
    let (gone_key, _) = save(None, gone).await;
    told.publish("2.0.0", &[("orders", "f")]).await;
    told.verify("2.0.0", "orders", "9", true).await;
    let changed = WebhookDetails { description: None, ..build };
    save(Some(build_key), changed).await;
    told.publish("2.1.0", &[("orders", "g")]).await;
    told.tell(RemoveWebhook { webhook: gone_key }).await;
    let triggers: Vec<_> = told.0.state().triggers().map(|trigger| trigger.uuid).collect();
    assert_eq!(triggers.len(), 5, "two publications are told twice, a result once");
    let attempt = |trigger, outcome| told.tell(RecordAttempt { trigger, outcome, log: "sent\n".to_owned() });
    attempt(triggers[0], AttemptOutcome::Failed { retry_after: Some(5) }).await;
    attempt(triggers[0], AttemptOutcome::Delivered).await;
    attempt(triggers[2], AttemptOutcome::Failed { retry_after: None }).await;
    assert!(told.0.state().webhook(&chat_key).is_some());
}

/// What webhooks were given up to be told and are told again, secrets that are sealed, and more that they are told.
async fn tell_of_more_webhooks(told: &Told<'_>, environment: Uuid) {
    let save = |details| told.tell(SaveWebhook { webhook: None, details });
    for event in [WebhookEvent::DeploymentRecorded, WebhookEvent::ContractVerificationOverdue] {
        save(webhook("https://watch.example.org", None, event)).await;
    }
    let before = told.0.state().trigger_count();
    let (participant, version) = (name("orders"), name("9"));
    told.tell(RecordDeployment { participant, version, environment, instance: None }).await;
    assert_eq!(told.tell(RecordOverdue).await, 1);
    let triggers: Vec<_> = told.0.state().triggers().skip(before).map(|trigger| trigger.uuid).collect();
    assert_eq!(triggers.len(), 2, "a deployment and a contract are told of");
    for trigger in &triggers {
        let (trigger, outcome) = (*trigger, AttemptOutcome::Refused);
        told.tell(RecordAttempt { trigger, outcome, log: "refused\n".to_owned() }).await;
    }
    told.tell(RetryDelivery { trigger: triggers[0] }).await;
    assert_eq!(told.0.state().dead_letter_count(), 1);
    let vault: Vault = name("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let known: Vec<_> = told.0.state().webhooks().cloned().collect();
    for (number, known) in known.into_iter().enumerate().skip(1) {
        let before = known.details.request.clone();
        let mut count = u128::try_from(number).unwrap() << 64;
        let random = || {
            count += 1;
            Uuid::from_u128(count)
        };
        let request = vault.reseal_request(&known.key, &before, random).unwrap();
        told.tell(SealSecrets { webhook: known.key.clone(), since: known.since(), before, request }).await;
    }
}

fn details(environment: &str, production: bool) -> EnvironmentDetails {
    EnvironmentDetails {
        name: name(environment),
        display_name: Some(format!("the {environment}")),
        production,
        contacts: vec![Contact {
            name: "team".to_owned(),
            details: Some(json!({ "email": "a@example.org" })),
        }],
    }
}

/// Tells the story to a broker that knows nothing yet.
pub(crate) async fn tell(broker: &Broker) {
    let told = Told(broker);
    let profile = Profile { display_name: Some("Web shop".to_owned()), ..Profile::default() };
    told.tell(CreateParticipant { participant: name("web"), profile }).await;
    let change = ProfileChange {
        repository_url: Some(Some("https://example.org/web".to_owned())),
        ..ProfileChange::default()
    };
    told.tell(ChangeParticipant { participant: name("web"), change, may_create: false }).await;
    for label in ["shop", "old"] {
        told.tell(AddLabel { participant: name("web"), label: label.to_owned() }).await;
    }
    told.tell(RemoveLabel { participant: name("web"), label: "old".to_owned() }).await;

    told.publish("1.0.0", &[("orders", "a"), ("stock", "b"), ("mail", "c")]).await;
    told.publish("1.1.0", &[("orders", "d"), ("stock", "b")]).await;
    told.publish("1.2.0", &[("orders", "d")]).await;
    told.publish("1.3.0", &[("orders", "e"), ("mail", "c")]).await;
    for version in ["7", "8", "9"] {
        told.tell(AddBranchVersion {
            participant: name("orders"),
            branch: name("main"),
            version: name(version),
        })
        .await;
    }
    told.tell(AddBranchVersion { participant: name("orders"), branch: name("side"), version: name("8") })
        .await;
    told.tell(AddBranchVersion { participant: name("orders"), branch: name("gone"), version: name("8") })
        .await;
    told.tell(RemoveBranch { participant: name("orders"), branch: name("gone") }).await;
    told.tell(RemoveBranchVersion { participant: name("orders"), branch: name("side"), version: name("8") })
        .await;
    told.verify("1.0.0", "orders", "7", true).await;
    told.verify("1.1.0", "orders", "8", false).await;
    let dropped = told.verify("1.1.0", "orders", "9", true).await;
    told.tell(RemoveResult { number: dropped }).await;
    told.verify("1.1.0", "orders", "9", true).await;
    told.tell(AddTag { participant: name("orders"), version: name("9"), tag: name("passing") }).await;
    told.tell(AddTag { participant: name("orders"), version: name("8"), tag: name("passing") }).await;
    told.tell(RemoveTag { participant: name("orders"), version: name("8"), tag: name("passing") }).await;
    let change = VersionChange { build_url: Some(Some("https://ci.example.org/9".to_owned())), tags: None };
    told.tell(ChangeVersion { participant: name("orders"), version: name("9"), change }).await;

    let production = told.tell(CreateEnvironment { details: details("production", true) }).await;
    let test = told.tell(CreateEnvironment { details: details("test", false) }).await;
    let dropped = told.tell(CreateEnvironment { details: details("dropped", false) }).await;
    told.tell(ReplaceEnvironment { environment: test, details: details("staging", false) }).await;
    let deploy = |version: &str, instance: Option<&str>| RecordDeployment {
        participant: name("orders"),
        version: name(version),
        environment: production,
        instance: instance.map(str::to_owned),
    };
    told.tell(deploy("7", None)).await;
    told.tell(deploy("8", None)).await;
    let blue = told.tell(deploy("7", Some("blue"))).await;
    told.tell(deploy("9", Some("green"))).await;
    told.tell(EndDeployment { deployment: blue }).await;
    let release = |version: &str, environment| RecordRelease {
        participant: name("web"),
        version: name(version),
        environment,
    };
    let (old, _) = told.tell(release("1.0.0", production)).await;
    told.tell(release("1.1.0", production)).await;
    told.tell(release("1.2.0", dropped)).await;
    told.tell(EndSupport { release: old }).await;
    told.tell(RemoveEnvironment { environment: dropped }).await;

    tell_of_webhooks(&told).await;
    tell_of_more_webhooks(&told, production).await;

    let versions = vec![name("1.3.0")];
    told.tell(RemoveContracts { consumer: name("web"), provider: name("mail"), versions }).await;
    told.tell(RemoveVersion { participant: name("web"), version: name("1.2.0") }).await;
    told.tell(RemoveParticipant { participant: name("stock") }).await;
}
