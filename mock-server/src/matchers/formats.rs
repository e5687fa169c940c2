//! Matchers for text in well-known formats.

use std::panic::Location;

use super::text::HEXADECIMAL;
use super::{Matcher, VALUE};

const EMAIL: &str =
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+";
const IPV4: &str =
    r"((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
/// In full, or with `::` in every place that it can have.
const IPV6: &str = concat!(
    "([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}",
    "|([0-9A-Fa-f]{1,4}:){1,7}:",
    "|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}",
    "|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}",
    "|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}",
    "|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}",
    "|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}",
    "|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}",
    "|:((:[0-9A-Fa-f]{1,4}){1,7}|:)",
);
const DATE: &str = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const CLOCK: &str = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]";
const OFFSET: &str = "(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])";
const RFC_1123: &str = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (0[1-9]|[12][0-9]|3[01]) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] (GMT|UTC|[+-][0-9]{4})";

macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident $pattern:expr;)+) => {
        $(
            $(#[$doc])*
            #[track_caller]
            pub fn $name(example: impl Into<String>) -> Matcher {
                let matcher = Matcher::new("regex", Location::caller()).with(VALUE, example.into());
                matcher.with("regex", $pattern)
            }
        )+
    };
}

formats! {
    /// An e-mail address such as `ada@example.org`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "value": email("ada@example.org") });
    /// # let _ = body;
    /// ```
    email EMAIL;
    /// An IPv4 address such as `127.0.0.13`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "value": ipv4("127.0.0.13") });
    /// # let _ = body;
    /// ```
    ipv4 IPV4;
    /// An IPv6 address such as `::1` or `2001:db8:0:0:0:ff00:42:8329`, without a zone or an IPv4 tail.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "value": ipv6("::1") });
    /// # let _ = body;
    /// ```
    ipv6 IPV6;
    /// Hexadecimal digits in either case.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "value": hexadecimal("00ff") });
    /// # let _ = body;
    /// ```
    hexadecimal HEXADECIMAL;
    /// A date of ISO 8601, such as `2026-11-21`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "value": iso8601_date("2026-11-21") });
    /// # let _ = body;
    /// ```
    iso8601_date DATE;
    /// A time of ISO 8601, such as `14:30:00`, perhaps with `T` before it, a fraction of a second and an offset behind.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "value": iso8601_time("14:30:00") });
    /// # let _ = body;
    /// ```
    iso8601_time format!(r"T?{CLOCK}([.,][0-9]+)?{OFFSET}?");
    /// A date with time of ISO 8601, such as `2026-11-21T14:30:00Z`, perhaps with a fraction of a second, perhaps
    /// without an offset.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "value": iso8601_datetime("2026-11-21T14:30:00Z") });
    /// # let _ = body;
    /// ```
    iso8601_datetime format!(r"{DATE}T{CLOCK}([.,][0-9]+)?{OFFSET}?");
    /// A date with time of ISO 8601 that has milliseconds (or more digits), such as `2026-11-21T14:30:00.125+01:00`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "value": iso8601_datetime_millis("2026-11-21T14:30:00.125+01:00") });
    /// # let _ = body;
    /// ```
    iso8601_datetime_millis format!(r"{DATE}T{CLOCK}[.,][0-9]{{3,}}{OFFSET}?");
    /// A date with time as HTTP and e-mail headers have it, such as `Sat, 21 Nov 2026 14:30:00 GMT`.
    ///
    /// ```
    /// # use pactwright::prelude::*;
    /// let body = json!({ "value": rfc1123_datetime("Sat, 21 Nov 2026 14:30:00 GMT") });
    /// # let _ = body;
    /// ```
    rfc1123_datetime RFC_1123;
}
