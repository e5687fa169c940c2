//! Places inside a document.

use std::fmt;

/// A JSON Pointer (RFC 6901) that is built on the stack while a document is walked and becomes text only when
/// something is to be said about that place.
///
/// ```
/// use pactwright_core::json::Pointer;
/// let root = Pointer::root();
/// let interactions = root.name("interactions");
/// assert_eq!(interactions.index(3).to_string(), "/interactions/3");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Pointer<'p> {
    parent: Option<&'p Pointer<'p>>,
    step: Step<'p>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'p> {
    Root,
    Name(&'p str),
    Index(usize),
}

impl Pointer<'_> {
    /// The whole document.
    pub fn root() -> Self {
        Self { parent: None, step: Step::Root }
    }

    /// A member of the object here.
    #[must_use]
    pub fn name<'q>(&'q self, name: &'q str) -> Pointer<'q> {
        Pointer { parent: Some(self), step: Step::Name(name) }
    }

    /// An item of the array here.
    #[must_use]
    pub fn index(&self, index: usize) -> Pointer<'_> {
        Pointer { parent: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(formatter)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Name(name) => write!(formatter, "/{}", name.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => write!(formatter, "/{index}"),
        }
    }
}
