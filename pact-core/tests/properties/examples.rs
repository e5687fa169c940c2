//! Examples and the contracts that they stand in.

use pactwright_core::format::{read_response, to_json};
use pactwright_core::json::Json;
use pactwright_core::matching::{
    ActualMessage, ActualRequest, ActualResponse, CompiledMessage, CompiledRequest, CompiledResponse,
};
use pactwright_core::model::{InteractionKind, Message, SpecVersion};
use pactwright_core::report::Mismatch;
use proptest::prelude::*;

use crate::cases;
use crate::strategies::examples::{message, request, response};
use crate::strategies::pacts::{AsFile, pact};
use crate::strategies::parts;

/// Puts everything into words, too.
fn sentences(found: &[Mismatch]) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

fn all_of(kind: &InteractionKind, others: &Others) -> Vec<String> {
    let mut found = Vec::new();
    let message =
        |message: &Message| CompiledMessage::new(message.clone()).map(|one| one.mismatches(&others.message));
    match kind {
        InteractionKind::Http { request, response } => {
            found.extend(CompiledRequest::new(*request.clone()).map(|one| one.mismatches(&others.request)));
            found
                .extend(CompiledResponse::new(*response.clone()).map(|one| one.mismatches(&others.response)));
        }
        InteractionKind::AsyncMessage(one) => found.extend(message(one)),
        InteractionKind::SyncMessage { request, responses } => {
            found.extend(
                CompiledMessage::request(*request.clone()).map(|one| one.mismatches(&others.message)),
            );
            found.extend(responses.iter().map(message).filter_map(Result::ok));
        }
        InteractionKind::Unknown { .. } => {}
    }
    found.iter().flat_map(|found| sentences(found)).collect()
}

/// What came, instead of what is expected.
#[derive(Debug)]
struct Others {
    request: ActualRequest,
    response: ActualResponse,
    message: ActualMessage,
}

fn others() -> impl Strategy<Value = Others> {
    let v4 = SpecVersion::V4;
    (
        parts::request(v4),
        parts::response(v4),
        parts::message(v4),
        prop::option::of(prop::collection::vec(any::<u8>(), 0..40)),
    )
        .prop_map(|(request, response, message, bytes)| {
            let mut others = Others {
                request: ActualRequest::from(&request),
                response: ActualResponse::from(&response),
                message: ActualMessage::from(&message),
            };
            if let Some(bytes) = bytes {
                others.request.query = Some(String::from_utf8_lossy(&bytes).into_owned());
                others.request.body.clone_from(&bytes);
                others.response.body.clone_from(&bytes);
                others.message.contents = bytes;
            }
            others
        })
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_request_matches_itself(request in request()) {
        let actual = ActualRequest::from(&request);
        let found = CompiledRequest::new(request).unwrap().mismatches(&actual);
        prop_assert_eq!(sentences(&found), Vec::<String>::new());
    }

    #[test]
    fn a_response_matches_itself(response in response()) {
        let actual = ActualResponse::from(&response);
        let found = CompiledResponse::new(response).unwrap().mismatches(&actual);
        prop_assert_eq!(sentences(&found), Vec::<String>::new());
    }

    #[test]
    fn a_message_matches_itself(message in message()) {
        let actual = ActualMessage::from(&message);
        let found = CompiledMessage::new(message.clone()).unwrap().mismatches(&actual);
        prop_assert_eq!(sentences(&found), Vec::<String>::new());
        let found = CompiledMessage::request(message).unwrap().mismatches(&actual);
        prop_assert_eq!(sentences(&found), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_there_does_not_match(response in response()) {
        let actual = ActualResponse { status: 99, headers: Vec::new(), body: b"{".to_vec() };
        let missing = response.headers.iter().count();
        let found = CompiledResponse::new(response).unwrap().mismatches(&actual);
        prop_assert_eq!(found.len(), missing + 2, "{:?}", sentences(&found));
    }

    #[test]
    fn any_contract_gives_the_same_answer_about_anything(AsFile(pact) in pact(), others in others()) {
        for one in &pact.interactions {
            prop_assert_eq!(all_of(&one.kind, &others), all_of(&one.kind, &others));
        }
    }

    #[test]
    fn any_contract_gives_an_answer_about_itself(AsFile(pact) in pact()) {
        for one in &pact.interactions {
            let others = match &one.kind {
                InteractionKind::Http { request, response } => Others {
                    request: ActualRequest::from(&**request),
                    response: ActualResponse::from(&**response),
                    message: ActualMessage::default(),
                },
                InteractionKind::AsyncMessage(message) | InteractionKind::SyncMessage { request: message, .. } => Others {
                    request: ActualRequest::default(),
                    response: ActualResponse::default(),
                    message: ActualMessage::from(&**message),
                },
                InteractionKind::Unknown { .. } => continue,
            };
            all_of(&one.kind, &others);
        }
    }

    #[test]
    fn a_part_alone_is_read_as_in_its_file(AsFile(pact) in pact()) {
        let file = to_json(&pact).unwrap();
        let items = file.get("interactions").and_then(Json::as_array).unwrap_or_default();
        for (one, written) in pact.interactions.iter().zip(items) {
            if let Some((_, expected)) = one.as_http() {
                let alone = read_response(written.get("response").unwrap().clone(), pact.version);
                prop_assert_eq!(alone.as_ref(), Ok(expected));
            }
        }
    }
}
