//! Identifiers inside one state. They are given in the order of the log, so every replay gives the same ones.

macro_rules! ids {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(u32);

        impl $name {
            /// Below every other.
            pub const FIRST: Self = Self(0);
            /// Above every other.
            pub const LAST: Self = Self(u32::MAX);

            /// The identifier with that number.
            pub const fn new(number: u32) -> Self {
                Self(number)
            }

            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }

            /// The one after it: where the range of all that belongs to this one ends.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }
    )*};
}

ids! {
    /// A participant.
    ParticipantId
    /// A version of a participant. Its order is the order in which versions were first seen.
    VersionId
    /// A branch of a participant.
    BranchId
    /// A tag of a participant: a name that versions of it have or had.
    TagId
    /// The distinct content of the contracts between one consumer and one provider.
    ContentId
    /// A contract: what one consumer version asks of one provider.
    PactId
    /// A verification result: its number in the API.
    ResultNumber
    /// An environment.
    EnvironmentId
    /// A deployment.
    DeploymentId
    /// A release.
    ReleaseId
    /// A webhook.
    WebhookId
    /// Something that a webhook has to be told.
    TriggerId
}
