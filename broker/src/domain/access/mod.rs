//! Who may do what. Pure: who somebody is comes in as a [`Principal`], what is known of teams, users, tokens and owners
//! as [`Access`], and [`may`] says yes or why not.
//!
//! - A [`Permission`] is one kind of thing that can be done; a [`Role`] is a set of them; a [`Grant`] gives a role for
//!   what one team owns, or everywhere.
//! - Participants and environments belong to teams ([`Ownership`]). What nobody owns yet can be published, verified and
//!   deployed by whoever may do that for some team; whoever publishes or verifies first becomes its owner, see
//!   [`derive_owners`].
//! - Whoever has any grant may read: contracts are between teams, and both sides of a question have to be seen for an
//!   answer that can be trusted. The audit trail, which says who did what from where, is for those who have a role
//!   everywhere.
//! - Other teams that are named as delegates of something may publish, verify and deploy it, but not remove it, give it
//!   away, or send what happens to it elsewhere.

mod backoff;
mod book;
mod decide;
mod names;
mod owners;
mod permission;
mod principal;
mod rate;

pub use backoff::{Backoff, Source as BackoffSource};
pub use book::{
    Access, Basis, Ownership, PasswordHash, Team, TeamDetails, Token, TokenDetails, TokenHash, User,
    UserDetails,
};
pub use decide::{Denied, Need, Object, Owned, may, may_all};
pub use names::{InvalidAccessName, TeamName, UserName};
pub use owners::derive_owners;
pub use permission::{Grant, Permission, Role, Scope};
pub use principal::{Asker, By, Identity, Principal};
pub use rate::{Rate, Rates, Source as RateSource};

#[cfg(test)]
mod tests;
