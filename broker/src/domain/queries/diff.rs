//! How two contracts differ, for people: only what differs is shown, with where it is.

use std::collections::BTreeSet;

use pactwright_core::json::{Json, JsonBuf, Object};

/// The members of a contract that are lists of interactions: what they hold is told apart by what it is about.
const LISTS: [&str; 2] = ["interactions", "messages"];

/// The differences from one contract to another, line by line: removed with `-` in front, added with `+`, and where it
/// is with a space. Nothing where they say the same. The `_id`s that brokers give interactions do not count.
///
/// ```
/// use pactwright_broker::domain::queries::diff::differences;
/// use pactwright_core::json::Json;
/// let before = Json::parse(br#"{"interactions": [{"description": "a", "response": {"status": 200}}]}"#)?;
/// let after = Json::parse(br#"{"interactions": [{"description": "a", "response": {"status": 404}}]}"#)?;
/// let lines = differences(&before, &after);
/// assert!(lines.contains("-        \"status\": 200\n+        \"status\": 404"), "{lines}");
/// # Ok::<(), pactwright_core::json::JsonError>(())
/// ```
pub fn differences(before: &Json<'_>, after: &Json<'_>) -> String {
    let (before, after) = (without_ids(before).sorted(), without_ids(after).sorted());
    let mut lines = Lines::default();
    if before != after {
        lines.compare(0, None, &before, &after);
    }
    lines.0.join("\n")
}

fn without_ids(pact: &Json<'_>) -> JsonBuf {
    let mut pact = pact.clone().into_owned();
    if let Json::Object(members) = &mut pact {
        for list in LISTS {
            if let Some(Json::Array(items)) = members.get_mut(list) {
                for item in items {
                    if let Json::Object(item) = item {
                        item.remove("_id");
                    }
                }
            }
        }
    }
    pact
}

#[derive(Default)]
struct Lines(Vec<String>);

/// What goes with what: neither has to be there.
type Pair<'j> = (Option<&'j Json<'j>>, Option<&'j Json<'j>>);

impl Lines {
    fn push(&mut self, sign: char, depth: usize, text: &str) {
        self.0.push(format!("{sign}{}{text}", "  ".repeat(depth)));
    }

    /// A whole value that is only on one side.
    fn whole(&mut self, sign: char, depth: usize, name: Option<&str>, value: &Json<'_>) {
        let text = value.to_pretty();
        let label = label(name);
        for (number, line) in text.lines().enumerate() {
            let line = if number == 0 { format!("{label}{line}") } else { line.to_owned() };
            self.push(sign, depth, &line);
        }
    }

    /// Two values that are known to differ.
    fn compare(&mut self, depth: usize, name: Option<&str>, before: &Json<'_>, after: &Json<'_>) {
        match (before, after) {
            (Json::Object(before), Json::Object(after)) => {
                self.push(' ', depth, &format!("{}{{", label(name)));
                self.members(depth + 1, before, after);
                self.push(' ', depth, "}");
            }
            (Json::Array(before), Json::Array(after)) => {
                self.push(' ', depth, &format!("{}[", label(name)));
                let pairs = pair_up(before, after, name.is_some_and(|name| LISTS.contains(&name)));
                for (before, after) in pairs {
                    self.pair(depth + 1, None, before, after);
                }
                self.push(' ', depth, "]");
            }
            (before, after) => {
                self.whole('-', depth, name, before);
                self.whole('+', depth, name, after);
            }
        }
    }

    fn members(&mut self, depth: usize, before: &Object<'_>, after: &Object<'_>) {
        let names: BTreeSet<&str> = before.names().chain(after.names()).collect();
        for name in names {
            self.pair(depth, Some(name), before.get(name), after.get(name));
        }
    }

