//! Who is asking: what a request says about it is checked here, once, before its handler; what whoever asks has to be
//! allowed stands in the table of routes ([`needs`]).

mod body;
mod credentials;
mod gate;
mod here;
pub(in crate::http) mod needs;
mod oidc;
pub(in crate::http) mod owners;
mod passwords;
pub(in crate::http) mod people;
pub(in crate::http) mod tokens;

pub(crate) use credentials::{Challenge, Peer};
pub(in crate::http) use gate::{Caller, Gate};
