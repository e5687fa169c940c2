//! Where in a document a walk is.

use std::fmt;

use crate::path::write_field;

/// A place in a body, built on the stack while it is walked; it becomes a path expression when something is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Location<'l> {
    parent: Option<&'l Location<'l>>,
    step: Step<'l>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'l> {
    Root,
    Field(&'l str),
    Index(usize),
}

impl Location<'_> {
    pub(crate) fn root() -> Self {
        Self { parent: None, step: Step::Root }
    }

    pub(crate) fn field<'q>(&'q self, name: &'q str) -> Location<'q> {
        Location { parent: Some(self), step: Step::Field(name) }
    }

    pub(crate) fn index(&self, index: usize) -> Location<'_> {
        Location { parent: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(formatter)?;
        }
        match self.step {
            Step::Root => formatter.write_str("$"),
            Step::Field(name) => write_field(name, formatter),
            Step::Index(index) => write!(formatter, "[{index}]"),
        }
    }
}
