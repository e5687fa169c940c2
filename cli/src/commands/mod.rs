//! One file per command.

pub(crate) mod broker;
pub(crate) mod can_i_deploy;
pub(crate) mod completions;
pub(crate) mod create_environment;
pub(crate) mod demo;
pub(crate) mod lint;
pub(crate) mod mock;
pub(crate) mod publish;
pub(crate) mod record_deployment;
pub(crate) mod stub;
pub(crate) mod verify;
