//! What a consumer sends.

use std::panic::Location;

use hyper::Method;
use hyper::header::HeaderName;
use pactwright_core::model::{Category, Headers, MatchingRules, Query, Request};
use serde::Serialize;

use super::body::{self, BodyValue};
use super::mistake::{Mistake, Part, PathProblem, Place, Problem};
use super::value::{TextValue, Written};

/// A request, as the consumer sends it.
///
/// What is said must be so: a body, a query parameter or a member of a JSON object that is not in the contract is a
/// mismatch. Headers are different: clients send many, and those that are not named do not matter.
#[derive(Debug, Clone)]
#[must_use = "a request says something only where it is part of an interaction: pass it to `.request(..)`"]
pub struct RequestBuilder {
    method: Written<String>,
    path: Written<TextValue>,
    query: Vec<(String, Written<TextValue>)>,
    headers: Vec<(String, Written<TextValue>)>,
    body: Option<Written<BodyValue>>,
}

/// A request with any method. The path is what travels: percent-encoded, without a query.
#[track_caller]
pub fn request(method: impl Into<String>, path: impl Into<TextValue>) -> RequestBuilder {
    let source = Location::caller();
    RequestBuilder {
        method: Written { value: method.into(), source },
        path: Written { value: path.into(), source },
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
    }
}

macro_rules! methods {
    ($($function:ident $method:literal;)+) => {
        $(
            #[doc = concat!("A `", $method, "` request. The path is what travels: percent-encoded, without a query.")]
            #[track_caller]
            pub fn $function(path: impl Into<TextValue>) -> RequestBuilder {
                request($method, path)
            }
        )+
    };
}

methods! {
    get "GET";
    post "POST";
    put "PUT";
    patch "PATCH";
    delete "DELETE";
    head "HEAD";
    options "OPTIONS";
}

