//! Values as the sentences of rules have them ([`crate::rules::Rule::explain`]).

use crate::json::Json;

/// The longest value that is shown in a sentence, in characters.
const LONGEST: usize = 200;

/// Text that fits into a sentence.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A value as it reads in a sentence: strings in quotes, everything else as JSON.
pub(crate) fn quoted(value: &Json<'_>) -> String {
    match value {
        Json::String(text) => format!("'{}'", shortened(text)),
        other => shortened(&other.to_compact()),
    }
}

/// A value with its type: `'100' (String)`.
pub(crate) fn described(value: &Json<'_>) -> String {
    format!("{} ({})", quoted(value), value.type_name())
}
