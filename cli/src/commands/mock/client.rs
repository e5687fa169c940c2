//! Asking the master server.

use pactwright_core::format::{self, WriteError};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;
use thiserror::Error;

use super::start::{MockError, in_version, read};
use super::{Create, Master, ShutdownMaster, Which};
use crate::exit::{CommandError, Exit};
use crate::printer::Printer;
use crate::tls::{TlsFilesError, write_certificate};

/// Why the master server did not do what it should.
#[derive(Debug, Error)]
pub(crate) enum ClientError {
    #[error("the HTTP client could not be set up")]
    Client(#[source] reqwest::Error),
    #[error("the master server at {url} does not answer; `pactwright mock start` starts one")]
    NoAnswer { url: String, source: reqwest::Error },
    #[error("{url} does not answer as a master server does")]
    NotUnderstood { url: String, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("the master server at {url} refuses (status {status}): {explanation}")]
    Refused { url: String, status: u16, explanation: String },
    #[error("there is no mock server with the ID or the port `{0}`; `pactwright mock list` shows them all")]
    Unknown(String),
    #[error("the master server at {0} gave no certificate")]
    NoCertificate(String),
    #[error(transparent)]
    Tls(#[from] TlsFilesError),
    #[error(transparent)]
    Pact(#[from] MockError),
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl CommandError for ClientError {}

pub(super) struct Client {
    http: reqwest::Client,
    base: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    mock_server: Address,
}

#[derive(Deserialize)]
struct Address {
    id: String,
    port: u16,
    /// Of one behind https.
    certificate: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    mock_servers: Vec<Described>,
}

#[derive(Deserialize)]
struct Described {
    id: String,
    port: u16,
    provider: String,
    status: String,
}

/// What a refusal says; a verification says it in full.
#[derive(Default, Deserialize)]
struct Refusal {
    error: Option<String>,
    report: Option<String>,
}

impl Client {
    pub(super) fn new(master: &Master) -> Result<Self, ClientError> {
        // The master server is near; a proxy could not find it.
        let http = reqwest::Client::builder().no_proxy().build().map_err(ClientError::Client)?;
        Ok(Self { http, base: format!("http://{}:{}", master.host, master.port) })
    }

    pub(super) async fn create(&self, create: &Create, printer: Printer) -> Result<Exit, ClientError> {
        let mut pact = read(&create.file)?;
        if let Some(version) = &create.specification {
            pact = in_version(pact, version)?;
        }
        let wishes = [("cors", create.serving.cors_preflight), ("tls", create.serving.tls)];
        let wishes: Vec<_> =
            wishes.iter().filter(|(_, wanted)| *wanted).map(|(name, _)| format!("{name}=true")).collect();
        let url = format!("{}/?{}", self.base, wishes.join("&"));
        let request = self.http.post(url.trim_end_matches('?')).header("content-type", "application/json");
        let response = self.accepted(request.body(format::write(&pact)?)).await?;
        let Created { mock_server: Address { id, port, certificate } } = self.document(response).await?;
        if let Some(path) = &create.tls_write_certificate {
            let certificate = certificate.ok_or_else(|| ClientError::NoCertificate(self.base.clone()))?;
            write_certificate(path, &certificate)?;
        }
        printer.data(&format!("Mock server {id} started on port {port}"));
        Ok(Exit::Yes)
    }

    pub(super) async fn list(&self, printer: Printer) -> Result<Exit, ClientError> {
        let response = self.accepted(self.http.get(format!("{}/", self.base))).await?;
        let Listed { mock_servers } = self.document(response).await?;
        let rows = mock_servers
            .iter()
            .map(|mock| [mock.id.clone(), mock.port.to_string(), mock.provider.clone(), mock.status.clone()]);
        let heading = ["Mock Server Id", "Port", "Provider", "Status"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(heading).chain(rows).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2)];
        for [id, port, provider, status] in &rows {
            let [one, two, three] = widths;
            printer.data(&format!("{id:one$}  {port:two$}  {provider:three$}  {status}"));
        }
        Ok(Exit::Yes)
    }

    pub(super) async fn verify(&self, which: &Which, printer: Printer) -> Result<Exit, ClientError> {
        let id = which.name();
        let response = self.send(self.http.post(format!("{}/verify", self.address(&id)))).await?;
        match response.status() {
            status if status.is_success() => {
                printer.data(&format!("Mock server {id} verified ok"));
                Ok(Exit::Yes)
            }
            StatusCode::NOT_FOUND => Err(ClientError::Unknown(id)),
            StatusCode::UNPROCESSABLE_ENTITY => {
                let refusal: Refusal = self.document(response).await?;
                let why = refusal.report.or(refusal.error).unwrap_or_default();
                printer.data(&format!("Mock server {id} failed verification: {why}"));
                Ok(Exit::No)
            }
            _ => Err(self.refusal(response).await),
        }
    }

    pub(super) async fn shutdown(&self, which: &Which, printer: Printer) -> Result<Exit, ClientError> {
        let id = which.name();
        let response = self.send(self.http.delete(self.address(&id))).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Err(ClientError::Unknown(id));
        }
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        printer.data(&format!("Mock server {id} shut down ok"));
        Ok(Exit::Yes)
    }

    pub(super) async fn shutdown_master(
        &self,
        shutdown: &ShutdownMaster,
        printer: Printer,
    ) -> Result<Exit, ClientError> {
        let request = self.http.post(format!("{}/shutdown", self.base)).bearer_auth(&shutdown.server_key);
        let body = json!({ "period": shutdown.period }).to_string();
        self.accepted(request.header("content-type", "application/json").body(body)).await?;
        printer.data("The master server is shutting down.");
        Ok(Exit::Yes)
    }

    fn address(&self, id: &str) -> String {
        let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
        format!("{}/mockserver/{id}", self.base)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let failed = |error: reqwest::Error| ClientError::NoAnswer {
            url: self.base.clone(),
            source: error.without_url(),
        };
        request.send().await.map_err(failed)
    }

    async fn accepted(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let response = self.send(request).await?;
        if response.status().is_success() { Ok(response) } else { Err(self.refusal(response).await) }
    }

    async fn refusal(&self, response: Response) -> ClientError {
        let status = response.status().as_u16();
        let text = response.text().await.unwrap_or_default();
        let refusal: Refusal = serde_json::from_str(&text).unwrap_or_default();
        ClientError::Refused { url: self.base.clone(), status, explanation: refusal.error.unwrap_or(text) }
    }

    async fn document<T: serde::de::DeserializeOwned>(&self, response: Response) -> Result<T, ClientError> {
        let text = response.text().await.map_err(|error| self.not_understood(error.without_url()))?;
        serde_json::from_str(&text).map_err(|error| self.not_understood(error))
    }

    fn not_understood(&self, source: impl std::error::Error + Send + Sync + 'static) -> ClientError {
        ClientError::NotUnderstood { url: self.base.clone(), source: Box::new(source) }
    }
}

impl Which {
    fn name(&self) -> String {
        let port = self.mock_server_port.map(|port| port.to_string());
        self.mock_server_id.clone().or(port).unwrap_or_default()
    }
}
