use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One link of a HAL document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Link {
    /// Where it leads: absolute, or with `{variables}` in braces when [`Link::templated`].
    pub href: String,
    /// What is there, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What tells links of one relation apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the address has variables to fill in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templated: Option<bool>,
}

impl Link {
    /// A link to an address.
    pub fn to(href: impl Into<String>) -> Self {
        Self { href: href.into(), ..Self::default() }
    }

    /// With a title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// With a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Marked as having variables, or as having none.
    #[must_use]
    pub fn templated(mut self, templated: bool) -> Self {
        self.templated = Some(templated);
        self
    }

    /// The address with its variables filled in; values are percent-encoded as one path segment.
    ///
    /// ```
    /// use pactwright_core::broker_api::Link;
    /// let link = Link::to("http://broker/pacts/provider/{provider}/latest");
    /// assert_eq!(link.expand(&[("provider", "a/b")]), "http://broker/pacts/provider/a%2Fb/latest");
    /// ```
    pub fn expand(&self, variables: &[(&str, &str)]) -> String {
        let mut address = self.href.clone();
        for (name, value) in variables {
            address = address.replace(&format!("{{{name}}}"), &segment(value));
        }
        address
    }
}

/// A text as one segment of a path: everything but letters, digits and `-_.~` percent-encoded.
fn segment(text: &str) -> String {
    const KEPT: percent_encoding::AsciiSet =
        percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    percent_encoding::utf8_percent_encode(text, &KEPT).to_string()
}

/// One link or a list of them: both occur under a relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LinkOrLinks {
    /// A single link.
    One(Link),
    /// A list, perhaps empty.
    Many(Vec<Link>),
}

/// The `_links` of a document, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links(Vec<(Cow<'static, str>, LinkOrLinks)>);

impl Links {
    /// No links.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one link under a relation.
    #[must_use]
    pub fn with(mut self, relation: impl Into<Cow<'static, str>>, link: Link) -> Self {
        self.push(relation, link);
        self
    }

    /// With a list of links under a relation.
    #[must_use]
    pub fn with_all(mut self, relation: impl Into<Cow<'static, str>>, links: Vec<Link>) -> Self {
        self.0.push((relation.into(), LinkOrLinks::Many(links)));
        self
    }

    /// Adds one link.
    pub fn push(&mut self, relation: impl Into<Cow<'static, str>>, link: Link) {
        self.0.push((relation.into(), LinkOrLinks::One(link)));
    }

    /// Adds a list of links.
    pub fn push_all(&mut self, relation: impl Into<Cow<'static, str>>, links: Vec<Link>) {
        self.0.push((relation.into(), LinkOrLinks::Many(links)));
    }

    /// The first link of a relation.
    pub fn get(&self, relation: &str) -> Option<&Link> {
        self.all(relation).first()
    }

    /// All links of a relation.
    pub fn all(&self, relation: &str) -> &[Link] {
        match self.0.iter().find(|(name, _)| name == relation) {
            Some((_, LinkOrLinks::One(link))) => std::slice::from_ref(link),
            Some((_, LinkOrLinks::Many(links))) => links,
            None => &[],
        }
    }

    /// The address of the first link of a relation.
    pub fn href(&self, relation: &str) -> Option<&str> {
        self.get(relation).map(|link| link.href.as_str())
    }

    /// Relations and their links, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &LinkOrLinks)> {
        self.0.iter().map(|(relation, links)| (relation.as_ref(), links))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Links {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(relation, links)| (relation, links)))
    }
}

impl<'de> Deserialize<'de> for Links {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Links;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("HAL links")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Links, A::Error> {
                let mut links = Links::new();
                while let Some((relation, value)) = map.next_entry::<String, serde_json::Value>()? {
                    // A link that has no address (some brokers send `null`) is no link.
                    if let Ok(link) = serde_json::from_value(value) {
                        links.0.push((relation.into(), link));
                    }
                }
                Ok(links)
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// The entry point: where everything else is found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Index {
    /// One link for everything that can be asked.
    #[serde(rename = "_links")]
    pub links: Links,
}

#[cfg(test)]
mod tests {
    use super::{Index, Link, Links};

    #[test]
    fn links_are_one_or_many_and_odd_ones_are_skipped() {
        let index: Index = serde_json::from_str(
            r#"{"_links": {"self": {"href": "/"}, "odd": null, "curies": [{"name": "pb", "href": "/doc/{rel}", "templated": true}]}}"#,
        )
        .unwrap();
        assert_eq!(index.links.href("self"), Some("/"));
        assert_eq!(index.links.all("curies").len(), 1);
        assert!(index.links.get("odd").is_none());
    }

    #[test]
    fn links_keep_their_order() {
        let links = Links::new().with("z", Link::to("/z")).with_all("a", vec![]);
        assert_eq!(serde_json::to_string(&links).unwrap(), r#"{"z":{"href":"/z"},"a":[]}"#);
    }
}
