//! Our JSON parser against another one: the same documents, the same values, the same text; and limits that are exact.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwright_core::json::{Json, JsonError, Limits, Number};
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    // A name that the other parser keeps for itself.
    if bytes.windows(8).any(|window| window == b"$serde_j") {
        return;
    }
    let ours = Json::parse(bytes);
    // A byte order mark is not JSON; we take it all the same.
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let theirs = serde_json::from_slice::<Value>(plain);
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert!(same(&ours, &theirs), "{ours} is not {theirs}");
            if !bytes.iter().any(|byte| matches!(byte, b'e' | b'E')) {
                assert_eq!(ours.to_compact(), theirs.to_string());
            }
            assert_eq!(Json::from(theirs), ours);
            written_and_read(&ours);
            limited(bytes);
        }
        // It stops one level before us.
        (Ok(ours), Err(error)) => {
            assert!(error.to_string().starts_with("recursion limit"), "{error}");
            written_and_read(&ours);
            limited(bytes);
        }
        (Err(error), Ok(theirs)) => panic!("{error}: {theirs}"),
        (Err(JsonError::Syntax { line, column, .. }), Err(_)) => {
            let text = String::from_utf8_lossy(plain);
            let found =
                text.split('\n').nth(usize::try_from(line).unwrap() - 1).expect("a line of the document");
            assert!((1..=found.chars().count() as u64 + 1).contains(&column), "{line}:{column}");
        }
        (Err(_), Err(_)) => {}
    }
});

fn same(ours: &Json<'_>, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(ours), Value::Bool(theirs)) => ours == theirs,
        (Json::Number(ours), Value::Number(theirs)) => {
            equal_when_written_otherwise(ours);
            // It writes exponents in a way of its own.
            let spelt = |text: &str| text.to_ascii_lowercase().replace("e+", "e");
            spelt(ours.as_str()) == spelt(theirs.as_str())
        }
        (Json::String(ours), Value::String(theirs)) => ours == theirs,
        (Json::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Json::Object(ours), Value::Object(theirs)) => {
            let mut pairs = ours.iter().zip(theirs);
            ours.len() == theirs.len()
                && pairs.all(|((name, ours), (other, theirs))| name == other && same(ours, theirs))
                && ours.iter().enumerate().all(|(at, (name, value))| {
                    ours.get(name) == Some(value) && ours.get_near(name, at) == Some(value)
                })
        }
        _ => false,
    }
}

/// A number is the same with a zero more at its end, and not the same with a digit more.
fn equal_when_written_otherwise(number: &Number<'_>) {
    let text = number.as_str();
    assert_eq!(Number::parse(text).as_ref(), Some(number));
    if !number.is_integer() {
        let (mantissa, exponent) =
            text.split_once(['e', 'E']).map_or((text, "0"), |(mantissa, power)| (mantissa, power));
        let point = if mantissa.contains('.') { "" } else { "." };
        let more = |digit: char| {
            Number::parse(&format!("{mantissa}{point}0{digit}e{exponent}")).unwrap().into_owned()
        };
        assert_eq!(more('0'), *number);
        assert_ne!(more('1'), *number);
        if let Some(value) = number.as_f64() {
            assert_eq!(more('0').as_f64().map(f64::to_bits), Some(value.to_bits()));
        }
    } else if let Some(value) = number.as_u64() {
        assert_eq!(Number::from(value), *number);
    }
}

fn written_and_read(document: &Json<'_>) {
    let compact = document.to_compact();
    let again = Json::parse(compact.as_bytes()).expect("what we write is JSON");
    assert_eq!(again, *document);
    assert_eq!(again.to_compact(), compact);
    let pretty = document.to_pretty();
    assert_eq!(Json::parse(pretty.as_bytes()).as_ref(), Ok(document));
    let owned = document.clone().into_owned();
    let sorted = owned.clone().sorted();
    assert_eq!(sorted, owned);
    assert_eq!(sorted.clone().sorted().to_compact(), sorted.to_compact());
}

/// What exactly fits into a limit is read, and nothing beyond it.
fn limited(bytes: &[u8]) {
    let depth = depth(bytes);
    let read = |limits| Json::parse_with(bytes, limits);
    assert!(read(Limits { depth, ..Limits::default() }).is_ok());
    if let Some(limit) = depth.checked_sub(1) {
        assert_eq!(read(Limits { depth: limit, ..Limits::default() }), Err(JsonError::TooDeep { limit }));
    }
}

/// How deep a document is. Counted in its text: members that come up again are not in the tree.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth -= 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
