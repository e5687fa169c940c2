//! Which interactions may answer a request, found without looking at the others.

use std::collections::HashMap;

use pactwright_core::matching::{ActualRequest, CompiledRequest, Reading};
use pactwright_core::model::{Category, Combine, Query, Request, RuleList};
use pactwright_core::rules::Rule;

use super::body_key::{Keys, Settled, settled};

/// Names and values of a query, in the order of the names.
type Pairs = Vec<(String, Vec<Option<String>>)>;

/// Interactions by where their requests go. It never leaves out one that matches.
#[derive(Default)]
pub(super) struct Index {
    /// Those whose path is settled.
    by_path: HashMap<String, Bucket>,
    /// The others, by the segments that their paths must begin with: `/orders/` for `/orders/\d+`.
    by_start: HashMap<String, Vec<usize>>,
}

/// The interactions with one path.
#[derive(Default)]
struct Bucket {
    /// Those whose query is settled.
    by_query: HashMap<Pairs, Group>,
    /// The others.
    open: Group,
}

/// Interactions that may differ in their bodies.
#[derive(Default)]
struct Group {
    all: Vec<usize>,
    /// Those whose body is settled.
    by_body: HashMap<u64, Vec<usize>>,
    /// Those in whose body some members are settled: by the names of those, then by their values.
    by_members: HashMap<Vec<String>, HashMap<u64, Vec<usize>>>,
    /// The others.
    open: Vec<usize>,
}

/// How many sets of settled members are told apart: each of them is looked up for every request.
const SETS: usize = 16;

/// Whether a body decides which interactions may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bodies {
    Decide,
    #[cfg(feature = "standalone")]
    DoNotCount,
}

impl Group {
    fn insert(&mut self, number: usize, request: &Request) {
        self.all.push(number);
        match settled(request) {
            Some(Settled::Whole(key)) => self.by_body.entry(key).or_default().push(number),
            Some(Settled::Members(names, key))
                if self.by_members.len() < SETS || self.by_members.contains_key(&names) =>
            {
                self.by_members.entry(names).or_default().entry(key).or_default().push(number);
            }
            Some(Settled::Members(..)) | None => self.open.push(number),
        }
    }

    fn candidates(&self, reading: &Reading<'_>, bodies: Bodies, found: &mut Vec<usize>) {
        // One is rather compared than looked for.
        if self.all.len() <= 1 || self.open.len() == self.all.len() || bodies != Bodies::Decide {
            found.extend(&self.all);
            return;
        }
        let keys = Keys::of(reading);
        match &keys {
            Keys::Unknown => found.extend(&self.all),
            Keys::Other => found.extend(&self.open),
            Keys::Json { whole, .. } => {
                found.extend(&self.open);
                found.extend(self.by_body.get(whole).into_iter().flatten());
                for (names, numbers) in &self.by_members {
                    let same = keys.of_members(names).and_then(|key| numbers.get(&key));
                    found.extend(same.into_iter().flatten());
                }
            }
        }
    }
}

impl Index {
    pub(super) fn new<'r>(requests: impl Iterator<Item = &'r CompiledRequest>) -> Self {
        let mut index = Self::default();
        for (number, request) in requests.map(CompiledRequest::expected).enumerate() {
            if let Some(rules) = only_rules(request, Category::Path) {
                index.by_start.entry(start(rules)).or_default().push(number);
                continue;
            }
            let bucket = index.by_path.entry(request.path.clone()).or_default();
            match settled_query(request) {
                Some(query) => bucket.by_query.entry(query).or_default().insert(number, request),
                None => bucket.open.insert(number, request),
            }
        }
        index
    }

    /// Those that may match, in the order of the contract.
    pub(super) fn candidates(&self, reading: &Reading<'_>, bodies: Bodies) -> Vec<usize> {
        let request = reading.request();
        let mut found = Vec::new();
        if let Some(bucket) = self.by_path.get(request.path.as_str()) {
            if !bucket.by_query.is_empty()
                && let Some(group) = bucket.by_query.get(&query(request))
            {
                group.candidates(reading, bodies, &mut found);
            }
            bucket.open.candidates(reading, bodies, &mut found);
        }
        found.extend(self.free(&request.path));
        found.sort_unstable();
        found
    }

    /// Those whose path may be that of the request, whatever their queries are.
    pub(super) fn neighbours(&self, path: &str) -> Vec<usize> {
        let mut found: Vec<usize> = self.free(path).collect();
        if let Some(bucket) = self.by_path.get(path) {
            let groups = bucket.by_query.values().chain([&bucket.open]);
            found.extend(groups.flat_map(|group| &group.all));
        }
        found.sort_unstable();
        found
    }

    /// Those whose path is ruled, and may be this.
    fn free<'i>(&'i self, path: &'i str) -> impl Iterator<Item = usize> + 'i {
        let ends = path.match_indices('/').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).filter(|_| !self.by_start.is_empty());
        starts.filter_map(|end| self.by_start.get(&path[..end])).flatten().copied()
    }
}

