//! The broker, as the commands ask it.

mod errors;
mod lookups;
mod whole;

use std::time::Duration;

use pactwright_core::broker_api::{Index, Link};
use pactwright_verifier::client::{
    Access, Auth, ClientOptions, HttpClient, Proxies, Remote, RemoteError, Retries,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::debug;

pub(crate) use self::errors::BrokerError;
pub(crate) use self::whole::Whole;
use crate::options::{BrokerOptions, Credentials};

/// A broker at an address.
#[derive(Debug)]
pub(crate) struct Broker {
    remote: Remote,
    base: String,
}

/// The broker's entry point: where everything else is found.
#[derive(Debug)]
pub(crate) struct EntryPoint {
    index: Index,
    base: String,
}

impl Credentials {
    /// Who asks. A pipeline that sets a variable to nothing means none.
    pub(crate) fn auth(&self) -> Option<Auth> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let basic = |user| Auth::Basic { user, password: given(&self.password) };
        given(&self.token).map(Auth::Bearer).or_else(|| given(&self.username).map(basic))
    }
}

/// How connections are made: through the proxies that the environment names.
pub(crate) fn client_options() -> ClientOptions {
    let proxies = Proxies::from_variables(|name| std::env::var(name).ok());
    ClientOptions { proxies, ..ClientOptions::default() }
}

/// A header as people write it: its name and its value. None where what stands before the separator is no name.
pub(crate) fn named(header: &str, separator: char) -> Option<(&str, &str)> {
    let (name, value) = header.split_once(separator)?;
    let name = name.trim();
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (!name.is_empty() && name.bytes().all(sound)).then(|| (name, value.trim()))
}

/// How the broker is accessed.
pub(crate) fn access(
    credentials: &Credentials,
    headers: &[String],
    retries: u32,
) -> Result<Access, BrokerError> {
    let auth = credentials.auth();
    let split = |(index, header): (usize, &String)| {
        let (name, value) = named(header, ':').ok_or(BrokerError::Header { place: index + 1 })?;
        Ok((name.to_owned(), value.to_owned()))
    };
    let headers = headers.iter().enumerate().map(split).collect::<Result<_, BrokerError>>()?;
    let retries = Retries { times: retries, ..Retries::default() };
    Ok(Access { auth, headers, timeout: Duration::from_secs(60), retries })
}

impl Broker {
    pub(crate) fn new(options: &BrokerOptions) -> Result<Self, BrokerError> {
        options.start_logging();
        let client = HttpClient::new(&options.trust.client_options()?)?;
        let mut access = access(&options.credentials, &options.custom_header, options.retries)?;
        let (base, auth) = split_auth(&options.broker_base_url);
        // What the broker links to comes without.
        access.auth = access.auth.or(auth);
        Ok(Self { remote: Remote::new(client, access), base: base.trim_end_matches('/').to_owned() })
    }

    /// Where everything else is found. Ask for it once for a command.
    pub(crate) async fn index(&self) -> Result<EntryPoint, BrokerError> {
        let index = self.get(&format!("{}/", self.base)).await?;
        Ok(EntryPoint { index, base: self.base.clone() })
    }

