//! A result for people: what was verified, a line for each interaction, and what is wrong with those that failed.

use serde_json::Value;

use super::{Description, Interaction, Party, Since};
use crate::output::{Fields, Table, counted, plain};

pub(super) fn described(description: &Description) -> String {
    let Description { consumer, provider, result, interactions } = description;
    let failed = interactions.iter().filter(|one| one.success == Some(false)).count();
    let verdict = match (result.known.success, failed) {
        (true, 0) => "verified".to_owned(),
        // A failure of what is pending does not fail the whole.
        (true, _) => format!("verified, although {failed} of {} failed", count(interactions)),
        (false, 0) => "failed".to_owned(),
        (false, _) => format!("failed: {failed} of {}", count(interactions)),
    };
    let fields = Fields::default()
        .with("Consumer", shown(consumer))
        .with("Provider", shown(provider))
        .with("Result", verdict)
        .maybe("Verified", result.known.verification_date.as_ref())
        .maybe("By", verifier(&result.known.verified_by))
        .maybe("Build", result.known.build_url.as_ref());
    let header = ["RESULT", "INTERACTION", "GIVEN", "FAILING SINCE"];
    let table = Table::new(header).rows(interactions.iter().map(|one| row(one, provider)));
    let mut text = format!("{fields}\n\n{table}");
    for interaction in interactions.iter().filter(|one| one.success == Some(false)) {
        let given = match interaction.provider_states.join(", ") {
            none if none.is_empty() => none,
            states => format!(", given {states}"),
        };
        text.push_str(&format!("\n\n{}:", plain(&format!("{}{given}", interaction.description))));
        if interaction.mismatches.is_empty() {
            text.push_str("\n  - the verifier did not say what is wrong");
        }
        for mismatch in &interaction.mismatches {
            let mut lines = lines(mismatch).into_iter();
            text.push_str(&format!("\n  - {}", lines.next().unwrap_or_default()));
            lines.for_each(|line| text.push_str(&format!("\n    {line}")));
        }
    }
    if interactions.iter().all(|one| one.success.is_none()) {
        text.push_str(
            "\n\nThe verifier sent a result for the whole contract, and none for its interactions.",
        );
    }
    text
}

fn count(interactions: &[Interaction]) -> String {
    counted(interactions.len(), "interaction")
}

fn shown(party: &Party) -> String {
    format!("{} {}", party.name, party.version)
}

fn verifier(verified_by: &Value) -> Option<String> {
    let name = verified_by["implementation"].as_str()?;
    Some(match verified_by["version"].as_str() {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    })
}

fn row(interaction: &Interaction, provider: &Party) -> [String; 4] {
    let result = match interaction.success {
        Some(true) => "verified",
        Some(false) => "failed",
        None => "not told",
    };
    let since = interaction.failing_since.as_ref().and_then(Since::number);
    let since = since.map(|version| format!("{} {version}", provider.name)).unwrap_or_default();
    let states = interaction.provider_states.join(", ");
    [result.to_owned(), interaction.description.clone(), states, since]
}

/// What is wrong, as verifiers of all kinds say it: a sentence, with where it is unless the sentence says so.
fn lines(mismatch: &Value) -> Vec<String> {
    let member = |name: &str| mismatch[name].as_str().filter(|text| !text.trim().is_empty());
    let sentence = ["description", "mismatch", "message"].into_iter().find_map(member);
    let sentence = sentence.or(mismatch.as_str()).map_or_else(|| mismatch.to_string(), str::to_owned);
    let place = member("identifier").filter(|place| *place != "$" && !sentence.contains(place));
    let attribute =
        member("attribute").filter(|part| !sentence.to_lowercase().contains(&part.to_lowercase()));
    let at: Vec<_> = [attribute, place].into_iter().flatten().collect();
    let sentence = if at.is_empty() { sentence } else { format!("{}: {sentence}", at.join(" ")) };
    sentence.lines().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_verifier_is_understood() {
        for (mismatch, expected) in [
            (
                json!({"attribute": "body", "identifier": "$.id", "description": "body $.id: wrong"}),
                "body $.id: wrong",
            ),
            (
                json!({"attribute": "status", "description": "Expected status 200 but was 500"}),
                "Expected status 200 but was 500",
            ),
            (
                json!({"attribute": "header", "identifier": "X", "mismatch": "was missing"}),
                "header X: was missing",
            ),
            (json!({"message": "connection refused"}), "connection refused"),
            (json!("plain"), "plain"),
            (json!({"other": 1}), r#"{"other":1}"#),
            (
                json!({"attribute": "body", "identifier": "$", "description": ""}),
                r#"{"attribute":"body","description":"","identifier":"$"}"#,
            ),
        ] {
            assert_eq!(lines(&mismatch).join("|"), expected);
        }
        assert_eq!(lines(&json!({"description": "a\n\x1b[31mb"})), ["a", " [31mb"]);
    }
}
