use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine;
use pactwright_core::broker_api::ErrorBody;
use pactwright_core::matching::ActualResponse;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;

use super::{HttpClient, HttpError, Outgoing, Retries, header_map, parse_url, presentable, shown};
use crate::secrets;

/// The largest document that is read from a broker or an address, in bytes.
const LARGEST_DOCUMENT: usize = 128 * 1024 * 1024;
/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;
/// How much of an answer is quoted in an error, in characters.
const QUOTED: usize = 200;

/// How to prove who asks.
#[derive(Clone, PartialEq, Eq)]
pub enum Auth {
    /// User name and password.
    Basic {
        /// The user's name.
        user: String,
        /// The password, where there is one.
        password: Option<String>,
    },
    /// A token.
    Bearer(String),
}

impl fmt::Debug for Auth {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic { user, .. } => write!(formatter, "Basic {{ user: {user:?} }}"),
            Self::Bearer(_) => formatter.write_str("Bearer"),
        }
    }
}

impl Auth {
    fn header(&self) -> Result<HeaderValue, HttpError> {
        let text = match self {
            Self::Basic { user, password } => {
                let pair = format!("{user}:{}", password.as_deref().unwrap_or_default());
                format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
            }
            Self::Bearer(token) => format!("Bearer {token}"),
        };
        let mut value = HeaderValue::from_str(&text)
            .map_err(|_| HttpError::InvalidHeader { name: AUTHORIZATION.to_string() })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// How a broker, or any other place that contracts are fetched from, is accessed.
#[derive(Clone)]
pub struct Access {
    /// Who asks.
    pub auth: Option<Auth>,
    /// Headers that go with every request.
    pub headers: Vec<(String, String)>,
    /// How long each request may take. 30 seconds unless set.
    pub timeout: Duration,
    /// What to do about answers that may be better next time.
    pub retries: Retries,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            auth: None,
            headers: Vec::new(),
            timeout: Duration::from_secs(30),
            retries: Retries::default(),
        }
    }
}

impl fmt::Debug for Access {
    /// Without secrets: headers may have some.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Access")
            .field("auth", &self.auth)
            .field("headers", &secrets::names(&self.headers))
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .finish()
    }
}

/// Why something could not be fetched from, or given to, a broker.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// There was no answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// Whoever asks is not known or not allowed to.
    #[error("{url} refused access with status {status}: {}", access_hint(*status, explanation))]
    Unauthorised {
        /// The address.
        url: String,
        /// 401 or 403.
        status: u16,
        /// What it said, shortened.
        explanation: String,
    },
    /// There is nothing at that address.
    #[error("there is nothing at {url} (status 404)")]
    NotFound {
        /// The address.
        url: String,
    },
    /// It refused, and perhaps said why.
    #[error("{url} answered with status {status}{}", if explanation.is_empty() { String::new() } else { format!(": {explanation}") })]
    Refused {
        /// The address.
        url: String,
        /// The status.
        status: u16,
        /// What it said, shortened.
        explanation: String,
    },
    /// It answered, but not with what it should.
    #[error("{url} did not answer with {wanted} but with {found}")]
    NotUnderstood {
        /// The address.
        url: String,
        /// What was to be there.
        wanted: &'static str,
        /// What came, shortened.
        found: String,
        /// Why it is not that.
        source: serde_json::Error,
    },
    /// A link that is needed is not there.
    #[error("{url} has no link `{relation}`: is it a Pact broker, and recent enough?")]
    NoLink {
        /// The address of the document.
        url: String,
        /// The relation.
        relation: &'static str,
    },
}

/// What to do about it, after what the other side says. Who is known there, and still may not, needs no other password.
fn access_hint(status: u16, explanation: &str) -> String {
    const CHECK: &str = "check user name and password, or the token";
    match (status, explanation) {
        (_, "") => CHECK.to_owned(),
        (403, said) => said.to_owned(),
        (_, said) => format!("{} ({CHECK})", said.trim_end_matches('.')),
    }
}

/// A client together with how to access one place: JSON documents in and out, with retries, bounds and errors that
/// say what the other side said.
#[derive(Debug, Clone)]
pub struct Remote {
    client: HttpClient,
    access: Access,
}

