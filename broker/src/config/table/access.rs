//! Who may ask, and who vouches for people.

use super::{
    super::form::{List, MaybeText, SafeAddress, Secret, Truth, Word},
    Setting, row,
};

pub(super) fn access() -> Vec<Setting> {
    vec![
        row(
            "access.user",
            &["PACT_BROKER_BASIC_AUTH_USERNAME"],
            MaybeText("the name of a user, or nothing"),
            |config| &mut config.access.user,
            "The name of a user who may do everything. With it, or with users and tokens of its own, the broker asks who \
             is calling.",
        ),
        row(
            "access.password",
            &["PACT_BROKER_BASIC_AUTH_PASSWORD"],
            Secret { least: 1 },
            |config| &mut config.access.password,
            "The password of that user.",
        ),
        row(
            "access.read_only_user",
            &["PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME"],
            MaybeText("the name of a user, or nothing"),
            |config| &mut config.access.read_only_user,
            "The name of a user who may read everything, and change nothing.",
        ),
        row(
            "access.read_only_password",
            &["PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD"],
            Secret { least: 1 },
            |config| &mut config.access.read_only_password,
            "The password of that user.",
        ),
        row(
            "access.admin_token",
            &["PACTWRIGHT_ADMIN_TOKEN"],
            Secret { least: 32 },
            |config| &mut config.access.admin_token,
            "A token that may do everything: with it the first teams, users and tokens are made. `openssl rand -hex 32` \
             gives one.",
        ),
        row(
            "access.public_read",
            &["PACT_BROKER_ALLOW_PUBLIC_READ"],
            Truth,
            |config| &mut config.access.public_read,
            "Whether anybody may read without saying who asks; but for the audit trail, which says who did what.",
        ),
        row(
            "access.public_heartbeat",
            &["PACT_BROKER_PUBLIC_HEARTBEAT"],
            Truth,
            |config| &mut config.access.public_heartbeat,
            "Whether anybody may ask for /diagnostic/status/heartbeat. What /health/live and /health/ready say, everybody may \
             know.",
        ),
        row(
            "access.public_badges",
            &["PACT_BROKER_ENABLE_PUBLIC_BADGE_ACCESS"],
            Truth,
            |config| &mut config.access.public_badges,
            "Whether anybody may see badges: other people's pages show them.",
        ),
        row(
            "access.allow_anyone",
            &[],
            Truth,
            |config| &mut config.access.allow_anyone,
            "Whether the broker starts where other machines can reach it although nobody has to say who is calling, and \
             anybody may do anything.",
        ),
        row(
            "access.trusted_proxies",
            &["PACTWRIGHT_TRUSTED_PROXIES"],
            List("networks, such as 10.0.0.0/8 fd00::/8"),
            |config| &mut config.access.trusted_proxies,
            "Networks of proxies that are believed when they say by X-Forwarded-For where a request comes from. Where the \
             broker stands behind one that is not named here, all requests seem to come from it, and whoever guesses \
             passwords slows down everybody who has one.",
        ),
    ]
}

pub(super) fn oidc() -> Vec<Setting> {
    vec![
        row(
            "oidc.issuer",
            &[],
            SafeAddress,
            |config| &mut config.access.oidc.issuer,
            "The identity provider that vouches for people (OpenID Connect): its address, exactly as it stands in its \
             tokens.",
        ),
        row(
            "oidc.audience",
            &[],
            MaybeText("the identifier of the broker at the identity provider, or nothing"),
            |config| &mut config.access.oidc.audience,
            "Whom its tokens have to be meant for.",
        ),
        row(
            "oidc.jwks_url",
            &[],
            SafeAddress,
            |config| &mut config.access.oidc.jwks_url,
            "Where its keys are. Without, it is asked for that.",
        ),
        row(
            "oidc.name_claim",
            &[],
            Word("the name of a claim"),
            |config| &mut config.access.oidc.name_claim,
            "The claim that has the name of the person.",
        ),
        row(
            "oidc.groups_claim",
            &[],
            Word("the name of a claim"),
            |config| &mut config.access.oidc.groups_claim,
            "The claim that has the groups of the person.",
        ),
        row(
            "oidc.grants",
            &[],
            List("grants, such as developers=web:contributor admins=*:admin"),
            |config| &mut config.access.oidc.grants,
            "Which roles the groups have, in which team; * is every group, or every team.",
        ),
    ]
}
