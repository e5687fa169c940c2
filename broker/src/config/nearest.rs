//! Which known name was probably meant.

/// How much a name may differ from what was meant: more than that, and anything could have been.
const MOST_EDITS: usize = 3;

/// The name that is nearest to the one that is not known, if any is near.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |candidate: &&str| strsim::damerau_levenshtein(name, candidate);
    known.into_iter().min_by_key(distance).filter(|found| distance(found) <= MOST_EDITS.min(name.len() / 2))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_is_near_was_meant() {
        let known = ["http.body_limit", "http.base_urls", "data"];
        for (name, expected) in [
            ("http.body_limt", Some("http.body_limit")),
            ("http.base_url", Some("http.base_urls")),
            ("dta", Some("data")),
            ("x", None),
            ("database", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
    }
}
