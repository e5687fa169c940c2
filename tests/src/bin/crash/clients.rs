//! Many clients that write at once, until the broker is killed under their hands.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pactwright_tests::chance::Chance;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::ledger::{Ledger, Write};
use super::server::Server;
use super::{CLIENTS, Failure};

/// The providers that every publication has a contract with.
pub(crate) const PROVIDERS: [&str; 3] = ["orders", "stock", "mail"];
/// The branch and the tag of every publication.
pub(crate) const BRANCH: &str = "main";
pub(crate) const TAG: &str = "built";

/// What contents are made of.
const LETTERS: &[u8; 16] = b"abcdefghijklmnop";

/// What all rounds share.
pub(crate) struct Surroundings {
    environment: String,
}

/// What clients are to do.
pub(crate) struct Task<'a> {
    pub(crate) surroundings: &'a Surroundings,
    pub(crate) ledger: &'a Arc<Ledger>,
    pub(crate) round: usize,
    /// After so many acknowledged writes the broker is killed.
    pub(crate) enough: u64,
    /// Whether its disk will be full.
    pub(crate) is_full: bool,
}

/// What came of it.
pub(crate) struct Written {
    pub(crate) acknowledged: usize,
    pub(crate) refused: usize,
}

/// A client that uses no proxy.
pub(crate) fn client() -> reqwest::Result<Client> {
    Client::builder().no_proxy().build()
}

/// An answer: its status and its document. None where the broker has gone.
pub(crate) async fn ask(
    client: &Client,
    method: Method,
    url: &str,
    body: Option<&Value>,
) -> Option<(u16, Value)> {
    let mut request = client.request(method, url).header("accept", "application/hal+json");
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let text = response.text().await.ok()?;
    Some((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
}

/// Creates what the rounds need.
pub(crate) async fn prepare(broker: &str) -> Result<Surroundings, Failure> {
    let client = client()?;
    for name in PROVIDERS.map(str::to_owned).into_iter().chain((0..CLIENTS).map(consumer)) {
        let url = format!("{broker}/pacticipants");
        expect(ask(&client, Method::POST, &url, Some(&json!({ "name": name }))).await, &url)?;
    }
    let url = format!("{broker}/environments");
    let body = json!({ "name": "production", "production": true });
    let environment = expect(ask(&client, Method::POST, &url, Some(&body)).await, &url)?;
    let environment = environment["uuid"].as_str().unwrap_or_default().to_owned();
    Ok(Surroundings { environment })
}

fn expect(answer: Option<(u16, Value)>, request: &str) -> Result<Value, Failure> {
    match answer {
        Some((200 | 201, document)) => Ok(document),
        Some((status, text)) => {
            Err(Failure::Answer { request: request.to_owned(), status, text: text.to_string() })
        }
        None => Err(Failure::NoStart("it is gone".to_owned())),
    }
}

fn consumer(number: usize) -> String {
    format!("consumer-{number}")
}

/// Lets clients write, and kills the broker when enough was acknowledged, with writes of all others under way; or when
/// every client was refused.
pub(crate) async fn write_and_kill(
    server: Server,
    task: &Task<'_>,
    chance: &mut Chance,
) -> Result<Written, Failure> {
    let count = Arc::new(Count { wanted: task.enough, ..Count::default() });
    let mut writers = JoinSet::new();
    for number in 0..CLIENTS {
        let writer = Writer {
            client: client()?,
            broker: server.url.clone(),
            environment: task.surroundings.environment.clone(),
            consumer: consumer(number),
            versions: format!("{}.{number}", task.round),
            published: 0,
            is_full: task.is_full,
            ledger: task.ledger.clone(),
            count: count.clone(),
            chance: Chance::begun(chance.below(u64::MAX)),
        };
        writers.spawn(writer.work());
    }
    let mut failed = None;
    loop {
        tokio::select! {
            biased;
            () = count.enough.notified() => break,
            ended = writers.join_next() => match ended {
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(failure))) => { failed.get_or_insert(failure); }
                Some(Err(error)) => return Err(error.into()),
                None => break,
            },
        }
    }
    server.kill()?;
    while let Some(ended) = writers.join_next().await {
        if let Err(failure) = ended? {
            failed.get_or_insert(failure);
        }
    }
    match failed {
        Some(failure) => Err(failure),
        None => Ok(Written {
            acknowledged: count.acknowledged.load(Ordering::SeqCst),
            refused: count.refused.load(Ordering::SeqCst),
        }),
    }
}

#[derive(Default)]
struct Count {
    wanted: u64,
    acknowledged: AtomicUsize,
    refused: AtomicUsize,
    enough: Notify,
}

impl Count {
    fn acknowledge(&self) {
        let count = self.acknowledged.fetch_add(1, Ordering::SeqCst) + 1;
        if count as u64 >= self.wanted {
            self.enough.notify_one();
        }
    }
}

/// How a write ended.
enum Ended {
    /// With what the broker says about it.
    Acknowledged(Value),
    /// By a broker that can write no more.
    Refused,
    /// By a broker that is gone.
    Gone,
}

struct Writer {
    client: Client,
    broker: String,
    environment: String,
    consumer: String,
    versions: String,
    published: usize,
    is_full: bool,
    ledger: Arc<Ledger>,
    count: Arc<Count>,
    chance: Chance,
}

