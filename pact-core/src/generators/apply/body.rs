//! Bodies and message contents.

use super::{Applier, Reason};
use crate::generators::Generator;
use crate::model::{Body, Category, Content, ContentType, Data, MatchingRules, Query, RuleList, parse_pairs};
use crate::path::{DocPath, Step};

impl Applier<'_> {
    /// `stated` is the media type that headers or metadata give.
    pub(super) fn body(&mut self, body: &mut Body, stated: Option<ContentType>, rules: &MatchingRules) {
        let mut generators = Vec::new();
        for (place, generator) in self.generators(Category::Body) {
            match place.parse::<DocPath>() {
                Ok(path) => generators.push((path, generator)),
                Err(error) => self.skip(Category::Body, place, Reason::Path(error)),
            }
        }
        let rules: Vec<(DocPath, &RuleList)> = rules
            .category(Category::Body)
            .filter_map(|(path, list)| Some((path.parse().ok()?, list)))
            .filter(|(_, list)| super::json::has_generators(list, self.run.context.mode))
            .collect();
        if generators.is_empty() && rules.is_empty() {
            return;
        }
        let content_type = stated.or_else(|| body.own_content_type());
        let Body::Present(content) = body else {
            return self.skip_all(&generators, &Reason::NotThere);
        };
        let is = |test: fn(&ContentType) -> bool| content_type.as_ref().is_some_and(test);
        if is(ContentType::is_json) || matches!(content.data, Data::Json(_)) {
            self.json(content, &generators, &rules);
        } else if is(ContentType::is_form) {
            self.form(content, &generators);
        } else if is(ContentType::is_xml) {
            self.xml(content, &generators);
        } else if is(ContentType::is_multipart) {
            self.unsupported(&generators, content_type);
        } else {
            self.whole(content, &generators, content_type);
        }
    }

    pub(super) fn skip_all(&mut self, generators: &[(DocPath, &Generator)], reason: &Reason) {
        for (path, _) in generators {
            self.skip(Category::Body, &path.to_string(), reason.clone());
        }
    }

    fn unsupported(&mut self, generators: &[(DocPath, &Generator)], content_type: Option<ContentType>) {
        let content_type = content_type.or_else(|| ContentType::parse("application/octet-stream"));
        let reason = content_type.map_or(Reason::NotThere, Reason::ContentType);
        self.skip_all(generators, &reason);
    }

    fn json(
        &mut self,
        content: &mut Content,
        generators: &[(DocPath, &Generator)],
        rules: &[(DocPath, &RuleList)],
    ) {
        let Some(document) = content.as_json() else { return self.skip_all(generators, &Reason::NotJson) };
        let before = document.into_owned().into_owned();
        let mut document = before.clone();
        self.tree(&mut document, generators, rules, "$");
        if document == before {
            return;
        }
        match &mut content.data {
            Data::Json(value) => *value = document,
            Data::Text(text) => *text = document.to_compact(),
            Data::Binary(bytes) => *bytes = document.to_compact().into_bytes(),
        }
    }

    fn form(&mut self, content: &mut Content, generators: &[(DocPath, &Generator)]) {
        let before = parse_pairs(&String::from_utf8_lossy(&content.bytes()));
        let mut pairs = before.clone();
        for (path, generator) in generators {
            let place = path.to_string();
            let values = match path.steps().split_first() {
                Some((Step::Field(name), rest)) => {
                    let pair = pairs.iter_mut().find(|(other, _)| other == name);
                    pair.and_then(|(_, values)| selected(values, rest))
                }
                _ => None,
            };
            match values {
                Some(values) => self.values(Category::Body, &place, generator, values),
                None => self.skip(Category::Body, &place, Reason::NotThere),
            }
        }
        if pairs != before {
            content.data = Data::Text(Query::Pairs(pairs).to_text().into_owned());
        }
    }

    /// Text that has no parts: a generator can be for the whole.
    fn whole(
        &mut self,
        content: &mut Content,
        generators: &[(DocPath, &Generator)],
        content_type: Option<ContentType>,
    ) {
        let (root, inner): (Vec<_>, Vec<_>) =
            generators.iter().cloned().partition(|(path, _)| path.steps().is_empty());
        match &mut content.data {
            Data::Text(text) => {
                for (_, generator) in &root {
                    self.replace_text(Category::Body, "$", generator, text);
                }
            }
            _ => self.unsupported(&root, content_type.clone()),
        }
        self.unsupported(&inner, content_type);
    }
}

/// The values of one name that the rest of a path selects.
fn selected<'v>(values: &'v mut [Option<String>], steps: &[Step]) -> Option<&'v mut [Option<String>]> {
    match steps {
        [] | [Step::AnyIndex | Step::AnyField] => Some(values),
        [Step::Index(index)] => values.get_mut(*index).map(std::slice::from_mut),
        _ => None,
    }
}
