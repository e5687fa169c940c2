//! What a webhook sends: its request with values in the place of `${pactbroker.name}`, and secrets in the place of
//! `${secret.name}`.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::vault::Opened;
use crate::domain::model::{Revealed, Secret, WebhookRequest, is_sensitive_header};

/// Values by the names of their variables.
pub type Values = BTreeMap<String, String>;

/// What begins a variable.
pub const OPENING: &str = "${pactbroker.";
/// What begins the name of a secret.
pub const SECRET_OPENING: &str = "${secret.";

/// What stays as it is in an address: the unreserved characters of RFC 3986.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A request that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The method.
    pub method: String,
    /// The address.
    pub url: Revealed,
    /// The address, as people may see it.
    pub shown_url: String,
    /// The headers, with those for authentication and for the type of the body.
    pub headers: Vec<(String, Revealed)>,
    /// The names of those headers that have something secret in them, whatever they are called.
    pub secret_headers: BTreeSet<String>,
    /// The body.
    pub body: Option<Revealed>,
    /// The body, as people may see it.
    pub shown_body: Option<String>,
    /// Texts that are not to be seen wherever they turn up.
    pub secrets: Vec<Revealed>,
    /// What the request is signed with.
    pub signing_secret: Option<Revealed>,
}

impl Rendered {
    /// Whether the body has something secret in it.
    pub fn has_secret_body(&self) -> bool {
        self.body.as_ref().map(Revealed::reveal) != self.shown_body.as_deref()
    }
}

/// Puts values into a request, whose secrets were opened. A value in an address is escaped, so that it stays in its place;
/// a secret is a part of the address as it is.
pub fn render(request: &WebhookRequest, opened: &Opened, values: &Values) -> Rendered {
    let filling = Filling { values, secrets: &opened.named, shows_secrets: true };
    let starred = Filling { shows_secrets: false, ..filling };
    let plain = |text: &str| filling.fill(text, &str::to_owned);
    let escaped = |value: &str| utf8_percent_encode(value, &UNRESERVED).to_string();
    let header = |(name, value): &(String, Revealed)| (name.clone(), Revealed::new(plain(value.reveal())));
    let mut headers: Vec<_> = opened.headers.iter().map(header).collect();
    let mut secrets: Vec<Revealed> = opened.named.values().cloned().collect();
    let is_secret = |(name, value): &&(String, Revealed)| {
        is_sensitive_header(name) || plain(value.reveal()) != starred.fill(value.reveal(), &str::to_owned)
    };
    let mut secret_headers: BTreeSet<_> =
        opened.headers.iter().filter(is_secret).map(|(name, _)| name.clone()).collect();
    for (_, value) in headers.iter().filter(|(name, _)| secret_headers.contains(name)) {
        secrets.push(value.clone());
        // `Bearer ...`: the second word is what nobody may see on its own either.
        secrets.extend(value.reveal().split_once(' ').map(|(_, secret)| Revealed::new(secret)));
    }
    let password = opened.password.as_ref().map(|password| plain(password.reveal()));
    if request.username.is_some() || password.is_some() {
        let username = plain(request.username.as_deref().unwrap_or_default());
        let password = password.unwrap_or_default();
        let encoded = STANDARD.encode(format!("{username}:{password}"));
        headers.retain(|(name, _)| name != "authorization");
        headers.push(("authorization".to_owned(), Revealed::new(format!("Basic {encoded}"))));
        secret_headers.insert("authorization".to_owned());
        secrets.extend([Revealed::new(password), Revealed::new(encoded)]);
    }
    secrets.extend(opened.signing_secret.clone());
    let body = |filling: &Filling<'_>| match &request.body {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(filling.fill(text, &str::to_owned)),
        Some(document) => Some(filling.fill_document(document).to_string()),
    };
    let kind = match &request.body {
        None | Some(Value::Null) => None,
        Some(Value::String(_)) => Some("text/plain; charset=utf-8"),
        Some(_) => Some("application/json"),
    };
    if let Some(kind) = kind.filter(|_| headers.iter().all(|(name, _)| name != "content-type")) {
        headers.push(("content-type".to_owned(), Revealed::new(kind)));
    }
    Rendered {
        method: request.method.clone(),
        url: Revealed::new(filling.fill(&request.url, &escaped)),
        shown_url: starred.fill(&request.url, &escaped),
        headers,
        secret_headers,
        body: body(&filling).map(Revealed::new),
        shown_body: body(&starred),
        secrets,
        signing_secret: opened.signing_secret.clone(),
    }
}