impl Writer {
    /// Writes until the broker is gone, or refuses.
    async fn work(mut self) -> Result<(), Failure> {
        loop {
            let (write, ended) = match (self.published, self.chance.below(6)) {
                (0, _) | (_, 0 | 1) => self.publish().await?,
                (_, 2) => self.verify().await?,
                (_, 3) => self.deploy().await?,
                (_, 4) => self.put("tags", "dev").await?,
                _ => self.put_branch().await?,
            };
            let is_acknowledged = matches!(ended, Ended::Acknowledged(_));
            if let Some(write) = write {
                self.ledger.add(write, is_acknowledged);
            }
            match ended {
                Ended::Acknowledged(_) => self.count.acknowledge(),
                Ended::Refused => {
                    self.count.refused.fetch_add(1, Ordering::SeqCst);
                    return Ok(());
                }
                Ended::Gone => return Ok(()),
            }
        }
    }

    fn version(&self, number: usize) -> String {
        format!("{}.{number}", self.versions)
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Result<Ended, Failure> {
        let url = format!("{}{path}", self.broker);
        match ask(&self.client, method, &url, Some(body)).await {
            Some((200 | 201, document)) => Ok(Ended::Acknowledged(document)),
            Some((503, _)) if self.is_full => Ok(Ended::Refused),
            Some((status, text)) => {
                Err(Failure::Answer { request: path.to_owned(), status, text: text.to_string() })
            }
            None => Ok(Ended::Gone),
        }
    }

    async fn publish(&mut self) -> Result<(Option<Write>, Ended), Failure> {
        self.published += 1;
        let version = self.version(self.published);
        // Some are small, some are kept in files of their own.
        let length = if self.chance.below(10) == 0 { 150_000 } else { 1 + self.chance.below(3000) };
        let filler: String =
            (0..length).map(|_| char::from(LETTERS[self.chance.place(LETTERS.len())])).collect();
        let content = format!("{version} {filler}");
        let contract = |provider: &&str| {
            let pact = json!({ "interactions": [{
                "description": content, "request": { "path": format!("/{provider}") }, "response": { "status": 200 },
            }] });
            json!({
                "consumerName": self.consumer, "providerName": provider, "specification": "pact",
                "contentType": "application/json", "content": STANDARD.encode(pact.to_string()),
            })
        };
        let body = json!({
            "pacticipantName": self.consumer, "pacticipantVersionNumber": version, "branch": BRANCH, "tags": [TAG],
            "contracts": PROVIDERS.iter().map(contract).collect::<Vec<_>>(),
        });
        let ended = self.send(Method::POST, "/contracts/publish", &body).await?;
        let consumer = self.consumer.clone();
        Ok((Some(Write::Publication { consumer, version, content }), ended))
    }

    /// Something of the last version that was published.
    async fn put(&mut self, kind: &str, name: &str) -> Result<(Option<Write>, Ended), Failure> {
        let name = format!("{name}-{}", self.chance.below(1000));
        let version = self.version(self.published);
        let path = format!("/pacticipants/{}/versions/{version}/{kind}/{name}", self.consumer);
        let ended = self.send(Method::PUT, &path, &json!({})).await?;
        Ok((Some(Write::Thing { path }), ended))
    }

    async fn put_branch(&mut self) -> Result<(Option<Write>, Ended), Failure> {
        let version = self.version(self.published);
        let branch = format!("side-{}", self.chance.below(20));
        let path = format!("/pacticipants/{}/branches/{branch}/versions/{version}", self.consumer);
        let ended = self.send(Method::PUT, &path, &json!({})).await?;
        Ok((Some(Write::Thing { path }), ended))
    }

    async fn verify(&mut self) -> Result<(Option<Write>, Ended), Failure> {
        let provider = PROVIDERS[self.chance.place(PROVIDERS.len())];
        let version = self.version(self.published);
        let contract =
            format!("{}/pacts/provider/{provider}/consumer/{}/version/{version}", self.broker, self.consumer);
        let pact = match ask(&self.client, Method::GET, &contract, None).await {
            Some((200, pact)) => pact,
            // A database that could not write may not read either, until it is opened again.
            Some((500.., _)) if self.is_full => return Ok((None, Ended::Refused)),
            Some((status, text)) => {
                return Err(Failure::Answer { request: contract, status, text: text.to_string() });
            }
            None => return Ok((None, Ended::Gone)),
        };
        let link = &pact["_links"]["pb:publish-verification-results"]["href"];
        let path = self.path(link).unwrap_or_default();
        let success = self.chance.below(2) == 0;
        let by = format!("{}-{}", self.versions, self.chance.below(1000));
        let body = json!({
            "success": success, "providerApplicationVersion": by, "testResults": [{ "text": version }],
        });
        let ended = self.send(Method::POST, &path, &body).await?;
        let write = self.address(&ended).map(|address| Write::Result { address, by, success });
        Ok((write, ended))
    }

    async fn deploy(&mut self) -> Result<(Option<Write>, Ended), Failure> {
        let version = self.version(self.published);
        let path = format!(
            "/pacticipants/{}/versions/{version}/deployed-versions/environment/{}",
            self.consumer, self.environment
        );
        let body = json!({ "applicationInstance": format!("instance-{}", self.chance.below(3)) });
        let ended = self.send(Method::POST, &path, &body).await?;
        let write = self.address(&ended).map(|address| Write::Deployment { address, version });
        Ok((write, ended))
    }

    /// The path of a link of this broker; later ones have other ports.
    fn path(&self, link: &Value) -> Option<String> {
        link.as_str()?.strip_prefix(&self.broker).map(str::to_owned)
    }

    /// Where what was acknowledged is.
    fn address(&self, ended: &Ended) -> Option<String> {
        match ended {
            Ended::Acknowledged(document) => self.path(&document["_links"]["self"]["href"]),
            Ended::Refused | Ended::Gone => None,
        }
    }
}
