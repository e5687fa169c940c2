//! What a webhook sends: its request with values in the place of `${pactbroker.name}`.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::vault::Opened;
use crate::domain::model::{Revealed, WebhookRequest, is_sensitive_header};

/// Values by the names of their variables.
pub type Values = BTreeMap<String, String>;

/// What begins a variable.
pub const OPENING: &str = "${pactbroker.";

/// What stays as it is in an address: the unreserved characters of RFC 3986.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A request that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The headers, with those for authentication and for the type of the body.
    pub headers: Vec<(String, Revealed)>,
    /// The body.
    pub body: Option<String>,
    /// Texts that are not to be seen wherever they turn up.
    pub secrets: Vec<Revealed>,
    /// What the request is signed with.
    pub signing_secret: Option<Revealed>,
}

/// Puts values into a request, whose secrets were opened. A value in an address is escaped, so that it stays in its place.
pub fn render(request: &WebhookRequest, opened: &Opened, values: &Values) -> Rendered {
    let plain = |text: &str| fill(text, values, &str::to_owned);
    let escaped = |value: &str| utf8_percent_encode(value, &UNRESERVED).to_string();
    let header = |(name, value): &(String, Revealed)| (name.clone(), Revealed::new(plain(value.reveal())));
    let mut headers: Vec<_> = opened.headers.iter().map(header).collect();
    let mut secrets = Vec::new();
    for (_, value) in headers.iter().filter(|(name, _)| is_sensitive_header(name)) {
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
        secrets.extend([Revealed::new(password), Revealed::new(encoded)]);
    }
    secrets.extend(opened.signing_secret.clone());
    let (body, kind) = match &request.body {
        None | Some(Value::Null) => (None, None),
        Some(Value::String(text)) => (Some(plain(text)), Some("text/plain; charset=utf-8")),
        Some(document) => (Some(fill_document(document, values).to_string()), Some("application/json")),
    };
    if let Some(kind) = kind.filter(|_| headers.iter().all(|(name, _)| name != "content-type")) {
        headers.push(("content-type".to_owned(), Revealed::new(kind)));
    }
    Rendered {
        method: request.method.clone(),
        url: fill(&request.url, values, &escaped),
        headers,
        body,
        secrets,
        signing_secret: opened.signing_secret.clone(),
    }
}

/// Values go into texts, so they never change what a document is made of.
fn fill_document(document: &Value, values: &Values) -> Value {
    match document {
        Value::String(text) => Value::String(fill(text, values, &str::to_owned)),
        Value::Array(items) => items.iter().map(|item| fill_document(item, values)).collect(),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (fill(name, values, &str::to_owned), fill_document(value, values)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Variables that nobody knows stay as they are; what a value says is not looked at again.
fn fill(text: &str, values: &Values, written: &dyn Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find(OPENING) {
        let (before, variable) = rest.split_at(begin);
        filled.push_str(before);
        let inner = &variable[OPENING.len()..];
        let known = inner.find('}').and_then(|end| Some((end, values.get(&inner[..end])?)));
        match known {
            Some((end, value)) => {
                filled.push_str(&written(value));
                rest = &inner[end + 1..];
            }
            None => {
                filled.push_str(OPENING);
                rest = inner;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Rendered, Values, render};
    use crate::domain::{
        model::{RequestHeader, Revealed, Secret, WebhookRequest},
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
            rendered.url,
            "https://ci.example.org/a%2Fb%20%22c%22%26d%3D%24%7Bpactbroker.version%7D?v=1%2B2"
        );
        let name = "a/b \"c\"&d=${pactbroker.version}";
        assert_eq!(rendered.headers[0].1.reveal(), format!("{name} ${{pactbroker.nothing}} ${{other}}"));
        let body: serde_json::Value = serde_json::from_str(rendered.body.as_deref().unwrap()).unwrap();
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
}
