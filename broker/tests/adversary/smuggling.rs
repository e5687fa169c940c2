//! Requests whose ends two parties could see in different places: what stands inside of one is never taken for another.

use crate::target::{Target, impatient};

/// What is to be got in.
const INNER: &str = "PUT /pacticipants/smuggled/versions/1 HTTP/1.1\r\nhost: broker\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/// What is taken of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// Nothing: it is refused, and the connection is closed.
    Nothing,
    /// The request around; what it brings is its body. The connection may be used again.
    Outer,
}

/// A request to publish with these headers, and what comes after its head.
fn outer(headers: &str, rest: &str) -> String {
    format!(
        "POST /pacticipants HTTP/1.1\r\nhost: broker\r\ncontent-type: application/json\r\n{headers}\r\n\r\n{rest}"
    )
}

/// One chunk, in the way that a sample has it, then the end.
fn chunked(chunk: &str) -> String {
    format!("{:x}\r\n{chunk}\r\n0\r\n\r\n", chunk.len())
}

#[expect(clippy::too_many_lines, reason = "a table of samples")]
fn samples() -> Vec<(&'static str, String, Taken)> {
    use Taken::{Nothing, Outer};
    let length = INNER.len();
    let ended = format!("0\r\n\r\n{INNER}");
    let whole = chunked(INNER);
    let mut samples = vec![
        ("a body is a body", outer(&format!("content-length: {length}"), INNER), Outer),
        ("a chunk is a body", outer("transfer-encoding: chunked", &whole), Outer),
        (
            "the body of a request that needs none",
            format!("GET /health/live HTTP/1.1\r\nhost: broker\r\ncontent-length: {length}\r\n\r\n{INNER}"),
            Outer,
        ),
        (
            "the body of a request for nothing that is there",
            format!("DELETE /nowhere HTTP/1.1\r\nhost: broker\r\ncontent-length: {length}\r\n\r\n{INNER}"),
            Outer,
        ),
        (
            "chunks of a request that needs none",
            format!("GET /health/live HTTP/1.1\r\nhost: broker\r\ntransfer-encoding: chunked\r\n\r\n{whole}"),
            Outer,
        ),
        (
            "lengths that are the same",
            outer(&format!("content-length: {length}\r\ncontent-length: {length}"), INNER),
            Outer,
        ),
        (
            "an extension of a chunk",
            outer("transfer-encoding: chunked", &format!("{length:x};a=b;c=\"d\"\r\n{INNER}\r\n0\r\n\r\n")),
            Outer,
        ),
        (
            "trailers",
            outer(
                "transfer-encoding: chunked\r\ntrailer: content-length",
                &format!("{length:x}\r\n{INNER}\r\n0\r\ncontent-length: 0\r\nhost: other\r\n\r\n"),
            ),
            Outer,
        ),
        (
            "what is expected to go on",
            outer(&format!("expect: 100-continue\r\ncontent-length: {length}"), INNER),
            Outer,
        ),
        (
            "what would be something else",
            outer(
                &format!(
                    "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\ncontent-length: {length}"
                ),
                INNER,
            ),
            Outer,
        ),
        // Both are there: whichever counts, nothing comes after it on this connection.
        ("both, length first", outer("content-length: 4\r\ntransfer-encoding: chunked", &ended), Outer),
        ("both, length last", outer("transfer-encoding: chunked\r\ncontent-length: 4", &ended), Outer),
        (
            "both, and the length is right",
            outer(&format!("content-length: {}\r\ntransfer-encoding: chunked", ended.len()), &ended),
            Outer,
        ),
        (
            "both, and the length is nonsense",
            outer("transfer-encoding: chunked\r\ncontent-length: x", &ended),
            Outer,
        ),
    ];
    for (name, encoding) in [
        ("unknown", "transfer-encoding: xchunked"),
        ("identity", "transfer-encoding: identity"),
        ("empty", "transfer-encoding:"),
        ("chunked and then not", "transfer-encoding: chunked, identity"),
        ("chunked, and then not in another", "transfer-encoding: chunked\r\ntransfer-encoding: x"),
        ("quoted", "transfer-encoding: \"chunked\""),
        ("a vertical tab before it", "transfer-encoding: \u{b}chunked"),
        ("a space before the colon", "transfer-encoding : chunked"),
        ("a tab before the colon", "transfer-encoding\t: chunked"),
        ("a space before the name", " transfer-encoding: chunked"),
        ("folded", "transfer-encoding:\r\n chunked"),
        ("folded from another", "x: y\r\n transfer-encoding: chunked"),
        ("a NUL behind it", "transfer-encoding: chunked\0"),
        ("a carriage return before it", "x: y\rtransfer-encoding: chunked"),
        ("no colon", "transfer-encoding chunked"),
    ] {
        samples.push((name, outer(encoding, &whole), Nothing));
        let name_of_both: &'static str = Box::leak(format!("both, {name}").into_boxed_str());
        samples.push((
            name_of_both,
            outer(&format!("{encoding}\r\ncontent-length: {}", whole.len()), &whole),
            Nothing,
        ));
    }
    for (name, lengths) in [
        ("two lengths", format!("content-length: 2\r\ncontent-length: {length}")),
        ("two lengths in one", format!("content-length: 2, {length}")),
        ("negative", format!("content-length: -{length}")),
        ("with a plus", format!("content-length: +{length}")),
        ("in hexadecimal", format!("content-length: 0x{length:x}")),
        ("with a point", format!("content-length: {length}.0")),
        ("with an exponent", "content-length: 1e2".to_owned()),
        ("with a space inside", "content-length: 1 0".to_owned()),
        ("with other digits", "content-length: \u{661}\u{660}".to_owned()),
        ("larger than any number", format!("content-length: {}", "9".repeat(40))),
        ("one more than fits", "content-length: 18446744073709551616".to_owned()),
        ("a space before its colon", format!("content-length : {length}")),
        ("folded, the length", format!("content-length:\r\n {length}")),
        ("empty, the length", "content-length:".to_owned()),
    ] {
        samples.push((name, outer(&lengths, INNER), Nothing));
    }
    for (name, size) in [
        ("negative, the chunk", format!("-{length:x}")),
        ("a plus, the chunk", format!("+{length:x}")),
        ("a prefix, the chunk", format!("0x{length:x}")),
        ("no size", String::new()),
        ("a size beyond everything", "f".repeat(40)),
        ("a size that would wrap around", "10000000000000002".to_owned()),
        ("a newline in the extension", format!("{length:x};\n")),
        ("a size that is no number", "zz".to_owned()),
        ("spaces between digits", "1 0".to_owned()),
    ] {
        samples.push((
            name,
            outer("transfer-encoding: chunked", &format!("{size}\r\n{INNER}\r\n0\r\n\r\n")),
            Nothing,
        ));
    }
    samples.extend([
        ("a chunk that ends late", outer("transfer-encoding: chunked", &format!("1\r\n{INNER}\r\n0\r\n\r\n")), Nothing),
        (
            "a chunk that ends in a newline only",
            outer("transfer-encoding: chunked", &format!("{length:x}\n{INNER}\n0\n\n")),
            Nothing,
        ),
        (
            "chunks of an old version",
            format!("POST /pacticipants HTTP/1.0\r\nhost: broker\r\ntransfer-encoding: chunked\r\n\r\n{whole}"),
            Nothing,
        ),
        (
            "a newline only, before the header that counts",
            format!("POST /pacticipants HTTP/1.1\r\nhost: broker\r\nx: \ntransfer-encoding : chunked\r\n\r\n{whole}"),
            Nothing,
        ),
        (
            "a carriage return in the address",
            format!("GET /\r\u{b}HTTP/1.1\r\nhost: broker\r\n\r\n{}", ""),
            Nothing,
        ),
        ("a version that is none", "GET / HTTP/1.1x\r\nhost: broker\r\n\r\n".to_owned(), Nothing),
        ("two versions", "GET / HTTP/1.1 HTTP/1.1\r\nhost: broker\r\n\r\n".to_owned(), Nothing),
        ("a name that is none", "GET / HTTP/1.1\r\nhost: broker\r\na(b): c\r\n\r\n".to_owned(), Nothing),
        ("no name", "GET / HTTP/1.1\r\nhost: broker\r\n: c\r\n\r\n".to_owned(), Nothing),
    ]);
    samples
}

