//! Requests, responses and messages as contracts write them, against anything that may travel.
//!
//! The input is split at lines of `---`: a pact file's request, response or message, then method, path and query,
//! header lines, and a body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwright_core::format::{read_message, read_request, read_response};
use pactwright_core::json::Json;
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompiledMessage, CompiledRequest, CompiledResponse,
};
use pactwright_core::model::{ContentType, SpecVersion};
use pactwright_core_fuzz::{exercise_message, exercise_request, exercise_response, shown};

fuzz_target!(|input: &[u8]| {
    let [contract, line, headers, body] = split(input);
    let Ok(contract) = Json::parse(contract).map(Json::into_owned) else { return };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let line = text(line);
    let mut words = line.splitn(3, ' ').map(str::to_owned);
    let headers: Vec<_> = text(headers)
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let version = if line.starts_with('4') { SpecVersion::V4 } else { SpecVersion::V3 };
    if let Ok(expected) = read_request(contract.clone(), version) {
        exercise_request(&expected);
        if let Ok(compiled) = CompiledRequest::new(expected) {
            shown(&compiled.mismatches(&ActualRequest {
                method: words.next().unwrap_or_default(),
                path: words.next().unwrap_or_default(),
                query: words.next(),
                headers: headers.clone(),
                body: body.to_vec(),
            }));
        }
    }
    if let Ok(expected) = read_response(contract.clone(), version) {
        exercise_response(&expected);
        if let Ok(compiled) = CompiledResponse::new(expected) {
            let actual = ActualResponse { status: 200, headers: headers.clone(), body: body.to_vec() };
            shown(&compiled.mismatches(&actual));
        }
    }
    if let Ok(expected) = read_message(contract, version) {
        exercise_message(&expected);
        if let Ok(compiled) = CompiledMessage::new(expected) {
            let content_type = headers.first().and_then(|(_, value)| ContentType::parse(value));
            let metadata = headers.into_iter().collect();
            shown(&compiled.mismatches(&ActualMessage { contents: body.to_vec(), content_type, metadata }));
        }
    }
});

/// What stands between lines of `---`; nothing where there are not enough of them.
fn split(input: &[u8]) -> [&[u8]; 4] {
    let mut rest = input;
    let mut parts = [&b""[..]; 4];
    for part in &mut parts[..3] {
        let end = rest.windows(5).position(|window| window == b"\n---\n");
        (*part, rest) = match end {
            Some(end) => (&rest[..end], &rest[end + 5..]),
            None => (rest, &[][..]),
        };
    }
    parts[3] = rest;
    parts
}