impl Remote {
    /// That client, accessing places in that way.
    pub fn new(client: HttpClient, access: Access) -> Self {
        Self { client, access }
    }

    /// The bytes at an address.
    pub(crate) async fn get(&self, url: &str, accept: &'static str) -> Result<ActualResponse, RemoteError> {
        self.call(Method::GET, url, accept, None).await
    }

    /// The bytes of the document at an address, as they came.
    ///
    /// # Errors
    /// When there is no answer, or the answer is a refusal.
    pub async fn get_bytes(&self, url: &str) -> Result<Vec<u8>, RemoteError> {
        Ok(self.get(url, HAL).await?.body)
    }

    /// The document at an address. `wanted` names it in errors, such as `"the broker's index"`.
    ///
    /// # Errors
    /// When there is no answer, the answer is a refusal, or the document is another than was wanted.
    pub async fn get_json<T: DeserializeOwned>(
        &self,
        url: &str,
        wanted: &'static str,
    ) -> Result<T, RemoteError> {
        let response = self.get(url, HAL).await?;
        parse(url, &response, wanted)
    }

    /// Sends a document, and reads the one that comes back. `wanted` names that one in errors.
    ///
    /// # Errors
    /// As [`Remote::get_json`].
    pub async fn post_json<T: DeserializeOwned>(
        &self,
        url: &str,
        document: &impl serde::Serialize,
        wanted: &'static str,
    ) -> Result<T, RemoteError> {
        let response = self.send(Method::POST, url, document).await?;
        parse(url, &response, wanted)
    }

    /// Puts a document at an address, and reads the one that comes back. `wanted` names that one in errors.
    ///
    /// # Errors
    /// As [`Remote::get_json`].
    pub async fn put_json<T: DeserializeOwned>(
        &self,
        url: &str,
        document: &impl serde::Serialize,
        wanted: &'static str,
    ) -> Result<T, RemoteError> {
        let response = self.send(Method::PUT, url, document).await?;
        parse(url, &response, wanted)
    }

    /// Changes the members of the document at an address that are given (RFC 7396), and reads what comes back.
    /// `wanted` names that in errors.
    ///
    /// # Errors
    /// As [`Remote::get_json`].
    pub async fn patch_json<T: DeserializeOwned>(
        &self,
        url: &str,
        changes: &impl serde::Serialize,
        wanted: &'static str,
    ) -> Result<T, RemoteError> {
        let body = Body { kind: MERGE_PATCH, bytes: encode(url, changes)? };
        let response = self.call(Method::PATCH, url, HAL, Some(body)).await?;
        parse(url, &response, wanted)
    }

    /// Deletes what is at an address. Answers with the document that comes back, where one does.
    ///
    /// # Errors
    /// As [`Remote::get_json`].
    pub async fn delete(&self, url: &str) -> Result<Option<serde_json::Value>, RemoteError> {
        let response = self.call(Method::DELETE, url, HAL, None).await?;
        if response.body.is_empty() { Ok(None) } else { parse(url, &response, "a document").map(Some) }
    }

