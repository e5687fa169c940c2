//! What can be wrong, and how to mend it: all sentences are here.

use std::path::PathBuf;

use pactwright_core::generators::{GeneratorError, Skipped};
use pactwright_core::integration;
use pactwright_core::matching::CompileError;
use pactwright_core::model::SpecVersion;
use pactwright_core::path::PathError;
use pactwright_core::report::Mismatch;
use pactwright_core::rules::{RuleError, StatusClass};
use pactwright_core::xml::XmlError;
use thiserror::Error;

use super::super::body::GraphQlProblem;

/// What can be wrong with a part of a contract. The sentence says how to mend it.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::Problem;
///
/// let lists = consumer("web")
///     .provider("orders")
///     .upon_receiving("a list")
///     .request(get("/orders"))
///     .respond(ok().json(each_like("x").min(3).max(2)));
/// let mistakes = lists.to_pact().unwrap_err();
/// let problem = mistakes.iter().next().map(|mistake| &mistake.problem);
/// assert_eq!(problem, Some(&Problem::Bounds { min: 3, max: 2 }));
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Problem {
    /// An example is not what its own matcher accepts.
    #[error("{}", integration::Problem::ExampleRefused { explanation: explanation.clone() })]
    ExampleRefused {
        /// What the matcher says.
        explanation: String,
    },
    /// A matcher cannot be used.
    #[error("{0}")]
    Rule(#[source] RuleError),
    /// No list can be long enough and short enough.
    #[error("{}", integration::Problem::Bounds { min: *min, max: *max })]
    Bounds {
        /// The lower bound.
        min: usize,
        /// The upper bound.
        max: usize,
    },
    /// A value is not JSON.
    #[error("{}", integration::Problem::NotSerialisable(.0.clone()))]
    NotSerialisable(String),
    /// A place that takes text has something else.
    #[error(
        "a value of type {found} cannot travel here; give text, a number, a Boolean, or a matcher with such an example"
    )]
    NotText {
        /// The type of what it has.
        found: &'static str,
    },
    /// A matcher for one of the values of a query parameter or header.
    #[error(
        "all values here share one matcher; give each of them the same, or one `each_like(..)` alone, in place of several matchers"
    )]
    MatcherInList,
    /// A matcher for each of several values, of which there must be a certain number.
    #[error(
        "here a contract can say what each of the values is, or how many there are, not both; leave out `min`, `max` and `examples`, or the matcher inside"
    )]
    BoundsAndMatcher,
    /// A matcher in a place where nothing is matched.
    #[error("nothing is matched here; give a plain value instead of a matcher")]
    NoMatchersHere,
    /// A name of a comment that has a meaning of its own.
    #[error("a comment cannot have the name `{0}`; use `comment`, `test_name` or `reference` for that")]
    CommentName(String),
    /// Something is no GraphQL request.
    #[error("{0}")]
    GraphQl(#[source] GraphQlProblem),
    /// A matcher does not say which it is.
    #[error("this is no matcher; use those of `pactwright::matchers`")]
    NoKind,
    /// A matcher that other tools wrote cannot be used.
    #[error("{0}")]
    Matcher(#[source] integration::Problem),
    /// A generator cannot be used.
    #[error("no value can be made: {0}")]
    Generator(#[source] GeneratorError),
    /// A generator cannot make a value here.
    #[error("{0}; give a matcher with an example instead")]
    NotMade(#[source] Skipped),
    /// A matcher of another kind than the known ones.
    #[error("there is no matcher `{0}`; use those of `pactwright::matchers`")]
    UnknownMatcher(String),
    /// A combination of no matchers.
    #[error("`any_of` and `all_of` need at least one matcher")]
    NothingToCombine,
    /// A combination inside another one.
    #[error("a combination cannot stand inside another; name the matchers in one `any_of` or one `all_of`")]
    NestedCombination,
    /// Two matchers for one place that do not go together.
    #[error(
        "several matchers say different things about this place; a contract can hold one of them, or `any_of` them"
    )]
    RulesCollide,
    /// A list that must contain nothing.
    #[error("`array_containing` needs a list of at least one item")]
    NoVariants,
    /// A body where HTTP has none.
    #[error(
        "a response with status {0} cannot have a body, and none would arrive; leave the body out, or choose another status"
    )]
    NoBodyThere(u16),
    /// A name that no header has.
    #[error("`{0}` cannot be the name of a header; use letters, digits and hyphens")]
    HeaderName(String),
    /// A value that no header has.
    #[error("{0:?} cannot be the value of a header; line breaks and control characters cannot travel there")]
    HeaderValue(String),
    /// A path that no request has.
    #[error("`{0}` cannot be the path of a request: {1}")]
    RequestPath(String, PathProblem),
    /// A method that no request has.
    #[error("`{0}` cannot be the method of a request; use one such as `GET`")]
    Method(String),
    /// A status that no response has.
    #[error("`{0}` cannot be the status of a response; use one from 200 to 599")]
    Status(String),
    /// A status that is not of the class that is asked for.
    #[error("{code} is not among {class:?}; answer with a status of that class")]
    StatusOutsideClass {
        /// The status.
        code: u16,
        /// The class.
        class: StatusClass,
    },
    /// A matcher for a whole body whose example is null.
    #[error(
        "a body that is null as a whole has no matchers; write `json!(null)`, or give another example first"
    )]
    NullBody,
    /// A media type that is none.
    #[error("`{0}` is no media type; write one such as `text/csv`")]
    MediaType(String),
    /// The rules cannot be compiled.
    #[error("{0}")]
    Compile(#[source] CompileError),
    /// The whole does not match itself.
    #[error("the example does not satisfy its own contract: {0}; change the example or the matcher")]
    Contradiction(Box<Mismatch>),
    /// What generators make does not match the whole.
    #[error(
        "a value that is made for it does not satisfy its own contract: {0}; change what is made, or the matcher"
    )]
    MadeContradiction(Box<Mismatch>),
    /// A second body.
    #[error("this replaces a body that was given before; leave one of them out")]
    SecondBody,
    /// A matcher for a place that is not in the example.
    #[error("there is nothing in this place of the body; correct the path, or add it to the example")]
    LeadsNowhere,
    /// The path of a matcher is none.
    #[error("`{0}` is no path such as `$.lines[*].sku`: {1}")]
    BodyPath(String, #[source] PathError),
    /// A file with an example cannot be read.
    #[error(
        "the example `{}` cannot be read: {reason}; a relative path starts at the folder of the package",
        path.display()
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A document is not XML.
    #[error("the document is not XML: {0}")]
    NotXml(#[source] XmlError),
    /// A name that no element and no attribute has.
    #[error(
        "`{0}` cannot be the name of an element or an attribute; use letters, digits, hyphens, and perhaps a prefix such as `o:order`"
    )]
    XmlName(String),
    /// A root element that occurs several times.
    #[error("a document has one root element; leave out `occurs` there, or put the element into another one")]
    RootOccurs,
    /// Elements of one name, some of which occur any number of times.
    #[error(
        "where `{0}` occurs several times, one element of that name speaks for all; leave the others out"
    )]
    Namesakes(String),
    /// An example of too many elements.
    #[error(
        "an example of {count} elements is of no use to anybody; ask for {limit} or fewer with `examples`"
    )]
    TooManyExamples {
        /// How many there would be.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A form that has no names.
    #[error("a form is an object such as {{\"page\": 1}}, or a list of pairs such as [[\"page\", 1]]")]
    NoForm,
    /// A body that should be made of parts, and is not.
    #[error("there are no parts; add some with `field`, `json`, `bytes` or `file`")]
    NoParts,
    /// A matcher inside a metadata value.
    #[error("metadata values have matchers only as a whole; put one around the value, such as `like(..)`")]
    InsideMetadata,
    /// A message in a mock of requests.
    #[error(
        "a message cannot be part of a mock server; start it from the contract, in a test of its own, not behind `.respond(..)`"
    )]
    MessageAmongRequests,
    /// What the version of the pact has no words for.
    #[error(
        "version {version} of the Pact specification has no words for {what}; leave it out, or choose a later version with `spec_version`"
    )]
    NotInVersion {
        /// What there are no words for.
        what: String,
        /// The version that was chosen.
        version: SpecVersion,
    },
    /// Two interactions with one name.
    #[error(
        "another interaction has the same description and the same provider states; give this one a description of its own"
    )]
    SameName,
    /// Text where the name of a value that a provider state gives is meant.
    #[error(
        "`{0}` would be the name of a value that the provider state gives; in text, write names as in `/orders/${{id}}`, and give the example second"
    )]
    StateValueName(String),
    /// Values of a provider state that have no names.
    #[error(
        "the values of the provider state `{state}` must be an object such as {{\"id\": 7}}, but this is of type {found}"
    )]
    StateParams {
        /// The name of the state.
        state: String,
        /// The type of what it has.
        found: &'static str,
    },
    /// A name that is blank.
    #[error("the {0} is blank; give it a name")]
    Blank(&'static str),
}

