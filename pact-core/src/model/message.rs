//! Messages.

use super::{Body, ContentType, Generators, MatchingRules};
use crate::json::{Json, ObjectBuf};

/// A message, as a contract expects it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    /// What it carries.
    pub contents: Body,
    /// What goes beside it: topic, key, content type, ...
    pub metadata: ObjectBuf,
    /// Which parts need not be equal, and what holds for them instead.
    pub rules: MatchingRules,
    /// Which parts are to be made anew each time.
    pub generators: Generators,
    /// Attributes that this crate does not know.
    pub extra: ObjectBuf,
}

impl Message {
    /// The media type that contents or metadata state.
    pub fn content_type(&self) -> Option<ContentType> {
        let stated = self.contents.content().and_then(|content| content.content_type.clone());
        stated.or_else(|| metadata_content_type(&self.metadata))
    }
}

/// The media type that metadata state, under one of the names in use.
pub(crate) fn metadata_content_type(metadata: &ObjectBuf) -> Option<ContentType> {
    let names = ["contenttype", "content-type"];
    metadata
        .iter()
        .filter(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))
        .find_map(|(_, value)| value.as_str().and_then(ContentType::parse))
}

impl Message {
    /// The metadata value of that name.
    pub fn metadata_value(&self, name: &str) -> Option<&Json<'static>> {
        self.metadata.get(name)
    }
}