#[tokio::test]
async fn what_stands_inside_of_a_request_is_never_another() {
    let target = Target::start(impatient()).await;
    for (name, sample, taken) in samples() {
        let answers = target.send(sample.as_bytes()).await;
        let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        match taken {
            Taken::Nothing => {
                assert!(statuses.len() <= 1, "{name}: {statuses:?} to {sample:?}");
                assert!(
                    statuses.iter().all(|status| (400..500).contains(status)),
                    "{name}: {statuses:?} to {sample:?}"
                );
            }
            Taken::Outer => assert_eq!(statuses.len(), 1, "{name}: {statuses:?} to {sample:?}"),
        }
        let known: Vec<_> =
            target.broker.state().participants().map(|known| known.name.to_string()).collect();
        assert!(known.is_empty(), "{name}: {known:?} by {sample:?}");
    }
    assert!(target.seen().len() > 50, "{:?}", target.seen());
    target.calm().await;
}

#[tokio::test]
async fn a_connection_that_was_used_well_is_used_on() {
    let target = Target::start(impatient()).await;
    // What comes after the end of a request is one, or nothing that is told here would show anything.
    let inner_after = |body: &str| outer(&format!("content-length: {}", body.len()), body) + INNER;
    for (body, statuses) in [(r#"{"name": "web"}"#, vec![201, 201]), ("{", vec![400, 200])] {
        let answers = target.send(inner_after(body).as_bytes()).await;
        assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), statuses);
    }
    target.calm().await;
}
