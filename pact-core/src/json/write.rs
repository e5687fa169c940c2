//! From a tree to text.

use super::{Json, read::plain_length};

/// Without white space. Strings are written as Ruby's `JSON.generate` and `serde_json` write them: only quotes,
/// backslashes and control characters are escaped.
pub(super) fn compact(value: &Json<'_>) -> String {
    let mut text = String::new();
    write_compact(value, &mut text);
    text
}

/// The same behind what is written already.
pub(crate) fn write_compact(value: &Json<'_>, text: &mut String) {
    write(value, None, text);
}

/// Two spaces per level, one member or item per line.
pub(super) fn pretty(value: &Json<'_>) -> String {
    let mut text = String::new();
    write(value, Some(0), &mut text);
    text
}

fn write(value: &Json<'_>, level: Option<usize>, text: &mut String) {
    match value {
        Json::Null => text.push_str("null"),
        Json::Bool(true) => text.push_str("true"),
        Json::Bool(false) => text.push_str("false"),
        Json::Number(number) => text.push_str(number.as_str()),
        Json::String(string) => quote(string, text),
        Json::Array(items) => write_all('[', ']', items.iter().map(|item| (None, item)), level, text),
        Json::Object(object) => {
            write_all('{', '}', object.iter().map(|(name, member)| (Some(name), member)), level, text);
        }
    }
}

fn write_all<'j>(
    start: char,
    end: char,
    parts: impl Iterator<Item = (Option<&'j str>, &'j Json<'j>)>,
    level: Option<usize>,
    text: &mut String,
) {
    text.push(start);
    let mut empty = true;
    for (name, part) in parts {
        if !empty {
            text.push(',');
        }
        empty = false;
        new_line(level.map(|level| level + 1), text);
        if let Some(name) = name {
            quote(name, text);
            text.push_str(if level.is_some() { ": " } else { ":" });
        }
        write(part, level.map(|level| level + 1), text);
    }
    if !empty {
        new_line(level, text);
    }
    text.push(end);
}

fn new_line(level: Option<usize>, text: &mut String) {
    if let Some(level) = level {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", level));
    }
}

pub(crate) fn quote(string: &str, text: &mut String) {
    text.push('"');
    let mut rest = string;
    loop {
        // Everything that is escaped is a single byte, and no byte of a longer character looks like one.
        let (plain, special) = rest.split_at(plain_length(rest.as_bytes()));
        text.push_str(plain);
        let Some(&byte) = special.as_bytes().first() else { break };
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            0x8 => text.push_str("\\b"),
            0xc => text.push_str("\\f"),
            control => text.push_str(&format!("\\u{control:04x}")),
        }
        rest = &special[1..];
    }
    text.push('"');
}
