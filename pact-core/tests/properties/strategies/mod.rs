//! Contracts, and what they are made of.

pub(crate) mod examples;
pub(crate) mod json;
pub(crate) mod pacts;
pub(crate) mod parts;
pub(crate) mod rules;
