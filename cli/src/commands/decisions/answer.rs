//! The answer as a table and a verdict.

use std::fmt::Write;

use pactwright_core::broker_api::{Matrix, MatrixParty, MatrixRow, NoticeKind};

use crate::output::{Table, plain};

/// What was asked, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// Which versions: `orders-api 2.0.0`.
    pub(super) subject: String,
    /// What shall become of them: `be deployed to production`.
    pub(super) deed: String,
}

impl Question {
    /// What was compared; then what failed; then, where people look, yes or no, and why.
    pub(super) fn answered(&self, matrix: &Matrix) -> String {
        let mut text = String::new();
        if !matrix.matrix.is_empty() {
            let _ = writeln!(text, "{}\n", table(&matrix.matrix));
        }
        let failed: Vec<_> = matrix.matrix.iter().filter_map(failure).collect();
        if !failed.is_empty() {
            let _ = writeln!(text, "Failed:{}\n", failed.concat());
        }
        text + &self.verdict(matrix)
    }

    /// Yes or no, and why.
    fn verdict(&self, matrix: &Matrix) -> String {
        let (word, can) = match matrix.summary.deployable {
            Some(true) => ("Yes", "can"),
            Some(false) => ("No", "cannot"),
            None => ("No, not yet", "cannot"),
        };
        let mut text = format!("{word}: {} {can} {}.", plain(&self.subject), plain(&self.deed));
        for line in matrix.summary.reason.lines() {
            let _ = write!(text, "\n  - {}", plain(line));
        }
        if matrix.summary.deployable != Some(true) {
            let more = matrix.notices.iter().filter(|notice| notice.kind == NoticeKind::Info);
            for notice in more {
                let _ = write!(text, "\n  Ask: {}", plain(&notice.text));
            }
        }
        text
    }
}

fn table(rows: &[MatrixRow]) -> Table<5> {
    Table::new(["CONSUMER", "C.VERSION", "PROVIDER", "P.VERSION", "RESULT"]).rows(rows.iter().map(row))
}

fn version(side: &MatrixParty) -> String {
    side.version.as_ref().map_or_else(|| "?".to_owned(), |version| version.number.clone())
}

fn row(row: &MatrixRow) -> [String; 5] {
    let result = match &row.verification_result {
        None => "not verified",
        Some(result) if result.success => "verified",
        Some(_) => "failed",
    };
    let result = if row.ignored { format!("{result} (ignored)") } else { result.to_owned() };
    [
        row.consumer.name.clone(),
        version(&row.consumer),
        row.provider.name.clone(),
        version(&row.provider),
        result,
    ]
}

/// What failed between two versions: where that is written, and which interactions as far as the broker says it.
fn failure(row: &MatrixRow) -> Option<String> {
    let result = row.verification_result.as_ref().filter(|result| !result.success && !row.ignored)?;
    let sides = [&row.consumer, &row.provider].map(|side| format!("{} {}", side.name, version(side)));
    let mut text = format!("\n  {}", plain(&sides.join(" with ")));
    if let Some(address) = result.links.href("self") {
        let _ = write!(text, ", see {}", plain(address));
    }
    for interaction in &result.failed_interactions {
        let _ = write!(text, "\n    - {}", plain(&interaction.description));
        if let Some(since) = &interaction.failing_since_provider_version {
            let _ = write!(text, " (since {} {})", plain(&row.provider.name), plain(since));
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn matrix(deployable: &str, rows: &str) -> Matrix {
        let text = format!(
            r#"{{"summary":{{"deployable":{deployable},"reason":"One reason\nAnother"}},"matrix":[{rows}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn whom_to_ask_is_said_where_it_is_not_yes() {
        let told = |deployable: &str| {
            let text = format!(
                r#"{{"summary":{{"deployable":{deployable},"reason":"It failed"}},"matrix":[],"notices":[
                    {{"type":"error","text":"It failed"}},
                    {{"type":"info","text":"'web' belongs to the team 'shop' (#shop)"}}]}}"#
            );
            answer(&serde_json::from_str(&text).unwrap(), "orders-api 2", "be deployed to production")
        };
        assert_eq!(
            told("false"),
            "No: orders-api 2 cannot be deployed to production.\n  - It failed\n  Ask: 'web' belongs to the team 'shop' (#shop)"
        );
        assert!(!told("true").contains("Ask"));
    }

    fn answer(matrix: &Matrix, subject: &str, deed: &str) -> String {
        Question { subject: subject.to_owned(), deed: deed.to_owned() }.answered(matrix)
    }

    #[test]
    fn the_answer_can_be_read_at_a_glance() {
        let rows = r#"{"consumer":{"name":"web","version":{"number":"1.0.0"}},"provider":{"name":"orders-api","version":{"number":"2"}},
                "verificationResult":{"success":false,"_links":{"self":{"href":"http://broker/results/1"}},"failedInteractions":[
                    {"id":"a","description":"a request for order 7","failingSinceProviderVersion":"1.9"},{"id":"b","description":"another"}]}},
            {"consumer":{"name":"mobile-app","version":{"number":"1"}},"provider":{"name":"orders-api","version":null},"verificationResult":null,"ignored":true},
            {"consumer":{"name":"shop","version":{"number":"1"}},"provider":{"name":"orders-api","version":{"number":"2"}},"verificationResult":{"success":false},"ignored":true}"#;
        assert_snapshot!(answer(&matrix("false", rows), "orders-api 2", "be deployed to production"), @r"
        CONSUMER    C.VERSION  PROVIDER    P.VERSION  RESULT
        web         1.0.0      orders-api  2          failed
        mobile-app  1          orders-api  ?          not verified (ignored)
        shop        1          orders-api  2          failed (ignored)

        Failed:
          web 1.0.0 with orders-api 2, see http://broker/results/1
            - a request for order 7 (since orders-api 1.9)
            - another

        No: orders-api 2 cannot be deployed to production.
          - One reason
          - Another
        ");
    }

    #[test]
    fn there_are_three_verdicts() {
        let yes = answer(&matrix("true", ""), "a", "be deployed");
        assert_eq!(yes, "Yes: a can be deployed.\n  - One reason\n  - Another");
        assert!(
            answer(&matrix("null", ""), "a 1", "be merged")
                .starts_with("No, not yet: a 1 cannot be merged.\n")
        );
        assert!(answer(&matrix("false", ""), "a", "be deployed").starts_with("No: a cannot be deployed.\n"));
    }

    #[test]
    fn what_a_broker_says_steers_no_terminal() {
        let mut found = matrix("false", "");
        found.summary.reason = "red \u{1b}[31m".to_owned();
        assert!(!answer(&found, "a", "be deployed").contains('\u{1b}'));
    }
}