impl RequestBuilder {
    /// A header that must be there, with this value.
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<TextValue>) -> Self {
        self.headers.push((name.into(), Written { value: value.into(), source: Location::caller() }));
        self
    }

    /// A query parameter. Given several times, the parameter has several values in that order.
    ///
    /// Name and value are given as they are meant, not percent-encoded.
    #[track_caller]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<TextValue>) -> Self {
        self.query.push((name.into(), Written { value: value.into(), source: Location::caller() }));
        self
    }

    /// A JSON body, with matchers where not the value itself is meant. Without a `Content-Type` header it is
    /// `application/json`.
    #[track_caller]
    pub fn json(mut self, body: impl Serialize) -> Self {
        self.body = Some(Written { value: BodyValue::json(&body), source: Location::caller() });
        self
    }

    /// A body of plain text, which must be equal.
    #[track_caller]
    pub fn text(self, body: impl Into<String>) -> Self {
        self.text_as("text/plain", body)
    }

    /// A body of text of another media type, such as `text/csv`.
    #[track_caller]
    pub fn text_as(mut self, media_type: impl Into<String>, body: impl Into<String>) -> Self {
        let value = BodyValue::Text(body.into(), media_type.into());
        self.body = Some(Written { value, source: Location::caller() });
        self
    }

    /// A body of bytes of a media type, such as `image/png`.
    #[track_caller]
    pub fn bytes(mut self, media_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        let value = BodyValue::Bytes(body.into(), media_type.into());
        self.body = Some(Written { value, source: Location::caller() });
        self
    }

    /// No body may be sent. Where nothing is said about the body, any will do.
    #[track_caller]
    pub fn without_body(mut self) -> Self {
        self.body = Some(Written { value: BodyValue::Empty, source: Location::caller() });
        self
    }

    pub(super) fn resolve(&self, interaction: &str, mistakes: &mut Vec<Mistake>) -> Request {
        let mut rules = MatchingRules::default();
        let method = self.method.value.to_uppercase();
        if Method::from_bytes(method.as_bytes()).is_err() {
            let problem = Problem::Method(self.method.value.clone());
            mistakes.push(at(interaction, Part::Method, problem, self.method.source));
        }
        let path = self.resolve_path(interaction, &mut rules, mistakes);
        let query = self.resolve_query(interaction, &mut rules, mistakes);
        let mut headers = headers(&self.headers, interaction, Place::Request, &mut rules, mistakes);
        let body = body::resolve(
            self.body.as_ref(),
            interaction,
            Place::Request,
            &mut headers,
            &mut rules,
            mistakes,
        );
        Request { method, path, query, headers, body, rules, ..Request::default() }
    }

    fn resolve_path(
        &self,
        interaction: &str,
        rules: &mut MatchingRules,
        mistakes: &mut Vec<Mistake>,
    ) -> String {
        let before = mistakes.len();
        let (values, list) = self.path.resolve(interaction, &Place::Request(Part::Path), mistakes);
        let [path] = values.as_slice() else {
            let problem = Problem::NotText { found: "Array" };
            mistakes.push(at(interaction, Part::Path, problem, self.path.source));
            return String::new();
        };
        let path = path.clone();
        let problem = if !path.starts_with('/') {
            Some(PathProblem::NoSlash)
        } else if path.contains(['?', '#']) {
            Some(PathProblem::Query)
        } else if path.contains(|character: char| !character.is_ascii_graphic()) {
            Some(PathProblem::Characters)
        } else {
            None
        };
        if let Some(problem) = problem.filter(|_| mistakes.len() == before) {
            let problem = Problem::RequestPath(path.clone(), problem);
            mistakes.push(at(interaction, Part::Path, problem, self.path.source));
        }
        if let Some(list) = list {
            rules.insert(Category::Path, "", list);
        }
        path
    }

    fn resolve_query(
        &self,
        interaction: &str,
        rules: &mut MatchingRules,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Query> {
        let mut pairs: Vec<(String, Vec<Option<String>>)> = Vec::new();
        for (name, value) in &self.query {
            let place = Place::Request(Part::Query(name.clone()));
            let (values, list) = value.resolve(interaction, &place, mistakes);
            let values = values.into_iter().map(Some);
            match pairs.iter_mut().find(|(other, _)| other == name) {
                Some((_, known)) => known.extend(values),
                None => pairs.push((name.clone(), values.collect())),
            }
            if let Some(list) = list {
                rules.insert(Category::Query, name.clone(), list);
            }
        }
        (!pairs.is_empty()).then_some(Query::Pairs(pairs))
    }
}

/// Headers of a request or a response.
pub(super) fn headers(
    written: &[(String, Written<TextValue>)],
    interaction: &str,
    place: impl Fn(Part) -> Place,
    rules: &mut MatchingRules,
    mistakes: &mut Vec<Mistake>,
) -> Headers {
    let mut headers = Headers::default();
    for (name, value) in written {
        let place = place(Part::Header(name.clone()));
        let (values, list) = value.resolve(interaction, &place, mistakes);
        let mut mistake = |problem| {
            let source_line = Some(value.source.to_string());
            mistakes.push(Mistake {
                interaction: interaction.to_owned(),
                place: place.clone(),
                problem,
                source_line,
            });
        };
        if HeaderName::from_bytes(name.as_bytes()).is_err() {
            mistake(Problem::HeaderName(name.clone()));
        }
        for value in values {
            if hyper::header::HeaderValue::from_str(&value).is_err() {
                mistake(Problem::HeaderValue(value.clone()));
            }
            headers.append(name.clone(), value);
        }
        if let Some(list) = list {
            rules.insert(Category::Header, name.clone(), list);
        }
    }
    headers
}

fn at(interaction: &str, part: Part, problem: Problem, source: &Location<'_>) -> Mistake {
    Mistake {
        interaction: interaction.to_owned(),
        place: Place::Request(part),
        problem,
        source_line: Some(source.to_string()),
    }
}