    fn pair(
        &mut self,
        depth: usize,
        name: Option<&str>,
        before: Option<&Json<'_>>,
        after: Option<&Json<'_>>,
    ) {
        match (before, after) {
            (Some(before), Some(after)) if before != after => self.compare(depth, name, before, after),
            (Some(before), None) => self.whole('-', depth, name, before),
            (None, Some(after)) => self.whole('+', depth, name, after),
            _ => {}
        }
    }
}

fn label(name: Option<&str>) -> String {
    name.map(|name| format!("{}: ", Json::from(name).to_compact())).unwrap_or_default()
}

/// Interactions go with those that are about the same; what is left, and everything else, goes by its place.
fn pair_up<'j>(before: &'j [Json<'j>], after: &'j [Json<'j>], by_subject: bool) -> Vec<Pair<'j>> {
    let mut open: Vec<&Json<'_>> = after.iter().collect();
    let mut pairs: Vec<Pair<'j>> = Vec::new();
    for item in before {
        let place =
            by_subject.then(|| open.iter().position(|other| subject(other) == subject(item))).flatten();
        pairs.push((Some(item), place.map(|place| open.remove(place))));
    }
    let mut rest = open.into_iter();
    for pair in pairs.iter_mut().filter(|pair| pair.1.is_none()) {
        pair.1 = rest.next();
    }
    pairs.extend(rest.map(|item| (None, Some(item))));
    pairs
}

/// What an interaction is about: its description and its provider states.
fn subject<'j>(item: &'j Json<'j>) -> (Option<&'j Json<'j>>, Option<&'j Json<'j>>) {
    let states = ["provider_state", "providerState", "providerStates"];
    let state = states.iter().filter_map(|name| item.get(name)).find(|value| **value != Json::Null);
    (item.get("description"), state)
}

#[cfg(test)]
mod tests {
    use pactwright_core::json::{Json, JsonBuf};

    use super::differences;

    fn json(text: &str) -> JsonBuf {
        Json::parse(text.as_bytes()).unwrap().into_owned()
    }

    #[test]
    fn only_what_differs_is_shown_and_where_it_is() {
        let before = r#"{"consumer": {"name": "A"}, "interactions": [
            {"_id": "1", "description": "b", "request": {"method": "GET", "path": "/b"}},
            {"_id": "2", "description": "a", "request": {"path": "/a", "query": {"x": [1, 2]}}}]}"#;
        let after = r#"{"consumer": {"name": "A"}, "interactions": [
            {"description": "a", "request": {"path": "/a", "query": {"x": [1, 3, 4]}, "body": null}},
            {"description": "b", "request": {"path": "/b", "method": "GET"}}]}"#;
        let expected = [
            " {",
            "   \"interactions\": [",
            "     {",
            "       \"request\": {",
            "+        \"body\": null",
            "         \"query\": {",
            "           \"x\": [",
            "-            2",
            "+            3",
            "+            4",
            "           ]",
            "         }",
            "       }",
            "     }",
            "   ]",
            " }",
        ];
        assert_eq!(differences(&json(before), &json(after)).lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_new_or_gone_is_shown_whole() {
        let before = json(r#"{"interactions": [{"description": "a"}, {"description": "b", "x": {"y": 1}}]}"#);
        let after = json(r#"{"interactions": [{"description": "a"}], "messages": ["m"]}"#);
        let expected = [
            " {",
            "   \"interactions\": [",
            "-    {",
            "-      \"description\": \"b\",",
            "-      \"x\": {",
            "-        \"y\": 1",
            "-      }",
            "-    }",
            "   ]",
            "+  \"messages\": [",
            "+    \"m\"",
            "+  ]",
            " }",
        ];
        assert_eq!(differences(&before, &after).lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_same_in_another_order_is_no_difference() {
        let one = json(r#"{"a": 1, "interactions": [{"_id": "1", "description": "a"}]}"#);
        let other = json(r#"{"interactions": [{"description": "a", "_id": "2"}], "a": 1}"#);
        assert_eq!(differences(&one, &other), "");
    }
}
