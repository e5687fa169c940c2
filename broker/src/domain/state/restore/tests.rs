use super::{InvalidSnapshot, State};
use crate::domain::{rules::VersionOrder, state::tests::Story};

#[derive(Debug)]
enum Bad {
    Part,
    Read,
}

impl From<InvalidSnapshot> for Bad {
    fn from(_: InvalidSnapshot) -> Self {
        Self::Part
    }
}

fn parts(state: &State) -> Vec<Vec<u8>> {
    state.parts().map(|part| part.unwrap()).collect()
}

fn without(parts: &[Vec<u8>], kind: &str) -> Result<State, Bad> {
    let kept = parts.iter().filter(|part| !part.starts_with(format!("{{\"{kind}\"").as_bytes()));
    State::of_parts(VersionOrder::FirstSeen, kept.cloned().map(Ok))
}

#[test]
fn what_speaks_of_something_unknown_is_refused() {
    let mut story = Story::default();
    story.publish("web", "1", "api", "a");
    story.verify(("web", "1"), ("api", "9"), true);
    let parts = parts(&story.state);
    assert_eq!(without(&parts, "attempts").unwrap(), story.state, "it is nothing yet");
    for needed in ["versions", "contents"] {
        assert!(matches!(without(&parts, needed), Err(Bad::Part)), "{needed}");
    }
}

#[test]
fn the_first_error_in_order_is_told() {
    let good = parts(&Story::default().state);
    let tell = |parts: Vec<Result<Vec<u8>, Bad>>| State::of_parts(VersionOrder::FirstSeen, parts.into_iter());
    let whole = || good.iter().cloned().map(Ok);
    let bad = || Ok(b"{".to_vec());
    for _ in 0..50 {
        let parts = whole().chain([Err(Bad::Read), bad()]).collect();
        assert!(matches!(tell(parts), Err(Bad::Read)));
        let parts = whole().chain([bad(), Err(Bad::Read)]).collect();
        assert!(matches!(tell(parts), Err(Bad::Part)));
    }
}
