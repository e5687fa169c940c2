//! The application's client for the order service.

use serde::{Deserialize, Serialize};

/// What the application knows about an order.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) state: String,
}

pub(crate) struct OrderClient {
    base: String,
    token: String,
    http: ureq::Agent,
}

impl OrderClient {
    /// A client for somebody, who is signed in.
    pub(crate) fn sign_in(base: &str, user: &str, password: &str) -> Result<Self, ureq::Error> {
        let http: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let form = [("grant_type", "password"), ("user", user), ("password", password)];
        let mut response = http.post(format!("{base}/token")).send_form(form)?;
        match response.status().as_u16() {
            200 => Ok(Self { base: base.to_owned(), token: response.body_mut().read_to_string()?, http }),
            other => Err(ureq::Error::StatusCode(other)),
        }
    }

    /// An order; none when there is no such order.
    pub(crate) fn fetch(&self, id: u64) -> Result<Option<Order>, ureq::Error> {
        let request = self.http.get(format!("{}/orders/{id}", self.base));
        let mut response = request.header("authorization", format!("Bearer {}", self.token)).call()?;
        match response.status().as_u16() {
            200 => response.body_mut().read_json().map(Some),
            404 => Ok(None),
            other => Err(ureq::Error::StatusCode(other)),
        }
    }
}
