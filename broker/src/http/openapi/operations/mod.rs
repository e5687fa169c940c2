//! What the document says of each thing that the API can do. The table of routes says the rest: methods, paths, and
//! which media types are taken and given.

mod access;
mod contracts;
mod overviews;
mod participants;
mod results;
mod webhooks;

use http::Method;

/// One entry of the document.
///
/// ```text
/// put("/pacticipants/{pacticipant}/labels/{label}", "addLabel", "Put a label on a pacticipant")
///     .takes("Anything")
///     .gives("Label")
///     .creates("Label")
/// ```
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// Its name in generated clients: unique.
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    /// The heading that it stands under.
    pub(super) group: &'static str,
    /// The names of the parameters in its query; `parameters.rs` says what they mean. An exclamation mark says that one
    /// has to be there; a tilde, that it should not be in the example, as it does not fit to others.
    pub(super) query: Vec<&'static str>,
    /// The schema of the request's body, and whether there has to be one.
    pub(super) takes: Option<(&'static str, bool)>,
    pub(super) answers: Vec<Success>,
    /// Refusals of its own; those that everything has are not listed.
    pub(super) refuses: Vec<u16>,
    /// An address of old for something that has a better one.
    pub(super) deprecated: bool,
}

/// An answer to a request that is done.
#[derive(Debug)]
pub(super) struct Success {
    pub(super) status: u16,
    /// The schema of its body where that is JSON; none for no body at all.
    pub(super) schema: Option<&'static str>,
    /// The headers that it has.
    pub(super) headers: Vec<&'static str>,
}

fn operation(method: Method, path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation {
        method,
        path,
        id,
        summary,
        group: "",
        query: Vec::new(),
        takes: None,
        answers: Vec::new(),
        refuses: Vec::new(),
        deprecated: false,
    }
}

/// What is read can be read as it was once.
fn get(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    operation(Method::GET, path, id, summary).query(&["asOf~"])
}

fn post(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    operation(Method::POST, path, id, summary)
}

fn put(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    operation(Method::PUT, path, id, summary)
}

fn patch(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    operation(Method::PATCH, path, id, summary)
}

fn delete(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    operation(Method::DELETE, path, id, summary)
}

impl Operation {
    fn query(mut self, names: &[&'static str]) -> Self {
        self.query.extend(names);
        self
    }

    /// It is always the same, or is about time itself.
    fn timeless(mut self) -> Self {
        self.query.retain(|name| *name != "asOf~");
        self
    }

    /// It needs a body.
    fn takes(mut self, schema: &'static str) -> Self {
        self.takes = Some((schema, true));
        self
    }

    /// It looks at a body, if there is one.
    fn may_take(mut self, schema: &'static str) -> Self {
        self.takes = Some((schema, false));
        self
    }

    fn answers(mut self, status: u16, schema: Option<&'static str>) -> Self {
        self.answers.push(Success { status, schema, headers: Vec::new() });
        self
    }

    /// It answers 200 with a document.
    fn gives(self, schema: &'static str) -> Self {
        self.answers(200, Some(schema))
    }

    /// It answers 200 with text that is not JSON; which, the route says.
    fn gives_text(self) -> Self {
        self.gives("Text")
    }

    /// It answers 201 with a document and the address of what is new.
    fn creates(self, schema: &'static str) -> Self {
        self.answers(201, Some(schema)).header("Location")
    }

    /// It answers 204.
    fn gives_nothing(self) -> Self {
        self.answers(204, None)
    }

    /// It answers 303: what is wanted is elsewhere.
    fn leads_elsewhere(self) -> Self {
        self.answers(303, None).header("Location")
    }

    /// The last answer has that header.
    fn header(mut self, name: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push(name);
        }
        self
    }

    fn refuses(mut self, status: u16) -> Self {
        self.refuses.push(status);
        self
    }

    fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }
}

/// All entries, in the order in which people should read them.
pub(super) fn all() -> Vec<Operation> {
    let groups = [
        ("Entry", overviews::entry()),
        ("Pacts", contracts::publishing()),
        ("Pacts of a provider", contracts::of_provider()),
        ("Pacts of a pair", contracts::of_pair()),
        ("Differences", contracts::differences()),
        ("Verification results", results::all()),
        ("Pacticipants", participants::participants()),
        ("Versions", participants::versions()),
        ("Branches", participants::branches()),
        ("Environments", participants::environments()),
        ("Deployments and releases", participants::deployments()),
        ("Webhooks", webhooks::webhooks()),
        ("Deliveries of webhooks", webhooks::deliveries()),
        ("Teams and users", access::people()),
        ("Service tokens", access::tokens()),
        ("Owners", access::owners()),
        ("Decisions", overviews::decisions()),
        ("Overviews", overviews::overviews()),
        ("Badges", overviews::badges()),
    ];
    let within = |(group, operations): (&'static str, Vec<Operation>)| {
        operations.into_iter().map(move |operation| Operation { group, ..operation })
    };
    groups.into_iter().flat_map(within).collect()
}
