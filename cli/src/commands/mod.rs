//! One file per command.

pub(crate) mod broker;
pub(crate) mod decisions;
pub(crate) mod demo;
pub(crate) mod deployments;
pub(crate) mod environments;
pub(crate) mod lint;
pub(crate) mod mock;
pub(crate) mod publish;
pub(crate) mod stub;
pub(crate) mod verify;
