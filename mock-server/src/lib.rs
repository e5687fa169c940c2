//! Consumer-driven contract tests: a DSL, a mock server, and the Pact files they write.

pub mod dsl;
pub mod matchers;
mod pact_file;
mod report;
mod serve;
mod settings;

pub use dsl::consumer;
pub use pact_file::{Conflict, Difference, MergeError, PactFile, SaveError};
pub use report::{Closest, Failure, InteractionName, Report, Unmatched};
pub use serve::{BlockingMockServer, MockServer, StartError};

/// Everything that a contract test needs.
pub mod prelude {
    pub use pactwright_core::model::SpecVersion;
    pub use pactwright_core::rules::StatusClass;
    pub use serde_json::json;

    pub use crate::consumer;
    pub use crate::dsl::{
        accepted, bad_request, conflict, created, delete, forbidden, get, gone, head, internal_server_error,
        no_content, not_found, not_modified, ok, options, patch, post, put, request, service_unavailable,
        status, too_many_requests, unauthorized, unprocessable,
    };
    pub use crate::matchers::{
        all_of, any_of, array_containing, boolean, date, datetime, decimal, each_key, each_like, each_value,
        equal_to, include, integer, like, map_of, not_empty, null, nullable, number, regex, semver, string,
        time, uuid,
    };
}
