//! What holds after every test that touches a broker.

use pactwright_broker::{
    Broker,
    domain::state::{InvalidSnapshot, State},
};

/// Checks that the state in memory is the one that the log says, and the one that a snapshot would give.
#[track_caller]
pub(crate) fn assert_rebuilt(broker: &Broker) {
    let state = broker.state();
    let report = broker.check().unwrap();
    assert!(report.is_whole(), "{report}");
    assert!(report.state == *state, "the log says {:?}\nin memory is {state:?}", report.state);
    let parts = state.parts().map(|part| part.map_err(InvalidSnapshot::from));
    let copy = State::of_parts(broker.config().rules.order, parts).unwrap();
    assert!(copy == *state, "a snapshot says {copy:?}\nin memory is {state:?}");
}
