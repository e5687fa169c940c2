use super::{Command, Rejection, Work};
use crate::{
    domain::{event::Event, model::Timestamp, state::Horizon},
    store::Position,
};

/// Draws the line before which not everything has to be known any more. It never goes back.
#[derive(Debug, Clone)]
pub struct ForgetHistory {
    /// The first moment of which everything is to be known.
    pub since: Timestamp,
    /// The first position of the log that is after it.
    pub before: Position,
}

impl Command for ForgetHistory {
    /// Where the line is now.
    type Answer = Horizon;

    fn decide(self, work: &mut Work<'_>) -> Result<Horizon, Rejection> {
        let Self { since, before } = self;
        match work.state.horizon() {
            Some(known) if known.before >= before => Ok(known),
            _ => {
                work.record(Event::HistoryForgotten { since, before: before.0 });
                Ok(Horizon { since, before })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ForgetHistory;
    use crate::{
        domain::{model::Timestamp, state::tests::Story},
        store::Position,
    };

    #[test]
    fn the_line_never_goes_back() {
        let mut story = Story::default();
        let mut drawn = |position| {
            let since = Timestamp::from_micros(1);
            story.tell(ForgetHistory { since, before: Position(position) }).unwrap().before.0
        };
        assert_eq!([drawn(5), drawn(3), drawn(5), drawn(9)], [5, 5, 5, 9]);
        assert_eq!(story.state.horizon().unwrap().before, Position(9));
        assert_eq!(story.log.iter().filter(|commit| !commit.events.is_empty()).count(), 2);
    }
}