    /// The address of what is below the broker's own. For the few things that its index does not name.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, BrokerError> {
        debug!("GET {}", public(address));
        Ok(self.remote.get_json(address, DOCUMENT).await?)
    }

    /// The bytes of the document at an address.
    pub(crate) async fn get_bytes(&self, address: &str) -> Result<Vec<u8>, BrokerError> {
        debug!("GET {}", public(address));
        Ok(self.remote.get_bytes(address).await?)
    }

    /// What is at an address, or nothing where the broker says that there is nothing.
    pub(crate) async fn find<T: DeserializeOwned>(&self, address: &str) -> Result<Option<T>, BrokerError> {
        match self.get(address).await {
            Ok(found) => Ok(Some(found)),
            Err(BrokerError::Remote(RemoteError::NotFound { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        address: &str,
        body: &impl Serialize,
    ) -> Result<T, BrokerError> {
        debug!("POST {}", public(address));
        Ok(self.remote.post_json(address, body, DOCUMENT).await?)
    }

    /// Replaces what is at an address, or creates it.
    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        address: &str,
        body: &impl Serialize,
    ) -> Result<T, BrokerError> {
        debug!("PUT {}", public(address));
        Ok(self.remote.put_json(address, body, DOCUMENT).await?)
    }

    /// Changes the members that are given of what is at an address.
    pub(crate) async fn patch<T: DeserializeOwned>(
        &self,
        address: &str,
        changes: &impl Serialize,
    ) -> Result<T, BrokerError> {
        debug!("PATCH {}", public(address));
        Ok(self.remote.patch_json(address, changes, DOCUMENT).await?)
    }

    /// Deletes what is at an address. Answers with what the broker says about it, if anything.
    pub(crate) async fn delete(&self, address: &str) -> Result<Option<Value>, BrokerError> {
        debug!("DELETE {}", public(address));
        Ok(self.remote.delete(address).await?)
    }
}

/// What comes back, in errors.
const DOCUMENT: &str = "a document of the broker's";

/// An address without user name and password.
fn public(address: &str) -> String {
    let start = address.find("://").map_or(0, |end| end + 3);
    let host = address[start..].find(['/', '?', '#']).map_or(address.len(), |end| start + end);
    match address[start..host].rfind('@') {
        Some(end) => format!("{}{}", &address[..start], &address[start + end + 1..]),
        None => address.to_owned(),
    }
}

/// An address without user name and password, and the two where it has them.
pub(crate) fn split_auth(address: &str) -> (String, Option<Auth>) {
    let bare = public(address);
    let start = address.find("://").map_or(0, |end| end + 3);
    let info = address[start..start + address.len() - bare.len()].trim_end_matches('@');
    if info.is_empty() {
        return (bare, None);
    }
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = match info.split_once(':') {
        Some((user, password)) => (user, Some(decode(password))),
        None => (info, None),
    };
    (bare, Some(Auth::Basic { user: decode(user), password }))
}

/// An address with more parameters.
pub(crate) fn with_query<N: AsRef<str>, V: AsRef<str>>(address: &str, query: &[(N, V)]) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let mut address = address.to_owned();
    for (name, value) in query {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(&format!("{}={}", encode(name.as_ref()), encode(value.as_ref())));
    }
    address
}

impl EntryPoint {
    /// The address of a relation, with its variables filled in.
    pub(crate) fn address(
        &self,
        relation: &'static str,
        variables: &[(&str, &str)],
    ) -> Result<String, BrokerError> {
        let link: Option<&Link> = self.index.links.get(relation);
        let link = link.ok_or_else(|| BrokerError::NoLink { base: self.base.clone(), relation })?;
        Ok(link.expand(variables))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_added_and_encoded() {
        assert_eq!(with_query("http://b/x", &[("q[][a]", "ä b")]), "http://b/x?q%5B%5D%5Ba%5D=%C3%A4%20b");
        assert_eq!(with_query("http://b/x?y=1", &[("z", "&"), ("é", "")]), "http://b/x?y=1&z=%26&%C3%A9=");
        assert_eq!(with_query::<&str, &str>("http://b/x", &[]), "http://b/x");
    }

    #[test]
    fn an_address_may_say_who_asks() {
        let basic = |user: &str, password: Option<&str>| {
            Some(Auth::Basic { user: user.to_owned(), password: password.map(str::to_owned) })
        };
        let bare = "https://b/x".to_owned();
        assert_eq!(split_auth("https://me:h%40%3Ash@b/x"), (bare.clone(), basic("me", Some("h@:sh"))));
        assert_eq!(split_auth("https://me@b/x"), (bare.clone(), basic("me", None)));
        assert_eq!(split_auth("https://b/x"), (bare, None));
    }

    #[test]
    fn what_is_logged_holds_no_password() {
        assert_eq!(public("https://me:hush@b/a@b"), "https://b/a@b");
        assert_eq!(public("http://b:1/a?c=@"), "http://b:1/a?c=@");
        assert_eq!(public("me:hush@b"), "b");
    }
}
