//! What schema registries put before a message.

use crate::model::ContentType;

/// The media type of JSON whose schema is in a registry, as producers for Kafka name it.
const REGISTERED_JSON: &str = "application/vnd.schemaregistry.v1+json";
/// The first byte of a framed message; then come four bytes that say which schema it has.
const MAGIC: u8 = 0;
/// How many bytes come before the document.
const FRAME: usize = 5;

/// The document of a message, without the frame that a serialiser for a schema registry puts before it. Which schema it is
/// registered with is the business of producer and registry; a contract has the document alone, unless it is framed itself.
pub(super) fn unframed<'b>(
    actual: &'b [u8],
    content_type: Option<&ContentType>,
    expected: &[u8],
) -> &'b [u8] {
    let is_framed = |bytes: &[u8]| bytes.first() == Some(&MAGIC) && bytes.len() > FRAME;
    let is_registered = content_type.is_some_and(|kind| kind.essence() == REGISTERED_JSON);
    if is_registered && is_framed(actual) && !is_framed(expected) { &actual[FRAME..] } else { actual }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::ObjectBuf;
    use crate::matching::{ActualMessage, CompiledMessage};
    use crate::model::{Body, Content, Message};

    fn judged<'b>(actual: &'b [u8], content_type: &str, expected: &[u8]) -> &'b [u8] {
        unframed(actual, ContentType::parse(content_type).as_ref(), expected)
    }

    #[test]
    fn only_what_is_framed_loses_its_frame() {
        let framed = b"\0\0\0\0\x02{\"a\":1}";
        assert_eq!(judged(framed, REGISTERED_JSON, b"{}"), b"{\"a\":1}");
        assert_eq!(
            judged(framed, "application/vnd.schemaregistry.v1+json; charset=utf-8", b"{}"),
            b"{\"a\":1}"
        );
        assert_eq!(judged(framed, "application/json", b"{}"), framed);
        assert_eq!(unframed(framed, None, b"{}"), framed);
        assert_eq!(judged(b"{\"a\":1}", REGISTERED_JSON, b"{}"), b"{\"a\":1}");
        assert_eq!(judged(b"\0\0\0\0\x02", REGISTERED_JSON, b"{}"), b"\0\0\0\0\x02");
    }

    #[test]
    fn a_contract_that_has_the_frame_is_compared_with_it() {
        let framed = b"\0\0\0\0\x02{\"a\":1}";
        assert_eq!(judged(framed, REGISTERED_JSON, framed), framed);
    }

    #[test]
    fn the_document_of_a_framed_message_is_what_is_compared() {
        let content_type = ContentType::parse(REGISTERED_JSON);
        let Body::Present(content) = Body::json(true) else { panic!("a body") };
        let contents = Body::Present(Content { content_type: content_type.clone(), ..content });
        let compiled = CompiledMessage::new(Message { contents, ..Message::default() }).unwrap();
        let mismatches = |contents: &[u8]| {
            let (contents, metadata) = (contents.to_owned(), ObjectBuf::new());
            compiled
                .mismatches(&ActualMessage { contents, content_type: content_type.clone(), metadata })
                .len()
        };
        assert_eq!(mismatches(b"\0\0\0\0\x02true"), 0);
        assert_eq!(mismatches(b"true"), 0);
        assert_eq!(mismatches(b"\0\0\0\0\x02false"), 1);
        assert_eq!(mismatches(b"\0\0true"), 1);
    }
}
