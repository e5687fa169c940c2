//! What an interaction says beside its exchange, for people and for plugins.

use super::Interaction;
use crate::json::{Json, JsonBuf, Object};

/// A description in a markup language (`interactionMarkup` of V4 files).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Markup<'i> {
    /// The text.
    pub text: &'i str,
    /// Whether it is HTML; otherwise it is `CommonMark`.
    pub is_html: bool,
}

/// These read what the fields [`Interaction::comments`] and [`Interaction::extra`] hold, where it has the form that V4 files give
/// it; what has another form is passed over. The fields are what is written.
impl Interaction {
    /// Remarks for people, in their order (`text` among the comments).
    pub fn remarks(&self) -> impl Iterator<Item = &str> {
        let remarks = match self.comments.get("text") {
            Some(Json::Array(items)) => items.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        remarks.iter().filter_map(JsonBuf::as_str)
    }

    /// The name of the test that the interaction comes from (`testname` among the comments).
    pub fn test_name(&self) -> Option<&str> {
        self.comments.get("testname").and_then(JsonBuf::as_str)
    }

    /// What the interaction refers to: groups, such as the name of an issue tracker, with names and values (`references` among the
    /// comments).
    pub fn references(&self) -> impl Iterator<Item = (&str, &str, &Json<'static>)> {
        let groups = self.comments.get("references").and_then(JsonBuf::as_object);
        groups.into_iter().flat_map(Object::iter).flat_map(|(group, references)| {
            let references = references.as_object().into_iter().flat_map(Object::iter);
            references.map(move |(name, value)| (group, name, value))
        })
    }

    /// The description in a markup language.
    pub fn markup(&self) -> Option<Markup<'_>> {
        let markup = self.extra.get("interactionMarkup")?;
        let is_html = markup.get("markupType").and_then(Json::as_str) == Some("HTML");
        Some(Markup { text: markup.get("markup")?.as_str()?, is_html })
    }

    /// What a plugin is to do with the interaction: its part of `pluginConfiguration`.
    pub fn plugin_configuration(&self, plugin: &str) -> Option<&Json<'static>> {
        self.extra.get("pluginConfiguration")?.get(plugin)
    }
}

#[cfg(test)]
mod tests {
    use crate::format;
    use crate::json::Json;
    use crate::model::{Interaction, Markup};

    fn interaction(attributes: &str) -> Interaction {
        let file = format!(
            r#"{{"consumer":{{"name":"a"}},"provider":{{"name":"b"}},"interactions":[{{
            "type":"Synchronous/HTTP","description":"d","request":{{}},"response":{{}}{attributes}}}],
            "metadata":{{"pactSpecification":{{"version":"4.0"}}}}}}"#
        );
        format::read(file.as_bytes()).unwrap().interactions.remove(0)
    }

    #[test]
    fn what_is_said_beside_the_exchange_can_be_read() {
        let one = interaction(
            r#","comments":{"text":["one","two",3],"testname":"t","references":{"jira":{"id":"A-1","n":2},"odd":1}},
            "interactionMarkup":{"markup":"<p>","markupType":"HTML"},"pluginConfiguration":{"csv":{"rows":1}}"#,
        );
        assert_eq!(one.remarks().collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(one.test_name(), Some("t"));
        let references: Vec<_> = one.references().collect();
        assert_eq!(references, [("jira", "id", &Json::from("A-1")), ("jira", "n", &Json::from(2_u64))]);
        assert_eq!(one.markup(), Some(Markup { text: "<p>", is_html: true }));
        assert_eq!(one.plugin_configuration("csv").unwrap().to_compact(), r#"{"rows":1}"#);
        assert_eq!(one.plugin_configuration("other"), None);
    }

    #[test]
    fn what_has_another_form_is_passed_over() {
        let one = interaction(
            r#","comments":{"text":"alone","testname":1,"references":[]},"interactionMarkup":"x""#,
        );
        assert_eq!(one.remarks().collect::<Vec<_>>(), ["alone"]);
        assert_eq!((one.test_name(), one.references().count(), one.markup()), (None, 0, None));
        assert_eq!(interaction("").remarks().count(), 0);
    }
}
