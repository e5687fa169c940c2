//! The links of documents.

use serde_json::Value;

/// How addresses of a broker are reached.
#[derive(Debug, Clone)]
pub(super) struct Home {
    /// The address that it is asked at.
    pub(super) base: String,
    /// How it calls itself in links.
    pub(super) own: String,
}

impl Home {
    /// An address as it is reached from here.
    pub(super) fn reached(&self, address: &str) -> String {
        match address.strip_prefix(&self.own) {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => format!("{}{rest}", self.base),
            _ if address.starts_with('/') => format!("{}{address}", self.base),
            _ => address.to_owned(),
        }
    }

    /// Whether an address is one of the broker's.
    pub(super) fn is_within(&self, address: &str) -> bool {
        address.strip_prefix(&self.base).is_some_and(|rest| rest.starts_with(['/', '?']))
    }
}

/// The links of a relation; those with variables in them are of no use.
pub(super) fn all<'a>(document: &'a Value, relation: &str) -> Vec<&'a Value> {
    let links = match document.get("_links").and_then(|links| links.get(relation)) {
        Some(Value::Array(links)) => links.iter().collect(),
        Some(link @ Value::Object(_)) => vec![link],
        _ => Vec::new(),
    };
    links.into_iter().filter(|link| link.get("href").is_some_and(|href| !is_template(href))).collect()
}

fn is_template(href: &Value) -> bool {
    href.as_str().is_none_or(|href| href.contains('{'))
}

/// The addresses of a relation.
pub(super) fn hrefs<'a>(document: &'a Value, relation: &str) -> Vec<&'a str> {
    all(document, relation).into_iter().filter_map(|link| link.get("href")?.as_str()).collect()
}

/// The first address of a relation.
pub(super) fn href<'a>(document: &'a Value, relation: &str) -> Option<&'a str> {
    hrefs(document, relation).first().copied()
}

/// What is embedded under a name, as a list.
pub(super) fn embedded<'a>(document: &'a Value, name: &str) -> &'a [Value] {
    let found = document.get("_embedded").and_then(|embedded| embedded.get(name));
    found.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A text.
pub(super) fn text<'a>(document: &'a Value, name: &str) -> Option<&'a str> {
    document.get(name).and_then(Value::as_str)
}

/// The digest and the number in the address of a verification result.
pub(super) fn of_result(address: &str) -> Option<(&str, u32)> {
    let number = segment_after(address, "verification-results")?.parse().ok()?;
    Some((sha(address)?, number))
}

/// The digest of a content in an address.
pub(super) fn sha(address: &str) -> Option<&str> {
    segment_after(address, "pact-version")
}

fn segment_after<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = address.split(['/', '?']);
    segments.find(|segment| *segment == name)?;
    segments.next()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Home, href, hrefs, of_result};

    #[test]
    fn a_relation_has_one_link_or_several() {
        let document = json!({ "_links": {
            "one": { "href": "http://b/1" },
            "two": [{ "href": "http://b/2" }, { "href": "http://b/{x}" }, { "name": "none" }, { "href": "http://b/3" }],
            "none": null,
        } });
        assert_eq!(href(&document, "one"), Some("http://b/1"));
        assert_eq!(hrefs(&document, "two"), ["http://b/2", "http://b/3"]);
        assert!(hrefs(&document, "none").is_empty() && hrefs(&document, "other").is_empty());
    }

    #[test]
    fn addresses_are_those_of_the_broker_however_it_calls_itself() {
        let home =
            Home { base: "http://localhost:9".to_owned(), own: "https://old.example/pacts".to_owned() };
        for (address, reached, is_within) in [
            ("https://old.example/pacts/a?b", "http://localhost:9/a?b", true),
            ("/a", "http://localhost:9/a", true),
            ("https://old.example/pactsa", "https://old.example/pactsa", false),
            ("http://localhost:99/a", "http://localhost:99/a", false),
            ("https://other.example/a", "https://other.example/a", false),
        ] {
            assert_eq!(home.reached(address), reached);
            assert_eq!(home.is_within(reached), is_within, "{reached}");
        }
    }

    #[test]
    fn the_address_of_a_result_says_of_what_it_is() {
        let plain = "http://b/pacts/provider/P/consumer/C/pact-version/abc/verification-results/7";
        let told = "http://b/pacts/provider/P/consumer/C/pact-version/abc/metadata/x/verification-results/7";
        assert_eq!(of_result(plain), Some(("abc", 7)));
        assert_eq!(of_result(told), Some(("abc", 7)));
        assert_eq!(of_result("http://b/pacts/provider/P"), None);
    }
}
