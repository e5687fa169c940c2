//! What can be wrong with a contract as it was written.

mod problem;

use std::fmt;

use pactwright_core::path::DocPath;
use thiserror::Error;

pub use problem::{PathProblem, Problem};

/// Something in a contract that cannot be meant, with the line that it was written in.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::{Part, Place};
///
/// let broken = consumer("web")
///     .provider("orders")
///     .upon_receiving("a request for order 7")
///     .request(get("/orders/7"))
///     .respond(ok().json(json!({ "sku": regex("4711", r"SKU-\d+") })));
/// let mistakes = broken.to_pact().unwrap_err();
/// let mistake = mistakes.iter().next().ok_or("there should be one")?;
/// assert_eq!(mistake.interaction, "a request for order 7");
/// assert_eq!(mistake.place, Place::Response(Part::Body("$.sku".parse()?)));
/// assert!(mistake.problem.to_string().contains("SKU-"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{}in \"{interaction}\", {place}: {problem}", prefix(source_line.as_deref()))]
pub struct Mistake {
    /// The description of the interaction.
    pub interaction: String,
    /// Which part of it.
    pub place: Place,
    /// What is wrong there, and how to mend it.
    pub problem: Problem,
    /// Where it was written, as `file:line:column`, where that is known.
    pub source_line: Option<String>,
}

fn prefix(line: Option<&str>) -> String {
    line.map(|line| format!("{line}: ")).unwrap_or_default()
}

/// A part of an interaction.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::{Part, Place};
///
/// assert_eq!(Place::Request(Part::Header("accept".to_owned())).to_string(), "request header 'accept'");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Description, provider states and the like.
    Interaction,
    /// A part of the request.
    Request(Part),
    /// A part of the response.
    Response(Part),
    /// A part of a message that the consumer handles.
    Message(Part),
}

/// A part of a request or a response.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::{Part, Place};
///
/// assert_eq!(Place::Response(Part::Status).to_string(), "response status");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The status.
    Status,
    /// A query parameter, by name.
    Query(String),
    /// A header, by name.
    Header(String),
    /// A metadata value of a message, by name.
    Metadata(String),
    /// A place in the body, or in the contents of a message.
    Body(DocPath),
    /// All of it.
    Whole,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interaction => formatter.write_str("interaction"),
            Self::Request(part) => write!(formatter, "request{part}"),
            Self::Response(part) => write!(formatter, "response{part}"),
            Self::Message(part) => write!(formatter, "message{part}"),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => formatter.write_str(" method"),
            Self::Path => formatter.write_str(" path"),
            Self::Status => formatter.write_str(" status"),
            Self::Query(name) => write!(formatter, " query parameter '{name}'"),
            Self::Header(name) => write!(formatter, " header '{name}'"),
            Self::Metadata(name) => write!(formatter, " metadata '{name}'"),
            Self::Body(path) => write!(formatter, " body {path}"),
            Self::Whole => Ok(()),
        }
    }
}

/// Everything that is wrong with a contract as it was written; at least one thing.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::dsl::{Mistakes, Mock};
///
/// fn check(mock: &Mock) -> Result<usize, Mistakes> {
///     Ok(mock.to_pact()?.interactions.len())
/// }
/// let page = consumer("web").provider("orders").upon_receiving("a page").request(get("/orders?page=2")).respond(ok());
/// let text = check(&page).unwrap_err().to_string();
/// assert!(text.contains("give the query with `.query(name, value)`"));
/// ```
#[derive(Clone, PartialEq)]
pub struct Mistakes(pub(super) Vec<Mistake>);

impl Mistakes {
    /// All of them, in the order of the interactions.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let page = consumer("web").provider("orders").upon_receiving("a page").request(get("/orders?page=2")).respond(ok());
    /// assert_eq!(page.to_pact().unwrap_err().iter().count(), 1);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the contract cannot be meant as it is written")?;
        self.0.iter().try_for_each(|mistake| write!(formatter, "\n  {mistake}"))
    }
}

/// Tests print errors with `Debug`: it says the same as `Display`.
impl fmt::Debug for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Mistakes {}
