//! The answer as a table and a verdict.

use pactwright_core::broker_api::{Matrix, MatrixRow};

/// What was compared, then yes or no, and why.
pub(super) fn answer(matrix: &Matrix, question: &str) -> String {
    let verdict = verdict(matrix, question);
    if matrix.matrix.is_empty() { verdict } else { format!("{}\n{verdict}", table(&matrix.matrix)) }
}

/// Yes or no, and why.
fn verdict(matrix: &Matrix, question: &str) -> String {
    let word = match matrix.summary.deployable {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "No, not yet",
    };
    let can = if matrix.summary.deployable == Some(true) { "can" } else { "cannot" };
    // "X be deployed to Y" -> "X can be deployed to Y"
    let sentence = question.replacen(" be deployed", &format!(" {can} be deployed"), 1);
    let mut text = format!("{word}: {sentence}.");
    for line in matrix.summary.reason.lines() {
        text.push_str(&format!("\n  - {line}"));
    }
    text
}

fn table(rows: &[MatrixRow]) -> String {
    let header = ["CONSUMER", "C.VERSION", "PROVIDER", "P.VERSION", "RESULT"].map(str::to_owned);
    let cells: Vec<[String; 5]> = std::iter::once(header).chain(rows.iter().map(row)).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let line = |row: &[String; 5]| {
        let padded = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}  "));
        format!("{}{}\n", padded.collect::<String>(), row[4])
    };
    cells.iter().map(line).collect()
}

fn row(row: &MatrixRow) -> [String; 5] {
    let version = |side: &pactwright_core::broker_api::MatrixParty| {
        side.version.as_ref().map_or_else(|| "?".to_owned(), |version| version.number.clone())
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(deployable: &str, rows: &str) -> Matrix {
        let text = format!(
            r#"{{"summary":{{"deployable":{deployable},"reason":"One reason\nAnother"}},"matrix":[{rows}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_answer_can_be_read_at_a_glance() {
        let rows = r#"{"consumer":{"name":"web","version":{"number":"1.0.0"}},"provider":{"name":"orders-api","version":{"number":"2"}},"verificationResult":{"success":false}},
            {"consumer":{"name":"mobile-app","version":{"number":"1"}},"provider":{"name":"orders-api","version":null},"verificationResult":null,"ignored":true}"#;
        assert_eq!(
            answer(&matrix("false", rows), "orders-api 2 be deployed to production"),
            "CONSUMER    C.VERSION  PROVIDER    P.VERSION  RESULT\n\
             web         1.0.0      orders-api  2          failed\n\
             mobile-app  1          orders-api  ?          not verified (ignored)\n\
             \n\
             No: orders-api 2 cannot be deployed to production.\n  - One reason\n  - Another"
        );
        assert!(
            answer(&matrix("null", ""), "a be deployed").starts_with("No, not yet: a cannot be deployed.\n")
        );
        assert!(answer(&matrix("true", ""), "a be deployed").starts_with("Yes: a can be deployed.\n"));
    }
}
