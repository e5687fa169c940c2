//! Whether what was written is there.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Client, Method};
use serde_json::Value;
use tokio::task::JoinSet;

use super::Failure;
use super::clients::{BRANCH, PROVIDERS, TAG, ask, client};
use super::ledger::{Entry, Write};

/// Compares all entries, several at once.
pub(crate) async fn all(broker: &str, entries: Vec<Entry>, at_once: usize) -> Result<(), Failure> {
    let entries = Arc::new(Mutex::new(entries));
    let mut tasks = JoinSet::new();
    for _ in 0..at_once {
        let (entries, reader) = (entries.clone(), Reader { client: client()?, broker: broker.to_owned() });
        tasks.spawn(async move {
            loop {
                let next = entries.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let Some(entry) = next else { return Ok::<_, Failure>(()) };
                reader.compare(&entry).await?;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}

struct Reader {
    client: Client,
    broker: String,
}

impl Reader {
    /// What is at a path; none where nothing is.
    async fn get(&self, path: &str) -> Result<Option<Value>, Failure> {
        let url = format!("{}{path}", self.broker);
        match ask(&self.client, Method::GET, &url, None).await {
            Some((200, document)) => Ok(Some(document)),
            Some((404, _)) => Ok(None),
            Some((status, text)) => {
                Err(Failure::Answer { request: path.to_owned(), status, text: text.to_string() })
            }
            None => Err(Failure::NoStart("it is gone".to_owned())),
        }
    }

    async fn compare(&self, entry: &Entry) -> Result<(), Failure> {
        match &entry.write {
            Write::Publication { consumer, version, content } => {
                self.compare_publication(consumer, version, content, entry.acknowledged).await
            }
            // One change of which nobody was told may be there or not.
            _ if !entry.acknowledged => Ok(()),
            Write::Thing { path } => match self.get(path).await? {
                Some(_) => Ok(()),
                None => Err(Failure::Lost { what: path.clone(), found: "nothing".to_owned() }),
            },
            Write::Result { address, by, success } => {
                let found = self.get(address).await?.unwrap_or_default();
                let same = found["providerApplicationVersion"] == **by && found["success"] == *success;
                unless(same && found["testResults"].is_array(), address, &found)
            }
            Write::Deployment { address, version } => {
                let found = self.get(address).await?.unwrap_or_default();
                unless(found["_embedded"]["version"]["number"] == **version, address, &found)
            }
        }
    }

    async fn compare_publication(
        &self,
        consumer: &str,
        version: &str,
        content: &str,
        acknowledged: bool,
    ) -> Result<(), Failure> {
        let mut parts = Vec::new();
        for provider in PROVIDERS {
            let path = format!("/pacts/provider/{provider}/consumer/{consumer}/version/{version}");
            let found = self.get(&path).await?;
            parts.push(found.is_some());
            if let Some(found) = found {
                // What is there has to be what was sent, acknowledged or not.
                let interaction = &found["interactions"][0];
                let path_of_request = format!("/{provider}");
                let same = interaction["description"] == *content
                    && interaction["request"]["path"] == *path_of_request;
                unless(same, &path, &found)?;
            }
        }
        for path in [
            format!("/pacticipants/{consumer}/versions/{version}"),
            format!("/pacticipants/{consumer}/branches/{BRANCH}/versions/{version}"),
            format!("/pacticipants/{consumer}/versions/{version}/tags/{TAG}"),
        ] {
            parts.push(self.get(&path).await?.is_some());
        }
        let what = format!("the publication of version {version} of {consumer}");
        let found = format!("three contracts, version, branch, tag: {parts:?}");
        match (parts.contains(&true), parts.contains(&false)) {
            (true, true) => Err(Failure::Half { what, found }),
            (false, _) if acknowledged => Err(Failure::Lost { what, found }),
            _ => Ok(()),
        }
    }
}

fn unless(same: bool, what: &str, found: &Value) -> Result<(), Failure> {
    if same {
        return Ok(());
    }
    let found: String = found.to_string().chars().take(500).collect();
    Err(Failure::Lost { what: what.to_owned(), found })
}
