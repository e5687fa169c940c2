//! Query strings with nested names, as Rack reads them: `q[][pacticipant]=Foo&q[][version]=1&tag=prod`.
//!
//! In a list of objects a name that the last object has already begins a new object.

use std::borrow::Cow;

/// How deep names may nest. Deeper ones are left out.
const DEPTH: usize = 8;

/// A value in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Param {
    /// Text; none for a name without `=`.
    Text(Option<String>),
    /// `name[]=...`
    List(Vec<Param>),
    /// `name[other]=...`
    Object(Params),
}

/// Named values, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Params(Vec<(String, Param)>);

impl Param {
    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(Some(text)) = self { Some(text) } else { None }
    }

    pub(crate) fn as_object(&self) -> Option<&Params> {
        if let Self::Object(params) = self { Some(params) } else { None }
    }

    pub(crate) fn as_list(&self) -> Option<&[Param]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }
}

impl Params {
    /// Reads a query string.
    pub(crate) fn parse(query: &str) -> Self {
        let mut params = Self::default();
        for pair in query.split(['&', ';']).filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (decode(name), Some(decode(value).into_owned())),
                None => (decode(pair), None),
            };
            let (first, rest) = split_name(&name);
            if rest.len() <= DEPTH && !first.is_empty() {
                params.put(first, &rest, value);
            }
        }
        params
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Param> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The text of that name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Param::as_text)
    }

    /// The text of that name, if it is more than white space.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.trim().is_empty())
    }

    /// Whether that name says `true`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    fn entry(&mut self, name: &str, empty: Param) -> &mut Param {
        let place = if let Some(place) = self.0.iter().position(|(known, _)| known == name) {
            place
        } else {
            self.0.push((name.to_owned(), empty));
            self.0.len() - 1
        };
        &mut self.0[place].1
    }

    fn has(&self, name: &str, rest: &[&str]) -> bool {
        match (self.get(name), rest) {
            (None | Some(Param::List(_)), _) => false,
            (Some(Param::Object(inner)), [next, rest @ ..]) => inner.has(next, rest),
            (Some(Param::Text(_) | Param::Object(_)), _) => true,
        }
    }

    fn put(&mut self, name: &str, rest: &[&str], value: Option<String>) {
        match rest {
            [] => *self.entry(name, Param::Text(None)) = Param::Text(value),
            [""] => {
                if let Param::List(items) = self.entry(name, Param::List(Vec::new())) {
                    items.push(Param::Text(value));
                }
            }
            ["", next, rest @ ..] => {
                let Param::List(items) = self.entry(name, Param::List(Vec::new())) else { return };
                let begins = match items.last() {
                    Some(Param::Object(last)) => last.has(next, rest),
                    _ => true,
                };
                if begins {
                    items.push(Param::Object(Self::default()));
                }
                if let Some(Param::Object(last)) = items.last_mut() {
                    last.put(next, rest, value);
                }
            }
            [next, rest @ ..] => {
                if let Param::Object(inner) = self.entry(name, Param::Object(Self::default())) {
                    inner.put(next, rest, value);
                }
            }
        }
    }
}

/// `q[][version]` is `q`, then nothing, then `version`.
fn split_name(name: &str) -> (&str, Vec<&str>) {
    let Some(begin) = name.find('[').filter(|begin| *begin > 0 && name.ends_with(']')) else {
        return (name, Vec::new());
    };
    (&name[..begin], name[begin + 1..name.len() - 1].split("][").collect())
}

fn decode(text: &str) -> Cow<'_, str> {
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Param, Params};

    #[test]
    fn a_repeated_name_begins_a_new_object() {
        for query in [
            "q[][pacticipant]=Foo&q[][version]=1&q[][pacticipant]=Bar&q[][version]=2",
            "q%5B%5D%5Bversion%5D=1&q%5B%5D%5Bpacticipant%5D=Foo&q%5B%5D%5Bversion%5D=2&q%5B%5D%5Bpacticipant%5D=Bar",
        ] {
            let params = Params::parse(query);
            let items = params.get("q").and_then(Param::as_list).unwrap();
            let told: Vec<_> = items
                .iter()
                .map(|item| item.as_object().unwrap())
                .map(|item| (item.text("pacticipant").unwrap(), item.text("version").unwrap()))
                .collect();
            assert_eq!(told, [("Foo", "1"), ("Bar", "2")], "{query}");
        }
    }

    #[test]
    fn texts_lists_and_objects_are_told_apart() {
        let params = Params::parse("a=1+2&b[]=x&b[]=&c[d]=e&f&a%26=b%3Dc&a=3");
        assert_eq!(params.text("a"), Some("3"));
        let b = params.get("b").and_then(Param::as_list).unwrap();
        assert_eq!(b.iter().map(Param::as_text).collect::<Vec<_>>(), [Some("x"), Some("")]);
        assert_eq!(params.get("c").and_then(Param::as_object).unwrap().text("d"), Some("e"));
        assert_eq!(params.get("f"), Some(&Param::Text(None)));
        assert_eq!(params.text("a&"), Some("b=c"));
    }

    #[test]
    fn odd_names_do_no_harm() {
        for query in ["[]=1", "a[=1", "a]=1", "=1", "&&", "q=1&q[][a]=2", "a[b]=1&a[]=2", &"a[b]".repeat(100)]
        {
            let _ = Params::parse(query);
        }
        assert_eq!(Params::parse("q=1&q[][a]=2").text("q"), Some("1"));
    }
}
