use std::sync::Arc;

use pactwright_core::names::{BranchName, ParticipantName, TagName, VersionNumber};
use serde::{Deserialize, Serialize};

use super::{BranchId, ParticipantId, Timestamp, VersionId, shared};

/// What people say about a participant. All of it may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The branch that is released from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_branch: Option<BranchName>,
    /// Where its code is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_url: Option<String>,
    /// The name of its repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_name: Option<String>,
    /// Whose repository it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_namespace: Option<String>,
}

/// An application that takes part in contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Its identifier.
    pub id: ParticipantId,
    /// Its name.
    pub name: ParticipantName,
    /// What people say about it.
    pub profile: Profile,
    /// Labels, each with the moment it was put there, by name.
    pub labels: Vec<(String, Timestamp)>,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When its profile was changed last.
    pub updated_at: Option<Timestamp>,
}

/// One build of a participant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its identifier, and its place in the order.
    pub id: VersionId,
    /// Whose version it is.
    pub participant: ParticipantId,
    /// Its number.
    pub number: VersionNumber,
    /// Where its build can be looked at.
    #[serde(default, with = "shared::text", skip_serializing_if = "Option::is_none")]
    pub build_url: Option<Arc<str>>,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Option<Timestamp>,
    /// The branches it belongs to, in the order it was added to them.
    pub branches: Vec<BranchMembership>,
    /// Its tags, in the order they were put there.
    pub tags: Vec<TagUse>,
}

impl Version {
    /// Whether it belongs to a branch.
    pub fn is_on(&self, branch: BranchId) -> bool {
        self.branches.iter().any(|membership| membership.branch == branch)
    }

    /// Whether it has a tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|used| used.tag == *tag)
    }
}

/// That a version belongs to a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchMembership {
    /// The branch.
    pub branch: BranchId,
    /// Its place among all additions to branches; the last one is the branch's head.
    pub sequence: u32,
    /// Since when.
    pub created_at: Timestamp,
}

/// That a version has a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagUse {
    /// The tag.
    pub tag: TagName,
    /// Since when.
    pub created_at: Timestamp,
}

/// A branch of a participant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Its identifier.
    pub id: BranchId,
    /// Whose branch it is.
    pub participant: ParticipantId,
    /// Its name.
    pub name: BranchName,
    /// Whether the broker made it from a tag.
    pub auto_created: bool,
    /// When its first version was added.
    pub created_at: Timestamp,
    /// When its last version was added.
    pub updated_at: Timestamp,
}