/// The names of the secrets that a text speaks of.
pub fn secrets_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(SECRET_OPENING).filter_map(|(at, opening)| {
        let inner = &text[at + opening.len()..];
        let name = &inner[..inner.find('}')?];
        is_secret_name(name).then_some(name)
    })
}

/// Whether a secret can have that name.
pub fn is_secret_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// What comes into the place of variables.
#[derive(Clone, Copy)]
struct Filling<'a> {
    values: &'a Values,
    secrets: &'a BTreeMap<String, Revealed>,
    /// Secrets as they are, or stars.
    shows_secrets: bool,
}

impl Filling<'_> {
    /// Values go into texts, so they never change what a document is made of.
    fn fill_document(&self, document: &Value) -> Value {
        let plain = |text: &str| self.fill(text, &str::to_owned);
        match document {
            Value::String(text) => Value::String(plain(text)),
            Value::Array(items) => items.iter().map(|item| self.fill_document(item)).collect(),
            Value::Object(members) => Value::Object(
                members.iter().map(|(name, value)| (plain(name), self.fill_document(value))).collect(),
            ),
            other => other.clone(),
        }
    }

    /// Variables that nobody knows stay as they are; what a value says is not looked at again.
    fn fill(&self, text: &str, written: &dyn Fn(&str) -> String) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(begin) = rest.find("${") {
            let (before, variable) = rest.split_at(begin);
            filled.push_str(before);
            match self.value(variable, written) {
                Some((value, behind)) => {
                    filled.push_str(&value);
                    rest = behind;
                }
                None => {
                    filled.push_str("${");
                    rest = &variable["${".len()..];
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    /// What comes into the place of the variable that a text begins with, and what stands behind it.
    fn value<'a>(&self, text: &'a str, written: &dyn Fn(&str) -> String) -> Option<(String, &'a str)> {
        if let Some(inner) = text.strip_prefix(OPENING) {
            let (name, behind) = inner.split_once('}')?;
            return Some((written(self.values.get(name)?), behind));
        }
        let (name, behind) = text.strip_prefix(SECRET_OPENING)?.split_once('}')?;
        let secret = self.secrets.get(name)?;
        let value = if self.shows_secrets { secret.reveal() } else { Secret::STARS };
        Some((value.to_owned(), behind))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Rendered, Values, render, secrets_in};
    use crate::domain::{
        model::{NamedSecret, RequestHeader, Revealed, Secret, WebhookRequest},
        webhooks::vault::Vault,
    };

    fn request(body: Option<serde_json::Value>) -> WebhookRequest {
        WebhookRequest {
            method: "POST".to_owned(),
            url: "https://ci.example.org/${pactbroker.consumerName}?v=${pactbroker.version}".to_owned(),
            headers: vec![RequestHeader {
                name: "x-name".to_owned(),
                value: Secret::new("${pactbroker.consumerName} ${pactbroker.nothing} ${other}"),
            }],
            body,
            username: None,
            password: None,
            signing_secret: None,
            named_secrets: Vec::new(),
        }
    }

    fn rendered(request: &WebhookRequest) -> Rendered {
        let values =
            [("consumerName", "a/b \"c\"&d=${pactbroker.version}"), ("version", "1+2"), ("token", "t0ken")];
        let values: Values =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let opened = Vault::default().open_request(&"0123456789abcdef".parse().unwrap(), request).unwrap();
        render(request, &opened, &values)
    }

    #[test]
    fn values_go_where_their_names_stand_and_stay_there() {
        let rendered =
            rendered(&request(Some(json!({ "n": "<${pactbroker.consumerName}>", "i": [1, null] }))));
        assert_eq!(
            rendered.url.reveal(),
            "https://ci.example.org/a%2Fb%20%22c%22%26d%3D%24%7Bpactbroker.version%7D?v=1%2B2"
        );
        let name = "a/b \"c\"&d=${pactbroker.version}";
        assert_eq!(rendered.headers[0].1.reveal(), format!("{name} ${{pactbroker.nothing}} ${{other}}"));
        let body: serde_json::Value = serde_json::from_str(rendered.body.unwrap().reveal()).unwrap();
        assert_eq!(body, json!({ "n": format!("<{name}>"), "i": [1, null] }));
    }

    #[test]
    fn the_type_of_the_body_is_said_where_the_webhook_does_not() {
        let kind = |request: &WebhookRequest| {
            let rendered = rendered(request);
            let header = rendered.headers.iter().find(|(name, _)| name == "content-type");
            header.map(|(_, value)| value.reveal().to_owned())
        };
        assert_eq!(kind(&request(Some(json!({})))).as_deref(), Some("application/json"));
        assert_eq!(kind(&request(Some(json!("text")))).as_deref(), Some("text/plain; charset=utf-8"));
        assert_eq!(kind(&request(None)), None);
        let mut given = request(Some(json!({})));
        given.headers = vec![RequestHeader { name: "content-type".to_owned(), value: Secret::new("a/b") }];
        assert_eq!(kind(&given).as_deref(), Some("a/b"));
    }

    #[test]
    fn user_and_password_are_basic_authentication_and_secret() {
        let mut request = request(None);
        request.username = Some("user".to_owned());
        request.password = Some(Secret::new("${pactbroker.token}"));
        let rendered = rendered(&request);
        let header = rendered.headers.iter().find(|(name, _)| name == "authorization").unwrap();
        assert_eq!(header.1.reveal(), "Basic dXNlcjp0MGtlbg==");
        let secrets: Vec<_> = rendered.secrets.iter().map(Revealed::reveal).collect();
        assert_eq!(secrets, ["t0ken", "dXNlcjp0MGtlbg=="]);
        assert!(!format!("{rendered:?}").contains("t0ken"), "{rendered:?}");
    }

    #[test]
    fn secrets_go_where_their_names_stand_and_are_stars_for_people() {
        let secret =
            |name: &str, value: &str| NamedSecret { name: name.to_owned(), value: Secret::new(value) };
        let mut request =
            request(Some(json!({ "key": "${secret.key}", "name": "${pactbroker.consumerName}" })));
        request.url = "https://chat.example.org/${secret.path}?v=${pactbroker.version}".to_owned();
        request.headers = vec![RequestHeader {
            name: "x-kind".to_owned(),
            value: Secret::new("a ${secret.key} ${secret.unknown}"),
        }];
        request.named_secrets = vec![secret("path", "services/T/B?x=1"), secret("key", "a \"quoted\" key")];
        let values = [("consumerName", "${secret.key}"), ("version", "1")];
        let values: Values =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let opened = Vault::default().open_request(&"0123456789abcdef".parse().unwrap(), &request).unwrap();
        let rendered = render(&request, &opened, &values);
        assert_eq!(rendered.url.reveal(), "https://chat.example.org/services/T/B?x=1?v=1");
        assert_eq!(rendered.shown_url, "https://chat.example.org/**********?v=1");
        assert_eq!(rendered.headers[0].1.reveal(), "a a \"quoted\" key ${secret.unknown}");
        assert!(rendered.secret_headers.contains("x-kind"));
        let body: serde_json::Value = serde_json::from_str(rendered.body.as_ref().unwrap().reveal()).unwrap();
        assert_eq!(body["key"], "a \"quoted\" key");
        assert_eq!(body["name"], "${secret.key}", "a value is no way to a secret");
        assert!(rendered.has_secret_body());
        let shown = format!("{rendered:?}");
        assert!(!shown.contains("services") && !shown.contains("quoted"), "{shown}");
        assert_eq!(secrets_in("${secret.a}${secret.b c}${secret.").collect::<Vec<_>>(), ["a"]);
    }
}
