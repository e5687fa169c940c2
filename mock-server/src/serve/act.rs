//! What a mock is about, and what comes of it.

use std::fmt;
use std::sync::Arc;

use pactwright_core::model::Pact;

use super::stage::Stage;
use crate::pact_file::{self, PactFile};
use crate::report::{Failure, Report};
use crate::settings::Output;

pub(super) struct Act {
    pub(super) pact: Pact,
    pub(super) output: Output,
    pub(super) stage: Arc<Stage>,
}

impl fmt::Debug for Act {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pact { consumer, provider, .. } = &self.pact;
        write!(formatter, "{} and {}", consumer.name, provider.name)
    }
}

impl Act {
    pub(super) fn report(&self, failures: Vec<Failure>) -> Report {
        let Pact { consumer, provider, .. } = &self.pact;
        Report { consumer: consumer.name.clone(), provider: provider.name.clone(), failures }
    }

    /// Writes the pact, if everything was as agreed.
    pub(super) fn conclude(&self) -> Result<PactFile, Report> {
        let failures = self.stage.failures();
        if !failures.is_empty() {
            return Err(self.report(failures));
        }
        pact_file::save(&self.pact, &self.output)
            .map_err(|error| self.report(vec![Failure::NotSaved(Arc::new(error))]))
    }
}