/// Names and sentences of the DSL for what the core finds.
impl From<integration::Problem> for Problem {
    fn from(problem: integration::Problem) -> Self {
        match problem {
            integration::Problem::ExampleRefused { explanation } => Self::ExampleRefused { explanation },
            integration::Problem::Rule(error) => Self::Rule(error),
            integration::Problem::Bounds { min, max } => Self::Bounds { min, max },
            integration::Problem::NotSerialisable(reason) => Self::NotSerialisable(reason),
            integration::Problem::NotText { found } => Self::NotText { found },
            integration::Problem::MatcherInList => Self::MatcherInList,
            integration::Problem::NoKind => Self::NoKind,
            integration::Problem::UnknownMatcher(name) => Self::UnknownMatcher(name),
            integration::Problem::NothingToCombine => Self::NothingToCombine,
            integration::Problem::NestedCombination => Self::NestedCombination,
            integration::Problem::RulesCollide => Self::RulesCollide,
            integration::Problem::NoVariants => Self::NoVariants,
            integration::Problem::Generator(error) => Self::Generator(error),
            other @ (integration::Problem::Definition { .. } | integration::Problem::Reference(_)) => {
                Self::Matcher(other)
            }
        }
    }
}

/// Why text is no path of a request.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::{PathProblem, Problem};
///
/// let page = consumer("web").provider("orders").upon_receiving("a page").request(get("orders")).respond(ok());
/// let mistakes = page.to_pact().unwrap_err();
/// let problem = mistakes.iter().next().map(|mistake| &mistake.problem);
/// assert_eq!(problem, Some(&Problem::RequestPath("orders".to_owned(), PathProblem::NoSlash)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PathProblem {
    /// It does not start with a slash.
    #[error("start it with `/`")]
    NoSlash,
    /// It has a query.
    #[error("give the query with `.query(name, value)`")]
    Query,
    /// It has characters that do not travel.
    #[error("write spaces and other special characters percent-encoded, such as `%20`")]
    Characters,
}
