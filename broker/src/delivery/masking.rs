//! Stars in the place of secrets, in what people get to see: receivers say again what they were told, also in a form of their
//! own.

use std::{borrow::Cow, cmp::Reverse};

use serde_json::Value;

use crate::domain::model::{Revealed, Secret};

/// Shorter ones turn up in any text, and replacing them would tell more than it hides.
const SHORTEST_MASKED: usize = 4;

/// A text with stars where secrets stood, as they are or as JSON writes them.
pub(super) fn mask(text: &str, secrets: &[Revealed]) -> String {
    let secrets = secrets.iter().map(Revealed::reveal).filter(|secret| secret.len() >= SHORTEST_MASKED);
    let mut forms: Vec<Cow<'_, str>> = Vec::new();
    for secret in secrets {
        let quoted = Value::from(secret).to_string();
        let written = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        forms.push(Cow::Borrowed(secret));
        forms.extend(written.map(|written| Cow::Owned(written.to_owned())));
    }
    // One may be the beginning of another.
    forms.sort_by_key(|form| Reverse(form.len()));
    forms.into_iter().fold(text.to_owned(), |text, form| text.replace(form.as_ref(), Secret::STARS))
}

/// A document with stars where secrets stood, however what is in them is written there.
pub(super) fn masked(document: Value, secrets: &[Revealed]) -> Value {
    match document {
        Value::String(text) => Value::String(mask(&text, secrets)),
        Value::Array(items) => items.into_iter().map(|item| masked(item, secrets)).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (mask(&name, secrets), masked(value, secrets))).collect()
        }
        Value::Number(number) => {
            let written = number.to_string();
            let shown = mask(&written, secrets);
            if shown == written { Value::Number(number) } else { Value::String(shown) }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{mask, masked};
    use crate::domain::model::Revealed;

    #[test]
    fn the_longest_goes_first_and_what_is_too_short_stays() {
        let secrets = ["hush", "hush-hush", "ab"].map(Revealed::new);
        assert_eq!(mask("hush-hush ab hush", &secrets), "********** ab **********");
    }

    #[test]
    fn neither_escapes_nor_names_nor_numbers_give_secrets_away() {
        let secrets = ["a \"hidden\" word", "12345"].map(Revealed::new);
        let text = r#"{"\u0061 \"hidden\" word": ["is a \"hidden\" word", 12345, 1234, true, null]}"#;
        let document: Value = serde_json::from_str(text).unwrap();
        let stars = "**********";
        assert_eq!(
            masked(document, &secrets),
            json!({ stars: [format!("is {stars}"), stars, 1234, true, null] })
        );
        // What is no document to its end.
        assert_eq!(mask(r#"{"of": "a \"hidden\" word", "#, &secrets), format!(r#"{{"of": "{stars}", "#));
    }
}
