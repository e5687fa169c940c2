//! Stars in the place of secrets, in what people get to see: receivers say again what they were told, also in a form of their
//! own.

use std::cmp::Reverse;

use serde_json::Value;

use crate::domain::model::{Revealed, Secret};

/// Shorter ones turn up in any text, and replacing them would tell more than it hides.
const SHORTEST_MASKED: usize = 4;

/// The secrets of a request, in all forms in which they may be written: as they are, and as programs write them in JSON.
pub(super) struct Mask(Vec<Revealed>);

impl Mask {
    pub(super) fn of(secrets: &[Revealed]) -> Self {
        let secrets = secrets.iter().map(Revealed::reveal).filter(|secret| secret.len() >= SHORTEST_MASKED);
        let mut forms: Vec<String> = secrets.flat_map(forms).collect();
        // One may be the beginning of another.
        forms
            .sort_by(|one, other| Reverse(one.len()).cmp(&Reverse(other.len())).then_with(|| one.cmp(other)));
        forms.dedup();
        Self(forms.into_iter().map(Revealed::new).collect())
    }

    /// A text with stars where secrets stood.
    pub(super) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for form in self.0.iter().map(Revealed::reveal) {
            if form.len() <= text.len() && text.contains(form) {
                text = text.replace(form, Secret::STARS);
            }
        }
        text
    }

    /// A document with stars where secrets stood, however what is in them is written there.
    pub(super) fn document(&self, document: Value) -> Value {
        match document {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.document(item)).collect(),
            Value::Object(members) => {
                let member = |(name, value): (String, Value)| (self.text(&name), self.document(value));
                members.into_iter().map(member).collect()
            }
            Value::Number(number) => {
                let written = number.to_string();
                let shown = self.text(&written);
                if shown == written { Value::Number(number) } else { Value::String(shown) }
            }
            other => other,
        }
    }
}

fn forms(secret: &str) -> Vec<String> {
    let quoted = Value::from(secret).to_string();
    let written = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(secret);
    let mut forms = vec![secret.to_owned(), written.to_owned(), written.replace('/', "\\/")];
    let ascii: Vec<String> = forms[1..].iter().map(|form| ascii(form)).collect();
    forms.extend(ascii);
    // A number may be read as one, and written otherwise.
    let number = serde_json::from_str::<serde_json::Number>(secret).map(|number| number.to_string());
    forms.extend(number.ok().filter(|number| number.len() >= SHORTEST_MASKED));
    forms
}

/// With escapes for everything that is not ASCII, as many programs write them.
fn ascii(text: &str) -> String {
    let mut units = [0; 2];
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            written.push(character);
        } else {
            let units = character.encode_utf16(&mut units).iter();
            written.extend(units.map(|unit| format!("\\u{unit:04x}")));
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Mask;
    use crate::domain::model::Revealed;

    const STARS: &str = "**********";

    fn mask(secrets: &[&str]) -> Mask {
        Mask::of(&secrets.iter().map(|secret| Revealed::new(*secret)).collect::<Vec<_>>())
    }

    #[test]
    fn the_longest_goes_first_and_what_is_too_short_stays() {
        assert_eq!(
            mask(&["hush", "hush-hush", "ab"]).text("hush-hush ab hush"),
            format!("{STARS} ab {STARS}")
        );
    }

    #[test]
    fn neither_escapes_nor_names_nor_numbers_give_secrets_away() {
        let mask = mask(&["a \"hidden\" word", "12345", "1234.50", "123456789012345678901"]);
        let text = r#"{"\u0061 \"hidden\" word": ["is a \"hidden\" word", 12345, 1234.50, 123456789012345678901, 99, true]}"#;
        let document: Value = serde_json::from_str(text).unwrap();
        let expected = json!({ STARS: [format!("is {STARS}"), STARS, STARS, STARS, 99, true] });
        assert_eq!(mask.document(document), expected);
    }

    #[test]
    fn what_is_no_document_to_its_end_is_looked_at_as_programs_write_it() {
        let mask = mask(&["a/\"b\"/\u{e9}\u{1f600}\\"]);
        for written in [
            "a/\"b\"/\u{e9}\u{1f600}\\",
            r#"a/\"b\"/é😀\\"#,
            r#"a\/\"b\"\/é😀\\"#,
            r#"a/\"b\"/\u00e9\ud83d\ude00\\"#,
            r#"a\/\"b\"\/\u00e9\ud83d\ude00\\"#,
        ] {
            assert_eq!(mask.text(&format!("{{\"of\": \"{written}\", ")), format!("{{\"of\": \"{STARS}\", "));
        }
    }
}
