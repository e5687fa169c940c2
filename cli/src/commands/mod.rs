//! One file per command.

pub(crate) mod broker;
pub(crate) mod completions;
pub(crate) mod contracts;
pub(crate) mod decisions;
pub(crate) mod demo;
pub(crate) mod deployments;
pub(crate) mod describe_verification;
pub(crate) mod environments;
pub(crate) mod generate_uuid;
pub(crate) mod lint;
pub(crate) mod mock;
pub(crate) mod participants;
pub(crate) mod publish;
pub(crate) mod stub;
pub(crate) mod verify;
pub(crate) mod versions;
pub(crate) mod webhooks;