fn query(request: &ActualRequest) -> Pairs {
    let Some(text) = request.query.as_ref().filter(|text| !text.is_empty()) else { return Pairs::new() };
    sorted(Query::Text(text.clone()).pairs().into_owned())
}

/// The query that a request must have, where it must have this one.
fn settled_query(request: &Request) -> Option<Pairs> {
    match &request.query {
        _ if request.rules.category(Category::Query).next().is_some() => None,
        // Compared as it was written, which pairs do not show.
        Some(Query::Text(_)) => None,
        Some(Query::Pairs(pairs)) => Some(sorted(pairs.clone())),
        None => Some(Pairs::new()),
    }
}

/// The order of names does not count.
fn sorted(mut pairs: Pairs) -> Pairs {
    pairs.sort_by(|(left, _), (right, _)| left.cmp(right));
    pairs
}

/// The rules of a part that can only be one thing. A list without rules says nothing.
fn only_rules(request: &Request, category: Category) -> Option<&RuleList> {
    request.rules.category(category).map(|(_, list)| list).find(|list| !list.rules.is_empty())
}

/// What every path that the rules accept begins with, up to a slash.
fn start(rules: &RuleList) -> String {
    let mut expressions = rules.rules.iter().filter_map(|rule| match rule {
        Rule::Regex(regex) => Some(literal_start(regex.pattern())),
        _ => None,
    });
    let longest = match rules.combine {
        Combine::And => expressions.max_by_key(String::len),
        Combine::Or if rules.rules.len() == 1 => expressions.next(),
        Combine::Or => None,
    };
    let mut start = longest.unwrap_or_default();
    start.truncate(start.rfind('/').map_or(0, |at| at + 1));
    start
}

/// The beginning of an expression, as far as it stands for itself.
fn literal_start(pattern: &str) -> String {
    let mut literal = String::new();
    // With alternatives, nothing begins them all for certain.
    if pattern.contains('|') {
        return literal;
    }
    let mut signs = pattern.strip_prefix('^').unwrap_or(pattern).chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => match signs.next_if(char::is_ascii_punctuation) {
                Some(escaped) => literal.push(escaped),
                None => break,
            },
            // The sign before may be repeated, or left out.
            '*' | '?' | '{' | '+' => {
                literal.pop();
                break;
            }
            '.' | '[' | ']' | '(' | ')' | '}' | '^' | '$' => break,
            sign => literal.push(sign),
        }
    }
    literal
}

#[cfg(test)]
mod tests {
    use pactwright_core::json::Json;
    use pactwright_core::model::{Body, Content, Data};
    use pactwright_core::rules::Regex;

    use super::*;

    fn ruled(pattern: &str) -> CompiledRequest {
        let mut request = Request::default();
        request.rules.insert(Category::Path, "", Rule::Regex(Regex::new(pattern)));
        CompiledRequest::new(request).unwrap()
    }

    #[test]
    fn expressions_begin_with_what_stands_for_itself() {
        for (pattern, start) in [
            (r"/orders/\d+", "/orders/"),
            (r"^/orders/\d+$", "/orders/"),
            ("/orders/7", "/orders/7"),
            ("/orders/?", "/orders"),
            ("/ä*", "/"),
            ("/a/+", "/a"),
            ("/a/{2}", "/a"),
            ("/a|/b", ""),
            ("(?i)/a", ""),
            ("/a/[bc]", "/a/"),
            (r"\Q/a/\E", ""),
            (r"^\/orders\/\d+$", "/orders/"),
            (r"/a\/?b", "/a"),
            (r"/a\.b/", "/a.b/"),
        ] {
            assert_eq!(literal_start(pattern), start, "{pattern}");
        }
    }

