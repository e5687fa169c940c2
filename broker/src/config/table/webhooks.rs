//! The settings of webhooks.

use std::time::Duration;

use super::{Setting, row, up_to_an_hour};
use crate::config::{
    files::Pem,
    form::{Header, Letters, List, MaybeAddress, Not, Time, Whole},
};

#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn rows() -> Vec<Setting> {
    vec![
        row(
            "webhook.retry_schedule",
            &["PACT_BROKER_WEBHOOK_RETRY_SCHEDULE"],
            List("seconds, such as 10 60"),
            |config| &mut config.rules.retry_schedule,
            "How many seconds to wait after each failed attempt. After the last one it is given up.",
        ),
        row(
            "webhook.methods",
            &["PACT_BROKER_WEBHOOK_HTTP_METHOD_WHITELIST"],
            Letters { capital: true, expected: "a list of methods, such as POST" },
            |config| &mut config.webhooks.egress.methods,
            "The methods that may be used.",
        ),
        row(
            "webhook.schemes",
            &["PACT_BROKER_WEBHOOK_SCHEME_WHITELIST"],
            Letters { capital: false, expected: "a list of schemes, such as https" },
            |config| &mut config.webhooks.egress.schemes,
            "The schemes that may be used.",
        ),
        row(
            "webhook.hosts",
            &["PACT_BROKER_WEBHOOK_HOST_WHITELIST"],
            List("hosts, such as ci.example.org *.example.org /regex/ 10.0.0.0/8"),
            |config| &mut config.webhooks.egress.hosts,
            "The hosts that webhooks may go to: names, *.names, /expressions/ and networks. Without, all that are public, \
             and what receivers answer is not shown.",
        ),
        row(
            "webhook.allowed_networks",
            &[],
            List("networks, such as 10.0.0.0/8 fd00::/8"),
            |config| &mut config.webhooks.egress.networks,
            "Networks that webhooks may go to although they are not public.",
        ),
        row(
            "webhook.success_codes",
            &["PACT_BROKER_WEBHOOK_HTTP_CODE_SUCCESS"],
            List("status codes, such as 200 201"),
            |config| &mut config.webhooks.success_codes,
            "The status codes that mean that a receiver took it.",
        ),
        row(
            "webhook.accept_any_certificate",
            &["PACT_BROKER_DISABLE_SSL_VERIFICATION"],
            Not,
            |config| &mut config.webhooks.verify_certificates,
            "Whether a receiver's certificate may be wrong. Whoever is on the way can then read and change everything.",
        ),
        row(
            "webhook.certificates",
            &[],
            Pem,
            |config| &mut config.webhooks.certificates,
            "Files with certificates that receivers may have beside those that the machine trusts. The Pact Broker's \
             PACT_BROKER_WEBHOOK_CERTIFICATES__0__PATH and __CONTENT, __1__ and so on, are understood.",
        ),
        row(
            "webhook.proxy",
            &[],
            MaybeAddress,
            |config| &mut config.webhooks.proxy,
            "The proxy that webhooks go through. Those that the surroundings name for other programs are not used.",
        ),
        row(
            "webhook.user_agent",
            &["PACT_BROKER_USER_AGENT"],
            Header,
            |config| &mut config.webhooks.user_agent,
            "What webhooks call themselves.",
        ),
        row(
            "webhook.timeout",
            &[],
            Time { least: Duration::from_secs(1), most: Duration::from_secs(600) },
            |config| &mut config.webhooks.timeout,
            "How long a receiver may take, from the connection to the end of its answer.",
        ),
        row(
            "webhook.at_once",
            &[],
            Whole { least: 1, most: 10_000 },
            |config| &mut config.webhooks.limits.total,
            "How many requests are sent at once, ...",
        ),
        row(
            "webhook.at_once_per_receiver",
            &[],
            Whole { least: 1, most: 10_000 },
            |config| &mut config.webhooks.limits.per_receiver,
            "... and how many of them to one receiver.",
        ),
        row(
            "webhook.tries",
            &[],
            Whole { least: 1, most: 10_000 },
            |config| &mut config.webhooks.tries,
            "How many webhooks may be tried out at once. More are answered with 503.",
        ),
        row(
            "webhook.unverified_hours",
            &[],
            Whole { least: 0, most: 87_600 },
            |config| &mut config.rules.unverified_hours,
            "For how many hours a contract may be without a result before webhooks are told that it is overdue.",
        ),
        row(
            "webhook.grace",
            &[],
            up_to_an_hour(0),
            |config| &mut config.webhooks.grace,
            "How long what is being sent may take once the broker is told to stop. What is cut off is sent again after \
             the next start.",
        ),
    ]
}
