//! Names for content: the same demands give the same digest, wherever and however they were written.
//!
//! - [`content_sha`], [`interaction_id`] and [`kept`] compute what existing Pact brokers compute, byte for byte, so that contracts,
//!   results and links keep their identity when a team moves from one broker to another.
//! - [`stimulus`] names what is replayed at a provider, [`obligation`] that and what is expected back. They do not depend on
//!   the version of the file, on spelling and on order where order means nothing, so that what was found out about an
//!   obligation once holds wherever it comes up again.

mod canonical;
mod content;
mod obligation;

pub use content::{ContentSha, InvalidContentSha, Kept, content_sha, interaction_id, kept, text_sha};
pub use obligation::{InvalidDigest, ObligationDigest, StimulusDigest, obligation, stimulus};
