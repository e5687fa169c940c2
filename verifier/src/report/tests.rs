use pactwright_core::model::ProviderState;

use super::*;

#[derive(Debug, thiserror::Error)]
#[error("{text}")]
struct Link {
    text: &'static str,
    source: Option<Box<Link>>,
}

#[test]
fn causes_are_told_once() {
    let end = Link { text: "refused", source: None };
    let middle = Link { text: "could not connect: refused", source: Some(Box::new(end)) };
    let start = Link { text: "no answer", source: Some(Box::new(middle)) };
    assert_eq!(chain(&start), "no answer: could not connect: refused");
}

#[test]
fn states_have_their_parameters() {
    let mut order = ProviderState::new("order exists");
    assert_eq!(state(&order), "order exists");
    order.params.insert("id", 7_u64);
    assert_eq!(state(&order), r#"order exists {"id":7}"#);
}

#[test]
fn counted_things_have_their_number() {
    assert_eq!(
        (plural(0, "contract"), plural(1, "contract")),
        ("0 contracts".to_owned(), "1 contract".to_owned())
    );
}
