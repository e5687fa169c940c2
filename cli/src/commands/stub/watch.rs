//! Files that change while a stub answers from them.

use std::time::Duration;

use pactwright::standalone::Stub;

use super::StubError;
use super::sources::{Fingerprint, Sources};
use crate::printer::Printer;

/// How often files are looked at. Looking works on every file system, also on those that other machines write to.
const PAUSE: Duration = Duration::from_millis(250);

/// Looks at files and folders, and gives the stub what has changed. A change that makes no sense is said, and what was
/// there before stays. Never ends.
pub(super) async fn run(sources: &Sources, mut seen: Fingerprint, stub: &Stub, printer: Printer) {
    loop {
        tokio::time::sleep(PAUSE).await;
        let now = sources.fingerprint();
        if now == seen {
            continue;
        }
        seen = now;
        match reload(sources, stub).await {
            Ok(()) => printer.note(&format!("Loaded again: {} interactions", stub.interactions())),
            Err(error) => {
                printer.error(&error);
                printer.note("The stub goes on with what it had.");
            }
        }
    }
}

async fn reload(sources: &Sources, stub: &Stub) -> Result<(), StubError> {
    let pacts = sources.load().await?;
    Ok(stub.replace(&pacts)?)
}
