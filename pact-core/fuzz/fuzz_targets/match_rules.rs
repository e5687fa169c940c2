//! JSON documents under any rules: nothing panics, the same question gets the same answer, and an example matches itself
//! under rules for types.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pactwright_core::json::{Json, JsonBuf};
use pactwright_core::matching::{ActualRequest, ActualResponse, CompiledRequest, CompiledResponse};
use pactwright_core::model::{Body, Category, Combine, Request, Response, RuleList};
use pactwright_core::rules::Rule;
use pactwright_core_fuzz::shown;

/// A document with few names, so that both sides and the paths meet.
#[derive(Debug, Clone, Arbitrary)]
enum Document {
    Null,
    Truth(bool),
    Small(u8),
    Decimal(u8),
    Word(Word),
    List(Vec<Document>),
    Members(Vec<(Name, Document)>),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Word {
    Empty,
    Letter,
    Digits,
    Date,
    Other,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Name {
    A,
    B,
    Empty,
    Spaced,
    Number(u8),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Place {
    Field(Name),
    Index(u8),
    AnyField,
    AnyIndex,
}

#[derive(Debug, Clone, Arbitrary)]
enum Kind {
    Type,
    Min(u8),
    Max(u8),
    MinMax(u8, u8),
    Equality,
    Regex,
    Include,
    Integer,
    Decimal,
    Number,
    Boolean,
    Null,
    Date,
    Values,
    NotEmpty,
    Semver,
    ContentType,
    StatusCode,
    EachKey(Vec<Kind>),
    EachValue(Vec<Kind>),
    Contains(Vec<(u8, Vec<Ruled>)>),
    Unknown,
}

#[derive(Debug, Clone, Arbitrary)]
struct Ruled {
    path: Vec<Place>,
    or: bool,
    kinds: Vec<Kind>,
}

#[derive(Debug, Clone, Arbitrary)]
struct Input {
    expected: Document,
    actual: Document,
    rules: Vec<Ruled>,
}

fuzz_target!(|input: Input| {
    let (Some(expected), Some(actual)) = (input.expected.json(0), input.actual.json(0)) else { return };
    let bytes = actual.to_compact().into_bytes();
    let request = Request { method: String::new(), body: Body::json(expected.clone()), ..Request::default() };
    let response = Response { body: Body::json(expected), ..Response::default() };
    let ruled = |rules: &[Ruled]| {
        let (mut request, mut response) = (request.clone(), response.clone());
        for rule in rules {
            request.rules.insert(Category::Body, rule.path(), rule.list());
            response.rules.insert(Category::Body, rule.path(), rule.list());
        }
        (request, response)
    };
    let (strict, lenient) = ruled(&input.rules);
    if let (Ok(strict), Ok(lenient)) = (CompiledRequest::new(strict), CompiledResponse::new(lenient)) {
        let actual = ActualResponse { body: bytes.clone(), status: 200, headers: Vec::new() };
        let found = lenient.mismatches(&actual);
        shown(&found);
        assert_eq!(lenient.mismatches(&actual), found);
        let actual = ActualRequest { path: "/".to_owned(), body: bytes, ..ActualRequest::default() };
        let strictly = strict.mismatches(&actual);
        shown(&strictly);
        assert!(
            found.is_empty() || !strictly.is_empty(),
            "a request may do what a response may not: {found:?}"
        );
    }
    let types = Ruled { path: Vec::new(), or: false, kinds: vec![Kind::Type] };
    let types: Vec<_> =
        input.rules.iter().map(|rule| Ruled { path: rule.path.clone(), ..types.clone() }).collect();
    for rules in [&types[..], &[]] {
        let (request, response) = ruled(rules);
        let itself = ActualRequest::from(&request);
        assert_eq!(CompiledRequest::new(request).unwrap().mismatches(&itself), []);
        let itself = ActualResponse::from(&response);
        assert_eq!(CompiledResponse::new(response).unwrap().mismatches(&itself), []);
    }
});

impl Document {
    /// The document, unless it is too deep to be read.
    fn json(&self, depth: usize) -> Option<JsonBuf> {
        if depth > 100 {
            return None;
        }
        Some(match self {
            Self::Null => Json::Null,
            Self::Truth(truth) => Json::Bool(*truth),
            Self::Small(number) => Json::from(u64::from(*number)),
            Self::Decimal(number) => parsed(&format!("{number}.50")),
            Self::Word(word) => Json::from(match word {
                Word::Empty => "",
                Word::Letter => "a",
                Word::Digits => "12",
                Word::Date => "2024-02-29",
                Word::Other => "1.0.0-ä",
            }),
            Self::List(items) => {
                Json::Array(items.iter().map(|item| item.json(depth + 1)).collect::<Option<_>>()?)
            }
            Self::Members(members) => {
                let members: Option<Vec<_>> =
                    members.iter().map(|(name, value)| Some((name.text(), value.json(depth + 1)?))).collect();
                Json::Object(members?.into_iter().collect())
            }
        })
    }
}

impl Name {
    fn text(self) -> String {
        match self {
            Self::A => "a".to_owned(),
            Self::B => "b".to_owned(),
            Self::Empty => String::new(),
            Self::Spaced => "it's \\ [0]".to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Ruled {
    fn path(&self) -> String {
        let steps = self.path.iter().map(|place| match place {
            Place::Field(name) => format!("['{}']", name.text().replace('\\', "\\\\").replace('\'', "\\'")),
            Place::Index(index) => format!("[{}]", index % 4),
            Place::AnyField => ".*".to_owned(),
            Place::AnyIndex => "[*]".to_owned(),
        });
        format!("${}", steps.collect::<String>())
    }

    fn list(&self) -> RuleList {
        let definitions = self.kinds.iter().map(|kind| kind.definition(0));
        let rules = definitions.map(|definition| Rule::parse(&parsed(&definition)).unwrap()).collect();
        RuleList { combine: if self.or { Combine::Or } else { Combine::And }, rules }
    }

    fn definition(&self, depth: usize) -> String {
        let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.definition(depth)).collect();
        let combine = if self.or { "OR" } else { "AND" };
        format!(
            "{}:{{\"combine\":\"{combine}\",\"matchers\":[{}]}}",
            Json::from(self.path()),
            kinds.join(",")
        )
    }
}

impl Kind {
    fn definition(&self, depth: usize) -> String {
        let all = |kinds: &[Self]| {
            let kinds = kinds.iter().filter(|_| depth < 8).map(|kind| kind.definition(depth + 1));
            kinds.collect::<Vec<_>>().join(",")
        };
        match self {
            Self::Type => r#"{"match":"type"}"#.to_owned(),
            Self::Min(min) => format!(r#"{{"match":"type","min":{min}}}"#),
            Self::Max(max) => format!(r#"{{"match":"type","max":{max}}}"#),
            Self::MinMax(min, max) => format!(r#"{{"match":"type","min":{min},"max":{max}}}"#),
            Self::Equality => r#"{"match":"equality"}"#.to_owned(),
            Self::Regex => r#"{"match":"regex","regex":"[a-c0-9]+"}"#.to_owned(),
            Self::Include => r#"{"match":"include","value":"a"}"#.to_owned(),
            Self::Integer => r#"{"match":"integer"}"#.to_owned(),
            Self::Decimal => r#"{"match":"decimal"}"#.to_owned(),
            Self::Number => r#"{"match":"number"}"#.to_owned(),
            Self::Boolean => r#"{"match":"boolean"}"#.to_owned(),
            Self::Null => r#"{"match":"null"}"#.to_owned(),
            Self::Date => r#"{"match":"date"}"#.to_owned(),
            Self::Values => r#"{"match":"values"}"#.to_owned(),
            Self::NotEmpty => r#"{"match":"notEmpty"}"#.to_owned(),
            Self::Semver => r#"{"match":"semver"}"#.to_owned(),
            Self::ContentType => r#"{"match":"contentType","value":"application/json"}"#.to_owned(),
            Self::StatusCode => r#"{"match":"statusCode","status":"success"}"#.to_owned(),
            Self::EachKey(kinds) => format!(r#"{{"match":"eachKey","rules":[{}]}}"#, all(kinds)),
            Self::EachValue(kinds) => format!(r#"{{"match":"eachValue","rules":[{}]}}"#, all(kinds)),
            Self::Contains(variants) => {
                let variants = variants.iter().filter(|_| depth < 8).map(|(index, rules)| {
                    let rules: Vec<_> = rules.iter().map(|rule| rule.definition(depth + 1)).collect();
                    format!(r#"{{"index":{},"rules":{{{}}}}}"#, index % 4, rules.join(","))
                });
                let variants: Vec<_> = variants.collect();
                if variants.is_empty() {
                    return Self::Type.definition(depth);
                }
                format!(r#"{{"match":"arrayContains","variants":[{}]}}"#, variants.join(","))
            }
            Self::Unknown => r#"{"match":"unheard-of"}"#.to_owned(),
        }
    }
}

fn parsed(text: &str) -> JsonBuf {
    Json::parse(text.as_bytes()).unwrap().into_owned()
}