    /// Sends a document; what comes back does not matter.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        document: &impl serde::Serialize,
    ) -> Result<ActualResponse, RemoteError> {
        let body = Body { kind: JSON, bytes: encode(url, document)? };
        self.call(method, url, HAL, Some(body)).await
    }

    async fn call(
        &self,
        method: Method,
        url: &str,
        accept: &'static str,
        body: Option<Body>,
    ) -> Result<ActualResponse, RemoteError> {
        let mut url = parse_url(url)?;
        let origin = url.origin();
        for _ in 0..=MOST_REDIRECTS {
            // Secrets stay where they belong: a redirect to elsewhere goes without.
            let kind = body.as_ref().map(|body| body.kind);
            let headers = self.headers(accept, kind, url.origin() == origin)?;
            let outgoing = Outgoing {
                method: method.clone(),
                url: url.clone(),
                headers,
                body: body.as_ref().map(|body| body.bytes.clone()).unwrap_or_default(),
                timeout: self.access.timeout,
                limit: LARGEST_DOCUMENT,
            };
            let response = self.call_patiently(outgoing).await?;
            match redirect(&method, &url, &response) {
                Some(next) => url = parse_url(next.as_str())?,
                None => return accept_answer(&url, response),
            }
        }
        Err(RemoteError::Refused {
            url: shown(&url),
            status: 302,
            explanation: format!("more than {MOST_REDIRECTS} redirects"),
        })
    }

    async fn call_patiently(&self, outgoing: Outgoing) -> Result<ActualResponse, HttpError> {
        let mut tried = 0;
        loop {
            let response = self.client.send(outgoing.clone()).await?;
            let retry_after = header(&response, "retry-after");
            match self.access.retries.wait_after(tried, response.status, retry_after, SystemTime::now()) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Ok(response),
            }
            tried += 1;
        }
    }

    fn headers(
        &self,
        accept: &'static str,
        kind: Option<&'static str>,
        at_home: bool,
    ) -> Result<HeaderMap, HttpError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        if let Some(kind) = kind {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        if at_home {
            for (name, value) in &header_map(&self.access.headers)? {
                headers.insert(name.clone(), value.clone());
            }
            if let Some(auth) = &self.access.auth {
                headers.insert(AUTHORIZATION, auth.header()?);
            }
        }
        Ok(headers)
    }
}

/// What is sent, and its media type.
struct Body {
    kind: &'static str,
    bytes: Vec<u8>,
}

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

fn encode(url: &str, document: &impl serde::Serialize) -> Result<Vec<u8>, RemoteError> {
    serde_json::to_vec(document).map_err(|source| RemoteError::NotUnderstood {
        url: presentable(url),
        wanted: "a request",
        found: "a document that cannot be JSON".to_owned(),
        source,
    })
}

pub(crate) const HAL: &str = "application/hal+json, application/json;q=0.9, */*;q=0.1";

/// Where a question is to be asked instead. Only questions are: a document is not sent elsewhere unasked.
fn redirect(method: &Method, url: &Url, response: &ActualResponse) -> Option<Url> {
    if *method != Method::GET || !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    url.join(header(response, "location")?).ok()
}

fn accept_answer(url: &Url, response: ActualResponse) -> Result<ActualResponse, RemoteError> {
    let url = shown(url);
    match response.status {
        200..=299 => Ok(response),
        status @ (401 | 403) => {
            Err(RemoteError::Unauthorised { url, status, explanation: explanation(&response) })
        }
        404 => Err(RemoteError::NotFound { url }),
        status => Err(RemoteError::Refused { url, status, explanation: explanation(&response) }),
    }
}

/// What an answer that refuses says about it: its sentences where it is an error document, else its text.
fn explanation(response: &ActualResponse) -> String {
    let sentences = serde_json::from_slice::<ErrorBody>(&response.body)
        .map(|body| body.sentences().join("; "))
        .unwrap_or_default();
    if sentences.is_empty() { excerpt(&response.body) } else { sentences }
}

/// The beginning of a body, on one line.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * QUOTED)]);
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn parse<T: DeserializeOwned>(
    url: &str,
    response: &ActualResponse,
    wanted: &'static str,
) -> Result<T, RemoteError> {
    serde_json::from_slice(&response.body).map_err(|source| RemoteError::NotUnderstood {
        url: presentable(url),
        wanted,
        found: match header(response, "content-type") {
            _ if response.body.is_empty() => "nothing".to_owned(),
            Some(kind) => format!("{kind}: {}", excerpt(&response.body)),
            None => excerpt(&response.body),
        },
        source,
    })
}

