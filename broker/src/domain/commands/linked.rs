use super::{BlobKey, Command, Rejection, State, Work};

/// A command of somebody who knows the broker by an address: links in what webhooks are told of it begin with that.
#[derive(Debug, Clone)]
pub struct Linked<C> {
    /// The address.
    pub base: String,
    /// The command.
    pub command: C,
}

impl<C: Command> Command for Linked<C> {
    type Answer = C::Answer;

    fn needs(&self, state: &State) -> Vec<BlobKey> {
        self.command.needs(state)
    }

    fn decide(self, work: &mut Work<'_>) -> Result<C::Answer, Rejection> {
        work.base = Some(self.base);
        self.command.decide(work)
    }
}
