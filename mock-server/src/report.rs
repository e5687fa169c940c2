//! What was wrong when a mock was finished.

use std::fmt;
use std::sync::Arc;

use pactwright_core::matching::ActualRequest;
use pactwright_core::model::{ProviderState, Request};
use pactwright_core::report::{Detail, Mismatch, text};

use crate::pact_file::SaveError;

/// Why a mock's test has failed; at least one thing. `Display` and `Debug` give the same text, so that `?` and `unwrap`
/// in a test show it as it is meant to be read.
///
/// ```
/// # use pactwright::prelude::*;
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("web").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// let mock = orders.upon_receiving("a ping").request(get("/ping")).respond(ok()).start_blocking()?;
/// let report = mock.finish().unwrap_err();
/// assert!(report.to_string().contains("\"a ping\" was never requested"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Report {
    pub(crate) consumer: String,
    pub(crate) provider: String,
    pub(crate) failures: Vec<Failure>,
}

/// One thing that was wrong.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::Failure;
///
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("web").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// let mock = orders.upon_receiving("a ping").request(get("/ping")).respond(ok()).start_blocking()?;
/// let report = mock.finish().unwrap_err();
/// assert!(matches!(report.failures(), [Failure::NeverRequested(ping)] if ping.description == "a ping"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Failure {
    /// A request that no interaction of the mock expects.
    Unmatched(Box<Unmatched>),
    /// An interaction that was never asked for.
    NeverRequested(InteractionName),
    /// A request whose body is longer than the mock accepts.
    TooLarge {
        /// Method and path.
        request: String,
        /// The most bytes that are accepted.
        limit: usize,
    },
    /// A request that broke off before it was complete.
    BrokenOff {
        /// Method and path.
        request: String,
        /// What was seen of it.
        reason: String,
    },
    /// Something came that is no HTTP request.
    NotHttp {
        /// What was wrong with it.
        reason: String,
    },
    /// Requests that were not as agreed either, after more than are kept.
    Omitted {
        /// How many.
        requests: u64,
    },
    /// Everything was as expected, but the pact file could not be written.
    NotSaved(Arc<SaveError>),
    /// The mock's own thread has stopped.
    Stopped,
}

/// A request that no interaction of the mock expects.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::{Failure, Unmatched};
///
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("web").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// let mock = orders.upon_receiving("a ping").request(get("/ping")).respond(ok()).start_blocking()?;
/// let answer = ureq::get(format!("{}/pong", mock.url())).call();
/// assert!(answer.is_err(), "the status is 500");
/// let report = mock.finish().unwrap_err();
/// if let Failure::Unmatched(unmatched) = &report.failures()[0] {
///     let Unmatched { request, .. } = &**unmatched;
///     assert_eq!(request.path, "/pong");
/// # } else {
/// #     panic!("{report}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Unmatched {
    /// What came.
    pub request: ActualRequest,
    /// The interaction that is most like it, with everything in which it differs.
    pub closest: Option<Closest>,
}

/// An interaction that is like a request, and everything in which they differ.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::Failure;
///
/// # let folder = tempfile::tempdir()?;
/// let orders = consumer("web").provider("orders");
/// # let orders = orders.output_dir(folder.path());
/// let mock = orders.upon_receiving("a ping").request(get("/ping")).respond(ok()).start_blocking()?;
/// let answer = ureq::get(format!("{}/pong", mock.url())).call();
/// assert!(answer.is_err(), "the status is 500");
/// let report = mock.finish().unwrap_err();
/// if let Failure::Unmatched(unmatched) = &report.failures()[0] {
///     let closest = unmatched.closest.as_ref().ok_or("there should be one")?;
///     assert_eq!(closest.interaction.description, "a ping");
///     assert_eq!(closest.mismatches[0].to_string(), "path: expected '/ping' but was '/pong'");
/// # } else {
/// #     panic!("{report}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Closest {
    /// The interaction.
    pub interaction: InteractionName,
    /// The request that it expects.
    pub expected: Box<Request>,
    /// The differences; at least one.
    pub mismatches: Vec<Mismatch>,
}

/// What people know an interaction by.
///
/// ```
/// # use pactwright::prelude::*;
/// use pactwright::InteractionName;
///
/// let name = InteractionName { description: "a ping".to_owned(), states: Vec::new(), request: "GET /ping".to_owned() };
/// assert_eq!(name.to_string(), "\"a ping\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InteractionName {
    /// Its description.
    pub description: String,
    /// Its provider states.
    pub states: Vec<ProviderState>,
    /// Method and path of its request; empty for a message.
    pub request: String,
}