pub(crate) fn header<'r>(response: &'r ActualResponse, name: &str) -> Option<&'r str> {
    response
        .headers
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientOptions;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> ActualResponse {
        ActualResponse {
            status,
            headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            body: body.into(),
        }
    }

    #[test]
    fn secrets_are_not_in_debug_output() {
        let access = Access {
            auth: Some(Auth::Basic { user: "me".into(), password: Some("hush".into()) }),
            headers: vec![("X-Key".into(), "hush".into())],
            ..Access::default()
        };
        let shown = format!("{access:?} {:?}", Auth::Bearer("hush".into()));
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("me") && shown.contains("X-Key"), "{shown}");
    }

    #[test]
    fn refusals_say_what_the_broker_said() {
        let url = Url::parse("http://broker/x").unwrap();
        let error = accept_answer(&url, answer(400, &[], r#"{"errors": {"branch": ["is missing"]}}"#));
        assert_eq!(
            error.unwrap_err().to_string(),
            "http://broker/x answered with status 400: branch: is missing"
        );
        let error = accept_answer(&url, answer(502, &[], "<html>\n  <h1>Bad\tgateway</h1>"));
        assert_eq!(
            error.unwrap_err().to_string(),
            "http://broker/x answered with status 502: <html> <h1>Bad gateway</h1>"
        );
        for (status, body, expected) in [
            (401, "", "check user name and password, or the token"),
            (
                401,
                r#"{"error": "It was revoked."}"#,
                "It was revoked (check user name and password, or the token)",
            ),
            (403, r#"{"error": "It belongs to the team 'web'"}"#, "It belongs to the team 'web'"),
        ] {
            let error = accept_answer(&url, answer(status, &[], body)).unwrap_err();
            assert!(matches!(error, RemoteError::Unauthorised { status: found, .. } if found == status));
            assert_eq!(
                error.to_string(),
                format!("http://broker/x refused access with status {status}: {expected}")
            );
        }
    }

    #[test]
    fn only_questions_follow_redirects() {
        let url = Url::parse("http://broker/a/b").unwrap();
        let moved = answer(308, &[("Location", "../c")], "");
        assert_eq!(redirect(&Method::GET, &url, &moved).unwrap().as_str(), "http://broker/c");
        assert_eq!(redirect(&Method::POST, &url, &moved), None);
        assert_eq!(redirect(&Method::GET, &url, &answer(304, &[], "")), None);
    }

    #[test]
    fn excerpts_are_short_and_on_one_line() {
        assert_eq!(excerpt(b"a\n  b"), "a b");
        assert_eq!(excerpt("ä".repeat(1000).as_bytes()).chars().count(), QUOTED + 1);
        assert_eq!(excerpt(b"\xff\xfe"), "\u{fffd}\u{fffd}");
    }

    #[tokio::test]
    async fn documents_are_put_changed_and_deleted() {
        use wiremock::matchers::{body_json, header, method, path};
        use wiremock::{Mock, MockServer, ResponseTemplate};

        let broker = MockServer::start().await;
        let document = serde_json::json!({ "a": 1 });
        let ok = || ResponseTemplate::new(200).set_body_json(serde_json::json!({ "ok": true }));
        let sent = |verb, kind| {
            Mock::given(method(verb)).and(header("content-type", kind)).and(body_json(&document))
        };
        sent("PUT", JSON).respond_with(ok()).expect(1).mount(&broker).await;
        sent("PATCH", MERGE_PATCH).respond_with(ok()).expect(1).mount(&broker).await;
        let delete = |at| Mock::given(method("DELETE")).and(path(at));
        delete("/silent").respond_with(ResponseTemplate::new(204)).expect(1).mount(&broker).await;
        delete("/spoken").respond_with(ok()).expect(1).mount(&broker).await;

        let remote = Remote::new(HttpClient::new(&ClientOptions::default()).unwrap(), Access::default());
        let at = |path: &str| format!("{}{path}", broker.uri());
        let put: serde_json::Value = remote.put_json(&at("/x"), &document, "it").await.unwrap();
        assert_eq!(put["ok"], true);
        let changed: serde_json::Value = remote.patch_json(&at("/x"), &document, "it").await.unwrap();
        assert_eq!(changed["ok"], true);
        assert_eq!(remote.delete(&at("/silent")).await.unwrap(), None);
        assert_eq!(remote.delete(&at("/spoken")).await.unwrap(), Some(serde_json::json!({ "ok": true })));
        assert!(matches!(remote.delete(&at("/none")).await, Err(RemoteError::NotFound { .. })));
    }
}
