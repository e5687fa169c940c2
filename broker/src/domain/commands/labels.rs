use pactwright_core::names::ParticipantName;

use super::{Command, Existing, Rejection, Work};
use crate::domain::event::Event;

/// Puts a label on a participant, which is created where it is not there.
#[derive(Debug, Clone)]
pub struct AddLabel {
    /// The participant.
    pub participant: ParticipantName,
    /// The label.
    pub label: String,
}

impl Command for AddLabel {
    type Answer = Existing;

    fn decide(self, work: &mut Work<'_>) -> Result<Existing, Rejection> {
        let participant = work.ensure_participant(&self.participant);
        if participant.labels.iter().any(|(known, _)| *known == self.label) {
            return Ok(Existing::Known);
        }
        work.record(Event::LabelAdded { participant: self.participant, label: self.label });
        Ok(Existing::New)
    }
}

/// Takes a label off a participant.
#[derive(Debug, Clone)]
pub struct RemoveLabel {
    /// The participant.
    pub participant: ParticipantName,
    /// The label.
    pub label: String,
}

impl Command for RemoveLabel {
    type Answer = ();

    fn decide(self, work: &mut Work<'_>) -> Result<(), Rejection> {
        let participant = work.known_participant(self.participant.as_str())?;
        if !participant.labels.iter().any(|(known, _)| *known == self.label) {
            return Err(Rejection::NotFound { what: "the label" });
        }
        work.record(Event::LabelRemoved { participant: self.participant, label: self.label });
        Ok(())
    }
}
