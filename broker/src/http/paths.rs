//! The only place that builds URLs.

use std::fmt::{self, Display, Formatter, Write as _};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

type Name<'a> = &'a dyn Display;

/// What stays as it is in a path segment: the unreserved characters of RFC 3986.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Something as one segment of a path.
pub(crate) struct Segment<'a>(pub(crate) Name<'a>);

impl Display for Segment<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        struct Encoded<'a, 'b>(&'a mut Formatter<'b>);
        impl fmt::Write for Encoded<'_, '_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                utf8_percent_encode(text, &SEGMENT).try_for_each(|part| self.0.write_str(part))
            }
        }
        write!(Encoded(formatter), "{}", self.0)
    }
}

/// A text as a value of a query, in the form that HTML forms have: a space is a plus sign.
pub(crate) fn query_value(text: &str) -> String {
    Segment(&text).to_string().replace("%20", "+")
}

/// A path with its segments escaped: `path!(self, "/pacticipants/{}", name)`.
macro_rules! url {
    ($paths:expr, $format:literal $(, $segment:expr)*) => {
        $paths.address(format_args!($format $(, $crate::http::paths::Segment(&$segment))*))
    };
}

/// Most paths are no longer.
const USUAL_LENGTH: usize = 128;

/// Builds the addresses of everything, below the address that the client knows.
#[derive(Debug, Clone)]
pub(crate) struct Paths {
    /// Without a slash at the end.
    pub(crate) base: String,
}

impl Paths {
    fn address(&self, path: fmt::Arguments<'_>) -> String {
        // Answers have hundreds of addresses: each is to be one piece of memory.
        let mut address = String::with_capacity(self.base.len() + USUAL_LENGTH);
        address.push_str(&self.base);
        // Writing to memory does not fail.
        let _ = address.write_fmt(path);
        address
    }

    pub(crate) fn doc(&self, context: &str) -> String {
        format!("{}/doc/{{rel}}?context={context}", self.base)
    }

    /// An address with variables, as it stands.
    pub(crate) fn template(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) fn participant(&self, name: Name<'_>) -> String {
        url!(self, "/pacticipants/{}", name)
    }

    pub(crate) fn team(&self, name: Name<'_>) -> String {
        url!(self, "/access/teams/{}", name)
    }

    pub(crate) fn user(&self, name: Name<'_>) -> String {
        url!(self, "/access/users/{}", name)
    }

    pub(crate) fn token(&self, uuid: Name<'_>) -> String {
        url!(self, "/access/tokens/{}", uuid)
    }

    pub(crate) fn label(&self, name: Name<'_>, label: &str) -> String {
        url!(self, "/pacticipants/{}/labels/{}", name, label)
    }

    pub(crate) fn version(&self, name: Name<'_>, version: Name<'_>) -> String {
        url!(self, "/pacticipants/{}/versions/{}", name, version)
    }

    pub(crate) fn tag(&self, name: Name<'_>, version: Name<'_>, tag: Name<'_>) -> String {
        url!(self, "/pacticipants/{}/versions/{}/tags/{}", name, version, tag)
    }

    pub(crate) fn branch(&self, name: Name<'_>, branch: Name<'_>) -> String {
        url!(self, "/pacticipants/{}/branches/{}", name, branch)
    }

    pub(crate) fn branch_version(&self, name: Name<'_>, branch: Name<'_>, version: Name<'_>) -> String {
        url!(self, "/pacticipants/{}/branches/{}/versions/{}", name, branch, version)
    }

    pub(crate) fn pact(&self, provider: Name<'_>, consumer: Name<'_>, version: Name<'_>) -> String {
        url!(self, "/pacts/provider/{}/consumer/{}/version/{}", provider, consumer, version)
    }

    /// Everything below a pair.
    pub(crate) fn pair(&self, provider: Name<'_>, consumer: Name<'_>) -> String {
        url!(self, "/pacts/provider/{}/consumer/{}", provider, consumer)
    }

    pub(crate) fn latest_pact(&self, provider: Name<'_>, consumer: Name<'_>) -> String {
        url!(self, "/pacts/provider/{}/consumer/{}/latest", provider, consumer)
    }

