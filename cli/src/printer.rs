//! The only place that prints: data goes to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};

use crate::output::{Output, OutputOrId};

/// Where output goes, and how it looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    colour: bool,
}

impl Printer {
    /// Colour where a person is looking, unless they asked for none (`NO_COLOR`, `--no-colour`).
    pub(crate) fn new(no_colour: bool) -> Self {
        let wanted = !no_colour && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { colour: wanted && std::io::stdout().is_terminal() }
    }

    pub(crate) fn colour(self) -> bool {
        self.colour
    }

    /// The answer that was asked for.
    #[expect(
        clippy::unused_self,
        reason = "output goes through the printer, so that it can be found and changed here"
    )]
    pub(crate) fn data(self, text: &str) {
        // A reader that has gone away (`| head`) is no reason to complain.
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// The answer that was asked for, for machines.
    pub(crate) fn json(self, value: &impl serde::Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.data(&text),
            Err(error) => self.error(&error),
        }
    }

    /// The answer in the form that was asked for.
    pub(crate) fn answer(
        self,
        output: Output,
        document: &impl serde::Serialize,
        text: impl FnOnce() -> String,
    ) {
        match output {
            Output::Json => self.json(document),
            Output::Text => self.data(&text()),
        }
    }

    /// The answer about one thing in the form that was asked for.
    pub(crate) fn answer_or_id(
        self,
        output: OutputOrId,
        document: &impl serde::Serialize,
        id: &str,
        text: impl FnOnce() -> String,
    ) {
        match output {
            OutputOrId::Json => self.json(document),
            OutputOrId::Text => self.data(&text()),
            OutputOrId::Id => self.data(id),
        }
    }

    /// Something beside the answer.
    #[expect(clippy::unused_self, reason = "as above")]
    pub(crate) fn note(self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// What went wrong, with its causes, and what to do.
    pub(crate) fn error(self, error: &dyn std::error::Error) {
        let mut text = format!("error: {error}");
        let mut said = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            // Many errors end with the words of their cause; once is enough.
            let words = cause.to_string();
            if !said.contains(&words) {
                text.push_str(&format!("\n  because: {words}"));
                said = words;
            }
            source = cause.source();
        }
        self.note(&text);
    }
}
