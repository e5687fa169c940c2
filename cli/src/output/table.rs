//! Tables.

use std::fmt;

use super::plain;

/// Rows of cells below a header, in columns that are as wide as they need to be.
///
/// ```text
/// NAME  PRODUCTION
/// test  no
/// ```
#[derive(Debug, Clone)]
pub(crate) struct Table<const COLUMNS: usize> {
    header: [&'static str; COLUMNS],
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub(crate) fn new(header: [&'static str; COLUMNS]) -> Self {
        Self { header, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: [String; COLUMNS]) {
        self.rows.push(cells.map(|cell| plain(&cell)));
    }

    pub(crate) fn rows(mut self, rows: impl IntoIterator<Item = [String; COLUMNS]>) -> Self {
        rows.into_iter().for_each(|cells| self.row(cells));
        self
    }
}

impl<const COLUMNS: usize> fmt::Display for Table<COLUMNS> {
    /// Ends without a line break.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.header.map(str::to_owned);
        let lines: Vec<_> = std::iter::once(&header).chain(&self.rows).collect();
        let width =
            |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; COLUMNS] = std::array::from_fn(width);
        for (number, cells) in lines.iter().enumerate() {
            let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            let line = padded.collect::<Vec<_>>().join("  ");
            let line_break = if number == 0 { "" } else { "\n" };
            write!(formatter, "{line_break}{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_need_to_be() {
        let rows = [["käse", "1"], ["a", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(Table::new(["A", "B"]).rows(rows).to_string(), "A     B\nkäse  1\na");
        assert_eq!(Table::new(["A", "B"]).to_string(), "A  B");
    }

    #[test]
    fn cells_stay_on_their_line_and_steer_no_terminal() {
        let rows = [["a\nb\x1b[31m".to_owned()]];
        assert_eq!(Table::new(["A"]).rows(rows).to_string(), "A\na b [31m");
    }
}
