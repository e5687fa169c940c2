use super::{ImportError, Imported, import};
use crate::{
    domain::rules::VersionOrder,
    export::{self, Secrets},
    store::{MemoryStore, Store as _},
};

const BEGINNING: &str = r#"{"type":"export","format":1,"secrets":false}"#;
const WEB: &str = r#"{"type":"participant","name":"web","created_at":"2026-01-01T00:00:00Z"}"#;
const API: &str = r#"{"type":"participant","name":"api","created_at":"2026-01-01T00:00:00Z"}"#;
const VERSION: &str =
    r#"{"type":"version","participant":"web","version":"1","created_at":"2026-01-02T00:00:00Z"}"#;

fn imported(lines: &[&str]) -> Result<(Imported, MemoryStore), ImportError> {
    let store = MemoryStore::new();
    let export = format!("{}\n", lines.join("\n"));
    import(export.as_bytes(), &store, VersionOrder::FirstSeen).map(|imported| (imported, store))
}

fn complaint(lines: &[&str]) -> String {
    let error = imported(lines).unwrap_err();
    let cause = std::error::Error::source(&error).and_then(std::error::Error::source);
    format!("{error}{}", cause.map(|cause| format!(": {cause}")).unwrap_or_default())
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let end = |lines: u64| format!(r#"{{"type":"end","lines":{lines}}}"#);
    let known = r#"{"type":"contract","consumer":"web","version":"1","provider":"api","sha":"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3","created_at":"2026-01-02T00:00:00Z"}"#;
    for (lines, expected) in [
        (&[WEB][..], "line 1: this is no export of a pactwright broker: it does not begin as one"),
        (&[r#"{"type":"export","format":2,"secrets":true}"#], "line 1: this export has format 2"),
        (&[BEGINNING, WEB], "line 3: the export is cut off here"),
        (&[BEGINNING, WEB, &end(2)], "line 3: the export should have 2 facts before its end, and has 1"),
        (&[BEGINNING, &end(0), WEB], "line 3: something follows the end"),
        (&[BEGINNING, WEB, WEB], "line 3: participant web is there twice"),
        (&[BEGINNING, VERSION], "line 2: participant web is not known"),
        (&[BEGINNING, WEB, API, known], "line 4: version 1 of web is not known"),
        (&[BEGINNING, WEB, API, VERSION, known], "line 5: content a94a8fe"),
        (&[BEGINNING, "{}"], "line 2: this is no line of an export"),
        (&[BEGINNING, r#"{"type":"participant","name":" "}"#], "line 2: this is no line of an export"),
        (&["not json"], "line 1: this is no line of an export"),
    ] {
        let said = complaint(lines);
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn a_store_that_has_something_is_left_alone() {
    let (_, store) = imported(&[BEGINNING, WEB, r#"{"type":"end","lines":1}"#]).unwrap();
    let end = store.end().unwrap();
    let error = import(&b""[..], &store, VersionOrder::FirstSeen).unwrap_err();
    assert!(matches!(error, ImportError::NotEmpty), "{error}");
    assert_eq!(store.end().unwrap(), end);
}

#[test]
fn webhooks_without_their_secrets_are_disabled() {
    let webhook = r#"{"type":"webhook","uuid":"webhook-of-everybody","enabled":true,"events":["contract_published"],"request":{"method":"POST","url":"https://ci.example.org","password":{"plain":"**********"}},"created_at":"2026-01-02T00:00:00Z"}"#;
    let (imported, store) = imported(&[BEGINNING, webhook, r#"{"type":"end","lines":1}"#]).unwrap();
    assert_eq!(imported.disabled, ["webhook-of-everybody".parse().unwrap()]);
    let state = export::state(&store, VersionOrder::FirstSeen, None).unwrap();
    assert!(state.webhooks().all(|webhook| !webhook.details.enabled));
    let mut lines = Vec::new();
    export::write(&store, &state, Secrets::Withheld, &mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    assert!(lines.contains(&webhook.replace("\"enabled\":true", "\"enabled\":false")), "{lines}");
}

#[test]
fn who_owns_what_is_moved_with_the_teams() {
    let lines = [
        BEGINNING,
        WEB,
        r#"{"type":"environment","uuid":"00000000-0000-4000-8000-000000000001","name":"production","production":true,"created_at":"2026-01-01T00:00:00Z"}"#,
        r#"{"type":"team","name":"platform","created_at":"2026-01-03T00:00:00Z"}"#,
        r##"{"type":"team","name":"shop","display_name":"Shop","contacts":[{"name":"#shop"}],"created_at":"2026-01-02T00:00:00Z"}"##,
        r#"{"type":"owner","of":{"participant":"web"},"team":"shop","delegates":["platform"],"basis":"made"}"#,
        r#"{"type":"owner","of":{"environment":"production"},"team":"platform","basis":"said"}"#,
        r#"{"type":"end","lines":6}"#,
    ];
    let (_, store) = imported(&lines).unwrap();
    let state = export::state(&store, VersionOrder::FirstSeen, None).unwrap();
    assert!(!state.access().is_used(), "nobody can log in yet");
    let mut written = Vec::new();
    export::write(&store, &state, Secrets::Withheld, &mut written).unwrap();
    let written = String::from_utf8(written).unwrap();
    for line in &lines[3..] {
        assert!(written.lines().any(|found| found == *line), "{line}: {written}");
    }
    let (owner, end) = (lines[5], r#"{"type":"end","lines":3}"#);
    for (lines, expected) in [
        ([BEGINNING, WEB, owner, end], "line 3: team shop is not known"),
        ([BEGINNING, lines[3], lines[3], end], "line 3: team platform is there twice"),
        ([BEGINNING, lines[3], lines[6], end], "line 3: environment production is not known"),
    ] {
        let said = complaint(&lines);
        assert!(said.starts_with(expected), "{said}");
    }
}
