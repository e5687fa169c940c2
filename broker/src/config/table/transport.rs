//! Who can read what is sent, and how much of it there may be.

use std::time::Duration;

use super::{
    super::form::{MaybePath, Time, Whole},
    Setting, row,
};

/// Whole numbers up to more than anybody has.
const ANY: Whole = Whole { least: 0, most: 10_000_000 };
const BURST: Whole = Whole { least: 1, most: 10_000_000 };

pub(super) fn tls() -> Vec<Setting> {
    vec![
        row(
            "tls.certificate",
            &[],
            MaybePath("the path of a file with certificates in PEM, or nothing"),
            |config| &mut config.tls.certificate,
            "A file with the certificate that clients are shown, and after it those that lead to its root. With it, and its \
             key, connections are secure (TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1), and none is plain.",
        ),
        row(
            "tls.key",
            &[],
            MaybePath("the path of a file with a private key in PEM, or nothing"),
            |config| &mut config.tls.key,
            "A file with the private key of that certificate, without a password. Nobody else should be able to read it.",
        ),
        row(
            "tls.check_every",
            &[],
            Time { least: Duration::from_millis(10), most: Duration::from_secs(24 * 3600) },
            |config| &mut config.tls.check_every,
            "How often it is looked whether these files have changed; SIGHUP has it done at once. New connections are shown \
             what is in them then. What cannot be used is logged, and what was shown before is shown on.",
        ),
        row(
            "tls.hsts_days",
            &[],
            Whole { least: 0, most: 3650 },
            |config| &mut config.tls.hsts_days,
            "For how many days browsers that came by https do not come to this host by anything else \
             (Strict-Transport-Security); 0: they are not told so.",
        ),
    ]
}

pub(super) fn rate() -> Vec<Setting> {
    vec![
        row(
            "rate.per_minute",
            &[],
            ANY,
            |config| &mut config.rate.per_minute,
            "How many requests a minute one token, user or person may send; 0 is any number. More are refused with 429 and \
             Retry-After. A fleet of pipelines behind one token does not come near this; a program that runs wild does.",
        ),
        row("rate.burst", &[], BURST, |config| &mut config.rate.burst, "How many of them may come at once."),
        row(
            "rate.anonymous_per_minute",
            &[],
            ANY,
            |config| &mut config.rate.anonymous_per_minute,
            "How many requests a minute may come from one address without saying who asks, or saying it wrongly; 0 is any \
             number: behind a proxy that access.trusted_proxies does not name, all of them come from one address.",
        ),
        row(
            "rate.anonymous_burst",
            &[],
            BURST,
            |config| &mut config.rate.anonymous_burst,
            "How many of them may come at once.",
        ),
    ]
}
