//! What a consumer sends.

use std::panic::Location;

use hyper::Method;
use pactwright_core::model::{Category, Query, Request};
use pactwright_core::path::DocPath;

use super::body::{BodyDraft, BodyValue, Example, GraphQl, Multipart, XmlBody, body_methods};
use super::headers::{HeaderDraft, state_content_type};
use super::mistake::{Mistake, Part, PathProblem, Place, Problem};
use super::pad::Pad;
use super::value::{TextValue, Written};

/// A request, as the consumer sends it.
///
/// What is said must be so: a body, a query parameter or a member of a JSON object that is not in the contract is a
/// mismatch. Headers are different: clients send many, and those that are not named do not matter.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::RequestBuilder;
///
/// /// What all requests of our client have in common.
/// fn signed(request: RequestBuilder) -> RequestBuilder {
///     request.header("accept", "application/json").header("authorization", regex("Bearer abc", "Bearer .+"))
/// }
/// let request = signed(get("/orders/7"));
/// # let _ = request;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a request says something only where it is part of an interaction: pass it to `.request(..)`"]
pub struct RequestBuilder {
    method: Written<String>,
    path: Written<TextValue>,
    query: Vec<(String, Option<Written<TextValue>>)>,
    headers: HeaderDraft,
    body: BodyDraft,
}

/// A request with any method. The path is what travels: percent-encoded, without a query.
///
/// ```
/// # use pactwright::prelude::*;
/// let request = request("PROPFIND", regex("/files/7", r"/files/\d+"));
/// # let _ = request;
/// ```
#[track_caller]
pub fn request(method: impl Into<String>, path: impl Into<TextValue>) -> RequestBuilder {
    let source = Location::caller();
    RequestBuilder {
        method: Written { value: method.into(), source },
        path: Written { value: path.into(), source },
        query: Vec::new(),
        headers: HeaderDraft::default(),
        body: BodyDraft::default(),
    }
}

macro_rules! methods {
    ($($function:ident $method:literal;)+) => {
        $(
            #[doc = concat!("A `", $method, "` request. The path is what travels: percent-encoded, without a query.")]
            ///
            /// ```
            /// # use pactwright::prelude::*;
            #[doc = concat!("let request = ", stringify!($function), "(\"/orders/7\");")]
            /// # let _ = request;
            /// ```
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
    /// A header that must be there, with this value. Given several times, it must come several times, in that order.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let request = get("/orders").header("accept", "application/json").header("x-trace", uuid("936da01f-9abd-4d9d-80c7-02af85c822a8"));
    /// # let _ = request;
    /// ```
    #[track_caller]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<TextValue>) -> Self {
        self.headers.push(name.into(), Written::here(value.into()));
        self
    }

    /// A query parameter. Given several times, or with [`each_like`](fn@crate::matchers::each_like), the parameter has several
    /// values, in that order.
    ///
    /// Name and value are given as they are meant, not percent-encoded.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let request = get("/orders").query("page", integer(2)).query("tag", "new").query("tag", "gift");
    /// # let _ = request;
    /// ```
    #[track_caller]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<TextValue>) -> Self {
        self.query.push((name.into(), Some(Written::here(value.into()))));
        self
    }

    /// A query parameter without a value: `?debug`, not `?debug=`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let request = get("/orders").query_flag("debug");
    /// # let _ = request;
    /// ```
    pub fn query_flag(mut self, name: impl Into<String>) -> Self {
        self.query.push((name.into(), None));
        self
    }

    /// A GraphQL request as the body: a document with the name of an operation and variables.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let request = post("/graphql").graphql(graphql("{ shop { name } }"));
    /// # let _ = request;
    /// ```
    #[track_caller]
    pub fn graphql(self, request: GraphQl) -> Self {
        self.with_body(BodyValue::GraphQl(request))
    }

    /// No body may be sent. Where nothing is said about the body, any will do.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let request = post("/orders/7/cancel").without_body();
    /// # let _ = request;
    /// ```
    #[track_caller]
    pub fn without_body(self) -> Self {
        self.with_body(BodyValue::Empty)
    }

    /// The line that says something about a part.
    pub(super) fn line_of(&self, part: &Part) -> Option<String> {
        match part {
            Part::Method => Some(self.method.source.to_string()),
            Part::Path => Some(self.path.line()),
            Part::Query(name) => {
                // Of several for one name, the last is what the others are at odds with.
                let (_, value) = self.query.iter().rfind(|(other, _)| other == name)?;
                value.as_ref().map(Written::line)
            }
            Part::Header(name) => {
                self.headers.line_of(name).or_else(|| self.body.line_of(&DocPath::default()))
            }
            Part::Body(path) => self.body.line_of(path),
            Part::Status | Part::Metadata(_) | Part::Whole => None,
        }
    }

    pub(super) fn resolve(&self, interaction: &str, mistakes: &mut Vec<Mistake>) -> Request {
        let mut pad = Pad::http(interaction, Place::Request, mistakes);
        let method = self.method.value.to_uppercase();
        if Method::from_bytes(method.as_bytes()).is_err() {
            let problem = Problem::Method(self.method.value.clone());
            pad.mistake(Part::Method, problem, self.method.source);
        }
        let path = self.resolve_path(&mut pad);
        let query = self.resolve_query(&mut pad);
        let mut headers = self.headers.resolve(&mut pad);
        let body = self.body.resolve(&mut pad, headers.content_type().as_ref());
        state_content_type(&mut headers, &body);
        let Pad { rules, generators, .. } = pad;
        Request { method, path, query, headers, body, rules, generators, ..Request::default() }
    }

    fn resolve_path(&self, pad: &mut Pad<'_>) -> String {
        let (before, source) = (pad.count(), self.path.source);
        let values = pad.text(Category::Path, &Part::Path, "", &self.path);
        let [path] = values.as_slice() else {
            pad.mistake(Part::Path, Problem::NotText { found: "Array" }, source);
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
        if let Some(problem) = problem.filter(|_| pad.count() == before) {
            pad.mistake(Part::Path, Problem::RequestPath(path.clone(), problem), source);
        }
        path
    }

    fn resolve_query(&self, pad: &mut Pad<'_>) -> Option<Query> {
        let mut pairs: Vec<(String, Vec<Option<String>>)> = Vec::new();
        for (name, value) in &self.query {
            let values = match value {
                None => vec![None],
                Some(value) => {
                    let values = pad.text(Category::Query, &Part::Query(name.clone()), name, value);
                    values.into_iter().map(Some).collect()
                }
            };
            match pairs.iter_mut().find(|(other, _)| other == name) {
                Some((_, known)) => known.extend(values),
                None => pairs.push((name.clone(), values)),
            }
        }
        (!pairs.is_empty()).then_some(Query::Pairs(pairs))
    }
}

body_methods!(RequestBuilder, "post(\"/orders\")", "the body of the request");
