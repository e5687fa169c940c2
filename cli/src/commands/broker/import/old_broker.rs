//! The broker that is imported from.

use std::time::Duration;

use pactwright_broker::import::remote::{Fetch, Fetched};
use pactwright_verifier::client::{Auth, HttpClient, HttpError, Remote, RemoteError};

use crate::broker::{BrokerError, access};
use crate::options::{Credentials, Trust};

/// How often it is tried again to connect, and how long is waited the first time; then twice as long each time.
const TRIES: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(250);

pub(super) struct OldBroker(Remote);

impl OldBroker {
    pub(super) fn new(
        credentials: &Credentials,
        auth: Option<Auth>,
        headers: &[String],
        retries: u32,
        trust: &Trust,
    ) -> Result<Self, BrokerError> {
        let client = HttpClient::new(&trust.client_options()?)?;
        let mut access = access(credentials, headers, retries)?;
        access.auth = access.auth.or(auth);
        Ok(Self(Remote::new(client, access)))
    }
}

impl Fetch for OldBroker {
    type Error = BrokerError;

    async fn fetch(&self, address: &str) -> Result<Fetched, BrokerError> {
        let mut tried = 0;
        loop {
            match self.0.get_bytes(address).await {
                Ok(document) => return Ok(Fetched::Found(document)),
                // A connection that is lost may be there again in a moment.
                Err(RemoteError::Http(HttpError::NoConnection { .. } | HttpError::Broken { .. }))
                    if tried < TRIES =>
                {
                    tokio::time::sleep(FIRST_WAIT * 2_u32.pow(tried)).await;
                    tried += 1;
                }
                Err(
                    error @ (RemoteError::Unauthorised { .. }
                    | RemoteError::Http(HttpError::NoConnection { .. } | HttpError::Broken { .. })),
                ) => return Err(error.into()),
                Err(error) => return Ok(Fetched::Missing(error.to_string())),
            }
        }
    }
}