    /// A content, with what is to be known about its verification.
    pub(crate) fn content(
        &self,
        provider: Name<'_>,
        consumer: Name<'_>,
        sha: Name<'_>,
        metadata: Option<&str>,
    ) -> String {
        let content = url!(self, "/pacts/provider/{}/consumer/{}/pact-version/{}", provider, consumer, sha);
        match metadata {
            Some(metadata) => format!("{content}/metadata/{metadata}"),
            None => content,
        }
    }

    pub(crate) fn for_verification(&self, provider: Name<'_>) -> String {
        url!(self, "/pacts/provider/{}/for-verification", provider)
    }

    pub(crate) fn webhooks(&self) -> String {
        url!(self, "/webhooks")
    }

    pub(crate) fn webhook(&self, key: Name<'_>) -> String {
        url!(self, "/webhooks/{}", key)
    }

    pub(crate) fn webhook_logs(&self, trigger: Name<'_>) -> String {
        url!(self, "/triggered-webhooks/{}/logs", trigger)
    }

    pub(crate) fn webhook_retry(&self, trigger: Name<'_>) -> String {
        url!(self, "/triggered-webhooks/{}/retry", trigger)
    }

    pub(crate) fn provider_webhooks(&self, provider: Name<'_>, consumer: Name<'_>) -> String {
        url!(self, "/webhooks/provider/{}/consumer/{}", provider, consumer)
    }

    pub(crate) fn consumer_webhooks(&self, name: Name<'_>) -> String {
        url!(self, "/webhooks/consumer/{}", name)
    }

    pub(crate) fn matrix_for_version(&self, name: Name<'_>, version: Name<'_>) -> String {
        let (name, version) = (query_value(&name.to_string()), query_value(&version.to_string()));
        let query = format!("q%5B%5D%5Bpacticipant%5D={name}&q%5B%5D%5Bversion%5D={version}&latestby=cvpv");
        format!("{}/matrix?{query}", self.base)
    }

    pub(crate) fn results_for_consumer_version(&self, name: Name<'_>, version: Name<'_>) -> String {
        url!(self, "/verification-results/consumer/{}/version/{}/latest", name, version)
    }

    /// The page of a participant shows who it is connected with.
    pub(crate) fn group(&self, name: Name<'_>) -> String {
        self.participant(name)
    }

    pub(crate) fn dashboard(&self, provider: Name<'_>, consumer: Name<'_>) -> String {
        url!(self, "/dashboard/provider/{}/consumer/{}", provider, consumer)
    }

    /// The matrix of a pair, without the host: clients are used to that.
    pub(crate) fn matrix(&self, provider: Name<'_>, consumer: Name<'_>) -> String {
        let matrix = url!(self, "/matrix/provider/{}/consumer/{}", provider, consumer);
        let path = matrix
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|begin| rest[begin..].to_owned()));
        path.unwrap_or(matrix)
    }

    pub(crate) fn integration(&self, provider: Name<'_>, consumer: Name<'_>) -> String {
        url!(self, "/integrations/provider/{}/consumer/{}", provider, consumer)
    }

    pub(crate) fn environments(&self) -> String {
        url!(self, "/environments")
    }

    pub(crate) fn environment(&self, uuid: Name<'_>) -> String {
        url!(self, "/environments/{}", uuid)
    }

    pub(crate) fn deployed_version(&self, uuid: Name<'_>) -> String {
        url!(self, "/deployed-versions/{}", uuid)
    }

    pub(crate) fn released_version(&self, uuid: Name<'_>) -> String {
        url!(self, "/released-versions/{}", uuid)
    }

    pub(crate) fn record_deployment(
        &self,
        name: Name<'_>,
        version: Name<'_>,
        environment: Name<'_>,
    ) -> String {
        url!(
            self,
            "/pacticipants/{}/versions/{}/deployed-versions/environment/{}",
            name,
            version,
            environment
        )
    }

    pub(crate) fn record_release(&self, name: Name<'_>, version: Name<'_>, environment: Name<'_>) -> String {
        url!(
            self,
            "/pacticipants/{}/versions/{}/released-versions/environment/{}",
            name,
            version,
            environment
        )
    }
}
