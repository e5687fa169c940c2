//! Which representation a client wants.

use http::{HeaderMap, header};

/// A representation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    Hal,
    Json,
    Text,
    /// A pact with more around it.
    Extended,
    /// A page for people.
    Html,
    Csv,
    /// A graph, as Graphviz reads it.
    Graphviz,
    Svg,
    /// What is measured.
    OpenMetrics,
}

impl Media {
    /// Its name, without parameters.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hal => "application/hal+json",
            Self::Json => "application/json",
            Self::Text => "text/plain",
            Self::Extended => "application/vnd.pactbrokerextended.v1+json",
            Self::Html => "text/html",
            Self::Csv => "text/csv",
            Self::Graphviz => "text/vnd.graphviz",
            Self::Svg => "image/svg+xml",
            Self::OpenMetrics => "application/openmetrics-text",
        }
    }

    /// Its name with the character set.
    pub(crate) fn content_type(self) -> String {
        match self {
            Self::OpenMetrics => format!("{}; version=1.0.0; charset=utf-8", self.name()),
            _ => format!("{};charset=utf-8", self.name()),
        }
    }
}

pub(crate) const PROBLEM: &str = "application/problem+json";

fn accept(headers: &HeaderMap) -> Vec<(String, f32)> {
    let mut wanted = Vec::new();
    for value in headers.get_all(header::ACCEPT) {
        for entry in value.to_str().unwrap_or("*/*").split(',') {
            let mut parts = entry.split(';').map(str::trim);
            let Some(name) = parts.next().filter(|name| !name.is_empty()) else { continue };
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            wanted.push((name.to_ascii_lowercase(), weight));
        }
    }
    // The sort is stable: among equals the client's order counts.
    wanted.sort_by(|one, other| other.1.total_cmp(&one.1));
    wanted
}

/// The representation to send, of those that there are; `None` when the client wants none of them.
pub(crate) fn negotiate(headers: &HeaderMap, produced: &[Media]) -> Option<Media> {
    let wanted = accept(headers);
    // Nothing wanted, or nothing but the form of errors: anything goes.
    if wanted.iter().all(|(name, _)| name == PROBLEM) {
        return produced.first().copied();
    }
    wanted.iter().filter(|(_, weight)| *weight > 0.0).find_map(|(name, _)| {
        produced.iter().copied().find(|media| match name.split_once('/') {
            Some(("*", _)) => true,
            Some((kind, "*")) => media.name().split('/').next() == Some(kind),
            _ => name == media.name(),
        })
    })
}

/// Whether the client is a browser: it would like a page, and speaks of no form that programs read.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    let for_programs = |name: &str| {
        name.contains("json") || name.contains("csv") || name.contains("yaml") || name == "text/plain"
    };
    let wanted = accept(headers);
    wanted.iter().any(|(name, weight)| name == Media::Html.name() && *weight > 0.0)
        && !wanted.iter().any(|(name, _)| for_programs(name))
}

/// Whether errors are to be sent as `application/problem+json`.
pub(crate) fn wants_problem(headers: &HeaderMap) -> bool {
    accept(headers).iter().any(|(name, _)| name == PROBLEM)
}

/// The type of a request's body, without parameters.
pub(crate) fn body_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(|name| name.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, header};

    use super::{Media, negotiate, wants_page};

    #[test]
    fn the_client_is_given_what_it_likes_best() {
        let produced = [Media::Hal, Media::Json, Media::Text];
        for (accept, expected) in [
            (None, Some(Media::Hal)),
            (Some("*/*"), Some(Media::Hal)),
            (Some("application/json"), Some(Media::Json)),
            (Some("application/hal+json, application/json"), Some(Media::Hal)),
            (Some("application/hal+json;q=0.1, text/plain"), Some(Media::Text)),
            (Some("application/hal+json, application/problem+json"), Some(Media::Hal)),
            (Some("application/problem+json"), Some(Media::Hal)),
            (Some("text/html, */*;q=0.1"), Some(Media::Hal)),
            (Some("application/*"), Some(Media::Hal)),
            (Some("text/*"), Some(Media::Text)),
            (Some("image/png"), None),
            (Some("application/json;q=0"), None),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(negotiate(&headers, &produced), expected, "{accept:?}");
        }
    }

    #[test]
    fn browsers_are_told_from_programs() {
        for (accept, expected) in [
            ("text/html", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("text/html, application/json", false),
            ("application/hal+json", false),
            ("text/html;q=0", false),
            ("*/*", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(wants_page(&headers), expected, "{accept}");
        }
    }
}