impl Report {
    /// Everything that was wrong: requests in the order they came, then interactions in the order of the contract.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// # let folder = tempfile::tempdir()?;
    /// let orders = consumer("web").provider("orders");
    /// # let orders = orders.output_dir(folder.path());
    /// let mock = orders.upon_receiving("a ping").request(get("/ping")).respond(ok()).start_blocking()?;
    /// let report = mock.finish().unwrap_err();
    /// assert_eq!(report.failures().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { consumer, provider, failures } = self;
        if failures.iter().all(|failure| matches!(failure, Failure::NotSaved(_))) {
            write!(formatter, "the contract between {consumer} and {provider} was kept, but not written")?;
        } else {
            write!(
                formatter,
                "the contract between {consumer} and {provider} was not kept; no pact was written"
            )?;
        }
        for (index, failure) in failures.iter().enumerate() {
            write!(formatter, "\n\n{}. ", index + 1)?;
            match (failure, failures.iter().position(|other| other.is_meant_for(failure))) {
                // Both are one mistake; what it was is said there.
                (Failure::NeverRequested(name), Some(attempt)) => {
                    write!(formatter, "{name} was never requested, see {}", attempt + 1)?;
                }
                _ => write!(formatter, "{failure}")?,
            }
        }
        Ok(())
    }
}

/// Tests print errors with `Debug`: it says the same as `Display`.
impl fmt::Debug for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Report {}

impl Failure {
    /// Whether this is a request that comes close to an interaction that was never requested.
    fn is_meant_for(&self, never: &Self) -> bool {
        match (self, never) {
            (Self::Unmatched(unmatched), Self::NeverRequested(name)) => {
                unmatched.closest.as_ref().is_some_and(|closest| closest.interaction == *name)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unmatched(unmatched) => unmatched.fmt(formatter),
            Self::NeverRequested(name) => {
                write!(formatter, "{name} was never requested\n     {} was expected", name.request)
            }
            Self::TooLarge { request, limit } => write!(
                formatter,
                "{request} has a body of more than {limit} bytes, which is all that this mock accepts; `body_limit` of the contract allows more"
            ),
            Self::BrokenOff { request, reason } => {
                write!(formatter, "{request} broke off before it was complete: {reason}")
            }
            Self::NotHttp { reason } => write!(
                formatter,
                "something came that is no HTTP request: {reason}; a client that speaks https to a mock that does not is one reason"
            ),
            Self::Omitted { requests } => {
                write!(formatter, "{requests} more of the requests were not as agreed")
            }
            Self::NotSaved(error) => write!(formatter, "the pact could not be saved: {error}"),
            Self::Stopped => {
                formatter.write_str("the mock server stopped by itself; this is a defect in pactwright")
            }
        }
    }
}

impl fmt::Display for Unmatched {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} matches no interaction", request_line(&self.request))?;
        let Some(closest) = &self.closest else { return Ok(()) };
        write!(formatter, "\n   the closest is {}, but", closest.interaction)?;
        let report = closest.report(&self.request).to_string();
        report.lines().try_for_each(|line| write!(formatter, "\n     {line}"))?;
        // What cannot be read has no places in which it could differ.
        let unread = closest.mismatches.iter().any(|mismatch| {
            matches!(mismatch.detail, Detail::NotJson(_) | Detail::NotXml(_) | Detail::NotMultipart(_))
        });
        if unread {
            let expected = ActualRequest::from(&*closest.expected).body;
            write!(formatter, "\n     body, as expected: {}", beginning(&expected))?;
            write!(formatter, "\n     body, as it came: {}", beginning(&self.request.body))?;
        }
        Ok(())
    }
}

/// The first characters of a body, in one line.
fn beginning(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * SHOWN)]);
    let more = if text.chars().count() > SHOWN { "…" } else { "" };
    let shown = text.chars().take(SHOWN).map(|shown| if shown.is_control() { ' ' } else { shown });
    shown.collect::<String>() + more
}

/// How many characters of a body stand for it.
const SHOWN: usize = 200;

impl Closest {
    /// What is wrong with a request, in words, with what differs in the bodies.
    pub(crate) fn report<'r>(&'r self, request: &'r ActualRequest) -> text::Report<'r> {
        text::Report::of_request(&self.expected, request, &self.mismatches)
    }
}

impl fmt::Display for InteractionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\"{}\"", self.description)?;
        for (index, state) in self.states.iter().enumerate() {
            write!(formatter, "{} \"{}\"", if index == 0 { " given" } else { " and" }, state.name)?;
            if !state.params.is_empty() {
                write!(formatter, " with ")?;
                let values: Vec<_> = state
                    .params
                    .iter()
                    .map(|(name, value)| format!("{name} {}", value.to_compact()))
                    .collect();
                formatter.write_str(&values.join(", "))?;
            }
        }
        Ok(())
    }
}

/// `GET /orders?page=2`
pub(crate) fn request_line(request: &ActualRequest) -> String {
    let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{} {}{query}", request.method, request.path)
}
