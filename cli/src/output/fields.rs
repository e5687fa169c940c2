//! One thing, described.

use std::fmt;

use super::plain;

/// Names with values, one on each line.
///
/// ```text
/// Name:        test
/// Production:  no
/// ```
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// With one more.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, plain(&value.into())));
        self
    }

    /// With one more, where there is a value.
    pub(crate) fn maybe(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl fmt::Display for Fields {
    /// Ends without a line break.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(name, _)| name.chars().count() + 1).max().unwrap_or(0);
        for (number, (name, value)) in self.0.iter().enumerate() {
            let line_break = if number == 0 { "" } else { "\n" };
            let name = format!("{name}:");
            write!(formatter, "{line_break}{}", format!("{name:width$}  {value}").trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_below_each_other() {
        let fields =
            Fields::default().with("Name", "a\tb").maybe("Contact", None::<String>).with("Production", "no");
        assert_eq!(fields.to_string(), "Name:        a b\nProduction:  no");
    }
}
