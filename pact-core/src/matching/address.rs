//! Whether a request goes to the right place, without looking at the rest of it.

use super::CompiledRequest;
use crate::model::{Category, Combine};
use crate::rules::Subject;

impl CompiledRequest {
    /// Whether a method is one that is expected. Costs next to nothing: for servers that pick one of many requests.
    pub fn accepts_method(&self, actual: &str) -> bool {
        let expected = &self.expected.method;
        self.accepts(Category::Method, expected, actual, expected.eq_ignore_ascii_case(actual))
    }

    /// Whether a path is one that is expected. See [`CompiledRequest::accepts_method`].
    pub fn accepts_path(&self, actual: &str) -> bool {
        let expected = &self.expected.path;
        self.accepts(Category::Path, expected, actual, expected == actual)
    }

    fn accepts(&self, category: Category, expected: &str, actual: &str, equal: bool) -> bool {
        let Some(list) = self.rules.single.get(&category) else { return equal };
        let (expected, actual) = (Some(Subject::Text(expected)), Subject::Text(actual));
        let mut checks = list.rules.iter().map(|rule| rule.check(expected, actual, true));
        match list.combine {
            Combine::And => checks.all(|holds| holds),
            Combine::Or => list.rules.is_empty() || checks.any(|holds| holds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::read_request;
    use crate::json::Json;
    use crate::matching::ActualRequest;
    use crate::model::SpecVersion;
    use crate::report::Part;

    #[test]
    fn the_quick_answer_is_that_of_the_whole_comparison() {
        for text in [
            r#"{"method": "get", "path": "/a/1"}"#,
            r#"{"method": "GET", "path": "/a/1", "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "/a/\\d+"}]}}}"#,
            r#"{"method": "GET", "path": "/a/1", "matchingRules": {"path": {"combine": "OR", "matchers": [{"match": "regex", "regex": "/b"}, {"match": "include", "value": "1"}]}}}"#,
            r#"{"method": "GET", "path": "/a/1", "matchingRules": {"path": {"combine": "AND", "matchers": [{"match": "regex", "regex": "/b"}, {"match": "include", "value": "1"}]}}}"#,
            r#"{"method": "GET", "path": "/a/1", "matchingRules": {"path": {"matchers": []}}}"#,
            r#"{"method": "GET", "path": "/a/1", "matchingRules": {"method": {"matchers": [{"match": "regex", "regex": "GET|PUT"}]}}}"#,
        ] {
            let expected = Json::parse(text.as_bytes()).unwrap().into_owned();
            let expected = read_request(expected, SpecVersion::V3).unwrap();
            let compiled = CompiledRequest::new(expected).unwrap();
            for method in ["GET", "PUT", "POST"] {
                for path in ["/a/1", "/a/2", "/b", "/"] {
                    let actual = ActualRequest {
                        method: method.into(),
                        path: path.into(),
                        ..ActualRequest::default()
                    };
                    let found = compiled.mismatches(&actual);
                    let differs = |part| found.iter().any(|mismatch| mismatch.part == part);
                    assert_eq!(compiled.accepts_method(method), !differs(Part::Method), "{text} {method}");
                    assert_eq!(compiled.accepts_path(path), !differs(Part::Path), "{text} {path}");
                }
            }
        }
    }
}