    #[test]
    fn what_matches_is_always_among_the_candidates() {
        let patterns = [
            "/a/?",
            "/a/*",
            "/a/+b",
            "/a/b{0,2}",
            "/a|/b",
            "(/a|/b)/c",
            "(?i)/A/b",
            "/a/b",
            ".*",
            "/a/.*/c",
            r"/a/\w",
            "",
            r"^/a/b$",
            r"\/a\/b",
            r"/a/(?=b)b",
            "/a(/b)?",
        ];
        let requests: Vec<_> = patterns.iter().map(|pattern| ruled(pattern)).collect();
        let index = Index::new(requests.iter());
        for path in
            ["/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/b", "/b/c", "/a//b", "/a/bb", "", "*", "/A/B"]
        {
            let actual = ActualRequest { path: path.to_owned(), ..ActualRequest::default() };
            let found = index.candidates(&Reading::new(&actual), Bodies::Decide);
            for (number, request) in requests.iter().enumerate() {
                if request.accepts_path(path) {
                    assert!(found.contains(&number), "{} {path}", patterns[number]);
                }
            }
        }
        let few = ActualRequest { path: "/other/b".to_owned(), ..ActualRequest::default() };
        assert!(index.candidates(&Reading::new(&few), Bodies::Decide).len() < patterns.len());
    }

    #[test]
    fn settled_queries_are_told_apart() {
        let with = |pairs: &[(&str, &str)]| {
            let pairs =
                pairs.iter().map(|(name, value)| ((*name).to_owned(), vec![Some((*value).to_owned())]));
            let request = Request { query: Some(Query::Pairs(pairs.collect())), ..Request::default() };
            CompiledRequest::new(request).unwrap()
        };
        let text = Request { query: Some(Query::Text("b=2&a=1".to_owned())), ..Request::default() };
        let requests = [
            with(&[("a", "1"), ("b", "2")]),
            with(&[("a", "2")]),
            CompiledRequest::new(Request::default()).unwrap(),
            CompiledRequest::new(text).unwrap(),
        ];
        let index = Index::new(requests.iter());
        let candidates = |query: Option<&str>| {
            let query = query.map(str::to_owned);
            let request = ActualRequest { path: "/".to_owned(), query, ..ActualRequest::default() };
            index.candidates(&Reading::new(&request), Bodies::Decide)
        };
        assert_eq!(candidates(Some("b=2&a=1")), [0, 3]);
        assert_eq!(candidates(Some("a=2")), [1, 3]);
        assert_eq!(candidates(None), [2, 3]);
        assert_eq!(candidates(Some("")), [2, 3]);
        assert_eq!(index.neighbours("/"), [0, 1, 2, 3]);
        assert!(index.neighbours("/x").is_empty());
    }

    fn like() -> Rule {
        Rule::parse(&Json::parse(br#"{"match": "type"}"#).unwrap()).unwrap()
    }

    #[test]
    fn bodies_are_told_apart_by_what_is_settled_in_them() {
        let with = |body: &str, freed: &[&str]| {
            let document = Json::parse(body.as_bytes()).unwrap().into_owned();
            let content = Content { data: Data::Json(document), content_type: None, hint: None };
            let mut request = Request { body: Body::Present(content), ..Request::default() };
            for path in freed {
                request.rules.insert(Category::Body, *path, like());
            }
            CompiledRequest::new(request).unwrap()
        };
        let requests = [
            with(r#""a""#, &[]),
            with(r#""b""#, &[]),
            with(r#"{"kind": "a", "id": 1}"#, &["$.id"]),
            with(r#"{"kind": "b", "id": 1}"#, &["$.id"]),
            with(r#"{"kind": "a", "id": 1}"#, &["$"]),
            CompiledRequest::new(Request::default()).unwrap(),
        ];
        let index = Index::new(requests.iter());
        let candidates = |body: &str, bodies| {
            let body = body.as_bytes().to_vec();
            let request = ActualRequest { path: "/".to_owned(), body, ..ActualRequest::default() };
            index.candidates(&Reading::new(&request), bodies)
        };
        assert_eq!(candidates("\"a\"", Bodies::Decide), [0, 4, 5]);
        assert_eq!(candidates(r#"{"id": 2, "kind": "b"}"#, Bodies::Decide), [3, 4, 5]);
        assert_eq!(candidates(r#"{"id": 2}"#, Bodies::Decide), [4, 5]);
        assert_eq!(candidates("no JSON", Bodies::Decide), [4, 5]);
        #[cfg(feature = "standalone")]
        assert_eq!(candidates("\"a\"", Bodies::DoNotCount).len(), 6);
    }
}
